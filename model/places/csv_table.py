"""CSV files as people send them, read so that every complaint says where and what to change."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NoReturn

from alliances.model.input.errors import UserError
from alliances.model.input.files import bytes_of, decoded
from alliances.model.input.records import rows_of
from alliances.model.places.place import PlaceError

Source = str | Path | BinaryIO  # a file's path, or an open binary file such as an upload

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_MONEY = re.compile(r"[£$€,']|gbp|eur|usd|\d\s+\d|\d\s*[km]\b", re.IGNORECASE)
_YES = {"1": True, "true": True, "yes": True, "y": True}
_NO = {"": False, "0": False, "false": False, "no": False, "n": False}


@dataclass
class Table:
    """Rows of a CSV file under known headings.

    Attributes
    ----------
    label : str
        Name of the file, as messages show it.
    place_of : dict
        Index of the cell of each known column that the file has.
    shown : dict
        Heading of each such column, as the file spells it.
    unused : tuple of str
        Headings that nobody knows.
    rows : list of tuple
        Number of the row as a spreadsheet counts, with the header as row 1, and its cells.
    faults : list of tuple
        Row, column, value and rule of what is wrong.
    """

    label: str
    place_of: dict[str, int]
    shown: dict[str, str]
    unused: tuple[str, ...]
    rows: list[tuple[int, list[str]]]
    faults: list[tuple[int, str, str, str]] = field(default_factory=list)

    def has(self, column: str) -> bool:
        """Say whether the file has a column."""
        return column in self.place_of

    def text(self, cells: list[str], column: str) -> str:
        """Return a cell, stripped; empty if the file has no such column."""
        at = self.place_of.get(column)
        return "" if at is None or at >= len(cells) else cells[at].strip()

    def fault(self, row: int, column: str, value: str, rule: str) -> None:
        """Remember what is wrong in one cell."""
        self.faults.append((row, self.shown.get(column, column), value, rule))

    def number(
        self,
        row: int,
        cells: list[str],
        column: str,
        low: float,
        high: float,
        meaning: str,
    ) -> float | None:
        """Return the number in a cell; None if it is empty, or wrong, which is then a fault."""
        text = self.text(cells, column)
        if not text:
            return None
        rule = f"must be {meaning}, a plain number from {low:g} to {high:g}"
        if not _NUMBER.fullmatch(text):
            if _MONEY.search(text):
                rule += "; leave out currency signs, thousands separators and units (1200)"
            self.fault(row, column, text, rule)
            return None
        value = float(text)
        if not low <= value <= high:
            self.fault(row, column, text, rule)
            return None
        return value + 0.0  # -0 is 0

    def switch(self, row: int, cells: list[str], column: str) -> bool:
        """Return yes or no from a cell; no if it is empty."""
        text = self.text(cells, column)
        value = {**_YES, **_NO}.get(text.lower())
        if value is None:
            self.fault(row, column, text, "must be yes or no (also true, false, 1, 0)")
        return bool(value)

    def unused_note(self) -> list[str]:
        """Return the note on headings that were not used, if any."""
        if not self.unused:
            return []
        return [f"{self.label}: columns not used: {', '.join(self.unused)}."]

    def check(self) -> None:
        """Raise the first fault, with the number of others.

        Raises
        ------
        PlaceError
            With file, row, column, value and rule.
        """
        if not self.faults:
            return
        row, column, value, rule = min(self.faults, key=lambda fault: fault[0])
        others = len(self.faults) - 1
        more = f" ({others} more in this file)" if others else ""
        given = f"{value!r} " if value else "empty; "
        raise PlaceError(f"{self.label}, row {row}, column {column}: {given}{rule}{more}")


def read_table(
    source: Source,
    headings: Mapping[str, Sequence[str]],
    required: Iterable[str],
    max_rows: int,
    columns: Mapping[str, str] | None = None,
) -> Table:
    """Read a CSV file in UTF-8 with one header row.

    Parameters
    ----------
    source : str, Path or binary file
        Where to read.
    headings : mapping
        Columns, each with the headings under which it is known, in lower case.
    required : iterable of str
        Columns that must be there.
    max_rows : int
        Most rows below the header.
    columns : mapping, optional
        The file's own heading for some columns: ``{"income": "Latest income"}``.

    Raises
    ------
    PlaceError
        If the file cannot be read as such a table.
    """
    label, header, rows = _rows(source, max_rows)
    place_of = _match(label, header, headings, columns or {})
    _require(label, header, place_of, headings, required)
    used = set(place_of.values())
    return Table(
        label=label,
        place_of=place_of,
        shown={name: header[at] for name, at in place_of.items()},
        unused=tuple(
            text or f"(column {at + 1}, without a heading)"
            for at, text in enumerate(header)
            if at not in used and (text or any(len(c) > at and c[at].strip() for _, c in rows))
        ),
        rows=rows,
    )


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """Return a hint at the most similar known name, or nothing."""
    same = [other for other in known if other.casefold() == name.casefold()]
    # Comparing letter by letter is slow: only with as many names as fit a second.
    close = same or difflib.get_close_matches(name, known[:20_000], n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _rows(source: Source, max_rows: int) -> tuple[str, list[str], list[tuple[int, list[str]]]]:
    """Return a file's label, its headings, and its rows with their numbers."""
    try:
        label, data = _bytes(source)
        if not data.strip():
            _stop(f"{label}: the file is empty; it must hold a header row and rows below it")
        found = rows_of(decoded(data, label), label)
        first, cells = next(found, (0, []))
        if first != 1:
            _stop(f"{label}: row 1 is empty; it must hold the headings")
        header = [text.strip() for text in cells]
        rows: list[tuple[int, list[str]]] = []
        for number, cells in found:
            if len(rows) == max_rows:
                _stop(
                    f"{label}, row {number}: more than {max_rows:,} rows; at most {max_rows:,} "
                    "are read: shorten the file or raise the limit"
                )
            if any(text.strip() for text in cells[len(header) :]):
                _stop(
                    f"{label}, row {number}: {len(cells)} cells where the header has "
                    f"{len(header)}; a cell with a comma in it must stand in double quotes"
                )
            rows.append((number, cells))
    except UserError as error:
        raise PlaceError(str(error)) from error
    return label, header, rows


