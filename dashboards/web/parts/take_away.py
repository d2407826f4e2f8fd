"""Links to what can be taken away of a page."""

import solara

from alliances.dashboards.web.parts.text import element

TABLES = {
    "differences.csv": "what differs",
    "months.csv": "month by month",
    "runs.csv": "run by run",
}
FIGURES = {"charts.png": "PNG", "charts.svg": "SVG"}


@solara.component
def TakeAway(page: str, search: str, several: bool = False) -> None:
    """Show the links.

    Parameters
    ----------
    page : str
        One of `alliances.dashboards.keep.downloads.PAGES`.
    search : str
        What stands after the question mark of the page's link.
    several : bool
        Whether it shows several scenarios; then there is no scenario file.
    """
    with element("section", css="ua-keep", aria_label="Keep"):
        element("h3", "Keep what you see")
        with element("ul"):
            with element("li"):
                element(
                    "a",
                    "One page to print, or to save as PDF",
                    href=f"/download/{page}/brief.html?{search}",
                    target="_blank",
                    rel="noopener",
                )
            _links("Figure of the charts", FIGURES, page, search)
            _links("Data (CSV)", TABLES, page, search)
            if not several:
                _links("Scenario for the command line", {"scenario.toml": "TOML"}, page, search)


def _links(title: str, files: dict[str, str], page: str, search: str) -> None:
    with element("li"):
        element("span", f"{title}:")
        for name, text in files.items():
            element(
                "a",
                text,
                href=f"/download/{page}/{name}?{search}",
                download=f"alliances-{name}",
                aria_label=f"{title}: {text}",
            )
