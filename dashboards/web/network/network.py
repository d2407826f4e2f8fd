"""A run that is played month by month, in the browser."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import solara

from alliances.experiments.explain.recording import Recording, Spell, layout

# Okabe and Ito's colours, the same for a sector on every page; its first letters stand in the
# larger circles.
COLOURS: Mapping[str, str] = {
    "business": "#56B4E9",
    "charity": "#E69F00",
    "community": "#009E73",
    "council": "#CC79A7",
    "health": "#F0E442",
}


@dataclass(frozen=True, eq=False)
class SealedRecording:
    """A recording's many numbers, which nobody looks through when a page is drawn anew."""

    data: dict[str, Any]


def seal(seen: Recording) -> SealedRecording:
    """Return a recording as the page plays it."""
    return SealedRecording(
        {
            "months": seen.months,
            "bodies": [
                {
                    "name": body.name,
                    "sector": body.sector,
                    "first": body.first,
                    "incomes": [round(income) for income in body.incomes],
                }
                for body in seen.bodies
            ],
            "where": [[round(x, 4), round(y, 4)] for x, y in layout(seen)],
            "ties": [[i, j, _flat(spells)] for (i, j), spells in seen.ties.items()],
            "alliances": [
                [[member, _flat(spells)] for member, spells in members.items()]
                for members in seen.alliances.values()
            ],
        }
    )


def sector_colours(seen: Recording) -> dict[str, str]:
    """Return a colour for each sector that takes part."""
    there = {body.sector for body in seen.bodies}
    return {sector: colour for sector, colour in COLOURS.items() if sector in there}


def _flat(spells: list[Spell]) -> list[int]:
    return [month for spell in spells for month in (spell.first, spell.last)]


@solara.component_vue("network.vue", to_json={"recording": lambda sealed, _: sealed.data})
def Network(
    recording: SealedRecording,
    colours: dict[str, str],
    picked: int,
    event_pick: Callable[[int], None],
) -> None: ...
