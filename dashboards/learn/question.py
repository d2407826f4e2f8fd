"""What a room is asked for a slide, and how that stands: as anybody may see it."""

from dataclasses import dataclass

from alliances.dashboards.learn.chapter import Chapter, value_text
from alliances.dashboards.room.poll import Results
from alliances.dashboards.room.words import CHOICE, LINE


@dataclass(frozen=True)
class RoomQuestion:
    """How a question stands, as anybody may see it.

    Attributes
    ----------
    kind : str
        Of which slide.
    choices : tuple of str
        What can be chosen.
    secret : bool
        Whether it is a secret ballot.
    answered : int
        How many have answered.
    results : Results or None
        What came of it; None while it is open.
    none_right : bool
        Whether the bet came out as none of the choices.
    arm : str
        Of a bet that came out: what had been chosen.
    """

    kind: str
    choices: tuple[str, ...]
    secret: bool
    answered: int
    results: Results | None = None
    none_right: bool = False
    arm: str = ""

    @property
    def open(self) -> bool:
        """Whether answers are taken."""
        return self.results is None

    @property
    def counts(self) -> tuple[int, ...] | None:
        """How many chose each; None while it is open, and of too few secret slips."""
        return None if self.results is None else self.results.counts


@dataclass(frozen=True)
class RoomAnswers:
    """A room as its show's windows see it.

    Attributes
    ----------
    code, title : str
        The code as people read it, and what the room is called.
    doors : tuple of (str, int, str)
        Where phones get in: address, and size and path of its QR code.
    people : int
        How many are in.
    asked : tuple of RoomQuestion
        What was asked in this chapter.
    secret : bool
        Whether the next ballot is secret.
    by_itself : bool
        Whether phones are asked as soon as a slide comes.
    """

    code: str
    title: str
    doors: tuple[tuple[str, int, str], ...]
    people: int
    asked: tuple[RoomQuestion, ...]
    secret: bool
    by_itself: bool

    def of(self, kind: str) -> RoomQuestion | None:
        """Return what was asked at a slide."""
        return next((one for one in self.asked if one.kind == kind), None)


def most(results: Results) -> int | None:
    """Return what most people chose; None if two are level, nobody answered or it is not shown."""
    counts = results.counts
    if not counts or not max(counts) or counts.count(max(counts)) > 1:
        return None
    return counts.index(max(counts))


def fitted(text: str, length: int) -> str:
    """Return a text that is not longer than allowed, cut after a word.

    Examples
    --------
    >>> fitted("Who gets the money?", 12)
    'Who gets …'
    """
    if len(text) <= length:
        return text
    return f"{text[: length - 1].rsplit(' ', 1)[0]} …"


def wording(kind: str, chapter: Chapter) -> tuple[str, list[str]]:
    """Return what phones are asked at a slide, and what they can choose."""
    if kind == "choice":
        question, texts = chapter.choice.question, [one.text for one in chapter.choice.options]
    elif kind == "bet":
        stakes = [one.text for one in chapter.bet.options]
        question, texts = chapter.bet.question, [f"{text[:1].upper()}{text[1:]}" for text in stakes]
    else:
        knob = chapter.knob
        question = f"{knob.question} Which value do we try?"
        texts = [value_text(knob.lever, value) for value in knob.values]
    choices = [fitted(text.removesuffix("."), CHOICE) for text in texts]
    return fitted(question, LINE), choices
