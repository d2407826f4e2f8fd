"""What else a change does: who loses, and on which assumption a finding hangs."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from alliances.experiments.evidence.arms import Outcome
from alliances.experiments.evidence.weight import Spread, Weighed
from alliances.model.measures import MEASURES

# What people care about besides; a change for the worse is told if it is clear and not tiny.
WATCHED = (
    *("net_impact", "alliance_share", "trust_familiar", "small_money", "small_voice"),
    *("stress", "closures", "bid_share", "report_share", "coordination_share", "public_trust"),
)
NOT_TINY = 0.2  # of the spread between runs of the first arm
HANGS = 0.6  # rank correlation of an effect with one assumption from which on it hangs on it


@dataclass(frozen=True)
class SideEffect:
    """Something else that gets worse.

    Attributes
    ----------
    measure : str
        What.
    before, after : float
        Means of both arms.
    """

    measure: str
    before: float
    after: float


def side_effects(before: Outcome, after: Outcome, claimed: str) -> list[SideEffect]:
    """Return what gets worse besides the claimed measure, over all worlds."""
    found = []
    for name in WATCHED:
        if name == claimed:
            continue
        one, other = (outcome.monthly(name) for outcome in (before, after))
        spread = Spread(one, other)
        low, high = spread.interval
        worse = high < 0.0 if MEASURES[name].direction == "more is better" else low > 0.0
        if worse and abs(spread.mean) > NOT_TINY * float(np.nanstd(one)):
            found.append(SideEffect(name, float(np.nanmean(one)), float(np.nanmean(other))))
    return found


def hangs_on(weighed: Weighed, worlds: pd.DataFrame) -> tuple[str, float] | None:
    """Return the assumption that an effect follows most closely, if it follows one at all.

    Returns
    -------
    (str, float) or None
        Its name, and the rank correlation over worlds.
    """
    from scipy.stats import spearmanr  # a second to load, which no start should take

    difference = weighed.spread.after - weighed.spread.before
    there = np.isfinite(difference).any(axis=1)
    effects = np.nanmean(difference[there], axis=1)
    if len(effects) < 8 or np.ptp(effects) == 0.0:
        return None
    best: tuple[str, float] | None = None
    for name in map(str, worlds):
        values = worlds[name][there]
        if not pd.api.types.is_numeric_dtype(values) or values.nunique() < 4:
            continue
        strength = float(spearmanr(values, effects).statistic)
        if best is None or abs(strength) > abs(best[1]):
            best = name, strength
    return best if best is not None and abs(best[1]) >= HANGS else None
