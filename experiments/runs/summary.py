"""A run's measures in a few numbers: the first months, the last ones, and the spread over runs."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from alliances.experiments.runs.interval import half_width
from alliances.experiments.runs.months import last_means, mean_of, mean_over
from alliances.experiments.words.sentences import trend_sentence
from alliances.model.measures import MEASURES, Measure
from alliances.model.simulation import Result

WINDOW = 12  # months that are averaged over


@dataclass(frozen=True)
class Trend:
    """One measure over an ensemble of runs.

    Attributes
    ----------
    measure : Measure
        What was measured.
    first : ndarray of float64, shape (replicates,), or None
        Each run's mean over the first `window` months; None where the run is too short to have
        first months besides the last ones. NaN where there was nothing to measure.
    last : ndarray of float64, shape (replicates,)
        Each run's mean over the last `window` months; NaN as before.
    window : int
        Months that are averaged over.
    """

    measure: Measure
    first: np.ndarray | None
    last: np.ndarray
    window: int

    @property
    def mean(self) -> float:
        """Mean over the runs of the last months; NaN where no run had anything to measure."""
        return mean_of(self.last)

    @property
    def spread(self) -> tuple[float, float] | None:
        """Between which values 90 % of the runs end; None for a single run."""
        found = self.last[np.isfinite(self.last)]
        if len(found) < 2:
            return None
        low, high = np.quantile(found, (0.05, 0.95))
        return float(low), float(high)

    @property
    def mean_first(self) -> float | None:
        """Mean over the runs of the first months."""
        mean = float("nan") if self.first is None else mean_of(self.first)
        return mean if np.isfinite(mean) else None

    def sentence(self) -> str:
        """Return how the measure moves, in plain English."""
        ends = self.mean_first, self.mean
        return trend_sentence(self.measure, ends, self.spread, self.window, steady=self.is_steady())

    def is_steady(self) -> bool:
        """Whether the 95 % interval of the mean change over the runs holds none at all."""
        if self.first is None:
            return True
        change = self.last - self.first
        change = change[np.isfinite(change)]
        if not len(change):
            return True
        half = half_width(change) if len(change) > 1 else 0.0
        return bool(abs(change.mean()) <= half)

    def row(self) -> dict[str, float | str | None]:
        """Return the trend as a row of a table."""
        low, high = self.spread or (None, None)
        return {
            "measure": self.measure.name,
            "label": self.measure.label,
            "unit": self.measure.unit,
            "first": self.mean_first,
            "last": self.mean,
            "low": low,
            "high": high,
        }


def summarise(result: Result) -> Mapping[str, Trend]:
    """Return the trend of every measure of an ensemble; shorter runs are averaged as a whole."""
    window = min(WINDOW, result.months)
    apart = result.months >= 2 * window
    known = {**MEASURES, **{measure.name: measure for measure in result.measures}}
    trends = {}
    for name, last in last_means(result, window).items():
        monthly = name in MEASURES
        first = mean_over(result.values[:, :window], name) if apart and monthly else None
        trends[name] = Trend(known[name], first, last, window if monthly else 1)
    return trends
