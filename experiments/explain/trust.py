"""Why did this happen: a change of trust, part by part.

The event log holds every change of trust and every payment (`experiments/explain/organisation.py`),
so that the parts of a change add up to the whole: exactly, as fractions, and also as they are
shown. Where there is no tie, trust counts as 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

import numpy as np

from alliances.experiments.explain.causes import said
from alliances.experiments.explain.events import EventRecord
from alliances.experiments.explain.recording import when
from alliances.experiments.words.numbers import whole_pounds
from alliances.model.kernel.state import CAUSES


@dataclass(frozen=True)
class Step:
    """One event that moved an amount.

    Attributes
    ----------
    month : int
        When.
    cause : str
        One of `alliances.model.kernel.state.CAUSES`.
    amount : Fraction
        By how much, exactly.
    before, after : float
        Trust before and after; the reserves are not kept, so both are 0 for money.
    """

    month: int
    cause: str
    amount: Fraction
    before: float = 0.0
    after: float = 0.0


@dataclass(frozen=True)
class Part:
    """All events of a cause that moved an amount the same way.

    Attributes
    ----------
    words : str
        What they were.
    amount : Fraction
        What they come to, exactly.
    shown : float
        The same as it is shown: the shown parts add up to the shown whole.
    steps : tuple of Step
        The events.
    """

    words: str
    amount: Fraction
    shown: float
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Why:
    """A change over a span of months, and the parts that it is made of.

    Attributes
    ----------
    title : str
        What changed, in a sentence.
    first, last : int
        Months of the span, both in it.
    before, after : float
        The amount before the first and after the last month, as it is.
    shown : (float, float)
        Both as they are shown: the second is the first with all shown parts.
    parts : tuple of Part
        Largest first; they add up to `after` less `before`.
    unit : str
        Unit of the amounts, "0-1" or "GBP".
    digits : int
        Digits after the point of what is shown.
    """

    title: str
    first: int
    last: int
    before: float
    after: float
    shown: tuple[float, float]
    parts: tuple[Part, ...]
    unit: str
    digits: int

    @property
    def change(self) -> Fraction:
        """What the parts come to, exactly."""
        return sum((part.amount for part in self.parts), Fraction(0))

    def sentences(self) -> list[str]:
        """Return the whole and each part, in sentences."""
        if not self.parts:
            return [self.title]
        lines = [f"{self._signed(part.shown)}: {part.words}." for part in self.parts]
        total = self._signed(self.shown[1] - self.shown[0])
        return [self.title, *lines, f"Together {total}: that is all of the change."]

    def _signed(self, value: float) -> str:
        if self.unit == "GBP":
            return f"{'-' if value < 0 else '+'}{whole_pounds(abs(value))}"
        return f"{value:+.{self.digits}f}"


def why_trust(
    record: EventRecord, whose: int, whom: int, first: int = 0, last: int | None = None
) -> Why:
    """Return why one organisation's trust in another changed.

    Parameters
    ----------
    record : EventRecord
        The run.
    whose, whom : int
        Who trusts whom, by place among the recording's bodies.
    first, last : int
        Months of the span, both in it; to the end of the run by default.

    Raises
    ------
    UserError
        If the run has no such organisations or months.
    """
    first, last = record.span(first, last)
    found = record.trust_events(whose, whom)
    start = record.opening_trust.get((record.uid(whose), record.uid(whom)))
    tie, before = start is not None, start or 0.0
    early = found[found["month"] < first]
    if len(early):
        before = float(early[-1]["after"])
        tie = CAUSES[int(early[-1]["cause"])] != "dropped tie"
    within = found[(found["month"] >= first) & (found["month"] <= last)]
    steps = [_trust_step(one) for one in within]
    after, tie_after = (
        (steps[-1].after, steps[-1].cause != "dropped tie") if steps else (before, tie)
    )
    names = [record.recording.bodies[k].name for k in (whose, whom)]
    groups: dict[tuple[str, bool], list[Step]] = {}
    for step in steps:
        groups.setdefault((step.cause, step.amount > 0), []).append(step)
    told = [(said(cause, len(own), up=up), own) for (cause, up), own in groups.items()]
    parts, shown, digits = parts_of(Fraction(before), told, (2, 4))
    ends = [f"{x:.{digits}f}" for x in shown]
    title = _trust_title(names, (first, last), ends, (tie, tie_after), met=bool(steps))
    return Why(title, first, last, before, after, shown, parts, "0-1", digits)


def _trust_step(event: np.void) -> Step:
    before, after = float(event["before"]), float(event["after"])
    return Step(
        int(event["month"]),
        CAUSES[int(event["cause"])],
        Fraction(after) - Fraction(before),
        before,
        after,
    )


def _trust_title(
    names: Sequence[str],
    span: tuple[int, int],
    ends: Sequence[str],
    ties: tuple[bool, bool],
    *,
    met: bool,
) -> str:
    me, you = names
    time = f"From {when(span[0])} to {when(span[1])}"
    if not any(ties) and met:
        return (
            f"{time}: {me} and {you} have a tie for a while, but none at the start or at the end."
        )
    if not any(ties):
        return f"{time}: {me} and {you} have no tie."
    if ends[0] == ends[1] and all(ties):
        return f"{time} the trust of {me} in {you} stays at {ends[0]}."
    start = ends[0] if ties[0] else "nothing (no tie)"
    end = ends[1] if ties[1] else "nothing (no tie)"
    return f"{time} the trust of {me} in {you} goes from {start} to {end}."


def parts_of(
    before: Fraction, groups: Sequence[tuple[str, list[Step]]], digits: tuple[int, int]
) -> tuple[tuple[Part, ...], tuple[float, float], int]:
    """Return parts, largest first, both ends as shown, and digits that leave no part at 0.

    Parameters
    ----------
    before : Fraction
        The amount at the start.
    groups : sequence of (str, list of Step)
        Words and events of each part.
    digits : (int, int)
        Fewest and most digits after the point.
    """
    sums = [sum((step.amount for step in own), Fraction(0)) for _, own in groups]
    first, *shown = rounded([before, *sums], digits[0])
    places = digits[0]
    while places < digits[1] and any(e and not s for s, e in zip(shown, sums, strict=True)):
        places += 1
        first, *shown = rounded([before, *sums], places)
    made = [
        Part(words, exact, float(value), tuple(own))
        for (words, own), exact, value in zip(groups, sums, shown, strict=True)
    ]
    made.sort(key=lambda part: -abs(part.amount))
    return tuple(made), (float(first), float(first + sum(shown))), places


def rounded(values: Sequence[Fraction], digits: int) -> list[Fraction]:
    """Return values rounded so that they add up to the rounded sum (largest remainders).

    Examples
    --------
    >>> [float(x) for x in rounded([Fraction(1, 3)] * 3, 1)]
    [0.4, 0.3, 0.3]
    """
    unit = Fraction(1, 10**digits)
    scaled = [value / unit for value in values]
    low = [floor(value) for value in scaled]
    missing = round(sum(scaled, Fraction(0))) - sum(low)
    order = sorted(range(len(values)), key=lambda k: low[k] - scaled[k])
    for k in order[:missing]:
        low[k] += 1
    return [unit * whole for whole in low]
