"""From rows in any order to a place: uids, sectors, bands, public bodies, sorting."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from alliances.model.kernel.state import (
    BAND_LIMITS,
    CHARITY,
    COMMUNITY,
    COUNCIL,
    HEALTH,
    NEEDS,
    NONE,
    SECTORS,
)
from alliances.model.places.place import (
    PARTNERSHIP_ARM,
    Place,
    PlaceError,
    branch_uid,
    pounds,
    uid_of,
)

COMMUNITY_BELOW = 1e5  # GBP a year; an organisation without a sector is a charity from here on


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


def select_rows(place: Place, keep: np.ndarray) -> Place:
    """Return a place with some of the rows, the ties between them and the money they get.

    Parameters
    ----------
    place : Place
        The whole.
    keep : ndarray of bool
        Which rows to keep. Bodies keep their bands, even if some branches go.
    """
    row_of = np.full(place.size, NONE)
    row_of[keep] = np.arange(int(keep.sum()))
    tied = keep[place.tie_a] & keep[place.tie_b]
    # Commissioners are not rows; a row that pays must be kept as well.
    from_row = place.grant_payer >= 0
    paid = keep[place.grant_payee] & (~from_row | keep[np.maximum(place.grant_payer, 0)])
    payer = place.grant_payer[paid]
    per_row = (
        *("uid", "body", "locality", "sector", "band", "income", "inert"),
        *("expertise", "mission", "openness", "mutuality", "dominance", "reserves_months"),
    )
    columns: dict[str, Any] = {name: getattr(place, name)[keep] for name in per_row}
    return replace(
        place,
        names=tuple(place.names[row] for row in np.flatnonzero(keep).tolist()),
        **columns,
        tie_a=row_of[place.tie_a[tied]].astype(np.int32),
        tie_b=row_of[place.tie_b[tied]].astype(np.int32),
        tie_strength_ab=place.tie_strength_ab[tied],
        tie_strength_ba=place.tie_strength_ba[tied],
        grant_payee=row_of[place.grant_payee[paid]].astype(np.int32),
        grant_payer=np.where(payer >= 0, row_of[np.maximum(payer, 0)], payer).astype(np.int32),
        grant_monthly=place.grant_monthly[paid],
        grant_months_left=place.grant_months_left[paid],
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
