import numpy as np
import pytest

from alliances import MEASURES, PlaceSource, Scenario, simulate
from alliances.experiments.analysis.hysteresis import Hysteresis, hysteresis
from alliances.model.input.errors import UserError
from alliances.model.scenario import Change

HERE = Scenario(place=PlaceSource(organisations=10), months=12)


@pytest.fixture(scope="module")
def loop():
    return hysteresis(HERE, "connectors", [0, 2, 4], "introductions", hold=13, replicates=3, seed=5)


def test_the_lever_goes_up_and_down_by_a_timeline(loop):
    path = [2, 4, 2, 0]
    timeline = tuple(
        Change(month=13 * step, set={"connectors": value}) for step, value in enumerate(path, 1)
    )
    arm = HERE.model_copy(update={"timeline": timeline})
    own = simulate(arm, 3, 5, 65, final=False).values["introductions"]
    steps = [own[:, 13 * k + 1 : 13 * k + 13].mean(axis=1) for k in range(5)]
    assert np.allclose(loop.up, steps[:3], atol=1e-12)
    assert np.allclose(loop.down, [steps[4], steps[3], steps[2]], atol=1e-12)
    assert (loop.up[0] == 0.0).all()
    assert (loop.up[2] > 0.0).all()


def test_the_drift_is_that_of_runs_without_the_loop():
    found = hysteresis(HERE, "connectors", [0, 2], "trust", hold=12, replicates=2, seed=5)
    own = simulate(HERE, 2, 5, 36, final=False).values["trust"]
    drift = own[:, 24:].mean(axis=1) - own[:, :12].mean(axis=1)
    assert np.allclose(found.drift[0], drift, atol=1e-12)
    assert (found.drift[0] != 0.0).all()
    assert (found.drift[-1] == 0.0).all()


def test_changes_of_the_scenario_are_kept():
    other = Change(month=12, set={"facilitation": 1.0})
    busy = HERE.model_copy(update={"timeline": (other,)})
    found = hysteresis(busy, "connectors", [0, 2], "meetings", hold=12, replicates=2)
    both = Change(month=12, set={"facilitation": 1.0, "connectors": 2})
    back = Change(month=24, set={"connectors": 0})
    own = simulate(HERE.model_copy(update={"timeline": (both, back)}), 2, 0, 36, final=False)
    assert np.allclose(found.down[0], own.values["meetings"][:, 24:].mean(axis=1), atol=1e-12)


def made(*, drift=0.0):
    luck = np.array([0.0, 5.0, -3.0])
    up = np.array([[1.0], [2.0], [6.0]]) + luck
    down = np.array([[1.0], [4.0], [6.0]]) + luck
    own = 0.01 * np.array([1.0, -1.0, 0.0])
    down[:2] += own
    still = np.array([[drift], [drift], [0.0]]) + np.zeros(3)
    return Hysteresis("connectors", MEASURES["effective_days"], (0.0, 2.0, 3.0), up, down, still)


def test_gap_and_sentence():
    found = made()
    table = found.table().set_index("value")
    assert table["gap"].to_dict() == pytest.approx({0.0: 0.0, 2.0: 2.0})
    half = 4.302653 * 0.01 / np.sqrt(3)  # Student's t with 2
    assert table.loc[2.0, "high"] == pytest.approx(2.0 + half)
    said = found.sentence()
    assert "at 2 3 days a month on the way up and 5 days a month on the way down" in said
    assert "clear at 1 of 2 steps" in said


def test_drift_is_not_a_gap_of_the_lever():
    table = made(drift=2.0).table().set_index("value")
    assert table.loc[2.0, "gap"] == pytest.approx(2.0)
    assert table["beyond"].to_dict() == pytest.approx({0.0: -2.0, 2.0: 0.0}, abs=1e-9)
    assert table["drift"].to_dict() == pytest.approx({0.0: 2.0, 2.0: 2.0})


@pytest.mark.parametrize(
    ("values", "hold", "message"),
    [
        ([0, 2, 1], 12, "rise"),
        ([1], 12, "two or more"),
        ([0, 2], 0, "hold was 0"),
        ([0, 2], 4000, "hold was 4000"),
        ([0, 40], 12, "connectors was 40"),
    ],
)
def test_arguments_are_checked(values, hold, message):
    with pytest.raises(UserError, match=message):
        hysteresis(HERE, "connectors", values, "impact", hold=hold)
