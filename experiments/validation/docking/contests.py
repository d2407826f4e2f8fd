"""Contests: Tullock's equilibrium, and Geard and Noble's bidders who escalate and drop out."""

from itertools import pairwise

import numba
import numpy as np
from numba import uint64

from alliances.experiments.validation.docking.check import Check, true
from alliances.experiments.validation.docking.equals import begun, step
from alliances.model.kernel.draws import COMMISSION, uniform
from alliances.model.places.source import PlaceSource
from alliances.model.processes.tender import (
    DROP_OUT_AFTER,
    DROP_OUT_MONTHS,
    ESCALATION,
    best_response,
    contest_weight,
)
from alliances.model.scenario import Scenario

TULLOCK = "Tullock 1980"
GEARD_NOBLE = "Geard and Noble 2010"
RIVALS = tuple(range(2, 13))
EXPONENTS = (0.5, 1.0, 1.1)
RATIOS = (1.0, 2.0, 3.0, 5.0, 10.0, 20.0)
ROUNDS = 30_000
CONTESTS = 20_000
MONTHS = 120


@numba.njit
def _respond(efforts, exponent, rounds):  # type: ignore[no-untyped-def]
    """Rivals who each answer the last round's chances, as bidders of the model do."""
    n = len(efforts)
    for _ in range(rounds):
        total = 0.0
        for i in range(n):
            total += efforts[i] ** exponent
        for i in range(n):
            chance = efforts[i] ** exponent / total
            efforts[i] = best_response(efforts[i], chance, exponent, n)


@numba.njit
def _weights(state, days, found):  # type: ignore[no-untyped-def]
    for i in range(len(days)):
        found[i] = contest_weight(state.params[0], days[i], 1e5, 0.5, 0.5, 0.0)


@numba.njit
def _wins(weights, contests):  # type: ignore[no-untyped-def]
    """Exponential clocks, as tenders have them: the first to ring wins; wins of bidder 0."""
    wins = 0
    for month in range(contests):
        winner, first = -1, 1e300
        for i in range(len(weights)):
            u = uniform(uint64(5), month, COMMISSION, 1_100, uint64(i + 1), uint64(9))
            clock = -np.log(1.0 - u) / weights[i]
            if clock < first:
                winner, first = i, clock
        wins += winner == 0
    return wins


def dissipation(rivals: int, exponent: float) -> float:
    """Return the share of the prize that `rivals` who learn their effort spend on the contest."""
    efforts = np.linspace(0.05, 0.15, rivals)
    _respond(efforts, exponent, ROUNDS)
    return float(efforts.sum())


def equilibrium(rivals: int, exponent: float) -> float:
    """Return the same in the symmetric equilibrium, which exists up to n / (n - 1)."""
    return exponent * (rivals - 1) / rivals


def win_share(ratio: float) -> float:
    """Return how often a bidder with `ratio` times the other's effort wins, exponent 1."""
    state = begun(Scenario(place=PlaceSource(organisations=4)).with_values(burn_in=0))
    state.params["intensity"] = 1.0
    state.params["muscle"] = 0.0
    weights = np.empty(2)
    _weights(state, np.array([ratio, 1.0]), weights)
    return float(_wins(weights, CONTESTS)) / CONTESTS


def bidding(rule: str) -> dict[str, np.ndarray]:
    """Return what bidders of a place without grants learn under a rule.

    Returns
    -------
    dict of str to ndarray, shape (months, rows of the place)
        effort (as a share of the prize), losses in a row, out (whether it sits tenders out), uid.
    """
    place = PlaceSource(organisations=200)
    scenario = Scenario(place=place).with_values(competition=1.0, single_lead=0.0, rival_rule=rule)
    state = begun(scenario)
    kept: dict[str, list[np.ndarray]] = {"effort": [], "losses": [], "out": [], "uid": []}
    for month in range(MONTHS):
        step(state, 1)
        rows = state.organisations
        kept["effort"].append(rows.bid_effort.copy())
        kept["losses"].append(rows.losses.copy())
        kept["out"].append(rows.out_until > month)
        kept["uid"].append(rows.uid.copy())
    return {name: np.array(values) for name, values in kept.items()}


def spells(path: dict[str, np.ndarray]) -> np.ndarray:
    """Return the lengths in months of the spells out of tenders that began and ended in view."""
    found = []
    for row in range(path["out"].shape[1]):
        out = path["out"][:, row].astype(int)
        edges = np.flatnonzero(np.diff(out))
        found += [
            end - first
            for first, end in pairwise(edges)
            if out[first + 1]
            and (path["uid"][first : end + 1, row] == path["uid"][first, row]).all()
        ]
    return np.array(found)


def tullock() -> list[Check]:
    """Check dissipation and win shares of the contest."""
    of = "Tullock contest"
    checks = [
        Check(
            of,
            f"share of the prize spent by {n} rivals, exponent {r:g}",
            equilibrium(n, r),
            dissipation(n, r),
            1e-3,
            TULLOCK,
        )
        for n in (2, 4, 8, 12)
        for r in EXPONENTS
        if r <= n / (n - 1)
    ]
    for ratio in (1.0, 10.0):
        expected = ratio / (ratio + 1.0)
        noise = 4.0 * float(np.sqrt(expected * (1.0 - expected) / CONTESTS))
        what = f"share won with {ratio:g} times the other's effort"
        checks.append(Check(of, what, expected, win_share(ratio), noise, TULLOCK))
    return checks


def geard_noble(path: dict[str, np.ndarray], rival: dict[str, np.ndarray]) -> list[Check]:
    """Check that losers escalate, drop out and come back.

    Parameters
    ----------
    path, rival : dict of str to ndarray
        What `bidding` returned for the rules "escalate" and "best_response".
    """
    of = "escalating bidders"
    same = path["uid"][1:] == path["uid"][:-1]
    lost = (path["losses"][1:] == path["losses"][:-1] + 1) & same & (path["effort"][:-1] < 0.8)
    growth = path["effort"][1:][lost] / path["effort"][:-1][lost]
    return [
        Check(of, "effort after a loss, against before", ESCALATION, float(np.median(growth)),
              1e-9, GEARD_NOBLE),
        Check(of, "most losses in a row of a bidder who is not out",
              DROP_OUT_AFTER - 1.0, float(path["losses"].max()), 0.0, GEARD_NOBLE),
        Check(of, "months that a bidder stays out", float(DROP_OUT_MONTHS),
              float(np.median(spells(path))), 0.0, GEARD_NOBLE),
        true(of, "some bidders are out at any time", bool(path["out"].any(axis=1).all()),
             GEARD_NOBLE),
        true(of, "under best response nobody ever drops out", not rival["out"].any(), TULLOCK),
    ]  # fmt: skip
