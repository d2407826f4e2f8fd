"""Charts, tables and sentences of answers that are run here."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from alliances.dashboards.charts.echarts import (
    CHARTS,
    FAMILIES,
    chart_option,
    counted,
    month_names,
    paint,
    table_rows,
    unit_text,
)
from alliances.dashboards.web.explore import words
from alliances.dashboards.web.shared.choice import Choice
from alliances.experiments.runs.comparison import Effect
from alliances.experiments.runs.ensemble import run_pair
from alliances.model.measures import MEASURES


@pytest.fixture(scope="module")
def answers():
    found = []
    choice = Choice(months=30, organisations=12).with_values({"competition": 0.0, "connectors": 6})
    run_pair(choice.pair(), found.append, stages=(4, 16))
    return found


def test_every_monthly_measure_can_be_drawn(answers):
    drawn = [name for names in FAMILIES.values() for name in names]
    assert len(set(drawn)) == len(drawn)
    for name in drawn:
        text = json.dumps(chart_option(answers[-1], name, dark=False), allow_nan=False)
        assert len(text) < 80_000
        assert table_rows(answers[-1], name)


def test_the_first_measures_are_in_their_families():
    assert len(CHARTS) == len(FAMILIES)
    for name, names in zip(CHARTS, FAMILIES.values(), strict=True):
        assert name in names


def test_means_and_bands_are_those_of_the_runs(answers):
    option = chart_option(answers[-1], "trust", dark=False)
    series = {one["name"]: one for one in option["series"]}
    _, mine = answers[-1].drawn("trust")
    assert series["yours"]["data"][0] is None
    np.testing.assert_allclose(series["yours"]["data"][1:], mine.mean(axis=0), rtol=1e-3)
    low, top = [one["data"] for one in option["series"] if one["name"] == "yours 90 %"]
    assert low[30] + top[30] == pytest.approx(np.percentile(mine[:, -1], 95), rel=1e-3)
    assert len(option["xAxis"]["data"]) == len(series["yours"]["data"]) == 31


def test_scenarios_differ_by_dash_and_name_and_not_by_colour_alone(answers):
    option = chart_option(answers[-1], "trust", dark=True)
    today, mine = [one for one in option["series"] if "endLabel" in one]
    assert (today["name"], mine["name"]) == ("today", "yours")
    assert today["lineStyle"]["type"] != mine["lineStyle"]["type"]
    assert today["color"] == paint(dark=True).today != paint(dark=False).today


def test_names_at_the_end_do_not_lie_on_each_other(answers):
    question = Choice(months=24, organisations=10).pair()
    found = []
    run_pair(question, found.append, stages=(2,))
    ends = [
        one["endLabel"]["offset"][1]
        for one in chart_option(found[0], "trust", dark=False)["series"]
        if "endLabel" in one
    ]
    assert abs(ends[0] - ends[1]) >= 16


def test_tables_end_with_the_last_month(answers):
    rows = table_rows(answers[-1], "small_money")
    assert [row.year for row in rows] == ["1", "2", "2.5"]
    assert "to" in rows[-1].mine


def test_months_have_names():
    assert month_names(13) == [
        "0",
        *(f"year 1, month {k}" for k in range(1, 12)),
        "1",
        "year 2, month 1",
    ]


def luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("dark", "ground"), [(False, "#f6f7f9"), (True, "#1f2429")])
def test_lines_and_their_names_can_be_told_from_the_ground(dark, ground):
    colours = paint(dark=dark)
    for colour in (colours.today, colours.mine, colours.ink, colours.soft):
        assert contrast(colour, ground) >= 4.5, colour


def test_words_say_how_sure(answers):
    sure = words.how_sure(answers[-1], "alliance_share")
    assert "of 16 matched runs" in sure
    assert "middle 80 %" in sure
    assert "4 of 16" in words.progress(answers[0])
    assert "2.5 years" in words.horizon(answers[-1])
    assert MEASURES["trust"].label in words.spoken(answers[-1], ("trust",))


def test_the_cost_says_what_is_paid_out_once_there_are_runs(answers):
    whole = answers[-1]
    half = whole.a.copy()
    half["commissioned_money"] /= 2
    scenario = whole.pair.b
    alone = words.cost(scenario, None)
    assert words.cost(scenario, replace(whole, b=whole.a)) == alone
    told = words.cost(scenario, replace(whole, b=half))
    assert told.startswith(f"{alone} Public money paid out falls by 50 %")


def said_of(differences):
    """What is said of matched runs that differ by so much."""
    before = np.zeros(len(differences))
    effect = Effect(MEASURES["trust"], before, before + differences)
    return words.how_sure(SimpleNamespace(effect=lambda _: effect), "trust")


@pytest.mark.parametrize(
    ("agreeing", "word"),
    [
        *((99, "almost certain"), (98, "very likely"), (90, "very likely"), (89, "likely")),
        *((67, "likely"), (66, "a little more likely than not")),
        *((55, "a little more likely than not"), (54, "")),
    ],
)
def test_words_of_certainty_begin_at_their_shares(agreeing, word):
    said = said_of([0.1] * agreeing + [-0.001] * (100 - agreeing))
    assert (f"a rise is {word} ({agreeing} of 100" if word else "is open: it rises in 54") in said


def test_the_middle_80_per_cent_are_those():
    assert "lies between +0.011 and +0.090" in said_of(np.arange(1, 101) / 1000.0)


def test_no_difference_needs_no_certainty():
    found = []
    run_pair(Choice(months=24, organisations=10).pair(), found.append, stages=(2,))
    assert words.how_sure(found[0], "trust") == ""
    assert "the same" in words.finding(found[0], "trust")


def test_no_axis_goes_beyond_what_is_possible(answers):
    assert "max" not in chart_option(answers[-1], "ties", dark=False)["yAxis"]
    names = [name for name, measure in MEASURES.items() if measure.unit == "share"]
    axes = [chart_option(answers[-1], name, dark=False)["yAxis"] for name in names]
    ended = [axis for axis in axes if "max" in axis]
    assert ended
    for axis in ended:
        assert axis["max"] == 100.0
        steps = (axis["max"] - axis["min"]) / axis["interval"]
        assert steps == pytest.approx(round(steps))  # no two marks on each other
        assert 1 <= round(steps) <= 5


def test_the_end_of_a_flow_is_what_the_sentence_tells():
    """A line ends at the mean that its sentence and its table name."""
    found = []
    choice = Choice(months=24, organisations=10).with_values({"connectors": 6})
    run_pair(choice.pair(), found.append, stages=(4,))
    name = "cost_days"
    effect = found[0].effect(name)
    today, mine = (
        one for one in chart_option(found[0], name, dark=False)["series"] if "endLabel" in one
    )
    assert today["data"][-1] == pytest.approx(effect.mean_a, rel=1e-3)
    assert mine["data"][-1] == pytest.approx(effect.mean_b, rel=1e-3)
    last = table_rows(found[0], name)[-1]
    assert last.mine.startswith(f"{effect.mean_b:.1f} ")


def test_it_is_said_who_is_small_and_what_to_mind():
    assert "below GBP 1m" in unit_text("small_voice")
    assert "below GBP 1m" not in unit_text("voice_spread")
    assert "Inequality of voice" in counted("small_voice")
    assert MEASURES["voice_spread"].formula in counted("voice_spread")
