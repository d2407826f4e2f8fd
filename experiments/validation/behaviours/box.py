"""Points of the whole box of parameters: every assumption and every lever between its ends."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.stats import qmc

from alliances.model.parameters import LEVERS, REGISTRY, WORLD
from alliances.model.places.source import PlaceSource
from alliances.model.registry import Parameter
from alliances.model.scenario import Change, Scenario

ORGANISATIONS = 40
MONTHS = 48
BURN_IN = 12
SHOCK = 6  # the month in which shocks strike
FIXED = ("burn_in", "new_money")
# Ends of levers whose effect would only begin after the last month.
SOONER = {
    "connector_months": (0, 6),
    "funder_patience": (0, 3),
    "recommitment_months": (0, 6),
}


@dataclass(frozen=True)
class Point:
    """One point of the box.

    Attributes
    ----------
    number : int
        Its number.
    values : dict
        Levers and assumptions.
    shocks : dict
        Values of shocks, which strike in month 6.
    """

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    shocks: dict[str, Any] = field(default_factory=dict)

    def scenario(self, **changes: Any) -> Scenario:
        """Return the point as a scenario, with some values changed."""
        place = PlaceSource(organisations=ORGANISATIONS)
        values = {"burn_in": BURN_IN, "new_money": 1, **self.values, **changes}
        shocks = {name: value for name, value in self.shocks.items() if name not in changes}
        timeline = (Change(month=SHOCK, set=shocks),) if shocks else ()
        scenario = Scenario(place=place, months=MONTHS, timeline=timeline)
        return scenario.with_values(**values)


def _value(entry: Parameter, share: float) -> Any:
    """Return the value a share of the way from one end of the range to the other."""
    if entry.kind == "choice":
        options = entry.options
        return options[min(int(share * len(options)), len(options) - 1)]
    assert entry.low is not None
    assert entry.high is not None
    value = entry.low + share * (entry.high - entry.low)
    return float(value) if entry.kind == "number" else round(value)


def ends(name: str) -> tuple[Any, Any]:
    """Return two values between which a parameter must matter: the ends of its range, mostly."""
    if name in SOONER:
        return SOONER[name]
    entry = REGISTRY[name]
    return _value(entry, 0.0), _value(entry, 1.0)


def points(count: int, seed: int = 1) -> list[Point]:
    """Return points spread evenly over the whole box.

    Parameters
    ----------
    count : int
        How many.
    seed : int
        Of the Latin hypercube.

    Notes
    -----
    All prices are paid with new money: otherwise each lever would also be a cut of the purse.
    """
    entries = [entry for entry in (*WORLD, *LEVERS) if entry.name not in FIXED]
    generator = np.random.default_rng(seed)
    shares = qmc.LatinHypercube(len(entries), rng=generator).random(count)
    found = []
    for number, row in enumerate(shares):
        values = {e.name: _value(e, share) for e, share in zip(entries, row, strict=True)}
        shocks = {e.name: values.pop(e.name) for e in entries if e.pulse}
        found.append(Point(number, values, shocks))
    return found
