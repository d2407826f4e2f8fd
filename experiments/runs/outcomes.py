"""What a scenario's runs came to, in little room: for comparing several scenarios at once.

The runs are those of `alliances.experiments.runs.comparison.compare` to the last bit. Kept of each
are its mean over the last months, its groups of organisations at the end, and how the measures are
drawn; not its monthly values, which are fifty times as large.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from alliances.experiments.runs.comparison import Effect
from alliances.experiments.runs.ensemble import LAST, PIECE, GivenUp, Queue, Stale, spare_threads
from alliances.experiments.runs.groups import QUANTITIES as OF_EACH
from alliances.experiments.runs.months import drawn, mean_of_runs, mean_over
from alliances.model.kernel.state import ACTIVE, BANDS, HOSTED, NONE, SECTORS
from alliances.model.measures import MEASURES, OBSERVATION, Measure
from alliances.model.scenario import Scenario
from alliances.model.simulation import simulate
from alliances.model.snapshot import Snapshot

KINDS: Mapping[str, tuple[str, ...]] = {"band": BANDS, "sector": SECTORS}
STAGES = (4, 16, 64)
Group = tuple[str, str, str]  # kind, group, quantity
# What is kept of a group: what `alliances.experiments.runs.groups` tells, and its public money as a
# whole, which does not fall only because more of them are alive to share it.
QUANTITIES: Mapping[str, Measure] = {
    **OF_EACH,
    "money": Measure(
        "money", "Public money of all of them", "GBP a year", "", "", 0, np.inf, "neither"
    ),
}
ALWAYS = ("organisations", "money")  # 0, and not nothing, where a group has nobody


@dataclass(frozen=True, eq=False)
class Outcome:
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
        `QUANTITIES` of each group at the end; NaN where it has nothing to measure.
    """

    scenario: Scenario
    means: Mapping[str, np.ndarray]
    curves: Mapping[str, np.ndarray] = field(default_factory=dict)
    groups: Mapping[Group, np.ndarray] = field(default_factory=dict)

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return len(next(iter(self.means.values())))


def effect_of(before: Outcome, after: Outcome, name: str) -> Effect:
    """Return the paired effect on a monthly measure, over the runs that both have.

    Raises
    ------
    KeyError
        For a measure that is not known.
    """
    runs = min(before.runs, after.runs)
    return Effect(MEASURES[name], before.means[name][:runs], after.means[name][:runs])


def group_effect(before: Outcome, after: Outcome, group: Group) -> Effect:
    """Return the paired effect on one group of organisations, at the end of the runs.

    Raises
    ------
    KeyError
        For a group or quantity that is not known.
    """
    runs = min(before.runs, after.runs)
    measure = QUANTITIES[group[2]]
    return Effect(measure, before.groups[group][:runs], after.groups[group][:runs])


def groups_of(kind: str, *outcomes: Outcome) -> list[str]:
    """Return the groups of a kind that have anybody in any run."""
    return [
        group
        for group in KINDS[kind]
        if any(one.groups[kind, group, "organisations"].any() for one in outcomes)
    ]


def _group_table(snapshot: Snapshot) -> dict[Group, float]:
    """Return all quantities of all groups; 0 where there is nothing to measure."""
    rows = snapshot.state.organisations
    live = np.flatnonzero((rows["status"] == ACTIVE) | (rows["status"] == HOSTED))
    columns = {name: rows[name][live] for name in ("commissioned", "trust_received", "stress")}
    columns["in_alliance"] = (rows["seat"][live] != NONE).any(axis=1).astype(float)
    whole = float(columns["commissioned"].sum())
    found: dict[Group, float] = {}
    for kind, groups in KINDS.items():
        codes = rows[kind][live]
        counts = np.bincount(codes, minlength=len(groups))
        sums = {
            name: np.bincount(codes, weights=column, minlength=len(groups))
            for name, column in columns.items()
        }
        for code, group in enumerate(groups):
            count, money = int(counts[code]), float(sums["commissioned"][code])
            found[kind, group, "organisations"] = float(count)
            found[kind, group, "money"] = money
            found[kind, group, "money_share"] = money / whole if whole else 0.0
            for name, of_group in sums.items():
                found[kind, group, name] = float(of_group[code]) / count if count else 0.0
    return found


_latest = threading.local()  # the table of the snapshot that a thread looks at


def _quantity(group: Group) -> Callable[[Snapshot], float]:
    def compute(snapshot: Snapshot) -> float:
        if getattr(_latest, "snapshot", None) is not snapshot:
            _latest.table, _latest.snapshot = _group_table(snapshot), snapshot
        return float(_latest.table[group])

    return compute


def _measures() -> dict[Group, Measure]:
    return {
        (kind, group, quantity): Measure(
            name=f"{quantity} of {kind} {group}",
            label=f"{measure.label}, {group}",
            unit=measure.unit,
            group="groups",
            formula="",
            low=measure.low,
            high=measure.high,
            direction=measure.direction,
            when="chosen",
            compute=_quantity((kind, group, quantity)),
        )
        for kind, groups in KINDS.items()
        for group in groups
        for quantity, measure in QUANTITIES.items()
    }


GROUP_MEASURES: Mapping[Group, Measure] = _measures()


def _groups(chosen: Mapping[Group, np.ndarray]) -> dict[Group, np.ndarray]:
    """Leave out what nobody has: means of no organisations, and shares of no money."""
    found = {}
    for (kind, group, quantity), values in chosen.items():
        there = np.ones(len(values), bool)
        if quantity not in ALWAYS:
            there = chosen[kind, group, "organisations"] > 0
        if quantity == "money_share":
            shares = [chosen[kind, other, quantity] for other in KINDS[kind]]
            there &= np.sum(shares, axis=0) > 0
        found[kind, group, quantity] = np.where(there, values, np.nan)
    return found


