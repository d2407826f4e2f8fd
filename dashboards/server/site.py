"""All that is served, as one application: the dashboard's pages and what other packages add.

A package adds routes of its own by a function `routes()` in its `__init__`, and its name in
`PACKAGES`. They pass the same guard, stand before the dashboard's pages and need no session.
"""

import importlib
import importlib.util
import logging
import traceback
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from alliances.dashboards.server.admission import Admission
from alliances.dashboards.server.guard import Guard, TooLarge, TooSlow, numbered
from alliances.dashboards.server.limits import LIMITS, Limits
from alliances.dashboards.server.messages import Readable
from alliances.experiments.output.manifest import own_version
from alliances.experiments.output.page import page, tag

PACKAGES = ("alliances.dashboards.keep", "alliances.dashboards.room")
STYLE = (
    ":root { color-scheme: light dark; background: Canvas; color: CanvasText; } "
    "body { font: 18px/1.5 system-ui, sans-serif; max-width: 36em; margin: 4em auto; "
    "padding: 0 1em; } "
    "a { color: LinkText; display: inline-block; min-height: 24px; padding: 2px 0; }"
)
LOG = logging.getLogger("dashboards")
RETRY = 20  # seconds after which a page that found no place tries again


def added_routes(packages: Iterable[str] = PACKAGES) -> list[BaseRoute]:
    """Return the routes of the packages that are there."""
    found: list[BaseRoute] = []
    for name in packages:
        if importlib.util.find_spec(name) is not None:
            found += importlib.import_module(name).routes()
    return found


def site(
    *,
    extra: Sequence[BaseRoute] | None = None,
    limits: Limits = LIMITS,
    host: str = "127.0.0.1",
    names: Iterable[str] = (),
) -> Guard:
    """Return the application; `server.serve.prepare` must have been called before.

    Parameters
    ----------
    extra : sequence of routes, optional
        Routes served beside the pages; by default those of `PACKAGES`.
    limits : Limits
        What visitors may ask for.
    host : str
        The address that is listened at, which says under which names it may be asked for.
    names : iterable of str
        Further names that the server is known by.

    Raises
    ------
    UserError
        If what is relied on in Solara does not hold.
    """
    from solara.server.starlette import middleware

    from alliances.dashboards.server import solara_patches

    solara_patches.put_in()
    solara_patches.look()
    admission = Admission(limits, solara_patches.sessions, solara_patches.is_left)
    routes = [
        Route("/health", _health(admission)),
        *(added_routes() if extra is None else extra),
        *_pages(admission),
    ]
    served = Starlette(
        routes=routes,
        lifespan=_lifespan,
        middleware=middleware,
        exception_handlers={
            HTTPException: _not_done,
            TooLarge: _too_large,
            TooSlow: _too_slow,
            Exception: _failed,
        },
    )
    # Around it all: what Starlette answers to a fault passes no middleware.
    return Guard(served, host, names, limits)


@asynccontextmanager
async def _lifespan(_: Starlette) -> AsyncIterator[None]:
    from solara.server import starlette as solara_server

    solara_server.on_startup()
    yield
    solara_server.on_shutdown()


def _pages(admission: Admission) -> list[BaseRoute]:
    """Solara's routes with a door before pages and sessions."""
    from solara.server import server
    from solara.server import starlette as solara_server

    from alliances.dashboards.server import solara_patches
    from alliances.dashboards.web import app

    async def page(request: Request) -> Response:
        path = request.path_params.get("fullpath", "")
        if not is_page(path, app.routes):
            raise HTTPException(404)
        address = request.client.host if request.client is not None else ""
        visitor = server.get_session_id_cookie(request.cookies)
        why = await admission.page(visitor, address) if request.method == "GET" else ""
        if why:
            return say(503, "No place is free", f"{why} This page tries again by itself.", RETRY)
        response: Response = await solara_server.root(request, path)
        if response.status_code == 200:
            response.body, policy = numbered(bytes(response.body))
            response.headers["Content-Length"] = str(len(response.body))
            response.headers["Content-Security-Policy"] = policy
            response.headers["Cache-Control"] = "no-store"  # its number holds once
        return response

    async def session(scope: Scope, receive: Receive, send: Send) -> None:
        address = scope["client"][0] if scope.get("client") else ""
        name = scope["path_params"]["kernel_id"]
        if not _says_its_page(scope):
            await send({"type": "websocket.close", "code": 1008, "reason": "no page is named"})
            return
        async with admission.session(name, address) as has_place:
            if has_place:
                socket = WebSocket(scope, Readable(receive), send)
                try:
                    await solara_server.kernel_connection(socket)
                except Exception as error:  # noqa: BLE001 - a stranger's messages must not fill the log
                    LOG.warning("a page's connection was ended: %s", _innermost(error))
            else:
                await send({"type": "websocket.close", "code": 1013, "reason": "no place is free"})

    def left(request: Request) -> Response:
        """Hear that a page is left; Solara's own fails on one that does not say which."""
        if not _says_its_page(request.scope):
            raise HTTPException(400)
        answer: Response = solara_server.close(request)
        return answer

    return solara_patches.routes(page, _Socket(session), left)


def _innermost(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    where = traceback.extract_tb(error.__traceback__)[-1:]
    return f"{type(error).__name__}: {str(error)[:200]!r} {where}"


def _says_its_page(scope: Scope) -> bool:
    return bool(QueryParams(scope["query_string"]).get("session_id"))


def is_page(path: str, routes: Sequence[Any]) -> bool:
    """Whether a path leads to one of the pages.

    Parameters
    ----------
    path : str
        Without the stroke at its beginning.
    routes : sequence of solara.Route
        The pages, and those below them.
    """
    first, _, rest = path.partition("/")
    for route in routes:
        if route.path == (first or "/"):
            return not rest or is_page(rest, route.children)
    return False


class _Socket:
    """An ASGI endpoint; a function would be taken for one that wants a WebSocket object."""

    def __init__(self, call: Any) -> None:
        self.call = call

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.call(scope, receive, send)


def _health(admission: Admission) -> Any:
    async def health(_: Request) -> Response:
        from alliances.dashboards.web.shared import warming

        return JSONResponse(
            {
                "version": own_version(),
                "ready": warming.READY.is_set(),
                "sessions": admission.count(),
                "most_sessions": admission.limits.sessions,
            },
            headers={"Cache-Control": "no-store"},
        )

    return health


def say(status: int, title: str, text: str, retry: int = 0) -> HTMLResponse:
    """Return a plain page that says why something is not there."""
    again = tag("meta", http_equiv="refresh", content=retry) if retry else ""
    headers = {"Retry-After": str(retry)} if retry else {}
    start = tag("p", tag("a", "To the start", href="/"))
    body = page(
        f"{title}: Unequal Alliances",
        tag("h1", title),
        tag("p", text),
        start,
        style=STYLE,
        head=again,
    )
    return HTMLResponse(body, status, headers)


async def _not_done(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return say(404, "There is no such page", "Nothing is served at this address.")
    return say(status, "That cannot be done", "The server does not do this at this address.")


async def _too_large(_: Request, __: Exception) -> Response:
    return say(413, "Too large", "That is larger than this server takes.")


async def _too_slow(_: Request, __: Exception) -> Response:
    return say(408, "Too slow", "What should have come with the request did not come.")


async def _failed(_: Request, __: Exception) -> Response:
    return say(
        500, "Something went wrong", "The fault is the server's; others are not affected by it."
    )
