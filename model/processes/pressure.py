"""Process 1: time presses on everybody.

Each month the attention stock is renewed, stress is felt, key people leave, missions pull back,
memories fade, needs drift, and shocks strike in the month in which they are set.
"""

import math

from alliances.model.kernel.compiled import rule
from alliances.model.kernel.draws import NOBODY, ORDER, PRESSURE, uniform, uniforms, words
from alliances.model.kernel.process import process
from alliances.model.kernel.state import COUNCIL, HEALTH, NEEDS, NONE, SECTORS, cause
from alliances.model.processes.relations import (
    clip,
    ease,
    other_end,
    params_of,
    set_trust,
    stranger_trust,
    trust_of,
    works,
)
from alliances.model.processes.seats import dissolve

TURNOVER = cause("turnover")
RESTRUCTURING = cause("restructuring")
INQUIRY = cause("inquiry")
OPENING = cause("opening")
CRISIS_FADING = 0.5 ** (1.0 / 6.0)  # half-life of six months
NEEDS_REVERSION = 0.02  # share of the way back to the place's usual needs, a month
SQRT6 = math.sqrt(6.0)


@rule
def order_rows(state, p):
    """Put the working rows of the place in this month's keyed order, in linear time.

    Every conflict among decisions, and every exact tie, is settled in this order.
    """
    now = state.now[0]
    place = state.places[p]
    work = state.work
    count = 0
    for i in range(place.start, place.stop):
        if works(state.organisations[i]):
            key, _ = words(now.seed, now.month, ORDER, 0, state.organisations[i].uid, NOBODY)
            work[count].hash = key
            work[count].sorted = i
            count += 1
    place.active = count
    # The keys are uniform, so one bucket a row holds about one row.
    for bucket in range(count + 1):
        work[bucket].bucket = 0
    for row in range(count):
        work[1 + _bucket(work[row].hash, count)].bucket += 1
    for bucket in range(count):
        work[bucket + 1].bucket += work[bucket].bucket
    for row in range(count):
        bucket = _bucket(work[row].hash, count)
        work[work[bucket].bucket].seat = row
        work[bucket].bucket += 1
    for slot in range(1, count):  # within a bucket: insertion
        row = work[slot].seat
        before = slot - 1
        while before >= 0 and work[work[before].seat].hash > work[row].hash:
            work[before + 1].seat = work[before].seat
            before -= 1
        work[before + 1].seat = row
    for slot in range(count):
        work[slot].order = work[work[slot].seat].sorted


@rule
def _bucket(key, count):
    return min(int(float(key) * 2.0**-64 * count), count - 1)


@rule
def attention_of(income):
    """Staff-days a month of an organisation: 20 (income / 45,000 + 1/2) ** 0.75."""
    staff = income / 45_000.0 + 0.5
    return 20.0 * math.sqrt(staff) * math.sqrt(math.sqrt(staff))


@rule
def renew_attention(state, p):
    """Fill the month's attention stock and feel stress; runs even without the process."""
    params = params_of(state)
    place = state.places[p]
    for i in range(place.start, place.stop):
        me = state.organisations[i]
        if not works(me):
            continue
        me.attention = attention_of(me.income)
        me.reach = math.sqrt(me.attention / 40.0)
        target = params.reserve_target * me.costs / 12.0
        gap = clip(1.0 - me.reserves / target, 0.0, 1.0) if target > 0.0 else 0.0
        imposed = min(1.0, me.bound) * (1.0 - params.targets_owned)
        me.stress = clip(
            params.stress_load * min(1.0, me.load / me.attention)
            + params.stress_reserve * gap
            + params.stress_targets * imposed
            + params.crisis_stress * place.crisis,
            0.0,
            1.0,
        )
        funded = me.attention * (1.0 + params.slack)
        me.free = funded * (1.0 - params.stress_loss * me.stress)
        me.load = 0.0
        me.met = 0
        me.lent = 0.0
        me.borrowed = 0.0
        me.lender = NONE
        me.bid_days = 0.0
        me.report_days = 0.0
        me.coordination_days = 0.0
        me.solo_days = 0.0
        me.joint_days = 0.0
        # Small monthly duties that some levers bring.
        duties = 0.1 * params.solidarity + 0.5 * params.targets_owned * min(1.0, me.bound)
        duties += me.report_due
        duties += 10.0 * min(1.0, me.bound) * (1.0 - params.targets_owned) * me.attention / 400.0
        _charge(me, min(duties, me.free))


