"""Role cards: who somebody is, what they want and fear, and what they can do.

Who can be played in a room is told in the room's own words (`dashboards/room/roles.py`), so that
paper and phone say the same. `roles.toml` adds what stands on paper only.
"""

from dataclasses import dataclass
from pathlib import Path

from alliances.model.given import Given
from alliances.model.input.files import text_of
from alliances.model.input.toml_file import model_of

ROLES = Path(__file__).parent / "roles.toml"


@dataclass(frozen=True)
class Card:
    """A card: the name of a part, who one is, what one wants, fears and can do, each by name."""

    name: str
    who: str
    want: str
    fear: str
    can: tuple[tuple[str, str], ...]


class _Part(Given):
    """A part on paper; with `room` its name, who it is and what it can do are the room's."""

    room: str = ""
    name: str = ""
    who: str = ""
    want: str
    fear: str
    can: str = ""


class _Parts(Given):
    role: tuple[_Part, ...]


def cards() -> tuple[Card, ...]:
    """Return the cards in the order in which they are given out."""
    from alliances.dashboards.room.roles import ROLES as PLAYED  # rooms use the papers, too

    found = []
    for part in model_of(_Parts, text_of(ROLES, "file of roles"), ROLES.name, "file of roles").role:
        if part.room:
            role = PLAYED[part.room]
            can = tuple((choice.label, choice.text) for choice in role.choices)
            found.append(Card(role.label, role.card, part.want, part.fear, can))
        else:
            can = (("You can", part.can),)
            found.append(Card(part.name, part.who, part.want, part.fear, can))
    return tuple(found)
