"""Rooms with a store of its own, and a quick game."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from alliances.dashboards.room import Rooms, RoomStore, Setup, routes
from alliances.dashboards.room.lead import Lead
from alliances.model.warm import warm
from tests.dashboards.room.client import HERE
from tests.dashboards.room.staged import Session

QUICK = Setup(months=6, rounds=2, organisations=60)


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self):
        self.now = 1_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture(scope="session", autouse=True)
def compiled():
    """The model's processes, so that no test waits for them longer than another."""
    warm()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def rooms(tmp_path, clock):
    """Rooms; `rooms.again()` are the same after a restart of the server."""
    made = []

    def make():
        for old in made:
            old.close()
        made.clear()
        made.append(Rooms(RoomStore(tmp_path / "rooms"), clock))
        made[0].again = make
        return made[0]

    yield make()
    made[0].close()


def playing(rooms):
    """Open a room in which Ana plays a quick game; return its code, its lead and who she is."""
    code, token = rooms.open("Tuesday")
    key = rooms.who(code, rooms.join(code, "Ana"))
    lead = Lead.by_token(rooms, code, token)
    lead.play(QUICK)
    return code, lead, key


def phase(rooms, code):
    with rooms.room(code) as room:
        return room.game.phase


@pytest.fixture
def session(rooms):
    """A show with a room in which there are three."""
    return Session(rooms)


@pytest.fixture
def client(rooms):
    with TestClient(Starlette(routes=routes(rooms)), "http://127.0.0.1", client=HERE) as found:
        yield found
