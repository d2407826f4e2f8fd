"""The server of the dashboard: loopback by default, no telemetry, nothing from outside."""

import os
import secrets
import socket
import threading
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace

from alliances.dashboards.address import address_of
from alliances.dashboards.memory import one_heap
from alliances.dashboards.server.limits import LIMITS
from alliances.model.input.errors import UserError

APP = "alliances.dashboards.web.app"
QUEUED = 4  # messages of a page that wait in memory; the others wait in its browser
# Of the machinery; what is set outside holds.
SETTINGS: Mapping[str, str] = {
    "SOLARA_APP": APP,
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
    "REACTON_FAST": "1",  # passes over parts of a page in which nothing changed
    "SOLARA_THEME_TITLE": "Unequal Alliances",
    "SOLARA_THEME_VARIANT": "light",  # "auto" gives an empty page; custom.js follows the system
    "SOLARA_THEME_LOADER": "plain",
    "SOLARA_THEME_SHOW_BANNER": "false",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "false",
    "SOLARA_KERNEL_CULL_TIMEOUT": "10m",  # a closed page's session is forgotten after that
    "SOLARA_SESSION_HTTP_ONLY": "true",  # no script needs the cookie
    "SOLARA_ASSETS_PROXY": "true",  # scripts and fonts from here; site.py never fetches them
}


def prepare() -> None:
    """Set what the server reads when it is imported."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("SOLARA_SESSION_SECRET_KEY", secrets.token_hex(32))


def serve(
    host: str, port: int, *, names: Sequence[str] = (), places: int = LIMITS.sessions
) -> None:
    """Serve the dashboard until interrupted.

    Parameters
    ----------
    host, port : str, int
        Where to listen.
    names : sequence of str
        Further names that the server is known by in its network.
    places : int
        Pages that may be open at a time.

    Raises
    ------
    UserError
        If the port is taken, the address is not this machine's, a name cannot be one, or another
        Solara is installed than the server was made for.
    """
    if not host.strip():  # to the system that means every address there is
        raise UserError("--host is empty. Give 127.0.0.1 for this machine, or 0.0.0.0 for all.")
    for name in names:
        asked = address_of(name)
        if asked is None or asked.port is not None:
            raise UserError(
                f"--name was {name!r}. Give a name as browsers send it, without http:// and port: "
                "letters, digits, dots and hyphens."
            )
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UserError(
                f"cannot listen at {host}, port {port}: {error.strerror or error}. "
                "Give another with --port, or --host 127.0.0.1."
            ) from error
    one_heap()
    prepare()
    from alliances.dashboards.server.site import site

    served = site(host=host, names=names, limits=replace(LIMITS, sessions=places))
    from alliances.dashboards.web.shared import warming

    warming.begin()
    threading.Thread(target=run_today, daemon=True, name="today").start()
    # Served without https a cookie falls back to samesite=lax, which is what is wanted here.
    warnings.filterwarnings("ignore", message="Cookies with samesite=none")
    import uvicorn

    from alliances.dashboards.server.connections import Connection, Socket, allow_many

    allow_many()
    uvicorn.run(
        served,
        host=host,
        port=port,
        log_level="warning",
        ws_max_size=LIMITS.message,
        ws_max_queue=QUEUED,
        http=Connection,
        ws=Socket,
        server_header=False,
    )


def run_today() -> None:
    """Read and run what pages begin with, so that the first visitor need not wait for it."""
    from alliances.dashboards.web.shared import warming
    from alliances.dashboards.web.shared.choice import Choice, starts
    from alliances.dashboards.web.shared.help import help_rows
    from alliances.dashboards.web.shared.levers import FRONT_NAMES

    starts()
    for name in FRONT_NAMES:
        help_rows(name)
    warming.READY.wait()
    from alliances.dashboards.web.explore.session import KEPT
    from alliances.dashboards.web.front.page import EXAMPLE
    from alliances.experiments.runs.ensemble import run_pair

    for choice in (Choice(), EXAMPLE):
        run_pair(choice.pair(), lambda _: None, store=KEPT)
