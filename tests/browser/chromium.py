"""The system's Chromium, and a server of the dashboard to look at."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.request import urlopen

from tests.waiting import PATIENCE, until

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """Return the path of Chromium; None without one."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(*options: str, port: int = 0, **environment: str) -> Iterator[tuple[str, int]]:
    """Serve the dashboard with these options; yields its address and the process's id."""
    port = port or free_port()
    address = f"http://127.0.0.1:{port}"
    command = [
        sys.executable,
        "-m",
        "alliances.dashboards.command",
        "dashboard",
        "--port",
        str(port),
        *options,
    ]
    with (
        tempfile.TemporaryFile() as said,  # a pipe that nobody empties would stop it
        subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            stderr=said,
            stdout=subprocess.DEVNULL,
        ) as server,
    ):
        try:
            _wait(address, server, said)
            yield address, server.pid
        finally:
            server.terminate()
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()


def _wait(address: str, server: subprocess.Popen, said: IO[bytes]) -> None:
    """Wait until the server answers that it is ready, or has ended."""

    def is_ready() -> bool:
        if server.poll() is not None:
            said.seek(0)
            raise RuntimeError(f"the server ended: {said.read().decode()}")
        try:
            with urlopen(f"{address}/readyz", timeout=PATIENCE) as answer:
                return answer.status == 200
        except (URLError, OSError):
            return False

    until(is_ready)
