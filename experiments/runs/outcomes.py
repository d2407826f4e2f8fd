"""What a scenario's runs came to, in little room: for comparing several scenarios at once.

Kept of each run are its mean over the last months, its groups of organisations at the end, and how
the measures are drawn; not its monthly values, which are fifty times as large.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from alliances.experiments.runs.comparison import Effect
from alliances.experiments.runs.ensemble import LAST, RunStore
from alliances.experiments.runs.months import drawn, mean_of_runs, mean_over, paid_out
from alliances.experiments.runs.quantities import GROUPS, WHOLE_QUANTITIES, of_state
from alliances.experiments.runs.queue import Queue
from alliances.model.kernel.state import State
from alliances.model.measures import MEASURES
from alliances.model.scenario import Scenario

STAGES = (4, 16, 64)
GroupQuantity = tuple[str, str, str]  # kind, group, quantity


@dataclass(frozen=True, eq=False)
class EnsembleOutcome:
    """What the runs of one scenario came to.

    Attributes
    ----------
    scenario : Scenario
        What was run.
    means : mapping of str to ndarray, shape (runs,)
        Each run's mean over its last months, by measure; NaN where there was nothing to measure.
    curves : mapping of str to ndarray, shape (months,)
        Mean over runs, as a measure is drawn; empty if not asked for.
    groups : mapping of (kind, group, quantity) to ndarray, shape (runs,)
        `WHOLE_QUANTITIES` of each group at the end; NaN where it has nothing to measure.
    paid : ndarray, shape (runs,)
        Public money paid in a mean month of the whole run, GBP; empty if not asked for.
    """

    scenario: Scenario
    means: Mapping[str, np.ndarray]
    curves: Mapping[str, np.ndarray] = field(default_factory=dict)
    groups: Mapping[GroupQuantity, np.ndarray] = field(default_factory=dict)
    paid: np.ndarray = field(default_factory=lambda: np.zeros(0))

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return len(next(iter(self.means.values())))


def effect_of(before: EnsembleOutcome, after: EnsembleOutcome, name: str) -> Effect:
    """Return the paired effect on a monthly measure, over the runs that both have.

    Raises
    ------
    KeyError
        For a measure that is not known.
    """
    runs = min(before.runs, after.runs)
    return Effect(MEASURES[name], before.means[name][:runs], after.means[name][:runs])


def group_effect(before: EnsembleOutcome, after: EnsembleOutcome, group: GroupQuantity) -> Effect:
    """Return the paired effect on one group of organisations, at the end of the runs.

    Raises
    ------
    KeyError
        For a group or quantity that is not known.
    """
    runs = min(before.runs, after.runs)
    measure = WHOLE_QUANTITIES[group[2]]
    return Effect(measure, before.groups[group][:runs], after.groups[group][:runs])


def groups_of(kind: str, *outcomes: EnsembleOutcome) -> list[str]:
    """Return the groups of a kind that have anybody in any run."""
    return [
        group
        for group in GROUPS[kind]
        if any(one.groups[kind, group, "organisations"].any() for one in outcomes)
    ]


def ensemble_outcomes(
    most: int = 48, *, whole: bool = True, queue: Queue | None = None
) -> RunStore[EnsembleOutcome]:
    """Return a store of what runs came to.

    Parameters
    ----------
    most : int
        Scenarios that are kept, about a quarter of a MB each.
    whole : bool
        Whether groups and curves are kept; without them a scenario takes a twentieth of that.
    queue : Queue, optional
        Where others wait too.
    """

    def keep(
        scenario: Scenario, values: np.ndarray, ends: Sequence[Mapping[GroupQuantity, float]]
    ) -> EnsembleOutcome:
        last = values[:, -min(LAST, values.shape[1]) :]
        means = {name: mean_over(last, name) for name in MEASURES}
        if not whole:
            return EnsembleOutcome(scenario, means)
        curves = {name: mean_of_runs(drawn(values, name)) for name in MEASURES}
        groups = {key: np.array([end[key] for end in ends]) for key in ends[0]}
        for kind, group, name in groups:
            if name == "money_share":  # nobody to have a share
                groups[kind, group, name][groups[kind, group, "organisations"] == 0] = np.nan
        return EnsembleOutcome(scenario, means, curves, groups, paid_out(values))

    def take(state: State) -> Mapping[GroupQuantity, float]:
        return of_state(state, WHOLE_QUANTITIES)

    return RunStore(keep, most, take=take if whole else None, queue=queue)
