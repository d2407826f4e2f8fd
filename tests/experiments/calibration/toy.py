"""A toy model with a known answer, in the place of the real one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from alliances.experiments.calibration.simulate import Effort
from alliances.experiments.calibration.target import Target
from alliances.experiments.calibration.waves import Settings
from alliances.experiments.worlds.factor import Factor
from alliances.experiments.worlds.prior import Prior

# Real assumptions' names, so that the same path is gone; what they do is the toy's own.
NAMES = ("trust_gain", "loss_ratio", "stranger_trust", "meeting_base", "anchor_rate", "meetings")
PRIOR = Prior(tuple(Factor(name, False, "number", 0.0, 2.0) for name in NAMES))
TARGETS = (
    Target("sum", 1, "trust_gain + loss_ratio", 1.1, 1.3, discrepancy=0.02),
    Target("product", 2, "trust_gain x loss_ratio", 0.27, 0.4, scale="log", discrepancy=0.05),
    Target("held_out", 3, "trust_gain", 0.0, 2.0, use="validation"),
)
SETTINGS = Settings(
    first=160, further=80, waves=2, candidates=60, sample=20, defaults=8, population=80, spared=0
)
LUCK = 0.02


def toy(
    worlds: Sequence[Mapping[str, Any]],
    effort: Effort,
    first_luck: int,
    progress: Callable[[int], object],
) -> pd.DataFrame:
    """The sum and the product of the first two assumptions, with luck; the others do nothing."""
    rows = []
    for k, world in enumerate(worlds):
        luck = np.random.default_rng(first_luck + k).normal(0.0, LUCK, 2)
        a, b = world["trust_gain"], world["loss_ratio"]
        rows.append(
            {
                "sum": a + b + luck[0],
                "product": a * b * np.exp(luck[1]),
                "held_out": a,
                "trust_familiar_year_10": b,
            }
        )
        progress(1)
    return pd.DataFrame(rows)