class Gathering:
    """The runs of one scenario as they come in; once all are there only the outcome is kept."""

    def __init__(
        self, scenario: Scenario, seed: int, months: int, *, whole: bool, queue: Queue
    ) -> None:
        self.scenario, self.seed, self.months, self.with_groups = scenario, seed, months, whole
        self._queue = queue
        self.outcome: Outcome | None = None
        self._values = np.zeros((0, months), OBSERVATION)
        self._chosen: dict[Group, np.ndarray] = {}
        self._lock = threading.Lock()

    @property
    def count(self) -> int:
        """How many runs there are."""
        return 0 if self.outcome is None else self.outcome.runs

    def first(self, count: int, wanted: int, stale: Stale, threads: int) -> Outcome:
        """Return the outcome of the first `count` runs, or of more where they are there.

        Raises
        ------
        GivenUp
            As soon as `stale` says so, between two runs.
        """
        with self._lock:
            if self.outcome is None or self.outcome.runs < count:
                have = len(self._values)  # of a question that was given up there may be enough
                for most in [*range(have + PIECE, count, PIECE), count] if have < count else ():
                    with self._queue.turn(count, stale):
                        self._run(len(self._values), most, stale, threads)
                self.outcome = self._come_to()
                if count >= wanted:
                    self._values, self._chosen = self._values[:0], {}
            return self.outcome

    def _run(self, have: int, count: int, stale: Stale, threads: int) -> None:
        def go_on(_: int = 1) -> None:
            if stale():
                raise GivenUp

        go_on()
        result = simulate(
            self.scenario,
            range(have, count),
            self.seed,
            self.months,
            threads=threads,
            measures=tuple(GROUP_MEASURES.values()) if self.with_groups else (),
            final=False,
            progress=go_on,
        )
        _latest.snapshot = None
        self._values = np.concatenate([self._values, result.values])
        if self.with_groups:
            for group, measure in GROUP_MEASURES.items():
                new = result.chosen[measure.name].to_numpy(np.float64)
                self._chosen[group] = np.concatenate([self._chosen.get(group, new[:0]), new])

    def _come_to(self) -> Outcome:
        last = min(LAST, self.months)
        means = {name: mean_over(self._values[:, -last:], name) for name in MEASURES}
        if not self.with_groups:
            return Outcome(self.scenario, means)
        curves = {name: mean_of_runs(drawn(self._values, name)) for name in MEASURES}
        return Outcome(self.scenario, means, curves, _groups(self._chosen))


class Outcomes:
    """Outcomes that were asked for, the latest so many; shared by all who ask.

    Parameters
    ----------
    most : int
        How many are kept, about a quarter of a MB each.
    whole : bool
        Whether groups and curves are kept; without them an outcome takes a twentieth of that.
    wanted : int
        Runs of each in the end.
    queue : Queue, optional
        Where others wait too; few runs go before many.
    """

    def __init__(
        self,
        most: int = 48,
        *,
        whole: bool = True,
        wanted: int = STAGES[-1],
        queue: Queue | None = None,
    ) -> None:
        self.most, self.whole, self.wanted = most, whole, wanted
        self._queue = Queue() if queue is None else queue
        self._kept: OrderedDict[tuple[str, int, int], Gathering] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, scenario: Scenario, seed: int, months: int) -> Gathering:
        """Return the runs of a scenario, whatever it is called."""
        plain = scenario.model_copy(update={"name": "", "description": "", "months": months})
        key = (plain.to_toml(), seed, months)
        with self._lock:
            found = self._kept.pop(key, None) or Gathering(
                plain, seed, months, whole=self.whole, queue=self._queue
            )
            self._kept[key] = found
            while len(self._kept) > self.most:
                self._kept.popitem(last=False)
            return found

    def __len__(self) -> int:
        """Return how many scenarios' outcomes are kept."""
        return len(self._kept)


def in_stages(
    scenarios: Sequence[Scenario],
    seed: int,
    months: int,
    say: Callable[[tuple[Outcome, ...]], object],
    *,
    stale: Stale = lambda: False,
    store: Outcomes | None = None,
    stages: tuple[int, ...] = STAGES,
    threads: int | None = None,
) -> None:
    """Run scenarios with the same luck in stages, and say after each what they came to so far.

    Parameters
    ----------
    scenarios : sequence of Scenario
        What to run; the same one twice is run once.
    seed, months : int
        Base seed and horizon of all.
    say : callable
        Told the outcomes, in the order of the scenarios; the last time with all runs.
    stale : callable
        Whether to give up.
    store : Outcomes, optional
        Where outcomes are looked for first and left.
    stages : tuple of int
        Runs after which to say something. Stages that are there already are passed over.
    threads : int, optional
        Runs at a time; by default one core is left free.

    Raises
    ------
    GivenUp
        When `stale` says so.
    ScenarioError, PlaceError
        If a scenario cannot be run.
    """
    kept = Outcomes(wanted=stages[-1]) if store is None else store
    gathered = [kept.of(scenario, seed, months) for scenario in scenarios]
    workers = spare_threads() if threads is None else threads
    there = min(one.count for one in gathered)
    for stage in [count for count in stages if count > there] or [stages[-1]]:
        found = tuple(one.first(stage, stages[-1], stale, workers) for one in gathered)
        if stale():
            raise GivenUp
        say(found)
