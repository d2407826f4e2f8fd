"""Process 4: connectors introduce organisations, convene and mediate."""

import math

from alliances.model.kernel.compiled import rule
from alliances.model.kernel.draws import CONNECT, NOBODY, uniforms, words
from alliances.model.kernel.process import process
from alliances.model.kernel.state import (
    CHARITY,
    CONTACTS,
    COUNCIL,
    FUNDER,
    MEMBERS,
    NEEDS,
    NONE,
    PARTNER,
    cause,
)
from alliances.model.processes.meet import NOT_HELD, WELL, hold_meeting, plan_meeting
from alliances.model.processes.relations import (
    clip,
    find_tie,
    overlap,
    params_of,
    spend,
    stranger_trust,
    works,
)
from alliances.model.processes.seats import seats_end
from alliances.model.registry import number

INTRODUCTION = cause("introduction")
EXAMINED = 40  # pairs that one connector looks at in a month
NEW_CONTACTS = 6  # organisations that it gets to know in a month
MONTHS_TO_LEARN = 24.0  # months in which an outsider's ignorance falls by 1 - 1/e
NEUTRALITY = (1.0, 0.8, 0.5)  # independent, funder's, a partner's own
VISIBLE = 0.6  # share of introductions that must go well to count as a visible result
SQRT12 = math.sqrt(12.0)

CONNECTING = (
    number(
        "connector_noise",
        0.3,
        0,
        1,
        "0-1",
        0,
        "Noise of a connector's judgement",
        "Standard deviation of what an unskilled connector sees of common interest. Skill "
        "lowers it; with much noise introductions are little better than chance.",
        levels=(0.1, 0.6),
        source="assumed; swept",
    ),
    number(
        "bridging_bonus",
        0.5,
        0,
        3,
        "ratio",
        0,
        "Liking for bridges",
        "Extra weight on pairs of different size and sector, which rarely meet by themselves. "
        "The small and the outsiders may gain; bridges are also likelier to fail.",
        levels=(0.2, 1.5),
        source="assumed; swept; cases: healthy-communities, parents-first",
        aliases=("bridging",),
    ),
    number(
        "vouch_loss",
        0.15,
        0,
        1,
        "0-1",
        0,
        "Price of vouching for a failure",
        "Share of trust in the connector lost on both sides of a failed introduction. "
        "Connectors who vouch for many may use up their own credit.",
        levels=(0.05, 0.3),
        source="assumed; swept",
    ),
    number(
        "outsider_ignorance",
        0.3,
        0,
        1,
        "0-1",
        0,
        "Outsiders know less",
        "Share of an independent connector's skill missing at first in a place it does not "
        "know. The sources disagree: an outsider is neutral, but knows less.",
        levels=(0.1, 0.6),
        source="assumed; swept; case: place-neutral-funder",
    ),
)


@rule
def staff_connectors(state, p):
    """Bring the place's connectors to the number that the levers ask for."""
    params = params_of(state)
    now = state.now[0]
    place = state.places[p]
    wanted = int(params.connectors) if now.month >= 0 else 0
    for c in range(place.connector_start, place.connector_stop):
        connector = state.connectors[c]
        post = c - place.connector_start
        if connector.active:
            tired = params.funder_patience > 0.0 and connector.worked < VISIBLE
            impatient = tired and now.month - connector.arrived >= params.funder_patience
            if post >= wanted or impatient or now.month >= connector.funded_until:
                connector.active = 0
                connector.closed = 1 if post < wanted else 0
        elif post < wanted and not connector.closed:
            if connector.funded_until > 0:  # the post was held before: somebody else takes it
                connector.uid, _ = words(now.seed, now.month, CONNECT, 200, connector.uid, NOBODY)
                connector.introductions = 0
            connector.active = 1
            connector.arrived = now.month
            months = int(params.connector_months)
            connector.funded_until = now.month + months if months > 0 else 1_000_000
            connector.contacts = 0
            connector.worked = 0.5
            connector.host = int(params.connector_host)
            connector.neutrality = NEUTRALITY[connector.host]
            connector.host_row = NONE
            if connector.host == PARTNER:  # its own: the largest body of the place
                for slot in range(place.active):
                    i = state.work[slot].order
                    largest = connector.host_row
                    if (
                        largest == NONE
                        or state.organisations[i].income > state.organisations[largest].income
                    ):
                        connector.host_row = i


@rule
def _skill(state, c):
    # An outsider is neutral but has the place to learn.
    params = params_of(state)
    connector = state.connectors[c]
    months = float(state.now[0].month - connector.arrived)
    ignorance = 0.0 if connector.host == PARTNER else params.outsider_ignorance
    return params.connector_skill * (1.0 - ignorance * math.exp(-months / MONTHS_TO_LEARN))


@rule
def _host_sector(state, connector):
    if connector.host == PARTNER and connector.host_row != NONE:
        return state.organisations[connector.host_row].sector
    return COUNCIL if connector.host == FUNDER else CHARITY


@rule
def _meet_contacts(state, p, c):
    # Gets to know organisations in keyed order; a full list forgets who has gone.
    now = state.now[0]
    place = state.places[p]
    connector = state.connectors[c]
    kept = 0
    for s in range(connector.contacts):
        i = connector.contact[s]
        if works(state.organisations[i]) and connector.contact_uid[s] == state.organisations[i].uid:
            connector.contact[kept] = i
            connector.contact_uid[kept] = connector.contact_uid[s]
            connector.trusted[kept] = connector.trusted[s]
            kept += 1
    connector.contacts = kept
    if place.active == 0:
        return
    sector = _host_sector(state, connector)
    for attempt in range(NEW_CONTACTS):
        if connector.contacts >= CONTACTS:
            return
        u, _ = uniforms(now.seed, now.month, CONNECT, 100 + attempt, connector.uid, NOBODY)
        i = state.work[int(u * place.active)].order
        known = i == connector.host_row
        for s in range(connector.contacts):
            known = known or connector.contact[s] == i
        if not known:
            connector.contact[connector.contacts] = i
            connector.contact_uid[connector.contacts] = state.organisations[i].uid
            connector.trusted[connector.contacts] = stranger_trust(state, i, sector)
            connector.contacts += 1


