"""Conditions on rows: which of them count."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import solara

from alliances.dashboards.web.parts.controls import Buttons, Field, Picker
from alliances.dashboards.web.parts.text import element
from alliances.dashboards.web.results.link import LONGEST_VALUE, MOST_CONDITIONS
from alliances.experiments.browse.dataset import OPERATORS, Column, Condition, Request

Change = Callable[[Request], Request]


@solara.component
def Conditions(
    columns: Sequence[Column], request: Request, change: Callable[[Change], None]
) -> None:
    known = {column.name: column for column in columns}

    def put(number: int, condition: Condition | None) -> None:
        def how(now: Request) -> Request:
            kept = list(now.conditions)
            kept[number : number + 1] = [condition] if condition is not None else []
            return replace(now, conditions=tuple(kept))

        change(how)

    with element("div", role="group", aria_label="Conditions"):
        for number, condition in enumerate(request.conditions):
            column = known[condition.column]
            One(number, condition, column, list(known.values()), put)
        if len(request.conditions) < MOST_CONDITIONS:
            Buttons(
                label="Conditions",
                buttons=[{"id": "add", "label": "Only some rows"}],
                event_press=lambda _: change(
                    lambda now: replace(now, conditions=(*now.conditions, begun(columns, now)))
                ),
            )


def begun(columns: Sequence[Column], request: Request) -> Condition:
    """Return a condition to begin with: one that holds, of a column with few values."""
    used = {condition.column for condition in request.conditions}
    free = [one for one in columns if one.name not in used] or list(columns)
    column = next((one for one in free if len(one.values) > 1), free[0])
    return first_of(column)


def first_of(column: Column) -> Condition:
    """Return the first condition that a column suggests."""
    if column.values:
        return Condition(column.name, "is", column.values[0])
    return Condition(column.name, "at least" if column.is_number else "is", "0")


@solara.component
def One(
    number: int,
    condition: Condition,
    column: Column,
    columns: list[Column],
    put: Callable[[int, Condition | None], None],
) -> None:
    position = number + 1
    with element("div", css="ua-bar ua-filters"):
        Picker(
            label=f"Condition {position}",
            value=condition.column,
            options=[{"value": one.name, "label": one.label} for one in columns],
            event_pick=lambda name: put(
                number, first_of(next(one for one in columns if one.name == name))
            ),
        )
        allowed = OPERATORS if column.is_number else OPERATORS[:2]
        Picker(
            label=f"How, condition {position}",
            value=condition.operator,
            options=[{"value": one, "label": one} for one in allowed],
            event_pick=lambda one: put(number, replace(condition, operator=one)),
            quiet=True,
        )
        if column.values and condition.operator in ("is", "is not"):
            values = list(column.values)
            if condition.value not in values:
                values.insert(0, condition.value)
            Picker(
                label=f"Value, condition {position}",
                value=condition.value,
                options=[{"value": one, "label": one} for one in values],
                event_pick=lambda value: put(number, replace(condition, value=value)),
                quiet=True,
            )
        else:
            Field(
                label=f"Value, condition {position}",
                value=condition.value,
                most=LONGEST_VALUE,
                event_set_text=lambda text: put(
                    number, replace(condition, value=str(text).strip())
                ),
            )
        Buttons(
            label=f"Condition {position}",
            buttons=[
                {"id": "drop", "label": "Leave out", "title": f"Leave condition {position} out"}
            ],
            event_press=lambda _: put(number, None),
        )
