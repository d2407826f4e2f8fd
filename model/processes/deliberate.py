"""Process 6: members say what they want, decide, and learn from one another."""

import math

from alliances.model.kernel.compiled import rule
from alliances.model.kernel.draws import DELIBERATE, NOBODY, uniform, uniforms
from alliances.model.kernel.process import process
from alliances.model.kernel.state import MEMBERS, NEEDS, NONE
from alliances.model.processes.awards import SMALL
from alliances.model.processes.relations import (
    backing_of,
    clip,
    find_tie,
    grow_familiar,
    overlap,
    params_of,
    power_over,
    speaks,
    spend,
    trust_of,
)
from alliances.model.processes.seats import seats_end
from alliances.model.registry import number

SQRT3 = math.sqrt(3.0)
ASKED_ERROR = 0.3  # share of the error in seeing need that full co-production leaves
LOT_ERROR = 0.3  # error of people drawn by lot; chosen by the lead they see half with its eyes
SHIFT = 0.3  # share of the way to what was stated that a day of deliberation moves
UNDERSTANDING_LOST = 0.01  # share of shared understanding lost in a month
VOICE_MEMORY = 0.9
ACCEPTED = 0.2  # distance from one's own position at which a decision is still accepted

DELIBERATING = (
    number(
        "confidence",
        0.5,
        0,
        1,
        "0-1",
        1,
        "Bounds of confidence",
        "Distance between priorities beyond which a member no longer listens; 1 means that all "
        "listen to all. Low values keep far-off views unheard, whoever holds them.",
        levels=(0.2, 0.8),
        source="form: bounded confidence; value assumed; swept",
    ),
    number(
        "deliberation_drift",
        0.08,
        0,
        0.5,
        "a month",
        0,
        "Learning by deliberation",
        "Share of the distance to the shared priorities covered by a day of deliberation. Time "
        "is what makes a purpose shared.",
        levels=(0.03, 0.2),
        source="assumed; swept",
    ),
    number(
        "perception_error",
        0.4,
        0,
        2,
        "log units",
        0,
        "Error in seeing need",
        "Standard deviation of how an organisation without local knowledge sees need. Work may "
        "go to needs that are less pressing than they seem.",
        levels=(0.15, 0.8),
        source="assumed; swept",
    ),
    number(
        "local_knowledge_gap",
        0.0,
        0,
        1,
        "0-1",
        0,
        "Do the small know better?",
        "How much smaller the error of small local organisations is; 0 gives all the same. That "
        "the small know better is a question to ask, not something to take for granted.",
        levels=(0.25, 0.75),
        source="neutral by choice, so that it is no axiom; swept",
    ),
)


@process(
    before="deliver",
    parameters={"Deliberating": DELIBERATING},
    mechanisms={
        "perception error": ("perception_error",),
        "understanding": ("understanding_gain", "shared_understanding"),
    },
)
def deliberate(state, p):
    """Hold the month's deliberation of every alliance in place p."""
    place = state.places[p]
    for a in range(place.alliance_start, place.alliance_stop):
        if state.alliances[a].alive:
            _deliberate(state, p, a)


@rule
def weigh_members(state, a):
    """Weight in the group: pairwise power over the others + floor + standing; shares sum to 1.

    Standing is the familiarity-weighted trust that the others have in a member; weight is damped
    by last month's.
    """
    params = params_of(state)
    first, stop = a * MEMBERS, seats_end(state, a)
    sums = state.work  # in `value` power over the others, in `value_2` their trust
    for m in range(first, stop):
        sums[m - first].value = 0.0
        sums[m - first].value_2 = 0.0
    for m in range(first, stop):
        i = state.members[m].organisation
        for n in range(m + 1, stop):
            j = state.members[n].organisation
            if i == NONE or j == NONE:
                continue
            sums[m - first].value += power_over(state, i, j)
            sums[n - first].value += power_over(state, j, i)
            t = find_tie(state, i, j)
            if t != NONE:
                familiarity = state.ties[t].familiarity
                sums[m - first].value_2 += familiarity * trust_of(state, t, j)
                sums[n - first].value_2 += familiarity * trust_of(state, t, i)
    total, others = 0.0, max(1, state.alliances[a].members - 1)
    for m in range(first, stop):
        member = state.members[m]
        if member.organisation == NONE:
            continue
        member.standing = params.standing_weight * sums[m - first].value_2 / others
        weight = sums[m - first].value + params.weight_floor + member.standing
        member.raw = 0.5 * (member.raw + weight) if member.raw > 0.0 else weight
        total += member.raw
    for m in range(first, seats_end(state, a)):
        if state.members[m].organisation != NONE:
            state.members[m].weight = state.members[m].raw / total


