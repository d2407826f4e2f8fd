"""Seats in alliances: who sits where, leaving, and the end of an alliance."""

from alliances.model.kernel.compiled import rule
from alliances.model.kernel.state import MEMBERS, NONE, SEATS
from alliances.model.processes.relations import params_of


@rule
def alliance_led_by(state, i):
    """The alliance that i leads, or NONE."""
    for s in range(SEATS):
        m = state.organisations[i].seat[s]
        if m != NONE and state.alliances[state.members[m].alliance].lead == i:
            return state.members[m].alliance
    return NONE


@rule
def free_seat(state, i):
    """A seat that i may still take (`programmes` at a time), or NONE."""
    taken, free = 0, NONE
    for s in range(SEATS):
        if state.organisations[i].seat[s] == NONE:
            free = s if free == NONE else free
        else:
            taken += 1
    return free if taken < int(params_of(state).programmes) else NONE


@rule
def in_alliance(state, i, a):
    """Whether i sits in alliance a."""
    for s in range(SEATS):
        m = state.organisations[i].seat[s]
        if m != NONE and state.members[m].alliance == a:
            return True
    return False


@rule
def seats_end(state, a):
    """Row behind the last seat of alliance a that is taken: none behind it need be looked at."""
    return a * MEMBERS + state.alliances[a].taken


@rule
def leave(state, m):
    """Free member row m; the alliance's lead stays to be replaced by `_review`."""
    member = state.members[m]
    alliance = state.alliances[member.alliance]
    me = state.organisations[member.organisation]
    for s in range(SEATS):
        if me.seat[s] == m:
            me.seat[s] = NONE
    alliance.members -= 1
    alliance.core -= member.core
    if alliance.lead == member.organisation:
        alliance.lead = NONE
    member.organisation = NONE
    first = member.alliance * MEMBERS
    while alliance.taken > 0 and state.members[first + alliance.taken - 1].organisation == NONE:
        alliance.taken -= 1


@rule
def dissolve(state, a):
    """End alliance a: every seat is freed."""
    for m in range(a * MEMBERS, seats_end(state, a)):
        if state.members[m].organisation != NONE:
            leave(state, m)
    place = state.places[state.alliances[a].place]
    state.alliances[a].alive = 0
    place.alliances -= 1
    place.alliance_hint = min(place.alliance_hint, a)
    state.tally[0].dissolved += 1


@rule
def in_one_alliance(state, i, j):
    """Whether i and j sit in the same alliance."""
    for s in range(SEATS):
        mine = state.organisations[i].seat[s]
        if mine == NONE:
            continue
        for r in range(SEATS):
            theirs = state.organisations[j].seat[r]
            if theirs != NONE and state.members[mine].alliance == state.members[theirs].alliance:
                return True
    return False
