"""A page that is rendered without a browser."""

from collections.abc import Callable

import ipyvuetify
import solara

from tests.waiting import until

LINK = "months=24&organisations=10"


class Visit:
    """A page that is rendered without a browser."""

    def __init__(self, component, search: str = LINK) -> None:
        path = f"/explore?{search}"
        router = solara.routing.Router(path, [solara.Route("explore")], lambda _: None)

        @solara.component
        def Root():
            solara.routing.router_context.provide(router)
            component()

        self.box, self.context = solara.render(Root(), handle_error=False)

    def widgets(self, kind=object) -> list:
        found, todo = [], [self.box]
        while todo:
            widget = todo.pop()
            if isinstance(widget, kind):
                found.append(widget)
            todo += [one for one in getattr(widget, "children", ()) if not isinstance(one, str)]
        return found[::-1]

    def texts(self) -> str:
        found = []
        for widget in self.widgets():
            if isinstance(widget, ipyvuetify.Html):
                found += [child for child in widget.children if isinstance(child, str)]
            elif isinstance(getattr(widget, "said", None), dict):  # what stands below a chart
                found += [widget.said["finding"], widget.said["sure"]]
        return "\n".join(found)

    def having(self, name: str):
        """Return the widget that has this trait; None without one."""
        return next((w for w in self.widgets() if hasattr(w, name)), None)

    def lever(self, name: str):
        return next(w for w in self.widgets() if getattr(w, "card", {}).get("name") == name)

    def buttons(self, label: str):
        return next(w for w in self.widgets() if hasattr(w, "buttons") and w.label == label)

    def address(self) -> str:
        return next(w for w in self.widgets() if hasattr(w, "search")).search

    def until(self, holds: Callable[[], object]) -> None:
        until(holds, self.texts)

    def close(self) -> None:
        self.context.close()
