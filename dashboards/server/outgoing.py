"""What is sent to pages: put down at once by whoever draws, sent by the server's loop.

Solara hands each message to the server's loop and waits until it is sent. A page that is drawn anew
is a hundred messages, so where many draw at once most of the time goes into waiting for each other,
and a browser that does not read holds up whoever draws for it. Here nobody waits: messages are put
down in order and sent in one go, and a connection whose browser does not read is closed.
"""

import asyncio
import contextlib
import threading
from collections import deque
from typing import Any

from solara.server.websocket import WebSocketDisconnect, WebsocketWrapper

from alliances.dashboards.server.limits import LIMITS


class Outgoing(WebsocketWrapper):
    """The connection of one page, in the place of Solara's.

    Made in the server's loop; used by a thread that receives, and by all that draw.

    Parameters
    ----------
    ws : starlette.websockets.WebSocket
        The connection.
    portal : anyio.from_thread.BlockingPortal
        Leads from threads into the server's loop, and ends with the connection.
    most : int
        Bytes that may lie here unsent before the connection is given up.
    """

    def __init__(self, ws: Any, portal: Any, most: int = LIMITS.unsent) -> None:
        self.ws, self.portal, self._most = ws, portal, most
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()
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

    def close(self) -> None:
        """Say goodbye to the page."""
        self._loop.call_soon_threadsafe(self._begin, self._say_goodbye)

    async def receive(self) -> str | bytes:
        """Return what the page sends next; a connection that was given up counts as gone."""
        coming = self.portal.start_task_soon(self.ws.receive)
        try:
            message = await asyncio.wrap_future(coming)
        except asyncio.CancelledError:
            if not self._over:
                raise
            raise WebSocketDisconnect from None
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect
        text: str | None = message.get("text")
        return message["bytes"] if text is None else text

    def _put(self, data: str | bytes) -> None:
        with self._lock:
            if self._over:
                raise WebSocketDisconnect
            self._unsent += len(data)
            self._waiting.append(data)
            if self._unsent > self._most:
                self._give_up()
            elif not self._sending:
                self._sending = True
                self._loop.call_soon_threadsafe(self._begin, self._send_all)

    def _give_up(self) -> None:
        self._over = True
        self._waiting.clear()
        self._loop.call_soon_threadsafe(self._begin, self._hang_up)

    def _begin(self, work: Any) -> None:
        task = self._loop.create_task(work())
        self._tasks.add(task)  # else nothing holds it while it runs
        task.add_done_callback(self._tasks.discard)

    async def _send_all(self) -> None:
        try:
            while (data := self._next()) is not None:
                if isinstance(data, str):
                    await self.ws.send_text(data)
                else:
                    await self.ws.send_bytes(data)
                with self._lock:
                    self._unsent -= len(data)
        except Exception:  # noqa: BLE001 - servers have many words for a browser that went away
            with self._lock:  # whoever sends next is told
                self._over, self._sending = True, False
                self._waiting.clear()

    def _next(self) -> str | bytes | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._sending = False
            return None

    async def _say_goodbye(self) -> None:
        with contextlib.suppress(Exception):  # it has gone already
            await self.ws.close()

    async def _hang_up(self) -> None:
        await self.portal.stop(cancel_remaining=True)  # whatever the browser does
