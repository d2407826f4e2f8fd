"""A parameter of the registry as a card that changes what was chosen."""

from collections.abc import Callable
from typing import Any

import solara

from dashboards.web.choice import Choice
from dashboards.web.components.controls import Lever
from dashboards.web.levers import card, read_value
from dashboards.web.session import Session
from model.parameters import REGISTRY


@solara.component
def LeverCard(session: Session, name: str, letter: str = "") -> None:
    choice, entry = session.shown, REGISTRY[name]

    def change(given: Any) -> Callable[[Choice], Choice]:
        try:
            value = read_value(entry, given)
        except ValueError:  # nothing that a card sends: it checks the range itself
            return lambda now: now
        return lambda now: now.with_values({name: value})

    Lever(
        card=card(entry, choice.values()[name], letter),
        event_try_value=lambda given: session.try_out(change(given)),
        event_set_value=lambda given: session.choose(change(given)),
    )
