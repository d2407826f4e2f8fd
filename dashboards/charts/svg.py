"""The pen of a slide and of a room: lines over years or points along a knob, as data and as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10
from textwrap import wrap

import numpy as np

from alliances.experiments.output.lines import Curve, apart, curve_of, extent
from alliances.experiments.words.numbers import amount, bare, style_of

YEAR = 12
WIDE, HIGH = 640, 380  # of the drawing, in its own units; its text is 20 of them high
LEFT, TOP, BOTTOM = 74, 20, 62
RIGHT, NAMED = 30, 184  # room at the right of a line alone, and for the names of several
LETTERS = 14  # of a name in one row
ROW, GAP = 22, 8  # from one row of a name to the next, and between two names
INSET = 34  # from the edges to the first and last of marked points, whose values stand there
MARGIN = 0.08
BAND = (25.0,)  # half of the runs lie in the band
MARK_ROWS = 3  # of words above the lines


@dataclass(frozen=True)
class Drawing:
    """Lines along something.

    Attributes
    ----------
    title, unit : str
        What is drawn, and its unit.
    along : tuple of str
        What stands below each point.
    lines : tuple of Curve
        The lines, of roles that style sheets and the pen for paper know.
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
    lines: tuple[Curve, ...]
    ticks: tuple[int, ...]
    axis: str
    marks: tuple[tuple[int, str], ...] = ()
    moving: bool = False
    dots: bool = False

    @property
    def shift(self) -> int:
        """How many points stand before the first value: month 0 has none."""
        return len(self.along) - len(self.lines[0].values)

    def rows(self) -> list[list[str]]:
        """Return the drawing as a table: what stands below, and each line's middle."""
        found = []
        for tick in self.ticks:
            at = tick - self.shift
            if at < 0:
                continue  # nothing is measured before the first month is over
            cells = [amount(float(line.values[at]), self.unit) for line in self.lines]
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
        Label, role and values of each.
    marks : tuple of (int, str)
        Months at which something happens.
    moving : bool
        Whether the lines are drawn while one looks.
    """
    made = tuple(curve_of(label, role, values, BAND) for label, role, values in lines)
    months = lines[0][2].shape[1]
    step = YEAR if months <= 6 * YEAR else 2 * YEAR
    along = tuple(str(month // YEAR) if month % YEAR == 0 else "" for month in range(months + 1))
    ticks = tuple(range(0, months + 1, step))
    return Drawing(title, unit, along, made, ticks, "years", marks, moving=moving)


def along_knob(
    title: str, unit: str, names: Sequence[str], points: Sequence[np.ndarray], axis: str
) -> Drawing:
    """Return a measure along the values of a knob: mean and what half of the runs lie between."""
    curve = curve_of(title, "mine", np.array(points, float).T, BAND)
    return Drawing(title, unit, tuple(names), (curve,), tuple(range(len(names))), axis, dots=True)


def _span(drawing: Drawing) -> tuple[float, float, float]:
    """Lowest and highest value of the axis, and the step between its numbers."""
    low, high = extent(drawing.lines)
    if not np.isfinite(low):
        low, high = 0.0, 1.0
    room = MARGIN * ((high - low) or abs(high) or 1.0)
    low, high = max(0.0, low - room) if low >= 0.0 else low - room, high + room
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


def svg(drawing: Drawing, *, alone: bool = False) -> str:
    """Return a drawing as SVG; its colours come from the page's style.

    Parameters
    ----------
    drawing : Drawing
        What to draw.
    alone : bool
        Whether it stands alone, with its title as its name, and not beside the same as a table.
    """
    right = WIDE - (NAMED if len(drawing.lines) > 1 else RIGHT)
    rows = min(MARK_ROWS, sum(bool(text) for _, text in drawing.marks))
    inset = INSET if drawing.dots else 0.0
    frame = _Frame(*_span(drawing), max(1, len(drawing.along) - 1), right, TOP + ROW * rows, inset)
    moving = " ua-moving" if drawing.moving else ""
    seen = f'role="img" aria-label="{escape(drawing.title)}"' if alone else 'aria-hidden="true"'
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="ua-drawing{moving}" '
            f'viewBox="0 0 {WIDE} {HIGH}" {seen} focusable="false">',
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
        y = TOP + ROW * (k % MARK_ROWS if text else 0) + ROW / 2
        side = f'x="{x - 5:.1f}" text-anchor="end"' if late else f'x="{x + 5:.1f}"'
        parts.append(
            f'<line class="ua-mark" x1="{x:.1f}" x2="{x:.1f}" y1="{y - 12}" y2="{HIGH - BOTTOM}"/>'
            f'<text class="ua-mark-text" {side} y="{y:.1f}">{escape(text)}</text>'
        )
    return parts


def _drawn(drawing: Drawing, frame: _Frame) -> list[str]:
    parts = []
    for line in drawing.lines:
        for low, high in line.bands:
            path = [*_path(high, frame, drawing), *_path(low, frame, drawing)[::-1]]
            edge = " ".join(f"{x:.1f},{y:.1f}" for x, y in path)
            parts.append(f'<polygon class="ua-band ua-band-{line.role}" points="{edge}"/>')
        parts.append(
            f'<path class="ua-line ua-line-{line.role}" d="{_pen(line, frame, drawing)}"/>'
        )
    return parts


def _pen(line: Curve, frame: _Frame, drawing: Drawing) -> str:
    """Return the way of a line, which is parted where there is no value."""
    way, pen = [], "M"
    for k, value in enumerate(line.values.tolist()):
        there = bool(np.isfinite(value))
        if there:
            way.append(f"{pen}{frame.x(k + drawing.shift):.1f},{frame.y(value):.1f}")
        pen = "L" if there else "M"
    return "".join(way)


def _names(drawing: Drawing, frame: _Frame) -> list[str]:
    """Write the name of each line at its end; a line alone has its name above."""
    if len(drawing.lines) < 2:
        return []
    named, rows = names_of(drawing)
    middles = apart(
        [frame.y(line.end) for line in named], [ROW * len(own) + GAP for own in rows], 0.0, HIGH
    )
    parts = []
    for line, own, middle in zip(named, rows, middles, strict=True):
        top = middle - ROW * (len(own) - 1) / 2 + 7
        words = "".join(
            f'<tspan x="{frame.right + 8}" y="{top + ROW * k:.1f}">{escape(text)}</tspan>'
            for k, text in enumerate(own)
        )
        parts.append(f'<text class="ua-end ua-end-{line.role}">{words}</text>')
    return parts


def names_of(drawing: Drawing) -> tuple[list[Curve], list[list[str]]]:
    """Return the lines that have an end and a name, and the rows of each name."""
    named = [line for line in drawing.lines if line.label and np.isfinite(line.end)]
    return named, [wrap(line.label, LETTERS) for line in named]


def _dots(drawing: Drawing, frame: _Frame) -> list[str]:
    if not drawing.dots:
        return []
    return [
        f'<circle class="ua-dot-{line.role}" cx="{x:.1f}" cy="{y:.1f}" r="5"/><text '
        f'class="ua-value" x="{x:.1f}" y="{y - 14:.1f}" text-anchor="middle">'
        f"{escape(bare(value, drawing.unit))}</text>"
        for line in drawing.lines
        for value, (x, y) in zip(
            line.values[np.isfinite(line.values)].tolist(),
            _path(line.values, frame, drawing),
            strict=True,
        )
    ]


def _path(values: np.ndarray, frame: _Frame, drawing: Drawing) -> list[tuple[float, float]]:
    return [
        (frame.x(k + drawing.shift), frame.y(value))
        for k, value in enumerate(values.tolist())
        if np.isfinite(value)
    ]
