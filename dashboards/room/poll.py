"""One question to the room: a bet or a vote, open or secret.

In a secret ballot there is nothing that could link a person with a choice: slips go into a count,
not into a list, and until it is closed neither the count nor who has voted is written down. After
a restart of the server the phones that are there hand in their slips again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from alliances.dashboards.room.words import CHOICE, LINE, RoomError, plain
from alliances.experiments.words.sentences import enumerated

KINDS = ("bet", "vote")
CHOICES = (2, 8)  # how many choices a question can have
FEW = 3  # slips below which a secret ballot shows no counts: they would say who chose what


@dataclass(frozen=True)
class Results:
    """What came of a closed question.

    Attributes
    ----------
    question : str
        What was asked.
    choices : tuple of str
        What could be chosen.
    counts : tuple of int or None
        How many chose each; None if a secret ballot had too few slips to be shown.
    answered : int
        How many answered.
    right : int or None
        Which choice came true, once that is said.
    none_right : bool
        Whether none of them did.
    """

    question: str
    choices: tuple[str, ...]
    counts: tuple[int, ...] | None
    answered: int
    right: int | None = None
    none_right: bool = False

    @property
    def won(self) -> int | None:
        """How many chose what came true; None as long as that is open or not shown."""
        if self.right is None or self.counts is None:
            return None
        return self.counts[self.right]

    def sentence(self) -> str:
        """Return the result in plain English."""
        people = "person" if self.answered == 1 else "people"
        if self.counts is None:
            return (
                f"{self.answered} {people} answered. Fewer than {FEW} slips of a secret ballot are "
                "not shown, as they would say who chose what."
            )
        if not self.answered:
            return "Nobody answered."
        most = max(self.counts)
        first = [f"“{self.choices[i]}”" for i, count in enumerate(self.counts) if count == most]
        if len(first) == 1:
            text = f"{first[0]} has most, with {most} of {self.answered}."
        else:
            text = f"It is a tie between {enumerated(first)}, each with {most} of {self.answered}."
        if self.right is not None:
            text += f" It came out: “{self.choices[self.right]}”. {self.won} had it right."
        elif self.none_right:
            text += " None of these came true."
        return text


@dataclass
class Poll:
    """A question, and what was answered so far.

    Attributes
    ----------
    number : int
        Its place in the room, from 1.
    kind : {"bet", "vote"}
        A bet has an answer that comes out later; a vote has none.
    question : str
    choices : list of str
    secret : bool
        Whether nobody may ever know who chose what.
    open : bool
        Whether answers are taken.
    counts : list of int
        Slips of a secret ballot so far, or the final counts of any.
    given : dict of str to int
        Player to choice, of an open ballot only.
    cast : set of str
        Who has put in a secret slip, while the ballot is open; never written down.
    right : int or None
        Which choice came true.
    measure : str
        Of a bet on the model: the measure that it is about; such a bet is closed and settled by
        the run.
    by : int
        Of a bet on the model: after which round it comes out; 0 for the end of the game.
    chapter : str
        Of what a stage asks: which chapter it belongs to; its runs settle its bet.
    none_right : bool
        Whether a bet came out as none of the choices.
    """

    number: int
    kind: str
    question: str
    choices: list[str]
    secret: bool = False
    open: bool = True
    counts: list[int] = field(default_factory=list)
    given: dict[str, int] = field(default_factory=dict)
    cast: set[str] = field(default_factory=set)
    right: int | None = None
    measure: str = ""
    by: int = 0
    chapter: str = ""
    none_right: bool = False

    @classmethod
    def ask(
        cls, number: int, question: object, choices: object, *, kind: str, secret: bool
    ) -> "Poll":
        """Return a new question.

        Raises
        ------
        RoomError
            If it cannot be asked like this.
        """
        if kind not in KINDS:
            raise RoomError(f"The kind was {kind!r}; a question is one of {' or '.join(KINDS)}.")
        least, most = CHOICES
        if isinstance(choices, str) or not isinstance(choices, Sequence):
            raise RoomError("The choices must be a list of texts.")
        if not least <= len(choices) <= most:
            raise RoomError(f"There were {len(choices)} choices; give {least} to {most}.")
        texts = [plain(one, CHOICE, "A choice") for one in choices]
        if len({text.casefold() for text in texts}) < len(texts):
            raise RoomError("Two choices are the same; make each different.")
        line = plain(question, LINE, "The question")
        return cls(number, kind, line, texts, bool(secret), counts=[0] * len(texts))

    def answer(self, player: str, choice: object) -> None:
        """Take a player's answer. An open one can be changed; a secret slip cannot be taken back.

        Raises
        ------
        RoomError
            If the question is closed, there is no such choice, or a secret slip is in already.
        """
        if not self.open:
            raise RoomError("This question is closed.")
        if not isinstance(choice, int) or isinstance(choice, bool):
            raise RoomError("There is no such choice.")
        if not 0 <= choice < len(self.choices):
            raise RoomError("There is no such choice.")
        if not self.secret:
            self.given[player] = choice
        elif player in self.cast:
            raise RoomError("Your slip is in already; a secret slip cannot be changed.")
        else:
            self.cast.add(player)
            self.counts[choice] += 1

    @property
    def answered(self) -> int:
        """How many have answered."""
        return len(self.given) if self.open and not self.secret else sum(self.counts)

    def close(self) -> Results:
        """Take no more answers and count."""
        if self.open:
            self.open = False
            self.cast.clear()
            for choice in self.given.values():
                self.counts[choice] += 1
            if self.secret and sum(self.counts) < FEW:
                # Never to be shown, so not kept either: only how many there were.
                self.counts = [sum(self.counts), *[0] * (len(self.choices) - 1)]
        return self.results()

    def results(self) -> Results:
        """Return the counts.

        Raises
        ------
        RoomError
            While the question is open: nobody sees counts before it is closed.
        """
        if self.open:
            raise RoomError("The results are shown when the question is closed.")
        hidden = self.secret and sum(self.counts) < FEW
        counts = None if hidden else tuple(self.counts)
        return Results(
            self.question,
            tuple(self.choices),
            counts,
            sum(self.counts),
            self.right,
            self.none_right,
        )

    def settle(self, right: object) -> None:
        """Say which choice came true.

        Raises
        ------
        RoomError
            For a vote, an open question or a choice that is not there.
        """
        self._can_be_settled()
        if not isinstance(right, int) or isinstance(right, bool):
            raise RoomError("There is no such choice.")
        if not 0 <= right < len(self.choices):
            raise RoomError("There is no such choice.")
        self.right, self.none_right = right, False

    def settle_none(self) -> None:
        """Say that none of the choices came true.

        Raises
        ------
        RoomError
            For a vote or an open question.
        """
        self._can_be_settled()
        self.right, self.none_right = None, True

    def _can_be_settled(self) -> None:
        if self.kind != "bet":
            raise RoomError("Only a bet has a right answer.")
        if self.open:
            raise RoomError("Close the bet before you say how it came out.")

    def forget(self, player: str) -> None:
        """Forget who somebody was; what was counted stays."""
        if not self.open or not self.secret:
            self.given.pop(player, None)

    def kept(self) -> dict[str, Any]:
        """Return what is written down: of an open secret ballot only the question."""
        hides = self.secret and self.open
        return {
            "number": self.number,
            "kind": self.kind,
            "question": self.question,
            "choices": self.choices,
            "secret": self.secret,
            "open": self.open,
            "counts": [0] * len(self.choices) if hides else self.counts,
            "given": self.given,
            "right": self.right,
            "measure": self.measure,
            "by": self.by,
            "chapter": self.chapter,
            "none_right": self.none_right,
        }
