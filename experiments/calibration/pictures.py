"""Figures of a calibration: assumptions before and after, and targets beside what is achieved."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from alliances.experiments.calibration.report import WIDE
from alliances.experiments.calibration.target import Target
from alliances.experiments.calibration.waves import Calibration
from alliances.experiments.output.charts import (
    blank,
    draw_mark,
    draw_range,
    headed,
    name_rows,
)
from alliances.experiments.output.figures import COLOURS, PALE

ROW = 0.24  # inches
FAR = 4.0  # half-widths of a band beyond which a figure is drawn at the edge


def parameters_figure(
    table: pd.DataFrame, sample: pd.DataFrame, defaults: np.ndarray | None, names: Sequence[str]
) -> Figure:
    """Return the matched assumptions: prior (grey), middle 90 and 50 % of the sample, default.

    Parameters
    ----------
    table : DataFrame
        As `parameters_table` gives it.
    sample : DataFrame
        Its units.
    defaults : ndarray or None
        Units of the defaults, in the order of `names`.
    names : sequence of str
        All assumptions.
    """
    shown = list(table.loc[table["matched"] == 1, "name"])
    figure = blank(8.0, 1.3 + ROW * max(len(shown), 4))
    panel = figure.subplots()
    for y, name in enumerate(shown):
        units = sample[f"u_{name}"].to_numpy(float)
        low, lower, median, upper, high = np.quantile(units, (WIDE[0], 0.25, 0.5, 0.75, WIDE[1]))
        panel.barh(y, 1.0, color=PALE, height=0.7)
        panel.plot([low, high], [y, y], color=COLOURS[0], linewidth=1.5)
        panel.plot([lower, upper], [y, y], color=COLOURS[0], linewidth=5, solid_capstyle="butt")
        panel.plot(median, y, "o", color="white", markersize=3, zorder=3)
        if defaults is not None:
            at = defaults[list(names).index(name)]
            draw_mark(panel, y, at, COLOURS[1])
    name_rows(panel, shown)
    panel.set_xticks((0.0, 0.5, 1.0), ("low level", "middle", "high level"))
    panel.set_xlim(-0.01, 1.01)
    headed(
        figure,
        f"Assumptions that were matched: prior (grey), {len(sample)} calibrated worlds (blue: "
        "middle 90\nand 50 %, median white), and default (orange). Strongest change first",
    )
    return figure


def achieved_figure(found: Calibration, sample: pd.DataFrame, targets: Sequence[Target]) -> Figure:
    """Return targets as bands of one width, with prior, defaults and sample beside them."""
    judged = [t for t in targets if t.use != "told" and t.statistic in found.candidates]
    judged.sort(key=lambda target: target.pattern)
    figure = blank(9.0, 1.4 + ROW * len(judged))
    panel = figure.subplots()
    labels = []
    for y, target in enumerate(judged):
        held_out = target.use != "fit"
        labels.append(f"{target.pattern}  {target.label}{' *' if held_out else ''}")
        low, high = target.ends
        left = -1.0 if np.isfinite(low) else -FAR
        right = 1.0 if np.isfinite(high) else FAR
        panel.barh(y, right - left, left=left, color=PALE, height=0.7)
        for table, colour, lift in (
            (found.waves[0], "#999999", -0.18),
            (sample, COLOURS[0], 0.18),
        ):
            if target.statistic not in table:
                continue
            at = _in_band(target, table[target.statistic].to_numpy(float))
            if not len(at):
                continue
            ends = np.clip(np.quantile(at, (WIDE[0], 0.5, WIDE[1])), -FAR, FAR)
            draw_range(panel, y + lift, ends[[0, 2]], ends[1], colour, 4)
        usual = _in_band(target, found.defaults[target.statistic].to_numpy(float))
        if len(usual):
            draw_mark(panel, y, float(np.clip(np.median(usual), -FAR, FAR)), COLOURS[1])
    name_rows(panel, labels, 8)
    panel.set_xticks((-1.0, 1.0), ("low end of band", "high end"), fontsize=9)
    panel.set_xlim(-FAR - 0.1, FAR + 0.1)
    headed(
        figure,
        "Targets as bands of one width (grey; open where there is no end): prior (dark grey), "
        "calibrated\nworlds (blue), both median and middle 90 %; defaults (orange). "
        "* held out from fitting",
    )
    return figure


def _in_band(target: Target, values: np.ndarray) -> np.ndarray:
    """Return values in half-widths of the band from its middle; open ones in discrepancies."""
    scaled = target.scaled(values[np.isfinite(values)])
    low, high = target.ends
    if np.isfinite(low) and np.isfinite(high):
        return np.asarray((scaled - (low + high) / 2.0) / ((high - low) / 2.0))
    unit = 4.0 * max(target.discrepancy, 1e-6)
    return np.asarray(
        (scaled - low) / unit - 1.0 if np.isfinite(low) else (scaled - high) / unit + 1.0
    )
