"""From a place to the tables of a run: where every row lies, and how many there may be."""

import numpy as np

from alliances.model.kernel.draws import words
from alliances.model.kernel.state import (
    ACTIVE,
    COUNCIL,
    EMPTY,
    HEALTH,
    INERT,
    MEMBERS,
    NONE,
    State,
    Table,
    table,
)
from alliances.model.places.place import Place
from alliances.model.records import (
    AGREEMENT,
    ALLIANCE,
    COMMISSIONER,
    CONNECTOR,
    EVENT,
    MEMBER,
    NOW,
    OPENING_GRANT,
    OPENING_TIE,
    ORGANISATION,
    PAIR,
    PLACE,
    SLOT,
    TALLY,
    TIE,
    WORK,
)

SPARE = 1.12  # rows for each organisation built: room for foundings before closures
SPARE_ROWS = 4
ALLIANCES_EACH = 0.25  # alliances for each organisation built
AGREEMENTS_EACH = 3
COMMISSIONERS = 3
CONNECTORS = 12
LOTS_EVERY = 6  # one lot a round for each six organisations built
PAIRS_EACH = 8
PURSE_SHARES = (0.55, 0.3, 0.15)  # council, health body, independent funder: assumptions


def lay_out(place: Place, params: np.ndarray, tie_capacity: float, events: int = 0) -> State:
    """Return the tables of a run in `place`, before any seed.

    Parameters
    ----------
    place : Place
        Rows sorted by (locality, uid).
    params : ndarray of RECORD
        One parameter record for each phase of the timeline.
    tie_capacity : float
        Ties of an organisation with 40 staff-days a month; the largest of all phases.
    events : int
        Room of the event log; 0 for none.
    """
    localities = len(place.localities)
    counts = np.bincount(place.locality[~place.inert], minlength=localities)
    inert = np.bincount(place.locality[place.inert], minlength=localities)
    rows = np.ceil(counts * SPARE).astype(int) + SPARE_ROWS + inert
    starts = np.concatenate([[0], np.cumsum(rows)])
    organisations = table(int(starts[-1]), ORGANISATION)
    organisations.status = EMPTY
    organisations.host = NONE
    organisations.next_branch = NONE
    organisations.first_branch = np.arange(len(organisations))
    organisations.seat = NONE
    organisations.patron = NONE
    organisations.born = -100_000
    places = table(localities, PLACE)
    order = np.argsort(place.locality, kind="stable")
    first_row = np.searchsorted(place.locality[order], np.arange(localities))
    row_of = np.empty(place.size, int)
    row_of[order] = starts[place.locality[order]] + (
        np.arange(place.size) - first_row[place.locality[order]]
    )
    organisations.place[:] = np.repeat(np.arange(localities), rows)
    _copy_roster(place, organisations, row_of)
    _lay_out_ties(organisations, place, row_of, starts, rows, tie_capacity)
    tie_rooms = np.add.reduceat(organisations.tie_room, starts[:-1]) // 2
    tie_starts = np.concatenate([[0], np.cumsum(tie_rooms)])
    ties = table(int(tie_starts[-1]), TIE)
    ties.a = NONE
    ties.b = np.arange(1, len(ties) + 1)
    slots = table(int(organisations.tie_room.sum()), SLOT)
    alliance_rooms = np.maximum(2, np.ceil(counts * ALLIANCES_EACH).astype(int))
    alliance_starts = np.concatenate([[0], np.cumsum(alliance_rooms)])
    alliances = table(int(alliance_starts[-1]), ALLIANCE)
    members = table(len(alliances) * MEMBERS, MEMBER)
    members.organisation = NONE
    members.alliance = np.repeat(np.arange(len(alliances)), MEMBERS)
    agreement_rooms = counts * AGREEMENTS_EACH + 32
    agreement_starts = np.concatenate([[0], np.cumsum(agreement_rooms)])
    agreements = table(int(agreement_starts[-1]), AGREEMENT)
    commissioners = table(localities * COMMISSIONERS, COMMISSIONER)
    connectors = table(localities * CONNECTORS, CONNECTOR)
    for p in range(localities):
        here = places[p]
        uid = _place_uid(place, p)
        here.uid = uid
        here.start, here.stop = starts[p], starts[p + 1]
        here.built = counts[p]
        here.lots = max(1, round(counts[p] / LOTS_EVERY))
        here.tie_start, here.tie_stop = tie_starts[p], tie_starts[p + 1]
        here.tie_top = tie_starts[p]
        here.tie_free = tie_starts[p] if tie_rooms[p] else NONE
        if tie_rooms[p]:
            ties.b[tie_starts[p + 1] - 1] = NONE
        here.alliance_start, here.alliance_stop = alliance_starts[p], alliance_starts[p + 1]
        here.alliance_hint = alliance_starts[p]
        alliances.place[alliance_starts[p] : alliance_starts[p + 1]] = p
        here.agreement_start = agreement_starts[p]
        here.agreement_stop = agreement_starts[p + 1]
        here.commissioner_start = p * COMMISSIONERS
        here.commissioner_stop = (p + 1) * COMMISSIONERS
        here.connector_start = p * CONNECTORS
        here.connector_stop = (p + 1) * CONNECTORS
        here.row_free = NONE
        filled = counts[p] + inert[p]
        for row in range(starts[p + 1] - 1, starts[p] + filled - 1, -1):
            organisations[row].host = here.row_free
            here.row_free = row
        _staff_purses(commissioners, connectors, organisations, here, p, uid)
    _link_branches(organisations)
    largest = max(int(rows.max()), MEMBERS + 8)
    now = table(1, NOW)
    now.branched = np.any(organisations.next_branch != NONE)
    tally = table(2, TALLY)  # the second stays empty: it clears the first
    work = table(largest + 2, WORK)
    pairs = table(max(64, PAIRS_EACH * largest), PAIR)
    return State(
        now,
        params.view(np.recarray),
        places,
        organisations,
        ties,
        slots,
        alliances,
        members,
        agreements,
        commissioners,
        connectors,
        tally,
        work,
        pairs,
        table(events, EVENT),
        _opening_ties(place, row_of),
        _opening_grants(place, row_of),
    )


