"""The runner: it finds out what is missing, has it run, and keeps it, until nothing is missing."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from alliances.experiments.sweep.experiment import MOST_REPLICATES, Experiment
from alliances.experiments.sweep.index import Index, key_of, run_at, runs_of
from alliances.experiments.sweep.parts import DamagedPartError
from alliances.experiments.sweep.plan import Plan
from alliances.experiments.sweep.pool import Backend, LocalPool, Task, cpu_count
from alliances.experiments.sweep.stopping import replicates_needed
from alliances.experiments.sweep.store import Store
from alliances.experiments.sweep.work import DONE
from alliances.model.input.errors import UserError

TASK_SECONDS = 3.0  # that a task should take
FIRST_TASK = 16  # runs of a task while nobody knows how long they take
MOST_BYTES = 16e6  # of monthly values that a worker holds


@dataclass
class Progress:
    """Where a sweep is.

    Attributes
    ----------
    wanted : int
        Runs wanted as far as is known; more may follow under a stopping rule.
    there : int
        Runs that are there, those of earlier times among them.
    done, failed, timed_out : int
        How they ended.
    new : int
        Runs that this call added.
    seconds : float
        That this call took so far.
    notes : list of str
        What somebody should know: damaged parts, for one.
    """

    wanted: int = 0
    there: int = 0
    failed: int = 0
    new: int = 0
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Runs a second of this call."""
        return self.new / self.seconds if self.seconds > 0.0 else 0.0


@dataclass(frozen=True)
class Shard:
    """The part of a sweep that one of several machines runs.

    Attributes
    ----------
    number, count : int
        From 1 on, of how many.
    """

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    @classmethod
    def parse(cls, text: str) -> "Shard":
        """Read "3/16".

        Raises
        ------
        UserError
            If it is no such text.
        """
        number, slash, count = text.partition("/")
        if not slash or not number.isdecimal() or not count.isdecimal() or not int(count):
            raise UserError(f"shard was {text!r}; write NUMBER/COUNT, such as 3/16")
        if not 1 <= int(number) <= int(count):
            raise UserError(f"shard was {text}; the number must be from 1 to {int(count)}")
        return cls(int(number), int(count))

    def points(self, plan: Plan) -> np.ndarray:
        """Return which points of a plan are this shard's, with the references they need."""
        own = [p for p in range(len(plan)) if plan.reference[p] != p]
        alone = [p for p in range(len(plan)) if plan.reference[p] == p]
        mine = own[self.number - 1 :: self.count]
        needed = {int(plan.reference[p]) for p in mine}
        # References that nobody compares with, and plans without any, are dealt out as well.
        used = {int(plan.reference[p]) for p in own}
        needed |= set([p for p in alone if p not in used][self.number - 1 :: self.count])
        return np.array(sorted({*mine, *needed}), np.int64)


