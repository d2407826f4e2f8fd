"""Codes, tokens, nicknames and paces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliances.dashboards.room.pace import Pace
from alliances.dashboards.room.words import (
    ALPHABET,
    CODE,
    RoomError,
    fingerprint,
    matches,
    new_code,
    new_token,
    plain,
    shown_code,
    typed_code,
)


def test_codes_and_tokens_are_hard_to_guess():
    codes = {new_code() for _ in range(500)}
    tokens = {new_token() for _ in range(500)}
    assert len(codes) == len(tokens) == 500
    assert len(ALPHABET) ** CODE > 3e11
    assert min(map(len, tokens)) >= 32
    assert {one for code in codes for one in code} == set(ALPHABET)


def test_a_code_is_read_as_people_type_it():
    code = new_code()
    for typed in (code, code.lower(), shown_code(code), f" {code[:3]} {code[3:]}\n"):
        assert typed_code(typed) == code


def test_a_token_is_known_by_its_fingerprint_only():
    token = new_token()
    assert matches(token, fingerprint(token))
    assert not matches(token + "x", fingerprint(token))
    assert token not in fingerprint(token)


@given(st.text(max_size=60))
def test_a_line_is_short_and_without_control_characters(text):
    try:
        line = plain(text, 24, "The nickname")
    except RoomError:
        return
    assert 0 < len(line) <= 24
    assert line.isprintable()
    assert line == plain(line, 24, "The nickname")


def test_marks_that_turn_the_reading_direction_are_taken_out():
    assert plain("a\u202eb\x00c\n d", 24, "x") == "a b c d"


def test_who_tries_too_often_waits_and_others_do_not():
    now = [0.0]
    pace = Pace(3, 1.0, clock=lambda: now[0])
    assert [pace.take("a") for _ in range(4)] == [True, True, True, False]
    assert pace.take("b")
    now[0] = 1.0
    assert pace.take("a")
    assert not pace.take("a")
    assert pace.wait("a") == pytest.approx(1.0)
