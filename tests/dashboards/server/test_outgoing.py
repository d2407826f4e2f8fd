"""What is sent to pages: in order, without waiting, and not for ever to who does not read."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future

import pytest
from solara.server.websocket import WebSocketDisconnect

from alliances.dashboards.server.outgoing import Outgoing
from tests.dashboards.loop import in_a_loop
from tests.waiting import PATIENCE


class Browser:
    """A connection whose browser reads only when it is let."""

    def __init__(self) -> None:
        self.reads = asyncio.Event()
        self.got: list[str | bytes] = []
        self.is_gone = False

    async def send_text(self, data: str) -> None:
        await self.reads.wait()
        if self.is_gone:
            raise RuntimeError("Unexpected ASGI message 'websocket.send', after 'websocket.close'")
        self.got.append(data)

    send_bytes = send_text

    async def receive(self) -> None:
        await asyncio.Event().wait()

    async def close(self) -> None:
        self.is_gone = True


class Portal:
    """The way into the loop, as far as it is needed to end a connection."""

    def __init__(self) -> None:
        self.stopped = asyncio.Event()
        self.event_loop = asyncio.get_running_loop()

    def start_task_soon(self, work: Callable[[], Awaitable[None]]) -> Future:
        return asyncio.run_coroutine_threadsafe(self._until_stopped(work), self.event_loop)

    async def _until_stopped(self, work: Callable[[], Awaitable[None]]) -> None:
        received = asyncio.ensure_future(work())
        await self.stopped.wait()
        received.cancel()
        await received

    async def stop(self, *, cancel_remaining: bool) -> None:
        assert cancel_remaining
        self.stopped.set()


def tried(what: Callable[[Browser, Portal], Awaitable[None]]) -> None:
    async def run() -> None:
        await asyncio.wait_for(what(Browser(), Portal()), PATIENCE)

    in_a_loop(run())


def test_nobody_waits_and_all_comes_in_order():
    async def what(browser: Browser, portal: Portal) -> None:
        connection = Outgoing(browser, portal)
        put = [f"message {k}" if k % 3 else b"bytes %d" % k for k in range(200)]
        # From a thread, as pages are drawn; it ends although nothing has been read yet.
        await asyncio.to_thread(lambda: [connection.send(one) for one in put])
        assert browser.got == []
        browser.reads.set()
        while len(browser.got) < len(put):
            await asyncio.sleep(0)
        assert browser.got == put
        await asyncio.to_thread(connection.send, "one more")
        while browser.got[-1] != "one more":
            await asyncio.sleep(0)

    tried(what)


def test_who_does_not_read_is_given_up():
    async def what(browser: Browser, portal: Portal) -> None:
        connection = Outgoing(browser, portal, most=1_000)

        def draw() -> None:
            for _ in range(100):
                connection.send("x" * 100)

        with pytest.raises(WebSocketDisconnect):
            await asyncio.to_thread(draw)
        await portal.stopped.wait()
        with pytest.raises(WebSocketDisconnect):  # as if the browser had gone
            await connection.receive()

    tried(what)


def test_what_was_read_makes_room():
    async def what(browser: Browser, portal: Portal) -> None:
        connection = Outgoing(browser, portal, most=1_000)
        browser.reads.set()
        for k in range(1, 101):
            await asyncio.to_thread(connection.send, "x" * 100)
            while len(browser.got) < k:
                await asyncio.sleep(0)
        assert not portal.stopped.is_set()

    tried(what)


def test_a_browser_that_went_away_is_told_to_whoever_draws_next():
    async def what(browser: Browser, portal: Portal) -> None:
        connection = Outgoing(browser, portal)
        browser.is_gone = True
        browser.reads.set()

        async def draw() -> None:
            while True:
                await asyncio.to_thread(connection.send, "x")

        with pytest.raises(WebSocketDisconnect):
            await draw()

    tried(what)


def test_a_page_is_told_goodbye():
    async def what(browser: Browser, portal: Portal) -> None:
        connection = Outgoing(browser, portal)
        await asyncio.to_thread(connection.close)
        while not browser.is_gone:
            await asyncio.sleep(0)

    tried(what)
