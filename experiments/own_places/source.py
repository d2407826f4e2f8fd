"""A place that is at hand in memory, where a scenario names its place."""

from pydantic import PrivateAttr

from alliances.model.places.place import Place
from alliances.model.places.source import PlaceSource

TOKEN = 12  # characters of a place's digest that tell it from others


class OwnPlace(PlaceSource):
    """A place that is held in memory: no file, no cache, gone with what holds it.

    Organisations go by labels such as "charity 17": what a model does to them is not said of
    anybody by name.
    """

    _place: Place = PrivateAttr()

    @classmethod
    def of(cls, place: Place) -> "OwnPlace":
        """Return a place as the source of itself, without names."""
        found = cls(kind="folder", folder=place.digest())
        found._place = place.anonymous()
        return found

    @property
    def token(self) -> str:
        """What links call it: enough to know it again, nothing to make it from."""
        return str(self.folder)[:TOKEN]

    def make(self) -> Place:
        """Return the place."""
        return self._place

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OwnPlace) and other.folder == self.folder

    def __hash__(self) -> int:
        return hash(self.folder)
