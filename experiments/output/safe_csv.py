"""Tables as CSV that a spreadsheet opens without running anything in them."""

import re

import pandas as pd

# A cell that begins with one of these is a formula to some spreadsheet, also after spaces and in
# the full-width forms that East Asian keyboards write.
FORMULA = re.compile(r"^[\s\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]")
# Spreadsheets show what follows as text, and not the mark itself.
MARK = "'"


def harmless(text: str) -> str:
    """Return text that no spreadsheet takes for a formula.

    Examples
    --------
    >>> harmless("=1+1"), harmless("-5 and more"), harmless("Oak Street Advice")
    ("'=1+1", "'-5 and more", 'Oak Street Advice')
    """
    return MARK + text if FORMULA.match(text) else text


def csv_text(table: pd.DataFrame) -> str:
    """Return a table as CSV: numbers in full, text harmless, no index.

    Parameters
    ----------
    table : DataFrame
        What to write; what is neither a number nor text is written as its text.
    """
    safe = table.rename(columns=lambda name: harmless(str(name)))
    for place, (_, column) in enumerate(table.items()):
        if not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)):
            safe.isetitem(place, [_cell(value) for value in column])
    return str(safe.to_csv(index=False, lineterminator="\r\n"))


def _cell(value: object) -> object:
    if isinstance(value, bool | int | float) or value is None:
        return value
    return harmless(str(value))
