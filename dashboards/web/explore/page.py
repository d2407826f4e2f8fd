"""Explore: levers on the left, today's practice against yours on the right.

Each component reads what it shows of the session itself, so that a change draws anew only what it
touches.
"""

from dataclasses import replace

import solara

from alliances.dashboards.charts.echarts import ASKED_NEXT, FAMILIES
from alliances.dashboards.web.explore import words
from alliances.dashboards.web.explore.all_levers import AllLevers
from alliances.dashboards.web.explore.keep_as import KeepAs, use_kept
from alliances.dashboards.web.explore.lever_card import LeverCard
from alliances.dashboards.web.explore.replay import Replay
from alliances.dashboards.web.explore.session import Session, use_session
from alliances.dashboards.web.explore.timeline import Timeline
from alliances.dashboards.web.parts.chart import Chart, TakeOut, with_chart
from alliances.dashboards.web.parts.controls import Address, Buttons, Copy, Picker
from alliances.dashboards.web.parts.take_away import TakeAway
from alliances.dashboards.web.parts.text import element
from alliances.dashboards.web.shared.choice import (
    MOST_CHARTS,
    MOST_SEED,
    Choice,
    History,
    case,
    starts,
)
from alliances.dashboards.web.shared.comparing import with_kept
from alliances.dashboards.web.shared.levers import FORMS, FRONT, form_of
from alliances.dashboards.web.shared.own_place_line import OwnPlaceLine
from alliances.dashboards.web.shared.reproduce import as_command, as_python
from alliances.model.measures import MEASURES


@solara.component
def Explore() -> None:
    session = use_session()
    Link(session)
    element("h1", "Explore", css="ua-page-title")
    if session.link_error:
        element(
            "p",
            f"The link could not be opened: {session.link_error} You see today's practice instead.",
            css="ua-wrong",
            role="alert",
        )
    if session.note:
        element("p", session.note, css="ua-note", role="status")
    Where(session)
    Bar(session)
    with element("p", css="ua-jump"):
        element("a", "To the levers", href="#levers")
    About(session)
    with element("div", css="ua-columns"):
        with element("div", css="ua-lever-column", id="levers", tabindex="-1"):
            Front(session)
            Timeline(session)
            AllLevers(session)
        with element("div", css="ua-results", id="charts", tabindex="-1"):
            Results(session)
            Beneath(session)


@solara.component
def Link(session: Session) -> None:
    """Keep what was chosen in the address."""
    kept = use_kept(session.kept)
    search = with_kept(session.history.now.to_search(), kept)
    Address(search=search, title="Explore: Unequal Alliances")


@solara.component
def Where(session: Session) -> None:
    """Say so if it all happens in a place of the visitor's own."""
    OwnPlaceLine(
        session.history.now.place,
        lambda: session.choose(lambda now: replace(now, place=None)),
    )


@solara.component
def About(session: Session) -> None:
    """Say what was started from."""
    about = case(session.history.now.case).description
    if about:
        element("p", about, css="ua-soft ua-about")


@solara.component
def Front(session: Session) -> None:
    """Show the levers that stand in front."""
    values = session.shown.values()
    for question, names in FRONT.items():
        with element("section", css="ua-group"):
            element("h2", question)
            if question == next(iter(FRONT)):
                Forms(session)
            for name in names:
                LeverCard(session, name, values[name]).key(name)
            with element("p", css="ua-jump"):  # where charts and levers do not stand side by side
                element("a", "To the charts", href="#charts")


@solara.component
def Bar(session: Session) -> None:
    history, choice = session.history, session.history.now

    def press(button: str) -> None:
        if button == "undo":
            session.step(History.undo)
        elif button == "redo":
            session.step(History.redo)
        elif button == "reset":
            session.choose(lambda now: Choice(charts=now.charts, place=now.place))
        elif button == "luck":
            session.choose(lambda now: replace(now, seed=(now.seed + 1) % MOST_SEED))

    with element("div", css="ua-bar"):
        Picker(
            label="Start from",
            value=choice.case,
            options=[
                {"value": name, "label": title, "group": group}
                for name, (group, title) in starts().items()
            ],
            event_pick=lambda name: session.choose(
                lambda now: replace(now, case=name, changes=(), months=None, organisations=None)
            ),
        )
        Buttons(
            label="Steps",
            buttons=[
                {"id": "undo", "label": "Undo", "disabled": not history.past},
                {"id": "redo", "label": "Redo", "disabled": not history.future},
                {"id": "reset", "label": "Reset"},
                {
                    "id": "luck",
                    "label": "Other luck",
                    "title": "The same question, with other random draws",
                },
            ],
            event_press=press,
        )
        Replay(session)
        KeepAs(session)


