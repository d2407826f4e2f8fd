"""A show: the stage and the script of one chapter, kept in step while both are open.

Its key cannot be guessed. It is forgotten when nobody has touched it for a while, or when the
server ends; one that has a room is kept with the room.
"""

import contextlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from alliances.dashboards.address import origin_of
from alliances.dashboards.learn.answers import right_option
from alliances.dashboards.learn.audience import Audience
from alliances.dashboards.learn.chapter import Chapter
from alliances.dashboards.learn.question import RoomAnswers
from alliances.dashboards.learn.runs import ChapterRuns
from alliances.dashboards.learn.turn import Turn, press
from alliances.dashboards.room.lead import Lead
from alliances.dashboards.room.rooms import LEAD, Rooms
from alliances.dashboards.room.words import NotAllowedError, RoomError, fingerprint, typed_code

KEPT = 12 * 3600.0  # seconds
MOST = 100
LOOKS = 1.0  # seconds between looks whether whoever follows is still there
TOGETHER = 0.15  # seconds within which changes are told together


class Now(NamedTuple):
    """What a window is told.

    Attributes
    ----------
    turn : Turn
        Where the chapter is.
    room : RoomAnswers or None
        The room as it is, if the show has one.
    trouble : str
        What could not be done with the room.
    leads : bool
        Whether this window leads, or only watches.
    """

    turn: Turn
    room: RoomAnswers | None = None
    trouble: str = ""
    leads: bool = True


@dataclass(eq=False)
class Show:
    """What the stage shows now.

    What is done is done one after the other, under `_acting`. `_changed` is never held while
    anything is asked of a room: rooms tell of their changes while they are held themselves.

    Attributes
    ----------
    key : str
        What both windows know.
    turn : Turn
        Where the chapter is.
    begun, moved : float
        Seconds since 1970 at which the chapter and the present slide began.
    audience : Audience or None
        Its room.
    trouble : str
        What could not be done with the room.
    """

    key: str
    turn: Turn
    begun: float = field(default_factory=time.time)
    moved: float = field(default_factory=time.time)
    touched: float = field(default_factory=time.monotonic)
    audience: Audience | None = None
    trouble: str = ""
    _acting: threading.RLock = field(default_factory=threading.RLock)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _version: int = 0

    def has_room(self) -> bool:
        """Whether it has a room that has not ended."""
        audience = self.audience
        return audience is not None and audience.is_there()

    def led_by(self, who: str) -> bool:
        """Whether a browser may lead: anybody with the link, until there is a room."""
        audience = self.audience
        return audience is None or audience.led_by(who)

    def press(self, key: object, chapter: Chapter, who: str = "") -> None:
        """Follow a key that was pressed in one of the windows, if whoever pressed it leads."""
        with self._acting:
            if not isinstance(key, str) or not self.led_by(who):
                return
            self.touched = time.monotonic()
            new = self._pressed(key, chapter)
            if new.slide != self.turn.slide:
                self.moved = time.time()
                if self.turn.slide == 0:
                    self.begun = self.moved
            self._go(new)

    def _pressed(self, key: str, chapter: Chapter) -> Turn:
        if self.audience is not None:
            self.trouble = ""
            try:
                turn = self.audience.take_over(self.turn)
                new = self.audience.press(turn, key, chapter)
                self.trouble = self.audience.trouble
                return new
            except RoomError as error:
                self._failed(error)
        return press(self.turn, key, chapter)

    def begin(self, chapter: str, who: str = "") -> None:
        """Begin a chapter from its first slide."""
        with self._acting:
            if not self.led_by(who):
                return
            if self.audience is not None:
                try:
                    self.audience.begin(self.turn, chapter)
                except RoomError as error:
                    self._failed(error)
            self.begun = self.moved = time.time()
            self.touched = time.monotonic()
            self._go(Turn(chapter))

    def _go(self, turn: Turn) -> None:
        if turn == self.turn and self.audience is None:
            return
        self.turn = turn
        self._keep()
        self._told()

    # The room -------------------------------------------------------------------------------

    def connect(self, rooms: Rooms, code: str, who: str, origin: str = "") -> None:
        """Take a room, or let another browser lead, for somebody who has proved to lead the room.

        Raises
        ------
        NotAllowedError
            If the show has another room, which somebody else leads.
        """
        with self._acting:
            if self.audience is None or self.audience.code != code:
                if not self.led_by(who):
                    raise NotAllowedError("This show has another room, which you do not lead.")
                self.disconnect(who)
                self.audience = Audience(rooms, code, fingerprint(self.key), set(), origin)
                self.audience.stop = rooms.listen(code, LEAD, self._told)
            self.audience.leaders.add(fingerprint(who))
            self.trouble = ""
            self._keep()
            self._told()

    def disconnect(self, who: str) -> None:
        """Go on without a room; the room stays open."""
        with self._acting:
            audience = self.audience
            if audience is None or not self.led_by(who):
                return
            self.let_go()
            self._told()

    def let_go(self) -> None:
        """Leave the room, whoever leads."""
        with self._acting:
            audience, self.audience = self.audience, None
            self.turn = replace(self.turn, join=False)
            if audience is None:
                return
            with contextlib.suppress(RoomError):  # it has ended
                audience.forget()
        self._told()

    def settle(self, stock: ChapterRuns) -> None:
        """Tell the phones how their bet came out, once the stage shows it."""
        chapter = stock.chapter
        stock.early.wait()
        with self._acting:
            turn = self.turn
            here = turn.chapter == chapter.name and turn.at(chapter).kind == "reveal"
            if self.audience is None or not here or stock.fault:
                return
            chosen = turn.chosen(chapter)
            try:
                told = self.audience.settle(chapter, chosen, right_option(stock, chosen))
            except RoomError as error:
                self._failed(error)
                return
            if told:
                self._keep()
                self._told()

    def _keep(self) -> None:
        if self.audience is None:
            return
        try:
            self.audience.keep(self.turn, self.begun, self.moved)
        except RoomError as error:
            self._failed(error)

    def _failed(self, error: RoomError) -> None:
        """Say what could not be done; without its room the show goes on."""
        if self.audience is None:
            return
        if self.audience.is_there():  # it was another fault
            self.trouble = str(error)
            return
        self.audience.stop()
        self.audience = None
        self.turn = replace(self.turn, join=False)
        self.trouble = "The room has ended. The show goes on without it."

    # Telling --------------------------------------------------------------------------------

    def look(self, who: str = "") -> Now:
        """Return where the show is, and how its room is now, for a browser."""
        with self._acting:
            if self.audience is not None:
                try:
                    turn = self.audience.take_over(self.turn)
                    if turn != self.turn:
                        self.turn = turn
                        self._keep()
                except RoomError as error:
                    self._failed(error)
            turn, audience, trouble = self.turn, self.audience, self.trouble
        if audience is None:
            return Now(turn, None, trouble)
        try:  # not under the lock: to look for own addresses takes a moment
            return Now(turn, audience.seen(turn), trouble, audience.led_by(who))
        except RoomError:  # it has just ended; windows are told so in a moment
            return Now(turn, None, trouble)

    def _told(self) -> None:
        with self._changed:
            self._version += 1
            self._changed.notify_all()

    def _after(self, seen: int) -> tuple[int, bool]:
        """Wait a while for a change since a version; returns the version, and if there was one."""
        with self._changed:
            changed = self._changed.wait_for(lambda: self._version != seen, LOOKS)
            return self._version, changed

    def follow(self, tell: Callable[[Now], object], who: str = "") -> Callable[[], None]:
        """Tell a window of every change, in a thread of its own; returns how to stop."""
        over = threading.Event()
        start = self._version
        tell(self.look(who))

        def watch() -> None:
            seen = start
            while not over.is_set():
                seen, changed = self._after(seen)
                if changed and not over.is_set():
                    tell(self.look(who))
                    over.wait(TOGETHER)

        threading.Thread(target=watch, daemon=True, name="follows a show").start()
        return over.set


