"""The room of a show: its phones are asked what the chapter asks, and told how the bet came out.

Who leads the room proves it once, by the trainer's token; from then on the browser in which that
was done leads the show too. Nobody is told who chose what, and counts only when they are closed.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from alliances.dashboards.learn.chapter import Chapter
from alliances.dashboards.learn.question import RoomAnswers, RoomQuestion, most, wording
from alliances.dashboards.learn.turn import ASK, ASKED, BY_ITSELF, JOIN, NEXT, Turn, press, slides
from alliances.dashboards.room.links import links
from alliances.dashboards.room.poll import Results
from alliances.dashboards.room.room import Room
from alliances.dashboards.room.rooms import LEAD, Rooms
from alliances.dashboards.room.words import RoomError, fingerprint, shown_code

SECRET, UNASKED = "secret", "by itself"  # names of the script's two switches


@dataclass
class OpenQuestion:
    """What was asked of the room for a slide.

    Attributes
    ----------
    chapter, kind : str
        For which slide.
    number : int
        The room's question.
    taken : bool
        Whether it is closed and its result was taken over.
    arm : str
        Of a bet that came out: what had been chosen.
    """

    chapter: str
    kind: str
    number: int
    taken: bool = False
    arm: str = ""


@dataclass(eq=False)
class Audience:
    """A show's room.

    Attributes
    ----------
    rooms, code : Rooms, str
        Which room.
    key : str
        Fingerprint of the show's key.
    leaders : set of str
        Fingerprints of the browsers that may lead.
    origin : str
        Address under which the trainer's page was asked for.
    questions : list of OpenQuestion
        What was asked.
    secret, by_itself : bool
        See `RoomAnswers`.
    trouble : str
        Why the room could not be asked.
    """

    rooms: Rooms
    code: str
    key: str
    leaders: set[str]
    origin: str = ""
    questions: list[OpenQuestion] = field(default_factory=list)
    secret: bool = False
    by_itself: bool = True
    trouble: str = ""
    stop: Callable[[], None] = field(default=lambda: None)

    def is_there(self) -> bool:
        """Whether the room has not ended."""
        try:
            with self.rooms.room(self.code):
                return True
        except RoomError:
            return False

    # What a window sees ---------------------------------------------------------------------

    def led_by(self, who: str) -> bool:
        """Whether a browser may lead."""
        return bool(who) and fingerprint(who) in self.leaders

    def seen(self, turn: Turn) -> RoomAnswers:
        """Return the room as it is now."""
        with self.rooms.room(self.code) as room:
            title, address, people = room.title, room.address, len(room.players)
            asked = tuple(
                self._asked(room, one) for one in self.questions if one.chapter == turn.chapter
            )
        doors = tuple(
            (str(one["url"]), int(str(one["size"])), str(one["path"]))
            for one in links(self.code, address, self.origin)
        )
        return RoomAnswers(
            shown_code(self.code), title, doors, people, asked, self.secret, self.by_itself
        )

    def _asked(self, room: Room, one: OpenQuestion) -> RoomQuestion:
        poll = room.poll(one.number)
        results = None if poll.open else poll.results()
        return RoomQuestion(
            one.kind,
            tuple(poll.choices),
            poll.secret,
            poll.answered,
            results,
            poll.none_right,
            one.arm,
        )

    # What a key does ------------------------------------------------------------------------

    def press(self, turn: Turn, key: str, chapter: Chapter) -> Turn:
        """Return where a key leads, and ask or close what it asks or closes.

        Raises
        ------
        RoomError
            If the room is no longer there.
        """
        self.trouble = ""
        here = turn.at(chapter).kind
        if key in (SECRET, UNASKED):
            self.secret ^= key == SECRET
            self.by_itself ^= key == UNASKED
            return turn
        if turn.black or turn.join:
            return press(turn, key, chapter)
        if key in JOIN:
            return replace(turn, join=True)
        waits = self._open(turn.chapter, here)
        if waits is not None and (key in ASK or key in NEXT):
            return self.close(turn, waits)
        if key in ASK:
            return self.ask(turn, here, chapter) if here in ASKED else turn
        return self._moved(turn, press(turn, key, chapter), chapter)

    def _moved(self, turn: Turn, new: Turn, chapter: Chapter) -> Turn:
        """Close what was passed, and ask what comes by itself."""
        kinds: list[str] = [slide.kind for slide in slides(chapter)]
        for one in self.questions:
            if not one.taken and kinds.index(one.kind) < new.slide:
                new = self.close(new, one)
        here = new.at(chapter).kind
        if new.slide == turn.slide or here not in BY_ITSELF or not self.by_itself:
            return new
        with self.rooms.room(self.code) as room:
            empty = not room.players
        if empty or self._find(new.chapter, here) is not None:
            return new
        return self.ask(new, here, chapter)

    def ask(self, turn: Turn, kind: str, chapter: Chapter) -> Turn:
        """Ask the room what a slide asks; what was picked before is open again."""
        for one in [one for one in self.questions if not one.taken]:
            turn = self.close(turn, one)
        question, choices = wording(kind, chapter)
        sort = "bet" if kind == "bet" else "vote"
        try:
            with self.rooms.room(self.code, change=True) as room:
                number = room.ask(question, choices, secret=self.secret, kind=sort)
                room.poll(number).chapter = chapter.name
        except RoomError as error:
            if not self.is_there():
                raise
            self.trouble = str(error)
            return turn
        self._forget(turn.chapter, kind)
        self.questions.append(OpenQuestion(turn.chapter, kind, number))
        return turn.pick(kind, None)

    def close(self, turn: Turn, one: OpenQuestion) -> Turn:
        """Take no more answers; what most chose is picked, unless somebody has picked already."""
        with self.rooms.room(self.code, change=True) as room:
            results = room.close(one.number)
        return self._take(turn, one, results)

    def take_over(self, turn: Turn) -> Turn:
        """Take over what was closed on the trainer's page of the room."""
        with self.rooms.room(self.code) as room:
            closed = {
                one.number: room.results(one.number)
                for one in self.questions
                if not one.taken and not room.poll(one.number).open
            }
        for one in self.questions:
            if one.number in closed:
                turn = self._take(turn, one, closed[one.number])
        return turn

    def _take(self, turn: Turn, one: OpenQuestion, results: Results) -> Turn:
        one.taken = True
        if one.chapter != turn.chapter or turn.picked(one.kind) is not None:
            return turn
        return turn.pick(one.kind, most(results))

    def begin(self, turn: Turn, chapter: str) -> None:
        """Close what is open before another chapter, or the same anew, begins."""
        for one in self.questions:
            if not one.taken:
                turn = self.close(turn, one)
        for kind in ASKED:
            self._forget(chapter, kind)

    def settle(self, chapter: Chapter, chosen: str, right: int | None) -> bool:
        """Tell every phone whether its bet came true, once; returns whether it was told now.

        Parameters
        ----------
        chosen : str
            The arm that was chosen.
        right : int or None
            The option that came true; None if none did.
        """
        one = self._find(chapter.name, "bet")
        if one is None or one.arm or not one.taken:
            return False
        with self.rooms.room(self.code, change=True) as room:
            poll = room.poll(one.number)
            if right is None:
                poll.settle_none()
            else:
                poll.settle(right)
        one.arm = chosen
        return True

    def _find(self, chapter: str, kind: str) -> OpenQuestion | None:
        found = [one for one in self.questions if (one.chapter, one.kind) == (chapter, kind)]
        return found[0] if found else None

    def _open(self, chapter: str, kind: str) -> OpenQuestion | None:
        one = self._find(chapter, kind)
        return one if one is not None and not one.taken else None

    def _forget(self, chapter: str, kind: str) -> None:
        self.questions = [
            one for one in self.questions if (one.chapter, one.kind) != (chapter, kind)
        ]

    # Keeping --------------------------------------------------------------------------------

    def keep(self, turn: Turn, begun: float, moved: float) -> None:
        """Write down with the room what the show needs to go on after a restart."""
        kept = {
            "key": self.key,
            "leaders": sorted(self.leaders),
            "origin": self.origin,
            "questions": [asdict(one) for one in self.questions],
            "secret": self.secret,
            "by_itself": self.by_itself,
            "turn": asdict(turn),
            "begun": begun,
            "moved": moved,
        }
        with self.rooms.room(self.code) as room:
            same = room.show == kept
        if not same:
            with self.rooms.room(self.code, change=True, only=LEAD) as room:
                room.show = kept

    def forget(self) -> None:
        """Take the show out of the room; how its bets come out the trainer says from now on."""
        self.stop()
        with self.rooms.room(self.code, change=True, only=LEAD) as room:
            room.show = None
            for poll in room.polls:
                if poll.right is None and not poll.none_right:
                    poll.chapter = ""

    @classmethod
    def of(cls, rooms: Rooms, code: str, kept: Mapping[str, Any]) -> "Audience":
        """Return the audience that was written down."""
        return cls(
            rooms,
            code,
            kept["key"],
            set(kept["leaders"]),
            kept["origin"],
            [OpenQuestion(**one) for one in kept["questions"]],
            kept["secret"],
            kept["by_itself"],
        )
