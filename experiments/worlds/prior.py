"""The prior: which assumptions vary, and within which limits."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from alliances.experiments.words.numbers import significant
from alliances.experiments.worlds.factor import Factor, Value
from alliances.model.parameters import WORLD

# A sweep cannot vary how long a place is warmed up; and that is no assumption about the world.
LEFT_OUT = ("burn_in",)
DIGITS = 6  # significant digits of a value, so that a file holds exactly what was run


@dataclass(frozen=True)
class Prior:
    """Assumptions that vary independently and evenly between two limits.

    Attributes
    ----------
    factors : tuple of Factor
        Each with its limits.
    """

    factors: tuple[Factor, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The assumptions' names."""
        return tuple(factor.name for factor in self.factors)

    def world(self, units: Sequence[float] | np.ndarray) -> dict[str, Value]:
        """Return the values at a point of the unit cube."""
        found: dict[str, Value] = {}
        for factor, unit in zip(self.factors, units, strict=True):
            value = factor.at(float(unit))
            found[factor.name] = (
                value if factor.kind == "whole" else significant(float(value), DIGITS)
            )
        return found

    def units(self, world: dict[str, Value]) -> np.ndarray:
        """Return the point of the unit cube at which a world lies."""
        return np.array([factor.unit(world[factor.name]) for factor in self.factors])


@lru_cache(maxsize=1)
def world_prior() -> Prior:
    """Return the prior of the model's numeric assumptions.

    From the low to the high level of the registry, widened to hold the default where that lies
    outside. Choices, such as the trust rule, stay at their defaults: what is found is found under
    them.
    """
    found = []
    for entry in WORLD:
        if entry.kind not in ("number", "whole") or entry.name in LEFT_OUT:
            continue
        ends = [float(entry.levels[end]) for end in ("low", "high") if end in entry.levels]
        low, high = (min(ends), max(ends)) if len(ends) == 2 else (entry.low, entry.high)
        default = float(entry.default)
        found.append(Factor(entry.name, False, entry.kind, min(low, default), max(high, default)))
    return Prior(tuple(found))


def default_world() -> dict[str, Value]:
    """Return the registry's defaults of the assumptions in the prior."""
    defaults = {entry.name: entry.default for entry in WORLD}
    return {name: defaults[name] for name in world_prior().names}
