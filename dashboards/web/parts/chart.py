"""One chart with its finding, how sure that is, and its table; a fault stays in its own chart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import solara
import traitlets
from solara.components.echarts import EchartsWidget

from alliances.dashboards.charts.echarts import (
    FAMILIES,
    chart_option,
    counted,
    table_rows,
    unit_text,
)
from alliances.dashboards.web.explore import words
from alliances.dashboards.web.explore.session import Session
from alliances.dashboards.web.parts.controls import Buttons, Picker
from alliances.dashboards.web.parts.text import element
from alliances.dashboards.web.shared.choice import Choice
from alliances.experiments.runs.ensemble import PairedRuns
from alliances.model.measures import MEASURES


@dataclass(frozen=True, eq=False)
class Sealed:
    """A chart's thousands of numbers, which nobody looks through when a page is drawn anew."""

    option: dict[str, Any]


class EchartsFigure(EchartsWidget):
    """Solara's ECharts figure, told what to draw by something sealed.

    Its template is ours: Solara's fails if the chart leaves the page while its script loads, and
    keeps what it drew after that.
    """

    template_file = (__file__, "figure.vue")
    option = traitlets.Any().tag(sync=True, to_json=lambda sealed, _: sealed.option)


@solara.component
def Plot(
    make: Callable[[], dict[str, Any]],
    on: Sequence[Any],
    height: int | None = None,
    css: str = "ua-plot",
) -> None:
    # Made anew when something of `on` changes; a fault stays in it.
    def drawn() -> Sealed | Exception:
        try:
            return Sealed(make())
        except Exception as error:  # noqa: BLE001 - the other charts must not go with it
            return error

    option = solara.use_memo(drawn, [*on])
    if isinstance(option, Exception):
        Faulty(option)
        return
    size = {} if height is None else {"style": f"height: {height}px"}
    attributes = {"class": css, "aria-hidden": "true", **size}
    EchartsFigure.element(option=option, responsive=True, attributes=attributes)


def Faulty(error: Exception) -> None:
    """Say what went wrong with a chart."""
    text = f"This chart cannot be drawn: {type(error).__name__}: {error}"
    element("p", text, css="ua-wrong", role="alert")


@solara.component_vue("chart_words.vue")
def ChartWords(said: dict[str, Any]) -> None: ...


@solara.component
def Chart(session: Session, place: int, family: str, name: str, dark: bool) -> None:
    """Show one of the charts of what was chosen.

    Parameters
    ----------
    session : Session
    place : int
        Which of the choice's charts it is.
    family, name : str
        Its heading and its measure.
    dark : bool
        Whether the page is dark.
    """
    choice, answer = session.answered.value
    said = solara.use_memo(lambda: _said(answer, name), [answer, name])
    with element("section", css="ua-chart", aria_label=family):
        Head(session, place, family, name)
        if answer is None or said is None:
            element("div", "The first runs are on their way.", css="ua-figure ua-waiting")
        elif isinstance(said, Exception):
            Faulty(said)
        else:
            Plot(
                lambda: chart_option(answer, name, dark=dark),
                [answer, name, dark],
                css="ua-figure",
            )
            ChartWords(said={**said, "link": choice.to_search()})


@solara.component
def Head(session: Session, place: int, family: str, name: str) -> None:
    """Say what a chart shows, and let another measure be picked."""

    def pick(picked: str) -> None:
        session.choose(lambda now: with_chart(now, place, picked))

    with element("div", css="ua-chart-head"):
        element("h3", family)
        Picker(
            label=f"{family}: measure",
            value=name,
            options=[
                {"value": n, "label": MEASURES[n].label} for n in FAMILIES.get(family, MEASURES)
            ],
            event_pick=pick,
            quiet=True,
        )
    element("p", unit_text(name), css="ua-soft ua-unit-line")


@solara.component
def TakeOut(session: Session, place: int, name: str) -> None:
    """Let a chart beyond the first four be taken out."""
    Buttons(
        label=f"Chart of {MEASURES[name].label}",
        buttons=[{"id": "out", "label": "Take this chart out"}],
        event_press=lambda _: session.choose(lambda now: with_chart(now, place, "")),
    )


def with_chart(choice: Choice, place: int, name: str) -> Choice:
    """Return a choice with another measure in one of its charts; "" takes the chart out."""
    new = (name,) if name else ()
    return replace(choice, charts=(*choice.charts[:place], *new, *choice.charts[place + 1 :]))


def _said(answer: PairedRuns | None, name: str) -> dict[str, Any] | Exception | None:
    """Return what is said of a chart; or what went wrong."""
    try:
        return None if answer is None else said_of(answer, name)
    except Exception as error:  # noqa: BLE001 - the other charts must not go with it
        return error


def said_of(answer: PairedRuns, name: str) -> dict[str, Any]:
    """Return finding, how sure that is, and the table of a chart, as plain data."""
    title = MEASURES[name].label
    return {
        "finding": words.finding(answer, name),
        "sure": words.how_sure(answer, name),
        "runs": answer.runs,
        "state": "whole" if answer.is_whole else "coming",
        "title": title,
        "caption": f"{title} ({unit_text(name)}) at the end of each year: mean, and in brackets "
        f"what 90 % of the runs lie between. {counted(name)}",
        "rows": [[row.year, row.today, row.mine] for row in table_rows(answer, name)],
    }
