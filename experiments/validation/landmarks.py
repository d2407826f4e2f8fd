"""Three landmarks of the model: the trust landscape, a wave of competition, and two starts.

``python -m alliances.experiments.validation.landmarks`` writes figures and tables to
``results/landmarks``.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from alliances.experiments.output.charts import blank, draw_map, open_frame
from alliances.experiments.output.figures import COLOURS, save_figure
from alliances.experiments.runs.interval import half_width
from alliances.model.measures import FIRST, MEASURES
from alliances.model.scenario import Change, Scenario
from alliances.model.simulation import simulate

COMPETITION = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
CONNECTORS = (0, 1, 2, 4, 8, 12)
LAST_YEAR = 12
RISE, FALL = 12, 72  # months at which competition goes up, and down again
TWO_START_MONTHS = 480
TWO_REGIMES = 0.05  # a gap in trust above which the place has two regimes
SEED = 2026


def interval(differences: np.ndarray) -> tuple[float, float, float]:
    """Return mean and 95 % interval of the mean of paired differences."""
    mean, half = float(differences.mean()), half_width(differences)
    return mean, mean - half, mean + half


def landscape(replicates: int) -> pd.DataFrame:
    """Trust among the familiar and share in alliances over competition x connectors.

    Returns
    -------
    DataFrame
        competition, connectors, and mean and standard error of both measures in year 10.
    """
    rows = []
    for competition in COMPETITION:
        for connectors in CONNECTORS:
            scenario = Scenario().with_values(competition=competition, connectors=connectors)
            values = simulate(scenario, replicates, SEED, final=False).values
            row: dict[str, float] = {"competition": competition, "connectors": connectors}
            for name in ("trust_familiar", "alliance_share"):
                year = values[name][:, -LAST_YEAR:].mean(axis=1)
                row[name] = float(year.mean())
                row[f"{name}_se"] = float(year.std(ddof=1) / np.sqrt(replicates))
            rows.append(row)
    return pd.DataFrame(rows)


def landscape_figure(table: pd.DataFrame, replicates: int) -> Figure:
    """Return both measures as a map, each cell with its value."""
    figure = blank(11, 4.6)
    titles = {
        "trust_familiar": "Trust among the familiar (0-1)",
        "alliance_share": "Share of organisations in a working alliance",
    }
    for panel, (name, title) in zip(figure.subplots(1, 2), titles.items(), strict=True):
        grid = table.pivot(index="connectors", columns="competition", values=name)
        grid.columns = [f"{100 * share:.0f} %" for share in COMPETITION]
        across = "put out to tender (share of new public money)"
        draw_map(
            panel, grid.rename_axis("connectors in the place").rename_axis(across, axis=1), title
        )
    error = max(table["trust_familiar_se"].max(), table["alliance_share_se"].max())
    figure.supxlabel(
        f"Year 10, mean of {replicates} runs of 80 organisations (standard error at most "
        f"{error:.3f}); illustration, not prediction",
        fontsize=9,
    )
    return figure


def wave(replicates: int) -> pd.DataFrame:
    """Competition from 20 % to 100 % for five years and back, paired with a place left alone.

    Returns
    -------
    DataFrame
        month, measure, and mean and 95 % interval of the paired difference.
    """
    calm = Scenario(months=192).with_values(competition=0.2)
    wave_of = calm.model_copy(
        update={
            "timeline": (
                Change(month=RISE, set={"competition": 1.0}),
                Change(month=FALL, set={"competition": 0.2}),
            )
        }
    )
    alone = simulate(calm, replicates, SEED, final=False).values
    moved = simulate(wave_of, replicates, SEED, final=False).values
    rows = []
    for name in FIRST:
        for month in range(calm.months):
            start = max(0, month - LAST_YEAR + 1)
            change = (moved[name] - alone[name])[:, start : month + 1].mean(axis=1)
            mean, low, high = interval(change)
            rows.append({"month": month, "measure": name, "mean": mean, "low": low, "high": high})
    return pd.DataFrame(rows)


def wave_figure(table: pd.DataFrame, replicates: int) -> Figure:
    """Return the differences with their bands; the months of competition are shaded."""
    figure = blank(11, 6.4)
    panels = figure.subplots(2, 2, sharex=True)
    for panel, name in zip(panels.flat, FIRST, strict=True):
        panel.axvspan(RISE, FALL, color="0.92", label="all money tendered")
        panel.axhline(0, color="0.4", linewidth=0.8)
        part = table[table["measure"] == name]
        _draw_band(panel, part, COLOURS[0], "difference, 12-month mean")
        panel.set_title(MEASURES[name].label, fontsize=11)
        panel.set_ylabel("change")
    panels[0, 0].legend(fontsize=8, frameon=False)
    figure.supxlabel(
        f"Difference to the same place at 20 % tendered, {replicates} matched runs, mean and 95 % "
        "interval; illustration, not prediction",
        fontsize=9,
    )
    return figure


def _draw_band(panel: Axes, part: pd.DataFrame, colour: str, label: str) -> None:
    """Draw a mean over months in its band."""
    panel.fill_between(part["month"], part["low"], part["high"], color=colour, alpha=0.2)
    panel.plot(part["month"], part["mean"], color=colour, label=label)
    panel.set_xlabel("month")
    panel.label_outer()
    open_frame(panel)


def two_starts(replicates: int) -> tuple[pd.DataFrame, dict[str, float]]:
    """From a collapsed and a flourishing state: one regime or two, and the half-life of a scar.

    All trust, remembered strangers and grievances are set to the worst (with alliances ended) or
    the best at month 0. The half-life is the first month at which the mean gap to the place left
    alone is half of what it was in month 0.

    Returns
    -------
    trajectories : DataFrame
        month, start, mean and 5 % and 95 % quantiles of trust.
    answers : dict
        Gap at the end with its interval, number of regimes, half-lives in months.
    """
    base = Scenario(months=TWO_START_MONTHS)
    starts = {
        "collapsed": base.with_values(trust_reset=-1.0),
        "as it was": base,
        "flourishing": base.with_values(trust_reset=1.0),
    }
    trust = {
        name: simulate(scenario, replicates, SEED, final=False).values["trust"]
        for name, scenario in starts.items()
    }
    parts = []
    for name, values in trust.items():
        low, high = np.quantile(values, (0.05, 0.95), axis=0)
        part = pd.DataFrame({"mean": values.mean(axis=0), "low": low, "high": high})
        parts.append(part.rename_axis("month").reset_index().assign(start=name))
    gap = (trust["flourishing"] - trust["collapsed"])[:, -LAST_YEAR:].mean(axis=1)
    mean, low, high = interval(gap)
    answers = {
        "replicates": replicates,
        "gap_month_480": mean,
        "gap_low": low,
        "gap_high": high,
        "regimes": 2 if low > TWO_REGIMES else 1,
    }
    for name in ("collapsed", "flourishing"):
        distance = np.abs((trust[name] - trust["as it was"]).mean(axis=0))
        for what, share in (("half_life", 2), ("tenth", 10)):
            below = np.flatnonzero(distance <= distance[0] / share)
            answers[f"{what}_{name}"] = float(below[0]) if len(below) else float("inf")
    columns = ["month", "start", "mean", "low", "high"]
    return pd.concat(parts, ignore_index=True)[columns], answers


def two_starts_figure(table: pd.DataFrame, answers: dict[str, float]) -> Figure:
    """Return mean trust from the three starts with 90 % bands."""
    figure = blank(9, 4.8)
    panel = figure.subplots()
    colours = {"collapsed": COLOURS[1], "as it was": "0.35", "flourishing": "#009E73"}
    for name, colour in colours.items():
        _draw_band(panel, table[table["start"] == name], colour, name)
    regimes = "one regime" if answers["regimes"] == 1 else "two regimes"
    panel.set_title(
        f"{regimes.capitalize()}: gap in month 480 {answers['gap_month_480']:.3f} "
        f"(95 % {answers['gap_low']:.3f} to {answers['gap_high']:.3f}); half of a scar is healed "
        f"after {answers['half_life_collapsed']:.0f} months",
        fontsize=11,
    )
    panel.set_ylabel("mean trust over all ties (0-1)")
    panel.set_ylim(0, 1)
    panel.legend(frameon=False, title="start")
    figure.supxlabel(
        f"{answers['replicates']:.0f} matched runs of 80 organisations; bands hold 90 % of runs; "
        "illustration, not prediction",
        fontsize=9,
    )
    return figure


def main() -> None:
    """Make all three."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=48)
    parser.add_argument("--out", type=Path, default=Path("results/landmarks"))
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    field, moved = landscape(given.replicates), wave(given.replicates)
    starts, answers = two_starts(given.replicates)
    for name, table, figure in (
        ("landscape", field, landscape_figure(field, given.replicates)),
        ("wave", moved, wave_figure(moved, given.replicates)),
        ("two_starts", starts, two_starts_figure(starts, answers)),
    ):
        table.round(5).to_csv(given.out / f"{name}.csv", index=False)
        save_figure(figure, given.out / f"{name}.png")
    pd.Series(answers, name="value").round(5).to_csv(given.out / "two_starts_answers.csv")


if __name__ == "__main__":
    main()
