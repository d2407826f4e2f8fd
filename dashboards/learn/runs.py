"""The runs of a chapter: each arm and each value of the knob, with the same luck."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from alliances.dashboards.learn.chapter import Chapter
from alliances.experiments.explain.events import EventRecord, record_events
from alliances.experiments.runs.ensemble import spare_threads
from alliances.experiments.runs.months import drawn, is_measured, mean_of_runs
from alliances.model.scenario import Scenario
from alliances.model.simulation import simulate

DIARIES = 6  # runs that are read event by event for a finding


@dataclass(frozen=True, eq=False)
class Ensemble:
    """The measures of one scenario's runs that a chapter needs.

    Attributes
    ----------
    values : mapping of str to ndarray, shape (runs, months)
        Monthly values; NaN where there was nothing to measure.
    lines : mapping of str to ndarray, shape (runs, months)
        The same as it is drawn: flows as the mean of twelve months.
    """

    values: Mapping[str, np.ndarray]
    lines: Mapping[str, np.ndarray]

    def mean(self, measure: str, end: int, window: int) -> np.ndarray:
        """Return each run's mean over the months before `end`; NaN where nothing was measured."""
        part = self.values[measure][:, max(0, end - window) : end]
        count = np.isfinite(part).sum(axis=1)
        total = np.nansum(part, axis=1)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)

    def path(self, measure: str) -> np.ndarray:
        """Return the mean over runs in each month; NaN in months without any value."""
        return mean_of_runs(self.values[measure])


def measures_of(chapter: Chapter) -> tuple[str, ...]:
    """Return the measures that a chapter needs."""
    names = [found.measure for found in chapter.findings.values()]
    names += [scene.measure for scene in (chapter.reveal, chapter.twist) if scene.measure]
    return tuple(dict.fromkeys(names))


def ensemble(scenario: Scenario, measures: Iterable[str], runs: int, seed: int) -> Ensemble:
    """Run a scenario and keep some measures."""
    result = simulate(scenario, runs, seed, threads=spare_threads(), final=False)
    found = result.values
    values = {
        name: np.where(is_measured(found, name), found[name], np.nan).astype(np.float64)
        for name in measures
    }
    return Ensemble(values, {name: drawn(found, name) for name in measures})


@dataclass(eq=False)
class Stock:
    """The runs of one chapter under one luck, made when they are first asked for.

    Attributes
    ----------
    chapter : Chapter
        Whose.
    seed : int
        The luck.
    said : dict
        What was found, by finding and what was chosen.
    early, whole : Event
        Set when there is what the run and the reveal show, and when there is everything.
    fault : str
        Why there is nothing, if it could not be run.
    """

    chapter: Chapter
    seed: int
    said: dict[tuple[str, str], object] = field(default_factory=dict)
    early: threading.Event = field(default_factory=threading.Event)
    whole: threading.Event = field(default_factory=threading.Event)
    fault: str = ""
    begun: bool = False
    _ensembles: dict[str, Ensemble] = field(default_factory=dict)
    _diaries: dict[str, tuple[EventRecord, ...]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def ensemble(self, arm: str, value: float | int | str | None = None) -> Ensemble:
        """Return the runs of an arm, perhaps with the knob at a value."""
        knob = {} if value is None else {self.chapter.knob.lever: value}
        scenario = self.chapter.scenario_of(arm, **knob)
        key = scenario.model_copy(update={"name": "", "description": ""}).to_toml()
        with self._lock:
            if key not in self._ensembles:
                self._ensembles[key] = ensemble(
                    scenario, measures_of(self.chapter), self.chapter.runs, self.seed
                )
            return self._ensembles[key]

    def diaries(self, arm: str) -> tuple[EventRecord, ...]:
        """Return a few runs of an arm event by event."""
        with self._lock:
            if arm not in self._diaries:
                scenario = self.chapter.scenario_of(arm)
                self._diaries[arm] = tuple(
                    record_events(scenario, self.seed, k) for k in range(DIARIES)
                )
            return self._diaries[arm]


class Shelf:
    """The stocks of chapters in use, the latest few; shared by all who look at them."""

    def __init__(self, most: int = 24) -> None:
        self._most = most
        self._stocks: dict[tuple[str, int], Stock] = {}
        self._lock = threading.Lock()

    def stock(self, chapter: Chapter, seed: int | None = None) -> Stock:
        """Return the runs of a chapter, under its own luck or another."""
        luck = chapter.seed if seed is None else seed
        key = (chapter.model_dump_json(), luck)
        with self._lock:
            found = self._stocks.pop(key, None) or Stock(chapter, luck)
            self._stocks[key] = found
            while len(self._stocks) > self._most:
                self._stocks.pop(next(iter(self._stocks)))
            return found
