"""Patterns 6 and 9: how fast trust is built and lost, and whether two starts end alike."""

from collections.abc import Iterator

import numpy as np

from alliances.experiments.runs.interval import half_width
from alliances.experiments.validation.patterns.finding import PatternFinding, findings, yes
from alliances.model.endurance import resilience
from alliances.model.kernel.state import ACTIVE, COUNCIL, HEALTH
from alliances.model.measures import Measure
from alliances.model.scenario import Change, Scenario
from alliances.model.simulation import simulate
from alliances.model.snapshot import Snapshot

RUNS = 32
LONG = 480
SHOCK = 36
DESIGN = "target of the specification"


def _public_bonds(snapshot: Snapshot) -> float:
    ties = snapshot.state.ties[snapshot.state.ties.a >= 0]
    rows = snapshot.state.organisations
    public = np.isin(rows.sector, (COUNCIL, HEALTH)) & (rows.status == ACTIVE)
    bond = ties.familiarity * 0.5 * (ties.trust_ab + ties.trust_ba)
    bonds = bond[public[ties.a]].sum() + bond[public[ties.b]].sum()
    return float(bonds / public.sum()) if public.any() else 0.0


PUBLIC_BONDS = Measure(
    "public_bonds",
    "Bonds of public bodies",
    "ties",
    "collaboration",
    "sum over a council's or health body's ties of familiarity x mean trust of both sides, mean "
    "over these bodies",
    0,
    120,
    "more is better",
    when="chosen",
    compute=_public_bonds,
)


def restructuring() -> Iterator[PatternFinding]:
    """Pattern 6: familiarity x trust around public bodies after they are restructured."""
    series = []
    for change in ((), (Change(month=SHOCK, set={"restructuring": 0.9}),)):
        result = simulate(
            Scenario(timeline=change),
            2 * RUNS,
            measures=[PUBLIC_BONDS],
            at=range(120),
            final=False,
        )
        series.append(result.chosen["public_bonds"].to_numpy().reshape(-1, 120).mean(axis=0))
    found = resilience(series[1], SHOCK, series[0]).iloc[0]
    down, up = int(found["months_to_trough"]), int(found["months_to_recover"])
    note = f"mean over {2 * RUNS} matched runs; restructuring .9 at month {SHOCK}"
    within = note if found["recovered"] else f"not within the run; {note}"
    drop = "drop of familiarity x trust around restructured bodies, share"
    yield from findings(
        6,
        (drop, found["drop_share"], None, None, "", note),
        ("months from the blow to the lowest point", down, None, None, "", note),
        ("months from there until nine tenths are made good", up, None, None, "", within),
        ("recovery is slower than loss (1: it is)", yes(up > down), 1, 1, DESIGN),
    )


def two_starts() -> Iterator[PatternFinding]:
    """Patterns 6 and 9: after a collapse and after a flourishing, against neither."""
    usual, low, high = (
        simulate(Scenario(months=LONG, timeline=change), RUNS, final=False).values["trust"]
        for change in (
            (),
            (Change(month=0, set={"trust_reset": -1.0}),),
            (Change(month=0, set={"trust_reset": 1.0}),),
        )
    )
    scar = _half_life((usual - low).mean(axis=0))
    bloom = _half_life((high - usual).mean(axis=0))
    note = f"mean over {RUNS} matched runs of {LONG} months; half of the gap in month 0"
    faster = "trust is lost faster than it is built (1: it is)"
    yield from findings(
        6,
        ("months to rebuild half of collapsed trust", scar, 12, None, DESIGN, note),
        ("months to lose half of flourishing trust", bloom, None, None, "", note),
        (faster, yes(bloom < scar), 1, 1, DESIGN),
    )
    gap = (high - low)[:, -12:].mean(axis=1)
    least = gap.mean() - half_width(gap)
    two = least > 0.05
    told = "two regimes: " if two else "one regime: "
    yield from findings(
        9,
        ("paired trust gap at month 480, flourishing less collapsed", gap.mean()),
        ("lower end of its 95 % interval", least),
        ("two regimes (1: the lower end is above .05)", yes(two), None, None, "", told + note),
    )


def _half_life(gap: np.ndarray) -> float:
    """First month in which half of the first gap is left, or the horizon."""
    below = np.flatnonzero(gap <= gap[0] / 2.0)
    return float(below[0]) if len(below) else float(len(gap))
