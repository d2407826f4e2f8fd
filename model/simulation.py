"""Run a scenario: one run or an ensemble, on all cores, the same to the last bit either way."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from alliances.model.build import lay_out
from alliances.model.kernel.draws import replicate_seed
from alliances.model.kernel.state import State, copy_state, table
from alliances.model.measures import MEASURES, OBSERVATION, Measure
from alliances.model.places.place import Place
from alliances.model.scenario import Scenario, ScenarioError
from alliances.model.schedule import begin, run_months
from alliances.model.snapshot import Snapshot
from alliances.model.warm import warm

if TYPE_CHECKING:  # a sweep's workers need no tables, and hold less memory without pandas
    import pandas as pd


@dataclass(frozen=True)
class Result:
    """What an ensemble of runs gave.

    Attributes
    ----------
    scenario : Scenario
        What was run.
    seed : int
        Base seed.
    replicates : tuple of int
        Replicate numbers; replicate r of one seed has the same luck in every scenario.
    values : ndarray of OBSERVATION, shape (replicates, months)
        Monthly measures; ``values["trust"]`` is (replicates, months).
    chosen : DataFrame
        Measures at chosen months: replicate, month, and one column each.
    organisations, ties, alliances : DataFrame
        The last month of each replicate, one row an entity.
    """

    scenario: Scenario
    seed: int
    replicates: tuple[int, ...]
    values: np.ndarray
    chosen: "pd.DataFrame"
    organisations: "pd.DataFrame"
    ties: "pd.DataFrame"
    alliances: "pd.DataFrame"
    notes: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = field(default=())

    @property
    def months(self) -> int:
        """Months after the burn-in."""
        return int(self.values.shape[1])

    def array(self) -> np.ndarray:
        """Return monthly measures as float64 of shape (replicates, months, measures)."""
        return np.stack([self.values[name] for name in MEASURES], axis=-1)

    def frame(self) -> "pd.DataFrame":
        """Return monthly measures as a tidy table: replicate, month, one column a measure."""
        import pandas as pd

        replicates, months = self.values.shape
        columns: dict[str, Any] = {
            "replicate": np.repeat(np.asarray(self.replicates), months),
            "month": np.tile(np.arange(months), replicates),
        }
        columns.update({name: self.values[name].ravel() for name in MEASURES})
        return pd.DataFrame(columns)


def new_state(scenario: Scenario, place: Place | None = None, *, events: int = 0) -> State:
    """Lay out the tables of a run, before any seed.

    Parameters
    ----------
    scenario : Scenario
        What to run.
    place : Place, optional
        The place, if it is at hand; otherwise the scenario's source makes it.
    events : int
        Room of the event log; 0 for none.
    """
    place = scenario.place.make() if place is None else place
    params = scenario.packed(place)
    state = lay_out(place, params, float(params["tie_capacity"].max()), events)
    state.now[0].log_on = 1 if events else 0
    return state


def start(state: State, scenario: Scenario, seed: int, replicate: int = 0) -> None:
    """Give a laid-out state its characters from a seed; the first month is minus the burn-in."""
    begin(state, np.uint64(replicate_seed(seed, replicate)), -int(scenario.world.burn_in))


def burn_in(state: State, scenario: Scenario) -> None:
    """Run the months before month 0."""
    nothing = table(0, OBSERVATION)
    months = int(scenario.world.burn_in)
    run_months(state, months, nothing, -months)


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def simulate(
    scenario: Scenario,
    replicates: int | Sequence[int] = 1,
    seed: int = 0,
    months: int | None = None,
    *,
    threads: int | None = None,
    measures: Sequence[Measure] = (),
    at: Sequence[int] | None = None,
    final: bool = True,
    place: Place | None = None,
    progress: Any = None,
) -> Result:
    """Run an ensemble.

    Parameters
    ----------
    scenario : Scenario
        What to run.
    replicates : int or sequence of int
        How many, or which numbers.
    seed : int
        Base seed; replicate r of one seed has the same luck whatever the scenario.
    months : int, optional
        Horizon, 1 to 10,000; the scenario's by default.
    threads : int, optional
        Runs at a time; all cores by default. Results do not depend on it.
    measures : sequence of Measure
        Further measures, computed from a `Snapshot` at the months `at`.
    at : sequence of int, optional
        Months at whose end the further measures are taken; the last by default.
    final : bool
        Whether to return organisations, ties and alliances of the last month.
    place : Place, optional
        The place, if it is at hand.
    progress : callable, optional
        Called with 1 after each run.

    Returns
    -------
    Result

    Raises
    ------
    ScenarioError
        If an argument is out of range.
    """
    numbers = tuple(range(replicates)) if isinstance(replicates, int) else tuple(replicates)
    if not numbers:
        raise ScenarioError("no replicates were asked for; ask for at least 1")
    if len(set(numbers)) != len(numbers) or min(numbers) < 0:
        raise ScenarioError("replicate numbers must be different and not negative")
    horizon = scenario.months if months is None else months
    if not 1 <= horizon <= 10_000:
        raise ScenarioError(f"months was {horizon}; it must be from 1 to 10,000")
    moments = sorted({horizon - 1} if at is None else set(at)) if measures else []
    if moments and not 0 <= moments[0] <= moments[-1] < horizon:
        raise ScenarioError(f"`at` must lie within months 0 to {horizon - 1}")
    warm()
    template = new_state(scenario, place)
    the_place = scenario.place.make() if place is None else place
    values = np.zeros((len(numbers), horizon), OBSERVATION)

    spare: list[State] = []  # tables of runs that are over, used again

    def one(position: int) -> "tuple[list[dict[str, Any]], tuple[pd.DataFrame, ...]]":
        state = copy_state(template, spare.pop() if spare else None)
        replicate = numbers[position]
        start(state, scenario, seed, replicate)
        burn_in(state, scenario)
        rows = values[position].view(np.recarray)
        done, taken = 0, []
        for moment in moments:
            run_months(state, moment + 1 - done, rows[done:], 0)
            done = moment + 1
            snapshot = Snapshot(state, the_place)
            row: dict[str, Any] = {"replicate": replicate, "month": moment}
            row.update({m.name: _taken(m, snapshot) for m in measures})
            taken.append(row)
        if done < horizon:
            run_months(state, horizon - done, rows[done:], 0)
        frames: tuple[pd.DataFrame, ...] = ()
        if final:
            frames = Snapshot(state, the_place).frames(replicate)
        spare.append(state)
        if progress is not None:
            progress(1)
        return taken, frames

    workers = max(1, min(threads or cores(), len(numbers)))
    if workers == 1:
        outcomes = [one(position) for position in range(len(numbers))]
    else:
        with ThreadPoolExecutor(workers) as pool:
            outcomes = list(pool.map(one, range(len(numbers))))
    _refuse_not_finite(values, numbers, seed)
    import pandas as pd

    chosen = pd.DataFrame([row for taken, _ in outcomes for row in taken])
    organisations, ties, alliances = (
        pd.concat([frames[k] for _, frames in outcomes], ignore_index=True)
        if final
        else pd.DataFrame()
        for k in range(3)
    )
    return Result(
        scenario=scenario,
        seed=seed,
        replicates=numbers,
        values=values,
        chosen=chosen,
        organisations=organisations,
        ties=ties,
        alliances=alliances,
        notes=the_place.notes,
        measures=tuple(measures),
    )


def _refuse_not_finite(values: np.ndarray, numbers: tuple[int, ...], seed: int) -> None:
    for name in MEASURES:
        bad = np.argwhere(~np.isfinite(values[name]))
        if len(bad):
            position, month = bad[0]
            raise ScenarioError(
                f"measure {name!r} was {values[name][position, month]} in month {month} of "
                f"replicate {numbers[position]}, seed {seed}: that is a fault of the model, no "
                "result was kept; please report it with the scenario"
            )


def _taken(measure: Measure, snapshot: Snapshot) -> float:
    if measure.compute is None:
        raise ScenarioError(f"measure {measure.name!r} has no `compute` function")
    value = float(measure.compute(snapshot))
    if not np.isfinite(value):
        raise ScenarioError(
            f"measure {measure.name!r} gave {value} at month {snapshot.month}; return "
            f"its value on empty input ({measure.empty}) where there is nothing to measure"
        )
    return value
