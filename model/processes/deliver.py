"""Process 7: what is left of the month's attention is delivered with, alone and together."""

import math

from alliances.model.kernel.compiled import rule
from alliances.model.kernel.process import process
from alliances.model.kernel.state import MEMBERS, NEEDS, NONE, SEATS
from alliances.model.processes.relations import clip, find_tie, overlap, params_of, spend, trust_of
from alliances.model.processes.seats import seats_end

TRUSTED_TO_LEND = 0.5
LENT = 0.1  # share of a lender's free attention at full sharing in kind
SUCCESS_MEMORY = 5.0 / 6.0  # a moving mean of six months
CAPITAL_GAIN = 0.2  # productivity that buildings worth many years' income add
GAZE = 0.5  # what full measuring of joint results adds to contributions


@process(before="reckon")
def deliver(state, p):
    """Pledge, give to alliances, deliver the rest alone, and see what reached the needs of p."""
    place = state.places[p]
    params = params_of(state)
    met = state.work[0].vector
    joint = state.work[1].vector
    for k in range(NEEDS):
        met[k] = 0.0
        joint[k] = 0.0
    if params.in_kind > 0.0:
        _share_in_kind(state, p)
    for slot in range(place.active):
        _pledge(state, state.work[slot].order)
    for a in range(place.alliance_start, place.alliance_stop):
        if state.alliances[a].alive:
            _deliver_together(state, a, met, joint)
    for slot in range(place.active):
        _deliver_alone(state, state.work[slot].order, met)
    _reach(state, p, met, joint)


@rule
def productivity(me):
    """Worth of a day: new ideas, and what buildings and equipment make of it."""
    return 1.0 + me.ideas + CAPITAL_GAIN * me.capital / (me.capital + me.income + 1.0)


@rule
def _mean_trust(state, a, i):
    # Mean trust of i in the other members; a stranger counts by the disposition.
    total, others = 0.0, 0
    for m in range(a * MEMBERS, seats_end(state, a)):
        j = state.members[m].organisation
        if j == NONE or j == i:
            continue
        t = find_tie(state, i, j)
        total += trust_of(state, t, i) if t != NONE else state.organisations[i].stranger_prior
        others += 1
    return total / others if others > 0 else 0.0


@rule
def _pledge(state, i):
    """Contribution = mutuality x (c0 + c1 mean trust) x alignment, of free attention.

    Own targets blunt joint work unless what lies between organisations is measured; whoever was
    compelled to the seat gives a fifth; a leader binds only part of its staff.
    """
    params = params_of(state)
    me = state.organisations[i]
    seats = 0
    for s in range(SEATS):
        seats += me.seat[s] != NONE
    if seats == 0:
        return
    usual = me.attention * (1.0 - params.stress_loss * me.stress)
    free = max(0.0, me.free)
    blunted = min(1.0, me.bound) * (1.0 - params.targets_owned) * (1.0 - params.joint_measures)
    for s in range(SEATS):
        m = me.seat[s]
        if m == NONE:
            continue
        member = state.members[m]
        a = member.alliance
        trust = params.pledge_floor + params.pledge_trust * _mean_trust(state, a, i)
        willing = me.mutuality + (1.0 - me.mutuality) * GAZE * params.joint_measures
        share = willing * min(1.0, trust) * overlap(me.priorities, state.alliances[a].shared)
        share *= 1.0 - blunted
        if member.compelled:
            share *= 0.2
        if me.order_contribute >= 0.0:
            share = me.order_contribute
        member.pledge = share / seats * usual
        member.days = min(1.0, share) / seats * free * params.pass_through
        if me.order_contribute >= 0.0:
            member.days = min(1.0, share) / seats * free


