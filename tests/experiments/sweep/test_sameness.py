"""However a sweep is run, and whoever runs it, the same bytes come of it."""

import itertools
import warnings
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from alliances.experiments.runs.months import last_means
from alliances.experiments.sweep.cluster import DaskCluster
from alliances.experiments.sweep.files import StoreError
from alliances.experiments.sweep.index import run_at
from alliances.experiments.sweep.merge import merge
from alliances.experiments.sweep.plan import Plan, Run
from alliances.experiments.sweep.pool import from_bytes, to_bytes
from alliances.experiments.sweep.results import Sweep
from alliances.experiments.sweep.runner import Runner, Shard, missing_runs, wanted_runs
from alliances.experiments.sweep.store import Store
from alliances.experiments.sweep.work import Worker
from alliances.model.input.errors import UserError
from alliances.model.simulation import simulate
from tests.waiting import PATIENCE

from .conftest import SMALL, Here, contents, read, run, stored

RULE = "stop = { half_width = { stress = 0.01 }, minimum = 4, maximum = 12, block = 4 }"
KEPT = "keep = 'monthly'\ngroups = true\norganisations = true\nown = 'own.py'\n"
TEXT = KEPT + SMALL
STOPPED = KEPT + SMALL.replace("replicates = 3", RULE)


@pytest.fixture
def measures(own) -> Path:
    return own("if snapshot.state.params['targets'][-1] == 1.0: raise ValueError('odd')")


def whole(text: str, tmp_path: Path) -> dict[str, bytes]:
    run(read(text, tmp_path), tmp_path / "whole")
    return contents(tmp_path / "whole")


def test_values_are_those_of_the_model(tmp_path):
    experiment = read("seed = 5\n" + SMALL)
    run(experiment, tmp_path)
    plan, runs = Plan(experiment), Sweep(tmp_path).runs
    for point in range(len(plan)):
        result = simulate(plan.scenario(point), 3, seed=5, final=False)
        for name, values in last_means(result, 12).items():
            here = runs[runs.point == point].sort_values("replicate")
            np.testing.assert_array_equal(here[name], values, err_msg=f"{point} {name}")


def test_a_base_with_a_timeline_is_run_as_it_is(tmp_path):
    text = SMALL.replace(
        "[scenario.place]",
        "[[scenario.timeline]]\nmonth = 3\nset = { funding_cut = 0.5 }\n[scenario.place]",
    )
    experiment = read(text.replace("months = 12", "months = 12\nlast = 6"))
    run(experiment, tmp_path)
    result = simulate(Plan(experiment).scenario(4), [2], final=False)
    runs = Sweep(tmp_path).runs.set_index("run")
    for name, values in last_means(result, 6).items():
        assert runs.loc["4-2", name] == values[0] or np.isnan(values[0])


@pytest.mark.parametrize("most", [1, 5])
@pytest.mark.parametrize("text", [TEXT, STOPPED])
def test_size_of_tasks_does_not_matter(text, most, measures, tmp_path):
    run(read(text, tmp_path), tmp_path / "other", most)
    assert contents(tmp_path / "other") == whole(text, tmp_path)


def test_in_how_many_pieces_tables_are_put_together_does_not_matter(tmp_path, monkeypatch):
    """Values, that is: pieces are bounds of memory, and the same for the same sweep."""
    run(read(TEXT.replace("own = 'own.py'\n", "")), tmp_path / "one")
    monkeypatch.setattr("alliances.experiments.sweep.tables.NUMBERS_AT_ONCE", 20_000)
    run(read(TEXT.replace("own = 'own.py'\n", "")), tmp_path / "two", 5)
    for table in ("runs", "times", "groups", "organisations"):
        one, two = (Sweep(tmp_path / name).table(table) for name in ("one", "two"))
        assert one.equals(two)


@pytest.mark.slow
def test_one_worker_two_and_none(measures, tmp_path):
    expected = whole(TEXT, tmp_path)
    for workers in (1, 2):
        out = tmp_path / str(workers)
        progress = Runner(read(TEXT, tmp_path), out, TEXT).run(workers=workers)
        assert (progress.there, progress.failed) == (18, 6)
        assert contents(out) == expected


