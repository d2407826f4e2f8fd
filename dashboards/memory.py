"""Memory of a server with many visitors: one heap, of which goes back what sessions leave behind.

Both are the C library's; where it is not glibc, nothing is done.
"""

import contextlib
import ctypes
import threading

ARENA_MAX = -8  # of `mallopt`, from glibc's malloc.h
PAUSE = 1.5  # seconds after a session's end; by then what it held has been collected


def one_heap() -> None:
    """Let all threads of this program share one heap.

    By default glibc gives each of many threads a heap of its own, in which the memory of a session
    that has ended is free for that thread only, so that each new crowd of visitors takes more.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):  # another C library
        ctypes.CDLL(None).mallopt(ARENA_MAX, 1)


def give_back() -> None:
    """Give back to the system what is free between what is held; by itself only the end goes."""
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


class Tidying:
    """Gives memory back a moment after sessions have ended, once for all that end together."""

    def __init__(self, pause: float = PAUSE) -> None:
        self._pause = pause
        self._lock = threading.Lock()
        self._waits = False

    def soon(self) -> None:
        """Take note that a session has ended."""
        with self._lock:
            if self._waits:
                return
            self._waits = True
        from solara.server.kernel_context import without_context

        with without_context():  # threads hold the session in which they are made: not this one
            timer = threading.Timer(self._pause, self._now)
        timer.daemon = True
        timer.start()

    def _now(self) -> None:
        with self._lock:
            self._waits = False
        give_back()