def _place_uid(place: Place, p: int) -> np.uint64:
    import hashlib

    name = f"{place.name}/{place.localities[p]}".encode()
    return np.uint64(int.from_bytes(hashlib.blake2b(name, digest_size=8).digest()) | 1)


def _opening_ties(place: Place, row_of: np.ndarray) -> Table:
    ties = table(len(place.tie_a), OPENING_TIE)
    ties.a, ties.b = row_of[place.tie_a], row_of[place.tie_b]
    ties.strength_ab, ties.strength_ba = place.tie_strength_ab, place.tie_strength_ba
    return ties


def _opening_grants(place: Place, row_of: np.ndarray) -> Table:
    grants = table(len(place.grant_payee), OPENING_GRANT)
    grants.payee = row_of[place.grant_payee]
    named = place.grant_payer >= 0
    # Commissioner c of the payee's own locality.
    purse = place.locality[place.grant_payee] * COMMISSIONERS + (-2 - place.grant_payer)
    grants.payer = np.where(named, row_of[np.where(named, place.grant_payer, 0)], -2 - purse)
    grants.monthly = place.grant_monthly
    grants.months_left = place.grant_months_left
    return grants


def _copy_roster(place: Place, organisations: np.recarray, row_of: np.ndarray) -> None:
    for column in ("uid", "body", "sector", "band", "income"):
        organisations[column][row_of] = getattr(place, column)
    organisations["expertise"][row_of] = place.expertise
    organisations["mission"][row_of] = place.mission
    organisations["mutuality_disposition"][row_of] = place.mutuality
    organisations["openness_disposition"][row_of] = place.openness
    organisations["dominance_disposition"][row_of] = place.dominance
    organisations["reserves"][row_of] = place.reserves_months
    organisations["status"][row_of] = np.where(place.inert, INERT, ACTIVE)


def _lay_out_ties(
    organisations: np.recarray,
    place: Place,
    row_of: np.ndarray,
    starts: np.ndarray,
    rows: np.ndarray,
    tie_capacity: float,
) -> None:
    # Concave in staff, 8 to 120; free rows get what a small new group needs.
    staff = organisations.income / 45_000.0 + 0.5
    reach = (20.0 * staff**0.75 / 40.0) ** 0.5
    room = np.clip(np.floor(tie_capacity * reach), 8, 120).astype(int)
    organisations.tie_room = np.where(organisations.status == INERT, 0, room)
    free = organisations.status == EMPTY
    organisations.tie_room[free] = max(8, int(tie_capacity))
    organisations.tie_start = np.concatenate([[0], np.cumsum(organisations.tie_room)[:-1]])


def _staff_purses(
    commissioners: np.recarray,
    connectors: np.recarray,
    organisations: np.recarray,
    here: np.record,
    p: int,
    uid: np.uint64,
) -> None:
    sectors = organisations.sector[here.start : here.stop]
    status = organisations.status[here.start : here.stop]
    for c in range(COMMISSIONERS):
        commissioner = commissioners[p * COMMISSIONERS + c]
        commissioner.uid = words(uid, 0, 0, c, uid, np.uint64(1))[0]
        commissioner.place = p
        commissioner.share = PURSE_SHARES[c]
        commissioner.offset = (4 * c) % 12
        commissioner.body = NONE
        if c < 2:
            kind = COUNCIL if c == 0 else HEALTH
            found = np.flatnonzero((sectors == kind) & (status == ACTIVE))
            if len(found):
                commissioner.body = here.start + found[0]
    for c in range(CONNECTORS):
        connector = connectors[p * CONNECTORS + c]
        connector.uid = words(uid, 0, 0, 100 + c, uid, np.uint64(2))[0]
        connector.place = p
        connector.host_row = NONE


def _link_branches(organisations: np.recarray) -> None:
    # Branches of one body form a chain in row order; the first keeps the body's books.
    filled = np.flatnonzero(organisations.status == ACTIVE)
    _, where, count = np.unique(organisations.body[filled], return_inverse=True, return_counts=True)
    several = count[where] > 1
    last: dict[int, int] = {}
    first: dict[int, int] = {}
    for row, body in zip(filled[several], where[several], strict=True):
        if body in last:
            organisations[last[body]].next_branch = row
        first.setdefault(body, row)
        last[body] = row
        organisations[row].first_branch = first[body]


def rows_of(place: Place, state: State) -> np.ndarray:
    """Return the row that each organisation of `place` was given."""
    order = np.argsort(state.organisations.uid, kind="stable")
    found = np.searchsorted(state.organisations.uid[order], place.uid)
    return order[found]
