"""Process 10: the measures of the month, in one pass over organisations, ties and alliances."""

import math

from model.compiled import part, rule
from model.processes.awards import SMALL
from model.processes.relations import params_of, works
from model.processes.seats import seats_end
from model.state import HOSTED, MEMBERS, NEEDS, NONE, SEATS

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


@part
def observe(state, row):
    """Write the month's measures to `row`; the next month clears the counts."""
    _observe_organisations(state, row)
    _observe_ties(state, row)
    _observe_alliances(state, row)
    _observe_places(state, row)
    _observe_counts(state, row)


@rule
def _observe_organisations(state, row):
    month = state.now[0].month
    count, allied, hosted, small = 0, 0, 0, 0
    solo, joint, stress, months, mutuality = 0.0, 0.0, 0.0, 0.0, 0.0
    bids, reports, coordination, attention = 0.0, 0.0, 0.0, 0.0
    income, squares, largest, small_income, bid_cost, commissioned = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    dominance, ideas, imbalance = 0.0, 0.0, 0.0
    now = state.now[0]
    for account in range(len(now.accounts)):
        imbalance += now.accounts[account]
    for i in range(len(state.organisations)):
        me = state.organisations[i]
        imbalance += me.reserves
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
        months += min(24.0, max(-12.0, ratio(me.reserves, me.costs / 12.0, 0.0)))
        bids += me.bid_days
        reports += me.report_days
        coordination += me.coordination_days
        attention += me.attention * (1.0 + params_of(state).slack)
        income += me.income
        squares += me.income * me.income
        largest = max(largest, me.income)
        bid_cost += me.bid_cost_year
        commissioned += me.commissioned
        if me.income < SMALL:
            small += 1
            small_income += me.income
    row.imbalance = abs(imbalance) / max(now.turnover, 1.0)
    row.organisations = count
    row.alliance_share = ratio(allied, count, 0.0)
    row.hosted_share = ratio(hosted, count, 0.0)
    row.joint_effort = ratio(joint, joint + solo, 0.0)
    row.stress = ratio(stress, count, 0.0)
    row.mutuality = ratio(mutuality, count, 0.0)
    row.dominance = ratio(dominance, count, 0.0)
    row.productivity_gain = ratio(ideas, count, 0.0)
    row.reserve_months = ratio(months, count, 0.0)
    row.bid_share = ratio(bids, attention, 0.0)
    row.report_share = ratio(reports, attention, 0.0)
    row.coordination_share = ratio(coordination, attention, 0.0)
    row.bid_cost_share = ratio(bid_cost, commissioned, 0.0)
    row.income_share_small = ratio(small_income, income, 0.0)
    row.largest_income_share = ratio(largest, income, 0.0)
    row.income_concentration = ratio(squares, income * income, 0.0)
    row.commissioned_share = ratio(commissioned, income, 0.0)
    row.effective_days = solo + joint
    row.cost_days = bids + reports + coordination
    mean_worth = ratio(solo + joint, attention, 0.0)
    attainable, impact = 0.0, 0.0
    for p in range(len(state.places)):
        attainable += state.places[p].attainable
        impact += state.places[p].impact
    row.impact = ratio(impact, attainable, 0.0)
    # What bidding, reporting and co-ordination would have brought at the mean worth of a day.
    row.net_impact = ratio(impact - row.cost_days * mean_worth, attainable, 0.0)


