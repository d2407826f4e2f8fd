"""Meetings: who may meet, how likely it goes well, and what follows."""

import math

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliances.model.kernel.state import ACTIVE, CLOSED, NONE
from alliances.model.processes.meet import fill_forums, meeting_chance
from alliances.model.processes.pressure import order_rows
from tests.model.consistency import assert_consistent, living_ties, working
from tests.model.runs import begun, run, small, stepped


@numba.njit
def _chance(state, i, j, trust_i, trust_j, grievances, common, facilitation):
    return meeting_chance(state, i, j, trust_i, trust_j, grievances, common, facilitation)


@numba.njit
def _forums(state, p):
    order_rows(state, p)
    return fill_forums(state, p)


@pytest.fixture(scope="module")
def state():
    return begun(small(6, burn_in=0))


unit = st.floats(0.0, 1.0)


def chance(state, *, trust=(0.5, 0.5), grievances=0.0, common=0.5, facilitation=0.0, stress=0.0):
    state.organisations.stress[:] = stress
    return _chance(state, 0, 1, *trust, grievances, common, facilitation)


@given(a=unit, b=unit, grievances=st.floats(0.0, 2.0), common=unit, eased=unit, stress=unit)
@settings(deadline=None, derandomize=True, max_examples=100)
def test_the_chance_of_a_meeting_is_the_stated_formula(
    state, a, b, grievances, common, eased, stress
):
    p = state.params[0]  # nobody pays anybody at the start: no power
    odds = p.meeting_base + p.meeting_common * (common - 0.5)
    odds += p.meeting_trust * (a + b - 2.0 * p.stranger_trust)
    odds -= p.meeting_grievance * grievances * (1.0 - eased)
    odds -= p.meeting_stress * 2.0 * stress
    found = chance(
        state, trust=(a, b), grievances=grievances, common=common, facilitation=eased, stress=stress
    )
    assert found == pytest.approx(1.0 / (1.0 + math.exp(-odds)), abs=1e-12)


def test_facilitation_helps_only_where_there_is_something_to_mend(state):
    assert chance(state, facilitation=1.0) == chance(state, facilitation=0.0)
    hurt = [chance(state, grievances=1.0, facilitation=f) for f in (0.0, 0.5, 1.0)]
    assert hurt[0] < hurt[1] < hurt[2] == chance(state)


def test_one_sided_power_strains_a_meeting(state):
    me, other = state.organisations[0], state.organisations[1]
    before = chance(state)
    me.patron[0], me.patron_money[0] = 1, me.income / 24.0  # half of its income, from 1
    state.places.money[0, :] = 100.0
    other.channelled[:] = 100.0
    other.dominance = 1.0
    strained = chance(state)
    other.dominance = 0.0
    mild = chance(state)
    me.patron[0], me.patron_money[0] = NONE, 0.0
    assert strained < before
    assert mild == before


def _people(**values):
    return small(40, connectors=0, form_chance=0.0, competition=0.0, single_lead=0.0, **values)


def test_when_all_goes_well_trust_only_grows():
    state = begun(_people(burn_in=0, turnover_rate=0.0, grievance_decay=0.0))
    state.params.meeting_base[:] = 1e3
    seen = []
    for _ in range(12):
        before = _trusts(state)
        values = stepped(state, 1)
        assert values.conflicts_avoided[0] == values.conflicts_raised[0] == 0
        if values.meetings[0] > 0:
            assert values.meetings_well[0] == 1.0
        after = _trusts(state)
        seen += [after[k] - before[k] for k in before if k in after]
    assert min(seen) >= 0.0
    assert max(seen) > 0.0
    live = state.ties[living_ties(state)]
    assert live.grievance_ab.max() == live.grievance_ba.max() == 0.0


def _trusts(state):
    uid = state.organisations.uid
    return {(int(uid[t.a]), int(uid[t.b])): t.trust_ab for t in state.ties[living_ties(state)]}


def test_when_nothing_goes_well_and_nothing_is_said_grudges_grow():
    state = begun(_people(burn_in=0, openness_mean=0.0, openness_spread=0.0, conflict_practice=0.0))
    state.params.meeting_base[:] = -1e3
    values = stepped(state, 12)
    assert values.meetings_well.max() == 0.0
    assert values.conflicts_raised.sum() == 0
    assert values.conflicts_avoided.sum() > 0
    assert values.grievance[-1] > 0.0
    assert values.productivity_gain.max() == 0.0  # ideas come from conflicts that are raised


