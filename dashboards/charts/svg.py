"""What a chapter draws: lines over years or points along a knob, as data and as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import ceil, floor, log10
from textwrap import wrap

import numpy as np

from alliances.experiments.runs.months import mean_of_runs, percentiles
from alliances.experiments.words.numbers import amount, bare, style_of

YEAR = 12
WIDE, HIGH = 640, 380  # of the drawing, in its own units; its text is 20 of them high
LEFT, TOP, BOTTOM = 74, 20, 62
RIGHT, NAMED = 30, 184  # room at the right of a line alone, and for the names of several
LETTERS = 14  # of a name in one row
ROW, GAP = 22, 8  # from one row of a name to the next, and between two names
INSET = 34  # from the edges to the first and last of marked points, whose values stand there
MARGIN = 0.08
MARK_ROWS = 3  # of words above the lines


@dataclass(frozen=True)
class Line:
    """A line with a band around it.

    Attributes
    ----------
    label : str
        What it is.
    style : {"today", "mine", "other"}
        How it is drawn: dashed, solid or dotted, each in a colour of its own.
    middle, low, high : tuple of float
        Mean, and what half of the runs lie between; NaN where nothing was measured.
    """

    label: str
    style: str
    middle: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@dataclass(frozen=True)
class Drawing:
    """Lines along something.

    Attributes
    ----------
    title, unit : str
        What is drawn, and its unit.
    along : tuple of str
        What stands below each point.
    lines : tuple of Line
        The lines.
    ticks : tuple of int
        Which points have something below them.
    axis : str
        What the points are.
    marks : tuple of (int, str)
        Points at which something happens.
    moving : bool
        Whether the lines are drawn while one looks.
    dots : bool
        Whether each point is marked, with its value beside it.
    """

    title: str
    unit: str
    along: tuple[str, ...]
    lines: tuple[Line, ...]
    ticks: tuple[int, ...]
    axis: str
    marks: tuple[tuple[int, str], ...] = ()
    moving: bool = False
    dots: bool = False

    @property
    def shift(self) -> int:
        """How many points stand before the first value: month 0 has none."""
        return len(self.along) - len(self.lines[0].middle)

    def rows(self) -> list[list[str]]:
        """Return the drawing as a table: what stands below, and each line's middle."""
        found = []
        for tick in self.ticks:
            at = tick - self.shift
            if at < 0:
                continue  # nothing is measured before the first month is over
            cells = [amount(line.middle[at], self.unit) for line in self.lines]
            found.append([self.along[tick], *(c if "nan" not in c else "none" for c in cells)])
        return found


