"""How many runs a comparison needs, and what else it rests on.

Made by `python -m alliances.experiments.validation.replicates`.

Runs that are needed for a given half-width, paired (both scenarios with the same luck) and not;
whether it matters how long a run is, how many organisations a place has, and in which order they
stand in the table. Written to `results/replicates`.
"""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from alliances import ROOT
from alliances.experiments.analysis.enough import runs_needed
from alliances.experiments.cases.choose import find_scenario
from alliances.experiments.output.charts import blank, headed, name_rows
from alliances.experiments.output.figures import COLOURS, save_figure
from alliances.experiments.runs.comparison import Effect
from alliances.experiments.runs.interval import half_width
from alliances.experiments.runs.months import mean_over
from alliances.experiments.words.numbers import significant
from alliances.model.measures import HEADLINES, MEASURES
from alliances.model.places.place import Place
from alliances.model.places.source import PlaceSource
from alliances.model.scenario import Scenario
from alliances.model.simulation import simulate
from alliances.model.warm import warm

OUT = ROOT / "results" / "replicates"
RUNS = 256
HALF_WIDTHS = (0.01, 0.02, 0.05)
YEAR = 12
YEARS = (5, 10, 20)
SIZES: Mapping[int, int] = {20: 128, 80: 128, 320: 32, 1280: 16}  # organisations: runs
CASE = "alliance-with-connectors"
# Levers that touch little of a run, levers that touch most of it, and a whole case.
PAIRS: Mapping[str, Mapping[str, Any]] = {
    "connectors = 3": {"connectors": 3},
    "competition = 0.8": {"competition": 0.8},
    "targets = 0.9": {"targets": 0.9},
    "core_share = 0.8": {"core_share": 0.8},
}
SHARES = tuple(name for name in HEADLINES if name != "closures")  # measures between 0 and 1


def arms() -> dict[str, Scenario]:
    """Return what today's practice is compared with, by name."""
    today = Scenario()
    found = {name: today.with_values(**levers) for name, levers in PAIRS.items()}
    return {**found, CASE: find_scenario(CASE)}


