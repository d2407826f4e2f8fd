"""Two scenarios with the same luck: paired differences, their intervals, and what they say.

Run r of both scenarios draws from the same seed, so what neither scenario touches happens alike in
both and drops out of the difference.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from alliances.experiments.runs.interval import half_width
from alliances.experiments.runs.months import last_means, mean_of, paid_out
from alliances.experiments.words.sentences import change_sentence
from alliances.model.input.errors import UserError
from alliances.model.measures import MEASURES, Measure
from alliances.model.parameters import policy_cost
from alliances.model.places.place import Place
from alliances.model.scenario import Scenario, place_facts
from alliances.model.simulation import Result, simulate

CLEAR = ("better", "worse", "higher", "lower")  # verdicts on effects that are clear
# Values that differ by less than rounding can make of them are the same.
ROUNDING = 1e-12


@dataclass(frozen=True)
class Effect:
    """One measure in the matched runs of A and B.

    Pairs in which one run had nothing to measure are left out of everything.

    Attributes
    ----------
    measure : Measure
        What was measured.
    a, b : ndarray of float64, shape (replicates,)
        Its value in each run; NaN where there was nothing to measure.
    """

    measure: Measure
    a: np.ndarray
    b: np.ndarray

    @cached_property
    def measured(self) -> np.ndarray:
        """In which pairs both runs had something to measure."""
        return np.isfinite(self.a) & np.isfinite(self.b)

    @property
    def runs(self) -> int:
        """Pairs in which both runs had something to measure."""
        return int(self.measured.sum())

    @property
    def left_out(self) -> int:
        """The other pairs."""
        return len(self.a) - self.runs

    @property
    def mean_a(self) -> float:
        """Mean over the runs of A; NaN without any."""
        return float(self.a[self.measured].mean()) if self.runs else float("nan")

    @property
    def mean_b(self) -> float:
        """Mean over the runs of B; NaN without any."""
        return float(self.b[self.measured].mean()) if self.runs else float("nan")

    @cached_property
    def differences(self) -> np.ndarray:
        """B less A of each pair; exactly 0 where the two differ by no more than rounding."""
        a, b = self.a[self.measured], self.b[self.measured]
        limit = ROUNDING * np.maximum(1.0, np.maximum(np.abs(a), np.abs(b)))
        return np.where(np.abs(b - a) <= limit, 0.0, b - a)

    @property
    def difference(self) -> float:
        """Mean paired difference, B less A; NaN without any pair."""
        return float(self.differences.mean()) if self.runs else float("nan")

    @cached_property
    def interval(self) -> tuple[float, float] | None:
        """95 % interval of the mean paired difference by Student's t; None for one pair."""
        if self.runs < 2:
            return None
        half = half_width(self.differences)
        return self.difference - half, self.difference + half

    @property
    def ends(self) -> tuple[float, float]:
        """Both ends of that interval; NaN for one pair."""
        return self.interval or (float("nan"), float("nan"))

    @property
    def is_clear(self) -> bool:
        """Whether that interval leaves out zero."""
        return self.interval is not None and not self.interval[0] <= 0.0 <= self.interval[1]

    @property
    def higher(self) -> int:
        """Pairs in which B is above A."""
        return int((self.differences > 0).sum())

    @property
    def lower(self) -> int:
        """Pairs in which B is below A."""
        return int((self.differences < 0).sum())

    @property
    def equal(self) -> int:
        """Pairs without a difference."""
        return self.runs - self.higher - self.lower

    @property
    def agreeing(self) -> int:
        """Pairs that differ in the direction of the mean difference."""
        return self.lower if self.difference < 0 else self.higher

    @property
    def verdict(self) -> str:
        """How B stands to A: better, worse, higher, lower, unclear, same or none."""
        if not self.runs:
            return "none"
        if self.equal == self.runs:
            return "same"
        if not self.is_clear:
            return "unclear"
        up = self.difference > 0
        if self.measure.direction == "neither":
            return "higher" if up else "lower"
        return "better" if up == (self.measure.direction == "more is better") else "worse"

    def sentence(self) -> str:
        """Return what became of the measure, in plain English."""
        return change_sentence(
            self.measure,
            (self.mean_a, self.mean_b),
            self.interval,
            self.runs,
            self.agreeing,
            self.equal,
            self.left_out,
        )

    def row(self) -> dict[str, Any]:
        """Return the effect as a row of a table."""
        low, high = self.interval or (None, None)
        return {
            "measure": self.measure.name,
            "label": self.measure.label,
            "unit": self.measure.unit,
            "a": self.mean_a,
            "b": self.mean_b,
            "difference": self.difference,
            "low": low,
            "high": high,
            "runs": self.runs,
            "higher": self.higher,
            "equal": self.equal,
            "lower": self.lower,
            "verdict": self.verdict,
        }


