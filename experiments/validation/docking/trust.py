"""Trust: where a rule settles, and pairs of equals who come to trust each other alike."""

import numba
import numpy as np

from alliances.experiments.validation.docking.check import Check, true
from alliances.experiments.validation.docking.equals import begun, equals, step
from alliances.model.kernel.state import NONE, State
from alliances.model.parameters import REGISTRY
from alliances.model.places.source import PlaceSource
from alliances.model.processes.relations import learn
from alliances.model.scenario import Scenario

FIXED = "fixed point of the rule: p / (p + (1 - p) L)"
KIM = "Kim 2009"
LOSS_RATIOS = (1.0, 2.0, 4.0)
GAIN = 0.004
EXPERIENCES = 40_000
FAMILIAR = 0.3
# Everybody may meet everybody and nobody is told whom to trust: pairs learn by themselves.
OPEN = {
    "forum_attendance": 1.0,
    "homophily_sector": 0.0,
    "homophily_size": 0.0,
    "meetings": 2.0,
    "tie_capacity": 12.0,
    "burn_in": 0,
    "connectors": 0,
    "dominance_mean": 0.0,
    "dominance_spread": 0.0,
    "stranger_spread": 0.15,
    "stranger_memory": 1.0,
    "stranger_learning": 0.0,
    "goodwill": 0.0,
    "carried_discount": 1.0,
    "turnover_rate": 0.0,
}
MEETING_ONLY = ("commission", "connect", "ally", "deliberate", "deliver", "reckon", "account")


@numba.njit
def _learn_all(state, good, path):  # type: ignore[no-untyped-def]
    for number in range(len(good)):
        learn(state, 0, state.ties[0].a, 1.0 if good[number] else -1.0, 0)
        path[number] = state.ties[0].trust_ab


def pair() -> State:
    """Return a state in which tie 0 joins rows 0 and 1."""
    state = begun(Scenario(place=PlaceSource(organisations=4)).with_values(burn_in=0))
    state.ties[0].a, state.ties[0].b = 0, 1
    return state


def settled(state: State, rule: str, good: float, loss_ratio: float, start: float = 0.5) -> float:
    """Return where trust settles when a share `good` of experiences is good."""
    state.params["trust_rule"] = REGISTRY["trust_rule"].options.index(rule)
    state.params["trust_gain"] = GAIN
    state.params["loss_ratio"] = loss_ratio
    state.params["trust_memory"] = 0.999
    tie = state.ties[0]
    tie.trust_ab, tie.evidence_ab = start, 4.0
    experiences = np.arange(EXPERIENCES) < good * EXPERIENCES
    path = np.empty(EXPERIENCES)
    _learn_all(state, np.random.default_rng(1).permutation(experiences), path)
    return float(path[EXPERIENCES // 2 :].mean())


def fixed_point(good: float, loss_ratio: float) -> float:
    """Return where theory says that it settles."""
    return good / (good + (1.0 - good) * loss_ratio)


def fixed_points() -> list[Check]:
    """Check where the rules `asymmetric` and `beta` settle, from below and from above."""
    state = pair()
    return [
        Check(
            f"trust rule {rule}",
            f"settles at, {good:.0%} good, loss ratio {loss:g}, from {start:g}",
            fixed_point(good, loss),
            settled(state, rule, good, loss, start),
            0.02,
            FIXED,
        )
        for rule in ("asymmetric", "beta")
        for good, loss in ((0.3, 1.0), (0.8, 1.0), (0.8, 2.0), (0.9, 4.0))
        for start in (0.05, 0.95)
    ]


def gaps(rule: str, years: int = 10, count: int = 200) -> np.ndarray:
    """Return how far apart the two sides of familiar ties of equals are, year by year.

    Returns
    -------
    ndarray of float64, shape (years, 2)
        Mean gap within a tie, and between sides of different ties.
    """
    scenario = Scenario().with_values(trust_rule=rule, **OPEN).without(*MEETING_ONLY)
    state = begun(scenario, equals(count))
    generator = np.random.default_rng(1)
    found = np.empty((years, 2))
    for year in range(years):
        step(state, 12)
        ties = state.ties[(state.ties.a != NONE) & (state.ties.familiarity > FAMILIAR)]
        one, other = ties.trust_ab, ties.trust_ba
        found[year, 0] = np.abs(one - other).mean()
        found[year, 1] = np.abs(one - generator.permutation(other)).mean()
    return found


def kim(found: np.ndarray) -> list[Check]:
    """Check that pairs of equals become symmetric under `reinforcing`.

    Parameters
    ----------
    found : ndarray, shape (years, 2)
        What `gaps` returned.
    """
    of = "symmetric trust of equals"
    year5 = found[4]
    return [
        Check(of, "gap within pairs after five years", 0.0, float(year5[0]), 0.05, KIM),
        true(
            of,
            "at most half of the gap between different pairs, in each of the first five years",
            bool((found[:5, 0] < 0.5 * found[:5, 1]).all()),
            KIM,
        ),
        true(of, "and narrower each year", bool((np.diff(found[:, 0]) < 0.0).all()), KIM),
    ]
