"""A chapter's drawing on paper."""

from collections.abc import Mapping
from pathlib import Path

import matplotlib

from dashboards.learn.drawing import LETTERS, Drawing
from experiments.quantities import style_of

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.ticker import FuncFormatter

# Okabe and Ito's colours; dashes too, so that a copy in black and white can be read.
STYLES: Mapping[str, tuple[str, str]] = {
    "today": ("#0072B2", "--"),
    "mine": ("#D55E00", "-"),
    "other": ("#009E73", ":"),
}


def draw(drawing: Drawing, path: Path) -> Path:
    """Write a drawing as a PNG; returns its path."""
    figure, axis = plt.subplots(figsize=(7.2, 3.5), layout="constrained")
    places = [k + drawing.shift for k in range(len(drawing.lines[0].middle))]
    scale = style_of(drawing.unit)
    for letter, line in zip(LETTERS, drawing.lines, strict=False):
        colour, dash = STYLES[line.style]
        if line.low:
            axis.fill_between(places, line.low, line.high, color=colour, alpha=0.15)
        name = f"{letter}: {line.label}" if len(drawing.lines) > 1 else line.label
        axis.plot(places, line.middle, linewidth=2.2, label=name, color=colour, linestyle=dash)
        if len(drawing.lines) > 1:
            axis.annotate(
                letter,
                (places[-1], line.middle[-1]),
                xytext=(5, 0),
                textcoords="offset points",
                va="center",
                fontweight="bold",
                color=colour,
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
            color="0.35",
        )
    axis.set_xticks(list(drawing.ticks), [drawing.along[tick] for tick in drawing.ticks])
    axis.set_xlabel(drawing.axis)
    axis.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{value * scale.scale:g}{scale.after}")
    )
    axis.set_title(drawing.title, fontsize=11, loc="left")
    axis.grid(axis="y", color="0.88")
    axis.spines[["top", "right"]].set_visible(False)
    if len(drawing.lines) > 1:
        axis.legend(frameon=False, fontsize=9)
    figure.savefig(path, dpi=150)
    plt.close(figure)
    return path
