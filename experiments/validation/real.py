"""Today's practice in places from real data, in aggregated figures.

Made by `python -m alliances.experiments.validation.real`.

Sizes, ties and grants at the start are those of the data; all behaviour is simulated. No table or
figure names an organisation.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from alliances import ROOT
from alliances.experiments.output.charts import (
    blank,
    draw_mark,
    draw_range,
    headed,
    name_rows,
)
from alliances.experiments.output.figures import COLOURS, INK, PALE, save_figure
from alliances.experiments.runs.months import last_means
from alliances.experiments.validation.networks import (
    OBSERVED,
    STATISTICS,
    network_values,
    real_networks,
    real_range,
)
from alliances.experiments.words.numbers import significant
from alliances.model.measures import MEASURES
from alliances.model.network import CHOSEN
from alliances.model.places.place import data_folder
from alliances.model.places.source import PlaceSource
from alliances.model.scenario import Scenario
from alliances.model.simulation import Result, simulate
from alliances.model.warm import warm

OUT = ROOT / "results" / "real"
PLACES = ("ukcat", "trafford", "bristol", "wetlands")
COMPARED = ("bristol", "wetlands")
RUNS, MONTHS, LAST = 32, 120, 12
WORDS = {
    "ukcat": "80 charities drawn from the UK register",
    "trafford": "bodies with council grants in one English place",
    "bristol": "civic organisations of Bristol",
    "wetlands": "actors of Swiss wetlands management",
}


def run_place(place: PlaceSource, runs: int = RUNS) -> Result:
    """Return today's practice in a place, with measures of its network at the last month."""
    scenario = Scenario(place=place, months=MONTHS)
    return simulate(scenario, runs, measures=CHOSEN, final=False)


def measures_table(results: Mapping[str, Result]) -> pd.DataFrame:
    """Return place x measure: mean over the last year of each run, its median, 5 % and 95 %.

    Runs in which there is nothing to measure are left out: `runs` says of how many it is.
    """
    rows = []
    for place, result in results.items():
        units = {name: measure.unit for name, measure in MEASURES.items()}
        units.update({measure.name: measure.unit for measure in result.measures})
        for name, values in last_means(result, LAST).items():
            there = values[np.isfinite(values)]
            if len(there) == 0:
                continue
            low, median, high = np.quantile(there, (0.05, 0.5, 0.95))
            rows.append(
                {
                    "place": place,
                    "measure": name,
                    "unit": units[name],
                    "runs": len(there),
                    "median": significant(median),
                    "low": significant(low),
                    "high": significant(high),
                }
            )
    return pd.DataFrame(rows)


def networks_table(results: Mapping[str, Result], made_up: Mapping[str, Result]) -> pd.DataFrame:
    """Return the model's networks at the last month beside those observed, and the real range.

    Parameters
    ----------
    results, made_up : mapping of str to Result
        By the observed place: runs in it, and in a synthetic place of its size.
    """
    folder = data_folder()
    if folder is None:
        raise FileNotFoundError("the data sets are not there; set ALLIANCES_DATA to their folder")
    rows = []
    for place, result in results.items():
        seen = real_networks(folder).loc[OBSERVED[place]].to_dict()
        for kind, found in ((place, result), (f"synthetic, as {place}", made_up[place])):
            size = int(seen["n"])
            for name, values in network_values(found).items():
                low, median, high = np.quantile(values, (0.05, 0.5, 0.95))
                least, most, count = real_range(folder, name, size)
                observed = float(seen[STATISTICS[name].column])
                rows.append(
                    {
                        "place": kind,
                        "organisations": size,
                        "statistic": STATISTICS[name].label,
                        "observed": "" if np.isnan(observed) else significant(observed),
                        "median": significant(median),
                        "low": significant(low),
                        "high": significant(high),
                        "real_low": significant(least),
                        "real_high": significant(most),
                        "real_networks": count,
                        "verdict": "inside" if least <= median <= most else "outside",
                    }
                )
    return pd.DataFrame(rows)


def networks_figure(table: pd.DataFrame) -> Figure:
    """Return the model's networks beside the range of real ones, one panel a statistic."""
    figure = blank(9.5, 8.0)
    names = list(dict.fromkeys(table["statistic"]))
    places = list(dict.fromkeys(table["place"]))
    panels = figure.subplots(3, 3, sharey=True).ravel()
    for panel, name in zip(panels, names, strict=True):
        rows = table[table["statistic"] == name].set_index("place")
        for y, place in enumerate(places):
            row = rows.loc[place]
            colour = COLOURS[1] if place.startswith("synthetic") else COLOURS[0]
            panel.barh(y, row["real_high"] - row["real_low"], left=row["real_low"], color=PALE)
            draw_range(panel, y, [row["low"], row["high"]], row["median"], colour)
            if row["observed"] != "":
                draw_mark(panel, y, row["observed"], INK)
        panel.set_title(name[0].upper() + name[1:], loc="left", fontsize=10, color=INK)
        name_rows(panel, places)
        panel.set_xlim(0.0, None)
    headed(
        figure,
        f"Networks after ten years in {RUNS} runs (dot: median; line: 5-95 %) beside the range of\n"
        "real networks of about that size (grey) and the one observed in that place (bar)",
        11,
    )
    return figure


def _results(say: bool) -> Iterator[tuple[str, str, Result]]:
    """Every ensemble: its kind, its place and its result."""
    folder = data_folder()
    for place in PLACES:
        yield "real", place, run_place(PlaceSource(kind="real", real=place))
        if place in COMPARED and folder is not None:
            size = int(real_networks(folder)["n"].to_dict()[OBSERVED[place]])
            yield "made up", place, run_place(PlaceSource(organisations=size))
        if say:
            sys.stdout.write(f"{place}: {WORDS[place]}\n")


def main() -> None:
    """Run all places and write the tables and the figure."""
    options = argparse.ArgumentParser(
        prog="python -m alliances.experiments.validation.real", description=__doc__
    )
    options.add_argument("--out", type=Path, default=OUT, help="folder of the tables and figure")
    given = options.parse_args()
    if data_folder() is None:
        options.error("the data sets are not there; set ALLIANCES_DATA to their folder")
    warm(lambda text: None)
    found: dict[str, dict[str, Result]] = {"real": {}, "made up": {}}
    for kind, place, result in _results(say=True):
        found[kind][place] = result
    given.out.mkdir(parents=True, exist_ok=True)
    measures_table(found["real"]).to_csv(given.out / "measures.csv", index=False)
    compared = {place: found["real"][place] for place in COMPARED}
    networks = networks_table(compared, found["made up"])
    networks.to_csv(given.out / "networks.csv", index=False)
    save_figure(networks_figure(networks), given.out / "networks.png", Title="Networks beside real")
    counts = networks["verdict"].value_counts()
    sys.stdout.write(", ".join(f"{n} {verdict}" for verdict, n in counts.items()) + "\n")


if __name__ == "__main__":
    main()
