"""The pen for paper: the drawing of a chapter or a room as a picture."""

from collections.abc import Mapping
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from alliances.dashboards.charts.svg import Drawing, names_of
from alliances.experiments.output.lines import apart
from alliances.experiments.words.numbers import bare, style_of

ROW = 0.09  # of the height, from one row of a name to the next
SIZE = (7.2, 2.9)  # inches
TICKS = 5
# Okabe and Ito's colours; dashes too, so that a copy in black and white can be read.
STYLES: Mapping[str, tuple[str, str, float]] = {
    "today": ("#0072B2", "--", 2.2),
    "mine": ("#D55E00", "-", 2.2),
    "other": ("#009E73", ":", 2.2),
    "luck": ("#7b8fa0", "-", 0.7),
    "alone": ("#33393f", "--", 2.0),
    "room": ("#0072b2", "-", 2.8),
}


def draw(drawing: Drawing, path: Path) -> Path:
    """Write a drawing as a PNG; returns its path."""
    figure = Figure(figsize=SIZE, layout="constrained")
    axis = figure.add_subplot()
    places = [k + drawing.shift for k in range(len(drawing.lines[0].values))]
    scale = style_of(drawing.unit)
    for line in drawing.lines:
        colour, dash, width = STYLES[line.role]
        for edges in line.bands:
            axis.fill_between(places, *edges, color=colour, alpha=0.15)
        marker = "o" if drawing.dots else ""
        axis.plot(places, line.values, linewidth=width, color=colour, linestyle=dash, marker=marker)
        for place, value in zip(places, line.values.tolist(), strict=True) if drawing.dots else ():
            axis.annotate(
                bare(value, drawing.unit),
                (place, value),
                xytext=(0, 8),
                textcoords="offset points",
                ha="center",
                fontsize=9,
                fontweight="bold",
            )
    for k, (place, text) in enumerate(drawing.marks):
        axis.axvline(place, color="0.4", linestyle=(0, (1, 3)))
        axis.annotate(
            text,
            (place, 1),
            xycoords=("data", "axes fraction"),
            xytext=(3, -10 - 10 * (k % 3)),
            textcoords="offset points",
            fontsize=8,
            color="0.3",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5, "alpha": 0.85},
        )
    axis.set_xticks(list(drawing.ticks), [drawing.along[tick] for tick in drawing.ticks])
    axis.set_xlabel(drawing.axis)
    axis.yaxis.set_major_locator(MaxNLocator(TICKS, steps=[1, 2, 5, 10]))
    steps = axis.get_yticks() * scale.scale
    digits = next(d for d in range(9) if abs(steps - steps.round(d)).max() < 1e-9)
    axis.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{value * scale.scale + 0.0:.{digits}f}{scale.after}")
    )
    axis.set_title(drawing.title, fontsize=11, loc="left")
    axis.grid(axis="y", color="0.88")
    axis.spines[["top", "right"]].set_visible(False)
    if len(drawing.lines) > 1:
        _name(drawing, axis)
    figure.savefig(path, dpi=200)
    return path


def _name(drawing: Drawing, axis: Axes) -> None:
    """Write the name of each line at its end."""
    low, high = axis.get_ylim()
    named, rows = names_of(drawing)
    ends = [(high - line.end) / (high - low) for line in named]
    middles = apart(ends, [ROW * len(own) for own in rows], 0.0, 1.0)
    for line, own, middle in zip(named, rows, middles, strict=True):
        axis.annotate(
            "\n".join(own),
            (1, 1 - middle),
            xycoords="axes fraction",
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=9.5,
            fontweight="bold",
            color=STYLES[line.role][0],
        )
