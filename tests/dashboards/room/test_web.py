"""The routes: who is let in, who may do what, and what is sent to whom."""

import json
import re
from contextlib import ExitStack

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from alliances.dashboards.room import routes, web
from alliances.dashboards.room.actions import LED, PLAYED
from alliances.dashboards.room.lead import Lead
from alliances.dashboards.room.store import FOLDER
from alliances.dashboards.room.web import ASSETS, FILES, KEY
from alliances.dashboards.room.wire import MOST_BYTES
from tests.dashboards.room.client import ELSEWHERE, HERE, Phone, joined, opened, post
from tests.dashboards.room.conftest import QUICK

# Opening and joining ----------------------------------------------------------------------------


def test_a_room_is_opened_at_this_machine_only(rooms, monkeypatch):
    app = Starlette(routes=routes(rooms))
    outside = TestClient(app, "http://192.168.1.5", client=ELSEWHERE)
    answer = post(outside, "open", title="Tuesday")
    assert answer.status_code == 403
    assert "127.0.0.1" in answer.json()["error"]
    # Nor through a proxy on this machine, which brings the name that was asked for.
    proxied = TestClient(app, "http://sim.example.org", client=HERE)
    assert post(proxied, "open", title="Tuesday").status_code == 403
    assert post(proxied, "open", title="Tuesday", key="").status_code == 403
    monkeypatch.setenv(KEY, "correct horse")
    assert post(outside, "open", title="Tuesday", key="wrong").status_code == 403
    assert post(outside, "open", title="Tuesday", key="correct horse").status_code == 200


def test_a_phone_joins_by_code_and_is_known_by_its_token(client):
    code, _ = opened(client)
    found = post(client, "join", code=f"{code[:4]}-{code[4:]}".lower(), nickname="Ana").json()
    assert found["code"] == code
    view = post(client, "view", code=code, token=found["token"]).json()["view"]
    assert (view["who"], view["nickname"], view["title"]) == ("player", "Ana", "Tuesday")


@pytest.mark.parametrize("nickname", ["", "   ", "x" * 25, "\u202e", None, 5, ["Ana"], "x" * 9_000])
def test_nicknames_have_bounds(client, nickname):
    code, _ = opened(client)
    assert post(client, "join", code=code, nickname=nickname).status_code in (400, 413)


def test_text_from_people_is_sent_as_text(client):
    code, lead = opened(client, "<b>Tuesday</b>")
    token = joined(client, code, "<img src=x>")
    answer = post(client, "view", code=code, token=token)
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["view"]["nickname"] == "<img src=x>"
    page = post(client, "handout", code=code, token=lead).text
    assert "<b>Tuesday" not in page
    assert "&lt;b&gt;Tuesday" in page


def test_codes_cannot_be_tried_out(client):
    opened(client)
    answers = [post(client, "join", code=f"BCDF23{k:02}", nickname="Eve") for k in range(70)]
    assert answers[0].status_code == 400
    assert answers[-1].status_code == 429


def test_nobody_fills_a_room_alone_in_a_moment(client, rooms):
    code, lead = opened(client)
    answers = [post(client, "join", code=code, nickname=f"Eve {k}") for k in range(120)]
    assert answers[-1].status_code == 429
    assert len(Lead.by_token(rooms, code, lead).people()) < 100


def test_tokens_cannot_be_tried_out_at_a_socket(client):
    code, _ = opened(client)
    said = []
    for k in range(70):
        with client.websocket_connect("/room/api/live") as socket:
            socket.send_json({"code": code, "token": f"guess{k}"})
            said.append(socket.receive_json()["out"])
    assert "not in this room" in said[0]
    assert "too often" in said[-1]


