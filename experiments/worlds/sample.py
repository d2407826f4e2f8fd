"""The sample of calibrated worlds that comes with the project."""

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from alliances.experiments.input.tables import csv_frame
from alliances.model.input.errors import UserError

WORLDS = Path(__file__).parent / "worlds.csv"


@lru_cache(maxsize=1)
def _all_worlds() -> pd.DataFrame:
    if not WORLDS.is_file():
        raise UserError(
            "there is no sample of calibrated worlds; `alliances calibrate --adopt` makes one"
        )
    return csv_frame(WORLDS)


def sample_size() -> int:
    """Return how many calibrated worlds there are."""
    return len(_all_worlds())


def calibrated_worlds(count: int | None = None, held: Collection[str] = ()) -> pd.DataFrame:
    """Return worlds that the targets of the calibration do not rule out.

    Parameters
    ----------
    count : int, optional
        How many; the first ones are a good smaller sample, as the order keeps each beginning close
        to the whole. All by default.
    held : collection of str
        Assumptions that are the same in all worlds; their columns are left out.

    Returns
    -------
    DataFrame
        One row a world, one column an assumption.

    Raises
    ------
    UserError
        If there are not so many.
    """
    worlds = _all_worlds()
    if count is None:
        count = len(worlds)
    if not 1 <= count <= len(worlds):
        raise UserError(
            f"{count} calibrated worlds were asked for; there are {len(worlds)}: ask for 1 to "
            f"{len(worlds)}"
        )
    return worlds.iloc[:count].drop(columns=[name for name in worlds if name in held])


def spread_order(points: np.ndarray) -> np.ndarray:
    """Return an order in which each beginning is like the whole.

    At each step that point is next which brings the energy distance between those chosen and all
    points down the most.

    Parameters
    ----------
    points : ndarray, shape (points, dimensions)
        Scaled by their spread before distances are taken.
    """
    spread = points.std(axis=0)
    scaled = points / np.where(spread > 0.0, spread, 1.0)
    squares = (scaled * scaled).sum(axis=1)
    apart = np.sqrt(np.maximum(squares[:, None] + squares - 2.0 * scaled @ scaled.T, 0.0))
    to_all = apart.mean(axis=1)
    to_chosen = np.zeros(len(points))
    left = np.ones(len(points), bool)
    order = np.empty(len(points), np.int64)
    for step in range(len(points)):
        worth = np.where(left, np.round(to_all - to_chosen / (step + 1.0), 12), np.inf)
        order[step] = int(worth.argmin())
        left[order[step]] = False
        to_chosen += apart[order[step]]
    return order
