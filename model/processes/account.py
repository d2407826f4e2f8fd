"""Process 9: agreements are paid, income and costs move, and bodies end, merge, or begin."""

import math

from numba import uint64

from model.compiled import part, rule
from model.draws import ACCOUNT, FOUND, NOBODY, uniform, uniforms, words
from model.processes.awards import SMALL
from model.processes.commission import main_need
from model.processes.ledger import agree, pay, receive
from model.processes.populate import draw_character
from model.processes.relations import (
    clip,
    drop_tie,
    find_tie,
    learn,
    params_of,
    trust_of,
    works,
)
from model.processes.seats import leave
from model.processes.tender import DAY
from model.state import (
    ACTIVE,
    CAUSE,
    CLOSED,
    COMMUNITY,
    COUNCIL,
    DONORS,
    ENDOWMENTS,
    ESTATES,
    GRANT,
    HEALTH,
    HOSTED,
    HOSTING,
    IN_KIND,
    MEMBERS,
    MERGED,
    NEEDS,
    NONE,
    PATRONS,
    PAYROLL,
    PURSE,
    SEATS,
    WRITE_OFFS,
)

PAYMENT = CAUSE["payment"]
POT_SHARE = CAUSE["pot share"]
OWN_INCOME = CAUSE["own income"]
COSTS = CAUSE["costs"]
WRITE_OFF = CAUSE["write-off"]
ESTATE = CAUSE["estate"]
ENDOWMENT_PAID = CAUSE["endowment"]
SHARED = CAUSE["shared reserves"]
MERGER = CAUSE["merger"]
YEAR_MEMORY = 11.0 / 12.0  # a moving mean of twelve months
SQRT6 = math.sqrt(6.0)
SPENDING = 0.05  # share of reserves above target that is spent in a month
SAVING = 0.15  # share of income put by while reserves are empty
CAPITAL_KEPT = 0.99
CORE_SAVED = 0.1  # share of core funding that may be put by
KEPT_IN_MERGER = 0.8  # share of own income that survives a merger
STAND_ALONE = 1.5  # months of cost at which a hosted body can stand


@part
def account(state, p):
    """Pay this month's agreements, close the month's books, and settle who goes on."""
    place = state.places[p]
    for i in range(place.start, place.stop):
        me = state.organisations[i]
        me.received = 0.0
        me.bound = 0.0
        me.core = 0.0
        me.earmarked = 0.0
        me.report_due = 0.0
        for s in range(PATRONS):
            me.patron_money[s] *= YEAR_MEMORY
        for k in range(NEEDS):
            me.channelled[k] *= YEAR_MEMORY
    for c in range(place.commissioner_start, place.commissioner_stop):
        for k in range(NEEDS):
            state.commissioners[c].channelled[k] *= YEAR_MEMORY
    for k in range(NEEDS):
        place.money[k] *= YEAR_MEMORY
    place.alliance_money *= YEAR_MEMORY
    for a in range(place.alliance_start, place.alliance_stop):
        state.alliances[a].pot = 0.0
    _settle_loans(state, p)
    _pay_agreements(state, p)
    _reallocate(state, p)
    for slot in range(place.active):
        _close_books(state, p, state.work[slot].order)
    for slot in range(place.active):
        i = state.work[slot].order
        if works(state.organisations[i]):
            _settle_fate(state, p, i)
    if place.gone > 0:
        _forget_the_gone(state, p)
        place.gone = 0
    _found(state, p)


@rule
def _credit_patron(state, i, patron, monthly):
    me = state.organisations[i]
    least = 0
    for s in range(PATRONS):
        if me.patron[s] == patron:
            me.patron_money[s] += monthly / 12.0
            return
        if me.patron_money[s] < me.patron_money[least]:
            least = s
    me.patron[least] = patron
    me.patron_money[least] = monthly / 12.0


@rule
def _pay_one(state, p, g, i, amount):
    """Pay `amount` GBP of agreement g to organisation i, with what hangs on it."""
    params = params_of(state)
    place = state.places[p]
    agreement = state.agreements[g]
    me = state.organisations[i]
    tally = state.tally[0]
    receive(state, PURSE, i, amount, PAYMENT)
    me.received += amount
    tally.commissioned += amount
    if me.income < SMALL:
        tally.small_commissioned += amount
    if me.income < 0.1 * SMALL:
        tally.micro_commissioned += amount
    monthly_income = max(me.income / 12.0, 1.0)
    me.bound += agreement.bound * amount / monthly_income
    me.core += agreement.core * amount / monthly_income
    me.report_due += (
        params.reporting * (1.0 - 0.5 * params.pooled_forms) * (1.0 - agreement.core) * amount / DAY
    )
    # What the award does not cover, what must be matched, and what may only buy things.
    uncovered = params.cost_gap * (1.0 - params.full_cost) + params.match_funding
    capital = params.capital_share * amount
    receive(state, PAYROLL, i, -(uncovered * amount + capital), COSTS)
    me.capital += capital
    me.earmarked += capital
    patron = agreement.via if agreement.via != NONE else agreement.payer
    if patron != NONE:
        _credit_patron(state, i, patron, amount)
    need = agreement.need if agreement.need != NONE else main_need(state, i)
    place.money[need] += amount / 12.0
    if agreement.via != NONE:
        state.organisations[agreement.via].channelled[need] += amount / 12.0
    if agreement.payer >= 0:
        state.organisations[agreement.payer].channelled[need] += amount / 12.0
    elif agreement.payer != NONE:
        state.commissioners[-2 - agreement.payer].channelled[need] += amount / 12.0


