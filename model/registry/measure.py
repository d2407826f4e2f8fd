"""What the tool knows about one measure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Direction = Literal["more is better", "less is better", "neither"]

UP: Direction
DOWN: Direction
NEITHER: Direction
UP, DOWN, NEITHER = "more is better", "less is better", "neither"
INF = float("inf")


@dataclass(frozen=True)
class Measure:
    """One measure.

    Attributes
    ----------
    name, label, unit, group, formula : str
        Name in tables, plain label, unit, heading, and how it is computed in words.
    low, high : float
        Range of possible values.
    direction : str
        Whether more is better, less is better, or neither.
    empty : float
        Value where there is nothing to measure.
    when : {"month", "chosen"}
        Every month, or at chosen months only because it is dear.
    compute : callable or None
        For measures that are not compiled: takes a `alliances.model.snapshot.Snapshot`, returns a
        number.
    whom : str
        For whom more, or less, is better; "" for everybody.
    needs : tuple of str
        Monthly measures of which one must be above 0 for this one to say anything: what it is a
        mean or a share of.
    smoothed : bool
        Whether it comes in rounds and is drawn as a mean of months, as all that happens within a
        month is.
    of_small : bool
        Whether it tells of those that are small in that month, so that growth moves it.
    headline : {0, 1, 2}
        1 if it stands first wherever little can be told, 2 if every comparison tells it.
    subject : str
        What its sentences speak of, if not its label; one thing begins with The or What.
    plain : str
        Its label for people who play in a room, in words that everybody knows.
    mind : str
        What a reader of its chart might not think of.
    """

    name: str
    label: str
    unit: str
    group: str
    formula: str
    low: float
    high: float
    direction: Direction
    empty: float = 0.0
    when: Literal["month", "chosen"] = "month"
    compute: Callable[[Any], float] | None = None
    whom: str = ""
    needs: tuple[str, ...] = ()
    smoothed: bool = False
    of_small: bool = False
    headline: Literal[0, 1, 2] = 0
    subject: str = ""
    plain: str = ""
    mind: str = ""

    @property
    def is_smoothed(self) -> bool:
        """Whether it is drawn as a mean of months."""
        return self.smoothed or self.unit.endswith("a month")

    @property
    def better(self) -> str:
        """Whether more or less is better, and for whom."""
        return f"{self.direction} for {self.whom}" if self.whom else self.direction

    @property
    def family(self) -> str:
        """The chart among whose measures it is."""
        if self.group == "collaboration" and "trust" not in self.name:
            return "Collaboration"
        whole = self.group in ("balance", "impact")
        return self.group.capitalize() if whole else "Trust and health"
