"""What a chart shows: means, bands and single runs of two scenarios, as ECharts reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from alliances.experiments.runs.ensemble import Answer
from alliances.experiments.runs.months import SMOOTHED, mean_of_runs, percentiles
from alliances.experiments.words.numbers import PERCENT, style_of
from alliances.model.measures import FIRST, MEASURES

TODAY, MINE = "today", "yours"
SINGLE_RUNS = 3
YEAR = 12
NEAR = 0.12  # share of a chart's height within which names at the ends would overlap
DIGITS = 4  # significant ones of what is sent
MOST_STEPS = 5  # of an axis
BANDS = (5.0, 25.0, 75.0, 95.0)

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


def _points(row: np.ndarray) -> list[float | None]:
    """Values of month 0, which has none, and of the months that are run."""
    points: list[float | None] = rounded(row).tolist()
    for month in np.flatnonzero(~np.isfinite(row)).tolist():
        points[month] = None
    return [None, *points]


def rounded(values: np.ndarray) -> np.ndarray:
    """Return values with as many significant digits as are sent.

    Examples
    --------
    >>> rounded(np.array([0.0, 12.34567, -0.00123456, 98765.4])).tolist()
    [0.0, 12.35, -0.001235, 98770.0]
    """
    size = np.abs(np.where(np.isfinite(values) & (values != 0.0), values, 1.0))
    # A power of ten that is not below 1, to multiply or divide by: such products give the number
    # that is nearest to what is meant, so that it is written with few digits.
    place = DIGITS - 1 - np.floor(np.log10(size)).astype(int)
    up, down = 10.0 ** np.maximum(place, 0), 10.0 ** np.maximum(-place, 0)
    return np.asarray(np.round(values * up / down) * down / up)


def month_names(months: int) -> list[str]:
    """Return the names of month 0 and the months that are run: whole years are numbers."""
    names = []
    for month in range(months + 1):
        year, rest = divmod(month, YEAR)
        names.append(f"year {year + 1}, month {rest}" if rest else f"{year}")
    return names


def _line(name: str, points: list, colour: str, **style: Any) -> dict[str, Any]:
    return {
        "type": "line",
        "name": name,
        "data": points,
        "showSymbol": False,
        "silent": True,
        "animation": False,
        "color": colour,
        "lineStyle": {"color": colour, **style},
    }


def _arm(
    name: str, values: np.ndarray, colour: str, *, dashed: bool, shift: int
) -> list[dict[str, Any]]:
    series: list[dict[str, Any]] = []
    wide_low, low, high, wide_high = percentiles(values, BANDS)
    for low_name, edges, strength in (
        ("90 %", (wide_low, wide_high), 0.13),
        ("50 %", (low, high), 0.22),
    ):
        stack = f"{name} {low_name}"
        bottom = _line(stack, _points(edges[0]), colour, opacity=0)
        top = _line(stack, _points(edges[1] - edges[0]), colour, opacity=0)
        top["areaStyle"] = {"color": colour, "opacity": strength}
        for edge in (bottom, top):
            edge.update(stack=stack, stackStrategy="all", tooltip={"show": False}, z=1)
            series.append(edge)
    for run in values[:SINGLE_RUNS]:
        thin = _line(f"{name}, one run", _points(run), colour, width=0.8, opacity=0.45)
        thin.update(tooltip={"show": False}, z=2)
        series.append(thin)
    mean = _line(
        name,
        _points(mean_of_runs(values)),
        colour,
        width=2.6,
        type=[6, 4] if dashed else "solid",
    )
    mean.update(
        z=4 if dashed else 3,  # dashes above: where both are the same, both are seen
        endLabel={
            "show": True,
            "formatter": "{a}",
            "color": colour,
            "fontWeight": "bold",
            "fontSize": 13,
            "offset": [0, shift],
        },
    )
    return [*series, mean]


def _apart(today: np.ndarray, mine: np.ndarray) -> int:
    """Pixels by which the two names at the end are moved apart, the second down if positive."""
    both = np.concatenate([today, mine])
    if not np.isfinite(both).any():
        return 0
    ends = [float(mean_of_runs(arm[:, -1:])[0]) for arm in (today, mine)]
    span = float(np.nanmax(both) - np.nanmin(both)) or 1.0
    gap = (ends[1] - ends[0]) / span
    if not np.isfinite(gap) or abs(gap) > NEAR:
        return 0
    return -8 if gap > 0 else 8


def _shown(values: np.ndarray) -> np.ndarray:
    """Return all that is drawn of a scenario: its widest band and its single runs."""
    edges = percentiles(values, (BANDS[0], BANDS[-1]))
    return np.concatenate([edges, values[:SINGLE_RUNS]])


def _ends(name: str, today: np.ndarray, mine: np.ndarray, scale: float) -> dict[str, float]:
    """Return ends and steps of an axis on which something comes near the most that is possible.

    Without them the axis would end beyond it, at 120 %, or have two marks on each other.
    """
    high = MEASURES[name].high * scale
    shown = np.concatenate([_shown(today), _shown(mine)])
    if not np.isfinite(high) or not np.isfinite(shown).any():
        return {}
    least, most = float(np.nanmin(shown)), float(np.nanmax(shown))
    if not 0.8 * high < most <= high * (1 + 1e-9):
        return {}
    for share in (0.05, 0.1, 0.2, 0.25, 0.5):
        steps = int(np.ceil((high - least) / (share * high) - 1e-9))
        if steps <= MOST_STEPS:
            low = round(high * (1.0 - max(1, steps) * share), 6)
            return {"min": low, "max": high, "interval": round(share * high, 6)}
    return {"max": high}


def chart_option(answer: Answer, name: str, *, dark: bool) -> dict[str, Any]:
    """Return the chart of one measure, as ECharts reads it.

    Parameters
    ----------
    answer : Answer
        The matched runs.
    name : str
        The measure.
    dark : bool
        Whether the page is dark.
    """
    colours = paint(dark=dark)
    scale = style_of(MEASURES[name].unit).scale
    today, mine = (values * scale for values in answer.drawn(name))
    months = today.shape[1]
    shift = _apart(today, mine)
    percent = scale == PERCENT.scale
    axis: dict[str, Any] = {
        "axisLine": {"lineStyle": {"color": colours.soft}},
        "axisLabel": {"color": colours.soft, "fontSize": 12},
        "splitLine": {"lineStyle": {"color": colours.grid}},
    }
    return {
        "animation": False,
        "backgroundColor": "transparent",
        "aria": {"enabled": False},  # the sentence and the table below say it better
        "grid": {"left": 8, "right": 62, "top": 12, "bottom": 24, "containLabel": True},
        "tooltip": {
            "trigger": "axis",
            "confine": True,
            "axisPointer": {"lineStyle": {"color": colours.soft}},
        },
        "xAxis": {
            **axis,
            "type": "category",
            "boundaryGap": False,
            "data": month_names(months),
            "axisTick": {"show": False},
            "axisLabel": {**axis["axisLabel"], "interval": YEAR * (1 + months // 150) - 1},
            "name": "year",
            "nameLocation": "middle",
            "nameGap": 24,
            "nameTextStyle": {"color": colours.soft, "fontSize": 12},
            "splitLine": {"show": False},
        },
        "yAxis": {
            **axis,
            "type": "value",
            "scale": True,
            "splitNumber": 4,
            **_ends(name, today, mine, scale),
            "axisLabel": {
                **axis["axisLabel"],
                "formatter": "{value} %" if percent else "{value}",
            },
        },
        "series": [
            *_arm(TODAY, today, colours.today, dashed=True, shift=-shift),
            *_arm(MINE, mine, colours.mine, dashed=False, shift=shift),
        ],
    }


def _middle_and_edges(values: np.ndarray) -> np.ndarray:
    """Return lower edge, mean and upper edge of the wide band, each month."""
    low, high = percentiles(values, (BANDS[0], BANDS[-1]))
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


def table_rows(answer: Answer, name: str) -> list[Row]:
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
