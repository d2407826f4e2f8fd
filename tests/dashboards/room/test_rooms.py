"""Rooms kept, ended and run; who may do what from Python."""

import json
import math
import sqlite3
import threading
import time

import pytest

from alliances.dashboards.room import NotAllowedError, RoomError, Rooms, RoomStore, prepare_end
from alliances.dashboards.room.lead import Lead
from alliances.dashboards.room.room import MOST_PLAYERS
from alliances.dashboards.room.rooms import LEAD, MOST_ROOMS
from alliances.dashboards.room.store import FOLDER
from alliances.model.input.errors import UserError
from tests.dashboards.room.conftest import QUICK, phase, playing
from tests.waiting import PATIENCE, until


def files(tmp_path):
    return b"".join(one.read_bytes() for one in sorted((tmp_path / "rooms").iterdir()))


def test_a_trainer_asks_and_counts_from_python(rooms):
    code, token = rooms.open("Tuesday")
    lead = Lead.by_token(rooms, code, token)
    keys = [rooms.who(code, rooms.join(code, name)) for name in ("Ana", "Ben", "Cem")]
    number = lead.ask("Will trust rise?", ["Yes", "No"], secret=True, kind="bet")
    for key, choice in zip(keys, (0, 1, 1), strict=True):
        with rooms.room(code, change=True) as room:
            room.answer(key, number, choice)
    assert lead.answered(number) == 3
    with pytest.raises(RoomError):
        lead.results(number)
    assert lead.close(number).counts == (1, 2)
    assert lead.settle(number, 1).won == 2
    assert lead.people() == ["Ana", "Ben", "Cem"]


def test_only_the_trainers_token_leads(rooms):
    code, token = rooms.open("Tuesday")
    other, others = rooms.open("Wednesday")
    player = rooms.join(code, "Ana")
    assert rooms.who(code, token) == LEAD
    for wrong in (player, others, "", token[:-1], token + "x"):
        with pytest.raises(NotAllowedError):
            Lead.by_token(rooms, code, wrong)
    with pytest.raises(NotAllowedError):
        rooms.who(other, player)


def test_a_room_survives_a_restart(rooms):
    code, token = rooms.open("Tuesday")
    player = rooms.join(code, "Ana")
    number = Lead.by_token(rooms, code, token).ask("Which?", ["a", "b"])
    with rooms.room(code, change=True) as room:
        room.answer(rooms.who(code, player), number, 1)
    again = rooms.again()
    lead = Lead.by_token(again, code, token)
    assert lead.people() == ["Ana"]
    assert lead.close(number).counts == (0, 1)
    assert again.who(code, player) != LEAD


def test_a_round_that_was_running_goes_on_after_a_restart(rooms, monkeypatch):
    code, lead, _ = playing(rooms)
    lead.open_round()
    monkeypatch.setattr(rooms, "_run", lambda code: None)  # the server ends before it was run
    lead.close_round()
    assert phase(rooms, code) == "running"
    again = rooms.again()
    until(lambda: phase(again, code) == "between")
    assert again.runs(code).run is not None


def test_a_game_goes_to_its_end_and_is_run_again_after_a_restart(rooms):
    code, lead, key = playing(rooms)
    for number in (1, 2):
        lead.open_round()
        with rooms.room(code, change=True) as room:
            room.game.choose(key, "join")
            assert room.game.number == number
        lead.close_round()
        until(lambda: phase(rooms, code) in ("between", "over"))
    assert phase(rooms, code) == "over"
    until(lambda: rooms.runs(code).ending is not None)
    values = rooms.runs(code).ending.room
    again = rooms.again()
    until(lambda: again.runs(code).ending is not None)
    assert again.runs(code).ending.room.tobytes() == values.tobytes()


