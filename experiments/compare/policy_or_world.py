"""Policy or assumptions: which of the two made a change, from four runs with the same luck."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from alliances.experiments.compare.scenarios import ComparedArm
from alliances.experiments.runs.comparison import Effect
from alliances.experiments.runs.ensemble import RunStore, in_stages
from alliances.experiments.runs.outcomes import (
    STAGES,
    EnsembleOutcome,
    effect_of,
    ensemble_outcomes,
)
from alliances.experiments.runs.queue import Stale, never
from alliances.experiments.words.numbers import differences, steps
from alliances.experiments.words.sentences import subject
from alliances.model.measures import MEASURES
from alliances.model.parameters import World
from alliances.model.scenario import Scenario

MOSTLY = 0.75  # share of the change from which on one of the two made most of it


def usual(scenario: Scenario) -> Scenario:
    """Return a scenario under the usual assumptions."""
    return scenario.model_copy(update={"world": World()})


def has_own_world(arm: ComparedArm) -> bool:
    """Whether an arm holds assumptions that are not the usual ones."""
    return bool(arm.mine.world != World())


@dataclass(frozen=True, eq=False)
class Cross:
    """Today's practice and a policy, each under the usual assumptions and under others.

    Attributes
    ----------
    arm : ComparedArm
        The policy with the other assumptions.
    today, policy, today_other, policy_other : EnsembleOutcome
        The four cells; `other` are those under the other assumptions.
    """

    arm: ComparedArm
    today: EnsembleOutcome
    policy: EnsembleOutcome
    today_other: EnsembleOutcome
    policy_other: EnsembleOutcome

    @property
    def runs(self) -> int:
        """Matched runs so far."""
        cells = (self.today, self.policy, self.today_other, self.policy_other)
        return min(one.runs for one in cells)

    def both(self, name: str) -> Effect:
        """Return the effect of policy and assumptions together."""
        return effect_of(self.today, self.policy_other, name)

    def policy_alone(self, name: str) -> Effect:
        """Return the effect of the policy under the usual assumptions."""
        return effect_of(self.today, self.policy, name)

    def policy_there(self, name: str) -> Effect:
        """Return the effect of the policy under the other assumptions."""
        return effect_of(self.today_other, self.policy_other, name)

    def world_alone(self, name: str) -> Effect:
        """Return the effect of the assumptions on today's practice."""
        return effect_of(self.today, self.today_other, name)

    def interaction(self, name: str) -> Effect:
        """Return by how much the policy's effect is another one under the other assumptions."""
        return Effect(MEASURES[name], *self._changes(name))

    def parts(self, name: str) -> tuple[Effect, Effect]:
        """Return the parts of the policy and of the assumptions in the whole change.

        Each is the mean of what it does before and after the other, so that they add up.
        """
        here, there = self._changes(name)
        whole = self.both(name)
        change = (whole.b - whole.a)[: len(here)]
        policy = (here + there) / 2.0
        zero = np.where(np.isfinite(policy), 0.0, np.nan)
        measure = MEASURES[name]
        return Effect(measure, zero, policy), Effect(measure, zero, change - policy)

    def rows(self, name: str) -> list[tuple[str, Effect]]:
        """Return all effects with what they are, in the order in which they are told."""
        return [
            ("policy, usual assumptions", self.policy_alone(name)),
            ("policy, other assumptions", self.policy_there(name)),
            ("assumptions, today's practice", self.world_alone(name)),
            ("both together", self.both(name)),
            ("beyond the sum of the two", self.interaction(name)),
        ]

    def sentence(self, name: str) -> str:
        """Return what changed by both and by each, in plain English."""
        whole = self.both(name)
        if not whole.runs:
            return whole.sentence()
        alone, world, extra = (
            _said(effect)
            for effect in (self.policy_alone(name), self.world_alone(name), self.interaction(name))
        )
        return (
            f"From today's practice under the usual assumptions to the policy under the other "
            f"ones: {whole.sentence()} The policy alone makes {alone}, the assumptions alone "
            f"{world}, and together they make {extra} beyond the sum of the two."
        )

    def judgement(self, name: str) -> str:
        """Return which of the two made the change, and whether one changes the other."""
        measure = MEASURES[name]
        title, _ = subject(measure)
        policy, world = self.parts(name)
        if policy.equal == policy.runs and world.equal == world.runs:
            return f"Neither of the two touches it: {title[:1].lower()}{title[1:]} is the same."
        parts = f"the policy's part is {_said(policy)}, that of the assumptions {_said(world)}"
        return f"{self._made(name, policy, world)}: {parts}. {self._depends(name)}"

    def _made(self, name: str, policy: Effect, world: Effect) -> str:
        """Return which part made the change, without a full stop."""
        clear = [effect.is_clear for effect in (policy, world)]
        whole = self.both(name).is_clear
        if clear == [False, False]:
            return "Neither of the two makes a clear change"
        if clear == [True, False] and whole:
            return "It is the policy that makes the change, not the assumptions"
        if clear == [False, True] and whole:
            return "It is the assumptions that make the change, not the policy"
        if clear == [True, False]:
            return "Only one part is clear, that of the policy, and not the change as a whole"
        if clear == [False, True]:
            return "Only one part is clear, that of the assumptions, and not the change as a whole"
        if policy.difference * world.difference < 0:
            return "The two pull in opposite directions"
        share = policy.difference / (policy.difference + world.difference)
        if share >= MOSTLY:
            return "It is mostly the policy that makes the change"
        if share <= 1.0 - MOSTLY:
            return "It is mostly the assumptions that make the change, not the policy"
        return "Both make a good part of the change"

    def _depends(self, name: str) -> str:
        extra = self.interaction(name)
        if not extra.is_clear:
            by = f": its effect differs by {_said(extra)}" if extra.runs else ""
            unclear = (
                "Whether the policy works differently under the other assumptions is not clear"
            )
            return f"{unclear}{by}."
        alone, there = self.policy_alone(name), self.policy_there(name)
        before, after = differences(alone.difference, there.difference, unit=extra.measure.unit)
        turned = (
            ", so that its direction turns"
            if alone.is_clear and there.is_clear and alone.difference * there.difference < 0
            else ""
        )
        agreeing = f"in {extra.agreeing} of {extra.runs} matched runs in this direction"
        return (
            f"What the policy does depends on the assumptions: {before} becomes {after}"
            f"{steps(extra.measure.unit)}{turned} ({agreeing})."
        )

    def _changes(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        here, there = self.policy_alone(name), self.policy_there(name)
        return (here.b - here.a)[: self.runs], (there.b - there.a)[: self.runs]


def _said(effect: Effect) -> str:
    """Return a difference with its interval and unit."""
    unit = effect.measure.unit
    if effect.interval is None:
        return f"{differences(effect.difference, unit=unit)[0]}{steps(unit)}"
    middle, low, high = differences(effect.difference, *effect.interval, unit=unit)
    return f"{middle}{steps(unit)} (95 % interval {low} to {high})"


def cross(
    arm: ComparedArm,
    seed: int,
    months: int,
    say: Callable[[Cross], object],
    *,
    stale: Stale = never,
    store: RunStore[EnsembleOutcome] | None = None,
    stages: tuple[int, ...] = STAGES,
) -> None:
    """Run the four cells in stages, and say after each what there is.

    The other arguments are those of `alliances.experiments.runs.ensemble.in_stages`.
    """
    cells = [usual(arm.today), usual(arm.mine), arm.today, arm.mine]

    def told(found: tuple[EnsembleOutcome, ...]) -> None:
        say(Cross(arm, *found))

    kept = ensemble_outcomes() if store is None else store
    in_stages(cells, seed, months, told, stale=stale, store=kept, stages=stages)