@dataclass(frozen=True)
class Comparison:
    """What two scenarios with the same luck differ in.

    Attributes
    ----------
    a, b : Scenario
        What was compared.
    seed, replicates, months, last : int
        Base seed, matched runs, horizon, and over how many last months each run is averaged.
    effects : mapping of str to Effect
        One a measure, in the order of the table of measures.
    cost_a, cost_b : float
        What the levers of month 0 cost above today's practice, GBP a year a place.
    paid : (float, float)
        Public money paid in a mean month of A and of B, GBP.
    notes : tuple of str
        What a reader must know besides.
    results : (Result, Result) or None
        The monthly values of both, if they were kept.
    place_b : Place or None
        Where B ran, if not where A did.
    """

    a: Scenario
    b: Scenario
    seed: int
    replicates: int
    months: int
    last: int
    effects: Mapping[str, Effect]
    cost_a: float = 0.0
    cost_b: float = 0.0
    paid: tuple[float, float] = (0.0, 0.0)
    notes: tuple[str, ...] = ()
    results: tuple[Result, Result] | None = None
    place_b: Place | None = None

    def effect(self, name: str) -> Effect:
        """Return the effect on one measure.

        Raises
        ------
        UserError
            For a measure that was not compared.
        """
        if name not in self.effects:
            raise UserError(
                f"no measure {name!r} was compared; there are {', '.join(self.effects)}"
            )
        return self.effects[name]

    def sentence(self, name: str) -> str:
        """Return what became of one measure, in plain English."""
        return self.effect(name).sentence()

    def table(self) -> pd.DataFrame:
        """Return all effects, one row a measure.

        Returns
        -------
        DataFrame
            measure, label, unit, a, b, difference, low and high (95 % interval), runs (matched runs
            in which both had something to measure), higher, equal and lower (those in which B is so
            against A), verdict.
        """
        return pd.DataFrame([effect.row() for effect in self.effects.values()])


def compare(
    a: Scenario,
    b: Scenario,
    replicates: int = 64,
    seed: int = 0,
    months: int | None = None,
    *,
    last: int = 12,
    place: Place | None = None,
    measures: Sequence[Measure] = (),
    threads: int | None = None,
    progress: Callable[[int], object] | None = None,
    keep: bool = False,
    final: bool = False,
) -> Comparison:
    """Run two scenarios with the same luck and compare them.

    Parameters
    ----------
    a, b : Scenario
        What to compare.
    replicates : int
        Matched runs of each.
    seed : int
        Base seed of both.
    months : int, optional
        Horizon of both; by default the shorter of the two scenarios'.
    last : int
        Each run is averaged over its so many last months.
    place : Place, optional
        A place for both, instead of the scenarios' own.
    measures : sequence of Measure
        Further measures, taken at the end of each run.
    threads : int, optional
        Runs at a time; all cores by default.
    progress : callable, optional
        Called with 1 after each of the 2 x `replicates` runs.
    keep : bool
        Whether to keep the monthly values of both, as figures need them.
    final : bool
        Whether to keep the organisations of the last month too, as
        `alliances.experiments.runs.groups` needs them.

    Raises
    ------
    UserError
        If an argument is out of range.
    """
    if replicates < 1:
        raise UserError(f"replicates was {replicates}; ask for at least 1")
    horizon = min(a.months, b.months) if months is None else months
    if not 1 <= last <= horizon:
        raise UserError(
            f"last was {last}; the mean of the last months needs from 1 to {horizon}, the months "
            "that are run"
        )
    own = [place or arm.place.make() for arm in (a, b)]
    notes = []
    apart = own[0].digest() != own[1].digest()
    if apart:
        first, second = (f"{where.name!r} ({where.organisations:,} organisations)" for where in own)
        notes.append(
            f"A and B have different places: A ran in {first}, B in {second}. So the difference is "
            "that of the places too, and runs are not matched body by body; give one place, which "
            "then holds for both, for one that is not."
        )
    if months is None and a.months != b.months:
        notes.append(f"A is set to {a.months} months and B to {b.months}; both ran {horizon}.")
    values, results, paid = [], [], []
    for arm, where in zip((a, b), own, strict=True):
        result = simulate(
            arm,
            replicates,
            seed,
            horizon,
            threads=threads,
            measures=measures,
            final=final,
            place=where,
            progress=progress,
        )
        values.append(last_means(result, last))
        paid.append(mean_of(paid_out(result.values)))
        if keep:
            results.append(result)
    known = {**MEASURES, **{measure.name: measure for measure in measures}}
    effects = {name: Effect(known[name], values[0][name], values[1][name]) for name in values[0]}
    costs = [
        sum(policy_cost(arm.values(), *place_facts(where)).values())
        for arm, where in zip((a, b), own, strict=True)
    ]
    return Comparison(
        a,
        b,
        seed,
        replicates,
        horizon,
        last,
        effects,
        cost_a=costs[0],
        cost_b=costs[1],
        paid=(paid[0], paid[1]),
        notes=tuple(notes),
        results=(results[0], results[1]) if keep else None,
        place_b=own[1] if apart else None,
    )
