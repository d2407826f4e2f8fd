"""What a drawing shows: lines named at their ends, points with their values, all on the paper."""

import itertools
import re

import numpy as np
import pytest

from alliances.dashboards.charts.print import draw
from alliances.dashboards.charts.svg import HIGH, ROW, WIDE, along_knob, over_years, svg
from alliances.experiments.output.lines import apart
from alliances.experiments.runs.months import mean_of_runs

RUNS = np.array([[0.2, 0.4, 0.6], [0.4, 0.8, np.nan]])


def places(text: str, name: str) -> list[float]:
    return [float(value) for value in re.findall(rf'<tspan[^>]* {name}="([\d.]+)"', text)]


def test_a_line_is_the_mean_of_the_runs_that_have_a_value():
    drawing = over_years("trust", "0-1", [("one", "mine", RUNS)])
    assert drawing.lines[0].values == pytest.approx((0.3, 0.6, 0.6))
    assert drawing.lines[0].bands[0][0][0] == pytest.approx(0.25)
    assert np.isnan(mean_of_runs(np.full((2, 1), np.nan))).all()


def test_names_stand_apart_at_the_ends_of_their_lines_and_on_the_paper():
    same = np.full((2, 24), 0.5)
    names = ("six connectors, three years", "the same money for alliances", "nobody connects")
    lines = [
        (name, style, same) for name, style in zip(names, ("today", "mine", "other"), strict=True)
    ]
    made = svg(over_years("ties", "ties", lines, ((12, "the money stops"),)))
    words = " ".join(re.findall(r"<tspan[^>]*>([^<]+)</tspan>", made))
    assert sorted(words.split()) == sorted(" ".join(names).split())
    rows = sorted(places(made, "y"))
    assert all(b - a >= ROW - 0.11 for a, b in itertools.pairwise(rows))
    assert rows[-1] < HIGH
    assert all(place < WIDE for place in places(made, "x"))
    mark = float(re.search(r'class="ua-mark-text"[^>]* y="([\d.]+)"', made)[1])
    highest = min(float(y) for y in re.findall(r"[\d.]+,([\d.]+)", made))
    assert mark < highest  # words about what happens do not lie on the lines


def test_a_line_alone_needs_no_name_and_points_have_their_values():
    points = [RUNS[:, 0], RUNS[:, 1], RUNS[:, 2]]
    drawing = along_knob("trust", "0-1", ["1", "2", "3"], points, "how heavy")
    assert drawing.lines[0].values == pytest.approx((0.3, 0.6, 0.6))
    made = svg(drawing)
    assert "<tspan" not in made
    assert re.findall(r'class="ua-value"[^>]*>([^<]+)<', made) == ["0.30", "0.60", "0.60"]
    assert made.count("<circle") == 3


def test_names_keep_their_order():
    found = apart([100.0, 90.0, 95.0], [20.0, 20.0, 20.0])
    assert found[1] < found[2] < found[0]
    assert apart([379.0, 378.0], [40.0, 40.0], 0.0, 380.0) == [360.0, 320.0]


def test_it_is_drawn_on_paper(tmp_path):
    lines = [("they meet", "today", RUNS), ("they keep apart", "mine", RUNS / 2)]
    path = draw(over_years("trust", "share", lines, ((1, "a blow"),)), tmp_path / "one.png")
    assert path.read_bytes()[:4] == b"\x89PNG"
