"""What the end of a game needs and can be run while people still decide on the last round."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from alliances.dashboards.room.game import Seat, Setup
from alliances.dashboards.room.play import RoomRun, alone, orders_of, run_alone, scenario_of
from alliances.dashboards.room.shares import unchosen
from alliances.experiments.runs.queue import Stale, check, never, spare_threads
from alliances.model.kernel.state import State, copy_state
from alliances.model.measures import OBSERVATION
from alliances.model.orders import step_month
from alliances.model.simulation import burn_in, new_state, simulate, start
from alliances.model.warm import warm

OTHER_LUCK = 16  # further runs, of the room's choices and of the place left alone
Rounds = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class LeftAlone:
    """The rounds left alone.

    Attributes
    ----------
    rounds : list of mapping of str to str
        Who sat at the funders' and the connectors' tables, without choices.
    run : RoomRun
        The luck that is played.
    values : ndarray of OBSERVATION, shape (1 + OTHER_LUCK, months)
        That luck and others.
    """

    rounds: list[dict[str, str]]
    run: RoomRun
    values: np.ndarray

    def fits(self, rounds: Rounds) -> bool:
        """Whether these are the rounds that were played."""
        return self.rounds == [unchosen(decided) for decided in rounds]


def left_alone(
    setup: Setup, rounds: Rounds, places: Mapping[str, Seat], stale: Stale = never
) -> LeftAlone:
    """Run what the end needs of the place left alone, unless it is given up between two runs."""
    quiet = simulate(
        alone(setup, rounds),
        OTHER_LUCK + 1,
        setup.luck,
        threads=spare_threads(),
        final=False,
        progress=lambda _: check(stale),
    )
    quiet_rounds = [unchosen(decided) for decided in rounds]
    return LeftAlone(quiet_rounds, run_alone(setup, rounds, places), quiet.values)


@dataclass(frozen=True)
class OtherLuck:
    """The room's choices with other luck, up to the end of a round.

    Attributes
    ----------
    state : State
    values : ndarray of OBSERVATION, shape (months,)
    """

    state: State
    values: np.ndarray


def begin(setup: Setup, replicate: int) -> OtherLuck:
    """Return a run with other luck at the beginning of the game."""
    warm()
    plan = scenario_of(setup, [])
    state = new_state(plan)
    start(state, plan, setup.luck, replicate)
    burn_in(state, plan)
    return OtherLuck(state, np.zeros(0, OBSERVATION))


def go_on(luck: OtherLuck, setup: Setup, rounds: Rounds, places: Mapping[str, Seat]) -> OtherLuck:
    """Return the run at the end of these rounds, of which it has run the first ones."""
    plan, orders = scenario_of(setup, rounds), orders_of(setup, rounds, places)
    done, months = len(luck.values), len(rounds) * setup.months
    values = np.concatenate([luck.values, np.zeros(months - done, OBSERVATION)])
    rows = values.view(np.recarray)
    # The later rounds' levers are news to the run; those of earlier months are the same.
    params = plan.packed(plan.place.make()).view(np.recarray)
    state = copy_state(luck.state)._replace(params=params)
    for month in range(done, months):
        step_month(state, orders(state, month), rows[month : month + 1].view(np.recarray))
    return OtherLuck(state, values)


@dataclass(frozen=True)
class PreparedEnd:
    """What was run before the last round was decided.

    Attributes
    ----------
    rounds : list of mapping of str to str
        Those that were decided.
    left : LeftAlone
        All rounds left alone, if the last has the seats that were thought.
    lucks : list of OtherLuck
        The room's choices with other luck so far.
    """

    rounds: list[dict[str, str]]
    left: LeftAlone
    lucks: list[OtherLuck]


def prepare_end(
    setup: Setup,
    rounds: Rounds,
    last: Mapping[str, str],
    places: Mapping[str, Seat],
    stale: Stale = never,
) -> PreparedEnd:
    """Run what can be run before the last round is decided.

    Parameters
    ----------
    rounds : sequence of mapping of str to str
        Those that were decided.
    last : mapping of str to str
        Who sits where now; choices do not count.
    stale : callable
        Whether to give up, asked between two runs.

    Raises
    ------
    GivenUp
        When `stale` says so.
    """
    left = left_alone(setup, [*rounds, last], places, stale)
    return PreparedEnd(
        [dict(one) for one in rounds], left, lucks(setup, rounds, places, stale=stale)
    )


def lucks(
    setup: Setup,
    rounds: Rounds,
    places: Mapping[str, Seat],
    before: PreparedEnd | None = None,
    stale: Stale = never,
) -> list[OtherLuck]:
    """Return the room's choices with other luck, going on from what was run before if it fits."""
    known = before.lucks if before is not None and before.rounds == list(rounds[:-1]) else None

    def one(number: int) -> OtherLuck:
        check(stale)
        luck = begin(setup, number + 1) if known is None else known[number]
        return go_on(luck, setup, rounds, places)

    # One processor is left to those who read what came of the round before.
    with ThreadPoolExecutor(min(spare_threads(), OTHER_LUCK), "luck") as pool:
        return list(pool.map(one, range(OTHER_LUCK)))
