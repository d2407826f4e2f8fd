"""The papers of the pack, written from the chapters and their runs."""

import io
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from alliances.dashboards.charts.document import Paper
from alliances.dashboards.charts.print import draw
from alliances.dashboards.charts.svg import Drawing
from alliances.dashboards.learn.answers import answer_bet
from alliances.dashboards.learn.chapter import STEPS, Chapter
from alliances.dashboards.learn.pack.cards import cards
from alliances.dashboards.learn.pack.plans import SessionPlan, plans
from alliances.dashboards.learn.runs import ChapterRuns
from alliances.dashboards.learn.slide import ShownSlide, sentence, view
from alliances.dashboards.learn.turn import Turn, slides
from alliances.experiments.output.manifest import own_version
from alliances.experiments.output.page import Bullets, Heading, Paragraph, Picture, TableRows
from alliances.model.input.errors import UserError

PACK = "unequal-alliances-pack"  # its folder in the ZIP file
HONEST = "This is a model. It shows what follows from what it assumes. It is not a forecast."
PHONES = (
    "With a room the phones are asked as this comes. Wait until most have answered. Then go on: "
    "once to see the counts, and once more for the next slide. On a tie you pick."
)
STEP_NAMES = {
    "story": "Story",
    "choice": "Choice",
    "bet": "Bet",
    "run": "Run",
    "reveal": "Reveal",
    "rule": "What was hidden",
    "knob": "Knob",
    "twist": "Twist",
    "recap": "Recap",
}
# Slides on which the model says something, as the script calls them.
SAID = {
    "reveal": "Reveal",
    "rule": STEP_NAMES["rule"],
    "turned": "Knob",
    "twisted": "Twist",
    "recap": "Three lines",
}


def write_pack(
    chapters: Mapping[str, Chapter],
    folder: Path,
    say: Callable[[str], object] = lambda _: None,
    stock_of: Callable[[Chapter], ChapterRuns] = lambda chapter: ChapterRuns(chapter, chapter.seed),
) -> list[Path]:
    """Write the pack.

    Parameters
    ----------
    chapters : mapping of str to Chapter
        In the order in which they are played.
    folder : Path
        Where to; made if need be. Files of the same names are written anew.
    say : callable
        Told what is being written.
    stock_of : callable
        Returns a chapter's runs.

    Returns
    -------
    list of Path
        What was written; the first is what to read first.

    Raises
    ------
    UserError
        If the folder cannot be written to.
    """
    try:
        (folder / "figures").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{folder} cannot be written to: {error.strerror or error}") from error
    every = list(chapters.values())
    written = start_here(every).write(folder, "start-here")
    for plan in plans(every):
        written += plan_paper(plan).write(folder, f"plan-{plan.minutes}-minutes")
    written += role_cards().write(folder, "role-cards")
    for number, chapter in enumerate(every, 1):
        say(f"{chapter.title}: running the model.")
        stock = stock_of(chapter)
        stem = f"{number}-{chapter.name}"
        written += script(chapter, stock).write(folder, f"script-{stem}")
        written += hand_out(chapter, stock, folder / "figures").write(folder, f"hand-out-{stem}")
    return written


def zipped(chapters: Mapping[str, Chapter], stock_of: Callable[[Chapter], ChapterRuns]) -> bytes:
    """Return the pack as a ZIP file."""
    with tempfile.TemporaryDirectory() as folder:
        write_pack(chapters, Path(folder), stock_of=stock_of)
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(Path(folder).rglob("*")):
                if path.is_file():
                    archive.write(path, Path(PACK) / path.relative_to(folder))
        return held.getvalue()


