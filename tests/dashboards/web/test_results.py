"""The page Results without a browser: opening, asking, links, and what cannot be shown."""

import json

import pandas as pd
import pytest
from solara.components.echarts import EchartsWidget

from alliances.dashboards.charts.groups import results_option
from alliances.dashboards.web.results import page as results
from alliances.dashboards.web.results.link import ResultsRequest, fitted, read_link
from alliances.dashboards.web.results.page import ResultsPage, library_words, listed, matching
from alliances.dashboards.web.results.words import about_spread, finding
from alliances.experiments.browse.dataset import Condition, Dataset, Request
from alliances.experiments.browse.library import LibraryItem
from alliances.experiments.browse.query import QueryAnswer, ask
from tests.dashboards.visit import Visit

TABLE = "connectors,place,net_impact\n0,a,0.10\n0,b,0.20\n1,a,0.40\n1,b,0.50\n2,a,0.70\n2,b,0.80\n"


@pytest.fixture
def item(tmp_path) -> LibraryItem:
    path = tmp_path / "table.csv"
    path.write_text(TABLE)
    return LibraryItem("results/<b>table.csv", path, "table")


@pytest.fixture
def visit(item, monkeypatch, visits):
    monkeypatch.setattr(results, "items", lambda: [item])
    return lambda search="": visits(ResultsPage, search)


def picker(here: Visit, label: str):
    return next(w for w in here.widgets() if hasattr(w, "options") and w.label == label)


def test_a_table_is_opened_asked_and_drawn(visit, item):
    here = visit()
    assert "0 sweeps and 1 table to open" in here.texts()
    picker(here, "Open").vue_pick(item.key)
    here.until(lambda: "highest for connectors 2" in here.texts())
    assert len(here.widgets(EchartsWidget)) == 1
    picker(here, "Split by").vue_pick("place")
    here.until(lambda: "highest for connectors 2, place b (80 %" in here.texts())
    assert "split=place" in here.address()
    here.buttons("Conditions").vue_press("add")
    here.until(lambda: "if=" in here.address())
    here.until(lambda: "2 rows in" in here.texts())
    assert picker(here, "Condition 1").value == "connectors"
    picker(here, "Value, condition 1").vue_pick("1")
    here.until(lambda: "2 rows in 2 groups" in here.texts())
    here.buttons("Condition 1").vue_press("drop")
    here.until(lambda: "if=" not in here.address())


def test_a_link_opens_the_same(visit, item):
    request = Request(
        "table", "net_impact", "connectors", "", (Condition("place", "is", "a"),), False
    )
    search = ResultsRequest(item.key, request).to_search()
    assert read_link(search) == ResultsRequest(item.key, request)
    here = visit(search)
    here.until(lambda: "3 rows in 3 groups" in here.texts())


@pytest.mark.parametrize("key", ["../../etc/passwd", "/etc/passwd", "results/other", "\x00"])
def test_nothing_but_what_is_listed_can_be_opened(visit, key):
    here = visit(ResultsRequest(key).to_search())
    assert "There is nothing called" in here.texts()
    assert not here.widgets(EchartsWidget)


def test_what_a_link_asks_wrongly_is_left_out(visit, item):
    request = Request("nothing", "passwords", "bad", "worse", (Condition("x", "is", "1"),), True)
    found, note = fitted(Dataset(item), request)
    assert (found.table, found.measure, found.split) == ("table", "net_impact", "")
    assert found.conditions == ()
    assert "passwords" in note
    here = visit(ResultsRequest(item.key, request).to_search())
    here.until(lambda: "Not there, so left out" in here.texts())


def test_hostile_links_ask_nothing():
    assert read_link("open=" + "a" * 9000) == ResultsRequest()
    assert read_link("&".join(f"a{k}=1" for k in range(100))) == ResultsRequest()
    asks = "open=x&measure=y" + "&if=a~is~b" * 30
    assert len(read_link(asks).request.conditions) == 4
    assert read_link("open=x&measure=y&if=a~drop table~b").request.conditions == ()


def test_a_fault_is_told_and_the_list_stays(visit, item):
    search = ResultsRequest(item.key, Request("table", "net_impact")).to_search()
    item.path.write_text("")
    here = visit(search)
    here.until(lambda: "cannot be read as a table" in here.texts())
    assert picker(here, "Open")


def test_charts_are_plain_data_of_lines_or_dots(item):
    whole = Dataset(item)
    lines = ask(whole, Request("table", "net_impact", "connectors"))
    dots = ask(whole, Request("table", "net_impact", "place", "connectors"))
    for dark in (False, True):
        one = json.loads(json.dumps(results_option(lines, "share", dark=dark), allow_nan=False))
        other = json.loads(json.dumps(results_option(dots, "share", dark=dark), allow_nan=False))
    assert one["xAxis"]["type"] == "value"
    drawn = next(s for s in one["series"] if s["name"] == "mean")
    assert drawn["data"] == [[0.0, 15.0], [1.0, 45.0], [2.0, 75.0]]  # percent
    groups = [s for s in other["series"] if s["type"] == "scatter"]
    assert len({s["symbol"] for s in groups}) == 3  # never by colour alone


def test_equal_groups_are_said_to_be_equal(item):
    whole = Dataset(item)
    column = next(c for c in whole.columns("table") if c.name == "net_impact")
    item.path.write_text("place,net_impact\na,0.5\nb,0.5\n")
    answered = ask(Dataset(item), Request("table", "net_impact", "place"))
    assert "about 50 %" in finding(answered, column)


def test_a_direction_is_told_only_where_it_is_clear():
    table = pd.DataFrame(
        {
            "along": ["a", "b"],
            "split": "",
            "rows": 4,
            "mean": [0.2, 0.01],
            "low": [0.1, -0.1],
            "high": [0.3, 0.12],
            "least": [0.0, -0.2],
            "most": [0.4, 0.2],
        }
    )
    request = Request("runs", "net_impact", "setting", against=True)
    told = about_spread(QueryAnswer(request, table, False, "luck", 8), failed=3)
    assert "leaves out 0 in 1 of 2 groups" in told
    assert "3 runs failed" in told


def test_long_lists_are_cut_and_say_so(item):
    many = [LibraryItem(f"results/{k}", item.path, "sweep") for k in range(500)]
    assert "The first 200 are listed" in library_words(many, many)
    assert len(listed(many, "results/499")) == 202
    assert [one.key for one in matching(many, "results 499")] == ["results/499"]
    assert "nothing to open yet" in library_words([], [])
