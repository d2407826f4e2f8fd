"""The runs of a chapter: each arm and each value of the knob, with the same luck."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from alliances.dashboards.learn.chapter import Chapter
from alliances.experiments.explain.events import EventRecord, record_events
from alliances.experiments.runs.ensemble import RunStore, in_stages
from alliances.experiments.runs.months import drawn, is_measured, mean_of_runs
from alliances.model.scenario import Scenario

DIARIES = 6  # runs that are read event by event for a finding


@dataclass(frozen=True, eq=False)
class MeasuredRuns:
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


@dataclass(eq=False)
class ChapterRuns:
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
    _diaries: dict[str, tuple[EventRecord, ...]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Keep the measures of every arm and value of the knob."""
        self._runs = RunStore(
            self._measured, len(self.chapter.arms) * (1 + len(self.chapter.knob.values))
        )

    def _measured(self, scenario: Scenario, found: np.ndarray, taken: list[Any]) -> MeasuredRuns:
        names = measures_of(self.chapter)
        values = {
            name: np.where(is_measured(found, name), found[name], np.nan).astype(np.float64)
            for name in names
        }
        return MeasuredRuns(values, {name: drawn(found, name) for name in names})

    def ensemble(self, arm: str, value: float | int | str | None = None) -> MeasuredRuns:
        """Return the runs of an arm, perhaps with the knob at a value."""
        knob = {} if value is None else {self.chapter.knob.lever: value}
        scenario = self.chapter.scenario_of(arm, **knob)
        found: list[tuple[MeasuredRuns, ...]] = []
        every = (self.chapter.runs,)
        in_stages(
            [scenario], self.seed, scenario.months, found.append, store=self._runs, stages=every
        )
        return found[0][0]

    def records(self, arm: str) -> tuple[EventRecord, ...]:
        """Return a few runs of an arm event by event."""
        with self._lock:
            if arm not in self._diaries:
                scenario = self.chapter.scenario_of(arm)
                self._diaries[arm] = tuple(
                    record_events(scenario, self.seed, k) for k in range(DIARIES)
                )
            return self._diaries[arm]
