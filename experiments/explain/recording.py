"""One run month by month: who was there, who knew whom, who was allied, and what it felt like."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import networkx as nx
import numpy as np

from alliances.experiments.words.numbers import amount
from alliances.experiments.words.sentences import enumerated
from alliances.model.kernel import events as log
from alliances.model.kernel.state import (
    BANDS,
    CAUSES,
    MEMBERS,
    NONE,
    SECTORS,
    State,
    is_working,
)
from alliances.model.measures import OBSERVATION
from alliances.model.network import FAMILIAR
from alliances.model.orders import Order, step_month
from alliances.model.scenario import Scenario
from alliances.model.simulation import burn_in, new_state, start
from alliances.model.warm import warm

FALLS = 3  # told of each organisation: the deepest falls of others' trust in it
LEAST_FALL = 0.1
SPREAD = 0.75  # how far places are even ranks rather than distances
WHY = {
    "meeting": "after a meeting that went badly",
    "introduction": "after an introduction that went badly",
    "turnover": "as a key person left",
    "rivalry": "as rivals for the same money",
    "grab": "after it had overruled or grabbed",
    "called out": "as it was called out",
    "exit": "as it left an alliance",
    "failed promise": "after it had not kept a promise",
    "restructuring": "in a restructuring",
    "inquiry": "in an inquiry",
}


@dataclass
class Spell:
    """Months, both counted, for which something held."""

    first: int
    last: int


@dataclass
class RecordedBody:
    """An organisation that took part.

    Attributes
    ----------
    uid : int
        Never anybody else's.
    name, sector, band : str
        What it is called, its sector, its size when it came in.
    first : int
        First month in the picture.
    incomes : list of float
        GBP a year in each month from then on, as long as it took part.
    """

    uid: int
    name: str
    sector: str
    band: str
    first: int
    incomes: list[float] = field(default_factory=list)

    @property
    def last(self) -> int:
        """Last month in the picture."""
        return self.first + len(self.incomes) - 1


@dataclass(frozen=True)
class Fall:
    """A fall of somebody's trust in an organisation."""

    month: int
    whose: int
    before: float
    after: float
    cause: str


@dataclass(frozen=True)
class Recording:
    """A run that can be looked at month by month.

    Attributes
    ----------
    scenario : Scenario
        What was run.
    values : ndarray of OBSERVATION, shape (months,)
        Its monthly measures: those of the same replicate in `simulate`.
    bodies : list of RecordedBody
        All who ever took part; others are named by their place in this list.
    ties : mapping of (int, int) to list of Spell
        Familiar ties.
    alliances : mapping of int to mapping of int to list of Spell
        Alliance to member to months.
    falls : mapping of int to list of Fall
        The deepest falls of trust in each organisation.
    """

    scenario: Scenario
    values: np.ndarray
    bodies: list[RecordedBody]
    ties: Mapping[tuple[int, int], list[Spell]]
    alliances: Mapping[int, Mapping[int, list[Spell]]]
    falls: Mapping[int, list[Fall]]

    @property
    def months(self) -> int:
        """Months that were run."""
        return len(self.values)


Watch = Callable[[State, np.ndarray], object]
Orders = Callable[[State, int], Iterable[Order]]


