"""Statements are tried as they say, and what does not hold is told."""

import json
import sys

import numpy as np
import pandas as pd
import pytest

from alliances.experiments.validation.behaviours import __main__ as command
from alliances.experiments.validation.behaviours import trial
from alliances.experiments.validation.behaviours.box import FIXED, points
from alliances.experiments.validation.behaviours.statement import (
    DIRECTIONS,
    DOWN,
    UP,
    ExpectedDirection,
    StatementVerdict,
)
from alliances.model.measures import MEASURES
from alliances.model.parameters import LEVERS, REGISTRY

BOX = points(12, seed=3)
LONGER = ({"reporting": 0.0}, {"reporting": 0.3}, "report_share")


def test_points_reach_the_whole_box_and_are_always_the_same():
    many = points(40)
    for name, entry in REGISTRY.items():
        if name in FIXED:
            continue
        found = [point.values.get(name, point.shocks.get(name)) for point in many]
        if entry.kind == "choice":
            assert set(found) == set(entry.options)
        else:
            width = entry.high - entry.low
            assert min(found) <= entry.low + 0.3 * width, name
            assert max(found) >= entry.high - 0.3 * width, name
    assert points(40)[17] == many[17]
    assert points(40, seed=2)[17] != many[17]
    assert many[3].scenario().values()["loss_ratio"] == many[3].values["loss_ratio"]


def test_what_must_always_hold_holds_at_some_points():
    for verdict in trial.always(BOX[:6]):
        assert (verdict.verdict, verdict.held) == ("holds", 6), verdict


@pytest.mark.parametrize(
    ("measure", "value", "broken"),
    [
        ("trust", np.nan, "every measure is a number"),
        ("voice", 1.01, "every share lies within 0-1"),
        ("meetings", -0.1, "every measure lies within its stated range"),
        ("imbalance", 1e-6, "the books balance to a part in 10^9"),
        ("net_impact", 2.9, "impact net of its costs is never above impact"),
        ("smaller_money", 1.5, "those below GBP 100,000 get no more than all small ones"),
    ],
)
def test_what_does_not_always_hold_is_told(monkeypatch, measure, value, broken):
    def worse(scenario, replicates=1):
        values = real(scenario, replicates)
        if scenario.values()["loss_ratio"] == BOX[1].values["loss_ratio"]:
            values[measure][0, 7] = value
        return values

    real = trial.run
    monkeypatch.setattr(trial, "run", worse)
    found = {verdict.text: verdict for verdict in trial.always(BOX[:3])}
    assert found[broken].counterexamples == [1]
    assert found[broken].verdict == "fails"
    assert found[broken].held == 2


def test_levers_switch(monkeypatch):
    chosen = [REGISTRY[name] for name in ("facilitation", "crisis", "connector_host")]
    monkeypatch.setattr(trial, "LEVERS", chosen)
    found = trial.switches(BOX[:3])
    assert [verdict.text.split(": ")[1] for verdict in found] == [
        "both ends differ",
        "off is the same as absent",
        "it changes nothing before its month",
        "both ends differ",
        "it changes nothing before its month",
        "both ends differ",
        "off is the same as absent",
        "it changes nothing before its month",
    ]
    assert all(not verdict.counterexamples for verdict in found)
    assert found[0].held == 3


def test_a_lever_without_any_effect_is_never_seen(monkeypatch):
    monkeypatch.setattr(trial, "LEVERS", [REGISTRY["facilitation"]])
    same = trial.run(BOX[0].scenario())
    monkeypatch.setattr(trial, "run", lambda *_: same)
    both, *_ = trial.switches(BOX[:2])
    assert (both.verdict, both.unmoved) == ("never seen", 2)


def test_a_lever_that_acts_before_its_time_or_when_off_is_a_counterexample(monkeypatch):
    monkeypatch.setattr(trial, "LEVERS", [REGISTRY["facilitation"]])
    real = trial.run
    monkeypatch.setattr(
        trial,
        "run",
        lambda scenario, replicates=1: real(
            scenario.with_values(loss_ratio=2.0 + scenario.values()["facilitation"])
            if scenario.timeline and len(scenario.timeline) == 1
            else scenario.with_values(loss_ratio=9.0),
            replicates,
        ),
    )
    _, _, later = trial.switches(BOX[:1])
    assert later.verdict == "fails"


def test_directions_hold_and_fail_as_they_should():
    right = ExpectedDirection("longer reports never lower reporting", *LONGER, UP, "by definition")
    wrong = ExpectedDirection(
        "longer reports never raise reporting", *LONGER, DOWN, "wrong on purpose"
    )
    moot = ExpectedDirection(
        "nothing", {"idea_gain": 0.1}, {"idea_gain": 0.1}, "impact", UP, "no change"
    )
    one, other, third = trial.directions(BOX[:2], (right, wrong, moot))
    assert (one.verdict, one.held) == ("holds", 2)
    assert (other.verdict, other.counterexamples) == ("fails", [0, 1])
    assert (third.verdict, third.unmoved) == ("never seen", 2)


def test_a_shock_strikes_in_its_month():
    cut = ExpectedDirection(
        "cut", {"funding_cut": 0.0}, {"funding_cut": 0.9}, "commissioned_money", DOWN, ""
    )
    assert trial.directions(BOX[:2], (cut,))[0].held == 2


def test_surely_is_one_sided_and_needs_more_than_luck():
    generator = np.random.default_rng(0)
    up = generator.normal(0.5, 1.0, 60)
    assert trial.surely(up, 0.01, 1)
    assert not trial.surely(up, 0.01, -1)
    assert not trial.surely(generator.normal(0.0, 1.0, 60), 0.001, 1)
    assert not trial.surely(np.zeros(8), 0.05, 1)
    assert trial.surely(np.full(8, 0.1), 0.05, 1)


def test_claims_name_what_there_is():
    assert len({claim.text for claim in DIRECTIONS}) == len(DIRECTIONS) > 25
    for claim in DIRECTIONS:
        assert claim.measure in MEASURES
        assert claim.less.keys() == claim.more.keys()
        for name in claim.less:
            assert name in REGISTRY
            for values in (claim.less, claim.more):
                assert REGISTRY[name].check(values[name]) == values[name]
        assert claim.less != claim.more
        assert ("never rais" in claim.text) == (claim.sign == DOWN), claim.text


def test_the_command_writes_the_table_and_the_points_of_counterexamples(
    tmp_path, monkeypatch, capsys
):
    wrong = ExpectedDirection(
        "longer reports never raise reporting", *LONGER, DOWN, "wrong on purpose"
    )
    monkeypatch.setattr(command, "DIRECTIONS", (wrong,))
    monkeypatch.setattr(trial, "LEVERS", [LEVERS[0]])
    words = ["--always", "2", "--switches", "1", "--directions", "1", "--out", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["behaviours", *words])
    command.main()
    told = capsys.readouterr().out
    assert "fails: longer reports never raise reporting (0 of 1 points hold, 1 do not" in told
    table = pd.read_csv(tmp_path / "behaviours.csv")
    assert (
        table.set_index("statement")["verdict"]["longer reports never raise reporting"] == "fails"
    )
    kept = json.loads((tmp_path / "counterexamples.json").read_text())
    assert kept["0"]["values"] == points(2)[0].values


def test_a_verdict_of_nothing_seen():
    assert StatementVerdict("x", "switch", 4, unmoved=4).verdict == "never seen"
    assert StatementVerdict("x", "switch", 4, held=1, unmoved=3).verdict == "holds"
