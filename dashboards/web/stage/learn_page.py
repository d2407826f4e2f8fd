"""Learn: the chapters, and one of them slide by slide."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

import solara

from alliances.dashboards.learn.chapter import Chapter
from alliances.dashboards.learn.library import LIBRARY
from alliances.dashboards.learn.turn import Turn, press, slides
from alliances.dashboards.web.parts.controls import Address, Buttons
from alliances.dashboards.web.parts.text import element
from alliances.dashboards.web.shared import warming
from alliances.dashboards.web.shared.choice import Choice
from alliances.dashboards.web.stage.slide import Keys, Player, Steps, place_of
from alliances.model.parameters import REGISTRY

LONGEST = 400


@dataclass(frozen=True)
class OpenChapter:
    """What a link opens, and what is wrong with it."""

    turn: Turn | None = None
    fault: str = ""


def read_link(search: str | None) -> OpenChapter:
    """Return where a link leads."""
    if not search:
        return OpenChapter()
    given = dict(parse_qsl(search[:LONGEST]))
    name = given.get("chapter", "")
    chapter = LIBRARY.chapters().get(name)
    if chapter is None:
        return OpenChapter(fault="The link leads to a chapter that is not here. Choose one below.")

    def number(key: str, most: int) -> int | None:
        text = given.get(key, "")
        whole = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None
        return whole - 1 if whole is not None and 1 <= whole <= most else None

    return OpenChapter(
        Turn(
            name,
            number("slide", len(slides(chapter))) or 0,
            number("choice", len(chapter.choice.options)),
            number("bet", len(chapter.bet.options)),
        )
    )


def to_link(turn: Turn | None) -> str:
    """Return where somebody is as the part of a link after the question mark."""
    if turn is None:
        return ""
    entries = {"chapter": turn.chapter, "slide": str(turn.slide + 1)}
    if turn.choice is not None:
        entries["choice"] = str(turn.choice + 1)
    if turn.bet is not None:
        entries["bet"] = str(turn.bet + 1)
    return urlencode(entries)


def sandbox(chapter: Chapter, chosen: str) -> str:
    """Return the link to the page Explore with what was chosen set up."""
    arm = chapter.arm(chosen)
    start = chapter.start_of(chosen)
    if start.endswith(".toml"):  # a trainer's own, which the page does not know
        return "/explore"
    levers = {name: value for name, value in arm.levers.items() if name in REGISTRY}
    choice = Choice(case=start).with_values(levers)
    if arm.timeline is not None:
        later = [
            (one.month, name, value) for one in arm.timeline for name, value in one.set.items()
        ]
        choice = choice.with_later(later)
    return f"/explore?{choice.to_search()}"


@solara.component
def Learn() -> None:
    router = solara.use_router()
    opened = solara.use_memo(lambda: read_link(router.search), [router.search])
    turn, set_turn = solara.use_state(opened.turn)
    solara.use_effect(lambda: set_turn(opened.turn), [opened])
    title = "Learn: Unequal Alliances"
    if turn is None:
        Address(search="", title=title)
        Chapters(opened.fault, set_turn)
    else:
        Alone(turn, set_turn)


@solara.component
def Alone(turn: Turn, set_turn) -> None:  # type: ignore[no-untyped-def]
    """Show a chapter to somebody alone at a screen."""
    chapter = LIBRARY.chapters()[turn.chapter]
    Address(search=to_link(turn), title=f"{chapter.title}: Unequal Alliances")
    stock = solara.use_memo(lambda: LIBRARY.stock(chapter, warming.READY.wait), [chapter.name])

    def go(key: str) -> None:
        if key not in ("b", "B", ".", "black"):  # a black screen is for the stage
            set_turn(lambda now: now and press(now, key, chapter))

    Keys(event_press=go)
    with element("div", css="ua-player"):
        with element("p", css="ua-player-top"):
            element("span", f"{chapter.title} · slide {place_of(turn, chapter)}", css="ua-soft")
        Player(chapter, stock, turn, go)
        if turn.at(chapter).kind == "end":
            End(chapter, turn, set_turn)
        Steps(chapter, turn, go)
        Buttons(
            label="Leave",
            buttons=[{"id": "all", "label": "All chapters"}],
            event_press=lambda _: set_turn(None),
        )


@solara.component
def Chapters(fault: str, set_turn) -> None:  # type: ignore[no-untyped-def]
    element("h1", "Learn", css="ua-page-title")
    if fault:
        element("p", fault, css="ua-wrong", role="alert")
    element(
        "p",
        "True stories, about ten minutes each. You make a choice, place a bet, and see what the "
        "model says. Each one works by itself. Nobody wrote the answers beforehand: they are "
        "worked out while you watch.",
        css="ua-lead ua-about",
    )
    with element("div", css="ua-chapters"):
        for number, chapter in enumerate(LIBRARY.chapters().values(), 1):
            with element("section", css="ua-chapter", aria_label=chapter.title):
                element("h2", f"{number}. {chapter.title}")
                element("p", chapter.question)
                element("p", f"{chapter.minutes:g} minutes", css="ua-soft")
                with element("p", css="ua-chapter-links"):
                    Buttons(
                        label=chapter.title,
                        buttons=[{"id": "begin", "label": "Begin"}],
                        event_press=lambda _, name=chapter.name: set_turn(Turn(name)),
                    )
                    element(
                        "a",
                        "On a stage",
                        href=f"/stage?chapter={chapter.name}",
                        target="_blank",
                        aria_label=f"{chapter.title} on a stage, in a new window",
                    )
        with element("section", css="ua-chapter", aria_label="The sandbox"):
            element("h2", "Last: the sandbox")
            element("p", "All levers, all assumptions. Try what you did not believe.")
            with element("p"), solara.Link("/explore"):
                element("span", "Go to Explore")
    element("h2", "For trainers")
    element(
        "p",
        "“On a stage” opens a window to show on the big screen. It has a link to a second "
        "window with your script and the time. Both keep in step. A clicker works: next, back, and "
        "B for a black screen.",
        css="ua-about",
    )
    with element("p", css="ua-about"):
        element(
            "span",
            "In a room people join from their phones, bet, vote and play. In the script you "
            "connect it with the stage, and the phones are asked what the slide asks: ",
        )
        # Served beside these pages, so the browser has to fetch it anew.
        element("a", "open a room", href="/room/lead", target="_blank", rel="noopener")
        element("span", " (on the machine that serves this page).")
    Pack()


@solara.component
def Pack() -> None:
    """Offer plans, scripts, role cards and hand-outs, to be made when somebody asks for them."""
    asked, set_asked = solara.use_state(False)
    made: solara.Result[bytes | None] = solara.use_thread(
        lambda: LIBRARY.pack(warming.READY.wait) if asked else None,
        [asked],
        intrusive_cancel=False,
    )
    element("h3", "Papers for a session")
    element(
        "p",
        "Plans for 20, 60 and 120 minutes, scripts, role cards and hand-outs with pictures, as PDF "
        "and to be changed in Word or LibreOffice.",
        css="ua-about",
    )
    if not asked:
        Buttons(
            label="Papers",
            buttons=[{"id": "make", "label": "Make the papers"}],
            event_press=lambda _: set_asked(True),
        )
    elif made.state == solara.ResultState.ERROR:
        element("p", f"The papers could not be made: {made.error}", css="ua-wrong", role="alert")
    elif made.value is None:
        element(
            "p",
            "The papers are being made. This takes about a minute.",
            css="ua-note",
            role="status",
        )
    else:
        with element("div", role="status"):
            solara.FileDownload(
                made.value, "unequal-alliances-pack.zip", label="Save the papers (ZIP file)"
            )


@solara.component
def End(chapter: Chapter, turn: Turn, set_turn) -> None:  # type: ignore[no-untyped-def]
    names = list(LIBRARY.chapters())
    after = names[names.index(chapter.name) + 1 :]
    with element("p").key("sandbox"):
        element(
            "a", "Open the sandbox with what you chose", href=sandbox(chapter, turn.chosen(chapter))
        )
    if after:
        following = LIBRARY.chapters()[after[0]]
        Buttons(
            label="Next chapter",
            buttons=[{"id": "following", "label": f"Next: {following.title}"}],
            event_press=lambda _: set_turn(Turn(following.name)),
        )
