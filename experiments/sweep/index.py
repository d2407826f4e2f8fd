"""The index: which runs are there, and where they lie."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from alliances.experiments.sweep.experiment import MOST_REPLICATES
from alliances.experiments.sweep.plan import Run
from alliances.experiments.sweep.work import DONE, FAILED, TIMED_OUT

STATUSES = (DONE, FAILED, TIMED_OUT)


@dataclass
class Index:
    """Which runs are there.

    Attributes
    ----------
    key : ndarray of int64
        point x 10,000 + replicate of the latest attempt of each run, in order.
    attempt, part, row : ndarray of int64
        How often it was tried, in which part it lies, and in which row of it.
    status : ndarray of int8
        What became of it, as a place in `STATUSES`.
    parts : list of str
        Names of the parts.
    damaged : list of str
        What was found damaged, and where it was put.
    """

    key: np.ndarray
    attempt: np.ndarray
    part: np.ndarray
    row: np.ndarray
    status: np.ndarray
    parts: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.key)

    @property
    def done(self) -> np.ndarray:
        """Whether each came to a result."""
        return np.asarray(self.status == STATUSES.index(DONE))

    def counts(self) -> dict[str, int]:
        """Return how many runs there are of each status."""
        counted = np.bincount(self.status, minlength=len(STATUSES)).tolist()
        return dict(zip(STATUSES, counted, strict=True))


def key_of(point: Any, replicate: Any) -> Any:
    """Return a number that orders runs by point and replicate."""
    return point * MOST_REPLICATES + replicate


def run_at(key: int) -> Run:
    """Return the run of a key."""
    return Run(int(key) // MOST_REPLICATES, int(key) % MOST_REPLICATES)


def runs_of(index: Index, chosen: np.ndarray) -> list[Run]:
    """Return some runs of an index."""
    return [run_at(key) for key in index.key[chosen]]
