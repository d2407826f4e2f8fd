"""What must hold of every state and every row of measures, whatever the parameters are."""

import numpy as np

from alliances.model.kernel.state import (
    ACTIVE,
    HOSTED,
    INERT,
    MEMBERS,
    NONE,
    SEATS,
    State,
)
from alliances.model.measures import MEASURES

CLOSE = 1e-9


def working(state: State) -> np.ndarray:
    """Rows of organisations that take part."""
    status = state.organisations.status
    return np.flatnonzero((status == ACTIVE) | (status == HOSTED))


def living_ties(state: State) -> np.ndarray:
    return np.flatnonzero(state.ties.a >= 0)


def living_alliances(state: State) -> np.ndarray:
    return np.flatnonzero(state.alliances.alive)


def running_agreements(state: State) -> np.ndarray:
    """Rows of `agreements` that are in use, of all places."""
    found = [
        np.arange(p.agreement_start, p.agreement_start + p.agreement_count) for p in state.places
    ]
    return np.concatenate(found)


def assert_consistent(state: State) -> None:
    """Assert every invariant of a state between two months."""
    _numbers_are_numbers(state)
    _organisations_are_sound(state)
    _ties_are_listed_at_both_ends(state)
    _free_rows_are_linked(state)
    _seats_and_members_agree(state)
    _agreements_name_the_living(state)
    _books_balance(state)


def assert_measured(values: np.ndarray) -> None:
    """Assert that every measure is a number within its stated range."""
    for name, measure in MEASURES.items():
        column = values[name]
        assert np.isfinite(column).all(), f"{name} is {column[~np.isfinite(column)][:3]}"
        assert column.min() >= measure.low - CLOSE, f"{name} {column.min()} < {measure.low}"
        assert column.max() <= measure.high + CLOSE, f"{name} {column.max()} > {measure.high}"


def _finite(table: np.ndarray, what: str) -> None:
    for name in table.dtype.names:
        kind = table.dtype[name].base.kind
        if kind == "f":
            assert np.isfinite(table[name]).all(), f"{what}.{name} is not a number somewhere"


def _within(table: np.ndarray, what: str, *names: str, high: float = 1.0) -> None:
    for name in names:
        column = table[name]
        if column.size:
            assert column.min() >= -CLOSE, f"{what}.{name} {column.min()} < 0"
            assert column.max() <= high + CLOSE, f"{what}.{name} {column.max()} > {high}"


def _on_simplex(shares: np.ndarray, what: str) -> None:
    if len(shares):
        assert shares.min() >= -CLOSE, f"{what} has a share of {shares.min()}"
        assert np.abs(shares.sum(axis=1) - 1.0).max() < 1e-6, f"{what} does not sum to 1"


def _numbers_are_numbers(state: State) -> None:
    _finite(state.organisations[working(state)], "organisations")
    _finite(state.ties[living_ties(state)], "ties")
    _finite(state.alliances[living_alliances(state)], "alliances")
    _finite(state.members[state.members.organisation != NONE], "members")
    _finite(state.agreements[running_agreements(state)], "agreements")
    for name in ("places", "commissioners", "connectors", "now"):
        _finite(getattr(state, name), name)


def _organisations_are_sound(state: State) -> None:
    here = state.organisations[working(state)]
    _within(
        here,
        "organisations",
        *("mutuality", "openness", "dominance", "stress", "ideas", "record"),
        *("mutuality_disposition", "openness_disposition", "dominance_disposition"),
        *("stranger_prior", "trust_received", "expertise"),
    )
    for name in ("income", "own_income", "commissioned", "costs", "received", "capital"):
        assert (here[name] >= 0.0).all(), f"organisations.{name} is negative"
    for name in ("solo_days", "joint_days", "bid_days", "report_days", "coordination_days"):
        assert (here[name] >= -CLOSE).all(), f"organisations.{name} is negative"
    assert (here.free >= -1e-6).all(), f"attention overspent by {here.free.min()}"
    _on_simplex(here.priorities, "priorities")
    _on_simplex(here.mission, "mission")
    assert len(np.unique(here.uid)) == len(here), "a uid is used twice"
    hosted = working(state)[here.status == HOSTED]
    for i in hosted:
        host = state.organisations[i].host
        assert host != NONE, "a hosted body has no host"
        assert host in working(state), "a host is no more"
        assert host != i
    for place in state.places:
        rows = np.arange(place.start, place.stop)
        assert (state.organisations.place[rows] == state.organisations.place[place.start]).all()
        _within(np.array([place]).view(np.recarray), "places", "public_trust", "need_met")


