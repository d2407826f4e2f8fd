"""Tenders: who bids with how much, who wins, and what is learned from it (ODD 7.2)."""

import math
from dataclasses import dataclass

from tests.reference.arithmetic import NEEDS, clip, plain_sum
from tests.reference.awarding import award_contract
from tests.reference.luck import COMMISSION
from tests.reference.money import DAY

MOST_BIDS = 12


@dataclass
class Lot:
    """What is tendered: GBP a month for one need, and the bids for it."""

    number: int
    value: float
    need: int
    bids: list


@dataclass
class Bid:
    """A bid of an organisation, perhaps with a mate."""

    bidder: object
    mate: object
    days: float

    def parties(self):
        """Return whoever has part in it."""
        return [self.bidder] if self.mate is None else [self.bidder, self.mate]


def least_days(params):
    """Return the fewest days in which a bid can be written."""
    return params.bid_days * (1.0 - 0.5 * params.pooled_forms)


def hold_tender(place, c, money, count, base, *, lead):
    """Tender money in a number of lots and award them."""
    lots = draw_lots(place, c, money, count, base)
    for i in place.order:
        out = i.out_until is not None and place.model.month < i.out_until
        order = i.ordered("bid")
        if i.holds_purse or order is False or (out and not order):
            continue
        looked_at = max(1, min(math.floor(3.0 * i.reach + 0.5), 10, count))
        for h in range(looked_at):
            u = place.luck.uniform(COMMISSION, base + 10 + h, i.uid, c.uid)
            consider(i, c, lots[min(int(u * count), count - 1)], base + 20 + h)
    for lot in lots:
        if lot.bids:
            decide(place, c, lot, base, lead=lead)


def draw_lots(place, c, money, count, base):
    """Draw values and needs of the lots."""
    luck, params = place.luck, place.params
    sizes = [
        math.exp(params.lot_spread * luck.normal(COMMISSION, base, n, c.uid)) for n in range(count)
    ]
    total = plain_sum(sizes)
    lots = []
    for n in range(count):
        x = luck.uniform(COMMISSION, base + 1, n, c.uid) * plain_sum(place.needs)
        need = 0
        while need < NEEDS - 1 and x >= place.needs[need]:
            x -= place.needs[need]
            need += 1
        lots.append(Lot(n, money * sizes[n] / total, need, []))
    return lots


def consider(i, c, lot, attempt):
    """Let an organisation look at a lot, and bid alone, with a mate, or not."""
    params = i.params
    has_part = [party for bid in lot.bids for party in bid.parties()]
    if i in has_part:
        return
    if params.turnover_test > 0.0 and i.income * params.turnover_test < 12.0 * lot.value:
        return
    if len(lot.bids) >= MOST_BIDS:
        return
    least = least_days(params)
    prize = 0.3 * lot.value * params.term_months
    days = min(max(least, i.bid_effort * prize / DAY), i.free, max(0.0, i.reserves) / DAY)
    if days < least:
        return
    expertise = i.expertise[lot.need]
    ratio = i.win_chance * expertise * prize / (DAY * days + 1.0)
    alone = math.exp(clip(params.bid_sensitivity * math.log(ratio + 1e-9), -20.0, 20.0))
    mate = mate_of(i, lot.need)
    together = 0.0
    if mate is not None and mate not in has_part:
        both = (0.4 + i.mutuality) * (1.0 + params.collaboration_weight)
        both *= (expertise + mate.expertise[lot.need]) / max(2.0 * expertise, 1e-9)
        together = alone * clip(both, 0.0, 3.0)
    u, v = i.place.luck.uniforms(COMMISSION, attempt, i.uid, c.uid)
    order = i.ordered("bid")
    if u < 1.0 / (1.0 + alone + together) and not order:
        return
    aside = v < params.no_rival_bids and not order
    if aside and any(sit_together(i, bid.bidder) for bid in lot.bids):
        i.model.tally["stepped back"] += 1
        return
    joint = u >= (1.0 + alone) / (1.0 + alone + together)
    hand_in(i, mate if joint else None, lot, days)


