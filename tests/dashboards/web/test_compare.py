"""The page Compare without a browser: scenarios, views, links and faults."""

import json
from itertools import combinations

import numpy as np
import pytest
from solara.components.echarts import EchartsWidget

from alliances.dashboards.charts.differences import SYMBOLS, lines_of, year_rows
from alliances.dashboards.charts.echarts import DASHES, NEAR, hue, shifts_of
from alliances.dashboards.web.compare import differences, who
from alliances.dashboards.web.compare import session as compare_session
from alliances.dashboards.web.compare.page import Compare
from alliances.dashboards.web.shared.choice import Choice
from alliances.dashboards.web.shared.comparing import VIEWS, Comparing, read_comparing
from alliances.experiments.compare.scenarios import AgainstToday, compare_scenarios
from alliances.experiments.compare.who_gains import GROUP_NAMES, is_told
from alliances.experiments.output.lines import Curve
from alliances.experiments.runs.outcomes import ensemble_outcomes
from alliances.experiments.words.numbers import bare
from tests.dashboards.charts.test_echarts import contrast
from tests.dashboards.visit import Visit

pytestmark = pytest.mark.usefixtures("few_runs", "few_outcomes")
SMALL = "months=24&organisations=10"
TWO = f"{SMALL}&a.competition=0.0&a.connectors=6&b.single_lead=0.9"


@pytest.fixture
def few_outcomes(monkeypatch) -> None:
    """Answers of two and four runs and of one and three worlds; nothing is kept between tests."""
    monkeypatch.setattr(compare_session, "STAGES", (2, 4))
    monkeypatch.setattr(compare_session, "WORLD_STAGES", (1, 3))
    monkeypatch.setattr(compare_session, "OUTCOMES", ensemble_outcomes(30))
    monkeypatch.setattr(compare_session, "WORLD_OUTCOMES", ensemble_outcomes(30, whole=False))


@pytest.fixture
def visit(visits):
    return lambda search=TWO: visits(Compare, search)


def whole(here: Visit) -> None:
    """Wait until all runs of what the address says are there."""
    here.until(
        lambda: any(
            getattr(w, "attributes", {}).get("data-state") == "whole"
            and w.attributes["data-link"] == here.address()
            for w in here.widgets()
        )
    )


def go_to(here: Visit, view: str) -> None:
    here.buttons("What to ask").vue_press(view)
    here.until(lambda: f"view={view}" in here.address())
    whole(here)


def test_three_usual_ways_come_with_lines_and_differences(visit):
    here = visit(SMALL)
    whole(here)
    here.until(lambda: len(here.widgets(EchartsWidget)) == 8)
    for title in ("One lead", "An alliance", "Many grants"):
        here.until(lambda title=title: title in here.texts())
    rows = [w.option.option["yAxis"][0]["data"] for w in here.widgets(EchartsWidget)[1::2]]
    assert rows[0] == [
        *("A against today", "B against today", "C against today"),
        *("B against A", "C against A", "C against B"),
    ]
    here.until(lambda: "4 matched runs of today's practice and of each scenario" in here.texts())
    here.until(lambda: "Means of the last 12 months of 2 years" in here.texts())


def test_all_stand_side_by_side_with_their_differences(visit):
    here = visit(f"{SMALL}&a.competition=0.0&a.connectors=6&b.case=today")
    whole(here)
    here.until(lambda: "A: Today's practice with 2 changes" in here.texts())
    here.until(lambda: here.texts().count("the same in all runs") == 4)
    found = compare_session.OUTCOMES
    assert len(found) == 2  # today's practice is run once


def test_every_chart_has_a_dot_for_each_run_an_interval_and_a_table(visit):
    here = visit()
    whole(here)

    def each_run() -> list:
        dots = here.widgets(EchartsWidget)[1].option.option
        json.dumps(dots, allow_nan=False)
        assert "A against today, interval" in [one["name"] for one in dots["series"]]
        return next(x["data"] for x in dots["series"] if x["name"] == "A against today, each run")

    here.until(lambda: len(each_run()) == 4)
    tables = [w.children for w in here.widgets() if "ua-help" in str(getattr(w, "class_", ""))]
    assert tables


@pytest.fixture
def answered() -> AgainstToday:
    """Two scenarios of few runs."""
    found: list[AgainstToday] = []
    comparing, _ = read_comparing(TWO)
    compare_scenarios(comparing.asked(), found.append, store=compare_session.OUTCOMES, stages=(4,))
    return found[-1]


def test_curves_have_a_table_of_their_years(answered):
    lines = lines_of(answered, "trust_familiar")
    rows = year_rows(lines, "trust_familiar")
    assert [row[0] for row in rows] == ["1", "2"]
    ends = [bare(float(line.values[-1]), "0-1") for line in lines]
    assert rows[-1][1:] == ends


