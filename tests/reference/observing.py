"""The monthly measures, computed from what is there at the end of a month (ODD 4, 7.10)."""

import math

from tests.reference.arithmetic import NEEDS, clip

FAMILIAR, TRUSTED = 0.2, 0.5


def ratio(part, whole, empty=0.0):
    """Return a share, or its value on empty input."""
    return part / whole if whole > 0.0 else empty


def mean(values):
    """Return the mean, 0 of nothing."""
    values = list(values)
    return ratio(math.fsum(values), len(values))


def spread(values):
    """Return the standard deviation, 0 of nothing."""
    values = list(values)
    middle = mean(values)
    return math.sqrt(mean((x - middle) ** 2 for x in values))


def observe(model):
    """Return all monthly measures by name."""
    places = model.places
    working = [i for place in places for i in place.working()]
    ties = [tie for place in places for tie in place.ties()]
    return (
        of_ties(places, working, ties)
        | of_people(places, working)
        | of_alliances(places, working)
        | of_money(model, working)
        | of_impact(model, places, working)
        | of_events(model, working)
    )


def of_ties(places, working, ties):
    """Return measures of ties and trust."""
    sides = [(tie, i, tie.other(i)) for tie in ties for i in tie.ends]
    familiar = [tie for tie in ties if tie.familiarity >= FAMILIAR]
    known = [(tie, i, j) for tie, i, j in sides if tie.familiarity >= FAMILIAR]
    trusting = [(tie, i, j) for tie, i, j in known if tie.trust[i] >= TRUSTED]
    pairs = sum(len(p.working()) * (len(p.working()) - 1) / 2.0 for p in places)
    across = {}
    for kind in ("sector", "band"):
        apart = sum(getattr(t.ends[0], kind) != getattr(t.ends[1], kind) for t in familiar)
        across[kind] = ratio(apart, len(familiar))
    expected = {kind: ratio(mixed_pairs(places, kind), pairs) for kind in across}
    return {
        "informal_share": ratio(len({i for _, i, _ in trusting}), len(working)),
        "tie_density": ratio(len(familiar), pairs),
        "mean_ties": ratio(2.0 * len(familiar), len(working)),
        "ties": float(len(ties)),
        "trust": mean(tie.trust[i] for tie, i, _ in sides),
        "trust_familiar": mean(tie.trust[i] for tie, i, _ in known),
        "trust_spread": spread(tie.trust[i] for tie, i, _ in known),
        "trust_small_large": mean(t.trust[i] for t, i, j in sides if i.small and not j.small),
        "trust_large_small": mean(t.trust[i] for t, i, j in sides if j.small and not i.small),
        "trust_cross_sector": mean(t.trust[i] for t, i, j in sides if i.sector != j.sector),
        "trust_gap": mean(abs(t.trust[t.ends[0]] - t.trust[t.ends[1]]) for t in ties),
        "grievance": mean(tie.grievance[i] for tie, i, _ in sides),
        "reciprocity": ratio(sum(t.trust[j] >= TRUSTED for t, _, j in trusting), len(trusting)),
        "mixing_sector": across["sector"],
        "mixing_size": across["band"],
        "ei_sector": 2.0 * (across["sector"] - expected["sector"]) if familiar else 0.0,
        "ei_size": 2.0 * (across["band"] - expected["band"]) if familiar else 0.0,
        "centralisation": by_size(places, centralisation),
    }


def mixed_pairs(places, kind):
    """Return how many pairs of the same place differ in sector or band."""
    found = 0.0
    for place in places:
        groups = {}
        for i in place.working():
            groups[getattr(i, kind)] = groups.get(getattr(i, kind), 0) + 1
        count = sum(groups.values())
        found += (count * count - sum(n * n for n in groups.values())) / 2.0
    return found


def by_size(places, measure):
    """Return the mean of a measure over places, each counted by its organisations."""
    sizes = [(measure(place), len(place.working())) for place in places]
    counted = [(value, size) for value, size in sizes if value is not None]
    return ratio(sum(v * size for v, size in counted), sum(size for _, size in counted))


def centralisation(place):
    """Return Freeman's degree centralisation of a place; None if it is too small for one."""
    working = place.working()
    n = len(working)
    if n < 3:
        return None
    degrees = [sum(tie.familiarity >= FAMILIAR for tie in i.ties) for i in working]
    return sum(max(degrees) - degree for degree in degrees) / ((n - 1.0) * (n - 2.0))


def of_people(places, working):
    """Return measures of organisations' states."""
    attention = whole_attention(working)
    bidding = sum(i.bid_days for i in working)
    reporting = sum(i.report_days for i in working)
    together = sum(i.coordination_days for i in working)
    months = [
        clip(12.0 * i.reserves / i.costs, -12.0, 24.0) if i.costs > 0.0 else 0.0 for i in working
    ]
    return {
        "mutuality": mean(i.mutuality for i in working),
        "dominance": mean(i.dominance for i in working),
        "stress": mean(i.stress for i in working),
        "productivity_gain": mean(i.ideas for i in working),
        "priorities_spread": by_size(places, difference_of_priorities),
        "organisations": float(len(working)),
        "hosted_share": mean(i.host is not None for i in working),
        "reserve_months": mean(months),
        "bid_share": ratio(bidding, attention),
        "report_share": ratio(reporting, attention),
        "coordination_share": ratio(together, attention),
        "cost_days": bidding + reporting + together,
        "joint_effort": ratio(
            sum(i.joint_days for i in working), sum(i.joint_days + i.solo_days for i in working)
        ),
        "effective_days": sum(i.joint_days + i.solo_days for i in working),
    }


def whole_attention(working):
    """Return all attention, with what is funded as slack."""
    return sum(i.attention * (1.0 + i.params.slack) for i in working)