def start_here(chapters: list[Chapter]) -> Paper:
    """Return the first paper: what there is, and how to begin."""
    return Paper(
        "Unequal Alliances: a trainer's pack",
        [
            Paragraph(
                "True stories of partnerships between large and small. People make a choice, place "
                "a bet, and see what a model says. Each takes about ten minutes."
            ),
            Heading("Before people come"),
            Bullets(
                (
                    "Start the program: alliances learn. The browser opens by itself.",
                    "Choose a chapter and press “On a stage”. Move that window to the big screen.",
                    "Press “Script (a second window)” and keep that one to yourself.",
                    "Try your clicker: forward, back, and black.",
                    "For phones, start it with: alliances learn --host 0.0.0.0. It says where you "
                    "open a room; the room shows a code to join with.",
                ),
                numbered=True,
            ),
            Heading("The chapters"),
            TableRows(
                ("Chapter", "Question", "Minutes"),
                tuple((c.title, c.question, f"{c.minutes:g}") for c in chapters),
                (3, 7, 1.4),
            ),
            Heading("What is in this folder"),
            Bullets(
                (
                    "plan-20-minutes, plan-60-minutes, plan-120-minutes: what happens when.",
                    "script-…: what to say, ask and watch for in each chapter.",
                    "hand-out-…: the story, what the model says, and questions to take home.",
                    "role-cards: for longer sessions. Phones show the same parts.",
                    "figures: all pictures, to put into slides of your own.",
                )
            ),
            Paragraph(
                "Each paper is there twice: as PDF, and as .docx to change in Word or LibreOffice."
            ),
            Heading("What it is not"),
            Paragraph(HONEST),
            Paragraph(
                "Nobody wrote the answers beforehand. The figures in these papers were worked out "
                f"by version {own_version()} of the model. They are the same on the stage.",
            ),
        ],
    )


def plan_paper(plan: SessionPlan) -> Paper:
    """Return the plan of a session."""
    rows, at = [], 0.0
    for item in plan.items:
        rows.append((f"{at:g}", f"{item.minutes:g}", item.what, item.how))
        at += item.minutes
    return Paper(
        f"{plan.minutes} minutes: {plan.title}",
        [
            Heading("You need"),
            Bullets(plan.needs),
            Heading("What happens when"),
            TableRows(("From minute", "Minutes", "What", "How"), tuple(rows), (1.9, 1.9, 3.6, 6.6)),
            Paragraph(HONEST, small=True),
        ],
    )


def role_cards() -> Paper:
    """Return the role cards."""
    paper = Paper("Role cards", [Paragraph("Cut along the lines.")])
    for card in cards():
        rows = (("You want", card.want), ("You fear", card.fear), *card.can)
        paper.blocks.append(TableRows((card.name, card.who), rows, (2.2, 7)))
    return paper


def script(chapter: Chapter, stock: ChapterRuns) -> Paper:
    """Return the facilitator's script, with what the model says to each choice."""
    paper = Paper(f"Script: {chapter.title}", [Paragraph(chapter.question, strong=True)])
    for step in STEPS:
        cue = chapter.cues[step]
        rows = [(n, t) for n, t in (("Say", cue.say), ("Ask", cue.ask), ("Watch", cue.watch)) if t]
        if step in ("choice", "bet"):
            rows.append(("Phones", PHONES))
        paper.blocks += [
            Heading(f"{STEP_NAMES[step]} ({cue.minutes:g} min)"),
            *(Paragraph(text) for text in _shown(chapter, step)),
            TableRows(("Cue", "Words"), tuple(rows), (1.2, 8)),
        ]
    paper.blocks.append(Heading("What the model says, by what the room chose"))
    known = {*chapter.rule.text, *chapter.knob.text, *chapter.knob.after, *chapter.reveal.text}
    for number, option in enumerate(chapter.choice.options):
        truth = answer_bet(stock, option.arm, None).removeprefix("Nobody placed a bet. ")
        found = {
            v.kind: [text for text in v.text if text not in known]
            for v in _views(chapter, stock, number, None)
        }
        told = (
            ("The bet", truth),
            *((SAID[kind], " ".join(found[kind])) for kind in SAID if found[kind]),
        )
        paper.blocks += [
            Heading(option.text, 3),
            TableRows(("ShownSlide", "What it says"), told, (1.6, 7.6)),
        ]
    paper.blocks += [Heading("To talk about"), Bullets(chapter.debrief), _told_in(chapter)]
    return paper


