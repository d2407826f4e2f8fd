"""What workers hold: nothing that makes designs or tables of results, and nobody holds it twice."""

import pickle
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

from alliances.experiments.sweep.columns import table
from alliances.experiments.sweep.files import pq_bytes
from alliances.experiments.sweep.plan import Plan, Run
from alliances.experiments.sweep.pool import LocalPool
from alliances.experiments.sweep.runner import Runner
from alliances.experiments.sweep.tables import Tables

from .conftest import ROOT, SMALL, read

SAMPLED = """
name = "sampled"
months = 12
replicates = 1
keep = "yearly"
groups = true
[scenario.place]
organisations = 10
[levers]
targets = { low = 0.0, high = 1.0 }
[design]
method = "latin_hypercube"
points = 4
"""
WORK = """
import pickle, sys
plan = pickle.load(open(sys.argv[1], "rb"))
from alliances.experiments.sweep.plan import Run
from alliances.experiments.sweep.pool import to_bytes
from alliances.experiments.sweep.work import Worker
batch = Worker(plan).do([Run(1, 0), Run(2, 0)])
to_bytes(batch)
print(batch.runs["status"].to_pylist())
print(sorted({"pandas", "scipy.stats", "SALib", "matplotlib", "mesa"} & set(sys.modules)))
"""


def test_a_worker_loads_nothing_that_it_does_not_need(tmp_path):
    file = tmp_path / "plan"
    file.write_bytes(pickle.dumps(Plan(read(SAMPLED))))
    words = [sys.executable, "-c", WORK, str(file)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["['done', 'done']", "[]"], done.stderr


def test_a_plan_that_was_sent_is_the_same_and_leaves_the_place_to_be_read_anew():
    plan = Plan(read(SAMPLED))
    runs = [Run(0, 0), Run(3, 0)]
    identities = plan.identities(runs)
    sent = pickle.loads(pickle.dumps(plan))
    assert "place" not in vars(sent)
    assert sent.values == plan.values
    assert np.array_equal(sent.units, plan.units)
    assert sent.identities(runs) == identities


def test_columns_are_those_that_arrow_makes():
    numbers = np.arange(12.0).reshape(3, 4)[:, 1].copy()
    numbers[1] = np.nan
    columns = {
        "number": numbers,
        "slice": np.arange(12.0).reshape(3, 4)[:, 2],
        "whole": [3, 1, 2],
        "small": np.array([1, 2, 3], np.int32),
        "share": [0.5, 1.0, -2.0],
        "words": ["ä", "", "two words"],
    }
    expected = {**columns, "small": np.array([1, 2, 3], np.int64)}
    assert pq_bytes(table(columns)) == pq_bytes(pa.table(expected))
    assert table({"words": []}).schema.field("words").type == pa.string()


@pytest.mark.slow
def test_workers_are_gone_when_tables_are_put_together(tmp_path, monkeypatch):
    experiment = read()
    pool = LocalPool(Plan(experiment), 1)
    hired = []
    before = Tables.put_together

    def seen(self, index):
        hired.append(len(pool.hands))
        return before(self, index)

    monkeypatch.setattr(Tables, "put_together", seen)
    assert Runner(experiment, tmp_path, SMALL).run(pool).new == 18
    assert hired == [0]