@solara.component
def Forms(session: Session) -> None:
    choice = session.history.now
    now = form_of(choice.values())

    def press(form: str) -> None:
        session.choose(lambda now: now.with_values(FORMS[form]))

    Buttons(
        label="Who gets the contract",
        buttons=[{"id": form, "label": form, "pressed": form == now} for form in FORMS],
        event_press=press,
    )


@solara.component
def More(session: Session, dark: bool) -> None:
    """Charts beyond the four, of any measure."""
    charts = session.history.now.charts
    first = len(FAMILIES)

    def one_more(_: str) -> None:
        others = [name for name in (*ASKED_NEXT, *MEASURES) if name not in charts]
        session.choose(lambda now: with_chart(now, len(charts), others[0]))

    with element("div", css="ua-charts ua-more-charts"):
        for place in range(first, len(charts)):
            name = charts[place]
            with element("div").key(f"more {place} {name}"):
                Chart(session, place, MEASURES[name].label, name, dark)
                TakeOut(session, place, name)
    if len(charts) < MOST_CHARTS:
        Buttons(
            label="More charts",
            buttons=[{"id": "more", "label": "Show one more chart"}],
            event_press=one_more,
        )


@solara.component
def Results(session: Session) -> None:
    charts = session.history.now.charts
    dark = bool(solara.lab.use_dark_effective())
    element("h2", "Today's practice and yours", css="ua-hidden")
    Key(session)
    with element("div", css="ua-charts"):
        for place, (family, name) in enumerate(zip(FAMILIES, charts, strict=False)):
            Chart(session, place, family, name, dark).key(family)
    More(session, dark)
    Spoken(session)


@solara.component
def Key(session: Session) -> None:
    """Say which line is which, over which months the sentences speak, and what went wrong."""
    answer = session.answer
    with element("p", css="ua-key"):
        element("span", "today's practice", css="ua-key-today")
        element("span", "yours", css="ua-key-mine")
        element("span", words.horizon(answer) if answer else "", css="ua-soft")
    if session.failed.value:
        element("p", session.failed.value, css="ua-wrong", role="alert")
    elif answer is None and not session.ready:
        element(
            "p",
            "The model is being compiled for this machine, once for this version: about half a "
            "minute.",
            css="ua-note",
            role="status",
        )


@solara.component
def Spoken(session: Session) -> None:
    """Tell a screen reader when all runs of what was chosen are there."""
    choice, answer = session.answered.value
    is_told = answer is not None and answer.is_whole and choice == session.history.now
    text = words.spoken(answer, choice.charts) if answer is not None and is_told else ""
    element("p", text, css="ua-hidden", role="status", aria_live="polite")


@solara.component
def Beneath(session: Session) -> None:
    """Show what stands below the charts: cost, meaning, and what can be taken away."""
    choice = session.history.now
    answered, answer = session.answered.value
    here = answer if answered == choice else None
    element("p", words.cost(choice.scenario(), here), css="ua-cost")
    element(
        "p",
        "All of this follows from the model's assumptions and says nothing about a real place. "
        "What is not known enters the runs as luck; what is assumed does not: try the assumptions "
        "below the levers too.",
        css="ua-soft",
    )
    with element("p"), solara.Link(f"/network?{choice.to_search()}"):
        element("span", "Watch one of these runs month by month")
    if choice.place is None:
        TakeAway("explore", choice.to_search())
    else:  # such an address would have to hold the place
        element(
            "p",
            "Figures and tables have addresses that anybody could open, so there are none for a "
            "place of your own: keep it as a file on the page Your place, and use the lines below.",
            css="ua-soft",
        )
    with element("details", css="ua-help"):
        element("summary", "Get the same numbers on the command line or in Python")
        Copy(label="Command line", text=as_command(choice))
        Copy(label="Python", text=as_python(choice))
