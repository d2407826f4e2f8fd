"""Measures at chosen months: the shape of the network of familiar ties, and who has what.

A tie of familiarity .2 or more counts, without direction, as in data on real partnerships. Shapes
are those of each place, and the mean over places by size: organisations tie within their place.
Every measure has a value on empty input, stated with its function; none is ever NaN.

`igraph` is loaded when it is first needed.
"""

import random
import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from alliances.model.kernel.state import MEMBERS, NONE, is_working
from alliances.model.measures import INF, Measure
from alliances.model.places.place import gini
from alliances.model.snapshot import Snapshot

FAMILIAR = 0.2  # familiarity of a tie in the sense of network data
TRIES = 10
FUNCTIONING = 6  # months within which an alliance must have delivered
# Bands by income when built (or founded): below GBP 100,000, below 1m, and from there on.
SIZES = MappingProxyType({"small": (0, 1), "medium": (2,), "large": (3, 4, 5)})


class Network:
    """A network without direction, loops or double ties.

    Parameters
    ----------
    size : int
        Organisations, numbered from 0.
    ties : array_like of int, shape (ties, 2)
        The two ends of each.

    Raises
    ------
    ValueError
        If an end is not one of the organisations.
    """

    def __init__(self, size: int, ties: Any = ()) -> None:
        ends = np.sort(np.asarray(ties, np.int64).reshape(-1, 2), axis=1)
        if len(ends) and not (ends.min() >= 0 and ends.max() < size):
            raise ValueError(f"ties name organisation {ends.max()}; there are {size}, from 0")
        self.size = size
        self.ties = np.unique(ends[ends[:, 0] != ends[:, 1]], axis=0)

    @cached_property
    def degree(self) -> np.ndarray:
        """Ties of each organisation."""
        return np.bincount(self.ties.ravel(), minlength=self.size)

    @cached_property
    def graph(self) -> Any:
        """The same as an `igraph.Graph`."""
        import igraph

        return igraph.Graph(self.size, self.ties.tolist())

    @property
    def pairs(self) -> float:
        """Pairs of organisations."""
        return self.size * (self.size - 1.0) / 2.0


def density(network: Network) -> float:
    """Return ties / pairs, 0-1; 0 for fewer than two organisations."""
    return len(network.ties) / network.pairs if network.size > 1 else 0.0


def largest_component(network: Network) -> float:
    """Return the share of organisations in the largest connected part; 0 when there are none."""
    if network.size == 0:
        return 0.0
    return max(network.graph.connected_components().sizes()) / network.size


def isolates(network: Network) -> float:
    """Return the share of organisations without a tie; 0 when there are no organisations."""
    return float(np.mean(network.degree == 0)) if network.size else 0.0


def clustering(network: Network) -> float:
    """Return the mean local clustering, 0-1; fewer than two ties count as 0, as does none at all.

    Watts and Strogatz (1998): the share of pairs of an organisation's partners that are tied.
    """
    if len(network.ties) < 2:
        return 0.0
    return float(network.graph.transitivity_avglocal_undirected(mode="zero"))


# igraph has one generator for the whole process: it is lent, not left to chance or to threads.
_GENERATOR = threading.Lock()


def modularity(network: Network) -> float:
    """Return the modularity of the best division found; 0 without ties.

    The best of ten tries of the Leiden algorithm (Traag, Waltman and van Eck 2019): single ones
    differ by .02. The generator is its own, so that the value depends on the network alone.
    """
    if len(network.ties) == 0:
        return 0.0
    import igraph

    graph = network.graph
    with _GENERATOR:
        igraph.set_random_number_generator(random.Random(1))  # noqa: S311 (what igraph takes)
        try:
            tries = (graph.community_leiden("modularity", n_iterations=-1) for _ in range(TRIES))
            best = max(division.modularity for division in tries)
        finally:
            igraph.set_random_number_generator(random)
    return float(best)


def core_periphery(network: Network) -> float:
    """Return how well a core and its periphery describe the network, 0-1.

    Borgatti and Everett (2000), the discrete pattern in which all pairs are tied that have at
    least one end in the core, and no others: the correlation of pattern and network over pairs,
    at the best core among those made of the organisations with most ties. 1 for a star; 0 where
    all pairs are tied, or none, and never below.
    """
    n, ties, pairs = network.size, len(network.ties), network.pairs
    if n < 3 or ties in (0, pairs):
        return 0.0
    rank = np.empty(n, np.int64)
    rank[np.argsort(-network.degree, kind="stable")] = np.arange(n)
    first = rank[network.ties].min(axis=1)  # a tie touches the core once this rank is in it
    core = np.arange(1, n - 1)
    touching = np.cumsum(np.bincount(first, minlength=n))[: n - 2].astype(float)
    pattern = core * (core - 1.0) / 2.0 + core * (n - core)
    spread = np.sqrt(ties * (pairs - ties)) * np.sqrt(pattern * (pairs - pattern))
    return max(0.0, float(np.max((pairs * touching - ties * pattern) / spread)))