def test_a_room_that_another_version_kept_is_deleted_and_the_others_go_on(rooms, tmp_path):
    code, token = rooms.open("Tuesday")
    rooms.close()
    store = RoomStore(tmp_path / "rooms")
    store.save("OLDROOM2", 2e9, {"code": "OLDROOM2", "people": ["Persephone"]})
    store.close()
    again = rooms.again()
    assert Lead.by_token(again, code, token).people() == []
    with pytest.raises(RoomError, match="no room with this code"):
        again.who("OLDROOM2", token)
    assert b"Persephone" not in files(tmp_path)


def test_one_that_is_damaged_is_deleted_and_the_others_go_on(rooms, tmp_path):
    code, _ = rooms.open("Tuesday")
    rooms.close()
    file = sqlite3.connect(tmp_path / "rooms" / "rooms.sqlite")
    kept = json.loads(file.execute("SELECT body FROM rooms").fetchone()[0])
    odd = {"ends": "x", "players": 5, "polls": 5, "game": "x"}
    changed = [{**kept, "code": name, name: value} for name, value in odd.items()]
    rows = [(one["code"], json.dumps(one)) for one in (*changed, {**kept, "ends": math.nan})]
    bodies = ['{"cut', b"\xff\xfe", None, 5, "[]", "[" * 100_000, rows[0][1]]
    rows[-1] = "N", rows[-1][1].replace(code, "N")
    rows += [(f"A{k}", body) for k, body in enumerate(bodies)]
    with file:
        file.executemany("INSERT INTO rooms VALUES (?, 2e9, ?)", rows)
    file.close()
    again = rooms.again()
    assert list(again._rooms) == [code]
    assert [one["code"] for one in again._store.all()] == [code]


def test_a_clock_that_is_put_right_ends_no_room(tmp_path, monkeypatch):
    rooms = Rooms(RoomStore(tmp_path / "rooms"))
    code, _ = rooms.open("Tuesday")
    now = time.time()
    with rooms.room(code) as room:
        assert abs(room.opened - now) < 3_600
    monkeypatch.setattr(time, "time", lambda: now + 1e6)
    rooms.sweep()
    assert list(rooms._rooms) == [code]
    rooms.close()


def test_a_game_that_an_older_version_kept_is_gone_on_with(rooms, tmp_path):
    code, token = rooms.open("Tuesday")
    key = rooms.who(code, rooms.join(code, "Ana"))
    Lead.by_token(rooms, code, token).play(QUICK)
    rooms.close()
    store = RoomStore(tmp_path / "rooms")
    (kept,) = store.all()
    game = kept["game"]
    # All funders shared one seat, and a round named only those who had chosen.
    game["seats"] += [[name, name, f"The {name}s"] for name in ("funder", "connector")]
    game |= {"players": {key: "funder"}, "rounds": [{"funder": "bid"}], "phase": "between"}
    store.save(code, kept["ends"], kept)
    store.close()
    again = rooms.again()
    until(lambda: again.runs(code).run is not None)
    with again.room(code) as room:
        seat = room.game.seat(key)
    assert "90 % of new money" in again.runs(code).story(seat, 1)[0]
    Lead.by_token(again, code, token).open_round()
    with again.room(code, change=True) as room:
        room.game.choose(key, "speak")
    Lead.by_token(again, code, token).close_round()
    until(lambda: again.runs(code).ending is not None)
    assert "30 % of each large body's contract" in again.runs(code).story(seat, 2)[0]


def test_the_place_left_alone_is_run_while_people_decide_on_the_last_round(rooms):
    code, lead, _ = playing(rooms)
    lead.open_round()
    lead.close_round()
    until(lambda: rooms.runs(code).ahead is not None)
    left = rooms.runs(code).ahead.left
    lead.open_round()
    lead.close_round()
    until(lambda: rooms.runs(code).ending is not None)
    assert rooms.runs(code).ending.left is left.run


def test_who_waits_for_a_round_goes_before_what_is_run_ahead(rooms, monkeypatch):
    begun = threading.Event()

    def endless(*_, stale):
        begun.set()
        while True:
            prepare_end.check(stale)
            time.sleep(0.01)

    monkeypatch.setattr(prepare_end, "lucks", endless)
    code, lead, _ = playing(rooms)
    lead.open_round()
    lead.close_round()
    assert begun.wait(PATIENCE)
    lead.open_round()
    lead.close_round()
    until(lambda: rooms.runs(code).ending is not None)


