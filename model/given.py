"""What somebody gives in a file: every entry known, of its own kind, and used."""

import unicodedata
from collections.abc import Collection
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationInfo
from pydantic_core import PydanticCustomError, core_schema


def _whole(given: Any) -> Any:
    if isinstance(given, bool | str | bytes):
        raise PydanticCustomError("int_type", "Input should be a valid integer")
    return given


def _text(given: Any) -> Any:
    if isinstance(given, str) and any(
        unicodedata.category(c) == "Cc" and c not in "\t\r\n" for c in given
    ):
        raise PydanticCustomError("control_character", "Input should have no control characters")
    return given


def _exact(schema: Any) -> Any:
    """Return a schema that turns nothing into numbers or switches; 12.0 is a whole number."""
    if isinstance(schema, list | tuple):
        return type(schema)(map(_exact, schema))
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") == "int":
        return core_schema.no_info_before_validator_function(_whole, schema)
    if schema.get("type") == "str":
        return core_schema.no_info_before_validator_function(_text, schema)
    if schema.get("type") in ("float", "bool"):
        return {**schema, "strict": True}
    return {name: _exact(part) for name, part in schema.items()}


class Given(BaseModel):
    """A table of a file. Nothing is ignored in it, and no value is taken for one of another kind.

    A switch is no number, text is no number, a number has an end, and a whole number no fraction.
    Text has nothing in it that steers a terminal.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Take each value for what it is, in lists and tables inside as well."""
        found: core_schema.CoreSchema = _exact(handler(source))
        return found

    def uses_only(
        self, used: Collection[str], among: Collection[str], what: str, info: ValidationInfo
    ) -> Self:
        """Return this, if nothing else was given among entries that hang on another one.

        Parameters
        ----------
        used : collection of str
            Entries that mean something here.
        among : collection of str
            All that mean something here or elsewhere.
        what : str
            What does not use the others, such as "a place of kind 'real'".
        info : ValidationInfo
            Of the validator that asks. In JSON, which programs write, every entry stands there:
            those at their defaults count as not given.

        Raises
        ------
        ValueError
            Naming the entry that would do nothing.
        """
        for name in among:
            usual = type(self).model_fields[name].get_default()
            stored = info.mode == "json" and getattr(self, name) == usual
            if name in used or stored or name not in self.model_fields_set:
                continue
            kept = ", ".join(f"`{one}`" for one in among if one in used) or "none of these"
            raise ValueError(f"{what} does not use `{name}` (it uses {kept}); leave it out")
        return self
