"""Lines of a chart as data, whoever draws them, and names at their ends that keep apart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from alliances.experiments.runs.months import mean_of_runs, percentiles


@dataclass(frozen=True, eq=False)
class Curve:
    """One line of a chart, and what is drawn around it.

    Attributes
    ----------
    label : str
        What stands at its end; nothing if it is empty.
    role : str
        Whose colour, dash and width it has; each pen has its own for each role.
    values : ndarray
        The line, in the unit of the measure; NaN where there was nothing to measure.
    bands : tuple of (ndarray, ndarray)
        Lower and upper edges around it, the widest first.
    runs : sequence of ndarray
        Single runs, drawn thin.
    dashed : bool or None
        Whether it is dashed; None leaves that to its role.
    """

    label: str
    role: str
    values: np.ndarray
    bands: tuple[tuple[np.ndarray, np.ndarray], ...] = ()
    runs: Sequence[np.ndarray] = ()
    dashed: bool | None = None

    @property
    def end(self) -> float:
        """The last value that there is; NaN without any."""
        there = self.values[np.isfinite(self.values)]
        return float(there[-1]) if len(there) else np.nan

    def drawn(self) -> Iterator[np.ndarray]:
        """Yield all rows of numbers that are drawn."""
        yield self.values
        for edges in self.bands:
            yield from edges
        yield from self.runs


def curve_of(
    label: str, role: str, values: np.ndarray, shares: Sequence[float] = (), runs: int = 0
) -> Curve:
    """Return the mean of runs as a line, with bands and single runs if there are several.

    Parameters
    ----------
    label, role : str
        As of `Curve`.
    values : ndarray, shape (runs, points)
        NaN where there was nothing to measure.
    shares : sequence of float
        Percentages of the runs at the lower edges of the bands, the widest first.
    runs : int
        How many single runs are drawn.
    """
    several = len(values) > 1
    bands = (percentiles(values, (share, 100.0 - share)) for share in shares if several)
    return Curve(
        label,
        role,
        mean_of_runs(values),
        tuple((low, high) for low, high in bands),
        list(values[: runs if several else 0]),
    )


def extent(curves: Sequence[Curve]) -> tuple[float, float]:
    """Return the least and the most of all that is drawn; NaN if nothing is."""
    every = np.concatenate([row for curve in curves for row in curve.drawn()])
    every = every[np.isfinite(every)]
    return (float(every.min()), float(every.max())) if len(every) else (np.nan, np.nan)


def apart(
    places: Sequence[float],
    heights: Sequence[float],
    least: float = -np.inf,
    most: float = np.inf,
) -> list[float]:
    """Return where names stand, so that none lies on another and all between two edges.

    They keep their order. Names that would lie on each other make a group, which is set around the
    middle of where its members belong.

    Parameters
    ----------
    places, heights : sequence of float
        Where the middle of each name belongs, and how high it is.
    least, most : float
        Edges.

    Examples
    --------
    >>> apart([50.0, 50.0, 100.0], [20.0, 40.0, 10.0])
    [30.0, 60.0, 100.0]
    >>> apart([375.0, 340.0], [20.0, 20.0], 0.0, 380.0)
    [370.0, 340.0]
    """
    groups: list[tuple[list[int], float, float]] = []  # members, top and bottom
    for k in sorted(range(len(places)), key=lambda k: places[k]):
        members = [k]
        while True:
            high = sum(heights[j] for j in members)
            middle = sum(places[j] for j in members) / len(members)
            top = max(least, min(middle - high / 2, most - high))
            if not groups or groups[-1][2] <= top:
                break
            members = groups.pop()[0] + members
        groups.append((members, top, top + high))
    found = [0.0] * len(places)
    for members, top, _ in groups:
        for k in members:
            found[k] = top + heights[k] / 2
            top += heights[k]
    return found
