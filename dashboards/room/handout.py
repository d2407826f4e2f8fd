"""What people take home from a session: the room's own bets, votes and run, without any nickname.

It is written as a page that shows at once, as PDF and as a document for a word processor.
"""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from alliances.dashboards.charts.document import Paper
from alliances.dashboards.charts.print import draw
from alliances.dashboards.charts.svg import svg
from alliances.dashboards.room.game import OVER, WORLDS, Game
from alliances.dashboards.room.poll import Poll
from alliances.dashboards.room.room import Room
from alliances.dashboards.room.runs import RoomRuns
from alliances.dashboards.room.screens import decided, drawings, table
from alliances.dashboards.room.shares import parts
from alliances.dashboards.room.stories import readable
from alliances.dashboards.room.table_stories import beside_alone
from alliances.dashboards.room.words import RoomError
from alliances.experiments.output.manifest import own_version
from alliances.experiments.output.page import (
    Block,
    Bullets,
    Heading,
    Paragraph,
    Picture,
    TableRows,
    block_html,
    page,
)

FORMATS = ("html", "pdf", "docx")
STYLE = """
:root { color-scheme: light; --ink: #1b1f24; --soft: #4d5761; --line: #c4cad1; --room: #0072b2;
  --alone: #33393f; --luck: #7b8fa0; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46em; margin: 2em auto; padding: 0 1em;
  color: #1b1f24; background: #fff; }
h1, h2, h3 { line-height: 1.25; break-after: avoid; }
table { border-collapse: collapse; width: 100%; margin: .5em 0 1em; }
th, td { text-align: left; padding: .3em .5em; border-bottom: 1px solid #c4cad1;
  vertical-align: top; }
figure { margin: 1em 0 2em; break-inside: avoid; }
.soft { color: #4d5761; }
"""
QUESTIONS = (
    "When did you choose alone, and when did you look at what others did?",
    "Who could afford to wait? Who could not?",
    "What did a falling out cost, and whom?",
    "Which of your choices would you make again tomorrow, at work?",
    "What would your real partners say that this model leaves out?",
)


def contents(room: Room, runs: RoomRuns, folder: Path | None = None) -> list[Block]:
    """Return what stands in the hand-out; questions that are still open are left out.

    Parameters
    ----------
    folder : Path, optional
        Where charts are written as pictures for paper; without one they are SVG for a page.
    """
    day = datetime.fromtimestamp(room.opened, UTC).strftime("%d %B %Y").lstrip("0")
    people = "One person came in." if room.joined == 1 else f"{room.joined} people came in."
    found: list[Block] = [
        Paragraph(
            f"{day}. {people} What follows shows a theory at work, in a place that does not "
            "exist. It predicts nothing."
        )
    ]
    closed = [poll for poll in room.polls if not poll.open]
    found += _polls("What the room bet", [poll for poll in closed if poll.kind == "bet"])
    found += _polls("How the room voted", [poll for poll in closed if poll.kind == "vote"])
    if room.game is not None and room.game.rounds:
        found += _game(room, room.game, runs, folder)
    found += [
        Heading("To talk about"),
        Bullets(QUESTIONS),
        Heading("What I will do differently"),
        *[Paragraph(f"At work, by {'_' * 12}: {'_' * 40}")] * 2,
        Paragraph(f"unequal-alliances {own_version()}.", small=True),
    ]
    return found


def _polls(title: str, polls: list[Poll]) -> list[Block]:
    if not polls:
        return []
    found: list[Block] = [Heading(title)]
    for poll in polls:
        results = poll.results()
        found.append(Heading(poll.question + (" (secret ballot)" if poll.secret else ""), 3))
        if results.counts is not None:
            rows = tuple(
                (choice + (" – this came true" if i == poll.right else ""), str(count))
                for i, (choice, count) in enumerate(zip(poll.choices, results.counts, strict=True))
            )
            found.append(TableRows(("Choice", "People"), rows, (4.0, 1.0)))
        found.append(Paragraph(results.sentence()))
    return found


def _game(room: Room, game: Game, runs: RoomRuns, folder: Path | None) -> list[Block]:
    rounds = len(game.rounds)
    many = "One round" if rounds == 1 else f"{rounds} rounds"
    told = [
        " ".join(decided(game, number)) or "All was left to the model."
        for number in range(1, rounds + 1)
    ]
    found: list[Block] = [
        Heading("What the room played"),
        Paragraph(
            f"{many} of {game.setup.months} months in a place of {game.setup.organisations} "
            f"organisations. Start: {WORLDS[game.setup.world][0]}. Luck number {game.setup.luck}."
        ),
        Bullets(tuple(told), numbered=True),
    ]
    if game.phase != OVER or runs.ending is None:
        return [*found, Paragraph("The game was not played to its end.")]
    found += [
        Heading("What came of it"),
        Paragraph(
            "Solid line: your room. Dashed line: the same place with the same luck, all left to "
            "the model. Thin lines: your choices with other luck. Numbers are means of the last "
            "12 months."
        ),
    ]
    for number, (drawing, said) in enumerate(drawings(room, runs)):
        if folder is None:
            found.append(Heading(drawing.title, 3))
            found.append(Picture(" ".join(said), svg=svg(drawing, alone=True)))
        else:
            found.append(Picture(" ".join(said), draw(drawing, folder / f"{number}.png")))
    for role, title in (("funder", "New public money"), ("connector", "Introductions")):
        if any(parts(one, role) for one in game.rounds):
            said = beside_alone(runs.ending.ran, runs.ending.left, role)
            found += [Heading(title, 3), *(Paragraph(text) for text in readable(said))]
    numbers = table(runs)
    if numbers is not None:
        rows = tuple(tuple(row) for row in numbers["rows"])
        found += [
            Heading("In numbers", 3),
            TableRows(tuple(numbers["heads"]), rows, (3, 1.6, 1, 1, 3)),
        ]
    return found


def handout(room: Room, runs: RoomRuns) -> str:
    """Return the hand-out of a session as one page of HTML with everything in it."""
    charts = (Path(__file__).parent / "assets" / "charts.css").read_text(encoding="utf-8")
    blocks = [Heading(room.title, 1), *contents(room, runs)]
    return page(f"{room.title}: hand-out", *map(block_html, blocks), style=STYLE + charts)


def paper(room: Room, runs: RoomRuns, kind: str) -> bytes:
    """Return the hand-out as a file.

    Parameters
    ----------
    kind : {"html", "pdf", "docx"}

    Raises
    ------
    RoomError
        For another format.
    """
    if kind not in FORMATS:
        raise RoomError(f"A hand-out is written as {', '.join(FORMATS)}.")
    if kind == "html":
        return handout(room, runs).encode()
    with tempfile.TemporaryDirectory() as held:
        folder = Path(held)
        written = Paper(room.title, contents(room, runs, folder)).write(folder, "hand-out")
        return next(path for path in written if path.suffix == f".{kind}").read_bytes()
