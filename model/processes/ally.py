"""Process 5: alliances are formed, joined, renewed and ended."""

from numba import uint64

from alliances.model.kernel.compiled import rule
from alliances.model.kernel.draws import ALLY, NOBODY, uniform, words
from alliances.model.kernel.process import process
from alliances.model.kernel.state import MEMBERS, NEEDS, NONE
from alliances.model.processes.awards import holds_purse
from alliances.model.processes.commission import coverage_of
from alliances.model.processes.joining import SUCCESS_AT_BIRTH, utility_of_joining
from alliances.model.processes.relations import (
    overlap,
    params_of,
    spend,
    trust_of,
    works,
)
from alliances.model.processes.review import review
from alliances.model.processes.seats import (
    alliance_led_by,
    free_seat,
    in_alliance,
    seats_end,
)

INVITED = 6  # organisations that a lead invites at a time
FREE_TO_LEAD = 0.25  # share of attention that must be free for taking the initiative
PHASE_WINDOW = 3  # months around the planning phase in which commitments are made
WIDER_DAYS = 0.05  # staff-days a month of a wider member
ORDERED = 1e6  # utility that a player's order adds: more than any reason against it


@process(before="deliberate")
def ally(state, p):
    """Review, lead and extend the alliances of place p; then charge what co-ordination takes."""
    place = state.places[p]
    for a in range(place.alliance_start, place.alliance_stop):
        if state.alliances[a].alive:
            review(state, p, a)
    invitations = _invite(state, p)
    _answer(state, p, invitations)
    for a in range(place.alliance_start, place.alliance_stop):
        if state.alliances[a].alive:
            _coordinate(state, p, a)


@rule
def _in_phase(state, i):
    # New commitments only near one's planning month; plans in step align the years.
    params = params_of(state)
    phase = state.organisations[i].phase * (1.0 - params.joint_plans)
    apart = abs(state.now[0].month % 12 - phase)
    return min(apart, 12.0 - apart) <= PHASE_WINDOW


@rule
def _may_join(state, i):
    # A body that holds a purse sits in alliances only if the lever allows it.
    if params_of(state).commissioner_is_member == 0.0 and holds_purse(state, i):
        return False
    me = state.organisations[i]
    if me.order_leave == 1 and me.order_join != 1:
        return False  # a player who leaves does not come back the same month
    return free_seat(state, i) != NONE and (me.order_join == 1 or _in_phase(state, i))


@rule
def _bar(state, i):
    # What an offer must be worth differs from month to month and body to body, between nothing
    # and twice its mean: whether it is taken is a matter of degree, not of a knife's edge.
    now = state.now[0]
    bar = 2.0 * params_of(state).joining_bar
    return bar * uniform(now.seed, now.month, ALLY, 22, state.organisations[i].uid, NOBODY)


