"""Targets: what is measured, the band that observations allow, and what it is used for."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import numpy as np
import pandas as pd

from alliances.experiments.input.tables import csv_frame
from alliances.model.input.errors import UserError

type Use = Literal["fit", "validation", "told"]
type Scale = Literal["plain", "log"]

FOLDER = Path(__file__).parent
BANDS, NETWORKS = FOLDER / "targets.csv", FOLDER / "networks.csv"
COLUMNS = (
    *("statistic", "pattern", "label", "low", "high", "scale", "discrepancy"),
    *("use", "source", "note"),
)
USES = ("fit", "validation", "told")
TINY = 1e-9
FLOOR = 0.1  # on the log scale what is below a tenth of a band's lower end counts as a tenth


@dataclass(frozen=True)
class Target:
    """A band for a statistic.

    Attributes
    ----------
    statistic : str
        What `simulate.summary` calls it.
    pattern : int
        Number of the pattern in the specification.
    label : str
        What it is, in words.
    low, high : float or None
        Ends of the band; None where it is open. A closed band is taken to hold about 95 % of what
        the observations allow: a quarter of its width is their standard deviation.
    scale : {"plain", "log"}
        On which scale distances are measured.
    discrepancy : float
        Standard deviation of what the model leaves out, on that scale.
    use : {"fit", "validation", "told"}
        Whether worlds are ruled out by it, or only judged, or only told.
    source, note : str
        Where the band comes from, and what a reader must know besides.
    """

    statistic: str
    pattern: int
    label: str
    low: float | None
    high: float | None
    scale: Scale = "plain"
    discrepancy: float = 0.0
    use: Use = "fit"
    source: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be a target."""
        ends = [end for end in (self.low, self.high) if end is not None]
        if self.use not in USES:
            raise UserError(f"target {self.statistic}: use was {self.use!r}; give {USES}")
        if self.scale not in ("plain", "log"):
            raise UserError(f"target {self.statistic}: scale was {self.scale!r}; plain or log")
        if self.use != "told" and not ends:
            raise UserError(f"target {self.statistic} has no band: give low, high, or both")
        if len(ends) == 2 and not ends[0] < ends[1]:
            raise UserError(f"target {self.statistic}: low ({ends[0]}) is not below high")
        if self.scale == "log" and (not ends or min(ends) <= 0.0):
            raise UserError(f"target {self.statistic}: the log scale needs a band above 0")
        if not self.discrepancy >= 0.0:
            raise UserError(f"target {self.statistic}: discrepancy was {self.discrepancy}")

    def scaled(self, values: np.ndarray) -> np.ndarray:
        """Return values on the target's scale."""
        values = np.asarray(values, float)
        if self.scale != "log":
            return values
        floor = FLOOR * min(end for end in (self.low, self.high) if end is not None)
        return np.log(np.maximum(values, floor))

    @property
    def ends(self) -> tuple[float, float]:
        """Both ends on the target's scale, infinite where open."""
        low, high = (
            open_end if end is None else float(self.scaled(np.array(end)))
            for end, open_end in ((self.low, -np.inf), (self.high, np.inf))
        )
        return low, high

    @property
    def own_variance(self) -> float:
        """Variance of observation and discrepancy, on the target's scale."""
        low, high = self.ends
        seen = (high - low) / 4.0 if np.isfinite(high - low) else 0.0
        return seen * seen + self.discrepancy * self.discrepancy

    def gap(self, scaled: np.ndarray) -> np.ndarray:
        """Return how far values on the target's scale lie from the middle of its band.

        Where the band is open on one side: how far they lie beyond its end.
        """
        low, high = self.ends
        if np.isfinite(low) and np.isfinite(high):
            return np.abs(scaled - (low + high) / 2.0)
        return np.maximum(np.maximum(low - scaled, scaled - high), 0.0)

    def implausibility(self, scaled: np.ndarray, variance: np.ndarray | float) -> np.ndarray:
        """Return the gap in standard deviations.

        Parameters
        ----------
        scaled : ndarray
            What the model gives, on the target's scale.
        variance : ndarray or float
            How unsure that is: of the emulator and of luck.
        """
        total = np.sqrt(variance + self.own_variance)
        far = self.gap(scaled) / np.maximum(total, TINY)
        return np.where(np.isnan(far), np.inf, far)

    def holds(self, values: np.ndarray) -> np.ndarray:
        """Return which values lie inside the band."""
        values = np.asarray(values, float)
        low = -np.inf if self.low is None else self.low
        high = np.inf if self.high is None else self.high
        return np.asarray((values >= low) & (values <= high))


def read_targets(files: Sequence[Path] = (BANDS, NETWORKS)) -> tuple[Target, ...]:
    """Return the targets of some files, in their order.

    Raises
    ------
    UserError
        If a file has other columns or a row that cannot be a target.
    """
    found = []
    for file in files:
        table = csv_frame(file, keep_default_na=False)
        if tuple(table.columns) != COLUMNS:
            raise UserError(f"{file.name} must have the columns {', '.join(COLUMNS)}")
        for row in table.to_dict("records"):
            ends = [None if row[end] == "" else float(row[end]) for end in ("low", "high")]
            found.append(
                Target(
                    statistic=str(row["statistic"]),
                    pattern=int(row["pattern"]),
                    label=str(row["label"]),
                    low=ends[0],
                    high=ends[1],
                    scale=cast("Scale", row["scale"]),
                    discrepancy=float(row["discrepancy"] or 0.0),
                    use=cast("Use", row["use"]),
                    source=str(row["source"]),
                    note=str(row["note"]),
                )
            )
    twice = pd.Series([(t.statistic, t.use) for t in found])
    if twice.duplicated().any():
        raise UserError(f"two targets are the same: {twice[twice.duplicated()].tolist()}")
    return tuple(found)