def record_run(
    scenario: Scenario,
    seed: int = 0,
    replicate: int = 0,
    watch: Watch | None = None,
    *,
    orders: Orders | None = None,
    stretch: int = 0,
) -> Recording:
    """Run one replicate and keep what can be seen of every month.

    Parameters
    ----------
    scenario : Scenario
        What to run.
    seed, replicate : int
        As in `simulate`, which gives the same monthly measures without orders.
    watch : callable, optional
        Shown the state and what was logged, before the first month and after each.
    orders : callable, optional
        Takes the state and the month that comes, returns players' orders for it.
    stretch : int, optional
        Tell the deepest falls of trust of every so many months; by default of the whole run.
    """
    warm()
    place = scenario.place.make()
    state = log.with_log(new_state(scenario, place))
    names = dict(zip(place.uid.tolist(), place.names, strict=True))
    state.now[0].log_on = 0
    start(state, scenario, seed, replicate)
    burn_in(state, scenario)
    state.now[0].log_on = 1
    values = np.zeros(scenario.months, OBSERVATION)
    rows = values.view(np.recarray)
    bodies: list[RecordedBody] = []
    at: dict[int, int] = {}
    ties: dict[tuple[int, int], list[Spell]] = {}
    alliances: dict[int, dict[int, list[Spell]]] = {}
    falls: dict[int, list[Fall]] = {}
    if watch is not None:
        watch(state, log.records(state))
    for month in range(scenario.months):
        told = () if orders is None else orders(state, month)
        step_month(state, told, rows[month : month + 1].view(np.recarray))
        _look_at_bodies(state, names, bodies, at, month)
        here = {uid: i for uid, i in at.items() if bodies[i].last == month}
        _look_at_ties(state, here, ties, month)
        _look_at_alliances(state, here, alliances, month)
        logged = log.records(state)
        _look_at_trust(logged, at, falls, month)
        if watch is not None:
            watch(state, logged)
        log.clear(state)
    for uid, deep in falls.items():
        falls[uid] = _deepest(deep, stretch or scenario.months)
    return Recording(scenario, values, bodies, ties, alliances, falls)


