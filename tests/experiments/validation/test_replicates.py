"""Runs that comparisons need, and what else a result may rest on."""

import numpy as np
import pytest

from alliances import PlaceSource, Scenario, simulate
from alliances.experiments.validation import replicates
from alliances.experiments.validation.replicates import SHARES, arms


@pytest.fixture(scope="module")
def needed():
    return replicates.replicates_table(6)


def test_every_measure_and_comparison_has_a_row(needed):
    assert len(needed) == len(SHARES) * len(arms())
    assert (needed["sd_unpaired"] > 0.0).all()


def test_runs_needed_follow_from_the_spread(needed):
    for row in needed.to_dict("records"):
        for kind in ("paired", "unpaired"):
            few, some, many = (row[f"{kind}_{width:g}"] for width in (0.05, 0.02, 0.01))
            assert 2 <= few <= some <= many
            # Normal theory, for numbers of runs at which Student's t is close to it.
            if many > 100:
                wanted = (1.96 * row[f"sd_{kind}"] / 0.01) ** 2
                assert many == pytest.approx(wanted, rel=0.05)
        if row["sd_paired"] > 0.0:
            gain = (row["sd_unpaired"] / row["sd_paired"]) ** 2
            assert row["gain"] == pytest.approx(gain, rel=2e-3)


def test_same_luck_gains_in_most_comparisons():
    table = replicates.replicates_table(12).set_index(["measure", "comparison"])
    assert table["gain"].median() > 1.0


def test_length_and_size_tables_have_what_they_say():
    length = replicates.length_table(3)
    assert set(length["year"]) == set(replicates.YEARS)
    assert (length.loc[length["year"] == 10, "since year 10"] == 0.0).all()
    size = replicates.size_table({10: 3, 20: 2})
    assert list(size["measure"]) == [name for name in SHARES for _ in range(2)]
    assert list(size["runs"][:2]) == [3, 2]


def test_bodies_are_counted_from_the_runs():
    table = replicates.bodies_table(3).set_index("year")
    values = simulate(Scenario(), 3, months=240, final=False).values[:, 108:120]
    bodies = values["organisations"].mean()
    assert table.loc[10, "organisations"] == pytest.approx(bodies, rel=1e-3)
    for name, measure in (("founded", "founded"), ("closed", "closures"), ("merged", "mergers")):
        expected = 12.0 * values[measure].mean() / bodies
        assert table.loc[10, name] == pytest.approx(expected, rel=1e-3)


def test_shuffled_place_has_the_same_organisations_in_another_order():
    place = PlaceSource(organisations=30).make()
    other = replicates.shuffled(place, 1)
    assert list(other.uid) != list(place.uid)
    order = np.argsort(other.uid)
    before = np.argsort(place.uid)
    for name in ("income", "sector", "band", "body"):
        assert (getattr(other, name)[order] == getattr(place, name)[before]).all()
    assert [other.names[k] for k in order] == [place.names[k] for k in before]


def test_order_table_compares_matched_runs():
    table = replicates.order_table(2)
    assert list(table["measure"]) == list(SHARES)
    assert (table["runs"] == 2).all()


def test_main_writes_tables_figure_and_page(tmp_path, monkeypatch):
    monkeypatch.setattr(replicates, "SIZES", {10: 2})
    small = {"replicates_table": 3, "length_table": 3, "bodies_table": 2, "order_table": 2}
    for name, runs in small.items():
        table = getattr(replicates, name)(runs)
        monkeypatch.setattr(replicates, name, lambda table=table: table)
    size = replicates.size_table({10: 2, 20: 2})
    monkeypatch.setattr(replicates, "size_table", lambda: size)
    monkeypatch.setattr("sys.argv", ["replicates", "--out", str(tmp_path)])
    replicates.main()
    names = {path.name for path in tmp_path.iterdir()}
    tables = {f"{name}.csv" for name in ("replicates", "length", "bodies", "size", "order")}
    assert names == {*tables, "replicates.png", "README.md"}
    assert "half-width of 0.02" in (tmp_path / "README.md").read_text()
