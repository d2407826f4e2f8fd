"""Process 9: agreements are paid, income and costs move, and the month's books are closed."""

import math

from alliances.model.kernel.compiled import rule
from alliances.model.kernel.draws import ACCOUNT, NOBODY, uniforms
from alliances.model.kernel.process import process
from alliances.model.kernel.state import (
    DONORS,
    GRANT,
    HOSTED,
    IN_KIND,
    MEMBERS,
    NEEDS,
    NONE,
    PATRONS,
    PAYROLL,
    PURSE,
    SEATS,
    cause,
)
from alliances.model.processes.awards import SMALL
from alliances.model.processes.commission import levers_cost, main_need
from alliances.model.processes.fate import forget_the_gone, host, settle_fate
from alliances.model.processes.founding import found
from alliances.model.processes.ledger import PAYMENT, agree, move, pay, receive
from alliances.model.processes.relations import (
    clip,
    params_of,
    works,
)
from alliances.model.processes.seats import seats_end
from alliances.model.processes.tender import DAY

OWN_INCOME = cause("own income")
COSTS = cause("costs")
POLICY = cause("policy")
SHARED = cause("shared reserves")
YEAR_MEMORY = 11.0 / 12.0  # a moving mean of twelve months
SQRT6 = math.sqrt(6.0)
SPENDING = 0.05  # share of reserves above target that is spent in a month
SAVING = 0.15  # share of income put by while reserves are empty
CAPITAL_KEPT = 0.99
CORE_SAVED = 0.1  # share of core funding that may be put by


@process(
    mechanisms={
        "credit drives income": ("visibility",),
        "founding": ("founding_rate",),
        "rescue": ("hosting", "absorption"),
    },
)
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
    _pay_policy(state, p)
    _pay_agreements(state, p)
    _settle_loans(state, p)
    _reallocate(state, p)
    for slot in range(place.active):
        _close_books(state, p, state.work[slot].order)
    for slot in range(place.active):
        i = state.work[slot].order
        if works(state.organisations[i]):
            settle_fate(state, p, i)
    if place.gone > 0:
        forget_the_gone(state, p)
        place.gone = 0
    found(state, p)


@rule
def _pay_policy(state, p):
    """Pay for what levers cost above today's practice: salaries and services outside the place."""
    if state.now[0].month >= 0:
        monthly = levers_cost(state, p) / 12.0
        if monthly != 0.0:
            move(state, PURSE, PAYROLL, monthly, POLICY)
            state.tally[0].policy += monthly


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
    if amount <= 0.0:
        return  # a member without a share
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
    uncovered = params.cost_gap * (1.0 - params.full_cost) * amount
    covered = params.cost_gap * params.full_cost * amount
    if covered != 0.0:
        move(state, PURSE, PAYROLL, covered, COSTS)
    matched = params.match_funding * amount
    capital = params.capital_share * amount
    receive(state, PAYROLL, i, -(uncovered + matched + capital), COSTS)
    me.capital += capital
    # Known beforehand, so that other costs make room for it; what is uncovered is not.
    me.earmarked += matched + capital
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
            central = (amount - held) * params.overhead
            if central != 0.0:
                move(state, PURSE, PAYROLL, central, POLICY)
            amount -= held + central
            if a == NONE:
                _pay_one(state, p, g, i, amount)
            else:
                alliance = state.alliances[a]
                alliance.pot += amount
                place.alliance_money += amount / 12.0
                total = 0.0
                for m in range(a * MEMBERS, seats_end(state, a)):
                    if state.members[m].organisation != NONE:
                        total += state.members[m].money
                for m in range(a * MEMBERS, seats_end(state, a)):
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
        host(state, p, i)


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
