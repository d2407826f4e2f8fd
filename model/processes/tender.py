"""Tenders: lots, the choice to bid, effort, the contest, and what winners pass on."""

import math

from numba import uint64

from alliances.model.kernel.compiled import rule
from alliances.model.kernel.draws import COMMISSION, uniform, uniforms
from alliances.model.kernel.state import NEEDS, NONE, cause
from alliances.model.processes.awards import award_contract, holds_purse
from alliances.model.processes.relations import (
    add_grievance,
    clip,
    find_tie,
    params_of,
    set_trust,
    spend,
    to_power,
    trust_of,
    works,
)
from alliances.model.processes.seats import in_one_alliance

RIVALRY = cause("rivalry")
DAY = 180.0  # GBP, the cost of a staff-day
LOOKED_AT, MOST_LOOKED_AT = 3, 10  # lots considered: by a body of 40 staff-days a month, by any
BIDS = 12  # bids that one lot attracts at most
MARGIN = 0.3  # share of a contract's value that is worth having, after delivering it
ESCALATION, DROP_OUT_AFTER, DROP_OUT_MONTHS = 1.25, 3, 36  # Geard and Noble 2010
BEST_RESPONSE = 0
LOT_KEYS, ONE_LEAD_KEYS = 1_000, 1_000_000  # first attempt numbers of their draws


@rule
def hold_tender(state, p, c, money, lots, one_lead):
    """Tender `money` (GBP a month) in lots, or as one contract through a lead."""
    # The two kinds of tender of one round draw from different keys.
    attempt = ONE_LEAD_KEYS if one_lead else LOT_KEYS
    _cut_lots(state, p, c, money, lots, attempt)
    bids = _collect_bids(state, p, c, lots, attempt)
    for lot in range(lots):
        _decide(state, p, c, lot, one_lead, attempt)
    return bids


@rule
def _cut_lots(state, p, c, money, lots, attempt):
    """Lot values are log-normal and sum to the money; needs follow the place's."""
    params = params_of(state)
    now = state.now[0]
    place = state.places[p]
    uid = state.commissioners[c].uid
    total_need, total = 0.0, 0.0
    for k in range(NEEDS):
        total_need += place.needs[k]
    for lot in range(lots):
        u, v = uniforms(now.seed, now.month, COMMISSION, attempt, uint64(lot), uid)
        w, _ = uniforms(now.seed, now.month, COMMISSION, attempt + 1, uint64(lot), uid)
        z = math.sqrt(-2.0 * math.log(1.0 - u)) * math.cos(2.0 * math.pi * v)
        row = state.work[lot]
        row.value = math.exp(params.lot_spread * z)
        total += row.value
        left = w * total_need
        row.choice = 0
        while row.choice < NEEDS - 1 and left >= place.needs[row.choice]:
            left -= place.needs[row.choice]
            row.choice += 1
        row.choice_2 = 0  # bids
        row.choice_3 = NONE  # first bid, linked by `j`
    for lot in range(lots):
        state.work[lot].value *= money / total


@rule
def contest_weight(params, days, income, fit, record, together):
    """Tullock weight of a bid: (effort x muscle) ** intensity x fit x record."""
    effort = days * (max(income, 1_000.0) / 1e5) ** params.muscle
    weight = to_power(effort, params.intensity) * fit * (0.2 + record)
    return weight * (1.0 + params.collaboration_weight * together)


@rule
def _collect_bids(state, p, c, lots, key):
    """Each looks at some lots, the more the more staff; it bids alone, together or not at all."""
    now = state.now[0]
    place = state.places[p]
    uid = state.commissioners[c].uid
    bids = 0
    for slot in range(place.active):
        i = state.work[slot].order
        me = state.organisations[i]
        if me.order_bid == 0 or holds_purse(state, i):
            continue
        if now.month < me.out_until and me.order_bid != 1:
            continue
        looks = min(int(LOOKED_AT * me.reach + 0.5), MOST_LOOKED_AT, lots)
        for attempt in range(max(1, looks)):
            u, _ = uniforms(now.seed, now.month, COMMISSION, key + 10 + attempt, me.uid, uid)
            lot = int(u * lots)
            if bids < len(state.pairs) - 1 and not _has_bid(state, i, lot):
                bids += _consider(state, i, c, lot, bids, key + 20 + attempt)
    return bids


