"""The stage: one thing at a time, to be read from the back of a room. And the script beside it."""

from typing import Any
from urllib.parse import parse_qsl

import solara

from alliances.dashboards.learn.chapter import Chapter, value_text
from alliances.dashboards.learn.library import LIBRARY
from alliances.dashboards.learn.runs import ChapterRuns
from alliances.dashboards.learn.show import SHOWS, Now, Show
from alliances.dashboards.learn.turn import CUES, Turn, slides
from alliances.dashboards.room.web import the_rooms
from alliances.dashboards.web.parts.controls import Address, Buttons
from alliances.dashboards.web.parts.text import element
from alliances.dashboards.web.shared import warming
from alliances.dashboards.web.stage.audience import Join, RoomTold, told_bet
from alliances.dashboards.web.stage.learn_page import sandbox
from alliances.dashboards.web.stage.script_room import ScriptRoom
from alliances.dashboards.web.stage.slide import Clock, Keys, Player, Steps, place_of
from alliances.model.input.errors import UserError

NO_COOKIE = "session-id-cookie-unavailable"  # how Solara calls a browser without
SHORTEST_KEY = 16  # of a show; what is shorter need not be looked for among the rooms
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


def use_show(search: str | None, who: str) -> tuple[Show | None, Now | None]:
    """Return the show of a link and how it is for a browser; a link to a chapter begins one."""

    def find() -> Show | None:
        given = entries(search)
        show = found(given.get("show", ""))
        if show is None and given.get("chapter") in LIBRARY.chapters():
            show = SHOWS.open(given["chapter"])
        return show

    show = solara.use_memo(find, [])
    begun = solara.use_memo(lambda: show.look(who) if show else None, [])
    now, set_now = solara.use_state(begun)
    solara.use_effect(lambda: show.follow(set_now, who) if show else None, [])
    return show, now


def found(key: str) -> Show | None:
    """Return a show by its key, if need be one that was kept with its room."""
    show = SHOWS.find(key)
    if show is None and len(key) >= SHORTEST_KEY:
        try:
            show = SHOWS.take_up(key, the_rooms())
        except UserError:  # rooms cannot be kept here, so there is none to go on with
            return None
    return show if show is not None and show.turn.chapter in LIBRARY.chapters() else None


def visitor() -> str:
    """Return what only this browser and the server know; "" where it keeps no cookies.

    All its windows lead, or none.
    """
    who = solara.get_session_id()
    return "" if who.startswith(NO_COOKIE) else who


def use_settled(show: Show, stock: ChapterRuns, turn: Turn) -> None:
    """Let the phones know how their bet came out, as soon as the reveal is there."""
    shown = turn.at(stock.chapter).kind == "reveal"
    solara.use_thread(
        lambda: show.settle(stock) if shown else None,
        [shown, stock, turn.choice],
        intrusive_cancel=False,
    )


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
    who = solara.use_memo(visitor, [])
    show, now = use_show(router.search, who)
    if show is None or now is None:
        Gone()
    else:
        OnStage(show, now, who)


@solara.component
def OnStage(show: Show, now: Now, who: str) -> None:
    turn, room = now.turn, now.room
    chapter = LIBRARY.chapters()[turn.chapter]
    stock = solara.use_memo(lambda: LIBRARY.stock(chapter, warming.READY.wait), [chapter.name])
    use_settled(show, stock, turn)
    Address(search=f"show={show.key}", title=f"Stage: {chapter.title}")

    def go(key: str) -> None:
        show.press(key, chapter, who)

    def told(answer: str) -> RoomTold:
        if room is None:
            return RoomTold()
        here = turn.at(chapter).kind
        if here == "reveal":
            return RoomTold(answer=told_bet(room, chapter, turn, answer))
        return RoomTold(room.of(here), room.people)

    Keys(event_press=go)
    with element("main", css="ua-stage" + (" ua-black" if turn.black else ""), id="content"):
        if turn.black:
            element("p", "The screen is black. Press B to go on.", css="ua-hidden", role="status")
            return
        if room is not None and turn.join:
            Join(room, head=True)
        elif room is not None and turn.at(chapter).kind == "title":
            with element("div", css="ua-with-join").key("join"):
                Player(chapter, stock, turn, go, told)
                Join(room)
        else:
            Player(chapter, stock, turn, go, told)
        if turn.at(chapter).kind == "end":
            with element("p").key("sandbox"):
                element("a", "Open the sandbox", href=sandbox(chapter, turn.chosen(chapter)))
        with element("div", css="ua-stage-foot").key("foot"):
            element("span", f"{chapter.title} · {place_of(turn, chapter)}", css="ua-soft")
            if room is not None:
                element("span", f"Room {room.code} · {room.people} in", css="ua-soft").key("room")
            if now.leads:
                Steps(chapter, turn, go).key("go")
            else:
                element("span", "This window only watches; the script says why.").key("watches")
            with element("span").key("script"):
                element(
                    "a",
                    "Script (a second window)",
                    href=f"/script?show={show.key}",
                    target="_blank",
                )


