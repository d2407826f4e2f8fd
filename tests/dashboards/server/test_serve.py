"""The server: where it listens, what it leaves out, and what it has ready."""

import os
import socket

import pytest
from typer.testing import CliRunner

from alliances.dashboards.command import app
from alliances.dashboards.server import serve as server
from alliances.dashboards.server.limits import LIMITS
from alliances.dashboards.web.explore import session
from alliances.dashboards.web.shared import warming
from alliances.dashboards.web.shared.choice import Choice
from alliances.experiments.runs import ensemble
from alliances.model.input.errors import UserError


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


@pytest.mark.parametrize("name", ["http://room.local", "room.local:80", "r\u00f6om", ""])
def test_a_name_by_which_nobody_can_ask_is_told(name):
    with pytest.raises(UserError, match="--name was"):
        server.serve("127.0.0.1", 8765, names=[name])


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
    kept = ensemble.monthly_values()
    monkeypatch.setattr(session, "KEPT", kept)
    warming.READY.set()
    server.run_today()
    question = Choice().pair()
    assert kept.of(question.a, question.seed, question.months).count == ensemble.STAGES[-1]
