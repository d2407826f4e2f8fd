"""What an opened table says to a request: groups with means, their luck and their spread."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from alliances.experiments.browse.dataset import (
    FEW,
    SETTING,
    Column,
    Dataset,
    Request,
    default_filters,
    measures_of,
)
from alliances.experiments.runs.interval import half_width
from alliances.model.input.errors import UserError
from alliances.model.parameters import REGISTRY

BINS = 10
MANY = 24  # different numbers above which they are put into bins
MOST_SPLIT = 6
MOST_GROUPS = 200
MOST_POINTS = 1_500  # of a line
EVERY = "all rows"


@dataclass(frozen=True, eq=False)
class QueryAnswer:
    """Groups of rows with what was measured in them.

    Attributes
    ----------
    request : Request
        What was asked.
    table : DataFrame
        One row a group: along, split, rows, mean, low, high (95 % interval by luck, or that of the
        table), least, most (from the 5 % to the 95 % of the rows).
    binned : bool
        Whether `along` was put into bins.
    interval : str
        What low and high are; empty if there is none.
    rows : int
        Rows that count.
    """

    request: Request
    table: pd.DataFrame
    binned: bool
    interval: str
    rows: int

    @property
    def is_line(self) -> bool:
        """Whether `along` is a number, so that groups lie on a line."""
        return bool(pd.api.types.is_numeric_dtype(self.table["along"])) and len(self.table) > 1


def ask(opened: Dataset, request: Request) -> QueryAnswer:
    """Return what an opened table says to a request.

    Raises
    ------
    UserError
        If nothing is left, or there is too much of it.
    """
    rows = _rows(opened, request)
    for condition in request.conditions:
        rows = rows[condition.keeps(rows[condition.column])]
    rows = rows[np.isfinite(rows["_value"])]
    if not len(rows):
        raise UserError("no row is left; take a condition away, or choose another measure")
    for name in filter(None, (request.along, request.split)):
        rows = rows[rows[name].notna()]
    if not len(rows):
        raise UserError("no row has a value in that column; group by another one")
    along, binned = _along(rows, request)
    split = rows[request.split].map(_text) if request.split else pd.Series("", index=rows.index)
    if split.nunique() > MOST_SPLIT:
        raise UserError(
            f"{request.split} has {split.nunique()} different values; at most {MOST_SPLIT} lines "
            "are drawn: split by another column, or keep fewer by a condition"
        )
    most = MOST_POINTS if pd.api.types.is_numeric_dtype(along) else MOST_GROUPS
    if along.nunique() > most:
        raise UserError(
            f"{request.along} has {along.nunique():,} different values; at most {most:,} are "
            "shown: choose another column, or keep fewer by a condition"
        )
    grouped = rows.assign(_along=along, _split=split).groupby(["_along", "_split"], sort=True)
    found = [_one(key, group) for key, group in grouped]
    table = pd.DataFrame(found)
    interval = "luck" if np.isfinite(table["low"]).any() else ""
    if not interval and {"low", "high"} <= set(rows) and (table["rows"] == 1).all():
        table["low"] = [float(group["low"].iloc[0]) for _, group in grouped]
        table["high"] = [float(group["high"].iloc[0]) for _, group in grouped]
        interval = "table"
    if not binned and not pd.api.types.is_numeric_dtype(table["along"]) and not request.split:
        table = table.sort_values("mean", ascending=False, kind="stable", ignore_index=True)
    return QueryAnswer(request, table, binned, interval, len(rows))


def _rows(opened: Dataset, request: Request) -> pd.DataFrame:
    """Return the rows with a column `_value`: what is measured, or its difference."""
    names = [request.measure, request.along, request.split]
    names += [condition.column for condition in request.conditions]
    wanted = [name for name in dict.fromkeys(names) if name]
    if opened.sweep is None:
        ends = [name for name in ("low", "high") if name in _numbers(opened, request)]
        rows = opened.read(request.table, [*wanted, *ends])
        return rows.assign(_value=rows[request.measure].astype(float))
    keys = ["point", "replicate"]
    if request.against:
        keys.append("reference")
    rows = opened.read(request.table, [*wanted, *keys])
    if not request.against:
        return rows.assign(_value=rows[request.measure].astype(float))
    if request.table != "runs":
        raise UserError("only whole runs are compared with their reference; choose the table runs")
    base = rows.set_index(["point", "replicate"])[request.measure]
    matched = pd.MultiIndex.from_arrays([rows["reference"], rows["replicate"]])
    before = base.reindex(matched).to_numpy(float)
    rows = rows.assign(_value=rows[request.measure].to_numpy(float) - before)
    return rows[rows["point"] != rows["reference"]]


def _numbers(opened: Dataset, request: Request) -> set[str]:
    return {column.name for column in opened.columns(request.table) if column.is_number}


def _along(rows: pd.DataFrame, request: Request) -> tuple[pd.Series, bool]:
    """Return the column that rows are grouped by, in bins if it has many numbers."""
    if not request.along:
        return pd.Series(EVERY, index=rows.index), False
    values = rows[request.along]
    if not pd.api.types.is_numeric_dtype(values):
        return values.astype(str), False
    if values.nunique() <= MANY or request.along in ("month", "year"):
        return values, False
    # As many rows in each bin, named by its middle.
    bins = pd.qcut(values, BINS, duplicates="drop")
    middles = values.groupby(bins, observed=True).transform("median")
    return middles.astype(float), True


def _one(key: tuple[object, ...], group: pd.DataFrame) -> dict[str, object]:
    values = group["_value"]
    low = high = float("nan")
    if "replicate" in group and group["replicate"].nunique() > 1:
        # Runs of one replicate have the same luck: taken together before the interval is made.
        by_luck = values.groupby(group["replicate"]).mean().to_numpy()
        half = half_width(by_luck)
        low, high = float(values.mean()) - half, float(values.mean()) + half
    least, most = np.quantile(values, (0.05, 0.95))
    return {
        "along": key[0],
        "split": key[1],
        "rows": len(group),
        "mean": float(values.mean()),
        "low": low,
        "high": high,
        "least": float(least),
        "most": float(most),
    }


def _text(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def default_request(opened: Dataset, table: str) -> Request:
    """Return what is asked first of a table."""
    columns = opened.columns(table)
    measures = measures_of(columns, opened.factors)
    if not measures:
        raise UserError(f"{opened.item.key} has no column of numbers to look at")
    conditions = default_filters(columns)
    fixed = {condition.column for condition in conditions}
    along = _first_along(opened, columns, measures[0].name, fixed)
    return Request(table, measures[0].name, along, "", conditions, False)


def _first_along(opened: Dataset, columns: Sequence[Column], measure: str, fixed: set[str]) -> str:
    known = [one for one in columns if one.name not in fixed]
    names = [one.name for one in known]
    for name in ("year", "month", "group"):
        if name in names:
            return name
    if opened.sweep is not None:
        if len(opened.factors) == 1:
            return opened.factors[0]
        if SETTING in names and opened.settings.nunique() <= FEW:
            return SETTING
        return opened.factors[0] if opened.factors else ""
    levers = [name for name in names if name in REGISTRY and name != measure]
    words = [one.name for one in known if not one.is_number and len(one.values) > 1]
    numbers = [one.name for one in known if one.name != measure and len(one.values) > 1]
    return next(iter([*levers, *words, *numbers]), "")