@rule
def complementarity(x, y):
    """How far two expertises complete each other: 1 - sum of minima / sum of maxima."""
    least, most = 0.0, 0.0
    for k in range(NEEDS):
        least += min(x[k], y[k])
        most += max(x[k], y[k])
    return 1.0 - least / most if most > 0.0 else 0.0


@rule
def _examine(state, c, skill):
    """Score keyed pairs of contacts; return how many were scored (rows of `pairs`)."""
    params = params_of(state)
    now = state.now[0]
    connector = state.connectors[c]
    scored = 0
    if connector.contacts < 2:
        return 0
    for attempt in range(EXAMINED):
        u, v = uniforms(now.seed, now.month, CONNECT, attempt, connector.uid, NOBODY)
        x = int(u * connector.contacts)
        y = int(v * (connector.contacts - 1))
        y += 1 if y >= x else 0
        noise = u * connector.contacts - x - 0.5  # what is left of the draw is uniform too
        i, j = connector.contact[x], connector.contact[y]
        me, other = state.organisations[i], state.organisations[j]
        seen = overlap(me.priorities, other.priorities)
        seen = clip(seen + params.connector_noise * (1.0 - skill) * SQRT12 * noise, 0.0, 1.0)
        t = find_tie(state, i, j)
        if t != NONE and state.ties[t].met == now.month:
            continue
        familiarity = 0.0 if t == NONE else state.ties[t].familiarity
        bridge = 1.0
        if me.sector != other.sector or me.band != other.band:
            bridge += params.bridging_bonus
        pair = state.pairs[scored]
        pair.i, pair.j = x, y
        pair.value = seen * complementarity(me.expertise, other.expertise)
        pair.value *= (1.0 - familiarity) * bridge
        scored += 1
    return scored


@process(before="ally", parameters={"Connecting": CONNECTING})
def connect(state, p):
    """Introduce the best pairs that each connector saw, up to its caseload, and mend conflicts."""
    params = params_of(state)
    staff_connectors(state, p)
    place = state.places[p]
    for c in range(place.connector_start, place.connector_stop):
        connector = state.connectors[c]
        if not connector.active:
            continue
        skill = _skill(state, c)
        _meet_contacts(state, p, c)
        if params.connector_introduces > 0.0:
            _introduce(state, p, c, skill)
        if params.connector_mediates > 0.0:
            _mediate(state, p, c, skill)


@rule
def _introduce(state, p, c, skill):
    params = params_of(state)
    tally = state.tally[0]
    connector = state.connectors[c]
    scored = _examine(state, c, skill)
    for _ in range(int(params.connector_caseload)):
        best = NONE
        for row in range(scored):
            if state.pairs[row].value > 0.0:
                if best == NONE or state.pairs[row].value > state.pairs[best].value:
                    best = row
        if best == NONE:
            return
        x, y = state.pairs[best].i, state.pairs[best].j
        state.pairs[best].value = 0.0
        i, j = connector.contact[x], connector.contact[y]
        plan_meeting(
            state,
            scored,
            i,
            j,
            connector.trusted[x],
            connector.trusted[y],
            skill * connector.neutrality,
            101,
        )
        ended = hold_meeting(state, p, scored, INTRODUCTION)
        if ended == NOT_HELD:
            continue
        tally.introductions += 1
        connector.introductions += 1
        good = 1.0 if ended == WELL else 0.0
        tally.introductions_well += good
        connector.worked += 0.05 * (good - connector.worked)
        for s in (x, y):  # whoever vouches for a failure loses trust on both sides
            if good > 0.0:
                connector.trusted[s] += params.trust_gain * (1.0 - connector.trusted[s])
            else:
                connector.trusted[s] *= 1.0 - params.vouch_loss


@rule
def _mediate(state, p, c, skill):
    # Where it convenes, the connector brings the two with the largest grievance together.
    params = params_of(state)
    connector = state.connectors[c]
    place = state.places[p]
    for a in range(place.alliance_start, place.alliance_stop):
        alliance = state.alliances[a]
        if not alliance.alive or alliance.connector != c or alliance.conflicts <= 0.0:
            continue
        worst, most = NONE, 0.0
        for m in range(a * MEMBERS, seats_end(state, a)):
            i = state.members[m].organisation
            if i == NONE:
                continue
            for n in range(m + 1, seats_end(state, a)):
                j = state.members[n].organisation
                t = find_tie(state, i, j) if j != NONE else NONE
                if t != NONE:
                    held = state.ties[t].grievance_ab + state.ties[t].grievance_ba
                    if held > most:
                        worst, most = t, held
        if worst == NONE:
            alliance.conflicts = 0.0
            continue
        tie = state.ties[worst]
        mended = skill * connector.neutrality
        tie.grievance_ab *= 1.0 - mended
        tie.grievance_ba *= 1.0 - mended
        alliance.conflicts = max(0.0, alliance.conflicts - mended)
        for end in (tie.a, tie.b):
            spend(state, end, min(params.meeting_days, max(0.0, state.organisations[end].free)))
