"""One seed, one history: whatever the threads, the batch, the labels and the order of the file."""

import csv
from dataclasses import replace

import numpy as np
import pytest

from alliances import Change, ScenarioError
from alliances.model.kernel.state import copy_state
from alliances.model.measures import MEASURES, Measure
from alliances.model.places.roster import read_place
from alliances.model.places.synthetic import synthetic_place
from alliances.model.simulation import burn_in, new_state, simulate, start
from tests.model.runs import begun, differing, run, small, stepped

LIVELY = {"form_chance": 0.6, "joining_bar": 0.0, "connectors": 2, "competition": 0.6}


def lively(organisations=30, **values):
    return small(organisations, **{**LIVELY, **values})


def assert_same(one, other):
    assert one.tobytes() == other.tobytes(), differing(one, other)


@pytest.fixture(scope="module")
def ensemble():
    return simulate(lively(), 5, seed=11, months=30, threads=1)


@pytest.mark.parametrize("threads", [2, 3, 8])
def test_any_number_of_threads(ensemble, threads):
    other = simulate(lively(), 5, seed=11, months=30, threads=threads)
    assert_same(ensemble.values, other.values)
    for name in ("organisations", "ties", "alliances"):
        assert getattr(ensemble, name).equals(getattr(other, name))


@pytest.mark.parametrize("chosen", [[0], [4], [3, 1], [2, 0, 4]])
def test_any_subset_of_the_replicates_in_any_order(ensemble, chosen):
    assert_same(ensemble.values[chosen], simulate(lively(), chosen, seed=11, months=30).values)


def test_a_single_run_is_a_member_of_the_ensemble(ensemble):
    for replicate in range(5):
        state = begun(lively(), seed=11, replicate=replicate)
        assert_same(ensemble.values[replicate], stepped(state, 30).view(np.ndarray))


def test_a_shorter_horizon_is_the_start_of_a_longer_one(ensemble):
    assert_same(ensemble.values[:, :12], simulate(lively(), 5, seed=11, months=12).values)


def test_month_by_month_is_all_at_once():
    state = begun(lively())
    one, other = copy_state(state), state
    whole = stepped(one, 24)
    parts = np.concatenate([stepped(other, n) for n in (1, 1, 5, 7, 10)])
    assert_same(whole.view(np.ndarray), parts.view(np.ndarray))
    for table, same in zip(one, other, strict=True):
        assert table.tobytes() == same.tobytes()


def test_looking_changes_nothing(ensemble):
    looking = Measure("n", "n", "", "", "", 0, np.inf, "neither", compute=lambda s: len(s.ties()))
    watched = simulate(
        lively(), 5, seed=11, months=30, measures=[looking], at=[0, 3, 17, 29], final=False
    )
    assert_same(ensemble.values, watched.values)
    assert len(watched.chosen) == 20


@pytest.mark.parametrize("room", [50_000, 10])
def test_a_log_of_events_changes_nothing_even_when_it_is_full(room):
    scenario = lively()
    state = new_state(scenario, events=room)
    start(state, scenario, 1)
    burn_in(state, scenario)
    assert_same(stepped(state, 24).view(np.ndarray), run(scenario, 24)[1].view(np.ndarray))
    now = state.now[0]
    if room == 10:
        assert now.log_count == 10
        assert now.log_lost > 0
    else:
        assert now.log_count > 100
        assert now.log_lost == 0


def test_different_seeds_and_replicates_have_different_luck(ensemble):
    values = ensemble.values["trust"]
    assert len(np.unique(values[:, -1])) == 5
    other = simulate(lively(), 1, seed=12, months=30)
    assert differing(ensemble.values[0], other.values[0])


# --- labels and order ---------------------------------------------------------


def _write(path, place, order, name_of):
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["name", "income", "uid", "sector"])
        sectors = ("community", "charity", "council", "health", "business")
        for row in order:
            uid, income = int(place.uid[row]), float(place.income[row])
            out.writerow([name_of(row), repr(income), uid, sectors[place.sector[row]]])


