"""Ties, power, speaking up: small rules by themselves."""

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliances.model.kernel.state import ACTIVE, NONE
from alliances.model.parameters import REGISTRY
from alliances.model.processes.relations import (
    find_tie,
    make_tie,
    overlap,
    power_over,
    sigmoid,
    speaks,
    stranger_trust,
)
from tests.model.consistency import assert_consistent, living_ties, working
from tests.model.runs import begun, run, small


@numba.njit
def _make(state, p, i, j):
    return make_tie(state, p, i, j, 0.6, 0.4)


@numba.njit
def _find(state, i, j):
    return find_tie(state, i, j)


@numba.njit
def _power(state, j, i):
    return power_over(state, j, i)


@numba.njit
def _stranger(state, i, sector):
    return stranger_trust(state, i, sector)


@numba.njit
def _speak(state, stake, power, trust, dominance, visibility, backing, facilitation):
    return speaks(
        state.params[0], stake, power, trust, dominance, visibility, backing, facilitation
    )


@numba.njit
def _sigmoid(x):
    return sigmoid(x)


@numba.njit
def _overlap(x, y):
    return overlap(x, y)


@pytest.fixture
def empty():
    """A state of a place where nobody has met anybody."""
    return begun(small(30, burn_in=0))


@pytest.fixture(scope="module")
def state():
    return begun(small(4, burn_in=0))


def test_a_tie_is_found_from_both_ends_until_it_is_dropped(empty):
    a, b, c = working(empty)[:3]
    t = _make(empty, 0, b, a)
    assert _find(empty, a, b) == _find(empty, b, a) == t
    assert _find(empty, a, c) == NONE
    tie = empty.ties[t]
    assert (tie.a, tie.b) == (min(a, b), max(a, b))
    assert (tie.trust_ba, tie.trust_ab) == (0.6, 0.4)
    assert_consistent(empty)


def test_a_full_list_drops_the_least_familiar_that_bears_no_grudge(empty):
    rows = working(empty)
    centre = rows[0]
    room = int(empty.organisations.tie_capacity[centre])
    assert room + 2 <= len(rows)
    for n, j in enumerate(rows[1 : room + 1]):
        t = _make(empty, 0, centre, j)
        empty.ties[t].familiarity = 0.1 + 0.8 * n / room
    # The two least familiar: a grudge keeps the first, so that the second goes.
    first, second = rows[1], rows[2]
    tie = empty.ties[_find(empty, centre, first)]
    if tie.a == centre:
        tie.grievance_ab = 1.0
    else:
        tie.grievance_ba = 1.0
    assert _make(empty, 0, centre, rows[room + 1]) != NONE
    assert _find(empty, centre, first) != NONE
    assert _find(empty, centre, second) == NONE
    assert empty.organisations.tie_count[centre] == room
    assert_consistent(empty)


def test_a_dropped_tie_is_remembered_as_trust_in_its_sector(empty):
    empty.params["stranger_learning"] = 1.0
    rows = working(empty)
    centre = rows[0]
    room = int(empty.organisations.tie_capacity[centre])
    for j in rows[1 : room + 1]:
        empty.ties[_make(empty, 0, centre, j)].familiarity = 0.5
    weakest = rows[1]
    tie = empty.ties[_find(empty, centre, weakest)]
    tie.familiarity = 0.0
    tie.trust_ab = tie.trust_ba = 0.0
    sector = empty.organisations.sector[weakest]
    before = _stranger(empty, centre, sector)
    _make(empty, 0, centre, rows[room + 1])
    assert _find(empty, centre, weakest) == NONE
    assert _stranger(empty, centre, sector) < before


def test_a_joint_post_holds_a_tie(empty):
    rows = working(empty)
    centre = rows[0]
    room = int(empty.organisations.tie_capacity[centre])
    for j in rows[1 : room + 1]:
        empty.ties[_make(empty, 0, centre, j)].post = 1
    assert _make(empty, 0, centre, rows[room + 1]) == NONE
    assert_consistent(empty)


