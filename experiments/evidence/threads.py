"""Threads of this process as the backend of a sweep: for many small sweeps one after another.

Compiled runs hold no lock, so threads share the cores as processes would, and start at once.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from alliances.experiments.sweep.plan import Plan
from alliances.experiments.sweep.pool import Task, cpu_count
from alliances.experiments.sweep.work import Batch, Worker


class WorkThreads:
    """Some threads, each with its own tables of the place.

    Parameters
    ----------
    plan : Plan
        What the runs belong to.
    count : int, optional
        Threads; one a core by default.
    """

    def __init__(self, plan: Plan, count: int | None = None) -> None:
        self.pool = ThreadPoolExecutor(count or cpu_count())
        self.workers = [Worker(plan) for _ in range(count or cpu_count())]

    def work(self, tasks: Iterable[Task]) -> Iterator[Batch]:
        """Run all tasks; give their batches as they come."""
        waiting = iter(tasks)
        free = list(self.workers)
        running: dict[Future[Batch], Worker] = {}
        while True:
            while free:
                task = next(waiting, None)
                if task is None:
                    break
                worker = free.pop()
                running[self.pool.submit(worker.do, task.runs, task.attempt)] = worker
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                free.append(running.pop(future))
                yield future.result()

    def rest(self) -> None:
        """Do nothing: the threads hold little."""

    def close(self) -> None:
        """Let the threads go."""
        self.pool.shutdown(cancel_futures=True)