def test_what_the_model_cannot_run_is_said_and_can_be_tried_again(rooms, monkeypatch):
    from alliances.dashboards.room import play

    code, lead, _ = playing(rooms)
    lead.open_round()
    with monkeypatch.context() as broken:
        broken.setattr(play, "run", lambda *_: 1 / 0)
        lead.close_round()
        until(lambda: rooms.runs(code).failed)
    assert phase(rooms, code) == "running"
    lead.run_again()
    until(lambda: phase(rooms, code) == "between")
    assert not rooms.runs(code).failed


def test_an_ended_room_leaves_no_nickname_on_disk(rooms, tmp_path):
    code, token = rooms.open("Quarterly gathering")
    rooms.join(code, "Persephone")
    assert b"Persephone" in files(tmp_path)
    Lead.by_token(rooms, code, token).end()
    left = files(tmp_path)
    assert b"Persephone" not in left
    assert b"Quarterly" not in left
    with pytest.raises(RoomError, match="no room with this code"):
        rooms.who(code, token)


def test_who_leaves_is_forgotten(rooms, tmp_path):
    code, token = rooms.open("Tuesday")
    key = rooms.who(code, rooms.join(code, "Persephone"))
    Lead.by_token(rooms, code, token).remove(key)
    assert Lead.by_token(rooms, code, token).people() == []
    with rooms.room(code) as room:
        assert "Persephone" not in str(room.kept())


def test_rooms_end_by_themselves(rooms, clock, tmp_path):
    code, token = rooms.open("Short one", hours=1)
    longer, _ = rooms.open("Long one", hours=2)
    clock.now += 3601
    with pytest.raises(RoomError):
        rooms.who(code, token)
    rooms.sweep()
    assert b"Short one" not in files(tmp_path)
    assert b"Long one" in files(tmp_path)
    clock.now += 3600
    assert rooms.again()._rooms == {}  # those that ended meanwhile are deleted at the start
    assert b"Long one" not in files(tmp_path)
    assert longer


def test_secret_slips_never_reach_the_file(rooms):
    code, token = rooms.open("Tuesday")
    keys = [rooms.who(code, rooms.join(code, f"P{k}")) for k in range(4)]
    lead = Lead.by_token(rooms, code, token)
    number = lead.ask("Stay?", ["yes", "no"], secret=True)
    seen = set()
    for key in keys:
        with rooms.room(code, change=True) as room:
            room.answer(key, number, 0)
        kept = rooms._store.all()[0]["polls"]
        seen.add(str(kept))
    assert len(seen) == 1  # nothing of a vote changes what is written
    lead.close(number)
    assert rooms._store.all()[0]["polls"][0]["counts"] == [4, 0]


def test_after_a_restart_phones_hand_in_their_slips_again(rooms):
    code, token = rooms.open("Tuesday")
    keys = [rooms.who(code, rooms.join(code, f"P{k}")) for k in range(4)]
    number = Lead.by_token(rooms, code, token).ask("Stay?", ["yes", "no"], secret=True)
    for key in keys:
        with rooms.room(code, change=True) as room:
            room.answer(key, number, 0)
    again = rooms.again()
    for key in keys:
        with again.room(code, change=True) as room:
            room.answer(key, number, 0)
    assert Lead.by_token(again, code, token).close(number).counts == (4, 0)


def test_there_are_bounds(rooms):
    code, token = rooms.open("Tuesday")
    for k in range(MOST_PLAYERS):
        rooms.join(code, f"P{k}")
    with pytest.raises(RoomError, match="full"):
        rooms.join(code, "One more")
    for _ in range(MOST_ROOMS - 1):
        rooms.open("Another")
    with pytest.raises(RoomError, match="End one first"):
        rooms.open("One more")
    for hours in (0, 25, "8", True, None):
        with pytest.raises(RoomError):
            rooms.open("x", hours)
    assert token


