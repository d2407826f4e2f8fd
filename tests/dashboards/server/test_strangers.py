"""Whatever a stranger's script sends to a page's controls, or writes into its link, is ignored."""

import random

import pytest

from alliances.dashboards.web.compare.page import Compare
from alliances.dashboards.web.evidence.page import EvidencePage
from alliances.dashboards.web.explore.page import Explore
from alliances.dashboards.web.network.page import NetworkPage
from alliances.dashboards.web.place.page import PlacePage
from alliances.dashboards.web.results.page import ResultsPage
from alliances.dashboards.web.shared.choice import LinkError, case
from alliances.dashboards.web.stage.learn_page import Learn
from alliances.dashboards.web.stage.page import Script, Stage
from tests.dashboards.visit import Visit

SMALL = "months=24&organisations=10"
PAGES = [
    (Explore, SMALL),
    (Compare, "months=24&organisations=10&a.case=today"),
    (NetworkPage, SMALL),
    (PlacePage, ""),
    (EvidencePage, ""),
    (ResultsPage, ""),
    (Learn, ""),
    (Learn, "chapter=meeting"),
    (Stage, "chapter=meeting"),
    (Script, "chapter=meeting"),
]
# What no page of ours sends, of the kinds that reach a page at all; see
# `alliances.dashboards.server.messages`.
ODD = [
    None,
    True,
    -1,
    10**30,
    1e308,
    "",
    "nonsense",
    "/etc/passwd",
    "../../secret.toml",
    "pick 99",
    "go -1",
    "9" * 5_000,
    "1e400",
    "nan",
    "<script>",
    [],
    [1],
    [["x"] * 50] * 20,
    {},
    {"what": "remove", "row": -1},
    {"what": "tie", "one": True, "other": 10**30, "strength": "x"},
    {"what": "income", "row": 0, "field": "income", "value": "1e400"},
    {"name": "../x", "data": "QUJD"},
    {"name": "x", "data": "!"},
    {"size": 10**30},
]
EACH = 6  # of these, to each control


def own_events(widget) -> list[str]:
    return [name for name in getattr(widget, "events", None) or [] if not name.startswith("event_")]


@pytest.mark.parametrize(("component", "search"), PAGES)
@pytest.mark.usefixtures("few_runs")
def test_what_no_control_sends_is_ignored(component, search):
    random_of = random.Random(f"{component} {search}")
    page = Visit(component, search)
    try:
        if component is NetworkPage:
            page.until(lambda: page.having("recording"))
        told: set[tuple[str, str]] = set()
        for widget in page.widgets():
            for event in own_events(widget):
                for odd in random_of.sample(ODD, EACH):
                    getattr(widget, f"vue_{event}")(odd)
                told.add((type(widget).__name__, event))
        assert told
        assert "Something in the program failed" not in page.texts()
        assert all(isinstance(widget.label, str) for widget in page.widgets() if own_label(widget))
    finally:
        page.close()


def own_label(widget) -> bool:
    return bool(own_events(widget)) and hasattr(widget, "label")


@pytest.mark.parametrize("name", ["/etc/passwd", "secret.toml", "../x.toml", "", "nonsense"])
def test_no_file_is_a_case_to_start_from(name, tmp_path, monkeypatch):
    """On the command line it is; but a page's visitor must not read files where it is served."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.toml").write_text('name = "secret"\nmonths = 24\n')
    with pytest.raises(LinkError, match="there is no case"):
        case(name)


LINKS = [
    "a=1&" * 100,
    "%00=%ff&\u202e=\u200b",
    "case=%2Fetc%2Fpasswd&months=nan&organisations=" + "9" * 5_000,
    "case=today&then=0:competition:nan&a.case=today&a.case=today",
    "chapter=..&slide=-1&show=%3Cscript%3E&verdict=%3Cscript%3E",
    "open=..%2F..%2Fetc%2Fpasswd&measure=x&if=a~is~b&if=~~&view=x&extra=1e400",
]


@pytest.mark.parametrize(
    "component",
    [Explore, Compare, NetworkPage, PlacePage, EvidencePage, ResultsPage, Learn, Stage, Script],
)
@pytest.mark.usefixtures("few_runs")
def test_whatever_a_link_holds_there_is_a_page_with_a_sentence(component):
    for link in LINKS:
        page = Visit(component, link)
        try:
            assert len(page.texts()) > 40, link
            assert "Something in the program failed" not in page.texts(), link
            assert "<script" not in page.texts()
        finally:
            page.close()
