"""Documents in TOML and JSON, taken apart with every fault said in one sentence.

Nesting and whole numbers are held to what any sensible document has: beyond them the libraries
fail in their own ways, some of them only when a value is used.
"""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from alliances.model.input.errors import UserError
from alliances.model.input.files import check_memory, text_of

DEEPEST = 40  # tables and lists inside each other
MOST_TOML = 4_000_000  # bytes; people write it by hand
LONGEST = 60  # letters shown of what was given
CURLED = "“”„‘’"
_WHOLE = range(-(2**63), 2**64)  # 64 bits; a seed has no sign


def toml_of(text: str, source: str) -> dict[str, Any]:
    """Return a text in TOML as a table.

    Parameters
    ----------
    text : str
        The TOML.
    source : str
        What to call it in messages.

    Raises
    ------
    UserError
        Naming the source, the line, what stands there, and what may be wrong with it.
    """
    if len(text) > MOST_TOML:
        raise UserError(f"{source} is not TOML that anybody wrote: it has {len(text):,} letters")
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{source} is not TOML: {_fault(str(error), text)}") from error
    except RecursionError as error:
        raise UserError(_too_deep(source)) from error
    except ValueError as error:  # a number of thousands of digits
        raise UserError(f"{source} is not TOML: {_first_sentence(error)}") from error
    _check(found, source)
    return found


def json_of(text: str, source: str) -> Any:
    """Return what a text in JSON holds; no entry may stand there twice.

    Raises
    ------
    UserError
        Naming the source, the line, and what is wrong there.
    """
    check_memory(source, len(text), sum(map(text.count, "[{,")))
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise UserError(
            f"{source} is not readable as JSON: line {error.lineno}: {error.msg}"
        ) from error
    except RecursionError as error:
        raise UserError(_too_deep(source)) from error
    except ValueError as error:
        raise UserError(f"{source} is not readable as JSON: {_first_sentence(error)}") from error
    _check(found, source)
    return found


def read_json(path: Path, what: str = "JSON file") -> dict[str, Any]:
    """Return the table in a JSON file.

    Raises
    ------
    UserError
        If there is no such file, or it holds no table.
    """
    found = json_of(text_of(path, what), str(path))
    if not isinstance(found, dict):
        raise UserError(f"{path} holds no table")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:LONGEST]!r} stands in one table twice")
    return found


def _check(document: Any, source: str) -> None:
    """Refuse nesting and numbers that no document needs."""
    level, depth = [document], 0
    while level:
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below += value.values()
            elif isinstance(value, list):
                below += value
            elif isinstance(value, int) and value not in _WHOLE:
                raise UserError(f"{source} holds a whole number of more than 64 bits")
        level, depth = below, depth + 1
        if depth > DEEPEST:
            raise UserError(_too_deep(source))


def _too_deep(source: str) -> str:
    return f"{source} is nested too deeply; at most {DEEPEST} tables and lists inside each other"


def _first_sentence(error: Exception) -> str:
    return str(error).partition(";")[0]


def _fault(message: str, text: str) -> str:
    """Return a fault of TOML with the line in which it lies and what may be wrong there."""
    found = re.search(r"^(.*?) \(at (?:line (\d+), column \d+|end of document)\)$", message)
    if found is None:
        return message
    lines = text.splitlines()
    number = int(found[2] or max(1, len(lines)))
    line = lines[number - 1].strip() if number <= len(lines) else ""
    hint = ""
    if any(mark in line for mark in CURLED):
        hint = '; text needs straight quotation marks: "…"'
    elif "overwrite" in message:
        hint = "; this entry stands there twice"
    elif found[1] == "Invalid value":
        hint = '; text needs quotation marks around it: "…"'
    return f"line {number}, `{line[:LONGEST]}`: {found[1].lower()}{hint}"
