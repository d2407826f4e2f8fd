"""What goes between a room and a browser: messages read, sockets closed, faults told."""

from typing import Any

from starlette.responses import JSONResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from alliances.dashboards.room.words import RoomError
from alliances.model.input.documents import json_of
from alliances.model.input.errors import UserError
from alliances.model.input.files import decoded

MOST_BYTES = 8_192  # of one message or request
OUT = 4401  # a socket's token is not, or no longer, that of anybody here

HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
}


async def receive(socket: WebSocket) -> dict[str, Any]:
    """Return the next message of a socket; one that is too long closes it."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code") or 1000)
    text = message.get("text") or ""  # nobody sends bytes
    if len(text) > MOST_BYTES:
        await close(socket, "That is too long.")
        raise WebSocketDisconnect(OUT)
    return read(text)


def read(text: str | bytes) -> dict[str, Any]:
    """Return what a message says.

    Raises
    ------
    RoomError
        If it is no table in JSON.
    """
    try:
        found = json_of(text if isinstance(text, str) else decoded(text, "message"), "message")
    except UserError as error:
        raise RoomError("That cannot be read.") from error
    if not isinstance(found, dict):
        raise RoomError("That cannot be read.")
    return found


async def close(socket: WebSocket, why: str) -> None:
    """Close a socket for good, and say why."""
    await socket.send_json({"out": why})
    await socket.close(OUT)


def error(text: str, status: int) -> JSONResponse:
    """Return the answer to a request that cannot be met."""
    return JSONResponse({"error": text}, status, HEADERS)
