"""Pledges, delivery together and alone, impact and public trust (ODD 7.7)."""

import math

from tests.reference.arithmetic import NEEDS, clip, overlap, plain_sum


def deliver(place):
    """Let organisations lend, pledge and deliver; say what need is met."""
    place.met, place.joint_met = [0.0] * NEEDS, [0.0] * NEEDS
    for i in place.order:
        lend(i)
    for i in place.order:
        pledge(i)
    for alliance in place.living_alliances():
        deliver_together(alliance)
    for i in place.order:
        deliver_alone(i)
    reach_people(place)
    move_public_trust(place)


def lend(i):
    """Lend spare days to a small trusted tie."""
    params = i.params
    if params.in_kind <= 0.0:
        return
    best = None
    for tie in i.ties:
        j = tie.other(i)
        if tie.familiarity < 0.2 or tie.trust[i] <= 0.5 or j.lender is not None:
            continue
        if j.income < 0.25 * i.income and (best is None or tie.trust[i] > best.trust[i]):
            best = tie
    if best is None:
        return
    j = best.other(i)
    days = min(0.1 * params.in_kind * max(0.0, i.free), 0.25 * j.attention)
    if days > 0.0:
        i.model.tally["loans"] += 1
        i.free -= days
        i.lent += days
        j.free += days
        j.borrowed += days
        j.lender = i


def imposed(i):
    """Return the share of a body's work that is bound by targets of others."""
    return min(1.0, i.bound) * (1.0 - i.params.targets_owned)


def pledge(i):
    """Let an organisation pledge and give days in each of its alliances."""
    params, seats = i.params, i.taken_seats()
    free = max(0.0, i.free)
    order = i.ordered("contribute")
    for seat in seats:
        share = (contribution_of(i, seat) if order is None else order) / len(seats)
        seat.pledge = share * i.attention * (1.0 - params.stress_loss * i.stress)
        seat.days = share * free * (params.pass_through if order is None else 1.0)
    for seat in seats:
        i.spend(seat.days)


def contribution_of(i, seat):
    """Return the share that a member is willing to give."""
    params, alliance = i.params, seat.alliance
    others = [j for j in alliance.organisations if j is not i]
    trust = 0.0
    if others:
        trust = plain_sum(i.trust_in(j, i.stranger_prior) for j in others) / len(others)
    willing = i.mutuality + (1.0 - i.mutuality) * 0.5 * params.joint_measures
    blunted = imposed(i) * (1.0 - params.joint_measures)
    share = willing * min(1.0, params.pledge_floor + params.pledge_trust * trust)
    share *= overlap(i.priorities, alliance.shared) * (1.0 - blunted)
    return 0.2 * share if seat.compelled else share


def productivity(i):
    """Return the productivity of a body."""
    return 1.0 + i.ideas + 0.2 * i.capital / (i.capital + i.income + 1.0)


def spread_over(i, wanted):
    """Return effective days a day for each need, days going in proportion to wanted x e."""
    focus = [wanted[k] * i.expertise[k] for k in range(NEEDS)]
    total = plain_sum(focus)
    if total <= 0.0:
        return [0.0] * NEEDS
    return [focus[k] / total * productivity(i) * i.expertise[k] for k in range(NEEDS)]


def deliver_together(alliance):
    """Deliver what the members give; say who contributed what, and whether promises were kept."""
    place, members = alliance.place, alliance.members
    chi, c = place.params.interdependence, alliance.consequence
    given, pledged = {}, 0.0
    for seat in members:
        i = seat.organisation
        wanted = [c * s + (1.0 - c) * p for s, p in zip(alliance.shared, i.priorities, strict=True)]
        worth = spread_over(i, wanted)
        given[seat] = [seat.days * each for each in worth]
        seat.effective = plain_sum(given[seat])
        i.joint_days += seat.effective
        pledged += seat.pledge * plain_sum(worth)
    delivered = plain_sum(seat.effective for seat in members)
    for seat in members:
        even = 1.0 / len(members)
        seat.contribution = seat.effective / delivered if delivered > 0.0 else even
    whole = [plain_sum(given[seat][k] for seat in members) for k in range(NEEDS)]
    for k in range(NEEDS):
        place.met[k] += (1.0 - chi) * whole[k]
        if chi > 0.0:
            after = (k + 1) % NEEDS
            both = whole[k] + whole[after]
            largest = max((given[s][k] + given[s][after] for s in members), default=0.0)
            joint = max(0.0, min(whole[k], whole[after], both - largest))
            place.joint_met[k] += chi * joint
    kept = clip(delivered / pledged, 0.0, 1.0) if pledged > 0.0 else 0.0
    alliance.success = 5.0 / 6.0 * alliance.success + kept / 6.0
    alliance.delivered, alliance.pledged = delivered, pledged
    if delivered > 0.0:
        alliance.last_delivery = place.model.month


def deliver_alone(i):
    """Deliver with what is free."""
    days = max(0.0, i.free)
    i.solo_worked = days
    bound = imposed(i)
    effective = [(1.0 - bound) * days * each for each in spread_over(i, i.priorities)]
    main = i.main_need
    effective[main] += bound * days * productivity(i) * i.expertise[main]
    for k in range(NEEDS):
        i.place.met[k] += effective[k]
    i.solo_days = plain_sum(effective)


def reach_people(place):
    """Say what share of each need is met, and the impact."""
    chi = place.params.interdependence
    reach = 0.5 + 0.5 * place.public_trust
    place.impact = 0.0
    for k in range(NEEDS):
        need = place.needs[k]
        met = 0.0
        if need > 0.0:
            met = (1.0 - chi) * (1.0 - math.exp(-reach * place.met[k] / ((1.0 - chi) * need)))
            if chi > 0.0:
                met += chi * (1.0 - math.exp(-reach * place.joint_met[k] / (chi * need)))
        place.need_met[k] = met
        place.impact += need * met


def move_public_trust(place):
    """Let public trust follow what was promised and kept."""
    params, trust = place.params, place.public_trust
    kept = [alliance.consequence * alliance.success for alliance in place.living_alliances()]
    level = plain_sum(kept) / len(kept) if kept else 0.5
    trust += (
        params.public_reversion * (params.public_trust_start - trust)
        + params.public_gain * level * (1.0 - trust)
        - 0.25 * params.public_gain * params.public_loss_ratio * (1.0 - level) * trust
        + params.public_listening * params.co_production
    )
    place.public_trust = clip(trust, 0.0, 1.0)
