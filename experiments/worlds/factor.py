"""A factor: a lever or an assumption that an experiment varies, and the values that it takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from alliances.model.input.errors import UserError
from alliances.model.parameters import checked, lookup

type Value = float | int | str
MOST_STEPS = 100_000


@dataclass(frozen=True)
class Factor:
    """A parameter that varies, within a range or over a list of values.

    Attributes
    ----------
    name : str
        The parameter's own name, never an alias.
    is_lever : bool
        Whether somebody in the place can set it; otherwise it is an assumption about the world.
    kind : {"number", "whole", "choice"}
        As in the registry; a switch is a whole number, 0 or 1.
    low, high : float
        The range; meaningless if there are `values`.
    values : tuple
        The values, in the order given; empty for a range.
    steps : int
        Values that a grid takes from a range, both ends among them; 0 if none was given.
    """

    name: str
    is_lever: bool
    kind: str
    low: float = 0.0
    high: float = 1.0
    values: tuple[Value, ...] = ()
    steps: int = 0

    def at(self, unit: float) -> Value:
        """Return the value at a coordinate of the unit interval.

        Whole numbers and listed values share the interval evenly, so that none is likelier.
        """
        if self.values:
            return self.values[min(int(unit * len(self.values)), len(self.values) - 1)]
        if self.kind == "whole":
            count = int(self.high) - int(self.low) + 1
            return int(self.low) + min(int(unit * count), count - 1)
        if unit >= 1.0:
            return self.high  # which rounding may miss, or go beyond
        return min(self.low + unit * (self.high - self.low), self.high)

    def unit(self, value: Value) -> float:
        """Return a coordinate at which the value lies: the middle of its share of the interval."""
        if self.values:
            return (
                (self.values.index(value) + 0.5) / len(self.values) if value in self.values else 0.5
            )
        span = self.high - self.low
        if self.kind == "whole":
            return float((float(value) - self.low + 0.5) / (span + 1.0))
        return float((float(value) - self.low) / span) if span > 0.0 else 0.5

    def grid(self) -> tuple[Value, ...]:
        """Return the values of a grid.

        Raises
        ------
        UserError
            For a range that was given without steps, unless it is of whole numbers.
        """
        if self.values:
            return self.values
        if self.kind == "whole" and not self.steps:
            return tuple(range(int(self.low), int(self.high) + 1))
        if self.steps < 2:
            raise UserError(
                f"{self.name} has a range and no steps; a grid needs a list of values, or "
                f"{self.name} = {{ low = {self.low:g}, high = {self.high:g}, steps = 5 }}"
            )
        line = np.linspace(self.low, self.high, self.steps)
        if self.kind == "whole":
            return tuple(dict.fromkeys(round(x) for x in line))
        return tuple(float(x) for x in line)

    def middle_and_ends(self) -> tuple[Value, ...]:
        """Return what one-at-a-time tries: all listed values, or the ends of the range."""
        if self.values:
            return self.values
        if self.steps >= 2:
            return self.grid()
        ends = (self.low, self.high)
        return tuple(int(e) for e in ends) if self.kind == "whole" else ends


def read_factor(name: str, given: Any, *, lever: bool) -> Factor:
    """Return a factor as an experiment file gives it.

    Parameters
    ----------
    name : str
        A parameter's name or alias.
    given : list or mapping
        Values, or ``{low, high}`` with optional ``steps``; ``"levels"`` for the named levels.
    lever : bool
        Whether it stands among the levers.

    Raises
    ------
    UserError
        If there is no such parameter, it belongs to the other table, or the values are not allowed.
    """
    try:
        entry = lookup(name)
    except ValueError as error:
        raise UserError(str(error)) from error
    if entry.is_lever != lever:
        here, there = ("levers", "worlds") if lever else ("worlds", "levers")
        raise UserError(
            f"{entry.name} stands under [{here}], but it is "
            f"{'a lever' if entry.is_lever else 'an assumption about the world'}: "
            f"put it under [{there}]"
        )
    _allowed(name, entry.default)  # refuses names that another parameter decides on its own scale
    if entry.name == "burn_in":
        raise UserError("burn_in cannot vary within an experiment; set it in the base scenario")
    kind = "whole" if entry.kind == "switch" else entry.kind
    if given == "levels":
        values = entry.options if entry.kind == "choice" else tuple(entry.levels.values())
        return Factor(entry.name, lever, kind, values=tuple(dict.fromkeys(values)))
    if isinstance(given, Mapping):
        return _range(entry, kind, given, lever)
    if not isinstance(given, Sequence) or isinstance(given, str) or not given:
        raise UserError(
            f"{entry.name} was given as {given!r}; give a list of values, a range "
            '{ low = ..., high = ... }, or "levels"'
        )
    values = tuple(_allowed(entry.name, value) for value in given)
    if len(set(values)) != len(values):
        raise UserError(f"{entry.name} has a value twice: {', '.join(map(str, values))}")
    return Factor(entry.name, lever, kind, values=values)


def _range(entry: Any, kind: str, given: Mapping[str, Any], lever: bool) -> Factor:
    unknown = sorted(set(given) - {"low", "high", "steps"})
    if unknown or "low" not in given or "high" not in given:
        raise UserError(
            f"{entry.name} was given as {dict(given)!r}; a range has low, high and maybe steps"
        )
    if entry.kind == "choice":
        raise UserError(
            f"{entry.name} is one of {', '.join(entry.options)}; give a list of these, not a range"
        )
    low, high = (float(_allowed(entry.name, given[end])) for end in ("low", "high"))
    if low >= high:
        raise UserError(f"{entry.name}: low ({low:g}) must be below high ({high:g})")
    steps = given.get("steps", 0)
    sound = isinstance(steps, int) and not isinstance(steps, bool)
    if not sound or steps == 1 or not 0 <= steps <= MOST_STEPS:  # 0: none
        raise UserError(
            f"{entry.name}: steps was {steps!r}; give a whole number from 2 to {MOST_STEPS:,}"
        )
    return Factor(entry.name, lever, kind, low, high, steps=steps)


def _allowed(name: str, value: Any) -> Value:
    try:
        return next(iter(checked({name: value}).values()))
    except (ValueError, TypeError) as error:
        raise UserError(str(error)) from error
