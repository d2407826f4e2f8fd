"""The visitor's own place: held by the session, in memory, and nowhere else."""

from dataclasses import dataclass

import solara

from alliances.experiments.own_places.reading import ByHand, GivenFile
from alliances.experiments.own_places.source import OwnPlace
from alliances.model.places.place import Place

MISSING = (
    "This link was made in a place of somebody's own, which no link holds. You see the usual "
    "made-up place instead: load that place again on the page Your place."
)


@dataclass(frozen=True, eq=False)
class Loaded:
    """A place that the visitor loaded.

    Attributes
    ----------
    place : Place
        With the names that were given, for the visitor's own eyes.
    source : OwnPlace
        The same without names, to be run.
    way : str
        How it came: files, grants or hand.
    """

    place: Place
    source: OwnPlace
    way: str


@dataclass(frozen=True)
class PlaceGiven:
    """What was given so far."""

    name: str = ""
    roster: GivenFile | None = None
    ties: GivenFile | None = None
    grants: GivenFile | None = None


# A reactive of a module belongs to each visitor's session: nobody sees another's.
HELD: "solara.Reactive[Loaded | None]" = solara.reactive(None)
GIVEN: "solara.Reactive[PlaceGiven]" = solara.reactive(PlaceGiven())
HAND: "solara.Reactive[ByHand]" = solara.reactive(ByHand())


def hold(place: Place, way: str) -> Loaded:
    """Let the session hold a place instead of the one before."""
    found = Loaded(place, OwnPlace.of(place), way)
    HELD.set(found)
    return found


def forget() -> None:
    """Let go of the session's place and of what it was read from."""
    HELD.set(None)
    GIVEN.set(PlaceGiven())


def source(token: str) -> OwnPlace | None:
    """Return the session's place if a link means it; None if it means another or none."""
    held = HELD.peek()
    return held.source if held is not None and token == held.source.token else None
