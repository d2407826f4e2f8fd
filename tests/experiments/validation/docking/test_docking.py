"""The rules meet theory and published models where they should, and the checks can fail."""

import numpy as np
import pandas as pd
import pytest

from alliances.experiments.validation.docking import assembly, contests, labels, trust
from alliances.experiments.validation.docking.__main__ import main
from alliances.experiments.validation.docking.check import Check, true

NAMES = ("contests", "escalation", "trust", "equals", "giant", "labels")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """What the command writes."""
    folder = tmp_path_factory.mktemp("docking")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["docking", "--out", str(folder)])
        main()
    return folder


@pytest.fixture(scope="module")
def table(written):
    return pd.read_csv(written / "docking.csv")


@pytest.mark.parametrize(
    ("of", "least"),
    [
        ("Tullock contest", 12),
        ("trust rule asymmetric", 8),
        ("trust rule beta", 8),
        ("symmetric trust of equals", 3),
        ("giant component", 12),
        ("escalating bidders", 5),
        ("labels and order", 2),
    ],
)
def test_all_checks_hold(table, of, least):
    here = table[table["of"] == of]
    assert len(here) >= least
    assert (here["verdict"] == "holds").all(), here[here["verdict"] != "holds"]


def test_there_is_a_figure_of_each(written):
    for name in NAMES:
        assert (written / f"{name}.png").stat().st_size > 10_000


def test_a_figure_off_its_tolerance_fails():
    assert Check("a", "b", 1.0, 1.1, 0.1001, "c").holds
    assert not Check("a", "b", 1.0, 1.1, 0.05, "c").holds
    assert not Check("a", "b", 1.0, float("nan"), 0.05, "c").holds
    assert not true("a", "b", False, "c").holds


@pytest.mark.parametrize(("n", "r"), [(8, 1.0), (2, 1.0), (2, 2.0), (4, 0.5), (12, 1.0), (8, 1.1)])
def test_chosen_effort_settles_at_the_symmetric_equilibrium(n, r):
    assert contests.equilibrium(n, r) == pytest.approx(r * (n - 1) / n)
    assert contests.dissipation(n, r) == pytest.approx(contests.equilibrium(n, r), rel=1e-3)


def test_eight_rivals_dissipate_seven_eighths():
    assert contests.dissipation(8, 1.0) == pytest.approx(0.875, abs=1e-6)


def test_effort_of_another_exponent_is_another_equilibrium():
    assert abs(contests.dissipation(8, 1.0) - contests.equilibrium(8, 0.5)) > 0.1


def test_trust_of_equals_does_not_become_alike_where_each_side_keeps_what_it_thought():
    rows = trust.gaps("reinforcing", years=5, count=60)
    still = np.repeat(rows[:1], 5, axis=0)  # no learning: the gap of the first year stays
    assert all(check.holds for check in trust.kim(rows)[1:])
    assert not all(check.holds for check in trust.kim(still))


def test_a_component_that_grows_evenly_is_not_abrupt():
    degree = np.linspace(0.2, 4.0, len(assembly.EXPLORATION))
    even = np.stack([np.array(assembly.EXPLORATION), degree, degree / 4.0], axis=1)
    checks = assembly.guimera(dict.fromkeys(assembly.RINGS, even))
    assert not checks[-1].holds
    assert not checks[-2].holds
    assert sum(not check.holds for check in checks) > 5


def test_another_uid_shows():
    one = labels.paths(20, 12)
    other = {**one, "renamed": labels.paths(21, 12)["as it is"]}
    assert [check.holds for check in labels.same(one)] == [True, True]
    assert [check.holds for check in labels.same(other)] == [True, False]


def test_spells_are_those_that_began_and_ended_in_view():
    out = np.zeros((10, 3), bool)
    out[2:5, 0] = True
    out[6:, 1] = True  # not over yet
    out[1:4, 2] = True
    uid = np.zeros((10, 3), int)
    uid[3:, 2] = 1  # somebody else took the row
    assert contests.spells({"out": out, "uid": uid}).tolist() == [3]