@given(
    pairs=st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=120),
    capacity=st.integers(1, 5),
)
@settings(deadline=None, derandomize=True, max_examples=40)
def test_ties_stay_in_order_whatever_is_made_and_dropped(pairs, capacity):
    state = begun(small(12, burn_in=0))
    state.organisations.tie_capacity[working(state)] = capacity
    for i, j in pairs:
        if i != j and _find(state, i, j) == NONE:
            _make(state, 0, i, j)
    assert_consistent(state)
    assert len(living_ties(state)) <= 12 * capacity // 2


def test_power_lies_in_0_1_and_needs_money():
    state, _ = run(small(40, competition=0.8, single_lead=1.0, form_chance=0.5), 36)
    rows = working(state)
    seen = 0.0
    for i in rows:
        patrons = set(state.organisations.patron[i].tolist()) - {NONE}
        for j in patrons:
            power = _power(state, j, i)
            assert 0.0 <= power <= 1.0
            seen = max(seen, power)
        strangers = [j for j in rows[:10] if j not in patrons]
        assert all(_power(state, j, i) == 0.0 for j in strangers)
    assert seen > 0.05


unit = st.floats(0.0, 1.0)


@given(stake=unit, power=unit, trust=unit, dominance=unit, visible=unit, backing=unit, eased=unit)
@settings(deadline=None, derandomize=True, max_examples=200)
def test_fear_only_ever_silences(state, stake, power, trust, dominance, visible, backing, eased):
    chance = _speak(state, stake, power, trust, dominance, visible, backing, eased)
    fearless = _speak(state, stake, 0.0, trust, dominance, visible, backing, eased)
    assert 0.0 <= chance <= fearless <= 1.0
    for free in (
        (stake, power, 1.0, dominance, visible, backing, eased),  # trusted
        (stake, power, trust, 0.0, visible, backing, eased),  # mild
        (stake, power, trust, dominance, 0.0, backing, eased),  # secret
        (stake, power, trust, dominance, visible, 1.0, eased),  # backed
        (stake, power, trust, dominance, visible, backing, 1.0),  # facilitated
    ):
        assert _speak(state, *free) == pytest.approx(fearless)
    assert _speak(state, 1.0, power, trust, dominance, visible, backing, eased) >= chance


def test_power_silences(state):
    state.params["speak_slope"] = 6.0
    args = (0.2, 0.6, 1.0, 0.0, 0.0)
    powers = [_speak(state, 0.3, p, *args) for p in (0.0, 0.5, 1.0)]
    assert powers[0] > powers[1] > powers[2]


def test_sigmoid_is_safe_at_both_ends():
    assert _sigmoid(-1e300) >= 0.0
    assert _sigmoid(1e300) == 1.0
    assert _sigmoid(0.0) == 0.5
    assert _sigmoid(3.0) + _sigmoid(-3.0) == pytest.approx(1.0)


def test_overlap_of_simplexes():
    x = np.array([0.5, 0.5, 0.0, 0.0, 0.0, 0.0])
    y = np.array([0.0, 0.5, 0.5, 0.0, 0.0, 0.0])
    assert _overlap(x, x) == pytest.approx(1.0)
    assert _overlap(x, y) == pytest.approx(0.5)
    assert _overlap(y, x[::-1].copy()) == pytest.approx(0.0)


def test_good_strangers_raise_the_trust_in_their_sector_alone(empty):
    i = working(empty)[0]
    empty.params["stranger_learning"] = 1.0
    before = [_stranger(empty, i, s) for s in range(5)]
    empty.organisations.good[i, 2] += 3.0
    empty.organisations.bad[i, 3] += 3.0
    after = [_stranger(empty, i, s) for s in range(5)]
    assert after[2] > before[2]
    assert after[3] < before[3]
    assert [after[s] for s in (0, 1, 4)] == [before[s] for s in (0, 1, 4)]
    empty.params["stranger_learning"] = 0.0
    assert _stranger(empty, i, 2) == _stranger(empty, i, 3)
    empty.params["goodwill"] = REGISTRY["goodwill"].high
    assert _stranger(empty, i, 2) > before[0]
    assert empty.organisations.status[i] == ACTIVE