@pytest.mark.parametrize("text", [TEXT, STOPPED])
@pytest.mark.parametrize("count", [3, 8])
def test_shards_merged_are_the_whole(text, count, measures, tmp_path):
    expected = whole(text, tmp_path)
    experiment = read(text, tmp_path)
    folders = []
    for number in range(1, count + 1):
        folders.append(tmp_path / f"shard {number}")
        runner = Runner(experiment, folders[-1], text, shard=Shard(number, count))
        runner.run(Here(experiment, number + 1))
    there, missing = merge(folders, tmp_path / "merged")
    assert missing == 0
    assert contents(tmp_path / "merged") == expected
    assert there == len(Sweep(tmp_path / "whole").runs)
    assert merge(folders, tmp_path / "merged") == (there, 0)  # and again
    assert run(experiment, tmp_path / "merged").new == 0


def test_shards_divide_the_points_and_share_references():
    plan = Plan(read())
    shards = [Shard(number, 3).points(plan).tolist() for number in (1, 2, 3)]
    assert set().union(*shards) == set(range(6))
    for points in shards:
        assert all(plan.reference[p] in points for p in points)
    own = [[p for p in points if plan.reference[p] != p] for points in shards]
    assert sorted(itertools.chain(*own)) == [p for p in range(6) if plan.reference[p] != p]
    alone = Plan(read("paired = false\n" + SMALL))
    dealt = [Shard(number, 4).points(alone).tolist() for number in (1, 2, 3, 4)]
    assert sorted(itertools.chain(*dealt)) == list(range(6))


def test_merging_too_few_shards_says_what_is_missing(tmp_path):
    experiment = read()
    Runner(experiment, tmp_path / "1", SMALL, shard=Shard(1, 3)).run(Here(experiment))
    there, missing = merge([tmp_path / "1"], tmp_path / "out")
    assert there + missing == 18
    assert missing > 0
    assert run(experiment, tmp_path / "out").new == missing


def test_shards_whose_tasks_look_alike_lose_nothing(tmp_path):
    """Same first and last run, same length, other runs between: both parts are kept."""
    experiment = read(SMALL.replace("replicates = 3", "replicates = 2"))
    plan = Plan(experiment)
    stores = [Store(tmp_path / name, plan) for name in ("a", "b")]
    runs = [run_at(key) for key in missing_runs(np.full(6, 2), stores[0].parts.index())]
    worker = Worker(plan)
    for store, middle in zip(stores, (runs[1:3], runs[3:5]), strict=True):
        with store.locked():
            store.begin(SMALL)
            store.add(worker.do([runs[0], *middle, runs[5]]))
    merge([store.folder for store in stores], tmp_path / "out")
    assert len(Sweep(tmp_path / "out").runs) == 6


def test_a_result_counts_more_than_another_shards_failure(tmp_path, own):
    """Both ran the same reference; in one of them it failed."""
    from alliances.experiments.sweep.work import TIMED_OUT, failed_batch

    experiment = read()
    plan, worker = Plan(experiment), Worker(Plan(experiment))
    stores = [Store(tmp_path / name, plan) for name in ("a", "b")]
    one = run_at(missing_runs(np.full(6, 1), stores[0].parts.index())[0])
    batches = worker.do([one]), failed_batch(plan, one, 2, TIMED_OUT, "slow")
    for store, batch in zip(stores, batches, strict=True):
        with store.locked():
            store.begin(SMALL)
            store.add(batch)
    for order in (stores, stores[::-1]):
        out = tmp_path / f"from {order[0].folder.name}"
        merge([store.folder for store in order], out)
        assert Sweep(out).runs.status.tolist() == ["done"]


