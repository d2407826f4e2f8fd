"""Policy or assumptions: four cells, their parts, and what is said of them."""

import numpy as np
import pytest

from alliances import Scenario
from alliances.experiments.cases.choose import baseline_of
from alliances.experiments.compare.policy_or_world import Cross, cross, has_own_world, usual
from alliances.experiments.compare.scenarios import ComparedArm
from alliances.experiments.runs.comparison import compare
from alliances.experiments.runs.outcomes import EnsembleOutcome
from alliances.model.places.source import PlaceSource

SMALL = Scenario(place=PlaceSource(organisations=12), months=24)
MINE = SMALL.with_values(competition=0.0, connectors=4, loss_ratio=1.0, trust_gain=0.3)
ARM = ComparedArm("A", MINE, baseline_of(MINE))
NAME = "trust_familiar"
RUNS = 40
NOISE = np.random.default_rng(1).normal(0.0, 0.01, (4, RUNS))


def cells(today: float, policy: float, today_other: float, policy_other: float) -> Cross:
    values = (today, policy, today_other, policy_other)
    outcomes = [
        EnsembleOutcome(SMALL, {NAME: 0.5 + value + noise})
        for value, noise in zip(values, NOISE, strict=True)
    ]
    return Cross(ARM, *outcomes)


@pytest.fixture(scope="module")
def found() -> Cross:
    seen: list[Cross] = []
    cross(ARM, 3, 24, seen.append, stages=(2, 6))
    assert [one.runs for one in seen] == [2, 6]
    return seen[-1]


def test_the_cells_are_those_of_compare(found):
    bare = usual(MINE)
    assert bare.world == Scenario().world
    assert bare.levers == MINE.levers
    pairs = {
        "policy_alone": (SMALL, bare),
        "policy_there": (ARM.today, MINE),
        "world_alone": (SMALL, ARM.today),
        "both": (SMALL, MINE),
    }
    for name, (a, b) in pairs.items():
        whole = compare(a, b, 6, 3, 24).effect(NAME)
        np.testing.assert_array_equal(getattr(found, name)(NAME).differences, whole.differences)


def test_parts_add_up_run_by_run(found):
    policy, world = found.parts(NAME)
    np.testing.assert_allclose(
        policy.differences + world.differences, found.both(NAME).differences, atol=1e-12
    )
    extra = found.interaction(NAME)
    np.testing.assert_allclose(
        extra.differences,
        found.policy_there(NAME).differences - found.policy_alone(NAME).differences,
        atol=1e-12,
    )
    np.testing.assert_allclose(
        found.policy_alone(NAME).differences
        + found.world_alone(NAME).differences
        + extra.differences,
        found.both(NAME).differences,
        atol=1e-12,
    )


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ((0.0, 0.2, 0.0, 0.2), "It is the policy that makes the change"),
        ((0.0, 0.0, 0.2, 0.2), "It is the assumptions that make the change, not the policy"),
        ((0.0, 0.1, 0.1, 0.2), "Both make a good part"),
        ((0.0, 0.2, 0.02, 0.22), "It is mostly the policy"),
        ((0.0, 0.02, 0.2, 0.22), "It is mostly the assumptions"),
        ((0.0, 0.1, -0.1, 0.05), "The two pull in opposite directions"),
        # Mostly is three quarters of it.
        ((0.0, 1.52, 0.48, 2.0), "It is mostly the policy"),
        ((0.0, 1.48, 0.52, 2.0), "Both make a good part"),
        ((0.0, 0.52, 1.48, 2.0), "Both make a good part"),
        ((0.0, 0.48, 1.52, 2.0), "It is mostly the assumptions"),
        ((0.0, 0.0, 0.0, 0.0), "Neither of the two makes a clear change"),
    ],
)
def test_which_of_the_two_made_the_change(values, told):
    said = cells(*values).judgement(NAME)
    assert told in said
    if "touches it" not in said:  # a judgement comes with its numbers
        assert said.partition(". ")[0].count("95 % interval") == 2


def test_what_depends_on_the_assumptions_is_told():
    assert "not clear" in cells(0.0, 0.1, 0.1, 0.2).judgement(NAME)
    assert "+0.10 becomes +0.20" in cells(0.0, 0.1, 0.0, 0.2).judgement(NAME)
    assert "its direction turns" in cells(0.0, 0.1, 0.0, -0.1).judgement(NAME)
    same = Cross(ARM, *[EnsembleOutcome(SMALL, {NAME: np.full(8, 0.5)})] * 4)
    assert "Neither of the two touches it" in same.judgement(NAME)


def test_the_sentence_has_all_numbers(found):
    text = found.sentence(NAME)
    assert "The policy alone makes" in text
    assert "95 % interval" in text
    assert "beyond the sum of the two" in text
    nothing = Cross(ARM, *[EnsembleOutcome(SMALL, {NAME: np.full(4, np.nan)})] * 4)
    assert "cannot be compared" in nothing.sentence(NAME)


def test_cells_with_other_numbers_of_runs_are_cut():
    whole = cells(0.0, 0.1, 0.1, 0.2)
    short = EnsembleOutcome(SMALL, {NAME: whole.policy_other.means[NAME][:5]})
    uneven = Cross(ARM, whole.today, whole.policy, whole.today_other, short)
    assert [effect.runs for effect in uneven.parts(NAME)] == [5, 5]
    assert uneven.judgement(NAME)


def test_own_assumptions_are_known():
    assert has_own_world(ARM)
    assert not has_own_world(ComparedArm("A", SMALL, SMALL))
