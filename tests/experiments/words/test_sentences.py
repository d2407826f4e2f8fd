import re

import numpy as np
import pytest

from alliances.experiments.runs.comparison import Effect
from alliances.experiments.runs.summary import Trend
from alliances.experiments.words.sentences import subject, trend_sentence, verb
from alliances.model.measures import MEASURES, Measure
from tests.each import each

MONEY = MEASURES["small_money"]


def effect(a, b, measure=MONEY) -> Effect:
    return Effect(measure, np.asarray(a, float), np.asarray(b, float))


def test_a_clear_change_is_told_with_its_numbers_and_runs():
    a = np.full(64, 0.12)
    b = np.where(np.arange(64) < 61, 0.1725, 0.119)
    assert effect(a, b).sentence() == (
        "Small organisations' share of public money rises from 12 % to 17 % "
        "(in 61 of 64 matched runs)."
    )
    assert "falls from 17 % to 12 % (in 61 of 64" in effect(b, a).sentence()


def test_runs_without_a_difference_are_told_apart():
    text = effect([0.1] * 10, [0.2] * 7 + [0.1] * 3).sentence()
    assert text.endswith("(in 7 of 10 matched runs; no difference in 3).")


def test_an_interval_around_zero_is_hardly_a_change():
    text = effect([0.120, 0.121, 0.122, 0.119], [0.121, 0.120, 0.122, 0.120]).sentence()
    assert text.startswith("Small organisations' share of public money hardly changes: 12 % and 12")
    assert "mean difference between -" in text


def test_a_wide_interval_around_zero_is_no_clear_change():
    text = effect([0.1, 0.5, 0.3], [0.5, 0.2, 0.4]).sentence()
    assert "shows no clear change: 30 % and 37 %" in text


def test_what_is_identical_is_the_same():
    text = effect([0.1, 0.2], [0.1, 0.2]).sentence()
    assert text.endswith("public money is the same in all 2 matched runs: 15 %.")
    assert "are the same" in effect([1.0, 2.0], [1.0, 2.0], MEASURES["closures"]).sentence()


def test_rounding_is_no_difference():
    found = effect([1e-16, 3e-17], [4e-17, 2e-16], MEASURES["imbalance"])
    assert (found.higher, found.equal, found.lower) == (0, 2, 0)
    assert found.verdict == "same"


def test_one_run_claims_nothing():
    text = effect([0.1], [0.2]).sentence()
    assert text.endswith("in the one matched run, which may be luck.")
    assert effect([0.1], [0.2]).verdict == "unclear"


@each("name", MEASURES)
def test_every_measure_makes_a_sentence(name):
    measure = MEASURES[name]
    for a, b in (([0.1, 0.2, 0.3], [0.5, 0.61, 0.7]), ([0.1, 0.5], [0.4, 0.1])):
        text = effect(a, b, measure).sentence()
        assert re.fullmatch(r"[A-Z].*\.", text)
        assert "  " not in text
        assert "nan" not in text
    words, plural = subject(measure)
    first = words.split()[0]
    if plural:
        assert "s" in words
    assert first != "Share"


@pytest.mark.parametrize(
    ("name", "words", "plural"),
    [
        ("alliance_share", "The share of organisations in a working alliance", False),
        ("meetings_well", "The share of meetings that go well", False),
        ("stress", "Stress", False),
        ("closures_micro", "Closures below GBP 10,000", True),
        ("closures_small", "Closures, GBP 10,000-100,000", True),
        ("reserve_months", "Reserves", True),
        ("small_voice", "The share of voice of those below GBP 1m at the time", False),
        ("trust_large_small", "Trust of large in small", False),
    ],
)
def test_subjects(name, words, plural):
    assert subject(MEASURES[name]) == (words, plural)


def test_a_researchers_own_measure_speaks_by_its_label():
    own = Measure("x", "Badgers", "badgers", "own", "", 0, 9, "neither")
    text = effect([1.0, 1.1], [3.0, 3.2], own).sentence()
    assert text == "Badgers rise from 1.05 to 3.10 badgers (in 2 of 2 matched runs)."


@pytest.mark.parametrize(
    ("label", "unit", "words", "plural"),
    [
        ("Organisations without a tie", "share", "The share of organisations without a tie", False),
        ("Dependence on go-betweens", "0-1", "Dependence on go-betweens", False),
    ],
)
def test_subjects_of_further_measures(label, unit, words, plural):
    assert subject(Measure("x", label, unit, "own", "", 0, 1, "neither")) == (words, plural)


def test_verbs_agree():
    assert [verb(v, plural=True) for v in ("rises", "falls", "is", "shows", "stays")] == [
        "rise",
        "fall",
        "are",
        "show",
        "stay",
    ]


def test_trends():
    ends, spread = (0.12, 0.17), (0.1, 0.3)
    assert trend_sentence(MONEY, ends, spread, 12, steady=False) == (
        "Small organisations' share of public money rises from 12 % in the first 12 months to "
        "17 % in the last (90 % of runs: 10 % to 30 %)."
    )
    assert "stays about 17 % in the last 12 months" in trend_sentence(
        MONEY, (0.168, 0.17), spread, 12, steady=True
    )
    assert trend_sentence(MONEY, (None, 0.17), None, 1, steady=True) == (
        "Small organisations' share of public money is 17 % in the last month."
    )


def test_a_trend_is_steady_if_its_interval_holds_none():
    start = np.array([0.1, 0.2, 0.3, 0.4])
    assert Trend(MONEY, start, start + np.array([0.1, -0.1, 0.05, -0.04]), 12).is_steady()
    assert not Trend(MONEY, start, start + np.array([0.1, 0.1, 0.05, 0.04]), 12).is_steady()
    # 2.1 standard errors: within the interval of so few, beyond that of many
    assert Trend(MONEY, start, start + np.array([0.1, 0.1, 0.02, 0.0]), 12).is_steady()
    assert "rises" in Trend(MONEY, start[:1], start[1:2], 12).sentence()
    assert "stays" in Trend(MONEY, start[:1], start[:1], 12).sentence()
