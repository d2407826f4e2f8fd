"""The application: its pages and what stands around each."""

from collections.abc import Sequence
from typing import Any

import solara
import solara.lab

from alliances.dashboards.memory import Tidying
from alliances.dashboards.web.compare.page import Compare
from alliances.dashboards.web.evidence.page import EvidencePage
from alliances.dashboards.web.explore.page import Explore
from alliances.dashboards.web.front.page import Front
from alliances.dashboards.web.network.page import NetworkPage
from alliances.dashboards.web.parts.boundary import Boundary
from alliances.dashboards.web.parts.controls import Theme
from alliances.dashboards.web.parts.text import element
from alliances.dashboards.web.place.page import PlacePage
from alliances.dashboards.web.results.page import ResultsPage
from alliances.dashboards.web.stage.learn_page import Learn
from alliances.dashboards.web.stage.page import Script, Stage
from alliances.experiments.output.manifest import own_version

PAGES = {
    "/": "Start",
    "explore": "Explore",
    "compare": "Compare",
    "network": "Network",
    "place": "Your place",
    "evidence": "Evidence",
    "results": "Results",
    "learn": "Learn",
}
BARE = ("stage", "script")  # pages with nothing around them


TIDYING = Tidying()
solara.lab.on_kernel_start(lambda: TIDYING.soon)  # what is returned is called at a session's end


def paint(dark: bool | None) -> None:
    if dark is None or isinstance(dark, bool):
        solara.lab.theme.dark = dark


@solara.component
def Layout(children: Sequence[Any] = ()) -> None:
    route, _ = solara.use_route()
    here = route.path if route is not None else ""
    if here in BARE:
        with element("div", css="ua-app ua-bare"):
            for child in children:
                solara.display(child)
        return
    with element("div", css="ua-app"):
        with element("header", css="ua-header"):
            element("a", "To the content", css="ua-skip", href="#content")
            element("span", "Unequal Alliances", css="ua-name")
            with element("nav", css="ua-nav", aria_label="Pages"):
                for path, title in PAGES.items():
                    with solara.Link("/" if path == "/" else f"/{path}"):
                        current = {"aria_current": "page"} if path == here else {}
                        element("span", title, css="ua-here" if current else "", **current)
            Theme(event_paint=paint)
        with element("main", css="ua-main", id="content", tabindex="-1"):
            if route is None:
                element("h1", "There is no such page")
            else:
                Boundary(here, children)
        element(
            "footer",
            f"An illustration of a theory, not a prediction. unequal-alliances {own_version()}",
            css="ua-footer",
        )


routes = [
    solara.Route("/", component=Front, layout=Layout, label="Start"),
    solara.Route("explore", component=Explore, label="Explore"),
    solara.Route("compare", component=Compare, label="Compare"),
    solara.Route("network", component=NetworkPage, label="Network"),
    solara.Route("place", component=PlacePage, label="Your place"),
    solara.Route("evidence", component=EvidencePage, label="Evidence"),
    solara.Route("results", component=ResultsPage, label="Results"),
    solara.Route("learn", component=Learn, label="Learn"),
    solara.Route("stage", component=Stage, label="Stage"),
    solara.Route("script", component=Script, label="Script"),
]
