"""What cards tell of levers: cases, who gains by the study, who pays."""

import csv

import pytest

from dashboards.web import help as lever_help
from dashboards.web.help import STUDY, examples, help_rows, in_two, who_gains
from dashboards.web.levers import FRONT_NAMES, card
from experiments.selection import case_names, find_case
from model.parameters import LEVERS, REGISTRY


@pytest.mark.parametrize("name", FRONT_NAMES)
def test_levers_in_front_tell_what_to_notice_and_name_cases(name):
    titles = [title for title, _ in help_rows(name)]
    assert titles[:3] == ["What it is", "What to notice", "In the cases"]
    assert {"Who pays", "Where it comes from"} <= set(titles)


def test_examples_are_cases_that_move_the_lever():
    titles = {find_case(name).title for name in case_names()}
    told = examples(REGISTRY["bundling"])
    assert "one contract for all (1)" in told or "many local contracts (0)" in told
    assert any(title in told for title in titles)
    assert "And in" in examples(REGISTRY["targets"])
    assert examples(REGISTRY["trust_gain"]) == ""


def test_who_gains_is_what_the_study_found():
    rows = dict(who_gains(REGISTRY["competition"]))
    assert list(rows) == [
        "Who gains and loses in this model at 0 %, by size",
        "Who gains and loses in this model at 100 %, by size",
    ]
    with (STUDY / "groups_organisations.csv").open(encoding="utf-8") as file:
        row = next(
            row
            for row in csv.DictReader(file)
            if row["words"] == "competition = 1" and row["group"] == "micro"
        )
    told = f"below GBP 10,000: organisations alive {float(row['a']):.1f} to {float(row['b']):.1f}"
    assert (told in rows[list(rows)[1]]) == (row["verdict"] in ("higher", "lower"))
    assert who_gains(REGISTRY["connector_months"]) == []


def test_without_the_study_nothing_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(lever_help, "STUDY", tmp_path)
    lever_help._study.cache_clear()
    try:
        assert who_gains(REGISTRY["competition"]) == []
    finally:
        lever_help._study.cache_clear()


def test_every_lever_has_help_that_is_whole():
    for entry in LEVERS:
        first, rest = in_two(entry.help)
        assert " ".join(filter(None, (first, rest))) == entry.help
        assert card(entry, entry.default)["help"]
