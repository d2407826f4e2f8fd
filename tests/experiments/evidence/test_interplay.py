"""Levers are moved one at a time, and what they do together is told apart from the sum."""

import numpy as np
import pytest

from alliances.experiments.cases.choose import find_case
from alliances.experiments.evidence.interplay import alone, interplay, separable
from alliances.experiments.evidence.scope import Scope
from alliances.experiments.evidence.suite import Suite

GENERATOR = np.random.default_rng(5)
FIRST = GENERATOR.normal(0.3, 0.05, (10, 4))


def effect(size):
    return FIRST + size + GENERATOR.normal(0.0, 0.005, FIRST.shape)


def test_what_only_works_together_is_found():
    found = interplay(FIRST, effect(0.20), {"one": effect(0.05), "two": effect(0.02)})
    assert found is not None
    assert found.surplus == pytest.approx(0.13, abs=0.01)
    assert found.low < found.surplus < found.high
    assert found.matters(0.02)
    assert not found.matters(0.2)
    assert found.worlds == 10


def test_what_adds_up_does_not_matter():
    found = interplay(FIRST, effect(0.07), {"one": effect(0.05), "two": effect(0.02)})
    assert found is not None
    assert not found.matters(0.02)


def test_without_two_worlds_nothing_is_said():
    empty = np.full_like(FIRST, np.nan)
    empty[0] = 0.3
    assert interplay(FIRST, empty, {"one": empty, "two": empty}) is None


def test_one_lever_is_moved_at_a_time():
    case = find_case("one-strong-centre")
    claim = case.claims[0]
    levers = separable(case, claim)
    assert levers == ["grant_share", "lead_rotation", "single_lead", "voice_equality"]
    base = case.scenario(claim.arms[0]).values()
    for lever in levers:
        wider, name = alone(case, claim, lever)
        values = wider.scenario(name).values()
        assert {n for n in values if values[n] != base[n]} == {lever}
        assert values[lever] == case.scenario(claim.arms[1]).values()[lever]


def test_one_lever_alone_or_a_course_in_time_is_not_taken_apart():
    fence = find_case("fence-moves-money")
    assert separable(fence, fence.claims[0]) == []
    timed = find_case("agree-first-or-act-first")
    against_today = timed.claims[0].model_copy(update={"arms": ("as-it-was", "act-first")})
    assert separable(timed, against_today) == []


def test_the_suite_runs_each_lever(tmp_path):
    case = find_case("one-strong-centre")
    claim = case.claims[0].model_copy(update={"months": 6, "last": 3})
    case = case.model_copy(update={"claims": (claim,)})
    found = Suite(tmp_path, Scope(worlds=2, seeds=1, carrier_worlds=2)).interplay(case, claim)
    assert found is not None
    assert set(found.alone) == set(separable(case, claim))
    folders = {path.name for path in (tmp_path / case.name).iterdir()}
    assert len(folders) == 6  # both arms, and each of four levers alone
    total = sum(found.alone.values())
    assert found.together - total == pytest.approx(found.surplus)