def test_each_chart_of_groups_has_its_sentence(answered):
    rows = [
        (group, effect)
        for kind in ("band", "sector")
        for group, effect in who.rows_of(answered, 0, kind, "money")
    ]
    told = who.said_of(rows)
    clear = [group for group, effect in rows if is_told(effect)]
    assert ("More: " in told or "Less: " in told) == bool(clear)
    assert all(GROUP_NAMES[group] in told for group in clear)
    assert who.said_of([]) == "No group clearly has more or less than today."


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_can_be_opened_by_its_link(visit, view):
    here = visit(f"{TWO}&view={view}&all.loss_ratio=4.0")
    whole(here)
    here.until(lambda: VIEWS[view] in here.texts())
    assert "This cannot be shown" not in here.texts()
    assert "This chart cannot be drawn" not in here.texts()
    here.until(lambda: here.widgets(EchartsWidget))
    here.until(lambda: "Who pays: " in here.texts())
    assert "Loses" in here.texts() or "Who loses" in here.texts()


def test_views_are_gone_through_and_scenarios_stay(visit):
    here = visit()
    whole(here)
    for view in ("who", "luck", "money", "differences"):
        if view == "differences":
            here.buttons("What to ask").vue_press(view)
            here.until(lambda: "view=" not in here.address())
            whole(here)
        else:
            go_to(here, view)
    assert read_comparing(here.address())[0].letters() == ["A", "B"]


def test_an_assumption_makes_the_two_by_two(visit):
    here = visit(f"{TWO}&view=assumptions")
    whole(here)
    here.until(lambda: "Which of the two makes a change" in here.texts())
    assert not here.widgets(EchartsWidget)
    picker = next(w for w in here.widgets() if getattr(w, "label", "") == "Change an assumption")
    picker.vue_pick("loss_ratio")
    here.until(lambda: "all.loss_ratio=4.0" in here.address())
    whole(here)
    here.until(lambda: "The policy alone makes" in here.texts())
    here.until(lambda: "other assumptions" in here.texts())
    here.until(lambda: len(here.widgets(EchartsWidget)) == 4)
    lines = here.widgets(EchartsWidget)[0].option.option["series"]
    assert [one["name"] for one in lines] == [
        *("today, usual", "today, other", "A, usual", "A, other"),
    ]
    here.lever("loss_ratio").vue_set_value(1)
    here.until(lambda: "all.loss_ratio=1.0" in here.address())
    here.until(lambda: any(getattr(w, "label", "") == "Loss over gain" for w in here.widgets()))
    here.buttons("Loss over gain").vue_press("usual")
    here.until(lambda: "all." not in here.address())


def test_slots_are_filled_and_emptied(visit):
    here = visit()
    next(w for w in here.widgets() if getattr(w, "label", "") == "Put into C").vue_pick(
        "alliance-with-connectors"
    )
    here.until(lambda: "c.case=alliance-with-connectors" in here.address())
    whole(here)
    here.buttons("Scenario A").vue_press("out")
    here.until(lambda: "a.case" not in here.address())
    whole(here)
    assert read_comparing(here.address())[0].letters() == ["B", "C"]


def test_cases_with_places_and_changes_of_their_own_can_be_compared(visit):
    here = visit(
        "months=24&a.case=crisis-window:crisis-and-back&b.case=single-gateway:gateway&c.case=today"
    )
    whole(here)
    here.until(lambda: "in its own place and under its own assumptions" in here.texts())
    here.until(lambda: "Reporting: 0 % after 1 year" in here.texts())
    rows = here.widgets(EchartsWidget)[1].option.option["yAxis"][0]["data"]
    assert rows[3:] == ["B against A"]  # which are in one place; C is in another
    lines = here.widgets(EchartsWidget)[0].option.option["series"]
    assert [one["name"] for one in lines] == ["today (A, B)", "today (C)", "A", "B", "C"]
    here.until(lambda: " → " in here.texts())


def test_measures_are_added_and_taken_out(visit):
    here = visit()
    whole(here)
    here.buttons("More measures").vue_press("more")
    here.until(lambda: "voice_spread" in here.address())
    here.until(lambda: len(here.widgets(EchartsWidget)) == 10)
    here.buttons("Trust among the familiar: this chart").vue_press("out")
    here.until(lambda: "trust_familiar" not in here.address())
    whole(here)


def test_the_last_scenario_stays(visit):
    here = visit(f"{SMALL}&a.connectors=3")
    next(w for w in here.widgets() if getattr(w, "label", "") == "Put into A").vue_pick("")
    whole(here)
    assert read_comparing(here.address())[0].letters() == ["A"]


def test_settings_hold_for_all(visit):
    here = visit()
    here.buttons("What holds for all").vue_press("luck")
    here.until(lambda: "seed=1" in here.address())
    here.buttons("What holds for all").vue_press("open")
    here.until(lambda: here.lever("months") is not None)
    here.lever("months").vue_set_value(30)
    here.until(lambda: "months=30" in here.address())
    whole(here)
    here.until(lambda: "of 2.5 years" in here.texts())


