"""The suite runs what claims need, once, and goes on where it was stopped."""

import json
from dataclasses import replace

import numpy as np
import pytest

from alliances.experiments.cases.choose import find_case
from alliances.experiments.evidence.arms import ArmRuns
from alliances.experiments.evidence.scope import Scope
from alliances.experiments.evidence.suite import Suite, candidates
from alliances.model.simulation import simulate

SMALL = Scope(worlds=2, seeds=2, carrier_worlds=0)


@pytest.fixture(scope="module")
def case():
    found = find_case("councillor-pots")
    claims = tuple(c.model_copy(update={"months": 12, "last": 6}) for c in found.claims)
    return found.model_copy(update={"claims": claims})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("evidence")


@pytest.fixture(scope="module")
def suite(case, folder):
    suite = Suite(folder, SMALL)
    suite.found = list(suite.weigh([case]))
    return suite


def test_each_claim_is_weighed_in_each_world(case, suite):
    assert [w.number for w in suite.found] == list(range(1, len(case.claims) + 1))
    for weighed in suite.found:
        assert weighed.spread.before.shape == (2, 2)
        assert np.isfinite(weighed.spread.after).any()
        assert (weighed.null is None) == (weighed.claim.carrier is None)


def test_values_are_those_of_the_model(case, suite):
    claim = next(c for c in case.claims if c.is_monthly)
    outcome = suite.outcome(case, claim, claim.arms[1], None, 2)
    experiment = outcome.runs_of.experiment()
    from alliances.experiments.sweep.plan import Plan

    scenario = Plan(experiment).scenario(1)
    assert scenario.values()["loss_ratio"] != case.scenario().values()["loss_ratio"]
    result = simulate(scenario, 2, experiment.seed, final=False)
    expected = result.values[claim.measure][:, -claim.last :].mean(axis=1)
    np.testing.assert_allclose(outcome.values(claim)[1], expected)


def test_it_goes_on_where_it_was_stopped(case, suite, folder):
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("parts/*.parquet")}
    assert before
    again = list(Suite(folder, SMALL).weigh([case]))
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("parts/*.parquet")} == before
    for one, other in zip(suite.found, again, strict=True):
        np.testing.assert_array_equal(one.spread.after, other.spread.after)


def test_what_is_off_is_off(case, folder, suite):
    claim = case.claims[0]
    runs = suite.outcome(case, claim, claim.arms[0], None, 2).runs_of
    without = replace(runs, off="ally").run(folder)
    assert (without.sweep.runs["alliance_share"] == 0.0).all()
    assert json.loads((without.folder / "experiment.json").read_text())["scenario"]["off"] == [
        "ally"
    ]


def test_carriers_are_never_of_the_levers_own_process(case):
    for claim in case.claims:
        found = candidates(case, claim)
        assert "commission" not in found  # where pots are given
        assert "meet" in found
        assert len(found) > 15


def test_assumptions_of_the_case_stand_in_every_world(case):
    assumed = {a.about: a.value for a in case.assumptions if a.value is not None}
    runs = ArmRuns(case, case.arms[0].name, 12, 6, None, 2, 2, False)
    names = [factor.name for factor in runs.experiment().factors]
    assert not assumed.keys() & set(names)
    assert len(names) > 80
