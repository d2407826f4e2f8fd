"""The tables of points and runs of a sweep, as every analysis reads them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from alliances.experiments.runs.comparison import Effect
from alliances.experiments.words.numbers import short
from alliances.model.input.errors import UserError
from alliances.model.measures import MEASURES, Measure
from alliances.model.parameters import REGISTRY

DONE = "done"
POINT_COLUMNS = ("point", "world", "reference", "design_row")
COORDINATE = "u_"


def measure_of(name: str) -> Measure:
    """Return a measure of the table, or one's own: without unit and direction."""
    own = Measure(name, name, "", "", "", -np.inf, np.inf, "neither")
    return MEASURES.get(name, own)


def require(frame: pd.DataFrame, columns: Iterable[str], what: str) -> None:
    """Refuse a table without a column that is needed.

    Raises
    ------
    UserError
        Naming the columns that are missing and those that are there.
    """
    missing = [name for name in columns if name not in frame]
    if missing:
        raise UserError(
            f"the table of {what} has no column {', '.join(map(repr, missing))}; it has "
            f"{', '.join(map(str, frame.columns))}"
        )


def factors_of(points: pd.DataFrame) -> list[str]:
    """Return the factors of a table of points, in its order."""
    return [
        name
        for name in points.columns
        if name not in POINT_COLUMNS and not str(name).startswith(COORDINATE)
    ]


def levers_of(points: pd.DataFrame) -> list[str]:
    """Return the factors that somebody can decide."""
    return [name for name in factors_of(points) if name in REGISTRY and REGISTRY[name].is_lever]


def values_of(runs: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return a measure by point and replicate.

    Parameters
    ----------
    runs : DataFrame
        Columns point, replicate, status and the measure.
    measure : str
        Its column.

    Returns
    -------
    DataFrame
        One row a point, one column a replicate, both sorted; NaN for what is not done or had
        nothing to measure. A point without any run is not in it.

    Raises
    ------
    UserError
        If a column is missing, or a point has two runs of one replicate that are done.
    """
    require(runs, ("point", "replicate", "status", measure), "runs")
    done = runs[runs["status"] == DONE]
    twice = done[done.duplicated(["point", "replicate"])]
    if len(twice):
        row = twice.to_dict("records")[0]
        raise UserError(
            f"point {row['point']} has two finished runs of replicate {row['replicate']}; keep "
            "one of them"
        )
    table = done.pivot(index="point", columns="replicate", values=measure)
    table = table.reindex(
        index=np.sort(runs["point"].unique()), columns=np.sort(runs["replicate"].unique())
    )
    table = table.astype(np.float64)
    return table.where(np.isfinite(table))


def point_means(runs: pd.DataFrame, measure: str) -> pd.Series:
    """Return each point's mean over its finished replicates; NaN without any."""
    return values_of(runs, measure).mean(axis=1)


def contrasts(points: pd.DataFrame) -> pd.DataFrame:
    """Return the points that have another one as their reference, by point number.

    Raises
    ------
    UserError
        If there are none, or a reference is not in the table or in another world.
    """
    require(points, ("point", "world", "reference"), "points")
    by_number = points.set_index("point", drop=False)
    unknown = points.loc[~points["reference"].isin(by_number.index), "reference"]
    if len(unknown):
        raise UserError(f"reference {unknown.iloc[0]} is not among the points; add it")
    worlds = by_number["world"].loc[points["reference"].to_numpy()].to_numpy()
    wrong = points[worlds != points["world"].to_numpy()]
    if len(wrong):
        row = wrong.to_dict("records")[0]
        raise UserError(
            f"point {row['point']} is of world {row['world']} but its reference "
            f"{row['reference']} of another; compare within a world"
        )
    found = points[points["point"] != points["reference"]].sort_values("point")
    if not len(found):
        raise UserError(
            "every point is its own reference, so there is nothing to compare; sample levers "
            "with a reference in each world"
        )
    return found


def effect_of(values: pd.DataFrame, reference: int, point: int, measure: Measure) -> Effect:
    """Return the effect of a point against its reference, replicate by replicate.

    Parameters
    ----------
    values : DataFrame
        As `values_of` returns it.
    reference, point : int
        A and B of the effect; one without runs has nothing to measure.
    measure : Measure
        What `values` holds.
    """
    both = values.reindex([reference, point]).to_numpy(np.float64)
    return Effect(measure, both[0], both[1])


def settings(row: Mapping[Any, Any] | pd.Series, names: Sequence[str]) -> str:
    """Return the levers of a point in words: names and values.

    Examples
    --------
    >>> settings({"connectors": 3, "competition": 0.25}, ["connectors", "competition"])
    'connectors = 3, competition = 0.25'
    """
    return ", ".join(f"{name} = {short(row[name], 4)}" for name in names)
