"""What somebody looked at, with all that is needed to write it down."""

import json
from dataclasses import dataclass

import numpy as np

from alliances.dashboards.web.shared.comparing import Comparing
from alliances.experiments.output.manifest import own_version
from alliances.model.scenario import Scenario


@dataclass(frozen=True, eq=False)
class SheetArm:
    """One scenario of a sheet.

    Attributes
    ----------
    name : str
        A word or two, as it stands at the end of a line.
    scenario : Scenario
        What was run.
    values : ndarray of OBSERVATION, shape (runs, months)
        Monthly values; row r of all arms had the same luck.
    title : str
        What it is called on its page; the scenario's name by default.
    """

    name: str
    scenario: Scenario
    values: np.ndarray
    title: str = ""


@dataclass(frozen=True, eq=False)
class Sheet:
    """Scenarios that were run with the same luck, the first of which the others are held against.

    Attributes
    ----------
    title : str
        What was looked at.
    link : str
        Path and search of the page that shows it.
    seed : int
        Base seed of all.
    charts : tuple of str
        The measures that were drawn.
    arms : tuple of SheetArm
        Two or more.
    last : int
        Months at the end that each run is averaged over.
    comparing : Comparing or None
        What the page Compare compares; None for other pages.
    """

    title: str
    link: str
    seed: int
    charts: tuple[str, ...]
    arms: tuple[SheetArm, ...]
    last: int = 12
    comparing: Comparing | None = None

    @property
    def runs(self) -> int:
        """Matched runs."""
        return len(self.arms[0].values)

    @property
    def months(self) -> int:
        """Months of each run."""
        return int(self.arms[0].values.shape[1])

    def provenance(self) -> str:
        """Return what a file says about where it comes from, as JSON."""
        return json.dumps(
            {
                "model": f"unequal-alliances {own_version()}",
                "link": self.link,
                "seed": self.seed,
                "runs": self.runs,
                "months": self.months,
                "scenarios": {arm.name: arm.scenario.name for arm in self.arms},
            }
        )