def test_a_nickname_is_taken_once_and_a_locked_room_lets_nobody_in(rooms):
    code, token = rooms.open("Tuesday")
    rooms.join(code, "Ana")
    with pytest.raises(RoomError, match="has that nickname"):
        rooms.join(code, " ANA ")
    Lead.by_token(rooms, code, token).lock(True)
    with pytest.raises(RoomError, match="nobody new"):
        rooms.join(code, "Ben")
    Lead.by_token(rooms, code, token).lock(False)
    rooms.join(code, "Ben")


def test_listeners_hear_of_every_change_until_they_stop(rooms):
    code, token = rooms.open("Tuesday")
    heard = []
    stop = rooms.listen(code, "", lambda: heard.append(1))
    before = len(heard)
    rooms.join(code, "Ana")
    assert len(heard) == before + 1
    assert rooms.here(code) == {""}
    ana = rooms.who(code, rooms.join(code, "Cem"))
    hers = []
    rooms.listen(code, ana, lambda: hers.append(1))
    begun = len(hers)
    rooms.join(code, "Dee")  # concerns the trainer only
    assert len(hers) == begun
    Lead.by_token(rooms, code, token).ask("?", ["a", "b"])
    assert len(hers) == begun + 1
    stop()
    after = len(heard)
    rooms.join(code, "Ben")
    assert len(heard) == after


@pytest.mark.parametrize("wrong", ["javascript:alert(1)", "http://a/b", "ftp://a", "//a", "a", 3])
def test_an_address_is_an_address(rooms, wrong):
    code, token = rooms.open("Tuesday")
    with pytest.raises(RoomError):
        Lead.by_token(rooms, code, token).set_address(wrong)


def test_a_store_that_cannot_be_written_says_so(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match=FOLDER):
        RoomStore(tmp_path / "file" / "rooms")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "rooms.sqlite").write_text("this is no database" * 100)
    with pytest.raises(UserError, match=FOLDER):
        Rooms(RoomStore(tmp_path / "broken"))
    with sqlite3.connect(tmp_path / "other.sqlite") as file:
        file.execute("CREATE TABLE rooms (name)")
    file.close()
    (tmp_path / "other").mkdir()
    (tmp_path / "other.sqlite").rename(tmp_path / "other" / "rooms.sqlite")
    for _ in range(2):  # the second time too it is told truly
        with pytest.raises(UserError, match="no such column: code"):
            RoomStore(tmp_path / "other")
    monkeypatch.setenv(FOLDER, str(tmp_path / "given"))
    assert RoomStore().path == tmp_path / "given" / "rooms.sqlite"
    assert sqlite3.connect(tmp_path / "given" / "rooms.sqlite").execute("SELECT 1").fetchone()


def test_two_programs_do_not_write_over_each_others_rooms(rooms, tmp_path):
    code, _ = rooms.open("Tuesday")
    with pytest.raises(UserError, match="another dashboard"):
        RoomStore(tmp_path / "rooms")
    assert code in rooms.again()._rooms  # the next one finds them


def test_a_room_goes_on_when_the_disk_is_full(rooms, tmp_path, caplog):
    code, token = rooms.open("Tuesday")
    gone, other = rooms.open("Gone")
    writing = rooms._store._file.execute
    writing("PRAGMA query_only=ON")
    ana = rooms.join(code, "Persephone")
    assert rooms.who(code, ana)
    Lead.by_token(rooms, gone, other).end()
    assert "cannot be written" in caplog.text
    writing("PRAGMA query_only=OFF")
    number = Lead.by_token(rooms, code, token).ask("Stay?", ["yes", "no"])
    last, its = rooms.open("Last")
    Lead.by_token(rooms, last, its).end()  # what could not be deleted goes with the next
    again = rooms.again()
    assert again.who(code, ana)
    assert Lead.by_token(again, code, token).answered(number) == 0
    assert list(again._rooms) == [code]
