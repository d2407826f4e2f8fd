"""The region that targets do not rule out, and points drawn evenly from it."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc

from alliances.experiments.calibration.emulator import Emulator
from alliances.experiments.calibration.target import Target

type Judge = Callable[[np.ndarray, float], np.ndarray]

CUT_OFF = 3.0  # standard deviations; three hold 95 % of any distribution with one peak
SURVIVORS = 0.3  # share of a population that passes each narrowing
STEPS, LAST_STEPS = 4, 20  # rounds of moves after each narrowing, and at the end
MOST_NARROWINGS = 24
JITTER = 1e-3
JUMPS = 2  # coordinates that jump at a time


@dataclass(frozen=True)
class Region:
    """What emulators say that targets do not rule out.

    Attributes
    ----------
    emulators : sequence of mapping
        One mapping a wave, by statistic; a point must pass all waves.
    targets : sequence of Target
        Those that decide.
    spared : int
        How many of the worst are forgiven.
    threads : int
        Predictions at a time.
    strict : bool
        Whether the last wave's emulators judge the mean alone, over luck and over assumptions that
        they do not follow. Otherwise what these may add or take away is forgiven.
    """

    emulators: Sequence[Mapping[str, Emulator]]
    targets: Sequence[Target]
    spared: int = 0
    threads: int = 1
    strict: bool = False

    def implausibility(self, units: np.ndarray, level: float = np.inf) -> np.ndarray:
        """Return the implausibility of points that decides: the worst of all waves.

        Points that one wave, the last first, finds above the level are not shown to the others.
        """
        worst = np.zeros(len(units))
        left = np.arange(len(units))
        for back, wave in enumerate(reversed(self.emulators)):
            noisy = back > 0 or not self.strict
            found = deciding(self._all(wave, units[left], noisy), self.spared)
            worst[left] = np.maximum(worst[left], found)
            left = left[worst[left] <= level]
            if not len(left):
                break
        return worst

    def _all(self, wave: Mapping[str, Emulator], units: np.ndarray, noisy: bool) -> np.ndarray:
        def one(target: Target) -> np.ndarray:
            emulator = wave[target.statistic]
            mean, variance = emulator.predict(units)
            return target.implausibility(mean, variance + (emulator.noise if noisy else 0.0))

        with ThreadPoolExecutor(self.threads) as pool:
            return np.column_stack(list(pool.map(one, self.targets)))


def deciding(implausibilities: np.ndarray, spared: int) -> np.ndarray:
    """Return each row's largest implausibility after those that are forgiven."""
    width = implausibilities.shape[1]
    if width <= spared:
        return np.zeros(len(implausibilities))
    return np.asarray(np.partition(implausibilities, width - 1 - spared, axis=1)[:, -1 - spared])


@dataclass(frozen=True)
class DrawnWorlds:
    """Points of a region.

    Attributes
    ----------
    units : ndarray, shape (points, assumptions)
        Where they are.
    cut_off : float
        The implausibility that all of them are below: that asked for, or the least that was
        reached where the region is empty.
    share : float
        Estimated share of the prior that lies below it.
    """

    units: np.ndarray
    cut_off: float
    share: float


def draw(
    judge: Judge,
    width: int,
    count: int,
    rng: np.random.Generator,
    moving: Sequence[int],
    cut_off: float = CUT_OFF,
) -> DrawnWorlds:
    """Draw points evenly from where `judge` is at most the cut-off (subset simulation).

    A population that fills the cube is narrowed to its best points, these are multiplied and moved
    about without leaving the narrowed region, and so on until the cut-off is reached. Coordinates
    that are not moved are filled evenly in the end.

    Parameters
    ----------
    judge : callable
        Implausibility of points, exact where it is at most a level: (points, level).
    width : int
        Dimensions of the cube.
    count : int
        Points wanted.
    rng : Generator
        Its draws.
    moving : sequence of int
        Coordinates that `judge` depends on.
    cut_off : float
        The largest implausibility allowed.
    """
    moving = list(moving)
    points = np.asarray(qmc.LatinHypercube(width, rng=rng).random(count))
    worth = judge(points, np.inf)
    level, share = np.inf, 1.0
    for _ in range(MOST_NARROWINGS):
        aim = max(cut_off, float(np.quantile(worth, SURVIVORS)))
        if aim >= level * 0.999 and level > cut_off:
            break  # nothing is gained any more: the region is empty
        level = aim
        kept = worth <= level
        share *= float(kept.mean())
        last = level <= cut_off
        chosen = rng.choice(np.flatnonzero(kept), count)
        points, worth = points[chosen], worth[chosen]
        for _ in range(LAST_STEPS if last else STEPS):
            points, worth = _moved(judge, points, worth, level, moving, rng)
            points, worth = _jumped(judge, points, worth, level, moving, rng)
        if last:
            break
    still = [j for j in range(width) if j not in set(moving)]
    if still:
        points[:, still] = qmc.LatinHypercube(len(still), rng=rng).random(count)
    return DrawnWorlds(points, float(level), share)


def _moved(
    judge: Judge,
    points: np.ndarray,
    worth: np.ndarray,
    level: float,
    moving: list[int],
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """One round of moves along the differences of two other points; what leaves stays instead."""
    count, width = len(points), len(moving)
    first, second = rng.integers(count, size=(2, count))
    # From far leaps along all coordinates to small steps along a few.
    stride = 2.38 / np.sqrt(2.0 * width) * rng.choice((0.2, 0.5, 1.0), size=(count, 1))
    some = rng.random((count, width)) < rng.choice((0.3, 1.0), size=(count, 1))
    step = stride * (points[first][:, moving] - points[second][:, moving]) * some
    step += JITTER * rng.standard_normal((count, width))
    tried = points.copy()
    tried[:, moving] += step
    inside = ((tried >= 0.0) & (tried <= 1.0)).all(axis=1)
    found = np.full(count, np.inf)
    if inside.any():
        found[inside] = judge(tried[inside], level)
    better = found <= level
    return np.where(better[:, None], tried, points), np.where(better, found, worth)


def _jumped(
    judge: Judge,
    points: np.ndarray,
    worth: np.ndarray,
    level: float,
    moving: list[int],
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """One round of jumps along a few coordinates to anywhere; what leaves stays instead.

    Moves along differences alone leave coordinates that matter little where the few ancestors of a
    narrowed population happened to lie.
    """
    tried = points.copy()
    for _ in range(JUMPS):
        tried[np.arange(len(points)), rng.choice(moving, len(points))] = rng.random(len(points))
    found = judge(tried, level)
    better = found <= level
    return np.where(better[:, None], tried, points), np.where(better, found, worth)
