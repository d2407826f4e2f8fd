"""What cards tell of levers: cases, who gains by the study, who pays."""

import csv

from alliances import ROOT
from alliances.dashboards.web.shared import help as lever_help
from alliances.dashboards.web.shared.help import (
    AGAINST,
    STUDIES,
    examples,
    help_rows,
    in_two,
    price_text,
    who_gains,
)
from alliances.dashboards.web.shared.levers import FRONT_NAMES, card
from alliances.experiments.cases.choose import case_names, find_case
from alliances.experiments.sweep.reading import read_experiment
from alliances.model.parameters import LEVERS, REGISTRY
from tests.each import each


@each("name", FRONT_NAMES)
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
    with (STUDIES / "who-gains" / "groups_organisations.csv").open(encoding="utf-8") as file:
        row = next(
            row
            for row in csv.DictReader(file)
            if row["words"] == "competition = 1" and row["group"] == "micro"
        )
    text = rows[list(rows)[1]]
    told = f"(organisations alive from {float(row['a']):.1f} to {float(row['b']):.1f}"
    assert (told in text) == (row["verdict"] in ("higher", "lower"))
    if told in text and float(row["b"]) > float(row["a"]):
        assert told in text.partition("Lose:")[0].partition("Gain:")[2]


@each("name", FRONT_NAMES)
def test_levers_in_front_say_who_gains_and_against_what(name):
    rows = who_gains(REGISTRY[name])
    assert rows
    with_connectors = name in ("connector_host", "connector_months")
    for _, text in rows:
        assert "after 10 years." in text
        assert ("with three independent connectors" in text) == with_connectors


def test_levers_of_connectors_are_tried_where_there_are_three():
    folder = ROOT / "experiments" / "studies"
    asked = {study: read_experiment(folder / f"{study}.toml") for study in AGAINST}
    assert asked["who-gains-connectors"].scenario.levers.connectors == 3
    assert asked["who-gains-connectors"].scenario.months == 120
    levers = [factor.name for one in asked.values() for factor in one.factors]
    assert set(FRONT_NAMES) <= set(levers)


def test_prices_are_told_in_words_and_not_in_names():
    for entry in LEVERS:
        text = price_text(f"{entry.price}")
        assert "`" not in text
        assert not text.startswith(("free", "attention"))


def test_without_the_study_nothing_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(lever_help, "STUDIES", tmp_path)
    lever_help._studies.cache_clear()
    try:
        assert who_gains(REGISTRY["competition"]) == []
    finally:
        lever_help._studies.cache_clear()


def test_every_lever_has_help_that_is_whole():
    for entry in LEVERS:
        first, rest = in_two(entry.help)
        assert " ".join(filter(None, (first, rest))) == entry.help
        assert card(entry, entry.default)["help"]
