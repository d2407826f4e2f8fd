"""Who is let in: as many sessions as the machine can carry, and a plain word to the others."""

import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread

from dashboards.limits import LIMITS, Limits


def solara_sessions() -> dict[str, Any]:
    """Return the sessions that Solara holds, by their ids."""
    from solara.server import kernel_context

    return kernel_context.contexts


def is_left(session: Any) -> bool:
    """Whether a session's pages have all gone away, perhaps to come back."""
    states = [status.value for status in tuple(session.page_status.values())]
    return bool(states) and "connected" not in states


class Admission:
    """Counts sessions, and pages that were served and will be sessions in a moment.

    Parameters
    ----------
    limits : Limits
        How many there may be.
    sessions : callable
        Returns those there are, by id.
    """

    def __init__(
        self,
        limits: Limits = LIMITS,
        sessions: Callable[[], dict[str, Any]] = solara_sessions,
    ) -> None:
        self.limits, self._sessions = limits, sessions
        self._connected: Counter[str] = Counter()  # by name; before Solara has them as sessions too
        self._served: deque[float] = deque()  # when pages were served that have not come yet

    def count(self) -> int:
        """Return how many sessions there are."""
        return len(self._sessions().keys() | self._connected.keys())

    async def page(self, visitor: str | None) -> str:
        """Give a place to a page that is asked for; return why not, or "".

        Parameters
        ----------
        visitor : str or None
            What the browser's cookie says; None on a first visit.
        """
        now = time.monotonic()
        while self._served and now - self._served[0] > self.limits.waiting:
            self._served.popleft()
        if visitor and self._of(visitor) >= self.limits.pages_each:
            return (
                f"This browser has {self.limits.pages_each} pages of the dashboard open, which is "
                "as many as one may have. Close some of them."
            )
        if not await self._room(len(self._served)):
            return (
                f"All {self.limits.sessions} places of this server are taken. One is free as soon "
                "as somebody closes a page."
            )
        self._served.append(now)
        return ""

    @asynccontextmanager
    async def session(self, name: str) -> AsyncIterator[bool]:
        """Hold a place while a page is connected; yields whether there is one.

        Parameters
        ----------
        name : str
            The session's id; one that has a place keeps it.
        """
        known = name in self._sessions() or name in self._connected
        if not known and self._served:
            self._served.popleft()
        if not known and not await self._room(0):
            yield False
            return
        self._connected[name] += 1
        try:
            yield True
        finally:
            self._connected[name] -= 1
            if not self._connected[name]:
                del self._connected[name]

    def _of(self, visitor: str) -> int:
        return sum(one.session_id == visitor for one in tuple(self._sessions().values()))

    async def _room(self, expected: int) -> bool:
        """Whether there is a place, if need be that of a session whose pages have gone."""
        if self.count() + expected < self.limits.sessions:
            return True
        left = next((one for one in tuple(self._sessions().values()) if is_left(one)), None)
        if left is None:
            return False
        await anyio.to_thread.run_sync(lambda: left.close(reason="cull"))
        return self.count() + expected < self.limits.sessions
