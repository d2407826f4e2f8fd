"""The parts that findings are made of."""

import numpy as np
import pytest

from alliances import Scenario, simulate
from alliances.experiments.validation.landmarks import interval
from alliances.experiments.validation.networks import (
    FILES,
    network_values,
    observed_network,
    real_networks,
    real_range,
)
from alliances.experiments.validation.patterns import everyday, memory
from alliances.experiments.validation.patterns.finding import PatternFinding
from alliances.experiments.validation.patterns.ties import logit
from alliances.model.network import CHOSEN, betweenness_centralisation, clustering, degree_gini
from alliances.model.places.place import data_folder

TABLE = """network,n,und_density,reciprocity,isolates
Estuary 1,18,.1,.3,
Estuary 2,20,.3,,
Estuary 3,25,.2,.5,
Swiss wetland,80,.6,,
Bristol civic orgs: shared events>=1,97,.9,,
Bristol civic orgs: shared events>=3,97,.7,,
"""


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.1, 0.3, "inside"),
        (0.2, None, "inside"),
        (None, 0.1, "outside"),
        (0.21, 0.3, "outside"),
        (None, None, "not judged"),
    ],
)
def test_verdict(low, high, verdict):
    assert PatternFinding(1, "a figure", 0.2, low, high).verdict == verdict


def test_logit_finds_what_made_the_outcome():
    generator = np.random.default_rng(0)
    x = generator.normal(size=(20_000, 2))
    chance = 1.0 / (1.0 + np.exp(1.0 - 1.5 * x[:, 0] + 0.5 * x[:, 1]))
    found = logit(x, (generator.random(20_000) < chance).astype(float))
    assert found == pytest.approx([1.5, -0.5], abs=0.1)


def test_logit_stays_finite_where_a_column_tells_all():
    x = np.array([[-1.0], [-1.0], [1.0], [1.0]])
    assert np.isfinite(logit(x, np.array([0.0, 0.0, 1.0, 1.0]))).all()


def test_range_of_real_networks_of_a_size(tmp_path):
    (tmp_path / "network_statistics.csv").write_text(TABLE)
    assert real_range(tmp_path, "tie_density", 20) == (0.1, 0.3, 3)
    # One partnership of about 80: all views of that size count.
    assert real_range(tmp_path, "tie_density", 80) == (0.6, 0.9, 3)
    assert real_range(tmp_path, "reciprocity", 80) == (0.0, 1.0, 0)


@pytest.mark.skipif(data_folder() is None, reason="the data sets are not there")
def test_observed_networks_are_those_of_the_table():
    table = real_networks(data_folder())
    assert set(FILES) == set(table.index)
    for name in FILES:
        network = observed_network(data_folder(), name)
        assert (network.size, len(network.ties)) == tuple(table.loc[name, ["n", "und_edges"]])
        seen = table.loc[name, ["clustering", "betw_centralisation", "gini_degree"]].astype(float)
        mine = clustering(network), betweenness_centralisation(network), degree_gini(network)
        assert mine == pytest.approx(tuple(seen))


def test_values_are_those_of_the_last_month():
    result = simulate(Scenario(months=6), 3, measures=CHOSEN, at=[2, 5], final=False)
    found = network_values(result)
    assert found["tie_density"].tolist() == result.values["tie_density"][:, -1].tolist()
    last = result.chosen[result.chosen["month"] == 5]
    assert found["clustering"].tolist() == last["clustering"].tolist()


def test_half_life():
    assert memory._half_life(np.array([1.0, 0.8, 0.5, 0.4])) == 2.0
    assert memory._half_life(np.array([1.0, 0.9])) == 2.0


def test_bid_costs_of_a_small_ensemble(monkeypatch):
    monkeypatch.setattr(everyday, "RUNS", 4)
    found = list(everyday.bid_costs(everyday.baseline()))
    assert [finding.pattern for finding in found] == [5] * 5
    assert all(np.isfinite(finding.measured) for finding in found)


def test_landmarks_have_the_one_interval():
    differences = np.array([0.1, 0.3, 0.2, 0.6, 0.4])
    assert interval(differences) == pytest.approx((0.32, 0.0811, 0.5589), abs=1e-4)
