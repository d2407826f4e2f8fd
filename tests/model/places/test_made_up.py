"""Places at the edge: one sector, no ties, nobody who acts, branches, and none at all."""

from dataclasses import replace

import numpy as np
import pytest

from alliances import PlaceSource, Scenario
from alliances.model.kernel.state import ACTIVE, BUSINESS, COMMUNITY, COUNCIL, NONE, SECTORS
from alliances.model.places.builder import Rows, build_place, select_rows
from alliances.model.places.place import PlaceError
from alliances.model.places.synthetic import synthetic_place
from alliances.model.simulation import ScenarioError, simulate
from tests.model.consistency import assert_consistent, assert_measured, working
from tests.model.runs import begun, differing, run, small, stepped


def roster(count, *, localities=None, **columns):
    """A place of `count` organisations of GBP 1,000 to 1,000,000."""
    rows = Rows(
        names=[f"body {i}" for i in range(count)],
        income=np.geomspace(1e3, 1e6, count) if count > 1 else [5e4],
        localities=localities or ["here"] * count,
        **columns,
    )
    return build_place("here", rows, public_bodies=False)


def soundly(place, months=18, **values):
    state = begun(small(**values), place=place)
    rows = stepped(state, months)
    assert_consistent(state)
    assert_measured(rows)
    return state, rows


@pytest.mark.parametrize("sector", range(len(SECTORS)))
def test_one_sector(sector):
    _, values = soundly(roster(14, sector=np.full(14, sector)))
    if sector != COMMUNITY:
        assert values.organisations.max() > 0
    if sector == COMMUNITY:  # who is founded is a community group too
        assert values.mixing_sector.max() == 0
        assert values.trust_cross_sector.max() == 0


def test_all_inert():
    state, values = soundly(roster(9, inert=np.ones(9, bool)), founding_rate=0.2)
    assert values.organisations.max() == 0
    assert values.ties.max() == 0
    assert values.impact.max() == 0
    assert len(working(state)) == 0


def test_all_inert_but_one():
    _, values = soundly(roster(9, inert=np.arange(9) != 4))
    assert values.organisations[0] == 1


def test_no_income_at_all():
    place = roster(6)
    soundly(replace(place, income=np.zeros(6)))


def test_incomes_far_apart():
    place = roster(6)
    soundly(replace(place, income=np.array([0.0, 1.0, 1e2, 1e6, 1e9, 1e12])))


def test_no_expertise_and_no_mission():
    soundly(roster(8, expertise=np.zeros((8, 6))))
    one = np.zeros((8, 6))
    one[:, 2] = 1.0
    soundly(roster(8, expertise=one, mission=one))


def test_dispositions_at_the_ends():
    for end in (0.0, 1.0):
        column = np.full(10, end)
        soundly(roster(10, openness=column, mutuality=column, dominance=column))


def test_reserves_of_nothing():
    _, values = soundly(roster(20, reserves_months=np.zeros(20)), 36)
    assert values.organisations[-1] > 0


def test_nobody_meets_and_nothing_is_formed():
    _, values = soundly(None, meetings=0.0, form_chance=0.0, connectors=0)
    assert values.meetings.max() == 0
    assert values.alliance_share.max() == 0


def test_a_place_of_zero_is_refused_in_words():
    with pytest.raises(PlaceError, match="at least 1"):
        build_place("nowhere", Rows(names=[], income=[], localities=[]))
    with pytest.raises(PlaceError, match="at least one"):
        PlaceSource(organisations=0).make()
    with pytest.raises(PlaceError, match="at least 1 organisation"):
        PlaceSource(organisations=2, places=3).make()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"replicates": 0}, "at least 1"),
        ({"replicates": [1, 1]}, "different"),
        ({"replicates": [-1]}, "not negative"),
        ({"months": 0}, "1 to 10,000"),
    ],
)
def test_senseless_runs_are_refused_in_words(wrong, said):
    with pytest.raises(ScenarioError, match=said):
        simulate(small(), **wrong)


# --- several localities -------------------------------------------------------


def test_localities_do_not_touch_each_other():
    both = synthetic_place(40, 2, seed=3)
    assert len(np.unique(both.body)) == both.size  # no branches: nothing joins the two
    scenario = small(founding_rate=0.1)
    together, _ = run(scenario, 24, place=both)
    for p in range(2):
        apart, _ = run(scenario, 24, place=select_rows(both, both.locality == p))
        here = together.organisations.place == p
        _same_rows(
            together.organisations[here], apart.organisations[apart.organisations.place == p]
        )
        assert together.places[p].impact == apart.places[p].impact
        assert together.places[p].needs.tobytes() == apart.places[p].needs.tobytes()