def _deepest(falls: Sequence[Fall], stretch: int) -> list[Fall]:
    """Return the deepest falls of each stretch of months, in order of time."""
    stretches: dict[int, list[Fall]] = {}
    for fall in sorted(falls, key=lambda fall: fall.after - fall.before):
        stretches.setdefault(fall.month // stretch, []).append(fall)
    kept = [fall for told in stretches.values() for fall in told[:FALLS]]
    return sorted(kept, key=lambda fall: fall.month)


def _look_at_bodies(
    state: State,
    names: Mapping[int, str],
    bodies: list[RecordedBody],
    at: dict[int, int],
    month: int,
) -> None:
    rows = state.organisations
    here = rows[is_working(rows.status)]
    for uid, income, sector, band in here[["uid", "income", "sector", "band"]].tolist():
        if uid not in at:
            at[uid] = len(bodies)
            newcomers = sum(body.uid not in names for body in bodies)
            name = names.get(uid, f"newcomer {newcomers + 1}")
            bodies.append(RecordedBody(uid, name, SECTORS[sector], BANDS[band], month))
        bodies[at[uid]].incomes.append(income)


def _hold(spells: list[Spell], month: int) -> None:
    if spells and spells[-1].last == month - 1:
        spells[-1].last = month
    else:
        spells.append(Spell(month, month))


def _look_at_ties(
    state: State, at: Mapping[int, int], ties: dict[tuple[int, int], list[Spell]], month: int
) -> None:
    found = state.ties[(state.ties.a >= 0) & (state.ties.familiarity >= FAMILIAR)]
    uid = state.organisations.uid
    for a, b in zip(uid[found.a].tolist(), uid[found.b].tolist(), strict=True):
        if a in at and b in at:
            i, j = sorted((at[a], at[b]))
            _hold(ties.setdefault((i, j), []), month)


def _look_at_alliances(
    state: State, at: Mapping[int, int], found: dict[int, dict[int, list[Spell]]], month: int
) -> None:
    uid = state.organisations.uid
    seats = state.members.organisation.reshape(-1, MEMBERS)
    for row in np.flatnonzero(state.alliances.alive):
        members = found.setdefault(int(state.alliances.uid[row]), {})
        for member in uid[seats[row][seats[row] != NONE]].tolist():
            if member in at:
                _hold(members.setdefault(at[member], []), month)


def _look_at_trust(
    records: np.ndarray, at: Mapping[int, int], falls: dict[int, list[Fall]], month: int
) -> None:
    deep = records[
        (records["kind"] == log.TRUST) & (records["before"] - records["after"] >= LEAST_FALL)
    ]
    for one in deep:
        a, b = int(one["a"]), int(one["b"])
        cause = CAUSES[int(one["cause"])]
        if a in at and b in at and cause in WHY:
            told = falls.setdefault(at[b], [])
            told.append(Fall(month, at[a], float(one["before"]), float(one["after"]), cause))


def layout(seen: Recording, seed: int = 0) -> list[tuple[float, float]]:
    """Return where each organisation stands throughout, both coordinates from 0 to 1.

    Those who share ties for long stand near each other, drawn apart so that none hides the rest;
    who never has a tie stands in a row at the bottom.
    """
    weights = {
        pair: sum(one.last - one.first + 1 for one in spells) / seen.months
        for pair, spells in seen.ties.items()
    }
    return places_of(weights, len(seen.bodies), seed)


def places_of(
    weights: Mapping[tuple[int, int], float], count: int, seed: int = 0
) -> list[tuple[float, float]]:
    """Return where each of so many organisations stands, given how strongly each two are tied."""
    graph = nx.Graph()
    for (i, j), weight in weights.items():
        graph.add_edge(i, j, weight=weight)
    where = nx.spring_layout(graph, seed=seed, iterations=120, k=1.4 / max(1, len(graph)) ** 0.5)
    if where:
        points = np.array([where[i] for i in graph])
        low, span = points.min(axis=0), np.ptp(points, axis=0)
        scaled = (points - low) / np.where(span > 0, span, 1.0)
        ranks = points.argsort(axis=0).argsort(axis=0) / max(1, len(points) - 1)
        spread = (1.0 - SPREAD) * scaled + SPREAD * ranks
        where = dict(zip(graph, spread.tolist(), strict=True))
    alone = [i for i in range(count) if i not in where]
    for number, i in enumerate(alone):
        where[i] = [(number + 0.5) / len(alone), 1.12]
    return [(float(where[i][0]), float(where[i][1]) / 1.12) for i in range(count)]


def when(month: int) -> str:
    """Return a month as people say it.

    Examples
    --------
    >>> when(0), when(25)
    ('month 1 of year 1', 'month 2 of year 3')
    """
    return f"month {month % 12 + 1} of year {month // 12 + 1}"


def story(seen: Recording, who: int) -> list[str]:
    """Return what happened to one organisation, in sentences, in order of time."""
    return [text for _, text in chronicle(seen, who)]


def chronicle(seen: Recording, who: int) -> list[tuple[int, str]]:
    """Return what happened to one organisation: months and sentences, in order of time."""
    body = seen.bodies[who]
    told: list[tuple[int, str]] = []
    begins = "is there from the beginning" if body.first == 0 else f"begins in {when(body.first)}"
    told.append(
        (
            body.first,
            f"{body.name[:1].upper()}{body.name[1:]} ({body.sector}, {body.band}) {begins} with an "
            f"income of {amount(body.incomes[0], 'GBP a year')}.",
        )
    )
    for members in seen.alliances.values():
        for spell in members.get(who, []):
            others = [
                seen.bodies[other].name
                for other, spells in members.items()
                if other != who and any(one.first <= spell.first <= one.last for one in spells)
            ]
            company = _list(others)
            joins = f"joins an alliance with {company}" if others else "starts an alliance"
            told.append((spell.first, f"In {when(spell.first)} it {joins}."))
            if spell.last < seen.months - 1:
                goes = any(
                    one.last > spell.last
                    for other, spells in members.items()
                    if other != who
                    for one in spells
                )
                which = f"alliance with {company}" if others else "alliance"
                end = f"it leaves the {which}" if goes else f"its {which} ends"
                lasted = spell.last - spell.first + 1
                months = "month" if lasted == 1 else "months"
                told.append((spell.last, f"In {when(spell.last)} {end}, after {lasted} {months}."))
    told += [
        (
            fall.month,
            f"In {when(fall.month)} {seen.bodies[fall.whose].name} loses trust in it, from "
            f"{fall.before:.2f} to {fall.after:.2f}, {WHY[fall.cause]}.",
        )
        for fall in seen.falls.get(who, [])
    ]
    end = amount(body.incomes[-1], "GBP a year")
    if body.last < seen.months - 1:
        told.append((body.last + 1, f"In {when(body.last + 1)} it is gone; it had {end}."))
    else:
        told.append((seen.months, f"At the end its income is {end}."))
    return sorted(told, key=lambda one: one[0])


def _list(names: Sequence[str]) -> str:
    shown = list(names if len(names) <= 5 else names[:4])
    if len(names) > 5:
        shown.append(f"{len(names) - 4} others")
    return enumerated(shown)
