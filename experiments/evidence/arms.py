"""One arm of a case over worlds and luck: a sweep of its own, in a folder of its own."""

import io
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from alliances.experiments.calibration import calibrated_worlds
from alliances.experiments.cases.case import Case
from alliances.experiments.cases.claim import Claim
from alliances.experiments.evidence.scope import SEED
from alliances.experiments.evidence.threads import WorkThreads
from alliances.experiments.runs.groups import of_organisations
from alliances.experiments.sweep.experiment import Experiment, Sampling
from alliances.experiments.sweep.plan import Plan
from alliances.experiments.sweep.results import Sweep
from alliances.experiments.sweep.runner import Runner
from alliances.experiments.worlds.factor import read_factor
from alliances.model.scenario import cut_by


def worlds_of(case: Case, count: int, off: str | None = None) -> pd.DataFrame:
    """Return calibrated worlds, less what the case assumes for itself and what is switched off."""
    assumed = {assumption.about for assumption in case.assumptions}
    cut = () if off is None else cut_by(off)
    return calibrated_worlds(count, held={*assumed, *cut, "burn_in"})


@dataclass(frozen=True)
class ArmRuns:
    """An arm of a case, with something switched off or nothing, in so many worlds.

    Attributes
    ----------
    case : Case
        The case.
    arm : str
        Which arm.
    months, last : int
        Horizon, and over how many of the last months measures are averaged.
    off : str or None
        What is switched off.
    worlds, seeds : int
        Calibrated worlds, and runs in each.
    bodies : bool
        Whether the organisations of the last month are kept, for claims about some of them.
    """

    case: Case
    arm: str
    months: int
    last: int
    off: str | None
    worlds: int
    seeds: int
    bodies: bool

    @property
    def name(self) -> str:
        """A name for the folder."""
        off = "whole" if self.off is None else "without-" + self.off.replace(" ", "-")
        size = f"{self.worlds}x{self.seeds}"
        return f"{self.case.name}/{self.arm}-{off}-{self.months}-{self.last}-{size}"

    def experiment(self) -> Experiment:
        """Return the arm as an experiment: its scenario in every world, each with the same luck."""
        scenario = self.case.scenario(self.arm)
        if self.off is not None:
            scenario = scenario.without(self.off)
        worlds = worlds_of(self.case, self.worlds, self.off)
        buffer = io.StringIO()
        worlds.to_csv(buffer, index=False)
        return Experiment(
            name=self.name,
            question=f"{self.case.title}: {self.arm}",
            scenario=scenario,
            factors=tuple(
                read_factor(str(name), list(dict.fromkeys(worlds[name])), lever=False)
                for name in worlds
            ),
            worlds_design=Sampling(method="list", text=buffer.getvalue()),
            paired=False,
            replicates=self.seeds,
            months=self.months,
            last=self.last,
            seed=SEED,
            organisations=self.bodies,
        )

    def run(self, folder: Path) -> "Outcome":
        """Run what is missing; return what came out."""
        experiment = self.experiment()
        plan = Plan(experiment)
        out = folder / self.name
        Runner(experiment, out).run(WorkThreads(plan))
        return Outcome(self, out)


@dataclass(frozen=True)
class Outcome:
    """What came out of an arm's runs."""

    runs_of: ArmRuns
    folder: Path

    @cached_property
    def sweep(self) -> Sweep:
        """The sweep's folder."""
        return Sweep(self.folder)

    @cached_property
    def organisations(self) -> pd.DataFrame:
        """Organisations of the last month of each run."""
        return self.sweep.table("organisations")

    def monthly(self, measure: str) -> np.ndarray:
        """Return a monthly measure, the mean of its last months.

        Returns
        -------
        ndarray of float64, shape (worlds, seeds)
            NaN where a run failed.
        """
        found = np.full((self.runs_of.worlds, self.runs_of.seeds), np.nan)
        runs = self.sweep.runs
        runs = runs[runs["status"] == "done"]
        found[runs["point"].to_numpy(), runs["replicate"].to_numpy()] = runs[measure].to_numpy()
        return found

    def values(self, claim: Claim) -> np.ndarray:
        """Return what a claim measures.

        Returns
        -------
        ndarray of float64, shape (worlds, seeds)
            NaN where a run failed, or there was nobody to measure.
        """
        if claim.is_monthly:
            return self.monthly(claim.measure)
        shape = self.runs_of.worlds, self.runs_of.seeds
        table = self.organisations
        key = table["point"] * shape[1] + table["replicate"]
        chosen = claim.chosen(table, self.runs_of.case.named())
        every = list(range(shape[0] * shape[1]))
        one = of_organisations(table.assign(replicate=key), chosen, every)[claim.measure]
        found = one.reshape(shape)
        # A run that failed has no organisations, which is not the same as none being left.
        return np.where(np.isfinite(self.monthly("organisations")), found, np.nan)
