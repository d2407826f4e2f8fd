"""The guard before everything that is served."""

import asyncio

import pytest

from dashboards.guard import POLICY, Guard, TooLarge, TooSlow, numbered
from dashboards.limits import Limits
from tests.dashboards.loop import in_a_loop

LIMITS = Limits(body=100, burst=3, messages=50)


async def _echo(scope, receive, send):
    """Take what is sent and say how much it was."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(size).encode()})


def ask(headers, *, kind="http", method="GET", bodies=(b"",), path="/", **guard):
    """Return the status, or the kind of the first message, and the headers of the answer."""
    said = []
    waiting = [
        {"type": "http.request", "body": body, "more_body": k + 1 < len(bodies)}
        for k, body in enumerate(bodies)
    ]
    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }

    async def receive():
        return waiting.pop(0)

    async def send(message):
        said.append(message)

    in_a_loop(Guard(_echo, **{"limits": LIMITS, **guard})(scope, receive, send))
    found = {name.decode(): value.decode() for name, value in said[0].get("headers", [])}
    return said[0].get("status", said[0]["type"]), found


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost", "[::1]:80", "LOCALHOST:1"])
def test_its_own_names_are_served(host):
    assert ask({"host": host})[0] == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "",
        "192.168.0.7",
        "[::",
        "127.0.0.1:99999999",
        "127.0.0.1:abc",
        "127.0.0.1:",
        "127.0.0.1:8765/x",
        "127.0.0.1:8765#",
        "127.0.0.1 ",
        "user:pw@127.0.0.1:8765",
        "evil.com\\@127.0.0.1",
    ],
)
def test_other_names_are_refused_on_loopback(host):
    assert ask({"host": host})[0] == 421


def test_in_a_network_numbers_and_given_names_are_served_and_no_others():
    open_to_all = {"host": "0.0.0.0", "names": ["Room.example"]}
    assert ask({"host": "192.168.0.7:8765"}, **open_to_all)[0] == 200
    assert ask({"host": "room.example"}, **open_to_all)[0] == 200
    assert ask({"host": "evil.example"}, **open_to_all)[0] == 421


def test_pages_elsewhere_cannot_act_here():
    here, there = "http://127.0.0.1:8765", "http://evil.example"
    own = {"host": "127.0.0.1:8765"}
    assert ask({**own, "origin": there}, method="POST")[0] == 403
    for crooked in ("null", "", "http://[", f"{here}/", f"{here}#", "http://a@127.0.0.1:8765"):
        assert ask({**own, "origin": crooked}, method="POST")[0] == 403
    assert ask({**own, "origin": here}, method="POST")[0] == 200
    assert ask({**own, "origin": there}, kind="websocket")[0] == "websocket.close"
    assert ask({**own, "origin": here}, kind="websocket")[0] == "websocket.accept"


def test_what_is_too_large_is_refused():
    own = {"host": "localhost"}
    assert ask({**own, "content-length": "101"}, method="POST")[0] == 413
    assert ask({**own, "content-length": "-1"}, method="POST")[0] == 413
    assert ask({**own, "content-length": "5"}, method="POST", bodies=[b"12345"])[0] == 200


def test_what_turns_out_too_large_is_given_up():
    with pytest.raises(TooLarge):
        ask({"host": "localhost"}, method="POST", bodies=[b"x" * 60, b"x" * 60])


def test_what_does_not_come_is_given_up_and_what_is_whole_is_not():
    async def main(messages, patience):
        async def receive():
            return messages.pop(0) if messages else await asyncio.Event().wait()

        async def read(scope, receive, send):
            await receive()
            await asyncio.wait_for(receive(), 0.2)

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/",
            "headers": [(b"host", b"localhost")],
        }
        await Guard(read, limits=Limits(piece=patience))(scope, receive, None)

    begun = {"type": "http.request", "body": b"a", "more_body": True}
    with pytest.raises(TooSlow):
        in_a_loop(main([begun], 0.01))
    with pytest.raises(TimeoutError):  # of the one that reads: it hears when the visitor goes
        in_a_loop(main([{**begun, "more_body": False}], 0.01))


def test_no_visitor_says_where_the_server_stands():
    heard = []

    async def hear(scope, receive, send):
        heard.extend(name for name, _ in scope["headers"])

    names = (b"x-forwarded-host", b"x-forwarded-proto", b"script-name", b"x-script-name")
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "headers": [(b"host", b"localhost"), *((name, b"evil") for name in names)],
    }
    in_a_loop(Guard(hear)(scope, None, None))
    assert heard == [b"host"]


@pytest.mark.parametrize("path", ["/a\x00b", "/a\nb", "/" + 3_000 * "x"])
def test_addresses_that_nobody_types_are_refused(path):
    assert ask({"host": "localhost"}, path=path)[0] == 400


def test_every_answer_tells_the_browser_to_trust_nothing_from_outside():
    for headers in ({"host": "localhost"}, {"host": "evil.example"}):
        _, said = ask(headers)
        assert said["x-content-type-options"] == "nosniff"
        assert said["x-frame-options"] == "DENY"
        assert "script-src 'self' 'unsafe-eval';" in said["content-security-policy"]
        assert "http" not in said["content-security-policy"]


def test_messages_above_the_rate_wait():
    """Time is the loop's own, so that nothing is waited for in truth."""
    slept = []

    async def talk(scope, receive, send):
        for _ in range(10):
            await receive()

    async def main(monkeypatch):
        async def sleep(seconds):
            slept.append(seconds)

        monkeypatch.setattr("dashboards.guard.asyncio.sleep", sleep)

        async def receive():
            return {"type": "websocket.receive", "text": "x"}

        scope = {"type": "websocket", "path": "/", "headers": [(b"host", b"localhost")]}
        await Guard(talk, limits=LIMITS)(scope, receive, None)

    with pytest.MonkeyPatch.context() as monkeypatch:
        in_a_loop(main(monkeypatch))
    # Three at once are free; of the other seven each waits longer than the one before.
    assert 5 <= len(slept) <= 7
    assert slept == sorted(slept)


def test_scripts_of_a_page_carry_its_number_and_others_none():
    body, policy = numbered(b"<script>1</script><script src='x'></script><scripture>")
    number = policy.split("'nonce-")[1].split("'")[0]
    assert body.count(f'<script nonce="{number}"'.encode()) == 2
    assert b"<scripture>" in body
    assert numbered(b"")[1] != policy
    assert POLICY.format(nonce="").count("unsafe-inline") == 1  # style only


def test_whoever_has_a_whole_network_counts_as_one_visitor():
    heard = []

    async def hear(scope, receive, send):
        heard.append(scope["client"])

    for address in ("2001:db8::1", "2001:db8::2", "192.0.2.7"):
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/",
            "headers": [(b"host", b"localhost")],
            "client": (address, 5),
        }
        in_a_loop(Guard(hear)(scope, None, None))
    assert heard == [("2001:db8::", 5), ("2001:db8::", 5), ("192.0.2.7", 5)]
