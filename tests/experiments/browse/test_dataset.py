"""A sweep's folder or a table, opened and asked."""

import os

import numpy as np
import pandas as pd
import pytest

from alliances.experiments.browse import dataset as opened_module
from alliances.experiments.browse.dataset import SETTING, Condition, Dataset, Request, open_dataset
from alliances.experiments.browse.library import LibraryItem
from alliances.experiments.browse.query import ask, default_request
from alliances.experiments.sweep.reading import parse_experiment
from alliances.experiments.sweep.runner import Runner
from alliances.model.input.errors import UserError
from tests.experiments.sweep.conftest import Here

SMALL = """\
name = "trial"
question = "What if?"
months = 12
replicates = 3
groups = true
[scenario.place]
organisations = 8
[levers]
targets = [0.0, 1.0]
connectors = [0, 2]
[worlds]
turnover = [0.1, 0.3]
"""


@pytest.fixture(scope="module")
def sweep(tmp_path_factory) -> Dataset:
    folder = tmp_path_factory.mktemp("runs") / "trial"
    experiment = parse_experiment(SMALL, base=folder, source="FILE")
    Runner(experiment, folder, SMALL).run(Here(experiment))
    return Dataset(LibraryItem("runs/trial", folder, "sweep"))


@pytest.fixture
def table(tmp_path):
    def make(text: str) -> Dataset:
        path = tmp_path / "table.csv"
        path.write_text(text)
        return Dataset(LibraryItem("results/table.csv", path, "table"))

    return make


def test_a_sweep_says_what_it_is(sweep):
    about = dict(sweep.about())
    assert about["Experiment"] == "trial"
    assert about["Question"] == "What if?"
    assert sweep.tables == ("runs", "groups")
    assert sweep.factors[2] == "turnover_rate"  # levers first
    assert set(sweep.factors) == {"connectors", "targets", "turnover_rate"}
    assert sweep.is_compared


def test_columns_that_number_rows_cannot_be_asked_for(sweep):
    names = {column.name for column in sweep.columns("runs")}
    assert {SETTING, "connectors", "world", "net_impact"} <= names
    assert not {"run", "point", "status", "traceback", "replicate"} & names


def test_means_are_those_of_the_runs(sweep):
    found = ask(sweep, Request("runs", "net_impact", "connectors"))
    runs = sweep.sweep.runs
    expected = runs.groupby("connectors")["net_impact"].mean()
    np.testing.assert_allclose(found.table["mean"], expected)
    assert found.table["rows"].tolist() == runs.groupby("connectors").size().tolist()
    assert found.is_line
    assert found.interval == "luck"


def test_runs_of_one_luck_count_once(sweep):
    found = ask(sweep, Request("runs", "net_impact", "")).table.iloc[0]
    by_luck = sweep.sweep.runs.groupby("replicate")["net_impact"].mean()
    half = 4.302653 * by_luck.std(ddof=1) / np.sqrt(3)  # Student's t with two degrees of freedom
    assert found["high"] - found["low"] == pytest.approx(2 * half)


def test_against_the_reference_is_with_the_same_luck(sweep):
    request = Request("runs", "net_impact", SETTING, against=True)
    found = ask(sweep, request).table.set_index("along")
    runs = sweep.sweep.runs.set_index(["point", "replicate"])["net_impact"]
    points = sweep.points.set_index("point")
    differences: dict[str, list[float]] = {}
    for (point, replicate), value in runs.items():
        reference = points.loc[point, "reference"]
        if reference != point:
            told = sweep.settings[point]
            differences.setdefault(told, []).append(value - runs[reference, replicate])
    assert set(found.index) == set(differences)
    for told, values in differences.items():
        assert found.loc[told, "mean"] == pytest.approx(np.mean(values))


def test_settings_say_what_differs(sweep):
    told = set(sweep.settings)
    assert "as the reference" in told
    assert any("connectors = 2" in text for text in told)
    assert not any("turnover" in text for text in told)


