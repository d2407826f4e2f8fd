"""Figures of runs and comparisons: means, bands over runs and a few single runs."""

import io
from collections.abc import Sequence
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

from alliances.experiments.output.lines import Curve, apart, curve_of
from alliances.experiments.output.manifest import stamp
from alliances.experiments.runs.months import SMOOTHED, drawn
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
STRENGTHS = {5.0: 0.15, 25.0: 0.25}  # of bands, by the percentage of the runs below them
SINGLE_RUNS, FEWER_RUNS = 5, 3  # thin lines of a scenario alone, and of each of two
NAME = 9.5  # points of a name at the end of a line
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
    about = f"{len(result.replicates)} runs, seed {result.seed}, {result.months} months."
    return lines_figure([("", result.scenario.name, result.values)], names, about)


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
    arms = [(x, one.scenario.name, one.values) for x, one in (("A", result_a), ("B", result_b))]
    runs = f"{len(result_a.replicates)} matched runs of each"
    about = f"{runs}, seed {result_a.seed}, {result_a.months} months."
    return lines_figure(arms, names, about)


def lines_figure(
    arms: Sequence[tuple[str, str, np.ndarray]],
    names: Sequence[str],
    about: str,
    *,
    row: float = ROW,
    key: bool = True,
) -> Figure:
    """Return how measures move in up to four scenarios, told apart by colour, dashes and names.

    Parameters
    ----------
    arms : sequence of (str, str, ndarray of OBSERVATION, shape (runs, months))
        A word or two at the end of each scenario's lines, its title, and its monthly values.
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
    if not 1 <= len(arms) <= len(LINES):
        raise UserError(f"{len(arms)} scenarios were given; a figure holds 1 to {len(LINES)}")
    alone, plain = len(arms) == 1, len(arms) > MOST_BANDS
    above = 0.21 + (0.24 * len(arms) if key else 0.0)
    figure, panels = _panels(names, above, 0.55 if alone else 1.0, row)
    looks = ((COLOURS[0], "-"),) if alone else LINES
    bands, runs = ((), 0) if plain else (tuple(STRENGTHS), SINGLE_RUNS if alone else FEWER_RUNS)
    for panel, name in zip(panels, names, strict=True):
        curves = [curve_of(own, "", drawn(values, name), bands, runs) for own, _, values in arms]
        for curve, (colour, dashes) in zip(curves, looks, strict=False):
            _draw(panel, curve, colour, dashes)
        _label(panel, curves, [colour for colour, _ in looks])
    if key:
        _key(figure, [(own, title) for own, title, _ in arms], looks)
    _foot(figure, about, several=len(arms[0][2]) > 1, plain=plain)
    return figure


def _key(
    figure: Figure, texts: Sequence[tuple[str, str]], looks: Sequence[tuple[str, Any]]
) -> None:
    """Write above the panels what each line is."""
    height = float(figure.get_figheight())
    left = LEFT / float(figure.get_figwidth())
    for k, ((name, title), (colour, dashes)) in enumerate(zip(texts, looks, strict=False)):
        y = 1 - (0.22 + 0.24 * k) / height
        title = shorten(title, 76, placeholder=" ...")
        text = title if name in ("", title) else f"{name}: {title}"
        about: dict[str, Any] = {"fontsize": 11, "fontweight": "bold", "va": "center"}
        if len(texts) == 1:
            figure.text(left, y, text, color=INK, **about)
            continue
        figure.add_artist(
            Line2D([left, left + 0.035], [y, y], color=colour, linewidth=2.2, linestyle=dashes)
        )
        figure.text(left + 0.045, y, text, color=colour, **about)


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
    """Write a figure as PNG or SVG, as its name ends, with version and commit inside.

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
    path.write_bytes(figure_bytes(figure, path.suffix.removeprefix("."), **about))
    return path


def _panels(
    names: Sequence[str], above: float, right: float, row: float
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


def _draw(panel: Axes, curve: Curve, colour: str, dashes: Any) -> None:
    years = np.arange(1, len(curve.values) + 1) / _YEAR
    for edges, strength in zip(curve.bands, STRENGTHS.values(), strict=False):
        panel.fill_between(years, *edges, color=colour, alpha=strength, linewidth=0)
    for run in curve.runs:
        panel.plot(years, run, color=colour, alpha=0.35, linewidth=0.6)
    marker: dict[str, Any] = {"marker": "o", "markersize": 4} if len(years) == 1 else {}
    panel.plot(years, curve.values, color=colour, linewidth=2.2, linestyle=dashes, **marker)
    panel.set_xlim(0, years[-1])


def _label(panel: Axes, curves: Sequence[Curve], colours: Sequence[str]) -> None:
    """Write names at the ends of lines, moved apart so that they do not lie on each other."""
    low, high = panel.get_ylim()
    figure = panel.get_figure(root=True)
    tall = panel.get_position().height * (figure.get_figheight() if figure else 1.0)
    shown = [pair for pair in zip(curves, colours, strict=False) if np.isfinite(pair[0].end)]
    heights = [NAME * LINE / tall * (high - low)] * len(shown)
    places = apart([curve.end for curve, _ in shown], heights)
    for place, (curve, colour) in zip(places, shown, strict=True):
        panel.annotate(
            curve.label,
            (panel.get_xlim()[1], place),
            xytext=(5, 0),
            textcoords="offset points",
            color=colour,
            fontsize=NAME,
            fontweight="bold",
            va="center",
            annotation_clip=False,
        )


def _foot(figure: Figure, about: str, *, several: bool, plain: bool = False) -> None:
    bands = "" if plain else " Bands: 50 % and 90 % of the runs. Thin lines: single runs."
    shown = f"Line: mean of the runs.{bands}" if several else "One run: it says nothing about luck."
    text = f"{about} {shown}\nAn illustration of a theory, not a prediction. {stamp()}"
    y = 0.16 / float(figure.get_figheight())
    left = LEFT / float(figure.get_figwidth())
    figure.text(left, y, text, color="#555555", fontsize=8, va="bottom", linespacing=1.5)
