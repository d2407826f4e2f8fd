import numpy as np
import pytest

from alliances import MEASURES, PlaceSource, Scenario, simulate
from alliances.experiments.runs.comparison import Effect
from alliances.experiments.runs.months import (
    is_measured,
    last_means,
    mean_of_runs,
    mean_over,
    percentiles,
    running_means,
)
from alliances.model.measures import OBSERVATION


def months(**columns) -> np.ndarray:
    values = np.zeros((1, len(next(iter(columns.values())))), OBSERVATION)
    for name, column in columns.items():
        values[name] = column
    return values


def test_only_known_measures_are_needed():
    assert {other for measure in MEASURES.values() for other in measure.needs} <= set(MEASURES)


def test_months_with_nothing_to_measure_are_left_out():
    values = months(small_leads=[0.0, 0.4, 0.8, 0.0], alliances=[0.0, 1.0, 2.0, 1.0])
    assert is_measured(values, "small_leads").tolist() == [[False, True, True, True]]
    assert mean_over(values, "small_leads") == pytest.approx([0.4])
    assert mean_over(values, "alliances") == pytest.approx([1.0])
    assert np.isnan(mean_over(values[:, :1], "small_leads")).all()


def test_any_of_several_is_enough():
    values = months(raised_share=[1.0, 0.0, 0.0], conflicts_raised=[2, 0, 0])
    values["conflicts_avoided"] = [[0, 3, 0]]
    assert mean_over(values, "raised_share") == pytest.approx([0.5])


def test_running_means_leave_them_out_too():
    values = months(small_leads=[0.0, 0.4, 0.8, 0.0, 0.0], alliances=[0, 1, 2, 0, 0])
    found = running_means(values, "small_leads", 2)
    assert np.isnan(found[0]).tolist() == [True, False, False, False, True]
    assert found[0, 1:4] == pytest.approx([0.4, 0.6, 0.8])
    assert np.isnan(running_means(values, "small_leads", 1)[0]).tolist() == [
        *(True, False, False),
        *(True, True),
    ]


def test_last_means_of_a_window():
    here = Scenario(place=PlaceSource(organisations=12), months=24)
    result = simulate(here, 2, 0, 5, final=False)
    assert last_means(result, 1)["stress"] == pytest.approx(result.values["stress"][:, -1])
    assert set(last_means(result, 3)) == set(MEASURES)


def test_pairs_with_nothing_to_measure_are_told():
    nothing = float("nan")
    leads = MEASURES["small_leads"]
    a, b = np.array([0.1, nothing, 0.1, 0.12]), np.array([0.3, 0.2, 0.29, 0.3])
    effect = Effect(leads, a, b)
    assert (effect.runs, effect.left_out, effect.higher) == (3, 1, 3)
    assert effect.mean_b == pytest.approx(0.89 / 3)
    assert effect.sentence().endswith("in 3 of 3 matched runs; nothing to measure in 1 more).")
    none = Effect(leads, np.full(4, nothing), b)
    assert none.verdict == "none"
    assert "cannot be compared" in none.sentence()


def test_percentiles_are_those_of_numpy_over_what_has_a_value():
    values = np.random.default_rng(3).normal(size=(9, 40))
    values[np.random.default_rng(4).random(values.shape) < 0.4] = np.nan
    values[:, 5], values[:8, 6] = np.nan, np.nan
    some = np.isfinite(values).any(axis=0)
    found = percentiles(values, (0, 5, 50, 95, 100))
    np.testing.assert_allclose(
        found[:, some], np.nanpercentile(values[:, some], (0, 5, 50, 95, 100), axis=0), rtol=1e-12
    )
    assert np.isnan(found[:, ~some]).all()
    means = mean_of_runs(values)
    np.testing.assert_allclose(means[some], np.nanmean(values[:, some], axis=0), rtol=1e-12)
    assert np.isnan(means[~some]).all()
