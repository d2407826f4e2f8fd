"""One figure of the model beside what theory or a published model says."""

from dataclasses import dataclass

from alliances.experiments.words.numbers import significant


@dataclass(frozen=True)
class Check:
    """A figure that should be another, within a tolerance.

    Attributes
    ----------
    of : str
        What is docked, such as "Tullock contest".
    what : str
        Which figure.
    expected, found : float
        What theory says and what the model does.
    tolerance : float
        How far apart they may be.
    source : str
        Where the expectation comes from.
    """

    of: str
    what: str
    expected: float
    found: float
    tolerance: float
    source: str

    @property
    def holds(self) -> bool:
        """Whether the figure is within its tolerance."""
        return abs(self.found - self.expected) <= self.tolerance

    def row(self) -> dict[str, object]:
        """Return the check as a row of the table."""
        return {
            "of": self.of,
            "what": self.what,
            "expected": significant(self.expected, 5),
            "found": significant(self.found, 5),
            "tolerance": self.tolerance,
            "verdict": "holds" if self.holds else "fails",
            "source": self.source,
        }


def true(of: str, what: str, found: bool, source: str) -> Check:
    """Return the check of a statement, as 1 (holds) or 0 (does not)."""
    return Check(of, what, 1.0, float(found), 0.0, source)
