"""What every request must pass, and what every answer says to the browser."""

import asyncio
import re
import secrets
import socket
import time
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alliances.dashboards.address import (
    address_of,
    is_loopback,
    is_number,
    network_of,
    origin_of,
)
from alliances.dashboards.server.limits import LIMITS, Limits

LONGEST_PATH = 2_000
# Vue compiles its templates in the browser, which needs `unsafe-eval`; scripts that stand in the
# page need the number that is drawn for each page anew.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-eval'{nonce}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
# By these a proxy says where it stands; the server below looks after that, and no visitor is
# believed.
UNHEARD = frozenset({b"x-forwarded-host", b"x-forwarded-proto", b"script-name", b"x-script-name"})
SAID = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with none at all a page could not tell that it is left
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Content-Security-Policy": POLICY.format(nonce=""),
}


def allowed_hosts(host: str) -> frozenset[str]:
    """Return the names under which a server at this address may be asked for; it itself always.

    Addresses in numbers are always allowed where others may visit: a page elsewhere can make its
    own name point to this machine, but not a number.
    """
    if is_loopback(host):
        return frozenset()
    own = socket.gethostname().lower()
    return frozenset({host.lower(), own, f"{own}.local"})


class Guard:
    """Refuses what comes under a foreign name, from a foreign page or is too large.

    Parameters
    ----------
    app : ASGI application
        What is guarded.
    host : str
        The address that is listened at.
    names : iterable of str
        Further names that the server is known by.
    limits : Limits
        Sizes and rates.
    """

    def __init__(
        self,
        app: ASGIApp,
        host: str = "127.0.0.1",
        names: Iterable[str] = (),
        limits: Limits = LIMITS,
    ) -> None:
        self.app, self.limits = app, limits
        self.names = allowed_hosts(host) | {name.lower() for name in names}
        self.numbers = not is_loopback(host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is allowed."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        scope = {**scope, "headers": [one for one in scope["headers"] if one[0] not in UNHEARD]}
        if scope.get("client"):
            address, port = scope["client"]
            scope["client"] = network_of(address), port
        headers = Headers(scope=scope)
        wrong = self._wrong(scope, headers)
        if wrong is not None:
            await refuse(scope, receive, send, *wrong)
            return
        if scope["type"] == "websocket":
            await self.app(scope, Paced(receive, self.limits), send)
            return
        await self.app(scope, Sized(receive, self.limits), with_headers(send))

    def _is_known(self, host: str) -> bool:
        return host in self.names or is_loopback(host) or (self.numbers and is_number(host))

    def _wrong(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        asked = address_of(headers.get("host", ""))
        if asked is None or not self._is_known(asked.host):
            return 421, "This server is not known by that name."
        path = scope["path"]
        if len(path) > LONGEST_PATH or not path.isprintable():
            return 400, "There is no such address."
        acts = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD", "OPTIONS")
        if acts and "origin" in headers:
            origin = origin_of(headers["origin"])
            if origin is None or origin.address != asked:
                return 403, "Only pages of this server may do that."
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > self.limits.body:
            return 413, f"That is larger than {self.limits.body:,} bytes, which is the most."
        return None


async def refuse(scope: Scope, receive: Receive, send: Send, status: int, why: str) -> None:
    """Answer that something is not done, and why."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": why})
        return
    await PlainTextResponse(f"{why}\n", status)(scope, receive, with_headers(send))


class TooLarge(Exception):  # noqa: N818 - said to the visitor, not an error of the program
    """A request whose length was not said is longer than is allowed."""


class TooSlow(Exception):  # noqa: N818 - as above
    """A request whose body does not come."""


class Sized:
    """Receives the body of a request, up to a size, and waits for each piece up to a time."""

    def __init__(self, receive: Receive, limits: Limits) -> None:
        self.receive, self.left, self.patience = receive, limits.body, limits.piece
        self.whole = False

    async def __call__(self) -> Message:
        """Return the next piece."""
        if self.whole:  # what comes then is that the visitor has gone
            return await self.receive()
        try:
            message = await asyncio.wait_for(self.receive(), self.patience)
        except TimeoutError:
            raise TooSlow from None
        self.left -= len(message.get("body", b""))
        if self.left < 0:
            raise TooLarge
        self.whole = not message.get("more_body", False)
        return message


class Paced:
    """Receives a page's messages, those above a rate later."""

    def __init__(self, receive: Receive, limits: Limits) -> None:
        self.receive, self.rate, self.most = receive, limits.messages, float(limits.burst)
        self.left, self.seen = self.most, time.monotonic()

    async def __call__(self) -> Message:
        """Return the next message."""
        message = await self.receive()
        now = time.monotonic()
        self.left = min(self.most, self.left + (now - self.seen) * self.rate) - 1
        self.seen = now
        if self.left < 0:
            await asyncio.sleep(-self.left / self.rate)
        return message


def with_headers(send: Send) -> Send:
    """Return a `send` that adds what every answer says to the browser."""

    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SAID.items():
                headers.setdefault(name, value)
        await send(message)

    return wrapped


def numbered(page: bytes) -> tuple[bytes, str]:
    """Return a page whose scripts carry a number drawn for it, and the policy that says so.

    The page must hold nothing of a visitor's that is not escaped.
    """
    number = secrets.token_urlsafe(18)
    body = re.sub(rb"<script(?=[\s>])", f'<script nonce="{number}"'.encode(), page)
    return body, POLICY.format(nonce=f" 'nonce-{number}'")
