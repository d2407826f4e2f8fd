"""What a place is before a seed is chosen: its organisations, their ties and their running money.

Rows are sorted by (locality, uid), so the order of an input file changes nothing. NaN marks what
each run draws from its own seed. `alliances.model.places.synthetic`,
`alliances.model.places.roster`, `alliances.model.places.grants` and `alliances.model.places.real`
make places; all of them end in `alliances.model.places.builder.build_place`.
"""

import hashlib
import os
import unicodedata
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from alliances import ROOT
from alliances.model.input.errors import UserError
from alliances.model.kernel.state import BANDS, COUNCIL, HEALTH, SECTORS

NEED_NAMES = (
    "health and care",
    "learning and young people",
    "housing and neighbourhood",
    "work and money",
    "culture and sport",
    "environment and justice",
)

# Purses that can already be paying when a run begins: what Place.grant_payer counts from -2 down.
COMMISSIONERS = ("council", "health", "independent funder")

# GBP a year of the part of a public body that takes part in partnerships: assumptions.
PARTNERSHIP_ARM = {COUNCIL: 2.0e6, HEALTH: 1.5e6}


class PlaceError(UserError):
    """Input from which no place can be built; the message says what to change, and where."""


@dataclass(frozen=True, eq=False, repr=False)
class Place:
    """Organisations of one or several localities; one row an organisation or a branch of one.

    Attributes
    ----------
    name : str
        Name of the place.
    localities : tuple of str
        The single places that it is made of, sorted.
    names : tuple of str
        Name of each row; branches of one body share it.
    uid : ndarray of uint64
        Never 0 and never twice. From the roster, or a hash of the name; of a branch, a hash of its
        body's and its locality's.
    body : ndarray of uint64
        The whole organisation; equal to `uid` unless the row is one of several branches.
    locality : ndarray of int32
        Index into `localities`.
    sector : ndarray of int8
        Index into `SECTORS`.
    band : ndarray of int8
        Index into `BANDS`, by the income of the whole body.
    income : ndarray of float64
        GBP a year, of this row: a branch has its part.
    inert : ndarray of bool
        Listed, but part of nothing that happens.
    expertise, mission : ndarray of float64, (rows, needs)
        Expertise 0-1 and mission shares that sum to 1; a row is wholly given or wholly NaN.
    openness, mutuality, dominance : ndarray of float64
        Dispositions 0-1, or NaN.
    reserves_months : ndarray of float64
        Reserves in months of cost, or NaN.
    tie_a, tie_b : ndarray of int32
        Rows of the two ends, a < b, both in one locality; one record for both directions.
    tie_strength_ab, tie_strength_ba : ndarray of float64
        Strength 0-1 as seen from a and from b.
    grant_payee, grant_payer : ndarray of int32
        Row that is paid; payer is a row, or -2 - c for commissioner c of `COMMISSIONERS`.
    grant_monthly : ndarray of float64
        GBP a month.
    grant_months_left : ndarray of int32
        Payments still to come at the start.
    notes : tuple of str
        Everything that was defaulted or derived, in plain sentences.
    """

    name: str
    localities: tuple[str, ...]
    names: tuple[str, ...]
    uid: np.ndarray
    body: np.ndarray
    locality: np.ndarray
    sector: np.ndarray
    band: np.ndarray
    income: np.ndarray
    inert: np.ndarray
    expertise: np.ndarray
    mission: np.ndarray
    openness: np.ndarray
    mutuality: np.ndarray
    dominance: np.ndarray
    reserves_months: np.ndarray
    tie_a: np.ndarray
    tie_b: np.ndarray
    tie_strength_ab: np.ndarray
    tie_strength_ba: np.ndarray
    grant_payee: np.ndarray
    grant_payer: np.ndarray
    grant_monthly: np.ndarray
    grant_months_left: np.ndarray
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Make the columns read-only: a place is shared by all runs in it."""
        for column in self._columns().values():
            column.setflags(write=False)

    def _columns(self) -> dict[str, np.ndarray]:
        named = {f.name: getattr(self, f.name) for f in fields(self)}
        return {k: v for k, v in named.items() if isinstance(v, np.ndarray)}

    @property
    def size(self) -> int:
        """Rows: organisations, and every branch of those in several localities."""
        return len(self.uid)

    @property
    def organisations(self) -> int:
        """Whole organisations: branches of one body count once."""
        return len(np.unique(self.body))

    def digest(self) -> str:
        """Return a hash of everything but `notes`: equal digests, equal places."""
        state = hashlib.blake2b(digest_size=16)
        for text in (self.name, *self.localities, *self.names):
            state.update(f"{len(text)}:{text}".encode())
        for name, column in self._columns().items():
            state.update(f"{name}{column.dtype}{column.shape}".encode())
            state.update(np.ascontiguousarray(column).tobytes())
        return state.hexdigest()

    def __repr__(self) -> str:
        return (
            f"<Place {self.name!r}: {self.organisations} organisations, {self.size} rows, "
            f"{len(self.localities)} localities, {len(self.tie_a)} ties>"
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Place):
            return NotImplemented
        return self.notes == other.notes and self.digest() == other.digest()

    def __hash__(self) -> int:
        return hash(self.digest())

    def label(self, row: int) -> str:
        """Return what may be published of a row, such as "charity 17"."""
        return f"{SECTORS[self.sector[row]]} {row + 1}"

    def anonymous_label(self, row: int) -> str:
        """Return the label of a row with its income, such as "charity 17, GBP 240k"."""
        return f"{self.label(row)}, {pounds(float(self.income[row]))}"

    def anonymous(self) -> "Place":
        """Return the same place without any organisation's name."""
        first = dict(zip(self.body[::-1].tolist(), range(self.size - 1, -1, -1), strict=True))
        names = tuple(self.label(first[body]) for body in self.body.tolist())
        return replace(self, names=names)

    def describe(self) -> dict[str, Any]:
        """Return the facts of a place: counts, bands, sectors, ties and running money.

        Inert rows count in none of them. `density` is the share of possible pairs, both in one
        locality, that have a tie.
        """
        active = ~self.inert
        bodies, first, whole = np.unique(self.body[active], return_index=True, return_inverse=True)
        income = np.bincount(whole, self.income[active], len(bodies))
        band = self.band[active][first]
        total = float(income.sum())
        here = np.bincount(self.locality[active], minlength=len(self.localities))
        pairs = float((here * (here - 1.0)).sum()) / 2.0
        ties = int((active[self.tie_a] & active[self.tie_b]).sum())
        return {
            "name": self.name,
            "localities": len(self.localities),
            "organisations": len(bodies),
            "rows": int(active.sum()),
            "inert": int(self.inert.sum()),
            "income": total,
            "mean_income": total / len(bodies) if len(bodies) else 0.0,
            "median_income": float(np.median(income)) if len(bodies) else 0.0,
            "gini_income": gini(income),
            "bands": {
                name: {
                    "organisations": int((band == number).sum()),
                    "share_of_organisations": float((band == number).mean()) if len(band) else 0.0,
                    "share_of_income": float(income[band == number].sum()) / total
                    if total
                    else 0.0,
                }
                for number, name in enumerate(BANDS)
            },
            "sectors": {
                name: int((self.sector[active][first] == number).sum())
                for number, name in enumerate(SECTORS)
            },
            "ties": ties,
            "density": ties / pairs if pairs else 0.0,
            "grants": len(self.grant_payee),
            "grants_monthly": float(self.grant_monthly.sum()),
        }


