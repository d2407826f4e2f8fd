"""Process 10: the measures of the month, from its sums."""

import math

from alliances.model.kernel.compiled import part, rule
from alliances.model.kernel.state import NEEDS
from alliances.model.processes.relations import params_of
from alliances.model.processes.sums import ratio


@part
def observe(state, row):
    """Write the month's measures to `row` from its sums; the next month clears them."""
    _observe_organisations(state, row)
    _observe_ties(state, row)
    _observe_alliances(state, row)
    _observe_places(state, row)
    _observe_counts(state, row)


@rule
def _observe_organisations(state, row):
    sums = state.tally[0]
    now = state.now[0]
    count = sums.organisations
    imbalance = sums.held
    for account in range(len(now.accounts)):
        imbalance += now.accounts[account]
    attention = sums.attention * (1.0 + params_of(state).slack)
    days = sums.solo_days + sums.joint_days
    row.imbalance = abs(imbalance) / max(now.turnover, 1.0)
    row.organisations = count
    row.alliance_share = ratio(sums.allied, count, 0.0)
    row.hosted_share = ratio(sums.hosted_bodies, count, 0.0)
    row.joint_effort = ratio(sums.joint_days, days, 0.0)
    row.stress = ratio(sums.stress, count, 0.0)
    row.mutuality = ratio(sums.mutuality, count, 0.0)
    row.dominance = ratio(sums.dominance, count, 0.0)
    row.productivity_gain = ratio(sums.ideas, count, 0.0)
    row.reserve_months = ratio(sums.reserve_months, count, 0.0)
    row.bid_share = ratio(sums.bid_days, attention, 0.0)
    row.report_share = ratio(sums.report_days, attention, 0.0)
    row.coordination_share = ratio(sums.coordination_days, attention, 0.0)
    row.bid_cost_share = ratio(sums.bid_cost_year, sums.commissioned_year, 0.0)
    row.income_share_small = ratio(sums.income_small, sums.income, 0.0)
    row.largest_income_share = ratio(sums.income_largest, sums.income, 0.0)
    row.income_concentration = ratio(sums.income_squares, sums.income * sums.income, 0.0)
    row.commissioned_share = ratio(sums.commissioned_year, sums.income, 0.0)
    row.effective_days = days
    row.cost_days = sums.bid_days + sums.report_days + sums.coordination_days
    mean_worth = ratio(days, attention, 0.0)
    row.impact = ratio(sums.impact, sums.attainable, 0.0)
    # What bidding, reporting and co-ordination would have brought at the mean worth of a day.
    row.net_impact = ratio(sums.impact - row.cost_days * mean_worth, sums.attainable, 0.0)


@rule
def _observe_ties(state, row):
    sums = state.tally[0]
    ties, familiar = sums.ties, sums.familiar
    row.ties = ties
    row.informal_share = ratio(sums.trusting, sums.organisations, 0.0)
    row.tie_density = ratio(familiar, sums.pairs, 0.0)
    row.mean_ties = ratio(2.0 * familiar, sums.organisations, 0.0)
    row.trust = ratio(sums.trust, 2.0 * ties, 0.0)
    row.trust_gap = ratio(sums.trust_gap, ties, 0.0)
    row.grievance = ratio(sums.grievance, ties, 0.0)
    row.trust_familiar = ratio(sums.trust_familiar, 2.0 * familiar, 0.0)
    variance = ratio(sums.trust_squares, 2.0 * familiar, 0.0) - row.trust_familiar**2
    row.trust_spread = math.sqrt(max(0.0, variance))
    row.trust_small_large = ratio(sums.trust_up, sums.unequal, 0.0)
    row.trust_large_small = ratio(sums.trust_down, sums.unequal, 0.0)
    row.trust_cross_sector = ratio(sums.trust_cross, sums.cross, 0.0)
    row.reciprocity = ratio(sums.mutual, sums.directed, 0.0)
    # Observed share of ties that cross over, less the share under random mixing.
    row.mixing_sector = ratio(sums.sector_out, familiar, 0.0)
    row.mixing_size = ratio(sums.size_out, familiar, 0.0)
    row.ei_sector = 0.0
    row.ei_size = 0.0
    if familiar > 0.0 and sums.pairs > 0.0:
        row.ei_sector = 2.0 * (row.mixing_sector - sums.pairs_sector / sums.pairs)
        row.ei_size = 2.0 * (row.mixing_size - sums.pairs_size / sums.pairs)
    row.centralisation = ratio(sums.centrality, sums.central_bodies, 0.0)
    row.priorities_spread = ratio(sums.spread, sums.organisations, 0.0)


@rule
def _observe_alliances(state, row):
    sums = state.tally[0]
    alliances, seats = sums.alliances, sums.seats
    row.alliances = alliances
    row.alliance_size = ratio(seats, alliances, 0.0)
    row.alliance_age = ratio(sums.age, alliances, 0.0)
    row.alliance_success = ratio(sums.success, alliances, 0.0)
    row.open_conflicts = ratio(sums.conflicts, alliances, 0.0)
    row.understanding = ratio(sums.understanding, alliances, 0.0)
    row.small_seats = ratio(sums.small_seats, seats, 0.0)
    row.small_leads = ratio(sums.small_leads, alliances, 0.0)
    row.small_voice = ratio(sums.small_voice, sums.voice, 0.0)
    row.small_credit = ratio(sums.small_credit, alliances, 0.0)
    row.small_pot = ratio(sums.small_pot, alliances, 0.0)
    row.parity = ratio(sums.small_pot, sums.small_contribution, 1.0)
    row.voice = ratio(sums.voice, seats, 0.0)
    spread = ratio(sums.voice_squares, seats, 0.0) - row.voice**2
    row.voice_spread = math.sqrt(max(0.0, spread))
    row.largest_weight = ratio(sums.weight_largest, alliances, 0.0)
    row.weight_inequality = ratio(sums.weight_gap, seats, 0.0)


@rule
def _observe_places(state, row):
    sums = state.tally[0]
    row.needs_met = ratio(sums.needs_met, sums.needs, 0.0)
    row.unmet_least = ratio(sums.unmet_least, sums.needs, 0.0)
    row.public_trust = ratio(sums.public_trust, sums.needs, 0.0)
    row.regime_shift = ratio(sums.regime_shift, sums.commissioners, 0.0)


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
