"""Matched runs for somebody who waits: a few at first, then more, and the latest question only.

A question is two scenarios with the same luck. Its runs are those of
`alliances.experiments.runs.comparison.compare` to the last bit; here they come in stages, are kept
for the next question, and can be given up between two runs.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import count as counting

import numpy as np

from alliances.experiments.runs.comparison import Effect
from alliances.experiments.runs.months import drawn, mean_over
from alliances.model.measures import MEASURES, OBSERVATION
from alliances.model.scenario import Scenario
from alliances.model.simulation import cores, simulate

STAGES = (4, 8, 16, 32, 64)
LAST = 12  # months at the end that a run is averaged over
PIECE = 8 * cores()  # matched runs of one turn, where others may wait for theirs
PATIENCE = 0.2  # seconds between looks whether to wait on
KEPT = 10  # ensembles kept for the next question, about 6 MB each

Stale = Callable[[], bool]


class GivenUp(Exception):  # noqa: N818 - not an error
    """A newer question was asked, so that this one is given up."""


@dataclass(frozen=True)
class Question:
    """Two scenarios, to be run with the same luck.

    Attributes
    ----------
    a, b : Scenario
        What to compare.
    seed : int
        Base seed of both.
    months : int
        Horizon of both.
    """

    a: Scenario
    b: Scenario
    seed: int = 0
    months: int = 120


@dataclass(frozen=True, eq=False)
class Answer:
    """What the matched runs of a question gave so far.

    Attributes
    ----------
    question : Question
        What was asked.
    a, b : ndarray of OBSERVATION, shape (runs, months)
        Monthly values; row r of both had the same luck.
    wanted : int
        Runs that there will be in the end.
    """

    question: Question
    a: np.ndarray
    b: np.ndarray
    wanted: int = STAGES[-1]

    @property
    def runs(self) -> int:
        """Matched runs so far."""
        return len(self.a)

    @property
    def is_whole(self) -> bool:
        """Whether all runs are there."""
        return self.runs >= self.wanted

    @cached_property
    def last(self) -> int:
        """Months at the end that each run is averaged over."""
        return min(LAST, int(self.a.shape[1]))

    def effect(self, name: str) -> Effect:
        """Return the effect on one monthly measure.

        Raises
        ------
        KeyError
            For a measure that is not known.
        """
        a, b = (mean_over(values[:, -self.last :], name) for values in (self.a, self.b))
        return Effect(MEASURES[name], a, b)

    def drawn(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Return a measure of both as it is drawn, each (runs, months)."""
        return drawn(self.a, name), drawn(self.b, name)


class Runs:
    """The runs of one scenario so far; more are added at the end."""

    def __init__(self, scenario: Scenario, seed: int, months: int) -> None:
        self.scenario, self.seed, self.months = scenario, seed, months
        self._values = np.zeros((0, months), OBSERVATION)
        self._lock = threading.Lock()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._values)

    def first(self, count: int, stale: Stale, threads: int) -> np.ndarray:
        """Return the values of the first `count` runs, running what is missing.

        Raises
        ------
        GivenUp
            As soon as `stale` says so, between two runs.
        """
        with self._lock:
            have = len(self._values)
            if have < count:

                def go_on(_: int) -> None:
                    if stale():
                        raise GivenUp

                if stale():
                    raise GivenUp
                result = simulate(
                    self.scenario,
                    range(have, count),
                    self.seed,
                    self.months,
                    threads=threads,
                    final=False,
                    progress=go_on,
                )
                self._values = np.concatenate([self._values, result.values])
            return self._values[:count]


class Kept:
    """Runs that were asked for, the latest so many scenarios; shared by all who ask."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._runs: OrderedDict[tuple[str, int, int], Runs] = OrderedDict()
        self._lock = threading.Lock()

    def runs(self, scenario: Scenario, seed: int, months: int) -> Runs:
        """Return the runs of a scenario, whatever it is called."""
        plain = scenario.model_copy(update={"name": "", "description": "", "months": months})
        key = (plain.to_toml(), seed, months)
        with self._lock:
            found = self._runs.pop(key, None) or Runs(plain, seed, months)
            self._runs[key] = found
            while len(self._runs) > self._most:
                self._runs.popitem(last=False)
            return found

    def __len__(self) -> int:
        """Return how many scenarios' runs are kept."""
        return len(self._runs)


