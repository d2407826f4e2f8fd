"""What a trainer can do with a room, from Python; the trainer's page does the same."""

from collections.abc import Sequence
from typing import Self

from alliances.dashboards.address import origin_of
from alliances.dashboards.room.bets import bet
from alliances.dashboards.room.game import Setup
from alliances.dashboards.room.poll import Results
from alliances.dashboards.room.room import ADDRESS
from alliances.dashboards.room.rooms import LEAD, Rooms
from alliances.dashboards.room.words import NotAllowedError, RoomError, plain


class Lead:
    """What a trainer can do with a room, for pages of the same program.

    Examples
    --------
    A question, asked and counted:

    >>> import tempfile, pathlib
    >>> from alliances.dashboards.room import Rooms, Lead, RoomStore
    >>> rooms = Rooms(RoomStore(pathlib.Path(tempfile.mkdtemp())))
    >>> lead = Lead.by_token(rooms, *rooms.open("Tuesday"))
    >>> number = lead.ask("Will trust rise?", ["Yes", "No"], secret=True, kind="bet")
    >>> lead.close(number).answered
    0
    >>> lead.settle(number, 1).right
    1
    >>> lead.end()
    >>> rooms.close()
    """

    def __init__(self, rooms: Rooms, code: str) -> None:
        self._rooms, self.code = rooms, code

    @classmethod
    def by_token(cls, rooms: Rooms, code: str, token: str) -> Self:
        """Return what the holder of a trainer's token can do.

        Raises
        ------
        NotAllowedError
            If the token is not the trainer's.
        """
        if rooms.who(code, token) != LEAD:
            raise NotAllowedError("Only the trainer may do that.")
        return cls(rooms, code)

    def ask(
        self, question: str, choices: Sequence[str], *, secret: bool = False, kind: str = "vote"
    ) -> int:
        """Ask the room; returns the question's number. See `Room.ask`."""
        with self._rooms.room(self.code, change=True) as room:
            return room.ask(question, choices, secret=secret, kind=kind)

    def bet(self, measure: object, when: object) -> int:
        """Ask a bet that the model settles; see `alliances.dashboards.room.bets.bet`."""
        with self._rooms.room(self.code, change=True) as room:
            return bet(room, measure, when)

    def answered(self, number: int) -> int:
        """Return how many have answered so far; who chose what is not told."""
        with self._rooms.room(self.code) as room:
            return room.poll(number).answered

    def close(self, number: int) -> Results:
        """Close a question and return its results."""
        with self._rooms.room(self.code, change=True) as room:
            return room.close(number)

    def results(self, number: int) -> Results:
        """Return the results of a closed question; a `RoomError` while it is open."""
        with self._rooms.room(self.code) as room:
            return room.results(number)

    def settle(self, number: int, right: int) -> Results:
        """Say how a bet came out; each phone then shows whether it was right."""
        with self._rooms.room(self.code, change=True) as room:
            return room.settle(number, right)

    def people(self) -> list[str]:
        """Return the nicknames in the room."""
        with self._rooms.room(self.code) as room:
            return [player.nickname for player in room.players.values()]

    def set_address(self, address: object) -> None:
        """Say where phones reach the server, such as http://192.168.1.5:8765; "" for unknown."""
        text = "" if address == "" else plain(address, ADDRESS, "The address").rstrip("/")
        if text and origin_of(text) is None:
            raise RoomError("Give an address such as http://192.168.1.5:8765.")
        with self._rooms.room(self.code, change=True) as room:
            room.address = text

    def lock(self, on: bool) -> None:
        """Let nobody new in, or let people in again."""
        with self._rooms.room(self.code, change=True) as room:
            room.locked = bool(on)

    def remove(self, player: str) -> None:
        """Take somebody out of the room, nickname and all."""
        with self._rooms.room(self.code, change=True) as room:
            if player not in room.players:
                raise RoomError("There is nobody like that in the room.")
            room.leave(player)

    def move(self, player: str, role: str) -> None:
        """Give somebody another part."""
        with self._rooms.room(self.code, change=True) as room:
            if player not in room.players:
                raise RoomError("There is nobody like that in the room.")
            room.the_game().move(player, role)

    def play(self, setup: Setup) -> None:
        """Begin a game: everybody is dealt a part."""
        self._rooms.play(self.code, setup)

    def open_round(self) -> None:
        """Let people choose."""
        with self._rooms.room(self.code, change=True) as room:
            room.the_game().open_round()

    def close_round(self) -> None:
        """Take no more choices and run the round."""
        self._rooms.close_round(self.code)

    def finish(self) -> None:
        """End the game after the rounds that were played."""
        self._rooms.finish(self.code)

    def run_again(self) -> None:
        """Try again what could not be run."""
        self._rooms.run_again(self.code)

    def end(self) -> None:
        """End the room and delete everything in it."""
        self._rooms.end(self.code)
