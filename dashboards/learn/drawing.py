"""What a chapter draws: lines over years or points along a knob, as data and as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import ceil, floor, log10

import numpy as np

from experiments.quantities import amount, style_of
from experiments.windows import percentiles

YEAR = 12
WIDE, HIGH = 520, 320  # of the drawing, in its own units; the text is 16 of them high
LEFT, RIGHT, TOP, BOTTOM = 62, 34, 12, 44
LETTERS = "ABCDEFGH"
MARGIN = 0.08


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
        Median, and what half of the runs lie between; NaN where nothing was measured.
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
    """

    title: str
    unit: str
    along: tuple[str, ...]
    lines: tuple[Line, ...]
    ticks: tuple[int, ...]
    axis: str
    marks: tuple[tuple[int, str], ...] = ()
    moving: bool = False

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
        low, middle, high = percentiles(values, (25.0, 50.0, 75.0))
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
    low, middle, high = np.array(
        [np.nanpercentile(point, (25, 50, 75)) for point in points], dtype=float
    ).T
    line = Line(title, "mine", tuple(middle.tolist()), tuple(low.tolist()), tuple(high.tolist()))
    return Drawing(title, unit, tuple(names), (line,), tuple(range(len(names))), axis)


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
    step = next(size * k for k in (1, 2, 2.5, 5, 10) if size * k >= raw * 0.999)
    return floor(low / step) * step, ceil(high / step) * step, step


@dataclass(frozen=True)
class _Frame:
    """Where values lie on the paper."""

    low: float
    high: float
    step: float
    last: int

    def x(self, place: float) -> float:
        return LEFT + (WIDE - LEFT - RIGHT) * place / self.last

    def y(self, value: float) -> float:
        return TOP + (HIGH - TOP - BOTTOM) * (self.high - value) / (self.high - self.low)


def svg(drawing: Drawing) -> str:
    """Return a drawing as SVG; its colours come from the page's style."""
    frame = _Frame(*_span(drawing), max(1, len(drawing.along) - 1))
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
            "</g></svg>",
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
            f'<line class="ua-grid" x1="{LEFT}" x2="{WIDE - RIGHT}" y1="{frame.y(value):.1f}" '
            f'y2="{frame.y(value):.1f}"/><text x="{LEFT - 6}" y="{frame.y(value) + 5:.1f}" '
            f'text-anchor="end">{escape(label)}</text>'
        )
    return parts


def _below(drawing: Drawing, frame: _Frame) -> list[str]:
    names = [
        f'<text x="{frame.x(tick):.1f}" y="{HIGH - BOTTOM + 20}" text-anchor="middle">'
        f"{escape(drawing.along[tick])}</text>"
        for tick in drawing.ticks
    ]
    return [
        *names,
        f'<text x="{(LEFT + WIDE - RIGHT) / 2}" y="{HIGH - 6}" text-anchor="middle" '
        f'class="ua-axis">{escape(drawing.axis)}</text>',
    ]


def _marks(drawing: Drawing, frame: _Frame) -> list[str]:
    return [
        f'<line class="ua-mark" x1="{frame.x(place):.1f}" x2="{frame.x(place):.1f}" y1="{TOP}" '
        f'y2="{HIGH - BOTTOM}"/><text class="ua-mark-text" x="{frame.x(place) + 4:.1f}" '
        f'y="{TOP + 12 + 15 * (k % 3)}">{escape(text)}</text>'
        for k, (place, text) in enumerate(drawing.marks)
    ]


def _drawn(drawing: Drawing, frame: _Frame) -> list[str]:
    parts = []
    ends = _apart([frame.y(_end(line)) for line in drawing.lines])
    for letter, line, end in zip(LETTERS, drawing.lines, ends, strict=False):
        if line.low:
            band = _path(line.high, frame, drawing) + _path(line.low, frame, drawing)[::-1]
            parts.append(
                f'<polygon class="ua-band ua-band-{line.style}" points="{_points(band)}"/>'
            )
        path = _points(_path(line.middle, frame, drawing))
        parts.append(f'<polyline class="ua-line ua-line-{line.style}" points="{path}"/>')
        if len(drawing.lines) > 1:
            parts.append(
                f'<text class="ua-end ua-end-{line.style}" x="{WIDE - RIGHT + 6}" '
                f'y="{end + 6:.1f}">{letter}</text>'
            )
    return parts


def _path(values: Sequence[float], frame: _Frame, drawing: Drawing) -> list[tuple[float, float]]:
    return [
        (frame.x(k + drawing.shift), frame.y(value))
        for k, value in enumerate(values)
        if np.isfinite(value)
    ]


def _points(path: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in path)


def _end(line: Line) -> float:
    finite = [value for value in line.middle if np.isfinite(value)]
    return finite[-1] if finite else 0.0


def _apart(places: list[float], least: float = 18.0) -> list[float]:
    """Move letters at the ends of lines apart, in their order."""
    order = sorted(range(len(places)), key=lambda k: places[k])
    found = list(places)
    for before, after in pairwise(order):
        found[after] = max(found[after], found[before] + least)
    return found
