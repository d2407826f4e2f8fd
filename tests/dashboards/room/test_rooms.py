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


def test_a_trainer_asks_and_counts_from_python(desk):
    code, token = desk.open("Tuesday")
    lead = Lead.by_token(desk, code, token)
    keys = [desk.who(code, desk.join(code, name)) for name in ("Ana", "Ben", "Cem")]
    number = lead.ask("Will trust rise?", ["Yes", "No"], secret=True, kind="bet")
    for key, choice in zip(keys, (0, 1, 1), strict=True):
        with desk.room(code, change=True) as room:
            room.answer(key, number, choice)
    assert lead.answered(number) == 3
    with pytest.raises(RoomError):
        lead.results(number)
    assert lead.close(number).counts == (1, 2)
    assert lead.settle(number, 1).won == 2
    assert lead.people() == ["Ana", "Ben", "Cem"]


def test_only_the_trainers_token_leads(desk):
    code, token = desk.open("Tuesday")
    other, others = desk.open("Wednesday")
    player = desk.join(code, "Ana")
    assert desk.who(code, token) == LEAD
    for wrong in (player, others, "", token[:-1], token + "x"):
        with pytest.raises(NotAllowedError):
            Lead.by_token(desk, code, wrong)
    with pytest.raises(NotAllowedError):
        desk.who(other, player)


def test_a_room_survives_a_restart(desk):
    code, token = desk.open("Tuesday")
    player = desk.join(code, "Ana")
    number = Lead.by_token(desk, code, token).ask("Which?", ["a", "b"])
    with desk.room(code, change=True) as room:
        room.answer(desk.who(code, player), number, 1)
    again = desk.again()
    lead = Lead.by_token(again, code, token)
    assert lead.people() == ["Ana"]
    assert lead.close(number).counts == (0, 1)
    assert again.who(code, player) != LEAD


def test_a_round_that_was_running_goes_on_after_a_restart(desk, monkeypatch):
    code, lead, _ = playing(desk)
    lead.open_round()
    monkeypatch.setattr(desk, "_run", lambda code: None)  # the server ends before it was run
    lead.close_round()
    assert phase(desk, code) == "running"
    again = desk.again()
    until(lambda: phase(again, code) == "between")
    assert again.runs(code).run is not None


def test_a_game_goes_to_its_end_and_is_run_again_after_a_restart(desk):
    code, lead, key = playing(desk)
    for number in (1, 2):
        lead.open_round()
        with desk.room(code, change=True) as room:
            room.game.choose(key, "join")
            assert room.game.number == number
        lead.close_round()
        until(lambda: phase(desk, code) in ("between", "over"))
    assert phase(desk, code) == "over"
    until(lambda: desk.runs(code).ending is not None)
    values = desk.runs(code).ending.room
    again = desk.again()
    until(lambda: again.runs(code).ending is not None)
    assert again.runs(code).ending.room.tobytes() == values.tobytes()


def test_a_room_that_another_version_kept_is_deleted_and_the_others_go_on(desk, tmp_path):
    code, token = desk.open("Tuesday")
    desk.close()
    store = RoomStore(tmp_path / "rooms")
    store.save("OLDROOM2", 2e9, {"code": "OLDROOM2", "people": ["Persephone"]})
    store.close()
    again = desk.again()
    assert Lead.by_token(again, code, token).people() == []
    with pytest.raises(RoomError, match="no room with this code"):
        again.who("OLDROOM2", token)
    assert b"Persephone" not in files(tmp_path)


def test_one_that_is_damaged_is_deleted_and_the_others_go_on(desk, tmp_path):
    code, _ = desk.open("Tuesday")
    desk.close()
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
    again = desk.again()
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


