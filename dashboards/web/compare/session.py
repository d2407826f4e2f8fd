"""What one visitor compares and what the model answered so far; nothing is shared but the runs."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import solara

from alliances.dashboards.web.explore.session import QUEUE
from alliances.dashboards.web.shared import warming
from alliances.dashboards.web.shared.choice import LinkError
from alliances.dashboards.web.shared.comparing import Comparing, first_comparing, read_comparing
from alliances.experiments.compare.equal_money import Scaled, at_total, bill
from alliances.experiments.compare.luck_or_world import WORLD_STAGES, Worlds, in_worlds
from alliances.experiments.compare.policy_or_world import Cross, cross, has_own_world
from alliances.experiments.compare.scenarios import (
    AgainstToday,
    ComparedArm,
    ComparedScenarios,
    compare_scenarios,
)
from alliances.experiments.runs.outcomes import STAGES, ensemble_outcomes
from alliances.experiments.runs.queue import GivenUp, Latest, Stale, check

# Runs that were asked for by anybody: numbers only, the same for all.
OUTCOMES = ensemble_outcomes(64, queue=QUEUE)
WORLD_OUTCOMES = ensemble_outcomes(600, whole=False, queue=QUEUE)
TURNS = 0.2  # seconds between looks whether to wait on

# What a visitor kept for comparing, on whatever page: each browser tab has its own.
KEPT: "solara.Reactive[Comparing | None]" = solara.reactive(None)


@dataclass(frozen=True, eq=False)
class Equal:
    """Scenarios and today's practice, scaled to the public money of today's practice and more."""

    extra: int
    totals: tuple[float, ...]
    today: tuple[Scaled, ...]
    mine: tuple[Scaled, ...]
    against: AgainstToday


@dataclass(frozen=True, eq=False)
class CompareAnswers:
    """What there is so far of what was asked.

    Attributes
    ----------
    against : AgainstToday
        Each scenario against today's practice.
    crosses : mapping of str to Cross
        Policy and assumptions, by letter.
    worlds : Worlds or None
        The same in other worlds.
    equal : Equal or None
        The same for the same money.
    fault : str
        Why there is no more for the view, if its own runs failed.
    """

    against: AgainstToday
    crosses: dict[str, Cross] = field(default_factory=dict)
    worlds: Worlds | None = None
    equal: Equal | None = None
    fault: str = ""

    def is_whole(self, view: str) -> bool:
        """Whether all that a view shows is there."""
        if not self.against.is_whole:
            return False
        if view == "assumptions":
            arms = [arm.letter for arm in self.against.asked.arms if has_own_world(arm)]
            return all(x in self.crosses and self.crosses[x].runs >= STAGES[-1] for x in arms)
        if view == "luck":
            return self.worlds is not None and self.worlds.is_whole
        if view == "money":
            return self.equal is not None and self.equal.against.is_whole
        return True


@dataclass(frozen=True)
class CompareSession:
    """What the page draws, and how it changes what is asked."""

    now: Comparing
    answered: "solara.Reactive[tuple[Comparing, CompareAnswers | None]]"
    failed: "solara.Reactive[str]"
    link_error: str
    note: str
    ready: bool
    change: Callable[[Callable[[Comparing], Comparing]], None]

    @property
    def found(self) -> CompareAnswers | None:
        """What there is so far; None if it answers to other scenarios than those that hold."""
        asked, found = self.answered.value
        return found if asked.asked() == self.now.asked() else None

    @property
    def is_current(self) -> bool:
        """Whether what there is answers all that is asked."""
        return bool(self.answered.value[0].work() == self.now.work())


def run(comparing: Comparing, say: Callable[[CompareAnswers], object], stale: Stale) -> None:
    """Answer a comparison in stages: the scenarios first, then what its view needs besides."""
    latest: list[CompareAnswers] = []

    def told(found: CompareAnswers) -> None:
        latest.append(found)
        say(found)

    asked = comparing.asked()
    compare_scenarios(
        asked, lambda s: told(CompareAnswers(s)), stale=stale, store=OUTCOMES, stages=STAGES
    )
    try:
        _besides(comparing, asked, latest, told, stale)
    except GivenUp:
        raise
    except Exception as error:  # noqa: BLE001 - what there is already stays
        told(replace(latest[-1], fault=f"{error}"))


def _besides(
    comparing: Comparing,
    asked: ComparedScenarios,
    latest: list[CompareAnswers],
    told: Callable[[CompareAnswers], None],
    stale: Stale,
) -> None:
    """Run what a view needs besides the scenarios and today's practice."""
    base = latest[-1]
    if comparing.view == "assumptions":
        for arm in asked.arms:
            if has_own_world(arm):
                _cross(arm, asked, latest, told, stale)
    elif comparing.view == "luck":
        in_worlds(
            asked,
            lambda worlds: told(replace(base, worlds=worlds)),
            stale=stale,
            store=WORLD_OUTCOMES,
            stages=WORLD_STAGES,
        )
    elif comparing.view == "money":
        _equal(comparing, asked, base, told, stale)


