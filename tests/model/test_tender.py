"""Contests for money: the Tullock contest of theory, and where the model leaves it."""

import numba
import numpy as np
import pytest
from numba import uint64

from alliances.model.kernel.draws import COMMISSION, uniform
from alliances.model.processes.tender import contest_weight
from tests.model.runs import begun, differing, run, small


@numba.njit
def _weights(state, days, income, fit, record, together, found):
    params = state.params[0]
    for i in range(len(days)):
        found[i] = contest_weight(params, days[i], income[i], fit[i], record[i], together[i])


@numba.njit
def _win(weights, rounds, wins):
    """Exponential clocks, as in `_decide`: the first to ring wins."""
    for month in range(rounds):
        winner, first = -1, 1e300
        for i in range(len(weights)):
            u = uniform(uint64(5), month, COMMISSION, 1_100, uint64(i + 1), uint64(9))
            clock = -np.log(1.0 - u) / weights[i]
            if clock < first:
                winner, first = i, clock
        wins[winner] += 1


@pytest.fixture(scope="module")
def state():
    return begun(small(4, burn_in=0))


def weights(state, days, income=None, *, fit=None, record=None, together=None, **params):
    """Weights of some bids that are equal in what is not given."""
    n = len(days)
    for name, value in params.items():
        state.params[name] = value
    columns = (
        np.asarray(days, float),
        np.full(n, 1e5) if income is None else np.asarray(income, float),
        np.full(n, 0.5) if fit is None else np.asarray(fit, float),
        np.full(n, 0.5) if record is None else np.asarray(record, float),
        np.zeros(n) if together is None else np.asarray(together, float),
    )
    found = np.empty(n)
    _weights(state, *columns, found)
    return found


def test_clocks_ring_in_proportion_to_weight_for_many_rivals():
    found = np.array([1.0, 2.0, 3.0, 4.0])
    wins = np.zeros(4, np.int64)
    _win(found, 20_000, wins)
    assert wins / 20_000 == pytest.approx(found / 10.0, abs=0.015)


def test_a_rival_more_leaves_the_order_of_the_others_alone():
    with_four, with_three = np.zeros((1, 4), np.int64), np.zeros((1, 3), np.int64)
    changed = 0
    for rounds in range(1, 200):
        one, other = np.zeros(4, np.int64), np.zeros(3, np.int64)
        _win(np.array([1.0, 2.0, 3.0, 1.0]), rounds, one)
        _win(np.array([1.0, 2.0, 3.0]), rounds, other)
        last_with, last_without = one - with_four[0], other - with_three[0]
        with_four[0], with_three[0] = one, other
        if last_with[3] == 0:  # the newcomer lost: whoever won wins still
            changed += int((last_with[:3] != last_without).any())
    assert changed == 0


def test_intensity_0_is_a_lottery(state):
    found = weights(state, [100.0, 1.0, 5.0], [1e7, 1e4, 1e5], intensity=0.0, muscle=0.5)
    assert found[0] == found[1] == found[2]


def test_muscle_fit_record_and_partners_count(state):
    same = [5.0, 5.0]
    assert weights(state, same, [1e6, 1e5], intensity=1.0, muscle=0.0).tolist()[0] == pytest.approx(
        weights(state, same, intensity=1.0, muscle=0.0)[1]
    )
    large, little = weights(state, same, [1e6, 1e5], intensity=1.0, muscle=0.3)
    assert large / little == pytest.approx(10**0.3)
    more, less = weights(state, same, fit=[0.9, 0.3], intensity=1.0)
    assert more / less == pytest.approx(3.0)
    more, less = weights(state, same, record=[0.9, 0.3], intensity=1.0)
    assert more > less
    joint, alone = weights(
        state, same, together=[1.0, 0.0], intensity=1.0, collaboration_weight=0.5
    )
    assert joint / alone == pytest.approx(1.5)
    joint, alone = weights(
        state, same, together=[1.0, 0.0], intensity=1.0, collaboration_weight=0.0
    )
    assert joint == alone


def test_without_competition_nobody_bids():
    _, values = run(small(competition=0.0, single_lead=0.0), 30)
    assert values.bids.sum() == 0
    assert values.bid_cost.sum() == 0
    assert values.dissipation.max() == 0


def test_with_competition_somebody_does():
    _, values = run(small(competition=1.0, single_lead=0.0), 30)
    assert values.bids.sum() > 0
    assert values.bid_cost.sum() > 0


def test_a_turnover_test_keeps_the_small_from_bidding():
    def bids(test):
        scenario = small(40, competition=1.0, single_lead=0.0, turnover_test=test, bundling=1.0)
        return run(scenario, 30)[1].bids.sum()

    assert bids(0.5) < bids(0.0)


def test_the_two_rules_of_rivals_differ():
    one = run(small(competition=1.0, rival_rule="best_response"), 36)[1]
    other = run(small(competition=1.0, rival_rule="escalate"), 36)[1]
    assert differing(one, other)
