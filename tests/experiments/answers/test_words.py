"""Answers say what is in the runs: signs, order, intervals, and which setting it is."""

import re

import numpy as np
import pandas as pd
import pytest

from alliances.experiments.answers import charts
from alliances.experiments.answers.collect import answers_of
from alliances.model.measures import MEASURES

from .made import HALF_WIDTH, LUCK, ONE_WORLD, OWN_LUCK, SEVERAL, Made

BASE = 0.5


def value(point):
    """Up by 0.1 at one setting, down by 0.2 at another, nothing elsewhere."""
    setting = point["competition"], point.get("connectors")
    return BASE + {(1.0, 2): 0.1, (0.0, 4): -0.2}.get(setting, 0.0)


def answers(text, value=value):
    return {answer.name: answer for answer in answers_of(Made(text, value))}


@pytest.mark.parametrize("text", [ONE_WORLD, SEVERAL])
def test_effects_have_their_sign_size_and_interval(text):
    answer = answers(text)["effects"]
    table = answer.tables["effects"].set_index("words")
    assert len(table) == 8  # nine cells but the reference
    assert "as the reference" not in table.index
    half = HALF_WIDTH
    for words, expected in (
        ("competition = 1, connectors = 2", 0.1),
        ("competition = 0, connectors = 4", -0.2),
        ("connectors = 4", 0.0),
    ):
        row = table.loc[words]
        assert row["mean"] == pytest.approx(expected)
        assert row["low"] == pytest.approx(expected - half, rel=1e-5)
        assert row["high"] == pytest.approx(expected + half, rel=1e-5)


@pytest.mark.parametrize(("text", "held"), [(ONE_WORLD, "4 matched runs"), (SEVERAL, "2 worlds")])
def test_the_largest_effects_are_told_with_their_intervals(text, held):
    answer = answers(text)["effects"]
    (sentence,) = answer.sentences
    count = len(answer.tables["effects"])
    assert re.fullmatch(
        rf"Impact net of its costs: 2 of {count} settings make a clear difference\. Largest: "
        r"competition = 0, connectors = 4: -20 \(-23 to -17\) percentage points, "
        rf"in 100% of {held}; "
        r"competition = 1, connectors = 2: \+10 \(\+7 to \+13\) percentage points, "
        rf"in 100% of {held}\.",
        sentence,
    ), sentence
    (note,) = answer.notes
    assert "Intervals hold the uncertainty from luck only" in note
    assert ("not known about the world" in note) == (text is SEVERAL)


def test_nothing_clear_is_said_to_be_so():
    answer = answers(ONE_WORLD, lambda point: BASE)["effects"]
    assert answer.sentences == [
        "Impact net of its costs: no setting makes a difference that is clear of luck."
    ]


def test_the_figure_of_effects_shows_intervals_in_percentage_points():
    answer = answers(ONE_WORLD)["effects"]
    table, (figure, _) = answer.tables["effects"], answer.figures["effects"]
    (panel,) = figure.axes
    (bars,) = panel.collections
    drawn = sorted((y, a, b) for (a, y), (b, _) in bars.get_segments())
    expected = sorted(zip(table["setting"], 100 * table["low"], 100 * table["high"], strict=True))
    assert np.allclose(drawn, expected)
    assert panel.get_xlabel() == "percentage points"
    names = [label.get_text() for label in panel.get_yticklabels()]
    assert [names[k] for k in table["setting"]] == table["words"].tolist()


def test_the_figure_of_effects_shows_the_spread_over_worlds():
    figure, text = answers(SEVERAL)["effects"].figures["effects"]
    assert len(figure.axes[0].collections) == 2
    assert "spread over worlds" in text


def test_a_map_says_where_it_is_lowest_and_highest():
    answer = answers(ONE_WORLD)["map"]
    assert answer.sentences == [
        "Impact net of its costs lies between 0.3 (competition = 0, connectors = 4) and 0.6 "
        "(competition = 1, connectors = 2)."
    ]
    panel = answer.figures["map"][0].axes[0]
    (image,) = panel.images
    assert image.origin == "lower"
    cells = np.asarray(image.get_array())
    assert np.unravel_index(cells.argmin(), cells.shape) == (2, 0)  # up: connectors = 4
    assert np.unravel_index(cells.argmax(), cells.shape) == (1, 2)
    error = (LUCK + OWN_LUCK).std(ddof=1) / 2.0
    assert panel.get_title().endswith(f"standard error at most {error:.2g}")


def test_failing_below_and_above_are_told_apart():
    fails = '[[analysis.fails]]\nmeasure = "net_impact"\nthreshold = 0.4\n'
    low = answers(ONE_WORLD + fails)["fails_net_impact"].sentences[0]
    high = answers(ONE_WORLD + fails + "below = false\n")["fails_net_impact"].sentences[0]
    assert "below 40 %" in low or "below 0.40" in low, low
    assert "in 1 of 9" in low, low
    assert "above 40 %" in high or "above 0.40" in high, high
    assert "in 8 of 9" in high, high