def wanted_runs(plan: Plan, store: Store, index: Index, points: np.ndarray) -> np.ndarray:
    """Return how many replicates each point should have, as far as its runs can tell.

    Returns
    -------
    ndarray of int64, shape (points of the plan,)
        0 for points that are not asked for.
    """
    experiment = plan.experiment
    need = np.zeros(len(plan), np.int64)
    if experiment.stop is None:
        need[points] = experiment.replicates
        return need
    stop = experiment.stop
    names = list(stop.half_width)
    values = store.parts.values(index, names, (len(plan), stop.maximum))
    there = np.zeros((len(plan), stop.maximum), bool)
    there[index.key // MOST_REPLICATES, index.key % MOST_REPLICATES] = True
    count = np.where(there.all(axis=1), stop.maximum, there.argmin(axis=1))
    for p in points.tolist():
        reference = int(plan.reference[p])
        alone = reference == p
        if alone and (plan.reference[points] == p).sum() > 1:
            continue  # what it is for decides on how many it has
        own = int(count[p]) if alone else int(min(count[p], count[reference]))
        mine = {name: values[name][p, :own] for name in names}
        theirs = None if alone else {name: values[name][reference, :own] for name in names}
        need[p] = replicates_needed(stop, mine, theirs)
        need[reference] = max(need[reference], need[p])
    return need


def missing_runs(need: np.ndarray, index: Index) -> np.ndarray:
    """Return the keys of the runs that are wanted and not there, in their order."""
    points = np.flatnonzero(need)
    first = np.repeat(np.cumsum(need[points]) - need[points], need[points])
    replicates = np.arange(len(first)) - first
    wanted = key_of(np.repeat(points, need[points]), replicates)
    return np.asarray(wanted[~np.isin(wanted, index.key)])


class Runner:
    """Runs what is missing of a sweep.

    Parameters
    ----------
    experiment : Experiment
        What was asked.
    folder : Path
        Where results go.
    text : str
        The experiment file.
    shard : Shard, optional
        Which part of it.
    report : callable, optional
        Told a `Progress` after every batch.
    """

    def __init__(
        self,
        experiment: Experiment,
        folder: Path,
        text: str = "",
        *,
        shard: Shard | None = None,
        report: Callable[[Progress], object] | None = None,
    ) -> None:
        self.plan = Plan(experiment)
        self.store = Store(folder, self.plan)
        self.text = text
        self.points = np.arange(len(self.plan)) if shard is None else shard.points(self.plan)
        self.shard = None if shard is None else str(shard)
        self.report = report or (lambda progress: None)
        self.progress = Progress()
        self._seconds = 0.0  # a run takes, as far as is known

    def run(
        self,
        backend: Backend | None = None,
        *,
        workers: int | None = None,
        timeout: float | None = None,
        fail_fast: bool = False,
        retry: bool = False,
        mended: bool = False,
    ) -> Progress:
        """Run all that is missing, and put the tables together.

        Parameters
        ----------
        backend : Backend, optional
            Who runs it; processes of this machine by default.
        workers : int, optional
            How many of these; one a core by default.
        timeout : float, optional
            Seconds after which a run is given up.
        fail_fast : bool
            Whether to stop at the first run that fails.
        retry : bool
            Whether to run again what failed or timed out before.
        mended : bool
            Whether the file of further measures may have changed since; finished runs stay.

        Raises
        ------
        UserError
            If the folder cannot be used, or a run failed and `fail_fast` is on.
        """
        began = time.monotonic()
        if backend is None:
            backend = LocalPool(self.plan, workers or cpu_count(), timeout)
        with contextlib.closing(backend), self.store.locked():
            self._note_damage(self.store.begin(self.text, shard=self.shard, mended=mended))
            if retry:
                self._have_run(backend, self._failed(), began, fail_fast=fail_fast)
            before = -1
            while True:
                index = self._opened()
                if len(index) <= before:
                    raise UserError(
                        f"what was run last cannot be read back from {self.store.folder}: "
                        f"{(index.damaged or ['nothing of it is there'])[-1]}; check the disk"
                    )
                try:
                    need = wanted_runs(self.plan, self.store, index, self.points)
                    missing = missing_runs(need, index)
                    self.progress.there = len(index)
                    self.progress.failed = int((~index.done).sum())
                    self.progress.wanted = len(index) + len(missing)
                    if not len(missing):
                        backend.rest()  # putting together takes memory of its own
                        self.store.tables.put_together(index)
                        break
                except DamagedPartError as damage:
                    self._note_damage([self.store.parts.put_aside(damage)])
                    before = -1
                    continue
                before = len(index)
                self._have_run(backend, self._tasks(missing), began, fail_fast=fail_fast)
        self.progress.seconds = time.monotonic() - began
        return self.progress

    def _failed(self) -> Iterator[Task]:
        """Cut what failed or timed out into tasks of one run, so that none suffers by another."""
        index = self._opened()
        bad = np.flatnonzero(~index.done)
        self.progress.wanted = len(bad)
        for run, attempt in zip(runs_of(index, bad), index.attempt[bad].tolist(), strict=True):
            yield Task((run,), attempt + 1)

    def _opened(self) -> Index:
        index = self.store.parts.index(mend=True)
        self._note_damage(index.damaged)
        return index

    def _note_damage(self, damaged: list[str]) -> None:
        for what in damaged:
            self.progress.notes.append(
                f"a damaged part was put aside in {self.store.folder / 'damaged'}, and its runs "
                f"are run again: {what}"
            )

    def _tasks(self, missing: np.ndarray) -> Iterator[Task]:
        """Cut what is missing into tasks of some seconds; how long a run takes shows as it goes."""
        size = self.plan.experiment.months * 8.0 * 100
        first = 0
        while first < len(missing):
            count = FIRST_TASK
            if self._seconds > 0.0:
                count = max(1, int(TASK_SECONDS / self._seconds))
            count = min(count, max(1, int(MOST_BYTES / size)))
            yield Task(tuple(run_at(key) for key in missing[first : first + count]))
            first += count

    def _have_run(
        self, backend: Backend, tasks: Iterator[Task], began: float, *, fail_fast: bool
    ) -> None:
        for batch in backend.work(tasks):
            self.store.add(batch)
            status = batch.runs.column("status").to_pylist()
            seconds = float(np.mean(batch.runs.column("seconds").to_numpy()))
            self._seconds = seconds if not self._seconds else 0.5 * (self._seconds + seconds)
            bad = [s != DONE for s in status]
            self.progress.there += len(status)
            self.progress.new += len(status)
            self.progress.failed += sum(bad)
            self.progress.seconds = time.monotonic() - began
            self.report(self.progress)
            if fail_fast and any(bad):
                row = batch.runs.slice(bad.index(True), 1).to_pylist()[0]
                raise UserError(
                    f"run {row['point']}-{row['replicate']} {row['status']}: {row['reason']}. "
                    "What was finished is safe."
                )
