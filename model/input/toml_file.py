"""A text that should be a table in TOML, and what to say where it is another.

Whatever is wrong with one is said in the same words: the entry, what was given, what is allowed.
"""

import re
from collections.abc import Collection, Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from alliances.model.input.documents import LONGEST, toml_of
from alliances.model.input.errors import UserError

# Pydantic's words for what a value must be, as people say it.
PLAIN: Mapping[str, str] = {
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "must be a whole number"),
    **dict.fromkeys(("float_type", "float_parsing"), "must be a number"),
    "string_type": "must be text, in quotation marks",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list, in square brackets",
    **dict.fromkeys(("model_type", "mapping_type", "dict_type"), "must be a table"),
    "string_pattern_mismatch": "must be small letters, digits and hyphens, such as our-town",
}


def model_of[Model: BaseModel](
    kind: type[Model], text: str, source: str, what: str, given: Mapping[str, Any] | None = None
) -> Model:
    """Return a text in TOML as what it should be.

    Parameters
    ----------
    kind : type
        The pydantic model that it should be.
    text : str
        The TOML.
    source : str
        What to call it in messages.
    what : str
        What it should be in one word, such as "case".
    given : mapping, optional
        Entries that hold where the text does not give them.

    Raises
    ------
    UserError
        Naming the source, the entry, what was given and what is allowed.
    """
    document = {**(given or {}), **toml_of(text, source)}
    try:
        return kind.model_validate(document)
    except ValidationError as error:
        raise UserError(f"{source}, {told(error, kind, what)}") from error


def told(
    error: ValidationError, kind: type[BaseModel], what: str, hidden: Collection[str] = ()
) -> str:
    """Return where the first of some faults lies, what it is, and what is allowed.

    Entries that are `hidden` no file gives.
    """
    # A misspelt entry explains the one that is missing.
    first = min(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
    where, message = first["loc"], first["msg"].removeprefix("Value error, ")
    inside = _model_at(kind, where[:-1])
    allowed = ", ".join(n for n in (inside or kind).model_fields if n not in hidden)
    if first["type"] == "extra_forbidden":
        article = "an" if what[0] in "aeiou" else "a"
        here = f"{article} {what} has" if inside is kind else "here may stand"
        message = f"unknown entry; {here} {allowed}"
    elif first["type"] == "missing":
        here = f"every {what} gives it" if inside is kind else f"here may stand {allowed}"
        message = f"is missing; {here if inside else 'the list is too short'}"
    elif first["type"] != "value_error":
        plain = PLAIN.get(first["type"]) or re.sub(r"^(Input|\w+) should", "must", message)
        message = f"was {_short(first['input'])}; it {plain}"
    more = f" ({error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{place(where)}: {message}{more}" if where else f"{message}{more}"


def place(where: tuple[int | str, ...]) -> str:
    """Return an entry's place in a file as people write it; in lists it is counted from 1.

    Examples
    --------
    >>> place(("bet", "options", 0, "text")), place(())
    ('bet.options 1.text', '')
    """
    text = ""
    for part in where:
        text += f" {part + 1}" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _model_at(kind: type[BaseModel], where: tuple[int | str, ...]) -> type[BaseModel] | None:
    """Return the model of the table at a place; None if there is none."""
    here: Any = kind
    for part in where:
        if isinstance(here, type) and issubclass(here, BaseModel):
            known = here.model_fields.get(str(part))
            here = None if known is None else _sure(known.annotation)
        else:  # a list or a table of many: what they hold stands first or last
            inner = get_args(here)
            here = _sure(inner[0 if isinstance(part, int) else -1]) if inner else None
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None


def _sure(kind: Any) -> Any:
    """Return what a kind that may be None is otherwise."""
    if get_origin(kind) not in (Union, UnionType):
        return kind
    return next(inner for inner in get_args(kind) if inner is not type(None))
