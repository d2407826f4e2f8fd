"""Process 3: organisations meet, well or badly, and what they feel about each other changes."""

import math

from alliances.model.kernel.compiled import rule
from alliances.model.kernel.draws import MEET, NOBODY, pair_uniforms, uniforms
from alliances.model.kernel.process import process
from alliances.model.kernel.state import NEEDS, NONE, SEATS, SECTORS, cause
from alliances.model.processes.awards import SMALL
from alliances.model.processes.relations import (
    add_grievance,
    backing_of,
    ease,
    find_tie,
    grow_familiar,
    learn,
    make_tie,
    overlap,
    params_of,
    power_over,
    sigmoid,
    speaks,
    spend,
    stranger_trust,
    to_power,
    trust_of,
)

MEETING = cause("meeting")
MOST_MEETINGS = 8  # that one organisation seeks in a month

# How a meeting ended.
NOT_HELD, WELL, RAISED, AVOIDED = range(4)


@rule
def fill_forums(state, p):
    """Seat those who attend in forums of about twelve; return the number of forums.

    A forum draws on a sector, a size or nobody in particular; who finds it full tries two others
    and then stays at home, so one entry or exit disturbs few forums.
    """
    params = params_of(state)
    now = state.now[0]
    place = state.places[p]
    seats = int(params.forum_seats)
    forums = max(1, int(math.ceil(place.built * params.forum_attendance / seats)))
    work = state.work
    for f in range(forums + 1):
        work[f].bucket = 0
    for slot in range(place.active):
        i = work[slot].order
        me = state.organisations[i]
        work[slot].forum = NONE
        u, kind = uniforms(now.seed, now.month, MEET, 200, me.uid, NOBODY)
        going = params.forum_attendance * min(1.0, me.reach)
        if u >= going:
            continue
        spread = u / going
        for attempt in range(3):
            if attempt > 0:
                spread, _ = uniforms(now.seed, now.month, MEET, 200 + attempt, me.uid, NOBODY)
            if kind < params.homophily_sector:
                forum = _forum_of_kind(spread, forums, me.sector, len(SECTORS))
            elif kind < params.homophily_sector + params.homophily_size:
                forum = _forum_of_kind(spread, forums, me.band, NEEDS)
            else:
                forum = int(spread * forums)
            if work[forum + 1].bucket < seats:
                work[slot].forum = forum
                work[forum + 1].bucket += 1
                break
    for f in range(forums):
        work[f + 1].bucket += work[f].bucket
    for f in range(forums):  # there may be more forums than working bodies
        work[f].choice = 0
    for slot in range(place.active):
        forum = work[slot].forum
        if forum != NONE:
            work[work[forum].bucket + work[forum].choice].seat = work[slot].order
            work[forum].choice += 1
    return forums