def test_conditions_keep_rows(sweep):
    request = Request(
        "runs", "net_impact", "connectors", "", (Condition("connectors", "at least", "1"),)
    )
    assert ask(sweep, request).table["along"].tolist() == [2]
    request = Request("runs", "net_impact", "", "", (Condition("connectors", "is", "0"),))
    zero = sweep.sweep.runs.query("connectors == 0")["net_impact"]
    assert ask(sweep, request).table["mean"].iloc[0] == pytest.approx(zero.mean())
    with pytest.raises(UserError, match="no row is left"):
        ask(sweep, Request("runs", "net_impact", "", "", (Condition("connectors", "is", "9"),)))
    condition = Condition("connectors", "at most", "lots")
    with pytest.raises(UserError, match="'lots' is no number"):
        ask(sweep, Request("runs", "net_impact", "", "", (condition,)))


def test_groups_are_not_mixed(sweep):
    request = default_request(sweep, "groups")
    assert request.conditions == (Condition("kind", "is", "band"),)
    assert request.along == "group"
    assert "micro" in ask(sweep, request).table["along"].tolist()


def test_a_damaged_or_unfinished_sweep_is_told(tmp_path, sweep):
    folder = tmp_path / "damaged"
    (folder / "tables").mkdir(parents=True)
    for name in ("manifest.json", "points.parquet"):
        (folder / name).write_bytes((sweep.item.path / name).read_bytes())
    with pytest.raises(UserError, match="no tables yet"):
        Dataset(LibraryItem("runs/damaged", folder, "sweep"))
    (folder / "tables" / "runs.parquet").write_bytes(b"no table")
    whole = Dataset(LibraryItem("runs/damaged", folder, "sweep"))
    with pytest.raises(UserError, match="is damaged"):
        whole.columns("runs")


def test_a_table_that_is_too_large_is_refused(sweep, monkeypatch):
    monkeypatch.setattr(opened_module, "MOST_ROWS", 5)
    with pytest.raises(UserError, match="at most 5 are looked at"):
        ask(sweep, Request("runs", "net_impact", "connectors"))


def test_rows_without_a_group_are_left_out_or_told(table):
    with pytest.raises(UserError, match="no row has a value in that column"):
        ask(table("group,value\n,1\n,2\n"), Request("table", "value", "group"))
    found = ask(table("group,value\na,1\n,2\n"), Request("table", "value", "group"))
    assert (found.rows, found.table["along"].tolist()) == (1, ["a"])


def test_many_numbers_are_put_into_bins(table):
    rows = "\n".join(f"{k / 100},{k}" for k in range(100))
    found = ask(table(f"x,value\n{rows}\n"), Request("table", "value", "x"))
    assert found.binned
    assert len(found.table) == 10
    assert found.table["rows"].tolist() == [10] * 10


def test_intervals_of_a_table_are_its_own(table):
    whole = table("place,mean,low,high\na,2,1,3\nb,5,4,6\n")
    found = ask(whole, Request("table", "mean", "place"))
    assert found.interval == "table"
    assert found.table[["low", "high"]].to_numpy().tolist() == [[4.0, 6.0], [1.0, 3.0]]


def test_numbers_of_different_things_are_not_mixed(table):
    whole = table("measure,place,value\ntrust,a,1\nmoney,a,100\ntrust,b,3\n")
    request = default_request(whole, "table")
    assert request.conditions == (Condition("measure", "is", "money"),)
    assert request.along == "place"


def test_too_many_lines_and_groups_are_refused(table):
    rows = "\n".join(f"a{k},{k}" for k in range(300))
    whole = table(f"name,value\n{rows}\n")
    with pytest.raises(UserError, match="at most 6 lines"):
        ask(whole, Request("table", "value", "", "name"))
    with pytest.raises(UserError, match="at most 200 are shown"):
        ask(whole, Request("table", "value", "name"))


def test_what_is_no_table_is_told(table):
    with pytest.raises(UserError, match="no column of numbers"):
        default_request(table("a,b\nx,y\n"), "table")
    with pytest.raises(UserError, match="cannot be read as a table"):
        table("").columns("table")


def test_a_changed_table_is_read_again(tmp_path):
    path = tmp_path / "table.csv"
    item = LibraryItem("results/table.csv", path, "table")
    pd.DataFrame({"value": [1.0, 2.0]}).to_csv(path, index=False)
    first = open_dataset(item)
    assert open_dataset(item) is first
    pd.DataFrame({"value": [5.0]}).to_csv(path, index=False)
    os.utime(path, (1, 1))
    assert open_dataset(item).rows("table") == 1
    path.unlink()
    with pytest.raises(UserError, match="not there any more"):
        open_dataset(item)
