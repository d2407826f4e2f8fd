"""Where somebody is in a chapter: the slides in order, what was chosen and bet, and every key."""

from dataclasses import dataclass, replace
from typing import Literal

from alliances.dashboards.learn.chapter import Chapter

Kind = Literal[
    "title",
    "story",
    "choice",
    "bet",
    "run",
    "reveal",
    "rule",
    "knob",
    "turned",
    "twist",
    "twisted",
    "recap",
    "end",
]
# Under which heading of the facilitator's script a slide stands.
CUES: dict[str, str] = {
    **{kind: kind for kind in ("story", "choice", "bet", "run", "reveal", "rule", "knob", "twist")},
    "title": "story",
    "turned": "knob",
    "twisted": "twist",
    "recap": "recap",
    "end": "recap",
}
NEXT = ("next", "PageDown", "ArrowRight", " ", "Spacebar")
BACK = ("back", "PageUp", "ArrowLeft")
BLACK = ("black", "b", "B", ".")
LUCK = ("luck", "l", "L")
OTHER_LUCK = ("other", "o", "O")
ASK = ("ask", "a", "A")  # these two mean something with a room only
JOIN = ("join", "j", "J")
ASKED = ("choice", "bet", "knob")  # where a room can be asked
BY_ITSELF = ("choice", "bet")  # of these, where it is asked as soon as the slide comes
HAS_LUCK = ("reveal", "twisted")  # where the two by two can be shown


@dataclass(frozen=True)
class Slide:
    """One thing at a time: its kind, and which of several."""

    kind: Kind
    number: int = 0


def slides(chapter: Chapter) -> tuple[Slide, ...]:
    """Return the slides of a chapter in order."""
    story = tuple(Slide("story", number) for number in range(len(chapter.story)))
    rest: tuple[Kind, ...] = (
        *("choice", "bet", "run", "reveal", "rule", "knob", "turned", "twist", "twisted"),
        *("recap", "end"),
    )
    return (Slide("title"), *story, *(Slide(kind) for kind in rest))


@dataclass(frozen=True)
class Turn:
    """Where somebody is.

    Attributes
    ----------
    chapter : str
        Name of the chapter.
    slide : int
        Which slide.
    choice, bet : int or None
        Which option was chosen, and which was bet on.
    knob : int or None
        To which of its values the knob was turned.
    black : bool
        Whether the screen is black.
    luck : int or None
        Which pair of runs the two by two shows; None while it is not shown.
    join : bool
        Whether it is shown how phones join, instead of the slide.
    """

    chapter: str
    slide: int = 0
    choice: int | None = None
    bet: int | None = None
    knob: int | None = None
    black: bool = False
    luck: int | None = None
    join: bool = False

    def at(self, chapter: Chapter) -> Slide:
        """Return the slide."""
        every = slides(chapter)
        return every[min(max(0, self.slide), len(every) - 1)]

    def chosen(self, chapter: Chapter) -> str:
        """Return the arm that was chosen; the first option until somebody chooses."""
        return chapter.choice.options[self.choice or 0].arm

    def picked(self, kind: str) -> int | None:
        """Return what was picked at a slide."""
        return {"choice": self.choice, "bet": self.bet, "knob": self.knob}.get(kind)

    def pick(self, kind: str, number: int | None) -> "Turn":
        """Return the same with something picked at a slide."""
        if kind == "choice":
            return replace(self, choice=number)
        return replace(self, bet=number) if kind == "bet" else replace(self, knob=number)


def press(turn: Turn, key: str, chapter: Chapter) -> Turn:
    """Return where a key or button leads; keys that mean nothing here lead nowhere.

    Parameters
    ----------
    turn : Turn
        Where somebody is.
    key : str
        As browsers name it, or "next", "back", "black", "luck", "other", "pick N", "go N".
    chapter : Chapter
        The chapter that `turn` is in.
    """
    if key in BLACK:
        return replace(turn, black=not turn.black)
    if turn.black:  # whatever is pressed gives light first
        return replace(turn, black=False)
    if turn.join:  # or the slide again
        return replace(turn, join=False)
    here, last = turn.at(chapter), len(slides(chapter)) - 1
    if key in NEXT or key in BACK:
        step = 1 if key in NEXT else -1
        return replace(turn, slide=min(last, max(0, turn.slide + step)), luck=None)
    if key in ("Home", "End"):
        return replace(turn, slide=0 if key == "Home" else last, luck=None)
    if key in LUCK and here.kind in HAS_LUCK:
        return replace(turn, luck=0 if turn.luck is None else None)
    if key in OTHER_LUCK and turn.luck is not None:
        return replace(turn, luck=(turn.luck + 1) % max(1, chapter.runs // 2))
    if key.startswith("go "):
        return replace(turn, slide=min(last, max(0, _whole(key[3:], turn.slide))), luck=None)
    number = _whole(key.removeprefix("pick "), 0) - 1
    if here.kind == "choice" and 0 <= number < len(chapter.choice.options):
        return replace(turn, choice=number)
    if here.kind == "bet" and 0 <= number < len(chapter.bet.options):
        return replace(turn, bet=number)
    if here.kind == "knob" and 0 <= number < len(chapter.knob.values):
        return replace(turn, knob=number)
    return turn


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else otherwise
