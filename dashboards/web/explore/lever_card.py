"""A parameter of the registry as a card that changes what was chosen."""

from collections.abc import Callable
from typing import Any

import solara

from alliances.dashboards.web.explore.session import Session
from alliances.dashboards.web.parts.controls import Lever
from alliances.dashboards.web.shared.choice import Choice, Value
from alliances.dashboards.web.shared.levers import card
from alliances.dashboards.web.shared.values import read_value
from alliances.model.parameters import REGISTRY


@solara.component
def LeverCard(session: Session, name: str, value: Value, letter: str = "") -> None:
    """Show a parameter and let it be changed.

    Parameters
    ----------
    session : Session
    name : str
        Its name in the registry.
    value : float or str
        What it is now; given, so that a card is drawn anew only when its own value changes.
    letter : str
        Makes the ids of two cards for one parameter different.
    """
    entry = REGISTRY[name]

    def change(given: Any) -> Callable[[Choice], Choice]:
        try:
            value = read_value(entry, given)
        except ValueError:  # nothing that a card sends: it checks the range itself
            return lambda now: now
        return lambda now: now.with_values({name: value})

    Lever(
        card=card(entry, value, letter),
        event_try_value=lambda given: session.try_out(change(given)),
        event_set_value=lambda given: session.choose(change(given)),
    )
