"""The room on the stage and in the script: how to join, who has answered, and the counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import solara

from alliances.dashboards.learn.chapter import Chapter
from alliances.dashboards.learn.question import RoomAnswers, RoomQuestion
from alliances.dashboards.learn.turn import Turn
from alliances.dashboards.web.parts.text import element
from alliances.experiments.output.page import tag


@solara.component_vue("ballot.vue")
def Ballot(
    label: str, rows: Sequence[dict[str, Any]], event_press: Callable[[str], None]
) -> None: ...


@solara.component_vue("room_door.vue")
def RoomDoor(
    code: str, leads: bool, trouble: str, event_prove: Callable[[object], None]
) -> None: ...


@dataclass(frozen=True)
class RoomTold:
    """What a slide tells of the room, besides what it says by itself.

    Attributes
    ----------
    asked : RoomQuestion or None
        What the slide asks the room.
    people : int
        How many are in the room.
    answer : str
        What became of the bet, in place of what the slide says without a room.
    """

    asked: RoomQuestion | None = None
    people: int = 0
    answer: str = ""

    @property
    def is_counted(self) -> bool:
        """Whether there are counts to be shown."""
        return self.asked is not None and bool(self.asked.counts)

    def line(self, picked: int | None) -> str:
        """Return how many have answered, or what came of it."""
        if self.asked is None:
            return ""
        results = self.asked.results
        if results is None:
            sort = "In secret, on" if self.asked.secret else "On"
            answered = self.asked.answered
            people = max(self.people, answered)  # who has left has left a secret slip
            return f"{sort} your phone: {answered} of {people} have answered."
        more = " What do we take?" if level(self.asked) and picked is None else ""
        return f"{results.sentence()}{more}"

    def rows(self, picked: int | None) -> list[dict[str, Any]]:
        """Return each choice with its count."""
        asked = self.asked
        if asked is None or asked.counts is None:
            return []
        most = max(1, *asked.counts)
        pairs = zip(asked.choices, asked.counts, strict=True)
        return [
            {
                "id": f"pick {k}",
                "label": text if asked.kind == "knob" else f"{k}  {text}",
                "count": f"{count} of {asked.answered}",
                "share": round(100 * count / most),
                "pressed": picked == k - 1,
            }
            for k, (text, count) in enumerate(pairs, 1)
        ]


def level(asked: RoomQuestion) -> bool:
    """Whether two choices or more have most."""
    counts = asked.counts or (0,)
    return max(counts) > 0 and counts.count(max(counts)) > 1


def told_bet(seen: RoomAnswers, chapter: Chapter, turn: Turn, answer: str) -> str:
    """Return what became of the room's bet.

    Parameters
    ----------
    answer : str
        What became of the bet that the show took.
    """
    asked = seen.of("bet")
    if asked is None or asked.results is None or not asked.arm or not asked.answered:
        return answer
    if asked.arm != turn.chosen(chapter):
        before = next(one.text for one in chapter.choice.options if one.arm == asked.arm)
        return f"{answer} The room had bet when it was: {before}"
    right, counts, many = asked.results.right, asked.counts, asked.answered
    if counts is None:
        return f"{answer} {asked.results.sentence()}"
    if right is None:
        return f"{answer} {many} bet, and nobody could have it right."
    won = counts[right] or "none"
    if turn.bet is None:  # two were level, and nobody decided
        split = answer.replace("Nobody placed a bet.", "The room was split.")
        return f"{split} {many} bet; {won} had it right."
    if turn.bet == right:
        return f"{answer} {counts[right]} of {many} bet on this and had it right."
    return f"{answer} {counts[turn.bet]} of {many} bet on this; {won} had it right."


@solara.component
def Counted(told: RoomTold, label: str, picked: int | None, press: Callable[[str], None]) -> None:
    """Show each choice with its count."""
    Ballot(label=label, rows=told.rows(picked), event_press=press)


@solara.component
def Join(seen: RoomAnswers, head: bool = False) -> None:
    """Show how phones join, to be read from the back.

    Parameters
    ----------
    head : bool
        Whether it has a heading of its own.
    """
    with element("section", css="ua-join", aria_label="How to join"):
        if head:
            element("h1", "Join with your phone")
        if seen.doors:
            address, size, path = seen.doors[0]
            solara.HTML(tag="div", classes=["ua-qr"], unsafe_innerHTML=_qr(address, size, path))
            shown = address.split("://")[-1].rsplit("/", 1)[0]
            element("p", "Join at")
            element("p", shown, css="ua-join-address")
            element("p", "with the code")
        else:
            element("p", "The code of this room:")
        element("p", seen.code, css="ua-join-code")
        element("p", _people(seen.people), css="ua-join-people")


def _people(people: int) -> str:
    return f"{people} {'is' if people == 1 else 'are'} in"


def _qr(address: str, size: int, path: str) -> str:
    return tag(
        "svg",
        tag("rect", width=size, height=size, fill="#fff"),
        tag("path", d=path, fill="#000"),
        viewBox=f"0 0 {size} {size}",
        role="img",
        shape_rendering="crispEdges",
        aria_label=f"QR code of {address}",
    )