def test_the_best_choice_is_named_and_measures_without_a_better_side_are_not():
    both = 'measures = ["net_impact", "trust_familiar"]\n'
    text = SEVERAL.replace('[analysis]\nmeasures = ["net_impact"]', f"[analysis]\n{both}")
    answer = answers(text)["regret"]
    assert "Least to regret: competition = 1, connectors = 2." in answer.sentences[0]
    neither = text.replace("trust_familiar", "joint_effort")
    found = answers(neither)["regret"]
    assert MEASURES["joint_effort"].direction == "neither"
    assert list(found.tables) == ["regret_net_impact"]


def test_enough_without_a_target_tells_the_typical_half_width():
    answer = answers(ONE_WORLD)["enough"]
    assert answer.sentences == [
        f"Impact net of its costs: differences are known to within {HALF_WIDTH:.2g} (half of the "
        "95 % interval, median over points); no target was set."
    ]


@pytest.mark.parametrize(("target", "reached"), [(0.04, True), (0.02, False)])
def test_enough_with_a_target_says_whether_it_is_reached(target, reached):
    stop = f"stop = {{ half_width = {{ net_impact = {target} }}, minimum = 4 }}"
    answer = answers(ONE_WORLD.replace("replicates = 4", stop))["enough"]
    assert answer.tables["enough"]["enough"].all() == reached
    assert f"±{target:g}" in answer.sentences[0]
    assert ("at 0 of" in answer.sentences[0]) != reached


def grouped(sweep):
    """Large bodies gain what small ones lose where competition is 1."""
    rows = []
    for run in sweep.runs.to_dict("records"):
        moved = 0.1 if run["competition"] == 1.0 and run["connectors"] == 2 else 0.0
        moved += run["net_impact"] - BASE - (0.1 if moved else 0.0)
        for group, share in (("small", 0.3 - moved), ("large", 0.7 + moved)):
            row = {"point": run["point"], "replicate": run["replicate"], "kind": "band"}
            row |= {"group": group, "organisations": 5.0, "in_alliance": 0.5}
            rows.append({**row, "money_share": share})
    return pd.DataFrame(rows)


def test_who_gains_and_who_loses():
    sweep = Made("groups = true\n" + ONE_WORLD, lambda p: value(p) if p["competition"] else BASE)
    sweep.groups = grouped(sweep)
    answer = next(answer for answer in answers_of(sweep) if answer.name == "groups")
    gains, loses, *others = answer.sentences
    assert re.search(
        r"large bodies gain most by competition = 1, connectors = 2 \(\+10 percentage points, "
        r"95 % \+7\.1 to \+13\)",
        gains,
    ), gains
    assert re.search(
        r"small bodies lose most by competition = 1, connectors = 2 \(-10 percentage points, "
        r"95 % -13 to -7\.1\)",
        loses,
    ), loses
    assert others == [
        f"{name}: no clear gain or loss of any size band."
        for name in ("in_alliance", "organisations")
    ]


def test_the_loop_and_the_shares_are_drawn_with_their_intervals():
    table = pd.DataFrame({"value": [0.0, 1.0], "up": [0.2, 0.6], "down": [0.3, 0.6]})
    table = table.assign(low=[0.05, -0.02], high=[0.15, 0.02])
    axis = charts.loop_chart(table, "competition", "trust").axes[0]
    up = axis.lines[0].get_ydata()
    assert np.allclose(up, table["up"])
    (bars,) = (container for container in axis.containers)
    segments = bars.lines[2][0].get_segments()
    assert np.allclose([s[:, 1] for s in segments], [[0.25, 0.35], [0.58, 0.62]])
    shares = pd.DataFrame({"factor": ["a", "b"], "mu_star": [2.0, 1.0]})
    shares = shares.assign(mu_star_low=[1.5, 0.5], mu_star_high=[2.5, 1.5])
    axis = charts.shares_chart(shares, "title").axes[0]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["b", "a"]
    (bars,) = axis.collections
    assert np.allclose([s[:, 0] for s in bars.get_segments()], [[0.5, 1.5], [1.5, 2.5]])


SAMPLED = """
name = "sampled"
months = 12
replicates = 4
paired = false
measures = ["net_impact"]
[levers]
competition = { low = 0.0, high = 1.0 }
deliberation = { low = 0.0, high = 2.0 }
"""
JOINT = '[design]\nmethod = "METHOD"\npoints = 128\n'
APART = (
    '[worlds]\nloss_ratio = [2.0, 4.0]\n[design.worlds]\nmethod = "grid"\n'
    '[design.levers]\nmethod = "METHOD"\npoints = 128\n'
)


@pytest.mark.parametrize("method", ["sobol", "morris"])
def test_what_matters_more_is_named_first(method):
    def value(point):
        return 0.3 * point["u_deliberation"] + 0.1 * point["u_competition"]

    answer = answers(SAMPLED + JOINT.replace("METHOD", method), value)["sensitivity"]
    (sentence,) = answer.sentences
    assert 0 < sentence.index("deliberation") < sentence.index("competition")
    table = answer.tables["sensitivity_net_impact"]
    assert table["factor"].tolist() == ["deliberation", "competition"]
    assert list(answer.figures) == ["sensitivity_net_impact"]


@pytest.mark.parametrize("method", ["sobol", "morris"])
def test_a_design_that_was_crossed_has_no_indices(method):
    answer = answers(SAMPLED + APART.replace("METHOD", method))["sensitivity"]
    assert not answer.sentences
    assert not answer.tables
    assert answer.notes == ["The design was crossed with another; its indices are not told."]