def test_more_money_for_all_scales_the_purses(visit):
    here = visit(f"{TWO}&view=money")
    whole(here)
    here.until(lambda: "Nothing was scaled" in here.texts())
    here.until(lambda: "Its levers cost GBP" in here.texts())
    here.until(lambda: "Its levers cost no money" in here.texts())
    here.lever("extra").vue_set_value(20_000)
    here.until(lambda: "extra=20000" in here.address())
    whole(here)
    here.until(lambda: "Its purse was made" in here.texts())


def test_places_of_their_own_have_purses_of_their_own(visit):
    here = visit(
        "months=24&view=money&a.case=crisis-window:crisis-and-back&b.case=today&b.connectors=1"
    )
    whole(here)
    here.until(lambda: "each at what today's practice costs in its place a year" in here.texts())
    here.until(lambda: here.texts().count("Nothing was scaled") == 2)
    here.until(lambda: "changes on the way; this is the cost at the start" in here.texts())


def test_what_was_kept_is_opened_without_a_link(visit):
    kept = Comparing(months=24, organisations=10).with_slot(
        "B", Choice().with_values({"connectors": 2})
    )
    compare_session.KEPT.set(kept)
    here = visit("")
    whole(here)
    assert read_comparing(here.address())[0] == kept


def test_a_hostile_link_is_refused_in_words(visit):
    here = visit("a.competition=7&<img src=x>=1")
    here.until(lambda: "The link could not be opened" in here.texts())


def test_a_fault_stays_in_its_figure(visit, monkeypatch):
    right = differences.lines_option

    def broken(lines, name, *, dark):
        if name == "small_money":
            raise RuntimeError("made to fail")
        return right(lines, name, dark=dark)

    monkeypatch.setattr(differences, "lines_option", broken)
    here = visit()
    whole(here)
    here.until(lambda: "made to fail" in here.texts())
    here.until(lambda: len(here.widgets(EchartsWidget)) == 7)


def test_a_view_that_fails_leaves_the_others(visit, monkeypatch):
    def broken(*_):
        raise RuntimeError("made to fail")

    monkeypatch.setattr("alliances.dashboards.web.compare.who.all_changes", broken)
    here = visit(f"{TWO}&view=who")
    here.until(lambda: "This cannot be shown: RuntimeError: made to fail" in here.texts())
    here.buttons("What to ask").vue_press("differences")
    here.until(lambda: "view=" not in here.address())
    whole(here)
    assert "This cannot be shown" not in here.texts()
    here.until(lambda: len(here.widgets(EchartsWidget)) == 8)


def test_a_run_that_fails_is_told_and_the_next_one_answers(visit, monkeypatch):
    right = compare_session.compare_scenarios

    def broken(asked, *args, **options):
        if asked.seed == 1:
            raise RuntimeError("out of luck")
        right(asked, *args, **options)

    monkeypatch.setattr(compare_session, "compare_scenarios", broken)
    here = visit(f"{TWO}&seed=1")
    here.until(lambda: "The model could not be run: out of luck" in here.texts())
    here.buttons("What holds for all").vue_press("luck")
    whole(here)
    assert "out of luck" not in here.texts()


def test_runs_of_a_view_that_fail_leave_what_there_is(visit, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("no other worlds")

    monkeypatch.setattr(compare_session, "in_worlds", broken)
    here = visit(f"{TWO}&view=luck")
    here.until(lambda: "These runs failed: no other worlds" in here.texts())
    here.until(lambda: "Who pays: " in here.texts())
    here.buttons("What to ask").vue_press("who")
    whole(here)
    here.until(lambda: "These runs failed" not in here.texts())


def test_names_at_the_ends_of_lines_do_not_lie_on_each_other():
    moved = shifts_of([Curve("", "", np.full(9, end)) for end in (0.0, 0.01, 0.02, 1.0)])
    at = [
        150.0 * -value + shift for value, shift in zip((0.0, 0.01, 0.02, 1.0), moved, strict=True)
    ]
    assert min(abs(a - b) for a, b in combinations(at, 2)) >= NEAR - 0.1
    assert moved[3] == 0.0
    assert sum(moved[:3]) == pytest.approx(0.0, abs=0.2)
    assert shifts_of([Curve("", "", np.full(3, np.nan))]) == [0.0]


@pytest.mark.parametrize(("dark", "ground"), [(False, "#f6f7f9"), (True, "#1f2429")])
def test_letters_can_be_read_and_told_apart(dark, ground):
    hues = [hue(name, dark=dark) for name in ("today", "A", "B", "C", "")]
    assert len(set(hues)) == 5
    assert all(contrast(colour, ground) >= 4.5 for colour in hues)
    assert len({str(dash) for dash in DASHES.values()}) == 4
    assert len(set(SYMBOLS.values())) == 3
