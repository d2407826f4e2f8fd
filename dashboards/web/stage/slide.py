"""A slide of a chapter: the same for somebody alone and for a stage."""

from collections.abc import Callable

import solara

from alliances.dashboards.charts.svg import Drawing, svg
from alliances.dashboards.learn.chapter import Chapter
from alliances.dashboards.learn.runs import ChapterRuns
from alliances.dashboards.learn.slide import ShownSlide, Square, awaits, needs_runs, view
from alliances.dashboards.learn.turn import HAS_LUCK, Turn, slides
from alliances.dashboards.web.parts.controls import Buttons, words
from alliances.dashboards.web.parts.table import opened_by
from alliances.dashboards.web.parts.text import element
from alliances.dashboards.web.stage.audience import Counted, RoomTold
from alliances.experiments.output.page import table

LONGEST_KEY = 40  # characters of a key's name


@solara.component_vue("keys.vue")
def _Keys(event_press: Callable[[str], None]) -> None: ...


def Keys(*, event_press: Callable[[str], object]) -> solara.Element:
    """Return what hears keys, wherever on the page they are pressed."""
    return _Keys(event_press=words(LONGEST_KEY, event_press))


@solara.component_vue("clock.vue")
def Clock(begun: float, moved: float, planned: str, whole: str) -> None: ...


def Steps(chapter: Chapter, turn: Turn, press: Callable[[str], object]) -> solara.Element:
    """Return the buttons to the slide before and the next one."""
    last = len(slides(chapter)) - 1
    return Buttons(
        label="Slides",
        buttons=[
            {"id": "back", "label": "Back", "disabled": turn.slide == 0},
            {"id": "next", "label": "Next", "disabled": turn.slide == last},
        ],
        event_press=press,
    )


@solara.component
def Player(
    chapter: Chapter,
    stock: ChapterRuns,
    turn: Turn,
    press: Callable[[str], None],
    told: Callable[[str], RoomTold] | None = None,
) -> None:
    """Show a slide.

    Parameters
    ----------
    chapter, stock, turn
        What to show.
    press : callable
        Told what was picked or pressed.
    told : callable, optional
        Returns what the slide tells of a room; given what became of the bet without one.
    """
    solara.use_thread(
        lambda: stock.early.wait(), [stock], intrusive_cancel=False
    )  # drawn anew when they are there
    solara.use_thread(lambda: stock.whole.wait(), [stock], intrusive_cancel=False)
    waits, fault = awaits(stock, turn), stock.fault if needs_runs(stock, turn) else ""
    here = turn.at(chapter)
    seen = solara.use_memo(
        lambda: None if waits or fault else view(stock, turn),
        [stock, turn.slide, turn.choice, turn.bet, turn.knob, turn.luck, waits, fault],
    )
    room = told(seen.answer) if told is not None and seen is not None else RoomTold()
    with element("div", css="ua-slide-holder"):
        # A key for each slide: its elements are made anew, not those of the last one changed.
        slide = element("section", css=f"ua-slide ua-slide-{here.kind}", aria_label="ShownSlide")
        with slide.key(f"slide {turn.slide} {seen is None}"):
            if fault:
                element("p", fault, css="ua-wrong", role="alert")
            elif seen is None:
                Waiting(chapter.runs)
            elif seen.square is not None:
                Lucky(seen.square)
            else:
                Shown(seen, press, room)
            if seen is not None and here.kind in HAS_LUCK:
                LuckButtons(seen.square is not None, press)
        element("p", _spoken(seen, room), css="ua-hidden", role="status", aria_live="polite")


@solara.component
def Waiting(runs: int) -> None:
    with element("div"):
        element("h1", "The runs are on their way")
        element(
            "p",
            f"The model runs {runs} times for each choice. This takes some seconds, and half a "
            "minute more when it is started for the first time.",
            css="ua-note",
            role="status",
        )


@solara.component
def LuckButtons(shown: bool, press: Callable[[str], None]) -> None:
    Buttons(
        label="Luck",
        buttons=[
            {"id": "luck", "label": "Is it the rule or the luck?", "pressed": shown},
            {"id": "other", "label": "Other luck", "disabled": not shown},
        ],
        event_press=press,
    )


def _spoken(seen: ShownSlide | None, room: RoomTold) -> str:
    if seen is None:
        return ""
    counted = room.line(seen.picked) if room.is_counted else ""
    return " ".join((seen.head, room.answer or seen.answer, *seen.text, counted)).strip()


@solara.component
def Shown(seen: ShownSlide, press: Callable[[str], None], room: RoomTold) -> None:
    element("h1", seen.head)
    if seen.answer:
        element("p", room.answer or seen.answer, css="ua-answer")
    with element("div", css="ua-slide-body" + (" ua-with-drawing" if seen.drawing else "")):
        with element("div", css="ua-words"):
            tag = "ol" if seen.kind == "recap" else "div"
            item = "li" if seen.kind == "recap" else "p"
            with element(tag, css="ua-said"):
                for text in seen.text:
                    element(item, text)
            if seen.options and room.is_counted:
                Counted(room, seen.head, seen.picked, press)
            elif seen.options:
                Options(seen, press)
            if line := room.line(seen.picked):
                element("p", line, css="ua-asked")
        if seen.drawing is not None:
            Picture(seen.drawing)
    if seen.small:
        element("p", seen.small, css="ua-small-print")


@solara.component
def Options(seen: ShownSlide, press: Callable[[str], None]) -> None:
    """Show options as buttons, with the number that picks each."""
    Buttons(
        label=seen.head,
        buttons=[
            {
                "id": f"pick {k}",
                "label": text if seen.kind == "knob" else f"{k}  {text}",
                "pressed": seen.picked == k - 1,
            }
            for k, text in enumerate(seen.options, 1)
        ],
        event_press=press,
    )


@solara.component
def Picture(drawing: Drawing) -> None:
    """Show a drawing, and the same as a table."""
    with element("figure", css="ua-picture"):
        element("figcaption", drawing.title, css="ua-picture-title")
        solara.HTML(tag="div", unsafe_innerHTML=svg(drawing))
        heads = (drawing.axis, *(line.label for line in drawing.lines))
        shown = opened_by("Table", drawing.title, table(heads, drawing.rows(), drawing.title))
        solara.HTML(tag="details", unsafe_innerHTML=shown, classes=["ua-help"])


@solara.component
def Lucky(square: Square) -> None:
    """Show the rule or the luck: two of each."""
    with element("div", css="ua-square", role="status"):
        element("h1", "The rule or the luck?")
        rows = [("one luck", *square.cells[0]), ("other luck", *square.cells[1])]
        html = table(("", *square.rules), rows, square.about)
        solara.HTML(tag="div", unsafe_innerHTML=html)
        element("p", square.sentence)


def place_of(turn: Turn, chapter: Chapter) -> str:
    """Return how far a chapter is, in words."""
    return f"{turn.slide + 1} of {len(slides(chapter))}"