def yearly(
    scenario: Scenario, runs: int, months: int, ends: tuple[int, ...], place: Place | None = None
) -> dict[tuple[str, int], np.ndarray]:
    """Return each run's mean over the years that end after some months, by measure and year."""
    values = simulate(scenario, runs, months=months, final=False, place=place).values
    return {
        (name, end // YEAR): mean_over(values[:, end - YEAR : end], name)
        for name in SHARES
        for end in ends
    }


def replicates_table(runs: int = RUNS) -> pd.DataFrame:
    """Return measure x comparison: spread of the difference, and runs that half-widths need.

    Returns
    -------
    DataFrame
        measure, comparison (with today's practice), runs, difference, sd_paired (of the difference
        with the same luck), sd_unpaired (with different luck), gain (variance unpaired / paired:
        so many times fewer runs), and for each half-width of the 95 % interval the runs of each
        scenario that are needed, paired and unpaired.
    """
    ends = (10 * YEAR,)
    today = yearly(Scenario(), runs, 120, ends)
    rows = []
    for name, scenario in arms().items():
        other = yearly(scenario, runs, 120, ends)
        for measure in SHARES:
            effect = Effect(MEASURES[measure], today[measure, 10], other[measure, 10])
            here = effect.measured
            a, b = effect.a[here], effect.b[here]
            paired = float((b - a).var(ddof=1))
            apart = float(a.var(ddof=1) + b.var(ddof=1))
            row: dict[str, Any] = {
                "measure": measure,
                "comparison": name,
                "runs": len(a),
                "difference": significant(float((b - a).mean())),
                "sd_paired": significant(paired**0.5),
                "sd_unpaired": significant(apart**0.5),
                "gain": significant(apart / paired) if paired > 0.0 else np.nan,
            }
            for width in HALF_WIDTHS:
                row[f"paired_{width:g}"] = runs_needed(paired, width, lambda count: count)
                row[f"unpaired_{width:g}"] = runs_needed(apart, width, lambda count: 2 * count - 1)
            rows.append(row)
    return pd.DataFrame(rows)


def length_table(runs: int = RUNS // 2) -> pd.DataFrame:
    """Return measure x year: mean and spread today, and what each comparison changes by then."""
    ends = tuple(year * YEAR for year in YEARS)
    today = yearly(Scenario(), runs, ends[-1], ends)
    others = {name: yearly(scenario, runs, ends[-1], ends) for name, scenario in arms().items()}
    rows = []
    for measure in SHARES:
        for year in YEARS:
            row: dict[str, Any] = {"measure": measure, "year": year, **_told(today[measure, year])}
            row.update(_gap("since year 10", today[measure, 10], today[measure, year]))
            for name, other in others.items():
                row.update(_gap(name, today[measure, year], other[measure, year]))
            rows.append(row)
    return pd.DataFrame(rows)


def bodies_table(runs: int = RUNS // 2) -> pd.DataFrame:
    """Return year: how many organisations there are today, and what share comes and goes a year.

    Returns
    -------
    DataFrame
        year, organisations, founded, closed, merged (shares of the organisations, a year).
    """
    ends = tuple(year * YEAR for year in YEARS)
    values = simulate(Scenario(), runs, months=ends[-1], final=False).values
    rows = []
    for end in ends:
        year = values[:, end - YEAR : end]
        bodies = float(year["organisations"].mean())
        row = {"year": end // YEAR, "organisations": significant(bodies)}
        for name, measure in (
            ("founded", "founded"),
            ("closed", "closures"),
            ("merged", "mergers"),
        ):
            row[name] = significant(YEAR * float(year[measure].mean()) / bodies)
        rows.append(row)
    return pd.DataFrame(rows)


def size_table(sizes: Mapping[int, int] = SIZES) -> pd.DataFrame:
    """Return measure x organisations of the place: mean, spread, and what competition changes."""
    ends = (10 * YEAR,)
    rows = []
    for organisations, runs in sizes.items():
        place = PlaceSource(organisations=organisations).make()
        today = yearly(Scenario(), runs, 120, ends, place)
        name = "competition = 0.8"
        other = yearly(arms()[name], runs, 120, ends, place)
        for measure in SHARES:
            row: dict[str, Any] = {"measure": measure, "organisations": organisations, "runs": runs}
            row.update(_told(today[measure, 10]))
            row.update(_gap(name, today[measure, 10], other[measure, 10]))
            rows.append(row)
    table = pd.DataFrame(rows)
    return table.sort_values("measure", key=lambda c: c.map(SHARES.index), kind="stable")


def order_table(runs: int = RUNS // 2) -> pd.DataFrame:
    """Return measure: the place as it is, and with its rows shuffled, in matched runs."""
    ends = (10 * YEAR,)
    place = PlaceSource().make()
    one = yearly(Scenario(), runs, 120, ends, place)
    two = yearly(Scenario(), runs, 120, ends, shuffled(place, 1))
    rows = []
    for measure in SHARES:
        a, b = one[measure, 10], two[measure, 10]
        rows.append(
            {
                "measure": measure,
                **_told(a),
                **_gap("shuffled", a, b),
                "runs_that_differ": int((a != b).sum()),
                "runs": runs,
            }
        )
    return pd.DataFrame(rows)


def shuffled(place: Place, seed: int) -> Place:
    """Return a place of one locality, without ties and grants, with its rows in another order."""
    order = np.random.default_rng(seed).permutation(place.size)
    columns = (
        *("uid", "body", "sector", "band", "income", "inert", "expertise", "mission"),
        *("openness", "mutuality", "dominance", "reserves_months"),
    )
    return replace(
        place,
        names=tuple(place.names[k] for k in order),
        **{name: getattr(place, name)[order] for name in columns},
    )


def _told(values: np.ndarray) -> dict[str, float]:
    there = values[np.isfinite(values)]
    return {"mean": significant(float(there.mean())), "sd": significant(float(there.std(ddof=1)))}


def _gap(name: str, a: np.ndarray, b: np.ndarray) -> dict[str, float]:
    """Mean difference in matched runs and the half-width of its 95 % interval."""
    off = b - a
    return {name: significant(float(np.nanmean(off))), f"{name} ±": significant(half_width(off))}


def gain_figure(table: pd.DataFrame) -> Figure:
    """Return the spread of differences, paired and not, one row a measure and comparison."""
    names = list(dict.fromkeys(table["comparison"]))
    figure = blank(9.0, 1.2 + 0.22 * len(table))
    panel = figure.subplots()
    labels = []
    ordered = table.iloc[np.lexsort((table["comparison"].map(names.index), table["measure"]))]
    for y, row in enumerate(ordered.to_dict("records")):
        ends = [row["sd_paired"], row["sd_unpaired"]]
        panel.plot(ends, [y, y], color="#BBBBBB", linewidth=1)
        for at, colour in zip(ends, COLOURS, strict=True):
            panel.plot(at, y, "o", color=colour, markersize=5)
        labels.append(f"{MEASURES[row['measure']].label}, {row['comparison']}")
    name_rows(panel, labels, 8)
    panel.set_xlim(0.0, None)
    panel.set_xlabel("standard deviation of the difference between two runs")
    headed(
        figure,
        "Difference to today's practice in year ten: with the same luck (blue), with different "
        "luck (orange)",
    )
    return figure


def _page(tables: Mapping[str, pd.DataFrame]) -> str:
    needed, length, size, order = (tables[k] for k in ("replicates", "length", "size", "order"))
    widths = HALF_WIDTHS[1]
    least, most = needed["gain"].min(), needed["gain"].max()
    weak = int((needed["gain"] < 1.1).sum())
    last = length[length["year"] == YEARS[-1]].set_index("measure")
    moving = [
        f"{MEASURES[str(name)].label} ({row['since year 10']:+.3f})"
        for name, row in last.iterrows()
        if abs(row["since year 10"]) > max(row["since year 10 ±"], 0.01)
    ]
    means = size.pivot_table(index="measure", columns="organisations", values="mean", sort=False)
    by_size = [
        f"{MEASURES[str(name)].label} ({', '.join(f'{v:.3g}' for v in row)})"
        for name, row in means.iterrows()
        if row.max() - row.min() > 0.05
    ]
    differ = int(order["runs_that_differ"].max())
    words = (
        f"Shuffled rows change nothing: all {order['runs'].iloc[0]} runs are the same to the last "
        "bit. Who acts first in a month is drawn by keyed numbers, not by place in the table."
        if differ == 0
        else f"With shuffled rows up to {differ} of {order['runs'].iloc[0]} matched runs differ; "
        f"the largest mean difference is {order['shuffled'].abs().max():.3g} "
        f"(half-widths up to {order['shuffled ±'].max():.3g})."
    )
    return "\n".join(
        [
            "# How many runs, how long, how large, in which order",
            "",
            "Made by `python -m alliances.experiments.validation.replicates`. Measures are means "
            "over a year; places have 80 organisations unless said otherwise.",
            "",
            "## Runs that a comparison needs",
            "",
            f"`replicates.csv`: {needed['runs'].max()} runs of each scenario. For a half-width of "
            f"{widths:g} of the 95 % interval a paired comparison needs "
            f"{needed[f'paired_{widths:g}'].median():.0f} matched runs in the median of measures "
            f"and comparisons, {needed[f'paired_{widths:g}'].max():,.0f} at most; unpaired "
            f"{needed[f'unpaired_{widths:g}'].median():.0f} and "
            f"{needed[f'unpaired_{widths:g}'].max():,.0f} of each scenario. Common random numbers "
            f"save a factor of {needed['gain'].median():.2g} in the median, from {least:.2g} to "
            f"{most:.2g}; in {weak} of {len(needed)} cases less than a tenth is gained.",
            "",
            "![Spread of differences, with the same luck and with different luck](replicates.png)",
            "",
            "## Length of a run",
            "",
            "`length.csv`: years five, ten and twenty. From year ten to year twenty these move by "
            f"more than .01 and more than luck: {'; '.join(moving) or 'none'}. Effects at each "
            "year stand beside their half-widths.",
            "",
            f"`bodies.csv`: {_bodies(tables['bodies'])}",
            "",
            "## Organisations of a place",
            "",
            f"`size.csv`: places of {', '.join(f'{k:,}' for k in size['organisations'].unique())} "
            "organisations. Means that differ by more than .05 between sizes: "
            f"{'; '.join(by_size) or 'none'}.",
            "",
            "## Order of the table",
            "",
            f"`order.csv`: {words}",
            "",
        ]
    )


def _bodies(table: pd.DataFrame) -> str:
    first, last = table.iloc[0], table.iloc[-1]
    rates = {
        name: f"{100.0 * table[name].mean():.1f} %" for name in ("founded", "closed", "merged")
    }
    way = "shrinks" if last["organisations"] < first["organisations"] else "grows"
    return (
        f"the place {way} from {first['organisations']:.0f} organisations in year "
        f"{first['year']:.0f} to {last['organisations']:.0f} in year {last['year']:.0f}: in a year "
        f"{rates['closed']} close and {rates['merged']} merge, and new ones are {rates['founded']} "
        "of those there are. What the place needs stays as it was, so impact moves with that; for "
        "horizons beyond ten years read differences, not levels."
    )


def main() -> None:
    """Run everything and write tables, figure and page."""
    options = argparse.ArgumentParser(
        prog="python -m alliances.experiments.validation.replicates", description=__doc__
    )
    options.add_argument("--out", type=Path, default=OUT, help="folder of the tables and figure")
    given = options.parse_args()
    warm(lambda text: None)
    tables = {
        "replicates": replicates_table(),
        "length": length_table(),
        "bodies": bodies_table(),
        "size": size_table(),
        "order": order_table(),
    }
    given.out.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.to_csv(given.out / f"{name}.csv", index=False)
    figure = gain_figure(tables["replicates"])
    save_figure(figure, given.out / "replicates.png", Title="Runs that a comparison needs")
    (given.out / "README.md").write_text(_page(tables), encoding="utf-8")
    sys.stdout.write(f"{given.out / 'README.md'}\n")


if __name__ == "__main__":
    main()
