"""Tables of a sheet: what differs, month by month, and run by run."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from alliances.dashboards.keep.sheet import Sheet
from alliances.experiments.output.manifest import own_version
from alliances.experiments.runs.comparison import Effect
from alliances.experiments.runs.months import drawn, mean_of_runs, mean_over, percentiles
from alliances.model.measures import MEASURES

SHARES = (5.0, 25.0, 50.0, 75.0, 95.0)


def differences(sheet: Sheet) -> pd.DataFrame:
    """Return every measure of every arm beside the first one's, with a sentence.

    Returns
    -------
    DataFrame
        against, scenario, then as `alliances.experiments.runs.comparison.Comparison.table`: a is
        the first arm, b the scenario; sentence, seed, model, link.
    """
    last = min(sheet.last, sheet.months)
    first = sheet.arms[0]
    rows = []
    for arm in sheet.arms[1:]:
        for name, measure in MEASURES.items():
            a, b = (mean_over(values[:, -last:], name) for values in (first.values, arm.values))
            effect = Effect(measure, a, b)
            rows.append(
                {
                    "against": first.name,
                    "scenario": arm.name,
                    **effect.row(),
                    "sentence": effect.sentence(),
                    "seed": sheet.seed,
                    "model": own_version(),
                    "link": sheet.link,
                }
            )
    return pd.DataFrame(rows)


def months(sheet: Sheet) -> pd.DataFrame:
    """Return mean and percentiles over the runs in every month, as the charts draw them.

    Returns
    -------
    DataFrame
        scenario, measure, label, unit, month (from 1), mean (the line of a chart), percentile_5 to
        percentile_95 (its bands). Measures of flows are means of the last 12 months; empty where
        there was nothing to measure.
    """
    parts = []
    for arm in sheet.arms:
        for name, measure in MEASURES.items():
            values = drawn(arm.values, name)
            found = percentiles(values, SHARES)
            part = pd.DataFrame(
                {f"percentile_{share:g}": row for share, row in zip(SHARES, found, strict=True)}
            )
            part.insert(0, "mean", mean_of_runs(values))
            part.insert(0, "month", np.arange(1, sheet.months + 1))
            for column, text in (
                ("unit", measure.unit),
                ("label", measure.label),
                ("measure", name),
                ("scenario", arm.name),
            ):
                part.insert(0, column, text)
            parts.append(part)
    return pd.concat(parts, ignore_index=True)


def runs(sheet: Sheet) -> pd.DataFrame:
    """Return each run's means over the last months: one row a run, one column a measure.

    Returns
    -------
    DataFrame
        scenario, run (the same number is the same luck), seed, and a column for each measure.
    """
    last = min(sheet.last, sheet.months)
    parts = []
    for arm in sheet.arms:
        part = pd.DataFrame({name: mean_over(arm.values[:, -last:], name) for name in MEASURES})
        part.insert(0, "seed", sheet.seed)
        part.insert(0, "run", np.arange(sheet.runs))
        part.insert(0, "scenario", arm.name)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


TABLES: Mapping[str, Callable[[Sheet], pd.DataFrame]] = {
    "differences": differences,
    "months": months,
    "runs": runs,
}