@rule
def _charge(me, days):
    me.free -= days
    me.load += days
    me.report_days += days


@process(
    before="commission",
    mechanisms={
        "turnover": ("turnover_rate",),
        "anchors": ("anchor_rate",),
        "stress": ("stress_load", "stress_reserve", "stress_targets"),
    },
)
def pressure(state, p):
    """Drift, fading, people leaving and shocks of one month in place p."""
    params = params_of(state)
    now = state.now[0]
    place = state.places[p]
    _drift_needs(state, p)
    place.crisis *= CRISIS_FADING
    if now.pulse:
        _strike(state, p)
    leaving = params.turnover_rate / 12.0 * (1.0 - params.staff_continuity)
    for i in range(place.start, place.stop):
        me = state.organisations[i]
        if not works(me):
            continue
        for s in range(len(SECTORS)):
            me.good[s] *= params.stranger_memory
            me.bad[s] *= params.stranger_memory
        pull = params.anchor_rate
        me.mutuality += pull * (me.mutuality_disposition - me.mutuality)
        me.openness += pull * (me.openness_disposition - me.openness)
        me.dominance += pull * (me.dominance_disposition - me.dominance)
        for k in range(NEEDS):
            me.priorities[k] += pull * (me.mission[k] - me.priorities[k])
        me.ideas *= 1.0 - params.idea_decay
        hazard = leaving * (1.0 + params.turnover_stress * me.stress)
        if hazard > 0.0:
            if uniform(now.seed, now.month, PRESSURE, 0, me.uid, NOBODY) < hazard:
                state.tally[0].turnovers += 1
                replace_key_person(state, i, params.turnover_loss, TURNOVER, 1)
    _fade_ties(state, p)


@rule
def replace_key_person(state, i, loss, cause, attempt):
    """A key person goes: trust falls back towards that in strangers, and values are drawn anew.

    A joint post holds its tie. `attempt` separates the draws of different causes.
    """
    now = state.now[0]
    params = params_of(state)
    me = state.organisations[i]
    for s in range(me.tie_start, me.tie_start + me.tie_count):
        t = state.slots[s].tie
        tie = state.ties[t]
        lost = loss * (0.25 if tie.post else 1.0)
        j = other_end(state, t, i)
        mine, theirs = trust_of(state, t, i), trust_of(state, t, j)
        base = stranger_trust(state, i, state.organisations[j].sector)
        set_trust(state, t, i, base + (1.0 - lost) * (mine - base), cause)
        base = stranger_trust(state, j, me.sector)
        set_trust(state, t, j, base + (1.0 - lost) * (theirs - base), cause)
        tie.familiarity *= 1.0 - lost
    u, v = uniforms(now.seed, now.month, PRESSURE, attempt, me.uid, NOBODY)
    w, _ = uniforms(now.seed, now.month, PRESSURE, attempt + 1, me.uid, NOBODY)
    # Uniform noise with the spread of the place's dispositions: sd * sqrt(12) wide.
    wide = math.sqrt(12.0)
    me.mutuality = clip(
        me.mutuality_disposition + params.mutuality_spread * wide * (u - 0.5), 0.0, 1.0
    )
    me.openness = clip(
        me.openness_disposition + params.openness_spread * wide * (v - 0.5), 0.0, 1.0
    )
    me.dominance = clip(
        me.dominance_disposition + params.dominance_spread * wide * (w - 0.5), 0.0, 1.0
    )


@rule
def _drift_needs(state, p):
    params = params_of(state)
    if params.needs_drift <= 0.0:
        return
    now = state.now[0]
    place = state.places[p]
    total, usual = 0.0, 0.0
    for k in range(NEEDS):
        u, v = uniforms(now.seed, now.month, PRESSURE, 10 + k, place.uid, NOBODY)
        # A triangular draw of variance 1: bounded, so that no need can run away in a month.
        step = params.needs_drift * SQRT6 * (u + v - 1.0)
        back = NEEDS_REVERSION * (place.needs_start[k] - place.needs[k])
        place.needs[k] = max(place.needs[k] * (1.0 + step) + back, 0.0)
        total += place.needs[k]
        usual += place.needs_start[k]
    for k in range(NEEDS):
        place.needs[k] *= usual / total


