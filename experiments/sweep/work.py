"""What a worker does: run some of a plan's runs, and put down what came out as tables."""

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from alliances.experiments.runs.months import mean_over
from alliances.experiments.runs.quantities import GROUPS, QUANTITIES, of_state
from alliances.experiments.sweep.columns import table
from alliances.experiments.sweep.experiment import Experiment
from alliances.experiments.sweep.plan import Plan, Run
from alliances.model.kernel.state import State, copy_state
from alliances.model.measures import MEASURES, OBSERVATION
from alliances.model.schedule import run_months
from alliances.model.simulation import burn_in, new_state, start
from alliances.model.snapshot import Snapshot
from alliances.model.warm import warm

DONE, FAILED, TIMED_OUT = "done", "failed", "timed out"
KEYS = ("point", "replicate")
STEP = {"yearly": 12, "monthly": 1}


@dataclass
class Batch:
    """What came out of some runs.

    Attributes
    ----------
    runs : pyarrow.Table
        One row a run: point, replicate, attempt, id, status, reason, traceback, seconds, measures.
    tables : dict of str to pyarrow.Table
        "times", "groups", "organisations", as far as they are kept.
    """

    runs: pa.Table
    tables: dict[str, pa.Table] = field(default_factory=dict)


def failed_batch(plan: Plan, run: Run, attempt: int, status: str, reason: str) -> Batch:
    """Return a batch of one run that came to nothing: it was killed, or took too long."""
    rows = [_Row(run, attempt, status, reason)]
    return Batch(_runs_table(plan, rows, np.full((1, len(plan.experiment.kept)), np.nan)))


@dataclass
class _Row:
    run: Run
    attempt: int
    status: str
    reason: str = ""
    traceback: str = ""
    seconds: float = 0.0


class Worker:
    """Runs runs of one plan, with tables of the place laid out once.

    Parameters
    ----------
    plan : Plan
        What to run.
    """

    def __init__(self, plan: Plan) -> None:
        warm()
        self.plan = plan
        self.experiment: Experiment = plan.experiment
        self._templates: dict[tuple[float, int], State] = {}
        self._spare: dict[tuple[float, int], State] = {}
        self._point = -1
        self._params: Any = None  # parameter records of that point

    def _state(self, point: int) -> State:
        """Return tables laid out for a point, before any seed; overwritten by the next call."""
        scenario = self.plan.scenario(point)
        if point != self._point:
            self._params = scenario.packed(self.plan.place)
            self._point = point
        key = float(self._params["tie_capacity"].max()), len(self._params)
        if key not in self._templates:
            self._templates[key] = new_state(scenario, self.plan.place)
            self._spare[key] = copy_state(self._templates[key])
        state = copy_state(self._templates[key], self._spare[key])
        state.params[:] = self._params
        return state

    def do(
        self,
        runs: Sequence[Run],
        attempt: int = 1,
        tell: Callable[[Run], object] | None = None,
    ) -> Batch:
        """Run some runs, one after the other; one that fails leaves the others alone.

        Parameters
        ----------
        runs : sequence of Run
            Which.
        attempt : int
            How many times they were tried, this time included.
        tell : callable, optional
            Told each run before it begins.
        """
        import time

        experiment = self.experiment
        values = np.zeros((len(runs), experiment.months), OBSERVATION)
        rows: list[_Row] = []
        own = np.full((len(runs), len(experiment.own_measures)), np.nan)
        groups: list[dict[str, Any]] = []
        organisations: list[pa.Table] = []
        for number, run in enumerate(runs):
            if tell is not None:
                tell(run)
            began = time.perf_counter()
            row = _Row(run, attempt, DONE)
            try:
                state = self._one(run, values[number], own[number])
                if experiment.groups:
                    groups += _groups_of(state, run)
                if experiment.organisations:
                    organisations.append(_organisations_of(state, self.plan, run))
            except Exception as error:  # noqa: BLE001 - whatever it is, the other runs go on
                row.status, row.reason = FAILED, f"{type(error).__name__}: {error}"
                row.traceback = "".join(traceback.format_exception(error))
            row.seconds = time.perf_counter() - began
            rows.append(row)
        good = np.array([row.status == DONE for row in rows])
        batch = Batch(_runs_table(self.plan, rows, self._final(values, own, good)))
        if experiment.keep in STEP:
            batch.tables["times"] = self._times(values, rows, good)
        if experiment.groups:
            batch.tables["groups"] = _groups_table(groups)
        if experiment.organisations and organisations:
            batch.tables["organisations"] = pa.concat_tables(organisations)
        return batch

    def _one(self, run: Run, values: np.ndarray, own: np.ndarray) -> State:
        experiment = self.experiment
        state = self._state(run.point)
        scenario = experiment.scenario
        start(state, scenario, experiment.seed, run.replicate)
        burn_in(state, scenario)
        run_months(state, experiment.months, values.view(np.recarray), 0)
        numbers = values.view(np.float64)
        if not np.isfinite(numbers).all():
            bad = [name for name in MEASURES if not np.isfinite(values[name]).all()]
            raise FloatingPointError(f"no number: measure {', '.join(bad)}")
        if experiment.own_measures:
            snapshot = Snapshot(state, self.plan.place)
            for k, measure in enumerate(experiment.own_measures):
                assert measure.compute is not None
                own[k] = float(measure.compute(snapshot))
        return state

    def _final(self, values: np.ndarray, own: np.ndarray, good: np.ndarray) -> np.ndarray:
        experiment = self.experiment
        found = np.full((len(values), len(experiment.kept)), np.nan)
        names = [measure.name for measure in experiment.own_measures]
        last = values[:, -experiment.last :]
        for k, name in enumerate(experiment.kept):
            column = own[:, names.index(name)] if name in names else mean_over(last, name)
            found[:, k] = np.where(good, column, np.nan)
        return found

    def _times(self, values: np.ndarray, rows: list[_Row], good: np.ndarray) -> pa.Table:
        step = STEP[self.experiment.keep]
        months = values.shape[1]
        ends = np.arange(step, months + step, step).clip(max=months)
        columns: dict[str, Any] = {
            "point": np.repeat([row.run.point for row in rows], len(ends)),
            "replicate": np.repeat([row.run.replicate for row in rows], len(ends)),
            "month": np.tile(ends - 1, len(rows)),
        }
        for name in self.experiment.kept:
            if name in MEASURES:
                parts = [mean_over(values[:, max(0, e - step) : e], name) for e in ends]
                columns[name] = np.stack(parts, axis=1).ravel()
        keep = np.repeat(good, len(ends))
        return table({name: np.asarray(column)[keep] for name, column in columns.items()})


