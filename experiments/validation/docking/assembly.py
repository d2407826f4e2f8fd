"""Who finds whom: the giant component of team assembly, which appears abruptly."""

import numpy as np
from scipy.optimize import brentq
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from alliances.experiments.validation.docking.check import Check, true
from alliances.experiments.validation.docking.equals import begun, equals, step
from alliances.experiments.validation.docking.trust import MEETING_ONLY
from alliances.model.kernel.state import NONE
from alliances.model.scenario import Scenario

GUIMERA = "Guimera et al. 2005; random graphs: Erdos and Renyi 1960"
EXPLORATION = (0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.12, 0.15, 0.2, 0.25)
RINGS = (0.0, 0.5, 0.8)
COUNT = 2_000
MONTHS = 12


def assembled(exploration: float, ring: float, count: int = COUNT) -> tuple[float, float]:
    """Return the mean degree after a year and the share of all in the largest component.

    Parameters
    ----------
    exploration : float
        Share of meetings that are with somebody new.
    ring : float
        Share of these that go through a friend; Guimera's repeated incumbents.
    count : int
        Organisations, all alike.
    """
    scenario = (
        Scenario()
        .with_values(
            exploration=exploration,
            friend_ring=ring,
            choice_sensitivity=0.0,
            forum_attendance=1.0,
            forum_seats=40,
            homophily_sector=0.0,
            homophily_size=0.0,
            meetings=1.0,
            meeting_days=0.0,
            tie_capacity=30.0,
            familiarity_decay=0.0,
            burn_in=0,
            connectors=0,
        )
        .without("pressure", *MEETING_ONLY)
    )
    state = begun(scenario, equals(count))
    step(state, MONTHS)
    ties = state.ties[state.ties.a != NONE]
    rows = len(state.organisations)
    graph = coo_array((np.ones(len(ties)), (ties.a, ties.b)), shape=(rows, rows))
    sizes = np.bincount(connected_components(graph, directed=False)[1])
    return 2.0 * len(ties) / count, float(sizes.max()) / count


def giant(degree: float) -> float:
    """Return the share in the giant component of a random graph of that mean degree."""
    if degree <= 1.0:
        return 0.0
    return float(brentq(lambda s: s - 1.0 + np.exp(-degree * s), 1e-9, 1.0))


def curve(ring: float, count: int = COUNT) -> np.ndarray:
    """Return exploration, mean degree and largest component, shape (explorations, 3)."""
    return np.array([(e, *assembled(e, ring, count)) for e in EXPLORATION])


def guimera(curves: dict[float, np.ndarray]) -> list[Check]:
    """Check where the giant component appears.

    Parameters
    ----------
    curves : dict of float to ndarray
        What `curve` returned, by share of friends of friends.
    """
    of = "giant component"
    free = curves[0.0]
    checks = [
        Check(of, f"share of all, mean degree {degree:.2f}, strangers only", giant(degree), share,
              0.06 if degree > 1.0 else 0.03, GUIMERA)
        for _, degree, share in free
        if not 0.9 < degree < 1.1  # at the very threshold it is anything
    ]  # fmt: skip
    appears = {ring: float(found[found[:, 2] > 0.2, 1].min()) for ring, found in curves.items()}
    below = free[free[:, 1] < 0.9, 2].max()
    above = free[free[:, 1] > 1.5, 2].min()
    checks.append(true(of, "abrupt: under 5 % below degree .9, over half above 1.5",
                       bool(below < 0.05 and above > 0.5), GUIMERA))  # fmt: skip
    checks.append(
        true(
            of,
            "the more go through friends, the later it appears",
            appears[0.0] < appears[0.5] < appears[0.8],
            GUIMERA,
        )
    )
    return checks