@rule
def _forum_of_kind(spread, forums, kind, kinds):
    # Forums come in rows of one for each kind; where there are too few, kinds share them.
    if forums < kinds:
        return kind % forums
    return int(spread * (forums // kinds)) * kinds + kind


@rule
def _forum_partner(state, slot, u):
    # Somebody else in the same forum; of two drawn, the better connected more likely.
    work = state.work
    forum = work[slot].forum
    if forum == NONE:
        return NONE
    first = work[forum].bucket
    present = work[forum + 1].bucket - first
    if present < 2:
        return NONE
    spread = u * present
    one = work[first + int(spread)].seat
    spread = (spread - int(spread)) * present
    two = work[first + int(spread)].seat
    spread -= int(spread)
    s = params_of(state).choice_sensitivity
    pull_one = to_power(1.0 + state.organisations[one].tie_count, s)
    pull_two = to_power(1.0 + state.organisations[two].tie_count, s)
    return one if spread * (pull_one + pull_two) < pull_one else two


@rule
def _tie_at(state, i, spread):
    me = state.organisations[i]
    return state.slots[me.tie_start + int(spread * me.tie_count)]


@rule
def _own_partner(state, i, u):
    # Of two ties drawn evenly, one by familiarity x trust to the power of choice sensitivity:
    # bounded work whatever the number of ties.
    count = state.organisations[i].tie_count
    if count == 0:
        return NONE
    one = _tie_at(state, i, u)
    spread = u * count - int(u * count)
    two = _tie_at(state, i, spread)
    spread = spread * count - int(spread * count)
    s = params_of(state).choice_sensitivity
    pull_one = to_power(1e-6 + state.ties[one.tie].familiarity * trust_of(state, one.tie, i), s)
    pull_two = to_power(1e-6 + state.ties[two.tie].familiarity * trust_of(state, two.tie, i), s)
    return one.partner if spread * (pull_one + pull_two) < pull_one else two.partner


@rule
def meeting_chance(state, i, j, trust_i, trust_j, grievances, common, facilitation):
    """Probability that a meeting of i and j goes well.

    ``sigmoid(b0 + b_c (common - 1/2) + b_t (t_ij + t_ji - 2 t0)
    - (b_a |a_ij| dominance of the stronger + b_g (g_ij + g_ji)) (1 - facilitation)
    - b_s (stress_i + stress_j))``
    """
    params = params_of(state)
    me, other = state.organisations[i], state.organisations[j]
    asymmetry = power_over(state, i, j) - power_over(state, j, i)
    dominance = me.dominance if asymmetry > 0.0 else other.dominance
    strain = params.meeting_power * abs(asymmetry) * dominance
    strain += params.meeting_grievance * grievances
    return sigmoid(
        params.meeting_base
        + params.meeting_common * (common - 0.5)
        + params.meeting_trust * (trust_i + trust_j - 2.0 * params.stranger_trust)
        - strain * (1.0 - facilitation)
        - params.meeting_stress * (me.stress + other.stress)
    )


@rule
def carried(state, t0, trust_in_carrier):
    """First trust in a stranger vouched for by somebody trusted."""
    return max(t0, (1.0 - params_of(state).carried_discount) * trust_in_carrier)


@rule
def plan_meeting(state, row, i, j, via_i, via_j, facilitation, attempt):
    """Write intended meeting `row`: everything that depends on the month's opening state.

    `via_i`, `via_j` are the trust that each has in whoever brings them together (negative:
    nobody does).
    """
    now = state.now[0]
    pair = state.pairs[row]
    me, other = state.organisations[i], state.organisations[j]
    t = find_tie(state, i, j)
    if t != NONE:
        tie = state.ties[t]
        trust_i, trust_j = trust_of(state, t, i), trust_of(state, t, j)
        grievances = tie.grievance_ab + tie.grievance_ba
    else:
        trust_i = stranger_trust(state, i, other.sector)
        trust_j = stranger_trust(state, j, me.sector)
        if via_i >= 0.0:
            trust_i = carried(state, trust_i, via_i)
            trust_j = carried(state, trust_j, via_j)
        grievances = 0.0
    common = overlap(me.priorities, other.priorities)
    pair.i, pair.j = i, j
    pair.common = common
    pair.value, pair.value_2 = trust_i, trust_j
    pair.facilitation = facilitation
    pair.chance = meeting_chance(state, i, j, trust_i, trust_j, grievances, common, facilitation)
    pair.draw, pair.draw_2 = pair_uniforms(now.seed, now.month, MEET, attempt, me.uid, other.uid)


@rule
def hold_meeting(state, p, row, cause):
    """Hold intended meeting `row` if both still can; return how it ended."""
    params = params_of(state)
    now = state.now[0]
    tally = state.tally[0]
    pair = state.pairs[row]
    i, j = pair.i, pair.j
    me, other = state.organisations[i], state.organisations[j]
    days = params.meeting_days
    if me.free < days or other.free < days:
        return NOT_HELD
    t = find_tie(state, i, j)
    if t != NONE and state.ties[t].met == now.month:
        return NOT_HELD  # a pair meets at most once a month
    first = t == NONE
    if first:
        t = make_tie(state, p, i, j, pair.value, pair.value_2)
        if t == NONE:
            return NOT_HELD
    tie = state.ties[t]
    tie.met = now.month
    for end in (i, j):
        someone = state.organisations[end]
        someone.met += 1
        repaid = params.paid_participation if someone.income < SMALL else 0.0
        spend(state, end, days * (1.0 - repaid))
    tally.meetings += 1
    well = pair.draw < pair.chance
    if first:
        if well:
            me.good[other.sector] += 1.0
            other.good[me.sector] += 1.0
        else:
            me.bad[other.sector] += 1.0
            other.bad[me.sector] += 1.0
    if well:
        tally.meetings_well += 1
        learn(state, t, i, 1.0, cause)
        learn(state, t, j, 1.0, cause)
        grow_familiar(state, t, params.familiarity_gain)
        ease(state, t, 0.5)
        for k in range(NEEDS):  # each learns the other's priorities by its openness
            gap = other.priorities[k] - me.priorities[k]
            me.priorities[k] += params.priority_drift * me.openness * gap
            other.priorities[k] -= params.priority_drift * other.openness * gap
        return WELL
    # The one with less power must speak up; between equals the lower uid.
    weak, strong = i, j
    down = power_over(state, j, i) - power_over(state, i, j)
    if down < 0.0 or (down == 0.0 and other.uid < me.uid):
        weak, strong = j, i
        down = -down
    speaker, listener = state.organisations[weak], state.organisations[strong]
    chance = speaks(
        params,
        1.0 - pair.common,
        down,
        trust_of(state, t, weak),
        listener.dominance,
        1.0,
        backing_of(state, weak),
        pair.facilitation,
    )
    chance *= speaker.openness + (1.0 - speaker.openness) * params.conflict_practice
    if speaker.order_speak != NONE:
        chance = float(speaker.order_speak)
    if listener.order_speak == 1:  # a player raises it from the stronger side too
        chance = 1.0
    raised = pair.draw_2 < chance
    if raised:
        tally.raised += 1
        learn(state, t, i, -0.3, cause)
        learn(state, t, j, -0.3, cause)
        grow_familiar(state, t, 0.5 * params.familiarity_gain)
        ease(state, t, 0.5)
        # What is left of the draw decides on a new idea: too close means none.
        left = pair.draw_2 / max(chance, 1e-12)
        if left < params.idea_chance * (1.0 - pair.common):
            me.ideas += params.idea_gain * (1.0 - me.ideas)
            other.ideas += params.idea_gain * (1.0 - other.ideas)
        return RAISED
    tally.avoided += 1
    learn(state, t, i, -1.0, cause)
    learn(state, t, j, -1.0, cause)
    add_grievance(state, t, i, params.grievance_gain)
    add_grievance(state, t, j, params.grievance_gain)
    for s in range(SEATS):  # an avoided conflict stays open in an alliance of both
        seat = me.seat[s]
        if seat != NONE:
            for r in range(SEATS):
                theirs = other.seat[r]
                if theirs != NONE:
                    if state.members[seat].alliance == state.members[theirs].alliance:
                        state.alliances[state.members[seat].alliance].conflicts += 1.0
    return AVOIDED


@process(
    before="connect",
    mechanisms={
        "stranger learning": ("stranger_learning",),
        "ideas": ("idea_chance",),
        "power in meetings": ("meeting_power",),
        "homophily": ("homophily_sector", "homophily_size"),
    },
)
def meet(state, p):
    """Hold the month's meetings in place p: all are planned on the opening state, then held."""
    params = params_of(state)
    now = state.now[0]
    place = state.places[p]
    fill_forums(state, p)
    planned = 0
    for slot in range(place.active):
        i = state.work[slot].order
        me = state.organisations[i]
        wanted, _ = uniforms(now.seed, now.month, MEET, 300, me.uid, NOBODY)
        attempts = min(int(params.meetings * me.reach + wanted), MOST_MEETINGS)
        for attempt in range(attempts):
            u, v = uniforms(now.seed, now.month, MEET, attempt, me.uid, NOBODY)
            via_i, via_j = -1.0, -1.0
            if u >= params.exploration:
                j = _own_partner(state, i, v)
            elif u < params.exploration * params.friend_ring and me.tie_count > 0:
                friend = _tie_at(state, i, v)
                spread = v * me.tie_count - int(v * me.tie_count)
                onward = _tie_at(state, friend.partner, spread)
                j = onward.partner
                via_i = trust_of(state, friend.tie, i)
                via_j = trust_of(state, onward.tie, j)
            else:
                j = _forum_partner(state, slot, v)
            if j != NONE and j != i:
                plan_meeting(state, planned, i, j, via_i, via_j, params.facilitation, 100)
                planned += 1
    for row in range(planned):
        hold_meeting(state, p, row, MEETING)
