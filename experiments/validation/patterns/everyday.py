"""Patterns 1 and 5: today's practice after five and ten years, and what bidding costs."""

from collections.abc import Iterator

import numpy as np

from alliances.experiments.validation.patterns.finding import PatternFinding, findings, yes
from alliances.model.network import CHOSEN
from alliances.model.parameters import REGISTRY
from alliances.model.scenario import Scenario
from alliances.model.simulation import Result, simulate

RUNS = 64
WORLDS = 256
SURVEY = "surveys of English voluntary organisations"
DESIGN = "target of the specification"
BIDDING = "UK estimates: 38 / 35 / 16 % of grant income, or 17.5 % small and 5.6 % overall"


def baseline() -> Result:
    """Return today's practice, 80 organisations, 120 months."""
    return simulate(Scenario(), RUNS, measures=CHOSEN, at=[59, 119])


def everyday(result: Result) -> Iterator[PatternFinding]:
    """Pattern 1."""
    values = result.values

    def at(name: str, month: int) -> float:
        """Mean over runs of the year that ends with a month."""
        return float(values[name][:, month - 11 : month + 1].mean())

    policy = "ten estuary partnerships, trust among working partners: .59, SD .20"
    kept = float((values["priorities_spread"][:, 119] / values["priorities_spread"][:, 0]).mean())
    effect, slope = _starting_trust()
    swept = f"over {WORLDS} worlds drawn between the low and high level of every assumption"
    allied, later = at("alliance_share", 59), at("alliance_share", 119)
    tied, well = at("informal_share", 59), at("meetings_well", 59)
    trust, spread = at("trust_familiar", 59), at("trust_spread", 59)
    effect_of = "standardised effect of starting stranger trust on month-120 trust"
    slope_of = "month-120 trust gained for 1 of starting stranger trust, all else at its default"
    yield from findings(
        1,
        ("organisations in a working alliance, year 5", allied, 0.2, 0.4, SURVEY),
        ("organisations in a working alliance, year 10", later),
        ("organisations with a familiar, trusted tie, year 5", tied, 0.65, 0.85, SURVEY),
        ("mean trust among the familiar, year 5", trust, 0.54, 0.64, policy),
        ("its standard deviation", spread, 0.15, 0.25, policy),
        ("share of meetings that go well, year 5", well, 0.55, 0.85, DESIGN),
        ("priorities' SD, month 120 against month 0", kept, 0.7, None, DESIGN),
        (effect_of, effect, None, 0.5, DESIGN, swept),
        (slope_of, slope),
    )


def _starting_trust() -> tuple[float, float]:
    """Standardised coefficient over many worlds; slope with all else at its default."""
    from scipy.stats import qmc

    swept = [
        name
        for name, entry in REGISTRY.items()
        if not entry.is_lever and {"low", "high"} <= set(entry.levels) and name != "burn_in"
    ]
    points = qmc.LatinHypercube(len(swept), rng=np.random.default_rng(1)).random(WORLDS)
    low = np.array([REGISTRY[name].levels["low"] for name in swept], float)
    high = np.array([REGISTRY[name].levels["high"] for name in swept], float)
    points = low + points * (high - low)
    trust = np.empty(WORLDS)
    for k, point in enumerate(points):
        given = {
            name: round(value) if REGISTRY[name].kind == "whole" else float(value)
            for name, value in zip(swept, point, strict=True)
        }
        result = simulate(Scenario().with_values(**given), [k], threads=1, final=False)
        trust[k] = result.values["trust_familiar"][0, 108:].mean()
    start = points[:, swept.index("stranger_trust")]
    effect = float(np.corrcoef(start, trust)[0, 1])
    ends = []
    for level in (0.3, 0.6):
        result = simulate(Scenario().with_values(stranger_trust=level), 32, final=False)
        ends.append(float(result.values["trust_familiar"][:, 108:].mean()))
    return effect, (ends[1] - ends[0]) / 0.3


def bid_costs(result: Result) -> Iterator[PatternFinding]:
    """Pattern 5."""
    last = result.chosen[result.chosen["month"] == 119]
    mean = [float(last[f"bid_cost_{size}"].mean()) for size in ("small", "medium", "large")]
    bands = ((0.175, 0.38), (0.1, 0.35), (0.02, 0.16))
    words = ("below GBP 100,000", "GBP 100,000-1m", "above 1m")
    for of, value, (low, high) in zip(words, mean, bands, strict=True):
        what = f"bid cost / income from agreements, {of}, month 120"
        note = "" if of == words[0] else "the lower end is an assumption"
        yield PatternFinding(5, what, value, low, high, BIDDING, note)
    falls = yes(mean[0] > mean[1] > mean[2])
    overall = float(result.values["bid_cost_share"][:, 119].mean())
    yield from findings(
        5,
        ("bid cost share falls with size (1: it does)", falls, 1.0, 1.0, BIDDING),
        ("bid cost / income from agreements, all", overall, 0.056, 0.3, BIDDING),
    )
