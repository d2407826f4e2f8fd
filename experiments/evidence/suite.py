"""The whole suite: what must be run for all claims, and what each says."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from alliances.experiments.cases.case import Case
from alliances.experiments.cases.claim import Claim
from alliances.experiments.evidence.arms import ArmRuns, Outcome
from alliances.experiments.evidence.interplay import Interplay, alone, interplay, separable
from alliances.experiments.evidence.scope import Scope
from alliances.experiments.evidence.weight import Spread, Weighed, left
from alliances.model.parameters import MECHANISMS, PROCESSES, REGISTRY


class Suite:
    """Weighs claims; runs that two claims share are made once.

    Parameters
    ----------
    folder : Path
        Where runs are kept: what is there is not run again.
    scope : Scope
        Worlds and luck.
    tell : callable, optional
        Told in words what is being run.
    """

    def __init__(
        self, folder: Path, scope: Scope, tell: Callable[[str], object] = lambda text: None
    ) -> None:
        self.folder = folder
        self.scope = scope
        self.tell = tell
        self._there: dict[str, Outcome] = {}

    def forget(self) -> None:
        """Let go of what is in memory; runs stay in their folders."""
        self._there.clear()

    def weigh(self, cases: Sequence[Case]) -> Iterator[Weighed]:
        """Weigh all claims of some cases, one after the other."""
        for case in cases:
            for number, claim in enumerate(case.claims, 1):
                yield self.weigh_one(case, number, claim)

    def weigh_one(self, case: Case, number: int, claim: Claim) -> Weighed:
        """Weigh one claim: its effect, its null, what carries it, and what works only together."""
        scope = self.scope
        whole = self.spread(case, claim, None, scope.worlds)
        found = Weighed(case.name, number, claim, whole)
        if claim.carrier is not None:
            without = self.spread(case, claim, claim.carrier, scope.worlds)
            found.null = left(claim.carrier, whole, without)
        moves = claim.direction != "no change" and found.verdict == "supported"
        if scope.carrier_worlds and moves and claim.built_in != "assumed":
            few = self.spread(case, claim, None, scope.carrier_worlds)
            for name in candidates(case, claim):
                without = self.spread(case, claim, name, scope.carrier_worlds)
                found.carriers.append(left(name, few, without))
        if scope.carrier_worlds and whole.is_clear:
            found.interplay = self.interplay(case, claim)
        return found

    def interplay(self, case: Case, claim: Claim) -> Interplay | None:
        """Return what the levers of a claim do alone and together; None if it moves only one."""
        worlds = self.scope.carrier_worlds
        ones = {}
        for lever in separable(case, claim):
            wider, name = alone(case, claim, lever)
            ones[lever] = self.outcome(wider, claim, name, None, worlds).values(claim)
        if not ones:
            return None
        few = self.spread(case, claim, None, worlds)
        return interplay(few.before, few.after, ones)

    def spread(self, case: Case, claim: Claim, off: str | None, worlds: int) -> Spread:
        """Return a claim's measure in both of its arms."""
        return Spread(
            *(self.outcome(case, claim, a, off, worlds).values(claim) for a in claim.arms)
        )

    def outcome(self, case: Case, claim: Claim, arm: str, off: str | None, worlds: int) -> Outcome:
        """Return the runs of one arm, made now or before."""
        bodies = any(not one.is_monthly for one in case.claims)
        runs = ArmRuns(
            case, arm, claim.months, claim.last, off, worlds, self.scope.seeds, bodies
        )  # fmt: skip
        if runs.name not in self._there:
            self.tell(runs.name)
            self._there[runs.name] = runs.run(self.folder)
        return self._there[runs.name]


def candidates(case: Case, claim: Claim) -> list[str]:
    """Return what may carry a claim: every process and mechanism, less those of its own levers."""
    changed = case.changed(claim)
    own = {REGISTRY[name].process for name in changed}
    mechanisms = [name for name, parts in MECHANISMS.items() if not changed & set(parts)]
    return [*(name for name in PROCESSES if name not in own), *mechanisms]
