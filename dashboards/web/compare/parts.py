"""Figures, tables and findings as the views of the page Compare share them."""

from collections.abc import Callable, Sequence
from typing import Any

import solara

from alliances.dashboards.charts.differences import year_rows
from alliances.dashboards.charts.echarts import counted, unit_text
from alliances.dashboards.web.parts.controls import Picker
from alliances.dashboards.web.parts.table import opened_by
from alliances.dashboards.web.parts.text import element
from alliances.experiments.output.lines import Curve
from alliances.experiments.output.page import table, tag
from alliances.model.measures import MEASURES

DOTS = (
    "One dot is the difference in a matched run, the large symbol their mean, the thick line its "
    "95 % interval."
)


def Table(
    name: str,
    caption: str,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    title: str = "Table",
) -> None:
    """Show a table that can be opened."""
    region = tag(
        "div",
        table(head, rows, caption),
        class_="ua-scroll",
        tabindex=0,
        role="region",
        aria_label=f"Table of {name}",
    )
    html = opened_by(title, name, region)
    solara.HTML(tag="details", unsafe_innerHTML=html, classes=["ua-help"])


def Years(curves: Sequence[Curve], name: str) -> None:
    """Show what curves are at the end of each year, as a table that can be opened."""
    measure = MEASURES[name]
    Table(
        f"{measure.label} over the years",
        f"{measure.label} ({unit_text(name)}) at the end of each year: means of the runs. "
        f"{counted(name)}",
        ("Year", *(curve.label for curve in curves)),
        year_rows(curves, name),
        title="Table of the years",
    )


@solara.component
def Guard(what: str, children: Sequence[Any] = ()) -> None:
    # A part of a page that fails says so, and the rest stays.
    error, clear = solara.use_exception()
    before = solara.use_ref(what)
    if before.current != what:
        before.current = what
        clear()
    if error is not None:
        element(
            "p",
            f"This cannot be shown: {type(error).__name__}: {error}",
            css="ua-wrong",
            role="alert",
        ).key("fault")
        return
    element("div", *children).key("whole")


def MeasurePicker(label: str, value: str, pick: Callable[[str], None], quiet: bool = False) -> None:
    Picker(
        label=label,
        value=value,
        options=[
            {"value": name, "label": measure.label, "group": measure.group.capitalize()}
            for name, measure in MEASURES.items()
        ],
        event_pick=pick,
        quiet=quiet,
    )


@solara.component
def Said(letter: str, text: str, beside: str = "", more: str = "") -> None:
    """Show a finding about a scenario, more about it, and who pays and who loses beside it."""
    with element("div", css=f"ua-against ua-against-{letter.lower()}"):
        element("span", letter, css="ua-letter")
        with element("div"):
            element("p", text, css="ua-finding-of", data_letter=letter)
            if more:
                element("p", more).key("more")
            if beside:
                element("p", beside, css="ua-soft ua-beside").key("beside")
