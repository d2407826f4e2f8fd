"""Grants in the 360Giving standard as JSON, put into the table that the reader of grants knows."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from alliances.model.input.documents import json_of
from alliances.model.input.errors import UserError
from alliances.model.input.files import decoded
from alliances.model.places.place import PlaceError

HEADINGS = (
    "Recipient Org:Name",
    "Recipient Org:Identifier",
    "Recipient Individual",
    "Amount Awarded",
    "Currency",
    "Award Date",
    "Planned Dates:Duration (months)",
    "Funding Org:Name",
)


def as_csv(name: str, data: bytes, most: int) -> bytes:
    """Return the grants of a JSON file as CSV with the standard's headings.

    Parameters
    ----------
    name : str
        Name of the file, for messages.
    data : bytes
        JSON: a list of grants, or a table with one under `grants`.
    most : int
        Most grants.

    Raises
    ------
    PlaceError
        If it is no such file.
    """
    try:
        document = json_of(decoded(data, name), name)
    except UserError as error:
        raise PlaceError(f"{error}; export it again") from error
    grants = document.get("grants") if isinstance(document, dict) else document
    if not isinstance(grants, list) or not all(isinstance(grant, dict) for grant in grants):
        raise PlaceError(
            f"{name}: no list of grants; 360Giving JSON has one under 'grants': export it again, "
            "or give CSV"
        )
    if not grants:
        raise PlaceError(f"{name}: 0 grants; give at least 1")
    if len(grants) > most:
        raise PlaceError(
            f"{name}: {len(grants):,} grants; at most {most:,} are read here: shorten the file"
        )
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for grant in grants:
        writer.writerow(_row(grant))
    return text.getvalue().encode()


def _row(grant: Mapping[str, Any]) -> tuple[str, ...]:
    recipient = _first(grant, "recipientOrganization")
    person = _first(grant, "recipientIndividual")
    return (
        _text(recipient.get("name")),
        _text(recipient.get("id")),
        _text(person.get("id") or person.get("name") or ("person" if person else "")),
        _text(grant.get("amountAwarded")),
        _text(grant.get("currency")),
        _text(grant.get("awardDate")),
        _text(_first(grant, "plannedDates").get("duration")),
        _text(_first(grant, "fundingOrganization").get("name")),
    )


def _first(grant: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the first entry of a list in a grant; empty if there is none."""
    found = grant.get(name)
    if isinstance(found, list) and found:
        found = found[0]
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = " ".join(str(value).split())
    return text.encode("utf-8", "replace").decode()  # JSON can hold halves of letters
