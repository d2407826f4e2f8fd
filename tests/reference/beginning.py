"""Initialization: from a place's roster to characters, needs and first money (ODD 5)."""

import math

import numpy as np

from alliances.model.kernel.draws import words
from alliances.model.kernel.state import COMMUNITY, CONTRACT, COUNCIL, GRANT, HEALTH, INERT
from tests.reference.arithmetic import NEEDS, clip, plain_sum, shares
from tests.reference.connector import Connector
from tests.reference.luck import BUILD
from tests.reference.money import Agreement, sign
from tests.reference.organisation import Commissioner, Organisation, band_of
from tests.reference.place import Place
from tests.reference.tie import make_tie

COMMISSIONED_SHARE = (0.08, 0.19, 0.31, 0.35, 0.42, 0.42)
PURSE_SHARES = (0.55, 0.3, 0.15)
CONNECTOR_POSTS = 12


def word(place_uid, attempt, b):
    """Return the first word with which a purse or post of a place is named."""
    uid = np.uint64(place_uid)
    return int(words(uid, 0, 0, attempt, uid, np.uint64(b))[0])


def lay_out(model, roster):
    """Make the places with their organisations and tables, before any seed."""
    here = 0
    row_of = {}
    for p in range(len(roster.localities)):
        numbers = [n for n in range(roster.size) if roster.locality[n] == p]
        built = plain_sum(not roster.inert[n] for n in numbers)
        place = Place(model, model.place_uid(roster, p), built)
        place.first_row = here
        rows = math.ceil(1.12 * built) + 4 + len(numbers) - built
        place.rows = [None] * rows
        capacity = model.largest_tie_capacity
        place.tie_slots = [max(8, math.floor(capacity))] * rows
        for position, n in enumerate(numbers):
            i = Organisation(
                place,
                here + position,
                int(roster.uid[n]),
                int(roster.body[n]),
                int(roster.sector[n]),
                int(roster.band[n]),
                float(roster.income[n]),
                -100_000,
            )
            i.given = given_of(roster, n)
            slots = int(clip(math.floor(capacity * i.reach), 8, 120))
            place.tie_slots[position] = slots
            if roster.inert[n]:
                i.status = INERT
                place.tie_slots[position] = 0
            place.rows[position] = i
            row_of[n] = i
        place.free_rows = list(range(rows - 1, len(numbers) - 1, -1))  # the last is taken first
        place.tie_room = plain_sum(place.tie_slots) // 2
        place.alliances = [None] * max(2, math.ceil(built / 4))
        place.lots = max(1, round(built / 6))
        staff(place)
        model.places.append(place)
        here += rows
    return row_of


def given_of(roster, n):
    """Return what the input says about an organisation; None where the seed decides."""
    columns = ("expertise", "mission", "mutuality", "openness", "dominance", "reserves_months")
    found = {name: getattr(roster, name)[n] for name in columns}
    return {
        name: None if np.isnan(value).any() else value.tolist() for name, value in found.items()
    }


def staff(place):
    """Give the place its three purses and its posts for connectors."""
    for c in range(3):
        body = None
        if c < 2:
            kind = (COUNCIL, HEALTH)[c]
            body = next((i for i in place.working() if i.sector == kind), None)
        uid = word(place.uid, c, 1)
        place.commissioners.append(Commissioner(place, c, uid, body, PURSE_SHARES[c]))
    for post in range(CONNECTOR_POSTS):
        place.connectors.append(Connector(place, post, word(place.uid, 100 + post, 2)))


def populate(place):
    """Give the place its needs, its organisations their characters and first agreements."""
    luck, params = place.luck, place.params
    for k in range(NEEDS):
        place.needs[k] = 0.5 + luck.uniform(BUILD, 30 + k, place.uid)
    place.needs_start = list(place.needs)
    for i in place.working():
        draw_character(i, i.given)
    place.public_trust = place.public_trust_start = params.public_trust_start
    scale_needs(place)
    granted = {}
    for payee, _, monthly, _ in place.model.opening_grants(place):
        granted[payee] = granted.get(payee, 0.0) + monthly
    for i in place.working():
        first_money(i, granted.get(i, 0.0))


def draw_character(i, given=None):
    """Draw what an organisation is (ODD 5, "The characters")."""
    given = given or {}
    params, luck, place = i.params, i.place.luck, i.place
    u, v = luck.uniforms(BUILD, 0, i.uid)
    w, x = luck.uniforms(BUILD, 1, i.uid)
    y, z = luck.uniforms(BUILD, 2, i.uid)
    drawn = given.get("expertise")
    if drawn is None:
        breadth = clip(1.0 + 0.6 * math.log10(max(i.income, 1000.0) / 1000.0), 1.0, 6.0)
        drawn = []
        for k in range(NEEDS):
            one, other = luck.uniforms(BUILD, 10 + k, i.uid)
            drawn.append(0.3 + 0.7 * one if other < breadth / 6.0 else 0.05 * one)
    i.expertise = list(drawn)
    if given.get("expertise") is None and plain_sum(drawn) < 0.5:
        i.expertise[int(6.0 * u)] = 0.3 + 0.7 * v
    i.mission = given.get("mission")
    if i.mission is None:
        weights = [
            math.exp(params.mission_focus * luck.normal(BUILD, 20 + k, i.uid)) * (0.2 + drawn[k])
            for k in range(NEEDS)
        ]
        own, need = shares(weights), shares(place.needs_start)
        part = params.mission_overlap
        i.mission = [(1.0 - part) * own[k] + part * need[k] for k in range(NEEDS)]
    else:
        i.mission = shares(i.mission)
    i.priorities = list(i.mission)
    i.disposition = {}
    for trait, draw in (("mutuality", u), ("openness", v), ("dominance", w)):
        value = given.get(trait)
        if value is None:
            mean, spread = getattr(params, f"{trait}_mean"), getattr(params, f"{trait}_spread")
            value = clip(mean + spread * math.sqrt(12.0) * (draw - 0.5), 0.0, 1.0)
        i.disposition[trait] = value
        setattr(i, trait, value)
    spread = params.stranger_spread * math.sqrt(12.0) * (x - 0.5)
    i.stranger_prior = clip(params.stranger_trust + spread, 0.01, 0.99)
    i.trust_received = i.stranger_prior
    i.phase = int(12.0 * y)
    i.record = 0.4 + 0.2 * z
    i.costs = i.income
    i.reserves = 0.0
    months = given.get("reserves_months")
    if months is None:
        months = 2.0 + 6.0 * luck.uniform(BUILD, 3, i.uid)
    i.opening_reserves = months * i.costs / 12.0
    slots = place.tie_slots[i.row - place.first_row]
    fills = max(8, math.floor(place.model.largest_tie_capacity * i.reach))
    i.tie_capacity = min(slots, fills)


