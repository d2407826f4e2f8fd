"""The room in the facilitator's script: connect one, ask it, close and count."""

from collections.abc import Callable, Mapping

import solara

from alliances.dashboards.learn.audience import SECRET, UNASKED
from alliances.dashboards.learn.question import RoomAnswers
from alliances.dashboards.learn.show import SHOWS, Now, Show
from alliances.dashboards.learn.turn import ASKED
from alliances.dashboards.room.pace import Pace
from alliances.dashboards.room.web import the_rooms
from alliances.dashboards.web.parts.controls import Buttons
from alliances.dashboards.web.parts.text import element
from alliances.dashboards.web.stage.audience import RoomDoor, RoomTold
from alliances.model.input.errors import UserError

TRIES = Pace(10, 1 / 6)  # proofs of each browser


@solara.component
def ScriptRoom(show: Show, now: Now, kind: str, who: str, press: Callable[[str], None]) -> None:
    """Show the room of a show, or how to connect one.

    Parameters
    ----------
    show, now : Show, Now
        The show, and how it is.
    kind : str
        Kind of the slide.
    who : str
        Which browser this is.
    press : callable
        Told what is pressed.
    """
    wrong, set_wrong = solara.use_state("")
    room, leads = now.room, now.leads

    def prove(given: object) -> None:  # a stranger's page can send anything
        set_wrong(proved(show, given if isinstance(given, dict) else {}, who))

    element("h2", "Ask the room" if room is None else f"Room {room.code}")
    if room is None:
        element(
            "p",
            "People can answer from their phones. Connect a room: the stage shows how to join.",
            css="ua-note",
        ).key("about")
    if room is None or not leads:
        RoomDoor(
            code="" if room is None else room.code,
            leads=leads,
            trouble=wrong or now.trouble,
            event_prove=prove,
        ).key("door")
    else:
        with element("div").key("led"):
            Led(show, room, now, kind, who, press)


def proved(show: Show, given: Mapping[object, object], who: str) -> str:
    """Give a room to a show for somebody who proves to lead it; returns what is wrong, or ""."""
    if not TRIES.take(who):
        return "That is too often. Wait a minute."
    code, token, origin = (str(given.get(name, "")) for name in ("code", "token", "origin"))
    try:
        SHOWS.connect(show, the_rooms(), code, token, who, origin)
    except UserError as error:
        return str(error)
    return ""


@solara.component
def Led(
    show: Show, room: RoomAnswers, now: Now, kind: str, who: str, press: Callable[[str], None]
) -> None:
    """Show what can be done with the room."""
    picked = now.turn.picked(kind)
    if now.trouble:
        element("p", now.trouble, css="ua-wrong", role="alert").key("trouble")
    asked = room.of(kind)
    people = "person is" if room.people == 1 else "people are"
    element("p", f"{room.people} {people} in.").key("people")
    if not room.doors:
        element(
            "p",
            "Phones cannot reach this server yet. End it with Ctrl-C and start it with --host "
            "0.0.0.0, or give its address on the room's own page.",
            css="ua-note",
        ).key("doors")
    if asked is not None:
        line = RoomTold(asked, room.people).line(picked)
        element("p", line, css="ua-asked", role="status").key("asked")
    if asked is not None and asked.open:
        label = "Close and show the counts (A)"
    else:
        label = "Ask the room (A)" if asked is None else "Ask again (A)"
    Buttons(
        label="Ask the room",
        buttons=[
            {"id": "ask", "label": label, "disabled": kind not in ASKED},
            {"id": "join", "label": "How to join (J)"},
            {"id": SECRET, "label": "Secret ballot", "pressed": room.secret},
            {"id": UNASKED, "label": "Ask by itself", "pressed": room.by_itself},
        ],
        event_press=press,
    ).key("ask")
    element(
        "p",
        "Phones are asked as soon as the choice and the bet come, if “Ask by itself” is on. “Next” "
        "closes a question and shows the counts; “Next” again goes on. What most want is taken, "
        "unless you pick something else. A switch counts from the next question on.",
        css="ua-soft",
    ).key("how")
    with element("p").key("page"):
        element("a", "The room's own page", href="/room/lead", target="_blank", rel="noopener")
    Buttons(
        label="Leave the room",
        buttons=[{"id": "leave", "label": "Go on without the room"}],
        event_press=lambda _: show.disconnect(who),
    ).key("leave")
