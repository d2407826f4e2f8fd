"""Where a scenario's place comes from: made up, named, or read from files."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    model_serializer,
    model_validator,
)

from alliances.model.given import Given
from alliances.model.places.folder import load_place
from alliances.model.places.named import Member, named_place
from alliances.model.places.place import Place, PlaceError
from alliances.model.places.real import real_place
from alliances.model.places.roster import read_place
from alliances.model.places.synthetic import synthetic_place

# What a place of each kind is made of, first what it cannot do without.
PLACE_ENTRIES: Mapping[str, tuple[str, ...]] = {
    "roster": ("roster", "ties", "name"),
    "folder": ("folder",),
    "real": ("real", "organisations", "seed"),
    "named": ("members", "organisations", "seed", "acquaintance", "name"),
    "synthetic": ("organisations", "places", "seed", "name"),
}


class PlaceSource(Given):
    """Where a scenario's place comes from.

    What the kind does not use is refused. Where a roster, a folder, a real data set or members are
    given without a kind, that is the kind.

    Attributes
    ----------
    kind : {"synthetic", "roster", "folder", "real", "named"}
        Generated on the UK's size distribution; read from CSV; a saved place; a real data set; a
        few named organisations among generated ones.
    organisations, places, seed : int
        Size and seed of a synthetic place (`organisations` and `seed` also sample a real one, and
        make the surroundings of a named one).
    roster, ties, folder : str or None
        Files, relative to the scenario file.
    real : str or None
        Name of a real data set: ukcat, trafford, bristol, "bristol events", wetlands.
    members : tuple of Member
        The organisations of a named place.
    acquaintance : float
        Strength of a tie between each two of these at the start; 0 for no tie.
    name : str
        Name of the place.
    """

    kind: Literal["synthetic", "roster", "folder", "real", "named"] = "synthetic"
    organisations: int | None = Field(default=None, ge=0)
    places: int = Field(default=1, ge=1)
    seed: int = Field(default=0, ge=0)
    roster: str | None = None
    ties: str | None = None
    folder: str | None = None
    real: str | None = None
    members: tuple[Member, ...] = ()
    acquaintance: float = Field(default=0.0, ge=0, le=1)
    name: str = "place"

    @model_validator(mode="before")
    @classmethod
    def _kind_follows(cls, given: Any) -> Any:
        if not isinstance(given, Mapping) or "kind" in given:
            return given
        kinds = (kind for kind, (needed, *_) in PLACE_ENTRIES.items() if given.get(needed))
        return {**given, "kind": next(kinds, "synthetic")}

    @model_validator(mode="after")
    def _uses_all(self, info: ValidationInfo) -> "PlaceSource":
        every = [name for name in type(self).model_fields if name != "kind"]
        what = f"a place of kind {self.kind!r}"
        return self.uses_only(PLACE_ENTRIES[self.kind], every, what, info)

    @model_serializer(mode="wrap")
    def _what_is_used(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what the kind does not use, so that what is written can be given again."""
        used = ("kind", *PLACE_ENTRIES[self.kind])
        return {name: value for name, value in handler(self).items() if name in used}

    def make(self) -> Place:
        """Return the place."""
        return _make_place(self)


@lru_cache(maxsize=32)
def _make_place(source: PlaceSource) -> Place:
    if source.kind == "synthetic":
        count = 80 if source.organisations is None else source.organisations
        if count < 1:
            raise PlaceError(
                f"the place has {count} organisations; a place needs at least one: "
                "set `organisations` to 1 or more"
            )
        return synthetic_place(count, source.places, source.name, source.seed)
    if source.kind == "named":
        around = 40 if source.organisations is None else source.organisations
        return named_place(source.members, around, source.name, source.seed, source.acquaintance)
    if source.kind == "roster":
        if source.roster is None:
            raise PlaceError("a place of kind 'roster' needs `roster = \"FILE.csv\"`")
        return read_place(source.roster, source.ties, name=source.name)
    if source.kind == "folder":
        if source.folder is None:
            raise PlaceError("a place of kind 'folder' needs `folder = \"FOLDER\"`")
        return load_place(source.folder)
    if source.real is None:
        raise PlaceError("a place of kind 'real' needs `real = \"ukcat\"` or another set's name")
    return real_place(source.real, organisations=source.organisations, seed=source.seed)
