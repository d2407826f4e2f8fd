"""A room under any order of calls, with a restart at any moment: nothing lost, nothing leaked."""

import json
from collections import Counter

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from alliances.dashboards.room.game import BETWEEN, CHOOSING, DEALT, OVER, RUNNING, Setup, seats_of
from alliances.dashboards.room.roles import ROLES
from alliances.dashboards.room.room import Room
from alliances.dashboards.room.words import RoomError

SEATS = seats_of({"small": range(1, 6), "council": [11], "health": [12]})
CHOICES = [*{one.key for role in ROLES.values() for one in role.choices}]


class Session(RuleBasedStateMachine):
    """A trainer and people who do anything at any time, beside a plain account of it."""

    def __init__(self):
        super().__init__()
        self.room = Room.open("BCDF2345", "Session", "f" * 64, 0.0)
        self.people = 0
        self.open_answers = {}  # number of an open ballot: player to choice
        self.slips = {}  # number of a secret ballot: choices, and who
        self.final = {}
        self.chosen = {}
        self.rounds = []

    def some(self, data):
        keys = list(self.room.players)
        return data.draw(st.sampled_from(keys)) if keys else "nobody"

    @rule()
    def join(self):
        self.people += 1
        self.room.join(f"key{self.people}", f"Person {self.people}", f"token{self.people}")

    @rule(data=st.data())
    def leave(self, data):
        key = self.some(data)
        self.room.leave(key)
        for number, answers in self.open_answers.items():
            if number not in self.final:
                answers.pop(key, None)
        self.chosen.pop(key, None)
        assert f'"{key}"' not in json.dumps(self.room.kept())

    @rule(secret=st.booleans(), kind=st.sampled_from(["bet", "vote"]))
    def ask(self, secret, kind):
        if len(self.room.polls) < 8:
            number = self.room.ask("Question?", ["a", "b", "c"], secret=secret, kind=kind)
            (self.slips if secret else self.open_answers)[number] = ([], set()) if secret else {}

    @precondition(lambda self: self.room.polls and self.room.players)
    @rule(data=st.data(), choice=st.integers(0, 2))
    def answer(self, data, choice):
        poll = data.draw(st.sampled_from(self.room.polls))
        key, number = self.some(data), poll.number
        taken = number in self.slips and key in self.slips[number][1]
        if not poll.open or taken:
            with pytest.raises(RoomError):
                self.room.answer(key, number, choice)
            return
        self.room.answer(key, number, choice)
        if number in self.slips:
            self.slips[number][0].append(choice)
            self.slips[number][1].add(key)
        else:
            self.open_answers[number][key] = choice

    @precondition(lambda self: any(poll.open for poll in self.room.polls))
    @rule(data=st.data())
    def close(self, data):
        poll = data.draw(st.sampled_from([one for one in self.room.polls if one.open]))
        number = poll.number
        said = self.slips[number][0] if poll.secret else list(self.open_answers[number].values())
        found = self.room.close(number)
        assert found.answered == len(said)
        if found.counts is not None:
            assert found.counts == tuple(Counter(said)[k] for k in range(3))
        self.final[number] = found

    @rule(role=st.sampled_from(list(ROLES)), data=st.data())
    def move(self, role, data):
        key = self.some(data)
        if self.room.game is not None and key in self.room.game.players:
            self.room.game.move(key, role)
            self.chosen.pop(key, None)

    @rule()
    def play(self):
        game = self.room.game
        if game is not None and game.phase != OVER:
            with pytest.raises(RoomError):
                self.room.play(Setup(rounds=2), SEATS)
            return
        self.room.play(Setup(rounds=2), SEATS)
        self.chosen, self.rounds = {}, []

    @precondition(lambda self: self.room.game is not None)
    @rule()
    def open_round(self):
        game = self.room.game
        if game.phase in (DEALT, BETWEEN):
            game.open_round()
            self.chosen = {}
        else:
            with pytest.raises(RoomError):
                game.open_round()

    @precondition(lambda self: self.room.game is not None)
    @rule(data=st.data(), choice=st.sampled_from([*CHOICES, "rob a bank"]))
    def choose(self, data, choice):
        game, key = self.room.game, self.some(data)
        may = game.phase == CHOOSING and key in game.players
        may = may and ROLES[game.seat(key).role].choice(choice) is not None
        if may and game.players[key] not in game.gone:
            game.choose(key, choice)
            self.chosen[key] = choice
        else:
            with pytest.raises(RoomError):
                game.choose(key, choice)

    @precondition(lambda self: self.room.game is not None and self.room.game.phase == CHOOSING)
    @rule(gone=st.sets(st.sampled_from(list(SEATS))))
    def close_round(self, gone):
        game = self.room.game
        said, before = {}, set(game.gone)
        for key, choice in self.chosen.items():
            said.setdefault(game.players[key], []).append(choice)
        game.close_round()
        assert game.phase == RUNNING
        decided = game.rounds[-1]
        for seat, choices in said.items():
            (first, most), *rest = Counter(choices).most_common()
            tie = bool(rest) and rest[0][1] == most
            assert decided[seat] == ("" if tie else first)
        assert set(decided) == {*game.players.values(), *said} - before
        game.ran(gone)
        assert game.phase == (OVER if len(game.rounds) == 2 else BETWEEN)
        self.chosen = {}

    @rule()
    def restart(self):
        """What is written down is read again; of open secret ballots phones hand in again."""
        again = Room.of(json.loads(json.dumps(self.room.kept())))
        self.room = again
        for poll in again.polls:
            if poll.secret and poll.open:
                slips, who = self.slips[poll.number]
                assert poll.counts == [0, 0, 0]
                # Who has left since cannot hand in again.
                back = [key for key in sorted(who) if key in again.players]
                self.slips[poll.number] = (slips[: len(back)], set(back))
                for key, choice in zip(back, slips, strict=False):
                    again.answer(key, poll.number, choice)

    @invariant()
    def closed_results_stay(self):
        for number, found in self.final.items():
            assert self.room.results(number) == found

    @invariant()
    def everybody_in_a_game_has_a_seat(self):
        if self.room.game is not None:
            assert set(self.room.game.players) == set(self.room.players)
            assert set(self.room.game.choices) <= set(self.room.players)

    @invariant()
    def choices_are_what_was_chosen(self):
        if self.room.game is not None and self.room.game.phase == CHOOSING:
            assert self.room.game.choices == self.chosen

    @invariant()
    def no_secret_is_written(self):
        for poll in self.room.kept()["polls"]:
            if poll["secret"]:
                assert "key" not in json.dumps(poll)
                assert not poll["open"] or not any(poll["counts"])


Session.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
test_any_order_of_calls = Session.TestCase
