"""How much of the variance of single runs is luck, and how much is what was varied."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from alliances.experiments.analysis.frames import values_of
from alliances.experiments.runs.comparison import ROUNDING


@dataclass(frozen=True)
class Luck:
    """Shares of the variance of single runs; they add up to 1, or all are 0 without variance.

    NaN where it cannot be told: with one replicate, one point, or no point with all replicates.

    Attributes
    ----------
    points : float
        Between points: what was varied.
    common : float
        Luck that is the same at every point, as replicates have the same luck: it drops out of
        paired differences.
    own : float
        Luck that falls out differently at each point.
    used, left_out : int
        Points with all their replicates, and those that were left out.
    """

    points: float
    common: float
    own: float
    used: int
    left_out: int

    @property
    def share(self) -> float:
        """Share of the variance within points over replicates."""
        return self.common + self.own

    def sentence(self) -> str:
        """Return how much is luck, in plain English."""
        if self.share != self.share:
            return "How much is luck cannot be told without replicates that are done everywhere."
        return (
            f"Luck makes {self.share:.0%} of the variance of single runs, {self.common:.0%} of it "
            "the same at every point."
        )


def luck_of(points: pd.DataFrame, runs: pd.DataFrame, measure: str) -> Luck:
    """Split the variance of single runs: points, luck in common, and luck of each point.

    This is the analysis of variance of points by replicates, with negative estimates set to 0.

    Parameters
    ----------
    points : DataFrame
        The points to look at.
    runs : DataFrame
        All runs.
    measure : str
        What varies.
    """
    values = values_of(runs, measure).reindex(points["point"]).dropna(axis=1, how="all")
    whole = values.dropna().to_numpy(np.float64)
    used, replicates = whole.shape
    left_out = len(points) - used
    if used < 2 or replicates < 2:
        nan = float("nan")
        return Luck(nan, nan, nan, used, left_out)
    if np.ptp(whole) <= ROUNDING * max(1.0, float(np.abs(whole).max())):
        return Luck(0.0, 0.0, 0.0, used, left_out)
    by_point = whole - whole.mean()
    rest = by_point - by_point.mean(axis=1, keepdims=True) - by_point.mean(axis=0, keepdims=True)
    own = float((rest**2).sum()) / ((used - 1) * (replicates - 1))
    between = max(0.0, float(by_point.mean(axis=1).var(ddof=1)) - own / replicates)
    common = max(0.0, float(by_point.mean(axis=0).var(ddof=1)) - own / used)
    total = between + common + own
    return Luck(between / total, common / total, own / total, used, left_out)