def _bytes(source: Source) -> tuple[str, bytes]:
    if not isinstance(source, str | Path):
        return Path(str(getattr(source, "name", "upload"))).name, source.read()
    return Path(source).name, bytes_of(Path(source), "table")


def _key(heading: str) -> str:
    return "_".join(heading.lower().split())


def _match(
    label: str,
    header: list[str],
    headings: Mapping[str, Sequence[str]],
    columns: Mapping[str, str],
) -> dict[str, int]:
    """Return the index of each column that the header holds."""
    place_of: dict[str, int] = {}
    for column, heading in columns.items():
        if column not in headings:
            _stop(f"columns: {column!r} is no column; allowed: {', '.join(headings)}")
        if heading not in header:
            _stop(f"{label}: no column {heading!r}; the file has: {', '.join(header)}")
        place_of[column] = header.index(heading)
    spellings = {_key(s): column for column, known in headings.items() for s in known}
    for at, heading in enumerate(header):
        column = spellings.get(_key(heading), "")
        if not column or column in columns or at in place_of.values():
            continue
        if column in place_of:
            first = header[place_of[column]]
            _stop(
                f"{label}, row 1: the headings {first!r} and {heading!r} both mean {column}; "
                "keep one of them"
            )
        place_of[column] = at
    return place_of


def _require(
    label: str,
    header: list[str],
    place_of: Mapping[str, int],
    headings: Mapping[str, Sequence[str]],
    required: Iterable[str],
) -> None:
    missing = [column for column in required if column not in place_of]
    if not missing:
        return
    hint = ""
    for mark, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and mark in header[0]:
            hint = f"; it seems to be separated by {name}: save it separated by commas"
    wanted = " and ".join(repr(headings[column][0]) for column in missing)
    _stop(
        f"{label}, row 1: no column {wanted}; the file has: {', '.join(header)}{hint or '; rename'}"
        f"{'' if hint else ' the heading, or say which column is meant'}"
    )


def _stop(message: str) -> NoReturn:
    raise PlaceError(message)
