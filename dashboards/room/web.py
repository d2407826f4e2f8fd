"""The routes of a room: light pages of our own, one socket a phone, and plain requests beside it.

Nothing here decides anything: who somebody is follows from the token, what they may do from
`actions`, and what they see from `views`.
"""

import asyncio
import contextlib
import json
import os
import secrets
import threading
from collections import deque
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from alliances.dashboards.address import address_of, is_loopback
from alliances.dashboards.room import wire
from alliances.dashboards.room.actions import act
from alliances.dashboards.room.pace import Pace
from alliances.dashboards.room.room import Room
from alliances.dashboards.room.rooms import LEAD, Rooms
from alliances.dashboards.room.screens import View, charts, lead_view, player_view, table
from alliances.dashboards.room.store import RoomStore
from alliances.dashboards.room.wire import HEADERS, MOST_BYTES
from alliances.dashboards.room.words import NotAllowedError, RoomError, TooOftenError, typed_code
from alliances.model.input.errors import UserError

ASSETS = Path(__file__).parent / "assets"
FILES = ("player.js", "lead.js", "shared.js", "room.css", "charts.css")
PATIENCE = 10.0  # seconds within which a socket must say who it is
SOCKETS_EACH = 4  # of one player; the oldest gives way
ENDED = "The room has ended, and everything in it is deleted."
TOGETHER = 0.08  # seconds within which changes are told together
KEY = "ALLIANCES_ROOM_KEY"  # lets those open a room who are not at this machine
KINDS = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
TOO_LONG = "You took too long to say who you are."
TOO_OFTEN = "That is too often. Wait a moment."


_made: list[Rooms] = []
_making = threading.Lock()


def the_rooms() -> Rooms:
    """Return this program's rooms, made when they are first asked for."""
    with _making:
        if not _made:
            _made.append(Rooms(RoomStore()))
        return _made[0]


def routes(rooms: Rooms | None = None) -> list[BaseRoute]:
    """Return the routes of the rooms, for a Starlette application.

    Parameters
    ----------
    rooms : Rooms, optional
        Whose rooms; the program's own by default.
    """
    web = Web(rooms)
    return [
        Route("/room", web.page("player.html")),
        Route("/room/lead", web.page("lead.html")),
        Route("/room/files/{name}", file),
        Route("/room/api/open", web.open, methods=["POST"]),
        Route("/room/api/join", web.join, methods=["POST"]),
        Route("/room/api/view", web.view, methods=["POST"]),
        Route("/room/api/act", web.act, methods=["POST"]),
        Route("/room/api/charts", web.charts, methods=["POST"]),
        Route("/room/api/handout", web.handout, methods=["POST"]),
        WebSocketRoute("/room/api/live", web.live),
        Route("/room/{code}", web.page("player.html")),
        Route("/room/", _to_start),
    ]


async def _to_start(_: Request) -> Response:
    return RedirectResponse("/room")


async def file(request: Request) -> Response:
    """Return one of our own few files."""
    name = request.path_params["name"]
    if name not in FILES:
        return JSONResponse({"error": "There is no such file."}, 404)
    return FileResponse(ASSETS / name, headers={**HEADERS, "Cache-Control": "no-cache"})


