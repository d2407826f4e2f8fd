"""All rooms of a server: who may do what, keeping, running the rounds, and telling who listens.

Every call may come from any thread. What changes a room is written down before the call returns.
"""

import contextlib
import hmac
import logging
import math
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from alliances.dashboards.room import bets, ending, play, prepare_end
from alliances.dashboards.room.game import RUNNING, Seat, Setup
from alliances.dashboards.room.room import USUAL_HOURS, Room
from alliances.dashboards.room.runs import RoomRuns
from alliances.dashboards.room.store import RoomStore
from alliances.dashboards.room.words import (
    NotAllowedError,
    RoomError,
    fingerprint,
    matches,
    new_code,
    new_token,
)
from alliances.experiments.runs.queue import GivenUp

MOST_ROOMS = 20
SWEEP = 60.0  # seconds between looks for rooms that have ended
LATELY = 8.0  # seconds for which somebody without a socket counts as here
LEAD = ""  # who the trainer is, where a player has a key

Listener = Callable[[], object]
log = logging.getLogger(__name__)
_BEGUN = time.time() - time.monotonic()


def steady() -> float:
    """Return seconds since 1970 by a clock that nobody puts right, which would end rooms."""
    return _BEGUN + time.monotonic()


class Rooms:
    """The rooms of a server.

    Parameters
    ----------
    store : RoomStore
        Where rooms are kept; those that are there are taken up again.
    clock : callable
        Returns seconds since 1970.
    """

    def __init__(self, store: RoomStore, clock: Callable[[], float] = steady) -> None:
        self._store, self._clock = store, clock
        self._lock = threading.RLock()
        self._rooms: dict[str, Room] = {}
        self._runs: dict[str, RoomRuns] = {}
        self._listeners: dict[str, dict[int, tuple[str, Listener]]] = {}
        self._asked: dict[tuple[str, str], float] = {}
        self._count = 0
        self._worker = ThreadPoolExecutor(1, "rounds")
        self._awaited = 0  # rounds that people wait for
        self._closed = threading.Event()
        for kept in store.all():
            try:
                room = Room.of(kept)
                if not room.ends < math.inf:
                    raise ValueError(f"it ends at {room.ends}")
            except Exception:
                log.exception("a room that is damaged, or of another version, is deleted")
                store.delete(str(kept.get("code")))
                continue
            self._rooms[room.code] = room
            self._runs[room.code] = RoomRuns()
            if room.game is not None and room.game.rounds:
                self._run(room.code)
        self.sweep()
        threading.Thread(target=self._sweep_on, daemon=True, name="rooms").start()

    # Rooms ----------------------------------------------------------------------------------

    def open(self, title: object, hours: object = USUAL_HOURS) -> tuple[str, str]:
        """Open a room; returns its code and the trainer's token.

        Raises
        ------
        RoomError
            If there are too many rooms, or the title or the time is not allowed.
        """
        with self._lock:
            self.sweep()
            if len(self._rooms) >= MOST_ROOMS:
                raise RoomError(f"{MOST_ROOMS} rooms are open, which is the most. End one first.")
            code = new_code()
            while code in self._rooms:
                code = new_code()
            token = new_token()
            room = Room.open(code, title, fingerprint(token), self._clock(), hours)
            self._rooms[code], self._runs[code] = room, RoomRuns()
            self._changed(room)
            return code, token

    def end(self, code: str) -> None:
        """End a room: everything in it is deleted, nicknames too."""
        with self._lock:
            self._rooms.pop(code, None)
            self._runs.pop(code, None)
            self._store.delete(code)
            told = self._listeners.pop(code, {})
        for _, listener in told.values():
            listener()

    def sweep(self) -> None:
        """End the rooms whose time is over."""
        with self._lock:
            now = self._clock()
            over = [code for code, room in self._rooms.items() if room.ends <= now]
        for code in over:
            self.end(code)

    def close(self) -> None:
        """Stop; what is written down stays."""
        self._closed.set()
        self._worker.shutdown(wait=True, cancel_futures=True)
        self._store.close()

    def _sweep_on(self) -> None:
        while not self._closed.wait(SWEEP):
            try:
                self.sweep()
            except Exception:
                log.exception("rooms that have ended could not be deleted")

    @contextlib.contextmanager
    def room(self, code: str, *, change: bool = False, only: str | None = None) -> Iterator[Room]:
        """Give a room to look at, or to change; nobody else touches it meanwhile.

        Parameters
        ----------
        code : str
            Which.
        change : bool
            Whether to write it down and tell who listens.
        only : str, optional
            Whom a change concerns besides the trainer; by default everybody.

        Raises
        ------
        RoomError
            If there is no such room, or its time is over.
        """
        with self._lock:
            room = self._rooms.get(code)
            if room is not None and room.ends <= self._clock():
                self.end(code)
                room = None
            if room is None:
                raise RoomError("There is no room with this code. It may have ended.")
            yield room
            if change:
                self._changed(room, only)

    def showing(self, key: str) -> str | None:
        """Return the code of the room of a show, by the fingerprint of the show's key."""
        with self._lock:
            self.sweep()
            shows = {code: one.show for code, one in self._rooms.items() if one.show is not None}
        found = (code for code, show in shows.items() if hmac.compare_digest(show["key"], key))
        return next(found, None)

    def runs(self, code: str) -> RoomRuns:
        """Return what was run of a room's game."""
        with self._lock:
            return self._runs.get(code, RoomRuns())

    def _changed(self, room: Room, only: str | None = None) -> None:
        if room.code not in self._rooms:
            return
        self._store.save(room.code, room.ends, room.kept())
        self._tell(room.code, only)

    # Who is who -----------------------------------------------------------------------------

    def join(self, code: str, nickname: object) -> str:
        """Let somebody in; returns the token that the phone must keep."""
        with self.room(code, change=True, only=LEAD) as room:
            token = new_token()
            key = secrets.token_hex(6)
            room.join(key, nickname, fingerprint(token))
            fellows = room.game.fellows(key) if room.game is not None else []
        for one in fellows:  # each is told that there is one more
            self._tell(code, one)
        return token

    def who(self, code: str, token: str) -> str:
        """Return whose token that is: a player's key, or `LEAD` for the trainer's.

        Raises
        ------
        NotAllowedError
            If it is nobody's.
        """
        with self.room(code) as room:
            if matches(token, room.lead):
                return LEAD
            found = room.player_of(token)
            if found is None:
                raise NotAllowedError("You are not in this room, or not any more.")
            return found

    # Listening ------------------------------------------------------------------------------

    def listen(self, code: str, who: str, listener: Listener) -> Callable[[], None]:
        """Call a listener after each change of a room; returns what ends that."""
        with self._lock:
            self._count += 1
            number = self._count
            self._listeners.setdefault(code, {})[number] = (who, listener)
        listener()
        self._tell(code, LEAD)

        def stop() -> None:
            with self._lock:
                self._listeners.get(code, {}).pop(number, None)
            self._tell(code, LEAD)

        return stop

    def asked(self, code: str, who: str) -> None:
        """Take note that somebody without a socket has asked for the view."""
        with self._lock:
            new = who not in self.here(code)
            self._asked[code, who] = self._clock()
            if new:
                self._tell(code, LEAD)

    def here(self, code: str) -> set[str]:
        """Return who is connected, or has asked for the view just now."""
        with self._lock:
            since = self._clock() - LATELY
            self._asked = {one: at for one, at in self._asked.items() if at > since}
            found = {who for room, who in self._asked if room == code}
            return found | {who for who, _ in self._listeners.get(code, {}).values()}

    def _tell(self, code: str, only: str | None = None) -> None:
        with self._lock:
            told = list(self._listeners.get(code, {}).values())
        for who, listener in told:
            if only is None or who in (LEAD, only):
                listener()

    # Running --------------------------------------------------------------------------------

    def _run(self, code: str) -> None:
        with self._lock:
            self._awaited += 1
        self._worker.submit(self._work, code)

    def _work(self, code: str) -> None:
        """Run what a room's game needs now; in a thread of its own, one room at a time."""
        with self._lock:
            self._awaited -= 1
            room = self._rooms.get(code)
            if room is None or room.game is None:
                return
            game, known = room.game, self._runs[code]
            setup, seats, phase = game.setup, dict(game.seats), game.phase
            rounds = [dict(one) for one in game.rounds]
        try:
            ran = known.run if known.ran(rounds) else play.run(setup, rounds, seats)
            self._ran(code, rounds, RoomRuns(ran, ahead=known.ahead))
            if phase == "over" or (phase == RUNNING and len(rounds) >= setup.rounds):
                end = ending.ending(setup, rounds, seats, ran, known.ahead)
                self._ran(code, rounds, RoomRuns(ran, end))
        except Exception as error:
            log.exception("a round could not be run")
            self._ran(code, rounds, RoomRuns(failed=f"The model could not be run: {error}"))
            return
        if phase == RUNNING and len(rounds) == setup.rounds - 1:
            self._run_ahead(code, setup, rounds, seats)

    def _run_ahead(
        self, code: str, setup: Setup, rounds: list[dict[str, str]], seats: dict[str, Seat]
    ) -> None:
        """Run what the end needs while people decide on the last round, so that it comes sooner.

        Whoever waits for a round goes first, in this room or another.
        """
        with self._lock:
            room = self._rooms.get(code)
            if room is None or room.game is None or room.game.rounds != rounds:
                return
            last = room.game.decided()
            seats = seats | room.game.seats
        try:
            found = prepare_end.prepare_end(setup, rounds, last, seats, lambda: self._awaited > 0)
        except GivenUp:
            self._worker.submit(self._run_ahead, code, setup, rounds, seats)
            return
        except Exception:  # it is tried again at the end, and said there
            log.exception("what the end needs could not be run ahead")
            return
        with self._lock:
            if code in self._runs and self._runs[code].ran(rounds):
                self._runs[code].ahead = found

    def _ran(self, code: str, rounds: list[dict[str, str]], runs: RoomRuns) -> None:
        with self._lock:
            room = self._rooms.get(code)
            if room is None or room.game is None or room.game.rounds != rounds:
                return  # it was ended, or another game was begun
            self._runs[code] = runs
            if runs.run is not None:
                room.game.ran(runs.run.gone)
                bets.settle(room, runs)
            self._changed(room)

    # The game -------------------------------------------------------------------------------

    def play(self, code: str, setup: Setup) -> None:
        """Begin a game: everybody is dealt a part."""
        places = play.seats(setup)
        with self.room(code, change=True) as room:
            room.play(setup, places)
            self._runs[code] = RoomRuns()

    def close_round(self, code: str) -> None:
        """Close the round that is open and run it."""
        with self.room(code, change=True) as room:
            room.the_game().close_round()
        self._run(code)

    def finish(self, code: str) -> None:
        """End the game after the rounds that were played."""
        with self.room(code, change=True) as room:
            room.the_game().finish()
        self._run(code)

    def run_again(self, code: str) -> None:
        """Try again what could not be run."""
        with self.room(code, change=True) as room:
            room.the_game()
            self._runs[code] = RoomRuns()
        self._run(code)
