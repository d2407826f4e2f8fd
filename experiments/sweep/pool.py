"""Workers of this machine: processes that run batches, may die, and are replaced."""

import io
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from typing import Protocol

import pyarrow as pa

from alliances.experiments.sweep.plan import Plan, Run
from alliances.experiments.sweep.work import FAILED, TIMED_OUT, Batch, Worker, failed_batch
from alliances.model.input.errors import UserError

PATIENCE = 3  # times that a run may be at work when its worker dies
ENDING = 60.0  # seconds that a worker may take to end, on a machine with far too much to do


@dataclass(frozen=True)
class Task:
    """Some runs that one worker runs, one after the other."""

    runs: tuple[Run, ...]
    attempt: int = 1


class Backend(Protocol):
    """Whatever runs tasks."""

    def work(self, tasks: Iterable[Task]) -> Iterator[Batch]:
        """Run all tasks; give their batches as they come."""
        ...

    def rest(self) -> None:
        """Hold no memory until there is work again."""
        ...

    def close(self) -> None:
        """Let all workers go."""
        ...


def to_bytes(batch: Batch) -> dict[str, bytes]:
    """Return a batch's tables as bytes to send."""
    found = {}
    for name, table in (("runs", batch.runs), *batch.tables.items()):
        buffer = io.BytesIO()
        with pa.ipc.new_stream(buffer, table.schema) as stream:
            stream.write_table(table)
        found[name] = buffer.getvalue()
    return found


def from_bytes(sent: dict[str, bytes]) -> Batch:
    """Return the batch that was sent."""
    tables = {name: pa.ipc.open_stream(content).read_all() for name, content in sent.items()}
    return Batch(tables.pop("runs"), tables)


def _end_with_parent() -> None:
    """End this process as soon as its parent is gone, whatever it is at."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _serve(plan: Plan, pipe: Connection) -> None:
    """Be a worker: until the pipe is closed, run what comes and send what came out."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        worker = Worker(plan)
        pipe.send(("ready", None))
        while True:
            task: Task = pipe.recv()
            batch = worker.do(task.runs, task.attempt, lambda run: pipe.send(("run", run)))
            pipe.send(("done", to_bytes(batch)))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the parent is gone, and nobody waits for what is left


@contextmanager
def _signals_wait() -> Iterator[None]:
    """Answer Ctrl-C and SIGTERM only after a worker was started: half of it would complain loudly.

    Blocked here, Ctrl-C is from the start blocked there, until the worker ignores it. What nobody
    answers stays as it is: started in the background of a shell, Ctrl-C is ignored.
    """
    resource_tracker.ensure_running()  # its start would unblock it again
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    answers = {
        number: signal.signal(number, lambda number, _: came.append(number))
        for number in (signal.SIGINT, signal.SIGTERM)
        if callable(signal.getsignal(number))
    }
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for number, answer in answers.items():
            signal.signal(number, answer)
    if came:
        signal.raise_signal(came[0])


