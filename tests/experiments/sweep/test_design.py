"""Designs: their sizes, what they fill, and that all their values are allowed."""

import re

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliances.experiments.sweep.design import Design, make_design, size_of
from alliances.experiments.sweep.experiment import METHODS, Sampling
from alliances.experiments.worlds.factor import Factor, read_factor
from alliances.model.input.errors import UserError
from alliances.model.parameters import REGISTRY, checked

VARIED = [name for name in REGISTRY if name != "burn_in"]
NUMBERS = [name for name in VARIED if REGISTRY[name].kind != "choice"]


def factor(name: str, given: object) -> Factor:
    return read_factor(name, given, lever=REGISTRY[name].is_lever)


RANGE = {"low": 0.0, "high": 1.0}
THREE = (
    factor("targets", RANGE),
    factor("connectors", {"low": 1, "high": 4}),
    factor("connector_host", "levels"),
)


def made(method: str, factors: tuple[Factor, ...] = THREE, **options: object) -> Design:
    return make_design(Sampling(method=method, **options), factors, [0.3, 0, "independent"])


@st.composite
def a_factor(draw: st.DrawFn) -> Factor:
    name = draw(st.sampled_from(VARIED))
    entry = REGISTRY[name]
    if entry.kind == "choice":
        options = st.lists(st.sampled_from(entry.options), min_size=1, unique=True)
        return factor(name, draw(st.one_of(options, st.just("levels"))))
    low, high = (int(entry.low), int(entry.high)) if entry.kind != "number" else (None, None)
    number = (
        st.floats(entry.low, entry.high, allow_subnormal=False)
        if low is None
        else st.integers(low, high)
    )
    if draw(st.booleans()):
        values = draw(st.lists(number, min_size=1, max_size=6, unique=True))
        return factor(name, values)
    ends = sorted(draw(st.lists(number, min_size=2, max_size=2, unique=True)))
    steps = draw(st.sampled_from([0, 2, 3, 7]))
    return factor(name, {"low": ends[0], "high": ends[1], "steps": steps})


@given(a_factor(), st.floats(0.0, 1.0))
@settings(max_examples=300, deadline=None)
def test_every_coordinate_is_an_allowed_value(one, unit):
    value = one.at(unit)
    assert checked({one.name: value}) == {one.name: value}
    if one.values:
        assert value in one.values
    else:
        assert one.low <= value <= one.high
    assert 0.0 <= one.unit(value) <= 1.0


@given(a_factor())
@settings(max_examples=200, deadline=None)
def test_listed_and_whole_values_come_back(one):
    if one.values:
        values = one.values
    elif one.kind == "number":
        values = (one.low, one.high)
    else:
        values = tuple(range(int(one.low), int(one.high) + 1))
    assert tuple(one.at(one.unit(value)) for value in values) == values


@given(
    st.lists(a_factor(), min_size=1, max_size=3, unique_by=lambda one: one.name),
    st.sampled_from(["grid", "latin_hypercube", "sobol", "morris", "one_at_a_time"]),
    st.integers(0, 5),
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_design_has_the_size_and_values_it_says(factors, method, seed):
    needs = {"points": 4, "seed": seed} if "points" in METHODS[method] else {}
    sampling = Sampling(method=method, **needs)
    base = [REGISTRY[one.name].default for one in factors]
    try:
        found = make_design(sampling, factors, base)
    except UserError:
        assert method == "grid"
        assert any(one.kind == "number" and not one.values and not one.steps for one in factors)
        return
    if method == "one_at_a_time":  # what equals the base stands there once
        assert len(set(found.values)) == len(found) <= size_of(sampling, factors)
    else:
        assert len(found) == size_of(sampling, factors)
    assert found.units.shape == (len(found), len(factors))
    for values in found.values:
        given = {one.name: value for one, value in zip(factors, values, strict=True)}
        assert checked(given) == given


@pytest.mark.parametrize(
    ("method", "options", "size"),
    [
        ("latin_hypercube", {"points": 7}, 7),
        ("sobol", {"points": 8}, 8 * 5),
        ("sobol", {"points": 8, "second_order": True}, 8 * 8),
        ("morris", {"points": 6}, 6 * 4),
    ],
)
def test_sizes_are_as_documented(method, options, size):
    assert len(made(method, **options)) == size


def test_a_grid_is_the_full_product():
    factors = (factor("targets", {**RANGE, "steps": 3}), *THREE[1:])
    values = made("grid", factors).values
    assert len(set(values)) == len(values) == 3 * 4 * 3
    assert {v[0] for v in values} == {0.0, 0.5, 1.0}
    assert {v[1] for v in values} == {1, 2, 3, 4}


def test_a_grid_that_is_too_large_is_refused():
    wide = [factor(n, {**RANGE, "steps": 5000}) for n in ("targets", "bundling", "competition")]
    with pytest.raises(UserError, match=r"125,000,000,000 points; at most 5,000,000"):
        make_design(Sampling(), wide)


def test_a_latin_hypercube_has_one_point_in_each_stratum():
    units = made("latin_hypercube", points=50, seed=3).units
    for column in units.T:
        assert sorted((column * 50).astype(int)) == list(range(50))


def test_sobol_spreads_whole_numbers_evenly():
    found = made("sobol", points=64)
    first = [values[1] for values in found.values[::5]]
    counts = np.bincount(first, minlength=5)[1:]
    assert counts.tolist() == [16, 16, 16, 16]


def test_morris_moves_one_factor_at_a_time():
    units = made("morris", points=5, seed=2).units.reshape(5, 4, 3)
    moved = np.abs(np.diff(units, axis=1)) > 0
    assert (moved.sum(axis=2) == 1).all()
    assert moved.any(axis=1).all()


def test_one_at_a_time_leaves_the_others_at_the_base():
    base = (0.3, 0, "independent")
    values = made("one_at_a_time").values
    assert len(values) == 2 + 2 + 3
    for point in values:
        assert sum(mine != usual for mine, usual in zip(point, base, strict=True)) <= 1


@pytest.mark.parametrize(
    ("given", "cell", "told"),
    [
        ({"low": 0.2, "high": 0.4}, "0.41", "0.41 is not within 0.2 to 0.4"),
        ({"low": 0.2, "high": 0.4}, "0.19", "0.19 is not within 0.2 to 0.4"),
        ([0.2, 0.4], "0.3", "0.3 is not among the factor's values 0.2, 0.4"),
    ],
)
def test_a_list_stays_within_its_factors(given, cell, told):
    factors = (factor("targets", given),)
    text = "targets\n0.2\n0.4\n"
    assert made("list", factors, file="F", text=text).values == ((0.2,), (0.4,))
    with pytest.raises(UserError, match=f"F, line 4, column targets: {re.escape(told)}"):
        made("list", factors, file="F", text=f"{text}{cell}\n")


@pytest.mark.parametrize("method", ["latin_hypercube", "sobol", "morris"])
def test_sampling_has_a_seed_of_its_own(method):
    first, same, other = (made(method, points=8, seed=seed) for seed in (1, 1, 2))
    assert first.values == same.values
    assert first.values != other.values
