"""A show: the stage and the script of one chapter, kept in step while both are open.

Its key cannot be guessed. It is forgotten when nobody has touched it for a while, or when the
server ends.
"""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from dashboards.learn.chapter import Chapter
from dashboards.learn.turn import Turn, press

KEPT = 12 * 3600.0  # seconds
MOST = 100
LOOKS = 1.0  # seconds between looks whether whoever follows is still there


@dataclass(eq=False)
class Show:
    """What the stage shows now.

    Attributes
    ----------
    key : str
        What both windows know.
    turn : Turn
        Where the chapter is.
    begun, moved : float
        Seconds since 1970 at which the chapter and the present slide began.
    """

    key: str
    turn: Turn
    begun: float = field(default_factory=time.time)
    moved: float = field(default_factory=time.time)
    touched: float = field(default_factory=time.monotonic)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _version: int = 0

    def press(self, key: str, chapter: Chapter) -> None:
        """Follow a key that was pressed in either window."""
        with self._changed:
            new = press(self.turn, key, chapter)
            self.touched = time.monotonic()
            if new == self.turn:
                return
            if new.slide != self.turn.slide:
                self.moved = time.time()
                if self.turn.slide == 0:
                    self.begun = self.moved
            self.turn = new
            self._version += 1
            self._changed.notify_all()

    def begin(self, chapter: str) -> None:
        """Begin a chapter from its first slide."""
        with self._changed:
            self.turn = Turn(chapter)
            self.begun = self.moved = time.time()
            self.touched = time.monotonic()
            self._version += 1
            self._changed.notify_all()

    def _after(self, seen: int) -> tuple[int, Turn | None]:
        """Wait a while for a change since a version; returns the version and what it is now."""
        with self._changed:
            changed = self._changed.wait_for(lambda: self._version != seen, LOOKS)
            return self._version, self.turn if changed else None

    def follow(self, tell: Callable[[Turn], object]) -> Callable[[], None]:
        """Tell somebody of every change, in a thread of its own; returns how to stop."""
        over = threading.Event()
        start = self._version
        tell(self.turn)

        def watch() -> None:
            seen = start
            while not over.is_set():
                seen, now = self._after(seen)
                if now is not None and not over.is_set():
                    tell(now)

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
            old = [key for key, show in self._shows.items() if now - show.touched > KEPT]
            for key in old:
                self._shows.pop(key)
            while len(self._shows) >= MOST:  # the one that was left alone for longest
                self._shows.pop(min(self._shows, key=lambda key: self._shows[key].touched))
            show = Show(secrets.token_urlsafe(16), Turn(chapter))
            self._shows[show.key] = show
            return show

    def find(self, key: str) -> Show | None:
        """Return a show by its key; None if there is none, or no longer."""
        with self._lock:
            return self._shows.get(key)


SHOWS = Shows()