def test_a_game_that_an_older_version_kept_is_gone_on_with(desk, tmp_path):
    code, token = desk.open("Tuesday")
    key = desk.who(code, desk.join(code, "Ana"))
    Lead.by_token(desk, code, token).play(QUICK)
    desk.close()
    store = RoomStore(tmp_path / "rooms")
    (kept,) = store.all()
    game = kept["game"]
    # All funders shared one seat, and a round named only those who had chosen.
    game["seats"] += [[name, name, f"The {name}s"] for name in ("funder", "connector")]
    game |= {"players": {key: "funder"}, "rounds": [{"funder": "bid"}], "phase": "between"}
    store.save(code, kept["ends"], kept)
    store.close()
    again = desk.again()
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


def test_the_place_left_alone_is_run_while_people_decide_on_the_last_round(desk):
    code, lead, _ = playing(desk)
    lead.open_round()
    lead.close_round()
    until(lambda: desk.runs(code).ahead is not None)
    left = desk.runs(code).ahead.left
    lead.open_round()
    lead.close_round()
    until(lambda: desk.runs(code).ending is not None)
    assert desk.runs(code).ending.left is left.run


def test_who_waits_for_a_round_goes_before_what_is_run_ahead(desk, monkeypatch):
    begun = threading.Event()

    def endless(*_, stale):
        begun.set()
        while True:
            prepare_end.check(stale)
            time.sleep(0.01)

    monkeypatch.setattr(prepare_end, "lucks", endless)
    code, lead, _ = playing(desk)
    lead.open_round()
    lead.close_round()
    assert begun.wait(PATIENCE)
    lead.open_round()
    lead.close_round()
    until(lambda: desk.runs(code).ending is not None)


def test_what_the_model_cannot_run_is_said_and_can_be_tried_again(desk, monkeypatch):
    from alliances.dashboards.room import play

    code, lead, _ = playing(desk)
    lead.open_round()
    with monkeypatch.context() as broken:
        broken.setattr(play, "run", lambda *_: 1 / 0)
        lead.close_round()
        until(lambda: desk.runs(code).failed)
    assert phase(desk, code) == "running"
    lead.run_again()
    until(lambda: phase(desk, code) == "between")
    assert not desk.runs(code).failed


def test_an_ended_room_leaves_no_nickname_on_disk(desk, tmp_path):
    code, token = desk.open("Quarterly gathering")
    desk.join(code, "Persephone")
    assert b"Persephone" in files(tmp_path)
    Lead.by_token(desk, code, token).end()
    left = files(tmp_path)
    assert b"Persephone" not in left
    assert b"Quarterly" not in left
    with pytest.raises(RoomError, match="no room with this code"):
        desk.who(code, token)


def test_who_leaves_is_forgotten(desk, tmp_path):
    code, token = desk.open("Tuesday")
    key = desk.who(code, desk.join(code, "Persephone"))
    Lead.by_token(desk, code, token).remove(key)
    assert Lead.by_token(desk, code, token).people() == []
    with desk.room(code) as room:
        assert "Persephone" not in str(room.kept())


def test_rooms_end_by_themselves(desk, clock, tmp_path):
    code, token = desk.open("Short one", hours=1)
    longer, _ = desk.open("Long one", hours=2)
    clock.now += 3601
    with pytest.raises(RoomError):
        desk.who(code, token)
    desk.sweep()
    assert b"Short one" not in files(tmp_path)
    assert b"Long one" in files(tmp_path)
    clock.now += 3600
    assert desk.again()._rooms == {}  # those that ended meanwhile are deleted at the start
    assert b"Long one" not in files(tmp_path)
    assert longer


def test_secret_slips_never_reach_the_file(desk):
    code, token = desk.open("Tuesday")
    keys = [desk.who(code, desk.join(code, f"P{k}")) for k in range(4)]
    lead = Lead.by_token(desk, code, token)
    number = lead.ask("Stay?", ["yes", "no"], secret=True)
    seen = set()
    for key in keys:
        with desk.room(code, change=True) as room:
            room.answer(key, number, 0)
        kept = desk._store.all()[0]["polls"]
        seen.add(str(kept))
    assert len(seen) == 1  # nothing of a vote changes what is written
    lead.close(number)
    assert desk._store.all()[0]["polls"][0]["counts"] == [4, 0]


