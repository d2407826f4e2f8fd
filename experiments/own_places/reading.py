"""From files that somebody gives, or a table made by hand, to a place."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from alliances.experiments.own_places import limits
from alliances.experiments.own_places.grants_json import as_csv
from alliances.model.kernel.state import SECTORS
from alliances.model.places.grants import import_360giving
from alliances.model.places.place import Place, PlaceError, clean_name, uid_of
from alliances.model.places.roster import read_place

MOST_BY_HAND = 40
TIES_BY_HAND = 400


class _Named(io.BytesIO):
    """Bytes with a name, as readers of files want them."""

    def __init__(self, name: str, data: bytes) -> None:
        super().__init__(data)
        self.name = name


@dataclass(frozen=True)
class GivenFile:
    """A file that somebody gave.

    Attributes
    ----------
    name : str
        Its name, without a folder.
    data : bytes
        What is in it.
    """

    name: str
    data: bytes

    def checked(self) -> "GivenFile":
        """Return the file, if it may be looked at.

        Raises
        ------
        PlaceError
            If its name, size or bytes are not those of a table in text.
        """
        name = limits.checked_file_name(self.name)
        return GivenFile(name, limits.checked_data(name, self.data))

    def table(self) -> _Named:
        """Return it as readers want it.

        Raises
        ------
        PlaceError
            As `checked`, and if it has too many columns.
        """
        found = self.checked()
        limits.check_width(found.name, found.data)
        return _Named(found.name, found.data)


def from_roster(roster: GivenFile, ties: GivenFile | None = None, name: str = "") -> Place:
    """Return the place of a roster and, if there is one, a file of ties.

    Raises
    ------
    PlaceError
        For the first thing that is wrong: file, row, column, value and the rule.
    """

    def read() -> Place:
        return read_place(
            roster.table(),
            None if ties is None else ties.table(),
            name=_called(name, roster),
            max_rows=limits.MOST_ORGANISATIONS,
            max_ties=limits.MOST_TIES,
        )

    return _guarded(roster.name, read)


def from_grants(grants: GivenFile, name: str = "") -> Place:
    """Return the place of a 360Giving file, CSV or JSON.

    Raises
    ------
    PlaceError
        For the first thing that is wrong.
    """

    def read() -> Place:
        file = grants.checked()
        is_json = file.name.lower().endswith(".json") or file.data.lstrip()[:1] in (b"{", b"[")
        if is_json:
            file = GivenFile(file.name, as_csv(file.name, file.data, limits.MOST_GRANTS))
        try:
            return import_360giving(
                file.table(), name=_called(name, grants), max_rows=limits.MOST_GRANTS
            )
        except PlaceError as error:
            hint = " (row 2 is the first grant)" if is_json else ""
            raise PlaceError(f"{error}{hint}") from error

    return _guarded(grants.name, read)


@dataclass(frozen=True)
class BodyByHand:
    """An organisation put down by hand."""

    name: str
    sector: str
    income: float


@dataclass(frozen=True)
class ByHand:
    """A small place put down by hand.

    Attributes
    ----------
    bodies : tuple of BodyByHand
        Its organisations.
    ties : tuple of (int, int, float)
        Which two are tied, by number, and how strongly.
    """

    bodies: tuple[BodyByHand, ...] = ()
    ties: tuple[tuple[int, int, float], ...] = ()

    def without(self, number: int) -> "ByHand":
        """Return it without one organisation and its ties."""
        left = tuple(b for k, b in enumerate(self.bodies) if k != number)
        ties = tuple(
            (a - (a > number), b - (b > number), strength)
            for a, b, strength in self.ties
            if number not in (a, b)
        )
        return ByHand(left, ties)

    def tied(self, a: int, b: int, strength: float) -> "ByHand":
        """Return it with a tie between two, instead of one that they had.

        Raises
        ------
        PlaceError
            If they are one, or not there, or there are too many.
        """
        if a == b:
            raise PlaceError("a tie needs two organisations; choose another for one of them")
        if not (0 <= a < len(self.bodies) and 0 <= b < len(self.bodies)):
            raise PlaceError("a tie needs two organisations of the table")
        pair = (min(a, b), max(a, b))
        others = tuple(tie for tie in self.ties if tie[:2] != pair)
        if len(others) >= TIES_BY_HAND:
            raise PlaceError(f"at most {TIES_BY_HAND} ties by hand; give the rest as a file")
        return replace(self, ties=(*others, (*pair, strength)))

    def files(self) -> tuple[bytes, bytes]:
        """Return roster and ties as CSV."""
        roster = [("name", "income", "sector")]
        roster += [(b.name, f"{b.income:g}", b.sector) for b in self.bodies]
        ties = [("source", "target", "strength")]
        ties += [
            (self.bodies[a].name, self.bodies[b].name, f"{strength:g}")
            for a, b, strength in self.ties
        ]
        return _csv(roster), _csv(ties)


def from_hand(drawn: ByHand, name: str) -> Place:
    """Return the place that was put down by hand.

    Raises
    ------
    PlaceError
        For the first thing that is wrong.
    """
    if not drawn.bodies:
        raise PlaceError("0 organisations; add at least 1")
    if len(drawn.bodies) > MOST_BY_HAND:
        raise PlaceError(
            f"{len(drawn.bodies)} organisations by hand; at most {MOST_BY_HAND}: give more as a "
            "file"
        )
    roster, ties = drawn.files()
    return from_roster(
        GivenFile("your table", roster), GivenFile("your ties", ties) if drawn.ties else None, name
    )


def _csv(rows: Sequence[tuple[str, ...]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _called(name: str, file: GivenFile) -> str:
    return clean_name(name) or clean_name(PurePath(file.name).stem) or "place"


def _guarded(label: str, read: Callable[[], Place]) -> Place:
    try:
        found = read()
        limits.check_names(label, found)
        limits.check_size(label, found, listed(found))
    except PlaceError as error:
        raise PlaceError(limits.told(str(error))) from error
    except RecursionError as error:
        raise PlaceError(f"{label}: nested too deeply to be a table of grants") from error
    return replace(found, notes=tuple(limits.short(note) for note in found.notes))


def assumed_uids(place: Place) -> frozenset[int]:
    """Return the uids of public bodies that nobody listed and every place gets."""
    names = (
        f"{sector} body of {here} (assumed)" for sector in SECTORS for here in place.localities
    )
    return frozenset(map(uid_of, names))


def listed(place: Place) -> int:
    """Return how many organisations somebody listed."""
    return len(set(place.body.tolist()) - assumed_uids(place))
