"""Month minus burn-in: a seed gives the organisations of a place their characters."""

import math

from alliances.model.kernel.compiled import part, rule
from alliances.model.kernel.draws import BUILD, NOBODY, normal, uniform, uniforms
from alliances.model.kernel.state import (
    CONTRACT,
    GRANT,
    NEEDS,
    NONE,
    OPENING,
    PATRONS,
    SEATS,
    SECTORS,
    cause,
)
from alliances.model.processes.ledger import agree, receive
from alliances.model.processes.pressure import attention_of
from alliances.model.processes.relations import clip, make_tie, payer_of, stranger_trust, works

OPENING_CAUSE = cause("opening")
# Share of income from government by size band (README of the data: NCVO-type figures).
COMMISSIONED_SHARE = (0.08, 0.19, 0.31, 0.35, 0.42, 0.42)
NEEDS_PER_CAPACITY = 1.25
SQRT12 = math.sqrt(12.0)


@rule
def draw_character(state, i, income, params):
    """Draw what the roster leaves open of organisation i, keyed by its uid; set its books.

    NaN in expertise, mission, openness, mutuality, dominance or reserves means "to be drawn".
    """
    seed = state.now[0].seed
    me = state.organisations[i]
    uid = me.uid
    u, v = uniforms(seed, 0, BUILD, 0, uid, NOBODY)
    w, x = uniforms(seed, 0, BUILD, 1, uid, NOBODY)
    y, z = uniforms(seed, 0, BUILD, 2, uid, NOBODY)
    # Small bodies have fewer needs: the breadth grows with the logarithm of income.
    breadth = clip(1.0 + 0.6 * math.log10(max(income, 1_000.0) / 1_000.0), 1.0, float(NEEDS))
    fresh = me.born > -1_000 or math.isnan(me.expertise[0])
    fresh_mission = me.born > -1_000 or math.isnan(me.mission[0])
    total = 0.0
    place = state.places[me.place]
    needs = 0.0
    for k in range(NEEDS):
        needs += place.needs_start[k]
    rank_total = 0.0
    for k in range(NEEDS):
        depth, spread = uniforms(seed, 0, BUILD, 10 + k, uid, NOBODY)
        if fresh:
            # The chance to know a need is breadth / 6; what is known is known .3 to 1.
            known = spread < breadth / NEEDS
            me.expertise[k] = 0.3 + 0.7 * depth if known else 0.05 * depth
        rank_total += me.expertise[k]
        if fresh_mission:
            noise = normal(seed, 0, BUILD, 20 + k, uid, NOBODY)
            me.mission[k] = math.exp(params.mission_focus * noise) * (0.2 + me.expertise[k])
        total += me.mission[k]
    if fresh and rank_total < 0.5:  # everybody can do something
        me.expertise[int(u * NEEDS)] = 0.3 + 0.7 * v
    for k in range(NEEDS):
        own = me.mission[k] / total if total > 0.0 else 1.0 / NEEDS
        if fresh_mission and needs > 0.0:
            own = (1.0 - params.mission_overlap) * own
            own += params.mission_overlap * place.needs_start[k] / needs
        me.mission[k] = own
        me.priorities[k] = own
    born = me.born > -1_000
    if born or math.isnan(me.mutuality_disposition):
        me.mutuality_disposition = clip(
            params.mutuality_mean + params.mutuality_spread * SQRT12 * (u - 0.5), 0.0, 1.0
        )
    if born or math.isnan(me.openness_disposition):
        me.openness_disposition = clip(
            params.openness_mean + params.openness_spread * SQRT12 * (v - 0.5), 0.0, 1.0
        )
    if born or math.isnan(me.dominance_disposition):
        me.dominance_disposition = clip(
            params.dominance_mean + params.dominance_spread * SQRT12 * (w - 0.5), 0.0, 1.0
        )
    me.mutuality = me.mutuality_disposition
    me.openness = me.openness_disposition
    me.dominance = me.dominance_disposition
    me.stranger_prior = clip(
        params.stranger_trust + params.stranger_spread * SQRT12 * (x - 0.5), 0.01, 0.99
    )
    for s in range(len(SECTORS)):
        me.good[s] = 0.0
        me.bad[s] = 0.0
    me.phase = int(y * 12.0)
    me.record = 0.4 + 0.2 * z
    me.income = income
    me.commissioned = 0.0
    me.own_income = income
    me.own_income_start = income
    me.costs = income
    me.attention = attention_of(income)
    me.reach = math.sqrt(me.attention / 40.0)
    me.free = me.attention
    me.load = 0.3 * me.attention
    me.stress = 0.0
    me.ideas = 0.0
    me.capital = 0.0
    me.trust_received = me.stranger_prior
    me.months_below_zero = 0
    me.tie_count = 0
    me.tie_capacity = min(
        me.tie_room, max(min(8, me.tie_room), int(params.tie_capacity * me.reach))
    )
    me.bid_effort = 0.1
    me.win_chance = 0.25
    me.losses = 0
    me.out_until = -10_000
    me.bound = 0.0
    me.core = 0.0
    me.earmarked = 0.0
    me.report_due = 0.0
    me.bid_cost_year = 0.0
    # Nothing of this month, which in a row that is used again was another's.
    me.lent = 0.0
    me.borrowed = 0.0
    me.lender = NONE
    me.solo_days = 0.0
    me.joint_days = 0.0
    me.bid_days = 0.0
    me.report_days = 0.0
    me.coordination_days = 0.0
    me.solo_worked = 0.0
    me.met = 0
    for s in range(PATRONS):
        me.patron[s] = NONE
        me.patron_money[s] = 0.0
    for s in range(SEATS):
        me.seat[s] = NONE
    for k in range(NEEDS):
        me.channelled[k] = 0.0
    me.order_bid = NONE
    me.order_join = NONE
    me.order_speak = NONE
    me.order_leave = NONE
    me.order_contribute = -1.0


