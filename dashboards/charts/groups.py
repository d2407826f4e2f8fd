"""Groups of runs as a line with a band, or as dots with intervals, as ECharts reads them."""

from typing import Any

import numpy as np

from alliances.dashboards.charts.echarts import paint
from alliances.experiments.browse.query import Answered
from alliances.experiments.words.numbers import PERCENT, style_of

# Okabe and Ito's colours, darker on light ground so that names keep a contrast of 4.5.
LIGHT = ("#0072B2", "#B84A00", "#00735C", "#8A4B75", "#57606a", "#6B5B00")
DARK = ("#56B4E9", "#E69F00", "#2FC7A0", "#DE93BE", "#a8b0b9", "#F0E442")
DASHES: tuple[Any, ...] = ("solid", [6, 4], [2, 3], [10, 3, 2, 3], [1, 2], [12, 4])
SYMBOLS = ("circle", "diamond", "triangle", "rect", "pin", "arrow")
ROW = 22  # pixels of a row of dots
SHOWN = 60  # rows of dots that are drawn


def results_option(answered: Answered, unit: str, *, dark: bool) -> dict[str, Any]:
    """Return the chart of an answer.

    Parameters
    ----------
    answered : Answered
        The groups.
    unit : str
        Unit of what was measured; empty if it is not known.
    dark : bool
        Whether the page is dark.
    """
    return _lines(answered, unit, dark) if answered.is_line else _dots(answered, unit, dark)


def height(answered: Answered) -> int:
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