@pytest.fixture(scope="module")
def rosters(tmp_path_factory):
    """One roster: as it is, in another order, and with other names."""
    folder = tmp_path_factory.mktemp("rosters")
    place = synthetic_place(25, seed=5)
    rows = np.arange(place.size)
    shuffled = np.random.default_rng(1).permutation(rows)
    paths = [folder / f"{name}.csv" for name in ("plain", "shuffled", "renamed")]
    _write(paths[0], place, rows, lambda row: f"body {row}")
    _write(paths[1], place, shuffled, lambda row: f"body {row}")
    _write(paths[2], place, shuffled, lambda row: f"other {997 * (row + 3) % 1009}")
    return [read_place(path, name="here") for path in paths]


def test_order_of_the_roster(rosters):
    plain, shuffled, _ = rosters
    assert plain.digest() == shuffled.digest()
    assert_same(run(lively(), 24, place=plain)[1], run(lively(), 24, place=shuffled)[1])


def test_names_of_the_organisations(rosters):
    plain, _, renamed = rosters
    assert plain.names != renamed.names
    assert_same(run(lively(), 24, place=plain)[1], run(lively(), 24, place=renamed)[1])
    anonymous = plain.anonymous()
    assert_same(run(lively(), 24, place=plain)[1], run(lively(), 24, place=anonymous)[1])


def test_another_uid_is_another_history(rosters):
    plain = rosters[0]
    uid = plain.uid.copy()
    uid[3] += np.uint64(1)
    other = replace(plain, uid=uid, body=uid)
    assert differing(run(lively(), 24, place=plain)[1], run(lively(), 24, place=other)[1])


# --- common random numbers ----------------------------------------------------

# Changes that cannot reach back: identical until their month.
CHANGES = [
    {"facilitation": 1.0},
    {"competition": 0.0},
    {"connectors": 6},
    {"funding_cut": 0.5},
    {"trust_reset": -1.0},
    {"voice_equality": 1.0, "reward_equality": 1.0},
    {"exploration": 0.9},
    {"criteria_shift": 1.0},
    {"slack": 0.5},
    {"term_months": 6, "round_months": 3},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_scenarios_are_the_same_until_they_part(change):
    plain = run(lively(40), 48)[1]
    scenario = lively(40).model_copy(update={"timeline": (Change(month=36, set=change),)})
    changed = run(scenario, 48)[1]
    assert not differing(plain[:36], changed[:36])
    assert differing(plain[36:], changed[36:])


def test_a_change_that_changes_nothing_is_no_change():
    scenario = lively(40)
    nothing = {name: scenario.values()[name] for name in ("facilitation", "competition", "hosting")}
    later = scenario.model_copy(update={"timeline": (Change(month=12, set=nothing),)})
    assert not differing(run(scenario, 24)[1], run(later, 24)[1])


def test_levers_of_month_0_leave_the_burn_in_alone():
    one = begun(small(30, burn_in=12))
    other = begun(small(30, burn_in=12, facilitation=1.0, competition=0.0, connectors=5))
    for table, same in zip(one._asdict().items(), other, strict=True):
        if table[0] != "params":
            assert table[1].tobytes() == same.tobytes(), table[0]


def test_switching_off_leaves_the_rest_alone_until_the_first_event_it_touches():
    # No shock before month 10: whether shocks exist cannot matter before.
    shock = (Change(month=10, set={"crisis": 1.0}),)
    scenario = lively(30).model_copy(update={"timeline": shock})
    off = scenario.without("crisis")
    one, other = run(scenario, 20)[1], run(off, 20)[1]
    assert not differing(one[:10], other[:10])
    assert differing(one[10:], other[10:])


def test_a_rule_that_nobody_needs_yet_draws_nobodys_number():
    # Mergers are drawn apart from all else: with and without, the same until the first end.
    scenario = lively(40, founding_rate=0.0, grace_months=2, income_noise=0.15)
    one = run(scenario.with_values(hosting=0.0, absorption=1.0), 60)[1]
    other = run(scenario.with_values(hosting=0.0, absorption=0.0), 60)[1]
    first = int(np.flatnonzero(one.mergers > 0)[0])
    assert first > 0
    assert not differing(one[:first], other[:first])


def test_all_measures_are_compared():
    assert len(MEASURES) > 50


def test_a_result_that_is_not_a_number_is_refused(monkeypatch):
    def breaks(state, months, rows, first):
        if len(rows):
            rows.trust[3] = np.nan

    monkeypatch.setattr("alliances.model.simulation.run_months", breaks)
    with pytest.raises(ScenarioError, match=r"'trust' was nan in month 3 of replicate 7, seed 5"):
        simulate(small(), [7], seed=5, months=6)
