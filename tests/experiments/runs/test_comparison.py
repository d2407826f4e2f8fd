import numpy as np
import pytest

from alliances import MEASURES, PlaceSource, Scenario, simulate
from alliances.experiments.runs.comparison import compare
from alliances.model.input.errors import UserError

HERE = Scenario(place=PlaceSource(organisations=12), months=24)


@pytest.fixture(scope="module")
def found():
    return compare(HERE, HERE.with_values(competition=0.0, connectors=3), 6, 3, keep=True)


def test_identical_scenarios_differ_in_nothing():
    comparison = compare(HERE, HERE.model_copy(), 3, 1)
    for effect in comparison.effects.values():
        assert np.array_equal(effect.a, effect.b, equal_nan=True)
        assert (effect.higher, effect.lower, effect.equal) == (0, 0, effect.runs)
        if effect.runs > 1:
            assert (effect.difference, effect.interval) == (0.0, (0.0, 0.0))
        assert effect.verdict == ("same" if effect.runs else "none")
    assert comparison.effect("stress").runs == 3
    assert comparison.sentence("stress").startswith("Stress is the same in all 3 matched runs")


def test_means_are_those_of_the_last_months_of_runs_with_the_same_seed(found):
    a = simulate(HERE, 6, 3, final=False)
    assert (found.effect("stress").a == a.values["stress"][:, -12:].mean(axis=1)).all()
    assert found.effect("stress").mean_a == pytest.approx(a.values["stress"][:, -12:].mean())


def test_counts_add_up_and_follow_the_mean(found):
    for effect in found.effects.values():
        assert effect.higher + effect.equal + effect.lower + effect.left_out == 6
        if not effect.runs:
            continue
        assert effect.difference == pytest.approx(effect.mean_b - effect.mean_a, abs=1e-9)
        assert effect.agreeing == (effect.lower if effect.difference < 0 else effect.higher)


def test_interval_is_students(found):
    effect = found.effect("meetings")
    # 2.5706 is the two-sided 95 % quantile of Student's t with 5 degrees of freedom.
    half = 2.570582 * effect.differences.std(ddof=1) / np.sqrt(6)
    assert effect.interval == pytest.approx((effect.difference - half, effect.difference + half))


def test_verdict_follows_the_measures_direction(found):
    assert found.effect("introductions").verdict == "higher"
    less = found.effect("bid_share")
    assert (less.verdict, less.measure.direction) == ("better", "less is better")


def test_levers_are_priced(found):
    assert found.cost_a == 0.0
    assert found.cost_b > 100_000


def test_table_has_a_row_a_measure(found):
    table = found.table()
    assert list(table["measure"]) == list(MEASURES)
    several = table[table["runs"] > 1]
    assert len(several) > 50
    assert not several[["a", "b", "difference", "low", "high"]].isna().to_numpy().any()


def test_different_places_and_horizons_are_noted():
    other = Scenario(place=PlaceSource(organisations=5), months=12)
    comparison = compare(HERE, other, 2, 0)
    assert comparison.months == 12
    assert any("different places" in note for note in comparison.notes)
    assert any("both ran 12" in note for note in comparison.notes)
    assert compare(HERE, other, 1, 0, 3, last=1, place=HERE.place.make()).notes == ()


def test_one_run_has_no_interval():
    comparison = compare(HERE, HERE.with_values(targets=1.0), 1, 0, 6, last=6)
    assert comparison.effect("stress").interval is None
    assert comparison.table()["low"].isna().all()


@pytest.mark.parametrize(
    ("given", "told"),
    [({"replicates": 0}, "at least 1"), ({"last": 0}, "last was 0"), ({"last": 25}, "1 to 24")],
)
def test_wrong_arguments_are_told(given, told):
    with pytest.raises(UserError, match=told):
        compare(HERE, HERE, **given)


def test_unknown_measures_are_told(found):
    with pytest.raises(UserError, match="no measure 'joy'"):
        found.sentence("joy")
