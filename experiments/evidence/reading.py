"""The table of claims that `alliances evidence` wrote, read back."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from alliances.experiments.cases.case import Case
from alliances.experiments.cases.choose import case_names, find_case
from alliances.experiments.cases.claim import Claim
from alliances.experiments.evidence.phrases import effect_words, null_words
from alliances.experiments.input.tables import csv_frame
from alliances.experiments.runs.quantities import CHOSEN_QUANTITIES
from alliances.experiments.words.numbers import differences, steps
from alliances.model.input.errors import UserError
from alliances.model.measures import MEASURES, Measure
from alliances.model.parameters import REGISTRY

MADE_BY = "alliances evidence"
NEEDED = (
    *("case", "claim", "says", "told", "built_in", "measure", "group", "direction", "from", "to"),
    *("months", "baseline", "difference", "low", "high", "smallest", "worlds_that_agree"),
    *("verdict", "carrier", "null_left", "null_left_upper", "null"),
    *("carriers_found", "gets_worse", "hangs_on"),
)
VERDICTS: Mapping[str, str] = {
    "supported": "The model shows it.",
    "contradicted": "The model does not show it, or not enough to matter.",
    "open": "The model leaves it open.",
}
# Finer than the verdict, where the table has it.
STANDINGS: Mapping[str, str] = {
    "as claimed": VERDICTS["supported"],
    "not clear": VERDICTS["open"],
    "it does move": "The model moves what should stay as it is.",
    "the other way": "The model shows the opposite.",
    "too small to matter": "The model shows nothing that would matter.",
}
BUILT_IN_ORDER = ("emergent", "mediated", "assumed")


@dataclass(frozen=True)
class WeighedClaim:
    """A claim as the table has it.

    Attributes
    ----------
    row : mapping
        Its cells, by column; empty ones are "" or NaN.
    """

    row: Mapping[str, Any]

    def text(self, column: str) -> str:
        """Return a cell as text; empty if there is nothing in it."""
        value = self.row.get(column, "")
        return "" if isinstance(value, float) and math.isnan(value) else str(value)

    def number(self, column: str) -> float:
        """Return a cell as a number; NaN if it is none."""
        try:
            return float(self.row.get(column, math.nan))
        except (TypeError, ValueError):
            return math.nan

    @property
    def key(self) -> str:
        """Case and number, as links name it."""
        return f"{self.text('case')}-{self.text('claim')}"

    @property
    def case(self) -> Case | None:
        """The case that it belongs to; None if this version has none of that name."""
        return known_case(self.text("case"))

    @property
    def title(self) -> str:
        """The case's title."""
        return self.case.title if self.case is not None else self.text("case")

    @property
    def claim(self) -> Claim | None:
        """The claim as the case has it now; None if it is another by now."""
        claims = self.case.claims if self.case is not None else ()
        number = self.number("claim")
        at = int(number) - 1 if math.isfinite(number) else -1
        if 0 <= at < len(claims) and claims[at].says == self.text("says"):
            return claims[at]
        return None

    @property
    def measure(self) -> Measure | None:
        """What is measured; None if this version does not know it."""
        name = self.text("measure")
        return MEASURES.get(name) or CHOSEN_QUANTITIES.get(name)

    @property
    def sign(self) -> float:
        """1 if a rise is claimed, or no change; -1 if a fall is."""
        return -1.0 if self.text("direction") == "falls" else 1.0

    def in_smallest(self) -> tuple[float, float, float]:
        """Return effect, low and high in units of the smallest that matters, as claimed upwards."""
        least = self.number("smallest")
        found = [self.sign * self.number(name) / least for name in ("difference", "low", "high")]
        return found[0], min(found[1:]), max(found[1:])

    def effect(self) -> str:
        """Return the effect, its interval and the share of worlds in words."""
        label, unit = self._named()
        share = self.number("worlds_that_agree")
        agree = f"{100.0 * share:.0f} % of worlds" if math.isfinite(share) else "no world"
        worlds = self.number("worlds")
        if math.isfinite(worlds) and math.isfinite(share):
            agree = f"{share * worlds:.0f} of {worlds:.0f} worlds"
        level = self.number("level")
        return effect_words(
            label,
            unit,
            level if math.isfinite(level) else self.number("baseline"),
            self.number("difference"),
            (self.number("low"), self.number("high")),
            self.text("months"),
            agree,
        )

    def standing(self) -> str:
        """Return how the effect stands to the claim, in words."""
        return STANDINGS.get(self.text("standing"), VERDICTS.get(self.text("verdict"), ""))

    def together(self) -> str:
        """Return whether its levers do more together than alone; empty if that is not known."""
        surplus = self.number("surplus")
        if not math.isfinite(surplus):
            return ""
        unit = self._named()[1]
        ends = self.number("surplus_low"), self.number("surplus_high")
        told, low, high = differences(surplus, *ends, unit=unit)
        return (
            f"Its levers together differ from the sum of each alone by {told}{steps(unit)} (95 % "
            f"{low} to {high})."
        )

    def setting(self) -> str:
        """Return between which arms."""
        return f"From {self.arm('from')} to {self.arm('to')}."

    def least(self) -> str:
        """Return what would matter, and why."""
        unit = self._named()[1]
        smallest = self.number("smallest")
        if not math.isfinite(smallest):
            return ""
        text = differences(smallest, unit=unit)[0].removeprefix("+") + steps(unit)
        because = "" if self.claim is None else f": {self.claim.because}"
        return f"Less than {text} would not matter{because}"

    def null(self) -> str:
        """Return how the null test went."""
        return null_words(
            self.text("carrier"),
            self.text("null"),
            self.number("null_left"),
            self.number("null_left_upper"),
        )

    def carriers(self) -> list[str]:
        """Return the processes that carry it, as far as they were looked for."""
        return [name for name in self.text("carriers_found").split(", ") if name]

    def loses(self) -> list[str]:
        """Return labels of what gets worse besides."""
        names = [name for name in self.text("gets_worse").split(", ") if name]
        return [MEASURES[name].label if name in MEASURES else name for name in names]

    def hangs_on(self) -> str:
        """Return the label of the assumption on which it hangs; empty if there is none."""
        name = self.text("hangs_on")
        return REGISTRY[name].label if name in REGISTRY else name

    def arm(self, column: str) -> str:
        """Return the title of an arm."""
        name = self.text(column)
        arms = self.case.arms if self.case is not None else ()
        return next((f"“{arm.title}”" for arm in arms if arm.name == name), name)

    def _named(self) -> tuple[str, str]:
        group = self.text("group")
        measure = self.measure
        label = self.text("measure") if measure is None else measure.label
        whose = "" if group in ("", "all") or group in self.text("measure") else f" ({group})"
        return f"{label}{whose}", "" if measure is None else measure.unit


