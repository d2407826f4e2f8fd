"""Charts of the page Compare: lines of several scenarios, and differences between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from alliances.dashboards.charts.echarts import DARK, LIGHT, TODAY, month_names, paint, year_ends
from alliances.experiments.compare.scenarios import Several
from alliances.experiments.runs.comparison import Effect
from alliances.experiments.runs.outcomes import EnsembleOutcome
from alliances.experiments.words.numbers import PERCENT, bare, style_of
from alliances.model.measures import MEASURES

YEAR = 12
NO_UNIT = ("0-1", "-2 to 2", "ratio", "count")
DIGITS = 4
GOLDEN = 0.6180339887  # spreads dots over the height of a row without any pattern
ROW = 46  # pixels
FRAME = 76  # pixels above and below the rows
NEAR = 15  # pixels between names at the ends of lines
DASHES: Mapping[str, Any] = {TODAY: [6, 4], "A": "solid", "B": [12, 3, 2, 3], "C": [2, 3]}
SYMBOLS: Mapping[str, str] = {"A": "circle", "B": "rect", "C": "triangle"}
# Okabe and Ito's vermillion, bluish green and reddish purple, darker, so that names in them keep a
# contrast of 4.5; on dark ground their orange, green and purple, lighter.
HUES: Mapping[bool, Mapping[str, str]] = {
    False: {"A": LIGHT.mine, "B": "#00734F", "C": "#9B3D79"},
    True: {"A": DARK.mine, "B": "#3CC79B", "C": "#DE9BBF"},
}


def hue(name: str, *, dark: bool) -> str:
    """Return the colour of a scenario's letter, of today's practice, or of what is neither."""
    if name == TODAY:
        return paint(dark=dark).today
    return HUES[dark].get(name, paint(dark=dark).ink)


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


@dataclass(frozen=True)
class Line:
    """The curve of one scenario: its name, whose colour and dash it has, and its runs."""

    name: str
    like: str
    outcome: EnsembleOutcome
    dash: Any = None


def lines_of(several: Several) -> list[Line]:
    """Return today's practice, if there is one for all, and the scenarios."""
    arms = several.asked.arms
    lines = [Line(arm.letter, arm.letter, one) for arm, one in zip(arms, several.mine, strict=True)]
    if several.has_one_today:
        return [Line(TODAY, TODAY, several.today[0]), *lines]
    todays = []
    for k, arm in enumerate(arms):
        first = next(i for i, other in enumerate(arms) if other.today == arm.today)
        if first == k:
            same = ", ".join(other.letter for other in arms if other.today == arm.today)
            todays.append(Line(f"{TODAY} ({same})", TODAY, several.today[k]))
    return [*todays, *lines]


