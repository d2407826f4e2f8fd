"""Up to three scenarios beside today's practice, each against today's and against each other."""

from collections.abc import Callable
from dataclasses import dataclass

from alliances.experiments.runs.comparison import Effect
from alliances.experiments.runs.ensemble import LAST, RunStore, in_stages
from alliances.experiments.runs.outcomes import (
    STAGES,
    EnsembleOutcome,
    GroupQuantity,
    effect_of,
    ensemble_outcomes,
    group_effect,
)
from alliances.experiments.runs.queue import Stale, never
from alliances.model.scenario import Scenario

LETTERS = ("A", "B", "C")


@dataclass(frozen=True)
class ComparedArm:
    """A scenario, and today's practice in its place and under its assumptions."""

    letter: str
    mine: Scenario
    today: Scenario


@dataclass(frozen=True)
class ComparedScenarios:
    """What to compare, with the same luck over the same months."""

    arms: tuple[ComparedArm, ...]
    seed: int = 0
    months: int = 120


@dataclass(frozen=True, eq=False)
class AgainstToday:
    """What the matched runs of several scenarios gave so far.

    Attributes
    ----------
    asked : ComparedScenarios
        What was compared.
    today, mine : tuple of EnsembleOutcome
        Of each arm, in its order.
    wanted : int
        Runs that there will be in the end.
    """

    asked: ComparedScenarios
    today: tuple[EnsembleOutcome, ...]
    mine: tuple[EnsembleOutcome, ...]
    wanted: int = STAGES[-1]

    @property
    def runs(self) -> int:
        """Matched runs so far."""
        return min(one.runs for one in (*self.today, *self.mine))

    @property
    def is_whole(self) -> bool:
        """Whether all runs are there."""
        return self.runs >= self.wanted

    @property
    def last(self) -> int:
        """Months at the end that each run is averaged over."""
        return min(LAST, self.asked.months)

    def effect(self, k: int, name: str) -> Effect:
        """Return the effect of an arm on a measure, against today's practice."""
        return effect_of(self.today[k], self.mine[k], name)

    def between(self, k: int, other: int, name: str) -> Effect:
        """Return the effect of going from one arm to another."""
        return effect_of(self.mine[k], self.mine[other], name)

    def group_effect(self, k: int, group: GroupQuantity) -> Effect:
        """Return the effect of an arm on a group of organisations, against today's practice."""
        return group_effect(self.today[k], self.mine[k], group)

    def pairs(self) -> list[tuple[int, int]]:
        """Return the pairs of arms that share place and assumptions, so that they can be paired."""
        arms = self.asked.arms
        return [
            (k, other)
            for other in range(len(arms))
            for k in range(other)
            if arms[k].today == arms[other].today
        ]

    @property
    def has_one_today(self) -> bool:
        """Whether today's practice is the same for all arms."""
        return all(arm.today == self.asked.arms[0].today for arm in self.asked.arms)


def compare_scenarios(
    asked: ComparedScenarios,
    say: Callable[[AgainstToday], object],
    *,
    stale: Stale = never,
    store: RunStore[EnsembleOutcome] | None = None,
    stages: tuple[int, ...] = STAGES,
    threads: int | None = None,
) -> None:
    """Run all arms and their todays in stages, and say after each what there is.

    The arguments are those of `alliances.experiments.runs.ensemble.in_stages`.
    """
    count = len(asked.arms)

    def told(found: tuple[EnsembleOutcome, ...]) -> None:
        say(AgainstToday(asked, found[:count], found[count:], stages[-1]))

    in_stages(
        [*(arm.today for arm in asked.arms), *(arm.mine for arm in asked.arms)],
        asked.seed,
        asked.months,
        told,
        stale=stale,
        store=ensemble_outcomes() if store is None else store,
        stages=stages,
        threads=threads,
    )
