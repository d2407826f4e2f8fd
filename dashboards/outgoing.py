"""What is sent to pages: put down at once by whoever draws, sent by the server's loop.

Solara hands each message to the server's loop and waits until it is sent. A page that is drawn anew
is a hundred messages, so where many draw at once most of the time goes into waiting for each other,
and a browser that does not read holds up whoever draws for it. Here nobody waits: messages are put
down in order and sent in one go, and a connection whose browser does not read is closed.
"""

import asyncio
import threading
from collections import deque
from typing import Any

from solara.server import websocket
from solara.server.starlette import WebsocketWrapper

from dashboards.limits import LIMITS


class Outgoing(WebsocketWrapper):
    """The connection of one page, in the place of Solara's.

    Parameters
    ----------
    ws : starlette.websockets.WebSocket
        The connection.
    portal : anyio.from_thread.BlockingPortal or None
        Leads into the server's loop.
    most : int
        Bytes that may lie here unsent before the connection is given up.
    """

    def __init__(self, ws: Any, portal: Any, most: int = LIMITS.unsent) -> None:
        super().__init__(ws, portal)
        self._most = most
        self._lock = threading.Lock()
        self._waiting: deque[str | bytes] = deque()
        self._unsent = 0
        self._sending = self._over = False

    def send_text(self, data: str) -> None:
        """Put a text down to be sent."""
        self._put(data)

    def send_bytes(self, data: bytes) -> None:
        """Put bytes down to be sent."""
        self._put(data)

    async def receive(self) -> str | bytes:
        """Return what the page sends next; a connection that was given up counts as gone."""
        try:
            received: str | bytes = await super().receive()
        except asyncio.CancelledError:
            if not self._over:
                raise
            raise websocket.WebSocketDisconnect from None
        return received

    def _put(self, data: str | bytes) -> None:
        with self._lock:
            if self._over:
                raise websocket.WebSocketDisconnect
            self._unsent += len(data)
            self._waiting.append(data)
            if self._unsent > self._most:
                self._give_up()
            elif not self._sending:
                self._sending = True
                self.event_loop.call_soon_threadsafe(self._begin, self._send_all)

    def _give_up(self) -> None:
        self._over = True
        self._waiting.clear()
        self.event_loop.call_soon_threadsafe(self._begin, self._hang_up)

    def _begin(self, work: Any) -> None:
        task = self.event_loop.create_task(work())
        self.tasks.add(task)  # else nothing holds it while it runs
        task.add_done_callback(self.tasks.discard)

    async def _send_all(self) -> None:
        try:
            while (data := self._next()) is not None:
                if isinstance(data, str):
                    await self._send_text_exc(data)
                else:
                    await self._send_bytes_exc(data)
                with self._lock:
                    self._unsent -= len(data)
        except (websocket.WebSocketDisconnect, asyncio.CancelledError):
            with self._lock:  # whoever sends next is told
                self._over, self._sending = True, False
                self._waiting.clear()

    def _next(self) -> str | bytes | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._sending = False
            return None

    async def _hang_up(self) -> None:
        if self.portal is not None:  # ends the connection, whatever the browser does
            await self.portal.stop(cancel_remaining=True)
