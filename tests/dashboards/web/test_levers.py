"""Cards of levers: what they show, and what they send back."""

import pytest

from alliances.dashboards.web.shared.choice import case_values
from alliances.dashboards.web.shared.levers import FORMS, FRONT_NAMES, card, find, form_of
from alliances.dashboards.web.shared.values import (
    named_levels,
    read_value,
    scale_of,
    step_of,
    value_text,
)
from alliances.model.parameters import LEVERS, REGISTRY
from tests.each import each

NUMBERS = [entry for entry in REGISTRY.values() if entry.kind in ("number", "whole")]


def test_the_front_has_a_dozen_levers_and_no_assumption():
    assert 12 <= len(FRONT_NAMES) <= 16
    assert len(set(FRONT_NAMES)) == len(FRONT_NAMES)
    assert all(REGISTRY[name].is_lever for name in FRONT_NAMES)


@each("entry", NUMBERS)
def test_what_is_shown_is_read_back(entry):
    shown = card(entry, entry.default)
    assert read_value(entry, shown["value"]) == pytest.approx(entry.default, abs=1e-9)
    assert read_value(entry, shown["low"]) == entry.low
    assert read_value(entry, shown["high"]) == entry.high
    assert 20 <= (shown["high"] - shown["low"]) / step_of(entry) <= 100 or entry.kind == "whole"
    for level in shown["levels"]:
        read_value(entry, level["value"])


def test_shares_are_shown_in_percent():
    entry = REGISTRY["competition"]
    assert card(entry, 0.5)["value"] == 50.0
    assert read_value(entry, 17) == 0.17
    assert scale_of(entry).unit == "%"


@pytest.mark.parametrize("given", [101, -1, "50", None, True, float("nan")])
def test_wrong_values_are_refused(given):
    with pytest.raises(ValueError, match="must be"):
        read_value(REGISTRY["competition"], given)


def test_levels_stand_in_order_and_once():
    levels = named_levels(REGISTRY["competition"])
    assert levels == [("low", 0.2), ("today", 0.5), ("high", 0.8)]
    assert ("usual", 3.0) in named_levels(REGISTRY["loss_ratio"])  # an assumption is not today's


def test_help_says_who_pays_and_where_figures_come_from():
    for entry in LEVERS:
        titles = [title for title, _ in card(entry, entry.default)["help"]]
        assert {"What it is", "Who pays", "Where it comes from"} <= set(titles)


def test_search_finds_by_words_titles_first():
    found = find("payment results")
    assert found[0].name == "payment_by_results"
    assert find("no such thing anywhere") == []
    assert len(find("")) == len(REGISTRY)
    assert {entry.group for entry in find("", "Trust")} == {"Trust"}
    assert "competition" not in [entry.name for entry in find("tender", leave=("competition",))]


@each("name", FORMS)
def test_forms_are_known_by_their_values(name):
    values = {**case_values("today"), **FORMS[name]}
    assert form_of(values) == name
    assert form_of({**values, "competition": 0.33}) == ""


def test_one_day_is_not_days():
    months, days = REGISTRY["term_months"], REGISTRY["deliberation"]
    assert [value_text(months, value) for value in (3, 1)] == ["3 months", "1 month"]
    assert [value_text(days, value) for value in (2.0, 1.0)] == ["2 days a month", "1 day a month"]
