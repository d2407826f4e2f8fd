"""What becomes of a body in the red: hosted and perhaps set free, absorbed, or closed."""

from alliances.model.kernel.compiled import rule
from alliances.model.kernel.draws import ACCOUNT, NOBODY, uniform, uniforms
from alliances.model.kernel.state import (
    ACTIVE,
    CLOSED,
    COUNCIL,
    ESTATES,
    HEALTH,
    HOSTED,
    HOSTING,
    MERGED,
    NEEDS,
    NONE,
    PATRONS,
    PURSE,
    SEATS,
    WRITE_OFFS,
    cause,
)
from alliances.model.processes.ledger import PAYMENT, agree, pay, receive
from alliances.model.processes.relations import (
    drop_tie,
    find_tie,
    learn,
    params_of,
    trust_of,
    works,
)
from alliances.model.processes.seats import leave

WRITE_OFF = cause("write-off")
ESTATE = cause("estate")
MERGER = cause("merger")
KEPT_IN_MERGER = 0.8  # share of own income that survives a merger
HOST_DAYS = 0.05  # share of the hosted body's attention that hosting takes from the host
STAND_ALONE = 1.5  # months of cost at which a hosted body can stand


@rule
def host(state, p, i):
    """A host carries the deficit, and lets go when the body can stand, as far as it is the norm."""
    params = params_of(state)
    now = state.now[0]
    me = state.organisations[i]
    h = me.host
    if not works(state.organisations[h]) or h == i:
        me.host = NONE
        me.status = ACTIVE
        return
    state.organisations[h].report_due += HOST_DAYS * me.attention  # paid in next month's days
    short = -me.reserves
    if short > 0.0 and state.organisations[h].reserves > 0.0:
        help_given = min(short, 0.2 * state.organisations[h].reserves)
        pay(state, h, i, help_given, PAYMENT)
        agree(
            state,
            p,
            h,
            NONE,
            i,
            NONE,
            help_given,
            now.month - 1,
            now.month,
            0.0,
            0.0,
            NONE,
            HOSTING,
        )
        me.months_below_zero = 0
    if me.reserves > STAND_ALONE * me.costs / 12.0:
        u = uniform(now.seed, now.month, ACCOUNT, 1, me.uid, NOBODY)
        if u < 0.25 * params.release_norm:
            me.status = ACTIVE
            me.host = NONE
            state.tally[0].released += 1
            t = find_tie(state, i, h)
            if t != NONE:
                learn(state, t, i, 1.0, MERGER)


@rule
def settle_fate(state, p, i):
    """Below zero for too long: be hosted, be absorbed, or close."""
    params = params_of(state)
    now = state.now[0]
    me = state.organisations[i]
    if me.months_below_zero < int(params.grace_months):
        return
    if me.sector == COUNCIL or me.sector == HEALTH:  # the state stands behind them
        receive(state, PURSE, i, -me.reserves, PAYMENT)
        me.months_below_zero = 0
        return
    larger = _rescuer(state, i)
    u, v = uniforms(now.seed, now.month, ACCOUNT, 2, me.uid, NOBODY)
    if larger != NONE and me.status == ACTIVE and u < params.hosting:
        me.status = HOSTED
        me.host = larger
        me.months_below_zero = 0
        state.tally[0].hosted += 1
    elif larger != NONE and v < params.absorption:
        state.tally[0].mergers += 1
        _absorb(state, p, i, larger)
    else:
        state.tally[0].closures[me.band] += 1
        end_organisation(state, p, i, CLOSED)


@rule
def _rescuer(state, i):
    """The most trusted familiar tie that is large enough and solvent, or NONE."""
    params = params_of(state)
    me = state.organisations[i]
    best, most = NONE, 0.5
    for s in range(me.tie_start, me.tie_start + me.tie_count):
        j = state.slots[s].partner
        t = state.slots[s].tie
        you = state.organisations[j]
        if you.status != ACTIVE or you.income < params.hosting_spread * me.income:
            continue
        trust = trust_of(state, t, i)
        if you.reserves > 0.0 and state.ties[t].familiarity >= 0.1 and trust > most:
            best, most = j, trust
    return best


@rule
def _absorb(state, p, i, j):
    """Merge i into j: its voice ends, its money goes along, its key person may leave."""
    params = params_of(state)
    now = state.now[0]
    me, larger = state.organisations[i], state.organisations[j]
    u = uniform(now.seed, now.month, ACCOUNT, 3, me.uid, larger.uid)
    pay(state, i, j, me.reserves, MERGER)
    larger.own_income += KEPT_IN_MERGER * me.own_income
    larger.own_income_start += KEPT_IN_MERGER * me.own_income
    if u >= params.merger_exit:  # whoever stays brings what the body knew
        for k in range(NEEDS):
            larger.expertise[k] = max(larger.expertise[k], 0.5 * me.expertise[k])
    end_organisation(state, p, i, MERGED)


@rule
def end_organisation(state, p, i, status):
    """Take i out of the place: seats, ties, agreements, hosted bodies; its row may be reused."""
    place = state.places[p]
    me = state.organisations[i]
    for s in range(SEATS):
        if me.seat[s] != NONE:
            leave(state, me.seat[s])
    while me.tie_count > 0:
        drop_tie(state, p, state.slots[me.tie_start].tie, False)
    if me.reserves > 0.0:
        receive(state, ESTATES, i, -me.reserves, ESTATE)
    elif me.reserves < 0.0:
        receive(state, WRITE_OFFS, i, -me.reserves, WRITE_OFF)
    me.reserves = 0.0
    if me.first_branch != i or me.next_branch != NONE:
        _unlink_branch(state, i)
    me.status = status
    me.host = place.row_free
    place.row_free = i
    place.gone += 1


@rule
def _unlink_branch(state, i):
    # The row may be used again by somebody else, who is no branch of this body.
    rows = state.organisations
    first = rows[i].first_branch
    if first == i:
        heir = rows[i].next_branch
        j = heir
        while j != NONE:
            rows[j].first_branch = heir
            j = rows[j].next_branch
    else:
        j = first
        while rows[j].next_branch != i:
            j = rows[j].next_branch
        rows[j].next_branch = rows[i].next_branch
    rows[i].first_branch = i
    rows[i].next_branch = NONE


@rule
def forget_the_gone(state, p):
    """End the agreements, hosting and dependence that name a body that is no more: one pass."""
    place = state.places[p]
    now = state.now[0]
    rows = state.organisations
    for g in range(place.agreement_start, place.agreement_start + place.agreement_count):
        agreement = state.agreements[g]
        if agreement.payee >= 0 and not works(rows[agreement.payee]):
            agreement.end = now.month
        if agreement.via >= 0 and not works(rows[agreement.via]):
            agreement.via = NONE
        if agreement.payer >= 0 and not works(rows[agreement.payer]):
            agreement.payer = NONE
    for j in range(place.start, place.stop):
        you = rows[j]
        if not works(you):
            continue
        if you.status == HOSTED and not works(rows[you.host]):
            you.host = NONE
            you.status = ACTIVE
        for s in range(PATRONS):
            if you.patron[s] >= 0 and not works(rows[you.patron[s]]):
                you.patron[s] = NONE
                you.patron_money[s] = 0.0
    for c in range(place.connector_start, place.connector_stop):
        connector = state.connectors[c]
        if connector.host_row != NONE and not works(rows[connector.host_row]):
            connector.host_row = NONE