class _Hand:
    """A worker process, as its parent sees it."""

    def __init__(self, plan: Plan) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(plan, theirs), daemon=True)
        with _signals_wait():
            self.process.start()
        theirs.close()
        self.task: Task | None = None
        self.run: Run | None = None
        self.since = time.monotonic()

    def give(self, task: Task) -> None:
        self.task, self.run, self.since = task, None, time.monotonic()
        self.pipe.send(task)

    def kill(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


class LocalPool:
    """Worker processes on this machine.

    Parameters
    ----------
    plan : Plan
        What the runs belong to; workers are given it, as making a design takes memory.
    workers : int
        Processes.
    timeout : float or None
        Seconds after which a run is given up.
    """

    def __init__(self, plan: Plan, workers: int, timeout: float | None = None) -> None:
        self.plan = plan
        self.workers = workers
        self.timeout = timeout
        self.hands: list[_Hand] = []
        self.deaths: dict[Run, int] = {}
        self.idle_deaths = 0

    def work(self, tasks: Iterable[Task]) -> Iterator[Batch]:
        """Run all tasks; give their batches as they come."""
        waiting = iter(tasks)
        again: deque[Task] = deque()
        while len(self.hands) < self.workers:
            self.hands.append(self._hire())
        while True:
            for hand in self.hands:
                if hand.task is None:
                    task = again.popleft() if again else next(waiting, None)
                    if task is not None:
                        self._give(hand, task, again)
            if all(hand.task is None for hand in self.hands) and not again:
                return
            yield from self._hear(again)

    def _give(self, hand: _Hand, task: Task, again: deque[Task]) -> None:
        try:
            hand.give(task)
        except (BrokenPipeError, ConnectionResetError):  # it died between two tasks
            hand.task = None
            again.append(task)
            self._replace(hand)

    def _hear(self, again: deque[Task]) -> Iterator[Batch]:
        ready = wait([hand.pipe for hand in self.hands], timeout=0.5)
        for hand in list(self.hands):
            if hand.pipe in ready:
                try:
                    kind, content = hand.pipe.recv()
                except (EOFError, ConnectionResetError, OSError):
                    yield from self._died(hand, again)
                    continue
                if kind == "run":
                    hand.run, hand.since = content, time.monotonic()
                elif kind == "done":
                    assert hand.task is not None
                    hand.task, hand.run = None, None
                    self.idle_deaths = 0
                    yield from_bytes(content)
            elif self._is_late(hand):
                yield from self._give_up(hand, again)

    def _is_late(self, hand: _Hand) -> bool:
        if self.timeout is None or hand.run is None:
            return False
        return time.monotonic() - hand.since > self.timeout

    def _give_up(self, hand: _Hand, again: deque[Task]) -> Iterator[Batch]:
        """Kill a worker whose run takes too long; the others of its task are run again."""
        task, run = hand.task, hand.run
        self._replace(hand)
        assert task is not None
        assert run is not None
        self._rest(task, run, again)
        reason = f"took more than {self.timeout:g} seconds"
        yield failed_batch(self.plan, run, task.attempt, TIMED_OUT, reason)

    def _died(self, hand: _Hand, again: deque[Task]) -> Iterator[Batch]:
        """Replace a worker that is gone; a run that does it every time is given up."""
        hand.process.join(ENDING)  # its pipe closes a moment before it ends
        task, run, code = hand.task, hand.run, hand.process.exitcode
        self._replace(hand)
        if task is None:
            return
        if run is None:  # it was not at fault: it had not begun
            again.append(task)
            self.idle_deaths += 1
            if self.idle_deaths > PATIENCE * self.workers:
                raise UserError(
                    f"workers end before they begin (exit code {code}); what they said stands above"
                )
            return
        self.deaths[run] = self.deaths.get(run, 0) + 1
        if self.deaths[run] < PATIENCE:
            again.append(task)
            return
        self._rest(task, run, again)
        reason = f"its worker ended {PATIENCE} times while it ran (exit code {code})"
        yield failed_batch(self.plan, run, task.attempt, FAILED, reason)

    def _rest(self, task: Task, run: Run, again: deque[Task]) -> None:
        rest = tuple(other for other in task.runs if other != run)
        if rest:
            again.append(Task(rest, task.attempt))

    def _hire(self) -> _Hand:
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        return _Hand(self.plan)

    def _replace(self, hand: _Hand) -> None:
        hand.kill()
        self.hands[self.hands.index(hand)] = self._hire()

    def rest(self) -> None:
        """Let all workers go; work to come finds new ones."""
        self.close()

    def close(self) -> None:
        """Let all workers go."""
        for hand in self.hands:
            hand.kill()
        self.hands = []


def cpu_count() -> int:
    """Return how many workers this machine has cores for."""
    from alliances.model.simulation import cores

    return cores()
