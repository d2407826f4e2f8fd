"""Network measures against graphs whose values are known by hand."""

import itertools
import random

import networkx as nx
import numpy as np
import pytest

from alliances import Scenario, simulate
from alliances.model.kernel.state import EMPTY, MEMBERS, NONE
from alliances.model.network import (
    CHOSEN,
    Network,
    betweenness_centralisation,
    clustering,
    core_periphery,
    degree_centralisation,
    degree_gini,
    density,
    isolates,
    largest_component,
    modularity,
    networks,
)
from alliances.model.simulation import burn_in, new_state, start
from alliances.model.snapshot import Snapshot
from tests.each import each

SHAPES = (
    density,
    largest_component,
    isolates,
    clustering,
    modularity,
    core_periphery,
    degree_centralisation,
    betweenness_centralisation,
    degree_gini,
)
STAR = Network(6, [(0, k) for k in range(1, 6)])
TWO_TRIANGLES = Network(7, [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5)])
PATH = Network(4, [(0, 1), (1, 2), (2, 3)])


def karate() -> Network:
    return Network(34, list(nx.karate_club_graph().edges))


@each("shape size", itertools.product(SHAPES, [0, 1, 2, 3, 50]))
def test_no_ties_are_numbers(shape, size):
    expected = {isolates: float(size > 0), largest_component: 1 / size if size else 0.0}
    assert shape(Network(size)) == expected.get(shape, 0.0)


@each("shape", SHAPES)
def test_two_organisations_with_a_tie(shape):
    expected = {density: 1.0, largest_component: 1.0}
    assert shape(Network(2, [(0, 1)])) == expected.get(shape, 0.0)


def test_a_tie_counts_once_and_a_loop_never():
    made = Network(3, [(0, 1), (1, 0), (0, 1), (2, 2)])
    assert made.ties.tolist() == [[0, 1]]
    assert made.degree.tolist() == [1, 1, 0]


def test_a_tie_to_nobody_is_refused():
    with pytest.raises(ValueError, match="there are 3"):
        Network(3, [(0, 3)])


def test_star():
    assert degree_centralisation(STAR) == pytest.approx(1.0)
    assert betweenness_centralisation(STAR) == pytest.approx(1.0)
    assert core_periphery(STAR) == pytest.approx(1.0)
    assert clustering(STAR) == 0.0
    assert modularity(STAR) == pytest.approx(0.0)  # no division is better than none
    # Degrees 5, 1, 1, 1, 1, 1: mean absolute difference 2 x 5 x 4 / 36, over twice the mean 5 / 3
    assert degree_gini(STAR) == pytest.approx(40 / 36 / (2 * 10 / 6))


def test_two_triangles_and_a_loner():
    assert largest_component(TWO_TRIANGLES) == pytest.approx(3 / 7)
    assert isolates(TWO_TRIANGLES) == pytest.approx(1 / 7)
    assert clustering(TWO_TRIANGLES) == pytest.approx(6 / 7)  # the loner counts as 0
    assert modularity(TWO_TRIANGLES) == pytest.approx(0.5)
    assert density(TWO_TRIANGLES) == pytest.approx(6 / 21)
    assert betweenness_centralisation(TWO_TRIANGLES) == 0.0


def test_path():
    # Betweenness 0, 2, 2, 0 of 3 pairs: (2/3 + 2/3) / 3
    assert betweenness_centralisation(PATH) == pytest.approx(4 / 9)
    assert degree_centralisation(PATH) == pytest.approx(2 / 6)
    assert clustering(PATH) == 0.0


def test_all_tied_have_no_core():
    everybody = Network(5, [(a, b) for a in range(5) for b in range(a)])
    assert core_periphery(everybody) == 0.0
    assert clustering(everybody) == pytest.approx(1.0)


def test_core_periphery_is_the_best_correlation():
    made = karate()
    tied = np.zeros((34, 34), bool)
    tied[made.ties[:, 0], made.ties[:, 1]] = True
    tied |= tied.T
    above = np.triu_indices(34, 1)
    order = np.argsort(-made.degree, kind="stable")
    fits = []
    for core in range(1, 33):
        inside = np.isin(np.arange(34), order[:core])
        pattern = inside[:, None] | inside[None, :]
        fits.append(np.corrcoef(pattern[above], tied[above])[0, 1])
    assert core_periphery(made) == pytest.approx(max(fits))
    assert core_periphery(made) > 0.3


