"""The pen of a page: lines with bands and single runs over the months, as ECharts reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from alliances.experiments.output.lines import Curve, apart, curve_of, extent
from alliances.experiments.runs.ensemble import PairedRuns
from alliances.experiments.runs.months import SMOOTHED, mean_of_runs, percentiles
from alliances.experiments.words.numbers import PERCENT, style_of
from alliances.model.measures import FIRST, MEASURES

TODAY, MINE = "today", "yours"
SINGLE_RUNS = 3
YEAR = 12
NEAR = 16.0  # pixels between names at the ends of lines
DIGITS = 4  # significant ones of what is sent
MOST_STEPS = 5  # of an axis
BANDS = (5.0, 25.0)  # percentages of the runs at the lower edges
STRENGTHS: Mapping[str, float] = {"90 %": 0.13, "50 %": 0.22}
Option = dict[str, Any]

UNITS: Mapping[str, str] = {
    "share": "%",
    "share of attainable": "% of what is attainable",
    "0-1": "on a scale from 0 to 1",
    "-2 to 2": "on a scale from -2 to 2",
}
GROWTH = (
    "Small means an income below GBP 1m in that month. An organisation that grows above it no "
    "longer counts, so a fall can mean that small ones became larger."
)
# The measures that each chart can show, and the one that it shows unless another is chosen.
FAMILIES: Mapping[str, tuple[str, ...]] = {
    family: tuple(name for name, measure in MEASURES.items() if measure.family == family)
    for family in ("Collaboration", "Balance", "Impact", "Trust and health")
}
CHARTS = tuple(next(n for n in names if n in FIRST) for names in FAMILIES.values())
# What people ask for after them: voice, health, what it costs them.
ASKED_NEXT = ("voice_spread", "closures", "stress", "cost_days", "impact")


@dataclass(frozen=True)
class Paint:
    """Colours of a chart on a light or a dark page.

    The two scenarios' are blue and vermillion of Okabe and Ito, "Color universal design" (2008),
    the latter darker, so that its name keeps a contrast of 4.5; on dark ground their sky blue and
    orange.
    """

    today: str
    mine: str
    ink: str
    soft: str
    grid: str


LIGHT = Paint("#0072B2", "#B84A00", "#1b1f24", "#57606a", "#e3e6ea")
DARK = Paint("#56B4E9", "#E69F00", "#e8eaed", "#a8b0b9", "#3a4048")


# Okabe and Ito's bluish green and reddish purple, darker or lighter, so that names in them keep a
# contrast of 4.5.
HUES: Mapping[bool, Mapping[str, str]] = {
    dark: {TODAY: own.today, MINE: own.mine, "A": own.mine, "B": green, "C": purple}
    for dark, own, green, purple in (
        (False, LIGHT, "#00734F", "#9B3D79"),
        (True, DARK, "#3CC79B", "#DE9BBF"),
    )
}
DASHES: Mapping[str, Any] = {
    TODAY: [6, 4],
    "A": "solid",
    "B": [12, 3, 2, 3],
    "C": [2, 3],
}


def paint(*, dark: bool) -> Paint:
    """Return the colours for the page."""
    return DARK if dark else LIGHT


def unit_text(name: str) -> str:
    """Return a measure's unit as it stands above a chart, and who counts as small."""
    measure = MEASURES[name]
    parts = [UNITS.get(measure.unit, measure.unit)]
    if measure.is_smoothed:
        parts.append(f"mean of the last {SMOOTHED} months")
    if measure.of_small:
        parts.append("small is below GBP 1m a year at that time")
    return ", ".join(parts)


def counted(name: str) -> str:
    """Return how a measure is counted, and what to mind when reading it."""
    measure = MEASURES[name]
    about = f"How it is counted: {measure.formula}."
    better = f"{measure.better[0].upper()}{measure.better[1:]}." if measure.whom else ""
    return " ".join(filter(None, (about, better, GROWTH * measure.of_small, measure.mind)))


def points(values: np.ndarray) -> list[float | None]:
    """Return values with as many significant digits as are sent; None where there is none.

    Examples
    --------
    >>> points(np.array([0.0, 12.34567, -0.00123456, 98765.4, np.nan]))
    [0.0, 12.35, -0.001235, 98770.0, None]
    """
    there = np.isfinite(values)
    size = np.abs(np.where(there & (values != 0.0), values, 1.0))
    # A power of ten that is not below 1, to multiply or divide by: such products give the number
    # that is nearest to what is meant, so that it is written with few digits.
    place = DIGITS - 1 - np.floor(np.log10(size)).astype(int)
    up, down = 10.0 ** np.maximum(place, 0), 10.0 ** np.maximum(-place, 0)
    found: list[float | None] = (np.round(values * up / down) * down / up).tolist()
    for k in np.flatnonzero(~there).tolist():
        found[k] = None
    return found


