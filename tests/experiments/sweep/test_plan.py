"""The plan: which points there are, what each is compared with, and what makes a run this run."""

import os
import subprocess
import sys

import numpy as np
import pytest

from alliances.experiments.sweep import design
from alliances.experiments.sweep.plan import Plan, Run
from alliances.model.input.errors import UserError

from .conftest import ROOT, SMALL, read

CROSSED = SMALL + "[design.levers]\nmethod = 'grid'\n[design.worlds]\nmethod = 'grid'\n"


def identity(text: str, point: int = 0, replicate: int = 0) -> str:
    return Plan(read(text)).identities([Run(point, replicate)])[0]


@pytest.mark.parametrize("text", [SMALL, CROSSED])
def test_crossing_is_full_and_the_reference_is_not_run_twice(text):
    plan = Plan(read(text))
    assert len(plan) == 3 * 2  # of the three values of targets one is the base's
    assert set(plan.values) == {(t, w) for t in (0.0, 0.3, 1.0) for w in (0.1, 0.3)}
    assert sorted(plan.row) == list(range(6))
    assert plan.most_runs == 18


@pytest.mark.parametrize("levers", ["targets = [0.0, 1.0]", "targets = [0.0, 0.3, 1.0]"])
def test_references_have_the_levers_of_the_base_in_their_world(levers):
    text = SMALL.replace("targets = [0.0, 0.3, 1.0]", levers)
    plan = Plan(read(f"set = {{ targets = 0.3, reporting = 0.1 }}\n{text}"))
    assert len(plan) == 6
    references = np.flatnonzero(plan.reference == np.arange(6))
    assert len(references) == 2
    for point in range(6):
        own = plan.scenario(point)
        other = plan.scenario(int(plan.reference[point]))
        assert other.levers.targets == 0.3
        assert other.levers.reporting == own.levers.reporting == 0.1
        assert other.world == own.world
        assert plan.world[point] == plan.world[plan.reference[point]]
        assert plan.reference[plan.reference[point]] == plan.reference[point]
    added = plan.row[references]
    assert (added == -1).all() if "0.3" not in levers else (added >= 0).all()


def test_without_pairing_there_are_the_designed_points_only():
    text = SMALL.replace("targets = [0.0, 0.3, 1.0]", "targets = [0.0, 1.0]")
    plan = Plan(read("paired = false\n" + text))
    assert len(plan) == 4
    assert (plan.reference == np.arange(4)).all()
    assert (plan.row == np.arange(4)).all()


def test_without_factors_there_is_one_point():
    plan = Plan(read(SMALL.split("[levers]")[0]))
    assert len(plan) == 1
    assert plan.scenario(0).levers == plan.experiment.scenario.levers


def test_the_table_of_points_says_it_all():
    plan = Plan(read(CROSSED))
    table = plan.points()
    assert list(table.columns) == [
        *("point", "world", "reference", "design_row"),
        *("targets", "turnover_rate", "u_targets", "u_turnover_rate"),
    ]
    assert table.targets.tolist() == [values[0] for values in plan.values]
    factors = plan.experiment.factors
    for factor in factors:
        units = table[f"u_{factor.name}"]
        assert [factor.at(u) for u in units] == table[factor.name].tolist()
    assert plan.scenario(0).months == 12


def test_a_crossing_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(design, "MOST_POINTS", 5)
    with pytest.raises(UserError, match="3 x 2 = 6 points; at most 5"):
        Plan(read(CROSSED))


def test_identity_differs_with_all_that_makes_a_run():
    texts = [
        SMALL,
        SMALL.replace("months = 12", "months = 13"),
        SMALL.replace("months", "seed = 1\nmonths"),
        SMALL.replace("organisations = 10", "organisations = 11"),
        SMALL.replace("organisations = 10", "organisations = 10\nseed = 1"),
        SMALL.replace("months", "without = ['stress']\nmonths"),
        SMALL.replace("months", "set = { reporting = 0 }\nmonths"),
        SMALL.replace("months", "set = { trust_gain = 0.1 }\nmonths"),
        SMALL.replace(
            "[scenario.place]",
            "[[scenario.timeline]]\nmonth = 3\nset = { bundling = 1 }\n[scenario.place]",
        ),
    ]
    found = {identity(text) for text in texts}
    plan = Plan(read())
    found |= set(plan.identities([Run(p, r) for p in range(6) for r in range(3)]))
    assert len(found) == len(texts) - 1 + 18


def test_the_same_run_is_the_same_in_another_experiment():
    other = SMALL.replace("[0.0, 0.3, 1.0]", "[1.0, 0.7]").replace(
        "replicates = 3", "keep='yearly'"
    )
    one, two = Plan(read()), Plan(read(f'question = "Why?"\n{other}'))
    here, there = one.values.index((1.0, 0.3)), two.values.index((1.0, 0.3))
    assert here != there
    assert one.identities([Run(here, 2)]) == two.identities([Run(there, 2)])


def test_identity_is_the_same_in_another_process():
    code = (
        "from tests.experiments.sweep.conftest import read\n"
        "from alliances.experiments.sweep.plan import Plan, Run\n"
        "print(Plan(read()).identities([Run(5, 2)])[0])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == identity(SMALL, 5, 2)
