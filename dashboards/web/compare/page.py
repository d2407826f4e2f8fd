"""Compare: up to three scenarios beside today's practice, and how sure their differences are."""

from dataclasses import replace

import solara

from alliances.dashboards.web.compare import words
from alliances.dashboards.web.compare.assumptions import Crossed
from alliances.dashboards.web.compare.differences import Differences
from alliances.dashboards.web.compare.luck import LuckAndWorld
from alliances.dashboards.web.compare.money import Money
from alliances.dashboards.web.compare.parts import Guard
from alliances.dashboards.web.compare.session import CompareSession, use_session
from alliances.dashboards.web.compare.settings import Settings
from alliances.dashboards.web.compare.slots import Slots
from alliances.dashboards.web.compare.who import Who
from alliances.dashboards.web.parts.controls import Address, Buttons, Copy
from alliances.dashboards.web.parts.take_away import TakeAway
from alliances.dashboards.web.parts.text import element
from alliances.dashboards.web.shared.comparing import VIEWS, first_comparing
from alliances.dashboards.web.shared.own_place_line import OwnPlaceLine
from alliances.dashboards.web.shared.reproduce import as_command, as_python


@solara.component
def Compare() -> None:
    session = use_session()
    Address(search=session.now.to_search(), title="Compare: Unequal Alliances")
    element("h1", "Compare", css="ua-page-title")
    element(
        "p",
        "Up to three scenarios beside today's practice, all with the same luck. To begin with, "
        "three usual ways to give out the same money. Put others in their place, choose what holds "
        "for all, then what to ask.",
        css="ua-about",
    )
    if session.link_error:
        element(
            "p",
            f"The link could not be opened: {session.link_error} You see three usual ways to give "
            "out money instead.",
            css="ua-wrong",
            role="alert",
        )
    if session.note:
        element("p", session.note, css="ua-note", role="status")
    OwnPlaceLine(session.now.place, lambda: session.change(lambda now: now.in_place(None)))
    Slots(session)
    Settings(session)
    Buttons(
        label="What to ask",
        buttons=[
            {"id": view, "label": title, "pressed": view == session.now.view}
            for view, title in VIEWS.items()
        ],
        event_press=lambda view: session.change(lambda now: replace(now, view=view)),
    )
    Answer(session)
    Again(session)


VIEW = {
    "differences": Differences,
    "who": Who,
    "assumptions": Crossed,
    "luck": LuckAndWorld,
    "money": Money,
}


@solara.component
def Answer(session: CompareSession) -> None:
    dark = bool(solara.lab.use_dark_effective())
    found = session.found
    element("h2", VIEWS[session.now.view], css="ua-view-title")
    if session.failed.value:
        element("p", session.failed.value, css="ua-wrong", role="alert")
        return
    if found is None:
        waiting = (
            "The first runs are on their way."
            if session.ready
            else "The model is being compiled for this machine, once for this version: about half "
            "a minute."
        )
        element("p", waiting, css="ua-note", role="status")
        return
    against = found.against
    whole = found.is_whole(session.now.view) and session.is_current
    element(
        "p",
        f"{words.horizon(against)} {words.progress(against)}".strip(),
        css="ua-soft ua-state",
        data_state="whole" if whole else "coming",
        data_link=session.now.to_search() if whole else "",
    )
    fault = f"These runs failed: {found.fault}" if found.fault else ""
    element("p", fault, css="ua-wrong" if fault else "", role="alert")
    with Guard(f"{session.now.to_search()} {against.runs}"):
        VIEW[session.now.view](session, against, dark).key(session.now.view)
    spoken = ""
    if whole:
        name = session.now.measures[0] if session.now.view == "differences" else session.now.measure
        scaled = found.equal if session.now.view == "money" else None
        told = against if scaled is None else scaled.against
        spoken = " ".join(
            f"{arm.letter}: {told.effect(k, name).sentence()}"
            for k, arm in enumerate(told.asked.arms)
        )
    element("p", spoken, css="ua-hidden", role="status", aria_live="polite")
    element(
        "p",
        "All of this follows from the model's assumptions and says nothing about a real place.",
        css="ua-soft",
    )


@solara.component
def Again(session: CompareSession) -> None:
    if session.now.place is None and session.now.letters():
        TakeAway("compare", session.now.to_search(), several=True)
    with element("details", css="ua-help"):
        element("summary", "Get the same numbers on the command line or in Python")
        for letter in session.now.letters():
            choice = session.now.whole(letter)
            Copy(label=f"{letter}: command line", text=as_command(choice))
            Copy(label=f"{letter}: Python", text=as_python(choice))
    Buttons(
        label="Begin again",
        buttons=[{"id": "reset", "label": "Begin again with three usual ways"}],
        event_press=lambda _: session.change(lambda _: first_comparing()),
    )