def test_only_shards_of_one_experiment_are_merged(tmp_path):
    run(read(), tmp_path / "a")
    run(read(SMALL.replace("replicates = 3", "replicates = 2")), tmp_path / "b")
    with pytest.raises(
        UserError, match=r"b and .*a differ in their experiment; only shards of one"
    ):
        merge([tmp_path / "a", tmp_path / "b"], tmp_path / "out")
    with pytest.raises(StoreError, match=r"no manifest\.json"):
        merge([tmp_path / "a", tmp_path], tmp_path / "out")
    with pytest.raises(UserError, match="one or more"):
        merge([], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_damaged_shard_is_told(tmp_path):
    run(read(), tmp_path / "a")
    path = next((tmp_path / "a" / "parts").iterdir())
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(StoreError, match=r"in .*a is damaged"):
        merge([tmp_path / "a"], tmp_path / "out")
    run(read(), tmp_path / "a")
    assert merge([tmp_path / "a"], tmp_path / "out") == (18, 0)


def test_batches_are_sent_as_they_are(tmp_path):
    experiment = read(TEXT.replace("own = 'own.py'\n", ""))
    plan = Plan(experiment)
    store = Store(tmp_path, plan)
    index = store.parts.index()
    need = wanted_runs(plan, store, index, np.arange(2))
    batch = Worker(plan).do([run_at(key) for key in missing_runs(need, index)])
    sent = from_bytes(to_bytes(batch))
    assert sent.runs.equals(batch.runs) or sent.runs.schema == batch.runs.schema
    assert sent.tables.keys() == batch.tables.keys() == {"times", "groups", "organisations"}


def test_runs_of_another_version_are_not_taken(tmp_path):
    experiment = read()
    plan = Plan(experiment)
    store = Store(tmp_path, plan)
    batch = Worker(plan).do([Run(0, 0), Run(1, 0)])
    store.begin(SMALL)
    store.add(batch)
    other = pa.array(["0" * 32, "1" * 32])
    column = batch.runs.column_names.index("id")
    batch.runs = batch.runs.set_column(column, "id", other)
    with pytest.raises(StoreError, match="workers run another version of the model"):
        store.add(batch)
    assert len(stored(tmp_path)) == 2


# Seconds after which Dask gives up who does not answer, or takes down a worker that begins anew.
PATIENT = {
    "distributed.comm.timeouts.connect": PATIENCE,
    "distributed.comm.timeouts.tcp": PATIENCE,
    "distributed.deploy.lost-worker-timeout": PATIENCE,
    "distributed.scheduler.worker-ttl": None,
}


@pytest.fixture
def cluster():
    import dask
    from distributed import LocalCluster

    with warnings.catch_warnings(), dask.config.set(PATIENT):
        warnings.filterwarnings("ignore", module="distributed")
        with LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster:
            yield cluster


@pytest.mark.slow
def test_a_dask_cluster_does_the_same(cluster, measures, tmp_path):
    from distributed import Client

    expected = whole(STOPPED, tmp_path)
    experiment = read(STOPPED, tmp_path)
    with Client(cluster) as client:
        runner = Runner(experiment, tmp_path / "out", STOPPED)
        runner.run(DaskCluster(experiment, client=client))
        assert client.status == "running"  # somebody else's client stays open
        with pytest.raises(StoreError, match="another experiment"):
            Runner(read(), tmp_path / "out").run(DaskCluster(read(), cluster.scheduler_address))
        client.wait_for_workers(2)  # whose workers are there still
    assert contents(tmp_path / "out") == expected
    assert stored(tmp_path / "out") == stored(tmp_path / "whole")


@pytest.mark.slow
def test_a_run_that_takes_its_dask_worker_with_it_fails_alone(cluster, own, tmp_path):
    own("import os", "if snapshot.state.params['targets'][-1] == 1.0: os._exit(7)")
    text = TEXT.split("[worlds]")[0].replace("replicates = 3", "replicates = 1")
    experiment = read(text, tmp_path)
    progress = Runner(experiment, tmp_path / "out", text).run(
        DaskCluster(experiment, cluster.scheduler_address)
    )
    assert (progress.there, progress.failed) == (3, 1)
    bad = Sweep(tmp_path / "out").bad_runs()
    assert bad.run.tolist() == ["2-0"]
    assert bad.reason.tolist() == ["its worker was lost each time while it ran"]


@pytest.mark.slow
def test_dask_workers_that_cannot_begin_are_told(cluster, own, tmp_path):
    path = own("pass")
    experiment = read(TEXT, tmp_path)
    backend = DaskCluster(experiment, cluster.scheduler_address)
    path.write_text("raise KeyError('what only workers read now')\n")
    with pytest.raises(UserError, match=r"a worker cannot run this: .*what only workers read now"):
        Runner(experiment, tmp_path / "out", TEXT).run(backend)
