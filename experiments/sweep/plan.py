"""The plan of a sweep: its points, the reference of each, and the identity of every run."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from alliances.experiments.sweep.design import designs_of
from alliances.experiments.sweep.experiment import Experiment
from alliances.experiments.worlds.factor import Value
from alliances.model.kernel.compiled import sources_digest
from alliances.model.places.place import Place
from alliances.model.scenario import Scenario

if TYPE_CHECKING:  # workers need no tables, and hold less memory without pandas
    import pandas as pd


@dataclass(frozen=True)
class Run:
    """One run: a point of the plan, and the number of its luck."""

    point: int
    replicate: int

    def __str__(self) -> str:
        return f"{self.point}-{self.replicate}"


class Plan:
    """All that a sweep may have to run.

    Points are worlds x designed points, in this order, with the reference of each world first: the
    base scenario's levers under that world's assumptions. A designed point that equals its
    reference is the reference. Without pairing there are the designed points only, and each is its
    own reference.

    Parameters
    ----------
    experiment : Experiment
        What was asked.

    Attributes
    ----------
    values : list of tuple
        Of each point: the values of all factors, levers first.
    units : ndarray of float64, shape (points, factors)
        Their coordinates in the unit cube.
    world, reference, row : ndarray of int64, shape (points,)
        World; the point to compare with; row of the design, -1 where the design has none.
    """

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.names = tuple(factor.name for factor in experiment.factors)
        self.values: list[tuple[Value, ...]] = []
        units: list[np.ndarray] = []
        marks: list[list[int]] = []  # world, reference and row of each point
        base = experiment.scenario.values()
        n_levers = len(experiment.levers)
        base_levers = tuple(base[factor.name] for factor in experiment.levers)
        base_units = np.array(
            [f.unit(v) for f, v in zip(experiment.levers, base_levers, strict=True)], float
        )
        worlds: dict[tuple[Value, ...], int] = {}
        for number, (values, unit) in enumerate(self._crossed()):
            assumptions = values[n_levers:]
            if not experiment.paired:
                self.values.append(values)
                units.append(unit)
                marks.append([worlds.setdefault(assumptions, len(worlds)), number, number])
                continue
            if assumptions not in worlds:
                worlds[assumptions] = first = len(self.values)
                self.values.append((*base_levers, *assumptions))
                units.append(np.concatenate([base_units, unit[n_levers:]]))
                marks.append([len(worlds) - 1, first, -1])
            first = worlds[assumptions]
            if values[:n_levers] == base_levers and marks[first][2] == -1:
                marks[first][2] = number
                continue
            self.values.append(values)
            units.append(unit)
            marks.append([marks[first][0], first, number])
        count = len(experiment.factors)
        self.units = np.array(units, float).reshape(len(self.values), count)
        columns = np.array(marks, np.int64).reshape(len(marks), 3).T
        self.world, self.reference, self.row = map(np.ascontiguousarray, columns)

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what follows from the rest: who unpickles it reads the place for itself."""
        return {k: v for k, v in self.__dict__.items() if k not in ("place", "_common")}

    def _crossed(self) -> Any:
        first, second = designs_of(self.experiment)
        for other, other_unit in zip(second.values, second.units, strict=True):
            for values, unit in zip(first.values, first.units, strict=True):
                yield (*values, *other), np.concatenate([unit, other_unit])

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def place(self) -> Place:
        """Where it all happens: the base scenario's place."""
        return self.experiment.scenario.place.make()

    @property
    def most_runs(self) -> int:
        """Runs if no stopping rule ends any point early."""
        return len(self) * self.experiment.most_replicates

    def scenario(self, point: int) -> Scenario:
        """Return the scenario of a point."""
        settings = dict(zip(self.names, self.values[point], strict=True))
        base = self.experiment.scenario
        found = base.with_values(**settings) if settings else base
        return found.model_copy(update={"months": self.experiment.months})

    def identities(self, runs: Sequence[Run]) -> list[str]:
        """Return what makes each run this run, as 32 hexadecimal digits.

        A hash of the model's sources and libraries, the place, all parameters of all phases,
        processes that are off, the seed and number of the replicate, and the months.
        """
        found, point, of_point = [], -1, hashlib.blake2b()
        for run in runs:
            if run.point != point:
                point = run.point
                scenario = self.scenario(point)
                text = json.dumps([self._common, scenario.phases(), scenario.off], sort_keys=True)
                of_point = hashlib.blake2b(text.encode(), digest_size=16)
            one = of_point.copy()
            one.update(str(run.replicate).encode())
            found.append(one.hexdigest())
        return found

    @cached_property
    def _common(self) -> list[Any]:
        experiment = self.experiment
        return [sources_digest(), self.place.digest(), experiment.seed, experiment.months]

    def points(self) -> "pd.DataFrame":
        """Return the points as a table.

        Returns
        -------
        DataFrame
            point, world, reference, design_row, one column a factor, and one ``u_`` column a factor
            with its coordinate in the unit interval.
        """
        import pandas as pd

        table: dict[str, Any] = {
            "point": np.arange(len(self)),
            "world": self.world,
            "reference": self.reference,
            "design_row": self.row,
        }
        for k, name in enumerate(self.names):
            table[name] = [values[k] for values in self.values]
        for k, name in enumerate(self.names):
            table[f"u_{name}"] = self.units[:, k]
        return pd.DataFrame(table)