@rule
def _see_need(state, p, i, vector):
    """What i wants: need as it sees it, weighed by mutuality against its own priorities.

    The error falls with what people who are served were asked, and for small bodies with the
    world's `local_knowledge_gap`.
    """
    params = params_of(state)
    now = state.now[0]
    place = state.places[p]
    me = state.organisations[i]
    error = params.perception_error * (1.0 - (1.0 - ASKED_ERROR) * params.co_production)
    if me.income < SMALL:
        error *= 1.0 - params.local_knowledge_gap
    total = 0.0
    for k in range(0, NEEDS, 2):
        u, v = uniforms(now.seed, now.month, DELIBERATE, k, me.uid, NOBODY)
        vector[k] = place.needs[k] * max(0.05, 1.0 + error * SQRT3 * (2.0 * u - 1.0))
        vector[k + 1] = place.needs[k + 1] * max(0.05, 1.0 + error * SQRT3 * (2.0 * v - 1.0))
        total += vector[k] + vector[k + 1]
    # A crisis makes shared need more visible: its weight grows against own priorities.
    shared = me.mutuality * (1.0 + place.crisis)
    shared = shared / (shared + 1.0 - me.mutuality) if shared > 0.0 else 0.0
    for k in range(NEEDS):
        vector[k] = shared * vector[k] / total + (1.0 - shared) * me.priorities[k]


@rule
def _served_voice(state, p, a, vector):
    """What people who use services say: unmet need, seen by them or half through the lead."""
    params = params_of(state)
    now = state.now[0]
    place = state.places[p]
    alliance = state.alliances[a]
    total = 0.0
    for k in range(NEEDS):
        u, _ = uniforms(now.seed, now.month, DELIBERATE, 50 + k, alliance.uid, NOBODY)
        unmet = place.needs[k] * (1.0 - place.need_met[k]) + 1e-9
        vector[k] = unmet * (1.0 + LOT_ERROR * (2.0 * u - 1.0))
        total += vector[k]
    captured = 0.0 if params.sortition > 0.0 or alliance.lead == NONE else 0.5
    for k in range(NEEDS):
        vector[k] *= (1.0 - captured) / total
        if captured > 0.0:
            vector[k] += captured * state.organisations[alliance.lead].priorities[k]


@rule
def _strongest(state, a):
    best, most = NONE, -1.0
    for m in range(a * MEMBERS, seats_end(state, a)):
        if state.members[m].organisation != NONE and state.members[m].weight > most:
            best, most = m, state.members[m].weight
    return best


