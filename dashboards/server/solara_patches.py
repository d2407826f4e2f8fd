"""Solara's seams: what is replaced in its insides, and what is relied on though nobody promises it.

All of it stands here, each with a check: another version of a library may look the same and do
without one of them. So `look` is called before anything is served, and nothing is if one is not
in force. Import it after `prepare` only: Solara reads its settings when it is imported.
"""

import inspect
import os
import re
import threading
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

import reacton.core
import solara
import solara.settings
from solara.server import app, kernel_context, server, settings
from solara.server import starlette as web
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from alliances.dashboards.server.messages import CONTROL, keep_to_it
from alliances.dashboards.server.outgoing import Outgoing
from alliances.model.input.errors import UserError

PAGES = ("/", "/{fullpath}", "/{fullpath:path}")
SESSION = "/jupyter/api/kernels/{kernel_id}/{name}"  # a websocket
CLOSE = "/_solara/api/close/{kernel_id}"  # where a browser says that a page is left
LIBRARY = "/_solara/cdn"
SERVED = ("/readyz", "/static/public", "/static/assets", "/static", "/jupyter/nbextensions")
# Those for its makers: counts of its insides, and a way to end sessions.
LEFT_OUT = ("/resourcez", "/_solara/api/evict/{kernel_id}", "/jupyter/api/kernels/{id}")
THEME = ":solara:theme.variant"  # where its script and ours keep in a browser how it looks
HEARD = {
    "SOLARA_MODE": lambda: settings.main.mode,
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": lambda: settings.telemetry.mixpanel_enable,
    "SOLARA_THEME_TITLE": lambda: settings.theme.title,
    "SOLARA_THEME_VARIANT": lambda: settings.theme.variant.value,
    "SOLARA_THEME_LOADER": lambda: settings.theme.loader,
    "SOLARA_THEME_SHOW_BANNER": lambda: settings.theme.show_banner,
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": lambda: settings.assets.fontawesome_enabled,
    "SOLARA_KERNEL_CULL_TIMEOUT": lambda: settings.kernel.cull_timeout,
    "SOLARA_SESSION_HTTP_ONLY": lambda: settings.session.http_only,
    "SOLARA_SESSION_SECRET_KEY": lambda: settings.session.secret_key,
    "SOLARA_ASSETS_PROXY": lambda: solara.settings.assets.proxy,
    "SOLARA_APP": lambda: app.apps["__default__"].name,
}


class Seam(NamedTuple):
    """One thing that another version may do otherwise.

    Attributes
    ----------
    what : str
        What would not hold without it, as whoever starts the server is told.
    holds : callable
        Whether it does.
    """

    what: str
    holds: Callable[[], bool]


def put_in() -> None:
    """Replace what is replaced; a second time changes nothing."""
    # Else the first visitor's headers would say where the pages lie, for everybody.
    settings.main.root_path = ""
    # Browser parts of notebooks come from the folder that has ours, not from all there are.
    folders = server.nbextensions_directories
    folders[:] = [folder for folder in folders if (folder / "jupyter-vuetify").is_dir()][:1]
    web.WebsocketWrapper = Outgoing
    keep_to_it(server)


def look() -> None:
    """See that all seams are in force.

    Raises
    ------
    UserError
        If one is not.
    """
    for seam in SEAMS:
        try:
            holds = seam.holds()
        except (AttributeError, KeyError, TypeError, ValueError, OSError):
            holds = False
        if not holds:
            raise UserError(
                f"with Solara {solara.__version__}, as it is installed here, it does not hold "
                f"{seam.what}. So nothing is served. Install it as it is pinned: "
                "pip install 'solara==1.64.*'"
            )


def uses(function: Any, name: str) -> bool:
    """Whether a function, or one within it, looks up a name or has it as a text."""

    def within(code: CodeType) -> bool:
        inner = [one for one in code.co_consts if isinstance(one, CodeType)]
        texts = [one for one in code.co_consts if isinstance(one, str)]
        return name in (*code.co_names, *texts) or any(map(within, inner))

    return within(function.__code__)


# Sessions -----------------------------------------------------------------------------------------


def sessions() -> dict[str, Any]:
    """Return the sessions that there are, by their ids."""
    return kernel_context.contexts


def is_left(session: Any) -> bool:
    """Whether a session's pages have all gone away, perhaps to come back."""
    states = [status.value for status in tuple(session.page_status.values())]
    return bool(states) and "connected" not in states


def _has_sessions() -> bool:
    there = kernel_context.VirtualKernelContext
    return (
        {"session_id", "page_status"} <= there.__dataclass_fields__.keys()
        and "reason" in inspect.signature(there.close).parameters
        and "connected" in {status.value for status in kernel_context.PageStatus}
        and uses(kernel_context.initialize_virtual_kernel, "contexts")
        and settings.kernel.threaded
    )


