"""Tables of points and runs as the store of a sweep gives them."""

import numpy as np
import pandas as pd


def sweep(design, factors, outputs, *, worlds=None, references=None, measure="impact"):
    """Return points and runs: `outputs` is (points, replicates), NaN where a run failed."""
    design = np.asarray(design, float)
    outputs = np.asarray(outputs, float)
    count, replicates = outputs.shape
    numbers = np.arange(count)
    points = pd.DataFrame(
        {
            "point": numbers,
            "world": numbers if worlds is None else worlds,
            "reference": numbers if references is None else references,
            "design_row": numbers,
        }
    )
    for column, factor in enumerate(factors):
        points[factor] = design[:, column]
        points[f"u_{factor}"] = design[:, column]
    runs = pd.DataFrame(
        {
            "run": np.arange(count * replicates),
            "point": np.repeat(numbers, replicates),
            "replicate": np.tile(np.arange(replicates), count),
            measure: outputs.ravel(),
        }
    )
    runs["status"] = np.where(np.isfinite(runs[measure]), "done", "failed")
    runs = runs.merge(points[["point", "world", "reference"]], on="point")
    return points, runs
