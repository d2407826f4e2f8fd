"""Weight, positions, goals and decisions in alliances (ODD 7.6)."""

import math

from tests.reference.arithmetic import NEEDS, clip, overlap, plain_sum, shares, towards
from tests.reference.luck import DELIBERATE


def deliberate(place):
    """Let each alliance weigh its members and find a shared purpose."""
    for alliance in place.living_alliances():
        params = place.params
        weigh(alliance)
        alliance.understanding = max(alliance.understanding * 0.99, params.shared_understanding)
        if params.deliberation > 0.0:
            talk(alliance)


def weigh(alliance):
    """Set the members' weights."""
    params, members = alliance.place.params, alliance.members
    for seat in members:
        i = seat.organisation
        others = [other.organisation for other in members if other is not seat]
        power = plain_sum(i.power_over(j) for j in others)
        standing = 0.0
        for j in others:
            tie = i.tie_to.get(j)
            if tie is not None:
                standing += tie.familiarity * tie.trust[j]
        if others:
            standing *= params.standing_weight / len(others)
        raw = power + params.weight_floor + standing
        seat.raw = 0.5 * (raw + seat.raw) if seat.raw > 0.0 else raw
    total = plain_sum(seat.raw for seat in members)
    for seat in members:
        seat.weight = seat.raw / total


def talk(alliance):
    """Let members state positions, decide, and learn."""
    place, members = alliance.place, alliance.members
    params, tally = place.params, place.model.tally
    positions = {}
    for seat in members:
        i = seat.organisation
        spent = i.spend(params.deliberation)
        i.coordination_days += spent * (1.0 - params.action_bias)
        positions[seat] = position_of(i)
    strongest = alliance.strongest()
    for seat in members:
        order = seat.organisation.ordered("speak")
        if order is None:
            seat.stated = seat is strongest or speaks(seat, strongest, positions[seat])
        else:
            seat.stated = order
        tally["positions"] += 1
        tally["stated"] += seat.stated
    goal = goal_of(alliance, positions)
    if goal is None:
        return
    goal = with_served(alliance, goal)
    accepted = plain_sum(1.0 - overlap(position, goal) <= 0.2 for position in positions.values())
    adopted = accepted >= params.majority * len(members)
    talked = params.deliberation * (1.0 - params.action_bias)
    if adopted:
        alliance.shared = towards(alliance.shared, goal, min(1.0, 0.3 * talked))
    alliance.agreed = adopted
    record(alliance, positions, goal, adopted=adopted)
    learn(alliance, positions, talked)


def position_of(i):
    """Return what a member wants: need as it sees it, and its own priorities."""
    params, place = i.params, i.place
    error = params.perception_error * (1.0 - 0.7 * params.co_production)
    if i.small:
        error *= 1.0 - params.local_knowledge_gap
    seen = []
    for k in range(0, NEEDS, 2):
        for n, u in enumerate(place.luck.uniforms(DELIBERATE, k, i.uid)):
            noise = 1.0 + error * math.sqrt(3.0) * (2.0 * u - 1.0)
            seen.append(place.needs[k + n] * max(0.05, noise))
    seen = shares(seen) if plain_sum(seen) > 0.0 else list(i.priorities)
    shared = i.mutuality * (1.0 + place.crisis)
    part = shared / (shared + 1.0 - i.mutuality)
    return [part * s + (1.0 - part) * own for s, own in zip(seen, i.priorities, strict=True)]


def speaks(seat, strongest, position):
    """Whether a member states its position before the strongest."""
    i, j, alliance = seat.organisation, strongest.organisation, seat.alliance
    params = i.params
    p = i.chance_to_speak(
        1.0 - overlap(position, alliance.shared),
        j.power_over(i) * (1.0 - params.neutral_chair),
        i.trust_in(j, i.stranger_prior),
        j.dominance,
        1.0 - params.secret_ballot,
        params.facilitation,
    )
    return i.place.luck.uniform(DELIBERATE, 10, i.uid, alliance.uid) < p


def heard(seat):
    """Whether what a member stated is heard: not that of the hosted."""
    return seat.stated and seat.organisation.host is None


def goal_of(alliance, positions):
    """Return the weighted mean of what was stated and is heard; None if there is nothing."""
    params, members = alliance.place.params, alliance.members
    total, goal = 0.0, [0.0] * NEEDS
    for seat in members:
        if heard(seat):
            equal = params.voice_equality
            weight = (1.0 - equal) * seat.weight + equal / len(members)
            total += weight
            goal = [g + weight * x for g, x in zip(goal, positions[seat], strict=True)]
    return [g / total for g in goal] if total > 0.0 else None


def with_served(alliance, goal):
    """Return the goal with the voice of people who use services in it."""
    place = alliance.place
    part = place.params.lived_experience_weight
    if part <= 0.0:
        return goal
    unmet = []
    for k in range(NEEDS):
        u = place.luck.uniform(DELIBERATE, 50 + k, alliance.uid)
        noise = 1.0 + 0.3 * (2.0 * u - 1.0)
        unmet.append(place.needs[k] * (1.0 - place.need_met[k]) * noise)
    served = shares(unmet)
    if not place.params.sortition and alliance.lead is not None:
        served = towards(served, alliance.lead.priorities, 0.5)
    return towards(goal, served, part)


def record(alliance, positions, goal, *, adopted):
    """Record how acceptable and even a decision is, and whose voice was adopted."""
    tally = alliance.place.model.tally
    distances = [1.0 - overlap(position, goal) for position in positions.values()]
    mean = plain_sum(distances) / len(distances)
    spread = plain_sum(d * d for d in distances) / len(distances) - mean * mean
    tally["acceptability"] += 1.0 - mean
    tally["equity"] += math.sqrt(max(0.0, spread))
    tally["decisions"] += 1
    tally["decided"] += adopted
    for seat in alliance.members:
        adopted_part = overlap(positions[seat], alliance.shared) if heard(seat) else 0.0
        seat.voice = 0.9 * seat.voice + 0.1 * adopted_part


def learn(alliance, positions, talked):
    """Let members learn by talk and by acting together."""
    params = alliance.place.params
    gained = min(1.0, params.understanding_gain * talked)
    alliance.understanding += gained * (1.0 - alliance.understanding)
    for i in alliance.organisations:
        if alliance.distance(i.priorities) <= params.confidence:
            part = min(1.0, params.deliberation_drift * talked) * i.openness
            i.priorities = towards(i.priorities, alliance.shared, part)
    action = params.deliberation * params.action_bias
    if action > 0.0:
        members = alliance.organisations
        for n, i in enumerate(members):
            for j in members[n + 1 :]:
                if j in i.tie_to:
                    i.tie_to[j].grow_familiar(clip(params.familiarity_gain * action, 0.0, 1.0))
    if alliance.place.model.month >= 0:
        alliance.consequence = params.consequence