def month_names(months: int) -> list[str]:
    """Return the names of month 0 and the months that are run: whole years are numbers."""
    names = []
    for month in range(months + 1):
        year, rest = divmod(month, YEAR)
        names.append(f"year {year + 1}, month {rest}" if rest else f"{year}")
    return names


def axis(dark: bool, **own: Any) -> dict[str, Any]:
    """Return an axis in the colours of the page, with what is its own."""
    colours = paint(dark=dark)
    text = {"color": colours.soft, "fontSize": 12}
    return {
        "axisLine": {"lineStyle": {"color": colours.soft}},
        "splitLine": {"lineStyle": {"color": colours.grid}},
        "nameLocation": "middle",
        "nameTextStyle": text,
        **own,
        "axisLabel": {**text, **own.get("axisLabel", {})},
    }


def names_axis(dark: bool, names: Sequence[str], **label: Any) -> Option:
    """Return an axis that names rows from top to bottom."""
    hidden = {"show": False}
    ink = {"color": paint(dark=dark).ink, "interval": 0, **label}
    own = {"type": "category", "inverse": True, "data": list(names), "axisTick": hidden}
    return axis(dark, **{"axisLine": hidden, **own}, axisLabel=ink)


def framed(series: list[dict[str, Any]], *, right: int, bottom: int = 24, **own: Any) -> Option:
    """Return a chart: its series, room at its edges in pixels, and what is its own."""
    return {
        "animation": False,
        "backgroundColor": "transparent",
        "aria": {"enabled": False},  # the sentence and the table beside it say it better
        "grid": {"left": 8, "right": right, "top": 12, "bottom": bottom, "containLabel": True},
        **own,
        "series": [{"silent": True, "animation": False, **one} for one in series],
    }


def line(name: str, data: list[Any], colour: str, z: int, **style: Any) -> dict[str, Any]:
    """Return a line without any symbols."""
    return {
        "type": "line",
        "name": name,
        "data": data,
        "showSymbol": False,
        "color": colour,
        "lineStyle": {"color": colour, **style},
        "z": z,
    }


def named(colour: str, **own: Any) -> dict[str, Any]:
    """Return the name at the end of a line."""
    font = {"color": colour, "fontWeight": "bold", "fontSize": 13}
    return {"show": True, "formatter": "{a}", **font, **own}


def band(name: str, edges: Sequence[list[Any]], colour: str, strength: float) -> list[Option]:
    """Return what lies between two lines, the second of which stands upon the first."""
    stacked = {"stack": name, "stackStrategy": "all", "tooltip": {"show": False}}
    bottom, top = ({**line(name, edge, colour, 1, opacity=0), **stacked} for edge in edges)
    return [bottom, {**top, "areaStyle": {"color": colour, "opacity": strength}}]


def hue(role: str, *, dark: bool) -> str:
    """Return the colour of a role; the ink of the page for one that has none."""
    return HUES[dark].get(role, paint(dark=dark).ink)


