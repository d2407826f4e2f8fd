"""Figures of runs and comparisons: means, bands over runs and a few single runs."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from alliances.experiments.output.manifest import stamp
from alliances.experiments.runs.months import (
    SMOOTHED,
    drawn,
    mean_of_runs,
    percentiles,
)
from alliances.experiments.words.numbers import PERCENT, style_of
from alliances.model.input.errors import UserError
from alliances.model.measures import FIRST, MEASURES
from alliances.model.simulation import Result

# Blue and vermilion of Okabe and Ito, "Color universal design" (2008): told apart by all.
COLOURS = ("#0072B2", "#D55E00")
# Up to four scenarios of one figure: colour and dashes; the first is what the others are held
# against. The last two are Okabe and Ito's bluish green and, darker, reddish purple.
LINES: tuple[tuple[str, Any], ...] = (
    (COLOURS[0], (0, (4, 2))),
    (COLOURS[1], "-"),
    ("#00734F", (0, (6, 1.5, 1, 1.5))),
    ("#9B3D79", (0, (1, 1.2))),
)
MOST_BANDS = 2  # scenarios with bands and single runs; those of more would hide each other
INK, PALE = "#222222", "#E3E3E3"
SINGLE_RUNS = 5
_YEAR = 12
LEFT = 0.65  # inches beside the panels
LINE = 1.15 / 72  # inches of a line of text, a point of its size
ROW = 2.75  # inches of a row of panels


def trajectory_figure(result: Result, names: Sequence[str] = FIRST) -> Figure:
    """Return how measures move in one scenario.

    Parameters
    ----------
    result : Result
        The ensemble.
    names : sequence of str
        Measures, one panel each.

    Raises
    ------
    UserError
        For a measure that is not known.
    """
    figure, panels = _panels(names)
    for panel, name in zip(panels, names, strict=True):
        _draw(panel, result, name, COLOURS[0], label=None)
    _title(figure, result.scenario.name)
    _caption(figure, result, f"{len(result.replicates)} runs")
    return figure


def comparison_figure(result_a: Result, result_b: Result, names: Sequence[str] = FIRST) -> Figure:
    """Return how measures move in two scenarios with the same luck.

    Parameters
    ----------
    result_a, result_b : Result
        Ensembles with the same seeds.
    names : sequence of str
        Measures, one panel each.

    Raises
    ------
    UserError
        For a measure that is not known, or ensembles that do not match.
    """
    if result_a.replicates != result_b.replicates or result_a.seed != result_b.seed:
        raise UserError("the two results have different seeds or replicates; compare matched runs")
    figure, panels = _panels(names)
    arms = ((result_a, COLOURS[0], "A"), (result_b, COLOURS[1], "B"))
    for panel, name in zip(panels, names, strict=True):
        for result, colour, letter in arms:
            _draw(panel, result, name, colour, label=letter)
        _label_ends(panel, arms, name)
    height = float(figure.get_figheight())
    for row, (result, colour, letter) in enumerate(arms):
        text = f"{letter}  {result.scenario.name}"
        y = 1 - (0.22 + 0.24 * row) / height
        figure.text(
            _left(figure), y, text, color=colour, fontsize=12, fontweight="bold", va="center"
        )
    _caption(figure, result_a, f"{len(result_a.replicates)} matched runs of each")
    return figure


@dataclass(frozen=True, eq=False)
class Line:
    """One scenario of a figure of several.

    Attributes
    ----------
    name : str
        A word or two, at the end of its line.
    title : str
        What it is, above the panels.
    values : ndarray of OBSERVATION, shape (runs, months)
        Its monthly values.
    """

    name: str
    title: str
    values: np.ndarray


def lines_figure(
    lines: Sequence[Line],
    names: Sequence[str],
    about: str,
    *,
    row: float = ROW,
    key: bool = True,
) -> Figure:
    """Return how measures move in up to four scenarios, told apart by colour, dashes and names.

    Parameters
    ----------
    lines : sequence of Line
        The scenarios.
    names : sequence of str
        Measures, one panel each.
    about : str
        What stands below: runs, seed.
    row : float
        Inches of each row of panels.
    key : bool
        Whether titles stand above the panels; names stand at the ends of lines anyhow.

    Raises
    ------
    UserError
        For a measure that is not known, or more scenarios than can be told apart.
    """
    if not 1 <= len(lines) <= len(LINES):
        raise UserError(f"{len(lines)} scenarios were given; a figure holds 1 to {len(LINES)}")
    above = 0.21 + (0.24 * len(lines) if key else 0.0)
    figure, panels = _panels(names, above=above, right=1.0, row=row)
    styles = list(zip(lines, LINES, strict=False))
    plain = len(lines) > MOST_BANDS
    for panel, name in zip(panels, names, strict=True):
        for line, (colour, dashes) in styles:
            values = drawn(line.values, name)
            _bands(panel, values, colour, alone=False, dashes=dashes, plain=plain)
        ends = [float(mean_of_runs(drawn(line.values, name)[:, -1:])[0]) for line in lines]
        _label(panel, ends, [(line.name, colour) for line, (colour, _) in styles])
    if key:
        _key(figure, styles)
    _foot(figure, about, several=len(lines[0].values) > 1, plain=plain)
    return figure


def _key(figure: Figure, styles: Sequence[tuple[Line, tuple[str, Any]]]) -> None:
    """Write above the panels what each line is."""
    height = float(figure.get_figheight())
    for k, (line, (colour, dashes)) in enumerate(styles):
        y = 1 - (0.22 + 0.24 * k) / height
        left = _left(figure)
        figure.add_artist(
            Line2D([left, left + 0.035], [y, y], color=colour, linewidth=2.2, linestyle=dashes)
        )
        title = shorten(line.title, 76, placeholder=" ...")
        text = line.name if line.name == title else f"{line.name}: {title}"
        figure.text(
            left + 0.045, y, text, color=colour, fontsize=11, fontweight="bold", va="center"
        )


def figure_bytes(figure: Figure, kind: str, **about: str) -> bytes:
    """Return a figure as a PNG or SVG file, with version and commit inside.

    Parameters
    ----------
    figure : Figure
        The figure.
    kind : {"png", "svg"}
        What to write; text of an SVG stays text.
    **about
        Further metadata: ``Title``, ``Description``.
    """
    buffer = io.BytesIO()
    if kind == "svg":
        metadata = {"Creator": stamp(), "Date": None, **about}
        with rc_context({"svg.fonttype": "none", "svg.hashsalt": "unequal alliances"}):
            figure.savefig(buffer, format="svg", metadata=metadata)
    else:
        metadata = {"Software": stamp(), "Source": stamp(), **about}
        figure.savefig(buffer, format="png", dpi=150, metadata=metadata)
    return buffer.getvalue()


def save_figure(figure: Figure, path: str | Path, **about: str) -> Path:
    """Write a figure as PNG (or what the name ends in), with version and commit inside.

    Parameters
    ----------
    figure : Figure
        The figure.
    path : str or Path
        Where to.
    **about
        Further metadata, such as ``Title``.
    """
    path = Path(path)
    metadata: dict[str, str] | None = None
    if path.suffix == ".png":
        metadata = {"Software": stamp(), "Source": stamp(), **about}
    figure.savefig(path, dpi=150, metadata=metadata)
    return path


def _panels(
    names: Sequence[str], above: float = 0.69, right: float = 0.55, row: float = ROW
) -> tuple[Figure, list[Axes]]:
    unknown = [name for name in names if name not in MEASURES]
    if unknown or not names:
        raise UserError(
            f"no monthly measure {', '.join(map(repr, unknown)) or 'was given'}; "
            "`alliances measures` lists them"
        )
    columns = 1 if len(names) == 1 else 2
    rows = -(-len(names) // columns)
    width, height = (9.6 if columns == 2 else 6.4), 0.61 + above + row * rows
    figure = Figure(figsize=(width, height), facecolor="white")
    FigureCanvasAgg(figure)
    figure.subplots_adjust(
        left=LEFT / width,
        right=1 - right / width,
        top=1 - (above + 0.44) / height,
        bottom=0.98 / height,
        wspace=0.28 + (right - 0.55) / 4,
        hspace=0.5 * ROW / row,
    )
    grid = figure.subplots(rows, columns, squeeze=False)
    panels = list(grid.flat)
    for spare in panels[len(names) :]:
        spare.remove()
    for panel, name in zip(panels, names, strict=False):
        _dress(panel, name)
    return figure, panels[: len(names)]


def _dress(panel: Axes, name: str) -> None:
    measure = MEASURES[name]
    unit = {"share": "%", "share of attainable": "% of attainable"}.get(measure.unit, measure.unit)
    if measure.is_smoothed:
        unit += f", mean of {SMOOTHED} months"
    # The unit stands with the title: horizontal text is read at once.
    panel.set_title(measure.label, loc="left", fontsize=10.5, fontweight="bold", color=INK, pad=17)
    panel.text(0, 1.035, unit, transform=panel.transAxes, fontsize=8.5, color="#666666")
    panel.spines[["top", "right", "left"]].set_visible(False)
    panel.spines["bottom"].set_color("#888888")
    panel.grid(axis="y", color=PALE, linewidth=0.8)
    panel.set_axisbelow(True)
    panel.tick_params(colors="#555555", labelsize=8.5, length=0)
    panel.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, steps=[1, 2, 5, 10]))
    panel.yaxis.set_major_locator(MaxNLocator(nbins=5, min_n_ticks=4, steps=[1, 2, 2.5, 4, 5, 10]))
    panel.set_xlabel("year", fontsize=8.5, color="#555555")
    if style_of(measure.unit).scale == PERCENT.scale:
        panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:g}"))


def series(result: Result, name: str) -> np.ndarray:
    """Return a measure as it is drawn: (replicates, months).

    See `alliances.experiments.runs.months.drawn`.
    """
    return drawn(result.values, name)


def _draw(panel: Axes, result: Result, name: str, colour: str, *, label: str | None) -> None:
    _bands(panel, series(result, name), colour, alone=label is None)


def _bands(
    panel: Axes,
    values: np.ndarray,
    colour: str,
    *,
    alone: bool,
    dashes: Any = "-",
    plain: bool = False,
) -> None:
    years = np.arange(1, values.shape[1] + 1) / _YEAR
    if len(values) > 1 and not plain:
        for low, high, strength in ((5, 95, 0.15), (25, 75, 0.25)):
            edges = percentiles(values, (low, high))
            panel.fill_between(years, *edges, color=colour, alpha=strength, linewidth=0)
        for run in values[: SINGLE_RUNS if alone else 3]:
            panel.plot(years, run, color=colour, alpha=0.35, linewidth=0.6)
    marker: dict[str, Any] = {"marker": "o", "markersize": 4} if values.shape[1] == 1 else {}
    middle = mean_of_runs(values)
    panel.plot(years, middle, color=colour, linewidth=2.2, linestyle=dashes, **marker)
    panel.set_xlim(0, values.shape[1] / _YEAR)


def _label_ends(panel: Axes, arms: Sequence[tuple[Result, str, str]], name: str) -> None:
    ends = [float(mean_of_runs(series(result, name)[:, -1:])[0]) for result, _, _ in arms]
    if np.isfinite(ends).all():
        _label(panel, ends, [(letter, colour) for _, colour, letter in arms], size=11)


def _label(
    panel: Axes, ends: Sequence[float], names: Sequence[tuple[str, str]], size: float = 9.5
) -> None:
    """Write names at the ends of lines, moved apart so that they do not lie on each other."""
    low, high = panel.get_ylim()
    figure = panel.get_figure(root=True)
    tall = panel.get_position().height * (figure.get_figheight() if figure else 1.0)
    apart = size * LINE / tall * (high - low)
    shown = [k for k in np.argsort(ends) if np.isfinite(ends[k])]
    at = [float(ends[k]) for k in shown]
    for k in range(1, len(at)):
        if at[k] - at[k - 1] < apart:  # both give way, and whoever is below is pushed down
            middle = (at[k] + at[k - 1]) / 2
            at[k - 1], at[k] = middle - apart / 2, middle + apart / 2
            for below in range(k - 1, 0, -1):
                at[below - 1] = min(at[below - 1], at[below] - apart)
    right = panel.get_xlim()[1]
    for place, k in zip(at, shown, strict=True):
        name, colour = names[k]
        panel.annotate(
            name,
            (right, place),
            xytext=(5, 0),
            textcoords="offset points",
            color=colour,
            fontsize=size,
            fontweight="bold",
            va="center",
            annotation_clip=False,
        )


def _left(figure: Figure) -> float:
    return LEFT / float(figure.get_figwidth())


def _title(figure: Figure, text: str) -> None:
    y = 1 - 0.32 / float(figure.get_figheight())
    figure.text(_left(figure), y, text, color=INK, fontsize=12.5, fontweight="bold", va="center")


def _caption(figure: Figure, result: Result, runs: str) -> None:
    about = f"{runs}, seed {result.seed}, {result.months} months."
    _foot(figure, about, several=len(result.replicates) > 1)


def _foot(figure: Figure, about: str, *, several: bool, plain: bool = False) -> None:
    bands = "" if plain else " Bands: 50 % and 90 % of the runs. Thin lines: single runs."
    shown = f"Line: mean of the runs.{bands}" if several else "One run: it says nothing about luck."
    text = f"{about} {shown}\nAn illustration of a theory, not a prediction. {stamp()}"
    y = 0.16 / float(figure.get_figheight())
    figure.text(_left(figure), y, text, color="#555555", fontsize=8, va="bottom", linespacing=1.5)
