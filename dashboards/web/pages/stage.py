"""The stage: one thing at a time, to be read from the back of a room. And the script beside it."""

from urllib.parse import parse_qsl

import solara

from dashboards.learn.chapter import Chapter, value_text
from dashboards.learn.library import LIBRARY
from dashboards.learn.show import SHOWS, Show
from dashboards.learn.turn import CUES, Turn, slides
from dashboards.web import warming
from dashboards.web.components.controls import Address, Buttons
from dashboards.web.components.player import Clock, Keys, Player, place_of
from dashboards.web.components.text import element
from dashboards.web.pages.learn import sandbox

NAMES = {
    "title": "Title",
    "story": "Story",
    "choice": "Choice",
    "bet": "Bet",
    "run": "Run",
    "reveal": "Reveal",
    "rule": "What was hidden",
    "knob": "Knob: ask",
    "turned": "Knob: see",
    "twist": "Twist: ask",
    "twisted": "Twist: see",
    "recap": "Recap",
    "end": "End",
}


def entries(search: str | None) -> dict[str, str]:
    """Return what stands in a link."""
    return dict(parse_qsl((search or "")[:400]))


def use_show(search: str | None) -> tuple[Show | None, Turn | None]:
    """Return the show of a link and where it is; a link to a chapter begins one."""

    def find() -> Show | None:
        given = entries(search)
        show = SHOWS.find(given.get("show", ""))
        if show is None and given.get("chapter") in LIBRARY.chapters():
            show = SHOWS.open(given["chapter"])
        return show

    show = solara.use_memo(find, [])
    turn, set_turn = solara.use_state(show.turn if show else None)
    solara.use_effect(lambda: show.follow(set_turn) if show else None, [])
    return show, turn


@solara.component
def Gone() -> None:
    element("h1", "This show is over")
    element(
        "p",
        "Its link is old, or the program was started again since. Choose a chapter to begin anew.",
        role="alert",
    )
    element("a", "To the chapters", href="/learn")


@solara.component
def Stage() -> None:
    router = solara.use_router()
    show, turn = use_show(router.search)
    if show is None or turn is None:
        Gone()
    else:
        OnStage(show, turn)


@solara.component
def OnStage(show: Show, turn: Turn) -> None:
    chapter = LIBRARY.chapters()[turn.chapter]
    stock = solara.use_memo(lambda: LIBRARY.stock(chapter, warming.READY.wait), [chapter.name])
    Address(search=f"show={show.key}", title=f"Stage: {chapter.title}")

    def go(key: str) -> None:
        show.press(key, chapter)

    Keys(event_press=go)
    with element("main", css="ua-stage" + (" ua-black" if turn.black else ""), id="content"):
        if turn.black:
            element("p", "The screen is black. Press B to go on.", css="ua-hidden", role="status")
            return
        Player(chapter, stock, turn, go)
        if turn.at(chapter).kind == "end":
            with element("p").key("sandbox"):
                element("a", "Open the sandbox", href=sandbox(chapter, turn.chosen(chapter)))
        with element("div", css="ua-stage-foot").key("foot"):
            element("span", f"{chapter.title} · {place_of(turn, chapter)}", css="ua-soft")
            Buttons(
                label="Slides",
                buttons=[
                    {"id": "back", "label": "Back", "disabled": turn.slide == 0},
                    {"id": "next", "label": "Next"},
                ],
                event_press=go,
            )
            element(
                "a", "Script (a second window)", href=f"/script?show={show.key}", target="_blank"
            )


@solara.component
def Script() -> None:
    router = solara.use_router()
    show, turn = use_show(router.search)
    if show is None or turn is None:
        Gone()
    else:
        InScript(show, turn)


@solara.component
def InScript(show: Show, turn: Turn) -> None:
    chapter = LIBRARY.chapters()[turn.chapter]
    Address(search=f"show={show.key}", title=f"Script: {chapter.title}")

    def go(key: str) -> None:
        show.press(key, chapter)

    every = slides(chapter)
    here = turn.at(chapter)
    cue = chapter.cues[CUES[here.kind]]
    Keys(event_press=go)
    with element("main", css="ua-script", id="content"):
        element("h1", f"{chapter.title}: {_name(chapter, turn.slide)}", css="ua-page-title")
        Clock(
            begun=show.begun,
            moved=show.moved,
            planned=f"{cue.minutes:g} min",
            whole=f"{chapter.minutes:g}",
        )
        Buttons(
            label="Slides",
            buttons=[
                {"id": "back", "label": "Back", "disabled": turn.slide == 0},
                {"id": "next", "label": "Next", "disabled": turn.slide == len(every) - 1},
                {"id": "black", "label": "Black", "pressed": turn.black},
                {"id": "luck", "label": "Rule or luck?", "pressed": turn.luck is not None},
            ],
            event_press=go,
        )
        with element("dl", css="ua-cue").key(f"cue {turn.slide}"):
            for name, text in (("Say", cue.say), ("Ask", cue.ask), ("Watch", cue.watch)):
                if text:
                    element("dt", name)
                    element("dd", text)
        Picks(chapter, turn, go)
        following = turn.slide + 1
        element(
            "p",
            f"Next: {_name(chapter, following)}" if following < len(every) else "This is the end.",
            css="ua-note",
        ).key("following")
        with element("details", css="ua-help").key("all"):
            element("summary", "All slides")
            Buttons(
                label="All slides",
                buttons=[
                    {
                        "id": f"go {k}",
                        "label": f"{k + 1} {_name(chapter, k)}",
                        "pressed": k == turn.slide,
                    }
                    for k in range(len(every))
                ],
                event_press=go,
            )
        with element("details", css="ua-help").key("others"):
            element("summary", "Other chapters")
            Buttons(
                label="Other chapters",
                buttons=[
                    {"id": name, "label": other.title, "pressed": name == chapter.name}
                    for name, other in LIBRARY.chapters().items()
                ],
                event_press=show.begin,
            )
        with element("details", css="ua-help").key("keys"):
            element("summary", "Keys")
            element(
                "p",
                "Next: Page Down, space or right arrow. Back: Page Up or left arrow. B or full "
                "stop: black. Numbers: pick. L: rule or luck; O: other luck. Home and End: first "
                "and last slide. They work in both windows.",
            )


@solara.component
def Picks(chapter: Chapter, turn: Turn, go) -> None:  # type: ignore[no-untyped-def]
    """Show what the room picked, to be set from here too."""
    here = turn.at(chapter).kind
    if here == "choice":
        options, picked = [option.text for option in chapter.choice.options], turn.choice
    elif here == "bet":
        options, picked = [stake.text for stake in chapter.bet.options], turn.bet
    elif here == "knob":
        knob = chapter.knob
        options, picked = [value_text(knob.lever, value) for value in knob.values], turn.knob
    else:
        return
    Buttons(
        label="What the room picks",
        buttons=[
            {
                "id": f"pick {k}",
                "label": text if here == "knob" else f"{k} {text}",
                "pressed": picked == k - 1,
            }
            for k, text in enumerate(options, 1)
        ],
        event_press=go,
    )


def _name(chapter: Chapter, slide: int) -> str:
    here = slides(chapter)[slide]
    return f"{NAMES[here.kind]} {here.number + 1}" if here.kind == "story" else NAMES[here.kind]
