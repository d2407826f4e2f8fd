"""Where phones reach the server."""

import socket

import pytest

from alliances.dashboards.room import links
from alliances.dashboards.room.links import invitation, own_addresses


def test_at_loopback_the_trainer_is_told_how_phones_can_join():
    (line,) = invitation("127.0.0.1", 8765)
    assert "http://127.0.0.1:8765/room/lead" in line
    assert "--host 0.0.0.0" in line


def test_the_address_to_give_out_is_said(monkeypatch):
    monkeypatch.setattr(links, "own_addresses", lambda: ["192.168.1.5", "10.0.0.2"])
    text = " ".join(invitation("0.0.0.0", 8765))
    assert "http://192.168.1.5:8765/room or http://10.0.0.2:8765/room" in text
    assert "http://[fe80::1]:80/room" in " ".join(invitation("fe80::1", 80))
    monkeypatch.setattr(links, "own_addresses", list)
    assert "no network yet" in " ".join(invitation("0.0.0.0", 8765))


def test_a_machine_without_a_way_out_still_finds_its_addresses(monkeypatch):
    def nowhere(*_):
        raise OSError("Network is unreachable")

    monkeypatch.setattr(socket.socket, "connect", nowhere, raising=False)
    named = [(2, 1, 6, "", ("10.42.0.1", 0)), (2, 1, 6, "", ("127.0.1.1", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: named)
    assert own_addresses() == ["10.42.0.1"]


def test_only_addresses_that_answer_are_given_out(monkeypatch):
    monkeypatch.setattr(links, "own_addresses", lambda: ["127.0.0.1"])
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        origin = f"http://localhost:{port}"
        (found,) = links.links("BCDF2345", "", origin)
        assert found["url"] == f"http://127.0.0.1:{port}/room/BCDF2345"
    links._reachable.cache_clear()
    assert links.links("BCDF2345", "", origin) == []


@pytest.mark.parametrize("origin", ["http://192.168.1.5:8765", "https://sim.example.org"])
def test_a_trainer_who_came_by_the_network_gives_out_that_address(origin):
    (found,) = links.links("BCDF2345", "", origin)
    assert found["url"] == f"{origin}/room/BCDF2345"
