import numpy as np
import pandas as pd
import pytest

from alliances.experiments.analysis.boxes import Box, Limit
from alliances.experiments.analysis.discovery import find_boxes
from alliances.model.input.errors import UserError
from tests.experiments.analysis.tables import sweep

FACTORS = ("loss_ratio", "connectors", "host", "idle")


def cases(count=240, *, noise=0.0, seed=3):
    """Fails where loss_ratio > 0.6, connectors <= 3 and the host is not independent."""
    rng = np.random.default_rng(seed)
    numbers = rng.random((count, 3))
    inside = (numbers[:, 0] > 0.6) & (numbers[:, 1] < 0.4)
    host = np.array(["independent", "council", "largest"])[(3 * numbers[:, 2]).astype(int)]
    inside &= host != "independent"
    inside ^= rng.random(count) < noise
    impact = np.where(inside, 0.1, 0.5)[:, None] + 0.02 * rng.normal(size=(count, 2))
    points, runs = sweep(numbers, ("loss_ratio", "x", "y"), impact)
    points["connectors"] = (10 * numbers[:, 1]).astype(int)
    points["host"] = host
    points["idle"] = rng.random(count)
    return points, runs, inside


@pytest.fixture(scope="module")
def found():
    points, runs, inside = cases()
    return find_boxes(points, runs, FACTORS, "impact", 0.3), inside


def test_a_box_is_found_in_its_own_units(found):
    discovery, inside = found
    assert (discovery.cases, discovery.failures) == (240, inside.sum())
    box = discovery.boxes[0]
    assert box.coverage > 0.9
    assert box.density > 0.9
    assert box.mass == pytest.approx(box.cases / 240)
    assert box.density == pytest.approx(box.failures / box.cases)
    limits = {limit.factor: limit for limit in box.limits}
    assert set(limits) == {"loss_ratio", "connectors", "host"}
    assert limits["loss_ratio"].low == pytest.approx(0.6, abs=0.04)
    assert limits["loss_ratio"].high is None
    assert (limits["connectors"].low, limits["connectors"].high) == (None, 3.0)
    assert limits["host"].options == ("council", "largest")
    assert limits["loss_ratio"].p_low < 0.01
    assert limits["loss_ratio"].p_high is None
    assert limits["host"].p_low < 0.01


def test_table_and_sentence(found):
    discovery, _ = found
    table = discovery.table()
    assert set(table.loc[table["box"] == 0, "factor"]) == {"loss_ratio", "connectors", "host"}
    box = discovery.boxes[0]
    said = discovery.sentence()
    assert f"in {discovery.failures} of 240 worlds" in said
    assert f"fails in {box.density:.0%} of the worlds where loss_ratio is above 0." in said
    assert "connectors is at most 3 and host is council or largest" in said
    assert f"which hold {box.coverage:.0%} of all failures" in said


def test_what_boxes_promise_is_checked_in_other_cases(found):
    density, coverage = found[0].held_out
    assert density > 0.75
    assert coverage > 0.7
    assert "Boxes found in one half" in found[0].sentence()
    points, runs, _ = cases(120, noise=0.15, seed=5)
    noisy = find_boxes(points, runs, FACTORS, "impact", 0.3)
    assert noisy.held_out[0] < noisy.boxes[0].density - 0.05
    points, runs, _ = cases(120, noise=0.15, seed=0)
    lucky = find_boxes(points, runs, FACTORS, "impact", 0.3)
    assert (len(lucky.boxes), lucky.held_out) == (1, (0.0, 0.0))
    assert "so this may be luck" in lucky.sentence()


def test_two_boxes():
    rng = np.random.default_rng(2)
    u = rng.random((200, 2))
    fails = (u[:, 0] > 0.75) | (u[:, 1] < 0.2)
    points, runs = sweep(u, ("a", "b"), np.where(fails, 1.0, 0.0)[:, None], measure="stress")
    discovery = find_boxes(points, runs, ("a", "b"), "stress", 0.5, below=False)
    assert len(discovery.boxes) == 2
    assert sum(box.coverage for box in discovery.boxes) > 0.9
    factors = {box.limits[0].factor for box in discovery.boxes if len(box.limits) == 1}
    assert factors == {"a", "b"}
    assert "Of the rest, it fails" in discovery.sentence()


