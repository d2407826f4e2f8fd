"""What is taken from strangers, and what is refused before it is looked at any closer."""

import re
import unicodedata

from alliances.model.input.errors import UserError
from alliances.model.input.files import decoded
from alliances.model.input.records import rows_of
from alliances.model.places.place import Place, PlaceError

MOST_BYTES = 2_000_000
MOST_ORGANISATIONS = 200  # listed ones: a page runs at most so many
MOST_TIES = 10_000
MOST_GRANTS = 5_000
MOST_COLUMNS = 200
LONGEST_NAME = 120
LONGEST_TOLD = 500  # characters of a message: a cell can be as long as the file
# A spreadsheet takes a cell that begins so for a formula, some in full-width letters too.
FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")
_MARKUP = re.compile(r"[<>]")


def short(text: str, most: int = LONGEST_TOLD) -> str:
    """Return a text cut to a length at which people still read it."""
    return text if len(text) <= most else f"{text[:most]}…"


def told(message: str) -> str:
    """Return a message with its middle left out if what was given in it is long."""
    half = LONGEST_TOLD // 2
    return message if len(message) <= LONGEST_TOLD else f"{message[:half]}…{message[-half:]}"


def checked_file_name(name: str) -> str:
    """Return the name of a file as messages show it.

    Raises
    ------
    PlaceError
        If it is a path, or holds what no file name should.
    """
    wrong = "/" in name or "\\" in name or _MARKUP.search(name) or not name.strip(". ")
    if wrong or any(unicodedata.category(letter).startswith("C") for letter in name):
        raise PlaceError(
            f"the file's name {short(name, 60)!r} holds a folder or signs that names of files "
            "should not have; rename the file, for instance to roster.csv"
        )
    return short(name, 80)


def checked_data(name: str, data: bytes) -> bytes:
    """Return what is in a file, if it can be text at all.

    Raises
    ------
    PlaceError
        If it is too large, or no text.
    """
    if len(data) > MOST_BYTES:
        raise PlaceError(
            f"{name}: {len(data) / 1e6:.1f} MB; at most {MOST_BYTES / 1e6:.0f} MB are read here: "
            "shorten the file, or use `alliances place` on the command line"
        )
    if data.startswith(b"PK\x03\x04"):
        raise PlaceError(
            f"{name}: this is a workbook or a ZIP file, not text; save the sheet as 'CSV UTF-8'"
        )
    if b"\x00" in data:
        raise PlaceError(
            f"{name}: byte 0x00 at position {data.index(0)}: this is no text; save the sheet as "
            "'CSV UTF-8'"
        )
    return data


def check_width(name: str, data: bytes) -> None:
    """Refuse a table with more columns than anybody's.

    Raises
    ------
    PlaceError
        If the header row has too many cells.
    """
    try:
        _, header = next(rows_of(decoded(data, name), name), (0, []))
    except UserError:
        return  # the reader says where
    count = len(header)
    if count > MOST_COLUMNS:
        raise PlaceError(
            f"{name}, row 1: {count:,} columns; at most {MOST_COLUMNS} are read here: keep those "
            "that are needed"
        )


def check_names(label: str, place: Place) -> None:
    """Refuse a place whose names could do harm where they are shown or opened.

    Raises
    ------
    PlaceError
        Naming the first such name, and the rule.
    """
    for name in (place.name, *place.localities, *place.names):
        rule = _rule_against(name)
        if rule:
            raise PlaceError(f"{label}: the name {short(name, 60)!r} {rule}")


def _rule_against(name: str) -> str:
    if len(name) > LONGEST_NAME:
        return f"has {len(name):,} characters; a name may have {LONGEST_NAME}"
    if name.startswith(FORMULA):
        return (
            f"begins with {name[0]!r}, which a spreadsheet takes for a formula; "
            "names must begin otherwise"
        )
    if _MARKUP.search(name):
        return "holds < or >, as script in web pages does; leave them out"
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co") for letter in name):
        return "holds signs that cannot be seen; type the name anew"
    return ""


def check_size(label: str, place: Place, listed: int) -> None:
    """Refuse a place that is too large for a page.

    Raises
    ------
    PlaceError
        With the limit and another way.
    """
    if listed > MOST_ORGANISATIONS:
        raise PlaceError(
            f"{label}: {listed:,} organisations; at most {MOST_ORGANISATIONS} are run here: keep "
            "those that work together, or use `alliances run --roster` on the command line"
        )
    if len(place.localities) > 20:
        raise PlaceError(
            f"{label}: {len(place.localities)} localities; at most 20 are run here: keep those "
            "that are near each other"
        )
