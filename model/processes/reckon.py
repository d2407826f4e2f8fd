"""Process 8: what was done is held against what was said and shared, and power is answered."""

from alliances.model.kernel.compiled import rule
from alliances.model.kernel.draws import RECKON, uniform
from alliances.model.kernel.process import process
from alliances.model.kernel.state import MEMBERS, NONE, cause
from alliances.model.processes.relations import (
    add_grievance,
    backing_of,
    clip,
    find_tie,
    grow_familiar,
    learn,
    make_tie,
    params_of,
    payer_of,
    power_over,
    speaks,
    stranger_trust,
    to_power,
    trust_of,
)
from alliances.model.processes.seats import seats_end

RECIPROCITY = cause("reciprocity")
GRAB = cause("grab")
CALLED_OUT = cause("called out")
PROMISE = cause("failed promise")
BEHIND, AHEAD = 0.8, 0.3  # Fehr and Schmidt 1999: weight of having less, and of having more
GRABBED = 0.2  # share of the others' money and credit that is taken
ALLIANCE_MEETING = 0.5  # familiarity of a month in one alliance, in meetings
MOST_SHIFT = 0.5  # of the tendered share that pressure from below can move
SHIFT_KEPT = 0.99  # a month
USUALLY_KEPT = 0.5  # share of a pledge that leaves trust as it is


@process(
    before="account",
    mechanisms={
        "dominance": ("overrule_rate",),
        "upward push": ("upward_push",),
        "reciprocity": ("reciprocity",),
        "fairness": ("fairness",),
    },
)
def reckon(state, p):
    """Split money and credit, answer power, and move trust by contribution and fairness."""
    place = state.places[p]
    for a in range(place.alliance_start, place.alliance_stop):
        if state.alliances[a].alive:
            _split(state, a)
            _overrule(state, p, a)
            _judge(state, p, a)
    _move_mutuality(state, p)
    _push_upward(state, p)


@rule
def _split(state, a):
    """Shares of pot and credit: outside option + w x surplus, w between weight and contribution.

    The outside option is what a member's days would have earned alone; if the pot is smaller
    than their sum it is split in proportion to them. Weight counts for each pound of it: who
    brings little takes little out, whatever its say. Credit goes by weight alone. Shares sum to 1.
    """
    params = params_of(state)
    alliance = state.alliances[a]
    first = a * MEMBERS
    powers, outside, claims = 0.0, 0.0, 0.0
    for m in range(first, seats_end(state, a)):
        member = state.members[m]
        if member.organisation == NONE:
            continue
        me = state.organisations[member.organisation]
        power = to_power(member.weight, params.power_exponent)
        member.outside = member.days * me.income / 12.0 / me.attention
        powers += power
        outside += member.outside
        claims += power * member.outside
    pot = alliance.pot
    for m in range(first, seats_end(state, a)):
        member = state.members[m]
        if member.organisation == NONE:
            continue
        power = to_power(member.weight, params.power_exponent)
        equal = params.reward_equality
        member.credit = (1.0 - equal) * power / powers + equal * member.contribution
        claim = power * member.outside / claims if claims > 0.0 else power / powers
        share = (1.0 - equal) * claim + equal * member.contribution
        if outside >= pot > 0.0:
            member.money = member.outside / outside
        elif pot > 0.0:
            member.money = (member.outside + share * (pot - outside)) / pot
        else:
            member.money = share