@part
def populate(state):
    """Give every organisation its character, then each place its needs and first agreements."""
    params = state.params[0]
    for p in range(len(state.places)):
        place = state.places[p]
        _draw_needs(state, p)
        for i in range(place.start, place.stop):
            me = state.organisations[i]
            if me.status == 0:
                continue
            months = me.reserves
            draw_character(state, i, me.income, params)
            if not works(me):  # listed only: it has no part in the books either
                me.reserves = 0.0
                continue
            u, _ = uniforms(state.now[0].seed, 0, BUILD, 3, me.uid, NOBODY)
            if math.isnan(months):  # two to eight months of cost
                months = 2.0 + 6.0 * u
            me.reserves = 0.0
            receive(state, OPENING, i, months * me.costs / 12.0, OPENING_CAUSE)
        _scale_needs(state, p)
    for g in range(len(state.opening_grants)):  # here: GBP a month that the input says it has
        grant = state.opening_grants[g]
        state.organisations[grant.payee].received += grant.monthly
    for p in range(len(state.places)):
        _first_agreements(state, p, params)
    for g in range(len(state.opening_grants)):
        _first_grant(state, g, params)
    for t in range(len(state.opening_ties)):
        _first_tie(state, t)


@rule
def _draw_needs(state, p):
    # Unequal needs: the largest is about three times the smallest.
    place = state.places[p]
    seed = state.now[0].seed
    place.public_trust = state.params[0].public_trust_start
    total = 0.0
    for k in range(NEEDS):
        u = uniform(seed, 0, BUILD, 30 + k, place.uid, NOBODY)
        place.needs_start[k] = 0.5 + u
        total += place.needs_start[k]
    for k in range(NEEDS):
        place.needs_start[k] /= total
        place.needs[k] = place.needs_start[k]


@rule
def _scale_needs(state, p):
    """Needs are 1.25 x the place's solo capacity in effective days; attainable is its best use."""
    place = state.places[p]
    solo = 0.0
    best = state.work[0].vector
    for k in range(NEEDS):
        best[k] = 0.0
    for i in range(place.start, place.stop):
        me = state.organisations[i]
        if not works(me):
            continue
        weights, led = 0.0, 0.0
        for k in range(NEEDS):
            weights += me.priorities[k] * me.expertise[k]
            led += place.needs_start[k] * me.expertise[k]
        for k in range(NEEDS):
            if weights > 0.0:
                share = me.priorities[k] * me.expertise[k] / weights
                solo += me.attention * share * me.expertise[k]
            if led > 0.0:
                share = place.needs_start[k] * me.expertise[k] / led
                best[k] += me.attention * share * me.expertise[k]
    place.solo_capacity = solo
    scale = NEEDS_PER_CAPACITY * max(solo, 1e-9)
    place.attainable = 0.0
    for k in range(NEEDS):
        place.needs_start[k] *= scale
        place.needs[k] = place.needs_start[k]
        place.need_met[k] = 0.0
        if place.needs[k] > 0.0:
            place.attainable += place.needs[k] * (1.0 - math.exp(-best[k] / place.needs[k]))