@rule
def _deliver_together(state, a, met, joint):
    """An alliance's days go to shared priorities as far as there is consequence.

    A share chi of its days answers problems that interrelate: pairs of linked needs k and k + 1,
    by different members; a day is spent once.
    """
    params = params_of(state)
    alliance = state.alliances[a]
    chi = params.interdependence
    first = a * MEMBERS
    alliance.delivered = 0.0
    alliance.pledged = 0.0
    done = state.work[2].vector
    for k in range(NEEDS):
        done[k] = 0.0
    for m in range(first, seats_end(state, a)):
        member = state.members[m]
        i = member.organisation
        if i == NONE:
            continue
        me = state.organisations[i]
        spend(state, i, member.days)
        worth = member.days * productivity(me)
        weights = 0.0
        own = state.work[3 + m - first].vector
        for k in range(NEEDS):
            aim = alliance.consequence * alliance.shared[k]
            aim += (1.0 - alliance.consequence) * me.priorities[k]
            own[k] = aim * me.expertise[k]
            weights += own[k]
        member.effective = 0.0
        for k in range(NEEDS):
            # What was pledged counts whether or not a day was left to keep it.
            share = own[k] / weights if weights > 0.0 else 0.0
            alliance.pledged += member.pledge * productivity(me) * share * me.expertise[k]
            days = worth * own[k] / weights if weights > 0.0 else 0.0
            own[k] = days * me.expertise[k]
            member.effective += own[k]
            done[k] += own[k]
        me.joint_days += member.effective
        alliance.delivered += member.effective
    if alliance.delivered > 0.0:
        alliance.last_delivery = state.now[0].month
    for k in range(NEEDS):
        met[k] += (1.0 - chi) * done[k]
    if chi > 0.0:
        for k in range(NEEDS):
            linked = (k + 1) % NEEDS
            largest = 0.0
            for m in range(MEMBERS):
                if state.members[first + m].organisation != NONE:
                    own = state.work[3 + m].vector
                    largest = max(largest, own[k] + own[linked])
            both = done[k] + done[linked]
            # Each day on k stands in two pairs (with k - 1 and k + 1): half of it in each.
            matched = min(min(done[k], done[linked]), both - largest)
            joint[k] += chi * max(0.0, matched)
    ratio = clip(alliance.delivered / alliance.pledged, 0.0, 1.0) if alliance.pledged > 0 else 0.0
    alliance.success = SUCCESS_MEMORY * alliance.success + (1.0 - SUCCESS_MEMORY) * ratio
    members = max(1, alliance.members)
    for m in range(first, seats_end(state, a)):
        member = state.members[m]
        if member.organisation != NONE:
            if alliance.delivered > 0.0:
                member.contribution = member.effective / alliance.delivered
            else:
                member.contribution = 1.0 / members


@rule
def _deliver_alone(state, i, met):
    """Everybody delivers alone with what is not committed, by its own priorities and expertise.

    Staff bound by imposed targets work on the one need that the body is known for.
    """
    params = params_of(state)
    me = state.organisations[i]
    days = max(0.0, me.free)
    worth = days * productivity(me)
    bound = min(1.0, me.bound) * (1.0 - params.targets_owned)
    weights, best = 0.0, 0
    for k in range(NEEDS):
        weights += me.priorities[k] * me.expertise[k]
        if me.expertise[k] > me.expertise[best]:
            best = k
    me.solo_days = 0.0
    if weights <= 0.0:
        return
    for k in range(NEEDS):
        share = (1.0 - bound) * me.priorities[k] * me.expertise[k] / weights
        share += bound if k == best else 0.0
        effective = worth * share * me.expertise[k]
        met[k] += effective
        me.solo_days += effective
    me.solo_worked = days


@rule
def _reach(state, p, met, joint):
    """Output adds up by need; concavity acts there: N (1 - exp(-D / N)); trust scales reach."""
    params = params_of(state)
    place = state.places[p]
    chi = params.interdependence
    reach = 0.5 + 0.5 * place.public_trust
    place.impact = 0.0
    for k in range(NEEDS):
        need = place.needs[k]
        share = 0.0
        if need > 0.0:
            if chi < 1.0:
                share = (1.0 - chi) * (1.0 - math.exp(-reach * met[k] / ((1.0 - chi) * need)))
            if chi > 0.0:
                share += chi * (1.0 - math.exp(-reach * joint[k] / (chi * need)))
        place.need_met[k] = share
        place.impact += need * share
    # Public trust follows kept promises, being asked, and its own usual level.
    kept, promised = 0.0, 0
    for a in range(place.alliance_start, place.alliance_stop):
        alliance = state.alliances[a]
        if alliance.alive:
            kept += alliance.consequence * alliance.success
            promised += 1
    level = kept / promised if promised > 0 else 0.5
    trust = place.public_trust
    change = params.public_reversion * (params.public_trust_start - trust)
    change += params.public_gain * level * (1.0 - trust)
    change -= params.public_gain * params.public_loss_ratio * 0.25 * (1.0 - level) * trust
    change += params.public_listening * params.co_production
    place.public_trust = clip(trust + change, 0.0, 1.0)


@rule
def _share_in_kind(state, p):
    """The large lend days to their most trusted tie of less than a quarter of their income."""
    params = params_of(state)
    place = state.places[p]
    for slot in range(place.active):
        i = state.work[slot].order
        me = state.organisations[i]
        days = params.in_kind * LENT * max(0.0, me.free)
        if days <= 0.0:
            continue
        best, most = NONE, TRUSTED_TO_LEND
        for s in range(me.tie_start, me.tie_start + me.tie_count):
            j = state.slots[s].partner
            t = state.slots[s].tie
            trust = trust_of(state, t, i)
            smaller = 4.0 * state.organisations[j].income < me.income
            if state.organisations[j].lender != NONE:
                continue  # one lender a month, who is paid for all of it
            if smaller and trust > most and state.ties[t].familiarity >= 0.2:
                best, most = j, trust
        if best == NONE:
            continue
        days = min(days, 0.25 * state.organisations[best].attention)
        me.free -= days
        me.lent += days
        state.organisations[best].free += days
        state.organisations[best].borrowed += days
        state.organisations[best].lender = i
