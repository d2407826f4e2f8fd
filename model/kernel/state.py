"""The state of a run: its tables, and the codes that stand in them.

Each table is a NumPy record array: ``world.organisations.income`` is a named column and
``world.organisations[i].income`` one organisation's value, in compiled code and in plain Python
alike. Rows of one place lie next to each other; a place knows where its rows start and stop.
Money is in GBP, time in months, attention in staff-days a month; trust, familiarity, grievance,
mutuality, openness, dominance and stress lie in 0-1.
"""

from typing import Any, NamedTuple

import numpy as np

NEEDS = 6
SECTORS = ("community", "charity", "council", "health", "business")
COMMUNITY, CHARITY, COUNCIL, HEALTH, BUSINESS = range(5)
BANDS = ("micro", "small", "medium", "large", "major", "super-major")
BAND_LIMITS = (1e4, 1e5, 1e6, 1e7, 1e8)

# Status of an organisation's row.
EMPTY, ACTIVE, HOSTED, INERT, CLOSED, MERGED = 0, 1, 2, 3, 4, 5

# Kinds of agreement. Every payment of the model is one of these.
CONTRACT, ALLIANCE_AWARD, GRANT, DEVOLVED, SUBCONTRACT, POT, HOSTING, IN_KIND, ENDOWMENT = range(9)
AGREEMENT_KINDS = (
    "contract",
    "alliance award",
    "grant",
    "devolved pot",
    "subcontract",
    "pot",
    "hosting",
    "in kind",
    "endowment",
)

# Outside accounts close the books: what leaves one account enters another.
DONORS, PURSE, PAYROLL, WRITE_OFFS, ENDOWMENTS, ESTATES, OPENING = range(7)
ACCOUNTS = ("donors", "purse", "payroll", "write-offs", "endowments", "estates", "opening reserves")

NONE = -1
PATRONS = 4  # payers remembered by an organisation: the largest of the last 12 months
SEATS = 3  # alliances that one organisation can sit in at the same time
MEMBERS = 16  # members of one alliance, core and wider
CONTACTS = 40  # organisations that a connector keeps in touch with

# Hosts of a connector.
INDEPENDENT, FUNDER, PARTNER = range(3)

# What caused a change of trust or money, for the event log: each file names its own.
CAUSES: list[str] = []


def cause(name: str) -> int:
    """Return the number of a cause in the event log; a new name gets the next one."""
    if name not in CAUSES:
        CAUSES.append(name)
    return CAUSES.index(name)


type Table = Any  # a record array; its columns are those of `alliances.model.records`


class State(NamedTuple):
    """All tables of one run. Compiled processes take it whole and change it in place."""

    now: Table
    params: Table
    places: Table
    organisations: Table
    ties: Table
    slots: Table
    alliances: Table
    members: Table
    agreements: Table
    commissioners: Table
    connectors: Table
    tally: Table
    work: Table
    pairs: Table
    events: Table
    opening_ties: Table
    opening_grants: Table


def table(rows: int, kind: np.dtype) -> Table:
    """Return an empty table of ``rows`` records."""
    return np.zeros(rows, kind).view(np.recarray)


def copy_state(state: State, into: State | None = None) -> State:
    """Return an independent copy of all tables.

    Parameters
    ----------
    state : State
        What is copied.
    into : State, optional
        Earlier copy of the same tables, overwritten: fresh memory costs more than what it holds.
    """
    if into is None:
        return State(*(column.copy() for column in state))
    for column, given in zip(into, state, strict=True):
        column.view("u1")[...] = given.view("u1")  # as bytes: records are copied one by one
    return into


def is_working(status: np.ndarray) -> np.ndarray:
    """Return which rows are of organisations that take part, by their status."""
    return np.asarray((status == ACTIVE) | (status == HOSTED))
