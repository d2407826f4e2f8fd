"""Results: tables in one line, questions in SQL, and what is said when there are none."""

import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from alliances.experiments.sweep.plan import Plan
from alliances.experiments.sweep.results import Sweep, parse_run
from alliances.experiments.sweep.runner import Runner, Shard
from alliances.model.input.errors import UserError
from alliances.model.measures import MEASURES

from .conftest import SMALL, Here, read, run

TEXT = "keep = 'yearly'\ngroups = true\n" + SMALL


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    found = tmp_path_factory.mktemp("sweep")
    run(read(TEXT), found)
    return found


@pytest.fixture
def begun(tmp_path):
    """A folder without tables: it was stopped after its first part."""

    def stop(progress):
        raise KeyboardInterrupt

    experiment = read(TEXT)
    with pytest.raises(KeyboardInterrupt):
        Runner(experiment, tmp_path / "out", TEXT, report=stop).run(Here(experiment, 4))
    return tmp_path / "out"


def test_runs_in_one_line(folder):
    runs = Sweep(folder).runs
    assert runs.columns[:7].tolist() == [
        *("run", "point", "world", "reference", "replicate", "targets", "turnover_rate")
    ]
    assert len(runs) == 18
    assert set(MEASURES) < set(runs.columns)
    assert runs.run.tolist() == [f"{p}-{r}" for p in range(6) for r in range(3)]
    assert not runs.id.duplicated().any()


def test_other_tables(folder):
    sweep = Sweep(str(folder))
    assert len(sweep.times) == 18
    assert (sweep.times.month == 11).all()
    assert {"kind", "group", "money_share"} < set(sweep.groups.columns)
    assert sweep.points.reference.tolist() == Plan(read(TEXT)).reference.tolist()
    with pytest.raises(UserError, match="kept no organisations; it has groups, runs, times"):
        sweep.table("organisations")


def test_yearly_means_of_one_year_are_the_final_ones(folder):
    runs, times = Sweep(folder).runs, Sweep(folder).times
    for name in ("trust", "stress", "impact"):
        pd.testing.assert_series_equal(runs[name], times[name])


def test_questions_in_sql(folder):
    sweep = Sweep(folder)
    assert sweep.query("select count(*) as n from runs").n.tolist() == [18]
    text = "select targets, avg(trust) as trust from runs group by targets order by targets"
    means = sweep.runs.groupby("targets").trust.mean()
    assert sweep.query(text).trust.tolist() == pytest.approx(means.tolist())
    joined = "select * from runs join points using (point) join times using (run)"
    assert len(sweep.query(joined)) == 18
    assert set(sweep.query("select distinct kind from groups").kind) == {"band", "sector"}


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("selekt 1", "syntax error"),
        ("select * from organisations", "organisations does not exist"),
        ("select nonsense from runs", "nonsense"),
        ("", "give a question"),
        ("select 1; select 2", "give one at a time"),
    ],
)
def test_questions_that_cannot_be_answered(folder, sql, told):
    with pytest.raises(UserError, match=told):
        Sweep(folder).query(sql)


def test_damaged_tables_are_told(tmp_path):
    run(read(), tmp_path)
    path = tmp_path / "tables" / "runs.parquet"
    path.write_bytes(path.read_bytes()[:-50])
    for ask in (lambda: Sweep(tmp_path).runs, lambda: Sweep(tmp_path).query("select 1 as x")):
        with pytest.raises(UserError, match="`alliances sweep` on this folder puts it together"):
            ask()


def test_somebody_elses_tables_are_told(tmp_path):
    run(read(), tmp_path)
    path = tmp_path / "tables" / "runs.parquet"
    table = pq.read_table(path)
    words = pa.array(["x"] * len(table))
    pq.write_table(table.set_column(table.column_names.index("trust"), "trust", words), path)
    with pytest.raises(UserError, match="trust is no number in each row"):
        _ = Sweep(tmp_path).runs
    twice = [*table.column_names, "point"]
    pq.write_table(pa.Table.from_arrays([*table.columns, table["point"]], twice), path)
    with pytest.raises(UserError, match="a column stands there twice"):
        Sweep(tmp_path).query("select 1 as x")
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "shard": 5}))
    with pytest.raises(UserError, match="shard was 5, no text"):
        Sweep(tmp_path)


def test_no_tables_yet(begun):
    sweep = Sweep(begun)
    for ask in (lambda: sweep.runs, lambda: sweep.query("select * from runs")):
        with pytest.raises(UserError, match="no tables yet; give `alliances sweep` the experiment"):
            ask()
    assert sweep.status() == {"most": 18, "there": 4, "done": 4, "failed": 0, "timed out": 0}
    assert len(sweep.points) == 6


def test_no_folder(tmp_path):
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(UserError, match="is no sweep's folder"):
            Sweep(folder)


@pytest.mark.parametrize("text", ["3", "a-b", "3-", "-3", "6-0", "0-3"])
def test_names_of_runs_that_are_none(text):
    with pytest.raises(UserError, match=r"POINT-REPLICATE|there is no run"):
        parse_run(text, Plan(read()))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("0/3", "number must be from 1 to 3"),
        ("4/3", "number must be from 1 to 3"),
        ("1/0", "NUMBER/COUNT"),
        ("x", "NUMBER/COUNT, such as 3/16"),
        ("1/", "NUMBER/COUNT"),
        ("-1/3", "NUMBER/COUNT"),
        ("1/3/5", "NUMBER/COUNT"),
        ("²/3", "NUMBER/COUNT"),
    ],
)
def test_shards_that_are_none(text, told):
    with pytest.raises(UserError, match=told):
        Shard.parse(text)