def test_who_is_in_a_room_is_not_kept_out_by_what_others_at_the_address_try(client):
    """Many phones share an address; and who only guesses learns nothing from then on."""
    code, lead = opened(client)
    token = joined(client, code, "Ana")
    for k in range(70):
        post(client, "join", code=f"BCDF23{k:02}", nickname="Eve")
    for one in (token, lead):
        assert post(client, "view", code=code, token=one).status_code == 200
    with ExitStack() as stack:
        phone = Phone(stack, client, code, token)
        assert phone.do("answer", poll=1, choice=0) == "There is no such question."
    guesses = [post(client, "view", code=one, token="guess") for one in (code, "BCDF2345")]
    guesses += [post(client, "join", code=one, nickname="Eve") for one in (code, "BCDF2345")]
    assert [(one.status_code, one.json()) for one in guesses] == [
        (429, {"error": "That is too often. Wait a moment."})
    ] * 4


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("nonsense", "cannot be read"),
        (b"\xff\x00", "cannot be read"),
        ("[" * 5_000, "cannot be read"),
        ('{"id": "\\ud800", "do": "leap"}', "Only the trainer"),
        ("1e999", "cannot be read"),
    ],
)
def test_nonsense_at_a_socket_is_refused_and_the_socket_goes_on(client, sent, told):
    code, _ = opened(client)
    with ExitStack() as stack:
        phone = Phone(stack, client, code, joined(client, code, "Ana"))
        phone.socket.send_bytes(sent) if isinstance(sent, bytes) else phone.socket.send_text(sent)
        assert told in phone.hear("error")
        assert phone.do("answer", poll=1, choice=0) == "There is no such question."
        phone.socket.send_text("x" * (MOST_BYTES + 1))
        assert "too long" in phone.socket.receive_json()["out"]


# Who may do what --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(set(LED) - set(PLAYED)))
def test_a_player_can_do_nothing_of_the_trainers(client, rooms, name):
    code, _ = opened(client)
    token = joined(client, code, "Ana")
    with rooms.room(code) as room:
        number = room.ask("?", ["a", "b"])
        key = next(iter(room.players))
        before = json.dumps(room.kept())
    message = {
        "do": name,
        "poll": number,
        "right": 0,
        "on": True,
        "player": key,
        "role": "council",
        "question": "?",
        "choices": ["a", "b"],
        "setup": {},
        "address": "",
    }
    answer = post(client, "act", code=code, token=token, message=message)
    assert answer.status_code == 403
    with ExitStack() as stack:
        phone = Phone(stack, client, code, token)
        assert "Only the trainer" in phone.do(**{"name": name, **message, "do": name})
    with rooms.room(code) as room:
        assert json.dumps(room.kept()) == before


@pytest.mark.parametrize("path", ["charts", "handout"])
def test_a_player_gets_nothing_of_the_trainers(client, path):
    code, lead = opened(client)
    token = joined(client, code, "Ana")
    assert post(client, path, code=code, token=token).status_code == 403
    assert post(client, path, code=code, token=lead).status_code == 200


def test_a_player_of_one_room_is_nobody_in_another(client):
    code, _ = opened(client)
    other, lead = opened(client, "Wednesday")
    token = joined(client, code, "Ana")
    for wrong in (token, lead[:-1], ""):
        answer = post(client, "act", code=other, token=wrong, message={"do": "leave"})
        assert answer.status_code == 403


def test_a_player_answers_for_nobody_else(client, rooms):
    code, lead = opened(client)
    ana, ben = (joined(client, code, name) for name in ("Ana", "Ben"))
    post(
        client,
        "act",
        code=code,
        token=lead,
        message={"do": "ask", "question": "?", "choices": ["a", "b"]},
    )
    message = {
        "do": "answer",
        "poll": 1,
        "choice": 1,
        "player": rooms.who(code, ben),
        "who": "",
        "key": rooms.who(code, ben),
    }
    post(client, "act", code=code, token=ana, message=message)
    with rooms.room(code) as room:
        assert room.poll(1).given == {rooms.who(code, ana): 1}


def ask_twice(client, code, lead, player):
    """Ask the room openly and secretly; the player answers both."""
    for number, secret in ((1, False), (2, True)):
        ask = {"do": "ask", "question": "?", "choices": ["a", "b"], "secret": secret}
        post(client, "act", code=code, token=lead, message=ask)
        answer = {"do": "answer", "poll": number, "choice": 1}
        post(client, "act", code=code, token=player, message=answer)


def test_a_player_is_sent_nothing_of_the_others(client, rooms):
    code, lead = opened(client)
    ana, ben = (joined(client, code, name) for name in ("Ana", "Benedict"))
    ask_twice(client, code, lead, ben)
    Lead.by_token(rooms, code, lead).play(QUICK)
    view = post(client, "view", code=code, token=ana).json()["view"]
    text = json.dumps(view)
    assert "Benedict" not in text
    assert rooms.who(code, ben) not in text
    assert not any("counts" in poll for poll in view["polls"])


