"""Connections that ask for nothing are closed, and one address has not all of them."""

import asyncio
import contextlib
import socket
import threading

import pytest
import uvicorn

from alliances.dashboards.server import connections
from alliances.dashboards.server.connections import Connection, Socket
from tests.waiting import PATIENCE


async def app(scope, receive, send):
    """Answer everything."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await receive()
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"here"})


@contextlib.contextmanager
def serving(http, ws="auto"):
    """Serve `app` at a free port; yields it."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, http=http, ws=ws, lifespan="off", log_level="error")
        up = threading.Event()

        class Server(uvicorn.Server):
            async def startup(self, sockets=None):
                await super().startup(sockets)
                up.set()

        server = Server(config)
        thread = threading.Thread(target=asyncio.run, args=(server.serve([listening]),))
        thread.start()
        assert up.wait(PATIENCE)
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(PATIENCE)


def end_of(asked):
    """Return what came until the server closed."""
    found = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := asked.recv(65_536):
            found += piece
    return found


class Hasty(Connection):
    """Does not wait for long, once so much has come that it looks at all."""

    patience = 0.05
    begins, came = 0, 0

    def data_received(self, data):
        self.came += len(data)
        super().data_received(data)

    def _watch(self, asked):
        if self.came < self.begins:
            self._watching = self.loop.call_later(self.patience, self._watch, asked)
        else:
            super()._watch(asked)


@pytest.mark.parametrize(
    "begun",
    [b"", b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow", b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /"],
)
def test_a_connection_that_asks_for_nothing_is_closed(begun, monkeypatch):
    monkeypatch.setattr(Hasty, "begins", len(begun))
    with serving(Hasty) as port, socket.create_connection(("127.0.0.1", port), PATIENCE) as asked:
        asked.sendall(begun)
        assert end_of(asked).count(b"here") == begun.count(b"\r\n\r\n")


def test_a_websocket_is_left_to_itself(monkeypatch):
    hello = (
        b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    monkeypatch.setattr(Hasty, "begins", len(hello))
    with serving(Hasty) as port, opened(port, 2) as (asked, other):
        asked.sendall(hello)
        other.sendall(hello[:-4] + b"more")
        assert b"101" in asked.recv(65_536)
        assert end_of(other) == b""  # closed meanwhile
        asked.sendall(b"\x89\x80abcd")  # a ping
        assert asked.recv(100)[:1] == b"\x8a"


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", b"400"),
    ],
)
def test_what_is_no_request_is_answered_as_everything_is(asked, status):
    with serving(Connection, Socket) as port, opened(port, 1) as (here,):
        here.sendall(asked)
        said = end_of(here)
    assert said.split(b" ")[1] == status
    assert b"default-src 'self'" in said
    assert said.lower().count(b"x-content-type-options: nosniff") == 1


@contextlib.contextmanager
def opened(port, count):
    """Yield so many connections."""
    with contextlib.ExitStack() as stack:
        yield [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE))
            for _ in range(count)
        ]


def test_one_address_has_not_all_connections(monkeypatch):
    class Few(Connection):
        most_of_one_address = 3

    monkeypatch.setattr(connections, "is_loopback", lambda _: False)
    with serving(Few) as port, opened(port, 3) as there:
        for one in there:
            one.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert b"200" in one.recv(65_536)
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as more:
            assert end_of(more) == b""
        there[0].close()
        until_served(port)


def test_addresses_from_which_nobody_is_there_are_forgotten(monkeypatch):
    monkeypatch.setattr(connections, "is_loopback", lambda _: False)
    assert not connections._there["203.0.113.7"]
    with serving(Hasty) as port, opened(port, 1) as (asked,):
        assert end_of(asked) == b""
    assert "203.0.113.7" not in connections._there


def until_served(port):
    """Try until there is a place again."""
    for _ in range(1_000):
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as more:
            with contextlib.suppress(ConnectionError):
                more.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            if b"here" in end_of(more):
                return
    raise AssertionError("there was no place again")
