"""Ties, trust, power and speaking up: what several processes do to relations.

Conventions: ``t`` is a row of `ties`; "i's side" of a tie is what i holds towards the other end.
"""

import math

from alliances.model.kernel.compiled import rule
from alliances.model.kernel.state import ACTIVE, HOSTED, NEEDS, NONE, PATRONS, cause
from alliances.model.processes.ledger import TRUST, log

DROPPED = cause("dropped tie")
NEW = cause("new tie")
ASYMMETRIC, CONFIRMATORY, BETA, REINFORCING = range(4)
REMEMBERED_DROP = 0.5  # a dropped tie counts for half a first meeting


@rule
def params_of(state):
    """Return the parameters in force this month."""
    return state.params[state.now[0].phase]


@rule
def works(organisation):
    """Whether the organisation takes part: alive and not inert."""
    return organisation.status == ACTIVE or organisation.status == HOSTED


@rule
def sigmoid(x):
    """Return the logistic function, safe at both ends."""
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-min(x, 700.0)))
    odds = math.exp(max(x, -700.0))
    return odds / (1.0 + odds)


@rule
def clip(x, low, high):
    """Limit x to [low, high]."""
    return min(max(x, low), high)


@rule
def overlap(x, y):
    """Common interest of two simplexes: the sum of minima, 0-1."""
    total = 0.0
    for k in range(NEEDS):
        total += min(x[k], y[k])
    return total


@rule
def to_power(x, exponent):
    """Return x ** exponent: the same for the usual exponent 1, at no cost."""
    return x if exponent == 1.0 else x**exponent


@rule
def find_tie(state, i, j):
    """Row of the tie between i and j, or NONE. Looks through the shorter list."""
    first, other = i, j
    if state.organisations[j].tie_count < state.organisations[i].tie_count:
        first, other = j, i
    start = state.organisations[first].tie_start
    for s in range(start, start + state.organisations[first].tie_count):
        if state.slots[s].partner == other:
            return state.slots[s].tie
    return NONE


@rule
def trust_of(state, t, i):
    """Trust that i has in the other end of tie t."""
    tie = state.ties[t]
    return tie.trust_ab if tie.a == i else tie.trust_ba


@rule
def other_end(state, t, i):
    """The row at the other end of tie t."""
    tie = state.ties[t]
    return tie.b if tie.a == i else tie.a


@rule
def set_trust(state, t, i, value, cause):
    """Set i's side of the tie, and log the change."""
    tie = state.ties[t]
    value = clip(value, 0.0, 1.0)
    if state.now[0].log_on:
        j = other_end(state, t, i)
        uid_i = state.organisations[i].uid
        uid_j = state.organisations[j].uid
        log(state, TRUST, cause, uid_i, uid_j, trust_of(state, t, i), value, NONE)
    if tie.a == i:
        tie.trust_ab = value
    else:
        tie.trust_ba = value


@rule
def add_grievance(state, t, i, amount):
    """Add to what i holds against the other end; the nearer to 1 the less."""
    tie = state.ties[t]
    if tie.a == i:
        tie.grievance_ab += amount * (1.0 - tie.grievance_ab)
    else:
        tie.grievance_ba += amount * (1.0 - tie.grievance_ba)


@rule
def ease(state, t, share):
    """Take away a share of both grievances."""
    tie = state.ties[t]
    tie.grievance_ab *= 1.0 - share
    tie.grievance_ba *= 1.0 - share


@rule
def grow_familiar(state, t, gain):
    """Grow together: cover a share of the distance to full familiarity."""
    tie = state.ties[t]
    tie.familiarity += gain * (1.0 - tie.familiarity)


@rule
def stranger_trust(state, i, sector):
    """Trust of i in a stranger of that sector: a disposition, and what it learned since."""
    me = state.organisations[i]
    params = params_of(state)
    learned = params.stranger_learning
    good = params.goodwill + learned * me.good[sector]
    bad = learned * me.bad[sector]
    weight = params.stranger_weight
    return (weight * me.stranger_prior + good) / (weight + good + bad)


@rule
def learn(state, t, i, signal, cause):
    """Move i's trust by one experience of strength `signal` in [-1, 1].

    ``asymmetric``: gain a(1 - T), loss a L T. ``confirmatory``: the gain is scaled by T and the
    loss by 1 - T besides. ``beta``: counts with forgetting, so that unknown differs from
    distrusted. ``reinforcing``: a good experience moves trust up from the middle of what is left
    and never lowers it, a bad one never raises it, both the more the nearer T is to 1/2
    (Kim 2009).
    """
    params = params_of(state)
    tie = state.ties[t]
    before = trust_of(state, t, i)
    gain = params.trust_gain * abs(signal)
    loss = params.loss_ratio
    after = before
    rule = int(params.trust_rule)
    if rule == ASYMMETRIC:
        after += gain * (1.0 - before) if signal > 0.0 else -gain * loss * before
    elif rule == CONFIRMATORY:
        if signal > 0.0:
            after += 2.0 * gain * before * (1.0 - before)
        else:
            after -= 2.0 * gain * loss * before * (1.0 - before)
    elif rule == BETA:
        weight = abs(signal) * (1.0 if signal > 0.0 else loss)
        kept = params.trust_memory * (tie.evidence_ab if tie.a == i else tie.evidence_ba)
        after = (kept * before + (weight if signal > 0.0 else 0.0)) / (kept + weight)
        if tie.a == i:
            tie.evidence_ab = kept + weight
        else:
            tie.evidence_ba = kept + weight
    else:
        step = 4.0 * gain * before * (1.0 - before)
        after += step if signal > 0.0 else -loss * step
    set_trust(state, t, i, after, cause)


