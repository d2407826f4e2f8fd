"""The parts of a calibration: targets, prior, screening, emulators, regions, the order."""

import numpy as np
import pandas as pd
import pytest

from alliances.experiments.calibration.emulator import Emulator, learn_all
from alliances.experiments.calibration.network_targets import (
    FITTED,
    FITTED_LARGE,
    HELD_OUT,
    HELD_OUT_LARGE,
    network_targets,
)
from alliances.experiments.calibration.region import deciding, draw
from alliances.experiments.calibration.screen import active, effects, screen
from alliances.experiments.calibration.simulate import Effort, summaries, summary
from alliances.experiments.calibration.target import COLUMNS, NETWORKS, Target, read_targets
from alliances.experiments.worlds.prior import default_world, world_prior
from alliances.experiments.worlds.sample import spread_order
from alliances.model.input.errors import UserError
from alliances.model.parameters import REGISTRY, checked
from alliances.model.places.place import data_folder

TINY = Effort(usual=1, small=1, bristol=1, region=(60, 2), regions=1)


@pytest.fixture(scope="module")
def shown() -> dict[str, float]:
    return summary({"trust_gain": 0.2}, 3, TINY)


def test_targets_are_sound_and_can_be_measured(shown):
    targets = read_targets()
    assert {t.pattern for t in targets} == {1, 2, 3, 4, 5}
    for pattern in (1, 2, 3, 4, 5):
        assert any(t.use == "fit" for t in targets if t.pattern == pattern)
    assert sum(t.use == "validation" for t in targets) >= 10
    missing = {t.statistic for t in targets} - set(shown) - {"stranger_trust_effect"}
    assert not missing
    for target in targets:
        assert target.source
        assert target.use == "told" or target.own_variance > 0.0


def test_networks_are_fitted_or_held_out_not_both():
    assert not {*FITTED, FITTED_LARGE} & {*HELD_OUT, HELD_OUT_LARGE}


@pytest.mark.skipif(data_folder() is None, reason="the data sets are not there")
def test_figures_of_networks_are_those_of_the_data():
    kept = pd.read_csv(NETWORKS, keep_default_na=False)
    made = network_targets(data_folder()).astype(kept.dtypes)
    pd.testing.assert_frame_equal(made, kept)


def test_gap_and_implausibility():
    both = Target("a", 1, "a", 0.2, 0.4, discrepancy=0.12)
    assert both.own_variance == pytest.approx(0.05**2 + 0.12**2)
    assert both.implausibility(np.array([0.3, 0.56]), 0.0) == pytest.approx([0.0, 2.0])
    assert both.implausibility(np.array([0.56]), 3 * 0.13**2) == pytest.approx([1.0])
    assert both.implausibility(np.array([np.nan]), 0.0) == np.inf
    least = Target("a", 1, "a", 0.7, None, discrepancy=0.1)
    assert least.implausibility(np.array([0.9, 0.5]), 0.0) == pytest.approx([0.0, 2.0])
    log = Target("a", 1, "a", 0.1, 0.4, scale="log", discrepancy=0.1)
    assert log.gap(log.scaled(np.array([0.2, 0.4]))) == pytest.approx([0.0, np.log(2.0)])
    assert np.isfinite(log.scaled(np.array([0.0]))).all()
    assert list(both.holds(np.array([0.2, 0.41]))) == [True, False]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"low": None, "high": None}, "no band"),
        ({"low": 0.5}, "not below"),
        ({"scale": "log", "low": 0.0}, "above 0"),
        ({"use": "guess"}, "use was"),
        ({"scale": "cube"}, "plain or log"),
        ({"discrepancy": -1.0}, "discrepancy"),
    ],
)
def test_targets_that_cannot_be(change, told):
    given = {"statistic": "a", "pattern": 1, "label": "a", "low": 0.1, "high": 0.4}
    with pytest.raises(UserError, match=told):
        Target(**{**given, **change})