@rule
def _overrule(state, p, a):
    """The strongest may overrule and grab; whoever speaks up may curb it, or pay for it."""
    params = params_of(state)
    now = state.now[0]
    tally = state.tally[0]
    alliance = state.alliances[a]
    first = a * MEMBERS
    strongest = NONE
    for m in range(first, seats_end(state, a)):
        if state.members[m].organisation != NONE:
            if strongest == NONE or state.members[m].weight > state.members[strongest].weight:
                strongest = m
    if strongest == NONE or alliance.members < 2:
        return
    i = state.members[strongest].organisation
    chief = state.organisations[i]
    peers = params.peer_accountability * chief.trust_received
    watched = clip(params.oversight * (1.0 - params.peer_accountability + 2.0 * peers), 0.0, 1.0)
    even = 1.0 / alliance.members  # the weight that nobody can overrule with
    over = clip((state.members[strongest].weight - even) / max(1.0 - even, 1e-9), 0.0, 1.0)
    chance = params.overrule_rate * chief.dominance * over * (1.0 - watched)
    if uniform(now.seed, now.month, RECKON, 0, chief.uid, alliance.uid) >= chance:
        return
    tally.grabs += 1
    taken_money, taken_credit = 0.0, 0.0
    callers, strength = 0, 0.0
    for m in range(first, seats_end(state, a)):
        member = state.members[m]
        j = member.organisation
        if j == NONE or m == strongest:
            continue
        you = state.organisations[j]
        t = find_tie(state, j, i)
        trust = trust_of(state, t, j) if t != NONE else you.stranger_prior
        stake = clip(member.contribution + 0.2, 0.0, 1.0)
        speaking = speaks(
            params,
            stake,
            power_over(state, i, j),
            trust,
            chief.dominance,
            1.0,
            backing_of(state, j),
            params.facilitation,
        )
        u = uniform(now.seed, now.month, RECKON, 1, you.uid, alliance.uid)
        speaks_up = u < speaking * (0.2 + 0.8 * params.solidarity)
        if you.order_speak != NONE:
            speaks_up = you.order_speak == 1
        state.work[m - first].choice = 1 if speaks_up else 0
        if speaks_up:
            callers += 1
            strength += 0.3 + backing_of(state, j)
    u = uniform(now.seed, now.month, RECKON, 2, chief.uid, alliance.uid)
    curbed = callers > 0 and u < clip(strength, 0.0, 0.9)
    if curbed:
        tally.called_out += 1
        chief.dominance *= 1.0 - params.curb
        return
    for m in range(first, seats_end(state, a)):
        member = state.members[m]
        j = member.organisation
        if j == NONE or m == strongest:
            continue
        taken_money += GRABBED * member.money
        taken_credit += GRABBED * member.credit
        member.money *= 1.0 - GRABBED
        member.credit *= 1.0 - GRABBED
        member.voice *= 1.0 - GRABBED
        t = find_tie(state, j, i)
        if t != NONE:
            learn(state, t, j, -1.0 if callers > 0 else -0.5, GRAB)
            add_grievance(state, t, j, params.grievance_gain)
            if state.work[m - first].choice == 1:  # a failed call costs trust the other way too
                learn(state, t, i, -0.5, CALLED_OUT)
    state.members[strongest].money += taken_money
    state.members[strongest].credit += taken_credit


@rule
def _unfairness(state, a, m):
    """Mean over money, credit and voice of .8 x what others have more and .3 x what they have less.

    What counts is the share against one's contribution.
    """
    first = a * MEMBERS
    mine = state.members[m]
    total, others = 0.0, 0
    for n in range(first, seats_end(state, a)):
        other = state.members[n]
        if other.organisation == NONE or n == m:
            continue
        others += 1
        money = (other.money - other.contribution) - (mine.money - mine.contribution)
        credit = (other.credit - other.contribution) - (mine.credit - mine.contribution)
        voice = 0.5 * (other.voice - mine.voice)
        for gap in (money, credit, voice):
            total += BEHIND * gap if gap > 0.0 else -AHEAD * gap
    return total / (3.0 * others) if others > 0 else 0.0


@rule
def _kept(member):
    # Share of what was pledged that was given, against the half that is usual.
    return clip(member.days / member.pledge, 0.0, 1.0) if member.pledge > 1e-9 else 0.5


