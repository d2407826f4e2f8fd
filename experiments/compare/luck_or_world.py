"""Luck and uncertainty about the world apart: other luck in one world, and other worlds."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from alliances.experiments.analysis.frames import DONE
from alliances.experiments.analysis.luck import Luck, luck_of
from alliances.experiments.compare.scenarios import ComparedArm, ComparedScenarios
from alliances.experiments.runs.comparison import Effect
from alliances.experiments.runs.ensemble import RunStore, in_stages
from alliances.experiments.runs.outcomes import EnsembleOutcome, effect_of, ensemble_outcomes
from alliances.experiments.runs.queue import Stale, never
from alliances.experiments.words.numbers import differences, steps
from alliances.experiments.words.sentences import subject
from alliances.experiments.worlds.sample import calibrated_worlds
from alliances.model.parameters import World
from alliances.model.scenario import Scenario

WORLD_STAGES = (4, 12, 32)
LUCKS = 4  # matched runs in each world
MIDDLE = 0.8  # share of the runs or worlds between the ends that are told


def in_world(scenario: Scenario, row: "pd.Series[float]") -> Scenario:
    """Return a scenario in a calibrated world; what it sets otherwise than usual stays.

    Parameters
    ----------
    scenario : Scenario
        Levers, place, and perhaps assumptions of its own.
    row : Series
        A world: one value for each assumption that was calibrated.
    """
    usual = World().model_dump()
    own = {n: v for n, v in scenario.world.model_dump().items() if v != usual[n]}
    return scenario.with_values(**{**{str(n): float(v) for n, v in row.items()}, **own})


@dataclass(frozen=True, eq=False)
class Worlds:
    """What arms do in calibrated worlds.

    Attributes
    ----------
    arms : tuple of ComparedArm
        What was compared.
    pairs : tuple of tuple of (EnsembleOutcome, EnsembleOutcome)
        For each arm and world today's practice and the arm, some lucks each.
    wanted : int
        Worlds that there will be in the end.
    """

    arms: tuple[ComparedArm, ...]
    pairs: tuple[tuple[tuple[EnsembleOutcome, EnsembleOutcome], ...], ...]
    wanted: int = WORLD_STAGES[-1]

    @property
    def count(self) -> int:
        """How many worlds there are so far."""
        return len(self.pairs[0])

    @property
    def is_whole(self) -> bool:
        """Whether all worlds are there."""
        return self.count >= self.wanted

    def differences(self, k: int, name: str) -> np.ndarray:
        """Return paired differences of an arm, (worlds, lucks); NaN with nothing to measure."""
        effects = [effect_of(today, mine, name) for today, mine in self.pairs[k]]
        return np.array([effect.b - effect.a for effect in effects])


@dataclass(frozen=True, eq=False)
class Apart:
    """The effect of an arm on a measure, with luck and world apart.

    Attributes
    ----------
    here : Effect
        In the world that was asked about, with other lucks.
    worlds : ndarray, shape (worlds,)
        Mean paired difference in each calibrated world.
    luck : Luck
        Shares of the variance of a single matched difference over worlds and lucks.
    """

    here: Effect
    worlds: np.ndarray
    luck: Luck

    def sentence(self) -> str:
        """Return how far luck and how far the world makes the effect another one."""
        unit = self.here.measure.unit
        title, _ = subject(self.here.measure)
        there = self.worlds[np.isfinite(self.worlds)]
        if not self.here.runs or not len(there):
            return f"{title} cannot be compared: there was nothing to measure."
        if self.here.equal == self.here.runs and not there.any():
            return f"{title} is the same with any luck and in all {len(there)} worlds."
        mean, low, high, first, last = differences(
            self.here.difference,
            *middle(self.here.differences),
            *middle(there),
            unit=unit,
        )
        way = np.sign(self.here.difference)
        same = int((np.sign(there) == way).sum())
        return (
            f"{title} differs by {mean}{steps(unit)} on average. With other luck in the same "
            f"world: {low} to {high} (middle 80 % of {self.here.runs} matched runs). In other "
            f"worlds that fit the facts: {first} to {last} (middle 80 % of {len(there)} worlds, "
            f"each the mean of {LUCKS} matched runs), in {same} of {len(there)} in the same "
            f"direction. {self.share()}"
        )

    def share(self) -> str:
        """Return which of the two makes more of the differences between single runs."""
        world = self.luck.points
        if world != world:
            return "How much of it is luck cannot be told."
        more = "the world" if world > 0.5 else "luck"
        return (
            f"Of the variance between single matched runs in all these worlds {100 * world:.0f} % "
            f"is the world and {100 * self.luck.share:.0f} % luck, so more of it is {more}."
        )


def middle(values: np.ndarray) -> tuple[float, float]:
    """Return between which values the middle 80 % lie."""
    edge = (1.0 - MIDDLE) / 2.0
    low, high = np.quantile(values, (edge, 1.0 - edge))
    return float(low), float(high)


def apart(here: Effect, worlds: Worlds, k: int) -> Apart:
    """Return luck and world apart for one arm and the measure of `here`."""
    found = worlds.differences(k, here.measure.name)
    counts = np.isfinite(found).sum(axis=1)
    total = np.where(np.isfinite(found), found, 0.0).sum(axis=1)
    means = np.where(counts > 0, total / np.maximum(counts, 1), np.nan)
    points, lucks = found.shape
    runs = pd.DataFrame(
        {
            "point": np.repeat(np.arange(points), lucks),
            "replicate": np.tile(np.arange(lucks), points),
            "status": DONE,
            here.measure.name: found.ravel(),
        }
    )
    table = pd.DataFrame({"point": np.arange(points)})
    return Apart(here, means, luck_of(table, runs, here.measure.name))


def in_worlds(
    asked: ComparedScenarios,
    say: Callable[[Worlds], object],
    *,
    stale: Stale = never,
    store: RunStore[EnsembleOutcome] | None = None,
    stages: tuple[int, ...] = WORLD_STAGES,
    lucks: int = LUCKS,
) -> None:
    """Run all arms and their todays in calibrated worlds, a few worlds first.

    Parameters
    ----------
    asked : ComparedScenarios
        What to compare.
    say : callable
        Told the worlds that there are after each stage.
    stale : callable
        Whether to give up.
    store : RunStore of EnsembleOutcome, optional
        Where outcomes are looked for first and left.
    stages : tuple of int
        Worlds after which to say something.
    lucks : int
        Matched runs in each world.

    Raises
    ------
    GivenUp
        When `stale` says so.
    UserError
        If there are no calibrated worlds.
    ScenarioError, PlaceError
        If a scenario cannot be run.
    """
    kept = ensemble_outcomes(2 * len(asked.arms), whole=False) if store is None else store
    rows = calibrated_worlds(stages[-1])
    done: list[list[tuple[EnsembleOutcome, EnsembleOutcome]]] = [[] for _ in asked.arms]
    for number in range(stages[-1]):
        here = [
            in_world(one, rows.iloc[number]) for arm in asked.arms for one in (arm.today, arm.mine)
        ]

        def told(found: tuple[EnsembleOutcome, ...]) -> None:
            for pairs, pair in zip(done, zip(found[::2], found[1::2], strict=True), strict=True):
                pairs.append(pair)

        in_stages(
            *(here, asked.seed, asked.months, told),
            store=kept,
            stale=stale,
            stages=(lucks,),
        )
        if number + 1 in stages:
            say(Worlds(asked.arms, tuple(map(tuple, done)), stages[-1]))