def difference_of_priorities(place):
    """Return the mean over needs of the standard deviation of priorities."""
    working = place.working()
    return mean(spread(i.priorities[k] for i in working) for k in range(NEEDS)) if working else None


def works_still(alliance):
    """Whether it is a working alliance: two members or more, and delivered within six months."""
    if len(alliance.members) < 2 or alliance.last_delivery is None:
        return False
    return alliance.place.model.month - alliance.last_delivery < 6


def of_alliances(places, working):
    """Return measures of working alliances and their seats."""
    alliances = [a for place in places for a in place.living_alliances() if works_still(a)]
    seats = [seat for a in alliances for seat in a.members]
    small = [seat for seat in seats if seat.organisation.small]
    voices = sum(seat.voice for seat in seats)
    money, given = sum(s.money for s in small), sum(s.contribution for s in small)
    return {
        "alliance_share": ratio(len({s.organisation for s in seats}), len(working)),
        "alliances": float(len(alliances)),
        "alliance_size": ratio(len(seats), len(alliances)),
        "alliance_age": mean(a.age for a in alliances),
        "alliance_success": mean(a.success for a in alliances),
        "open_conflicts": mean(a.conflicts for a in alliances),
        "understanding": mean(a.understanding for a in alliances),
        "voice": mean(seat.voice for seat in seats),
        "voice_spread": spread(seat.voice for seat in seats),
        "largest_weight": mean(a.strongest().weight for a in alliances),
        "weight_inequality": mean(
            abs(seat.weight - 1.0 / len(seat.alliance.members)) for seat in seats
        ),
        "small_seats": ratio(len(small), len(seats)),
        "small_leads": mean(a.lead is not None and a.lead.small for a in alliances),
        "small_voice": ratio(sum(seat.voice for seat in small), voices),
        "small_credit": ratio(sum(seat.credit for seat in small), len(alliances)),
        "small_pot": ratio(money, len(alliances)),
        "parity": ratio(money, given, empty=1.0),
    }


def of_money(model, working):
    """Return measures of incomes and of public money."""
    tally = model.tally
    income = sum(i.income for i in working)
    commissioned = sum(i.commissioned for i in working)
    held = sum(model.books.accounts.values()) + sum(i.reserves for i in working)
    commissioners = [c for place in model.places for c in place.commissioners]
    return {
        "small_money": ratio(tally["small_commissioned"], tally["commissioned"]),
        "smaller_money": ratio(tally["micro_commissioned"], tally["commissioned"]),
        "income_share_small": ratio(sum(i.income for i in working if i.small), income),
        "largest_income_share": ratio(max((i.income for i in working), default=0.0), income),
        "income_concentration": ratio(sum(i.income**2 for i in working), income**2),
        "commissioned_share": ratio(commissioned, income),
        "bid_cost_share": ratio(sum(i.bid_cost_year for i in working), commissioned),
        "bid_cost": tally["tender_cost"],
        "dissipation": ratio(tally["tender_cost"], tally["prizes"]),
        "bids": tally["bids"],
        "declined": tally["declined"],
        "saving": tally["saving"],
        "policy_money": tally["policy"],
        "commissioned_money": tally["commissioned"],
        "imbalance": ratio(abs(held), model.books.moved),
        "regime_shift": mean(c.regime_shift for c in commissioners),
    }


def of_impact(model, places, working):
    """Return measures of impact and public trust."""
    impact = sum(place.impact for place in places)
    attainable = sum(place.attainable for place in places)
    needs = sum(sum(place.needs) for place in places)
    attention = whole_attention(working)
    spent = sum(i.bid_days + i.report_days + i.coordination_days for i in working)
    worked = sum(i.joint_days + i.solo_days for i in working)
    worth = ratio(worked, attention)  # effective days that a day of attention brings
    weights = [(1.0 - min(place.need_met), sum(place.needs)) for place in places]
    return {
        "impact": ratio(impact, attainable),
        "net_impact": ratio(impact - worth * spent, attainable),
        "needs_met": ratio(impact, needs),
        "unmet_least": ratio(sum(u * need for u, need in weights), needs),
        "public_trust": ratio(
            sum(place.public_trust * sum(place.needs) for place in places), needs
        ),
    }


def of_events(model, working):
    """Return counts of what happened in the month."""
    tally = model.tally
    bad = tally["raised"] + tally["avoided"]
    closed = {band: tally["closures", band] for band in range(6)}
    return {
        "meetings": ratio(tally["meetings"], len(working)),
        "meetings_well": ratio(tally["meetings_well"], tally["meetings"]),
        "introductions": tally["introductions"],
        "introductions_well": ratio(tally["introductions_well"], tally["introductions"]),
        "stated_share": ratio(tally["stated"], tally["positions"]),
        "acceptability": ratio(tally["acceptability"], tally["decisions"]),
        "decision_spread": ratio(tally["equity"], tally["decisions"]),
        "decision_success": ratio(tally["decided"], tally["decisions"]),
        "closures": sum(closed.values()),
        "closures_micro": closed[0],
        "closures_small": closed[1],
        "closures_medium": closed[2],
        "closures_large": closed[3] + closed[4] + closed[5],
        "mergers": tally["mergers"],
        "hosted": tally["hosted"],
        "released": tally["released"],
        "founded": tally["founded"],
        "departures": tally["turnovers"],
        "formed": tally["formed"],
        "dissolved": tally["dissolved"],
        "exits": tally["exits"],
        "sour_exits": tally["sour_exits"],
        "conflicts_raised": tally["raised"],
        "conflicts_avoided": tally["avoided"],
        "raised_share": ratio(tally["raised"], bad),
        "grabs": tally["grabs"],
        "called_out": tally["called_out"],
    }