@rule
def _has_bid(state, i, lot):
    bid = state.work[lot].choice_3
    while bid != NONE:
        if state.pairs[bid].i == i or state.pairs[bid].mate == i:
            return True
        bid = state.pairs[bid].j
    return False


@rule
def _consider(state, i, c, lot, row, key):
    """Choose by logit whether to bid for a lot; write the bid to `row` of pairs; 1 if it bids.

    Effort is what the rule of learning says, at least what the forms take, scaled to free
    attention and reserves.
    """
    params = params_of(state)
    now = state.now[0]
    me = state.organisations[i]
    offer = state.work[lot]
    yearly = 12.0 * offer.value
    if params.turnover_test > 0.0 and me.income * params.turnover_test < yearly:
        return 0
    if offer.choice_2 >= BIDS:
        return 0
    least = params.bid_days * (1.0 - 0.5 * params.pooled_forms)
    prize = MARGIN * offer.value * params.term_months
    days = max(least, me.bid_effort * prize / DAY)
    days = min(days, me.free, max(0.0, me.reserves) / DAY)
    if days < least:
        return 0
    mate = _bidding_mate(state, i, offer.choice)
    if mate != NONE and _has_bid(state, mate, lot):
        mate = NONE  # it bids for itself
    # Worth of bidding against its cost; a mate adds its fit, and shares the prize.
    ratio = me.win_chance * me.expertise[offer.choice] * prize / (days * DAY + 1.0)
    alone = math.exp(clip(params.bid_sensitivity * math.log(ratio + 1e-9), -20.0, 20.0))
    together = 0.0
    if mate != NONE:
        fit = state.organisations[mate].expertise[offer.choice] + me.expertise[offer.choice]
        boost = (0.4 + me.mutuality) * (1.0 + params.collaboration_weight)
        boost *= fit / max(2.0 * me.expertise[offer.choice], 1e-9)
        together = alone * clip(boost, 0.0, 3.0)
    u, v = uniforms(now.seed, now.month, COMMISSION, key, me.uid, state.commissioners[c].uid)
    total = 1.0 + alone + together
    if u < 1.0 / total and me.order_bid != 1:
        return 0
    if v < params.no_rival_bids and me.order_bid != 1 and _ally_has_bid(state, i, lot):
        return 0
    joint = u >= (1.0 + alone) / total and mate != NONE
    bid = state.pairs[row]
    bid.i = i
    bid.mate = mate if joint else NONE
    bid.j = offer.choice_3
    bid.value = days
    fit = max(me.expertise[offer.choice], 0.02)
    if joint:
        fit = max(fit, state.organisations[mate].expertise[offer.choice])
    bid.chance = contest_weight(params, days, me.income, fit, me.record, 1.0 if joint else 0.0)
    offer.choice_3 = row
    offer.choice_2 += 1
    cost = days
    if joint:  # two writers: a little more in all, less for each
        cost = 0.6 * days
        shared = min(cost, max(0.0, state.organisations[mate].free))
        spend(state, mate, shared)
        state.organisations[mate].bid_days += shared
        state.tally[0].tender_cost += shared * DAY
    spend(state, i, cost)
    me.bid_days += cost
    state.tally[0].bids += 1
    state.tally[0].tender_cost += cost * DAY
    return 1


@rule
def _bidding_mate(state, i, need):
    # The familiar, trusted tie with the most expertise in what is asked for.
    me = state.organisations[i]
    best, most = NONE, 0.0
    for s in range(me.tie_start, me.tie_start + me.tie_count):
        t = state.slots[s].tie
        j = state.slots[s].partner
        if state.ties[t].familiarity >= 0.2 and trust_of(state, t, i) >= 0.5:
            you = state.organisations[j]
            able = works(you) and you.order_bid != 0 and not holds_purse(state, j)
            if able and you.expertise[need] > most:
                best, most = j, you.expertise[need]
    return best


