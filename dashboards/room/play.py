"""The rounds on the model: with the room's choices, and with all left to the model.

Everything here follows from the setup and the decisions, so that nothing of a run need be kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from alliances.dashboards.room.game import WORLDS, Seat, Setup, seats_of
from alliances.dashboards.room.record import Record
from alliances.dashboards.room.roles import ROLES, bodies, order
from alliances.dashboards.room.shares import SHARED, TEAM, months_of, unchosen
from alliances.experiments.explain.recording import Orders, Recording, record_run
from alliances.experiments.runs.months import SMOOTHED, drawn
from alliances.model.kernel.state import State, is_working
from alliances.model.measures import FIRST, MEASURES
from alliances.model.orders import Order
from alliances.model.parameters import REGISTRY
from alliances.model.places.source import PlaceSource
from alliances.model.scenario import Change, Scenario
from alliances.model.simulation import burn_in, new_state, start
from alliances.model.warm import warm

# Funders of their own, two connectors, and public bodies that may sit down with those they pay.
BASE: Mapping[str, float] = {"commissioners": 3, "connectors": 2, "commissioner_is_member": 1}
# What a room is told of: each has a label in words that everybody knows.
TABLE = (*FIRST, *(n for n, measure in MEASURES.items() if measure.plain and n not in FIRST))


def place_of(setup: Setup) -> PlaceSource:
    """Return where a game's place comes from; the same for every luck."""
    return PlaceSource(organisations=setup.organisations, seed=1, name="the place")


def seats(setup: Setup) -> dict[str, Seat]:
    """Return the seats of a game's place: of organisations that are there when it begins.

    Some close in the years that the model runs before, and which depends on luck.
    """
    warm()
    plan = scenario_of(setup, [{}])
    place = plan.place.make()
    state = new_state(plan, place)
    start(state, plan, setup.luck)
    burn_in(state, plan)
    here = at_work(state)
    rows = state.organisations
    income = dict(zip(rows.uid.tolist(), rows.income.tolist(), strict=True))
    return seats_of(
        {
            role.key: [
                uid for uid in bodies(place, role) if uid in here and income[uid] < role.most
            ]
            for role in ROLES.values()
        }
    )


def scenario_of(setup: Setup, rounds: Sequence[Mapping[str, str]]) -> Scenario:
    """Return the scenario of so many rounds: what funders and connectors chose is its timeline."""
    months = setup.months * max(1, len(rounds))
    start_values = {**BASE, **WORLDS[setup.world][1]}
    plan = Scenario(name="room", place=place_of(setup), months=months)
    plan = plan.with_values(**start_values)
    usual = usual_values(setup)
    timeline = []
    for number, decided in enumerate(rounds):
        holds = months_of(decided, usual, setup.months)
        for month, values in enumerate(holds):
            before = holds[month - 1] if month else {}
            new = {name: value for name, value in values.items() if before.get(name) != value}
            if new:
                timeline.append(Change(month=number * setup.months + month, set=new))
    return plan.model_copy(update={"timeline": tuple(timeline)})


def usual_values(setup: Setup) -> dict[str, float]:
    """Return what the levers of funders and connectors are at the start of a game."""
    start_values = {**BASE, **WORLDS[setup.world][1]}
    names = sorted({*SHARED, TEAM})
    return {name: float(start_values.get(name, REGISTRY[name].default)) for name in names}


def idle(setup: Setup, seat: Seat, choice: str) -> str:
    """Return why a funder's or a connector's choice would change nothing here, or ""."""
    role = ROLES[seat.role]
    made = None if role.plays_organisation else role.choice(choice)
    if made is None or not made.levers:
        return ""
    usual = usual_values(setup)
    if all(usual[name] == value for name, value in made.levers.items()):
        return "In this place it is so already."
    if set(made.levers) == {"competition"} and WORLDS[setup.world][1].get("single_lead") == 1.0:
        return "Here all money goes through one lead, so this changes nothing."
    return ""


def alone(setup: Setup, rounds: Sequence[Mapping[str, str]]) -> Scenario:
    """Return the scenario of the same months, with the same team, in which nobody chose."""
    return scenario_of(setup, [unchosen(decided) for decided in rounds])


