"""Who is let in: as many sessions as the machine can carry, and a plain word to the others."""

import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import anyio.to_thread

from alliances.dashboards.address import is_loopback
from alliances.dashboards.server.limits import Limits


class Admission:
    """Counts sessions, and pages that were served and will be sessions in a moment.

    A place is taken before anything is waited for, so that many who come at once do not all see
    the same one free.

    Parameters
    ----------
    limits : Limits
        How many there may be.
    sessions : callable
        Returns those there are, by id.
    is_left : callable
        Whether the pages of one have all gone.
    """

    def __init__(
        self,
        limits: Limits,
        sessions: Callable[[], dict[str, Any]],
        is_left: Callable[[Any], bool],
    ) -> None:
        self.limits, self._sessions, self._is_left = limits, sessions, is_left
        self._connected: Counter[str] = Counter()  # by name; before Solara has them as sessions too
        self._ending: set[str] = set()  # whose places have been given to others
        # When pages were served that have not come yet, and to which address.
        self._served: deque[tuple[float, str]] = deque()
        self._addresses: dict[str, str] = {}  # of sessions

    def count(self) -> int:
        """Return how many sessions there are."""
        return len(self._held())

    async def page(self, visitor: str | None, address: str = "") -> str:
        """Give a place to a page that is asked for; return why not, or "".

        Parameters
        ----------
        visitor : str or None
            What the browser's cookie says; None on a first visit.
        address : str
            Where it is asked from.
        """
        if visitor and self._of(visitor) >= self.limits.pages_each:
            return (
                f"This browser has {self.limits.pages_each} pages of the dashboard open, which is "
                "as many as one may have. Close some of them."
            )
        why, leaving = self._room(address)
        if not why:
            self._served.append((time.monotonic(), address))
            await self._end(leaving)
        return why

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
        why, leaving = "", ""
        if name not in self._held():
            self._arrived(address)
            why, leaving = self._room(address)
        # What is about to end cannot be come back to; the browser tries again a moment later.
        if why or name in self._ending or self._connected[name] >= self.limits.connections_each:
            yield False
            return
        self._addresses[name] = address
        self._connected[name] += 1
        try:
            await self._end(leaving)
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

    def _held(self) -> set[str]:
        return self._sessions().keys() - self._ending | self._connected.keys()

    def _of(self, visitor: str) -> int:
        return sum(one.session_id == visitor for one in tuple(self._sessions().values()))

    def _room(self, address: str) -> tuple[str, str]:
        """Return why there is no place for one more, or "" and whose place it takes, if anybody's.

        Of one address are no more than leave places for others; this machine itself may take all.
        """
        held, oldest = self._held(), time.monotonic() - self.limits.waiting
        while self._served and self._served[0][0] < oldest:
            self._served.popleft()
        self._addresses = {name: one for name, one in self._addresses.items() if name in held}
        mine = [*self._addresses.values(), *(one for _, one in self._served)].count(address)
        if address and not is_loopback(address) and mine >= self.limits.of_one_address:
            leaving = self._left(address)
            why = (
                f"Your network has {self.limits.of_one_address} pages of the dashboard open, which "
                "is as many as one may have, so that others find a place. Close some of them."
            )
        elif len(held) + len(self._served) >= self.limits.sessions:
            leaving = self._left()
            why = (
                f"All {self.limits.sessions} places of this server are taken. One is free as soon "
                "as somebody closes a page."
            )
        else:
            return "", ""
        return "" if leaving else why, leaving

    def _left(self, address: str | None = None) -> str:
        """Return the name of a session whose pages have gone (at this address), or ""."""
        for name, one in tuple(self._sessions().items()):
            if (
                self._is_left(one)
                and name not in self._connected
                and name not in self._ending
                and address in (None, self._addresses.get(name))
            ):
                return name
        return ""

    async def _end(self, name: str) -> None:
        """End a session; from now on its place is not its own."""
        if not name:
            return
        self._ending.add(name)
        try:
            close = self._sessions()[name].close
            await anyio.to_thread.run_sync(partial(close, reason="cull"))
        finally:
            self._ending.discard(name)