@rule
def _invite(state, p):
    """Leads with free attention invite their best ties; each invitee keeps its best offer."""
    params = params_of(state)
    now = state.now[0]
    place = state.places[p]
    work = state.work
    for i in range(place.stop - place.start):
        work[i].choice = NONE  # best offer: a row of `pairs`; its utility is `value`
    count = 0
    for slot in range(place.active):
        i = work[slot].order
        me = state.organisations[i]
        u = uniform(now.seed, now.month, ALLY, 20, me.uid, NOBODY)
        a = alliance_led_by(state, i)
        seeks = me.order_join == 1 and a == NONE  # a player who wants in takes the initiative
        if (u >= params.form_chance and not seeks) or me.free < FREE_TO_LEAD * me.attention:
            continue
        if a == NONE and (me.order_join == 0 or not _may_join(state, i)):
            continue
        if a != NONE and state.alliances[a].members >= MEMBERS:
            continue
        own_coverage = coverage_of(state, p, NONE, i)
        start = count
        for s in range(me.tie_start, me.tie_start + me.tie_count):
            j = state.slots[s].partner
            t = state.slots[s].tie
            you = state.organisations[j]
            if not works(you) or not _may_join(state, j) or state.ties[t].familiarity < 0.1:
                continue
            if a != NONE and in_alliance(state, j, a):
                continue
            common = overlap(me.priorities, you.priorities)
            merit = trust_of(state, t, i) * common * coverage_of(state, p, a, j)
            # The list keeps the INVITED best, in order.
            at = count
            if count - start == INVITED:
                at = count - 1
                if state.pairs[at].value >= merit:
                    continue
            elif count >= len(state.pairs) - 1:
                continue
            else:
                count += 1
            while at > start and state.pairs[at - 1].value < merit:
                state.pairs[at].j = state.pairs[at - 1].j
                state.pairs[at].value = state.pairs[at - 1].value
                at -= 1
            state.pairs[at].j = j
            state.pairs[at].value = merit
        for row in range(start, count):
            state.pairs[row].i = i
            state.pairs[row].via = a
            utility = utility_of_joining(state, p, i, a, state.pairs[row].j, own_coverage)
            j = state.pairs[row].j
            state.pairs[row].chance = utility
            you = state.organisations[j]
            duty = uniform(now.seed, now.month, ALLY, 21, you.uid, me.uid)
            bar = _bar(state, j)
            if you.order_join == 1:
                utility += ORDERED
            elif you.order_join == 0:
                utility = -ORDERED
            # A duty compels only those who would not come of themselves.
            compelled = duty < params.duty_to_join and utility <= bar
            state.pairs[row].mate = 1 if compelled else 0
            if compelled:
                utility = bar + 1e-9
            offer = work[j - place.start]
            if utility > (bar if offer.choice == NONE else offer.value):
                offer.value = utility
                offer.choice = row
    return count


@rule
def _answer(state, p, invitations):
    """Count each lead's acceptances: two or more form an alliance, one or more extend it."""
    place = state.places[p]
    row = 0
    while row < invitations:
        i = state.pairs[row].i
        a = state.pairs[row].via
        stop = row
        accepted = 0
        while stop < invitations and state.pairs[stop].i == i:
            j = state.pairs[stop].j
            accepted += state.work[j - place.start].choice == stop
            stop += 1
        enough = accepted >= 2 or (a != NONE and accepted >= 1)
        # The lead may meanwhile have accepted an invitation that took its last seat.
        if enough and (a != NONE or free_seat(state, i) != NONE):
            if a == NONE:
                a = _found_alliance(state, p, i)
            if a != NONE:
                for r in range(row, stop):
                    j = state.pairs[r].j
                    if state.work[j - place.start].choice == r:
                        _take_seat(state, a, j, state.pairs[r].mate == 1)
                _first_priorities(state, a)
        row = stop


@rule
def _found_alliance(state, p, i):
    params = params_of(state)
    now = state.now[0]
    place = state.places[p]
    for a in range(place.alliance_hint, place.alliance_stop):
        alliance = state.alliances[a]
        if alliance.alive:
            continue
        place.alliance_hint = a + 1
        place.alliances += 1
        alliance.alive = 1
        alliance.uid, _ = words(
            now.seed, now.month, ALLY, 30, state.organisations[i].uid, uint64(1)
        )
        alliance.lead = i
        alliance.born = now.month
        alliance.members = 0
        alliance.taken = 0
        alliance.core = 0
        alliance.blank_sheet = 1 if params.blank_sheet > 0.0 else 0
        alliance.pot = 0.0
        alliance.delivered = 0.0
        alliance.pledged = 0.0
        alliance.agreed = 0
        alliance.success = SUCCESS_AT_BIRTH
        alliance.months_failing = 0
        alliance.conflicts = 0.0
        alliance.understanding = params.shared_understanding
        alliance.last_delivery = -10_000
        alliance.consequence = params.consequence
        alliance.connector = _convener(state, p, i)
        for k in range(NEEDS):
            alliance.shared[k] = state.organisations[i].priorities[k]
        _take_seat(state, a, i, False)
        state.tally[0].formed += 1
        return a
    return NONE


