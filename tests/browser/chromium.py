"""The system's Chromium, and a server of the dashboard to look at."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.request import urlopen

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
START = 240  # seconds that the server may take to start


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
    end = time.monotonic() + START
    while time.monotonic() < end:
        if server.poll() is not None:
            said.seek(0)
            raise RuntimeError(f"the server ended: {said.read().decode()}")
        try:
            with urlopen(f"{address}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the server did not answer within {START} seconds")