def scale_needs(place):
    """Scale needs to 1.25 times what all could deliver alone; say what is attainable (ODD 5)."""
    solo = 0.0
    for i in place.working():
        focus = [i.priorities[k] * i.expertise[k] for k in range(NEEDS)]
        for k in range(NEEDS):
            if plain_sum(focus) > 0.0:
                solo += i.attention * focus[k] / plain_sum(focus) * i.expertise[k]
    place.solo_capacity = solo
    place.needs = [1.25 * solo * share for share in shares(place.needs)]
    place.needs_start = list(place.needs)
    best = [0.0] * NEEDS
    for i in place.working():
        focus = [place.needs[k] * i.expertise[k] for k in range(NEEDS)]
        for k in range(NEEDS):
            if plain_sum(focus) > 0.0:
                best[k] += i.attention * focus[k] / plain_sum(focus) * i.expertise[k]
    place.attainable = plain_sum(
        place.needs[k] * (1.0 - math.exp(-best[k] / place.needs[k]))
        for k in range(NEEDS)
        if place.needs[k] > 0.0
    )


def first_money(i, granted):
    """Give an organisation its first reserves and perhaps an agreement (ODD 5, "Money")."""
    place, luck, params = i.place, i.place.luck, i.params
    place.model.books.pay("opening reserves", i, i.opening_reserves, "opening")
    i.own_income = i.own_income_start = i.income
    if i.sector in (COUNCIL, HEALTH):
        return
    if granted > 0.0:
        place.purse += 12.0 * granted
        return
    share = COMMISSIONED_SHARE[band_of(i.income)]
    place.purse += share * i.income
    held = min(0.6, 2.0 * share)
    u, v = luck.uniforms(BUILD, 40, i.uid)
    if u >= share / held:
        return
    payer = place.commissioners[int(3.0 * luck.uniform(BUILD, 41, i.uid))].payer
    terms = params.core_share, params.targets * (1.0 - params.core_share)
    end = place.model.month + 1 + int(params.term_months * v)
    monthly = held * i.income / 12.0
    kind = CONTRACT if i.income >= 1e5 else GRANT
    months = int(params.term_months)
    first = Agreement(payer, i, monthly, end - months, months, kind, terms, need=i.main_need)
    if sign(place, first):
        i.commissioned = held * i.income
        i.own_income = i.own_income_start = i.income - i.commissioned
        i.patrons[0] = [payer, monthly]
        place.money[i.main_need] += monthly
        payer.channelled[i.main_need] += monthly


def grants_of_input(place):
    """Pay the running grants of the input (ODD 5, "Grants of the input")."""
    model = place.model
    for payee, payer, monthly, months in model.opening_grants(place):
        terms = model.params.core_share, model.params.targets * (1.0 - model.params.core_share)
        need = payee.main_need
        grant = Agreement(payer, payee, monthly, model.month, months, GRANT, terms, need=need)
        if not sign(place, grant):
            continue
        payee.commissioned = min(payee.income, payee.commissioned + 12.0 * monthly)
        payee.own_income = payee.own_income_start = payee.income - payee.commissioned
        patron = next((p for p in payee.patrons if p[0] is payer), None)
        if patron is None:
            patron = next((p for p in payee.patrons if p[0] is None), payee.patrons[0])
            patron[:] = [payer, 0.0]
        patron[1] += monthly
        place.money[need] += monthly
        payer.channelled[need] += monthly


def ties_of_input(model):
    """Make the ties of the input (ODD 5, "Ties of the input")."""
    for one, other, strength_one, strength_other in model.opening_ties():
        if not (one.works and other.works):
            continue
        strangers = one.trust_in_strangers(other.sector), other.trust_in_strangers(one.sector)
        trusts = [
            s + 0.5 * strength * (1.0 - s)
            for s, strength in zip(strangers, (strength_one, strength_other), strict=True)
        ]
        tie = make_tie(one, other, *trusts)
        if tie is not None:
            tie.familiarity = 0.5 * (strength_one + strength_other)


def found_body(place, row, uid, income):
    """Put a new community group into a row; its character is drawn as at the start (ODD 7.9)."""
    sector, band = COMMUNITY, band_of(income)
    i = Organisation(place, row, uid, uid, sector, band, income, place.model.month)
    place.rows[row - place.first_row] = i
    draw_character(i)
    i.own_income = i.own_income_start = income
    return i
