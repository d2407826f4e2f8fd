"""Who is let in: as many sessions as the machine can carry, and a plain word to the others."""

import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import anyio.to_thread

from dashboards.guard import LOOPBACK
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
        # When pages were served that have not come yet, and to which address.
        self._served: deque[tuple[float, str]] = deque()
        self._addresses: dict[str, str] = {}  # of sessions

    def count(self) -> int:
        """Return how many sessions there are."""
        return len(self._sessions().keys() | self._connected.keys())

    async def page(self, visitor: str | None, address: str = "") -> str:
        """Give a place to a page that is asked for; return why not, or "".

        Parameters
        ----------
        visitor : str or None
            What the browser's cookie says; None on a first visit.
        address : str
            Where it is asked from.
        """
        now = time.monotonic()
        while self._served and now - self._served[0][0] > self.limits.waiting:
            self._served.popleft()
        if visitor and self._of(visitor) >= self.limits.pages_each:
            return (
                f"This browser has {self.limits.pages_each} pages of the dashboard open, which is "
                "as many as one may have. Close some of them."
            )
        if await self._has_its_share(address, [one for _, one in self._served]):
            return (
                f"Your network has {self.limits.of_one_address} pages of the dashboard open, which "
                "is as many as one may have, so that others find a place. Close some of them."
            )
        if not await self._room(len(self._served)):
            return (
                f"All {self.limits.sessions} places of this server are taken. One is free as soon "
                "as somebody closes a page."
            )
        self._served.append((now, address))
        return ""

    @asynccontextmanager
    async def session(self, name: str, address: str = "") -> AsyncIterator[bool]:
        """Hold a place while a page is connected; yields whether there is one.

        Parameters
        ----------
        name : str
            The session's id; one that has a place keeps it.
        address : str
            Where it comes from.
        """
        known = name in self._sessions() or name in self._connected
        if not known:
            self._arrived(address)
            if await self._has_its_share(address, []) or not await self._room(0):
                yield False
                return
        if self._connected[name] >= self.limits.connections_each:
            yield False
            return
        self._addresses[name] = address
        self._connected[name] += 1
        try:
            yield True
        finally:
            self._connected[name] -= 1
            if not self._connected[name]:
                del self._connected[name]

    def _arrived(self, address: str) -> None:
        """Take out one of the pages that were served to an address, the oldest first."""
        for number, (_, one) in enumerate(self._served):
            if one == address:
                del self._served[number]
                return

    async def _has_its_share(self, address: str, expected: list[str]) -> bool:
        """Whether others would find no place; this machine itself may take all."""
        if not address or address in LOOPBACK:
            return False
        if self._count_of(address) + expected.count(address) < self.limits.of_one_address:
            return False
        await self._end_left(address)
        return self._count_of(address) + expected.count(address) >= self.limits.of_one_address

    def _count_of(self, address: str) -> int:
        held = self._sessions().keys() | self._connected.keys()
        self._addresses = {name: one for name, one in self._addresses.items() if name in held}
        return sum(one == address for one in self._addresses.values())

    def _of(self, visitor: str) -> int:
        return sum(one.session_id == visitor for one in tuple(self._sessions().values()))

    async def _room(self, expected: int) -> bool:
        """Whether there is a place, if need be that of a session whose pages have gone."""
        if self.count() + expected < self.limits.sessions:
            return True
        await self._end_left()
        return self.count() + expected < self.limits.sessions

    async def _end_left(self, address: str | None = None) -> None:
        """End a session whose pages have gone, if there is one (at this address)."""
        for name, one in tuple(self._sessions().items()):
            if is_left(one) and address in (None, self._addresses.get(name)):
                await anyio.to_thread.run_sync(partial(one.close, reason="cull"))
                return
