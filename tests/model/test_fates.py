"""How organisations end, are held, merge and begin."""

import numpy as np
import pytest

from alliances.model.kernel.state import ACTIVE, COMMUNITY, COUNCIL, HEALTH, HOSTED, NONE
from tests.model.consistency import assert_consistent, working
from tests.model.runs import begun, run, small, stepped

TIED = {"meetings": 4.0, "meeting_days": 0.05, "burn_in": 12, "turnover_rate": 0.0}


def ruined(state, i, pounds=None):
    """Take what i has and more; the books note it."""
    pounds = state.organisations.income[i] * 5.0 if pounds is None else pounds
    state.now[0].accounts[0] += state.organisations.reserves[i] + pounds
    state.organisations.reserves[i] = -pounds


def charities(state):
    rows = working(state)
    sectors = state.organisations.sector[rows]
    return rows[(sectors != COUNCIL) & (sectors != HEALTH)]


def test_whoever_stays_below_zero_for_too_long_closes():
    state = begun(small(30, hosting=0.0, absorption=0.0, founding_rate=0.0, grace_months=3))
    i = charities(state)[4]
    uid = state.organisations.uid[i]
    ruined(state, i)
    for month in range(3):
        assert state.organisations.uid[i] == uid
        assert state.organisations.status[i] == ACTIVE, f"closed after {month} months"
        values = stepped(state, 1)
    assert state.organisations.status[i] != ACTIVE
    assert values.closures[0] >= 1
    assert_consistent(state)


def test_a_public_body_is_stood_by():
    state = begun(small(30, grace_months=1))
    for c in state.commissioners[:2]:
        ruined(state, c.body)
    stepped(state, 3)
    for c in state.commissioners[:2]:
        assert state.organisations.status[c.body] == ACTIVE
        assert state.organisations.reserves[c.body] > -1e6
    assert_consistent(state)


def rescued(seed=1, **values):
    """A place in which half of the small are ruined once; the measures after that."""
    state = begun(small(60, **{**TIED, "grace_months": 1, "founding_rate": 0.0, **values}), seed)
    for i in charities(state)[::2]:
        if state.organisations.income[i] < 1e5:
            ruined(state, i, state.organisations.income[i] / 2.0)
    return state, stepped(state, 36)


def test_nobody_is_rescued_where_nobody_rescues():
    _, values = rescued(hosting=0.0, absorption=0.0)
    assert values.hosted.sum() == values.mergers.sum() == 0
    assert values.closures.sum() > 0


def test_the_hosted_stay_hosted_without_the_norm_to_let_go():
    state, values = rescued(hosting=1.0, release_norm=0.0)
    assert values.hosted.sum() > 0
    assert values.released.sum() == 0
    assert_consistent(state)


def test_the_hosted_are_let_go_where_that_is_the_norm():
    released = sum(
        rescued(seed, hosting=1.0, release_norm=1.0)[1].released.sum() for seed in (1, 2)
    )
    assert released > 0


def test_a_host_is_larger_solvent_and_working():
    state, _ = rescued(hosting=1.0, release_norm=0.0, hosting_spread=2.0)
    rows = state.organisations
    hosted = np.flatnonzero(rows.status == HOSTED)
    assert len(hosted)
    for i in hosted:
        assert rows.status[rows.host[i]] in (ACTIVE, HOSTED)
        assert rows.band[rows.host[i]] >= rows.band[i] - 1


def test_a_merger_moves_reserves_and_ends_the_smaller():
    state = begun(small(60, **TIED, grace_months=1, founding_rate=0.0), 2)
    state.params.hosting[:] = 0.0
    state.params.absorption[:] = 1.0
    before = len(working(state))
    for i in charities(state)[::2]:
        ruined(state, i, 10.0)
    values = stepped(state, 12)
    assert values.mergers.sum() > 0
    assert before - len(working(state)) == values.mergers.sum() + values.closures.sum()
    assert_consistent(state)


def test_nobody_is_founded_at_a_rate_of_nothing():
    assert run(small(60, founding_rate=0.0), 36)[1].founded.sum() == 0


def test_as_many_are_founded_as_the_rate_says():
    rate, count, years = 0.1, 60, 4
    scenario = small(count, founding_rate=rate, hosting=0.0)
    # Rows must be free: others close at about the rate, and a tenth is spare.
    founded = [run(scenario, 12, seed)[1].founded.sum() for seed in range(12 * years)]
    expected = rate * count
    assert np.mean(founded) == pytest.approx(expected, abs=4 * np.sqrt(expected / len(founded)))


def test_the_new_are_small_community_groups_with_a_quarter_of_a_year_in_hand():
    state = begun(small(60, founding_rate=0.2, burn_in=0))
    known = set(state.organisations.uid.tolist())
    seen = 0
    for _ in range(24):
        month = int(state.now[0].month)
        stepped(state, 1)
        for i in working(state):
            me = state.organisations[i]
            if int(me.uid) in known:
                continue
            known.add(int(me.uid))
            seen += 1
            assert me.born == month
            assert me.sector == COMMUNITY
            assert me.income < 1e5
            assert me.band in (0, 1)
            assert me.reserves == pytest.approx(me.income / 4.0)
            assert me.tie_count == 0
            assert (me.seat == NONE).all()
            assert me.commissioned == me.received == me.solo_days == me.borrowed == 0.0
    assert seen > 5


def test_nobody_closes_in_a_place_without_trouble():
    # Enough in hand, no noise, no money that ends.
    calm = {"income_noise": 0.0, "purse_scale": 0.0, "founding_rate": 0.0, "visibility": 0.0}
    values = run(small(40, **calm, competition=0.0, burn_in=0), 24)[1]
    assert values.organisations[0] == 40
    assert values.closures[:6].sum() == 0
