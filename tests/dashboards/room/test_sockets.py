"""Phones over sockets: each change is shown, and nothing is lost when they drop."""

import io
from contextlib import ExitStack

from docx import Document
from starlette.applications import Starlette
from starlette.testclient import TestClient

from alliances.dashboards.room import Setup, play, routes
from alliances.dashboards.room.lead import Lead
from alliances.dashboards.room.web import SOCKETS_EACH
from alliances.model.measures import FIRST
from tests.dashboards.room.client import HERE, Phone, joined, opened, post
from tests.dashboards.room.conftest import QUICK, phase
from tests.waiting import until


def test_a_socket_shows_each_change(client, rooms):
    code, token = opened(client)
    lead = Lead.by_token(rooms, code, token)
    with ExitStack() as stack:
        phone = Phone(stack, client, code, joined(client, code, "Ana"))
        trainer = Phone(stack, client, code, token)
        trainer.until(lambda view: view["people"][0]["here"])
        assert trainer.do("ask", question="Stay?", choices=["yes", "no"], kind="bet") == ""
        phone.until(lambda view: view["polls"])
        assert phone.do("answer", poll=1, choice=0) == ""
        trainer.until(lambda view: [one["answered"] for one in view["polls"]] == [1])
        assert trainer.do("close", poll=1) == ""
        phone.until(lambda view: view["polls"][0].get("counts") == [1, 0])
        assert trainer.do("settle", poll=1, right=0) == ""
        phone.until(lambda view: view["polls"][0]["right"] == 0)
        lead.end()
        assert "has ended" in phone.hear("out")


def test_who_is_taken_out_is_told(client, rooms):
    code, token = opened(client)
    with ExitStack() as stack:
        ana = joined(client, code, "Ana")
        phone = Phone(stack, client, code, ana)
        Lead.by_token(rooms, code, token).remove(rooms.who(code, ana))
        assert "not in this room any more" in phone.hear("out")


def test_a_phone_has_few_sockets_and_the_newest_hold(client):
    code, _ = opened(client)
    token = joined(client, code, "Ana")
    with ExitStack() as stack:
        phones = [Phone(stack, client, code, token) for _ in range(SOCKETS_EACH + 1)]
        assert phones[0].socket.receive()["type"] == "websocket.close"
        assert phones[-1].do("answer", poll=1, choice=0) == "There is no such question."


def test_sixty_phones_lose_nothing_when_they_drop_and_the_server_restarts(rooms):
    count = 60
    with TestClient(Starlette(routes=routes(rooms)), "http://127.0.0.1", client=HERE) as client:
        code, token = opened(client)
        tokens = [joined(client, code, f"Person {k}") for k in range(count)]
        for message in (
            {"do": "ask", "question": "Open?", "choices": ["a", "b", "c"], "kind": "bet"},
            {"do": "ask", "question": "Secret?", "choices": ["a", "b", "c"], "secret": True},
            {"do": "play", "setup": {"months": 6, "rounds": 2}},
            {"do": "open_round"},
        ):
            assert post(client, "act", code=code, token=token, message=message).status_code == 200
        with ExitStack() as stack:
            phones = [Phone(stack, client, code, one) for one in tokens]
            for k, phone in enumerate(phones):
                assert phone.do("answer", poll=1, choice=k % 3) == ""
                if k % 2:
                    assert phone.do("answer", poll=2, choice=k % 3) == ""
                assert phone.do("choose", choice="speak", round=1) == ""
        # All are gone; they come back, and find what they chose.
        with ExitStack() as stack:
            for k, one in enumerate(tokens):
                phone = Phone(stack, client, code, one)
                polls = {poll["number"]: poll for poll in phone.view["polls"]}
                assert polls[1]["yours"] == k % 3
                assert polls[2]["cast"] == bool(k % 2)
                assert phone.view["game"]["yours"] == "speak"
    again = rooms.again()
    with TestClient(Starlette(routes=routes(again)), "http://127.0.0.1", client=HERE) as client:
        with ExitStack() as stack:
            for k, one in enumerate(tokens):
                phone = Phone(stack, client, code, one)
                polls = {poll["number"]: poll for poll in phone.view["polls"]}
                assert polls[1]["yours"] == k % 3
                assert polls[2]["cast"] is False  # the slip was nowhere but in memory
                assert phone.do("answer", poll=2, choice=k % 3) == ""
                assert phone.do("answer", poll=2, choice=0) != ""
                assert phone.view["game"]["yours"] == "speak"
        lead = Lead.by_token(again, code, token)
        assert lead.close(1).counts == lead.close(2).counts == (20, 20, 20)
        assert lead.settle(1, 2).won == 20
        lead.close_round()
        until(lambda: phase(again, code) == "between")
        with again.room(code) as room:
            assert set(room.game.rounds[0].values()) == {"speak"}
            assert len(room.game.rounds[0]) == len(set(room.game.players.values()))


def test_a_phone_without_a_socket_is_here_as_long_as_it_asks(client, clock):
    code, lead = opened(client)
    token = joined(client, code, "Ana")

    def here():
        return post(client, "view", code=code, token=lead).json()["view"]["people"][0]["here"]

    assert not here()
    post(client, "view", code=code, token=token)
    assert here()
    clock.now += 10
    assert not here()


def test_a_late_choice_does_not_count_for_the_next_round(client, rooms):
    code, token = opened(client)
    ana = joined(client, code, "Ana")
    lead = Lead.by_token(rooms, code, token)
    lead.play(QUICK)
    lead.open_round()
    lead.close_round()
    until(lambda: phase(rooms, code) == "between")
    lead.open_round()
    late = {"do": "choose", "choice": "speak", "round": 1}
    answer = post(client, "act", code=code, token=ana, message=late)
    assert (answer.status_code, answer.json()["error"]) == (400, "That round is over.")