def test_who_chose_what_is_told_of_open_ballots_only_and_only_when_closed(client, rooms):
    code, lead = opened(client)
    ben = joined(client, code, "Benedict")
    ask_twice(client, code, lead, ben)
    polls = post(client, "view", code=code, token=lead).json()["view"]["polls"]
    assert [poll["answered"] for poll in polls] == [1, 1]
    assert rooms.who(code, ben) not in json.dumps(polls)
    assert not any("counts" in poll for poll in polls)
    for number in (1, 2):
        Lead.by_token(rooms, code, lead).close(number)
    secret, open_one = post(client, "view", code=code, token=lead).json()["view"]["polls"]
    assert secret["by"] is None
    assert "Benedict" not in json.dumps(secret)
    assert open_one["by"] == [[], ["Benedict"]]
    # Who has left is in no list any more; the count stays.
    Lead.by_token(rooms, code, lead).remove(rooms.who(code, ben))
    _, open_one = post(client, "view", code=code, token=lead).json()["view"]["polls"]
    assert (open_one["by"], open_one["counts"]) == ([[], []], [0, 1])


def test_a_folder_that_cannot_be_written_is_said_in_plain_words(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv(FOLDER, str(tmp_path / "file" / "rooms"))
    monkeypatch.setattr(web, "_made", [])
    client = TestClient(Starlette(routes=routes()), "http://127.0.0.1", client=HERE)
    answer = post(client, "open", title="Tuesday")
    assert answer.status_code == 400
    assert FOLDER in answer.json()["error"]
    outside = TestClient(Starlette(routes=routes()), "http://192.168.1.5", client=ELSEWHERE)
    answer = post(outside, "join", code="BCDF2345", nickname="Ana")
    assert answer.status_code == 400
    assert "tell whoever runs it" in answer.json()["error"]
    assert str(tmp_path) not in answer.text


# Messages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"nonsense", 400),
        (b"[" * 5_000, 400),
        (b'{"a":"' + b"x" * MOST_BYTES + b'"}', 413),
        (b"\xff\xfe", 400),
    ],
)
def test_what_cannot_be_read_is_refused_in_plain_words(client, body, status):
    answer = client.post(
        "/room/api/join", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")


def test_only_json_is_taken(client):
    answer = client.post("/room/api/join", data={"code": "x"})
    assert answer.status_code == 415


@pytest.mark.parametrize("message", [None, [], {}, {"do": 5}, {"do": "fly"}, {"do": "answer"}])
def test_a_message_that_asks_for_nothing_known_changes_nothing(client, rooms, message):
    code, _ = opened(client)
    token = joined(client, code, "Ana")
    answer = post(client, "act", code=code, token=token, message=message)
    assert answer.status_code in (400, 403)
    assert answer.json()["error"].endswith(".")


@pytest.mark.parametrize(
    "setup",
    [
        None,
        [],
        {"months": 5},
        {"organisations": 10**6},
        {"colour": 1},
        {"rounds": "5"},
        {"months": {}},
    ],
)
def test_a_game_that_cannot_be_played_is_refused(client, setup):
    code, lead = opened(client)
    answer = post(client, "act", code=code, token=lead, message={"do": "play", "setup": setup})
    assert answer.status_code == 400
    assert answer.json()["error"]


# The pages --------------------------------------------------------------------------------------


def test_pages_are_light_and_ask_nothing_from_outside(client):
    size = 0
    for path in ("/room", "/room/BCDF2345", "/room/lead"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert '<html lang="en-GB">' in answer.text
    for name in FILES:
        text = client.get(f"/room/files/{name}").text
        assert text == (ASSETS / name).read_text(encoding="utf-8")
        found = re.findall(r"https?://[^\s'\"`]+", text)
        assert {one for one in found if "www.w3.org" not in one} <= {"http://192.168.1.5:8765"}
        assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\(", text)
        if not name.startswith(("lead", "charts")):
            size += len(text)
    assert size < 25_000  # what a phone loads


def test_nothing_else_is_served(client):
    for path in (
        "/room/files/..%2fweb.py",
        "/room/files/lead.html",
        "/room/files/x",
        "/room/api/open",
    ):
        assert client.get(path).status_code in (404, 405)


def test_the_trainers_page_shows_where_phones_go(client, rooms):
    code, token = opened(client)
    Lead.by_token(rooms, code, token).set_address("http://192.168.1.5:8765/")
    found = post(client, "view", code=code, token=token).json()["view"]["links"]
    assert [one["url"] for one in found] == [f"http://192.168.1.5:8765/room/{code}"]
    assert found[0]["size"] >= 29
    assert re.fullmatch(r"(M\d+ \d+h1v1h-1z)+", found[0]["path"])


def test_without_an_address_that_answers_there_is_no_link(client):
    code, token = opened(client)
    # Nobody listens at port 80 of this machine's own address.
    assert post(client, "view", code=code, token=token).json()["view"]["links"] == []
