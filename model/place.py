"""What a place is before a seed is chosen: its organisations, their ties and their running money.

Rows are sorted by (locality, uid), so the order of an input file changes nothing. NaN marks what
each run draws from its own seed. `model.synthetic`, `model.roster`, `model.grants` and
`model.real_places` make places; all of them end in `build_place`.
"""

import hashlib
import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from model.state import (
    BAND_LIMITS,
    BANDS,
    CHARITY,
    COMMUNITY,
    COUNCIL,
    HEALTH,
    NEEDS,
    SECTORS,
)

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

COMMUNITY_BELOW = 1e5  # GBP a year; an organisation without a sector is a charity from here on
# GBP a year of the part of a public body that takes part in partnerships: assumptions.
PARTNERSHIP_ARM = {COUNCIL: 2.0e6, HEALTH: 1.5e6}


class PlaceError(ValueError):
    """Input from which no place can be built; the message says what to change, and where."""


@dataclass(frozen=True, eq=False)
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
    folder = Path(named) if named else Path(__file__).parents[2] / "shared" / "data"
    return folder if folder.is_dir() else None


@dataclass
class Rows:
    """Organisations in the order of their source; what is None is drawn or derived later.

    Attributes
    ----------
    names, income : sequence
        Name and GBP a year of each row.
    localities : sequence of str
        Locality of each row. Rows of one name in several localities are branches of one body.
    uids : sequence of int, optional
        uid of each row's body; by default a hash of its name.
    sector : sequence of int, optional
        Index into `SECTORS`, or -1 to derive it from the body's income.
    inert, expertise, mission, openness, mutuality, dominance, reserves_months : array, optional
        As in `Place`.
    """

    names: Sequence[str]
    income: Sequence[float] | np.ndarray
    localities: Sequence[str]
    uids: Sequence[int] | None = None
    sector: Sequence[int] | np.ndarray | None = None
    inert: Sequence[bool] | np.ndarray | None = None
    expertise: np.ndarray | None = None
    mission: np.ndarray | None = None
    openness: np.ndarray | None = None
    mutuality: np.ndarray | None = None
    dominance: np.ndarray | None = None
    reserves_months: np.ndarray | None = None


@dataclass
class Ties:
    """Ties between rows: ends and the strength seen from each."""

    source: Sequence[int] | np.ndarray = ()
    target: Sequence[int] | np.ndarray = ()
    strength: Sequence[float] | np.ndarray = ()
    strength_back: Sequence[float] | np.ndarray = ()


@dataclass
class Grants:
    """Money that is already running: payee row, payer (row or -2 - c), GBP a month, months left."""

    payee: Sequence[int] | np.ndarray = ()
    payer: Sequence[int] | np.ndarray = ()
    monthly: Sequence[float] | np.ndarray = ()
    months_left: Sequence[int] | np.ndarray = ()


def build_place(
    name: str,
    rows: Rows,
    ties: Ties | None = None,
    grants: Grants | None = None,
    *,
    public_bodies: bool = True,
    notes: Sequence[str] = (),
) -> Place:
    """Return the place of some rows: uids, sectors and bands filled in, public bodies, sorted.

    Parameters
    ----------
    name : str
        Name of the place.
    rows, ties, grants : Rows, Ties, Grants
        Organisations and what runs between them, in any order.
    public_bodies : bool
        Give each locality without a council or health body one.
    notes : sequence of str
        What was defaulted so far; the notes of this step follow.

    Raises
    ------
    PlaceError
        When there is no organisation, or two have one uid.
    """
    told = list(notes)
    count = len(rows.names)
    if count == 0:
        raise PlaceError(f"place {name!r} has 0 organisations; it needs at least 1")
    names, here = list(rows.names), list(rows.localities)
    income = np.asarray(rows.income, np.float64)
    body = np.fromiter(rows.uids if rows.uids is not None else map(uid_of, names), np.uint64, count)
    inert = np.zeros(count, bool) if rows.inert is None else np.asarray(rows.inert, bool)
    sector = _sectors(rows, body, income, told)
    if public_bodies:
        added = _public_bodies(here, sector, inert, told)
        names += [n for n, _, _ in added]
        here += [h for _, h, _ in added]
        body = np.append(body, np.array([uid_of(n) for n, _, _ in added], np.uint64))
        income = np.append(income, [PARTNERSHIP_ARM[s] for _, _, s in added])
        sector = np.append(sector, np.array([s for _, _, s in added], np.int8))
        inert = np.append(inert, np.zeros(len(added), bool))
    localities, locality = np.unique(np.array(here), return_inverse=True)
    uid = _branch_uids(body, here)
    order = np.lexsort((uid, locality))
    if len(np.unique(uid)) < len(uid):
        values, counts = np.unique(uid, return_counts=True)
        same = [names[row] for row in np.flatnonzero(uid == values[counts > 1][0])[:2]]
        raise PlaceError(
            f"place {name!r}: {same[0]!r} and {same[1]!r} have one uid and one locality; "
            "a uid must be one organisation's own"
        )
    place_of = np.empty(len(order), np.int64)
    place_of[order] = np.arange(len(order))
    body, income = body[order], income[order]
    # Summed in uid order, so that the order of the file cannot change the last bit.
    _, whole = np.unique(body, return_inverse=True)
    total = np.bincount(whole, income)[whole]

    def given(values: np.ndarray | None, *shape: int) -> np.ndarray:
        column = np.full((len(order), *shape), np.nan)
        if values is not None:
            column[place_of[:count]] = values
        return column

    return Place(
        name=name,
        localities=tuple(str(text) for text in localities),
        names=tuple(names[row] for row in order.tolist()),
        uid=uid[order],
        body=body,
        locality=locality[order].astype(np.int32),
        sector=sector[order],
        band=np.searchsorted(BAND_LIMITS, total, side="right").astype(np.int8),
        income=income,
        inert=inert[order],
        expertise=given(rows.expertise, NEEDS),
        mission=given(rows.mission, NEEDS),
        openness=given(rows.openness),
        mutuality=given(rows.mutuality),
        dominance=given(rows.dominance),
        reserves_months=given(rows.reserves_months),
        **_placed_ties(ties or Ties(), place_of),
        **_placed_grants(grants or Grants(), place_of),
        notes=tuple(told),
    )