# The game in the browser's data -----------------------------------------------------------------


def test_a_game_is_shown_from_its_first_round_to_its_end(client, rooms):
    code, token = opened(client)
    tokens = [joined(client, code, name) for name in ("Ana", "Ben")]
    lead = Lead.by_token(rooms, code, token)
    lead.play(QUICK)

    def views():
        return [post(client, "view", code=code, token=one).json()["view"]["game"] for one in tokens]

    assert [game["role"] for game in views()] == ["Small charity", "Council"]
    for number in (1, 2):
        lead.open_round()
        assert [game["phase"] for game in views()] == ["choosing"] * 2
        for one in tokens:
            message = {"do": "choose", "choice": "join", "round": number}
            assert post(client, "act", code=code, token=one, message=message).status_code == 200
        lead.close_round()
        until(lambda: phase(rooms, code) in ("between", "over"))
        charts = post(client, "charts", code=code, token=token).json()
        assert len(charts["charts"]) == 4
        for game in views():
            assert game["told"][0]["round"] == number
            assert game["told"][0]["chose"] == "Join up"
            assert game["told"][0]["yours"]
            # At the end the place is told of once, by its last 12 months.
            assert len(game["told"][0]["place"]) == (4 if number == 1 else 0)
    until(lambda: rooms.runs(code).ending is not None)
    for game in views():
        assert game["phase"] == "over"
        assert "Left to the model" in game["end"][0]
        assert len(game["ending"]) == 4
    charts = post(client, "charts", code=code, token=token).json()
    assert "left alone" in charts["charts"][0]["svg"]
    assert len(charts["table"]["rows"]) == 8
    lead.ask("Was it fair?", ["yes", "no"])
    lead.close(1)
    page = post(client, "handout", code=code, token=token).text
    assert "Was it fair?" in page
    assert page.count("<svg") == 4
    assert "Ana" not in page
    assert "Small charity: Join up." in page
    pdf = post(client, "handout", code=code, token=token, format="pdf")
    assert pdf.content.startswith(b"%PDF")
    docx = post(client, "handout", code=code, token=token, format="docx")
    made = Document(io.BytesIO(docx.content))
    text = "\n".join(paragraph.text for paragraph in made.paragraphs)
    assert "Was it fair?" in text
    assert "Ana" not in text
    assert len(made.inline_shapes) == 4
    assert post(client, "handout", code=code, token=token, format="exe").status_code == 400


def test_a_funder_hears_how_many_there_are_and_nothing_of_rounds_before(client, rooms):
    code, token = opened(client)
    ana, ben = (joined(client, code, name) for name in ("Ana", "Ben"))
    lead = Lead.by_token(rooms, code, token)
    lead.play(QUICK)
    lead.move(rooms.who(code, ana), "funder")
    with ExitStack() as stack:
        phone = Phone(stack, client, code, ana)
        assert "You are the only funder." in phone.view["game"]["card"]
        assert phone.view["game"]["otherwise"] == "your part stays as usual"
        lead.open_round()
        lead.close_round()
        until(lambda: phase(rooms, code) == "between")
        lead.move(rooms.who(code, ben), "funder")
        phone.until(lambda view: "You are one of 2 funders." in view["game"]["card"])
        assert phone.do("choose", choice="bid") == "No round is open now."
        game = phone.view["game"]
        assert [(one["round"], one["chose"]) for one in game["told"]] == [(1, "left to the model")]
        assert "as they usually are" in game["told"][0]["yours"][0]
        late = Phone(stack, client, code, ben)
        assert late.view["game"]["seat"] == "Funder 2"
        assert late.view["game"]["told"] == []
        # Who leaves makes the other the only one again.
        assert late.do("leave") == ""
        phone.until(lambda view: "You are the only funder." in view["game"]["card"])
        lead.open_round()
        assert phone.do("choose", choice="bid") == ""
        lead.close_round()
        until(lambda: rooms.runs(code).ending is not None)
        phone.until(lambda view: view["game"].get("ending"))
        assert phone.view["game"]["end"][1].startswith("Left to the model")
    page = post(client, "handout", code=code, token=token).text
    assert "Funder: left to the model." in page
    assert "Funder: Call for bids." in page
    assert "<h3>New public money</h3>" in page
    assert "<h3>Introductions</h3>" not in page  # nobody played a connector


def test_who_closes_is_told_once_and_can_still_bet(client, rooms):
    code, token = opened(client)
    ana = joined(client, code, "Ana")
    lead = Lead.by_token(rooms, code, token)
    hard = Setup(months=12, rounds=5, organisations=60, luck=3, world="tender")
    lead.play(hard)
    lead.open_round()
    with rooms.room(code, change=True) as room:
        # Who plays an organisation that does not last: found by a run of its own.
        doomed = play.run(hard, [{}] * 2, room.game.seats).gone
        room.game.players[rooms.who(code, ana)] = min(doomed)
    for _ in (1, 2):
        lead.close_round()
        until(lambda: phase(rooms, code) == "between")
        lead.open_round()
    game = post(client, "view", code=code, token=ana).json()["view"]["game"]
    assert game["gone"]
    told = [text for one in game["told"] for text in one["yours"]]
    assert sum("it is gone" in text for text in told) == 1
    assert game["told"][0]["round"] == 2  # of the place it is told on
    assert all(one["yours"] or one["place"] for one in game["told"])
    message = {"do": "choose", "choice": "bid", "round": 3}
    answer = post(client, "act", code=code, token=ana, message=message)
    assert "no longer there" in answer.json()["error"]
    lead.bet(FIRST[0], "end")
    message = {"do": "answer", "poll": 1, "choice": 0}
    assert post(client, "act", code=code, token=ana, message=message).status_code == 200
