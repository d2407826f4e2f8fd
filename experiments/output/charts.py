"""What charts that are not of lines over time share: an empty figure, rows, maps, headings."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from alliances.experiments.output.figures import INK

MOST_TOLD = 100  # cells of a map with their values in them


def blank(width: float, height: float) -> Figure:
    """Return an empty figure, in inches, whose parts make room for each other."""
    figure = Figure(figsize=(width, height), layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def headed(figure: Figure, text: str, size: float = 10, weight: str = "normal") -> None:
    """Write a heading above a figure, from its left end on."""
    figure.suptitle(text, fontsize=size, fontweight=weight, x=0.01, ha="left")


def open_frame(panel: Axes) -> None:
    """Leave out the upper and the right side of a panel's frame."""
    panel.spines[["top", "right"]].set_visible(False)


def name_rows(panel: Axes, labels: Sequence[str], size: float = 9) -> None:
    """Name the rows of a panel, the first at the top, and leave out the frame around them."""
    panel.set_yticks(range(len(labels)), labels, fontsize=size)
    panel.set_ylim(len(labels) - 0.5, -0.5)
    panel.spines[["top", "right", "left"]].set_visible(False)
    panel.tick_params(axis="both", length=0, colors=INK)


def draw_range(
    panel: Axes, row: float, ends: Sequence[float], middle: float, colour: str, size: float = 5
) -> None:
    """Draw a range on a row: a line from end to end, and a dot in its middle."""
    panel.plot(ends, [row, row], color=colour, linewidth=2)
    panel.plot(middle, row, "o", color=colour, markersize=size)


def draw_mark(panel: Axes, row: float, at: float, colour: str) -> None:
    """Draw a single value on a row, as a bar across it."""
    panel.plot(at, row, "|", color=colour, markersize=11, markeredgewidth=2)


def draw_map(panel: Axes, grid: pd.DataFrame, title: str) -> None:
    """Draw a grid as a map, its columns across and its rows up, each cell with its value.

    Parameters
    ----------
    panel : Axes
        Where.
    grid : DataFrame
        Values; labels of its columns and rows are text, the names of both what they are.
    title : str
        What stands above it.
    """
    values = grid.to_numpy(float)
    image = panel.imshow(values, origin="lower", aspect="auto", cmap="viridis")
    panel.set_xticks(range(grid.shape[1]), list(grid.columns), fontsize=8)
    panel.set_yticks(range(grid.shape[0]), list(grid.index), fontsize=8)
    panel.set_xlabel(str(grid.columns.name))
    panel.set_ylabel(str(grid.index.name))
    panel.set_title(title, fontsize=10)
    middle = (np.nanmin(values) + np.nanmax(values)) / 2.0
    for (row, column), value in np.ndenumerate(values) if values.size <= MOST_TOLD else ():
        ink = "white" if value < middle else "black"
        panel.text(column, row, f"{value:.2g}", ha="center", va="center", size=8, color=ink)
    panel.figure.colorbar(image, ax=panel)
