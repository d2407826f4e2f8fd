"""The page Explore without a browser: levers, steps, charts and faults."""

import threading

import pytest
from solara.components.echarts import EchartsWidget

from alliances.dashboards.charts.echarts import CHARTS
from alliances.dashboards.web.compare import session as compare_session
from alliances.dashboards.web.explore import lever_card, replay, session, words
from alliances.dashboards.web.explore.page import Explore
from alliances.dashboards.web.front import page as front
from alliances.dashboards.web.front.page import NOT_FOR, Front
from alliances.dashboards.web.parts import chart as chart_module
from alliances.dashboards.web.shared import warming
from alliances.dashboards.web.shared.choice import Choice
from alliances.experiments.runs import ensemble
from tests.dashboards.visit import LINK
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("few_runs")
RUNS = "4 matched runs"
SAME = "is the same in all 4 matched runs"
ALL = 8  # charts that may say so, and the region that speaks


@pytest.fixture
def visit(visits):
    return lambda component=Explore, search=LINK: visits(component, search)


def test_the_front_says_what_it_is_not_for(visit):
    texts = visit(Front).texts()
    assert all(line in texts for line in NOT_FOR)


def test_a_lever_changes_the_numbers_the_address_and_can_be_undone(visit):
    here = visit()
    here.until(lambda: here.texts().count(SAME) == ALL)
    assert len(here.widgets(EchartsWidget)) == 4
    before = here.address()
    here.lever("competition").vue_set_value(0)
    here.until(lambda: here.texts().count(RUNS) > 0 and here.texts().count(SAME) < ALL)
    here.until(lambda: "competition=0.0" in here.address())
    here.until(lambda: here.lever("competition").card["changed"])
    here.buttons("Steps").vue_press("undo")
    here.until(lambda: here.texts().count(SAME) == ALL)
    here.until(lambda: here.address() == before)
    here.buttons("Steps").vue_press("redo")
    here.until(lambda: "competition=0.0" in here.address())
    here.buttons("Steps").vue_press("reset")
    here.until(lambda: "competition" not in here.address())


def test_holding_a_slider_tries_out_and_is_no_step(visit):
    here = visit()
    here.until(lambda: "is the same in all 4 matched runs" in here.texts())
    before = here.address()
    here.lever("competition").vue_try_value(0)
    here.until(lambda: here.texts().count(RUNS) > 0 and here.texts().count(SAME) < ALL)
    assert here.address() == before


def test_a_form_sets_several_levers(visit):
    here = visit()
    here.buttons("Who gets the contract").vue_press("An alliance")
    here.until(lambda: here.lever("grant_share").card["value"] == 30.0)
    assert here.lever("competition").card["value"] == 10.0


def test_a_hostile_link_is_refused_in_words(visit):
    here = visit(search="competition=7&x=<img src=x onerror=alert(1)>")
    assert "The link could not be opened" in here.texts()
    assert here.lever("competition").card["value"] == 50.0


def test_everything_else_is_found_by_words(visit):
    here = visit()
    more = next(w for w in here.widgets() if getattr(w, "label", "").endswith("assumptions"))
    more.vue_press("open")
    search = next(w for w in here.widgets() if getattr(w, "label", "") == "Find")
    search.vue_look_for("payment results")
    here.until(
        lambda: any(
            getattr(w, "card", {}).get("name") == "payment_by_results" for w in here.widgets()
        )
    )
    here.lever("payment_by_results").vue_set_value(25)
    here.until(lambda: "payment_by_results=0.25" in here.address())


def test_a_fault_stays_in_its_chart(visit, monkeypatch):
    right = chart_module.chart_option

    def broken(answer, name, *, dark):
        if name == "small_money":
            raise RuntimeError("made to fail")
        return right(answer, name, dark=dark)

    monkeypatch.setattr(chart_module, "chart_option", broken)
    here = visit()
    here.until(lambda: "made to fail" in here.texts())
    here.until(lambda: len(here.widgets(EchartsWidget)) == 3)


