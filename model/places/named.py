"""Places of a few named organisations, as a case tells of them, among made-up surroundings."""

from collections import Counter
from typing import Literal

import numpy as np
from pydantic import Field, field_validator

from alliances.model.given import Given
from alliances.model.kernel.state import SECTORS
from alliances.model.places.builder import Rows, Ties, build_place
from alliances.model.places.place import Place, PlaceError, clean_name, pounds, uid_of
from alliances.model.places.synthetic import synthetic_place

DISPOSITIONS = ("openness", "mutuality", "dominance", "reserves_months")


class Member(Given):
    """One named organisation, or several of one kind.

    Attributes
    ----------
    name : str
        Its name; several of one kind are called "NAME 1", "NAME 2" and so on.
    sector : str
        One of the five sectors.
    income : float
        GBP a year of each.
    count : int
        How many there are.
    openness, mutuality, dominance : float, optional
        Dispositions 0-1; drawn in each run if not given.
    reserves_months : float, optional
        Reserves at the start, in months of cost; drawn in each run if not given.
    purse : bool
        Whether it holds the purse of its sector (council or health) in this place.
    """

    name: str = Field(min_length=1, max_length=100)
    sector: Literal["community", "charity", "council", "health", "business"]
    income: float = Field(ge=0, le=1e12)
    count: int = Field(default=1, ge=1, le=200)
    openness: float | None = Field(default=None, ge=0, le=1)
    mutuality: float | None = Field(default=None, ge=0, le=1)
    dominance: float | None = Field(default=None, ge=0, le=1)
    reserves_months: float | None = Field(default=None, ge=0, le=1200)
    purse: bool = False

    @field_validator("name")
    @classmethod
    def _is_a_name(cls, given: str) -> str:
        if not clean_name(given):
            raise ValueError(f"name was {given!r}; give letters")
        return given

    def names(self) -> list[str]:
        """Return the name of each."""
        name = clean_name(self.name)
        return [name] if self.count == 1 else [f"{name} {i + 1}" for i in range(self.count)]


def named_place(
    members: tuple[Member, ...],
    surroundings: int = 40,
    name: str = "place",
    seed: int = 0,
    acquaintance: float = 0.0,
) -> Place:
    """Return a place of named organisations and made-up ones around them.

    A council or health body that is not among the members is added, as in any place.

    Parameters
    ----------
    members : tuple of Member
        The named ones.
    surroundings : int
        How many organisations of UK sizes live around them; 0 for none.
    name : str
        Name of the place.
    seed : int
        Seed of the surroundings.
    acquaintance : float
        Strength, 0-1, of a tie between each two of the named ones at the start; 0 for no tie.

    Raises
    ------
    PlaceError
        Without members, for a name that stands twice, or a purse that its holder cannot have.
    """
    if not members:
        raise PlaceError("a place of kind 'named' needs members: give [[place.members]] entries")
    names = [text for member in members for text in member.names()]
    each = [member for member in members for _ in range(member.count)]
    notes = [
        f"named: {len(names)} organisations with names of their kind; sizes that the source does "
        "not tell are assumptions.",
        f"surroundings: {surroundings} made-up organisations of UK sizes.",
    ]
    incomes, sectors = [m.income for m in each], [SECTORS.index(m.sector) for m in each]
    if surroundings > 0:
        around = synthetic_place(surroundings, 1, name, seed, public_bodies=False)
        names += around.names
        incomes += around.income.tolist()
        sectors += around.sector.tolist()
    twice = sorted(text for text, count in Counter(names).items() if count > 1)
    if twice:
        raise PlaceError(f"{twice[0]!r} stands twice in place {name!r}; names must differ")
    rows = Rows(names, incomes, [name] * len(names), _uids(names, each), sectors)
    for column in DISPOSITIONS:
        values = np.full(len(names), np.nan)
        told = [getattr(member, column) for member in each]
        values[: len(each)] = [np.nan if value is None else value for value in told]
        setattr(rows, column, values)
    if acquaintance > 0.0:
        pairs = [(i, j) for i in range(len(each)) for j in range(i + 1, len(each))]
        notes.append(f"ties: each two of the named ones know each other, strength {acquaintance}.")
    else:
        pairs = []
    strength = [acquaintance] * len(pairs)
    ties = Ties([i for i, _ in pairs], [j for _, j in pairs], strength, strength)
    total = pounds(sum(incomes[: len(each)]))
    notes.append(f"the named ones have incomes of {total} a year together.")
    return build_place(name, rows, ties, notes=notes)


def _uids(names: list[str], each: list[Member]) -> list[int]:
    """Hashes of the names; who holds a purse comes first, as commissioners are found by uid."""
    uids = [uid_of(text) for text in names]
    holders: set[str] = set()
    for row, member in enumerate(each):
        if not member.purse:
            continue
        if member.sector not in ("council", "health") or member.count > 1:
            raise PlaceError(
                f"{member.name!r} cannot hold a purse: one council or one health body can"
            )
        if member.sector in holders:
            raise PlaceError(f"two {member.sector} bodies hold a purse; one of them can")
        holders.add(member.sector)
        uids[row] = len(holders)
    return uids
