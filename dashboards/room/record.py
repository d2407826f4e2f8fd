"""What funders and connectors can be told of a run: new money, and who was introduced."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from alliances.dashboards.room.roles import SMALL_INCOME
from alliances.model.kernel import events as log
from alliances.model.kernel.state import (
    ALLIANCE_AWARD,
    CONTRACT,
    DEVOLVED,
    GRANT,
    NONE,
    SUBCONTRACT,
    State,
)
from alliances.model.processes import connect

WAYS = {
    CONTRACT: "tender",
    SUBCONTRACT: "tender",  # what the winner of a tender passes on
    ALLIANCE_AWARD: "alliances",
    GRANT: "grants",
    DEVOLVED: "pots",
}


@dataclass
class Money:
    """New awards of some months, GBP a year.

    Attributes
    ----------
    total : float
    tender, alliances, grants, pots : float
        By the way in which it was awarded.
    small : float
        Awarded to, or passed on to, small organisations. What goes to an alliance is not in it.
    core : float
        Core money.
    """

    total: float = 0.0
    tender: float = 0.0
    alliances: float = 0.0
    grants: float = 0.0
    pots: float = 0.0
    small: float = 0.0
    core: float = 0.0


@dataclass(frozen=True)
class Introduction:
    """A meeting that a connector set up, of two organisations by uid."""

    month: int
    first: int
    second: int
    well: bool


@dataclass
class Record:
    """What was awarded in each month, and who of some was introduced to whom.

    Attributes
    ----------
    money : list of Money
        By month.
    introduced : list of Introduction
        Between two who are both of the month's `of`.
    """

    money: list[Money] = field(default_factory=list)
    introduced: list[Introduction] = field(default_factory=list)

    def note(self, state: State, logged: np.ndarray, of: Collection[int]) -> None:
        """Take down the month that has just been run."""
        month = int(state.now[0].month) - 1
        self.money.append(_awarded(state, month))
        met = logged[(logged["kind"] == log.TRUST) & (logged["cause"] == connect.INTRODUCTION)]
        for one in met:
            a, b = int(one["a"]), int(one["b"])
            if a < b and a in of and b in of:  # trust of both is logged: each meeting once
                well = bool(one["after"] > one["before"])
                self.introduced.append(Introduction(month, a, b, well))

    def months(self, first: int, stop: int) -> Money:
        """Return the new awards of a stretch of months."""
        return _sum(self.money[first:stop])


def _awarded(state: State, month: int) -> Money:
    """Return what was awarded in a month: agreements that begin as those of the month do."""
    params = state.params[np.flatnonzero(state.params.from_month <= month)[-1]]
    later = month + int(params.payment_delay)
    found = Money()
    for place in state.places:
        first = int(place.agreement_start)
        rows = state.agreements[first : first + int(place.agreement_count)]
        for one in rows[(rows.payer != NONE) & ((rows.start == later) | (rows.start == month))]:
            way = WAYS.get(int(one.kind))
            if way is None or int(one.start) != (month if one.kind == DEVOLVED else later):
                continue
            amount = 12.0 * float(one.amount)
            found.total += amount
            setattr(found, way, getattr(found, way) + amount)
            found.core += amount * float(one.core)
            payee = int(one.payee)
            if payee >= 0 and state.organisations[payee].income < SMALL_INCOME:
                found.small += amount
    return found


def _sum(every: Sequence[Money]) -> Money:
    found = Money()
    for one in every:
        for name, value in vars(one).items():
            setattr(found, name, getattr(found, name) + value)
    return found