def _axes(dark: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    colours = paint(dark=dark)
    axis = {
        "axisLine": {"lineStyle": {"color": colours.soft}},
        "axisLabel": {"color": colours.soft, "fontSize": 12},
        "splitLine": {"lineStyle": {"color": colours.grid}},
        "nameLocation": "middle",
        "nameTextStyle": {"color": colours.soft, "fontSize": 12},
    }
    frame = {
        "animation": False,
        "backgroundColor": "transparent",
        "aria": {"enabled": False},  # the sentence and the table say it better
    }
    return axis, frame


def _number(value: float) -> float | None:
    return float(f"{value:.5g}") if np.isfinite(value) else None


def _lines(answered: Answered, unit: str, dark: bool) -> dict[str, Any]:
    axis, frame = _axes(dark)
    colours = DARK if dark else LIGHT
    scale, after = percent(unit, against=answered.request.against)
    series: list[dict[str, Any]] = []
    names = list(dict.fromkeys(answered.table["split"]))
    for k, name in enumerate(names):
        rows = answered.table[answered.table["split"] == name].sort_values("along")
        x = rows["along"].astype(float).tolist()
        colour = colours[k % len(colours)]
        common = {
            "type": "line",
            "silent": True,
            "animation": False,
            "showSymbol": False,
            "color": colour,
        }
        ends = ("low", "high") if answered.interval == "table" else ("least", "most")
        there = rows[list(ends)].notna().all(axis=1)
        if there.any() and len(names) <= 3:
            series += _band(rows[there], ends, scale, colour, f"{name} band")
        series.append(
            {
                **common,
                "name": str(name) or "mean",
                "showSymbol": len(rows) <= 40,
                "symbol": SYMBOLS[k % len(SYMBOLS)],
                "symbolSize": 7,
                "z": 3,
                "lineStyle": {"color": colour, "width": 2.6, "type": DASHES[k % len(DASHES)]},
                "data": [[a, _number(scale * b)] for a, b in zip(x, rows["mean"], strict=True)],
                "endLabel": {
                    "show": bool(name),
                    "formatter": "{a}",
                    "color": colour,
                    "fontWeight": "bold",
                    "lineHeight": 17,
                },
                "labelLayout": {"moveOverlap": "shiftY"},
            }
        )
    return {
        **frame,
        "grid": {
            "left": 8,
            "right": 110 if any(names) else 20,
            "top": 12,
            "bottom": 34,
            "containLabel": True,
        },
        "xAxis": {
            **axis,
            "type": "value",
            "scale": True,
            "min": "dataMin",
            "max": "dataMax",
            "name": answered.request.along,
            "nameGap": 26,
            "splitLine": {"show": False},
        },
        "yAxis": {
            **axis,
            "type": "value",
            "scale": True,
            "axisLabel": {**axis["axisLabel"], "formatter": f"{{value}}{after}"},
        },
        "series": series,
    }


def _band(
    rows: Any, ends: tuple[str, str], scale: float, colour: str, name: str
) -> list[dict[str, Any]]:
    """Return a band as two lines, one upon the other, with what lies between them filled."""
    low, high = (scale * rows[end].to_numpy(float) for end in ends)
    x = rows["along"].astype(float).tolist()
    common = {
        "type": "line",
        "name": name,
        "stack": name,
        "stackStrategy": "all",
        "silent": True,
        "animation": False,
        "showSymbol": False,
        "color": colour,
        "z": 1,
        "lineStyle": {"opacity": 0},
        # The value first: of two axes of numbers, ECharts stacks along the first.
        "dimensions": ["value", "at"],
        "encode": {"x": "at", "y": "value"},
    }
    bottom = {**common, "data": [[_number(b), a] for a, b in zip(x, low, strict=True)]}
    top = {**common, "data": [[_number(b), a] for a, b in zip(x, high - low, strict=True)]}
    return [bottom, {**top, "areaStyle": {"color": colour, "opacity": 0.18}}]


def _dots(answered: Answered, unit: str, dark: bool) -> dict[str, Any]:
    axis, frame = _axes(dark)
    ink = paint(dark=dark).ink
    colours = DARK if dark else LIGHT
    scale, after = percent(unit, against=answered.request.against)
    rows_of = answered.table
    labels = list(dict.fromkeys(rows_of["along"]))[:SHOWN]
    names = list(dict.fromkeys(rows_of["split"]))
    ends = ("low", "high") if answered.interval else ("least", "most")
    series: list[dict[str, Any]] = []
    for k, name in enumerate(names):
        colour = colours[k % len(colours)]
        rows = rows_of[(rows_of["split"] == name) & rows_of["along"].isin(labels)]
        shift = 0.0 if len(names) == 1 else 0.5 * (k / (len(names) - 1) - 0.5)
        points = [
            (labels.index(one["along"]) + shift, *(scale * one[n] for n in ("mean", *ends)))
            for one in rows.to_dict("records")
        ]
        series += [
            {
                "type": "line",
                "yAxisIndex": 1,
                "silent": True,
                "animation": False,
                "showSymbol": False,
                "lineStyle": {"color": colour, "width": 3},
                "data": [[_number(low), y], [_number(high), y]],
            }
            for y, _, low, high in points
            if np.isfinite([low, high]).all()
        ]
        series.append(
            {
                "type": "scatter",
                "name": str(name) or "mean",
                "yAxisIndex": 1,
                "silent": True,
                "animation": False,
                "z": 4,
                "symbol": SYMBOLS[k % len(SYMBOLS)],
                "symbolSize": 11,
                "itemStyle": {"color": colour},
                "data": [[_number(mean), y] for y, mean, _, _ in points],
            }
        )
    return {
        **frame,
        "legend": {
            "show": len(names) > 1,
            "data": [str(name) for name in names],
            "top": 0,
            "textStyle": {"color": ink},
            "selectedMode": False,
        },
        "grid": {
            "left": 8,
            "right": 34,
            "top": 30 if len(names) > 1 else 8,
            "bottom": 16,
            "containLabel": True,
        },
        "xAxis": {
            **axis,
            "type": "value",
            "scale": True,
            "splitNumber": 4,
            "axisLine": {"show": False},
            "axisLabel": {
                **axis["axisLabel"],
                "formatter": f"{{value}}{after}",
                "hideOverlap": True,
            },
        },
        # Names of rows on one axis, places of dots on another: groups lie beside each other.
        "yAxis": [
            {
                **axis,
                "type": "category",
                "inverse": True,
                "data": [text if len(text) <= 60 else f"{text[:59]}…" for text in map(str, labels)],
                "axisTick": {"show": False},
                "splitLine": {"show": True, "lineStyle": {"color": paint(dark=dark).grid}},
                "axisLabel": {
                    "color": ink,
                    "fontSize": 12,
                    "interval": 0,
                    "width": 220,
                    "overflow": "truncate",
                },
            },
            {
                "type": "value",
                "inverse": True,
                "min": -0.5,
                "max": len(labels) - 0.5,
                "show": False,
            },
        ],
        "series": series,
    }