def _knows_browsers() -> bool:
    from alliances.dashboards.web.stage.page import NO_COOKIE

    name = server.COOKIE_KEY_SESSION_ID
    return server.get_session_id_cookie({name: "x"}) == "x" and uses(
        web._kernel_connection, f"{NO_COOKIE}:"
    )


def _lets_threads_go() -> bool:
    """Try it: whoever is in a session makes two threads, one of them within `without_context`."""
    marker = object()
    kernel_context.set_current_context(marker)
    try:
        held = threading.Thread()
        with kernel_context.without_context():
            free = threading.Thread()
    finally:
        kernel_context.set_current_context(None)
    holds = [getattr(thread, "current_context", "") for thread in (held, free)]
    return holds == [marker, None]


# What is served -----------------------------------------------------------------------------------


def routes(page: Any, session: Any, left: Any) -> list[BaseRoute]:
    """Return Solara's routes with doors of ours.

    Parameters
    ----------
    page : endpoint
        Asked for a page, in the place of `web.root`.
    session : ASGI application
        Asked for a session, in the place of `web.kernel_connection`.
    left : endpoint
        Told that a page is left, in the place of `web.close`.
    """
    found: list[BaseRoute] = []
    for route in web.routes:
        if route.path in PAGES:
            found.append(Route(route.path, page))
        elif route.path == SESSION:
            found.append(WebSocketRoute(SESSION, session))
        elif route.path == CLOSE:
            found.append(Route(CLOSE, left, methods=["POST"]))
        elif route.path == LIBRARY:
            found.append(Mount(LIBRARY, LibraryFiles(directory=settings.assets.proxy_cache_dir)))
        elif route.path in SERVED:
            found.append(route)
    return found


class LibraryFiles(web.StaticFilesOptionalAuth):
    """Scripts and fonts that are on this machine; Solara's own would fetch what is not."""

    async def get_response(self, path: str, scope: Any) -> Any:
        response = await super().get_response(path, scope)
        # Versions stand in the names, so that a file never changes.
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def _has_routes() -> bool:
    ends = {route.path: getattr(route, "endpoint", None) for route in web.routes}
    known = {*PAGES, SESSION, CLOSE, LIBRARY, *SERVED, *LEFT_OUT}
    return (
        ends.keys() == known
        and {ends[path] for path in PAGES} == {web.root}
        and (ends[SESSION], ends[CLOSE]) == (web.kernel_connection, web.close)
    )


def _keeps_theme() -> bool:
    return THEME in (server.directory / "templates/solara.html.j2").read_text(encoding="utf-8")


def _hears() -> bool:
    return all(
        f"{heard()}".lower() == os.environ[name].lower()
        for name, heard in HEARD.items()
        if name in os.environ
    )


def _draws() -> bool:
    fast = reacton.core._render_context_class() is reacton.core._RenderContextFast
    return fast == (os.environ.get("REACTON_FAST") == "1")


def _has_figures() -> bool:
    """Whether figures take what ours is told, and have the script that its template asks for."""
    from alliances.dashboards.web.parts.chart import EchartsFigure

    template = Path(EchartsFigure.template_file[0]).with_name(EchartsFigure.template_file[1])
    (library,) = re.findall(r"window\.solara\.cdn}/([^`]+)`", template.read_text(encoding="utf-8"))
    return (
        {"template", "option", "attributes"} <= EchartsFigure.__base__.class_traits().keys()
        and (Path(settings.assets.proxy_cache_dir) / library).is_file()
        and len(server.nbextensions_directories) == 1
    )


SEAMS = (
    Seam(
        "that nobody waits for a browser that does not read",
        lambda: (
            web.WebsocketWrapper is Outgoing and uses(web._kernel_connection, "WebsocketWrapper")
        ),
    ),
    Seam(
        "that a page may say only what pages of ours say",
        lambda: (
            hasattr(server.process_kernel_messages, "of_all")
            and uses(server.app_loop, "process_kernel_messages")
            and uses(web._kernel_connection, "app_loop")
            and uses(app.register_solara_comm_target, CONTROL)
        ),
    ),
    Seam("that sessions are counted and those that were left make room", _has_sessions),
    Seam("that browsers are told apart", _knows_browsers),
    Seam("that sessions which have ended leave memory", _lets_threads_go),
    Seam("that what is served is known", _has_routes),
    Seam(
        "that pages lie where the server says",
        lambda: settings.main.root_path == "" and uses(web.root, "root_path"),
    ),
    Seam("that settings are heard, such as that nothing is told to anybody", _hears),
    Seam("that only changed parts of a page are drawn", _draws),
    Seam("that charts are drawn by our template, with scripts from this machine", _has_figures),
    Seam("that pages are as light or dark as the browser asks", _keeps_theme),
)