@rule
def _deliberate(state, p, a):
    params = params_of(state)
    now = state.now[0]
    tally = state.tally[0]
    alliance = state.alliances[a]
    days = params.deliberation
    weigh_members(state, a)
    alliance.understanding *= 1.0 - UNDERSTANDING_LOST
    alliance.understanding = max(alliance.understanding, params.shared_understanding)
    if days <= 0.0 or alliance.members == 0:
        return
    talk = days * (1.0 - params.action_bias)
    strongest = _strongest(state, a)
    chief = state.members[strongest].organisation
    position = state.work[0].vector
    total, count = 0.0, 0
    goal = state.work[1].vector
    for k in range(NEEDS):
        goal[k] = 0.0
    first = a * MEMBERS
    for m in range(first, seats_end(state, a)):
        member = state.members[m]
        i = member.organisation
        if i == NONE:
            continue
        me = state.organisations[i]
        count += 1
        given = min(days, max(0.0, me.free))
        spend(state, i, given)
        me.coordination_days += given * (1.0 - params.action_bias)
        position = state.work[2 + m - first].vector
        _see_need(state, p, i, position)
        stake = 1.0 - overlap(position, alliance.shared)
        member.stated = 1
        if m != strongest:
            t = find_tie(state, i, chief)
            trust = trust_of(state, t, i) if t != NONE else me.stranger_prior
            chance = speaks(
                params,
                stake,
                power_over(state, chief, i) * (1.0 - params.neutral_chair),
                trust,
                state.organisations[chief].dominance,
                1.0 - params.secret_ballot,
                backing_of(state, i),
                params.facilitation,
            )
            u = uniform(now.seed, now.month, DELIBERATE, 10, me.uid, alliance.uid)
            member.stated = 1 if u < chance else 0
        if me.order_speak != NONE:
            member.stated = me.order_speak
        hosted = me.host != NONE  # the voice of a hosted body is its host's
        tally.positions += 1
        tally.stated += member.stated
        if member.stated and not hosted:
            weight = (1.0 - params.voice_equality) * member.weight
            weight += params.voice_equality / alliance.members
            for k in range(NEEDS):
                goal[k] += weight * position[k]
            total += weight
    if total <= 0.0:
        return
    for k in range(NEEDS):
        goal[k] /= total
    if params.lived_experience_weight > 0.0:
        served = state.work[0].vector
        _served_voice(state, p, a, served)
        share = params.lived_experience_weight
        for k in range(NEEDS):
            goal[k] = (1.0 - share) * goal[k] + share * served[k]
    _decide(state, a, goal, talk)
    _learn_together(state, a, talk, days * params.action_bias)
    if now.month >= 0:
        alliance.consequence = params.consequence


@rule
def _decide(state, a, goal, talk):
    """Adopt what was stated if the majority accepts it; record success, acceptability, equity."""
    params = params_of(state)
    tally = state.tally[0]
    alliance = state.alliances[a]
    first = a * MEMBERS
    accepted, distance, squares, count = 0, 0.0, 0.0, 0
    for m in range(first, seats_end(state, a)):
        if state.members[m].organisation == NONE:
            continue
        apart = 1.0 - overlap(state.work[2 + m - first].vector, goal)
        accepted += apart <= ACCEPTED
        distance += apart
        squares += apart * apart
        count += 1
    mean = distance / count
    tally.decisions += 1
    tally.acceptability += 1.0 - mean
    tally.equity += math.sqrt(max(0.0, squares / count - mean * mean))
    alliance.agreed = 1 if accepted >= params.majority * count else 0
    tally.decided += alliance.agreed
    if alliance.agreed:
        step = min(1.0, SHIFT * talk)
        for k in range(NEEDS):
            alliance.shared[k] += step * (goal[k] - alliance.shared[k])
    for m in range(first, seats_end(state, a)):
        member = state.members[m]
        if member.organisation == NONE:
            continue
        heard = 0.0
        if member.stated and state.organisations[member.organisation].host == NONE:
            heard = overlap(state.work[2 + m - first].vector, alliance.shared)
        member.voice = VOICE_MEMORY * member.voice + (1.0 - VOICE_MEMORY) * heard


@rule
def _learn_together(state, a, talk, action):
    """Members within reach of each other learn; understanding and familiarity grow."""
    params = params_of(state)
    alliance = state.alliances[a]
    gain = min(1.0, params.understanding_gain * talk)
    alliance.understanding += gain * (1.0 - alliance.understanding)
    drift = min(1.0, params.deliberation_drift * talk)
    first = a * MEMBERS
    for m in range(first, seats_end(state, a)):
        i = state.members[m].organisation
        if i == NONE:
            continue
        me = state.organisations[i]
        if 1.0 - overlap(me.priorities, alliance.shared) <= params.confidence:
            for k in range(NEEDS):
                me.priorities[k] += drift * me.openness * (alliance.shared[k] - me.priorities[k])
        if action > 0.0:  # small joint actions: people who do things get to know each other
            for n in range(m + 1, seats_end(state, a)):
                j = state.members[n].organisation
                t = find_tie(state, i, j) if j != NONE else NONE
                if t != NONE:
                    grow_familiar(state, t, clip(params.familiarity_gain * action, 0.0, 1.0))
