"""Process 2: commissioners award what is free in their purses.

Tenders, awards to alliances, grants and small devolved pots run side by side, by the share that
each lever gives them (Sheaff et al. 2024: commodified and collaborative modes in parallel).
"""

from alliances.model.kernel.compiled import rule
from alliances.model.kernel.draws import COMMISSION, uniform, uniforms
from alliances.model.kernel.process import process
from alliances.model.kernel.state import (
    ALLIANCE_AWARD,
    DEVOLVED,
    GRANT,
    MEMBERS,
    NEEDS,
    NONE,
)
from alliances.model.processes.awards import MOST_ABSORBED, SMALL, declines, holds_purse, terms
from alliances.model.processes.ledger import agree
from alliances.model.processes.relations import (
    clip,
    find_tie,
    make_tie,
    params_of,
    payer_of,
    spend,
    stranger_trust,
    works,
)
from alliances.model.processes.seats import seats_end
from alliances.model.processes.tender import hold_tender

LEAST_ROUND = 1.0  # GBP a month; less is what is left of a purse that is promised
POT = 8_000.0  # GBP a year, the largest devolved pot
GRANT_EVERY = 6  # one grant a round for each six organisations the place was built with
RENEWAL_KEYS, CRITERIA_KEYS = 2_100_000, 2_200_000  # attempts, with room for the first month
AWARD_BAR = 0.3  # least 1/2 record + 1/2 coverage for an award to an alliance


@process(before="meet", mechanisms={"rivalry": ("rivalry",)})
def commission(state, p):
    """Hold the rounds that are due in place p, renew on record, and shift categories."""
    params = params_of(state)
    now = state.now[0]
    place = state.places[p]
    if params.renewal_notice > 0.0:
        _renew(state, p)
    if now.pulse and params.criteria_shift > 0.0:
        _shift_criteria(state, p)
    purses = int(params.commissioners)
    total = 0.0
    for c in range(place.commissioner_start, place.commissioner_start + purses):
        total += state.commissioners[c].share
    for c in range(place.commissioner_start, place.commissioner_start + purses):
        commissioner = state.commissioners[c]
        if (now.month + commissioner.offset) % int(params.round_months) == 0:
            _hold_round(state, p, c, commissioner.share / total)


@rule
def purse_of(state, p):
    """GBP a year that the place's purses can award: less cuts, bundling's saving and prices."""
    params = params_of(state)
    place = state.places[p]
    purse = place.purse * params.purse_scale * (1.0 + params.purse_change)
    purse *= 1.0 - params.funding_cut
    saved = purse * params.bundling_saving * params.bundling
    cost = 0.0
    if params.new_money == 0.0 and state.now[0].month >= 0:
        cost = levers_cost(state, p)
    # Where commissioners pay the full cost, each pound awarded costs the purse more than a pound.
    return max(0.0, purse - saved - cost) / (1.0 + params.cost_gap * params.full_cost)


@rule
def levers_cost(state, p):
    """GBP a year that levers cost above today's practice; connectors while they are there."""
    params = params_of(state)
    place = state.places[p]
    working = 0
    for c in range(place.connector_start, place.connector_stop):
        working += state.connectors[c].active
    return params.policy_cost + params.connector_cost * working


@rule
def _hold_round(state, p, c, share):
    params = params_of(state)
    place = state.places[p]
    payer = payer_of(state, c)
    monthly = purse_of(state, p) * share / 12.0
    # What is saved until the next round.
    saved = place.purse * params.purse_scale * share * params.bundling_saving * params.bundling
    state.tally[0].saving += saved * params.round_months / 12.0
    # A round gives out what is not yet promised, on the average of the months to the next round.
    promised = 0.0
    now = state.now[0]
    start = place.agreement_start
    for g in range(start, start + place.agreement_count):
        agreement = state.agreements[g]
        if agreement.payer == payer and agreement.end > now.month:
            running = min(agreement.end - now.month, int(params.round_months))
            promised += agreement.amount * running / params.round_months
    new = monthly - promised
    if new < LEAST_ROUND:
        return
    competition = clip(params.competition - state.commissioners[c].regime_shift, 0.0, 1.0)
    devolved = params.devolved_pots * new
    single = params.single_lead * (new - devolved)
    rest = new - devolved - single
    tendered = competition * rest
    untendered = rest - tendered
    if devolved > 0.0:
        _give_pots(state, p, c, payer, devolved)
    if single >= LEAST_ROUND:
        hold_tender(state, p, c, single, 1, True)
    if tendered >= LEAST_ROUND:
        lots = max(1, int(round(place.lots * (1.0 - 0.8 * params.bundling))))
        hold_tender(state, p, c, tendered, lots, False)
    for_alliances = _award_alliance(state, p, c, payer, (1.0 - params.grant_share) * untendered)
    _give_grants(state, p, c, payer, untendered - for_alliances)