def test_after_a_restart_phones_hand_in_their_slips_again(desk):
    code, token = desk.open("Tuesday")
    keys = [desk.who(code, desk.join(code, f"P{k}")) for k in range(4)]
    number = Lead.by_token(desk, code, token).ask("Stay?", ["yes", "no"], secret=True)
    for key in keys:
        with desk.room(code, change=True) as room:
            room.answer(key, number, 0)
    again = desk.again()
    for key in keys:
        with again.room(code, change=True) as room:
            room.answer(key, number, 0)
    assert Lead.by_token(again, code, token).close(number).counts == (4, 0)


def test_there_are_bounds(desk):
    code, token = desk.open("Tuesday")
    for k in range(MOST_PLAYERS):
        desk.join(code, f"P{k}")
    with pytest.raises(RoomError, match="full"):
        desk.join(code, "One more")
    for _ in range(MOST_ROOMS - 1):
        desk.open("Another")
    with pytest.raises(RoomError, match="End one first"):
        desk.open("One more")
    for hours in (0, 25, "8", True, None):
        with pytest.raises(RoomError):
            desk.open("x", hours)
    assert token


def test_a_nickname_is_taken_once_and_a_locked_room_lets_nobody_in(desk):
    code, token = desk.open("Tuesday")
    desk.join(code, "Ana")
    with pytest.raises(RoomError, match="has that nickname"):
        desk.join(code, " ANA ")
    Lead.by_token(desk, code, token).lock(True)
    with pytest.raises(RoomError, match="nobody new"):
        desk.join(code, "Ben")
    Lead.by_token(desk, code, token).lock(False)
    desk.join(code, "Ben")


def test_listeners_hear_of_every_change_until_they_stop(desk):
    code, token = desk.open("Tuesday")
    heard = []
    stop = desk.listen(code, "", lambda: heard.append(1))
    before = len(heard)
    desk.join(code, "Ana")
    assert len(heard) == before + 1
    assert desk.here(code) == {""}
    ana = desk.who(code, desk.join(code, "Cem"))
    hers = []
    desk.listen(code, ana, lambda: hers.append(1))
    begun = len(hers)
    desk.join(code, "Dee")  # concerns the trainer only
    assert len(hers) == begun
    Lead.by_token(desk, code, token).ask("?", ["a", "b"])
    assert len(hers) == begun + 1
    stop()
    after = len(heard)
    desk.join(code, "Ben")
    assert len(heard) == after


@pytest.mark.parametrize("wrong", ["javascript:alert(1)", "http://a/b", "ftp://a", "//a", "a", 3])
def test_an_address_is_an_address(desk, wrong):
    code, token = desk.open("Tuesday")
    with pytest.raises(RoomError):
        Lead.by_token(desk, code, token).set_address(wrong)


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


def test_two_programs_do_not_write_over_each_others_rooms(desk, tmp_path):
    code, _ = desk.open("Tuesday")
    with pytest.raises(UserError, match="another dashboard"):
        RoomStore(tmp_path / "rooms")
    assert code in desk.again()._rooms  # the next one finds them


def test_a_room_goes_on_when_the_disk_is_full(desk, tmp_path, caplog):
    code, token = desk.open("Tuesday")
    gone, other = desk.open("Gone")
    writing = desk._store._file.execute
    writing("PRAGMA query_only=ON")
    ana = desk.join(code, "Persephone")
    assert desk.who(code, ana)
    Lead.by_token(desk, gone, other).end()
    assert "cannot be written" in caplog.text
    writing("PRAGMA query_only=OFF")
    number = Lead.by_token(desk, code, token).ask("Stay?", ["yes", "no"])
    last, its = desk.open("Last")
    Lead.by_token(desk, last, its).end()  # what could not be deleted goes with the next
    again = desk.again()
    assert again.who(code, ana)
    assert Lead.by_token(again, code, token).answered(number) == 0
    assert list(again._rooms) == [code]