@rule
def _pay_agreements(state, p):
    """Pay what runs, hold back by results, and forget what has ended (order is kept)."""
    params = params_of(state)
    now = state.now[0]
    place = state.places[p]
    first = place.agreement_start
    kept = first
    for g in range(first, first + place.agreement_count):
        agreement = state.agreements[g]
        a = agreement.alliance
        i = agreement.payee
        gone = agreement.end <= now.month
        if a != NONE:
            gone = gone or not state.alliances[a].alive
            gone = gone or state.alliances[a].uid != agreement.alliance_uid
        else:
            gone = gone or not works(state.organisations[i])
        if gone:
            continue
        if agreement.start <= now.month:
            amount = agreement.amount
            success = state.alliances[a].success if a != NONE else state.organisations[i].record
            held = params.payment_by_results * (1.0 - success) * amount
            place.unpaid += held
            amount = (amount - held) * (1.0 - params.overhead)
            if a == NONE:
                _pay_one(state, p, g, i, amount)
            else:
                alliance = state.alliances[a]
                alliance.pot += amount
                place.alliance_money += amount / 12.0
                total = 0.0
                for m in range(a * MEMBERS, (a + 1) * MEMBERS):
                    if state.members[m].organisation != NONE:
                        total += state.members[m].money
                for m in range(a * MEMBERS, (a + 1) * MEMBERS):
                    j = state.members[m].organisation
                    if j != NONE:
                        share = state.members[m].money / total
                        _pay_one(state, p, g, j, amount * share)
        if kept != g:
            state.agreements[kept] = agreement
        kept += 1
    place.agreement_count = kept - first


@rule
def _settle_loans(state, p):
    # Lent days are paid for at a low price: one row of the table each, for this month.
    params = params_of(state)
    now = state.now[0]
    place = state.places[p]
    for slot in range(place.active):
        i = state.work[slot].order
        me = state.organisations[i]
        if me.borrowed > 0.0 and me.lender != NONE:
            fee = params.in_kind_price * DAY * me.borrowed
            fee = min(fee, max(0.0, me.reserves))
            if fee > 0.0:
                pay(state, i, me.lender, fee, PAYMENT)
                agree(
                    state,
                    p,
                    i,
                    NONE,
                    me.lender,
                    NONE,
                    fee,
                    now.month - 1,
                    now.month,
                    0.0,
                    0.0,
                    NONE,
                    IN_KIND,
                )


@rule
def _reallocate(state, p):
    """At mid-term, underspend moves to members of alliances who deliver."""
    params = params_of(state)
    now = state.now[0]
    place = state.places[p]
    if now.month % 12 != 6:
        return
    moved = params.reallocation * place.unpaid
    place.unpaid = 0.0
    if moved <= 0.0:
        return
    worthy = 0
    for slot in range(place.active):
        worthy += _delivers(state, state.work[slot].order)
    for slot in range(place.active):
        i = state.work[slot].order
        if _delivers(state, i):
            agree(
                state,
                p,
                NONE,
                NONE,
                i,
                NONE,
                moved / worthy,
                now.month + 1,
                now.month + 2,
                0.0,
                0.0,
                NONE,
                GRANT,
            )


@rule
def _delivers(state, i):
    me = state.organisations[i]
    seated = False
    for s in range(SEATS):
        seated = seated or me.seat[s] != NONE
    return seated and works(me) and me.record >= 0.5


