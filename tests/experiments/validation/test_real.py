"""Real places in aggregated figures only."""

import pandas as pd
import pytest

from alliances import MEASURES, PlaceSource
from alliances.experiments.validation import real
from alliances.experiments.validation.networks import STATISTICS
from alliances.model.network import CHOSEN
from alliances.model.places.place import data_folder
from alliances.model.places.real import real_place

FOLDER = real.OUT


def test_measures_table_of_a_small_ensemble():
    result = real.run_place(PlaceSource(organisations=30), runs=3)
    table = real.measures_table({"here": result})
    assert set(table["measure"]) <= set(MEASURES) | {measure.name for measure in CHOSEN}
    assert {"trust_familiar", "impact", "modularity"} <= set(table["measure"])
    assert table["runs"].between(1, 3).all()
    assert (table["low"] <= table["median"]).all()
    assert (table["median"] <= table["high"]).all()


def test_figure_has_a_panel_a_statistic():
    row = {"observed": "", "median": 0.2, "low": 0.1, "high": 0.3, "real_low": 0, "real_high": 1}
    labels = [statistic.label for statistic in STATISTICS.values()]
    places = ("bristol", "synthetic, as bristol")
    rows = [{**row, "place": place, "statistic": name} for place in places for name in labels]
    figure = real.networks_figure(pd.DataFrame(rows))
    assert len(figure.axes) == len(labels)


def test_kept_tables_hold_places_only():
    networks = pd.read_csv(FOLDER / "networks.csv")
    assert set(networks["place"]) == {
        *real.COMPARED,
        *(f"synthetic, as {place}" for place in real.COMPARED),
    }
    assert set(pd.read_csv(FOLDER / "measures.csv")["place"]) == set(real.PLACES)


@pytest.mark.skipif(data_folder() is None, reason="the data sets are not there")
def test_networks_table_beside_observed():
    runs = real.run_place(PlaceSource(kind="real", real="wetlands"), runs=2)
    table = real.networks_table({"wetlands": runs}, {"wetlands": runs})
    assert len(table) == 2 * len(STATISTICS)
    density = table[table["statistic"] == "density"].iloc[0]
    assert density["observed"] == pytest.approx(0.0911, abs=1e-4)
    names = set(real_place("wetlands").names)
    assert not names & set(table.astype(str).to_numpy().ravel())