class Shows:
    """The shows that are on; the latest few."""

    def __init__(self) -> None:
        self._shows: dict[str, Show] = {}
        self._lock = threading.Lock()

    def open(self, chapter: str) -> Show:
        """Begin a new show."""
        with self._lock:
            now = time.monotonic()
            # One with a room is left alone: there are few, and rooms end by themselves.
            free = [show for show in self._shows.values() if not show.has_room()]
            free.sort(key=lambda show: show.touched)  # the one left alone for longest comes first
            for show in free:
                if now - show.touched > KEPT or len(self._shows) >= MOST:
                    self._shows.pop(show.key)
            show = Show(secrets.token_urlsafe(16), Turn(chapter))
            self._shows[show.key] = show
            return show

    def find(self, key: str) -> Show | None:
        """Return a show by its key; None if there is none, or no longer."""
        with self._lock:
            return self._shows.get(key)

    def take_up(self, key: str, rooms: Rooms) -> Show | None:
        """Return a show that was kept with its room when the server ended; None without one."""
        with self._lock:
            if key in self._shows:
                return self._shows[key]
            code = rooms.showing(fingerprint(key))
            if code is None:
                return None
            with rooms.room(code) as room:
                kept = dict(room.show or {})
            show = Show(key, Turn(**kept["turn"]), kept["begun"], kept["moved"])
            show.audience = Audience.of(rooms, code, kept)
            show.audience.stop = rooms.listen(code, LEAD, show._told)
            self._shows[key] = show
            return show

    def connect(
        self, show: Show, rooms: Rooms, code: str, token: str, who: str, origin: str = ""
    ) -> None:
        """Give a room to a show, if somebody proves to lead the room.

        Parameters
        ----------
        code, token : str
            The room's code and its trainer's token.
        who : str
            The browser that leads from now on.
        origin : str
            Address under which the trainer's page was asked for.

        Raises
        ------
        RoomError
            If there is no such room, the token is not its trainer's, or the show is not theirs.
        """
        code = typed_code(code)
        Lead.by_token(rooms, code, token)
        if not who:
            raise NotAllowedError("Let your browser keep cookies: they say who leads.")
        with self._lock:
            every = list(self._shows.values())
        for other in every:
            if other is not show and other.audience is not None and other.audience.code == code:
                other.let_go()
        show.connect(rooms, code, who, origin if origin_of(origin) else "")


SHOWS = Shows()
