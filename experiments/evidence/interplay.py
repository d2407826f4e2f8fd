"""Whether what a claim changes works only together: each lever alone, against all of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from alliances.experiments.cases.case import Arm, Case
from alliances.experiments.cases.claim import Claim
from alliances.experiments.runs.interval import half_width


@dataclass(frozen=True)
class Interplay:
    """What several levers do alone and together.

    Attributes
    ----------
    alone : mapping of str to float
        Mean effect of each lever of the second arm on the first, all else as in the first.
    together : float
        Mean effect of all of them.
    surplus, low, high : float
        What they do together beyond the sum of what they do alone, with its 95 % interval over
        worlds.
    worlds : int
        Worlds that could be measured.
    """

    alone: Mapping[str, float]
    together: float
    surplus: float
    low: float
    high: float
    worlds: int

    def matters(self, smallest: float) -> bool:
        """Whether they clearly do more, or less, together, and enough for it to matter."""
        return (self.low > 0.0 or self.high < 0.0) and abs(self.surplus) >= smallest


def separable(case: Case, claim: Claim) -> list[str]:
    """Return the levers of a claim that can be moved one at a time; none if there are fewer than 2.

    What the arms change later on hangs together in time, and is not taken apart.
    """
    first, second = (case.arm(name) for name in claim.arms)
    if first.timeline != second.timeline:
        return []
    changed = sorted(case.changed(claim))
    return changed if len(changed) > 1 else []


def alone(case: Case, claim: Claim, lever: str) -> tuple[Case, str]:
    """Return the case with one arm more, the first with one lever of the second; and its name."""
    first, second = claim.arms
    values = dict(case.arm(first).levers)
    values[lever] = case.scenario(second).values()[lever]
    name = f"{first}-with-{lever.replace('_', '-')}-of-{second}"
    arm = Arm(
        name=name,
        title=f"{case.arm(first).title}, with {lever} alone",
        levers=values,
        why="One change at a time.",
        timeline=case.arm(first).timeline,
    )
    return case.model_copy(update={"arms": (*case.arms, arm)}), name


def interplay(
    first: np.ndarray, second: np.ndarray, ones: Mapping[str, np.ndarray]
) -> Interplay | None:
    """Return what levers do alone and together.

    Parameters
    ----------
    first, second : ndarray of float64, shape (worlds, seeds)
        The measure in both arms.
    ones : mapping of str to ndarray
        The same with one lever of the second arm in the first.

    Returns
    -------
    Interplay or None
        None if no two worlds could be measured.
    """
    effects = {name: after - first for name, after in ones.items()}
    whole = second - first
    surplus = whole - sum(effects.values())
    there = np.isfinite(surplus).any(axis=1)
    if there.sum() < 2:
        return None
    by_world = np.nanmean(surplus[there], axis=1)
    half = half_width(by_world)
    mean = float(by_world.mean())
    return Interplay(
        {name: float(np.nanmean(effect[there])) for name, effect in effects.items()},
        float(np.nanmean(whole[there])),
        mean,
        mean - half,
        mean + half,
        int(there.sum()),
    )
