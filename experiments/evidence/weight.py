"""What runs over worlds and luck say about one claim."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from alliances.experiments.cases.claim import Claim, Verdict
from alliances.experiments.evidence.interplay import Interplay
from alliances.experiments.runs.interval import half_width, t_quantile

AGREE = 0.8  # share of worlds that must show the claimed direction
LEFT = 0.2  # of the effect that may remain with the carrier off
BASELINE = 0.5  # by how much of itself the baseline may move with the carrier off
DRAWS = 2_000  # of the bootstrap over worlds


@dataclass(frozen=True)
class Spread:
    """A paired difference over worlds and luck.

    Attributes
    ----------
    before, after : ndarray of float64, shape (worlds, seeds)
        The measure in both arms.
    """

    before: np.ndarray
    after: np.ndarray

    @property
    def by_world(self) -> np.ndarray:
        """Mean difference in each world; worlds in which nothing could be measured left out."""
        difference = self.after - self.before
        there = np.isfinite(difference).any(axis=1)
        return np.asarray(np.nanmean(difference[there], axis=1))

    @property
    def baseline(self) -> float:
        """Mean of the first arm; NaN if nothing could be measured in any run."""
        found = self.before[np.isfinite(self.before)]
        return float(found.mean()) if len(found) else float("nan")

    @property
    def level(self) -> float:
        """Mean of the first arm over the worlds and runs in which both arms could be measured."""
        both = np.isfinite(self.before) & np.isfinite(self.after)
        worlds = both.any(axis=1)
        values = np.where(both, self.before, np.nan)[worlds]
        return float(np.nanmean(values, axis=1).mean()) if worlds.any() else float("nan")

    @property
    def mean(self) -> float:
        """Mean difference over worlds."""
        found = self.by_world
        return float(found.mean()) if len(found) else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of that mean; worlds are the sample, luck within them is part of it."""
        half = half_width(self.by_world)
        return self.mean - half, self.mean + half

    @property
    def is_clear(self) -> bool:
        """Whether that interval leaves out zero."""
        low, high = self.interval
        return low > 0.0 or high < 0.0

    @property
    def luck(self) -> float:
        """Half-width of the mean that luck alone would leave; NaN without two runs in a world."""
        difference = self.after - self.before
        counts = np.isfinite(difference).sum(axis=1)
        told = counts > 1
        if not told.any():
            return float("nan")
        variance = np.nanvar(difference[told], axis=1, ddof=1) / counts[told]
        free = int((counts[told] - 1).sum())
        return t_quantile(free + 1) * float(np.sqrt(variance.mean() / told.sum()))

    def agreeing(self, sign: float) -> float:
        """Share of worlds whose difference has that sign."""
        found = self.by_world
        return float((sign * found > 0.0).mean()) if len(found) else float("nan")

    def within(self, least: float) -> float:
        """Share of worlds whose difference is smaller than that."""
        found = self.by_world
        return float((np.abs(found) < least).mean()) if len(found) else float("nan")


@dataclass(frozen=True)
class Remainder:
    """How much of an effect remains with something switched off.

    Attributes
    ----------
    off : str
        What is off.
    share, upper : float
        What remains of the mean effect, as a share of it, and the upper end of its 95 % interval.
    baseline : float
        By how much of itself the first arm moved.
    """

    off: str
    share: float
    upper: float
    baseline: float

    @property
    def carries(self) -> bool:
        """Whether what is off carries the effect: little remains, of a baseline much like it."""
        return self.upper < LEFT and self.comparable

    @property
    def comparable(self) -> bool:
        """Whether the baseline stays near enough to be compared at all."""
        return self.baseline <= BASELINE


