"""Means over months, of those months only in which there is something to measure.

A measure such as small organisations' share of voice has a value on empty input, 0, which says
nothing about voice when there is no alliance; averaged with the rest it would look like a change.
"""

from collections.abc import Sequence

import numpy as np

from alliances.model.measures import MEASURES
from alliances.model.simulation import Result

# What happens within months, and comes in rounds, is drawn as the mean of the last so many months.
SMOOTHED = 12


def is_measured(values: np.ndarray, name: str) -> np.ndarray:
    """Return in which months of which runs a measure has something to measure.

    Parameters
    ----------
    values : ndarray of OBSERVATION
        Monthly values of any shape; the answer has the same.
    name : str
        The measure.
    """
    needed = MEASURES[name].needs
    if not needed:
        return np.ones(values.shape, bool)
    return np.asarray(np.any([values[other] > 0.0 for other in needed], axis=0))


def mean_over(values: np.ndarray, name: str) -> np.ndarray:
    """Return each run's mean of a measure; NaN where it had nothing to measure in any month.

    Parameters
    ----------
    values : ndarray of OBSERVATION, shape (replicates, months)
        The months to average over.
    name : str
        The measure.
    """
    here = is_measured(values, name)
    if here.all():
        return np.asarray(values[name].mean(axis=1))
    count = here.sum(axis=1)
    total = np.where(here, values[name], 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def paid_out(values: np.ndarray) -> np.ndarray:
    """Return the public money that each run paid in a mean month, GBP.

    Parameters
    ----------
    values : ndarray of OBSERVATION, shape (replicates, months)
        All months, as awards come in waves.
    """
    return np.asarray(values["commissioned_money"].mean(axis=1))


def mean_of(values: np.ndarray) -> float:
    """Return the mean of the runs that have a value; NaN without any."""
    there = values[np.isfinite(values)]
    return float(there.mean()) if len(there) else float("nan")


def running_means(values: np.ndarray, name: str, window: int) -> np.ndarray:
    """Return the means of each month and the `window` - 1 before it.

    The first months of a run, that have not so many behind them, are NaN, unless the run is no
    longer than the window.

    Parameters
    ----------
    values : ndarray of OBSERVATION, shape (replicates, months)
        Monthly values.
    name : str
        The measure.
    window : int
        Months; 1 leaves the values as they are, NaN where there was nothing to measure.
    """
    here = is_measured(values, name)
    if window == 1:
        return np.where(here, values[name], np.nan)
    months = values.shape[1]
    end = np.arange(1, months + 1)
    start = np.maximum(0, end - window)
    sums, counts = (
        _between(column, start, end)
        for column in (np.where(here, values[name], 0.0), here.astype(float))
    )
    means = np.where(counts > 0, sums / np.maximum(counts, 1.0), np.nan)
    if months > window:
        means[:, : window - 1] = np.nan
    return means


def drawn(values: np.ndarray, name: str) -> np.ndarray:
    """Return a measure as it is drawn: (replicates, months).

    Of flows it is the mean of the last 12 months, from the month on that has so many (in shorter
    runs: as many as there are). NaN where there is nothing to measure.
    """
    return running_means(values, name, SMOOTHED if MEASURES[name].is_smoothed else 1)


def _between(column: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    total = np.cumsum(np.pad(column, ((0, 0), (1, 0))), axis=1)
    return np.asarray(total[:, end] - total[:, start])


def mean_of_runs(values: np.ndarray) -> np.ndarray:
    """Return the mean over those runs of each month that have a value.

    Parameters
    ----------
    values : ndarray, shape (replicates, months)
        NaN where there was nothing to measure.

    Returns
    -------
    ndarray, shape (months,)
        NaN in months in which no run has a value.
    """
    here = np.isfinite(values)
    count = here.sum(axis=0)
    total = np.where(here, values, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def percentiles(values: np.ndarray, shares: Sequence[float]) -> np.ndarray:
    """Return percentiles over those runs of each month that have a value.

    The same numbers as numpy's `nanpercentile`, all months at once, which is a hundred times faster
    where some are NaN.

    Parameters
    ----------
    values : ndarray, shape (replicates, months)
        NaN where there was nothing to measure.
    shares : sequence of float
        Percentages, 0 to 100.

    Returns
    -------
    ndarray, shape (shares, months)
        NaN in months in which no run has a value.
    """
    ordered = np.sort(values, axis=0)  # NaN comes last
    count = np.isfinite(values).sum(axis=0)
    place = np.asarray(shares, float)[:, None] / 100.0 * np.maximum(count - 1, 0)
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, np.maximum(count - 1, 0))
    low, high = (np.take_along_axis(ordered, rows, axis=0) for rows in (below, above))
    found = low + (high - low) * (place - below)
    return np.where(count > 0, found, np.nan)


def last_means(result: Result, last: int) -> dict[str, np.ndarray]:
    """Return each run's mean over its last months, by measure; further measures as they are."""
    means = {name: mean_over(result.values[:, -last:], name) for name in MEASURES}
    if result.measures:
        final = result.chosen[result.chosen["month"] == result.chosen["month"].max()]
        for measure in result.measures:
            means[measure.name] = final[measure.name].to_numpy(np.float64)
    return means