@rule
def _close_books(state, p, i):
    """Own income with noise and reversion, driven by credit; costs follow income with a lag."""
    params = params_of(state)
    now = state.now[0]
    place = state.places[p]
    me = state.organisations[i]
    u, v = uniforms(now.seed, now.month, ACCOUNT, 0, me.uid, NOBODY)
    credit, weight = 0.0, 0.0
    for s in range(SEATS):
        m = me.seat[s]
        if m != NONE:
            a = state.members[m].alliance
            share = state.members[m].credit * state.alliances[a].members
            credit += clip(share - 1.0, -1.0, 1.0)
            weight += 1.0
    # Credit beyond an even share makes visible; serving without credit costs.
    visible = credit / weight if weight > 0.0 else 0.0
    start = max(me.own_income_start, 1.0)
    own = max(me.own_income, 1.0)
    step = params.own_reversion * math.log(start / own)
    step += params.visibility * visible
    step += params.income_noise * SQRT6 * (u + v - 1.0)
    me.own_income = own * math.exp(clip(step, -0.5, 0.5)) if me.own_income_start > 0.0 else 0.0
    receive(state, DONORS, i, me.own_income / 12.0, OWN_INCOME)
    total = 12.0 * me.received + me.own_income
    me.income += (total - me.income) / 12.0
    me.commissioned += (12.0 * me.received - me.commissioned) / 12.0
    me.capital *= CAPITAL_KEPT
    me.bid_cost_year += (12.0 * me.bid_days * DAY - me.bid_cost_year) / 12.0
    target = params.reserve_target * me.costs / 12.0
    goal = total - 12.0 * me.earmarked - CORE_SAVED * min(1.0, me.core) * total
    if me.reserves > target:
        goal += 12.0 * SPENDING * (me.reserves - target)
    elif target > 0.0:
        goal -= SAVING * total * (1.0 - max(0.0, me.reserves) / target)
    me.costs += params.cost_lag * (goal - me.costs)
    me.costs = max(me.costs, 0.0)
    receive(state, PAYROLL, i, -me.costs / 12.0, COSTS)
    me.months_below_zero = me.months_below_zero + 1 if me.reserves < 0.0 else 0
    if me.host != NONE and me.status == HOSTED:
        _host(state, p, i)


@rule
def _host(state, p, i):
    """A host carries the deficit, and lets go when the body can stand, as far as it is the norm."""
    params = params_of(state)
    now = state.now[0]
    me = state.organisations[i]
    h = me.host
    if not works(state.organisations[h]) or h == i:
        me.host = NONE
        me.status = ACTIVE
        return
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
def _settle_fate(state, p, i):
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
def _forget_the_gone(state, p):
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


@rule
def _found(state, p):
    """Found small groups: Poisson at a share of the built count, three months' costs endowed."""
    params = params_of(state)
    now = state.now[0]
    place = state.places[p]
    rate = params.founding_rate * place.built / 12.0
    if rate <= 0.0:
        return
    # Poisson by inversion with one draw (Knuth's product would need many); large rates in parts.
    parts = int(math.ceil(rate / 20.0))
    for part in range(parts):
        u = uniform(now.seed, now.month, FOUND, part, place.uid, NOBODY)
        chance = math.exp(-rate / parts)
        total = chance
        count = 0
        while u > total and count < 100:
            count += 1
            chance *= rate / parts / count
            total += chance
        for _ in range(count):
            _found_one(state, p)


@rule
def _found_one(state, p):
    params = params_of(state)
    now = state.now[0]
    place = state.places[p]
    i = place.row_free
    if i == NONE:
        return
    me = state.organisations[i]
    place.row_free = me.host
    place.serial += uint64(1)
    uid, size = words(now.seed, now.month, FOUND, 1_000, place.uid, place.serial)
    me.uid = uid
    me.body = uid
    me.place = p
    me.next_branch = NONE
    me.first_branch = i
    me.status = ACTIVE
    me.host = NONE
    me.born = now.month
    # Below GBP 100,000, log-uniform from 2,000: what new registrations look like.
    u = float(size >> uint64(11)) * 2.0**-53
    income = 2_000.0 * 50.0**u
    me.sector = COMMUNITY
    me.band = 0 if income < 1e4 else 1
    draw_character(state, i, income, params)
    me.reserves = 0.0
    receive(state, ENDOWMENTS, i, income / 4.0, ENDOWMENT_PAID)
    state.tally[0].founded += 1


@rule
def merge_branches(state):
    """Bodies in several places keep one purse: reserves are shared by income, in row order."""
    for i in range(len(state.organisations)):
        me = state.organisations[i]
        if me.next_branch == NONE or me.first_branch != i:
            continue
        reserves, income = 0.0, 0.0
        j = i
        while j != NONE:
            if works(state.organisations[j]):
                reserves += state.organisations[j].reserves
                income += state.organisations[j].income
            j = state.organisations[j].next_branch
        j = me.next_branch
        while j != NONE:
            you = state.organisations[j]
            if works(you) and works(me) and income > 0.0:
                due = reserves * you.income / income - you.reserves
                pay(state, i, j, due, SHARED)
            j = you.next_branch
