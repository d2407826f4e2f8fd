"""The page Evidence without a browser: claims, filters, what is missing."""

from html import unescape

import pytest

from alliances.dashboards.charts.effects import FARTHEST, effects_option
from alliances.dashboards.web.evidence import filter as evidence_filter
from alliances.dashboards.web.evidence import page as evidence
from alliances.dashboards.web.evidence.filter import Filter, options_for, read_filter
from alliances.dashboards.web.evidence.page import EvidencePage
from alliances.experiments.evidence.page import LIMITS, table
from alliances.experiments.evidence.reading import read_claims
from alliances.experiments.evidence.words import Entry
from tests.dashboards.visit import Visit
from tests.experiments.evidence.test_reading import CASE, weighed


@pytest.fixture
def folder(tmp_path, monkeypatch):
    entries = [Entry(CASE, weighed(1)), Entry(CASE, weighed(2, 0.0)), Entry(CASE, weighed(3, 0.3))]
    table(entries).to_csv(tmp_path / "claims.csv", index=False)
    monkeypatch.setattr(evidence, "evidence_folder", lambda: tmp_path)
    return tmp_path


@pytest.fixture
def visit(visits):
    return lambda search="": visits(EvidencePage, search)


def picker(here: Visit, label: str):
    return next(w for w in here.widgets() if hasattr(w, "options") and w.label == label)


def everything(here: Visit) -> str:
    """Return all text, that of tables and lists with it."""
    parts = [unescape(w.unsafe_innerHTML) for w in here.widgets() if hasattr(w, "unsafe_innerHTML")]
    return "\n".join([here.texts(), *parts])


def test_claims_stand_with_effect_null_test_and_source(folder, visit):
    texts = everything(visit())
    assert "3 of 3 claims: 1 supported" in texts
    assert all(limit in texts for limit in LIMITS)
    for claim in read_claims(folder):
        assert claim.text("says") in texts
        assert claim.null() in texts
        assert claim.effect() in texts
        assert claim.text("verdict") in texts
    assert CASE.sources[0].work in texts
    assert "Open this case in Explore" in texts


def test_a_filter_narrows_the_list_and_stands_in_the_link(folder, visit):
    here = visit()
    picker(here, "Verdict").vue_pick("supported")
    here.until(lambda: "1 of 3 claims" in here.texts())
    assert here.address() == "verdict=supported"
    other = visit(here.address())
    assert "1 of 3 claims" in other.texts()
    other.buttons("Filter").vue_press("all")
    other.until(lambda: "3 of 3 claims" in other.texts())


def test_a_filter_that_leaves_nothing_says_so(folder, visit):
    assert "None of 3 claims is like that" in visit("text=zebra").texts()


def test_options_count_the_claims_that_they_would_leave(folder):
    claims = read_claims(folder)
    options = {o["value"]: o["label"] for o in options_for("verdict", claims, Filter())}
    assert options[""] == "all (3)"
    assert options["supported"] == "supported (1)"
    gone = options_for("verdict", claims, Filter(verdict="<b>"))
    assert gone[-1] == {"value": "<b>", "label": "<b> (0)"}


def test_hostile_links_narrow_nothing():
    assert read_filter("x=1&__class__=2") == Filter()
    assert read_filter("text=" + "a" * 5000) == Filter()
    assert len(read_filter("text=" + "a" * 500).text) == evidence_filter.LONGEST_TEXT
    assert read_filter("&".join(f"a{k}=1" for k in range(100))) == Filter()


def test_effects_are_in_units_of_what_would_matter(folder):
    claims = read_claims(folder)
    option = effects_option(claims[:2], claims, dark=False)
    dots = option["series"][-1]["data"]
    expected = min(FARTHEST, max(-FARTHEST, claims[0].in_smallest()[0]))
    assert dots[0]["value"] == [pytest.approx(expected, abs=1e-3), 0]
    assert option["yAxis"]["data"] == ["1", "2"]
    symbols = {
        dot["symbol"] for dot in effects_option(claims, claims, dark=True)["series"][-1]["data"]
    }
    assert len(symbols) > 1  # never by colour alone


def test_without_claims_it_says_how_to_make_them(visit, monkeypatch):
    monkeypatch.setattr(evidence, "evidence_folder", lambda: None)
    assert "alliances evidence" in visit().texts()


def test_a_table_that_cannot_be_read_is_told(folder, visit):
    (folder / "claims.csv").write_text("case,claim\n")
    assert "has no column 'says'" in visit().texts()
