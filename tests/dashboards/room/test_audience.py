"""A show with a room: its phones are asked, counted, and told how the bet came out."""

import itertools
import threading

import pytest

from alliances.dashboards.learn.audience import SECRET, UNASKED
from alliances.dashboards.learn.pack.papers import PHONES
from alliances.dashboards.learn.question import fitted, wording
from alliances.dashboards.room import Setup
from alliances.dashboards.room.lead import Lead
from alliances.dashboards.room.poll import CHOICES
from alliances.dashboards.room.room import MOST_POLLS
from alliances.dashboards.room.screens import lead_view
from alliances.dashboards.room.words import CHOICE, LINE
from alliances.dashboards.web.stage.audience import RoomTold, told_bet
from tests.dashboards.learn.readability import grade
from tests.dashboards.room.staged import CHAPTER, CHAPTERS, KINDS, ME, Session, stock
from tests.each import each
from tests.waiting import PATIENCE

# Asking and counting ----------------------------------------------------------------------------


def test_phones_are_asked_when_the_slide_comes_and_counted_when_it_is_left(session):
    session.go("choice")
    (poll,) = session.polls()
    assert poll.question == CHAPTER.choice.question
    assert poll.choices == [one.text.removesuffix(".") for one in CHAPTER.choice.options]
    assert (poll.kind, poll.secret, poll.open) == ("vote", False, True)
    session.answer(1, 1, 0)
    asked = session.seen("choice")
    assert (asked.answered, asked.counts, asked.results) == (3, None, None)
    assert "3 of 3 have answered" in RoomTold(asked, 3).line(None)
    assert RoomTold(asked, 3).rows(None) == []
    assert session.show.turn.choice is None
    turn = session.press("next")  # closes it, and shows the counts
    assert (KINDS[turn.slide], turn.choice) == ("choice", 1)
    asked = session.seen("choice")
    assert asked.counts == (1, 2)
    rows = RoomTold(asked, 3).rows(turn.choice)
    assert [(row["count"], row["share"], row["pressed"]) for row in rows] == [
        ("1 of 3", 50, False),
        ("2 of 3", 100, True),
    ]
    turn = session.press("next")
    assert KINDS[turn.slide] == "bet"
    assert [poll.kind for poll in session.polls()] == ["vote", "bet"]


def test_one_key_asks_and_closes(session):
    session.press(UNASKED)
    session.go("choice")
    assert session.polls() == []
    session.press("a")
    session.answer(0)
    session.press("ask")
    assert session.show.turn.choice == 0
    session.press("a")  # again, from anew
    assert session.show.turn.choice is None
    assert [poll.open for poll in session.polls()] == [False, True]
    assert session.seen("choice").open


def test_the_knob_is_asked_by_key_only(session):
    session.go("knob")
    assert session.polls() == []
    session.press("a")
    session.answer(3, 3, 0)
    session.press("a")
    assert session.show.turn.knob == 3
    assert session.polls()[0].kind == "vote"


@pytest.mark.parametrize("kind", ["title", "story", "run", "reveal", "twist", "end"])
def test_other_slides_ask_nothing(session, kind):
    session.go(kind)
    session.press("a")
    assert session.polls() == []


def test_on_a_tie_the_trainer_decides(session):
    session.go("choice")
    session.answer(1, 0)
    session.press("next")
    assert session.show.turn.choice is None
    assert RoomTold(session.seen("choice"), 3).line(None).endswith("What do we take?")
    assert session.press("2").choice == 1
    assert RoomTold(session.seen("choice"), 3).line(1).endswith("each with 1 of 2.")
    session.press("next", "back")
    assert session.show.turn.choice == 1


def test_what_the_trainer_picks_stands(session):
    session.go("bet")
    session.answer(0, 0, 0)
    assert session.press("pick 3", "next").bet == 2
    assert session.seen("bet").counts == (3, 0, 0)


def test_what_is_gone_back_from_stays_open_and_what_is_passed_is_closed(session):
    session.go("choice")
    session.answer(1)
    session.press("back")
    assert session.seen("choice").open
    session.press("next")
    assert len(session.polls()) == 1
    session.go("run")
    assert not session.seen("choice").open
    assert session.show.turn.choice == 1
    session.go("bet")
    session.show.begin("tender", ME)
    assert not any(poll.open for poll in session.polls())
    session.show.begin("meeting", ME)
    session.go("choice")  # played again, it is asked again
    assert [poll.open for poll in session.polls()] == [False, False, True]


def test_only_one_question_is_open(session):
    session.go("bet")
    session.go("choice")
    assert [poll.open for poll in session.polls()] == [False, True]


def test_an_empty_room_is_not_asked_by_itself(rooms):
    session = Session(rooms, people=0)
    session.go("choice")
    assert session.polls() == []
    session.press("a", "next")
    assert RoomTold(session.seen("choice"), 0).line(None) == "Nobody answered."
    assert not RoomTold(session.seen("choice"), 0).rows(None)[0]["pressed"]


def test_a_secret_ballot_shows_no_counts_that_say_who_chose_what(session):
    session.press(SECRET)
    session.go("choice")
    assert session.polls()[0].secret
    session.answer(1, 1)
    session.press("next")
    assert session.seen("choice").counts is None
    assert session.show.turn.choice is None  # else it would say it
    assert not RoomTold(session.seen("choice"), 3).is_counted
    session.press("a")
    session.answer(1, 1, 0)
    session.press("a")
    assert session.seen("choice").counts == (1, 2)
    assert session.show.turn.choice == 1


