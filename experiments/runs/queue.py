"""Whose turn it is: one piece of work at a time, the latest question only, and giving up."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count as counting

from alliances.model.simulation import cores

PATIENCE = 0.2  # seconds between looks whether to wait on

Stale = Callable[[], bool]


class GivenUp(Exception):  # noqa: N818 - not an error
    """A newer question was asked, so that this one is given up."""


def check(stale: Stale) -> None:
    """Raise `GivenUp` if work is no longer wanted."""
    if stale():
        raise GivenUp


def never() -> bool:
    """Return that work is wanted, whatever happens meanwhile."""
    return False


class Queue:
    """Lets one piece of work run at a time: the most urgent first, then who came first."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[tuple[int, int]] = []
        self._numbers = counting()
        self._busy = False

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @contextmanager
    def turn(self, urgency: int, stale: Stale = never) -> Iterator[None]:
        """Wait for a turn and hold it.

        Parameters
        ----------
        urgency : int
            The smaller, the sooner.
        stale : callable
            Whether to give up waiting.

        Raises
        ------
        GivenUp
            When `stale` says so before it is one's turn.
        """
        with self._changed:
            ticket = (urgency, next(self._numbers))
            self._waiting.append(ticket)
            try:
                while self._busy or min(self._waiting) != ticket:
                    self._changed.wait(PATIENCE)
                    check(stale)
                self._busy = True
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._busy = False
                self._changed.notify_all()


def spare_threads() -> int:
    """Return how many runs at a time leave a core to those who wait."""
    return max(1, cores() - 1)


class Latest[Job]:
    """Does the latest job only: one at a time, in a thread that lasts while there is work.

    Parameters
    ----------
    work : callable
        Does a job; asks its second argument between steps whether to give up, and then raises
        `GivenUp`.
    failed : callable
        Told a job and the error with which it ended.
    """

    def __init__(
        self,
        work: Callable[[Job, Stale], object],
        failed: Callable[[Job, Exception], object],
    ) -> None:
        self._work, self._failed = work, failed
        self._lock = threading.Lock()
        self._waiting: list[Job] = []
        self._asked = 0
        self._busy = self._closed = False

    def ask(self, job: Job) -> None:
        """Do this job instead of any that was asked for before."""
        with self._lock:
            if self._closed:
                return
            self._waiting = [job]
            self._asked += 1
            if self._busy:
                return
            self._busy = True
        threading.Thread(target=self._until_idle, daemon=True, name="latest").start()

    def close(self) -> None:
        """Give up what is in flight and do nothing more."""
        with self._lock:
            self._closed = True
            self._waiting = []

    def _until_idle(self) -> None:
        while True:
            with self._lock:
                if self._closed or not self._waiting:
                    self._busy = False
                    return
                job, number = self._waiting.pop(), self._asked

            def stale(number: int = number) -> bool:
                return self._closed or self._asked != number

            try:
                self._work(job, stale)
            except GivenUp:
                continue
            except Exception as error:  # noqa: BLE001 - whoever asked is told, whatever it was
                if not stale():
                    self._failed(job, error)
