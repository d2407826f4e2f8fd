"""Terms of awards, turning them down, and what a contractor passes on (ODD 7.2)."""

from alliances.model.kernel.state import CONTRACT, SUBCONTRACT
from tests.reference.arithmetic import clip, plain_sum, sigma
from tests.reference.luck import COMMISSION
from tests.reference.money import Agreement, sign


def half_income(i):
    """Return half an organisation's yearly income, GBP a month: the most that it can use."""
    return 0.5 * max(i.income, 1000.0) / 12.0


def terms_of(params):
    """Return the core and the bound share of an award."""
    core = params.core_share * (1.0 - params.capital_share)
    return core, params.targets * (1.0 - params.core_share)


def absorbed(place, c, payee, amount, kind, need, via=None):
    """Make an award on the terms in force; False if there is no room for it."""
    params = place.params
    start = place.model.month + int(params.payment_delay)
    months, terms = int(params.term_months), terms_of(params)
    award = Agreement(c.payer, payee, amount, start, months, kind, terms, via=via, need=need)
    return sign(place, award)


def turns_down(i, draw):
    """Whether an organisation turns an award down (ODD 7.2, "Turning down")."""
    params = i.params
    if i.ordered("bid"):
        return False
    strings = (
        3.0 * params.reporting * (1.0 - params.pooled_forms)
        + params.targets * (1.0 - params.targets_owned)
        + params.payment_by_results
        + params.match_funding
        + 0.02 * params.payment_delay
    )
    need = clip(i.commissioned / max(i.income, 1.0), 0.0, 1.0)
    return draw < sigma(8.0 * (strings - 1.4 - 0.6 * need))


def award_contract(place, c, i, mate, money, need, draw, lot, *, lead):
    """Award a contract to a winner, who may pass part of it on."""
    if turns_down(i, place.luck.uniform(COMMISSION, draw, i.uid, lot)):
        place.model.tally["declined"] += 1
        return
    params = place.params
    willing = 0.6 * i.mutuality if lead else 0.0
    if mate is not None:
        willing = max(willing, 0.5)
    fence = 0.0 if i.small else params.ring_fence
    passed = max(willing, fence)
    partners = partners_of(place, i, mate, need, fence, lead=lead) if passed > 0.0 else []
    kept = money
    for partner, part in parts_of(partners, passed, fence):
        given = min(money * part * (1.0 - params.lead_fee), half_income(partner))
        if given > 0.0 and absorbed(place, c, partner, given, SUBCONTRACT, need, via=i):
            kept -= given
    if kept > 0.0:
        absorbed(place, c, i, kept, CONTRACT, need)


def partners_of(place, i, mate, need, fence, *, lead):
    """Return with whom a winner shares a contract."""
    partners = [] if mate is None else [mate]
    if lead or mate is None:
        for tie in i.ties:
            j = tie.other(i)
            if len(partners) >= 6:
                break
            expert = tie.familiarity >= 0.2 and j.expertise[need] > 0.1
            if expert and not j.holds_purse and j not in partners:
                partners.append(j)
    if fence > 0.0 and not any(j.small for j in partners):
        for j in place.order:
            if len(partners) >= 8:
                break
            if j.small and j is not i and not j.holds_purse and j.expertise[need] > 0.1:
                partners.append(j)
    return partners


def parts_of(partners, passed, fence):
    """Return the partners with their parts of a contract, before the lead's fee."""
    small = [j for j in partners if j.small]
    to_small = max(passed * len(small) / len(partners), fence) if small else 0.0
    to_large = max(0.0, passed - to_small) if len(small) < len(partners) else 0.0
    found = []
    for j in partners:
        group = small if j.small else [x for x in partners if not x.small]
        size = plain_sum(max(x.income, 1000.0) for x in group)
        part = to_small if j.small else to_large
        found.append((j, part * max(j.income, 1000.0) / size))
    return found
