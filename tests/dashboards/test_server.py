"""The server: where it listens, what it leaves out, and what it has ready."""

import os
import platform
import socket
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from dashboards import server
from dashboards.command import app
from dashboards.limits import LIMITS
from dashboards.web import session, warming
from dashboards.web.choice import Choice
from experiments import ensemble
from experiments.errors import UserError
from tests.browser.chromium import ROOT


def test_nothing_is_told_to_anybody(monkeypatch):
    monkeypatch.setattr(os, "environ", {})
    server.prepare()
    assert os.environ["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] == "false"
    assert os.environ["SOLARA_KERNEL_CULL_TIMEOUT"] == "10m"
    assert len(os.environ["SOLARA_SESSION_SECRET_KEY"]) >= 32
    os.environ["SOLARA_KERNEL_CULL_TIMEOUT"] = "1h"
    server.prepare()
    assert os.environ["SOLARA_KERNEL_CULL_TIMEOUT"] == "1h"


def test_a_port_that_is_taken_is_told():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(UserError, match=f"port {port}"):
            server.serve("127.0.0.1", port)


@pytest.mark.parametrize("host", ["", " "])
def test_no_address_is_not_every_address(host):
    with pytest.raises(UserError, match="--host is empty"):
        server.serve(host, 8765)


def test_only_this_machine_is_served_unless_told(monkeypatch):
    asked = []
    monkeypatch.setattr(server, "serve", lambda *where, **how: asked.append((*where, how)))
    result = CliRunner().invoke(app, ["dashboard"])
    assert result.exit_code == 0
    assert asked == [("127.0.0.1", 8765, {"names": (), "places": LIMITS.sessions})]
    assert "no passwords" not in result.stderr
    result = CliRunner().invoke(
        app, ["dashboard", "--host", "0.0.0.0", "--port", "9000", "--places", "5", "--name", "room"]
    )
    assert asked[-1] == ("0.0.0.0", 9000, {"names": ["room"], "places": 5})
    assert "no passwords" in result.stderr


def test_todays_runs_are_there_before_the_first_visit(monkeypatch):
    kept = ensemble.Kept()
    monkeypatch.setattr(session, "KEPT", kept)
    warming.READY.set()
    server.run_today()
    question = Choice().question()
    assert kept.runs(question.a, question.seed, question.months).count == ensemble.STAGES[-1]


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="heaps of threads are glibc's")
def test_threads_share_one_heap():
    # Many threads take memory at the same time; then the C library writes down its heaps.
    program = """
import ctypes, threading
from dashboards.server import one_heap
one_heap()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
together = threading.Barrier(8)
def take():
    together.wait()
    for _ in range(1000):
        libc.malloc(1000)
    together.wait()
threads = [threading.Thread(target=take) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
"""
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert told.stdout.count("<heap nr=") == 1