def _shown(chapter: Chapter, step: str) -> tuple[str, ...]:
    """Return what the stage shows at a step, as far as it is known beforehand."""
    if step == "story":
        return chapter.story
    if step == "choice":
        options = (f"{k}. {o.text}" for k, o in enumerate(chapter.choice.options, 1))
        return (chapter.choice.question, *options)
    if step == "bet":
        stakes = (f"{k}. {sentence(s.text)}" for k, s in enumerate(chapter.bet.options, 1))
        return (chapter.bet.question, *stakes)
    return {
        "rule": chapter.rule.text,
        "knob": (chapter.knob.question, *chapter.knob.text, *chapter.knob.after),
        "twist": chapter.twist.text,
    }.get(step, ())


def _told_in(chapter: Chapter) -> Paragraph:
    told = "; ".join(f"{one.work}: {one.section}" for one in chapter.told_in())
    return Paragraph(f"The story is told in: {told}. Our own words.", small=True)


def hand_out(
    chapter: Chapter, stock: ChapterRuns, figures: Path, choice: int = 0, bet: int | None = None
) -> Paper:
    """Return the hand-out of a chapter: for one choice, and with a room's bet if there was one.

    Parameters
    ----------
    chapter : Chapter
        Which.
    stock : ChapterRuns
        Its runs.
    figures : Path
        Folder for the figures.
    choice, bet : int
        What was chosen and bet on.
    """
    chosen = chapter.choice.options[choice]
    seen = {v.kind: v for v in _views(chapter, stock, choice, bet)}
    paper = Paper(chapter.title, [Paragraph(chapter.question, strong=True), Heading("The story")])
    paper.blocks += [Paragraph(text) for text in chapter.story]
    paper.blocks += [
        _told_in(chapter),
        Heading("The choice"),
        Paragraph(chapter.choice.question),
        Bullets(tuple(option.text for option in chapter.choice.options), numbered=True),
        Paragraph(f"What follows is for: {chosen.text}"),
    ]
    if bet is not None:
        paper.blocks.append(Paragraph(seen["reveal"].answer, strong=True))
    for kind, title in (
        ("reveal", "What the model says"),
        ("rule", "What was hidden"),
        ("turned", chapter.knob.question),
        ("twisted", " ".join(chapter.twist.text)),
    ):
        paper.blocks.append(Heading(title))
        paper.blocks += [Paragraph(text) for text in seen[kind].text]
        drawing = seen[kind].drawing
        if drawing is not None:
            path = draw(drawing, figures / f"{chapter.name}-{chosen.arm}-{kind}.png")
            paper.blocks.append(Picture(_caption(drawing, chapter), path))
    paper.blocks += [
        Heading("Three lines"),
        Bullets(seen["recap"].text, numbered=True),
        Heading("To talk about"),
        Bullets(chapter.debrief),
        Heading("What I will do, with whom, and by when"),
        Paragraph("_" * 60),
        Paragraph("_" * 60),
        Paragraph(f"{HONEST} {chapter.runs} matched runs, version {own_version()}.", small=True),
    ]
    return paper


def _views(chapter: Chapter, stock: ChapterRuns, choice: int, bet: int | None) -> list[ShownSlide]:
    wanted = ("reveal", "rule", "turned", "twisted", "recap")
    return [
        view(stock, Turn(chapter.name, k, choice, bet))
        for k, slide in enumerate(slides(chapter))
        if slide.kind in wanted
    ]


def _caption(drawing: Drawing, chapter: Chapter) -> str:
    """Return what a figure shows, in words: where each line begins and ends."""
    rows = drawing.rows()
    first, last = rows[0], rows[-1]
    if drawing.dots:
        told = f"{drawing.title}: {first[1]} at {first[0]}, {last[1]} at {last[0]}"
    else:
        told = f"{drawing.title}, year {first[0]} and year {last[0]}: " + "; ".join(
            f"{line.label} {first[k]} and {last[k]}" for k, line in enumerate(drawing.lines, 1)
        )
    return f"{told}. Mean of {chapter.runs} matched runs; half of them lie in the band."
