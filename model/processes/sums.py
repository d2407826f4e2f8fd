"""The month's sums, in one pass over the ties, organisations and alliances of a place."""

import math

from alliances.model.kernel.compiled import part, rule
from alliances.model.kernel.state import HOSTED, MEMBERS, NEEDS, NONE, SEATS
from alliances.model.processes.awards import SMALL
from alliances.model.processes.relations import works
from alliances.model.processes.seats import seats_end

FUNCTIONING = 6  # months within which an alliance must have delivered
FAMILIAR = 0.2  # familiarity of a tie in the sense of network data
TRUSTED = 0.5


@rule
def ratio(part, whole, empty):
    """Part / whole, or `empty` when there is nothing to divide by."""
    return part / whole if whole > 0.0 else empty


@rule
def functions(alliance, month):
    """Whether an alliance is functioning: two or more members, delivery within six months."""
    return alliance.alive and alliance.members >= 2 and month - alliance.last_delivery < FUNCTIONING


@rule
def months_held(me):
    """Reserves in months of costs, as far as they count in a mean."""
    return min(24.0, max(-12.0, ratio(me.reserves, me.costs / 12.0, 0.0)))


@part
def observe_reserves(state):
    """Add all reserves to the month's sums: where branches share them out, the places are through.

    A body may lose its last other branch in a place that comes after its own, so that nobody can
    say before then whose reserves are final.
    """
    sums = state.tally[0]
    for i in range(len(state.organisations)):
        me = state.organisations[i]
        sums.held += me.reserves
        if works(me):
            sums.reserve_months += months_held(me)


@part
def observe_place(state, p):
    """Add what is to be seen in place p to the month's sums, while the place is at hand."""
    _sum_ties(state, p)
    _sum_organisations(state, p)
    _sum_alliances(state, p)
    _sum_needs(state, p)


@rule
def _sum_ties(state, p):
    """Sum over ties; each body keeps its familiar ties, and whether it trusts in one of them."""
    rows = state.organisations
    place = state.places[p]
    sums = state.tally[0]
    ties, familiar, cross, unequal = 0, 0, 0, 0
    trust, gap, grievance, cross_trust, up, down = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    trust_f, squares_f, directed, mutual, sector_out, size_out = 0.0, 0.0, 0, 0, 0, 0
    for t in range(place.tie_start, place.tie_top):
        tie = state.ties[t]
        if tie.a < 0:
            continue
        ties += 1
        a, b = rows[tie.a], rows[tie.b]
        both = tie.trust_ab + tie.trust_ba
        trust += both
        gap += abs(tie.trust_ab - tie.trust_ba)
        grievance += 0.5 * (tie.grievance_ab + tie.grievance_ba)
        if (a.income < SMALL) != (b.income < SMALL):
            unequal += 1
            up += tie.trust_ab if a.income < SMALL else tie.trust_ba
            down += tie.trust_ba if a.income < SMALL else tie.trust_ab
        if a.sector != b.sector:
            cross += 1
            cross_trust += 0.5 * both
        if tie.familiarity >= FAMILIAR:
            familiar += 1
            a.degree += 1.0
            b.degree += 1.0
            trust_f += both
            squares_f += tie.trust_ab**2 + tie.trust_ba**2
            yes_a, yes_b = tie.trust_ab >= TRUSTED, tie.trust_ba >= TRUSTED
            directed += int(yes_a) + int(yes_b)
            mutual += 2 if yes_a and yes_b else 0
            sector_out += a.sector != b.sector
            size_out += a.band != b.band
            if yes_a:
                a.trusting = 1.0
            if yes_b:
                b.trusting = 1.0
    sums.ties += ties
    sums.familiar += familiar
    sums.trust += trust
    sums.trust_gap += gap
    sums.grievance += grievance
    sums.unequal += unequal
    sums.trust_up += up
    sums.trust_down += down
    sums.cross += cross
    sums.trust_cross += cross_trust
    sums.trust_familiar += trust_f
    sums.trust_squares += squares_f
    sums.directed += directed
    sums.mutual += mutual
    sums.sector_out += sector_out
    sums.size_out += size_out