@solara.component
def Script() -> None:
    router = solara.use_router()
    who = solara.use_memo(visitor, [])
    show, now = use_show(router.search, who)
    if show is None or now is None:
        Gone()
    else:
        InScript(show, now, who)


@solara.component
def InScript(show: Show, now: Now, who: str) -> None:
    turn = now.turn
    chapter = LIBRARY.chapters()[turn.chapter]
    stock = solara.use_memo(lambda: LIBRARY.stock(chapter, warming.READY.wait), [chapter.name])
    use_settled(show, stock, turn)
    Address(search=f"show={show.key}", title=f"Script: {chapter.title}")

    def go(key: str) -> None:
        show.press(key, chapter, who)

    every, leads = slides(chapter), now.leads
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
        steps: list[dict[str, Any]] = [
            {"id": "back", "label": "Back", "disabled": turn.slide == 0},
            {"id": "next", "label": "Next", "disabled": turn.slide == len(every) - 1},
            {"id": "black", "label": "Black", "pressed": turn.black},
            {"id": "luck", "label": "Rule or luck?", "pressed": turn.luck is not None},
        ]
        Buttons(
            label="Slides",
            buttons=steps if leads else [{**one, "disabled": True} for one in steps],
            event_press=go,
        )
        with element("dl", css="ua-cue").key(f"cue {turn.slide}"):
            for name, text in (("Say", cue.say), ("Ask", cue.ask), ("Watch", cue.watch)):
                if text:
                    element("dt", name)
                    element("dd", text)
        if leads:
            with element("div").key("picks"):
                Picks(chapter, turn, go)
        with element("section", css="ua-room", aria_label="The room").key("room"):
            ScriptRoom(show, now, turn.at(chapter).kind, who, go)
        following = turn.slide + 1
        element(
            "p",
            f"Next: {_name(chapter, following)}" if following < len(every) else "This is the end.",
            css="ua-note",
        ).key("following")
        if leads:
            with element("div").key("jumps"):
                Jumps(show, turn, chapter, who)
        with element("details", css="ua-help").key("keys"):
            element("summary", "Keys")
            element(
                "p",
                "Next: Page Down, space or right arrow. Back: Page Up or left arrow. B or full "
                "stop: black. Numbers: pick. L: rule or luck; O: other luck. Home and End: first "
                "and last slide. With a room, A: ask it, or close and count; J: how to join. They "
                "work in both windows.",
            )


@solara.component
def Jumps(show: Show, turn: Turn, chapter: Chapter, who: str) -> None:
    """Offer all slides and all chapters."""
    with element("div"):
        with element("details", css="ua-help"):
            element("summary", "All slides")
            Buttons(
                label="All slides",
                buttons=[
                    {
                        "id": f"go {k}",
                        "label": f"{k + 1} {_name(chapter, k)}",
                        "pressed": k == turn.slide,
                    }
                    for k in range(len(slides(chapter)))
                ],
                event_press=lambda key: show.press(key, chapter, who),
            )
        with element("details", css="ua-help"):
            element("summary", "Other chapters")
            Buttons(
                label="Other chapters",
                buttons=[
                    {"id": name, "label": other.title, "pressed": name == chapter.name}
                    for name, other in LIBRARY.chapters().items()
                ],
                event_press=lambda name: (
                    show.begin(name, who) if name in LIBRARY.chapters() else None
                ),
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