def gini(values: np.ndarray) -> float:
    """Return the Gini coefficient, 0-1, of values of 0 or more; 0 when there are none."""
    total = float(values.sum())
    if total <= 0.0:
        return 0.0
    ranks = np.arange(1, len(values) + 1)
    return float(2.0 * (ranks * np.sort(values)).sum() / (len(values) * total)) - (
        len(values) + 1.0
    ) / len(values)


def pounds(amount: float) -> str:
    """Return an amount as people say it: GBP 850, GBP 240k, GBP 1.5m."""
    if amount < 999.5:
        return f"GBP {amount:.0f}"
    if amount < 999_500:
        return f"GBP {amount / 1e3:.0f}k"
    return f"GBP {amount / 1e6:.1f}m"


def clean_name(text: str) -> str:
    """Return a name without stray spaces and in one Unicode form, so that spellings meet."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def uid_of(text: str) -> int:
    """Return the uid of a name or foreign identifier: the first 64 bits of its BLAKE2b hash."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") or 1


def branch_uid(body: int, locality: str) -> int:
    """Return the uid of the branch of a body in a locality."""
    return uid_of(f"{body} in {locality}")


def data_folder() -> Path | None:
    """Return the folder of real data sets, or None.

    The environment variable ALLIANCES_DATA names it; without that it is `../shared/data` beside
    the checkout, if it exists.
    """
    named = os.environ.get("ALLIANCES_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    return folder if folder.is_dir() else None
