"""The page Explore without a browser: levers, steps, charts and faults."""

import pytest
from solara.components.echarts import EchartsWidget

from dashboards.web import session, warming, words
from dashboards.web.choice import CHARTS, Choice
from dashboards.web.components import chart as chart_module
from dashboards.web.pages import front
from dashboards.web.pages.explore import Explore
from dashboards.web.pages.front import NOT_FOR, Front
from experiments import ensemble
from tests.dashboards.visit import LINK, Visit

pytestmark = pytest.mark.usefixtures("few_runs")
RUNS = "4 matched runs"
SAME = "is the same in all 4 matched runs"
ALL = 8  # charts that may say so, and the region that speaks


@pytest.fixture
def visit():
    pages = []

    def go(component=Explore, search: str = LINK) -> Visit:
        pages.append(Visit(component, search))
        return pages[-1]

    yield go
    for one in pages:
        one.close()


def test_the_front_says_what_it_is_not_for(visit):
    texts = visit(Front).texts()
    assert all(line in texts for line in NOT_FOR)


def test_four_charts_come_with_sentences(visit):
    here = visit()
    here.until(lambda: "4 matched runs" in here.texts())
    assert len(here.widgets(EchartsWidget)) == 4
    here.until(lambda: here.texts().count(SAME) == ALL)


def test_a_lever_changes_the_numbers_the_address_and_can_be_undone(visit):
    here = visit()
    here.until(lambda: "is the same in all 4 matched runs" in here.texts())
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


def test_a_link_opens_what_it_holds(visit):
    here = visit(search=f"{LINK}&connectors=4&connector_host=partner")
    assert here.lever("connectors").card["value"] == 4
    assert here.lever("connector_host").card["value"] == "partner"


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
    right = session.answer

    def broken(question, *args, **options):
        if question.b.levers.connectors == 12:
            raise RuntimeError("out of luck")
        right(question, *args, **options)

    monkeypatch.setattr(session, "answer", broken)
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
    ensemble.answer(small.question(), answers.append, stages=(4,))
    for name in CHARTS:
        assert words.finding(answers[0], name) in here.texts()


def test_the_front_says_when_the_model_cannot_be_run(visit, monkeypatch):
    def broken():
        raise RuntimeError("out of luck")

    monkeypatch.setattr(front, "run_example", broken)
    here = visit(Front)
    here.until(lambda: "The model could not be run." in here.texts())
    assert "out of luck" not in here.texts()