@rule
def _ally_has_bid(state, i, lot):
    bid = state.work[lot].choice_3
    while bid != NONE:
        if in_one_alliance(state, i, state.pairs[bid].i):
            return True
        bid = state.pairs[bid].j
    return False


@rule
def _decide(state, p, c, lot, one_lead, attempt):
    """Draw the winner with probability weight / sum, teach all bidders, and pay out."""
    params = params_of(state)
    now = state.now[0]
    row = state.work[lot]
    value = MARGIN * row.value * params.term_months  # the prize
    total, winner, first = 0.0, NONE, 1e300
    bid = row.choice_3
    while bid != NONE:
        entry = state.pairs[bid]
        total += entry.chance
        # The least of exponential clocks rings with probability weight / sum, and a rival more
        # or less leaves the other clocks alone.
        u = uniform(
            now.seed,
            now.month,
            COMMISSION,
            attempt + 100 + lot,
            state.organisations[entry.i].uid,
            state.commissioners[c].uid,
        )
        clock = -math.log(1.0 - u) / entry.chance if entry.chance > 0.0 else 1e300
        if clock < first or winner == NONE:
            winner, first = bid, clock
        bid = entry.j
    if winner == NONE:
        return
    state.tally[0].prizes += value
    bid = row.choice_3
    while bid != NONE:
        entry = state.pairs[bid]
        chance = entry.chance / total if total > 0.0 else 1.0 / row.choice_2
        _learn_bidding(state, entry.i, chance, row.choice_2, bid == winner)
        bid = entry.j
    if params.rivalry > 0.0 and row.choice_2 > 1:
        _sow_rivalry(state, lot, winner)
    i = state.pairs[winner].i
    u, _ = uniforms(
        now.seed, now.month, COMMISSION, attempt + 30, state.organisations[i].uid, uint64(lot)
    )
    award_contract(state, p, c, i, state.pairs[winner].mate, row.value, row.choice, one_lead, u)


@rule
def best_response(effort, chance, intensity, rivals):
    """Damped best response of effort (as a share of the prize) in a Tullock contest.

    x* = r V p (1 - p); x moves 2/n of the way. At p = 1/n: r V (n - 1) / n^2.
    """
    goal = intensity * chance * (1.0 - chance)
    return effort + min(1.0, 2.0 / rivals) * (goal - effort)


@rule
def _learn_bidding(state, i, chance, rivals, won):
    params = params_of(state)
    me = state.organisations[i]
    me.win_chance += 0.5 * (chance - me.win_chance)
    me.losses = 0 if won else me.losses + 1
    if int(params.rival_rule) == BEST_RESPONSE:
        me.bid_effort = best_response(me.bid_effort, chance, params.intensity, rivals)
    elif won:
        me.bid_effort = max(0.02, 0.9 * me.bid_effort)
    else:
        me.bid_effort = min(1.0, ESCALATION * me.bid_effort)
        if me.losses >= DROP_OUT_AFTER:
            me.losses = 0
            me.bid_effort = 0.1
            me.out_until = state.now[0].month + DROP_OUT_MONTHS


@rule
def _sow_rivalry(state, lot, winner):
    # Known co-bidders cool towards each other, twice as much towards the winner; plans that
    # were shared early take the surprise out.
    params = params_of(state)
    now = state.now[0]
    surprise = params.rivalry * (1.0 - params.shared_plans)
    bid = state.work[lot].choice_3
    while bid != NONE:
        i = state.pairs[bid].i
        state.organisations[i].mutuality *= 1.0 - params.mutuality_erosion
        rival = state.work[lot].choice_3
        while rival != NONE:
            j = state.pairs[rival].i
            t = find_tie(state, i, j) if j != i else NONE
            if t != NONE:
                loss = surprise * (2.0 if rival == winner else 1.0)
                set_trust(state, t, i, trust_of(state, t, i) * (1.0 - min(1.0, loss)), RIVALRY)
                add_grievance(state, t, i, min(1.0, loss))
                state.ties[t].co_bid = now.month
            rival = state.pairs[rival].j
        bid = state.pairs[bid].j
