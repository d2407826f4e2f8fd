import numpy as np
import pytest

from alliances import MEASURES, PlaceSource, Scenario, simulate
from alliances.experiments.analysis.tipping import OfLow, Way, find_tipping, tipping_point
from alliances.model.input.errors import UserError

HERE = Scenario(place=PlaceSource(organisations=10), months=12)
LUCK = np.random.default_rng(3).normal(size=12)


def search(function, low=0.0, high=1.0, threshold=0.5, *, noise=0.0, **more):
    asked = []

    def evaluate(value):
        asked.append(value)
        return function(value) + noise * LUCK

    found = find_tipping(
        evaluate, low, high, threshold, lever="x", measure=MEASURES["impact"], **more
    )
    return found, asked


def logistic(value):
    return 1.0 / (1.0 + np.exp(-40.0 * (value - 0.37)))


def test_the_crossing_of_a_step():
    found, asked = search(logistic, tolerance=0.002)
    assert found.value == pytest.approx(0.37, abs=0.001)
    assert (found.crossings, found.monotone, found.without) == (1, True, 0.0)
    assert len(asked) == len(set(asked)) <= 5 + 8
    assert sorted(asked) == found.table()["value"].tolist()
    assert "crosses 50 % of what is attainable at x = 0.37" in found.sentence()


def test_thresholds_relative_to_the_ends():
    found, _ = search(lambda value: 2.0 + 4.0 * value, threshold=Way())
    assert (found.threshold, found.value) == pytest.approx((4.0, 0.5))
    found, _ = search(lambda value: 2.0 + 4.0 * value, threshold=OfLow(1.5))
    assert (found.threshold, found.value) == pytest.approx((3.0, 0.25))
    found, _ = search(lambda value: 6.0 - 4.0 * value, threshold=Way(0.75))
    assert (found.threshold, found.value) == pytest.approx((3.0, 0.75))


def test_the_interval_is_that_of_the_luck():
    found, _ = search(lambda value: value, threshold=0.5, noise=0.1, tolerance=0.001)
    # The mean over replicates is x + .1 mean(luck), so x tips at .5 less that.
    assert found.value == pytest.approx(0.5 - 0.1 * LUCK.mean(), abs=0.001)
    half = 1.96 * 0.1 * LUCK.std() / np.sqrt(12)
    assert found.high - found.low == pytest.approx(2.0 * half, rel=0.1)
    assert found.low < found.value < found.high
    again, _ = search(lambda value: value, threshold=0.5, noise=0.1, tolerance=0.001)
    assert (again.low, again.high) == (found.low, found.high)
    # A threshold relative to runs with the same luck has none of it.
    sure, _ = search(lambda value: value, threshold=Way(), noise=0.1, tolerance=0.001)
    assert sure.high - sure.low < 0.001


def test_no_crossing_is_said():
    found, asked = search(lambda value: 0.2 * value)
    assert not found.found
    assert np.isnan([found.value, found.low, found.high]).all()
    assert len(asked) == 5
    assert "does not cross 50 %" in found.sentence()
    assert "while x goes from 0 to 1" in found.sentence()


def test_a_crossing_that_may_be_luck_is_said():
    found, _ = search(lambda value: 0.44 + 0.1 * value, noise=0.1)
    assert 0.0 < found.without < 1.0
    assert "of resamples there is no crossing" in found.sentence()


def test_half_of_the_way_between_ends_that_hardly_differ_may_be_luck():
    def noisy(value):
        return 0.5 + np.random.default_rng(int(1000 * value)).normal(size=12)

    found, _ = search(noisy, threshold=Way())
    assert found.found
    assert not found.moves
    assert "may be luck" in found.sentence()
    sure, _ = search(logistic, threshold=Way(), noise=0.1)
    assert sure.moves
    assert "may be luck" not in sure.sentence()


def test_back_and_forth_is_said():
    found, _ = search(lambda value: np.sin(2.0 * np.pi * value), threshold=0.3)
    assert (found.crossings, found.monotone) == (2, False)
    assert found.value == pytest.approx(np.arcsin(0.3) / (2.0 * np.pi), abs=0.005)
    assert "first of 2 crossings" in found.sentence()
    assert "back and forth" in found.sentence()


def test_a_slump_in_small_steps_is_back_and_forth():
    signs = np.tile([1.0, 1.0, -1.0, -1.0], 3), np.tile([1.0, -1.0], 6)
    runs = {0.0: 0.0, 0.25: 1.0, 0.5: 0.8 + 0.5 * signs[0], 0.75: 0.6 + 0.5 * signs[1], 1.0: 2.0}
    found, _ = search(lambda value: runs[value] + np.zeros(12), threshold=9.0)
    assert not found.monotone  # .75 is clearly below .25, but not clearly below .5


def test_luck_alone_is_not_back_and_forth():
    def noisy(value):
        return value + 0.2 * np.random.default_rng(int(1000 * value)).normal(size=12)

    found, _ = search(noisy)
    means = found.table()["mean"]
    assert (np.diff(means) < 0).any()
    assert found.monotone


def test_whole_numbers_only():
    found, asked = search(lambda value: value, 0, 12, 7.4, whole=True)
    assert all(value == int(value) for value in asked)
    assert found.value == pytest.approx(7.4)
    assert {7.0, 8.0} <= set(asked)


def test_replicates_without_a_value_somewhere_are_left_out():
    def evaluate(value):
        runs = value + np.array([0.0, 0.1, 5.0])
        return np.where([False, False, value == 0.25], np.nan, runs)

    found = find_tipping(evaluate, 0.0, 1.0, 0.5, lever="x", measure=MEASURES["impact"])
    assert found.value == pytest.approx(0.45, abs=0.01)
    with pytest.raises(UserError, match="no replicate has something to measure"):
        find_tipping(
            lambda value: np.array([np.nan]), 0, 1, 0.5, lever="x", measure=MEASURES["impact"]
        )


def test_in_the_model():
    found = tipping_point(HERE, "connectors", 0, 4, "introductions", 0.5, replicates=3, seed=2)
    for value, runs in found.values.items():
        own = simulate(HERE.with_values(connectors=value), 3, 2, final=False)
        assert (runs == own.values["introductions"].mean(axis=1)).all()
    assert found.values[0.0].tolist() == [0.0, 0.0, 0.0]
    assert found.found
    assert 0.0 < found.value < 4.0


@pytest.mark.parametrize(
    ("lever", "low", "high", "message"),
    [
        ("conectors", 0, 2, "did you mean connectors"),
        ("connectors", 0, 99, "connectors was 99"),
        ("connectors", 2, 2, "low must be below high"),
        ("sortition", 0, 1, "step by step"),
        ("crisis", 0, 1, "a shock"),
    ],
)
def test_what_cannot_tip_is_refused(lever, low, high, message):
    with pytest.raises(UserError, match=message):
        tipping_point(HERE, lever, low, high, "impact")


def test_other_arguments_are_checked():
    with pytest.raises(UserError, match="no measure 'impacts'"):
        tipping_point(HERE, "connectors", 0, 2, "impacts")
    with pytest.raises(UserError, match="replicates was 0"):
        tipping_point(HERE, "connectors", 0, 2, "impact", replicates=0)
    with pytest.raises(UserError, match="tolerance was 0"):
        search(logistic, tolerance=0.0)
    later = HERE.model_validate(
        {**HERE.model_dump(), "timeline": [{"month": 3, "set": {"connectors": 1}}]}
    )
    with pytest.raises(UserError, match="timeline of the scenario sets connectors"):
        tipping_point(later, "connectors", 0, 2, "impact")
