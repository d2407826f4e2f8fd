"""How well the model reproduces a place's network: a check that runs while one reads on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import solara

from alliances.dashboards.charts.echarts import Option, axis, framed, names_axis, paint, points
from alliances.dashboards.web.parts.chart import Plot
from alliances.dashboards.web.parts.download import Download
from alliances.dashboards.web.parts.table import table
from alliances.dashboards.web.parts.text import element
from alliances.dashboards.web.shared import warming
from alliances.dashboards.web.shared.own_place import Loaded
from alliances.experiments.output.safe_csv import csv_text
from alliances.experiments.own_places.likeness import WORLDS, Likeness, grown, likeness, summary
from alliances.experiments.runs.queue import GivenUp, Latest, Stale

STAGES = (8, 16, WORLDS)
TURNS = 0.2  # seconds between looks whether to wait on
VERDICTS = {
    "inside": "inside",
    "above": "outside: yours is more",
    "below": "outside: yours is less",
    "none": "nothing to compare",
}


@dataclass(frozen=True, eq=False)
class Checked:
    """What the check found so far."""

    loaded: Loaded
    found: list[Likeness]
    runs: int


@solara.component
def LikenessCheck(loaded: Loaded) -> None:
    checked: solara.Reactive[Checked | None] = solara.use_reactive(None)
    failure = solara.use_reactive("")

    def latest_grown() -> Latest[Loaded]:
        def work(job: Loaded, stale: Stale) -> None:
            def go_on(_: int) -> None:
                if stale():
                    raise GivenUp

            while not warming.READY.wait(TURNS):
                go_on(0)
            runs = []
            for run in grown(job.place, go_on=go_on):
                runs.append(run)
                if len(runs) in STAGES:
                    checked.set(Checked(job, likeness(job.place, runs), len(runs)))

        def failed(_: Loaded, error: Exception) -> None:
            failure.set(f"The check could not be made: {error}")

        return Latest(work, failed)

    latest = solara.use_memo(latest_grown, [])
    solara.use_effect(lambda: latest.close, [])
    solara.use_effect(lambda: latest.ask(loaded), [loaded])
    if failure.value:
        element("p", failure.value, css="ua-wrong", role="alert")
        return
    now = checked.value
    if now is None or now.loaded is not loaded:
        element(
            "p",
            "The model is growing networks to hold yours against.",
            css="ua-note",
            role="status",
        )
        return
    Shown(loaded, now.found, now.runs)


@solara.component
def Shown(loaded: Loaded, found: list[Likeness], runs: int) -> None:
    dark = bool(solara.lab.use_dark_effective())
    with element("div", css="ua-check-said", role="status", data_runs=str(runs)):
        for text in summary(found, loaded.place):
            element("p", text)
        outside = [one.sentence() for one in found if one.verdict in ("above", "below")]
        if outside:
            element(
                "p",
                "These lie outside. Where they matter, do not trust the model in your place:",
            )
            element("ul", *(element("li", text) for text in outside))
        element(
            "p",
            "Ties that nobody listed count as none, so a list that is not complete looks less "
            "dense than the place is.",
            css="ua-soft",
        )
    if runs < WORLDS:
        element("p", f"{runs} of {WORLDS} runs so far; more are coming.", css="ua-soft")
    if any(np.isfinite(one.low) for one in found):
        with element("p", css="ua-key"):
            element("span", "what the model grows, 90 % of runs", css="ua-key-range")
            element("span", "your place", css="ua-key-own")
        chart = "ua-figure ua-figure-tall"
        Plot(lambda: range_option(found, dark=dark), [found, dark], css=chart)
    rows = [
        (one.figure.label, *one.texts(), VERDICTS[one.verdict], one.figure.meaning) for one in found
    ]
    table(
        f"Your place beside {runs} runs of the model: 90 % of them lie in the model's range",
        (
            "Figure",
            "Yours",
            "Model",
            "Real networks of about that size",
            "Yours is",
            "What it says",
        ),
        rows,
        wide=True,
    )
    Download(
        "This table as CSV", lambda: csv_text(pd.DataFrame(as_rows(found))), "network-check.csv"
    )


def as_rows(found: Sequence[Likeness]) -> list[dict[str, Any]]:
    """Return the check as rows of a table."""
    return [
        {
            "figure": one.figure.label,
            "own": one.own,
            "model_low": one.low,
            "model_median": one.middle,
            "model_high": one.high,
            "runs": one.runs,
            "real_low": one.real[0] if one.real else float("nan"),
            "real_high": one.real[1] if one.real else float("nan"),
            "verdict": one.verdict,
        }
        for one in found
    ]


def range_option(found: Sequence[Likeness], *, dark: bool) -> Option:
    """Return the ranges of the model and the place's own figures, as ECharts reads them."""
    colours, shown = paint(dark=dark), [one for one in found if np.isfinite(one.low)]
    stacked = {"type": "bar", "stack": "range", "stackStrategy": "all", "barWidth": 12}
    low, high, own = (
        np.array([getattr(one, name) for one in shown], float) for name in ("low", "high", "own")
    )
    return framed(
        [
            {**stacked, "itemStyle": {"color": "transparent"}, "data": points(low)},
            {
                **stacked,
                "itemStyle": {"color": colours.today, "opacity": 0.75},
                "data": points(high - low),
            },
            {
                "type": "scatter",
                "symbol": "diamond",
                "symbolSize": 15,
                "z": 5,
                "itemStyle": {"color": colours.mine, "borderColor": colours.ink, "borderWidth": 1},
                "data": [[x, k] for k, x in enumerate(points(own)) if x is not None],
            },
        ],
        right=24,
        xAxis=axis(dark, type="value"),
        yAxis=names_axis(
            dark,
            [one.figure.label for one in shown],
            width=130,
            overflow="break",
            lineHeight=13,
        ),
    )
