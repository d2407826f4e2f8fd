"""What does this lever do, and to whom? Paired effects by point, over worlds, and by group."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from alliances.experiments.analysis.frames import (
    contrasts,
    effect_of,
    levers_of,
    measure_of,
    require,
    values_of,
)
from alliances.experiments.runs.comparison import Effect
from alliances.experiments.runs.interval import t_quantile
from alliances.experiments.runs.quantities import GROUPS, QUANTITIES
from alliances.model.input.errors import UserError

SPREAD = (0.1, 0.9)


def paired_effects(
    points: pd.DataFrame, runs: pd.DataFrame, measures: Sequence[str]
) -> pd.DataFrame:
    """Return what each point does to each measure against its reference, with the same luck.

    Parameters
    ----------
    points, runs : DataFrame
        The sweep.
    measures : sequence of str
        Which measures.

    Returns
    -------
    DataFrame
        One row a point that is not its own reference and a measure: point, world, reference, then
        the columns of `alliances.experiments.runs.comparison.Comparison.table` (a is the reference;
        low and high are the 95 % interval of the mean paired difference; runs are the matched
        ones), and agreeing: the share of matched runs that differ in the direction of the mean.

    Raises
    ------
    UserError
        If there is nothing to compare, or a column is missing.
    """
    compared = contrasts(points)
    rows = []
    for name in measures:
        values, measure = values_of(runs, name), measure_of(name)
        rows += [
            {
                **{key: row[key] for key in ("point", "world", "reference")},
                **_row(effect_of(values, row["reference"], row["point"], measure)),
            }
            for row in compared.to_dict("records")
        ]
    table = pd.DataFrame(rows)
    return table.sort_values("point", kind="stable", ignore_index=True)


def _row(effect: Effect) -> dict[str, Any]:
    low, high = effect.ends
    agreeing = effect.agreeing / effect.runs if effect.runs else float("nan")
    return {**effect.row(), "low": low, "high": high, "agreeing": agreeing}


def across_worlds(
    points: pd.DataFrame,
    runs: pd.DataFrame,
    measures: Sequence[str],
    levers: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return what each setting of the levers does over all worlds, luck and worlds apart.

    Luck shrinks with more replicates; the spread over worlds does not: it is what we do not know.
    A replicate has the same luck in all worlds, so its differences there are taken together before
    the interval is made.

    Parameters
    ----------
    points, runs : DataFrame
        The sweep.
    measures : sequence of str
        Which measures.
    levers : sequence of str, optional
        Factors whose values make a setting; all that somebody can decide by default.

    Returns
    -------
    DataFrame
        One row a setting and measure: the levers, measure, label, unit, worlds (in which it could
        be compared), runs (matched ones, in all), mean (over worlds), luck (half-width of its
        95 % interval over replicates; NaN with one), spread_low and spread_high (from the 10 % to
        the 90 % point over worlds; NaN with one), sign_holds (share of worlds in which the effect
        has the sign of the mean; NaN where the mean is 0).

    Raises
    ------
    UserError
        If there is nothing to compare or to tell settings by, a column is missing, or a world has
        a setting twice.
    """
    compared = contrasts(points)
    names = levers_of(points) if levers is None else list(levers)
    require(points, names, "points")
    if not names:
        raise UserError("no factor of the sweep is a lever; name the factors that are decided on")
    twice = compared.duplicated([*names, "world"])
    if twice.any():
        row = compared[twice].to_dict("records")[0]
        raise UserError(
            f"point {row['point']} has the same levers as another in world {row['world']}; name "
            "all factors in which points of a world differ as `levers`"
        )
    rows = []
    for name in measures:
        values, measure = values_of(runs, name), measure_of(name)
        for setting, group in compared.groupby(names, sort=True, dropna=False):
            effects = [
                effect_of(values, row["reference"], row["point"], measure)
                for row in group.to_dict("records")
            ]
            rows.append(
                {
                    **dict(zip(names, setting, strict=True)),
                    "measure": name,
                    "label": measure.label,
                    "unit": measure.unit,
                    **pooled(effects),
                }
            )
    return pd.DataFrame(rows)


def pooled(effects: Sequence[Effect]) -> dict[str, float]:
    """Return the mean effect over worlds, luck's half-width and the spread over worlds.

    Parameters
    ----------
    effects : sequence of Effect
        One a world, all of the same replicates.
    """
    nan = float("nan")
    used = [effect for effect in effects if effect.runs]
    found: dict[str, float] = {"worlds": len(used), "runs": sum(effect.runs for effect in used)}
    keys = ("mean", "luck", "spread_low", "spread_high", "sign_holds")
    if not used:
        return {**found, **dict.fromkeys(keys, nan)}
    means = np.array([effect.difference for effect in used])
    mean = float(means.mean())
    # What each replicate adds to the mean over worlds, around its expectation.
    added = np.zeros(len(used[0].a))
    for effect in used:
        added[effect.measured] += (effect.differences - effect.difference) / effect.runs
    added /= len(used)
    replicates = int(np.any([effect.measured for effect in used], axis=0).sum())
    luck = nan
    if min(effect.runs for effect in used) > 1:
        variance = float((added**2).sum()) * replicates / (replicates - 1)
        luck = t_quantile(replicates) * float(np.sqrt(variance))
    spread = np.quantile(means, SPREAD) if len(used) > 1 else (nan, nan)
    holds = float((np.sign(means) == np.sign(mean)).mean()) if mean else nan
    values = (mean, luck, float(spread[0]), float(spread[1]), holds)
    return {**found, **dict(zip(keys, values, strict=True))}


def group_effects(points: pd.DataFrame, groups: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """Return what each point does to each size band and sector, at the end of the runs.

    Parameters
    ----------
    points : DataFrame
        The points of the sweep.
    groups : DataFrame
        One row a run and group: point, replicate, kind ("band" or "sector"), group, and the
        quantities. A run without any organisation of a group has no row for it: it counts 0
        organisations and has nothing to measure otherwise.
    quantity : str
        A name of `alliances.experiments.runs.quantities.QUANTITIES`.

    Returns
    -------
    DataFrame
        As `paired_effects`, with kind and group before, one row a point, kind and group.

    Raises
    ------
    UserError
        For another quantity, or if there is nothing to compare, or a column is missing.
    """
    if quantity not in QUANTITIES:
        raise UserError(f"no quantity {quantity!r} of groups; there are {', '.join(QUANTITIES)}")
    require(groups, ("point", "replicate", "kind", "group", quantity), "groups")
    compared = contrasts(points)
    ran = pd.MultiIndex.from_frame(groups[["point", "replicate"]].drop_duplicates())
    empty = 0.0 if quantity == "organisations" else float("nan")
    rows = []
    for kind, names in GROUPS.items():
        of_kind = groups[groups["kind"] == kind]
        for group in names:
            here = of_kind[of_kind["group"] == group]
            if not len(here):
                continue
            column = here.set_index(["point", "replicate"])[quantity].astype(np.float64)
            values = column.reindex(ran, fill_value=empty).unstack("replicate")
            rows += [
                {
                    "kind": kind,
                    "group": group,
                    **{key: row[key] for key in ("point", "world", "reference")},
                    **_row(effect_of(values, row["reference"], row["point"], QUANTITIES[quantity])),
                }
                for row in compared.to_dict("records")
            ]
    if not rows:
        raise UserError("the table of groups has no size band or sector; keep groups with the runs")
    return pd.DataFrame(rows).sort_values("point", kind="stable", ignore_index=True)
