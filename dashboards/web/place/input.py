"""The ways in which somebody gives a place: files, grants, or by hand."""

import base64
import binascii
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import solara

from alliances.dashboards.web.parts.controls import Upload
from alliances.dashboards.web.parts.download import Download
from alliances.dashboards.web.parts.text import element
from alliances.dashboards.web.shared.own_place import HAND
from alliances.experiments.own_places.limits import MOST_BYTES, checked_file_name, short
from alliances.experiments.own_places.reading import MOST_BY_HAND, BodyByHand, ByHand, GivenFile
from alliances.model.kernel.state import SECTORS
from alliances.model.places.place import PlaceError
from alliances.model.places.roster import KNOWN_TIE

Give = Callable[[GivenFile], None]
Tell = Callable[[str], None]

TEXT_FILES = ".csv,.txt,text/csv,text/plain"
GRANT_FILES = f"{TEXT_FILES},.json,application/json"
ROSTER_EXAMPLE = (
    "name,income,sector\n"
    "Riverside Group,6000,community\n"
    "Elm Street Centre,95000,charity\n"
    "Northern Care,2400000,charity\n"
)
TIES_EXAMPLE = (
    "source,target,strength\n"
    "Riverside Group,Elm Street Centre,0.8\n"
    "Elm Street Centre,Northern Care,0.4\n"
)


@dataclass(frozen=True)
class PlaceKind:
    """A usual kind of organisation: what fills in sector and income."""

    label: str
    sector: str
    income: float


KINDS: Mapping[str, PlaceKind] = {
    "group": PlaceKind("small community group", "community", 8_000),
    "centre": PlaceKind("local charity", "charity", 90_000),
    "medium": PlaceKind("medium charity", "charity", 400_000),
    "large": PlaceKind("large charity", "charity", 3_000_000),
    "council": PlaceKind("council", "council", 2_000_000),
    "health": PlaceKind("health body", "health", 1_500_000),
    "business": PlaceKind("business", "business", 500_000),
    "other": PlaceKind("other", "charity", 50_000),
}
STRENGTHS = ((0.3, "loose"), (KNOWN_TIE, "as usual"), (0.85, "strong"))
EXAMPLE = ByHand(
    (
        BodyByHand("Riverside Group", "community", 8_000),
        BodyByHand("Elm Street Centre", "charity", 90_000),
        BodyByHand("Young Voices", "community", 30_000),
        BodyByHand("Hill Trust", "charity", 400_000),
        BodyByHand("Northern Care", "charity", 3_000_000),
        BodyByHand("The council", "council", 2_000_000),
    ),
    ((0, 1, 0.85), (1, 2, KNOWN_TIE), (1, 3, KNOWN_TIE), (3, 4, 0.3), (4, 5, 0.85)),
)


