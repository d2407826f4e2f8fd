"""Figures of answers: effects with intervals, maps over two levers, shares of variance, regret."""

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from alliances.experiments.analysis.frames import measure_of
from alliances.experiments.output.charts import blank, draw_map, open_frame
from alliances.experiments.output.figures import COLOURS, INK
from alliances.experiments.words.numbers import style_of

MOST_ROWS = 40


def label_of(name: str) -> str:
    """Return a measure's label with its unit."""
    measure = measure_of(name)
    return f"{measure.label} ({measure.unit})" if measure.unit else measure.label


def effects_chart(table: pd.DataFrame, labels: Sequence[str], measures: Sequence[str]) -> Figure:
    """Draw paired differences with their 95 % intervals, one panel a measure, one row a setting.

    Parameters
    ----------
    table : DataFrame
        Columns setting (number of a label), measure, mean, low, high; optionally spread_low and
        spread_high over worlds, which are drawn apart, thin and pale.
    labels : sequence of str
        Names of the settings.
    measures : sequence of str
        Panels.
    """
    shown = list(labels[:MOST_ROWS])
    height = 1.2 + 0.26 * len(shown)
    figure = blank(3.0 + 2.9 * len(measures), max(2.4, height))
    panels = figure.subplots(1, len(measures), sharey=True, squeeze=False)[0]
    for panel, name in zip(panels, measures, strict=True):
        rows = table[(table["measure"] == name) & (table["setting"] < len(shown))]
        scale = style_of(measure_of(name).unit).scale
        y = rows["setting"].to_numpy(float)
        panel.axvline(0.0, color=INK, linewidth=0.8, linestyle="--")
        if "spread_low" in rows:
            panel.hlines(
                y,
                scale * rows["spread_low"],
                scale * rows["spread_high"],
                color="0.75",
                linewidth=5.0,
                label="80 % of worlds",
            )
        panel.hlines(
            y, scale * rows["low"], scale * rows["high"], color=COLOURS[0], label="luck, 95 %"
        )
        panel.plot(scale * rows["mean"], y, "o", color=COLOURS[0], markersize=4)
        title = measure_of(name).label
        panel.set_title(textwrap.fill(title, 26), fontsize=10)
        panel.set_xlabel("percentage points" if scale == 100.0 else "difference", fontsize=9)
        open_frame(panel)
    panels[0].set_yticks(range(len(shown)), shown, fontsize=9)
    panels[0].set_ylim(len(shown) - 0.5, -0.5)
    if "spread_low" in table:
        handles, words = panels[-1].get_legend_handles_labels()
        figure.legend(handles, words, frameon=False, fontsize=9, loc="outside upper right", ncols=2)
    return figure


def map_chart(
    means: pd.DataFrame, x: str, y: str, measures: Sequence[str], errors: Mapping[str, float]
) -> Figure:
    """Draw means over a grid of two levers, one panel a measure.

    Parameters
    ----------
    means : DataFrame
        Columns x, y and the measures, one row a cell.
    x, y : str
        Names of the levers.
    measures : sequence of str
        Panels.
    errors : mapping of str to float
        Largest standard error of a cell's mean, by measure.
    """
    figure = blank(0.8 + 4.6 * len(measures), 4.6)
    panels = figure.subplots(1, len(measures), squeeze=False)[0]
    for panel, name in zip(panels, measures, strict=True):
        grid = means.pivot_table(index=y, columns=x, values=name, sort=True)
        grid = grid.rename("{:g}".format, axis=0).rename("{:g}".format, axis=1)
        draw_map(panel, grid, f"{label_of(name)}\nstandard error at most {errors[name]:.2g}")
    return figure


def shares_chart(table: pd.DataFrame, title: str) -> Figure:
    """Draw Sobol's first and total indices, or Morris's mu*, with intervals, one row a factor."""
    rows = table.head(MOST_ROWS).iloc[::-1]
    figure = blank(7.0, max(2.4, 1.2 + 0.34 * len(rows)))
    axis = figure.subplots()
    y = np.arange(len(rows))
    pairs = [("total", COLOURS[0], "with interactions"), ("first", COLOURS[1], "alone")]
    if "total" not in rows:
        pairs = [("mu_star", COLOURS[0], "mean step over the whole range")]
    for number, (name, colour, label) in enumerate(pairs):
        at = y + (0.16 if number == 0 else -0.16) * (len(pairs) > 1)
        low, high = rows[f"{name}_low"], rows[f"{name}_high"]
        axis.hlines(at, low, high, color=colour)
        axis.plot(rows[name], at, "os"[number], color=colour, label=label, markersize=5)
    axis.axvline(0.0, color=INK, linewidth=0.8, linestyle="--")
    axis.set_yticks(y, list(rows["factor"]))
    axis.set_xlabel("share of the variance between points" if len(pairs) > 1 else "mu*")
    axis.set_title(title, fontsize=11)
    axis.legend(frameon=False, fontsize=9)
    open_frame(axis)
    return figure


def loop_chart(table: pd.DataFrame, lever: str, label: str) -> Figure:
    """Draw a measure on the way up and on the way down.

    Parameters
    ----------
    table : DataFrame
        Columns value, up, down, and low and high, the interval of the gap between the two.
    lever : str
        What is moved.
    label : str
        Of the measure.
    """
    figure = blank(7.0, 4.2)
    axis = figure.subplots()
    middle, half = table["down"], (table["high"] - table["low"]) / 2.0
    axis.plot(table["value"], table["up"], "-o", color=COLOURS[0], label="on the way up")
    axis.errorbar(
        table["value"],
        middle,
        yerr=half,
        fmt="--s",
        capsize=3,
        color=COLOURS[1],
        label="on the way down, with the interval of the gap",
    )
    axis.set_xlabel(lever)
    axis.set_ylabel(label)
    axis.legend(frameon=False)
    open_frame(axis)
    return figure