def lines_option(lines: Sequence[Line], name: str, *, dark: bool) -> dict[str, Any]:
    """Return the means of the runs of several scenarios over the months, as ECharts reads them."""
    colours = paint(dark=dark)
    style = style_of(MEASURES[name].unit)
    middles = [line.outcome.curves[name] * style.scale for line in lines]
    months = len(middles[0])
    text = {"color": colours.soft, "fontSize": 12}
    axis: dict[str, Any] = {
        "axisLine": {"lineStyle": {"color": colours.soft}},
        "axisLabel": text,
        "splitLine": {"lineStyle": {"color": colours.grid}},
    }
    shifts = _spread(middles)
    return {
        "animation": False,
        "backgroundColor": "transparent",
        "aria": {"enabled": False},
        "grid": {"left": 8, "right": _room(lines), "top": 12, "bottom": 24, "containLabel": True},
        "tooltip": {"trigger": "axis", "confine": True},
        "xAxis": {
            **axis,
            "type": "category",
            "boundaryGap": False,
            "data": month_names(months),
            "axisTick": {"show": False},
            "axisLabel": {**text, "interval": YEAR * (1 + months // 100) - 1},
            "name": "year",
            "nameLocation": "middle",
            "nameGap": 24,
            "nameTextStyle": text,
            "splitLine": {"show": False},
        },
        "yAxis": {
            **axis,
            "type": "value",
            "scale": True,
            "splitNumber": 4,
            "axisLabel": {
                **text,
                "formatter": "{value} %" if style.scale == PERCENT.scale else "{value}",
            },
        },
        "series": [
            {
                "type": "line",
                "name": line.name,
                "data": [None, *(_short(x) if np.isfinite(x) else None for x in middle.tolist())],
                "showSymbol": False,
                "silent": True,
                "animation": False,
                "color": hue(line.like, dark=dark),
                "lineStyle": {
                    "color": hue(line.like, dark=dark),
                    "width": 2.4,
                    "type": line.dash or DASHES.get(line.like, "solid"),
                },
                "endLabel": {
                    "show": True,
                    "formatter": "{a}",
                    "color": hue(line.like, dark=dark),
                    "fontWeight": "bold",
                    "fontSize": 13,
                    "offset": [0, shift],
                },
            }
            for line, middle, shift in zip(lines, middles, shifts, strict=True)
        ],
    }


def year_rows(lines: Sequence[Line], name: str) -> list[list[str]]:
    """Return what the curves are at the end of each year: the year, then one text a line."""
    curves = [line.outcome.curves[name] for line in lines]
    unit = MEASURES[name].unit
    return [
        [
            f"{(month + 1) / YEAR:g}",
            *(
                bare(float(curve[month]), unit)
                if np.isfinite(curve[month])
                else "nothing to measure"
                for curve in curves
            ),
        ]
        for month in year_ends(len(curves[0]))
    ]


def _room(lines: Sequence[Line]) -> int:
    """Return how many pixels the names at the ends need."""
    return 24 + 7 * max(len(line.name) for line in lines)


def _spread(curves: Sequence[np.ndarray], height: float = 150.0) -> list[float]:
    """Return by how many pixels names are moved down, so that none lies on another.

    Parameters
    ----------
    curves : sequence of ndarray
        What is drawn.
    height : float
        Pixels between the lowest and the highest point of all.
    """
    every = np.concatenate(curves)
    every = every[np.isfinite(every)]
    span = float(np.ptp(every)) if len(every) else 0.0
    scale = height / span if span else 0.0
    at = [-float(curve[-1]) * scale if np.isfinite(curve[-1]) else 0.0 for curve in curves]
    # Names that would lie on each other make a group, which is set around its middle.
    groups = [[k] for k in sorted(range(len(at)), key=lambda k: at[k])]

    def edges(group: list[int]) -> tuple[float, float]:
        middle = float(np.mean([at[k] for k in group]))
        half = NEAR * (len(group) - 1) / 2.0
        return middle - half, middle + half

    g = 0
    while g + 1 < len(groups):
        if edges(groups[g + 1])[0] - edges(groups[g])[1] < NEAR:
            groups[g : g + 2] = [groups[g] + groups[g + 1]]
            g = max(0, g - 1)
        else:
            g += 1
    moved = [0.0] * len(at)
    for group in groups:
        for place, k in enumerate(group):
            moved[k] = round(edges(group)[0] + NEAR * place - at[k], 1)
    return moved


@dataclass(frozen=True)
class Dots:
    """A row of differences: one dot a matched run, their mean and its interval.

    Attributes
    ----------
    label : str
        What stands to the left.
    like : str
        Whose colour and symbol it has: a letter, or "" for neither.
    effect : Effect or None
        The differences; None draws an empty row.
    points : ndarray or None
        The dots, if they are not the differences of matched runs.
    interval : (float, float) or None
        What the thick line spans, if it is not the interval of the mean.
    """

    label: str
    like: str
    effect: Effect | None
    points: np.ndarray | None = None
    interval: tuple[float, float] | None = None

    def dots(self) -> np.ndarray:
        """Return what is drawn as dots."""
        if self.points is not None:
            return self.points[np.isfinite(self.points)]
        return np.zeros(0) if self.effect is None else self.effect.differences

    def mean(self) -> float:
        """Return where the symbol stands."""
        dots = self.dots()
        return float(dots.mean()) if len(dots) else float("nan")

    def span(self) -> tuple[float, float] | None:
        """Return what the thick line spans."""
        if self.interval is not None or self.effect is None:
            return self.interval
        return self.effect.interval


def height_of(rows: int) -> int:
    """Return how many pixels a chart of so many rows needs."""
    return FRAME + ROW * rows


def dots_option(
    rows: Sequence[Dots],
    unit: str,
    *,
    dark: bool,
    ends: tuple[float, float] | None = None,
    words: str | None = None,
) -> dict[str, Any]:
    """Return rows of differences around a line at 0, as ECharts reads them.

    Parameters
    ----------
    rows : sequence of Dots
        From top to bottom.
    unit : str
        Unit of the measure.
    dark : bool
        Whether the page is dark.
    ends : (float, float), optional
        Where the axis begins and ends, in the measure's own unit.
    words : str, optional
        What the axis counts, if it is not the unit of differences.
    """
    colours = paint(dark=dark)
    style = style_of(unit)
    text = {"color": colours.soft, "fontSize": 12}
    series: list[dict[str, Any]] = [_zero(len(rows), colours.ink)]
    for k, row in enumerate(rows):
        series += _row(row, k, style.scale, hue(row.like, dark=dark))
    if words is None:
        words = "" if unit in NO_UNIT else (style.steps or style.tail or unit).strip()
    return {
        "animation": False,
        "backgroundColor": "transparent",
        "aria": {"enabled": False},
        "grid": {"left": 8, "right": 24, "top": 8, "bottom": 28, "containLabel": True},
        "xAxis": {
            "type": "value",
            "axisLine": {"show": False},
            "axisLabel": {**text, "hideOverlap": True},
            "splitLine": {"lineStyle": {"color": colours.grid}},
            "splitNumber": 5,
            **_axis(ends, style.scale),
            "name": f"less  ←  {words}  →  more" if words else "less  ←  →  more",
            "nameLocation": "middle",
            "nameGap": 28,
            "nameTextStyle": text,
        },
        "yAxis": [
            {
                "type": "category",
                "inverse": True,
                "data": [row.label for row in rows],
                "axisTick": {"show": False},
                "axisLine": {"show": False},
                "axisLabel": {
                    "color": colours.ink,
                    "fontSize": 13,
                    "width": 118,
                    "lineHeight": 15,
                    "overflow": "break",
                },
            },
            {"type": "value", "inverse": True, "show": False, "min": 0, "max": len(rows)},
        ],
        "series": series,
    }


def _axis(ends: tuple[float, float] | None, scale: float) -> dict[str, float]:
    if ends is None:
        return {}
    low, high = (end * scale for end in ends)
    return {"min": low, "max": high, "interval": (high - low) / 4.0}


def _zero(rows: int, ink: str) -> dict[str, Any]:
    return {
        "type": "line",
        "name": "no difference",
        "yAxisIndex": 1,
        "silent": True,
        "symbol": "none",
        "data": [[0, 0], [0, rows]],
        "lineStyle": {"color": ink, "width": 1.5},
        "z": 1,
    }


def _row(row: Dots, k: int, scale: float, colour: str) -> list[dict[str, Any]]:
    middle = k + 0.5
    plain = {"yAxisIndex": 1, "silent": True, "animation": False}
    series: list[dict[str, Any]] = []
    dots = row.dots()
    places = middle + 0.62 * ((np.arange(1, len(dots) + 1) * GOLDEN) % 1.0 - 0.5)
    series.append(
        {
            **plain,
            "type": "scatter",
            "name": f"{row.label}, each run",
            "symbolSize": 5,
            "itemStyle": {"color": colour, "opacity": 0.4},
            "data": [[_short(x * scale), _short(y)] for x, y in zip(dots, places, strict=True)],
            "z": 2,
        }
    )
    span = row.span()
    if span is not None and np.isfinite(span).all():
        series.append(
            {
                **plain,
                "type": "line",
                "name": f"{row.label}, interval",
                "symbol": "none",
                "data": [[_short(end * scale), middle] for end in span],
                "lineStyle": {"color": colour, "width": 5, "cap": "round"},
                "z": 3,
            }
        )
    mean = row.mean()
    if np.isfinite(mean):
        series.append(
            {
                **plain,
                "type": "scatter",
                "name": f"{row.label}, mean",
                "symbol": SYMBOLS.get(row.like, "diamond"),
                "symbolSize": 15,
                "itemStyle": {"color": colour, "borderColor": "#ffffff", "borderWidth": 1.5},
                "data": [[_short(mean * scale), middle]],
                "z": 4,
            }
        )
    return series