def test_file_of_targets_with_other_columns_or_a_row_twice(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("statistic,pattern\na,1\n")
    with pytest.raises(UserError, match="must have the columns"):
        read_targets([path])
    row = "a,1,a,0,1,plain,0.1,fit,somewhere,\n"
    path.write_text(",".join(COLUMNS) + "\n" + row + row)
    with pytest.raises(UserError, match="are the same"):
        read_targets([path])


def test_prior_holds_all_numeric_assumptions_and_their_defaults():
    prior, defaults = world_prior(), default_world()
    numeric = {n for n, p in REGISTRY.items() if not p.is_lever and p.kind in ("number", "whole")}
    assert set(prior.names) == numeric - {"burn_in"}
    for factor in prior.factors:
        assert factor.low <= defaults[factor.name] <= factor.high
        if {"low", "high"} <= set(REGISTRY[factor.name].levels):
            assert factor.low <= REGISTRY[factor.name].levels["low"]
            assert factor.high >= REGISTRY[factor.name].levels["high"]
    for unit in (0.0, 0.37, 1.0):
        world = prior.world(np.full(len(prior.names), unit))
        assert checked(world) == world
    back = prior.world(prior.units(defaults))
    assert back == pytest.approx(defaults, rel=1e-5)


def test_same_luck_same_summary_and_other_luck_another(shown):
    assert summary({"trust_gain": 0.2}, 3, TINY) == pytest.approx(shown, nan_ok=True)
    assert summary({"trust_gain": 0.2}, 4, TINY)["trust_familiar"] != shown["trust_familiar"]
    assert summary({"trust_gain": 0.3}, 3, TINY)["trust_familiar"] != shown["trust_familiar"]
    table = summaries([{"trust_gain": 0.3}, {"trust_gain": 0.2}], TINY, 2)
    assert table.iloc[1].to_dict() == pytest.approx(shown, nan_ok=True)


def test_the_cut_takes_income_and_bids_cost_the_small_more():
    found = summary({}, 0, Effort(usual=0, small=0, region=(960, 12), regions=3))
    assert -0.9 < found["cut_middle"] < 0.0
    assert 0.0 < found["bid_cost_large"] < found["bid_cost_small"]
    assert found["bid_cost_falls"] > 0.0
    assert 0.01 < found["closures"] < 0.06


def test_screening_finds_lines_and_bends_and_nothing_else():
    units = np.random.default_rng(0).random((300, 30))
    noise = np.random.default_rng(1).normal(size=300)
    values = 3.0 * units[:, 4] + 12.0 * (units[:, 7] - 0.5) ** 2 + 0.3 * noise
    found = effects(units, values)
    assert set(found) == {4, 7}
    assert sum(found.values()) > 0.8
    assert effects(units, noise) == {}
    names = tuple(f"x{k}" for k in range(30))
    table = screen(units, {"y": values, "z": np.where(units[:, 0] > 0.5, np.nan, noise)}, names)
    assert set(active(table, 10, 0.01)) == {"x4", "x7"}
    assert len(active(table, 1, 0.01)) == 1


def test_emulator_foretells_and_knows_how_unsure_it_is():
    rng = np.random.default_rng(2)

    def truth(x):
        return np.sin(5.0 * x[:, 0]) + x[:, 1] * x[:, 2]

    units, fresh = rng.random((300, 6)), rng.random((300, 6))
    values = truth(units) + rng.normal(0.0, 0.1, 300)
    emulator = learn_all(units, {"y": values}, range(6), 1)["y"]
    mean, variance = emulator.predict(fresh)
    off = truth(fresh) - mean
    assert set(emulator.columns) == {0, 1, 2}
    assert off.std() < 0.06
    assert emulator.noise == pytest.approx(0.01, rel=0.4)
    assert (np.abs(off) <= 2.0 * np.sqrt(variance)).mean() > 0.85
    seen = truth(fresh) + rng.normal(0.0, 0.1, 300)
    covered = (np.abs(seen - mean) <= 2.0 * np.sqrt(variance + emulator.noise)).mean()
    assert 0.9 < covered < 0.99


def test_emulator_of_mere_luck_is_a_constant():
    rng = np.random.default_rng(3)
    emulator = Emulator.learn(rng.random((200, 4)), rng.normal(5.0, 1.0, 200), range(4))
    mean, variance = emulator.predict(rng.random((5, 4)))
    assert emulator.columns == ()
    assert mean == pytest.approx(np.full(5, 5.0), abs=0.3)
    assert (variance == 0.0).all()
    assert emulator.noise == pytest.approx(1.0, rel=0.3)


def test_second_maximum():
    table = np.array([[1.0, 9.0, 2.0], [4.0, 4.0, 0.0]])
    assert list(deciding(table, 0)) == [9.0, 4.0]
    assert list(deciding(table, 1)) == [2.0, 4.0]
    assert list(deciding(table, 3)) == [0.0, 0.0]


def test_draw_fills_a_thin_region_evenly():
    def judge(points, level):
        return 3.0 * np.abs(points[:, 0] + points[:, 1] - 1.0) / 0.01

    drawn = draw(judge, 5, 600, np.random.default_rng(4), (0, 1))
    x = drawn.units[:, 0]
    assert drawn.cut_off == 3.0
    assert np.abs(drawn.units[:, :2].sum(axis=1) - 1.0).max() <= 0.01
    assert 0.2 < (x < 0.25).mean() + (x > 0.75).mean() < 0.8
    assert drawn.share == pytest.approx(0.02, rel=0.5)
    assert drawn.units[:, 2:].mean(axis=0) == pytest.approx([0.5] * 3, abs=0.02)


def test_draw_leaves_what_matters_little_as_wide_as_it_was():
    def judge(points, level):
        return 3.0 * np.abs(points[:, :4] - 0.5).sum(axis=1) / 0.05

    drawn = draw(judge, 24, 150, np.random.default_rng(7), range(24))
    low, high = np.quantile(drawn.units[:, 4:], (0.05, 0.95), axis=0)
    assert drawn.cut_off == 3.0
    assert (high - low).mean() > 0.85  # .9 if they are filled evenly
    assert drawn.units[:, 4:].mean(axis=0) == pytest.approx(np.full(20, 0.5), abs=0.12)


def test_draw_says_how_near_it_came_where_nothing_is_left():
    drawn = draw(lambda p, level: 5.0 + p[:, 0], 2, 100, np.random.default_rng(5), (0,))
    assert 5.0 <= drawn.cut_off < 5.3


def test_each_beginning_of_the_order_is_like_the_whole():
    points = np.random.default_rng(6).normal(size=(200, 3)) * [1.0, 5.0, 0.1] + 2.0
    order = spread_order(points)
    assert sorted(order) == list(range(200))
    first = points[order[:20]]
    off = np.abs(first.mean(axis=0) - points.mean(axis=0)) / points.std(axis=0)
    assert off.max() < 0.15  # twenty drawn at random are off by .22 in each
    assert first.std(axis=0) / points.std(axis=0) == pytest.approx([1.0] * 3, abs=0.3)
