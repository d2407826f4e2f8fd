"""Matched runs for somebody who waits: a few at first, then more, kept for the next question.

The runs are those of `alliances.experiments.runs.comparison.compare` to the last bit; here they
come in stages and can be given up between two runs. What is kept of a scenario's runs is for a
store to decide: their monthly values, or what they came to.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from alliances.experiments.runs.comparison import Effect
from alliances.experiments.runs.months import drawn, mean_of, mean_over, paid_out
from alliances.experiments.runs.queue import Queue, Stale, check, never, spare_threads
from alliances.model.kernel.state import State
from alliances.model.measures import MEASURES, OBSERVATION, Measure
from alliances.model.scenario import Scenario
from alliances.model.simulation import cores, simulate
from alliances.model.snapshot import Snapshot

STAGES = (4, 8, 16, 32, 64)
LAST = 12  # months at the end that a run is averaged over
TURN = 16 * cores()  # runs of one turn, where others may wait for theirs
KEPT = 10  # scenarios whose monthly values are kept for the next question, about 6 MB each


class RecentlyUsed[Key, Value]:
    """Things that were asked for, the latest so many; shared by all who ask."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """Return what is kept under a key, made if it is not there."""
        with self._lock:
            found = self._kept.pop(key) if key in self._kept else make()
            self._kept[key] = found
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return found

    def __len__(self) -> int:
        """Return how many are kept."""
        return len(self._kept)


class GrowingRuns[Kept]:
    """The runs of one scenario so far; once all are there only what is kept of them stays."""

    def __init__(self, scenario: Scenario, seed: int, months: int, how: "RunStore[Kept]") -> None:
        self.scenario, self.seed, self.months, self._how = scenario, seed, months, how
        self._lock = threading.Lock()
        self._kept: list[Kept] = []
        self._come_to = 0  # runs of which there is what is kept
        self._clear()

    def _clear(self) -> None:
        self._values, self._taken = np.zeros((0, self.months), OBSERVATION), list[Any]()

    @property
    def count(self) -> int:
        """How many runs there are."""
        return max(self._come_to, len(self._values))

    def grow(self, count: int, stale: Stale, threads: int) -> None:
        """Run what is missing of the first `count` runs.

        Raises
        ------
        GivenUp
            As soon as `stale` says so, between two runs.
        """
        with self._lock:
            if self.count >= count:
                return
            check(stale)
            notes: list[Any] = []
            take = self._how.take
            result = simulate(
                self.scenario,
                range(len(self._values), count),
                self.seed,
                self.months,
                threads=threads,
                measures=() if take is None else (_noting(take, notes),),
                final=False,
                progress=lambda _: check(stale),
            )
            self._values = np.concatenate([self._values, result.values])
            if take is not None:
                self._taken += [notes[int(number)] for number in result.chosen["notes"]]

    def first(self, count: int, wanted: int) -> Kept:
        """Return what is kept of the first `count` of `wanted` runs, or of more that are there."""
        with self._lock:
            if self._come_to < count:
                self._kept = [self._how.keep(self.scenario, self._values, self._taken)]
                self._come_to = len(self._values)
                if count >= wanted:
                    self._clear()
            return self._kept[0]


def _noting(take: Callable[[State], object], notes: list[Any]) -> Measure:
    """Return a measure that notes what is taken of a run's end; its value is the note's number."""
    lock = threading.Lock()

    def compute(snapshot: Snapshot) -> float:
        found = take(snapshot.state)
        with lock:
            notes.append(found)
            return len(notes) - 1

    return Measure("notes", "", "", "", "", 0, np.inf, "neither", when="chosen", compute=compute)


class RunStore[Kept]:
    """What is kept of the runs that were asked for, of the latest so many scenarios.

    Parameters
    ----------
    keep : callable
        Makes of a scenario, the monthly values of its runs and what was taken of each of them what
        is kept.
    most : int
        How many scenarios.
    take : callable, optional
        Takes something of the state at the end of a run.
    queue : Queue, optional
        Where others wait too; few runs go before many.
    """

    def __init__(
        self,
        keep: Callable[[Scenario, np.ndarray, list[Any]], Kept],
        most: int,
        *,
        take: Callable[[State], object] | None = None,
        queue: Queue | None = None,
    ) -> None:
        self.keep, self.take = keep, take
        self.queue = Queue() if queue is None else queue
        self._runs: RecentlyUsed[tuple[str, int, int], GrowingRuns[Kept]] = RecentlyUsed(most)

    def of(self, scenario: Scenario, seed: int, months: int) -> GrowingRuns[Kept]:
        """Return the runs of a scenario, whatever it is called."""
        plain = scenario.model_copy(update={"name": "", "description": "", "months": months})
        key = (plain.to_toml(), seed, months)
        return self._runs.get(key, lambda: GrowingRuns(plain, seed, months, self))

    def __len__(self) -> int:
        """Return of how many scenarios something is kept."""
        return len(self._runs)


def in_stages[Kept](
    scenarios: Sequence[Scenario],
    seed: int,
    months: int,
    say: Callable[[tuple[Kept, ...]], object],
    *,
    store: RunStore[Kept],
    stale: Stale = never,
    stages: tuple[int, ...] = STAGES,
    threads: int | None = None,
) -> None:
    """Run scenarios with the same luck in stages, and say after each what there is.

    First stages go before later ones, a few runs at a time, and while others wait there are no
    stages between the first and the last.

    Parameters
    ----------
    scenarios : sequence of Scenario
        What to run; the same one twice is run once.
    seed, months : int
        Base seed and horizon of all.
    say : callable
        Told what is kept of each, in the order of the scenarios; the last time of all runs.
    store : RunStore
        Where runs are looked for first and left.
    stale : callable
        Whether to give up.
    stages : tuple of int
        Runs after which to say something. Stages that are there already are passed over.
    threads : int, optional
        Runs at a time; by default one core is left free.

    Raises
    ------
    GivenUp
        When `stale` says so.
    ScenarioError, PlaceError
        If a scenario cannot be run.
    """
    every = [store.of(scenario, seed, months) for scenario in scenarios]
    workers = spare_threads() if threads is None else threads
    there = min(runs.count for runs in every)
    step = max(1, TURN // len(every))
    for stage in [most for most in stages if most > there] or [stages[-1]]:
        if store.queue.waiting and stage not in (stages[0], stages[-1]):
            continue
        for most in [*range(there + step, stage, step), stage] if there < stage else ():
            with store.queue.turn(stage, stale):
                for runs in every:
                    runs.grow(most, stale, workers)
        there = max(there, stage)
        found = tuple(runs.first(stage, stages[-1]) for runs in every)
        check(stale)
        say(found)


@dataclass(frozen=True)
class ScenarioPair:
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
class PairedRuns:
    """What the matched runs of two scenarios gave so far.

    Attributes
    ----------
    pair : ScenarioPair
        What was run.
    a, b : ndarray of OBSERVATION, shape (runs, months)
        Monthly values; row r of both had the same luck.
    wanted : int
        Runs that there will be in the end.
    """

    pair: ScenarioPair
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

    @property
    def paid(self) -> tuple[float, float]:
        """Public money paid in a mean month of both, GBP."""
        return mean_of(paid_out(self.a)), mean_of(paid_out(self.b))

    def drawn(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Return a measure of both as it is drawn, each (runs, months)."""
        return drawn(self.a, name), drawn(self.b, name)


def monthly_values(most: int = KEPT, queue: Queue | None = None) -> RunStore[np.ndarray]:
    """Return a store of monthly values, (runs, months) of OBSERVATION each."""
    return RunStore(lambda scenario, values, taken: values, most, queue=queue)


def run_pair(
    pair: ScenarioPair,
    say: Callable[[PairedRuns], object],
    *,
    store: RunStore[np.ndarray] | None = None,
    stale: Stale = never,
    stages: tuple[int, ...] = STAGES,
    threads: int | None = None,
) -> None:
    """Run both scenarios in stages and say after each what there is.

    The arguments are those of `in_stages`.
    """

    def told(found: tuple[np.ndarray, ...]) -> None:
        runs = min(map(len, found))
        a, b = (values[:runs] for values in found)
        say(PairedRuns(pair, a, b, stages[-1]))

    in_stages(
        (pair.a, pair.b),
        pair.seed,
        pair.months,
        told,
        store=monthly_values(2) if store is None else store,
        stale=stale,
        stages=stages,
        threads=threads,
    )