@rule
def _convener(state, p, i):
    # The connector that knows the lead best convenes.
    place = state.places[p]
    best, most = NONE, 0.0
    for c in range(place.connector_start, place.connector_stop):
        connector = state.connectors[c]
        if connector.active:
            for s in range(connector.contacts):
                if connector.contact[s] == i and connector.trusted[s] > most:
                    best, most = c, connector.trusted[s]
    return best


@rule
def _take_seat(state, a, i, compelled):
    params = params_of(state)
    alliance = state.alliances[a]
    seat = free_seat(state, i)
    if seat == NONE:
        return
    for m in range(a * MEMBERS, (a + 1) * MEMBERS):
        member = state.members[m]
        if member.organisation != NONE:
            continue
        member.organisation = i
        member.alliance = a
        two_tiers = params.core_size > 0.0
        member.core = 0 if two_tiers and alliance.core >= params.core_size else 1
        member.compelled = 1 if compelled else 0
        member.joined = state.now[0].month
        member.days = 0.0
        member.pledge = 0.0
        member.effective = 0.0
        alliance.members += 1
        alliance.taken = max(alliance.taken, m + 1 - a * MEMBERS)
        alliance.core += member.core
        share = 1.0 / alliance.members
        for n in range(a * MEMBERS, seats_end(state, a)):  # the others move over: shares sum to 1
            other = state.members[n]
            if other.organisation != NONE:
                other.money *= 1.0 - share
                other.credit *= 1.0 - share
                other.contribution *= 1.0 - share
                other.weight *= 1.0 - share
        member.money, member.credit, member.contribution = share, share, share
        member.weight, member.voice, member.stated = share, 0.5, 0
        member.raw, member.standing, member.outside = 0.0, 0.0, 0.0
        state.organisations[i].seat[seat] = m
        return


@rule
def _first_priorities(state, a):
    # On a blank sheet the first priorities are everybody's; the day that takes is spent.
    alliance = state.alliances[a]
    if not alliance.blank_sheet or alliance.born != state.now[0].month:
        return
    for k in range(NEEDS):
        alliance.shared[k] = 0.0
    for m in range(a * MEMBERS, seats_end(state, a)):
        i = state.members[m].organisation
        if i != NONE:
            me = state.organisations[i]
            for k in range(NEEDS):
                alliance.shared[k] += me.priorities[k] / alliance.members
            spend(state, i, min(1.0, max(0.0, me.free)))


@rule
def _coordinate(state, p, a):
    """Charge co-ordination: n(n - 1)/2 pairs of the core, dearer between sectors.

    Shared understanding lowers the price between sectors, central staff take over a part, and
    a wider member costs a fixed little.
    """
    params = params_of(state)
    alliance = state.alliances[a]
    central = min(1.0, 2.0 * params.overhead)
    for m in range(a * MEMBERS, seats_end(state, a)):
        member = state.members[m]
        i = member.organisation
        if i == NONE:
            continue
        me = state.organisations[i]
        days = WIDER_DAYS
        if member.core:
            for n in range(a * MEMBERS, seats_end(state, a)):
                j = state.members[n].organisation
                if j == NONE or n == m or not state.members[n].core:
                    continue
                apart = state.organisations[j].sector != me.sector
                friction = params.sector_friction * (1.0 - alliance.understanding) * apart
                days += 0.5 * params.coordination_days * (1.0 + friction)
        days *= 1.0 - central
        days += 0.25 * params.shared_plans
        days += 0.5 * params.oversight * (1.0 - 0.8 * params.peer_accountability)
        if me.income < 1e6:
            days *= 1.0 - params.paid_participation
        days = min(days, max(0.0, me.free))
        spend(state, i, days)
        me.coordination_days += days
