"""Charts of the page Compare: lines of several scenarios, and differences between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from alliances.dashboards.charts.echarts import (
    TODAY,
    YEAR,
    Option,
    axis,
    framed,
    hue,
    line,
    names_axis,
    paint,
    points,
    year_ends,
)
from alliances.experiments.compare.scenarios import AgainstToday
from alliances.experiments.output.lines import Curve
from alliances.experiments.runs.comparison import Effect
from alliances.experiments.words.numbers import bare, style_of
from alliances.model.measures import MEASURES

NO_UNIT = ("0-1", "-2 to 2", "ratio", "count")
GOLDEN = 0.6180339887  # spreads dots over the height of a row without any pattern
ROW = 46  # pixels
FRAME = 76  # pixels above and below the rows
SYMBOLS: Mapping[str, str] = {"A": "circle", "B": "rect", "C": "triangle"}


def lines_of(against: AgainstToday, name: str) -> list[Curve]:
    """Return a measure's curves: today's practice, one or each of several, and the scenarios."""
    arms = against.asked.arms
    lines = [
        Curve(arm.letter, arm.letter, one.curves[name])
        for arm, one in zip(arms, against.mine, strict=True)
    ]
    if against.has_one_today:
        return [Curve(TODAY, TODAY, against.today[0].curves[name]), *lines]
    todays = []
    for k, arm in enumerate(arms):
        same = [other.letter for other in arms if other.today == arm.today]
        if same[0] == arm.letter:
            label = f"{TODAY} ({', '.join(same)})"
            todays.append(Curve(label, TODAY, against.today[k].curves[name]))
    return [*todays, *lines]


def year_rows(curves: Sequence[Curve], name: str) -> list[list[str]]:
    """Return what curves are at the end of each year: the year, then one text a curve."""
    unit = MEASURES[name].unit
    return [
        [
            f"{(month + 1) / YEAR:g}",
            *(
                bare(value, unit) if np.isfinite(value) else "nothing to measure"
                for value in (float(curve.values[month]) for curve in curves)
            ),
        ]
        for month in year_ends(len(curves[0].values))
    ]


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
) -> Option:
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
    series: list[Option] = [
        {
            **line("no difference", [[0, 0], [0, len(rows)]], colours.ink, 1, width=1.5),
            "yAxisIndex": 1,
        }
    ]
    for k, row in enumerate(rows):
        series += _row(row, k, style.scale, hue(row.like, dark=dark))
    if words is None:
        words = "" if unit in NO_UNIT else (style.steps or style.tail or unit).strip()
    return framed(
        series,
        right=24,
        bottom=28,
        xAxis=axis(
            dark,
            type="value",
            axisLine={"show": False},
            axisLabel={"hideOverlap": True},
            splitNumber=5,
            name=f"less  ←  {words}  →  more" if words else "less  ←  →  more",
            nameGap=28,
            **_axis(ends, style.scale),
        ),
        yAxis=[
            names_axis(
                dark,
                [row.label for row in rows],
                fontSize=13,
                width=118,
                lineHeight=15,
                overflow="break",
            ),
            {"type": "value", "inverse": True, "show": False, "min": 0, "max": len(rows)},
        ],
    )


def _axis(ends: tuple[float, float] | None, scale: float) -> dict[str, float]:
    if ends is None:
        return {}
    low, high = (end * scale for end in ends)
    return {"min": low, "max": high, "interval": (high - low) / 4.0}


def _row(row: Dots, k: int, scale: float, colour: str) -> list[Option]:
    middle = k + 0.5
    dots = row.dots()
    places = middle + 0.62 * ((np.arange(1, len(dots) + 1) * GOLDEN) % 1.0 - 0.5)
    pairs = zip(points(dots * scale), points(places), strict=True)
    series: list[Option] = [
        {
            "type": "scatter",
            "name": f"{row.label}, each run",
            "symbolSize": 5,
            "itemStyle": {"color": colour, "opacity": 0.4},
            "data": [list(pair) for pair in pairs],
            "z": 2,
        }
    ]
    span = row.span()
    if span is not None and np.isfinite(span).all():
        ends = [[end, middle] for end in points(np.array(span) * scale)]
        series.append(line(f"{row.label}, interval", ends, colour, 3, width=5, cap="round"))
    mean = row.mean()
    if np.isfinite(mean):
        series.append(
            {
                "type": "scatter",
                "name": f"{row.label}, mean",
                "symbol": SYMBOLS.get(row.like, "diamond"),
                "symbolSize": 15,
                "itemStyle": {"color": colour, "borderColor": "#ffffff", "borderWidth": 1.5},
                "data": [[*points(np.array([mean * scale])), middle]],
                "z": 4,
            }
        )
    return [{"yAxisIndex": 1, **one} for one in series]
