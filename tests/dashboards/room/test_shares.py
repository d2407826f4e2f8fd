"""Every funder's and connector's choice counts for an equal part."""

import itertools

import pytest

from alliances.dashboards.room.roles import ROLES
from alliances.dashboards.room.shares import SHARED, TABLES, TEAM, months_of, unchosen
from tests.each import each

USUAL = {
    "competition": 0.5,
    "collaboration_weight": 0.0,
    "core_share": 0.2,
    "ring_fence": 0.0,
    "no_rival_bids": 0.0,
    "connector_caseload": 8,
    "connector_mediates": 1,
    "facilitation": 0.0,
    "conflict_practice": 0.2,
    TEAM: 2,
}


def chosen(role, *choices):
    return {f"{role} {k}": choice for k, choice in enumerate(choices)}


def lever(name, *choices, months=12):
    role = next(
        one.key for one in TABLES.values() if any(name in (c.levers or {}) for c in one.choices)
    )
    return [values[name] for values in months_of(chosen(role, *choices), USUAL, months)]


def test_nobody_there_is_as_usual():
    assert set(USUAL) == {*SHARED, TEAM}
    assert months_of({}, USUAL, 6) == [USUAL] * 6
    assert months_of(chosen("funder", "", ""), USUAL, 6) == [USUAL] * 6


@pytest.mark.parametrize(
    ("name", "choices", "value"),
    [
        ("competition", ("bid",), 0.9),
        ("competition", ("bid", "step back"), 0.7),
        ("competition", ("bid", "bid", "", "join"), 0.7),
        ("ring_fence", ("speak", "bid", "bid"), 0.1),
        ("core_share", ("contribute", "speak"), 0.4),
        ("connector_caseload", ("join",), 16),
        ("connector_caseload", ("join", "bid"), 12),
        ("connector_caseload", ("step back", "bid"), 4),
        ("connector_caseload", ("step back", "bid", "bid"), 5),  # 16 / 3
        ("connector_caseload", ("step back",), 0),
    ],
)
def test_a_number_is_the_mean_over_the_parts(name, choices, value):
    assert lever(name, *choices) == pytest.approx([value] * 12)


@pytest.mark.parametrize("usual", [7, 8, 9])
def test_half_of_a_whole_number_counts_upwards(usual):
    given = {**USUAL, "connector_caseload": usual}
    found = months_of(chosen("connector", "join", ""), given, 6)
    assert {values["connector_caseload"] for values in found} == {(16 + usual + 1) // 2}


@each("months count", itertools.product([6, 12], range(1, 9)))
def test_a_switch_is_on_in_as_many_months_as_parts_keep_it_on(months, count):
    for on in range(count + 1):
        found = lever("connector_mediates", *["bid"] * on, *["join"] * (count - on), months=months)
        assert set(found) <= {0, 1}
        assert abs(sum(found) - months * on / count) <= 0.5
        # Evenly: no stretch has more than one month more or less than its share.
        for first in range(months):
            for stop in range(first + 1, months + 1):
                assert abs(sum(found[first:stop]) - (stop - first) * on / count) <= 1


def test_it_does_not_matter_who_sits_where():
    some = ("join", "step back", "speak", "bid", "")
    assert months_of(chosen("connector", *some), USUAL, 12) == months_of(
        chosen("connector", *reversed(some)), USUAL, 12
    )


def test_the_team_is_as_large_as_those_who_play_it():
    for count, team in ((0, 2), (1, 2), (3, 3), (30, 12)):
        found = months_of(chosen("connector", *["speak"] * count), USUAL, 6)
        assert {values[TEAM] for values in found} == {team}


def test_the_same_seats_without_choices():
    decided = {**chosen("funder", "bid", ""), **chosen("connector", "join"), "123": "bid"}
    assert unchosen(decided) == {"funder 0": "", "funder 1": "", "connector 0": ""}
    assert all(not role.plays_organisation for role in TABLES.values())
    assert len(TABLES) == sum(not role.plays_organisation for role in ROLES.values())
