"""Network: one run month by month, and the story of one organisation."""

import threading
from dataclasses import replace

import solara
from solara.util import CancelledError

from alliances.dashboards.web.explore.session import TURNS, opened
from alliances.dashboards.web.network.network import Network, SealedRecording, seal, sector_colours
from alliances.dashboards.web.network.why import Why
from alliances.dashboards.web.parts.controls import Address, Buttons, Picker
from alliances.dashboards.web.parts.text import element
from alliances.dashboards.web.shared import warming
from alliances.dashboards.web.shared.choice import MOST_SEED, Choice
from alliances.dashboards.web.shared.own_place_line import OwnPlaceLine
from alliances.experiments.explain.events import EventRecord, record_events
from alliances.experiments.explain.recording import story
from alliances.experiments.runs.queue import GivenUp, Queue

TODAY, MINE = "today", "mine"
# Of all visitors: one run is recorded at a time, and none that nobody waits for.
RECORDINGS = Queue()


@solara.component
def NetworkPage() -> None:
    router = solara.use_router()
    start, link_error, note = solara.use_memo(lambda: opened(router.search), [])
    choice, set_choice = solara.use_state(start)
    arm, set_arm = solara.use_state(MINE)
    picked, set_picked = solara.use_state(0)

    def run(cancel: threading.Event) -> tuple[EventRecord, SealedRecording]:
        while not warming.READY.wait(TURNS):
            if cancel.is_set():
                raise CancelledError
        question = choice.pair()
        try:
            with RECORDINGS.turn(0, cancel.is_set):
                kept = record_events(question.b if arm == MINE else question.a, choice.seed)
                return kept, seal(kept.recording)
        except GivenUp:
            raise CancelledError from None

    result: solara.Result[tuple[EventRecord, SealedRecording]] = solara.use_thread(
        run, [choice, arm], intrusive_cancel=False
    )
    Address(search=choice.to_search(), title="Network: Unequal Alliances")
    element("h1", "Network", css="ua-page-title")
    element(
        "p",
        "One run, played month by month. It is one stroke of luck: it shows how things come about, "
        "not what is usual, which the page Explore shows.",
        css="ua-soft",
    )
    if link_error:
        element(
            "p",
            f"The link could not be opened: {link_error} You see today's practice instead.",
            css="ua-wrong",
            role="alert",
        )
    if note:
        element("p", note, css="ua-note", role="status")
    OwnPlaceLine(choice.place, lambda: set_choice(replace(choice, place=None)))
    with element("div", css="ua-bar"):
        Picker(
            label="Run of",
            value=arm,
            options=[
                {"value": MINE, "label": f"yours: {_name(choice)}"},
                {"value": TODAY, "label": "today's practice"},
            ],
            event_pick=set_arm,
        )
        Buttons(
            label="Luck",
            buttons=[{"id": "luck", "label": "Other luck"}],
            event_press=lambda _: set_choice(replace(choice, seed=(choice.seed + 1) % MOST_SEED)),
        )
        with solara.Link(f"/explore?{choice.to_search()}"):
            element("span", "To the levers")
    if result.state == solara.ResultState.ERROR:
        element("p", f"The model could not be run: {result.error}", css="ua-wrong", role="alert")
        return
    if result.value is None:
        element("p", "The run is on its way.", css="ua-note", role="status")
        return
    record, sealed = result.value
    seen = record.recording
    who = min(picked, len(seen.bodies) - 1)
    with element("div", css="ua-columns ua-watch"):
        Network(
            recording=sealed,
            colours=sector_colours(seen),
            picked=who,
            event_pick=lambda k: set_picked(k) if k in range(len(seen.bodies)) else None,
        )
        with element("section", css="ua-story", aria_label="Story"):
            element("h2", "The story of one")
            Picker(
                label="Organisation",
                value=str(who),
                options=[
                    {"value": str(k), "label": f"{body.name}, {body.sector}"}
                    for k, body in enumerate(seen.bodies)
                ],
                event_pick=lambda text: set_picked(int(text)),
            )
            element("ol", *(element("li", text) for text in story(seen, who)), role="list")
            element(
                "p",
                "The story has its beginning and end, its alliances and the three deepest falls of "
                "others' trust in it (from 0 to 1). Choose another organisation above or in the "
                "picture.",
                css="ua-soft",
            )
            Why(record, who)


def _name(choice: Choice) -> str:
    return choice.scenario().name + (" with changes" if choice.changes else "")