def _same_rows(some, others):
    for name in ("uid", "status", "income", "reserves", "mutuality", "stress", "tie_count"):
        assert some[name].tobytes() == others[name].tobytes(), name
    assert some.priorities.tobytes() == others.priorities.tobytes()


@pytest.fixture(scope="module")
def branches():
    """Two localities of eight, and three bodies that are in both."""
    names = [f"local {i}" for i in range(16)] + ["N1", "N2", "N3"] * 2
    rows = Rows(
        names=names,
        income=[3e4] * 16 + [1e5] * 6,
        localities=["east"] * 8 + ["west"] * 8 + ["east"] * 3 + ["west"] * 3,
    )
    return build_place("two", rows)


def _branch_rows(state):
    bodies, count = np.unique(state.organisations.body[working(state)], return_counts=True)
    return {
        int(body): np.flatnonzero(
            (state.organisations.body == body) & (state.organisations.status == ACTIVE)
        )
        for body in bodies[count > 1]
    }


def test_branches_of_a_body_keep_one_purse(branches):
    state, _ = run(small(), 12, place=branches)
    found = _branch_rows(state)
    assert found
    for rows in found.values():
        here = state.organisations[rows]
        months = here.reserves / here.income
        assert months == pytest.approx(np.full(len(rows), months[0]), rel=1e-9)


def _assert_chains(state):
    rows = state.organisations
    for i in working(state):
        j, seen = rows[i].first_branch, []
        assert rows[j].first_branch == j
        while j != NONE:
            assert rows[j].body == rows[i].body, "a stranger's row hangs on the chain of a body"
            assert rows[j].first_branch == rows[i].first_branch
            assert j not in seen
            seen.append(j)
            j = rows[j].next_branch
        assert i in seen


@pytest.mark.parametrize("seed", range(4))
def test_rows_of_closed_branches_go_to_others_cleanly(branches, seed):
    # Poor branches close, and new groups are founded in their rows.
    scenario = small(
        grace_months=1, founding_rate=0.2, income_noise=0.2, hosting=0.0, absorption=0.0
    ).with_values(reserve_target=0.0, own_reversion=0.0, purse_change=-0.9)
    state = begun(scenario, seed, place=branches)
    rows = state.organisations
    broke = np.flatnonzero(rows.first_branch != np.arange(len(rows)))[seed % 3]
    chain = [rows[broke].first_branch, broke]
    victim = chain[seed % 2]
    uid = rows[victim].uid
    _assert_chains(state)
    for _ in range(60):
        rows[victim].reserves -= 0.0
        if rows[victim].uid == uid and rows[victim].status == ACTIVE:
            # Its books are ruined from outside; what is taken goes back to where it came from.
            state.now[0].accounts[0] += rows[victim].reserves + 1e6
            rows[victim].reserves = -1e6
            rows[victim].months_below_zero = 36
        stepped(state, 1)
        _assert_chains(state)
        assert_consistent(state)
    assert rows[victim].uid != uid, "the row was not used again: the test shows nothing"


def test_an_inert_organisation_changes_nobodys_history():
    plain = roster(15)
    names = [*plain.names]
    for uid in (1, 2**63, 2**64 - 1):
        rows = Rows(
            names=[*names, "listed only"],
            income=[*plain.income, 7e5],
            localities=["here"] * 16,
            uids=[*plain.uid.tolist(), uid],
            inert=[False] * 15 + [True],
        )
        more = build_place("here", rows, public_bodies=False)
        scenario = small(founding_rate=0.1, connectors=2, bundling=0.5)
        assert not differing(run(scenario, 24, place=plain)[1], run(scenario, 24, place=more)[1])


def test_public_bodies_have_no_part_in_their_own_purse():
    place = synthetic_place(30, seed=2)
    state = begun(small(competition=0.5), place=place)
    for _ in range(24):
        stepped(state, 1)
        for p in state.places:
            here = state.agreements[p.agreement_start : p.agreement_start + p.agreement_count]
            paid = here.payee[(here.payee >= 0) & (here.payer >= 0)]
            payer = here.payer[(here.payee >= 0) & (here.payer >= 0)]
            assert (paid != payer).all(), "a commissioner pays itself"


def test_sectors_of_the_public_are_where_they_are_said_to_be():
    state = begun(small(20))
    bodies = state.commissioners.body[:2]
    assert state.organisations.sector[bodies[0]] == COUNCIL
    assert BUSINESS in state.organisations.sector


def test_names_of_no_organisation_reach_the_results():
    scenario = Scenario(place=PlaceSource(organisations=12)).with_values(burn_in=0)
    result = simulate(scenario, months=2)
    assert {"uid", "name"} <= set(result.organisations.columns)
    assert result.organisations.uid.is_unique
