"""A player's orders: one month in which an organisation does as it is told.

Only the player's own decisions are forced; everything else, and everybody else, goes by the
model. Without orders a month is the same to the last bit as in `run_months`.
"""

import difflib
import math
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from alliances.model.kernel.state import ACTIVE, HOSTED, NONE, State, table
from alliances.model.measures import OBSERVATION
from alliances.model.schedule import run_months


class OrderError(ValueError):
    """An order that cannot be carried out; the message says what to change."""


@dataclass(frozen=True)
class Order:
    """What one organisation does this month; None leaves a decision to the model.

    Attributes
    ----------
    organisation : int
        Its uid.
    bid : bool or None
        Bid in the tenders and apply for the grants that are open this month, as far as there is a
        lot that it may bid for and attention and reserves suffice, and take what it wins; or keep
        out of them, another's joint bid included.
    join : bool or None
        Take the best invitation, whatever speaks against it and whenever in the year, and while it
        leads no alliance, invite others itself if attention suffices; or join and found none.
        `duty_to_join` goes before a refusal.
    speak : bool or None
        Raise conflicts, state positions, call out abuse; or be silent.
    leave : bool or None
        Leave every alliance it sits in; or stay. A compelled seat cannot be left.
    contribute : float or None
        Share 0-1 of its free attention that it gives to its alliances.
    """

    organisation: int
    bid: bool | None = None
    join: bool | None = None
    speak: bool | None = None
    leave: bool | None = None
    contribute: float | None = None

    def __post_init__(self) -> None:
        """Check the values."""
        for name in ("bid", "join", "speak", "leave"):
            given = getattr(self, name)
            if given is not None and not isinstance(given, bool | np.bool_):
                raise OrderError(f"`{name}` was {given!r}; it must be True, False or None")
        share: Any = self.contribute
        if share is not None:
            number = isinstance(share, int | float | np.number) and not isinstance(share, bool)
            if not number or not math.isfinite(share) or not 0.0 <= share <= 1.0:
                raise OrderError(f"`contribute` was {share!r}; it must be from 0 to 1, or None")


DECISIONS = tuple(field.name for field in fields(Order) if field.name != "organisation")


def order(organisation: int, **decisions: Any) -> Order:
    """Return an `Order`; an unknown decision is refused with the closest names.

    Raises
    ------
    OrderError
        For an unknown decision or a value that is not allowed.
    """
    for name in decisions:
        if name not in DECISIONS:
            close = difflib.get_close_matches(name, DECISIONS, n=1)
            hint = f"did you mean {close[0]!r}? " if close else ""
            raise OrderError(f"nobody can order {name!r}; {hint}There are {', '.join(DECISIONS)}")
    return Order(organisation, **decisions)


def row_of(state: State, uid: int) -> int:
    """Return the row of a working organisation.

    Raises
    ------
    OrderError
        If no organisation at work has that uid.
    """
    rows = state.organisations
    given: Any = uid
    found: list[int] = []
    if isinstance(given, int | np.integer) and 0 < given < 2**64:
        found = np.flatnonzero(np.asarray(rows.uid) == np.uint64(given)).tolist()
    for row in found:
        if rows.status[row] in (ACTIVE, HOSTED):
            return row
    why = "has closed, merged or takes no part" if len(found) else "is not, or no longer, there"
    raise OrderError(
        f"an order for organisation {uid!r}, which {why} in month {state.now[0].month}"
    )


def open_decisions(state: State, uid: int) -> tuple[str, ...]:
    """Return the decisions that can make a difference for an organisation this month.

    `speak` always can. `bid` needs a round that is due and somebody else's purse; `join` a seat
    that is free; `contribute` a seat that is taken, and `leave` one that is not compelled.

    Raises
    ------
    OrderError
        If no organisation at work has that uid.
    """
    row = row_of(state, uid)
    me = state.organisations[row]
    month = state.now[0].month
    params = state.params[np.flatnonzero(state.params.from_month <= month)[-1]]
    place = state.places[me.place]
    purses = state.commissioners[place.commissioner_start : place.commissioner_stop]
    due = (month + purses.offset[: int(params.commissioners)]) % int(params.round_months) == 0
    holds = bool((purses.body == row).any())
    seats = me.seat[me.seat != NONE]
    found = ["speak"]
    if due.any() and not holds:
        found.append("bid")
    if len(seats) < int(params.programmes) and not (holds and not params.commissioner_is_member):
        found.append("join")
    if len(seats):
        found.append("contribute")
    if len(seats) and not state.members.compelled[seats].all():
        found.append("leave")
    return tuple(name for name in DECISIONS if name in found)


def step_month(
    state: State, orders: Iterable[Order] = (), out: np.recarray | None = None
) -> np.recarray:
    """Advance one month in which organisations follow their orders.

    Parameters
    ----------
    state : State
        Changed in place.
    orders : iterable of Order
        At most one for an organisation; they hold for this month only.
    out : record array of OBSERVATION, optional
        One row, written to; a new one by default.

    Returns
    -------
    record array of OBSERVATION
        One row: the month's measures.

    Raises
    ------
    OrderError
        Before anything has changed: if an organisation is not at work or is ordered twice.
    """
    out = table(1, OBSERVATION) if out is None else out
    placed: dict[int, Order] = {}
    for given in orders:
        row = row_of(state, given.organisation)
        if row in placed:
            raise OrderError(f"organisation {given.organisation} was given two orders; give one")
        placed[row] = given
    rows = state.organisations
    try:
        for row, given in placed.items():
            for name in ("bid", "join", "speak", "leave"):
                value = getattr(given, name)
                rows[f"order_{name}"][row] = NONE if value is None else int(value)
            rows["order_contribute"][row] = -1.0 if given.contribute is None else given.contribute
        run_months(state, 1, out, 0)
    finally:
        for row in placed:
            for name in ("bid", "join", "speak", "leave"):
                rows[f"order_{name}"][row] = NONE
            rows["order_contribute"][row] = -1.0
    return out
