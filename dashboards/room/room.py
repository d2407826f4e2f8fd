"""A room: who is in it, what was asked, and the game; all by plain calls, with nothing of the web.

What a person does is a call that either changes the room or raises a `RoomError` that can be shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from alliances.dashboards.room.game import Game, Seat, Setup
from alliances.dashboards.room.poll import Poll, Results
from alliances.dashboards.room.words import LINE, NICKNAME, RoomError, matches, plain

MOST_PLAYERS = 120
MOST_POLLS = 60
HOURS = (1, 24)
USUAL_HOURS = 8
ADDRESS = 120  # characters of the address that phones are given


@dataclass
class Player:
    """Somebody in the room.

    Attributes
    ----------
    key : str
        What the room calls the player by; not a secret.
    nickname : str
    token : str
        Fingerprint of the token that the phone holds.
    """

    key: str
    nickname: str
    token: str


@dataclass
class Room:
    """A room, from its opening to its end.

    Attributes
    ----------
    code : str
        What people type to come in.
    title : str
    lead : str
        Fingerprint of the trainer's token.
    opened, ends : float
        When it was opened, and when it ends by itself; seconds since 1970.
    players : dict of str to Player
    polls : list of Poll
    game : Game or None
    locked : bool
        Whether nobody new may come in.
    address : str
        Where phones reach the server, if the trainer said so.
    joined : int
        How many ever came in.
    show : dict or None
        Of the stage that asks this room: what it needs to go on after a restart.
    """

    code: str
    title: str
    lead: str
    opened: float
    ends: float
    players: dict[str, Player] = field(default_factory=dict)
    polls: list[Poll] = field(default_factory=list)
    game: Game | None = None
    locked: bool = False
    address: str = ""
    joined: int = 0
    show: dict[str, Any] | None = None

    @classmethod
    def open(
        cls, code: str, title: object, lead: str, now: float, hours: object = USUAL_HOURS
    ) -> "Room":
        """Return a new room.

        Raises
        ------
        RoomError
            For a title or a time that is not allowed.
        """
        low, high = HOURS
        if isinstance(hours, bool) or not isinstance(hours, int | float):
            raise RoomError(f"A room lasts from {low} to {high} hours.")
        if not low <= hours <= high:
            raise RoomError(f"A room lasts from {low} to {high} hours.")
        return cls(code, plain(title, LINE, "The title"), lead, now, now + 3600.0 * hours)

    # People ---------------------------------------------------------------------------------

    def join(self, key: str, nickname: object, token: str) -> Player:
        """Let somebody in.

        Raises
        ------
        RoomError
            If the room is full or locked, or the nickname is not allowed or taken.
        """
        if self.locked:
            raise RoomError("The trainer lets nobody new in now.")
        if len(self.players) >= MOST_PLAYERS:
            raise RoomError(f"The room is full: it holds {MOST_PLAYERS} people.")
        name = plain(nickname, NICKNAME, "The nickname")
        if any(other.nickname.casefold() == name.casefold() for other in self.players.values()):
            raise RoomError("Somebody here has that nickname. Please take another.")
        self.players[key] = Player(key, name, token)
        self.joined += 1
        if self.game is not None:
            self.game.deal(key)
        return self.players[key]

    def leave(self, key: str) -> None:
        """Forget somebody, with the nickname and what is linked to it."""
        self.players.pop(key, None)
        for poll in self.polls:
            poll.forget(key)
        if self.game is not None:
            self.game.leave(key)

    def player_of(self, token: str) -> str | None:
        """Return whose token that is; all are looked at, whoever it is."""
        found = None
        for player in self.players.values():
            if matches(token, player.token):
                found = player.key
        return found

    # Questions ------------------------------------------------------------------------------

    def ask(
        self,
        question: object,
        choices: Sequence[str] | object,
        *,
        secret: bool = False,
        kind: str = "vote",
    ) -> int:
        """Ask the room something; returns the question's number.

        Parameters
        ----------
        question : str
        choices : sequence of str
            Two to eight.
        secret : bool
            Whether nobody may ever know who chose what.
        kind : {"vote", "bet"}
            A bet has a right answer that comes out later; see `settle`.

        Raises
        ------
        RoomError
            If it cannot be asked like this.
        """
        if len(self.polls) >= MOST_POLLS:
            raise RoomError(f"A room can be asked {MOST_POLLS} questions.")
        poll = Poll.ask(len(self.polls) + 1, question, choices, kind=kind, secret=secret)
        self.polls.append(poll)
        return poll.number

    def poll(self, number: object) -> Poll:
        """Return a question.

        Raises
        ------
        RoomError
            If there is none with that number.
        """
        if isinstance(number, int) and 1 <= number <= len(self.polls):
            return self.polls[number - 1]
        raise RoomError("There is no such question.")

    def answer(self, key: str, number: object, choice: object) -> None:
        """Take somebody's answer.

        Raises
        ------
        RoomError
            If the question is closed or not there, or there is no such choice.
        """
        self.poll(number).answer(key, choice)

    def close(self, number: object) -> Results:
        """Close a question and return its results."""
        return self.poll(number).close()

    def results(self, number: object) -> Results:
        """Return the results of a closed question."""
        return self.poll(number).results()

    def settle(self, number: object, right: object) -> Results:
        """Say how a bet came out."""
        self.poll(number).settle(right)
        return self.poll(number).results()

    # The game -------------------------------------------------------------------------------

    def play(self, setup: Setup, seats: Mapping[str, Seat]) -> None:
        """Deal the parts of a new game to all who are here.

        Raises
        ------
        RoomError
            If a game is on.
        """
        if self.game is not None and self.game.phase != "over":
            raise RoomError("A game is on. End it first.")
        self.game = Game(setup, dict(seats))
        for key in self.players:
            self.game.deal(key)

    def the_game(self) -> Game:
        """Return the game.

        Raises
        ------
        RoomError
            If there is none.
        """
        if self.game is None:
            raise RoomError("There is no game yet.")
        return self.game

    # Keeping --------------------------------------------------------------------------------

    def kept(self) -> dict[str, Any]:
        """Return what is written down."""
        return {
            "code": self.code,
            "title": self.title,
            "lead": self.lead,
            "opened": self.opened,
            "ends": self.ends,
            "players": [[one.key, one.nickname, one.token] for one in self.players.values()],
            "polls": [poll.kept() for poll in self.polls],
            "game": self.game.kept() if self.game is not None else None,
            "locked": self.locked,
            "address": self.address,
            "joined": self.joined,
            "show": self.show,
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Room":
        """Return the room that was written down."""
        people = [Player(*one) for one in kept["players"]]
        return cls(
            kept["code"],
            kept["title"],
            kept["lead"],
            kept["opened"],
            kept["ends"],
            {player.key: player for player in people},
            [Poll(**one) for one in kept["polls"]],
            None if kept["game"] is None else Game.of(kept["game"]),
            kept["locked"],
            kept["address"],
            kept["joined"],
            kept.get("show"),  # rooms of older versions have none
        )
