"""One chart with its finding, how sure that is, and its table; a fault stays in its own chart."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

import solara
import traitlets
from solara.components.echarts import EchartsWidget

from dashboards.web import words
from dashboards.web.charts import FAMILIES, chart_option, counted, table_rows, unit_text
from dashboards.web.components.controls import Picker
from dashboards.web.components.text import element
from experiments.ensemble import Answer
from model.measures import MEASURES


@dataclass(frozen=True, eq=False)
class Sealed:
    """A chart's thousands of numbers, which nobody looks through when a page is drawn anew."""

    option: dict[str, Any]


class Figure(EchartsWidget):
    """Solara's ECharts figure, told what to draw by something sealed.

    Its template is ours: Solara's fails if the chart leaves the page while its script loads, and
    keeps what it drew after that.
    """

    template_file = (__file__, "figure.vue")
    option = traitlets.Any().tag(sync=True, to_json=lambda sealed, _: sealed.option)


@solara.component
def Chart(
    family: str,
    name: str,
    answer: Answer | None,
    link: str,
    pick: Callable[[str], None],
    dark: bool,
) -> None:
    drawn = solara.use_memo(lambda: _drawn(answer, name, dark), [answer, name, dark])
    with element("section", css="ua-chart", aria_label=family):
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
        if answer is None or drawn is None:
            element("div", "The first runs are on their way.", css="ua-figure ua-waiting")
            return
        if isinstance(drawn, Exception):
            element(
                "p",
                f"This chart cannot be drawn: {type(drawn).__name__}: {drawn}",
                css="ua-wrong",
                role="alert",
            )
            return
        option, finding, sure, table = drawn
        state = "whole" if answer.is_whole and link else "coming"
        Figure.element(
            option=option, responsive=True, attributes={"class": "ua-figure", "aria-hidden": "true"}
        )
        element(
            "p",
            finding,
            css="ua-finding",
            data_runs=str(answer.runs),
            data_state=state,
            data_link=link,
        )
        if sure:
            element("p", sure, css="ua-sure")
        solara.HTML(tag="details", unsafe_innerHTML=table, classes=["ua-help"])


def _drawn(
    answer: Answer | None, name: str, dark: bool
) -> tuple[Sealed, str, str, str] | Exception | None:
    """Chart, finding, how sure and table; or what went wrong."""
    if answer is None:
        return None
    try:
        return (
            Sealed(chart_option(answer, name, dark=dark)),
            words.finding(answer, name),
            words.how_sure(answer, name),
            _table(answer, name),
        )
    except Exception as error:  # noqa: BLE001 - the other charts must not go with it
        return error


def _table(answer: Answer, name: str) -> str:
    title, unit = escape(MEASURES[name].label), escape(unit_text(name))
    body = "".join(
        f"<tr><th scope='row'>{escape(row.year)}</th><td>{escape(row.today)}</td>"
        f"<td>{escape(row.mine)}</td></tr>"
        for row in table_rows(answer, name)
    )
    return (
        f"<summary>Table<span class='ua-hidden'> of {title}</span></summary>"
        f"<table><caption>{title} ({unit}) at the end of each year: mean, and in brackets what "
        f"90 % of the runs lie between. {escape(counted(name))}</caption><thead><tr>"
        "<th scope='col'>Year</th><th scope='col'>Today</th><th scope='col'>Yours</th></tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )
