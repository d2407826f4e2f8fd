"""A Dask cluster as the backend: the same tasks, on many machines."""

import itertools
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from alliances.experiments.sweep.experiment import Experiment
from alliances.experiments.sweep.plan import Plan
from alliances.experiments.sweep.pool import Task, from_bytes, to_bytes
from alliances.experiments.sweep.work import FAILED, Batch, Worker, failed_batch
from alliances.model.input.errors import UserError

AHEAD = 2  # tasks for each worker that are under way or waiting
NEEDED = "for clusters install more: pip install '.[cluster]'"


class _Bench:
    """What each worker of the cluster holds, those that join later too.

    A piece of data of Dask's own would be lost with the worker that holds it.
    """

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.workers: dict[int, Worker] = {}  # one a thread: it overwrites its tables

    def do(self, task: Task) -> Batch:
        thread = threading.get_ident()
        if thread not in self.workers:
            self.workers[thread] = Worker(Plan(self.experiment))
        return self.workers[thread].do(task.runs, task.attempt)


def _do(bench: str, task: Task) -> dict[str, bytes]:
    """Run a task where Dask puts it."""
    from distributed import get_worker

    plugin: Any = get_worker().plugins[bench]
    return to_bytes(plugin.bench.do(task))


def _is_lost(future: Any) -> bool:
    """Whether a task came to nothing because workers went away, or the cluster forgot it."""
    from distributed import KilledWorker

    return bool(future.cancelled()) or isinstance(future.exception(), KilledWorker)


def _plugin(experiment: Experiment) -> Any:
    """Return what lays a bench on every worker, under a name of its own."""
    from distributed import WorkerPlugin

    class LayBench(WorkerPlugin):
        name = f"alliances-{experiment.digest()}"

        bench: _Bench

        def setup(self, worker: Any) -> None:
            self.bench = _Bench(experiment)

    return LayBench()


class DaskCluster:
    """Workers of a Dask cluster.

    Parameters
    ----------
    experiment : Experiment
        What the runs belong to.
    address : str, optional
        The scheduler's, such as ``tcp://head:8786``.
    client : distributed.Client, optional
        A client that is there already.

    Raises
    ------
    UserError
        If Dask is not installed, or nobody answers at the address.
    """

    def __init__(
        self, experiment: Experiment, address: str | None = None, client: Any = None
    ) -> None:
        try:
            from distributed import Client
        except ImportError as error:
            raise UserError(f"Dask is not installed; {NEEDED}") from error
        self.experiment = experiment
        self.plan = Plan(experiment)
        self._own = client is None
        self._cluster: Any = None
        try:
            self.client = Client(address) if client is None else client
        except (OSError, TypeError, ValueError, RuntimeError) as error:  # tls:// without keys
            raise UserError(
                f"no Dask scheduler answers at {address}; start one with `dask scheduler`, and "
                "workers with `dask worker ADDRESS --nthreads 1`"
            ) from error

    @classmethod
    def on_slurm(cls, experiment: Experiment, jobs: int, **options: Any) -> "DaskCluster":
        """Start workers as SLURM jobs through dask-jobqueue, which reads its usual settings.

        Raises
        ------
        UserError
            If dask-jobqueue is not installed or cannot be set up.
        """
        try:
            from dask_jobqueue import SLURMCluster
            from distributed import Client
        except ImportError as error:
            raise UserError(f"dask-jobqueue is not installed; {NEEDED}") from error
        try:
            cluster = SLURMCluster(**{"cores": 1, "processes": 1, "memory": "2GB", **options})
            cluster.scale(jobs=jobs)
        except (ValueError, OSError) as error:
            raise UserError(f"SLURM workers cannot be started: {error}") from error
        found = cls(experiment, client=Client(cluster))
        found._own, found._cluster = True, cluster
        return found

    def work(self, tasks: Iterable[Task]) -> Iterator[Batch]:
        """Run all tasks; give their batches as they come.

        Dask gives up a task whose worker was lost again and again, and all that waited behind it
        on that worker. Their runs are tried one by one, each alone on the cluster, so that the
        one that is to blame is known.
        """
        from distributed import as_completed

        plugin = _plugin(self.experiment)
        self.client.register_plugin(plugin)
        waiting = iter(tasks)
        suspects: deque[Task] = deque()
        known: dict[Any, Task] = {}
        running = as_completed()

        def submit(task: Task) -> None:
            future = self.client.submit(_do, plugin.name, task, pure=False)
            known[future.key] = task
            running.add(future)

        def fill() -> None:
            """Have enough under way for the workers that are there by now."""
            if suspects:
                return
            room = max(1, AHEAD * sum(self.client.nthreads().values())) - len(known)
            for task in itertools.islice(waiting, max(0, room)):
                submit(task)

        fill()
        alone = False
        for future in running:
            task = known.pop(future.key)
            if future.status == "finished":
                yield from_bytes(future.result())
            elif not _is_lost(future):
                error = future.exception()
                raise UserError(f"a worker cannot run this: {type(error).__name__}: {error}")
            elif alone:
                reason = "its worker was lost each time while it ran"
                yield failed_batch(self.plan, task.runs[0], task.attempt, FAILED, reason)
            else:
                suspects.extend(Task((run,), task.attempt) for run in task.runs)
            alone = bool(suspects) and not known
            if alone:
                submit(suspects.popleft())
            else:
                fill()

    def rest(self) -> None:
        """Leave the workers as they are: their memory is not this machine's."""

    def close(self) -> None:
        """Let all workers go."""
        if self._own:
            self.client.close()
        if self._cluster is not None:
            self._cluster.close()
