"""What it is worth to join an alliance, and to stay in it."""

from alliances.model.kernel.compiled import rule
from alliances.model.kernel.state import NEEDS, NONE
from alliances.model.processes.commission import coverage_of
from alliances.model.processes.relations import (
    clip,
    find_tie,
    overlap,
    params_of,
    power_over,
    stranger_trust,
    trust_of,
)
from alliances.model.processes.seats import in_alliance

SUCCESS_AT_BIRTH = 0.5


@rule
def utility_of_joining(state, p, i, a, j, lead_coverage):
    """Expected utility for j of joining lead i's alliance a (NONE: a new one).

    mutuality x q x gain in impact / solo impact + (1 - mutuality) x (expected money - outside
    option) / monthly income - kappa x power over it x (1 - trust) - days / free.
    """
    params = params_of(state)
    place = state.places[p]
    you = state.organisations[j]
    lead = state.organisations[i]
    alone = coverage_of(state, p, NONE, j)
    if a != NONE:
        success = state.alliances[a].success
        align = overlap(state.alliances[a].shared, you.priorities)
        size = state.alliances[a].members
        if not in_alliance(state, j, a):
            size += 1
        together = coverage_of(state, p, a, j)
        running = 1
    else:
        success = SUCCESS_AT_BIRTH
        align = overlap(lead.priorities, you.priorities)
        if params.blank_sheet > 0.0:  # its own priorities will be in what is set together
            align = 0.5 * (align + 1.0)
        size = 3
        together = lead_coverage  # of both: what either knows of each need
        for k in range(NEEDS):
            if you.expertise[k] > lead.expertise[k]:
                gap = you.expertise[k] - lead.expertise[k]
                together += place.needs[k] * gap / max(1e-9, _total_need(state, p))
        running = 0
    gain = align * clip(together / max(alone, 1e-9) - 1.0, 0.0, 2.0)
    pot = place.alliance_money / (1 + place.alliances)
    if running:
        pot = max(pot, state.alliances[a].pot)
    monthly = max(you.income / 12.0, 1.0)
    days = 0.5 * params.coordination_days * (size - 1)
    # Of the pot it expects what its days are worth against the lead's, who stand for the others'.
    mine, theirs = you.income / you.attention, lead.income / lead.attention
    share = mine / (mine + (size - 1) * theirs)
    money = clip((success * pot * share - monthly * days / you.attention) / monthly, -1.0, 1.0)
    t = find_tie(state, j, i)
    trust = trust_of(state, t, j) if t != NONE else stranger_trust(state, j, lead.sector)
    return (
        you.mutuality * success * gain
        + (1.0 - you.mutuality) * money
        - params.autonomy_cost * power_over(state, i, j) * (1.0 - trust)
        - days / max(you.free, 0.5)
    )


@rule
def worth_staying(state, p, a, i):
    """Return what staying in alliance a is worth to its member i now."""
    lead = state.alliances[a].lead
    return utility_of_joining(state, p, lead, a, i, 0.0) if lead != NONE and lead != i else 0.0


@rule
def _total_need(state, p):
    total = 0.0
    for k in range(NEEDS):
        total += state.places[p].needs[k]
    return total
