"""All other levers and the assumptions, searchable."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import solara

from alliances.dashboards.web.explore.lever_card import LeverCard
from alliances.dashboards.web.explore.session import Session
from alliances.dashboards.web.parts.controls import Buttons, Lever, Picker, Search, whole
from alliances.dashboards.web.parts.text import element
from alliances.dashboards.web.shared.choice import (
    LEAST_MONTHS,
    LEAST_ORGANISATIONS,
    MOST_MONTHS,
    MOST_ORGANISATIONS,
)
from alliances.dashboards.web.shared.levers import FRONT_NAMES, find
from alliances.model.parameters import LEVER_GROUPS, REGISTRY, WORLD_GROUPS

SHOWN = 8


@solara.component
def AllLevers(session: Session) -> None:
    is_open, set_open = solara.use_state(False)
    text, set_text = solara.use_state("")
    group, set_group = solara.use_state("")
    shown, set_shown = solara.use_state(SHOWN)
    choice = session.history.now
    others = len(REGISTRY) - len(FRONT_NAMES)
    with element("section", css="ua-group"):
        element("h2", "Everything else")
        Switch(f"{others} more levers and assumptions", is_open, set_open)
        if not is_open:
            return
        Search(label="Find", value=text, event_look_for=set_text)
        Picker(
            label="Under",
            value=group,
            options=[
                {"value": "", "label": "all headings"},
                *({"value": g, "label": f"Lever: {g}"} for g in LEVER_GROUPS),
                *({"value": g, "label": f"Assumption: {g}"} for g in WORLD_GROUPS),
            ],
            event_pick=set_group,
        )
        found = find(text, group, leave=FRONT_NAMES)
        changed = dict(choice.changes)
        found.sort(key=lambda entry: entry.name not in changed)
        element(
            "p",
            f"{len(found)} found. An assumption holds in both scenarios: today's practice is run "
            "under it too.",
            css="ua-soft",
            role="status",
        )
        values = session.shown.values()
        for entry in found[:shown]:
            LeverCard(session, entry.name, values[entry.name], "more-").key(f"more-{entry.name}")
        if len(found) > shown:
            Switch(f"Show more ({len(found) - shown})", None, lambda _: set_shown(shown + SHOWN))
        Whole(
            session,
            "Months that are run",
            choice.horizon,
            (LEAST_MONTHS, MOST_MONTHS),
            "months",
            "months",
        )
        if choice.place is None:
            Whole(
                session,
                "Organisations in the place",
                choice.organisations or choice.scenario().place.organisations or 80,
                (LEAST_ORGANISATIONS, MOST_ORGANISATIONS),
                "organisations",
                "organisations",
            )


@solara.component
def Switch(label: str, is_open: bool | None, event: Callable[[bool], None]) -> None:
    button: dict[str, Any] = {"id": "open", "label": label}
    if is_open is not None:
        button["pressed"] = is_open
    Buttons(label=label, buttons=[button], event_press=lambda _: event(not is_open))


@solara.component
def Whole(
    session: Session, label: str, value: int, limits: tuple[int, int], unit: str, field: str
) -> None:
    choice = session.history.now
    card = {
        "id": field,
        "name": field,
        "kind": "whole",
        "label": label,
        "value": value,
        "text": f"{value} {unit}",
        "changed": getattr(choice, field) is not None,
        "low": limits[0],
        "high": limits[1],
        "step": 12 if field == "months" else 10,
        "unit": "" if field == "organisations" else unit,
        "options": [],
        "levels": [],
        "help": [["What it is", "Larger and longer runs take longer."]],
    }

    def take(given: int) -> None:
        session.choose(lambda now: replace(now, **{field: given}))  # type: ignore[arg-type]

    Lever(
        card=card,
        event_try_value=lambda _: None,
        event_set_value=whole(*limits, take),
    )