def degree_centralisation(network: Network) -> float:
    """Return Freeman's (1979) degree centralisation, 0-1; 0 for fewer than three organisations."""
    n = network.size
    if n < 3:
        return 0.0
    return float(np.sum(network.degree.max() - network.degree)) / ((n - 1.0) * (n - 2.0))


def betweenness_centralisation(network: Network) -> float:
    """Return Freeman's (1979) betweenness centralisation, 0-1.

    Sum over organisations of (highest - own betweenness) / (n - 1), each as a share of the pairs
    of others; 1 for a star, 0 for fewer than three organisations. Time grows with ties times
    organisations.
    """
    n = network.size
    if n < 3 or len(network.ties) == 0:
        return 0.0
    between = np.asarray(network.graph.betweenness()) / ((n - 1.0) * (n - 2.0) / 2.0)
    return max(0.0, float(np.sum(between.max() - between)) / (n - 1.0))


def degree_gini(network: Network) -> float:
    """Return the Gini coefficient of ties over organisations, 0-1; 0 without ties."""
    return max(0.0, gini(network.degree.astype(float)))


# --- from a snapshot ----------------------------------------------------------

_made: "WeakKeyDictionary[Snapshot, tuple[Network, ...]]" = WeakKeyDictionary()


def networks(snapshot: Snapshot) -> tuple[Network, ...]:
    """Return the network of familiar ties of each place, organisations in the order of their uid.

    The order makes results the same for the same bodies in other rows.
    """
    found = _made.get(snapshot)
    if found is None:
        rows = snapshot.state.organisations
        ties = snapshot.state.ties
        live = np.flatnonzero(is_working(rows.status))
        live = live[np.lexsort((rows.uid[live], rows.place[live]))]
        counts = np.bincount(rows.place[live], minlength=len(snapshot.state.places))
        starts = np.cumsum(counts) - counts
        number = np.full(len(rows), NONE)
        number[live] = np.arange(len(live)) - starts[rows.place[live]]
        familiar = np.flatnonzero((ties.a >= 0) & (ties.familiarity >= FAMILIAR))
        ends = np.stack([ties.a[familiar], ties.b[familiar]], axis=1)
        here = rows.place[ends[:, 0]]
        order = np.argsort(here, kind="stable")
        cuts = np.searchsorted(here[order], np.arange(1, len(counts)))
        parts = np.split(number[ends[order]], cuts)
        pairs = zip(counts.tolist(), parts, strict=True)
        found = _made[snapshot] = tuple(Network(size, part) for size, part in pairs)
    return found


def _over_places(shape: Callable[[Network], float]) -> Callable[[Snapshot], float]:
    """Return the mean of a shape over places, by their organisations; 0 when there are none."""

    def compute(snapshot: Snapshot) -> float:
        made = networks(snapshot)
        size = sum(network.size for network in made)
        if size == 0:
            return 0.0
        return sum(network.size * shape(network) for network in made if network.size) / size

    return compute


def median_ties(snapshot: Snapshot) -> float:
    """Return the median of organisations' familiar ties; 0 when there are no organisations."""
    degrees = np.concatenate([np.empty(0), *(network.degree for network in networks(snapshot))])
    return float(np.median(degrees)) if len(degrees) else 0.0


def income_gini(snapshot: Snapshot) -> float:
    """Return the Gini coefficient of income over whole bodies; 0 when nobody has any."""
    rows = snapshot.state.organisations
    live = rows[is_working(rows.status)]
    _, whole = np.unique(live.body, return_inverse=True)
    return max(0.0, gini(np.bincount(whole, np.maximum(live.income, 0.0))))


def _seats(snapshot: Snapshot) -> tuple[np.ndarray, np.ndarray]:
    """Seats of functioning alliances, and the members of the alliance that each is in."""
    alliances, members = snapshot.state.alliances, snapshot.state.members
    recent = snapshot.month - alliances.last_delivery < FUNCTIONING
    works = (alliances.alive != 0) & (alliances.members >= 2) & recent
    taken = np.repeat(works, MEMBERS) & (members.organisation != NONE)
    return members[taken], alliances.members[members.alliance[taken]]