def read_upload(given: object) -> GivenFile:
    """Return the file that a browser sent.

    Raises
    ------
    PlaceError
        If it is too large or not what the page sends.
    """
    name, data = (given.get(key) for key in ("name", "data")) if isinstance(given, dict) else (0, 0)
    if not isinstance(name, str) or not isinstance(data, str):
        raise PlaceError("the file did not arrive whole; choose it again")
    name = checked_file_name(name)
    if len(data) > MOST_BYTES * 4 // 3 + 8:
        raise too_large(name, len(data) * 3 // 4)
    try:
        return GivenFile(name, base64.b64decode(data, validate=True))
    except (binascii.Error, ValueError) as error:
        raise PlaceError(f"{name}: the file did not arrive whole; choose it again") from error


def too_large(name: str, size: int) -> PlaceError:
    """Return what to say of a file that is too large, or that could not be read at all."""
    if size < 0:
        return PlaceError(
            f"{short(name, 60)}: the browser could not read the file; choose it again"
        )
    return PlaceError(
        f"{short(name, 60)}: {size / 1e6:.1f} MB; at most {MOST_BYTES / 1e6:.0f} MB are read here: "
        "shorten the file, or use `alliances place` on the command line"
    )


@solara.component
def FileInput(
    label: str,
    accept: str,
    given: str,
    turn: int,
    give: Give,
    leave_out: Callable[[], None],
    tell: Tell,
) -> None:
    def take(sent: object) -> None:
        try:
            give(read_upload(sent))
        except PlaceError as error:
            tell(str(error))

    def refuse(sent: object) -> None:
        name, size = (
            (sent.get(key) for key in ("name", "size")) if isinstance(sent, dict) else (0, 0)
        )
        tell(str(too_large(str(name), size if isinstance(size, int) else -1)))

    Upload(
        label=label,
        accept=accept,
        most=MOST_BYTES,
        given=given,
        turn=turn,
        event_give=take,
        event_refuse=refuse,
        event_leave_out=lambda _: leave_out(),
    )


@solara.component
def RosterHelp() -> None:
    with element("details", css="ua-help"):
        element("summary", "What the files must hold")
        element(
            "p",
            "Organisations: one row each, with the columns name and income (GBP a year, plain "
            "numbers). If you have them: sector "
            f"({', '.join(SECTORS)}), place, need_1 to need_6 (how good it is at each need, 0 to "
            "1), priority_1 to priority_6 (what it cares for), openness, mutuality, dominance (0 "
            "to 1), reserves_months, inert (yes for one that takes no part).",
        )
        element(
            "p",
            "Ties: one row each, with source and target (names as in the first file) and, if you "
            "know it, strength from 0 to 1. Without strength it is "
            f"{KNOWN_TIE}, as measured between organisations that work together.",
        )
        with element("div", css="ua-buttons"):
            Download("An example of organisations", ROSTER_EXAMPLE, "organisations.csv")
            Download("An example of ties", TIES_EXAMPLE, "ties.csv")


@solara.component_vue("by_hand.vue")
def HandTable(
    bodies: Sequence[dict[str, Any]],
    ties: Sequence[dict[str, Any]],
    kinds: Sequence[dict[str, str]],
    sectors: Sequence[str],
    strengths: Sequence[dict[str, Any]],
    most: int,
    event_act: Callable[[Any], None],
) -> None: ...


@solara.component
def Hand(tell: Tell) -> None:
    drawn = HAND.value

    def act(given: object) -> None:
        try:
            HAND.set(acted(HAND.peek(), given))
            tell("")
        except PlaceError as error:
            tell(str(error))

    HandTable(
        bodies=[
            {"name": b.name, "sector": b.sector, "income": b.income, "kind": kind_of(b)}
            for b in drawn.bodies
        ],
        ties=[{"one": a, "other": b, "text": strength_text(s)} for a, b, s in drawn.ties],
        kinds=[{"id": name, "label": kind.label} for name, kind in KINDS.items()],
        sectors=SECTORS,
        strengths=[{"value": value, "label": f"{word} ({value:g})"} for value, word in STRENGTHS],
        most=MOST_BY_HAND,
        event_act=act,
    )


def strength_text(strength: float) -> str:
    """Return a tie's strength in words."""
    word = next((text for value, text in STRENGTHS if value == strength), "")
    return f"{word} ({strength:g})" if word else f"{strength:g}"


def kind_of(body: BodyByHand) -> str:
    """Return the usual kind that an organisation is of."""
    for name, kind in KINDS.items():
        if (kind.sector, kind.income) == (body.sector, body.income):
            return name
    return "other"


def acted(drawn: ByHand, given: object) -> ByHand:
    """Return what is drawn after an action of the table.

    Raises
    ------
    PlaceError
        If the action cannot be done; the message says why.
    """
    if not isinstance(given, dict):
        raise PlaceError("nothing was done; try again")
    what = given.get("what")
    if what == "example":
        return EXAMPLE
    if what == "clear":
        return ByHand()
    if what == "add":
        return _added(drawn)
    if what in ("tie", "untie"):
        return _tied(drawn, given)
    row = given.get("row")
    if not isinstance(row, int) or not 0 <= row < len(drawn.bodies):
        raise PlaceError("that organisation is not in the table any more")
    if what == "remove":
        return drawn.without(row)
    body = _changed(drawn.bodies[row], str(given.get("field")), given.get("value"))
    return replace(drawn, bodies=(*drawn.bodies[:row], body, *drawn.bodies[row + 1 :]))


def _added(drawn: ByHand) -> ByHand:
    if len(drawn.bodies) >= MOST_BY_HAND:
        raise PlaceError(f"at most {MOST_BY_HAND} organisations by hand; give more as a file")
    names = {body.name for body in drawn.bodies}
    number = next(k for k in range(1, MOST_BY_HAND + 2) if f"Organisation {k}" not in names)
    kind = KINDS["centre"]
    return replace(
        drawn,
        bodies=(*drawn.bodies, BodyByHand(f"Organisation {number}", kind.sector, kind.income)),
    )


def _tied(drawn: ByHand, given: Mapping[str, Any]) -> ByHand:
    one, other, strength = (given.get(key) for key in ("one", "other", "strength"))
    if not isinstance(one, int) or not isinstance(other, int):
        raise PlaceError("a tie needs two organisations of the table")
    if given["what"] == "untie":
        pair = (min(one, other), max(one, other))
        return replace(drawn, ties=tuple(tie for tie in drawn.ties if tie[:2] != pair))
    if not isinstance(strength, int | float) or not 0 <= strength <= 1:
        raise PlaceError("a tie's strength is a number from 0 to 1")
    return drawn.tied(one, other, float(strength))


def _changed(body: BodyByHand, field: str, value: object) -> BodyByHand:
    text = " ".join(str(value).split())
    if field == "name":
        if not text:
            raise PlaceError("every organisation needs a name")
        return replace(body, name=short(text, 120))
    if field == "kind" and text in KINDS:
        kind = KINDS[text]
        return replace(body, sector=kind.sector, income=kind.income)
    if field == "sector" and text in SECTORS:
        return replace(body, sector=text)
    if field == "income":
        try:
            income = float(text)
        except ValueError:
            income = math.nan
        if not 0 <= income <= 1e12:
            raise PlaceError(
                f"income of {body.name} was {short(text, 20)!r}; it must be GBP a year, a number "
                "of 0 or more"
            )
        return replace(body, income=income)
    raise PlaceError("nothing was done; try again")
