"""How like a place's own network are those that the model grows."""

import numpy as np
import pytest

from alliances.experiments.own_places.likeness import (
    FIGURES,
    Likeness,
    Tied,
    grown,
    grown_network,
    likeness,
    own_network,
    real_range,
    summary,
    without_ties,
)
from alliances.model.network import Network
from alliances.model.scenario import Scenario
from alliances.model.simulation import simulate
from tests.experiments.own_places.places import place


def tied(size: int, ties: list, kinds: list) -> Tied:
    return Tied((Network(size, ties),), (np.array(kinds),), (np.array(kinds),))


def test_mixing_is_one_within_kinds_and_minus_one_across_two():
    within = tied(4, [(0, 1), (2, 3)], [0, 0, 1, 1])
    across = tied(4, [(0, 2), (1, 3)], [0, 0, 1, 1])
    assert within.mixing(within.bands, 6) == pytest.approx(1.0)
    assert across.mixing(across.bands, 6) == pytest.approx(-1.0)
    assert np.isnan(tied(4, [], [0, 0, 1, 1]).mixing(within.bands, 6))
    assert np.isnan(tied(2, [(0, 1)], [3, 3]).mixing((np.array([3, 3]),), 6))


def test_mixing_is_none_where_ties_are_as_chance_has_them():
    every = [(i, j) for i in range(40) for j in range(i)]
    whole = tied(40, every, [0] * 20 + [1] * 20)
    assert whole.mixing(whole.bands, 6) == pytest.approx(-1 / 39, abs=0.01)


def test_the_own_network_is_that_of_the_list():
    own = own_network(place())
    assert own.size == 5  # without the bodies that were added
    assert own.ties == 3
    assert FIGURES["density"].of(own) == pytest.approx(3 / 10)
    assert FIGURES["isolates"].of(own) == pytest.approx(1 / 5)
    assert FIGURES["largest_component"].of(own) == pytest.approx(4 / 5)


def test_a_place_at_month_nought_is_read_like_the_list():
    whole = place()
    scenario = Scenario().with_values(burn_in=0)
    result = simulate(scenario, 1, months=1, place=whole)
    ties = result.ties.assign(familiarity=1.0)
    found = grown_network(whole, result.organisations, ties)
    assert found.size == 5
    own = own_network(whole)
    assert set(found.bands[0].tolist()) == set(own.bands[0].tolist())


def test_the_model_is_not_told_the_ties():
    runs = [list(grown(one, 2, 24)) for one in (place(), place(ties=None))]
    np.testing.assert_equal(runs[0], runs[1])
    assert set(runs[0][0]) == set(FIGURES)
    assert len(without_ties(place()).tie_a) == 0


def test_runs_are_each_of_another_world():
    runs = list(grown(place(), 3, 24))
    assert len({round(run["density"], 9) for run in runs}) > 1


def row(own: float, low: float = 0.1, high: float = 0.3) -> Likeness:
    return Likeness("density", own, low, 0.2, high, 32, (0.05, 0.6))


@pytest.mark.parametrize(
    ("own", "verdict", "told"),
    [
        (0.2, "inside", "yours is 20 %, inside the model's range (10 % to 30 %)"),
        (0.5, "above", "yours is 50 %, more than the model grows"),
        (0.05, "below", "less than the model grows"),
        (float("nan"), "none", "there is nothing to compare"),
    ],
)
def test_the_verdict_and_its_words(own, verdict, told):
    assert row(own).verdict == verdict
    assert told in row(own).sentence()


def test_what_lies_outside_looks_so():
    own, model, _ = row(0.3004).texts()
    assert own not in model


def test_the_summary_counts_and_a_place_without_ties_says_so():
    runs = list(grown(place(), 4, 24))
    found = likeness(place(), runs)
    inside = sum(one.verdict == "inside" for one in found)
    judged = sum(one.verdict != "none" for one in found)
    assert f"in {inside} of {judged} figures" in " ".join(summary(found, place()))
    alone = place(ties=None)
    assert "has no ties" in " ".join(summary(likeness(alone, runs), alone))
    assert all(one.verdict == "none" for one in likeness(alone, runs))


def test_real_networks_are_those_of_about_the_size():
    low, high = real_range("tie_density", 25)
    assert 0.0 < low < high < 1.0
    assert real_range("tie_density", 90) != real_range("tie_density", 25)
    assert real_range("tie_density", 3) == ()
    assert real_range("nothing", 25) == ()
