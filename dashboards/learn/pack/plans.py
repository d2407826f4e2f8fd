"""Plans for sessions of 20, 60 and 120 minutes: what happens when, from the same chapters."""

from collections.abc import Sequence
from dataclasses import dataclass

from alliances.dashboards.learn.chapter import Chapter


@dataclass(frozen=True)
class PlanItem:
    """Something in a plan.

    Attributes
    ----------
    minutes : float
        How long.
    what, how : str
        What happens, and how to do it.
    """

    minutes: float
    what: str
    how: str


@dataclass(frozen=True)
class SessionPlan:
    """A session.

    Attributes
    ----------
    minutes : int
        How long it is.
    title : str
        What it is.
    needs : tuple of str
        What has to be there.
    items : tuple of PlanItem
        What happens when; the minutes add up.
    """

    minutes: int
    title: str
    needs: tuple[str, ...]
    items: tuple[PlanItem, ...]


SCREEN = "A screen that can be read from the back, a laptop, and a clicker if you have one."
OPEN = "The program, started with “alliances learn” before people come. No internet is needed."
CARDS = "Role cards, one for each person; people may share a role."
PAPER = "The hand-out of each chapter, one for two people."


def plans(chapters: Sequence[Chapter]) -> tuple[SessionPlan, ...]:
    """Return the three plans; each takes the first chapters that it has time for.

    Parameters
    ----------
    chapters : sequence of Chapter
        In the order in which they are played.
    """
    one, two, four = chapters[:1], chapters[:2], _four(chapters)
    return (
        SessionPlan(
            20,
            "A taste",
            (SCREEN, OPEN),
            _filled(
                20,
                [
                    PlanItem(
                        2, "Welcome", "Say what it is: a model, a true story, a bet. No forecast."
                    ),
                    *_played(one),
                ],
                ("Talk", "In pairs: which of the three lines will you take home, and to whom?"),
            ),
        ),
        SessionPlan(
            60,
            "Two stories",
            (SCREEN, OPEN, PAPER),
            _filled(
                60,
                [
                    PlanItem(
                        4, "Welcome", "Say what it is: a model, true stories, bets. No forecast."
                    ),
                    PlanItem(3, "A first bet", "Hands up: does trust go faster than it comes?"),
                    *_played(two[:1]),
                    PlanItem(8, "Talk", "In threes, with the questions on the hand-out."),
                    *_played(two[1:]),
                    PlanItem(8, "Talk", "In other threes. What is missing in the model?"),
                    PlanItem(8, "The sandbox", "The room calls out one lever to try. Bet first."),
                ],
                ("Close", "Each writes one thing to do, and with whom. Read some aloud."),
            ),
        ),
        SessionPlan(
            120,
            "Four stories",
            (SCREEN, OPEN, PAPER, CARDS),
            _filled(
                120,
                [
                    PlanItem(
                        5, "Welcome", "Say what it is: a model, true stories, bets. No forecast."
                    ),
                    PlanItem(
                        10, "Who is here", "Give out role cards. In pairs: read yours to the other."
                    ),
                    *_with_talk(four[:2], 7),
                    PlanItem(10, "Break", "Leave the last slide on the screen."),
                    *_with_talk(four[2:], 7),
                    PlanItem(
                        10, "The sandbox", "By role: each names one lever. Vote, bet, then run it."
                    ),
                ],
                (
                    "Close",
                    "Step out of the role. A minute of silence. Then one promise each, in writing.",
                ),
            ),
        ),
    )


def _four(chapters: Sequence[Chapter]) -> Sequence[Chapter]:
    """Return the first three chapters and the last."""
    return [*chapters[:3], chapters[-1]] if len(chapters) > 4 else chapters


def _played(chapters: Sequence[Chapter]) -> list[PlanItem]:
    return [
        PlanItem(chapter.minutes, f"Chapter: {chapter.title}", chapter.question)
        for chapter in chapters
    ]


def _with_talk(chapters: Sequence[Chapter], minutes: float) -> list[PlanItem]:
    found = []
    for chapter in chapters:
        found += [*_played([chapter]), PlanItem(minutes, "Talk", chapter.debrief[0])]
    return found


def _filled(minutes: float, items: list[PlanItem], last: tuple[str, str]) -> tuple[PlanItem, ...]:
    """Return what is planned, and a last item that takes the time that is left.

    Where chapters are too long, talks and breaks are not cut: the last chapter is left out.
    """
    kept = list(items)
    while sum(item.minutes for item in kept) > minutes - 2:
        at = max(k for k, item in enumerate(kept) if item.what.startswith("Chapter"))
        kept.pop(at)
        if not any(item.what.startswith("Chapter") for item in kept):
            break
    left = minutes - sum(item.minutes for item in kept)
    return (*kept, PlanItem(max(0.0, left), *last))