def over_years(
    title: str,
    unit: str,
    lines: Sequence[tuple[str, str, np.ndarray]],
    marks: tuple[tuple[int, str], ...] = (),
    *,
    moving: bool = False,
) -> Drawing:
    """Return runs as lines over the years.

    Parameters
    ----------
    title, unit : str
        What is drawn.
    lines : sequence of (str, str, ndarray of shape (runs, months))
        Label, style and values of each.
    marks : tuple of (int, str)
        Months at which something happens.
    moving : bool
        Whether the lines are drawn while one looks.
    """
    made = []
    for label, style, values in lines:
        low, high = percentiles(values, (25.0, 75.0))
        middle = mean_of_runs(values)
        alone = len(values) == 1
        band = ((), ()) if alone else (tuple(low.tolist()), tuple(high.tolist()))
        made.append(Line(label, style, tuple(middle.tolist()), *band))
    months = lines[0][2].shape[1]
    step = YEAR if months <= 6 * YEAR else 2 * YEAR
    along = tuple(str(month // YEAR) if month % YEAR == 0 else "" for month in range(months + 1))
    ticks = tuple(range(0, months + 1, step))
    return Drawing(title, unit, along, tuple(made), ticks, "years", marks, moving=moving)


def along_knob(
    title: str, unit: str, names: Sequence[str], points: Sequence[np.ndarray], axis: str
) -> Drawing:
    """Return a measure along the values of a knob: mean and what half of the runs lie between."""
    middle = np.array([mean_of_runs(point[:, None])[0] for point in points])
    low, high = np.array([np.nanpercentile(point, (25, 75)) for point in points], dtype=float).T
    line = Line(title, "mine", tuple(middle.tolist()), tuple(low.tolist()), tuple(high.tolist()))
    return Drawing(title, unit, tuple(names), (line,), tuple(range(len(names))), axis, dots=True)


def _span(drawing: Drawing) -> tuple[float, float, float]:
    """Lowest and highest value of the axis, and the step between its numbers."""
    values = [
        value
        for line in drawing.lines
        for row in (line.middle, line.low, line.high)
        for value in row
        if np.isfinite(value)
    ] or [0.0, 1.0]
    low, high = min(values), max(values)
    room = (high - low) or abs(high) or 1.0
    low, high = low - MARGIN * room, high + MARGIN * room
    raw = (high - low) / 4
    size = 10.0 ** floor(log10(raw))
    step = next(size * k for k in (1, 2, 5, 10) if size * k >= raw * 0.999)
    return floor(low / step) * step, ceil(high / step) * step, step


@dataclass(frozen=True)
class _Frame:
    """Where values lie on the paper."""

    low: float
    high: float
    step: float
    last: int
    right: float
    top: float
    inset: float

    def x(self, place: float) -> float:
        wide = self.right - LEFT - 2 * self.inset
        return LEFT + self.inset + wide * place / self.last

    def y(self, value: float) -> float:
        high = HIGH - self.top - BOTTOM
        return self.top + high * (self.high - value) / (self.high - self.low)


def svg(drawing: Drawing) -> str:
    """Return a drawing as SVG; its colours come from the page's style."""
    right = WIDE - (NAMED if len(drawing.lines) > 1 else RIGHT)
    top = TOP + ROW * min(MARK_ROWS, len(drawing.marks))
    inset = INSET if drawing.dots else 0.0
    frame = _Frame(*_span(drawing), max(1, len(drawing.along) - 1), right, top, inset)
    moving = " ua-moving" if drawing.moving else ""
    return "".join(
        [
            f'<svg class="ua-drawing{moving}" viewBox="0 0 {WIDE} {HIGH}" aria-hidden="true" '
            'focusable="false">',
            *_scale(drawing, frame),
            *_below(drawing, frame),
            *_marks(drawing, frame),
            '<g class="ua-lines">',
            *_drawn(drawing, frame),
            "</g>",
            *_names(drawing, frame),
            *_dots(drawing, frame),
            "</svg>",
        ]
    )


def _scale(drawing: Drawing, frame: _Frame) -> list[str]:
    style = style_of(drawing.unit)
    step = frame.step * style.scale
    digits = max(0, -floor(log10(step) + 1e-9))
    digits += round(step * 10**digits, 6) % 1 != 0
    parts = []
    for k in range(round((frame.high - frame.low) / frame.step) + 1):
        value = frame.low + k * frame.step
        label = f"{value * style.scale + 0.0:.{digits}f}{style.after}"
        parts.append(
            f'<line class="ua-grid" x1="{LEFT}" x2="{frame.right}" y1="{frame.y(value):.1f}" '
            f'y2="{frame.y(value):.1f}"/><text x="{LEFT - 8}" y="{frame.y(value) + 7:.1f}" '
            f'text-anchor="end">{escape(label)}</text>'
        )
    return parts


def _below(drawing: Drawing, frame: _Frame) -> list[str]:
    names = [
        f'<text x="{frame.x(tick):.1f}" y="{HIGH - BOTTOM + 24}" text-anchor="middle">'
        f"{escape(drawing.along[tick])}</text>"
        for tick in drawing.ticks
    ]
    return [
        *names,
        f'<text x="{(LEFT + frame.right) / 2}" y="{HIGH - 10}" text-anchor="middle" '
        f'class="ua-axis">{escape(drawing.axis)}</text>',
    ]


def _marks(drawing: Drawing, frame: _Frame) -> list[str]:
    parts = []
    for k, (place, text) in enumerate(drawing.marks):
        x, late = frame.x(place), 2 * place > frame.last
        y = TOP + ROW * (k % MARK_ROWS) + ROW / 2
        side = f'x="{x - 5:.1f}" text-anchor="end"' if late else f'x="{x + 5:.1f}"'
        parts.append(
            f'<line class="ua-mark" x1="{x:.1f}" x2="{x:.1f}" y1="{y - 12}" y2="{HIGH - BOTTOM}"/>'
            f'<text class="ua-mark-text" {side} y="{y:.1f}">{escape(text)}</text>'
        )
    return parts


def _drawn(drawing: Drawing, frame: _Frame) -> list[str]:
    parts = []
    for line in drawing.lines:
        if line.low:
            band = _path(line.high, frame, drawing) + _path(line.low, frame, drawing)[::-1]
            parts.append(
                f'<polygon class="ua-band ua-band-{line.style}" points="{_points(band)}"/>'
            )
        path = _points(_path(line.middle, frame, drawing))
        parts.append(f'<polyline class="ua-line ua-line-{line.style}" points="{path}"/>')
    return parts


def _names(drawing: Drawing, frame: _Frame) -> list[str]:
    """Write the name of each line at its end; a line alone has its name above."""
    if len(drawing.lines) < 2:
        return []
    rows = [wrap(line.label, LETTERS) for line in drawing.lines]
    middles = apart(
        [frame.y(end_of(line)) for line in drawing.lines],
        [ROW * len(own) + GAP for own in rows],
        HIGH,
    )
    parts = []
    for line, own, middle in zip(drawing.lines, rows, middles, strict=True):
        top = middle - ROW * (len(own) - 1) / 2 + 7
        words = "".join(
            f'<tspan x="{frame.right + 8}" y="{top + ROW * k:.1f}">{escape(text)}</tspan>'
            for k, text in enumerate(own)
        )
        parts.append(f'<text class="ua-end ua-end-{line.style}">{words}</text>')
    return parts


def _dots(drawing: Drawing, frame: _Frame) -> list[str]:
    if not drawing.dots:
        return []
    return [
        f'<circle class="ua-dot-{line.style}" cx="{x:.1f}" cy="{y:.1f}" r="5"/><text '
        f'class="ua-value" x="{x:.1f}" y="{y - 14:.1f}" text-anchor="middle">'
        f"{escape(bare(value, drawing.unit))}</text>"
        for line in drawing.lines
        for value, (x, y) in zip(line.middle, _path(line.middle, frame, drawing), strict=True)
    ]


def _path(values: Sequence[float], frame: _Frame, drawing: Drawing) -> list[tuple[float, float]]:
    return [
        (frame.x(k + drawing.shift), frame.y(value))
        for k, value in enumerate(values)
        if np.isfinite(value)
    ]


def _points(path: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in path)


def end_of(line: Line) -> float:
    """Return the last value of a line; 0 if it has none."""
    finite = [value for value in line.middle if np.isfinite(value)]
    return finite[-1] if finite else 0.0


def apart(places: Sequence[float], heights: Sequence[float], bottom: float) -> list[float]:
    """Move the middles of names apart, in their order, and none below the bottom.

    Examples
    --------
    >>> apart([50.0, 50.0], [20.0, 40.0], 380.0)
    [50.0, 80.0]
    >>> apart([375.0, 340.0], [20.0, 20.0], 380.0)
    [370.0, 340.0]
    """
    order = sorted(range(len(places)), key=lambda k: places[k])
    found = list(places)
    for before, after in pairwise(order):
        found[after] = max(found[after], found[before] + (heights[before] + heights[after]) / 2)
    low = bottom
    for k in reversed(order):
        found[k] = min(found[k], low - heights[k] / 2)
        low = found[k] - heights[k] / 2
    return found
