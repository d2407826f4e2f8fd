"""Bets on the model: the run closes and settles them."""

import pytest

from alliances.dashboards.room import RoomError
from alliances.dashboards.room.bets import CHOICES, _compared
from alliances.dashboards.room.lead import Lead
from tests.dashboards.room.conftest import QUICK, phase
from tests.waiting import until


def choose(rooms, code, key, number, choice):
    with rooms.room(code, change=True) as room:
        room.answer(key, number, choice)


def test_a_bet_comes_out_with_its_round_and_one_on_the_end_with_the_end(rooms):
    code, token = rooms.open("Tuesday")
    keys = [rooms.who(code, rooms.join(code, f"P{k}")) for k in range(3)]
    lead = Lead.by_token(rooms, code, token)
    with pytest.raises(RoomError, match="no game"):
        lead.bet("trust_familiar", "round")
    lead.play(QUICK)
    with pytest.raises(RoomError, match="before the first round"):
        lead.bet("trust_familiar", "round")
    with pytest.raises(RoomError, match="no such measure"):
        lead.bet("alliances", "end")
    with pytest.raises(RoomError, match="after the round or at the end"):
        lead.bet("trust_familiar", "tomorrow")
    last = lead.bet("trust_familiar", "end")
    lead.open_round()
    lead.close_round()
    until(lambda: phase(rooms, code) == "between")
    next_one = lead.bet("trust_familiar", "round")
    for choice, key in enumerate(keys):
        choose(rooms, code, key, last, choice)
        choose(rooms, code, key, next_one, choice)
    with rooms.room(code) as room:
        assert room.poll(last).open
        assert room.poll(next_one).open
    lead.open_round()
    lead.close_round()
    until(lambda: phase(rooms, code) == "over" and rooms.runs(code).ending is not None)
    with pytest.raises(RoomError, match="before a round is run"):
        lead.bet("trust_familiar", "end")
    # Each of the three bet otherwise, so that one is right, the one that the numbers say.
    runs = rooms.runs(code)
    values = runs.run.recording.values["trust_familiar"]
    assert lead.results(next_one).right == _compared("trust_familiar", values[5], values[11])
    assert lead.results(next_one).won == 1
    effect = runs.ending.effect("trust_familiar")
    assert lead.results(last).right == _compared("trust_familiar", effect.a[0], effect.b[0])
    assert lead.results(last).counts == (1, 1, 1)
    # Nobody chose anything, so that the room is the place left alone.
    assert lead.results(last).choices[lead.results(last).right] == "About the same"


def test_what_looks_the_same_counts_as_about_the_same():
    assert CHOICES["round"][1] == CHOICES["end"][1] == "About the same"
    assert _compared("trust_familiar", 0.614, 0.6141) == 1
    assert _compared("trust_familiar", 0.61, 0.63) == 0
    assert _compared("alliance_share", 0.5, 0.4) == 2
    assert _compared("small_money", float("nan"), 0.4) == 1
