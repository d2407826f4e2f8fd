"""Groups of runs as a line with a band, or as dots with intervals, as ECharts reads them."""

from typing import Any

from alliances.dashboards.charts.echarts import (
    Option,
    axis,
    band,
    framed,
    line,
    named,
    names_axis,
    paint,
    points,
)
from alliances.experiments.browse.query import QueryAnswer
from alliances.experiments.words.numbers import PERCENT, style_of

# Okabe and Ito's colours, darker on light ground so that names keep a contrast of 4.5.
LIGHT = ("#0072B2", "#B84A00", "#00735C", "#8A4B75", "#57606a", "#6B5B00")
DARK = ("#56B4E9", "#E69F00", "#2FC7A0", "#DE93BE", "#a8b0b9", "#F0E442")
DASHES: tuple[Any, ...] = ("solid", [6, 4], [2, 3], [10, 3, 2, 3], [1, 2], [12, 4])
SYMBOLS = ("circle", "diamond", "triangle", "rect", "pin", "arrow")
ROW = 22  # pixels of a row of dots
SHOWN = 60  # rows of dots that are drawn


def results_option(answered: QueryAnswer, unit: str, *, dark: bool) -> Option:
    """Return the chart of an answer.

    Parameters
    ----------
    answered : QueryAnswer
        The groups.
    unit : str
        Unit of what was measured; empty if it is not known.
    dark : bool
        Whether the page is dark.
    """
    return _lines(answered, unit, dark) if answered.is_line else _dots(answered, unit, dark)


def height(answered: QueryAnswer) -> int:
    """Return how many pixels high the chart is."""
    if answered.is_line:
        return 340
    return 70 + ROW * min(SHOWN, answered.table["along"].nunique())


def percent(unit: str, *, against: bool) -> tuple[float, str]:
    """Return what values are multiplied by, and what stands behind them on an axis."""
    scale = style_of(unit).scale
    if scale != PERCENT.scale:
        return 1.0, ""
    return scale, " pp" if against else " %"


def _hue(k: int, dark: bool) -> str:
    return (DARK if dark else LIGHT)[k % len(LIGHT)]


def _lines(answered: QueryAnswer, unit: str, dark: bool) -> Option:
    scale, after = percent(unit, against=answered.request.against)
    series: list[Option] = []
    names = list(dict.fromkeys(answered.table["split"]))
    for k, name in enumerate(names):
        rows = answered.table[answered.table["split"] == name].sort_values("along")
        colour = _hue(k, dark)
        ends = ["low", "high"] if answered.interval == "table" else ["least", "most"]
        there = rows[rows[ends].notna().all(axis=1)]
        if len(there) and len(names) <= 3:
            low, high = (scale * there[end].to_numpy(float) for end in ends)
            x = there["along"].astype(float).tolist()
            edges = [list(map(list, zip(points(row), x, strict=True))) for row in (low, high - low)]
            # The value first: of two axes of numbers, ECharts stacks along the first.
            turned = {"dimensions": ["value", "at"], "encode": {"x": "at", "y": "value"}}
            series += [one | turned for one in band(f"{name} band", edges, colour, 0.18)]
        x = rows["along"].astype(float).tolist()
        means = points(scale * rows["mean"].to_numpy(float))
        data = [list(pair) for pair in zip(x, means, strict=True)]
        style = {"width": 2.6, "type": DASHES[k % len(DASHES)]}
        series.append(
            {
                **line(str(name) or "mean", data, colour, 3, **style),
                "showSymbol": len(rows) <= 40,
                "symbol": SYMBOLS[k % len(SYMBOLS)],
                "symbolSize": 7,
                "endLabel": named(colour, show=bool(name), fontSize=12, lineHeight=17),
                "labelLayout": {"moveOverlap": "shiftY"},
            }
        )
    return framed(
        series,
        right=110 if any(names) else 20,
        bottom=34,
        xAxis=axis(
            dark,
            type="value",
            scale=True,
            min="dataMin",
            max="dataMax",
            name=answered.request.along,
            nameGap=26,
            splitLine={"show": False},
        ),
        yAxis=axis(dark, type="value", scale=True, axisLabel={"formatter": f"{{value}}{after}"}),
    )


def _dots(answered: QueryAnswer, unit: str, dark: bool) -> Option:
    colours = paint(dark=dark)
    scale, after = percent(unit, against=answered.request.against)
    rows_of = answered.table
    labels = list(dict.fromkeys(rows_of["along"]))[:SHOWN]
    names = list(dict.fromkeys(rows_of["split"]))
    ends = ("low", "high") if answered.interval else ("least", "most")
    series: list[Option] = []
    for k, name in enumerate(names):
        colour = _hue(k, dark)
        rows = rows_of[(rows_of["split"] == name) & rows_of["along"].isin(labels)]
        shift = 0.0 if len(names) == 1 else 0.5 * (k / (len(names) - 1) - 0.5)
        y = [labels.index(one) + shift for one in rows["along"]]
        means, lows, highs = (
            points(scale * rows[column].to_numpy(float)) for column in ("mean", *ends)
        )
        series += [
            line("", [[low, at], [high, at]], colour, 2, width=3)
            for at, low, high in zip(y, lows, highs, strict=True)
            if low is not None and high is not None
        ]
        series.append(
            {
                "type": "scatter",
                "name": str(name) or "mean",
                "z": 4,
                "symbol": SYMBOLS[k % len(SYMBOLS)],
                "symbolSize": 11,
                "itemStyle": {"color": colour},
                "data": [list(pair) for pair in zip(means, y, strict=True)],
            }
        )
    made = framed(
        [{"yAxisIndex": 1, **one} for one in series],
        right=34,
        bottom=16,
        legend={
            "show": len(names) > 1,
            "data": [str(name) for name in names],
            "top": 0,
            "textStyle": {"color": colours.ink},
            "selectedMode": False,
        },
        xAxis=axis(
            dark,
            type="value",
            scale=True,
            splitNumber=4,
            axisLine={"show": False},
            axisLabel={"formatter": f"{{value}}{after}", "hideOverlap": True},
        ),
        # Names of rows on one axis, places of dots on another: groups lie beside each other.
        yAxis=[
            {
                **names_axis(
                    dark,
                    [text if len(text) <= 60 else f"{text[:59]}…" for text in map(str, labels)],
                    width=220,
                    overflow="truncate",
                ),
                "splitLine": {"show": True, "lineStyle": {"color": colours.grid}},
            },
            {
                "type": "value",
                "inverse": True,
                "min": -0.5,
                "max": len(labels) - 0.5,
                "show": False,
            },
        ],
    )
    made["grid"]["top"] = 30 if len(names) > 1 else 8
    return made
