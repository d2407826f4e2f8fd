"""When a point has runs enough: half-widths of paired differences, looked at between blocks."""

from collections.abc import Mapping

import numpy as np

from alliances.experiments.runs.interval import half_width
from alliances.experiments.sweep.experiment import Stop


def replicates_needed(
    stop: Stop, point: Mapping[str, np.ndarray], reference: Mapping[str, np.ndarray] | None
) -> int:
    """Return how many replicates a point needs, as far as its runs can tell.

    Looks are taken after `minimum` runs and then after every block. The first of `look_ahead` looks
    in a row that find every measure inside its target ends the point there, at the last of them.
    What is decided depends on the values alone, so a sweep that goes on after a break decides the
    same.

    Parameters
    ----------
    stop : Stop
        The rule.
    point, reference : mapping of str to ndarray, shape (replicates,)
        Values so far by measure, in the order of replicates, NaN where a run failed. Without a
        reference the half-width is that of the point's own mean.

    Returns
    -------
    int
        Replicates to run in all: no more than there are if the point is done, else the next look.
    """
    there = min(len(next(iter(point.values()))), stop.maximum)
    inside, look = 0, stop.minimum
    while look <= there:
        met = True
        for name, target in stop.half_width.items():
            values = point[name][:look]
            if reference is not None:
                values = values - reference[name][:look]
            met = met and half_width(values) <= target
        inside = inside + 1 if met else 0
        if inside >= stop.look_ahead or look >= stop.maximum:
            return look
        look = min(look + stop.block, stop.maximum)
    return look