def _cross(
    arm: ComparedArm,
    asked: ComparedScenarios,
    latest: list[CompareAnswers],
    told: Callable[[CompareAnswers], None],
    stale: Stale,
) -> None:
    before = latest[-1]
    cross(
        arm,
        asked.seed,
        asked.months,
        lambda found: told(replace(before, crosses={**before.crosses, arm.letter: found})),
        stale=stale,
        store=OUTCOMES,
        stages=STAGES,
    )


def _equal(
    comparing: Comparing,
    asked: ComparedScenarios,
    base: CompareAnswers,
    told: Callable[[CompareAnswers], None],
    stale: Stale,
) -> None:
    extra = comparing.extra
    totals = tuple(bill(arm.today).total + extra for arm in asked.arms)
    pairs = list(zip(asked.arms, totals, strict=True))
    today = tuple(at_total(arm.today, total) for arm, total in pairs)
    mine = tuple(at_total(arm.mine, total) for arm, total in pairs)
    arms = tuple(
        ComparedArm(arm.letter, after.scenario, before.scenario)
        for arm, after, before in zip(asked.arms, mine, today, strict=True)
    )
    compare_scenarios(
        replace(asked, arms=arms),
        lambda against: told(replace(base, equal=Equal(extra, totals, today, mine, against))),
        stale=stale,
        store=OUTCOMES,
        stages=STAGES,
    )


def opened(search: str | None, kept: Comparing | None) -> tuple[Comparing, str, str]:
    """Return the comparison of a link, else what was kept; what is wrong; what should be known."""
    if not search and kept is not None and kept.letters():
        return kept, "", ""
    try:
        comparing, note = read_comparing(search)
    except LinkError as error:
        return first_comparing(), str(error), ""
    return comparing, "", note


def use_session() -> CompareSession:
    """Return the visitor's session; to be called by the page Compare, once."""
    router = solara.use_router()
    start, link_error, note = solara.use_memo(lambda: opened(router.search, KEPT.peek()), [])
    now = solara.use_reactive(start)
    answered = solara.use_reactive((start, None))
    failure = solara.use_reactive("")

    def make() -> Latest[Comparing]:
        def work(comparing: Comparing, stale: Stale) -> None:
            while not warming.READY.wait(TURNS):
                check(stale)

            def say(found: CompareAnswers) -> None:
                if not stale():
                    failure.set("")
                    answered.set((comparing, found))

            run(comparing, say, stale)

        def failed(comparing: Comparing, error: Exception) -> None:
            answered.set((comparing, None))
            failure.set(f"The model could not be run: {error}")

        return Latest(work, failed)

    latest = solara.use_memo(make, [])
    solara.use_effect(lambda: latest.close, [])
    solara.use_effect(lambda: latest.ask(start), [])
    solara.use_effect(lambda: KEPT.set(start) if router.search and not link_error else None, [])

    def change(move: Callable[[Comparing], Comparing]) -> None:
        before = now.peek()
        after = move(before)
        if after == before:
            return
        if after.work() != before.work() and after.letters():
            latest.ask(after)
        now.set(after)
        KEPT.set(after)

    return CompareSession(
        now.value, answered, failure, link_error, note, warming.READY.is_set(), change
    )
