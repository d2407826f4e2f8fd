"""Alliances take stock: exits, recommitment, a successor for a lead who went, and the end."""

from alliances.model.kernel.compiled import rule
from alliances.model.kernel.draws import ALLY, NOBODY, uniform, uniforms
from alliances.model.kernel.state import MEMBERS, NONE, cause
from alliances.model.processes.joining import worth_staying
from alliances.model.processes.relations import (
    clip,
    ease,
    find_tie,
    params_of,
    set_trust,
    spend,
    trust_of,
)
from alliances.model.processes.seats import dissolve, leave, seats_end

EXIT = cause("exit")
FAILING_MONTHS = 6
CONFLICTS_KEPT = 0.85  # open conflicts that are still open a month later


@rule
def _sour(state, a, m):
    # Whoever goes late and in anger takes trust along, and leaves some behind.
    params = params_of(state)
    i = state.members[m].organisation
    for n in range(a * MEMBERS, seats_end(state, a)):
        j = state.members[n].organisation
        t = find_tie(state, i, j) if j != NONE and j != i else NONE
        if t != NONE:
            kept = 1.0 - params.exit_sourness
            set_trust(state, t, i, trust_of(state, t, i) * kept, EXIT)
            set_trust(state, t, j, trust_of(state, t, j) * kept, EXIT)


@rule
def review(state, p, a):
    """Exits, recommitment, a successor for a lead who went, and the end of what fails."""
    params = params_of(state)
    now = state.now[0]
    alliance = state.alliances[a]
    age = now.month - alliance.born
    every = int(params.recommitment_months)
    reviewing = every > 0 and age > 0 and age % every == 0
    alliance.conflicts *= CONFLICTS_KEPT
    if reviewing:  # what is open is put on the table and mended
        alliance.conflicts = 0.0
        _mend(state, a)
    for m in range(a * MEMBERS, seats_end(state, a)):
        member = state.members[m]
        i = member.organisation
        if i == NONE:
            continue
        me = state.organisations[i]
        if reviewing:
            spend(state, i, min(0.5, max(0.0, me.free)))
        unhappy = _unhappiness(state, a, m)
        u, v = uniforms(now.seed, now.month, ALLY, 10, me.uid, alliance.uid)
        goes = u < 0.25 * unhappy + 0.02 * min(alliance.conflicts, 5.0)
        if age > 0 and (now.month - member.joined) % 12 == 0 and i != alliance.lead:
            # Once a year a member takes stock against what else has turned up for it.
            goes = goes or worth_staying(state, p, a, i) < v * params.alternatives
        if me.order_leave != NONE:
            goes = me.order_leave == 1
        if member.compelled:
            goes = False
        if not goes:
            continue
        state.tally[0].exits += 1
        late = every == 0 or age % every != 0
        if late and alliance.conflicts + unhappy > 0.3:
            state.tally[0].sour_exits += 1
            _sour(state, a, m)
        leave(state, m)
    if alliance.lead == NONE or reviewing:
        _choose_lead(state, a)
    failing = alliance.success < params.failing_bar
    alliance.months_failing = alliance.months_failing + 1 if failing else 0
    over = alliance.members < 2 or alliance.lead == NONE
    if over or (alliance.months_failing >= FAILING_MONTHS and age >= FAILING_MONTHS):
        dissolve(state, a)


@rule
def _unhappiness(state, a, m):
    # Shortfall of what was pledged, unfair shares and a voice that is not heard.
    member = state.members[m]
    alliance = state.alliances[a]
    shortfall = clip(0.5 - alliance.success, 0.0, 0.5)
    unfair = clip(member.contribution - 0.5 * (member.money + member.credit), 0.0, 1.0)
    return shortfall + 0.5 * unfair * (1.0 - member.voice)


@rule
def _mend(state, a):
    for m in range(a * MEMBERS, seats_end(state, a)):
        i = state.members[m].organisation
        if i == NONE:
            continue
        for n in range(m + 1, seats_end(state, a)):
            j = state.members[n].organisation
            t = find_tie(state, i, j) if j != NONE else NONE
            if t != NONE:
                ease(state, t, 0.5)


@rule
def _choose_lead(state, a):
    # The strongest leads, or whom the lot falls on where the lead is shared.
    params = params_of(state)
    now = state.now[0]
    alliance = state.alliances[a]
    by_lot = uniform(now.seed, now.month, ALLY, 11, alliance.uid, NOBODY) < params.lead_rotation
    best, most = NONE, -1.0
    for m in range(a * MEMBERS, seats_end(state, a)):
        i = state.members[m].organisation
        if i == NONE or not state.members[m].core:
            continue
        claim = state.members[m].weight
        if by_lot:
            claim = uniform(now.seed, now.month, ALLY, 12, state.organisations[i].uid, alliance.uid)
        if claim > most:
            best, most = i, claim
    if best != NONE:
        alliance.lead = best