@rule
def _fade_ties(state, p):
    params = params_of(state)
    place = state.places[p]
    f_kept = 1.0 - params.familiarity_decay
    g_kept = 1.0 - params.grievance_decay
    for i in range(place.start, place.stop):
        state.organisations[i].trust_sum = 0.0
    for t in range(place.tie_start, place.tie_top):
        tie = state.ties[t]
        if tie.a < 0:
            continue
        tie.familiarity = max(tie.familiarity * f_kept, 0.5 * tie.post)
        tie.grievance_ab *= g_kept
        tie.grievance_ba *= g_kept
        state.organisations[tie.b].trust_sum += tie.trust_ab
        state.organisations[tie.a].trust_sum += tie.trust_ba
    for i in range(place.start, place.stop):
        me = state.organisations[i]
        me.trust_received = me.trust_sum / max(1, me.tie_count)


@rule
def _strike(state, p):
    """Shocks and joint posts of the month in which they are set."""
    params = params_of(state)
    now = state.now[0]
    place = state.places[p]
    if params.crisis > 0.0:
        place.crisis = params.crisis
    place.public_trust *= 1.0 - params.inquiry
    for i in range(place.start, place.stop):
        me = state.organisations[i]
        if params.restructuring > 0.0 and works(me) and me.sector in (COUNCIL, HEALTH):
            replace_key_person(state, i, params.restructuring, RESTRUCTURING, 4)
    for t in range(place.tie_start, place.tie_top):
        tie = state.ties[t]
        if tie.a < 0:
            continue
        a, b = tie.a, tie.b
        if params.inquiry > 0.0 and state.organisations[a].sector != state.organisations[b].sector:
            set_trust(state, t, a, tie.trust_ab * (1.0 - params.inquiry), INQUIRY)
            set_trust(state, t, b, tie.trust_ba * (1.0 - params.inquiry), INQUIRY)
        if params.trust_reset != 0.0:
            _reset(state, t, params.trust_reset)
    if params.trust_reset != 0.0:
        _reset_strangers(state, p, params.trust_reset)
    _place_joint_posts(state, p, now)


@rule
def _reset(state, t, reset):
    tie = state.ties[t]
    goal = 1.0 if reset > 0.0 else 0.0
    share = abs(reset)
    set_trust(state, t, tie.a, tie.trust_ab + share * (goal - tie.trust_ab), OPENING)
    set_trust(state, t, tie.b, tie.trust_ba + share * (goal - tie.trust_ba), OPENING)
    if reset > 0.0:
        ease(state, t, share)
    else:
        tie.grievance_ab += share * (1.0 - tie.grievance_ab)
        tie.grievance_ba += share * (1.0 - tie.grievance_ba)


@rule
def _reset_strangers(state, p, reset):
    # Remembered strangers and running alliances belong to the start too: a place that collapsed
    # has met nobody well and works in nothing.
    place = state.places[p]
    for i in range(place.start, place.stop):
        me = state.organisations[i]
        for s in range(len(SECTORS)):
            if reset > 0.0:
                me.good[s] += 10.0 * reset
                me.bad[s] *= 1.0 - reset
            else:
                me.bad[s] -= 10.0 * reset
                me.good[s] *= 1.0 + reset
    if reset < -0.5:
        for a in range(place.alliance_start, place.alliance_stop):
            if state.alliances[a].alive:
                dissolve(state, a)


@rule
def _place_joint_posts(state, p, now):
    # Posts go to the most familiar ties between sectors, one organisation at a time in keyed
    # order; they are renewed whenever the levers change.
    params = params_of(state)
    place = state.places[p]
    for t in range(place.tie_start, place.tie_top):
        state.ties[t].post = 0
    left = int(params.joint_posts)
    for slot in range(place.active):
        if left == 0:
            return
        i = state.work[slot].order
        me = state.organisations[i]
        best, most = NONE, 0.0
        for s in range(me.tie_start, me.tie_start + me.tie_count):
            tie = state.ties[state.slots[s].tie]
            j = state.slots[s].partner
            if tie.post == 0 and state.organisations[j].sector != me.sector:
                if tie.familiarity > most:
                    best, most = state.slots[s].tie, tie.familiarity
        if best != NONE:
            state.ties[best].post = 1
            left -= 1