def _runs_table(plan: Plan, rows: list[_Row], measures: np.ndarray) -> pa.Table:
    columns: dict[str, Any] = {
        "point": [row.run.point for row in rows],
        "replicate": [row.run.replicate for row in rows],
        "attempt": [row.attempt for row in rows],
        "id": plan.identities([row.run for row in rows]),
        "status": [row.status for row in rows],
        "reason": [row.reason for row in rows],
        "traceback": [row.traceback for row in rows],
        "seconds": [row.seconds for row in rows],
    }
    columns |= {name: measures[:, k] for k, name in enumerate(plan.experiment.kept)}
    return table(columns)


def _groups_of(state: State, run: Run) -> list[dict[str, Any]]:
    found = of_state(state, QUANTITIES)
    return [
        {
            "point": run.point,
            "replicate": run.replicate,
            "kind": kind,
            "group": group,
            **{name: found[kind, group, name] for name in QUANTITIES},
        }
        for kind, groups in GROUPS.items()
        for group in groups
    ]


def _groups_table(rows: list[dict[str, Any]]) -> pa.Table:
    numbers = {name: np.array([row[name] for row in rows], float) for name in QUANTITIES}
    whole = {name: np.array([row[name] for row in rows], np.int64) for name in KEYS}
    words = {name: [row[name] for row in rows] for name in ("kind", "group")}
    return table({**whole, **words, **numbers})


def _organisations_of(state: State, plan: Plan, run: Run) -> pa.Table:
    frame = Snapshot(state, plan.place).organisations().reset_index(drop=True)
    frame.insert(0, "replicate", run.replicate)
    frame.insert(0, "point", run.point)
    for name in ("sector", "band"):
        frame[name] = frame[name].astype(str)
    return pa.Table.from_pandas(frame, preserve_index=False)
