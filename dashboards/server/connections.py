"""Connections: nobody holds them open without asking for something, nor all that there are."""

import asyncio
import contextlib
from collections import defaultdict
from typing import Any
from weakref import WeakSet

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Response

from alliances.dashboards.address import is_loopback, network_of
from alliances.dashboards.server.guard import SAID

PATIENCE = 20.0  # seconds within which a request must have been said
# Which can be that of a whole room: 60 people, and browsers open six each.
MOST_OF_ONE_ADDRESS = 500
MOST_FILES = 8_192  # files and connections of the program, where the system gives fewer at first
# Those there are, websockets too, by address.
_there: "defaultdict[str, WeakSet[asyncio.Transport]]" = defaultdict(WeakSet)


class Connection(H11Protocol):
    """A connection that is closed when it asks for nothing, or its address has too many."""

    patience = PATIENCE
    most_of_one_address = MOST_OF_ONE_ADDRESS
    _watching: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to watch a connection, or close it."""
        super().connection_made(transport)
        address = network_of(self.client[0]) if self.client else ""
        if not is_loopback(address):
            _forget_gone()
            mine = _there[address]
            mine.add(transport)
            if sum(not one.is_closing() for one in tuple(mine)) > self.most_of_one_address:
                transport.abort()
                return
        self._watch(None)

    def _watch(self, asked: Any) -> None:
        """Look again and again whether anything was asked since the last look.

        Parameters
        ----------
        asked : object
            The request that had been answered at the last look, None for none.
        """
        now: Any = self.cycle  # None before the first request
        idle = now is None or now.response_complete
        if self._watching is not None and idle and now is asked:
            self.transport.close()
            return
        self._watching = self.loop.call_later(self.patience, self._watch, now)

    def _leave(self) -> None:
        if self._watching is not None:
            self._watching.cancel()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Leave it to the protocol of websockets, which looks after its own."""
        self._leave()
        super().handle_websocket_upgrade(event)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request as everything is answered, and hang up."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):  # else an answer has begun
            said = {**SAID, "Content-Type": "text/plain; charset=utf-8", "Connection": "close"}
            begun = h11.Response(status_code=400, headers=list(said.items()), reason="Bad Request")
            for event in (begun, h11.Data(data=msg.encode()), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop watching."""
        self._leave()
        super().connection_lost(exc)


class Socket(WebSocketsSansIOProtocol):
    """A websocket whose handshake is answered as everything is, also where it fails."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        respond = self.conn.send_response

        def send_response(response: Response) -> None:
            response.headers.update(SAID)
            respond(response)

        self.conn.send_response = send_response  # type: ignore[method-assign]


def _forget_gone() -> None:
    """Forget addresses from which nobody is there any more; that a websocket ends is not told."""
    for address in [one for one, there in _there.items() if not there]:
        del _there[address]


def allow_many() -> None:
    """Let the program have as many connections as the system gives; elsewhere than Unix it may."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = MOST_FILES if most == resource.RLIM_INFINITY else min(MOST_FILES, most)
        if now != resource.RLIM_INFINITY and now < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
