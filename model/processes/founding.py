"""New small groups are founded, and endowed for their first months."""

import math

from numba import uint64

from alliances.model.kernel.compiled import rule
from alliances.model.kernel.draws import FOUND, NOBODY, uniform, words
from alliances.model.kernel.state import ACTIVE, COMMUNITY, ENDOWMENTS, NONE, cause
from alliances.model.processes.ledger import receive
from alliances.model.processes.populate import draw_character
from alliances.model.processes.relations import params_of

ENDOWMENT_PAID = cause("endowment")


@rule
def found(state, p):
    """Found small groups: Poisson at a share of the built count, three months' costs endowed."""
    params = params_of(state)
    now = state.now[0]
    place = state.places[p]
    rate = params.founding_rate * place.built / 12.0
    if rate <= 0.0:
        return
    # Poisson by inversion with one draw (Knuth's product would need many); large rates in parts.
    shares = math.ceil(rate / 20.0)
    for share in range(shares):
        u = uniform(now.seed, now.month, FOUND, share, place.uid, NOBODY)
        chance = math.exp(-rate / shares)
        total = chance
        count = 0
        while u > total and count < 100:
            count += 1
            chance *= rate / shares / count
            total += chance
        for _ in range(count):
            _found_one(state, p)


@rule
def _found_one(state, p):
    params = params_of(state)
    now = state.now[0]
    place = state.places[p]
    i = place.row_free
    if i == NONE:
        return
    me = state.organisations[i]
    place.row_free = me.host
    place.serial += uint64(1)
    uid, size = words(now.seed, now.month, FOUND, 1_000, place.uid, place.serial)
    me.uid = uid
    me.body = uid
    me.place = p
    me.next_branch = NONE
    me.first_branch = i
    me.status = ACTIVE
    me.host = NONE
    me.born = now.month
    # Below GBP 100,000, log-uniform from 2,000: what new registrations look like.
    u = float(size >> uint64(11)) * 2.0**-53
    income = 2_000.0 * 50.0**u
    me.sector = COMMUNITY
    me.band = 0 if income < 1e4 else 1
    draw_character(state, i, income, params)
    me.received = 0.0
    me.reserves = 0.0
    receive(state, ENDOWMENTS, i, income / 4.0, ENDOWMENT_PAID)
    state.tally[0].founded += 1
