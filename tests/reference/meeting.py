"""Forums, and who meets whom in a month (ODD 7.3)."""

import math
from dataclasses import dataclass

from tests.reference.arithmetic import drawn_evenly, overlap, sigma
from tests.reference.luck import MEET
from tests.reference.tie import make_tie

MOST_MEETINGS = 8


@dataclass
class Meeting:
    """A meeting that is planned: who, how likely it goes well, and its luck."""

    i: object
    j: object
    common: float
    chance: float
    facilitation: float
    first_trust: tuple
    luck: tuple
    cause: str


def meet(place):
    """Let organisations go to forums, plan meetings, and hold them."""
    forum_of, present = go_to_forums(place)
    planned = []
    for i in place.order:
        u = place.luck.uniform(MEET, 300, i.uid)
        sought = min(MOST_MEETINGS, math.floor(place.params.meetings * i.reach + u))
        for h in range(sought):
            j, friend = whom_to_meet(i, h, present.get(forum_of.get(i), []))
            if j is not None and j is not i:
                planned.append(plan(i, j, friend))
    for meeting in planned:
        hold(meeting)


def go_to_forums(place):
    """Let organisations go to forums; return each one's forum, and who is in each."""
    params, luck = place.params, place.luck
    seats = int(params.forum_seats)
    count = max(1, math.ceil(place.built * params.forum_attendance / seats))
    forum_of, present = {}, {}
    for i in place.order:
        u, kind = luck.uniforms(MEET, 200, i.uid)
        going = params.forum_attendance * min(1.0, i.reach)
        if u >= going:
            continue
        for h in range(3):
            x = u / going if h == 0 else luck.uniform(MEET, 200 + h, i.uid)
            forum = forum_for(i, x, kind, count)
            there = present.setdefault(forum, [])
            if len(there) < seats:
                there.append(i)
                forum_of[i] = forum
                break
    return forum_of, present


