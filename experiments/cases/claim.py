"""A claim: what should move where, by when, between which arms, and through what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field, ValidationInfo, field_validator, model_validator

from alliances.experiments.runs.comparison import Comparison, Effect
from alliances.experiments.runs.groups import of_chosen
from alliances.experiments.runs.quantities import CHOSEN_QUANTITIES
from alliances.experiments.words.numbers import differences, steps
from alliances.model.given import Given
from alliances.model.kernel.state import BANDS, SECTORS
from alliances.model.measures import MEASURES, Measure
from alliances.model.parameters import MECHANISMS, PROCESSES

Told = Literal["O", "S", "V", "I"]
TOLD: Mapping[str, str] = {
    "O": "an outcome that was reported",
    "S": "a situation or device; no outcome is told",
    "V": "somebody's view or advice",
    "I": "our inference",
}
BuiltIn = Literal["assumed", "mediated", "emergent"]
BUILT_IN: Mapping[str, str] = {
    "assumed": "the rule says it directly",
    "mediated": "it follows through at least one other process",
    "emergent": "it follows from feedback among several processes",
}
Direction = Literal["rises", "falls", "no change"]
Verdict = Literal["supported", "contradicted", "open"]

_OF_SIZES = " or a monthly measure that has the group in its name, such as small_money"
SIZES: Mapping[str, tuple[str, ...]] = {"small": BANDS[:3], "large": BANDS[3:]}


class Claim(Given):
    """What a case leads one to expect.

    Attributes
    ----------
    says : str
        The claim in a sentence.
    told : {"O", "S", "V", "I"}
        What the source gives for it: outcome, situation, view, or nothing but our inference.
    measure : str
        A monthly measure of all, or of the small or the large if it has them in its name; or one
        of the quantities of groups, at the end of the runs.
    group : str
        "all", "small" (below GBP 1m), "large", a size band, a sector, or a member of the place.
    direction : {"rises", "falls", "no change"}
        From the first of `arms` to the second.
    arms : (str, str)
        Which arms are compared.
    months : int
        Horizon.
    last : int
        Over how many of the last months a monthly measure is averaged.
    smallest : float
        Smallest difference that matters, in the unit of the measure; declared beforehand.
    because : str
        Why this is the smallest that matters.
    stands_for : str
        Why the measure stands for what the source tells.
    built_in : {"assumed", "mediated", "emergent"}
        How much of the claim was put into the rules.
    carrier : str, optional
        Process or mechanism that carries the effect, as `Scenario.without` names it; not the
        lever's own. A claim that is assumed may have none.
    null : str, optional
        Why less than a fifth of the effect may be left with the carrier off.
    """

    says: str = Field(min_length=10, max_length=300)
    told: Told
    measure: str
    group: str = "all"
    direction: Direction
    arms: tuple[str, str]
    months: int = Field(ge=1, le=10_000)
    last: int = Field(default=12, ge=1)
    smallest: float = Field(gt=0)
    because: str = Field(min_length=10)
    stands_for: str = Field(min_length=10)
    built_in: BuiltIn
    carrier: str | None = None
    null: str | None = Field(default=None, min_length=10)

    @field_validator("carrier")
    @classmethod
    def _is_carrier(cls, given: str | None) -> str | None:
        if given is not None and given not in PROCESSES and given not in MECHANISMS:
            raise ValueError(
                f"carrier was {given!r}; it must be a process ({', '.join(PROCESSES)}) or a "
                f"mechanism ({', '.join(MECHANISMS)})"
            )
        return given

    @model_validator(mode="after")
    def _is_measured(self, info: ValidationInfo) -> "Claim":
        used = ("last",) if self.is_monthly else ()
        self.uses_only(used, ("last",), "a quantity of a group at the end of the runs", info)
        if not self.is_monthly and self.measure not in CHOSEN_QUANTITIES:
            of_all = {"all": " or a monthly measure", **dict.fromkeys(SIZES, _OF_SIZES)}
            raise ValueError(
                f"measure was {self.measure!r}; for the group {self.group!r} it must be one of "
                f"{', '.join(CHOSEN_QUANTITIES)}{of_all.get(self.group, '')} (`alliances measures` "
                "lists them)"
            )
        if self.arms[0] == self.arms[1]:
            raise ValueError(f"arms were {self.arms[0]!r} twice; compare two different arms")
        if (self.carrier is None) != (self.null is None):
            raise ValueError("give carrier and null together, or neither")
        if self.carrier is None and self.built_in != "assumed":
            raise ValueError(
                f"a claim that is {self.built_in} needs a carrier, and null: why little is left "
                "without it; only an assumed one may have none"
            )
        if self.last > self.months:
            raise ValueError(
                f"last was {self.last}, but the horizon is {self.months} months; give at most that"
            )
        return self

    @property
    def is_monthly(self) -> bool:
        """Whether a monthly measure is asked for, not a quantity of a group at the end."""
        named = self.group in SIZES and self.group in self.measure
        return self.measure in MEASURES and (self.group == "all" or named)

    @property
    def quantity(self) -> Measure:
        """The measure, or the quantity of a group."""
        return MEASURES[self.measure] if self.is_monthly else CHOSEN_QUANTITIES[self.measure]

    def effect(self, comparison: Comparison, named: Mapping[str, Sequence[str]]) -> Effect:
        """Return the effect that the claim is about.

        Parameters
        ----------
        comparison : Comparison
            Of the claim's arms, over its months; made with ``keep=True`` and ``final=True`` unless
            the claim is about a monthly measure.
        named : mapping
            Members of the place: their kind, and the names of each.
        """
        if self.is_monthly:
            return comparison.effect(self.measure)
        return of_chosen(comparison, lambda table: self.chosen(table, named))[self.measure]

    def chosen(self, table: pd.DataFrame, named: Mapping[str, Sequence[str]]) -> pd.Series:
        """Return which rows of a table of organisations the claim is about."""
        if self.group == "all":
            return pd.Series(True, index=table.index)
        if self.group in named:
            return table["name"].isin(named[self.group])
        if self.group in SECTORS:
            return table["sector"] == self.group
        return table["band"].isin(SIZES.get(self.group, (self.group,)))

    @property
    def sign(self) -> float:
        """1 if a rise is claimed, or no change; -1 if a fall is."""
        return -1.0 if self.direction == "falls" else 1.0

    def verdict(self, effect: Effect) -> Verdict:
        """Return how an effect stands to the claim; `judge` says how."""
        return "open" if effect.interval is None else self.judge(effect.difference, effect.interval)

    def judge(self, difference: float, interval: tuple[float, float]) -> Verdict:
        """Return how a mean difference and its 95 % interval stand to the claim.

        Of a rise or fall: supported if the interval leaves out zero on the claimed side and the
        mean is at least the smallest difference; contradicted if all of the interval is below that
        difference. Of no change: supported if all of the interval is smaller than that difference,
        contradicted if none of it is. Else open.
        """
        if not np.isfinite([difference, *interval]).all():
            return "open"
        low, high = sorted(self.sign * end for end in interval)
        if self.direction == "no change":
            if -self.smallest < low and high < self.smallest:
                return "supported"
            return "contradicted" if low >= self.smallest or high <= -self.smallest else "open"
        if low > 0.0 and self.sign * difference >= self.smallest:
            return "supported"
        return "contradicted" if high < self.smallest else "open"

    def of_whom(self) -> str:
        """Return the group in words; nothing for all."""
        return "" if self.group == "all" or self.is_monthly else f" ({self.group})"

    def tested(self) -> str:
        """Return what is tested, in words."""
        measure, no_change = self.quantity, self.direction == "no change"
        least = differences(self.smallest, unit=measure.unit)[0].removeprefix("+")
        least += steps(measure.unit)
        moves, by = (
            ("does not change", f"not by {least}")
            if no_change
            else (
                self.direction,
                f"by {least} at least",
            )
        )
        return (
            f"{measure.label}{self.of_whom()} {moves} from {self.arms[0]} to {self.arms[1]} by "
            f"month {self.months}, {by}"
        )


@dataclass(frozen=True)
class Finding:
    """What matched runs say about a claim.

    Attributes
    ----------
    claim : Claim
        The claim.
    effect : Effect
        The effect that it is about.
    months : int
        Horizon of the runs; less than the claim's where runs were cut short.
    """

    claim: Claim
    effect: Effect
    months: int

    @property
    def verdict(self) -> Verdict:
        """How the effect stands to the claim."""
        return self.claim.verdict(self.effect)
