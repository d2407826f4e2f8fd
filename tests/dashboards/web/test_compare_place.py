"""Compare in a place of the visitor's own: all scenarios in it, or none."""

import pytest

from alliances.dashboards.web.compare import session as compare_session
from alliances.dashboards.web.compare.page import Compare
from alliances.dashboards.web.shared import own_place
from alliances.dashboards.web.shared.choice import Choice, LinkError
from alliances.dashboards.web.shared.comparing import Comparing, first_comparing, read_comparing
from alliances.experiments.runs.outcomes import ensemble_outcomes
from tests.dashboards.visit import Visit
from tests.experiments.own_places.places import place


@pytest.fixture
def source():
    yield own_place.hold(place(), "files").source
    own_place.forget()


def test_all_are_in_one_place(source):
    first = first_comparing(source)
    assert {slot.place for slot in first.slots} == {source}
    assert first.with_slot("B", Choice(case="today")).slot("B").place == source
    assert Comparing().keep("A", Choice(place=source)).place == source
    assert first_comparing().keep("C", Choice(place=source)).slot("A").place == source
    assert first.keep("C", Choice()).place is None
    asked = first.asked()
    assert {arm.mine.place for arm in asked.arms} == {source}


def test_the_link_holds_no_place_and_is_opened_only_where_it_is(source):
    link = first_comparing(source).to_search()
    assert "Ash" not in link
    assert read_comparing(link)[0] == first_comparing(source)
    own_place.forget()
    with pytest.raises(LinkError, match="load that place again"):
        read_comparing(link)


@pytest.mark.usefixtures("few_runs")
def test_the_page_says_so_and_lets_leave(source, monkeypatch):
    monkeypatch.setattr(compare_session, "STAGES", (2, 4))
    monkeypatch.setattr(compare_session, "OUTCOMES", ensemble_outcomes(30))
    here = Visit(Compare, f"months=24&{first_comparing(source).to_search()}")
    try:
        here.until(lambda: "This is your own place, Oakham" in here.texts())
        here.buttons("Place").vue_press("leave")
        here.until(lambda: "place=" not in here.address())
    finally:
        here.close()