def lines_option(curves: Sequence[Curve], name: str, *, dark: bool) -> Option:
    """Return curves of one measure over the months, as ECharts reads them.

    Parameters
    ----------
    curves : sequence of Curve
        What to draw.
    name : str
        The measure.
    dark : bool
        Whether the page is dark.
    """
    scale = style_of(MEASURES[name].unit).scale
    months = len(curves[0].values)
    shifts = shifts_of(curves)
    return framed(
        [
            one
            for curve, shift in zip(curves, shifts, strict=True)
            for one in _curve(curve, shift, scale, hue(curve.role, dark=dark))
        ],
        right=24 + 7 * max(len(curve.label) for curve in curves),
        tooltip={
            "trigger": "axis",
            "confine": True,
            "axisPointer": {"lineStyle": {"color": paint(dark=dark).soft}},
        },
        xAxis=axis(
            dark,
            type="category",
            boundaryGap=False,
            data=month_names(months),
            axisTick={"show": False},
            axisLabel={"interval": YEAR * (1 + months // 150) - 1, "hideOverlap": True},
            name="year",
            nameGap=24,
            splitLine={"show": False},
        ),
        yAxis=axis(
            dark,
            type="value",
            scale=True,
            splitNumber=4,
            axisLabel={"formatter": "{value} %" if scale == PERCENT.scale else "{value}"},
            **_ends(curves, name, scale),
        ),
    )


def _curve(curve: Curve, shift: float, scale: float, colour: str) -> list[Option]:
    def row(values: np.ndarray) -> list[float | None]:
        return [None, *points(values * scale)]  # month 0 has none

    label, dash = curve.label, DASHES.get(curve.role, "solid")
    if curve.dashed is not None:
        dash = DASHES[TODAY] if curve.dashed else "solid"
    series = []
    for (low, high), (share, strength) in zip(curve.bands, STRENGTHS.items(), strict=False):
        series += band(f"{label} {share}", [row(low), row(high - low)], colour, strength)
    for run in curve.runs:
        thin = line(f"{label}, one run", row(run), colour, 2, width=0.8, opacity=0.45)
        series.append({**thin, "tooltip": {"show": False}})
    # Dashes above: where two are the same, both are seen.
    z = 3 if dash == "solid" else 4
    mean = line(label, row(curve.values), colour, z, width=2.6, type=dash)
    return [*series, {**mean, "endLabel": named(colour, offset=[0, shift])}]


def shifts_of(curves: Sequence[Curve], height: float = 150.0) -> list[float]:
    """Return by how many pixels names are moved down, so that none lies on another.

    Parameters
    ----------
    curves : sequence of Curve
        What is drawn.
    height : float
        Pixels between the lowest and the highest point of all.
    """
    low, high = extent(curves)
    scale = height / (high - low) if high > low else 0.0
    at = [-curve.end * scale if np.isfinite(curve.end) else 0.0 for curve in curves]
    placed = apart(at, [NEAR] * len(at))
    return [round(to - where, 1) for to, where in zip(placed, at, strict=True)]


def _ends(curves: Sequence[Curve], name: str, scale: float) -> dict[str, float]:
    """Return ends and steps of an axis on which something comes near the most that is possible.

    Without them the axis would end beyond it, at 120 %, or have two marks on each other.
    """
    high = MEASURES[name].high * scale
    least, most = (end * scale for end in extent(curves))
    if not (np.isfinite(high) and 0.8 * high < most <= high * (1 + 1e-9)):
        return {}
    for share in (0.05, 0.1, 0.2, 0.25, 0.5):
        steps = int(np.ceil((high - least) / (share * high) - 1e-9))
        if steps <= MOST_STEPS:
            low = round(high * (1.0 - max(1, steps) * share), 6)
            return {"min": low, "max": high, "interval": round(share * high, 6)}
    return {"max": high}


def chart_option(answer: PairedRuns, name: str, *, dark: bool) -> Option:
    """Return the chart of one measure of today's practice and of somebody's own levers.

    Parameters
    ----------
    answer : PairedRuns
        The matched runs.
    name : str
        The measure.
    dark : bool
        Whether the page is dark.
    """
    arms = zip((TODAY, MINE), answer.drawn(name), strict=True)
    curves = [curve_of(role, role, values, BANDS, SINGLE_RUNS) for role, values in arms]
    return lines_option(curves, name, dark=dark)


def _middle_and_edges(values: np.ndarray) -> np.ndarray:
    """Return lower edge, mean and upper edge of the wide band, each month."""
    low, high = percentiles(values, (BANDS[0], 100.0 - BANDS[0]))
    return np.stack([low, mean_of_runs(values), high])


@dataclass(frozen=True)
class Row:
    """One year of a chart, in words and numbers."""

    year: str
    today: str
    mine: str


def year_ends(months: int) -> list[int]:
    """Return the last month of each year, and the last month of all, counted from 0."""
    ends = [*range(YEAR - 1, months, YEAR)]
    return ends if ends and ends[-1] == months - 1 else [*ends, months - 1]


def table_rows(answer: PairedRuns, name: str) -> list[Row]:
    """Return what a chart shows at the end of each year: mean and middle 90 % of the runs."""
    style = style_of(MEASURES[name].unit)
    today, mine = (_middle_and_edges(values * style.scale) for values in answer.drawn(name))
    months = today.shape[1]
    finite = np.abs(np.concatenate([today, mine]))
    largest = float(np.nanmax(finite)) if np.isfinite(finite).any() else 0.0
    digits = 0 if largest >= 100 else 1 if largest >= 10 else 2 if largest >= 1 else 3
    if style.scale == PERCENT.scale:
        digits = 1

    def text(arm: np.ndarray, month: int) -> str:
        low, middle, high = arm[:, month]
        if not np.isfinite(middle):
            return "nothing to measure"
        return f"{middle:,.{digits}f} ({low:,.{digits}f} to {high:,.{digits}f})"

    return [
        Row(f"{(month + 1) / YEAR:g}", text(today, month), text(mine, month))
        for month in year_ends(months)
    ]
