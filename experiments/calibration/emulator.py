"""Emulators: what a statistic would be in a world that was not run, and how unsure that is."""

import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from alliances.experiments.calibration.screen import effects

LEARNT, KEPT = 250, 800  # worlds from which length scales are learnt, and which are remembered
BENT = 6  # assumptions in which the remainder may bend freely: the strongest
CROSSED = 10  # assumptions whose products are in the smooth part: the strongest
HELD = 5  # every so manieth world is held out in a check
RIDGE = 1e-3
TINY = 1e-9


@dataclass
class Emulator:
    """A statistic over the unit cube: a parabola with products, and a Gaussian process on the rest.

    Attributes
    ----------
    columns : tuple of int
        The assumptions that it follows, strongest first.
    noise : float
        Variance of luck and of assumptions that it does not follow.
    """

    columns: tuple[int, ...]
    noise: float
    centre: float
    weights: np.ndarray
    process: Any
    doubt: np.ndarray  # covariance of the weights
    scale: float  # standard deviation of what the weights leave, the process's unit

    @classmethod
    def learn(cls, units: np.ndarray, values: np.ndarray, among: Sequence[int]) -> "Emulator":
        """Return the emulator of a statistic.

        Parameters
        ----------
        units : ndarray, shape (worlds, assumptions)
            Where it was seen.
        values : ndarray, shape (worlds,)
            What was seen; not finite where there was nothing to measure.
        among : sequence of int
            Assumptions that it may follow.
        """
        from sklearn.gaussian_process import GaussianProcessRegressor
        from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

        there = np.isfinite(values)
        units, values = units[there], values[there]
        strong = effects(units[:, list(among)], values)
        columns = tuple(among[j] for j in strong)
        centre = float(values.mean()) if len(values) else 0.0
        if not columns:
            spread = float(values.var(ddof=1)) if len(values) > 1 else 0.0
            return cls((), spread, centre, np.zeros(0), None, np.zeros((0, 0)), 1.0)
        features = _features(units[:, list(columns)])
        gram = features.T @ features + RIDGE * len(features) * np.eye(features.shape[1])
        inverse = np.linalg.inv(gram)
        weights = inverse @ (features.T @ (values - centre))
        rest = values - centre - features @ weights
        freedom = max(1, len(rest) - features.shape[1] - 1)
        scale = max(float(np.sqrt(rest @ rest / freedom)), TINY)
        bent = units[:, list(columns[:BENT])]
        kernel = ConstantKernel(0.3, (1e-4, 1e2)) * Matern(
            np.ones(bent.shape[1]), (0.2, 20.0), nu=2.5
        ) + WhiteKernel(0.7, (1e-4, 10.0))
        learner = GaussianProcessRegressor(kernel, n_restarts_optimizer=0, random_state=0)
        learner.fit(*_some(bent, rest / scale, LEARNT))
        process = GaussianProcessRegressor(learner.kernel_, optimizer=None)
        process.fit(*_some(bent, rest / scale, KEPT))
        noise = float(process.kernel_.k2.noise_level) * scale * scale
        return cls(columns, noise, centre, weights, process, inverse * scale * scale, scale)

    def predict(self, units: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean at points of the unit cube, and the variance of that mean."""
        if self.process is None:
            return np.full(len(units), self.centre), np.zeros(len(units))
        features = _features(units[:, list(self.columns)])
        smooth = self.centre + features @ self.weights
        rest, spread = self.process.predict(units[:, list(self.columns[:BENT])], return_std=True)
        white = float(self.process.kernel_.k2.noise_level)
        variance = np.maximum(spread * spread - white, 0.0) * self.scale * self.scale
        variance += np.einsum("ij,jk,ik->i", features, self.doubt, features, optimize=True)
        return smooth + rest * self.scale, variance


def _features(units: np.ndarray) -> np.ndarray:
    x = 2.0 * units - 1.0
    products = [
        x[:, i] * x[:, j]
        for i in range(min(CROSSED, x.shape[1]))
        for j in range(i + 1, min(CROSSED, x.shape[1]))
    ]
    return np.column_stack([x, 1.5 * x * x - 0.5, *products])


def _some(x: np.ndarray, y: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return at most so many rows: the last, which lie where it matters most."""
    return x[-most:], y[-most:]


@contextmanager
def _quiet() -> Iterator[None]:
    """Say nothing of length scales that end at a limit: these are limits on purpose.

    And one thread for each product of matrices, so that sums run in the same order every time.
    """
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


def learn_all(
    units: np.ndarray, statistics: dict[str, np.ndarray], among: Sequence[int], threads: int
) -> dict[str, Emulator]:
    """Return the emulator of each statistic."""
    with _quiet(), ThreadPoolExecutor(threads) as pool:
        made = pool.map(lambda values: Emulator.learn(units, values, among), statistics.values())
        return dict(zip(statistics, made, strict=True))


def check(
    units: np.ndarray, statistics: dict[str, np.ndarray], among: Sequence[int], threads: int
) -> pd.DataFrame:
    """Return how well emulators foretell worlds that were held out from them.

    Returns
    -------
    DataFrame
        statistic, follows (assumptions), explained (share of the held-out variance) and covered
        (share of held-out worlds within two standard deviations, luck included).
    """
    held = np.arange(len(units)) % HELD == HELD - 1
    with _quiet(), ThreadPoolExecutor(threads) as pool:
        rows = pool.map(
            lambda item: _checked(item[0], item[1], units, held, among), list(statistics.items())
        )
        return pd.DataFrame(list(rows))


def _checked(
    name: str, values: np.ndarray, units: np.ndarray, held: np.ndarray, among: Sequence[int]
) -> dict[str, Any]:
    emulator = Emulator.learn(units[~held], values[~held], among)
    there = held & np.isfinite(values)
    mean, variance = emulator.predict(units[there])
    off = values[there] - mean
    spread = float(((values[there] - values[there].mean()) ** 2).sum()) if there.any() else 0.0
    inside = np.abs(off) <= 2.0 * np.sqrt(variance + emulator.noise)
    return {
        "statistic": name,
        "follows": len(emulator.columns),
        "explained": 1.0 - float(off @ off) / spread if spread > 0.0 else float("nan"),
        "covered": float(inside.mean()) if there.any() else float("nan"),
    }
