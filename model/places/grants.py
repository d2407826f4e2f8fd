"""Places from grants in the 360Giving standard: recipients are the roster, funders the money ties.

A grants file says what an organisation was awarded, not what it has. Two estimates of its income
are offered. `lower_bound` is its yearly grant money: all its awards, divided by the years from
its first award to the end of its last one, at least one year. `estimate` (the default) takes that
for the whole of what government and funders give it, and divides by the share that such money
has in the income of bodies of its size: so a recipient begins with the mix of income that its
band has, as in any other place.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, NamedTuple

from alliances.model.kernel.state import BAND_LIMITS
from alliances.model.places.builder import Grants, Rows, build_place
from alliances.model.places.csv_table import Source, Table, read_table
from alliances.model.places.place import COMMISSIONERS, Place, PlaceError, clean_name, uid_of

# Share of income that comes from government, by band; UK charities (the README of the data; the
# sixth band is taken to be as the fifth).
COMMISSIONED_SHARE = (0.08, 0.19, 0.31, 0.35, 0.42, 0.42)
DEFAULT_MONTHS = 12

# The standard's headings first, then those of files flattened to short names.
GRANT_COLUMNS: Mapping[str, Sequence[str]] = {
    "recipient": ("recipient org:name", "recipient org:0:name", "recipient"),
    "recipient_id": ("recipient org:identifier", "recipient org:0:identifier", "recipient_id"),
    "recipient_type": ("recipient_type",),
    "individual": ("recipient ind:identifier", "recipient ind:name", "recipient individual"),
    "amount": ("amount awarded", "amount"),
    "currency": ("currency",),
    "date": ("award date", "award_date"),
    "months": (
        "planned dates:duration (months)",
        "planned dates:0:duration (months)",
        "duration_months",
    ),
    "funder": ("funding org:name", "funding org:0:name", "funder"),
}
_DATE = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})(-(?P<d>\d{1,2})([T ].*)?)?", re.ASCII)
_BRITISH_DATE = re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})( .*)?", re.ASCII)
_COUNCIL = re.compile(r"\b(council|borough|combined authority|corporation)\b", re.IGNORECASE)
_HEALTH = re.compile(r"\b(nhs|health board|integrated care)\b", re.IGNORECASE)


class _Award(NamedTuple):
    identifier: str
    recipient: str
    funder: str
    amount: float
    start: int  # months since year 0
    months: int


@dataclass
class _Recipient:
    name: str
    uid: int
    awards: list[_Award]

    def yearly(self) -> float:
        start = min(award.start for award in self.awards)
        end = max(award.start + award.months for award in self.awards)
        # math.fsum is exact: the order of the file cannot change the sum.
        return math.fsum(award.amount for award in self.awards) * 12.0 / max(12, end - start)


def import_360giving(
    source: Source,
    *,
    name: str | None = None,
    income: Literal["estimate", "lower_bound"] = "estimate",
    at: date | None = None,
    max_rows: int = 200_000,
    columns: Mapping[str, str] | None = None,
    public_bodies: bool = True,
) -> Place:
    """Read a place from a file of grants.

    Parameters
    ----------
    source : str, Path or binary file
        CSV with the headings of the 360Giving standard (`Recipient Org:Name`, `Amount Awarded`,
        `Award Date`, `Planned Dates:Duration (months)`, `Funding Org:Name`), or with `recipient`,
        `amount`, `award_date`, `duration_months`, `funder`. Dates as 2024-06-19 or 19/06/2024.
    name : str, optional
        Name of the place; by default the file's name.
    income : {"estimate", "lower_bound"}
        How income follows from the yearly grant money; see the module.
    at : date, optional
        When the run begins: awards in force then go on until their end. By default the month of
        the last award.
    max_rows, columns, public_bodies
        As in `read_place`.

    Raises
    ------
    PlaceError
        For the first thing that breaks a rule: file, row, column, value and the rule.
    """
    if income not in ("estimate", "lower_bound"):
        raise PlaceError(f"income was {income!r}; it must be 'estimate' or 'lower_bound'")
    table = read_table(source, GRANT_COLUMNS, ("recipient", "amount", "date"), max_rows, columns)
    called = clean_name(name or Path(table.label).stem) or "place"
    notes = table.unused_note()
    awards = _awards(table, notes)
    if not awards:
        raise PlaceError(f"{table.label}: no grant of more than GBP 0 to an organisation; give one")
    recipients = _recipients(awards, notes)
    yearly = [recipient.yearly() for recipient in recipients]
    if income == "estimate":
        yearly = [income_from_grants(money) for money in yearly]
        notes.append(
            "income: unknown; estimated for all rows from the yearly grant money in this file, "
            "divided by the share of government money in the income of UK charities of that size."
        )
    else:
        notes.append("income: unknown; set for all rows to the yearly grant money, a lower bound.")
    rows = Rows(
        names=[recipient.name for recipient in recipients],
        income=yearly,
        localities=[called] * len(recipients),
        uids=[recipient.uid for recipient in recipients],
    )
    now = max(award.start for award in awards) if at is None else at.year * 12 + at.month - 1
    grants = _running(recipients, now, notes)
    return build_place(called, rows, None, grants, public_bodies=public_bodies, notes=notes)


def income_from_grants(yearly: float) -> float:
    """Return the least income, GBP a year, whose band's commissioned share reaches `yearly`.

    Examples
    --------
    >>> round(income_from_grants(400.0))
    5000
    >>> round(income_from_grants(25_000.0))  # more than small bodies, less than medium ones get
    100000
    """
    low = 0.0
    for share, high in zip(COMMISSIONED_SHARE, (*BAND_LIMITS, float("inf")), strict=True):
        if yearly < share * high:
            return max(low, yearly / share)
        low = high
    raise AssertionError("the last band has no upper limit")


def _awards(table: Table, notes: list[str]) -> list[_Award]:
    """Awards of more than GBP 0 to organisations."""
    awards: list[_Award] = []
    zero = people = unstated = 0
    for row, cells in table.rows:
        recipient = clean_name(table.text(cells, "recipient"))
        if table.text(cells, "recipient_type").lower() == "individual" or (
            not recipient and table.text(cells, "individual")
        ):
            people += 1
            continue
        if not recipient:
            table.fault(row, "recipient", "", "every grant needs a recipient")
        amount = table.number(row, cells, "amount", 0.0, 1e12, "GBP")
        if amount is None and not table.text(cells, "amount"):
            table.fault(row, "amount", "", "must be GBP, a plain number of 0 or more")
        currency = table.text(cells, "currency")
        if currency.upper() not in ("", "GBP"):
            table.fault(row, "currency", currency, "must be GBP: convert the amount")
        months = table.number(row, cells, "months", 0.0, 600.0, "months")
        start = _month(table, row, cells)
        if not amount:
            zero += amount == 0.0
            continue
        unstated += not months
        awards.append(
            _Award(
                identifier=clean_name(table.text(cells, "recipient_id")),
                recipient=recipient,
                funder=clean_name(table.text(cells, "funder")),
                amount=amount,
                start=start,
                months=max(1, round(months)) if months else DEFAULT_MONTHS,
            )
        )
    table.check()
    for count, text in (
        (people, "go to individuals; left out."),
        (zero, "are of GBP 0 (unknown or withdrawn); left out."),
        (unstated, f"do not say how long they run; taken as {DEFAULT_MONTHS} months."),
    ):
        if count:
            notes.append(f"grants: {count} of {len(table.rows)} {text}")
    return awards


def _month(table: Table, row: int, cells: list[str]) -> int:
    """Month of an award, counted from year 0."""
    text = table.text(cells, "date")
    found = _DATE.fullmatch(text) or _BRITISH_DATE.fullmatch(text)
    if found:
        year, month, day = int(found["y"]), int(found["m"]), int(found["d"] or 1)
        try:
            date(year, month, day)
        except ValueError:
            found = None
        else:
            return year * 12 + month - 1
    table.fault(row, "date", text, "must be a date such as 2024-06-19 or 19/06/2024")
    return 0


def _recipients(awards: list[_Award], notes: list[str]) -> list[_Recipient]:
    """Organisations with their awards: those that share an identifier or a name are one."""
    leader: dict[str, str] = {}

    def group(key: str) -> str:
        while leader.setdefault(key, key) != key:
            key = leader[key]
        return key

    for award in awards:
        by_name = group(f"name {award.recipient.casefold()}")
        if award.identifier:
            by_id = group(f"id {award.identifier}")
            # Identifiers sort before names, so they lead: the least of them is the group's uid.
            leader[max(by_name, by_id)] = min(by_name, by_id)
    found: dict[str, list[_Award]] = {}
    for award in awards:
        found.setdefault(group(f"name {award.recipient.casefold()}"), []).append(award)
    several = sum(
        len({(a.identifier, a.recipient.casefold()) for a in mine}) > 1 for mine in found.values()
    )
    if several:
        notes.append(
            f"recipients: {several} of {len(found)} stand under several names or identifiers; "
            "rows that share one of either are one organisation, under the first name by alphabet."
        )
    return [
        _Recipient(min(award.recipient for award in mine), uid_of(key), mine)
        for key, mine in sorted(found.items())
    ]


def payer_of(funder: str) -> int:
    """Return which commissioner a funder's name speaks of, as `Place.grant_payer` counts.

    Examples
    --------
    >>> payer_of("Trafford Metropolitan Borough Council"), payer_of("The Wolfson Foundation")
    (-2, -4)
    """
    if _COUNCIL.search(funder):
        return -2
    return -3 if _HEALTH.search(funder) else -4


def _running(recipients: list[_Recipient], now: int, notes: list[str]) -> Grants:
    """Awards that are in force in a month, as payments until their end."""
    payee, payer, monthly, left = [], [], [], []
    for row, recipient in enumerate(recipients):
        for award in recipient.awards:
            remaining = award.start + award.months - now
            if award.start <= now and remaining > 0:
                payee.append(row)
                payer.append(payer_of(award.funder))
                monthly.append(award.amount / award.months)
                left.append(remaining)
    funders = {award.funder for recipient in recipients for award in recipient.awards}
    kinds = [payer_of(funder) for funder in funders]
    counted = ", ".join(f"{kinds.count(-2 - c)} {kind}" for c, kind in enumerate(COMMISSIONERS))
    notes.append(
        f"grants: {len(payee)} still run at the start ({now // 12}-{now % 12 + 1:02d}), paid in "
        f"equal months; funders by their names: {counted}."
    )
    return Grants(payee, payer, monthly, left)