@rule
def main_need(state, i):
    """The need in which i is most expert."""
    best = 0
    me = state.organisations[i]
    for k in range(1, NEEDS):
        if me.expertise[k] > me.expertise[best]:
            best = k
    return best


@rule
def _give_grants(state, p, c, payer, money):
    """Grants: those who apply are drawn by fit and record.

    Larger bodies are better at applying by the same muscle as in tenders.
    """
    if money < LEAST_ROUND:
        return
    params = params_of(state)
    now = state.now[0]
    place = state.places[p]
    work = state.work
    wanted = max(1.0, place.built / GRANT_EVERY)
    total = 0.0
    for slot in range(place.active):
        me = state.organisations[work[slot].order]
        funded = 1.0 if me.commissioned > 0.0 else 0.0
        weight = me.expertise[main_need(state, work[slot].order)] * (0.2 + me.record)
        weight *= 1.0 - params.additionality * (0.9 * funded + 0.1 * me.record)
        weight *= (max(me.income, 1_000.0) / 1e5) ** params.muscle
        if holds_purse(state, work[slot].order):
            weight = 0.0
        work[slot].value = weight
        total += weight
    if total <= 0.0:
        return
    days = 0.5 * params.bid_days * (1.0 - 0.5 * params.pooled_forms)
    start, end, core, bound = terms(params, now.month)
    shared = 0.0
    for slot in range(place.active):
        i = work[slot].order
        me = state.organisations[i]
        chance = min(1.0, wanted * work[slot].value / total)
        u, v = uniforms(now.seed, now.month, COMMISSION, 10, me.uid, state.commissioners[c].uid)
        applies = u < min(1.0, 3.0 * chance)
        if me.order_bid != NONE:
            applies = me.order_bid == 1 and chance > 0.0
        work[slot].value_2 = 0.0
        if not applies or me.free < days:
            continue
        spend(state, i, days)
        me.bid_days += days
        if u < chance and not declines(state, i, v):
            work[slot].value_2 = max(me.income, 1_000.0)
            shared += work[slot].value_2
    for slot in range(place.active):
        if work[slot].value_2 > 0.0:
            i = work[slot].order
            # In proportion to income, and never more than a share of it: what cannot be placed
            # stays in the purse for the next round.
            amount = money * work[slot].value_2 / shared
            amount = min(amount, MOST_ABSORBED * work[slot].value_2 / 12.0)
            need = main_need(state, i)
            agree(state, p, payer, NONE, i, NONE, amount, start, end, core, bound, need, GRANT)


@rule
def _give_pots(state, p, c, payer, money):
    """Devolved pots: at most GBP 8,000 a year each, by lot among small bodies, nothing to fill in.

    Councillor and recipient get to know each other: a tie with the paying body.
    """
    params = params_of(state)
    now = state.now[0]
    place = state.places[p]
    small = 0
    for slot in range(place.active):
        small += state.organisations[state.work[slot].order].income < SMALL
    pots = money * 12.0 / POT
    if small == 0:
        return
    chance = min(1.0, pots / small)
    amount = min(POT / 12.0, money / small / chance)
    for slot in range(place.active):
        i = state.work[slot].order
        me = state.organisations[i]
        if me.income >= SMALL:
            continue
        u = uniform(now.seed, now.month, COMMISSION, 20, me.uid, state.commissioners[c].uid)
        if u < chance:
            need = main_need(state, i)
            agree(
                state,
                p,
                payer,
                NONE,
                i,
                NONE,
                amount,
                now.month,
                now.month + 12,
                1.0,
                0.0,
                need,
                DEVOLVED,
            )
            if payer >= 0 and payer != i and find_tie(state, i, payer) == NONE:
                payer_sector = state.organisations[payer].sector
                make_tie(
                    state,
                    p,
                    i,
                    payer,
                    stranger_trust(state, i, payer_sector),
                    stranger_trust(state, payer, me.sector),
                )
                t = find_tie(state, i, payer)
                if t != NONE:
                    state.ties[t].familiarity = params.familiarity_gain


