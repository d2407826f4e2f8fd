"""A run that is looked at month by month is the run of `simulate`, and nothing is made up."""

import numpy as np
import pytest

from alliances import Scenario, simulate
from alliances.experiments.explain.recording import Spell, layout, record_run, story
from alliances.model.measures import MEASURES
from alliances.model.places.source import PlaceSource

PLAN = Scenario(place=PlaceSource(organisations=40), months=60).with_values(
    competition=0.1, grant_share=0.2, connectors=4
)


@pytest.fixture(scope="module")
def seen():
    return record_run(PLAN, seed=4, replicate=2)


@pytest.fixture(scope="module")
def run():
    return simulate(PLAN, [2], seed=4)


def holds(spells: list[Spell], month: int) -> bool:
    return any(one.first <= month <= one.last for one in spells)


def test_looking_changes_nothing(seen, run):
    for name in MEASURES:
        np.testing.assert_array_equal(seen.values[name], run.values[name][0])


def test_the_last_month_is_what_simulate_ends_with(seen, run):
    month = seen.months - 1
    uids = {body.uid for body in seen.bodies if body.last == month}
    assert uids == set(run.organisations["uid"])
    incomes = {body.uid: body.incomes[-1] for body in seen.bodies if body.last == month}
    for uid, income in zip(run.organisations["uid"], run.organisations["income"], strict=True):
        assert incomes[uid] == income
    ties = run.ties[run.ties["familiarity"] >= 0.2]
    ties = ties[ties["a"].isin(uids) & ties["b"].isin(uids)]
    assert sum(holds(spells, month) for spells in seen.ties.values()) == len(ties)
    for uid, members in zip(run.alliances["uid"], run.alliances["member_uids"], strict=True):
        mine = {
            seen.bodies[i].uid for i, spells in seen.alliances[uid].items() if holds(spells, month)
        }
        assert mine == {int(text) for text in members.split()}


def test_counts_of_each_month_are_those_of_the_measures(seen):
    for month in range(0, seen.months, 7):
        alive = sum(body.first <= month <= body.last for body in seen.bodies)
        assert alive == seen.values["organisations"][month]


def test_places_stay_in_the_picture(seen):
    where = layout(seen)
    assert len(where) == len(seen.bodies)
    assert all(0.0 <= x <= 1.0 and 0.0 <= y <= 1.0 for x, y in where)
    assert layout(seen) == where


def test_every_organisation_has_a_story_in_order(seen):
    for who, body in enumerate(seen.bodies):
        told = story(seen, who)
        assert told[0][1:].startswith(body.name[1:])  # its first letter is a capital
        assert ("it is gone" in told[-1]) == (body.last < seen.months - 1)
    joined = sum(
        "joins an alliance with" in text or "starts an alliance" in text
        for who in range(len(seen.bodies))
        for text in story(seen, who)
    )
    assert joined == sum(
        len(spells) for members in seen.alliances.values() for spells in members.values()
    )
    assert joined > 0
