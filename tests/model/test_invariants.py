"""Whatever the parameters: numbers are numbers, shares are shares, and every list is in order."""

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from alliances.model.parameters import LEVERS, REGISTRY, WORLD
from alliances.model.scenario import Change
from tests.each import each
from tests.model.consistency import assert_consistent, assert_measured
from tests.model.runs import begun, small, stepped

SIZES = (1, 2, 3, 5, 8, 13, 30)
PULSES = tuple(p for p in LEVERS if p.pulse)
ENDS = ("low", "high")


def value_of(entry, share):
    """The value a share of the way from the low to the high end of a parameter's range."""
    if entry.kind == "choice":
        return entry.options[min(int(share * len(entry.options)), len(entry.options) - 1)]
    value = entry.low + share * (entry.high - entry.low)
    return float(value) if entry.kind == "number" else round(value)


def soundly(scenario, months=18, seed=1, every=1):
    """Run a scenario and assert all that must hold, every few months; return the measures."""
    state = begun(scenario, seed)
    assert_consistent(state)
    parts = []
    for _ in range(0, months, every):
        parts.append(stepped(state, every))
        assert_consistent(state)
    values = np.concatenate(parts)
    assert_measured(values)
    return state, values


settled = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
# A share of each parameter's range: both ends often, the default mostly.
hundredths = st.integers(0, 100).map(lambda number: number / 100)
shares = st.one_of(st.none(), st.none(), st.sampled_from([0.0, 1.0]), hundredths)
boxes = st.fixed_dictionaries({p.name: shares for p in REGISTRY.values() if p.name != "burn_in"})


@pytest.mark.slow
@given(
    box=boxes,
    organisations=st.sampled_from(SIZES),
    places=st.sampled_from([1, 1, 2]),
    burn=st.sampled_from([0, 5, 13]),
    shock=st.sampled_from([p.name for p in PULSES]),
    shift=st.sampled_from([p.name for p in LEVERS]),
    seed=st.integers(0, 2**64 - 1),
)
@settings(settled, max_examples=250)
def test_anywhere_in_the_box(box, organisations, places, burn, shock, shift, seed):
    values = {n: value_of(REGISTRY[n], s) for n, s in box.items() if s is not None}
    scenario = small(
        organisations, places=min(places, organisations), **{**values, "burn_in": burn}
    )
    later = Change(month=7, set={shock: REGISTRY[shock].high, shift: value_of(REGISTRY[shift], 1)})
    if shock == shift:
        later = Change(month=7, set={shock: REGISTRY[shock].high})
    soundly(scenario.model_copy(update={"timeline": (later,)}), 18, seed, every=3)


@each("name end", itertools.product([p.name for p in WORLD], ENDS))
def test_an_assumption_at_either_end(name, end):
    entry = REGISTRY[name]
    value = {"burn_in": {"low": 0, "high": entry.high}}.get(name, {}).get(end)
    value = value_of(entry, float(end == "high")) if value is None else value
    soundly(small(20, **{"burn_in": 3, name: value}), 12, every=6)


@each("name end", itertools.product([p.name for p in LEVERS], ENDS))
def test_a_lever_at_either_end(name, end):
    value = value_of(REGISTRY[name], float(end == "high"))
    soundly(small(20, burn_in=3, **{name: value}), 12, every=6)


@each("world levers organisations", itertools.product(ENDS, ENDS, [1, 2, 12, 40]))
def test_every_parameter_at_an_end_at_once(world, levers, organisations):
    values = {p.name: value_of(p, float(world == "high")) for p in WORLD}
    values |= {p.name: value_of(p, float(levers == "high")) for p in LEVERS}
    soundly(small(organisations, **{**values, "burn_in": 6}), 18, every=3)


@each("seed", range(12))
def test_corners_of_the_box(seed):
    drawn = np.random.default_rng(seed)
    values = {
        p.name: value_of(p, float(drawn.integers(2))) for p in REGISTRY.values() if not p.pulse
    }
    soundly(small(16, **{**values, "burn_in": 4}), 24, seed, every=4)


@pytest.mark.parametrize("organisations", [1, 2, 3, 4, 5])
def test_a_handful_of_organisations(organisations):
    _, values = soundly(small(organisations, burn_in=24), 60, every=12)
    assert values["organisations"].min() >= 0
    if organisations == 1:
        assert values["ties"][0] == 0 or values["founded"].sum() > 0


def test_likeness_stays_in_range_where_the_founded_outnumber_the_rest():
    for seed in range(30):
        values = soundly(small(3, founding_rate=0.2, meetings=4.0), 36, seed, every=36)[1]
        assert values["founded"].sum() < 30


def test_paid_slack_is_attention_too():
    # One body that spends on bids all it has, and what it is paid on top.
    lever = {"slack": 0.5, "competition": 1.0, "single_lead": 0.0, "turnover_test": 0.0}
    often = {"round_months": 1, "commissioners": 3, "bid_days": 40.0, "bid_sensitivity": 0.0}
    most = 0.0
    for seed in range(4):
        values = soundly(small(1, burn_in=0, **lever, **often), 12, seed, every=12)[1]
        most = max(most, values["bid_share"].max())
    assert most > 0.6


@pytest.mark.parametrize("name", [p.name for p in PULSES])
def test_shocks_in_the_middle_of_a_run(name):
    for value in (REGISTRY[name].low, REGISTRY[name].high):
        change = Change(month=6, set={name: value})
        soundly(small(20).model_copy(update={"timeline": (change,)}), 12, every=3)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_long_run_of_a_place_that_turns_over(seed):
    scenario = small(
        60,
        founding_rate=0.2,
        grace_months=1,
        income_noise=0.2,
        hosting=0.6,
        absorption=0.5,
        release_norm=0.5,
        form_chance=0.5,
        purse_change=-0.8,
    )
    state, values = soundly(scenario, 240, seed, every=8)
    for name in ("closures", "mergers", "hosted", "released", "founded", "formed", "dissolved"):
        assert values[name].sum() > 0, f"nothing was ever {name}"
    assert state.now[0].log_lost == 0


@example(seed=2**64 - 1)
@given(seed=st.integers(0, 2**64 - 1))
@settings(settled, max_examples=15)
def test_any_seed_will_do(seed):
    soundly(small(12), 6, seed, every=6)


@pytest.mark.slow
def test_a_hundred_thousand_organisations_in_500_places():
    scenario = small(100_000, places=500, burn_in=0)
    state = begun(scenario)
    values = stepped(state, 2)
    assert_measured(values)
    assert values.organisations[0] > 99_000
    assert (values.imbalance < 1e-9).all()
    assert values.meetings.min() > 0
