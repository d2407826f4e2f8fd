"""A Dask cluster as the backend: the same tasks, on many machines."""

import threading
from collections.abc import Iterable, Iterator
from typing import Any

from experiments.errors import UserError
from experiments.sweep.experiment import Experiment
from experiments.sweep.plan import Plan
from experiments.sweep.pool import Task, from_bytes, to_bytes
from experiments.sweep.work import FAILED, Batch, Worker, failed_batch

AHEAD = 2  # tasks for each worker that are under way or waiting
NEEDED = "for clusters install more: pip install '.[cluster]'"


def _do(experiment: Experiment, digest: str, task: Task) -> dict[str, bytes]:
    """Run a task where Dask puts it; each of its threads lays the place out once."""
    from distributed import get_worker

    held = vars(get_worker()).setdefault("_alliances", {})
    key = digest, threading.get_ident()
    if key not in held:
        held[key] = Worker(Plan(experiment))
    return to_bytes(held[key].do(task.runs, task.attempt))


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
            self.client = Client(address, timeout="20s") if client is None else client
        except (OSError, TimeoutError, ValueError) as error:
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
        """Run all tasks; give their batches as they come."""
        from distributed import as_completed

        digest = self.experiment.digest()
        shared = self.client.scatter(self.experiment, broadcast=True)
        waiting = iter(tasks)
        known: dict[Any, Task] = {}
        running = as_completed()

        def submit() -> None:
            task = next(waiting, None)
            if task is not None:
                future = self.client.submit(_do, shared, digest, task, pure=False)
                known[future.key] = task
                running.add(future)

        for _ in range(max(1, AHEAD * len(self.client.scheduler_info()["workers"]))):
            submit()
        for future in running:
            task = known.pop(future.key)
            submit()
            error = future.exception()
            if error is None:
                yield from_bytes(future.result())
                continue
            reason = f"its worker was lost: {type(error).__name__}: {error}"
            for run in task.runs:
                yield failed_batch(self.plan, run, task.attempt, FAILED, reason)

    def close(self) -> None:
        """Let all workers go."""
        if self._own:
            self.client.close()
        if self._cluster is not None:
            self._cluster.close()
