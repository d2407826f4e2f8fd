"""Mesa agents as live views of the state's rows; see `alliances.model.agents.view`."""

from typing import Any, ClassVar, NamedTuple

import numpy as np
from mesa.discrete_space import CellAgent

from alliances.model.agents.relation import relation
from alliances.model.agents.view import View, checked
from alliances.model.kernel.events import BY_HAND, MONEY, TRUST, note
from alliances.model.kernel.state import (
    ACTIVE,
    BANDS,
    DONORS,
    HOSTED,
    MEMBERS,
    MERGED,
    NONE,
    SECTORS,
)

HOSTS = ("independent", "funder", "partner")
SHARES_OF_MEMBERS = (
    "days",
    "pledge",
    "effective",
    "money",
    "credit",
    "contribution",
    "weight",
    "voice",
    "core",
    "compelled",
)


class Relation(NamedTuple):
    """One end's view of a tie.

    Attributes
    ----------
    agent : Organisation
        The other end.
    trust, trust_received : float
        Trust in it, and its trust in oneself, 0-1.
    familiarity : float
        0-1, the same at both ends.
    grievance : float
        What one holds against it, 0-1.
    """

    agent: "Organisation"
    trust: float
    trust_received: float
    familiarity: float
    grievance: float


class Organisation(View, CellAgent):
    """An organisation; one that works in several places has a branch, and an agent, in each."""

    _table = "organisations"
    _hidden: ClassVar[dict[str, str]] = {
        "place": ".place_name",
        "next_branch": ".branches",
        "first_branch": ".branches",
        "status": ".hosted and .alive",
        "patron": ".patrons",
        "patron_money": ".patrons",
        "tie_start": ".ties",
        "tie_room": ".tie_capacity",
        "seat": ".alliances",
        "lender": ".borrowed",
        "trust_sum": ".trust_received",
        "trusting": ".trust_received",
        "order_bid": ".order(bid=...)",
        "order_join": ".order(join=...)",
        "order_speak": ".order(speak=...)",
        "order_leave": ".order(leave=...)",
        "order_contribute": ".order(contribute=...)",
    }
    _fixed = frozenset(("uid", "body", "sector", "band", "born", "tie_count", "tie_capacity"))
    _plain = View._plain | {"cell"}

    def _works(self) -> bool:
        status = self._of("organisations", "status")[self._row]
        return super()._works() and status in (ACTIVE, HOSTED)

    def _how_it_went(self) -> str:
        same = super()._works()
        merged = same and self._of("organisations", "status")[self._row] == MERGED
        return "merged into another" if merged else "closed"

    @property
    def place_name(self) -> str:
        """Name of the single place."""
        place = int(self._of("organisations", "place")[self.row])
        return self.model.place.localities[place]

    @property
    def sector_name(self) -> str:
        """One of `SECTORS`."""
        return SECTORS[self.sector]

    @property
    def band_name(self) -> str:
        """One of `BANDS`, fixed when the place was built."""
        return BANDS[self.band]

    @property
    def hosted(self) -> bool:
        """Whether another carries it."""
        return bool(self._of("organisations", "status")[self.row] == HOSTED)

    @property
    def host(self) -> "Organisation | None":
        """The organisation that hosts it."""
        return self.model.organisation_at(int(self._of("organisations", "host")[self.row]))

    @property
    def branches(self) -> "list[Organisation]":
        """All branches of the same body that work, itself included, in row order."""
        found = []
        row = int(self._of("organisations", "first_branch")[self.row])
        while row != NONE:
            agent = self.model.organisation_at(row)
            if agent is not None:
                found.append(agent)
            row = int(self._of("organisations", "next_branch")[row])
        return found

    @property
    def reserves(self) -> float:
        """GBP. What is written moves through the books, from or to donors."""
        return float(self._of("organisations", "reserves")[self.row])

    @reserves.setter
    def reserves(self, value: float) -> None:
        column = self._of("organisations", "reserves")
        amount = float(checked("reserves", value, column)) - float(column[self.row])
        now = self.model.state.now[0]
        now.accounts[DONORS] -= amount
        now.turnover += abs(amount)
        column[self.row] += amount
        note(self.model.state, MONEY, BY_HAND, 0, self.uid, 0.0, amount, DONORS)

    # Relations ------------------------------------------------------------------------------

    def _other(self, other: Any) -> "Organisation":
        if not isinstance(other, Organisation):
            raise TypeError(f"{other!r} is not an Organisation")
        if other.model is not self.model:
            raise ValueError(f"{other!r} belongs to another model")
        if other is self:
            raise ValueError(f"{self!r} has no relation with itself")
        return other

    def trust_in(self, other: "Organisation") -> float:
        """Return trust in another, 0-1; without a tie, in a stranger of its sector."""
        return float(relation(self.model.state, self.row, self._other(other).row)[1])

    def familiarity_with(self, other: "Organisation") -> float:
        """Return how far the two have grown together, 0-1; 0 without a tie."""
        return float(relation(self.model.state, self.row, self._other(other).row)[2])

    def power_over(self, other: "Organisation") -> float:
        """Return the power over another, 0-1: its income paid by or through this one."""
        return float(relation(self.model.state, self.row, self._other(other).row)[3])

    def set_trust_in(self, other: "Organisation", value: float) -> None:
        """Set the trust in another with whom there is a tie; the event log says `by hand`.

        Raises
        ------
        ValueError
            If there is no tie, or `value` is not from 0 to 1.
        """
        tie = int(relation(self.model.state, self.row, self._other(other).row)[0])
        if tie == NONE:
            raise ValueError(f"{self!r} has no tie with {other!r}")
        side = "trust_ab" if self._of("ties", "a")[tie] == self.row else "trust_ba"
        column = self._of("ties", side)
        if not 0.0 <= value <= 1.0:
            raise ValueError(f"trust was {value!r}; it must be from 0 to 1")
        before = float(column[tie])
        column[tie] = value
        note(self.model.state, TRUST, BY_HAND, self.uid, other.uid, before, float(value), NONE)

    @property
    def ties(self) -> list[Relation]:
        """All ties, as seen from this end."""
        start = int(self._of("organisations", "tie_start")[self.row])
        stop = start + int(self._of("organisations", "tie_count")[self.row])
        found = []
        for t, j in zip(
            self._of("slots", "tie")[start:stop].tolist(),
            self._of("slots", "partner")[start:stop].tolist(),
            strict=True,
        ):
            mine, theirs = ("ab", "ba") if self._of("ties", "a")[t] == self._row else ("ba", "ab")
            partner = self.model.organisation_at(j)
            assert partner is not None  # a tie ends with either end
            found.append(
                Relation(
                    partner,
                    float(self._of("ties", f"trust_{mine}")[t]),
                    float(self._of("ties", f"trust_{theirs}")[t]),
                    float(self._of("ties", "familiarity")[t]),
                    float(self._of("ties", f"grievance_{mine}")[t]),
                )
            )
        return found

    @property
    def alliances(self) -> "list[Alliance]":
        """Alliances that it sits in."""
        seats = self._of("organisations", "seat")[self.row]
        rows = self._of("members", "alliance")[seats[seats != NONE]]
        return [self.model.alliance_at(int(a)) for a in rows]

    @property
    def leads(self) -> "list[Alliance]":
        """Alliances that it leads."""
        return [alliance for alliance in self.alliances if alliance.lead is self]

    @property
    def patrons(self) -> "list[tuple[Organisation | Commissioner, float]]":
        """Its largest payers of the last 12 months, and GBP a month from each."""
        codes = self._of("organisations", "patron")[self.row].tolist()
        money = self._of("organisations", "patron_money")[self.row].tolist()
        found = []
        for code, monthly in zip(codes, money, strict=True):
            if code != NONE and monthly > 0.0:
                payer = self.model.payer_at(code)
                if payer is not None:
                    found.append((payer, monthly))
        return found

    def order(self, **decisions: Any) -> None:
        """Give a player's orders for the next month; see `alliances.model.orders.Order`."""
        self.model.order(self, **decisions)


