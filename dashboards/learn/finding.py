"""What a chapter wants to know of the model: kinds of findings, and the outcomes of each.

A chapter has a sentence for every outcome. Which one is said is for the runs to decide.
"""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, ValidationInfo, model_validator

from alliances.experiments.runs.months import SMOOTHED
from alliances.model.given import Given
from alliances.model.kernel.state import CAUSES
from alliances.model.measures import MEASURES

Kind = Literal["effect", "left", "healing", "meetings", "cause", "knob"]
OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "effect": ("rises", "same", "falls"),
    "left": ("none", "gone", "some", "most", "all"),
    "healing": ("none", "soon", "slow", "long", "never"),
    "meetings": ("heavier", "even", "lighter"),
    "cause": ("main", "part", "little"),
    "knob": ("rises", "peak", "same", "dip", "falls"),
}
ARMS: Mapping[str, int] = {
    "effect": 2,
    "left": 3,
    "healing": 2,
    "meetings": 1,
    "cause": 1,
    "knob": 1,
}
# What the sentences of each kind may fill in, in braces.
FILLS: Mapping[str, tuple[str, ...]] = {
    "effect": (
        *("before", "after", "change", "agree", "higher", "lower", "runs", "years"),
        *("before_year", "after_year"),
    ),
    "left": ("then", "now", "share", "years", "runs", "with_now", "without_now"),
    "healing": ("months", "deep", "at_end", "runs"),
    "meetings": ("gain", "loss", "needed", "well"),
    "cause": ("share", "most", "most_share", "next", "next_share"),
    "knob": ("first", "last", "at_first", "at_last", "best", "at_best", "runs"),
}
# What is asked for besides the arms, by kind.
ENTRIES: Mapping[str, tuple[str, ...]] = {
    "effect": ("measure", "at", "window", "least"),
    "left": ("measure", "at", "window", "least", "since"),
    "healing": ("measure", "least", "since"),
    "meetings": (),
    "cause": ("since", "cause", "way"),
    "knob": ("measure", "at", "window", "least"),
}
CHOSEN, AGAINST = "chosen", "against"
# What trust is lost and won by, among those who know each other.
BY: Mapping[str, Mapping[str, str]] = {
    "lost": {
        "meeting": "meetings that go badly",
        "introduction": "introductions that go badly",
        "turnover": "key people leaving",
        "restructuring": "restructuring",
        "inquiry": "the inquiry",
        "rivalry": "bidding against each other",
        "reciprocity": "joint work that seems unfair",
        "grab": "partners who grab",
        "called out": "being called out",
        "exit": "walking out of an alliance",
        "failed promise": "broken promises",
    },
    "won": {
        "meeting": "meetings that go well",
        "introduction": "introductions that go well",
        "turnover": "new people who start afresh",
        "restructuring": "new people after a restructuring",
        "reciprocity": "joint work that seems fair",
    },
}


class ChapterFinding(Given):
    """One question to the model.

    Attributes
    ----------
    kind : str
        "effect": whether a measure differs between two arms. "left": how much of a gain is left
        after what brought it has stopped (arms: without, with, stopped). "healing": how long until
        half of a loss is made good (arms: spared, hit). "meetings": how many good meetings weigh
        as much as a bad one. "cause": how much of all trust that is lost, or won, is so by one
        cause. "knob": how a measure moves along the values of the chapter's knob.
    arms : tuple of str
        Names of arms; "chosen" is the one that was chosen, "against" what it is compared with.
    measure : str
        A monthly measure.
    at : int, optional
        Month at whose end is looked; by default the last.
    window : int, optional
        Months up to then that are averaged over; by default as many as a drawn line averages over,
        so that what is said is what is drawn.
    least : float
        The smallest difference that counts, in the measure's own unit.
    since : int
        For "left" and "healing", the month in which it stopped or struck; for "cause", the first
        month that is looked at.
    cause : str
        For "cause", one of the causes of the event log.
    way : {"lost", "won"}
        For "cause", whether trust that was lost or trust that was won is counted.
    say : mapping of str to str
        A sentence for each outcome.
    """

    kind: Kind
    arms: tuple[str, ...]
    measure: str = "trust"
    at: int | None = Field(default=None, ge=1)
    window: int | None = Field(default=None, ge=1)
    least: float = Field(default=0.01, ge=0)
    since: int = Field(default=0, ge=0)
    cause: str = "rivalry"
    way: Literal["lost", "won"] = "lost"
    say: Mapping[str, str]

    @model_validator(mode="after")
    def _fits(self, info: ValidationInfo) -> "ChapterFinding":
        every = dict.fromkeys(name for names in ENTRIES.values() for name in names)
        self.uses_only(ENTRIES[self.kind], every, f"a finding of kind {self.kind!r}", info)
        if self.measure not in MEASURES or MEASURES[self.measure].when != "month":
            raise ValueError(
                f"measure was {self.measure!r}; it must be a monthly measure "
                "(`alliances measures` lists them)"
            )
        if len(self.arms) != ARMS[self.kind]:
            raise ValueError(
                f"arms has {len(self.arms)} names; a finding of kind {self.kind!r} needs "
                f"{ARMS[self.kind]}"
            )
        if self.cause not in CAUSES:
            raise ValueError(f"cause was {self.cause!r}; it must be one of {', '.join(CAUSES)}")
        if self.kind == "cause" and self.cause not in BY[self.way]:
            raise ValueError(
                f"cause was {self.cause!r}, by which no trust is {self.way}; it must be one of "
                f"{', '.join(BY[self.way])}"
            )
        check_sentences(self.say, self.kind, "say")
        return self

    @property
    def over(self) -> int:
        """Months that are averaged over."""
        return self.window or (SMOOTHED if MEASURES[self.measure].is_smoothed else 1)


def check_sentences(given: Mapping[str, str], kind: str, where: str) -> None:
    """Check that there is a sentence for each outcome, and that each can be filled in.

    Raises
    ------
    ValueError
        Naming what is missing, unknown or cannot be filled in.
    """
    wanted = OUTCOMES[kind]
    missing = [name for name in wanted if name not in given]
    unknown = [name for name in given if name not in wanted]
    if missing or unknown:
        wrong = f"has no sentence for {missing[0]!r}" if missing else f"has {unknown[0]!r}"
        raise ValueError(f"{where} {wrong}; it needs one each for {', '.join(wanted)}")
    for outcome, text in given.items():
        try:
            text.format(**dict.fromkeys(FILLS[kind], ""))
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError(
                f"{where}.{outcome} cannot be filled in ({error}); in braces may stand "
                f"{', '.join(FILLS[kind])}"
            ) from None
