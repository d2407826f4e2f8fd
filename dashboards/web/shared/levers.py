"""Which levers stand in front, in whose words, and what their cards show."""

from collections.abc import Mapping, Sequence
from typing import Any

from alliances.dashboards.web.shared.help import help_rows
from alliances.dashboards.web.shared.values import named_levels, scale_of, step_of, value_text
from alliances.model.parameters import LEVERS, REGISTRY
from alliances.model.registry import Parameter

# The levers that a funder asks about first, by the question that they answer.
FRONT: Mapping[str, tuple[str, ...]] = {
    question: tuple(entry.name for entry in LEVERS if entry.question == question)
    for question in (
        "Who gets the money",
        "Who connects",
        "What comes with the money",
        "How they work together",
    )
}
FRONT_NAMES = tuple(name for names in FRONT.values() for name in names)
# Several levers at once, in the words in which the choice is usually put.
_FORMS: Mapping[str, Mapping[str, float | int | str]] = {
    "One lead": {"single_lead": 0.8, "competition": 0.5, "bundling": 0.4, "grant_share": 0.85},
    "An alliance": {"single_lead": 0.0, "competition": 0.1, "bundling": 0.0, "grant_share": 0.3},
    "Many grants": {"single_lead": 0.0, "competition": 0.1, "bundling": 0.0, "grant_share": 1.0},
}
FORMS: Mapping[str, Mapping[str, float | int | str]] = {
    "As today": {name: REGISTRY[name].default for name in _FORMS["One lead"]},
    **_FORMS,
}


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