@lru_cache(maxsize=1)
def _case_names() -> frozenset[str]:
    return frozenset(case_names())


@lru_cache(maxsize=256)
def known_case(name: str) -> Case | None:
    """Return a case of the library by its name; None without one."""
    return find_case(name) if name in _case_names() else None


def read_claims(folder: Path) -> list[WeighedClaim]:
    """Return the claims that were weighed into a folder.

    Raises
    ------
    UserError
        If they cannot be read, or are those of another version.
    """
    path = folder / "claims.csv"
    try:
        table = csv_frame(path, "table of claims")
    except UserError as error:
        raise UserError(
            f"{path.name} of {folder.name} cannot be read ({error}); `{MADE_BY}` writes it again"
        ) from error
    missing = [name for name in NEEDED if name not in table]
    if missing:
        raise UserError(
            f"{path.name} of {folder.name} has no column {missing[0]!r}: another version wrote it; "
            f"`{MADE_BY}` writes it again"
        )
    return [WeighedClaim({str(k): v for k, v in row.items()}) for row in table.to_dict("records")]


def counts(claims: Iterable[WeighedClaim]) -> dict[str, int]:
    """Return how many claims have each verdict."""
    found = dict.fromkeys(VERDICTS, 0)
    for claim in claims:
        verdict = claim.text("verdict")
        found[verdict] = found.get(verdict, 0) + 1
    return found