class Alliance(View):
    """An alliance."""

    _table = "alliances"
    _hidden: ClassVar[dict[str, str]] = {"place": ".lead.place_name"}
    _fixed = frozenset(("uid", "alive", "born", "core", "blank_sheet"))

    def _works(self) -> bool:
        return super()._works() and bool(self._of("alliances", "alive")[self._row])

    def _how_it_went(self) -> str:
        return "ended"

    def _seats(self) -> np.ndarray:
        first = self.row * MEMBERS
        rows = np.arange(first, first + MEMBERS)
        return rows[self._of("members", "organisation")[first : first + MEMBERS] != NONE]

    @property
    def members(self) -> list[Organisation]:
        """Who sits in it, core and wider."""
        rows = self._of("members", "organisation")[self._seats()].tolist()
        return [agent for row in rows if (agent := self.model.organisation_at(row)) is not None]

    @property
    def size(self) -> int:
        """Number of members."""
        return int(self._of("alliances", "members")[self.row])

    @property
    def lead(self) -> Organisation | None:
        """The leading organisation; None until a successor is chosen."""
        return self.model.organisation_at(int(self._of("alliances", "lead")[self.row]))

    @property
    def connector(self) -> "Connector | None":
        """The connector that convened it, if it is still there."""
        return self.model.connector_at(int(self._of("alliances", "connector")[self.row]))

    def share_of(self, member: Organisation) -> dict[str, float]:
        """Return what a member gives and gets.

        Returns
        -------
        dict
            `days` and `pledge` in staff-days, `effective` days; shares 0-1 of `money`, `credit`,
            `contribution`, `weight`, `voice`; `core` and `compelled` as 0 or 1.

        Raises
        ------
        ValueError
            If the organisation is not a member.
        """
        seats = self._seats()
        here = seats[self._of("members", "organisation")[seats] == member.row]
        if not len(here):
            raise ValueError(f"{member!r} is no member of {self!r}")
        return {name: float(self._of("members", name)[here[0]]) for name in SHARES_OF_MEMBERS}


