"""One chart with its finding, how sure that is, and its table; a fault stays in its own chart."""

from collections.abc import Callable
from html import escape

import solara

from dashboards.web import words
from dashboards.web.charts import FAMILIES, chart_option, table_rows, unit_text
from dashboards.web.components.controls import Picker
from dashboards.web.components.text import element
from experiments.ensemble import Answer
from model.measures import MEASURES


@solara.component
def Chart(
    family: str,
    name: str,
    answer: Answer | None,
    is_current: bool,
    pick: Callable[[str], None],
    dark: bool,
) -> None:
    measure = MEASURES[name]
    with element("section", css="ua-chart", aria_label=family):
        with element("div", css="ua-chart-head"):
            element("h3", family)
            Picker(
                label=f"{family}: measure",
                value=name,
                options=[{"value": n, "label": MEASURES[n].label} for n in FAMILIES[family]],
                event_pick=pick,
                quiet=True,
            )
        element("p", unit_text(name), css="ua-soft ua-unit-line")
        if answer is None:
            element("div", "The first runs are on their way.", css="ua-figure ua-waiting")
            return
        try:
            option = chart_option(answer, name, dark=dark)
            finding, sure = words.finding(answer, name), words.how_sure(answer, name)
            rows = table_rows(answer, name)
        except Exception as error:  # noqa: BLE001 - the other charts must not go with it
            element(
                "p",
                f"This chart cannot be drawn: {type(error).__name__}: {error}",
                css="ua-wrong",
                role="alert",
            )
            return
        state = "whole" if answer.is_whole and is_current else "coming"
        solara.FigureEcharts(
            option=option, responsive=True, attributes={"class": "ua-figure", "aria-hidden": "true"}
        )
        element("p", finding, css="ua-finding", data_runs=str(answer.runs), data_state=state)
        if sure:
            element("p", sure, css="ua-sure")
        body = "".join(
            f"<tr><th scope='row'>{escape(row.year)}</th><td>{escape(row.today)}</td>"
            f"<td>{escape(row.mine)}</td></tr>"
            for row in rows
        )
        table = (
            f"<summary>Table<span class='ua-hidden'> of {escape(measure.label)}</span></summary>"
            f"<table><caption>{escape(measure.label)} ({escape(unit_text(name))}) at the end of "
            "each year: median, and in brackets what 90 % of the runs lie between.</caption>"
            "<thead><tr><th scope='col'>Year</th><th scope='col'>Today</th>"
            f"<th scope='col'>Yours</th></tr></thead><tbody>{body}</tbody></table>"
        )
        solara.HTML(tag="details", unsafe_innerHTML=table, classes=["ua-help"])
