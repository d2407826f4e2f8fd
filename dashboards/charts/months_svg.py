"""Lines over months as a small drawing of our own, for the trainer's page and the hand-out.

Colours come from the page's style sheet (`room-line-room` and so on). Lines also differ by dash
and carry a label at their end.
"""

from collections.abc import Callable, Sequence
from html import escape

import numpy as np

from alliances.dashboards.room.ending import Line
from alliances.experiments.words.numbers import bare

WIDTH, HEIGHT = 470, 250
LEFT, RIGHT, TOP, BOTTOM = 58, 92, 12, 34
LABELS = {"room": "your room", "alone": "left alone", "luck": "other luck"}
Scale = Callable[[float], float]
GAP = 16  # between labels at the ends


def chart(title: str, unit: str, lines: Sequence[Line], months: int, round_months: int) -> str:
    """Return an SVG drawing.

    Parameters
    ----------
    title : str
        Its accessible name.
    unit : str
        Of the values.
    lines : sequence of Line
        Drawn in this order.
    months : int
        Length of the axis.
    round_months : int
        Where rounds begin is marked.
    """
    every = np.concatenate([line.values for line in lines])
    every = every[np.isfinite(every)]
    if not len(every):
        return ""
    low, high = float(every.min()), float(every.max())
    pad = 0.06 * (high - low) or 0.05 * abs(high) or 0.5
    low, high = max(0.0, low - pad) if low >= 0 else low - pad, high + pad

    def x(month: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * month / max(1, months)

    def y(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'class="room-chart" aria-label="{escape(title)}">'
    ]
    parts += [
        f'<line class="room-grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value):.1f}" '
        f'y2="{y(value):.1f}"/><text x="{LEFT - 6}" y="{y(value) + 4:.1f}" '
        f'text-anchor="end">{escape(bare(value, unit))}</text>'
        for value in _ticks(low, high)
    ]
    for number, month in enumerate(range(0, months + 1, round_months)):
        parts.append(
            f'<line class="room-tick" x1="{x(month):.1f}" x2="{x(month):.1f}" '
            f'y1="{HEIGHT - BOTTOM}" y2="{HEIGHT - BOTTOM + 5}"/>'
        )
        if month < months:
            parts.append(
                f'<text x="{x(month + round_months / 2):.1f}" y="{HEIGHT - BOTTOM + 20}" '
                f'text-anchor="middle">{"round " if not number else ""}{number + 1}</text>'
            )
    parts += [_path(line, x, y) for line in lines]
    parts += _labels(lines, x, y)
    return "".join([*parts, "</svg>"])


def _path(line: Line, x: Scale, y: Scale) -> str:
    points, pen = [], "M"
    for month, value in enumerate(line.values.tolist()):
        if np.isfinite(value):
            points.append(f"{pen}{x(month + 1):.1f} {y(value):.1f}")
            pen = "L"
        else:
            pen = "M"
    return f'<path class="room-line-{line.kind}" d="{"".join(points)}"/>'


def _labels(lines: Sequence[Line], x: Scale, y: Scale) -> list[str]:
    """Return a label at the end of each kind of line, moved apart where they would meet."""
    ends: dict[str, list[tuple[float, float]]] = {}
    for line in lines:
        there = np.flatnonzero(np.isfinite(line.values))
        if len(there):
            month = int(there[-1])
            ends.setdefault(line.kind, []).append((x(month + 1), y(float(line.values[month]))))
    placed = sorted((float(np.median([at for _, at in one])), kind) for kind, one in ends.items())
    found, last = [], -np.inf
    for at, kind in placed:
        last = max(at, last + GAP)
        found.append((last, kind))
    over = max(0.0, found[-1][0] - (HEIGHT - BOTTOM)) if found else 0.0
    return [
        f'<text class="room-label-{kind}" x="{max(at for at, _ in ends[kind]) + 5:.1f}" '
        f'y="{at - over + 4:.1f}">{LABELS[kind]}</text>'
        for at, kind in found
    ]


def _ticks(low: float, high: float) -> list[float]:
    rough = (high - low) / 4
    size = 10.0 ** np.floor(np.log10(rough))
    step = float(next(size * k for k in (1, 2, 5, 10) if size * k >= rough))
    first = np.ceil(low / step - 1e-9) * step
    count = int((high - first) / step + 1e-9)
    return [float(first + k * step) for k in range(count + 1)]
