"""The page Network without a browser: a run, its story, and faults."""

import json

import pytest

from alliances import Scenario
from alliances.dashboards.web.network import page as network
from alliances.dashboards.web.network.network import seal, sector_colours
from alliances.dashboards.web.network.page import NetworkPage
from alliances.experiments.explain.events import record_events
from alliances.experiments.explain.recording import record_run
from alliances.model.places.source import PlaceSource

pytestmark = pytest.mark.usefixtures("few_runs")


@pytest.fixture
def visit(visits):
    return lambda search="months=24&organisations=20": visits(NetworkPage, search)


def test_a_recording_is_plain_data_of_every_month():
    seen = record_run(Scenario(place=PlaceSource(organisations=20), months=24))
    data = json.loads(json.dumps(seal(seen).data, allow_nan=False))
    assert data["months"] == 24
    assert len(data["bodies"]) == len(data["where"]) == len(seen.bodies)
    assert all(len(spells) % 2 == 0 for _, _, spells in data["ties"])
    assert set(sector_colours(seen)) == {body["sector"] for body in data["bodies"]}
    assert len(set(sector_colours(seen).values())) == len(sector_colours(seen))


def test_a_run_is_played_and_one_story_told(visit):
    here = visit()
    here.until(lambda: "from the beginning" in here.texts())
    map_of = here.having("recording")
    map_of.vue_pick(3)
    name = map_of.recording.data["bodies"][3]["name"]
    here.until(lambda: f"{name[:1].upper()}{name[1:]} (" in here.texts())


def test_why_trust_changed_is_told_of_any_two(visit):
    here = visit()
    here.until(lambda: "Why did this happen?" in here.texts())
    assert "that is all of the change" in here.texts()
    trust = next(w for w in here.widgets() if getattr(w, "label", "").startswith("Trust of"))
    last = trust.options[-1]
    trust.vue_pick(last["value"])
    here.until(lambda: f"in {last['label']}" in here.texts())
    here.having("recording").vue_pick(5)
    name = here.having("recording").recording.data["bodies"][5]["name"]
    here.until(lambda: f"What became of {name}" in here.texts())
    assert f"the reserves of {name} go from " in here.texts()
    assert f"came in for {name}, in year " in here.texts()


def test_today_can_be_watched_too(visit):
    here = visit("months=24&organisations=20&connectors=6&competition=0")
    here.until(lambda: "from the beginning" in here.texts())
    mine = here.having("recording").recording
    next(w for w in here.widgets() if getattr(w, "label", "") == "Run of").vue_pick("today")
    here.until(
        lambda: here.having("recording") and here.having("recording").recording.data != mine.data
    )


def test_a_run_that_fails_is_told(visit, monkeypatch):
    def broken(*_):
        raise RuntimeError("out of luck")

    monkeypatch.setattr(network, "record_events", broken)
    here = visit()
    here.until(lambda: "The model could not be run: out of luck" in here.texts())


def test_a_hostile_link_is_refused(visit):
    here = visit("months=99999")
    here.until(lambda: "The link could not be opened" in here.texts())


def test_runs_that_nobody_waits_for_any_more_are_not_made(visit, monkeypatch):
    made = []

    def kept(scenario, seed):
        made.append(seed)
        return record_events(scenario, seed)

    monkeypatch.setattr(network, "record_events", kept)
    with network.RECORDINGS.turn(0):  # as if another visitor's were being made
        here = visit("months=24&organisations=20&seed=5")
        here.until(lambda: network.RECORDINGS.waiting)
        here.buttons("Luck").vue_press("luck")
        here.buttons("Luck").vue_press("luck")
        assert not made
    here.until(lambda: "from the beginning" in here.texts())
    here.until(lambda: made)
    assert made == [7]