def test_a_run_that_fails_is_told_and_the_next_one_answers(visit, monkeypatch):
    right = session.run_pair

    def broken(pair, *args, **options):
        if pair.b.levers.connectors == 12:
            raise RuntimeError("out of luck")
        right(pair, *args, **options)

    monkeypatch.setattr(session, "run_pair", broken)
    here = visit()
    here.lever("connectors").vue_set_value(12)
    here.until(lambda: "The model could not be run: out of luck" in here.texts())
    here.lever("connectors").vue_set_value(1)
    here.until(lambda: "4 matched runs" in here.texts())
    assert "out of luck" not in here.texts()


def test_compiling_is_told(visit, monkeypatch):
    warming.READY.clear()
    try:
        here = visit()
        assert "being compiled" in here.texts()
    finally:
        warming.READY.set()
    here.until(lambda: "4 matched runs" in here.texts())


def test_the_front_opens_on_a_result_of_the_model(visit, monkeypatch):
    small = Choice(case=front.EXAMPLE.case, months=24, organisations=10)
    monkeypatch.setattr(front, "EXAMPLE", small)
    monkeypatch.setattr(front, "STAGES", (4,))
    here = visit(Front)
    here.until(lambda: RUNS in here.texts())
    answers = []
    ensemble.run_pair(small.pair(), answers.append, stages=(4,))
    for name in CHARTS:
        assert words.finding(answers[0], name) in here.texts()


def test_the_front_says_when_the_model_cannot_be_run(visit, monkeypatch):
    def broken():
        raise RuntimeError("out of luck")

    monkeypatch.setattr(front, "run_example", broken)
    here = visit(Front)
    here.until(lambda: "The model could not be run." in here.texts())
    assert "out of luck" not in here.texts()


def test_more_charts_come_on_demand(visit):
    here = visit()
    here.until(lambda: len(here.widgets(EchartsWidget)) == 4)
    here.buttons("More charts").vue_press("more")
    here.until(lambda: "voice_spread" in here.address())
    here.until(lambda: len(here.widgets(EchartsWidget)) == 5)
    here.buttons("Chart of Inequality of voice").vue_press("out")
    here.until(lambda: "charts" not in here.address())
    here.until(lambda: len(here.widgets(EchartsWidget)) == 4)


def test_the_last_change_is_replayed(visit, monkeypatch):
    monkeypatch.setattr(replay, "PAUSE", 0.3)
    here = visit()
    here.until(lambda: here.texts().count(SAME) == ALL)
    assert here.buttons("Replay").buttons[0]["disabled"]
    here.lever("competition").vue_set_value(0)
    here.until(lambda: here.texts().count(SAME) < ALL)
    address = here.address()
    here.buttons("Replay").vue_press("replay")
    here.until(lambda: "Before: Put out to tender 50 %." in here.texts())
    here.until(lambda: here.lever("competition").card["value"] == 50.0)
    here.until(lambda: here.texts().count(SAME) == ALL - 4)
    here.until(lambda: "After: Put out to tender 0 %." in here.texts())
    here.until(lambda: here.lever("competition").card["value"] == 0.0)
    here.until(lambda: here.buttons("Replay").buttons[0]["label"] == "Replay last change")
    here.until(lambda: "After:" not in here.texts())
    assert here.address() == address


def test_a_replay_can_be_stopped(visit, monkeypatch):
    monkeypatch.setattr(replay, "PAUSE", 60)
    here = visit()
    here.lever("competition").vue_set_value(0)
    here.until(lambda: here.texts().count(RUNS) > 0 and here.texts().count(SAME) < ALL)
    here.buttons("Replay").vue_press("replay")
    here.until(lambda: here.lever("competition").card["value"] == 50.0)
    here.buttons("Replay").vue_press("replay")
    here.until(lambda: here.lever("competition").card["value"] == 0.0)


