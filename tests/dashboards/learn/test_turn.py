"""Slides, keys, and two windows in step."""

import threading

import pytest

from alliances.dashboards.learn.chapter import read_chapters
from alliances.dashboards.learn.show import Shows
from alliances.dashboards.learn.turn import CUES, Turn, press, slides
from tests.waiting import PATIENCE

CHAPTER = read_chapters()["meeting"]
KINDS = [slide.kind for slide in slides(CHAPTER)]


def pressed(*keys, start=None):
    turn = start or Turn("meeting")
    for key in keys:
        turn = press(turn, key, CHAPTER)
    return turn


def at(kind):
    return Turn("meeting", KINDS.index(kind))


def test_what_is_hidden_comes_after_the_bet_and_the_sandbox_last():
    order = [
        "story",
        "choice",
        "bet",
        "run",
        "reveal",
        "rule",
        "knob",
        "turned",
        "twist",
        "twisted",
    ]
    places = [KINDS.index(kind) for kind in order]
    assert places == sorted(places)
    assert KINDS[-2:] == ["recap", "end"]
    assert set(CUES) == set(KINDS)


@pytest.mark.parametrize("key", ["PageDown", "ArrowRight", " ", "next"])
def test_keys_go_on(key):
    assert pressed(key).slide == 1
    assert pressed(*[key] * 99).slide == len(KINDS) - 1


@pytest.mark.parametrize("key", ["PageUp", "ArrowLeft", "back"])
def test_keys_go_back(key):
    assert pressed("next", "next", key).slide == 1
    assert pressed(key).slide == 0


def test_home_end_and_jumps():
    assert pressed("End").slide == len(KINDS) - 1
    assert pressed("End", "Home").slide == 0
    assert pressed("go 4").slide == 4
    assert pressed("go 999").slide == len(KINDS) - 1
    assert pressed("go x").slide == 0


@pytest.mark.parametrize("key", ["b", "B", "."])
def test_black_and_light_again(key):
    assert pressed(key).black
    assert not pressed(key, key).black
    light = pressed(key, "next")
    assert (light.black, light.slide) == (False, 0)


def test_numbers_choose_and_bet_where_there_is_something_to_choose():
    assert pressed("2", start=at("choice")).choice == 1
    assert pressed("9", start=at("choice")).choice is None
    assert pressed("pick 3", start=at("bet")).bet == 2
    assert pressed("2").choice is None
    assert pressed("pick 4", start=at("knob")).knob == 3
    assert pressed("9", start=at("knob")).knob is None
    later = pressed("2", "next", "1", "next", start=at("choice"))
    assert (later.choice, later.bet) == (1, 0)  # remembered
    assert later.chosen(CHAPTER) == "helped"


def test_luck_is_shown_where_there_are_two_rules():
    assert pressed("l").luck is None
    shown = pressed("l", start=at("reveal"))
    assert shown.luck == 0
    assert pressed("o", start=shown).luck == 1
    assert pressed("l", start=shown).luck is None
    assert pressed("next", start=shown).luck is None


def test_keys_that_mean_nothing_lead_nowhere():
    for key in ("x", "pick ", "pick -1", "pick 99999", "", "go ", "Enter"):
        assert pressed(key) == Turn("meeting")


def test_a_key_of_a_show_cannot_be_guessed():
    shows = Shows()
    keys = {shows.open("meeting").key for _ in range(50)}
    assert len(keys) == 50
    assert min(map(len, keys)) >= 20
    assert shows.find("meeting") is None
    assert shows.find("") is None


def test_old_shows_are_forgotten(monkeypatch):
    shows = Shows()
    first = shows.open("meeting")
    for _ in range(100):
        shows.open("meeting")
    assert shows.find(first.key) is None
    last = shows.open("meeting")
    last.touched -= 13 * 3600
    shows.open("meeting")
    assert shows.find(last.key) is None


def test_two_windows_keep_in_step_and_one_that_closes_is_left_alone():
    show = Shows().open("meeting")
    seen, told = ([], []), (threading.Event(), threading.Event())

    def tell(k):
        def hear(now):
            seen[k].append(now.turn.slide)
            if now.turn.slide == 2:
                told[k].set()

        return hear

    stops = [show.follow(tell(k)) for k in range(2)]
    show.press("next", CHAPTER)
    show.press("PageDown", CHAPTER)
    assert all(event.wait(PATIENCE) for event in told)
    assert seen[0][0] == seen[1][0] == 0
    stops[0]()
    count = len(seen[0])
    show.press("next", CHAPTER)
    stops[1]()
    assert len(seen[0]) <= count + 1
    assert show.turn.slide == 3


def test_the_clock_begins_when_the_title_is_left():
    show = Shows().open("meeting")
    show.begun = show.moved = 0.0
    show.press("1", CHAPTER)  # nothing to pick here
    assert show.begun == 0.0
    show.press("next", CHAPTER)
    assert show.begun == show.moved > 0
    begun = show.begun
    show.press("next", CHAPTER)
    assert show.begun == begun
    show.begin("tender")
    assert show.turn == Turn("tender")