def orders_of(
    setup: Setup, rounds: Sequence[Mapping[str, str]], places: Mapping[str, Seat]
) -> Orders:
    """Return the orders of every month; an organisation that is gone gets none."""
    told = [
        [
            (uid, choice)
            for key, choice in decided.items()
            if choice and (uid := places[key].uid) is not None
        ]
        for decided in rounds
    ]

    def orders(state: State, month: int) -> list[Order]:
        here = at_work(state)
        return [order(uid, choice) for uid, choice in told[month // setup.months] if uid in here]

    return orders


def at_work(state: State) -> set[int]:
    """Return the uids of the organisations that are there."""
    rows = state.organisations
    return set(rows.uid[is_working(rows.status)].tolist())


def shown(values: np.ndarray, name: str) -> np.ndarray:
    """Return a measure as a room is shown it, from the first month on.

    What comes in waves is the mean of the last 12 months, or of as many as there were.
    """
    found = drawn(values, name)
    first = drawn(values[:, :SMOOTHED], name)
    return np.asarray(np.concatenate([first, found[:, first.shape[1] :]], axis=1))


@dataclass(frozen=True)
class Standing:
    """How an organisation stands at the end of a round.

    Attributes
    ----------
    income, reserves : float
        GBP a year, and GBP.
    trust : float
        Mean trust that its ties have in it, 0-1.
    """

    income: float
    reserves: float
    trust: float


@dataclass(frozen=True)
class RoomRun:
    """The rounds so far, run.

    Attributes
    ----------
    setup : Setup
    rounds : int
        How many were run.
    recording : Recording
        With the names of the game.
    at : mapping of int to int
        Uid to place in the recording's list of bodies.
    standings : list of mapping of int to Standing
        At the end of each round, by uid.
    gone : set of str
        Seats whose organisation is no longer there.
    chosen : sequence of mapping of str to str
        What was chosen in each round.
    record : Record
        New money and introductions.
    """

    setup: Setup
    rounds: int
    recording: Recording
    at: Mapping[int, int]
    standings: list[dict[int, Standing]]
    gone: set[str]
    chosen: Sequence[Mapping[str, str]]
    record: Record

    def alliances(self, uid: int) -> int:
        """Return in how many alliances an organisation sits at the end."""
        last, who = self.recording.months - 1, self.at.get(uid)
        return sum(
            any(spell.last == last for spell in members.get(who, ()))
            for members in self.recording.alliances.values()
            if who is not None
        )


def run(setup: Setup, rounds: Sequence[Mapping[str, str]], places: Mapping[str, Seat]) -> RoomRun:
    """Run the rounds with what was chosen."""
    plan, orders = scenario_of(setup, rounds), orders_of(setup, rounds, places)
    return _run(setup, plan, rounds, places, orders)


def run_alone(
    setup: Setup, rounds: Sequence[Mapping[str, str]], places: Mapping[str, Seat]
) -> RoomRun:
    """Run the same months, with the same luck and the same team, and leave all to the model."""
    return _run(setup, alone(setup, rounds), rounds, places, lambda state, month: ())


def _run(
    setup: Setup,
    plan: Scenario,
    rounds: Sequence[Mapping[str, str]],
    places: Mapping[str, Seat],
    orders: Orders,
) -> RoomRun:
    played = {seat.uid: seat for seat in places.values() if seat.uid is not None}
    seated = [
        {uid for key in decided if (uid := places[key].uid) is not None} for decided in rounds
    ]
    standings: list[dict[int, Standing]] = []
    record = Record()

    def watch(state: State, logged: np.ndarray) -> None:
        done = int(state.now[0].month)
        if done == 0:
            return
        record.note(state, logged, seated[(done - 1) // setup.months])
        if done % setup.months:
            return
        rows = state.organisations
        here = rows[is_working(rows.status)]
        columns = (here.uid, here.income, here.reserves, here.trust_received)
        standings.append(
            {
                uid: Standing(income, reserves, trust)
                for uid, income, reserves, trust in zip(
                    *(column.tolist() for column in columns), strict=True
                )
                if uid in played
            }
        )

    seen = record_run(plan, setup.luck, 0, watch, orders=orders, stretch=setup.months)
    known = set(plan.place.make().uid.tolist())
    founded = 0
    for body in seen.bodies:
        if body.uid in played:
            body.name = played[body.uid].name
        elif body.uid not in known:
            founded += 1
            body.name = f"newcomer {founded}"
    at = {body.uid: place for place, body in enumerate(seen.bodies)}
    gone = {seat.key for uid, seat in played.items() if uid not in standings[-1]}
    return RoomRun(setup, len(rounds), seen, at, standings, gone, rounds, record)