def weight_gini(snapshot: Snapshot) -> float:
    """Return the Gini coefficient of members' weight; 0 when there are no alliances.

    Weight is the share in the alliance's weight times its members: 1 is an equal part in an
    alliance of any size.
    """
    seats, members = _seats(snapshot)
    return max(0.0, gini(np.maximum(seats["weight"], 0.0) * members))


def voice_gini(snapshot: Snapshot) -> float:
    """Return the Gini coefficient of members' voice over seats; 0 when nobody has any."""
    seats, _ = _seats(snapshot)
    return max(0.0, gini(np.maximum(seats["voice"], 0.0)))


def _bid_cost(bands: Sequence[int]) -> Callable[[Snapshot], float]:
    """Return the measure of bid cost for organisations of some bands."""

    def compute(snapshot: Snapshot) -> float:
        rows = snapshot.state.organisations
        live = is_working(rows.status) & np.isin(rows.band, bands)
        income = float(rows.commissioned[live].sum())
        return float(rows.bid_cost_year[live].sum()) / income if income > 0.0 else 0.0

    return compute


def _chosen(
    name: str,
    label: str,
    unit: str,
    group: str,
    formula: str,
    compute: Callable[[Snapshot], float],
    high: float = 1.0,
    direction: Any = "neither",
    low: float = 0.0,
) -> Measure:
    return Measure(name, label, unit, group, formula, low, high, direction, 0.0, "chosen", compute)


_MEAN = "; familiar ties, mean over places by size"
_LESS = "less is better"

#: Measures for ``simulate(measures=CHOSEN, at=[...])``.
CHOSEN: tuple[Measure, ...] = (
    _chosen(
        "largest_component",
        "Largest connected part",
        "share",
        "collaboration",
        "organisations in the largest connected part / organisations" + _MEAN,
        _over_places(largest_component),
    ),
    _chosen(
        "isolates",
        "Organisations without a tie",
        "share",
        "collaboration",
        "organisations without a familiar tie / organisations",
        _over_places(isolates),
        direction=_LESS,
    ),
    _chosen(
        "clustering",
        "Clustering",
        "0-1",
        "collaboration",
        "mean share of pairs of an organisation's partners that are tied" + _MEAN,
        _over_places(clustering),
    ),
    _chosen(
        "modularity",
        "Modularity",
        "0-1",
        "collaboration",
        "ties within groups less what chance would give, Leiden division" + _MEAN,
        _over_places(modularity),
        low=-0.5,
    ),
    _chosen(
        "core_periphery",
        "Core and periphery",
        "0-1",
        "collaboration",
        "correlation over pairs of the network with one in which exactly the pairs with an end in "
        "the core are tied, at the best core by number of ties" + _MEAN,
        _over_places(core_periphery),
    ),
    _chosen(
        "betweenness_centralisation",
        "Dependence on go-betweens",
        "0-1",
        "collaboration",
        "Freeman: sum of (highest betweenness - betweenness) / (n - 1)" + _MEAN,
        _over_places(betweenness_centralisation),
    ),
    _chosen(
        "median_ties",
        "Ties of the middle organisation",
        "ties",
        "collaboration",
        "median over organisations of familiar ties",
        median_ties,
        high=INF,
    ),
    _chosen(
        "degree_gini",
        "Inequality of ties",
        "0-1",
        "balance",
        "Gini coefficient of organisations' familiar ties, mean over places by size",
        _over_places(degree_gini),
    ),
    _chosen(
        "income_gini",
        "Inequality of income",
        "0-1",
        "balance",
        "Gini coefficient of income over whole bodies",
        income_gini,
        direction=_LESS,
    ),
    _chosen(
        "weight_gini",
        "Inequality of weight in alliances",
        "0-1",
        "balance",
        "Gini coefficient over seats of weight share x members",
        weight_gini,
        direction=_LESS,
    ),
    _chosen(
        "voice_gini",
        "Inequality of voice in alliances",
        "0-1",
        "balance",
        "Gini coefficient over seats of voice",
        voice_gini,
        direction=_LESS,
    ),
    *(
        _chosen(
            f"bid_cost_{size}",
            f"Bidding against money won: {words}",
            "ratio",
            "cost",
            f"12-month cost of bids / 12-month income from agreements, organisations {words}",
            _bid_cost(SIZES[size]),
            high=INF,
            direction=_LESS,
        )
        for size, words in (
            ("small", "below GBP 100,000"),
            ("medium", "of GBP 100,000 to 1m"),
            ("large", "of GBP 1m and more"),
        )
    ),
)