@rule
def _judge(state, p, a):
    """Trust in each partner moves with its contribution against one's own and with fairness.

    Contribution is the share of what each could give that it gave, so that a small body is not
    held to the days of a large one.
    """
    params = params_of(state)
    alliance = state.alliances[a]
    first = a * MEMBERS
    for m in range(first, seats_end(state, a)):
        i = state.members[m].organisation
        if i == NONE:
            continue
        unfair = _unfairness(state, a, m)
        me = state.organisations[i]
        for n in range(first, seats_end(state, a)):
            j = state.members[n].organisation
            if j == NONE or n == m:
                continue
            if not (state.members[m].core or state.members[n].core):
                continue  # wider members seldom see one another
            t = find_tie(state, i, j)
            if t == NONE:
                if n < m:
                    continue
                you = state.organisations[j]
                t = make_tie(
                    state,
                    p,
                    i,
                    j,
                    stranger_trust(state, i, you.sector),
                    stranger_trust(state, j, me.sector),
                )
                if t == NONE:
                    continue
            mine = state.members[m].days / me.attention
            theirs = state.members[n].days / state.organisations[j].attention
            both = mine + theirs
            balance = (theirs - mine) / both if both > 1e-9 else 0.0
            kept = _kept(state.members[n]) - USUALLY_KEPT
            signal = params.reciprocity * (0.5 * balance + 1.5 * kept)
            if unfair > 0.0:
                signal -= params.fairness * unfair
            signal = clip(signal, -1.0, 1.0)
            if signal != 0.0:
                learn(state, t, i, signal, RECIPROCITY)
            if n > m:
                grow_familiar(state, t, ALLIANCE_MEETING * params.familiarity_gain)
            if alliance.agreed and state.members[m].stated:
                # What was agreed and not followed costs trust in whoever leads.
                broken = (1.0 - alliance.consequence) * (1.0 - alliance.success)
                if j == alliance.lead and broken > 0.5:
                    learn(state, t, i, -0.5 * broken, PROMISE)


@rule
def _move_mutuality(state, p):
    """Success raises mutuality; stress erodes it."""
    params = params_of(state)
    place = state.places[p]
    for slot in range(place.active):
        me = state.organisations[state.work[slot].order]
        me.mutuality -= params.mutuality_erosion * me.stress * me.mutuality
        for s in range(len(me.seat)):
            if me.seat[s] != NONE:
                success = state.alliances[state.members[me.seat[s]].alliance].success
                gain = params.mutuality_gain * success
                me.mutuality += gain * (1.0 - me.mutuality)
        # Track record: what its alliances kept, or half of what it has for the rest.
        goal, seats = 0.0, 0
        for s in range(len(me.seat)):
            if me.seat[s] != NONE:
                goal += state.alliances[state.members[me.seat[s]].alliance].success
                seats += 1
        worked = 1.0 - clip(me.stress, 0.0, 1.0)
        goal = 0.5 * worked + 0.5 * (goal / seats) if seats > 0 else worked
        me.record += (goal - me.record) / 12.0


@rule
def _push_upward(state, p):
    """A coalition moves its commissioners from tender to agreement, if it dares.

    Solidarity x mutual trust x coverage (members / alive), muted by each purse's power over the
    members by the rule of speaking up: with all of one's income at stake, nobody speaks.
    """
    params = params_of(state)
    place = state.places[p]
    for c in range(place.commissioner_start, place.commissioner_stop):
        commissioner = state.commissioners[c]
        commissioner.regime_shift *= SHIFT_KEPT
        if params.solidarity <= 0.0 or params.upward_push <= 0.0:
            continue
        payer = payer_of(state, c)
        push = 0.0
        for slot in range(place.active):
            i = state.work[slot].order
            me = state.organisations[i]
            seated = False
            for s in range(len(me.seat)):
                seated = seated or me.seat[s] != NONE
            if seated:
                muted = power_over(state, payer, i) * (1.0 - backing_of(state, i))
                push += me.trust_received * (1.0 - muted)
        push *= params.solidarity * params.upward_push / max(1, place.active)
        commissioner.regime_shift += push * (MOST_SHIFT - commissioner.regime_shift)
