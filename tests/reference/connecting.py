"""Connectors arrive, get to know people, introduce them and mediate (ODD 7.4)."""

import math

from alliances.model.kernel.state import CHARITY, COUNCIL
from tests.reference.arithmetic import NEEDS, clip, first_largest, overlap, plain_sum
from tests.reference.luck import CONNECT, MEET
from tests.reference.meeting import hold, prepared

EXAMINED = 40
NEW_CONTACTS = 6
MOST_CONTACTS = 40
NEUTRALITY = {"independent": 1.0, "funder": 0.8, "partner": 0.5}


def connect(place):
    """Fill the posts, and let each connector do a month's work."""
    if place.model.month < 0:
        return
    for one in place.connectors:
        staff(one)
        if one.active:
            work(one)


def work(one):
    """Do a connector's month."""
    params = one.place.params
    get_to_know(one)
    if params.connector_introduces:
        introduce(one)
    if params.connector_mediates:
        mediate(one)


def staff(one):
    """Fill a post, or let its holder go."""
    params, month = one.place.params, one.place.model.month
    wanted = one.post < params.connectors
    if one.active:
        there = month - one.arrived
        ended = one.funded_until is not None and month >= one.funded_until
        patience = params.funder_patience
        given_up = patience > 0 and there >= patience and one.worked < 0.6
        if not wanted or ended or given_up:
            one.place.model.tally["connectors gone"] += 1
        if not wanted:
            one.active = False
        elif ended or given_up:
            one.active, one.closed = False, True
    elif wanted and not one.closed:
        arrive(one)


def arrive(one):
    """Let a connector arrive at a post."""
    params, month = one.place.params, one.place.model.month
    if one.was_filled:
        one.uid = one.place.luck.word(CONNECT, 200, one.uid)
    one.was_filled = one.active = True
    one.place.model.tally["connectors arrived"] += 1
    one.arrived = month
    one.funded_until = month + params.connector_months if params.connector_months > 0 else None
    one.contacts, one.worked = {}, 0.5
    one.host = params.connector_host
    one.neutrality = NEUTRALITY[one.host]
    one.host_organisation = None
    if one.host == "partner":
        one.host_organisation = first_largest(one.place.order, lambda i: i.income)


def skill_of(one):
    """Return a connector's skill at work."""
    params = one.place.params
    if one.host == "partner":
        return params.connector_skill
    there = one.place.model.month - one.arrived
    return params.connector_skill * (1.0 - params.outsider_ignorance * math.exp(-there / 24.0))


def get_to_know(one):
    """Forget those who are gone, and get to know others."""
    place = one.place
    one.contacts = {i: trust for i, trust in one.contacts.items() if i.works}
    sector = COUNCIL if one.host == "funder" else CHARITY
    if one.host_organisation is not None:
        sector = one.host_organisation.sector
    for h in range(NEW_CONTACTS):
        u = place.luck.uniform(CONNECT, 100 + h, one.uid)
        i = place.order[int(u * len(place.order))]
        if i in one.contacts or i is one.host_organisation:
            continue
        if len(one.contacts) < MOST_CONTACTS:
            one.contacts[i] = i.trust_in_strangers(sector)


def introduce(one):
    """Introduce the best of the pairs that a connector thinks of."""
    params, month = one.place.params, one.place.model.month
    contacts = list(one.contacts)
    count = len(contacts)
    if count < 2:
        return
    pairs = []
    for h in range(EXAMINED):
        u, v = one.place.luck.uniforms(CONNECT, h, one.uid)
        x, y = int(u * count), int(v * (count - 1))
        y += y >= x
        i, j = contacts[x], contacts[y]
        tie = i.tie_to.get(j)
        if tie is None or tie.met != month:
            score = score_of(one, i, j, u * count - x)
            if score > 0.0:
                pairs.append((score, i, j))
    pairs.sort(key=lambda pair: -pair[0])
    for _, i, j in pairs[: int(params.connector_caseload)]:
        introduce_pair(one, i, j)


def score_of(one, i, j, fraction):
    """Return how good an introduction looks to a connector."""
    params = one.place.params
    noise = params.connector_noise * (1.0 - skill_of(one)) * math.sqrt(12.0) * (fraction - 0.5)
    seen = clip(overlap(i.priorities, j.priorities) + noise, 0.0, 1.0)
    least = plain_sum(min(i.expertise[k], j.expertise[k]) for k in range(NEEDS))
    most = plain_sum(max(i.expertise[k], j.expertise[k]) for k in range(NEEDS))
    complementarity = 1.0 - least / most if most > 0.0 else 0.0
    tie = i.tie_to.get(j)
    familiarity = 0.0 if tie is None else tie.familiarity
    far = i.sector != j.sector or i.band != j.band
    bridge = 1.0 + params.bridging_bonus if far else 1.0
    return seen * complementarity * (1.0 - familiarity) * bridge


def introduce_pair(one, i, j):
    """Introduce two contacts, and learn from how it goes."""
    params, place = one.place.params, one.place
    carried = (one.contacts[i], one.contacts[j])
    luck = place.luck.pair_uniforms(MEET, 101, i.uid, j.uid)
    helped = skill_of(one) * one.neutrality
    well = hold(prepared(i, j, carried, helped, luck, "introduction"))
    if well is None:
        return
    place.model.tally["introductions"] += 1
    place.model.tally["introductions_well"] += well
    for contact in (i, j):
        trust = one.contacts[contact]
        if well:
            one.contacts[contact] = trust + params.trust_gain * (1.0 - trust)
        else:
            one.contacts[contact] = trust * (1.0 - params.vouch_loss)
    one.worked += 0.05 * (well - one.worked)


def mediate(one):
    """Mend what is open in the alliances that a connector convenes."""
    params = one.place.params
    helped = skill_of(one) * one.neutrality
    for alliance in one.place.living_alliances():
        if alliance.connector is not one or alliance.conflicts <= 0.0:
            continue
        worst = None
        members = alliance.organisations
        for n, i in enumerate(members):
            for j in members[n + 1 :]:
                tie = i.tie_to.get(j)
                if tie is None:
                    continue
                held = plain_sum(tie.grievance.values())
                if held > 0.0 and (worst is None or held > plain_sum(worst.grievance.values())):
                    worst = tie
        if worst is None:
            alliance.conflicts = 0.0
            continue
        one.place.model.tally["mediations"] += 1
        worst.ease(helped)
        alliance.conflicts = max(0.0, alliance.conflicts - helped)
        for end in worst.ends:
            end.spend(params.meeting_days)