@rule
def _unlist(state, i, t):
    me = state.organisations[i]
    last = me.tie_start + me.tie_count - 1
    for s in range(me.tie_start, last + 1):
        if state.slots[s].tie == t:
            state.slots[s].partner = state.slots[last].partner
            state.slots[s].tie = state.slots[last].tie
            break
    me.tie_count -= 1


@rule
def remember_drop(state, i, sector, trust):
    """What a dropped tie was worth feeds the trust in strangers of that sector."""
    me = state.organisations[i]
    me.good[sector] += REMEMBERED_DROP * trust
    me.bad[sector] += REMEMBERED_DROP * (1.0 - trust)


@rule
def drop_tie(state, p, t, remembered):
    """End a tie for both; what it was worth is remembered as stranger trust if asked."""
    place = state.places[p]
    tie = state.ties[t]
    a, b = tie.a, tie.b
    if remembered:
        remember_drop(state, a, state.organisations[b].sector, tie.trust_ab)
        remember_drop(state, b, state.organisations[a].sector, tie.trust_ba)
    if state.now[0].log_on:
        uid_a = state.organisations[a].uid
        uid_b = state.organisations[b].uid
        log(state, TRUST, DROPPED, uid_a, uid_b, tie.trust_ab, 0.0, NONE)
        log(state, TRUST, DROPPED, uid_b, uid_a, tie.trust_ba, 0.0, NONE)
    _unlist(state, a, t)
    _unlist(state, b, t)
    tie.a = NONE
    tie.b = place.tie_free
    place.tie_free = t
    state.tally[0].dropped_ties += 1


@rule
def _weakest(state, i):
    # The least max(familiarity, grievance): a grudge is not forgotten, and dropping the least
    # trusted instead would restore goodwill by amnesia.
    me = state.organisations[i]
    weakest, least = NONE, 2.0
    for s in range(me.tie_start, me.tie_start + me.tie_count):
        tie = state.ties[state.slots[s].tie]
        grievance = tie.grievance_ab if tie.a == i else tie.grievance_ba
        strength = max(tie.familiarity, grievance)
        if tie.post == 0 and strength < least:
            weakest, least = state.slots[s].tie, strength
    return weakest


@rule
def make_tie(state, p, i, j, trust_i, trust_j):
    """Make a tie with those first trusts; a full end drops its weakest. Return its row or NONE."""
    for side in range(2):
        end = i if side == 0 else j
        me = state.organisations[end]
        if me.tie_count >= me.tie_capacity:
            weakest = _weakest(state, end)
            if weakest == NONE:
                return NONE
            drop_tie(state, p, weakest, True)
    place = state.places[p]
    t = place.tie_free
    if t == NONE:
        return NONE
    tie = state.ties[t]
    place.tie_free = tie.b
    place.tie_top = max(place.tie_top, t + 1)
    tie.a = min(i, j)
    tie.b = max(i, j)
    tie.familiarity = 0.0
    tie.grievance_ab = 0.0
    tie.grievance_ba = 0.0
    tie.evidence_ab = params_of(state).stranger_weight
    tie.evidence_ba = params_of(state).stranger_weight
    tie.met = -10000
    tie.co_bid = -10000
    tie.post = 0
    tie.introduced = 0
    tie.trust_ab = 0.0
    tie.trust_ba = 0.0
    for end in range(2):
        me = state.organisations[i if end == 0 else j]
        slot = state.slots[me.tie_start + me.tie_count]
        slot.partner = j if end == 0 else i
        slot.tie = t
        me.tie_count += 1
    set_trust(state, t, i, trust_i, NEW)
    set_trust(state, t, j, trust_j, NEW)
    state.tally[0].new_ties += 1
    return t


@rule
def power_over(state, j, i):
    """Power of payer j (a row, or -2 - commissioner) over organisation i, 0-1.

    The share of i's income paid by or through j, times what of i's needs' money in the place
    cannot be had elsewhere.
    """
    me = state.organisations[i]
    paid = 0.0
    for s in range(PATRONS):
        if me.patron[s] == j:
            paid = me.patron_money[s]
    if paid <= 0.0:
        return 0.0
    place = state.places[me.place]
    held = 0.0
    for k in range(NEEDS):
        if place.money[k] > 0.0:
            through = (
                state.organisations[j].channelled[k]
                if j >= 0
                else state.commissioners[-2 - j].channelled[k]
            )
            held += me.priorities[k] * min(1.0, through / place.money[k])
    return clip(12.0 * paid / max(me.income, 1.0), 0.0, 1.0) * held


@rule
def payer_of(state, c):
    """How commissioner c is named as a payer: its organisation's row, or -2 - c."""
    body = state.commissioners[c].body
    return body if body >= 0 else -2 - c


@rule
def speaks(params, stake, power, trust, dominance, visibility, backing, facilitation):
    """Probability of speaking up: one rule for conflicts, positions and abuse.

    Fear = power over the speaker x (1 - trust) x the other's dominance x visibility x
    (1 - backing), lowered by facilitation; all arguments lie in 0-1.
    """
    fear = power * (1.0 - trust) * dominance * visibility * (1.0 - backing)
    return sigmoid(params.speak_slope * (stake - fear * (1.0 - facilitation)))


@rule
def backing_of(state, i):
    """Backing: solidarity times the mean trust received."""
    return params_of(state).solidarity * state.organisations[i].trust_received


@rule
def spend(state, i, days):
    """Take days from this month's attention; all of them count as load."""
    me = state.organisations[i]
    me.free -= days
    me.load += days
