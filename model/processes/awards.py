"""Awards: the terms of the money, who turns it down, and what a contractor passes on."""

from alliances.model.kernel.compiled import rule
from alliances.model.kernel.state import CONTRACT, COUNCIL, HEALTH, NONE, SUBCONTRACT
from alliances.model.processes.ledger import agree
from alliances.model.processes.relations import clip, params_of, payer_of, sigmoid, works

SMALL = 1e6  # GBP a year, the default border of "small"
PARTNERS = 6  # ties that a contractor passes money on to
MOST_ABSORBED = 0.5  # of a receiver's yearly income: what one award, or one share of it, may be


@rule
def holds_purse(state, i):
    """Whether i is a body that commissions: it does not compete for its own money."""
    me = state.organisations[i]
    if me.sector != COUNCIL and me.sector != HEALTH:
        return False
    place = state.places[me.place]
    for c in range(place.commissioner_start, place.commissioner_stop):
        if state.commissioners[c].body == i:
            return True
    return False


@rule
def terms(params, month):
    """First and last month, core share and bound share of an award made now."""
    start = month + int(params.payment_delay)
    core = params.core_share * (1.0 - params.capital_share)
    bound = params.targets * (1.0 - params.core_share)
    return start, start + int(params.term_months), core, bound


@rule
def declines(state, i, u):
    """Whether i turns an award down: heavy strings select who takes the money."""
    params = params_of(state)
    me = state.organisations[i]
    if me.order_bid == 1:
        return False  # a player who asks for it takes it
    strings = 3.0 * params.reporting * (1.0 - params.pooled_forms)
    strings += params.targets * (1.0 - params.targets_owned)
    strings += params.payment_by_results + params.match_funding + 0.02 * params.payment_delay
    need = clip(me.commissioned / max(me.income, 1.0), 0.0, 1.0)
    declined = u < sigmoid(8.0 * (strings - 1.4 - 0.6 * need))
    state.tally[0].declined += declined
    return declined


@rule
def award_contract(state, p, c, i, mate, amount, need, is_lead, u):
    """Contract `amount` (GBP a month) with i, which passes on what it must and what it will.

    Passed on: to a bidding mate half; by a lead what its mutuality gives; and at least the
    ring-fence to small partners, as far as they can use it. The lead keeps its fee of what it
    passes on.
    """
    params = params_of(state)
    now = state.now[0]
    place = state.places[p]
    me = state.organisations[i]
    if declines(state, i, u):
        return
    payer = payer_of(state, c)
    start, end, core, bound = terms(params, now.month)
    willing = 0.0
    if is_lead:
        willing = 0.6 * me.mutuality
    if mate != NONE:
        willing = max(willing, 0.5)
    fenced = 0.0 if me.income < SMALL else params.ring_fence
    passed = max(willing, fenced)
    if passed <= 0.0:
        agree(state, p, payer, NONE, i, NONE, amount, start, end, core, bound, need, CONTRACT)
        return
    # Partners: the mate, trusted ties, and where a fence must be met, small bodies of the place.
    partner = state.commissioners[c].partners
    found = 0
    if mate != NONE:
        partner[0] = mate
        found = 1
    small = 0
    if is_lead or mate == NONE:
        for s in range(me.tie_start, me.tie_start + me.tie_count):
            j = state.slots[s].partner
            fit = works(state.organisations[j]) and not holds_purse(state, j)
            if found < PARTNERS and fit and j != mate:
                tie = state.ties[state.slots[s].tie]
                if tie.familiarity >= 0.2 and state.organisations[j].expertise[need] > 0.1:
                    partner[found] = j
                    found += 1
    for s in range(found):
        small += state.organisations[partner[s]].income < SMALL
    if fenced > 0.0 and small == 0:
        for slot in range(place.active):
            j = state.work[slot].order
            fit = j != i and not holds_purse(state, j)
            if found < PARTNERS + 2 and fit and state.organisations[j].income < SMALL:
                if state.organisations[j].expertise[need] > 0.1:
                    partner[found] = j
                    found += 1
                    small += 1
    if found == 0:
        agree(state, p, payer, NONE, i, NONE, amount, start, end, core, bound, need, CONTRACT)
        return
    # The small share is what falls to them by numbers, or the fence if that is more.
    to_small = max(passed * small / found, fenced) if small > 0 else 0.0
    to_large = max(0.0, passed - to_small) if small < found else 0.0
    # Within each group by income, and never more than a partner can use: the rest is the lead's.
    small_income, large_income = 0.0, 0.0
    for s in range(found):
        income = max(state.organisations[partner[s]].income, 1_000.0)
        if state.organisations[partner[s]].income < SMALL:
            small_income += income
        else:
            large_income += income
    kept = amount
    for s in range(found):
        j = partner[s]
        income = max(state.organisations[j].income, 1_000.0)
        if state.organisations[j].income < SMALL:
            share = to_small * income / small_income
        else:
            share = to_large * income / large_income
        given = min(amount * share * (1.0 - params.lead_fee), MOST_ABSORBED * income / 12.0)
        if agree(
            state,
            p,
            payer,
            i,
            j,
            NONE,
            given,
            start,
            end,
            core,
            bound,
            need,
            SUBCONTRACT,
        ):
            kept -= given
    agree(state, p, payer, NONE, i, NONE, kept, start, end, core, bound, need, CONTRACT)