def _ties_are_listed_at_both_ends(state: State) -> None:
    live = living_ties(state)
    ties = state.ties[live]
    _within(
        ties,
        "ties",
        *("trust_ab", "trust_ba", "grievance_ab", "grievance_ba", "familiarity"),
    )
    works = np.zeros(len(state.organisations), bool)
    works[working(state)] = True
    assert works[ties.a].all(), "a tie leads to a body that is no more"
    assert works[ties.b].all(), "a tie leads to a body that is no more"
    assert (ties.a < ties.b).all()
    assert (state.organisations.place[ties.a] == state.organisations.place[ties.b]).all()
    pairs = np.stack([ties.a, ties.b], axis=1)
    assert len(np.unique(pairs, axis=0)) == len(pairs), "two ties join one pair"
    listed = []
    for i, me in enumerate(state.organisations):
        if not works[i]:
            assert me.tie_count == 0, "a body that is no more has ties"
            continue
        assert 0 <= me.tie_count <= me.tie_capacity <= me.tie_room
        for slot in state.slots[me.tie_start : me.tie_start + me.tie_count]:
            tie = state.ties[slot.tie]
            assert {i, slot.partner} == {tie.a, tie.b}, "a slot names other ends than its tie"
            listed.append(slot.tie)
    assert sorted(listed) == sorted([*live, *live]), "a tie is not listed once at each end"
    starts = state.organisations.tie_start
    room = state.organisations.tie_room
    assert (starts[1:] >= (starts + room)[:-1]).all(), "lists of ties overlap"


def _free_rows_are_linked(state: State) -> None:
    for place in state.places:
        free, t = set(), place.tie_free
        while t != NONE:
            assert place.tie_start <= t < place.tie_stop
            assert t not in free, "the list of free ties runs in a circle"
            assert state.ties[t].a == NONE
            free.add(int(t))
            t = state.ties[t].b
        unused = np.flatnonzero(state.ties.a[place.tie_start : place.tie_stop] < 0)
        assert free == set((unused + place.tie_start).tolist()), "free ties were lost"
        rows, i = set(), place.row_free
        while i != NONE:
            assert place.start <= i < place.stop
            assert i not in rows, "the list of free rows runs in a circle"
            rows.add(int(i))
            i = state.organisations[i].host
        status = state.organisations.status[place.start : place.stop]
        gone = (status != ACTIVE) & (status != HOSTED) & (status != INERT)
        assert rows == set((np.flatnonzero(gone) + place.start).tolist()), "free rows were lost"


def _seats_and_members_agree(state: State) -> None:
    works = set(working(state).tolist())
    for place in state.places:
        rows = state.alliances[place.alliance_start : place.alliance_stop]
        assert place.alliances == rows.alive.sum()
        before_hint = state.alliances[place.alliance_start : place.alliance_hint]
        assert before_hint.alive.all(), "a free row of alliances lies before the hint"
    for a, alliance in enumerate(state.alliances):
        seats = state.members[a * MEMBERS : (a + 1) * MEMBERS]
        taken = seats[seats.organisation != NONE]
        if not alliance.alive:
            assert len(taken) == 0, "a dead alliance has members"
            continue
        assert alliance.members == len(taken)
        assert alliance.core == taken.core.sum()
        assert alliance.lead == NONE or alliance.lead in taken.organisation
        assert len(set(taken.organisation.tolist())) == len(taken), "one body has two seats"
        assert set(taken.organisation.tolist()) <= works, "a seat is held by a body no more"
        assert (state.organisations.place[taken.organisation] == alliance.place).all()
        _within(
            np.array([alliance]).view(np.recarray),
            "alliances",
            *("success", "understanding", "consequence"),
        )
        _within(taken, "members", "money", "credit", "contribution", "weight", "voice")
        assert (taken.days >= 0.0).all()
        assert alliance.pot >= 0.0
        assert alliance.conflicts >= 0.0
        _on_simplex(alliance.shared[None, :], "shared priorities")
    seated = set()
    for i, me in enumerate(state.organisations):
        for s in range(SEATS):
            m = me.seat[s]
            if m == NONE:
                continue
            assert i in works, "a body that is no more keeps a seat"
            assert state.members[m].organisation == i, "a seat names another body"
            assert m not in seated
            seated.add(int(m))
    held = set(np.flatnonzero(state.members.organisation != NONE).tolist())
    assert seated == held, "a member row is held without a seat"


def _agreements_name_the_living(state: State) -> None:
    works = np.zeros(len(state.organisations), bool)
    works[working(state)] = True
    month = state.now[0].month  # the next to run
    for place in state.places:
        assert place.agreement_count >= 0
        assert place.agreement_start + place.agreement_count <= place.agreement_stop
    for agreement in state.agreements[running_agreements(state)]:
        assert agreement.amount > 0.0
        assert 0.0 <= agreement.core <= 1.0
        assert 0.0 <= agreement.bound <= 1.0
        if agreement.end < month:
            continue  # over: it is forgotten when agreements are paid next
        if agreement.alliance == NONE:
            assert agreement.payee >= 0
            if agreement.end > month:
                assert works[agreement.payee], "money is promised to a body that is no more"
        if agreement.via >= 0:
            assert works[agreement.via], "money passes through a body that is no more"
        if agreement.payer >= 0:
            assert works[agreement.payer], "a body that is no more pays"


def _books_balance(state: State) -> None:
    now = state.now[0]
    total = float(now.accounts.sum() + state.organisations.reserves[working(state)].sum())
    assert abs(total) <= 1e-9 * max(now.turnover, 1.0), f"GBP {total} came from nowhere"
    idle = np.setdiff1d(np.arange(len(state.organisations)), working(state))
    assert (state.organisations.reserves[idle] == 0.0).all(), "a body that is no more has money"