def left(off: str, whole: Spread, without: Spread) -> Remainder:
    """Return how much of an effect remains, worlds drawn again and again for its interval."""
    a, b = whole.by_world, without.by_world
    moved = abs(without.baseline - whole.baseline) / max(abs(whole.baseline), 1e-12)
    moved = moved if np.isfinite(moved) else float("inf")  # nothing to compare with
    if not len(a) or not len(b) or whole.mean == 0.0:
        return Remainder(off, float("nan"), float("inf"), moved)
    generator = np.random.default_rng(1)
    drawn = generator.integers(0, len(a), (DRAWS, len(a)))
    again = drawn  # the same worlds are drawn together
    if len(a) != len(b):
        again = generator.integers(0, len(b), (DRAWS, len(b)))
    one, other = np.abs(a[drawn].mean(axis=1)), np.abs(b[again].mean(axis=1))
    # Where the drawn worlds show no effect at all, any share of it may be left.
    ratios = np.divide(other, one, out=np.full(DRAWS, np.inf), where=one > 0.0)
    upper = float(np.quantile(ratios, 0.975, method="higher"))
    return Remainder(off, float(without.mean / whole.mean), upper, moved)


@dataclass
class Weighed:
    """A claim and what the runs say about it.

    Attributes
    ----------
    case : str
        Name of the case.
    number : int
        Which of its claims, from 1 on.
    claim : Claim
        The claim.
    spread : Spread
        The effect over worlds.
    null : Remainder or None
        What remains with the named carrier off.
    carriers : list of Remainder
        What remains with each process or mechanism off.
    interplay : Interplay or None
        What its levers do alone and together, where there are several.
    """

    case: str
    number: int
    claim: Claim
    spread: Spread
    null: Remainder | None = None
    carriers: list[Remainder] = field(default_factory=list)
    interplay: Interplay | None = None

    @property
    def agree(self) -> float:
        """Share of worlds in which the claim holds."""
        if self.claim.direction == "no change":
            return self.spread.within(self.claim.smallest)
        return self.spread.agreeing(self.claim.sign)

    @property
    def verdict(self) -> Verdict:
        """As the claim judges it; supported only if at least 80 % of worlds agree."""
        found = self.claim.judge(self.spread.mean, self.spread.interval)
        return "open" if found == "supported" and self.agree < AGREE else found

    @property
    def standing(self) -> str:
        """How the effect stands to the claim, in words; finer than the verdict."""
        if self.verdict == "supported":
            return "as claimed"
        if self.verdict == "open":
            return "not clear"
        if self.claim.direction == "no change":
            return "it does move"
        against = self.claim.sign * self.spread.mean <= -self.claim.smallest
        return "the other way" if against and self.spread.is_clear else "too small to matter"

    @property
    def null_verdict(self) -> str:
        """Return how the null test of a claim went: passed, failed, not comparable, or none."""
        if self.null is None or self.claim.direction == "no change":
            return "none"
        if self.verdict != "supported":
            return "nothing to carry"
        if not self.null.comparable:
            return "not comparable"
        return "passed" if self.null.carries else "failed"

    def row(self) -> Mapping[str, object]:
        """Return it as a row of the table."""
        claim, spread = self.claim, self.spread
        low, high = spread.interval
        return {
            "case": self.case,
            "claim": self.number,
            "says": claim.says,
            "told": claim.told,
            "built_in": claim.built_in,
            "measure": claim.measure,
            "group": claim.group,
            "direction": claim.direction,
            "from": claim.arms[0],
            "to": claim.arms[1],
            "months": claim.months,
            "worlds": len(spread.by_world),
            "seeds": spread.before.shape[1],
            "baseline": spread.baseline,
            "level": spread.level,
            "difference": spread.mean,
            "low": low,
            "high": high,
            "luck": spread.luck,
            "smallest": claim.smallest,
            "worlds_that_agree": self.agree,
            "verdict": self.verdict,
            "standing": self.standing,
            "carrier": claim.carrier,
            "null_left": None if self.null is None else self.null.share,
            "null_left_upper": None if self.null is None else self.null.upper,
            "null_baseline_moved": None if self.null is None else self.null.baseline,
            "null": self.null_verdict,
            "carriers_found": ", ".join(one.off for one in self.carriers if one.carries),
            "surplus": None if self.interplay is None else self.interplay.surplus,
            "surplus_low": None if self.interplay is None else self.interplay.low,
            "surplus_high": None if self.interplay is None else self.interplay.high,
        }