@rule
def _sum_organisations(state, p):
    """Sum over working bodies, and clear what `_sum_ties` left with them."""
    month = state.now[0].month
    branched = state.now[0].branched  # then `observe_reserves` adds the reserves
    place = state.places[p]
    sums = state.tally[0]
    sectors = state.work[0].vector
    bands = state.work[1].vector
    mean = state.work[2].vector
    spread = state.work[3].vector
    for k in range(NEEDS):
        sectors[k] = 0.0
        bands[k] = 0.0
        mean[k] = 0.0
        spread[k] = 0.0
    count, allied, hosted, small = 0, 0, 0, 0
    solo, joint, stress, months, mutuality, dominance = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    bids, reports, coordination, attention, bid_cost = 0.0, 0.0, 0.0, 0.0, 0.0
    income, squares, largest, small_income, commissioned = 0.0, 0.0, 0.0, 0.0, 0.0
    ideas, reserves, trusting, most, degrees = 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(place.start, place.stop):
        me = state.organisations[i]
        if not branched:
            reserves += me.reserves
        degree, trusts = me.degree, me.trusting
        me.degree = 0.0
        me.trusting = 0.0
        if not works(me):
            continue
        count += 1
        hosted += me.status == HOSTED
        for s in range(SEATS):
            if me.seat[s] != NONE:
                if functions(state.alliances[state.members[me.seat[s]].alliance], month):
                    allied += 1
                    break
        solo += me.solo_days
        joint += me.joint_days
        stress += me.stress
        mutuality += me.mutuality
        dominance += me.dominance
        ideas += me.ideas
        if not branched:
            months += months_held(me)
        bids += me.bid_days
        reports += me.report_days
        coordination += me.coordination_days
        attention += me.attention
        income += me.income
        squares += me.income * me.income
        largest = max(largest, me.income)
        bid_cost += me.bid_cost_year
        commissioned += me.commissioned
        if me.income < SMALL:
            small += 1
            small_income += me.income
        trusting += trusts
        degrees += degree
        most = max(most, degree)
        sectors[me.sector] += 1.0
        bands[me.band] += 1.0
        for k in range(NEEDS):
            mean[k] += me.priorities[k]
            spread[k] += me.priorities[k] * me.priorities[k]
    sums.organisations += count
    sums.allied += allied
    sums.hosted_bodies += hosted
    sums.solo_days += solo
    sums.joint_days += joint
    sums.stress += stress
    sums.mutuality += mutuality
    sums.dominance += dominance
    sums.ideas += ideas
    sums.reserve_months += months
    sums.bid_days += bids
    sums.report_days += reports
    sums.coordination_days += coordination
    sums.attention += attention
    sums.income += income
    sums.income_squares += squares
    sums.income_largest = max(sums.income_largest, largest)
    sums.income_small += small_income
    sums.bid_cost_year += bid_cost
    sums.commissioned_year += commissioned
    sums.held += reserves
    sums.trusting += trusting
    n = float(count)
    pairs = n * (n - 1.0) / 2.0
    sums.pairs += pairs
    sums.pairs_sector += pairs
    sums.pairs_size += pairs
    for k in range(NEEDS):
        sums.pairs_sector -= sectors[k] * (sectors[k] - 1.0) / 2.0
        sums.pairs_size -= bands[k] * (bands[k] - 1.0) / 2.0
        if count > 0:
            sums.spread += (n / NEEDS) * math.sqrt(max(0.0, spread[k] / n - (mean[k] / n) ** 2))
    if count > 2:  # Freeman's centralisation of the place, weighted by its bodies
        sums.centrality += n * (n * most - degrees) / ((n - 1.0) * (n - 2.0))
        sums.central_bodies += n


@rule
def _sum_alliances(state, p):
    month = state.now[0].month
    place = state.places[p]
    sums = state.tally[0]
    for a in range(place.alliance_start, place.alliance_stop):
        alliance = state.alliances[a]
        if not functions(alliance, month):
            continue
        sums.alliances += 1
        sums.age += month - alliance.born
        sums.success += alliance.success
        sums.conflicts += alliance.conflicts
        sums.understanding += alliance.understanding
        seats, voice, squares, largest, gap = 0, 0.0, 0.0, 0.0, 0.0
        small, leads, small_voice, credit, money, contribution = 0, 0, 0.0, 0.0, 0.0, 0.0
        for m in range(a * MEMBERS, seats_end(state, a)):
            member = state.members[m]
            i = member.organisation
            if i == NONE:
                continue
            seats += 1
            voice += member.voice
            squares += member.voice * member.voice
            largest = max(largest, member.weight)
            gap += abs(member.weight - 1.0 / alliance.members)
            if state.organisations[i].income < SMALL:
                small += 1
                leads += alliance.lead == i
                small_voice += member.voice
                credit += member.credit
                money += member.money
                contribution += member.contribution
        sums.seats += seats
        sums.voice += voice
        sums.voice_squares += squares
        sums.weight_largest += largest
        sums.weight_gap += gap
        sums.small_seats += small
        sums.small_leads += leads
        sums.small_voice += small_voice
        sums.small_credit += credit
        sums.small_pot += money
        sums.small_contribution += contribution


@rule
def _sum_needs(state, p):
    place = state.places[p]
    sums = state.tally[0]
    total, lowest = 0.0, 1.0
    for k in range(NEEDS):
        total += place.needs[k]
        lowest = min(lowest, place.need_met[k])
        sums.needs_met += place.needs[k] * place.need_met[k]
    sums.needs += total
    sums.unmet_least += total * (1.0 - lowest)
    sums.public_trust += place.public_trust * total
    sums.impact += place.impact
    sums.attainable += place.attainable
    for c in range(place.commissioner_start, place.commissioner_stop):
        sums.regime_shift += state.commissioners[c].regime_shift
        sums.commissioners += 1