def mate_of(i, need):
    """Return the tie with whom an organisation would bid."""
    best = None
    for tie in i.ties:
        j = tie.other(i)
        if tie.familiarity < 0.2 or tie.trust[i] < 0.5 or j.holds_purse:
            continue
        if j.ordered("bid") is False:
            continue
        if best is None or j.expertise[need] > best.expertise[need]:
            best = j
    return best


def sit_together(i, j):
    """Whether two sit in one alliance."""
    return any(seat.alliance.seat_of(j) is not None for seat in i.taken_seats())


def hand_in(i, mate, lot, days):
    """Hand a bid in and spend its days."""
    tally = i.model.tally
    spent = i.spend(days if mate is None else 0.6 * days, "bid_days")
    if mate is not None:
        spent += mate.spend(0.6 * days, "bid_days")
        tally["joint bids"] += 1
    tally["bids"] += 1
    tally["tender_cost"] += spent * DAY
    lot.bids.append(Bid(i, mate, days))


def weight_of(bid, need):
    """Return the weight of a bid in the contest."""
    i, params = bid.bidder, bid.bidder.params
    muscle = (max(i.income, 1000.0) / 100_000.0) ** params.muscle
    fit = max(i.expertise[need], 0.02)
    if bid.mate is not None:
        fit = max(fit, bid.mate.expertise[need])
    weight = (bid.days * muscle) ** params.intensity * fit * (0.2 + i.record)
    return weight * (1.0 + params.collaboration_weight) if bid.mate is not None else weight


def decide(place, c, lot, base, *, lead):
    """Find the winner of a lot, let the bidders learn, and award the contract."""
    weights = [weight_of(bid, lot.need) for bid in lot.bids]
    if plain_sum(weights) <= 0.0:  # nothing to tell them by: even chances, and the last one wins
        weights = [1.0] * len(lot.bids)
        best, soonest = lot.bids[-1], 0.0
    else:
        best, soonest = None, math.inf
    for bid, weight in zip(lot.bids, weights, strict=True):
        u = place.luck.uniform(COMMISSION, base + 100 + lot.number, bid.bidder.uid, c.uid)
        clock = -math.log(1.0 - u) / weight if weight > 0.0 else math.inf
        if clock < soonest:
            best, soonest = bid, clock
    place.model.tally["prizes"] += 0.3 * lot.value * place.params.term_months
    place.model.tally["tenders won"] += 1
    place.model.tally["tenders lost"] += len(lot.bids) - 1
    total = plain_sum(weights)
    for bid, weight in zip(lot.bids, weights, strict=True):
        learn(bid.bidder, weight / total, len(lot.bids), won=bid is best)
    if place.params.rivalry > 0.0 and len(lot.bids) > 1:
        feel_rivalry([bid.bidder for bid in lot.bids], best.bidder)
    award_contract(
        place, c, best.bidder, best.mate, lot.value, lot.need, base + 30, lot.number, lead=lead
    )


def learn(i, p, bids, *, won):
    """Let a bidder learn from a contest in which its chance was p."""
    params = i.params
    i.win_chance += 0.5 * (p - i.win_chance)
    i.losses = 0 if won else i.losses + 1
    if params.rival_rule == "best_response":
        step = min(1.0, 2.0 / bids)
        i.bid_effort += step * (params.intensity * p * (1.0 - p) - i.bid_effort)
    elif won:
        i.bid_effort = max(0.02, 0.9 * i.bid_effort)
    else:
        i.bid_effort = min(1.0, 1.25 * i.bid_effort)
        if i.losses >= 3:
            i.bid_effort, i.losses = 0.1, 0
            i.model.tally["gave up"] += 1
            i.out_until = i.model.month + 36


def feel_rivalry(bidders, winner):
    """Let rivals trust each other less (ODD 7.2, "Rivalry")."""
    params = winner.params
    for i in bidders:
        i.mutuality *= 1.0 - params.mutuality_erosion
    for n, i in enumerate(bidders):
        for j in bidders[n + 1 :]:
            tie = i.tie_to.get(j)
            if tie is None:
                continue
            tie.co_bid = i.model.month
            for one in (i, j):
                x = params.rivalry * (1.0 - params.shared_plans)
                if tie.other(one) is winner:
                    x *= 2.0
                x = min(1.0, x)
                tie.set_trust(one, tie.trust[one] * (1.0 - x), "rivalry")
                tie.add_grievance(one, x)
