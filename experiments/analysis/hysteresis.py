"""Does it tip back? A lever goes up step by step and down again within the same runs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from alliances.experiments.analysis.tipping import LAST, known_measure, numeric_lever
from alliances.experiments.runs.comparison import Effect
from alliances.experiments.runs.months import mean_over
from alliances.experiments.words.numbers import amount
from alliances.experiments.words.sentences import subject
from alliances.model.input.errors import UserError
from alliances.model.measures import Measure
from alliances.model.scenario import Change, Scenario
from alliances.model.simulation import Result, simulate

LONGEST = 10_000


@dataclass(frozen=True)
class Hysteresis:
    """What a measure is on the way up of a lever and on the way down.

    Attributes
    ----------
    lever : str
        What goes up and down.
    measure : Measure
        What follows it.
    values : tuple of float
        The steps.
    up, down : ndarray of float64, shape (steps, replicates)
        Mean of the last months of each step; the last step is the turning point, the same in both.
    drift : ndarray of float64, shape (steps, replicates)
        What the measure changes between the same months in runs whose lever stays at the first
        value: a gap that is not more than this is one of time, not of the lever.
    """

    lever: str
    measure: Measure
    values: tuple[float, ...]
    up: np.ndarray
    down: np.ndarray
    drift: np.ndarray

    def gap(self, step: int) -> Effect:
        """Return the paired gap of a step: down less up."""
        return Effect(self.measure, self.up[step], self.down[step])

    def beyond_drift(self, step: int) -> Effect:
        """Return the gap of a step less the drift of the same months."""
        return Effect(self.measure, self.up[step] + self.drift[step], self.down[step])

    def table(self) -> pd.DataFrame:
        """Return one row a step but the turning point.

        Returns
        -------
        DataFrame
            value, up and down (means), gap, low and high (its 95 % interval over matched runs;
            NaN with one), drift (mean), beyond, beyond_low and beyond_high (gap less drift), runs.
        """
        rows = []
        for step, value in enumerate(self.values[:-1]):
            gap, beyond = self.gap(step), self.beyond_drift(step)
            (low, high), (beyond_low, beyond_high) = gap.ends, beyond.ends
            rows.append(
                {
                    "value": value,
                    "up": gap.mean_a,
                    "down": gap.mean_b,
                    "gap": gap.difference,
                    "low": low,
                    "high": high,
                    "drift": gap.difference - beyond.difference,
                    "beyond": beyond.difference,
                    "beyond_low": beyond_low,
                    "beyond_high": beyond_high,
                    "runs": gap.runs,
                }
            )
        return pd.DataFrame(rows)

    def sentence(self) -> str:
        """Return whether it comes back the way it went, in plain English."""
        name, plural = subject(self.measure)
        table = self.table()
        clear = table[(table["beyond_low"] > 0.0) | (table["beyond_high"] < 0.0)]
        turn = f"after {self.lever} went up to {self.values[-1]:g} and came back"
        if table["low"].isna().all():
            return f"{name}: one matched run cannot tell a gap from luck."
        if not len(clear):
            shows = "show" if plural else "shows"
            return f"{name} {shows} no clear gap beyond the drift of the same months, {turn}."
        widest = clear.iloc[int(clear["beyond"].abs().argmax())]
        first, second = (amount(widest[side], self.measure.unit) for side in ("up", "down"))
        is_now = "are" if plural else "is"
        return (
            f"{name} {is_now} not what it was {turn}: at {widest['value']:g} {first} on the way "
            f"up and {second} on the way down; the gap is clear at {len(clear)} of {len(table)} "
            "steps."
        )


def hysteresis(
    scenario: Scenario,
    lever: str,
    values: Sequence[float],
    measure: str,
    *,
    hold: int,
    replicates: int = 16,
    seed: int = 0,
) -> Hysteresis:
    """Raise a lever step by step and lower it again, and compare both ways.

    Parameters
    ----------
    scenario : Scenario
        What holds otherwise; its own changes are kept.
    lever : str
        A number or a whole number of the registry.
    values : sequence of float
        Steps in ascending (or descending) order; the way back leaves the last one out.
    measure : str
        Mean of the last 12 months of each step.
    hold : int
        Months of each step.
    replicates, seed : int
        As in `simulate`.

    Raises
    ------
    UserError
        If an argument is out of range, or the timeline sets the lever too.
    """
    steps = tuple(float(value) for value in values)
    entry = numeric_lever(scenario, lever, steps)
    what = known_measure(measure)
    differences = np.diff(steps)
    if len(steps) < 2 or not ((differences > 0).all() or (differences < 0).all()):
        raise UserError(
            f"values were {', '.join(f'{value:g}' for value in steps)}; give two or more that rise "
            "(or fall) throughout"
        )
    path = [*steps, *steps[-2::-1]]
    months = len(path) * hold
    if hold < 1 or months > LONGEST:
        raise UserError(
            f"hold was {hold}; it must be from 1 to {LONGEST // len(path):,} months for "
            f"{len(path)} steps"
        )
    if replicates < 1:
        raise UserError(f"replicates was {replicates}; ask for at least 1")
    start = scenario.with_values(**{entry.name: path[0]})
    moved = start.model_copy(update={"timeline": _timeline(scenario, entry.name, path, hold)})
    both = [simulate(arm, replicates, seed, months, final=False) for arm in (moved, start)]
    loop, still = (_steps(result, measure, len(path), hold) for result in both)
    count = len(steps)
    return Hysteresis(
        lever=entry.name,
        measure=what,
        values=steps,
        up=loop[:count],
        down=loop[: count - 2 : -1],
        drift=still[: count - 2 : -1] - still[:count],
    )


def _timeline(
    scenario: Scenario, lever: str, path: Sequence[float], hold: int
) -> tuple[Change, ...]:
    changes = {change.month: dict(change.set) for change in scenario.timeline}
    for step, value in enumerate(path[1:], 1):
        changes.setdefault(step * hold, {})[lever] = value
    return tuple(Change(month=month, set=changes[month]) for month in sorted(changes))


def _steps(result: Result, measure: str, steps: int, hold: int) -> np.ndarray:
    """Return the mean of the last months of each step, shape (steps, replicates)."""
    last = min(LAST, hold)
    return np.stack(
        [
            mean_over(result.values[:, (step + 1) * hold - last : (step + 1) * hold], measure)
            for step in range(steps)
        ]
    )
