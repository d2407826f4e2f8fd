"""What a sweep will take: runs, time, disk, and how sure its answers can be."""

from dataclasses import dataclass

import numpy as np

from alliances.experiments.runs.interval import half_width
from alliances.experiments.sweep.files import pq_bytes
from alliances.experiments.sweep.plan import Plan, Run
from alliances.experiments.sweep.work import Worker
from alliances.model.measures import HEADLINES

PILOT = 16  # runs of two points


@dataclass(frozen=True)
class Estimate:
    """What a sweep will take, judged by a few runs of two of its points.

    Attributes
    ----------
    points, runs : int
        Points, and runs at most.
    seconds_a_run : float
        On one core.
    bytes_a_run : float
        On disk: the part and the table put together from it.
    spread : dict of str to float
        For each measure the standard deviation of the paired difference between the two points (or
        of the measure itself if there is one point only).
    half_widths : dict of str to float
        Half-widths of the 95 % interval to expect with all replicates.
    """

    points: int
    runs: int
    seconds_a_run: float
    bytes_a_run: float
    spread: dict[str, float]
    half_widths: dict[str, float]

    def seconds(self, workers: int) -> float:
        """Return how long it will take with so many workers."""
        return self.runs * self.seconds_a_run / workers

    @property
    def bytes(self) -> float:
        """On disk, in the end."""
        return self.runs * self.bytes_a_run


def estimate(plan: Plan) -> Estimate:
    """Run a few runs of two points and tell what the whole will take."""
    experiment = plan.experiment
    worker = Worker(plan)
    other = int(np.argmax(plan.reference != np.arange(len(plan))))
    reference = int(plan.reference[other])
    worker.do([Run(reference, 0)])
    batches = [
        worker.do([Run(p, r) for r in range(PILOT)]) for p in dict.fromkeys((reference, other))
    ]
    seconds = float(np.mean([np.mean(b.runs["seconds"].to_numpy()) for b in batches]))
    size = sum(len(pq_bytes(table)) for table in (batches[0].runs, *batches[0].tables.values()))
    names = [name for name in HEADLINES if name in experiment.kept] or list(experiment.kept[:10])
    spread, widths = {}, {}
    for name in names:
        values = [batch.runs[name].to_numpy() for batch in batches]
        differences = values[-1] - values[0] if len(values) > 1 else values[0]
        finite = differences[np.isfinite(differences)]
        if len(finite) < 2:
            continue
        spread[name] = float(finite.std(ddof=1))
        line = np.linspace(-1.0, 1.0, experiment.most_replicates)
        scale = line.std(ddof=1) if len(line) > 1 else np.nan
        widths[name] = half_width(line / scale) * spread[name] if len(line) > 1 else float("inf")
    return Estimate(len(plan), plan.most_runs, seconds, 2.0 * size / PILOT, spread, widths)
