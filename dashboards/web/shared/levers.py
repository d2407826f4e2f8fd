"""Which levers stand in front, in whose words, and how a parameter's values are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alliances.dashboards.web.shared.help import help_rows
from alliances.model.parameters import REGISTRY
from alliances.model.registry import Parameter

# The levers that a funder asks about first, by the question that they answer.
FRONT: Mapping[str, tuple[str, ...]] = {
    "Who gets the money": (
        "competition",
        "single_lead",
        "grant_share",
        "bundling",
        "ring_fence",
    ),
    "Who connects": ("connectors", "connector_host", "connector_months"),
    "What comes with the money": ("core_share", "term_months", "targets", "reporting"),
    "How they work together": ("voice_equality", "deliberation"),
}
FRONT_NAMES = tuple(name for names in FRONT.values() for name in names)
# Several levers at once, in the words in which the choice is usually put.
FORM_NAMES = ("single_lead", "competition", "bundling", "grant_share")
FORMS: Mapping[str, Mapping[str, float | int | str]] = {
    "As today": {name: REGISTRY[name].default for name in FORM_NAMES},
    "One lead": {"single_lead": 0.8, "competition": 0.5, "bundling": 0.4, "grant_share": 0.85},
    "An alliance": {"single_lead": 0.0, "competition": 0.1, "bundling": 0.0, "grant_share": 0.3},
    "Many grants": {"single_lead": 0.0, "competition": 0.1, "bundling": 0.0, "grant_share": 1.0},
}
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


def card(entry: Parameter, value: float | int | str, letter: str = "") -> dict[str, Any]:
    """Return all that a lever's card shows, as plain data.

    Parameters
    ----------
    entry : Parameter
        The lever or assumption.
    value : float or str
        What it is now.
    letter : str
        Makes the ids of two cards for one parameter different.
    """
    number = entry.kind in ("number", "whole")
    scale = scale_of(entry)

    def shown(given: float | int | str) -> float | int | str:
        return scale.shown(float(given)) if number else given

    return {
        "id": f"{letter}{entry.name}",
        "name": entry.name,
        "kind": entry.kind,
        "label": entry.label,
        "value": shown(value),
        "text": value_text(entry, value),
        "changed": value != entry.default,
        "low": shown(entry.low) if number else 0,
        "high": shown(entry.high) if number else 1,
        "step": step_of(entry) if number else 1,
        "unit": scale.unit if number else "",
        "options": list(entry.options),
        "levels": [
            {"name": name, "value": shown(level), "text": value_text(entry, level)}
            for name, level in named_levels(entry)
        ],
        "help": [list(row) for row in help_rows(entry.name)],
    }


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


def find(text: str, group: str = "", *, leave: Sequence[str] = ()) -> list[Parameter]:
    """Return the parameters in which all words of a text occur, best first.

    Parameters
    ----------
    text : str
        Words; none finds all.
    group : str
        Only of this heading.
    leave : sequence of str
        Names to leave out.
    """
    words = text.lower().replace("_", " ").split()
    found = []
    for entry in REGISTRY.values():
        if entry.name in leave or (group and entry.group != group):
            continue
        title = f"{entry.label} {entry.name}".lower().replace("_", " ")
        whole = f"{title} {entry.group} {entry.help}".lower()
        if all(word in whole for word in words):
            missing = sum(word not in title for word in words)
            found.append((missing, not entry.is_lever, entry))
    return [entry for _, _, entry in sorted(found, key=lambda one: one[:2])]


def form_of(values: Mapping[str, float | int | str]) -> str:
    """Return which of `FORMS` the values amount to, or "" if none."""
    for name, form in FORMS.items():
        if all(values[lever] == value for lever, value in form.items()):
            return name
    return ""
