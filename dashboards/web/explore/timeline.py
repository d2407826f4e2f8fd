"""What changes on the way: shown as it stands in a case, and editable."""

from collections.abc import Callable
from typing import Any

import solara

from alliances.dashboards.web.compare.words import month_text
from alliances.dashboards.web.explore.session import Session
from alliances.dashboards.web.parts.controls import Buttons, Lever, Picker, whole
from alliances.dashboards.web.parts.text import element
from alliances.dashboards.web.shared.choice import MOST_LATER, Choice, Later, Value
from alliances.dashboards.web.shared.levers import card
from alliances.dashboards.web.shared.values import read_value, value_text
from alliances.model.parameters import LEVER_GROUPS, REGISTRY

LATEST = 240  # month in which something can change


def sentence(later: Later) -> str:
    """Return a change on the way in words."""
    month, name, value = later
    entry = REGISTRY[name]
    once = ", in that month only" if entry.pulse else ""
    when = month_text(month)
    return f"{when[:1].upper()}{when[1:]}: {entry.label} {value_text(entry, value)}{once}"


@solara.component
def Timeline(session: Session) -> None:
    choice = session.history.now
    opened, set_opened = solara.use_state(-1)
    later = choice.later()

    def change(make: Callable[[tuple[Later, ...]], tuple[Later, ...]]) -> None:
        session.choose(lambda now: _changed(now, make))

    with element("section", css="ua-group"):
        element("h2", "What changes later")
        element(
            "p",
            "The levers above hold from the start. Here they can take other values on the way."
            if later
            else "Nothing changes on the way. A lever can take another value later:",
            css="ua-soft",
        )
        for k, one in enumerate(later):
            with element("div", css="ua-later").key(f"later {k}"):
                late = " (after the end of the runs)" if one[0] >= choice.horizon else ""
                element("p", f"{sentence(one)}{late}.")
                Buttons(
                    label=sentence(one),
                    buttons=[
                        {"id": "change", "label": "Change", "pressed": opened == k},
                        {"id": "out", "label": "Take out"},
                    ],
                    event_press=_presser(k, opened, set_opened, change),
                )
                if opened == k:
                    Editor(k, one, change)
        if len(later) < MOST_LATER:
            Picker(
                label="Change later",
                value="",
                options=[
                    {"value": "", "label": "choose a lever"},
                    *(
                        {"value": entry.name, "label": entry.label, "group": group}
                        for group, entries in LEVER_GROUPS.items()
                        for entry in entries
                    ),
                ],
                event_pick=lambda name: add(name, choice, change, set_opened),
            ).key(f"add {len(later)}")


def _changed(now: Choice, make: Callable[[tuple[Later, ...]], tuple[Later, ...]]) -> Choice:
    try:
        return now.with_later(make(now.later()))
    except ValueError:  # the same lever twice in a month: it stays as it was
        return now


def _presser(
    k: int,
    opened: int,
    set_opened: Callable[[int], None],
    change: Callable[[Callable[[tuple[Later, ...]], tuple[Later, ...]]], None],
) -> Callable[[str], None]:
    def press(button: str) -> None:
        if button == "change":
            set_opened(-1 if opened == k else k)
        else:
            set_opened(-1)
            change(lambda later: (*later[:k], *later[k + 1 :]))

    return press


def add(
    name: str,
    choice: Choice,
    change: Callable[[Callable[[tuple[Later, ...]], tuple[Later, ...]]], None],
    set_opened: Callable[[int], None],
) -> None:
    """Add a change of a lever half-way through, and open it."""
    if name not in REGISTRY:
        return
    taken = {month for month, other, _ in choice.later() if other == name}
    month = next(m for m in range(choice.horizon // 2 // 12 * 12, 10_000) if m not in taken)
    new: Later = (month, name, _other(choice, name))
    set_opened(sorted([*choice.later(), new], key=lambda one: one[:2]).index(new))
    change(lambda later: (*later, new))


def _other(choice: Choice, name: str) -> Value:
    """Return a value other than the one in force from the start: the highest level, if any."""
    entry, now = REGISTRY[name], choice.values()[name]
    if entry.kind == "choice":
        return next(option for option in entry.options if option != now)
    levels = [level for level in entry.levels.values() if level != now]
    ends = [end for end in (entry.high, entry.low) if end != now]
    return entry.check(max(levels, key=float) if levels else ends[0])


@solara.component
def Editor(
    k: int,
    one: Later,
    change: Callable[[Callable[[tuple[Later, ...]], tuple[Later, ...]]], None],
) -> None:
    month, name, value = one
    entry = REGISTRY[name]

    def put(new: Later) -> None:
        change(lambda later: (*later[:k], new, *later[k + 1 :]))

    def take(given: Any) -> None:
        try:
            put((month, name, read_value(entry, given)))
        except ValueError:  # nothing that a card sends: it checks the range itself
            return

    Lever(
        card={
            "id": f"later-month-{k}",
            "name": f"later-month-{k}",
            "kind": "whole",
            "label": "From month",
            "value": month,
            "text": f"{month}",
            "changed": True,
            "low": 0,
            "high": LATEST,
            "step": 6,
            "unit": "months",
            "options": [],
            "levels": [],
            "help": [["What it is", "Months after the start of the levers above."]],
        },
        event_try_value=lambda _: None,
        event_set_value=whole(0, LATEST, lambda given: put((given, name, value))),
    )
    Lever(
        card=card(entry, value, f"later-{k}-"),
        event_try_value=lambda _: None,
        event_set_value=take,
    )
