"""Where does it tip? The value of a lever at which a measure crosses a threshold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from alliances.experiments.runs.comparison import Effect
from alliances.experiments.runs.months import last_means
from alliances.experiments.words.numbers import amount
from alliances.experiments.words.sentences import subject
from alliances.model.input.errors import UserError
from alliances.model.measures import MEASURES, Measure
from alliances.model.parameters import lookup
from alliances.model.registry import Parameter
from alliances.model.scenario import Scenario
from alliances.model.simulation import simulate

SCAN = 5  # values looked at before the bisection
RESAMPLES = 1000
LAST = 12


@dataclass(frozen=True)
class Way:
    """A threshold on the way from the mean at the low end to that at the high end.

    Attributes
    ----------
    share : float
        Share of the way, between 0 and 1.
    """

    share: float = 0.5

    def at(self, low: float, high: float) -> float:
        """Return the threshold for the means at both ends."""
        return low + self.share * (high - low)


@dataclass(frozen=True)
class OfLow:
    """A threshold as a multiple of the mean at the low end.

    Attributes
    ----------
    times : float
        1.1 is 10 % more than at the low end.
    """

    times: float

    def at(self, low: float, high: float) -> float:
        """Return the threshold for the means at both ends."""
        return self.times * low


@dataclass(frozen=True)
class TippingPoint:
    """Where a measure crosses a threshold.

    Attributes
    ----------
    lever : str
        What was changed.
    measure : Measure
        What crosses.
    threshold : float
        In units of the measure.
    value : float
        Value of the lever at the first crossing, between two that were run; NaN if there is none.
    low, high : float
        Its 95 % interval by bootstrap over replicates; NaN without a crossing or with one run.
    without : float
        Share of the resamples without a crossing.
    crossings : int
        How often the mean crosses the threshold at the values that were run.
    monotone : bool
        Whether no value that was run lies clearly (95 %) against the direction from low to high.
    values : Mapping of float to ndarray of float64, shape (replicates,)
        The measure at each value of the lever that was run, in ascending order.
    """

    lever: str
    measure: Measure
    threshold: float
    value: float
    low: float
    high: float
    without: float
    crossings: int
    monotone: bool
    values: Mapping[float, np.ndarray] = field(repr=False)

    @property
    def moves(self) -> bool:
        """Whether the ends clearly (95 %) differ; if not, a crossing on the way may be luck."""
        runs = list(self.values.values())
        return Effect(self.measure, runs[0], runs[-1]).is_clear

    @property
    def found(self) -> bool:
        """Whether the measure crosses the threshold in the range."""
        return self.crossings > 0

    def table(self) -> pd.DataFrame:
        """Return value, mean and runs of each value of the lever that was run."""
        rows = [
            {"value": value, "mean": float(np.nanmean(runs)), "runs": int(np.isfinite(runs).sum())}
            for value, runs in self.values.items()
        ]
        return pd.DataFrame(rows)

    def sentence(self) -> str:
        """Return where it tips and how sure that is, in plain English."""
        name, plural = subject(self.measure)
        limit = amount(self.threshold, self.measure.unit)
        ends = [*self.values]
        if not self.found:
            does = "do" if plural else "does"
            text = (
                f"{name} {does} not cross {limit} while {self.lever} goes from {ends[0]:g} to "
                f"{ends[-1]:g}."
            )
        else:
            span = ""
            if self.low == self.low:
                span = f" (95 % interval {self.low:.3g} to {self.high:.3g})"
            crosses = "cross" if plural else "crosses"
            text = f"{name} {crosses} {limit} at {self.lever} = {self.value:.3g}{span}."
        if self.found and self.without > 0.0:
            text += f" In {self.without:.1%} of resamples there is no crossing."
        if self.found and not self.moves:
            text += " The two ends do not clearly differ, so the crossing may be luck."
        if self.crossings > 1:
            text += f" This is the first of {self.crossings} crossings."
        if not self.monotone:
            text += " The response goes back and forth between the values that were run."
        return text


def tipping_point(
    scenario: Scenario,
    lever: str,
    low: float,
    high: float,
    measure: str,
    threshold: float | Way | OfLow = Way(),
    *,
    replicates: int = 16,
    seed: int = 0,
    months: int | None = None,
    tolerance: float | None = None,
) -> TippingPoint:
    """Find the value of a lever at which a measure crosses a threshold.

    Runs at every value have the same luck. Some values in the range are looked at first, then the
    first interval with a crossing is halved until it is short.

    Parameters
    ----------
    scenario : Scenario
        What holds otherwise.
    lever : str
        A number or a whole number of the registry.
    low, high : float
        Range of the lever.
    measure : str
        Mean of the last 12 months of a run.
    threshold : float, Way or OfLow
        In units of the measure, or relative to the means at the ends; half of the way by default.
    replicates, seed, months : int
        As in `simulate`.
    tolerance : float, optional
        Length of the last interval; a hundredth of the range by default, and 1 for whole numbers.

    Raises
    ------
    UserError
        If an argument is out of range, or the timeline sets the lever too.
    """
    entry = numeric_lever(scenario, lever, (low, high))
    if not low < high:
        raise UserError(f"the range was {low:g} to {high:g}; low must be below high")
    what = known_measure(measure)
    if replicates < 1:
        raise UserError(f"replicates was {replicates}; ask for at least 1")

    def evaluate(value: float) -> np.ndarray:
        arm = scenario.with_values(**{entry.name: value})
        result = simulate(arm, replicates, seed, months, final=False)
        return last_means(result, min(LAST, result.months))[measure]

    return find_tipping(
        evaluate,
        low,
        high,
        threshold,
        lever=entry.name,
        measure=what,
        whole=entry.kind == "whole",
        tolerance=tolerance,
        seed=seed,
    )


def find_tipping(
    evaluate: Callable[[float], np.ndarray],
    low: float,
    high: float,
    threshold: float | Way | OfLow,
    *,
    lever: str,
    measure: Measure,
    whole: bool = False,
    tolerance: float | None = None,
    seed: int = 0,
) -> TippingPoint:
    """Find where a function of a lever crosses a threshold.

    Parameters
    ----------
    evaluate : callable
        Takes a value of the lever, returns the measure in each replicate, shape (replicates,);
        replicate r has the same luck at each value.
    low, high : float
        Range.
    threshold : float, Way or OfLow
        As in `tipping_point`.
    lever : str
        What it is called.
    measure : Measure
        What `evaluate` returns.
    whole : bool
        Whether only whole numbers may be evaluated.
    tolerance : float, optional
        As in `tipping_point`.
    seed : int
        Of the bootstrap.

    Raises
    ------
    UserError
        If the tolerance is not above 0, or no replicate has a value everywhere.
    """
    width = (high - low) / 100.0 if tolerance is None else tolerance
    if not width > 0.0:
        raise UserError(f"tolerance was {tolerance}; it must be above 0")
    grid = np.linspace(low, high, SCAN)
    grid = np.unique(np.round(grid)) if whole else grid
    found = {float(value): np.asarray(evaluate(float(value)), np.float64) for value in grid}
    while True:
        levels = np.array(sorted(found))
        runs = _complete(found, levels)
        crossing = _crossings(runs.mean(axis=1), threshold)
        if not len(crossing):
            break
        left, right = levels[crossing[0]], levels[crossing[0] + 1]
        if right - left <= max(width, 1.0 if whole else 0.0):
            break
        middle = float((left + right) // 2 if whole else (left + right) / 2.0)
        if not left < middle < right:
            break
        found[middle] = np.asarray(evaluate(middle), np.float64)
    limit = _limit(runs.mean(axis=1), threshold)
    value = _where(levels, runs.mean(axis=1), threshold)
    interval, without = _bootstrap(levels, runs, threshold, seed)
    nan = float("nan")
    return TippingPoint(
        lever=lever,
        measure=measure,
        threshold=limit,
        value=value,
        low=interval[0] if len(crossing) else nan,
        high=interval[1] if len(crossing) else nan,
        without=without,
        crossings=len(crossing),
        monotone=_monotone(runs, measure),
        values={float(level): found[float(level)] for level in levels},
    )


def _complete(found: Mapping[float, np.ndarray], levels: np.ndarray) -> np.ndarray:
    """Return the replicates with a value everywhere, shape (levels, replicates)."""
    table = np.stack([found[float(level)] for level in levels])
    whole = np.isfinite(table).all(axis=0)
    if not whole.any():
        raise UserError(
            "no replicate has something to measure at all values of the lever; run more "
            "replicates, or take a measure that has a value always"
        )
    return table[:, whole]


def _limit(means: np.ndarray, threshold: float | Way | OfLow) -> float:
    if isinstance(threshold, Way | OfLow):
        return threshold.at(float(means[0]), float(means[-1]))
    return float(threshold)


def _crossings(means: np.ndarray, threshold: float | Way | OfLow) -> np.ndarray:
    """Return after which levels the means cross the threshold."""
    above = means > _limit(means, threshold)
    return np.flatnonzero(above[1:] != above[:-1])


def _where(levels: np.ndarray, means: np.ndarray, threshold: float | Way | OfLow) -> float:
    """Return the first crossing by the straight line between its neighbours; NaN without one."""
    crossing = _crossings(means, threshold)
    if not len(crossing):
        return float("nan")
    first = crossing[0]
    part = (_limit(means, threshold) - means[first]) / (means[first + 1] - means[first])
    return float(levels[first] + part * (levels[first + 1] - levels[first]))


def _bootstrap(
    levels: np.ndarray, runs: np.ndarray, threshold: float | Way | OfLow, seed: int
) -> tuple[tuple[float, float], float]:
    """Return the interval of the crossing over resampled replicates, and how many have none."""
    nan = float("nan")
    count = runs.shape[1]
    if count < 2:
        return (nan, nan), 0.0
    random = np.random.default_rng(seed)
    picks = random.integers(count, size=(RESAMPLES, count))
    where = np.array([_where(levels, runs[:, pick].mean(axis=1), threshold) for pick in picks])
    crossed = where[np.isfinite(where)]
    without = 1.0 - len(crossed) / RESAMPLES
    if not len(crossed):
        return (nan, nan), without
    low, high = np.quantile(crossed, (0.025, 0.975))
    return (float(low), float(high)), without


def _monotone(runs: np.ndarray, measure: Measure) -> bool:
    """Whether no level is clearly back behind the furthest one before it."""
    means = runs.mean(axis=1)
    way = 1.0 if means[-1] >= means[0] else -1.0
    furthest = 0
    for level in range(1, len(means)):
        step = Effect(measure, way * runs[furthest], way * runs[level])
        if step.interval is not None and step.interval[1] < 0.0:
            return False
        if step.difference > 0.0:
            furthest = level
    return True


def known_measure(name: str) -> Measure:
    """Return a measure of the table.

    Raises
    ------
    UserError
        If there is none of this name.
    """
    if name not in MEASURES:
        raise UserError(f"there is no measure {name!r}; there are {', '.join(MEASURES)}")
    return MEASURES[name]


def numeric_lever(scenario: Scenario, name: str, values: tuple[float, ...]) -> Parameter:
    """Return the registry's entry of a lever whose value can be raised step by step.

    Raises
    ------
    UserError
        If it is unknown, has no order, strikes only once, cannot take one of the values, or the
        timeline of the scenario sets it.
    """
    try:
        entry = lookup(name)
        for value in values:
            entry.check(value)
    except ValueError as error:
        raise UserError(str(error)) from error
    if entry.kind not in ("number", "whole") or entry.pulse:
        raise UserError(
            f"{entry.name} cannot be raised step by step: it is "
            f"{'a shock' if entry.pulse else entry.allowed()}; name a number"
        )
    if any(entry.name in change.set for change in scenario.timeline):
        raise UserError(
            f"the timeline of the scenario sets {entry.name} too; take it out of the timeline"
        )
    return entry
