"""Tables as CSV that a spreadsheet can open without running anything in it."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_text(value: object) -> object:
    """Return a text that no spreadsheet takes for a formula; numbers stay as they are.

    Examples
    --------
    >>> safe_text("=1+1"), safe_text("plain"), safe_text(-1.5)
    ("'=1+1", 'plain', -1.5)
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def safe_csv(rows: pd.DataFrame | Sequence[Mapping[str, Any]]) -> bytes:
    """Return a table as CSV in UTF-8 with a mark, as spreadsheets like it; no cell is a formula."""
    frame = pd.DataFrame(rows)
    frame = frame.rename(columns=lambda name: safe_text(str(name)))
    for name in frame.columns:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            frame[name] = frame[name].map(safe_text)
    text = io.StringIO(newline="")
    frame.to_csv(text, index=False, lineterminator="\r\n")
    return b"\xef\xbb\xbf" + text.getvalue().encode()