@rule
def _observe_ties(state, row):
    rows = state.organisations
    both, trust, gap, familiar, sides, sum_f, squares_f = 0, 0.0, 0.0, 0, 0, 0.0, 0.0
    cross, cross_trust = 0, 0.0
    up, up_n, down, down_n = 0.0, 0, 0.0, 0
    directed, mutual, sector_out, size_out, grievance = 0, 0, 0, 0, 0.0
    possible, possible_sector, possible_size = 0.0, 0.0, 0.0
    having, count, spread, centrality, central_n = 0.0, 0, 0.0, 0.0, 0.0
    for p in range(len(state.places)):
        place = state.places[p]
        for i in range(place.start, place.stop):
            rows[i].trust_sum = 0.0  # here: whether it has a familiar, trusted tie
            rows[i].degree = 0.0
        for t in range(place.tie_start, place.tie_top):
            tie = state.ties[t]
            if tie.a < 0:
                continue
            both += 1
            a, b = rows[tie.a], rows[tie.b]
            trust += tie.trust_ab + tie.trust_ba
            gap += abs(tie.trust_ab - tie.trust_ba)
            grievance += 0.5 * (tie.grievance_ab + tie.grievance_ba)
            if (a.income < SMALL) != (b.income < SMALL):
                if a.income < SMALL:
                    up += tie.trust_ab
                    down += tie.trust_ba
                else:
                    up += tie.trust_ba
                    down += tie.trust_ab
                up_n += 1
                down_n += 1
            if a.sector != b.sector:
                cross += 1
                cross_trust += 0.5 * (tie.trust_ab + tie.trust_ba)
            if tie.familiarity >= FAMILIAR:
                familiar += 1
                sides += 2
                a.degree += 1.0
                b.degree += 1.0
                sum_f += tie.trust_ab + tie.trust_ba
                squares_f += tie.trust_ab**2 + tie.trust_ba**2
                yes_a, yes_b = tie.trust_ab >= TRUSTED, tie.trust_ba >= TRUSTED
                directed += yes_a + yes_b
                mutual += 2 if yes_a and yes_b else 0
                sector_out += a.sector != b.sector
                size_out += a.band != b.band
                if yes_a:
                    a.trust_sum = 1.0
                if yes_b:
                    b.trust_sum = 1.0
        # While the place is at hand: everything else that takes a look at all its bodies.
        here, trusting, pairs, pairs_sector, pairs_size, central, spread_here = _survey(state, p)
        having += trusting
        count += here
        possible += pairs
        possible_sector += pairs_sector
        possible_size += pairs_size
        spread += spread_here
        if here > 2:
            centrality += central
            central_n += here
    row.ties = both
    row.informal_share = ratio(having, count, 0.0)
    row.tie_density = ratio(familiar, possible, 0.0)
    row.mean_ties = ratio(2.0 * familiar, count, 0.0)
    row.trust = ratio(trust, 2.0 * both, 0.0)
    row.trust_gap = ratio(gap, both, 0.0)
    row.grievance = ratio(grievance, both, 0.0)
    row.trust_familiar = ratio(sum_f, sides, 0.0)
    variance = ratio(squares_f, sides, 0.0) - row.trust_familiar**2
    row.trust_spread = math.sqrt(max(0.0, variance))
    row.trust_small_large = ratio(up, up_n, 0.0)
    row.trust_large_small = ratio(down, down_n, 0.0)
    row.trust_cross_sector = ratio(cross_trust, cross, 0.0)
    row.reciprocity = ratio(mutual, directed, 0.0)
    # Observed share of ties that cross over, less the share under random mixing.
    row.mixing_sector = ratio(sector_out, familiar, 0.0)
    row.mixing_size = ratio(size_out, familiar, 0.0)
    row.ei_sector = 0.0
    row.ei_size = 0.0
    if familiar > 0 and possible > 0.0:
        row.ei_sector = 2.0 * (row.mixing_sector - possible_sector / possible)
        row.ei_size = 2.0 * (row.mixing_size - possible_size / possible)
    row.centralisation = ratio(centrality, central_n, 0.0)
    row.priorities_spread = ratio(spread, count, 0.0)


@rule
def _survey(state, p):
    """Look once at every working body of a place, after its ties were counted.

    Returns
    -------
    tuple
        Bodies; those with a familiar, trusted tie; pairs of them, those of different sector, those
        of different size band; Freeman degree centralisation of familiar ties times bodies; mean
        over needs of the standard deviation of priorities, times bodies.
    """
    place = state.places[p]
    sectors = state.work[0].vector
    bands = state.work[1].vector
    mean = state.work[2].vector
    squares = state.work[3].vector
    for k in range(NEEDS):
        sectors[k] = 0.0
        bands[k] = 0.0
        mean[k] = 0.0
        squares[k] = 0.0
    count, trusting, most, degrees = 0, 0.0, 0.0, 0.0
    for i in range(place.start, place.stop):
        me = state.organisations[i]
        if not works(me):
            continue
        count += 1
        trusting += me.trust_sum
        sectors[me.sector] += 1.0
        bands[me.band] += 1.0
        most = max(most, me.degree)
        degrees += me.degree
        for k in range(NEEDS):
            mean[k] += me.priorities[k]
            squares[k] += me.priorities[k] * me.priorities[k]
    n = float(count)
    same_sector, same_band, spread = 0.0, 0.0, 0.0
    for k in range(NEEDS):
        same_sector += sectors[k] * (sectors[k] - 1.0) / 2.0
        same_band += bands[k] * (bands[k] - 1.0) / 2.0
        if count > 0:
            spread += math.sqrt(max(0.0, squares[k] / n - (mean[k] / n) ** 2))
    pairs = n * (n - 1.0) / 2.0
    central = n * (n * most - degrees) / ((n - 1.0) * (n - 2.0)) if count > 2 else 0.0
    spread = spread * n / NEEDS
    return count, trusting, pairs, pairs - same_sector, pairs - same_band, central, spread


