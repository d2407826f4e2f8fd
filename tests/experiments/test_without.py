"""What is switched off stays off: in sweeps, in calibrated worlds, in the evidence suite."""

import numpy as np
import pytest

from alliances.experiments.calibration import calibrated_worlds
from alliances.experiments.cases.choose import find_case, find_scenario, with_later, with_settings
from alliances.experiments.compare.luck_or_world import in_world
from alliances.experiments.evidence.arms import ArmRuns
from alliances.experiments.sweep.plan import Plan
from alliances.experiments.sweep.reading import parse_experiment
from alliances.model.input.errors import UserError
from alliances.model.parameters import MECHANISMS, REGISTRY
from alliances.model.scenario import cut_by

START = 'name = "x"\nmonths = 12\nreplicates = 2\n'
PLACE = "[scenario.place]\norganisations = 10\n"
LEVERS = '[levers]\ntargets = [0.0, 1.0]\n[design.levers]\nmethod = "grid"\n'
CALIBRATED = '[design.worlds]\nmethod = "calibrated"\npoints = 3\n'


def plan(text):
    return Plan(parse_experiment(text, base=None, source="FILE"))


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_what_is_cut_stays_cut_in_any_calibrated_world(mechanism):
    cut = cut_by(mechanism)
    levers = LEVERS.replace("targets", "competition")
    found = plan(f"without = ['{mechanism}']\n{START}{PLACE}{levers}{CALIBRATED}")
    assert found.names[1:]  # other assumptions still vary
    for point in range(len(found)):
        assert cut.items() <= found.scenario(point).values().items()
    case = find_case("councillor-pots")
    alone = ArmRuns(case, case.arms[1].name, 12, 12, mechanism, 3, 1, False).experiment()
    for point in range(len(Plan(alone))):
        assert cut.items() <= Plan(alone).scenario(point).values().items()


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_what_is_cut_cannot_be_varied_or_set_as_well(mechanism):
    for name in MECHANISMS[mechanism]:
        entry = REGISTRY[name]
        part = "levers" if entry.is_lever else "worlds"
        ends = {float(entry.low), float(entry.high)}
        varied = f"[{part}]\n{name} = {sorted(ends)}\n[design.{part}]\nmethod = 'grid'\n"
        for more in (varied, f"[set]\n{name} = {entry.low}\n{LEVERS}"):
            with pytest.raises(UserError, match=f"{name} is .*`without` switches it off"):
                plan(f"without = ['{mechanism}']\n{START}{PLACE}{more}")
        with pytest.raises(UserError, match=f"{name} is set, but --without"):
            with_settings(find_scenario(None), [f"{name}={entry.low}"], [mechanism])
        if entry.is_lever:
            tip = f"[[analysis.tips]]\nlever = '{name}'\nlow = 0\nhigh = 1\nmeasure = 'trust'\n"
            with pytest.raises(UserError, match=f"{name} is varied"):
                plan(f"without = ['{mechanism}']\n{START}{PLACE}{LEVERS}{tip}")


def test_what_is_set_holds_in_all_calibrated_worlds():
    usual = float(REGISTRY["trust_gain"].default)
    found = plan(f"{START}{PLACE}[set]\ntrust_gain = {usual}\n{LEVERS}{CALIBRATED}")
    assert {found.scenario(p).world.trust_gain for p in range(len(found))} == {usual}
    assert found.scenario(0).world.trust_memory != found.scenario(4).world.trust_memory


def test_what_a_case_assumes_holds_in_all_calibrated_worlds():
    case = find_case("bed-blocking")
    assumed = {a.about: a.value for a in case.assumptions if a.value is not None}
    assert assumed.keys() & set(calibrated_worlds(1))
    found = plan(f"base = 'bed-blocking'\n{START}{LEVERS}{CALIBRATED}")
    for point in range(len(found)):
        assert assumed.items() <= found.scenario(point).world.model_dump().items()
    world = in_world(case.scenario(), calibrated_worlds(2).iloc[1])
    assert assumed.items() <= world.world.model_dump().items()


def test_a_sweep_without_turnover_has_no_departures(alliances, tmp_path):
    from alliances.experiments.sweep.results import Sweep

    file = tmp_path / "e.toml"
    file.write_text(f"without = ['turnover']\n{START}{PLACE}{LEVERS}{CALIBRATED}")
    assert alliances("sweep", file, "--out", tmp_path / "out").exit_code == 0
    assert not np.any(Sweep(tmp_path / "out").runs["departures"])


@pytest.mark.parametrize(
    "twice",
    [
        ["competition=0", "competition=1"],
        ["competition=0.5", "Competition = 0.5"],
        ["targets=0", "imposed_targets=1"],
    ],
)
def test_nothing_is_set_twice(twice, refused):
    assert "once" in refused("run", *(word for text in twice for word in ("--set", text)))
    for option in ("--set", "--set-a", "--set-b"):
        words = [word for text in twice for word in (option, text)]
        assert "once" in refused("compare", "baseline", *words)
    with pytest.raises(UserError, match="once"):
        with_later(find_scenario(None), [f"12:{text}" for text in twice])
