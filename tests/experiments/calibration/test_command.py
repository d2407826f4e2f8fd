"""The command, and the sample of worlds where experiments use it."""

import numpy as np
import pandas as pd
import pytest

from alliances.experiments.calibration import calibrated_worlds, waves
from alliances.experiments.calibration.simulate import Effort
from alliances.experiments.calibration.target import NETWORKS
from alliances.experiments.calibration.waves import Settings
from alliances.experiments.sweep.design import designs_of
from alliances.experiments.sweep.experiment import Experiment
from alliances.experiments.sweep.plan import Plan
from alliances.experiments.sweep.reading import parse_experiment
from alliances.experiments.worlds import sample
from alliances.experiments.worlds.prior import world_prior
from alliances.experiments.worlds.sample import sample_size
from alliances.model.input.errors import UserError
from alliances.model.parameters import checked
from alliances.model.places.place import data_folder

LEAST = Effort(usual=1, small=1, region=(30, 1))
LITTLE = Settings(
    first=60,
    further=20,
    waves=2,
    candidates=20,
    sample=5,
    defaults=3,
    population=30,
    effort=LEAST,
    final=LEAST,
)
SMALL = """
name = "small"
months = 12
replicates = 1
measures = ["trust"]
[scenario.place]
organisations = 6
[levers]
connectors = [0, 2]
[design.levers]
method = "grid"
"""


def read(text: str, tmp_path) -> Experiment:
    return parse_experiment(text, base=tmp_path, source="e.toml")


def told(text: str, tmp_path) -> str:
    with pytest.raises(UserError) as caught:
        read(text, tmp_path)
    return str(caught.value)


def test_sample_holds_sound_worlds_that_differ():
    worlds = calibrated_worlds()
    assert len(worlds) == sample_size() >= 40
    assert list(worlds.columns) == list(world_prior().names)
    for row in worlds.to_dict("records"):
        assert checked(row) == row
    assert not worlds.duplicated().any()
    for factor in world_prior().factors:
        assert worlds[factor.name].between(factor.low, factor.high).all()
    pd.testing.assert_frame_equal(calibrated_worlds(7), worlds.head(7))


def test_first_worlds_are_a_good_smaller_sample():
    units = np.array([world_prior().units(row) for row in calibrated_worlds().to_dict("records")])
    matched = units.std(axis=0) > 0.0
    first, whole = units[:40, matched], units[:, matched]
    assert np.abs(first.mean(axis=0) - whole.mean(axis=0)).mean() < 0.05


@pytest.mark.parametrize("count", [0, -1, 100_000])
def test_more_worlds_than_there_are(count):
    with pytest.raises(UserError, match="ask for 1 to"):
        calibrated_worlds(count)


def test_without_a_sample_it_is_said_how_to_make_one(monkeypatch, tmp_path):
    monkeypatch.setattr(sample, "WORLDS", tmp_path / "none.csv")
    sample._all_worlds.cache_clear()
    with pytest.raises(UserError, match="calibrate --adopt"):
        calibrated_worlds()
    monkeypatch.undo()
    sample._all_worlds.cache_clear()


def test_calibrated_design_crosses_levers_with_the_first_worlds(tmp_path):
    experiment = read(SMALL + '[design.worlds]\nmethod = "calibrated"\npoints = 3\n', tmp_path)
    levers, worlds = designs_of(experiment)
    assert (len(levers), len(worlds)) == (2, 3)
    plan = Plan(experiment)
    assert len(plan) == 6
    assert list(plan.world) == [0, 0, 1, 1, 2, 2]
    first = calibrated_worlds(3).to_dict("records")
    for point in range(6):
        values = plan.scenario(point).world.model_dump()
        assert {name: values[name] for name in first[0]} == first[point // 2]
    assert ((plan.units >= 0.0) & (plan.units <= 1.0)).all()
    everything = read(SMALL + '[design.worlds]\nmethod = "calibrated"\n', tmp_path)
    assert len(designs_of(everything)[1]) == sample_size()
    assert everything.digest() != experiment.digest()


def test_calibrated_sweep_runs(alliances, tmp_path):
    file = tmp_path / "e.toml"
    file.write_text(SMALL + '[design.worlds]\nmethod = "calibrated"\npoints = 2\n')
    result = alliances("sweep", file, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    from alliances.experiments.sweep.results import Sweep

    runs = Sweep(tmp_path / "out").runs
    assert len(runs) == 4
    assert set(runs["trust_gain"]) == set(calibrated_worlds(2)["trust_gain"])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (
            SMALL + '[worlds]\ntrust_gain = [0.1]\n[design.worlds]\nmethod = "calibrated"\n',
            "leave [worlds] out",
        ),
        (SMALL.replace('"grid"', '"calibrated"'), "put it under [design.worlds]"),
        (SMALL + '[design.worlds]\nmethod = "calibrated"\npoints = 99999\n', "99999 calibrated"),
    ],
)
def test_calibrated_design_where_it_cannot_be(text, wrong, tmp_path):
    assert wrong in told(text, tmp_path)


def test_command_writes_everything_and_goes_on(alliances, tmp_path, monkeypatch):
    monkeypatch.setattr(waves, "QUICK", LITTLE)
    # With so few runs little is ruled out, or too much: luck is large in places of thirty.
    monkeypatch.setattr("alliances.experiments.calibration.waves.CUT_OFF", 50.0)
    out = tmp_path / "out"
    first = alliances("calibrate", "--quick", "--out", out)
    assert first.exit_code == 0, first.output
    names = {path.name for path in out.iterdir()}
    assert names == {
        *("table.csv", "parameters.csv", "pairs.csv", "screening.csv", "emulators.csv"),
        *("worlds.csv", "parameters.png", "achieved.png", "README.md", "runs"),
    }
    before = {path: path.read_bytes() for path in out.glob("*.csv")}
    again = alliances("calibrate", "--quick", "--out", out)
    assert "candidates: read" in again.stderr
    assert {path: path.read_bytes() for path in out.glob("*.csv")} == before
    table = pd.read_csv(out / "table.csv")
    assert set(table["pattern"]) == {1, 2, 3, 4, 5}
    assert set(table["used"]) == {"fitting", "validation", "not judged"}


def test_quick_is_not_adopted(refused, tmp_path):
    assert "--adopt needs" in refused("calibrate", "--quick", "--adopt", "--out", tmp_path)


@pytest.mark.skipif(data_folder() is None, reason="the data sets are not there")
def test_targets_command(alliances, tmp_path):
    out = tmp_path / "networks.csv"
    assert alliances("calibrate", "targets", "--out", out).exit_code == 0
    assert out.read_text() == NETWORKS.read_text()


def test_targets_command_without_data(refused, tmp_path):
    message = refused("calibrate", "targets", "--data", tmp_path, "--out", tmp_path / "n.csv")
    assert "ALLIANCES_DATA" in message
