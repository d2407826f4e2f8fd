"""Parts, seats and rounds."""

import pytest

from alliances.dashboards.room.game import Game, Setup, seats_of
from alliances.dashboards.room.roles import NAMES, ROLES, company, part
from alliances.dashboards.room.words import RoomError


def game(people=7, smalls=5, **setup):
    found = Game(
        Setup(**setup), seats_of({"small": range(1, 1 + smalls), "council": [99], "health": [98]})
    )
    for k in range(people):
        found.deal(f"p{k}")
    return found


def test_every_role_is_dealt_before_any_room_is_large():
    found = game(7)
    assert {found.seat(f"p{k}").role for k in range(7)} == set(ROLES)


def test_everybody_has_an_organisation_of_their_own_while_there_are_enough():
    found = game(60, smalls=64)
    smalls = [seat for key, seat in found.players.items() if found.seat(key).role == "small"]
    assert len(smalls) == 44
    assert len(set(smalls)) == 44


def test_more_players_than_organisations_share_them_evenly():
    found = game(30, smalls=5)
    smalls = [seat for key, seat in found.players.items() if found.seat(key).role == "small"]
    assert {smalls.count(seat) for seat in set(smalls)} <= {len(smalls) // 5, len(smalls) // 5 + 1}
    assert len(found.mates("p0")) == smalls.count(found.players["p0"]) - 1


def test_most_votes_decide_and_on_a_tie_the_model():
    found = game(3, smalls=1)  # p0 and p2 share the one small charity, p1 is the council
    assert found.players["p0"] == found.players["p2"]
    found.open_round()
    found.choose("p0", "bid")
    found.choose("p2", "join")
    assert found.decided() == {"1": "", "99": ""}
    found.choose("p2", "bid")
    found.choose("p1", "speak")
    assert found.decided() == {"1": "bid", "99": "speak"}


def test_who_chooses_nothing_is_left_to_the_model():
    found = game()
    found.open_round()
    found.close_round()
    assert found.rounds == [dict.fromkeys(found.players.values(), "")]


def test_every_funder_and_connector_has_a_part_of_their_own():
    found = game(60)
    for role, name in (("funder", "Funder"), ("connector", "Connector")):
        mine = [one for one in found.players if found.seat(one).role == role]
        assert [found.seat(one).name for one in mine] == [f"{name} {k}" for k in (1, 2, 3, 4)]
        assert not any(found.mates(one) for one in mine)
        assert {found.company(one) for one in mine} == {company(role, 4)}
        assert company(role, 4) != company(role, 1)
    assert found.company("p0") == ""


def test_a_part_that_is_free_again_is_taken_first():
    found = game(7)
    for player, number in (("a", 2), ("b", 3)):
        assert found.move(player, "funder").name == f"Funder {number}"
    found.leave("a")  # no round was run: the others move up
    assert [found.seat(one).name for one in ("p3", "b")] == ["Funder 1", "Funder 2"]
    found.open_round()
    found.close_round()
    found.ran(set())
    found.leave("p3")  # from here on everybody keeps a part that has a story
    assert found.seat("b").name == "Funder 2"
    assert found.move("c", "funder").name == "Funder 1"
    assert found.move("d", "funder").name == "Funder 3"


def test_a_game_of_the_old_form_is_gone_on_with():
    kept = game(7).kept()
    old, mine = ["funder", "funder", "The funders"], kept["players"]["p3"]
    kept["seats"] = [one for one in kept["seats"] if one[1] != "funder"] + [old]
    kept |= {"rounds": [{"funder": "bid"}], "players": {**kept["players"], "p3": "funder"}}
    found = Game.of(kept)
    assert mine == "funder 1"
    assert found.seat("p3").name == "The funders"
    assert found.move("late", "funder").name == "Funder 2"
    found.open_round()
    found.choose("p3", "speak")
    assert found.decided()["funder"] == "speak"
    assert found.decided()["funder 2"] == ""


def test_a_purse_holder_cannot_bid():
    found = game()
    found.open_round()
    with pytest.raises(RoomError, match="no such choice"):
        found.choose("p1", "bid")


def test_who_is_gone_can_choose_nothing_and_newcomers_sit_elsewhere():
    found = game(1, smalls=2)
    found.open_round()
    found.close_round()
    found.ran({found.players["p0"]})
    found.open_round()
    with pytest.raises(RoomError, match="no longer there"):
        found.choose("p0", "bid")
    found.move("new", "small")
    assert found.players["new"] != found.players["p0"]


def test_a_game_can_end_early_but_not_before_the_first_round():
    found = game()
    with pytest.raises(RoomError):
        found.finish()
    found.open_round()
    with pytest.raises(RoomError):
        found.finish()
    found.close_round()
    found.ran(set())
    assert found.number == 2
    found.finish()
    assert found.phase == "over"


def test_parts_are_named_once_each():
    seats = seats_of({"small": range(1, 200), "council": [901, 902], "health": []})
    names = [seat.name for seat in seats.values()]
    assert len(set(names)) == len(names)
    assert len(set(NAMES)) == len(NAMES)
    assert [seats["901"].name, seats["902"].name] == ["The council", "The council 2"]


def test_a_large_room_has_several_of_each_other_part():
    parts = [part(k) for k in range(120)]
    assert min(parts.count(role) for role in ROLES) >= 7
    assert parts.count("small") > 80


@pytest.mark.parametrize(
    "wrong",
    [
        {"months": 7},
        {"rounds": 0},
        {"rounds": 11},
        {"rounds": True},
        {"organisations": 39},
        {"organisations": 10**9},
        {"world": "utopia"},
        {"luck": -1},
        {"luck": 1.5},
    ],
)
def test_a_game_that_cannot_be_played_says_why(wrong):
    with pytest.raises(RoomError):
        Setup(**wrong)