@rule
def coverage_of(state, p, a, extra):
    """Coverage of alliance a with `extra` (NONE: nobody): sum_k N_k max_i e_ik / sum N."""
    place = state.places[p]
    covered, total = 0.0, 0.0
    for k in range(NEEDS):
        best = state.organisations[extra].expertise[k] if extra != NONE else 0.0
        if a != NONE:
            for m in range(a * MEMBERS, seats_end(state, a)):
                i = state.members[m].organisation
                if i != NONE:
                    best = max(best, state.organisations[i].expertise[k])
        covered += place.needs[k] * best
        total += place.needs[k]
    return covered / total


@rule
def _award_alliance(state, p, c, payer, money):
    """One contract to the alliance with the most record and coverage; return its GBP a month.

    None if no alliance is fit, and never more than its members can use.
    """
    if money < LEAST_ROUND:
        return 0.0
    params = params_of(state)
    now = state.now[0]
    place = state.places[p]
    best, most, most_u = NONE, AWARD_BAR, 2.0
    for a in range(place.alliance_start, place.alliance_stop):
        alliance = state.alliances[a]
        if not alliance.alive or alliance.members < 2:
            continue
        score = 0.5 * alliance.success + 0.5 * coverage_of(state, p, a, NONE)
        u = uniform(now.seed, now.month, COMMISSION, 30, alliance.uid, state.commissioners[c].uid)
        if score > most or (score == most and u < most_u):
            best, most, most_u = a, score, u
    if best == NONE:
        return 0.0
    income = 0.0
    for m in range(best * MEMBERS, seats_end(state, best)):
        if state.members[m].organisation != NONE:
            income += state.organisations[state.members[m].organisation].income
    amount = min(money, MOST_ABSORBED * income / 12.0)
    start, end, core, bound = terms(params, now.month)
    placed = agree(
        state, p, payer, NONE, NONE, best, amount, start, end, core, bound, NONE, ALLIANCE_AWARD
    )
    return amount if placed else 0.0


@rule
def _renew(state, p):
    # Renewal on record, at notice before the end; with additionality it must be something new.
    params = params_of(state)
    now = state.now[0]
    place = state.places[p]
    start = place.agreement_start
    for g in range(start, start + place.agreement_count):
        agreement = state.agreements[g]
        if agreement.payee < 0 or agreement.end - now.month != int(params.renewal_notice):
            continue
        if agreement.payer == NONE or agreement.kind == DEVOLVED:
            continue  # underspend that was moved is nobody's to renew; small pots last a year
        me = state.organisations[agreement.payee]
        if not works(me):
            continue
        # Agreements of one body differ by their first month.
        u = uniform(
            now.seed, now.month, COMMISSION, RENEWAL_KEYS + agreement.start, me.uid, place.uid
        )
        if u < me.record * (1.0 - params.additionality):
            agreement.end += int(params.term_months)


@rule
def _shift_criteria(state, p):
    # The funder's categories change: what falls outside them ends now, whatever its record.
    params = params_of(state)
    now = state.now[0]
    place = state.places[p]
    start = place.agreement_start
    for g in range(start, start + place.agreement_count):
        agreement = state.agreements[g]
        if agreement.payee < 0 or agreement.payer == NONE:
            continue
        me = state.organisations[agreement.payee]
        u = uniform(
            now.seed, now.month, COMMISSION, CRITERIA_KEYS + agreement.start, me.uid, place.uid
        )
        if u < params.criteria_shift:
            agreement.end = min(agreement.end, now.month)
