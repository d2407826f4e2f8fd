"""One line that says that what is shown happens in the visitor's own place."""

from collections.abc import Callable

import solara

from dashboards.web.choice import Choice
from dashboards.web.components.controls import Buttons
from dashboards.web.components.text import element
from dashboards.web.own_place import HELD


@solara.component
def OwnPlaceLine(choice: Choice, leave: Callable[[], None]) -> None:
    held = HELD.value
    if choice.place is None or held is None:
        return
    with element("div", css="ua-note ua-own-line"):
        element(
            "span",
            f"This is your own place, {held.place.name}, for this visit only: it is not in the "
            "link, and gone when you close or reload the page.",
        )
        with solara.Link("/place"):
            element("span", "To your place")
        Buttons(
            label="Place",
            buttons=[{"id": "leave", "label": "Use the made-up place"}],
            event_press=lambda _: leave(),
        )
