"""History matching on a toy with a known answer, through the same code as the model's."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from alliances.experiments.calibration.page import write_all
from alliances.experiments.calibration.report import (
    none_forgiven,
    parameters_table,
    sample_of,
    targets_table,
    worlds_of,
)
from alliances.experiments.calibration.target import Target
from alliances.experiments.calibration.waves import Calibration, Waves
from alliances.model.input.errors import UserError
from tests.experiments.calibration.toy import NAMES, PRIOR, SETTINGS, TARGETS, toy


def matched(folder, targets=TARGETS, settings=SETTINGS, simulator=toy) -> Calibration:
    return Waves(simulator, PRIOR, targets, settings, folder).run()


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> Calibration:
    return matched(tmp_path_factory.mktemp("waves"))


def sums_and_products(worlds: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    a, b = worlds["trust_gain"].to_numpy(), worlds["loss_ratio"].to_numpy()
    return a + b, a * b


def test_only_what_the_statistics_follow_is_matched(found):
    assert set(found.matched) == {"trust_gain", "loss_ratio"}


def test_known_region_is_found_and_the_rest_is_ruled_out(found):
    sample = sample_of(found, PRIOR, SETTINGS.sample)
    worlds = worlds_of(sample, PRIOR)
    assert len(worlds) >= 10
    total, product = sums_and_products(worlds)
    # Observation and discrepancy are .054 for the sum; three of them and luck are forgiven.
    assert np.abs(total - 1.2).max() < 0.3
    assert np.abs(np.log(product / np.sqrt(0.27 * 0.4))).max() < 0.5
    # Two ends are the answer, as the two assumptions can change places; 1.2 + 0 is not.
    assert worlds["trust_gain"].min() < 0.6 < worlds["trust_gain"].max()
    prior_total, prior_product = sums_and_products(worlds_of(found.waves[0], PRIOR))
    there = (np.abs(prior_total - 1.2) < 0.3) & (np.abs(np.log(prior_product / 0.33)) < 0.5)
    assert there.mean() < 0.15


def test_further_waves_look_where_something_is_left(found):
    near = []
    for wave in (found.waves[0], found.waves[1], found.candidates):
        total, _ = sums_and_products(worlds_of(wave, PRIOR))
        near.append((np.abs(total - 1.2) < 0.3).mean())
    assert near[0] < 0.3
    assert near[1] > 0.6
    assert near[2] > 0.9
    assert found.shares[-1] < 0.3


def test_assumptions_that_do_nothing_stay_as_in_the_prior(found):
    table = parameters_table(found, sample_of(found, PRIOR, 1000), PRIOR).set_index("name")
    assert table.loc[["trust_gain", "loss_ratio"], "constrained"].all()
    for name in NAMES[2:]:
        assert table.loc[name, "matched"] == table.loc[name, "constrained"] == 0
        assert abs(table.loc[name, "narrowed"]) < 0.2


def test_emulators_cover_what_was_held_out(found):
    assert found.checks["covered"].min() > 0.85
    assert found.checks["explained"].min() > 0.8


def test_candidates_are_judged_by_their_own_runs(found, tmp_path):
    """Emulators that are wrong do not get worlds into the sample."""

    def other(worlds, effort, first_luck, progress):
        table = toy(worlds, effort, first_luck, progress)
        if effort == SETTINGS.final:
            table["sum"] += 10.0
        return table

    assert found.accepted.any()
    assert not matched(tmp_path, simulator=other).accepted.any()


@pytest.mark.parametrize(("near", "left_out"), [(4, ("held_out",)), (5, ())])
def test_a_target_decides_if_a_few_worlds_in_a_thousand_come_near(tmp_path, near, left_out):
    far = Target("held_out", 4, "trust_gain, far away", 8.0, 9.0)
    waves = Waves(toy, PRIOR, (*TARGETS[:2], far), SETTINGS, tmp_path)
    units = np.random.default_rng(1).random((1000, len(NAMES)))
    first = waves._stage("wave-1", 1, units, SETTINGS.effort)
    first.loc[: near - 1, "held_out"] = 8.5
    waves.found.waves.append(first)
    waves._screen()
    assert waves.found.left_out == left_out


def test_target_out_of_reach_decides_nothing_and_is_told(tmp_path):
    away = Target("held_out", 4, "trust_gain, far away", 8.0, 9.0)
    targets = (*TARGETS[:2], away)
    found = matched(tmp_path, targets)
    assert found.left_out == ("held_out",)
    sample = sample_of(found, PRIOR, SETTINGS.sample)
    assert len(sample) > 5
    table = targets_table(found, sample, targets).set_index("target")
    row = table.loc["trust_gain, far away"]
    assert row["verdict"] == "outside"
    assert "no world of the prior" in row["note"]


def test_contradicting_targets_are_forgiven_one_by_one_and_it_is_told(tmp_path):
    said = []
    contrary = Target("held_out", 4, "trust_gain", 1.7, 1.9)
    waves = Waves(toy, PRIOR, (*TARGETS[:2], contrary), SETTINGS, tmp_path, say=said.append)
    found = waves.run()
    assert found.spared >= 1
    sample = sample_of(found, PRIOR, SETTINGS.sample)
    table = targets_table(found, sample, waves.fitted).set_index("target")
    # Some target is beyond the cut-off in every world that is left, and the table says which.
    assert table["forgiven"].sum() >= 1.0
    assert none_forgiven(found) == 0


def test_goes_on_where_it_was_and_gives_the_same(found, tmp_path):
    runs = []

    def counted(worlds, effort, first_luck, progress):
        runs.append(len(worlds))
        return toy(worlds, effort, first_luck, progress)

    first = matched(tmp_path, simulator=counted)
    assert sum(runs) == 160 + 80 + 8 + 60
    pd.testing.assert_frame_equal(first.candidates, found.candidates)
    (tmp_path / "candidates.parquet").unlink()
    runs.clear()
    again = matched(tmp_path, simulator=counted)
    assert runs == [60]
    pd.testing.assert_frame_equal(again.candidates, found.candidates)


def test_waves_of_other_settings_are_refused(tmp_path):
    waves = Waves(toy, PRIOR, TARGETS, SETTINGS, tmp_path)
    assert waves.found.spared == 0
    with pytest.raises(UserError, match="another calibration"):
        Waves(toy, PRIOR, TARGETS, replace(SETTINGS, first=170), tmp_path)
    with pytest.raises(UserError, match="another calibration"):
        Waves(toy, PRIOR, TARGETS[:1], SETTINGS, tmp_path)


def test_everything_is_written_the_same_again(found, tmp_path):
    written = [
        [
            path.read_bytes()
            for path in write_all(found, PRIOR, TARGETS, SETTINGS, tmp_path / name)
            if path.suffix in (".csv", ".md")
        ]
        for name in ("a", "b")
    ]
    assert written[0] == written[1]
    table = pd.read_csv(tmp_path / "a" / "table.csv").set_index("target")
    assert table.loc["trust_gain + loss_ratio", "verdict"] == "inside"
    assert table.loc["trust_gain + loss_ratio", "used"] == "fitting"
    assert table.loc["trust_gain", "used"] == "validation"
    worlds = pd.read_csv(tmp_path / "a" / "worlds.csv")
    assert list(worlds.columns) == list(NAMES)
    page = (tmp_path / "a" / "README.md").read_text()
    assert "trust_gain + loss_ratio" in page


def test_no_sample_is_an_error_that_says_what_to_do(found, tmp_path):
    none = replace(found, accepted=np.zeros(len(found.candidates), bool))
    with pytest.raises(UserError, match="none of 60 candidates"):
        write_all(none, PRIOR, TARGETS, SETTINGS, tmp_path)