@rule
def _observe_alliances(state, row):
    month = state.now[0].month
    alliances, seats, age, success, conflicts = 0, 0, 0.0, 0.0, 0.0
    small_seats, small_leads, small_voice, small_credit, small_money = 0, 0, 0.0, 0.0, 0.0
    voice, squares_voice, largest_weight, small_contribution, understanding = (
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
    )
    weight_gap, contribution_n = 0.0, 0
    for a in range(len(state.alliances)):
        alliance = state.alliances[a]
        if not functions(alliance, month):
            continue
        alliances += 1
        age += month - alliance.born
        success += alliance.success
        conflicts += alliance.conflicts
        understanding += alliance.understanding
        largest = 0.0
        for m in range(a * MEMBERS, seats_end(state, a)):
            member = state.members[m]
            i = member.organisation
            if i == NONE:
                continue
            seats += 1
            contribution_n += 1
            voice += member.voice
            squares_voice += member.voice * member.voice
            largest = max(largest, member.weight)
            weight_gap += abs(member.weight - 1.0 / alliance.members)
            if state.organisations[i].income < SMALL:
                small_seats += 1
                small_leads += alliance.lead == i
                small_voice += member.voice
                small_credit += member.credit
                small_money += member.money
                small_contribution += member.contribution
        largest_weight += largest
    row.alliances = alliances
    row.alliance_size = ratio(seats, alliances, 0.0)
    row.alliance_age = ratio(age, alliances, 0.0)
    row.alliance_success = ratio(success, alliances, 0.0)
    row.open_conflicts = ratio(conflicts, alliances, 0.0)
    row.understanding = ratio(understanding, alliances, 0.0)
    row.small_seats = ratio(small_seats, seats, 0.0)
    row.small_leads = ratio(small_leads, alliances, 0.0)
    row.small_voice = ratio(small_voice, voice, 0.0)
    row.small_credit = ratio(small_credit, alliances, 0.0)
    row.small_pot = ratio(small_money, alliances, 0.0)
    row.parity = ratio(small_money, small_contribution, 1.0)
    row.voice = ratio(voice, seats, 0.0)
    spread = ratio(squares_voice, seats, 0.0) - row.voice**2
    row.voice_spread = math.sqrt(max(0.0, spread))
    row.largest_weight = ratio(largest_weight, alliances, 0.0)
    row.weight_inequality = ratio(weight_gap, seats, 0.0)


@rule
def _observe_places(state, row):
    needs, least, public = 0.0, 0.0, 0.0
    shift, commissioners = 0.0, 0
    met_total = 0.0
    for p in range(len(state.places)):
        place = state.places[p]
        total = 0.0
        lowest = 1.0
        for k in range(NEEDS):
            total += place.needs[k]
            lowest = min(lowest, place.need_met[k])
            met_total += place.needs[k] * place.need_met[k]
        needs += total
        least += total * (1.0 - lowest)
        public += place.public_trust * total
    for c in range(len(state.commissioners)):
        shift += state.commissioners[c].regime_shift
        commissioners += 1
    row.needs_met = ratio(met_total, needs, 0.0)
    row.unmet_least = ratio(least, needs, 0.0)
    row.public_trust = ratio(public, needs, 0.0)
    row.regime_shift = ratio(shift, commissioners, 0.0)


@rule
def _observe_counts(state, row):
    tally = state.tally[0]
    row.meetings_well = ratio(tally.meetings_well, tally.meetings, 0.0)
    row.meetings = ratio(tally.meetings, row.organisations, 0.0)
    row.raised_share = ratio(tally.raised, tally.raised + tally.avoided, 0.0)
    row.conflicts_raised = tally.raised
    row.conflicts_avoided = tally.avoided
    row.introductions = tally.introductions
    row.introductions_well = ratio(tally.introductions_well, tally.introductions, 0.0)
    row.departures = tally.turnovers
    row.small_money = ratio(tally.small_commissioned, tally.commissioned, 0.0)
    row.smaller_money = ratio(tally.micro_commissioned, tally.commissioned, 0.0)
    row.commissioned_money = tally.commissioned
    row.dissipation = ratio(tally.tender_cost, tally.prizes, 0.0)
    row.bid_cost = tally.tender_cost
    row.bids = tally.bids
    row.declined = tally.declined
    row.formed = tally.formed
    row.dissolved = tally.dissolved
    row.exits = tally.exits
    row.sour_exits = tally.sour_exits
    row.stated_share = ratio(tally.stated, tally.positions, 0.0)
    row.acceptability = ratio(tally.acceptability, tally.decisions, 0.0)
    row.decision_spread = ratio(tally.equity, tally.decisions, 0.0)
    row.decision_success = ratio(tally.decided, tally.decisions, 0.0)
    row.grabs = tally.grabs
    row.called_out = tally.called_out
    row.mergers = tally.mergers
    row.hosted = tally.hosted
    row.released = tally.released
    row.founded = tally.founded
    row.saving = tally.saving
    row.policy_money = tally.policy
    total = 0.0
    for band in range(NEEDS):
        total += tally.closures[band]
    row.closures = total
    row.closures_micro = tally.closures[0]
    row.closures_small = tally.closures[1]
    row.closures_medium = tally.closures[2]
    row.closures_large = tally.closures[3] + tally.closures[4] + tally.closures[5]