def test_a_scenario_is_kept_for_comparing(visit):
    here = visit(search=f"{LINK}&connectors=4")
    here.buttons("Keep for comparing").vue_press("B")
    here.until(lambda: "kept=" in here.address())
    assert compare_session.KEPT.peek().whole("B").changes == (("connectors", 4),)
    here.until(lambda: [b["pressed"] for b in here.buttons("Keep for comparing").buttons][1])
    here.until(lambda: "Compare (1 kept)" in here.texts())
    address = here.address()
    compare_session.KEPT.set(None)
    again = visit(search=address)
    assert again.lever("connectors").card["value"] == 4
    assert compare_session.KEPT.peek().letters() == ["B"]


def test_a_broken_kept_part_leaves_the_rest_of_a_link_as_it_is(visit):
    here = visit(search=f"{LINK}&connectors=4&connector_host=partner&kept=a.competition%3D9")
    assert here.lever("connectors").card["value"] == 4
    assert here.lever("connector_host").card["value"] == "partner"
    assert compare_session.KEPT.peek() is None


def test_changes_on_the_way_are_shown_and_edited(visit):
    here = visit(search="case=crisis-window:crisis-and-back&months=36")
    here.until(lambda: "Crisis" in here.texts())
    assert "then=" not in here.address()
    picker = next(w for w in here.widgets() if getattr(w, "label", "") == "Change later")
    picker.vue_pick("funding_cut")
    here.until(lambda: "then=" in here.address())
    here.until(lambda: "After 1 year: Cut 40 %" in here.texts())
    here.lever("funding_cut").vue_set_value(25)
    here.until(lambda: "12%3Afunding_cut%3A0.25" in here.address())
    month = next(
        w for w in here.widgets() if getattr(w, "card", {}).get("label", "") == "From month"
    )
    month.vue_set_value("nonsense")  # which no card sends
    month.vue_set_value(24)
    here.until(lambda: "After 2 years: Cut 25 %" in here.texts())
    label = next(w.label for w in here.widgets() if "Cut 25 %" in getattr(w, "label", ""))
    here.buttons(label).vue_press("out")
    here.until(lambda: "then=" not in here.address())


def test_what_a_replay_says():
    before = Choice()
    after = before.with_values({"competition": 0.0, "connectors": 1})
    assert replay.told(before, after, is_after=False) == (
        "Before: Put out to tender 50 %, Connectors 0 a place."
    )
    assert "Luck number 3" in replay.told(before, Choice(seed=3), is_after=True)
    later = before.with_later([(24, "funding_cut", 0.5)])
    assert "Cut 50 % after 2 years" in replay.told(before, later, is_after=True)
    assert "Nothing was changed" in replay.told(before, before, is_after=True)
    longer = Choice(months=24, organisations=20)
    assert "Organisations 20, Months 24" in replay.told(before, longer, is_after=True)


def test_a_change_draws_anew_only_what_it_touches(visit, monkeypatch):
    here = visit()
    here.until(lambda: here.texts().count(SAME) == ALL)
    right, drawn = lever_card.card, []

    def counted(entry, value, letter=""):
        drawn.append(entry.name)
        return right(entry, value, letter)

    monkeypatch.setattr(lever_card, "card", counted)
    here.lever("competition").vue_set_value(0)
    here.until(lambda: here.texts().count(SAME) < ALL)
    assert drawn == ["competition"]


def test_who_draws_waits_for_those_who_draw(visit):
    here = visit()
    here.until(lambda: here.texts().count(SAME) == ALL)
    with session.DRAWING.turn(0):
        going = threading.Thread(target=here.lever("competition").vue_set_value, args=(0,))
        going.start()
        until(lambda: session.DRAWING.waiting == 2)  # the step, and the first answer to it
        with session.QUEUE.turn(0, lambda: True):  # at once: runs do not wait for them
            pass
        assert here.texts().count(SAME) == ALL
        assert not here.lever("competition").card["changed"]
    going.join()
    here.until(lambda: here.texts().count(SAME) < ALL)
