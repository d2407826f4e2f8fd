"""Rows of CSV, as strings."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from alliances.model.input.errors import UserError
from alliances.model.input.files import check_memory, text_of


def rows_of(text: str, source: str) -> Iterator[tuple[int, list[str]]]:
    """Return the rows of a CSV text with cells in them, each with its number from 1 on.

    Raises
    ------
    UserError
        Naming the source and the row that cannot be read.
    """
    check_memory(source, len(text), text.count(",") + text.count("\n"))
    records = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    try:
        for number, cells in enumerate(records, start=1):
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        raise UserError(
            f"{source}, row {number + 1}: not readable as CSV ({error}); look for a double quote "
            "that is not closed, or has text after it"
        ) from error


def read_records(path: Path, what: str = "table") -> list[dict[str, str]]:
    """Return the rows of a CSV file by its headings.

    Raises
    ------
    UserError
        If there is no such file, or a row has other cells than there are headings.
    """
    rows = rows_of(text_of(path, what), str(path))
    _, header = next(rows, (0, []))
    found = []
    for number, cells in rows:
        if len(cells) != len(header):
            raise UserError(
                f"{path}, row {number}: {len(cells)} cells where the header has {len(header)}"
            )
        found.append(dict(zip(header, cells, strict=True)))
    return found