class Web:
    """Requests and sockets of a program's rooms."""

    def __init__(self, rooms: Rooms | None = None) -> None:
        self._rooms = rooms
        # By address: many phones can share one, so that only what goes wrong is counted tightly,
        # and whoever is in a room is never kept out by what others at the address try.
        self.wrong = Pace(60, 1.0)
        self.wrong_all = Pace(300, 5.0)
        self.joined = Pace(60, 1.0)  # a whole class at once, but nobody fills a room unseen
        self.opened = Pace(10, 1 / 6)
        self.asked = Pace(600, 120.0)
        self.sockets: dict[tuple[str, str], deque[WebSocket]] = {}

    @property
    def rooms(self) -> Rooms:
        """Whose rooms."""
        return self._rooms if self._rooms is not None else the_rooms()

    def page(self, name: str) -> Any:
        """Return an endpoint that serves a page."""

        async def endpoint(_: Request) -> Response:
            return FileResponse(ASSETS / name, headers=HEADERS)

        return endpoint

    # Requests -------------------------------------------------------------------------------

    async def open(self, request: Request) -> Response:
        """Open a room; for those at this machine, or who know the key."""

        def work(given: dict[str, Any]) -> Any:
            if not self.opened.take(_host(request)):
                raise RoomError("Too many rooms were opened. Wait a minute.")
            if not _may_open(request, given.get("key")):
                raise NotAllowedError(
                    "A room can only be opened on the machine that runs the server: go to it at "
                    f"http://127.0.0.1. Or start it with {KEY} set and give that key."
                )
            code, token = self.rooms.open(given.get("title"), given.get("hours", 8))
            return {"code": code, "token": token}

        return await self._answer(request, work)

    async def join(self, request: Request) -> Response:
        """Let somebody into a room."""

        def work(given: dict[str, Any]) -> Any:
            code, host = typed_code(str(given.get("code", ""))), _host(request)
            if self.wrong.left(host) < 1.0 or self.wrong_all.left("") < 1.0:
                raise TooOftenError(TOO_OFTEN)  # else codes could be guessed
            try:
                with self.rooms.room(code) as room:
                    title = room.title
            except RoomError:
                self._went_wrong(host)
                raise
            if not self.joined.take(host):
                raise TooOftenError(TOO_OFTEN)
            return {
                "token": self.rooms.join(code, given.get("nickname")),
                "code": code,
                "title": title,
            }

        return await self._answer(request, work)

    async def view(self, request: Request) -> Response:
        """Return what a phone or the trainer's page shows, for those without a socket."""

        def work(given: dict[str, Any]) -> Any:
            code, who = self._who(given, _host(request))
            self.rooms.asked(code, who)
            return {"view": self._view(code, who, _origin(request))}

        return await self._answer(request, work)

    async def act(self, request: Request) -> Response:
        """Do what a message asks for."""

        def work(given: dict[str, Any]) -> Any:
            code, who = self._who(given, _host(request))
            act(self.rooms, code, who, given.get("message"))
            return {}

        return await self._answer(request, work)

    async def charts(self, request: Request) -> Response:
        """Return the charts and the table of a game, for the trainer."""

        def work(given: dict[str, Any]) -> Any:
            code = self._lead(given, _host(request))
            runs = self.rooms.runs(code)
            with self.rooms.room(code) as room:
                return {"charts": charts(room, runs), "table": table(runs)}

        return await self._answer(request, work)

    async def handout(self, request: Request) -> Response:
        """Return the hand-out of a session, for the trainer: no nicknames in it."""
        from alliances.dashboards.room.handout import (
            paper,  # what writes PDF takes a second to load
        )

        def work(given: dict[str, Any]) -> Any:
            code = self._lead(given, _host(request))
            runs = self.rooms.runs(code)
            kind = str(given.get("format", "html"))
            with self.rooms.room(code) as room:
                asked = Room.of(room.kept())  # a copy: writing takes a moment
            return Response(paper(asked, runs, kind), media_type=KINDS[kind], headers=HEADERS)

        return await self._answer(request, work)

    async def _answer(self, request: Request, work: Any) -> Response:
        """Read a request, do the work in a thread, and answer; errors are said in plain words."""
        host = _host(request)
        if not self.asked.take(host):
            return wire.error(TOO_OFTEN, 429)
        if request.headers.get("content-type", "").split(";")[0] != "application/json":
            return wire.error("That cannot be read.", 415)
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > MOST_BYTES:
                return wire.error("That is too long.", 413)
        try:
            given = wire.read(body)
            found = await run_in_threadpool(work, given)
            return found if isinstance(found, Response) else JSONResponse(found, headers=HEADERS)
        except TooOftenError as error:
            return wire.error(str(error), 429)
        except NotAllowedError as error:
            return wire.error(str(error), 403)
        except UserError as error:
            return wire.error(_told(error, host), 400)

    # Who is who -----------------------------------------------------------------------------

    def _who(self, given: dict[str, Any], host: str) -> tuple[str, str]:
        code = typed_code(str(given.get("code", "")))
        try:
            return code, self.rooms.who(code, str(given.get("token", "")))
        except RoomError as error:
            self._went_wrong(host)
            if isinstance(error, NotAllowedError):
                raise
            raise RoomError(ENDED) from error  # who has a token was in it

    def _lead(self, given: dict[str, Any], host: str) -> str:
        code, who = self._who(given, host)
        if who != LEAD:
            raise NotAllowedError("Only the trainer may do that.")
        return code

    def _went_wrong(self, host: str) -> None:
        """Count a wrong try; after too many nobody is told any more what was wrong."""
        if not (self.wrong.take(host) and self.wrong_all.take("")):
            raise TooOftenError(TOO_OFTEN)

    def _view(self, code: str, who: str, origin: str) -> View:
        here = self.rooms.here(code)
        with self.rooms.room(code) as room:
            runs = self.rooms.runs(code)
            if who == LEAD:
                return lead_view(room, runs, here, origin)
            if who not in room.players:
                raise NotAllowedError("You are not in this room any more.")
            return player_view(room, who, runs)

    # Sockets --------------------------------------------------------------------------------

    async def live(self, socket: WebSocket) -> None:
        """Serve one phone or trainer's page: views to it, actions from it."""
        await socket.accept()
        host = _host(socket)
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            try:
                hello = await asyncio.wait_for(wire.receive(socket), PATIENCE)
                code, who = self._who(hello, host)
            except (UserError, TimeoutError) as error:
                why = _told(error, host) if isinstance(error, UserError) else TOO_LONG
                await wire.close(socket, why)
                return
            await self._serve(socket, code, who)

    async def _serve(self, socket: WebSocket, code: str, who: str) -> None:
        loop, changed = asyncio.get_running_loop(), asyncio.Event()

        def listener() -> None:
            with contextlib.suppress(RuntimeError):  # the server is about to end
                loop.call_soon_threadsafe(changed.set)

        mine = self.sockets.setdefault((code, who), deque())
        mine.append(socket)
        if len(mine) > SOCKETS_EACH:
            with contextlib.suppress(RuntimeError):
                await mine.popleft().close(1000)
        stop = self.rooms.listen(code, who, listener)
        writer = asyncio.create_task(self._write(socket, code, who, changed))
        try:
            await self._read(socket, code, who, writer)
        finally:
            stop()
            writer.cancel()
            with contextlib.suppress(ValueError):
                mine.remove(socket)
            if not mine:
                self.sockets.pop((code, who), None)

    async def _write(self, socket: WebSocket, code: str, who: str, changed: asyncio.Event) -> None:
        """Send the view whenever it is another; changes that come together are told together."""
        said = ""
        origin = _origin(socket)
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while True:
                await changed.wait()
                changed.clear()
                try:
                    text = json.dumps({"view": self._view(code, who, origin)}, ensure_ascii=False)
                except NotAllowedError as error:
                    await wire.close(socket, str(error))
                    return
                except RoomError:
                    await wire.close(socket, ENDED)
                    return
                if text != said:
                    await socket.send_text(text)
                    said = text
                await asyncio.sleep(TOGETHER)

    async def _read(
        self, socket: WebSocket, code: str, who: str, writer: "asyncio.Task[None]"
    ) -> None:
        pace = Pace(20, 5.0)
        while not writer.done():
            try:
                given = await wire.receive(socket)
            except RoomError as error:
                await socket.send_json({"id": None, "error": str(error)})
                continue
            if wait := pace.wait(""):
                await asyncio.sleep(min(wait, 5.0))
            number = given.get("id")
            found: dict[str, Any] = {"id": number if isinstance(number, int) else None}
            try:
                if who == LEAD:  # some of what a trainer does takes a moment
                    await run_in_threadpool(act, self.rooms, code, who, given)
                else:
                    act(self.rooms, code, who, given)
            except UserError as error:
                found["error"] = str(error)
            await socket.send_json(found)


def _told(error: UserError, host: str) -> str:
    """Return what to say; where the server keeps its rooms only those at this machine are told."""
    if isinstance(error, RoomError) or is_loopback(host):
        return str(error)
    return "This server cannot keep rooms at the moment. Please tell whoever runs it."


def _host(connection: Request | WebSocket) -> str:
    return connection.client.host if connection.client is not None else ""


def _origin(connection: Request | WebSocket) -> str:
    scheme = connection.scope["scheme"].replace("ws", "http")
    return f"{scheme}://{connection.headers.get('host', '')}"


def _may_open(request: Request, key: object) -> bool:
    wanted = os.environ.get(KEY, "")
    given = key.encode("utf-8", "replace") if isinstance(key, str) else b""
    if wanted and secrets.compare_digest(given, wanted.encode()):
        return True
    asked = address_of(request.headers.get("host", ""))
    return asked is not None and is_loopback(asked.host) and is_loopback(_host(request))
