"""Sweeps whose runs are made up, so that what is to be found in them is known."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from alliances.experiments.sweep.plan import Plan
from alliances.experiments.sweep.reading import parse_experiment

ONE_WORLD = """
name = "made <b>up</b>"
question = "Is it < or > & why?"
months = 12
replicates = 4
measures = ["net_impact", "trust_familiar"]
[levers]
competition = [0.0, 0.5, 1.0]
connectors = [0, 2, 4]
[design]
method = "grid"
[analysis]
measures = ["net_impact"]
"""
SEVERAL = ONE_WORLD.replace(
    '[design]\nmethod = "grid"',
    '[worlds]\nloss_ratio = [2.0, 4.0]\n[design.levers]\nmethod = "grid"\n'
    '[design.worlds]\nmethod = "grid"',
)
LUCK = np.array([0.03, -0.01, 0.02, -0.04])  # of each replicate, the same at every point
OWN_LUCK = np.array([0.02, -0.02, 0.01, -0.01])  # of each replicate at what is no reference
HALF_WIDTH = 3.182446 * OWN_LUCK.std(ddof=1) / 2.0  # Student's t with three degrees of freedom

type Value = Callable[[dict[str, float]], float]


class Made:
    """What answers ask of a sweep."""

    def __init__(self, text: str, value: Value, folder: Path = Path()) -> None:
        self.experiment = parse_experiment(text, base=folder, source="here")
        self.folder = folder
        self.points = Plan(self.experiment).points()
        rows = []
        for point in self.points.to_dict("records"):
            alone = point["reference"] == point["point"]
            for replicate, luck in enumerate(LUCK):
                found = value(point) + luck + (0.0 if alone else OWN_LUCK[replicate])
                kept = dict.fromkeys(self.experiment.kept, found)
                rows.append({**point, "replicate": replicate, "status": "done", **kept})
        self.runs = pd.DataFrame(rows)
        self.groups = pd.DataFrame()
        names = ("name", "experiment", "model", "place", "git_commit", "versions", "begun")
        self.manifest = {name: f"{name} of the manifest" for name in names}
