"""A program of its own that takes out one seam of Solara after the other and says what comes of it.

It prints JSON: for each what `look` says, and what is told, done and held when all are in force.
"""

import asyncio
import io
import json
import logging
import os
import sys
import threading
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace

from starlette.routing import Route
from starlette.testclient import TestClient

from alliances.dashboards import command, memory
from alliances.dashboards.server import serve as server
from alliances.model.input.errors import UserError

server.prepare()

from typer.testing import CliRunner  # noqa: E402

from alliances.dashboards.server import solara_patches as seams  # noqa: E402
from alliances.dashboards.server.site import site  # noqa: E402

HELD = seams.kernel_context


def fails(_):
    raise RuntimeError("for a test")


def unread(ws):
    return ws


TAKEN = [  # words of what does not hold any more, and what is replaced by what
    ("does not read", seams.web, "WebsocketWrapper", object),
    ("does not read", seams.web, "_kernel_connection", unread),
    ("may say only", seams.server, "process_kernel_messages", unread),
    ("may say only", seams.server, "app_loop", unread),
    ("are counted", HELD, "PageStatus", [SimpleNamespace(value="gone")]),
    ("are counted", seams.settings.kernel, "threaded", False),
    ("told apart", seams.server, "get_session_id_cookie", dict.keys),
    ("leave memory", HELD, "without_context", nullcontext),
    ("what is served", seams.web, "routes", [*seams.web.routes, Route("/new", fails)]),
    ("what is served", seams.web, "root", fails),
    ("where the server says", seams.settings.main, "root_path", "/elsewhere"),
    ("settings are heard", seams.settings.telemetry, "mixpanel_enable", True),
    ("changed parts", seams.reacton.core, "_render_context_class", object),
    ("charts are drawn", seams.settings.assets, "proxy_cache_dir", "/nowhere"),
    ("charts are drawn", seams.server, "nbextensions_directories", []),
    ("light or dark", seams, "THEME", "elsewhere"),
]


@contextmanager
def put(target, name, value):
    """Replace something for a while; `mock.patch` cannot on Solara's settings."""
    was = getattr(target, name)
    setattr(target, name, value)
    try:
        yield
    finally:
        setattr(target, name, was)


def refusal() -> str:
    try:
        seams.look()
    except UserError as error:
        return str(error)
    return ""


def threads_held() -> list[bool]:
    """Return whether the thread that tidies holds the session in which it is made."""
    found = []

    class Timer(threading.Timer):
        def start(self):
            found.append(self.current_context is not None)

    marker = object()
    HELD.set_current_context(marker)
    with put(memory.threading, "Timer", Timer):
        memory.Tidying().soon()
    HELD.set_current_context(None)
    return found


async def falls(_):
    raise ExceptionGroup("of a thread", [KeyError("comm_id")])


def answered():
    """Return what is answered to a fault of the server's own, and what is logged of a page's."""
    served = site(extra=[Route("/fails", fails)])
    found = TestClient(served, "http://localhost", raise_server_exceptions=False).get("/fails")
    page = {
        "type": "websocket",
        "path": "/jupyter/api/kernels/k/channels",
        "query_string": b"session_id=1",
        "headers": [(b"host", b"localhost")],
    }
    said = io.StringIO()
    logging.getLogger("dashboards").addHandler(logging.StreamHandler(said))
    with put(seams.web, "kernel_connection", falls):
        asyncio.run(served(page, fails, fails))
    return [
        found.status_code,
        found.headers.get("content-security-policy", ""),
        found.text,
        said.getvalue(),
    ]


def main() -> None:
    said = {"before": refusal()}
    seams.put_in()
    seams.put_in()
    said["whole"] = refusal()
    states = [[], ["connected"], ["disconnected"], ["closed", "connected"]]
    pages = [{n: SimpleNamespace(value=one) for n, one in enumerate(all_)} for all_ in states]
    said["left"] = [seams.is_left(SimpleNamespace(page_status=one)) for one in pages]
    said["held"] = threads_held()
    said["answered"] = answered()
    said["seams"], said["taken"] = [seam.what for seam in seams.SEAMS], []
    for words, *taken in TAKEN:
        with put(*taken):
            said["taken"].append((words, refusal()))
    with put(seams, "put_in", lambda: None), put(seams.settings.main, "root_path", "/elsewhere"):
        ended = CliRunner().invoke(command.app, ["dashboard", "--port", sys.argv[1]])
    said["ended"] = ended.exit_code, ended.stderr
    os.write(1, json.dumps(said).encode())


main()
