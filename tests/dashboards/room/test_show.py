"""A show with a room: who leads it, what its windows are shown, and what outlives a restart."""

import json

import pytest

from alliances.dashboards.learn.audience import SECRET, UNASKED
from alliances.dashboards.learn.show import KEPT, MOST, Shows
from alliances.dashboards.room import NotAllowedError, RoomError
from alliances.dashboards.room.lead import Lead
from alliances.dashboards.room.room import Room
from alliances.dashboards.room.screens import lead_view
from tests.dashboards.room.staged import CHAPTER, KINDS, ME, STRANGER, Session

# Who leads --------------------------------------------------------------------------------------


def test_only_who_leads_the_room_can_connect_it(session):
    show = session.shows.open("meeting")
    player = session.rooms.join(session.code, "Eve")
    for token in (player, "", session.token[:-1], session.code):
        with pytest.raises(NotAllowedError):
            session.shows.connect(show, session.rooms, session.code, token, STRANGER)
    with pytest.raises(RoomError):
        session.shows.connect(show, session.rooms, "BCDF2345", session.token, STRANGER)
    with pytest.raises(NotAllowedError):  # a browser that nobody can tell from others
        session.shows.connect(show, session.rooms, session.code, session.token, "")
    assert show.audience is None


def test_who_only_has_the_link_can_do_nothing_with_the_room(session):
    session.go("choice")
    session.answer(1, 1, 0)
    before, turn = json.dumps(session.polls()[0].kept()), session.show.turn
    session.press("next", "a", "back", "2", "b", "j", SECRET, UNASKED, "go 0", who=STRANGER)
    session.press("next", who="")
    session.show.begin("tender", STRANGER)
    session.show.disconnect(STRANGER)
    assert session.show.turn == turn
    assert session.show.audience is not None
    assert json.dumps(session.polls()[0].kept()) == before
    assert session.seen("choice").counts is None
    # Nor can somebody who leads another room put it in the place of this one.
    other, token = session.rooms.open("Wednesday")
    with pytest.raises(NotAllowedError):
        session.shows.connect(session.show, session.rooms, other, token, STRANGER)
    assert session.show.audience.code == session.code


def test_another_window_that_proves_it_leads_too(session):
    assert not session.show.led_by(STRANGER)
    session.shows.connect(session.show, session.rooms, session.code, session.token, STRANGER)
    assert session.show.led_by(STRANGER)
    assert session.show.led_by(ME)
    session.press("next", who=STRANGER)
    assert session.show.turn.slide == 1


def test_without_a_room_everybody_with_the_link_leads(rooms):
    session = Session(rooms)
    session.show.disconnect(ME)
    assert session.show.led_by(STRANGER)
    session.press("go 4", "2", "a", "j", who=STRANGER)
    assert (session.show.turn.choice, session.show.turn.join) == (1, False)
    assert session.polls() == []


def test_a_room_has_one_show(session):
    second = session.shows.open("tender")
    session.shows.connect(second, session.rooms, session.code, session.token, ME)
    assert session.show.audience is None
    assert second.look().room.people == 3


def test_windows_are_shown_nothing_of_who_is_who(session):
    session.go("choice")
    session.answer(1, 1, 0)
    session.press("next")
    text = repr(session.show.look())
    assert "Persephone" not in text
    assert not any(secret in text for secret in (session.token, *session.keys, ME))


def test_shows_of_visitors_do_not_push_out_one_with_a_room(session):
    session.show.touched -= KEPT + 1  # a long break
    for _ in range(MOST + 5):
        session.shows.open("meeting")
    assert session.shows.find(session.show.key) is session.show


def test_shows_whose_rooms_have_ended_give_way(rooms, clock):
    shows = Shows()
    for _ in range(MOST):
        code, token = rooms.open("Tuesday", hours=1)
        shows.connect(shows.open("meeting"), rooms, code, token, ME)
        clock.now += 3_601
    assert shows.find(shows.open("meeting").key) is not None


@pytest.mark.parametrize(
    ("origin", "doors"),
    [
        ("http://192.168.1.5:8765", 1),
        ("http://192.168.1.5/elsewhere?", 0),
        ("javascript:alert(1)", 0),
        ("http://127.0.0.1:9", 0),
    ],
)
def test_phones_get_in_where_the_trainers_page_was_asked_for(session, origin, doors):
    show = session.shows.open("meeting")
    session.shows.connect(show, session.rooms, session.code, session.token, ME, origin)
    found = show.look().room.doors
    assert len(found) == doors
    assert all(url == f"http://192.168.1.5:8765/room/{session.code}" for url, _, _ in found)


# What goes on -----------------------------------------------------------------------------------


def test_after_a_restart_the_show_goes_on_where_it_was(session):
    session.go("choice")
    session.answer(1, 1, 0)
    session.press("next", "next")
    session.answer(2, 2, 0)
    old = session.show
    show = session.restart()
    assert (show.turn, show.begun, show.moved) == (old.turn, old.begun, old.moved)
    assert show.led_by(ME)
    assert not show.led_by(STRANGER)
    assert session.seen("choice").counts == (1, 2)
    assert session.seen("bet").answered == 3
    session.press("next")
    assert show.turn.bet == 2
    assert session.shows.take_up(show.key, session.rooms) is show  # for the second window too


def test_rooms_of_older_versions_can_be_read(session):
    session.go("choice")
    with session.rooms.room(session.code) as room:
        kept = room.kept()
    del kept["show"]
    for poll in kept["polls"]:
        del poll["chapter"], poll["none_right"]
    again = Room.of(kept)
    assert again.show is None
    assert again.poll(1).question == CHAPTER.choice.question


def test_nothing_can_be_taken_up_by_another_key(session):
    session.restart()
    for key in ("", "x" * 22, session.code, session.show.key[:-1]):
        assert Shows().take_up(key, session.rooms) is None


def test_what_is_written_down_proves_nothing(session):
    session.go("choice")
    with session.rooms.room(session.code) as room:
        kept = json.dumps(room.show)
    assert not any(secret in kept for secret in (session.show.key, session.token, ME))


def test_without_its_room_the_show_goes_on(session):
    session.go("choice")
    Lead.by_token(session.rooms, session.code, session.token).end()
    now = session.show.look()
    assert now.room is None
    assert "The room has ended" in now.trouble
    assert KINDS[session.press("2", "next", who=STRANGER).slide] == "bet"
    assert session.show.turn.choice == 1
    code, token = session.rooms.open("Another")
    session.shows.connect(session.show, session.rooms, code, token, ME)
    assert session.show.look().trouble == ""


def test_a_bet_of_a_show_that_left_its_room_is_the_trainers(session):
    session.go("bet")
    lead = Lead.by_token(session.rooms, session.code, session.token)
    session.press("next")
    session.show.disconnect(ME)
    with session.rooms.room(session.code) as room:
        found = lead_view(room, session.rooms.runs(session.code), set(), "http://127.0.0.1:80")
    assert [poll["measured"] for poll in found["polls"]] == [False]
    lead.settle(1, 0)
    assert session.phone(0)["right"] == 0


def test_a_show_that_left_its_room_is_not_taken_up(session):
    session.show.disconnect(ME)
    assert Shows().take_up(session.show.key, session.rooms.again()) is None
