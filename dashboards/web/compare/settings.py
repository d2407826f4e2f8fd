"""What holds for all that is compared: months, size of the place, luck and assumptions."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import solara

from alliances.dashboards.web.compare.session import CompareSession
from alliances.dashboards.web.parts.controls import Buttons, Lever, Picker, whole
from alliances.dashboards.web.parts.text import element
from alliances.dashboards.web.shared.choice import (
    LEAST_MONTHS,
    LEAST_ORGANISATIONS,
    MOST_MONTHS,
    MOST_ORGANISATIONS,
    MOST_SEED,
    Value,
)
from alliances.dashboards.web.shared.comparing import Comparing
from alliances.dashboards.web.shared.levers import card
from alliances.dashboards.web.shared.values import read_value, value_text
from alliances.model.parameters import REGISTRY, WORLD_GROUPS

ORGANISATIONS = 80


@solara.component
def Settings(session: CompareSession) -> None:
    now = session.now
    is_open, set_open = solara.use_state(False)
    world = ", ".join(
        f"{REGISTRY[name].label.lower()} {value_text(REGISTRY[name], value)}"
        for name, value in now.world
    )
    with element("section", css="ua-settings", aria_label="What holds for all"):
        Buttons(
            label="What holds for all",
            buttons=[
                {"id": "open", "label": "Months, place and assumptions", "pressed": is_open},
                {
                    "id": "luck",
                    "label": "Other luck",
                    "title": "The same question, with other random draws",
                },
            ],
            event_press=lambda button: (
                set_open(not is_open)
                if button == "open"
                else session.change(lambda old: replace(old, seed=(old.seed + 1) % MOST_SEED))
            ),
        )
        element(
            "p",
            f"For all: {now.horizon} months, luck number {now.seed}, "
            + (
                f"{now.organisations} organisations, "
                if now.organisations and not now.place
                else ""
            )
            + (f"assumptions otherwise than usual: {world}." if world else "usual assumptions."),
            css="ua-soft",
        )
        if is_open:
            with element("div", css="ua-settings-cards"):
                _Whole(session, "months", "Months that are run", (LEAST_MONTHS, MOST_MONTHS), 12)
                if now.place is None:
                    _Whole(
                        session,
                        "organisations",
                        "Organisations in the place",
                        (LEAST_ORGANISATIONS, MOST_ORGANISATIONS),
                        10,
                    )
            Assumptions(session)


def _Whole(
    session: CompareSession, field: str, label: str, limits: tuple[int, int], step: int
) -> None:
    now = session.now
    value = now.horizon
    if field == "organisations":
        own = now.whole(now.letters()[0]).scenario().place.organisations
        value = now.organisations or own or ORGANISATIONS

    def take(given: int) -> None:
        session.change(lambda old: replace(old, **{field: given}))  # type: ignore[arg-type]

    Lever(
        card={
            "id": f"all-{field}",
            "name": field,
            "kind": "whole",
            "label": label,
            "value": value,
            "text": str(value),
            "changed": getattr(session.now, field) is not None,
            "low": limits[0],
            "high": limits[1],
            "step": step,
            "unit": "months" if field == "months" else "",
            "options": [],
            "levels": [],
            "help": [["What it is", "Holds for all. Larger and longer runs take longer."]],
        },
        event_try_value=lambda _: None,
        event_set_value=whole(*limits, take),
    )


@solara.component
def Assumptions(session: CompareSession) -> None:
    """Assumptions that hold for all: those that are changed, and one more."""
    with element("div", css="ua-assumptions"):
        Picker(
            label="Change an assumption",
            value="",
            options=[
                {"value": "", "label": "choose one"},
                *(
                    {"value": entry.name, "label": entry.label, "group": group}
                    for group, entries in WORLD_GROUPS.items()
                    for entry in entries
                ),
            ],
            event_pick=lambda name: session.change(lambda old: with_world(old, name, _other(name))),
        ).key(f"choose {len(session.now.world)}")  # a new one shows no choice
        with element("div", css="ua-settings-cards"):
            for name, value in session.now.world:
                with element("div").key(name):
                    Lever(
                        card=card(REGISTRY[name], value, "all-"),
                        event_try_value=lambda _: None,
                        event_set_value=_setter(session, name),
                    )
                    Buttons(
                        label=REGISTRY[name].label,
                        buttons=[{"id": "usual", "label": "As usual again"}],
                        event_press=_unsetter(session, name),
                    )


def _setter(session: CompareSession, name: str) -> Callable[[Any], None]:
    def take(given: Any) -> None:
        try:
            value = read_value(REGISTRY[name], given)
        except ValueError:  # nothing that a card sends: it checks the range itself
            return
        session.change(lambda old: with_world(old, name, value))

    return take


def _unsetter(session: CompareSession, name: str) -> Callable[[str], None]:
    return lambda _: session.change(lambda old: with_world(old, name, REGISTRY[name].default))


def with_world(now: Comparing, name: str, value: Value) -> Comparing:
    """Return the comparison with an assumption for all; what is as usual is not kept."""
    if name not in REGISTRY:
        return now
    world = dict(now.world)
    world.pop(name, None)
    if value != REGISTRY[name].default:
        world[name] = value
    return replace(now, world=tuple(sorted(world.items())))


def _other(name: str) -> Value:
    """Return a value other than the usual one, to begin with: the highest level, or the far end."""
    if name not in REGISTRY:
        return 0
    entry = REGISTRY[name]
    if entry.kind == "choice":
        return next(option for option in entry.options if option != entry.default)
    levels = sorted(float(level) for level in entry.levels.values() if level != entry.default)
    if levels:
        return entry.check(levels[-1])
    ends = (entry.high, entry.low)
    return entry.check(max(ends, key=lambda end: abs(end - float(entry.default))))