@rule
def commissioned_share(income):
    """Measured share of a body's income that is commissioned, by its size band."""
    band = 0
    limit = 1e4
    while band < len(COMMISSIONED_SHARE) - 1 and income >= limit:
        band += 1
        limit *= 10.0
    return COMMISSIONED_SHARE[band]


@rule
def _first_agreements(state, p, params):
    """Commissioned income of month 0: running agreements with staggered ends.

    A body has money with a chance, and then twice its band's share of income but at most .6 of
    it, so that the band's share comes out. Where the input names grants, they stand instead.
    """
    place = state.places[p]
    now = state.now[0]
    seed = now.seed
    place.purse = 0.0
    purses = place.commissioner_stop - place.commissioner_start
    for i in range(place.start, place.stop):
        me = state.organisations[i]
        if not works(me) or me.income <= 0.0 or me.sector == 2 or me.sector == 3:
            continue
        if me.received > 0.0:
            place.purse += 12.0 * me.received
            continue
        share = commissioned_share(me.income)
        place.purse += share * me.income
        held = min(0.6, 2.0 * share)
        u, v = uniforms(seed, 0, BUILD, 40, me.uid, NOBODY)
        w, _ = uniforms(seed, 0, BUILD, 41, me.uid, NOBODY)
        if u >= share / held:
            continue
        amount = held * me.income
        c = place.commissioner_start + min(int(w * purses), purses - 1)
        body = state.commissioners[c].body
        payer = body if body >= 0 else -2 - c
        best = 0
        for k in range(NEEDS):
            if me.expertise[k] > me.expertise[best]:
                best = k
        term = int(params.term_months)
        left = 1 + int(v * term)
        kind = CONTRACT if me.income >= 1e5 else GRANT
        made = agree(
            state,
            p,
            payer,
            NONE,
            i,
            NONE,
            amount / 12.0,
            now.month - term + left,
            now.month + left,
            params.core_share,
            params.targets * (1.0 - params.core_share),
            best,
            kind,
        )
        if made:
            me.commissioned = amount
            me.own_income = me.income - amount
            me.own_income_start = me.own_income
            me.patron[0] = payer
            me.patron_money[0] = amount / 12.0
            place.money[best] += amount / 12.0
            if body >= 0:
                state.organisations[body].channelled[best] += amount / 12.0
            else:
                state.commissioners[c].channelled[best] += amount / 12.0


@rule
def _first_grant(state, g, params):
    """Start a grant that the input names; what it pays is not income of its own."""
    now = state.now[0]
    grant = state.opening_grants[g]
    i = grant.payee
    me = state.organisations[i]
    me.received = 0.0
    if not works(me):
        return
    payer = grant.payer if grant.payer >= 0 else payer_of(state, -2 - grant.payer)
    if payer >= 0 and not works(state.organisations[payer]):
        payer = NONE  # somebody who is listed only: money from outside
    best = 0
    for k in range(NEEDS):
        if me.expertise[k] > me.expertise[best]:
            best = k
    end = now.month + grant.months_left
    bound = params.targets * (1.0 - params.core_share)
    if not agree(
        state,
        me.place,
        payer,
        NONE,
        i,
        NONE,
        grant.monthly,
        now.month,
        end,
        params.core_share,
        bound,
        best,
        GRANT,
    ):
        return
    me.commissioned = min(me.income, me.commissioned + 12.0 * grant.monthly)
    me.own_income = me.income - me.commissioned
    me.own_income_start = me.own_income
    state.places[me.place].money[best] += grant.monthly
    if payer == NONE:
        return
    slot = 0
    for s in range(PATRONS):
        if me.patron[s] == payer or me.patron[s] == NONE:
            slot = s
            break
    me.patron[slot] = payer
    me.patron_money[slot] += grant.monthly
    if payer >= 0:
        state.organisations[payer].channelled[best] += grant.monthly
    else:
        state.commissioners[-2 - payer].channelled[best] += grant.monthly


@rule
def _first_tie(state, t):
    """Make a tie that the input names: familiar as its strength, trusted the more for it."""
    given = state.opening_ties[t]
    a, b = given.a, given.b
    if not (works(state.organisations[a]) and works(state.organisations[b])):
        return
    trust_a = stranger_trust(state, a, state.organisations[b].sector)
    trust_b = stranger_trust(state, b, state.organisations[a].sector)
    trust_a += 0.5 * given.strength_ab * (1.0 - trust_a)
    trust_b += 0.5 * given.strength_ba * (1.0 - trust_b)
    made = make_tie(state, state.organisations[a].place, a, b, trust_a, trust_b)
    if made != NONE:
        state.ties[made].familiarity = 0.5 * (given.strength_ab + given.strength_ba)
