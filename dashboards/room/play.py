"""The rounds on the model: with the room's choices, and with all left to the model.

Everything here follows from the setup and the decisions, so that nothing of a run need be kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dashboards.room.game import WORLDS, Seat, Setup, seats_of
from dashboards.room.roles import ROLES, bodies, order
from experiments.film import Film, Orders, film
from model.orders import Order
from model.parameters import REGISTRY
from model.scenario import Change, PlaceSource, Scenario
from model.state import ACTIVE, HOSTED, State

# Funders of their own, two connectors, and public bodies that may sit down with those they pay.
BASE: Mapping[str, float] = {"commissioners": 3, "connectors": 2, "commissioner_is_member": 1}
SHOWN = ("alliance_share", "trust_familiar", "small_money", "net_impact")
TABLE = (*SHOWN, "small_voice", "bid_share", "stress", "closures")


def place_of(setup: Setup) -> PlaceSource:
    """Return where a game's place comes from; the same for every luck."""
    return PlaceSource(organisations=setup.organisations, seed=1, name="the place")


def seats(setup: Setup) -> dict[str, Seat]:
    """Return all seats of a game's place."""
    place = place_of(setup).make()
    return seats_of({role.key: bodies(place, role) for role in ROLES.values()})


def scenario_of(setup: Setup, rounds: Sequence[Mapping[str, str]]) -> Scenario:
    """Return the scenario of so many rounds: what funders and connectors chose is its timeline."""
    months = setup.months * max(1, len(rounds))
    start_values = {**BASE, **WORLDS[setup.world][1]}
    plan = Scenario(name="room", place=place_of(setup), months=months)
    plan = plan.with_values(**start_values)
    tables = [role for role in ROLES.values() if not role.plays_organisation]
    levers = {name for role in tables for one in role.choices for name in one.levers or ()}
    usual = {name: start_values.get(name, REGISTRY[name].default) for name in sorted(levers)}
    timeline = []
    for number, decided in enumerate(rounds):
        values = dict(usual)
        for role in tables:
            choice = role.choice(decided.get(role.key, ""))
            values.update(choice.levers or {} if choice is not None else {})
        timeline.append(Change(month=number * setup.months, set=values))
    return plan.model_copy(update={"timeline": tuple(timeline)})


def alone(setup: Setup, rounds: Sequence[Mapping[str, str]]) -> Scenario:
    """Return the scenario of the same months in which nobody chose anything."""
    return scenario_of(setup, [{} for _ in rounds])


def orders_of(
    setup: Setup, rounds: Sequence[Mapping[str, str]], places: Mapping[str, Seat]
) -> Orders:
    """Return the orders of every month; an organisation that is gone gets none."""
    told = [
        [(uid, choice) for key, choice in decided.items() if (uid := places[key].uid) is not None]
        for decided in rounds
    ]

    def orders(state: State, month: int) -> list[Order]:
        here = at_work(state)
        return [order(uid, choice) for uid, choice in told[month // setup.months] if uid in here]

    return orders


def at_work(state: State) -> set[int]:
    """Return the uids of the organisations that are there."""
    rows = state.organisations
    return set(rows.uid[(rows.status == ACTIVE) | (rows.status == HOSTED)].tolist())


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
class Run:
    """The rounds so far, run.

    Attributes
    ----------
    setup : Setup
    rounds : int
        How many were run.
    film : Film
        With the names of the game.
    at : mapping of int to int
        Uid to place in the film's list of bodies.
    standings : list of mapping of int to Standing
        At the end of each round, by uid.
    gone : set of str
        Seats whose organisation is no longer there.
    """

    setup: Setup
    rounds: int
    film: Film
    at: Mapping[int, int]
    standings: list[dict[int, Standing]]
    gone: set[str]

    def alliances(self, uid: int) -> int:
        """Return in how many alliances an organisation sits at the end."""
        last, who = self.film.months - 1, self.at.get(uid)
        return sum(
            any(spell.last == last for spell in members.get(who, ()))
            for members in self.film.alliances.values()
            if who is not None
        )


def run(setup: Setup, rounds: Sequence[Mapping[str, str]], places: Mapping[str, Seat]) -> Run:
    """Run the rounds with what was chosen."""
    return _run(
        setup, scenario_of(setup, rounds), len(rounds), places, orders_of(setup, rounds, places)
    )


def run_alone(setup: Setup, rounds: int, places: Mapping[str, Seat]) -> Run:
    """Run the same months, with the same luck, and leave all to the model."""
    return _run(setup, alone(setup, [{}] * rounds), rounds, places, lambda state, month: ())


def _run(
    setup: Setup, plan: Scenario, rounds: int, places: Mapping[str, Seat], orders: Orders
) -> Run:
    played = {seat.uid: seat for seat in places.values() if seat.uid is not None}
    standings: list[dict[int, Standing]] = []

    def watch(state: State, _: np.ndarray) -> None:
        done = int(state.now[0].month)
        if done == 0 or done % setup.months:
            return
        rows = state.organisations
        here = rows[(rows.status == ACTIVE) | (rows.status == HOSTED)]
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

    seen = film(plan, setup.luck, 0, watch, orders=orders, stretch=setup.months)
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
    return Run(setup, rounds, seen, at, standings, gone)