def test_paired_differences():
    rng = np.random.default_rng(2)
    count = 120
    u = np.repeat(rng.random((count, 1)), 2, axis=0)
    values = np.repeat(rng.normal(size=(count, 1)) * 50.0, 2, axis=0) + np.zeros((2 * count, 2))
    values[1::2] += np.where(u[1::2] > 0.5, -1.0, 1.0)
    points, runs = sweep(
        u,
        ["a"],
        values,
        worlds=np.repeat(np.arange(count), 2),
        references=np.repeat(np.arange(count) * 2, 2),
    )
    discovery = find_boxes(points, runs, ["a"], "impact", 0.0, paired=True)
    assert discovery.cases == count
    assert discovery.boxes[0].density > 0.95
    assert discovery.boxes[0].limits[0].low == pytest.approx(0.5, abs=0.05)
    assert "the change of collective impact is below" in discovery.sentence()
    # The values themselves have nothing to do with the factor.
    assert find_boxes(points, runs, ["a"], "impact", 0.0).failures != discovery.failures


def test_cases_without_a_value_and_rows_outside_the_design_are_left_out():
    points, runs, _ = cases(100)
    runs.loc[runs["point"] < 7, ["status", "impact"]] = ["failed", np.nan]
    points.loc[90:, "design_row"] = -1
    discovery = find_boxes(points, runs, FACTORS, "impact", 0.3)
    assert (discovery.cases, discovery.left_out) == (83, 7)
    assert "7 more have no value" in discovery.sentence()


def test_nothing_to_find_is_said():
    points, runs, _ = cases(100)
    for threshold, reason in ((-1.0, "no factor tells"), (2.0, "no factor tells")):
        discovery = find_boxes(points, runs, FACTORS, "impact", threshold)
        assert discovery.boxes == ()
        assert reason in discovery.sentence()
        assert len(discovery.table()) == 0
    few = find_boxes(points[:10], runs[runs["point"] < 10], FACTORS, "impact", 0.3)
    assert "too few" in few.sentence()
    runs["impact"] = np.where(runs["point"] < 3, 0.0, 1.0)
    assert "At least 5 failures" in find_boxes(points, runs, FACTORS, "impact", 0.3).sentence()
    same = points.assign(idle=1.0)
    runs["impact"] = np.where(runs["point"] < 30, 0.0, 1.0)
    alone = find_boxes(same, runs, ["idle"], "impact", 0.3)
    assert "spread over all values" in alone.sentence()


def test_same_seed_same_result():
    points, runs, _ = cases(120)
    first = find_boxes(points, runs, FACTORS, "impact", 0.3, seed=4)
    mixed = points.sample(frac=1.0, random_state=8)
    assert find_boxes(mixed, runs, FACTORS, "impact", 0.3, seed=4) == first
    assert find_boxes(points, runs, FACTORS, "impact", 0.3, seed=5).held_out != first.held_out


def test_what_cannot_be_looked_for_is_refused():
    points, runs, _ = cases(40)
    with pytest.raises(UserError, match="threshold was nan"):
        find_boxes(points, runs, FACTORS, "impact", float("nan"))
    with pytest.raises(UserError, match="no column 'colour'"):
        find_boxes(points, runs, ("colour",), "impact", 0.3)
    with pytest.raises(UserError, match="no value at some points"):
        find_boxes(points.assign(idle=np.nan), runs, ("idle",), "impact", 0.3)
    with pytest.raises(UserError, match="no factors"):
        find_boxes(points, runs, (), "impact", 0.3)


def test_a_box_holds_its_cases():
    limits = (Limit("a", low=1.0), Limit("b", low=0.0, high=2.0), Limit("c", options=("x",)))
    table = pd.DataFrame({"a": [1.0, 0.9, 5.0, 2.0], "b": [0.0, 1.0, 2.1, 2.0], "c": list("xxxy")})
    assert Box(limits).holds(table).tolist() == [True, False, False, False]
    assert limits[1].words() == "b is from 0 to 2"
