"""Invitations, what joining is worth, and answers (ODD 7.5)."""

import math
from dataclasses import dataclass

from tests.reference.alliance import Alliance
from tests.reference.arithmetic import NEEDS, clip, overlap, plain_sum
from tests.reference.luck import ALLY

INVITED = 6
ORDERED = 1e6  # what an order to join adds to the utility of an invitation


@dataclass
class Offer:
    """An invitation: by whom, into which alliance (None for a new one), and what it is worth."""

    lead: object
    alliance: object
    invitee: object
    utility: float
    compelled: bool


def utility(i, lead, q, align, size, together, pot):
    """Return the utility of being in an alliance."""
    params, place = i.params, i.place
    alone = place.coverage([i])
    gain = align * clip(together / max(alone, 1e-9) - 1.0, 0.0, 2.0)
    rate, lead_rate = i.income / i.attention, lead.income / lead.attention
    own = rate / (rate + (size - 1.0) * lead_rate)
    days = 0.5 * params.coordination_days * (size - 1.0)
    monthly = max(1.0, i.income / 12.0)
    money = clip((q * pot * own - days * i.income / 12.0 / i.attention) / monthly, -1.0, 1.0)
    trust = i.trust_in(lead, i.trust_in_strangers(lead.sector))
    return (
        i.mutuality * q * gain
        + (1.0 - i.mutuality) * money
        - params.autonomy_cost * lead.power_over(i) * (1.0 - trust)
        - days / max(i.free, 0.5)
    )


def usual_pot(place):
    """Return what an alliance of the place can expect, GBP a month."""
    return place.alliance_money / (1.0 + len(place.living_alliances()))


def utility_in(i, alliance, lead):
    """Return the utility of being in an alliance that is there."""
    group = alliance.organisations
    inside = i in group
    size = len(group) + (not inside)
    together = i.place.coverage(group if inside else [*group, i])
    align = overlap(i.priorities, alliance.shared)
    pot = max(alliance.pot, usual_pot(i.place))
    return utility(i, lead, alliance.success, align, size, together, pot)


def utility_of_staying(seat):
    """Return the utility of a seat at the present lead."""
    alliance = seat.alliance
    if alliance.lead is None:
        return 0.0
    return utility_in(seat.organisation, alliance, alliance.lead)


def utility_of_new(i, lead):
    """Return the utility of founding an alliance together with a lead."""
    params, place = i.params, i.place
    align = overlap(i.priorities, lead.priorities)
    if params.blank_sheet:
        align = 0.5 * (align + 1.0)
    total = plain_sum(place.needs)
    more = plain_sum(
        place.needs[k] * max(0.0, i.expertise[k] - lead.expertise[k]) for k in range(NEEDS)
    )
    together = place.coverage([lead]) + (more / total if total > 0.0 else 0.0)
    return utility(i, lead, 0.5, align, 3.0, together, usual_pot(place))


def in_phase(i):
    """Whether an organisation can commit itself this month."""
    phase = i.phase * (1.0 - i.params.joint_plans)
    apart = abs(i.model.month % 12 - phase)
    return min(apart, 12.0 - apart) <= 3.0


def may_sit(i):
    """Whether an organisation may take a seat (ODD 7.5, "Who may take a seat")."""
    if i.holds_purse and not i.params.commissioner_is_member:
        return False
    join = i.ordered("join")
    if i.ordered("leave") and not join:
        return False
    return i.has_free_seat() and (bool(join) or in_phase(i))


def invite(place):
    """Let leads invite; return each lead's offers in the order of merit."""
    leads = {}
    for i in place.order:
        led = next((s.alliance for s in i.taken_seats() if s.alliance.lead is i), None)
        join = i.ordered("join")
        eager = join and led is None
        if place.luck.uniform(ALLY, 20, i.uid) >= place.params.form_chance and not eager:
            continue
        if i.free < 0.25 * i.attention:
            continue
        if led is None:
            if not may_sit(i) or join is False:
                continue
        elif None not in led.seats:
            continue
        leads[i] = (led, best_of_ties(i, led))
    return leads


def best_of_ties(i, led):
    """Return whom a lead invites, the best first."""
    group = [] if led is None else led.organisations
    found = []
    for tie in i.ties:
        j = tie.other(i)
        if tie.familiarity < 0.1 or not may_sit(j) or j in group:
            continue
        common = overlap(i.priorities, j.priorities)
        found.append((tie.trust[i] * common * i.place.coverage([*group, j]), j))
    found.sort(key=lambda pair: -pair[0])
    return [j for _, j in found[:INVITED]]


def answer(place, leads):
    """Return the offer that each invitee keeps."""
    kept = {}
    for lead, (led, invited) in leads.items():
        for j in invited:
            worth = utility_of_new(j, lead) if led is None else utility_in(j, led, lead)
            bar = 2.0 * place.params.joining_bar * place.luck.uniform(ALLY, 22, j.uid)
            compelled = False
            join = j.ordered("join")
            if join:
                worth += ORDERED
            if worth <= bar or join is False:
                if place.luck.uniform(ALLY, 21, j.uid, lead.uid) >= place.params.duty_to_join:
                    continue
                compelled, worth = True, math.nextafter(bar, math.inf)
            if j not in kept or worth > kept[j].utility:
                kept[j] = Offer(lead, led, j, worth, compelled)
    return kept


def gather(place, leads, kept):
    """Let leads found alliances or extend theirs with those who accepted."""
    for lead, (led, invited) in leads.items():
        accepted = [kept[j] for j in invited if j in kept and kept[j].lead is lead]
        if led is not None:
            for offer in accepted:
                led.take_seat(offer.invitee, offer.compelled)
        elif len(accepted) >= 2 and lead.has_free_seat() and None in place.alliances:
            found_alliance(place, lead, accepted)


def found_alliance(place, lead, accepted):
    """Found an alliance (ODD 7.5, "Answers")."""
    row = place.alliances.index(None)
    alliance = Alliance(place, row, place.luck.word(ALLY, 30, lead.uid, 1), lead)
    place.alliances[row] = alliance
    place.model.tally["formed"] += 1
    trusted = -1.0
    for connector in place.working_connectors():
        trust = connector.contacts.get(lead, -1.0)
        if trust > trusted:
            alliance.connector, trusted = connector, trust
    alliance.take_seat(lead, False)
    for offer in accepted:
        alliance.take_seat(offer.invitee, offer.compelled)
    if alliance.blank_sheet:
        members = alliance.organisations
        alliance.shared = [
            plain_sum(i.priorities[k] for i in members) / len(members) for k in range(NEEDS)
        ]
        for i in members:
            i.spend(1.0)
