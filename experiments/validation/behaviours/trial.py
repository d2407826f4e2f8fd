"""Trying statements at points of the box."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import stats

from alliances.experiments.validation.behaviours.box import MONTHS, Point, ends
from alliances.experiments.validation.behaviours.statement import (
    ExpectedDirection,
    StatementVerdict,
)
from alliances.model.measures import MEASURES
from alliances.model.parameters import LEVERS, REGISTRY
from alliances.model.scenario import Change, Scenario
from alliances.model.simulation import simulate

SEED = 2026
FEW, MANY = 8, 40  # replicates of a first look, and those that a counterexample must stand up in
FIRST_LOOK, CONFIRMED = 0.05, 0.001  # one-sided levels
PRICE = ("policy_money", "imbalance")  # what a lever costs is no effect of it
LATER = 12  # month from which a later lever is in force


def run(scenario: Scenario, replicates: int | Sequence[int] = 1) -> np.ndarray:
    """Return monthly measures, shape (replicates, months)."""
    return simulate(scenario, replicates, SEED, final=False).values


def differing(one: np.ndarray, other: np.ndarray) -> list[str]:
    """Return the measures, prices left out, of which at least one bit differs."""
    names = [name for name in MEASURES if name not in PRICE]
    return [name for name in names if one[name].tobytes() != other[name].tobytes()]


# --- what is always so ----------------------------------------------------------


def _outside(values: np.ndarray, names: Sequence[str]) -> list[str]:
    # Sums of shares may miss their end by a rounding error.
    return [
        name
        for name in names
        if not (
            (values[name] >= MEASURES[name].low - 1e-12).all()
            and (values[name] <= MEASURES[name].high + 1e-12).all()
        )
    ]


def _shares() -> list[str]:
    return [n for n, m in MEASURES.items() if m.low == 0.0 and m.high == 1.0]


ALWAYS: dict[str, Callable[[np.ndarray], bool]] = {
    "every measure is a number": lambda v: all(bool(np.isfinite(v[n]).all()) for n in MEASURES),
    "every share lies within 0-1": lambda v: not _outside(v, _shares()),
    "every measure lies within its stated range": lambda v: not _outside(v, list(MEASURES)),
    "the books balance to a part in 10^9": lambda v: bool((v["imbalance"] < 1e-9).all()),
    "impact net of its costs is never above impact": lambda v: bool(
        (v["net_impact"] <= v["impact"] + 1e-12).all()
    ),
    "those below GBP 100,000 get no more than all small ones": lambda v: bool(
        (v["smaller_money"] <= v["small_money"] + 1e-12).all()
    ),
    "working alliances have two members or more": lambda v: bool(
        (v["alliance_size"][v["alliances"] > 0] >= 1.0).all()
    ),
}


def always(points: Sequence[Point], replicates: int = 2) -> list[StatementVerdict]:
    """Try what must hold in every month of every run."""
    found = [StatementVerdict(text, "always", len(points)) for text in ALWAYS]
    for point in points:
        values = run(point.scenario(), replicates)
        for verdict, holds in zip(found, ALWAYS.values(), strict=True):
            if holds(values):
                verdict.held += 1
            else:
                verdict.counterexamples.append(point.number)
    return found


# --- switches --------------------------------------------------------------------


def switches(points: Sequence[Point]) -> list[StatementVerdict]:
    """Try that each lever does something when on, nothing when off, and nothing before its time."""
    found = []
    for lever in LEVERS:
        if lever.name != "new_money":
            found += _switch(lever.name, points)
    return found


def _switch(name: str, points: Sequence[Point]) -> list[StatementVerdict]:
    lever = REGISTRY[name]
    label = lever.label.lower()
    on = StatementVerdict(f"{label} (`{name}`): both ends differ", "switch", len(points))
    off = StatementVerdict(f"{label} (`{name}`): off is the same as absent", "switch", len(points))
    later = StatementVerdict(f"{label} (`{name}`): it changes nothing before its month", "switch",
                    len(points))  # fmt: skip
    for point in points:
        low, high = ends(name)
        if lever.pulse:
            calm = run(_struck(point, name, lever.neutral))
            struck = run(_struck(point, name, high))
            _count(on, point, bool(differing(calm, struck)))
            _count(later, point, not differing(calm[:, :LATER], struck[:, :LATER]), strict=True)
            continue
        one, other = run(point.scenario(**{name: low})), run(point.scenario(**{name: high}))
        _count(on, point, bool(differing(one, other)))
        if lever.neutral is not None:
            neutral = run(point.scenario(**{name: lever.neutral}))
            absent = run(point.scenario().without(name))
            _count(off, point, not differing(neutral, absent), strict=True)
        changed = run(_later(point, name, low, high))
        _count(later, point, not differing(one[:, :LATER], changed[:, :LATER]), strict=True)
    return [v for v in (on, off, later) if v.held or v.unmoved or v.counterexamples]


def _count(verdict: StatementVerdict, point: Point, holds: bool, *, strict: bool = False) -> None:
    """Book a point; one where nothing could be told is a counterexample only to a strict claim."""
    if holds:
        verdict.held += 1
    elif strict:
        verdict.counterexamples.append(point.number)
    else:
        verdict.unmoved += 1


def _struck(point: Point, name: str, value: Any) -> Scenario:
    """Return the point with one shock in month 12, and no other."""
    calm = Point(point.number, point.values)
    return calm.scenario().model_copy(
        update={"timeline": (Change(month=LATER, set={name: value}),)}
    )


def _later(point: Point, name: str, low: Any, high: Any) -> Scenario:
    scenario = point.scenario(**{name: low})
    timeline = (*scenario.timeline, Change(month=LATER, set={name: high}))
    return scenario.model_copy(update={"timeline": timeline})


# --- directions ------------------------------------------------------------------


def differences(point: Point, claim: ExpectedDirection, replicates: Sequence[int]) -> np.ndarray:
    """Return what the change does to the measure, run by run, counted the way that is claimed."""
    less = run(_with(point, claim.less), replicates)[claim.measure]
    more = run(_with(point, claim.more), replicates)[claim.measure]
    return claim.sign * (more - less).mean(axis=1)


def _with(point: Point, values: Any) -> Scenario:
    shocks = {name: value for name, value in values.items() if REGISTRY[name].pulse}
    scenario = point.scenario(**{n: v for n, v in values.items() if n not in shocks})
    if not shocks:
        return scenario
    calm = Point(point.number, point.values, {**point.shocks, **shocks})
    return calm.scenario(**{n: v for n, v in values.items() if n not in shocks})


def surely(differences: np.ndarray, level: float, sign: int) -> bool:
    """Whether a mean lies on one side of 0 at a one-sided level (t test of pairs)."""
    if len(differences) < 2 or not differences.any():
        return False
    spread = float(differences.std(ddof=1))
    mean = sign * float(differences.mean())
    if spread == 0.0:
        return mean > 0.0
    t = mean / (spread / np.sqrt(len(differences)))
    return bool(stats.t.sf(t, len(differences) - 1) < level)


def directions(
    points: Sequence[Point], claims: Sequence[ExpectedDirection]
) -> list[StatementVerdict]:
    """Try claims of direction with matched runs.

    A point at which the mean moves the wrong way in a first look is run again with other luck,
    and is a counterexample only if that shows it at the one-sided level of .001: with many points,
    some would look wrong by chance.
    """
    found = []
    for claim in claims:
        verdict = StatementVerdict(claim.text, "direction", len(points), note=claim.reason)
        for point in points:
            first = differences(point, claim, range(FEW))
            if surely(first, FIRST_LOOK, -1):
                again = differences(point, claim, range(FEW, FEW + MANY))
                if surely(again, CONFIRMED, -1):
                    verdict.counterexamples.append(point.number)
                    continue
            if surely(first, FIRST_LOOK, 1):
                verdict.held += 1
            else:
                verdict.unmoved += 1
        found.append(verdict)
    return found


__all__ = ["ALWAYS", "MONTHS", "always", "differences", "directions", "run", "surely", "switches"]
