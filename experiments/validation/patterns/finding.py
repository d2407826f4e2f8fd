"""A figure beside the band it should lie in."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from alliances.experiments.words.numbers import significant


@dataclass(frozen=True)
class PatternFinding:
    """One figure of the model beside its band.

    Attributes
    ----------
    pattern : int
        Number of the pattern in the specification.
    what : str
        What was measured, in words.
    measured : float
        The model's figure.
    low, high : float or None
        Ends of the band; None where it is open. Both None: told, not judged.
    band_from : str
        Where the band comes from.
    note : str
        What a reader must know besides.
    """

    pattern: int
    what: str
    measured: float
    low: float | None = None
    high: float | None = None
    band_from: str = ""
    note: str = ""

    @property
    def verdict(self) -> str:
        """Inside, outside, or not judged."""
        if self.low is None and self.high is None:
            return "not judged"
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        return "inside" if low <= self.measured <= high else "outside"

    def row(self) -> dict[str, object]:
        """Return the finding as a row of the table."""
        return {
            "pattern": self.pattern,
            "what": self.what,
            "measured": significant(self.measured),
            "low": None if self.low is None else significant(self.low),
            "high": None if self.high is None else significant(self.high),
            "verdict": self.verdict,
            "band_from": self.band_from,
            "note": self.note,
        }


def findings(pattern: int, *rows: tuple[Any, ...]) -> Iterator[PatternFinding]:
    """Yield findings of one pattern, given by what a `PatternFinding` holds after its number."""
    return (PatternFinding(pattern, *row) for row in rows)


def yes(truth: bool) -> float:
    """Return a statement that holds or not as a figure: 1 or 0."""
    return 1.0 if truth else 0.0
