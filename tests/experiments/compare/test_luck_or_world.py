"""Luck and world apart."""

import numpy as np
import pytest

from alliances import Scenario
from alliances.experiments.cases.choose import baseline_of
from alliances.experiments.compare.luck_or_world import (
    Apart,
    Worlds,
    apart,
    in_world,
    in_worlds,
    middle,
)
from alliances.experiments.compare.scenarios import ComparedArm, ComparedScenarios
from alliances.experiments.runs.comparison import Effect, compare
from alliances.experiments.runs.outcomes import EnsembleOutcome, ensemble_outcomes
from alliances.experiments.runs.queue import GivenUp
from alliances.experiments.worlds.sample import calibrated_worlds
from alliances.model.measures import MEASURES
from alliances.model.places.source import PlaceSource

SMALL = Scenario(place=PlaceSource(organisations=10), months=24)
MINE = SMALL.with_values(competition=0.0, connectors=3)
ASKED = ComparedScenarios((ComparedArm("A", MINE, baseline_of(MINE)),), 2, 24)
NAME = "trust"


def test_worlds_are_those_of_the_calibration_and_own_assumptions_stay():
    row = calibrated_worlds(2).iloc[1]
    there = in_world(MINE.with_values(loss_ratio=1.25), row)
    assert there.world.loss_ratio == 1.25
    assert there.levers == MINE.levers
    assert there.world.trust_gain == pytest.approx(row["trust_gain"])


def test_each_world_has_the_paired_differences_of_compare():
    found: list[Worlds] = []
    in_worlds(ASKED, found.append, stages=(1, 2), lucks=2)
    assert [one.count for one in found] == [1, 2]
    assert [one.is_whole for one in found] == [False, True]
    for number, row in calibrated_worlds(2).reset_index(drop=True).iterrows():
        today, mine = in_world(SMALL, row), in_world(MINE, row)
        whole = compare(today, mine, 2, 2, 24).effect(NAME)
        np.testing.assert_array_equal(found[-1].differences(0, NAME)[number], whole.b - whole.a)


def test_worlds_that_were_run_are_kept(monkeypatch):
    store = ensemble_outcomes(20, whole=False)
    in_worlds(ASKED, lambda _: None, stages=(2,), lucks=2, store=store)
    assert len(store) == 4
    monkeypatch.setattr("alliances.experiments.runs.ensemble.simulate", None)
    again: list[Worlds] = []
    in_worlds(ASKED, again.append, stages=(2,), lucks=2, store=store)
    assert again[0].count == 2


def test_given_up():
    with pytest.raises(GivenUp):
        in_worlds(ASKED, lambda _: None, stages=(2,), lucks=1, stale=lambda: True)


def made(worlds: np.ndarray, here: np.ndarray) -> Apart:
    """Luck and world apart of made-up differences, (worlds, lucks) and (runs,)."""
    zero = np.zeros(worlds.shape[1])
    pairs = tuple(
        (EnsembleOutcome(SMALL, {NAME: zero}), EnsembleOutcome(SMALL, {NAME: row}))
        for row in worlds
    )
    effect = Effect(MEASURES[NAME], np.zeros(len(here)), here)
    return apart(effect, Worlds(ASKED.arms, (pairs,)), 0)


RNG = np.random.default_rng(4)


def test_what_the_world_makes_is_the_worlds():
    shifts = RNG.normal(0.1, 0.1, (40, 1))
    found = made(shifts + RNG.normal(0, 0.001, (40, 4)), np.full(8, 0.1))
    assert found.luck.points > 0.95
    assert "more of it is the world" in found.sentence()
    same = int((found.worlds > 0).sum())
    assert f"in {same} of 40 in the same" in found.sentence()


def test_what_luck_makes_is_lucks():
    found = made(RNG.normal(0.1, 0.1, (40, 4)), RNG.normal(0.1, 0.1, 64))
    assert found.luck.share > 0.8
    assert "more of it is luck" in found.sentence()


def test_the_middle_holds_four_fifths():
    assert middle(np.arange(101.0)) == pytest.approx((10.0, 90.0))


def test_nothing_to_measure_is_said():
    assert "nothing to measure" in made(np.full((3, 2), np.nan), np.full(4, np.nan)).sentence()
    same = made(np.zeros((3, 2)), np.zeros(4)).sentence()
    assert "the same with any luck and in all 3 worlds" in same
    assert "cannot be told" in made(np.ones((1, 1)), np.ones(4)).share()
