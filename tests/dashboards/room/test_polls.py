"""Bets and votes: counted right, shown only when closed, and secret where they are said to be."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliances.dashboards.room.poll import FEW, Poll
from alliances.dashboards.room.room import Room
from alliances.dashboards.room.words import RoomError


def poll(secret=False, kind="vote", choices=("yes", "no", "maybe")):
    return Poll.ask(1, "Will it rain?", list(choices), kind=kind, secret=secret)


@given(st.lists(st.integers(0, 2), min_size=FEW, max_size=80), st.booleans())
def test_what_was_chosen_is_what_is_counted(chosen, secret):
    asked = poll(secret)
    for person, choice in enumerate(chosen):
        asked.answer(f"p{person}", choice)
    assert asked.answered == len(chosen)
    found = asked.close()
    assert found.counts == tuple(chosen.count(k) for k in range(3))
    assert found.answered == len(chosen)


def test_an_open_answer_can_be_changed_and_counts_once():
    asked = poll()
    asked.answer("ana", 0)
    asked.answer("ana", 2)
    assert asked.close().counts == (0, 0, 1)


def test_a_secret_slip_counts_once_and_stays():
    asked = poll(secret=True)
    for person in ("ana", "ben", "cem"):
        asked.answer(person, 0)
    with pytest.raises(RoomError, match="in already"):
        asked.answer("ana", 2)
    assert asked.close().counts == (3, 0, 0)


def test_nobody_sees_counts_before_the_end():
    for secret in (False, True):
        asked = poll(secret)
        asked.answer("ana", 0)
        with pytest.raises(RoomError, match="when the question is closed"):
            asked.results()


def test_a_closed_question_takes_no_answer():
    asked = poll()
    asked.close()
    with pytest.raises(RoomError, match="closed"):
        asked.answer("ana", 0)


@pytest.mark.parametrize("choice", [3, -1, True, "0", None, 1.0, [0]])
def test_a_choice_that_is_not_there_is_refused(choice):
    asked = poll()
    with pytest.raises(RoomError, match="no such choice"):
        asked.answer("ana", choice)
    assert asked.answered == 0


def test_few_secret_slips_are_not_shown():
    asked = poll(secret=True)
    for person in range(FEW - 1):
        asked.answer(str(person), 1)
    found = asked.close()
    assert found.counts is None
    assert found.answered == FEW - 1
    assert "not shown" in found.sentence()
    assert asked.kept()["counts"] == [FEW - 1, 0, 0]  # not what was chosen, nor on disk


def test_of_a_secret_ballot_nothing_is_written_down_that_links_anybody():
    room = Room.open("BCDF2345", "Tuesday", "x" * 64, 0.0)
    for key in ("key-ana", "key-ben", "key-cem"):
        room.join(key, key[4:], key)
    number = room.ask("Stay?", ["yes", "no"], secret=True)
    room.answer("key-ana", number, 0)
    # While it is open: neither who has voted nor any count, so that two looks tell nothing either.
    kept = room.kept()["polls"][0]
    assert kept["counts"] == [0, 0]
    assert "key-" not in json.dumps(kept)
    room.answer("key-ben", number, 1)
    room.answer("key-cem", number, 1)
    # In memory too there are a count and a list of names, but nothing between the two.
    held = room.poll(number)
    assert held.given == {}
    assert held.counts == [1, 2]
    assert held.cast == {"key-ana", "key-ben", "key-cem"}
    room.close(number)
    kept = room.kept()["polls"][0]
    assert kept["counts"] == [1, 2]
    assert "key-" not in json.dumps(kept)
    assert held.cast == set()


def test_bets_come_true_or_not():
    asked = poll(kind="bet")
    for person, choice in enumerate([0, 1, 1]):
        asked.answer(str(person), choice)
    with pytest.raises(RoomError, match="Close the bet"):
        asked.settle(1)
    asked.close()
    assert asked.results().won is None
    asked.settle(1)
    assert asked.results().won == 2
    assert "2 had it right" in asked.results().sentence()
    with pytest.raises(RoomError, match="no such choice"):
        asked.settle(3)


def test_a_vote_has_no_right_answer():
    asked = poll()
    asked.close()
    with pytest.raises(RoomError, match="Only a bet"):
        asked.settle(0)


def test_a_tie_is_called_one():
    asked = poll(choices=("yes", "no"))
    asked.answer("ana", 0)
    asked.answer("ben", 1)
    assert asked.close().sentence() == ("It is a tie between “yes” and “no”, each with 1 of 2.")


@pytest.mark.parametrize(
    ("question", "choices", "kind", "why"),
    [
        ("", ["a", "b"], "vote", "empty"),
        ("x" * 201, ["a", "b"], "vote", "200 is the most"),
        ("?", ["a"], "vote", "2 to 8"),
        ("?", list("abcdefghi"), "vote", "2 to 8"),
        ("?", ["a", "A "], "vote", "the same"),
        ("?", "ab", "vote", "a list"),
        ("?", ["a", 3], "vote", "must be text"),
        ("?", ["a", "b"], "quiz", "one of"),
        (None, ["a", "b"], "vote", "must be text"),
    ],
)
def test_a_question_that_cannot_be_asked_says_why(question, choices, kind, why):
    with pytest.raises(RoomError, match=why):
        Poll.ask(1, question, choices, kind=kind, secret=False)
