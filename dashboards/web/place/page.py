"""Your place: load it or put it down by hand, see how like it the model is, then explore it."""

from collections.abc import Callable
from dataclasses import replace

import solara

from alliances.dashboards.web.parts.controls import Address, Buttons, Copy, Field
from alliances.dashboards.web.parts.download import Download
from alliances.dashboards.web.parts.text import element
from alliances.dashboards.web.place.input import (
    GRANT_FILES,
    TEXT_FILES,
    FileInput,
    Hand,
    RosterHelp,
)
from alliances.dashboards.web.place.likeness import LikenessCheck
from alliances.dashboards.web.place.view import PlaceView
from alliances.dashboards.web.shared.choice import Choice
from alliances.dashboards.web.shared.comparing import first_comparing
from alliances.dashboards.web.shared.own_place import (
    GIVEN,
    HAND,
    HELD,
    Loaded,
    PlaceGiven,
    forget,
    hold,
)
from alliances.experiments.own_places.bundle import FOLDER, bundle
from alliances.experiments.own_places.limits import (
    MOST_BYTES,
    MOST_GRANTS,
    MOST_ORGANISATIONS,
    MOST_TIES,
)
from alliances.experiments.own_places.reading import (
    MOST_BY_HAND,
    GivenFile,
    from_grants,
    from_hand,
    from_roster,
)
from alliances.model.places.place import Place, PlaceError

FILES, GRANTS, BY_HAND = "files", "grants", "hand"
WAYS = {FILES: "A list of organisations", GRANTS: "Grants (360Giving)", BY_HAND: "By hand"}
LONGEST_NAME = 60


@solara.component
def PlacePage() -> None:
    held = HELD.value
    way, set_way = solara.use_state(held.way if held is not None else FILES)
    given = GIVEN
    wrong, set_wrong = solara.use_state("")
    turn, set_turn = solara.use_state(0)

    def tell(text: str) -> None:
        set_wrong(text)
        set_turn(lambda number: number + 1)

    def take(change: Callable[[PlaceGiven], PlaceGiven]) -> None:
        """Read what is given after a change; what cannot be read does not count as given."""
        new = change(given.peek())
        try:
            place = read(way, new)
        except PlaceError as error:
            tell(str(error))
            return
        given.set(new)
        tell("")
        if place is not None:
            hold(place, way)
        elif held is not None and held.way == way:
            forget()

    Address(search=None, title="Your place: Unequal Alliances")
    element("h1", "Your place", css="ua-page-title")
    element(
        "p",
        "Bring the organisations of a real place, or enter a small one by hand, and see what the "
        "levers do there in the model. What you give stays in memory for this visit: it is in no "
        "link, no other visitor sees it, and a page that is reloaded no longer has it; ten minutes "
        "after you close the page the server has forgotten it. The model predicts nothing about "
        "real organisations, and must not decide about them.",
        css="ua-about",
    )
    with element("section", aria_label="Where it comes from"):
        element("h2", "Where it comes from")
        Buttons(
            label="Where it comes from",
            buttons=[
                {"id": key, "label": text, "pressed": key == way} for key, text in WAYS.items()
            ],
            event_press=lambda key: (set_way(key), set_wrong("")) if key in WAYS else None,
        )
        Field(
            label="Name of the place",
            value=given.value.name,
            most=LONGEST_NAME,
            event_set_text=lambda text: take(lambda now: replace(now, name=text[:LONGEST_NAME])),
        )
        Inputs(way, given.value, take, tell, turn)
        if wrong:
            element("p", wrong, css="ua-wrong", role="alert")
    if held is not None:
        Held(held)


def read(way: str, given: PlaceGiven) -> Place | None:
    """Return the place of what was given; None if there is nothing to read yet.

    Raises
    ------
    PlaceError
        For the first thing that is wrong.
    """
    if way == FILES:
        if given.roster is not None:
            return from_roster(given.roster, given.ties, given.name)
        if given.ties is not None:
            given.ties.checked()
    elif way == GRANTS and given.grants is not None:
        return from_grants(given.grants, given.name)
    return None