def _sectors(rows: Rows, body: np.ndarray, income: np.ndarray, told: list[str]) -> np.ndarray:
    count = len(rows.names)
    sector = np.full(count, -1) if rows.sector is None else np.array(rows.sector)
    missing = sector < 0
    if missing.any():
        _, whole = np.unique(body, return_inverse=True)
        # Whole pounds add up exactly in any order; the file's order must not decide a sector.
        total = np.bincount(whole, np.round(income))[whole]
        sector[missing] = np.where(total[missing] < COMMUNITY_BELOW, COMMUNITY, CHARITY)
        told.append(
            f"sector: missing in {missing.sum()} of {count} rows; set from income: below "
            f"GBP {COMMUNITY_BELOW:,.0f} community, else charity."
        )
    return sector.astype(np.int8)


def _public_bodies(
    here: list[str], sector: np.ndarray, inert: np.ndarray, told: list[str]
) -> list[tuple[str, str, int]]:
    """Name, locality and sector of the public bodies that localities lack; inert rows count not."""
    present = {(h, s) for h, s, i in zip(here, sector.tolist(), inert, strict=True) if not i}
    living = sorted({h for h, _ in present})
    added = []
    for number in (COUNCIL, HEALTH):
        lacking = [h for h in living if (h, number) not in present]
        added += [(f"{SECTORS[number]} body of {h} (assumed)", h, number) for h in lacking]
        if lacking:
            told.append(
                f"{SECTORS[number]} body: the list has none in {len(lacking)} of {len(living)} "
                f"localities; each of them gets one, a partnership arm of "
                f"{pounds(PARTNERSHIP_ARM[number])} a year (an assumption)."
            )
    return added


def _branch_uids(body: np.ndarray, here: Sequence[str]) -> np.ndarray:
    _, whole, counts = np.unique(body, return_inverse=True, return_counts=True)
    uid = body.copy()
    for row in np.flatnonzero(counts[whole] > 1).tolist():
        uid[row] = branch_uid(int(body[row]), here[row])
    return uid


def _placed_ties(ties: Ties, place_of: np.ndarray) -> dict[str, np.ndarray]:
    one = place_of[np.asarray(ties.source, np.int64)]
    other = place_of[np.asarray(ties.target, np.int64)]
    there = np.asarray(ties.strength, np.float64)
    back = np.asarray(ties.strength_back, np.float64)
    a, b = np.minimum(one, other), np.maximum(one, other)
    order = np.lexsort((b, a))
    return {
        "tie_a": a[order].astype(np.int32),
        "tie_b": b[order].astype(np.int32),
        "tie_strength_ab": np.where(one < other, there, back)[order],
        "tie_strength_ba": np.where(one < other, back, there)[order],
    }


def _placed_grants(grants: Grants, place_of: np.ndarray) -> dict[str, np.ndarray]:
    payee = place_of[np.asarray(grants.payee, np.int64)]
    payer = np.asarray(grants.payer, np.int64)
    payer = np.where(payer >= 0, place_of[np.maximum(payer, 0)], payer)
    monthly = np.asarray(grants.monthly, np.float64)
    left = np.asarray(grants.months_left, np.int32)
    order = np.lexsort((monthly, left, payer, payee))
    return {
        "grant_payee": payee[order].astype(np.int32),
        "grant_payer": payer[order].astype(np.int32),
        "grant_monthly": monthly[order],
        "grant_months_left": left[order],
    }