def test_karate_club():
    made = karate()
    graph = nx.karate_club_graph()
    assert modularity(made) == pytest.approx(0.41979, abs=0.005)  # the highest there is
    assert clustering(made) == pytest.approx(nx.average_clustering(graph))
    between = np.array(list(nx.betweenness_centrality(graph).values()))
    expected = np.sum(between.max() - between) / 33
    assert betweenness_centralisation(made) == pytest.approx(expected)


def test_modularity_leaves_chance_alone():
    random.seed(5)
    expected = random.random()
    random.seed(5)
    first = modularity(karate())
    assert random.random() == expected
    assert modularity(karate()) == first


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    scenario = Scenario.model_validate({"place": {"organisations": 60, "places": 2}})
    state = new_state(scenario)
    start(state, scenario, seed=3)
    burn_in(state, scenario)
    return Snapshot(state, scenario.place.make())


@pytest.fixture
def emptied(snapshot: Snapshot) -> Snapshot:
    state = type(snapshot.state)(*(column.copy() for column in snapshot.state))
    state.organisations.status = EMPTY
    state.ties.a = NONE
    state.alliances.alive = 0
    return Snapshot(state, snapshot.place)


def test_networks_hold_every_familiar_tie(snapshot):
    made = networks(snapshot)
    ties = snapshot.ties()
    assert sum(len(network.ties) for network in made) == (ties["familiarity"] >= 0.2).sum() > 10
    assert sum(network.size for network in made) == len(snapshot.organisations())
    mine = Snapshot(snapshot.state, snapshot.place)
    assert all(np.array_equal(a.ties, b.ties) for a, b in zip(networks(mine), made, strict=True))


@each("measure", CHOSEN)
def test_chosen_are_in_range_and_never_nan(measure, snapshot, emptied):
    assert measure.low <= measure.compute(snapshot) <= measure.high
    assert measure.compute(emptied) == measure.empty
    assert measure.when == "chosen"


def by_name(name: str):
    return next(measure.compute for measure in CHOSEN if measure.name == name)


def test_shapes_are_means_over_places_by_size(snapshot):
    made = networks(snapshot)
    size = sum(network.size for network in made)
    expected = sum(network.size * clustering(network) for network in made) / size
    assert by_name("clustering")(snapshot) == pytest.approx(expected)


def test_weight_gini_by_hand(emptied):
    state = emptied.state
    state.alliances.alive[:2] = 1
    state.alliances.members[:2] = 2
    state.alliances.last_delivery[:2] = emptied.month
    state.members.organisation[:] = NONE
    for a, weights in enumerate([(0.9, 0.1), (0.5, 0.5)]):
        for k, weight in enumerate(weights):
            state.members[a * MEMBERS + k].organisation = k
            state.members[a * MEMBERS + k].alliance = a
            state.members[a * MEMBERS + k].weight = weight
            state.members[a * MEMBERS + k].voice = 0.5
    # 1.8, .2, 1, 1: mean absolute difference .6 (of 16 pairs), over twice the mean 1
    assert by_name("weight_gini")(emptied) == pytest.approx(0.3)
    assert by_name("voice_gini")(emptied) == pytest.approx(0.0, abs=1e-12)
    state.alliances.last_delivery[:2] = emptied.month - 6
    assert by_name("weight_gini")(emptied) == 0.0


def test_bid_cost_by_size(emptied):
    rows = emptied.state.organisations
    rows.status[:3] = 1
    rows.band[:3] = (0, 1, 3)
    rows.commissioned[:3] = (0.0, 1_000.0, 50_000.0)
    rows.bid_cost_year[:3] = (100.0, 200.0, 5_000.0)
    assert by_name("bid_cost_small")(emptied) == pytest.approx(0.3)
    assert by_name("bid_cost_medium")(emptied) == 0.0
    assert by_name("bid_cost_large")(emptied) == pytest.approx(0.1)


def test_chosen_do_not_depend_on_threads():
    scenario = Scenario(months=12)
    few = {"replicates": 4, "measures": CHOSEN, "at": [5, 11], "final": False}
    one, two = simulate(scenario, threads=1, **few), simulate(scenario, threads=2, **few)
    assert one.chosen.equals(two.chosen)
    assert len(one.chosen) == 8


def test_names_are_not_taken_twice():
    from alliances.model.measures import MEASURES

    names = [measure.name for measure in CHOSEN]
    assert len(set(names) | set(MEASURES)) == len(names) + len(MEASURES)