@solara.component
def Inputs(
    way: str,
    given: PlaceGiven,
    take: Callable[[Callable[[PlaceGiven], PlaceGiven]], None],
    tell: Callable[[str], None],
    turn: int,
) -> None:
    def name_of(file: GivenFile | None) -> str:
        return "" if file is None else file.name

    if way == FILES:
        FileInput(
            "Organisations (CSV)",
            TEXT_FILES,
            name_of(given.roster),
            turn,
            give=lambda file: take(lambda now: replace(now, roster=file)),
            leave_out=lambda: take(lambda now: replace(now, roster=None)),
            tell=tell,
        ).key("roster")
        FileInput(
            "Ties between them (CSV), if you have them",
            TEXT_FILES,
            name_of(given.ties),
            turn,
            give=lambda file: take(lambda now: replace(now, ties=file)),
            leave_out=lambda: take(lambda now: replace(now, ties=None)),
            tell=tell,
        ).key("ties")
        element(
            "p",
            f"At most {MOST_ORGANISATIONS} organisations, {MOST_TIES:,} ties and "
            f"{MOST_BYTES / 1e6:.0f} MB a file.",
            css="ua-soft",
        )
        RosterHelp()
    elif way == GRANTS:
        FileInput(
            "Grants in the 360Giving standard (CSV or JSON)",
            GRANT_FILES,
            name_of(given.grants),
            turn,
            give=lambda file: take(lambda now: replace(now, grants=file)),
            leave_out=lambda: take(lambda now: replace(now, grants=None)),
            tell=tell,
        ).key("grants")
        element(
            "p",
            f"Who received grants becomes the place; who is tied to whom is not known then. At "
            f"most {MOST_GRANTS:,} grants to {MOST_ORGANISATIONS} organisations, and "
            f"{MOST_BYTES / 1e6:.0f} MB.",
            css="ua-soft",
        )
    else:
        element("p", f"At most {MOST_BY_HAND} organisations.", css="ua-soft")
        Hand(tell)
        HandPreview(given.name, tell)


@solara.component
def HandPreview(name: str, tell: Callable[[str], None]) -> None:
    drawn_now = HAND.value

    def use(_: str) -> None:
        try:
            hold(from_hand(drawn_now, name or "my place"), BY_HAND)
        except PlaceError as error:
            tell(str(error))
            return
        tell("")

    if drawn_now.bodies:
        Buttons(
            label="Use it",
            buttons=[{"id": "use", "label": "Use this place"}],
            event_press=use,
        )


@solara.component
def Held(held: Loaded) -> None:
    search = Choice(place=held.source).to_search()
    with element("section", aria_label="What was read"):
        element("h2", "What was read")
        PlaceView(held.place)
    with element("section", css="ua-next", aria_label="What you can do with it"):
        element("h2", "What you can do with it")
        with element("div", css="ua-buttons"):
            with solara.Link(f"/explore?{search}"):
                element("span", "Explore your place", css="ua-start")
            with solara.Link(f"/compare?{first_comparing(held.source).to_search()}"):
                element("span", "Compare ways to give out money there", css="ua-button")
            with solara.Link(f"/network?{search}"):
                element("span", "Watch one run of it", css="ua-button")
            Download(
                "Keep it as a file", lambda: bundle(held.place), f"{FOLDER}.zip", "application/zip"
            )
            Buttons(
                label="Forget it",
                buttons=[{"id": "forget", "label": "Forget it"}],
                event_press=lambda _: forget(),
            )
        element(
            "p",
            "The file holds the place with its names. Unpack it, and the same numbers come out on "
            "the command line:",
        )
        Copy(label="Command line", text=f"alliances compare baseline today --place {FOLDER}")
    with element("section", aria_label="How like it the model is"):
        element("h2", "How well the model reproduces its network")
        LikenessCheck(held)
