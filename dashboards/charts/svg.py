"""The pen of a slide and of a room: lines over years or points along a knob, as data and as SVG."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from textwrap import wrap

import numpy as np

from alliances.experiments.output.lines import Curve, apart, curve_of, extent
from alliances.experiments.output.page import Html, tag
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


def svg(drawing: Drawing, *, alone: bool = False) -> Html:
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
    named = {"role": "img", "aria_label": drawing.title} if alone else {"aria_hidden": "true"}
    return tag(
        "svg",
        *_scale(drawing, frame),
        *_below(drawing, frame),
        *_marks(drawing, frame),
        tag("g", *_drawn(drawing, frame), class_="ua-lines"),
        *_names(drawing, frame),
        *_dots(drawing, frame),
        xmlns="http://www.w3.org/2000/svg",
        class_=f"ua-drawing{moving}",
        viewBox=f"0 0 {WIDE} {HIGH}",
        focusable="false",
        **named,
    )


def _line(css: str, ends: tuple[float, float], y: tuple[float, float]) -> Html:
    (x1, x2), (y1, y2) = ends, y
    return tag("line", class_=css, x1=at(x1), x2=at(x2), y1=at(y1), y2=at(y2))


def _text(text: str, x: float, y: float, anchor: str, css: str | None = None) -> Html:
    return tag("text", text, class_=css, x=at(x), y=at(y), text_anchor=anchor)


def at(place: float) -> str:
    """Return a place on the paper as it is written."""
    return f"{place:.1f}"


def _scale(drawing: Drawing, frame: _Frame) -> Iterator[Html]:
    style = style_of(drawing.unit)
    step = frame.step * style.scale
    digits = max(0, -floor(log10(step) + 1e-9))
    digits += round(step * 10**digits, 6) % 1 != 0
    for k in range(round((frame.high - frame.low) / frame.step) + 1):
        value = frame.low + k * frame.step
        y = frame.y(value)
        label = f"{value * style.scale + 0.0:.{digits}f}{style.after}"
        yield _line("ua-grid", (LEFT, frame.right), (y, y))
        yield _text(label, LEFT - 8, y + 7, "end")


def _below(drawing: Drawing, frame: _Frame) -> Iterator[Html]:
    for tick in drawing.ticks:
        yield _text(drawing.along[tick], frame.x(tick), HIGH - BOTTOM + 24, "middle")
    yield _text(drawing.axis, (LEFT + frame.right) / 2, HIGH - 10, "middle", "ua-axis")


def _marks(drawing: Drawing, frame: _Frame) -> Iterator[Html]:
    for k, (place, text) in enumerate(drawing.marks):
        x, side = frame.x(place), -1 if 2 * place > frame.last else 1
        y = TOP + ROW * (k % MARK_ROWS if text else 0) + ROW / 2
        yield _line("ua-mark", (x, x), (y - 12, HIGH - BOTTOM))
        yield _text(text, x + 5 * side, y, "end" if side < 0 else "start", "ua-mark-text")


def _drawn(drawing: Drawing, frame: _Frame) -> Iterator[Html]:
    for line in drawing.lines:
        for low, high in line.bands:
            path = [*_path(high, frame, drawing), *_path(low, frame, drawing)[::-1]]
            edge = " ".join(f"{x:.1f},{y:.1f}" for x, y in path)
            yield tag("polygon", class_=f"ua-band ua-band-{line.role}", points=edge)
        way = _pen(line, frame, drawing)
        yield tag("path", class_=f"ua-line ua-line-{line.role}", d=way)


def _pen(line: Curve, frame: _Frame, drawing: Drawing) -> str:
    """Return the way of a line, which is parted where there is no value."""
    way, pen = [], "M"
    for k, value in enumerate(line.values.tolist()):
        there = bool(np.isfinite(value))
        if there:
            way.append(f"{pen}{frame.x(k + drawing.shift):.1f},{frame.y(value):.1f}")
        pen = "L" if there else "M"
    return "".join(way)


def _names(drawing: Drawing, frame: _Frame) -> Iterator[Html]:
    """Write the name of each line at its end; a line alone has its name above."""
    if len(drawing.lines) < 2:
        return
    named, rows = names_of(drawing)
    middles = apart(
        [frame.y(line.end) for line in named], [ROW * len(own) + GAP for own in rows], 0.0, HIGH
    )
    for line, own, middle in zip(named, rows, middles, strict=True):
        top = middle - ROW * (len(own) - 1) / 2 + 7
        words = (
            tag("tspan", text, x=at(frame.right + 8), y=at(top + ROW * k))
            for k, text in enumerate(own)
        )
        yield tag("text", *words, class_=f"ua-end ua-end-{line.role}")


def names_of(drawing: Drawing) -> tuple[list[Curve], list[list[str]]]:
    """Return the lines that have an end and a name, and the rows of each name."""
    named = [line for line in drawing.lines if line.label and np.isfinite(line.end)]
    return named, [wrap(line.label, LETTERS) for line in named]


def _dots(drawing: Drawing, frame: _Frame) -> Iterator[Html]:
    for line in drawing.lines if drawing.dots else ():
        there = line.values[np.isfinite(line.values)].tolist()
        for value, (x, y) in zip(there, _path(line.values, frame, drawing), strict=True):
            yield tag("circle", class_=f"ua-dot-{line.role}", cx=at(x), cy=at(y), r=5)
            yield _text(bare(value, drawing.unit), x, y - 14, "middle", "ua-value")


def _path(values: np.ndarray, frame: _Frame, drawing: Drawing) -> list[tuple[float, float]]:
    return [
        (frame.x(k + drawing.shift), frame.y(value))
        for k, value in enumerate(values.tolist())
        if np.isfinite(value)
    ]
