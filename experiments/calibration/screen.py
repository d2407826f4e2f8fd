"""Which assumptions matter for a statistic, seen in the runs of a space-filling design.

Every assumption varies in every world, so the runs of the first wave tell about all of them at
once; a Morris design would need one more run an assumption and trajectory, of use for nothing else.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats

LEVEL = 0.05  # chance of taking up an assumption that does nothing, over all of them
MOST_FOR_ONE = 24


def effects(units: np.ndarray, values: np.ndarray) -> dict[int, float]:
    """Return the columns that a statistic follows, with the share of its variance each explains.

    Straight lines and parabolas are taken up one assumption at a time, the strongest first, until
    the next could be luck.

    Parameters
    ----------
    units : ndarray, shape (worlds, assumptions)
        Points of the unit cube.
    values : ndarray, shape (worlds,)
        The statistic; worlds in which it is not finite are left out.
    """
    there = np.isfinite(values)
    x, y = 2.0 * units[there] - 1.0, values[there] - values[there].mean()
    total = float(y @ y)
    count, width = x.shape
    if count < 8 or total <= 0.0:
        return {}
    bases = np.stack([x, 1.5 * x * x - 0.5], axis=2)  # Legendre: nearly at right angles
    bases = bases - bases.mean(axis=0)
    chosen: dict[int, float] = {}
    design = np.empty((count, 0))
    rest = y
    while len(chosen) < min(MOST_FOR_ONE, width, (count - 4) // 4):
        best, gain, fitted = -1, 0.0, rest
        scores = _scores(bases, rest)
        for j in np.argsort(-scores)[:3]:  # the strongest by itself is nearly always the best
            if int(j) in chosen:
                continue
            columns = np.column_stack([design, bases[:, j, :]])
            left = y - columns @ np.linalg.lstsq(columns, y, rcond=None)[0]
            if rest @ rest - left @ left > gain:
                best, gain, fitted = int(j), float(rest @ rest - left @ left), left
        freedom = count - design.shape[1] - 3
        if best < 0 or freedom < 1:
            break
        ratio = (gain / 2.0) / max(float(fitted @ fitted) / freedom, 1e-300)
        if stats.f.sf(ratio, 2, freedom) > LEVEL / width:
            break
        design = np.column_stack([design, bases[:, best, :]])
        chosen[best] = gain / total
        rest = fitted
    return chosen


def _scores(bases: np.ndarray, rest: np.ndarray) -> np.ndarray:
    along = np.einsum("ijk,i->jk", bases, rest)
    lengths = np.einsum("ijk,ijk->jk", bases, bases)
    return np.asarray((along * along / np.maximum(lengths, 1e-300)).sum(axis=1))


def screen(
    units: np.ndarray, statistics: Mapping[str, np.ndarray], names: tuple[str, ...]
) -> pd.DataFrame:
    """Return assumption x statistic: the share of the statistic's variance that it explains."""
    table = pd.DataFrame(0.0, index=list(names), columns=list(statistics))
    for statistic, values in statistics.items():
        for column, share in effects(units, values).items():
            table.loc[names[column], statistic] = share
    return table


def active(table: pd.DataFrame, most: int, least: float) -> tuple[str, ...]:
    """Return the assumptions that explain at least a share of some statistic, strongest first."""
    strength = table.max(axis=1)
    chosen = strength[strength >= least].sort_values(ascending=False, kind="stable")
    return tuple(chosen.index[:most])
