"""One line that says that what is shown happens in the visitor's own place."""

from collections.abc import Callable

import solara

from alliances.dashboards.web.parts.controls import Buttons
from alliances.dashboards.web.parts.text import element
from alliances.dashboards.web.shared.own_place import HELD
from alliances.experiments.own_places.source import OwnPlace


@solara.component
def OwnPlaceLine(place: OwnPlace | None, leave: Callable[[], None]) -> None:
    held = HELD.value
    if place is None:
        return
    name = f", {held.place.name}," if held is not None and held.source == place else ""
    with element("div", css="ua-note ua-own-line"):
        element(
            "span",
            f"This is your own place{name} for this visit only: it is not in the link, and a page "
            "that is reloaded no longer has it.",
        )
        with solara.Link("/place"):
            element("span", "To your place")
        Buttons(
            label="Place",
            buttons=[{"id": "leave", "label": "Use the made-up place"}],
            event_press=lambda _: leave(),
        )
