"""How a parameter's values are shown on a page, and read from it."""

from dataclasses import dataclass
from typing import Any

from alliances.model.registry import Parameter

NOTCHES = 100  # steps of a slider, at most


@dataclass(frozen=True)
class Scale:
    """How a parameter's numbers are shown: shares as percent.

    Attributes
    ----------
    factor : float
        What a value is multiplied by.
    unit : str
        What stands behind it.
    """

    factor: float
    unit: str

    def shown(self, value: float) -> float:
        """Return a value as it is shown."""
        return round(float(value) * self.factor, 6)

    def read(self, shown: float) -> float:
        """Return the value of what is shown."""
        return round(float(shown) / self.factor, 9)


def scale_of(entry: Parameter) -> Scale:
    """Return how the values of a parameter are shown."""
    if entry.unit == "share":
        return Scale(100.0, "%")
    return Scale(1.0, "" if entry.unit in ("0-1", "ratio") else entry.unit)


def step_of(entry: Parameter) -> float:
    """Return the step of a slider, as shown: a round number, about a hundredth of the range.

    Examples
    --------
    >>> from alliances.model.parameters import lookup
    >>> step_of(lookup("competition")), step_of(lookup("connectors")), step_of(lookup("goodwill"))
    (1.0, 1.0, 0.2)
    """
    scale = scale_of(entry)
    span = (entry.high - entry.low) * scale.factor
    if entry.kind == "whole":
        return 1.0
    size = 1e-6
    while True:
        for step in (size, 2 * size, 5 * size):
            if step * NOTCHES >= span * (1 - 1e-9):
                return float(f"{step:.6g}")
        size *= 10


def value_text(entry: Parameter, value: float | int | str) -> str:
    """Return a value with its unit, as a person reads it.

    Examples
    --------
    >>> from alliances.model.parameters import lookup
    >>> value_text(lookup("competition"), 0.5), value_text(lookup("connector_host"), "funder")
    ('50 %', 'funder')
    """
    if entry.kind == "choice":
        return str(value)
    if entry.kind == "switch":
        return "on" if value else "off"
    scale = scale_of(entry)
    unit = scale.unit
    if value == 1 and unit.startswith(("days", "months")):
        unit = unit.replace("days", "day", 1).replace("months", "month", 1)
    return f"{scale.shown(float(value)):g} {unit}".strip()


def named_levels(entry: Parameter) -> list[tuple[str, Any]]:
    """Return the named levels from low to high, each value once.

    The status quo of a lever is "today", that of an assumption "usual".
    """
    if entry.kind not in ("number", "whole"):
        return []
    names: dict[float, str] = {}
    now = "today" if entry.is_lever else "usual"
    for name, value in entry.levels.items():
        names.setdefault(float(value), now if name == "status quo" else name)
    return [(names[value], value) for value in sorted(names)]


def read_value(entry: Parameter, given: Any) -> float | int | str:
    """Return the value that a card sent.

    Raises
    ------
    ValueError
        If it is not allowed.
    """
    if entry.kind in ("number", "whole"):
        if isinstance(given, bool) or not isinstance(given, int | float):
            raise ValueError(f"{entry.label} was {given!r}; it must be {entry.allowed()}.")
        return entry.check(scale_of(entry).read(given))
    if entry.kind == "switch":
        return entry.check(int(bool(given)))
    return entry.check(given)