def test_what_is_closed_on_the_rooms_own_page_is_taken_over(session):
    session.go("choice")
    session.answer(1)
    Lead.by_token(session.rooms, session.code, session.token).close(1)
    assert session.show.look().turn.choice == 1
    assert KINDS[session.press("next").slide] == "bet"


def test_how_to_join_is_shown_and_taken_away_by_any_key(session):
    assert session.press("j").join
    assert not session.press("next").join
    assert session.show.turn.slide == 0
    assert session.press("J", "join") == session.show.turn


def test_windows_hear_of_answers(session):
    session.go("choice")
    told = {number: threading.Event() for number in (0, 1)}
    stop = session.show.follow(lambda now: told[now.room.of("choice").answered].set())
    assert told[0].wait(PATIENCE)
    session.answer(1)
    assert told[1].wait(PATIENCE)
    stop()


@each("chapter kind", itertools.product(CHAPTERS.values(), ["choice", "bet", "knob"]))
def test_every_chapter_can_ask_a_room(rooms, chapter, kind):
    question, choices = wording(kind, chapter)
    code, token = rooms.open("Tuesday")
    Lead.by_token(rooms, code, token).ask(question, choices)
    assert not any(text.endswith("…") for text in (question, *choices))
    assert CHOICES[0] <= len(choices) <= CHOICES[1]


def test_how_phones_are_asked_can_be_read_at_twelve():
    assert grade(PHONES) <= 7


def test_what_is_too_long_is_cut_after_a_word():
    long = "word " * 100
    for most in (CHOICE, LINE):
        assert fitted(long, most).endswith("word …")
        assert len(fitted(long, most)) <= most


def test_when_no_more_can_be_asked_the_show_goes_on(session):
    with session.rooms.room(session.code, change=True) as room:
        for _ in range(MOST_POLLS):
            room.close(room.ask("?", ["a", "b"]))
    turn = session.go("choice")
    assert KINDS[turn.slide] == "choice"
    assert str(MOST_POLLS) in session.show.look().trouble
    assert KINDS[session.press("next").slide] == "bet"


# How the bet comes out --------------------------------------------------------------------------


def bet(session, *choices):
    session.go("bet")
    session.answer(*choices)
    session.press("next")
    session.go("reveal")


def said(session):
    return told_bet(session.show.look().room, CHAPTER, session.show.turn, "You bet.")


def test_the_model_settles_the_bet_and_each_phone_is_told(session):
    bet(session, 0, 0, 2)
    assert session.phone(0)["right"] is None
    session.show.settle(stock("falls"))
    assert [session.phone(k)["right"] for k in range(3)] == [2, 2, 2]
    assert session.phone(2)["yours"] == 2
    assert said(session) == "You bet. 2 of 3 bet on this; 1 had it right."
    session.press("back", "back", "3", "next", "next")  # the trainer picks otherwise
    assert said(session) == "You bet. 1 of 3 bet on this and had it right."


def test_a_bet_is_settled_once_and_not_before_the_reveal(session):
    bet(session, 0, 0, 1)
    session.press("back")
    session.show.settle(stock("falls"))
    assert session.phone(0)["right"] is None
    session.press("next")
    session.show.settle(stock("same"))
    session.show.settle(stock("falls"))
    assert session.phone(0)["right"] == 1
    session.go("choice")
    session.press("next", "2")
    session.go("reveal")
    assert "The room had bet when it was: Bring them together" in said(session)


def test_nobody_is_right_if_it_comes_out_as_none_of_the_options(session):
    options = CHAPTER.bet.options[:2]
    chapter = CHAPTER.model_copy(
        update={"bet": CHAPTER.bet.model_copy(update={"options": options})}
    )
    bet(session, 0, 0, 1)
    session.show.settle(stock("falls", chapter))
    phone = session.phone(0)
    assert (phone["right"], phone["none_right"]) == (None, True)
    assert "None of these came true" in phone["sentence"]
    assert said(session) == "You bet. 3 bet, and nobody could have it right."


def test_a_room_that_is_split_is_told_who_had_it_right(session):
    bet(session, 0, 2)
    session.show.settle(stock("falls"))
    told = told_bet(
        session.show.look().room, CHAPTER, session.show.turn, "Nobody placed a bet. It falls."
    )
    assert told == "The room was split. It falls. 2 bet; 1 had it right."


def test_few_secret_bets_are_not_counted_out(session):
    session.press(SECRET)
    bet(session, 0, 2)
    session.show.settle(stock("falls"))
    assert session.phone(0)["right"] == 2
    assert "had it right" not in said(session)
    assert "2 people answered" in said(session)


def test_runs_that_failed_settle_nothing(session):
    bet(session, 0)
    broken = stock("falls")
    broken.fault = "The model could not be run."
    session.show.settle(broken)
    assert session.phone(0)["right"] is None


def test_the_rooms_own_page_leaves_the_bet_to_the_model(session):
    session.go("choice")
    session.go("bet")
    with session.rooms.room(session.code) as room:
        found = lead_view(room, session.rooms.runs(session.code), set(), "http://127.0.0.1:80")
    assert [poll["measured"] for poll in found["polls"]] == [True, False]


def test_a_game_goes_on_beside_it(session):
    Lead.by_token(session.rooms, session.code, session.token).play(Setup(6, 2, 60))
    bet(session, 0, 0, 1)
    session.show.settle(stock("rises"))
    assert said(session) == "You bet. 2 of 3 bet on this and had it right."