def test_practice_has_conflicts_raised():
    def raised(practice):
        values = run(_people(meeting_base=-3.0, conflict_practice=practice, openness_mean=0.2), 36)[
            1
        ]
        return values.conflicts_raised.sum() / (
            values.conflicts_raised.sum() + values.conflicts_avoided.sum()
        )

    assert raised(1.0) > raised(0.0) + 0.1


def test_nobody_meets_a_stranger_without_forums_friends_or_connectors():
    values = run(_people(forum_attendance=0.0, burn_in=0), 24)[1]
    assert values.ties.max() == 0
    assert values.meetings.max() == 0


def test_exploration_of_nothing_keeps_the_ties_there_are():
    state = begun(_people(burn_in=12))
    state.params.exploration[:] = 0.0
    before = set(_trusts(state))
    assert before
    stepped(state, 12)
    assert set(_trusts(state)) <= before


def test_a_pair_meets_at_most_once_a_month():
    state = begun(small(3, meetings=6.0, meeting_days=0.0, forum_attendance=1.0, founding_rate=0.0))
    values = stepped(state, 24)
    pairs = values.organisations * (values.organisations - 1) / 2
    assert (values.meetings * values.organisations <= pairs + 1e-9).all()
    assert values.meetings.max() > 0


def test_meetings_take_time():
    state = begun(_people(burn_in=0, meeting_days=0.5))
    state.params.meeting_days[:] = 1e6  # nobody has that
    assert stepped(state, 6).meetings.max() == 0.0


def test_forums_seat_at_most_as_many_as_they_have_seats():
    state = begun(small(100, forum_seats=5, forum_attendance=1.0))
    forums = _forums(state, 0)
    active = int(state.places[0].active)
    where = state.work.forum[:active]
    seated = where[where != NONE]
    assert seated.max() < forums
    assert np.bincount(seated).max() <= 5
    assert len(seated) > 30
    assert sorted(state.work.order[:active]) == sorted(working(state))


def test_attendance_is_as_stated():
    state = begun(small(100, forum_seats=40, forum_attendance=0.5, homophily_sector=0.0))
    state.organisations.reach[:] = 1.0
    seated = []
    for month in range(40):
        state.now.month[0] = month
        _forums(state, 0)
        active = int(state.places[0].active)
        seated.append((state.work.forum[:active] != NONE).mean())
    assert np.mean(seated) == pytest.approx(0.5, abs=0.05)


def test_forums_outlive_those_who_filled_them():
    # Fewer working bodies than forums: what other rules left in the scratch table is no number
    # of seats.
    state = begun(small(60, burn_in=0, forum_seats=3, forum_attendance=1.0, founding_rate=0.0))
    rows = state.organisations
    for i in np.flatnonzero(rows.status == ACTIVE)[3:]:
        rows.status[i] = CLOSED
    rows.reach[:] = 1.0  # who attends for certain
    clean = _seated(state, 0)
    assert clean[1] == 3
    assert clean == _seated(state, 7)


def _seated(state, left):
    state.work.choice[:] = left
    state.work.seat[:] = NONE
    forums = _forums(state, 0)
    present = int(state.work.bucket[forums])
    return state.work.seat[:present].tolist(), present


def test_like_meets_like_as_far_as_is_stated():
    def crossing(**values):
        scenario = small(120, forum_attendance=1.0, exploration=0.8, friend_ring=0.0, **values)
        return np.mean([run(scenario, 24, seed)[1].mixing_sector[-1] for seed in range(3)])

    assert crossing(homophily_sector=1.0) < crossing(homophily_sector=0.0, homophily_size=0.0) - 0.1


def test_ties_stay_consistent_with_small_lists():
    state = begun(small(60, tie_capacity=4.0, meetings=6.0, meeting_days=0.02))
    for _ in range(12):
        stepped(state, 2)
        assert_consistent(state)
    here = state.organisations[working(state)]
    assert here.tie_capacity.min() == 8  # at least eight, whatever the capacity
    assert (here.tie_count == here.tie_capacity).any()