def forum_for(i, x, kind, count):
    """Return the forum that an organisation looks for."""
    params = i.params
    if kind < params.homophily_sector:
        number, kinds = i.sector, 5
    elif kind < params.homophily_sector + params.homophily_size:
        number, kinds = i.band, 6
    else:
        return math.floor(x * count)
    if count < kinds:
        return number % count
    return math.floor(x * (count // kinds)) * kinds + number


def whom_to_meet(i, h, forum):
    """Return whom an organisation seeks to meet, and the friend who knows both."""
    params = i.params
    u, v = i.place.luck.uniforms(MEET, h, i.uid)
    if u >= params.exploration:
        return own_tie(i, v), None
    if u < params.exploration * params.friend_ring and i.ties:
        tie, rest = drawn_evenly(i.ties, v)
        friend = tie.other(i)
        if not friend.ties:
            return None, None
        tie, _ = drawn_evenly(friend.ties, rest)
        return tie.other(friend), friend
    return one_of_two(forum, v, lambda j: (1.0 + len(j.ties)) ** params.choice_sensitivity), None


def own_tie(i, v):
    """Return the other end of one of two ties, drawn by familiarity and trust."""
    power = i.params.choice_sensitivity
    tie = one_of_two(i.ties, v, lambda tie: (1e-6 + tie.familiarity * tie.trust[i]) ** power)
    return None if tie is None else tie.other(i)


def one_of_two(things, v, weight):
    """Draw two things evenly and choose one in proportion to its weight; None from nothing."""
    if not things:
        return None
    one, rest = drawn_evenly(things, v)
    other, rest = drawn_evenly(things, rest)
    first, second = weight(one), weight(other)
    return one if rest * (first + second) < first else other


def plan(i, j, friend):
    """Plan a meeting on the state before any meeting of the month."""
    params = i.params
    carried = None
    if friend is not None:
        carried = tuple(one.trust_in(friend, 0.0) for one in (i, j))
    luck = i.place.luck.pair_uniforms(MEET, 100, i.uid, j.uid)
    return prepared(i, j, carried, params.facilitation, luck, "meeting")


def prepared(i, j, carried, facilitation, luck, cause):
    """Return a meeting with its chance; `carried` is the trust of i and j in a go-between."""
    tie = i.tie_to.get(j)
    if tie is not None:
        trust = (tie.trust[i], tie.trust[j])
        grievance = tie.grievance[i] + tie.grievance[j]
    else:
        trust = first_trust(i, j, carried)
        grievance = 0.0
    common = overlap(i.priorities, j.priorities)
    chance = chance_of(i, j, common, trust, grievance, facilitation)
    return Meeting(i, j, common, chance, facilitation, trust, luck, cause)


def first_trust(i, j, carried):
    """Return the trust with which two strangers begin."""
    trust = [i.trust_in_strangers(j.sector), j.trust_in_strangers(i.sector)]
    if carried is not None:
        kept = 1.0 - i.params.carried_discount
        trust = [max(t, kept * c) for t, c in zip(trust, carried, strict=True)]
    return tuple(trust)


def chance_of(i, j, common, trust, grievance, facilitation):
    """Return the chance that a meeting goes well."""
    params = i.params
    edge = i.power_over(j) - j.power_over(i)
    dominance = i.dominance if edge > 0.0 else j.dominance
    strain = params.meeting_power * abs(edge) * dominance + params.meeting_grievance * grievance
    return sigma(
        params.meeting_base
        + params.meeting_common * (common - 0.5)
        + params.meeting_trust * (trust[0] + trust[1] - 2.0 * params.stranger_trust)
        - strain * (1.0 - facilitation)
        - params.meeting_stress * (i.stress + j.stress)
    )


def hold(meeting):
    """Hold a meeting; return whether it went well, None if it could not be held."""
    i, j = meeting.i, meeting.j
    params, model = i.params, i.model
    if min(i.free, j.free) < params.meeting_days:
        return None
    tie = i.tie_to.get(j)
    if tie is not None and tie.met == model.month:
        return None
    first = tie is None
    if first:
        tie = make_tie(i, j, *meeting.first_trust)
        if tie is None:
            return None
    tie.met = model.month
    well = meeting.luck[0] < meeting.chance
    for one, other in ((i, j), (j, i)):
        paid = params.paid_participation if one.small else 0.0
        one.spend(params.meeting_days * (1.0 - paid))
        one.met += 1
        if first:
            memory = one.good if well else one.bad
            memory[other.sector] += 1.0
    model.tally["meetings"] += 1
    if well:
        model.tally["meetings_well"] += 1
        go_well(tie, meeting.cause)
    else:
        go_badly(tie, meeting)
    return well


def go_well(tie, cause):
    """Let a meeting go well."""
    i, j = tie.ends
    params = i.params
    tie.both_learn(1.0, cause)
    tie.grow_familiar(params.familiarity_gain)
    tie.ease(0.5)
    before = {i: list(i.priorities), j: list(j.priorities)}
    for one, other in ((i, j), (j, i)):
        part = params.priority_drift * one.openness
        one.priorities = [
            mine + part * (theirs - mine)
            for mine, theirs in zip(before[one], before[other], strict=True)
        ]


def weaker_of(i, j, edge):
    """Return who has less power, `edge` being i's lead; between equals who has the lower uid."""
    if edge == 0.0:
        return min(i, j, key=lambda one: one.uid)
    return j if edge > 0.0 else i


def go_badly(tie, meeting):
    """Let the weaker side of a bad meeting say so, or not."""
    i, j = meeting.i, meeting.j
    params, tally = i.params, i.model.tally
    edge = i.power_over(j) - j.power_over(i)
    weaker = weaker_of(i, j, edge)
    stronger = tie.other(weaker)
    p = weaker.chance_to_speak(
        1.0 - meeting.common,
        abs(edge),
        tie.trust[weaker],
        stronger.dominance,
        1.0,
        meeting.facilitation,
    )
    p *= weaker.openness + (1.0 - weaker.openness) * params.conflict_practice
    v = meeting.luck[1]
    if weaker.ordered("speak") or stronger.ordered("speak"):
        p = 1.0
    elif weaker.ordered("speak") is False:
        p = 0.0
    if v < p:
        tally["raised"] += 1
        tie.both_learn(-0.3, meeting.cause)
        tie.grow_familiar(0.5 * params.familiarity_gain)
        tie.ease(0.5)
        if v / p < params.idea_chance * (1.0 - meeting.common):
            tally["ideas"] += 1
            for one in (i, j):
                one.ideas += params.idea_gain * (1.0 - one.ideas)
        return
    tally["avoided"] += 1
    tie.both_learn(-1.0, meeting.cause)
    for one in (i, j):
        tie.add_grievance(one, params.grievance_gain)
    for seat in i.taken_seats():
        if seat.alliance.seat_of(j) is not None:
            seat.alliance.conflicts += 1.0
