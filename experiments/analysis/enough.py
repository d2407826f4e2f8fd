"""Is it enough runs? Half-widths that were reached, and runs that would reach those asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from alliances.experiments.analysis.frames import contrasts, effect_of, measure_of, values_of
from alliances.experiments.runs.comparison import Effect
from alliances.experiments.runs.interval import half_width, t_quantile
from alliances.model.input.errors import UserError

MOST = 10**9


@dataclass(frozen=True)
class Enough:
    """Whether paired differences are as sure as was asked for.

    Attributes
    ----------
    rows : DataFrame
        One row a point that is not its own reference and a measure: point, world, reference,
        measure, label, unit, runs (matched), half_width (of the 95 % interval that was reached),
        asked, enough, needed (matched runs that would do, by the variance of the paired
        differences), needed_unpaired (runs of each that would do with different luck). NaN where
        fewer than two matched runs have something to measure.
    """

    rows: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """Return one row a point and measure."""
        return self.rows.copy()

    @property
    def reached(self) -> bool:
        """Whether every half-width that was asked for is reached at every point."""
        return bool(self.rows["enough"].all())

    def sentence(self) -> str:
        """Return whether it is enough and what it would take, in plain English."""
        said = []
        for _, rows in self.rows.groupby("measure", sort=False):
            first = rows.iloc[0]
            reached, total = int(rows["enough"].sum()), len(rows)
            asked = f"{first['label']} is as sure as ±{first['asked']:g}"
            unknown = int(rows["needed"].isna().sum())
            if reached == total:
                text = f"{asked} at all {total:,} points." if total > 1 else f"{asked}."
            else:
                text = f"{asked} at {reached:,} of {total:,} points"
                if unknown < total:
                    text += (
                        f"; all need up to {rows['needed'].max():,.0f} matched runs, without "
                        f"matching {rows['needed_unpaired'].max():,.0f}"
                    )
                text += "."
            if unknown:
                text += f" At {unknown:,} there are fewer than two matched runs, so it is open."
            said.append(text)
        return " ".join(said)


def enough(points: pd.DataFrame, runs: pd.DataFrame, targets: Mapping[str, float]) -> Enough:
    """Compare the half-widths of paired differences with what was asked for.

    Parameters
    ----------
    points, runs : DataFrame
        The sweep.
    targets : mapping of str to float
        Measure to half-width of the 95 % interval, in its unit.

    Raises
    ------
    UserError
        Without targets, for one that is not above 0, or if there is nothing to compare.
    """
    if not targets:
        raise UserError("no half-width was asked for; give measures and their half-widths")
    for name, asked in targets.items():
        if not 0.0 < asked < np.inf:
            raise UserError(f"the half-width of {name} was {asked}; it must be above 0")
    compared = contrasts(points)
    rows = []
    for name, asked in targets.items():
        values, measure = values_of(runs, name), measure_of(name)
        for row in compared.to_dict("records"):
            effect = effect_of(values, row["reference"], row["point"], measure)
            half = half_width(effect.differences)
            rows.append(
                {
                    **{key: row[key] for key in ("point", "world", "reference")},
                    "measure": name,
                    "label": measure.label,
                    "unit": measure.unit,
                    "runs": effect.runs,
                    "half_width": half,
                    "asked": float(asked),
                    "enough": half <= asked,
                    **_needed(effect, asked),
                }
            )
    table = pd.DataFrame(rows)
    return Enough(table.sort_values("point", kind="stable", ignore_index=True))


def _needed(effect: Effect, asked: float) -> dict[str, float]:
    if effect.runs < 2:
        return {"needed": float("nan"), "needed_unpaired": float("nan")}
    paired = float(effect.differences.var(ddof=1))
    apart = sum(float(side[effect.measured].var(ddof=1)) for side in (effect.a, effect.b))
    return {
        "needed": float(runs_needed(paired, asked, lambda count: count)),
        # Two independent samples have twice as many degrees of freedom.
        "needed_unpaired": float(runs_needed(apart, asked, lambda count: 2 * count - 1)),
    }


def runs_needed(variance: float, asked: float, counted: Callable[[int], int]) -> int:
    """Return the least number of runs, 2 or more, with a half-width of at most `asked`.

    Parameters
    ----------
    variance : float
        Of a single run's difference.
    asked : float
        Half-width of the 95 % interval.
    counted : callable
        Degrees of freedom plus 1 for a number of runs.
    """

    def half(count: int) -> float:
        return t_quantile(counted(count)) * float(np.sqrt(variance / count))

    low, high = 1, 2
    while half(high) > asked and high < MOST:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if half(middle) <= asked else (middle, high)
    return high