class Queue:
    """Lets one piece of work run at a time: the most urgent first, then who came first."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[tuple[int, int]] = []
        self._numbers = counting()
        self._busy = False

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @contextmanager
    def turn(self, urgency: int, stale: Stale = lambda: False) -> Iterator[None]:
        """Wait for a turn and hold it.

        Parameters
        ----------
        urgency : int
            The smaller, the sooner.
        stale : callable
            Whether to give up waiting.

        Raises
        ------
        GivenUp
            When `stale` says so before it is one's turn.
        """
        with self._changed:
            ticket = (urgency, next(self._numbers))
            self._waiting.append(ticket)
            try:
                while self._busy or min(self._waiting) != ticket:
                    self._changed.wait(PATIENCE)
                    if stale():
                        raise GivenUp
                self._busy = True
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._busy = False
                self._changed.notify_all()


def spare_threads() -> int:
    """Return how many runs at a time leave a core to those who wait."""
    return max(1, cores() - 1)


def answer(
    question: Question,
    say: Callable[[Answer], object],
    *,
    stale: Stale = lambda: False,
    kept: Kept | None = None,
    stages: tuple[int, ...] = STAGES,
    threads: int | None = None,
    queue: Queue | None = None,
) -> None:
    """Run both scenarios in stages and say after each what there is.

    Parameters
    ----------
    question : Question
        What to run.
    say : callable
        Told each answer, the last one with all runs.
    stale : callable
        Whether to give up.
    kept : Kept, optional
        Where runs are looked for first and left.
    stages : tuple of int
        Runs after which to say something. Stages that are there already are passed over.
    threads : int, optional
        Runs at a time; by default one core is left free.
    queue : Queue, optional
        Where others wait too. First stages go before later ones, a few runs at a time, and while
        others wait there are no stages between the first and the last.

    Raises
    ------
    GivenUp
        When `stale` says so.
    ScenarioError, PlaceError
        If a scenario cannot be run.
    """
    store = Kept(2) if kept is None else kept
    own = [store.runs(arm, question.seed, question.months) for arm in (question.a, question.b)]
    workers = spare_threads() if threads is None else threads
    there = min(runs.count for runs in own)
    line = Queue() if queue is None else queue
    for stage in [most for most in stages if most > there] or [stages[-1]]:
        if line.waiting and stage not in (stages[0], stages[-1]):
            continue
        for most in [*range(there + PIECE, stage, PIECE), stage]:
            with line.turn(stage, stale):
                a, b = (runs.first(most, stale, workers) for runs in own)
        there = max(there, stage)
        if stale():
            raise GivenUp
        say(Answer(question, a, b, stages[-1]))


class Latest[Job]:
    """Does the latest job only: one at a time, in a thread that lasts while there is work.

    Parameters
    ----------
    work : callable
        Does a job; asks its second argument between steps whether to give up, and then raises
        `GivenUp`.
    failed : callable
        Told a job and the error with which it ended.
    """

    def __init__(
        self,
        work: Callable[[Job, Stale], object],
        failed: Callable[[Job, Exception], object],
    ) -> None:
        self._work, self._failed = work, failed
        self._lock = threading.Lock()
        self._waiting: list[Job] = []
        self._asked = 0
        self._busy = self._closed = False

    def ask(self, job: Job) -> None:
        """Do this job instead of any that was asked for before."""
        with self._lock:
            if self._closed:
                return
            self._waiting = [job]
            self._asked += 1
            if self._busy:
                return
            self._busy = True
        threading.Thread(target=self._until_idle, daemon=True, name="latest").start()

    def close(self) -> None:
        """Give up what is in flight and do nothing more."""
        with self._lock:
            self._closed = True
            self._waiting = []

    def _until_idle(self) -> None:
        while True:
            with self._lock:
                if self._closed or not self._waiting:
                    self._busy = False
                    return
                job, number = self._waiting.pop(), self._asked

            def stale(number: int = number) -> bool:
                return self._closed or self._asked != number

            try:
                self._work(job, stale)
            except GivenUp:
                continue
            except Exception as error:  # noqa: BLE001 - whoever asked is told, whatever it was
                if not stale():
                    self._failed(job, error)