class Connector(View):
    """Somebody whose work is to bring organisations together."""

    _table = "connectors"
    _hidden: ClassVar[dict[str, str]] = {
        "place": ".place_name",
        "host_row": ".hosted_by",
        "contact": ".contacts",
        "contact_uid": ".contacts",
        "trusted": ".trusted_by(organisation)",
        "closed": ".alive",
    }
    _fixed = frozenset(("uid", "active", "arrived"))

    def _works(self) -> bool:
        return super()._works() and bool(self._of("connectors", "active")[self._row])

    def _how_it_went(self) -> str:
        return "left"

    @property
    def place_name(self) -> str:
        """Name of the single place."""
        return self.model.place.localities[int(self._of("connectors", "place")[self.row])]

    @property
    def host(self) -> str:
        """Who employs it: "independent", "funder" or "partner"."""
        return HOSTS[int(self._of("connectors", "host")[self.row])]

    @property
    def hosted_by(self) -> Organisation | None:
        """The partner that employs it."""
        return self.model.organisation_at(int(self._of("connectors", "host_row")[self.row]))

    def _known_contacts(self) -> dict[int, float]:
        count = int(self._of("connectors", "contacts")[self.row])
        uids = self._of("connectors", "contact_uid")[self.row][:count].tolist()
        return dict(zip(uids, self._of("connectors", "trusted")[self.row].tolist(), strict=False))

    @property
    def contacts(self) -> list[Organisation]:
        """Organisations that it keeps in touch with and that still work."""
        count = int(self._of("connectors", "contacts")[self.row])
        rows = self._of("connectors", "contact")[self.row][:count].tolist()
        uids = self._of("connectors", "contact_uid")[self.row][:count].tolist()
        agents = [self.model.organisation_at(row) for row in rows]
        return [a for a, uid in zip(agents, uids, strict=True) if a is not None and a.uid == uid]

    def trusted_by(self, organisation: Organisation) -> float:
        """Return the trust that one of its contacts has in it, 0-1.

        Raises
        ------
        ValueError
            If the organisation is not among its contacts.
        """
        known = self._known_contacts()
        if organisation.uid not in known:
            raise ValueError(f"{organisation!r} is no contact of {self!r}")
        return known[organisation.uid]


class Commissioner(View):
    """A purse: the council's, the health body's or an independent funder's."""

    _table = "commissioners"
    _hidden: ClassVar[dict[str, str]] = {"place": ".place_name"}

    @property
    def place_name(self) -> str:
        """Name of the single place."""
        return self.model.place.localities[int(self._of("commissioners", "place")[self.row])]

    @property
    def body(self) -> Organisation | None:
        """The organisation that holds the purse; None for an outside funder."""
        return self.model.organisation_at(int(self._of("commissioners", "body")[self.row]))

    def power_over(self, organisation: Organisation) -> float:
        """Return the power over an organisation, 0-1: its income paid by this purse."""
        body = self.body
        code = -2 - self.row if body is None else body.row
        if code == organisation.row:
            return 0.0
        return float(relation(self.model.state, code, organisation.row)[3])


KINDS: tuple[type[View], ...] = (Organisation, Commissioner, Connector, Alliance)
