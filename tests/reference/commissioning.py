"""How public money is given out: renewal, rounds, grants, pots, alliances (ODD 7.2)."""

from alliances.model.kernel.state import ALLIANCE_AWARD, DEVOLVED, GRANT
from tests.reference.arithmetic import clip, plain_sum
from tests.reference.awarding import absorbed, half_income, turns_down
from tests.reference.luck import COMMISSION
from tests.reference.money import Agreement, sign
from tests.reference.organisation import Organisation
from tests.reference.tendering import hold_tender, least_days
from tests.reference.tie import make_tie

LOT_DRAWS = 1_000
SINGLE_LEAD_DRAWS = 1_000_000
POT = 8_000.0  # GBP a year
LEAST_ROUND = 1.0  # GBP a month


def commission(place):
    """Renew and end agreements, and hold the rounds that are due."""
    params, month = place.params, place.model.month
    renew(place)
    if place.model.pulse and params.criteria_shift > 0.0:
        shift_criteria(place)
    held = place.commissioners[: int(params.commissioners)]
    whole = plain_sum(c.share for c in held)
    for c in held:
        if (month + 4 * c.number) % int(params.round_months) == 0:
            hold_round(place, c, c.share / whole)


def renew(place):
    """Extend agreements on good record before they end."""
    params, model = place.params, place.model
    if params.renewal_notice <= 0:
        return
    for agreement in place.agreements:
        payee = agreement.payee
        if not isinstance(payee, Organisation) or not payee.works:
            continue
        if agreement.payer is None or agreement.kind == DEVOLVED:
            continue
        if agreement.end - model.month != params.renewal_notice:
            continue
        u = place.luck.uniform(COMMISSION, 2_100_000 + agreement.start, payee.uid, place.uid)
        if u < payee.record * (1.0 - params.additionality):
            model.tally["renewed"] += 1
            agreement.end += int(params.term_months)


def shift_criteria(place):
    """End awards that fall outside the new categories."""
    for agreement in place.agreements:
        payee = agreement.payee
        if not isinstance(payee, Organisation) or agreement.payer is None:
            continue
        u = place.luck.uniform(COMMISSION, 2_200_000 + agreement.start, payee.uid, place.uid)
        if u < place.params.criteria_shift:
            place.model.tally["shifted"] += 1
            agreement.end = min(agreement.end, place.model.month)


def levers_cost(place):
    """Return what the levers cost this month, GBP a year (ODD 2, "The price of levers")."""
    if place.model.month < 0:
        return 0.0
    params = place.params
    return params.policy_cost + len(place.working_connectors()) * params.connector_cost


def available(place):
    """Return what the purse can award, GBP a year."""
    params = place.params
    money = place.purse * params.purse_scale * (1.0 + params.purse_change)
    money *= 1.0 - params.funding_cut
    saved = money * params.bundling_saving * params.bundling
    cost = 0.0 if params.new_money else levers_cost(place)
    return max(0.0, money - saved - cost) / (1.0 + params.cost_gap * params.full_cost)


def promised(place, c):
    """Return what a purse has promised on the average of the months until its next round."""
    months = place.params.round_months
    total = 0.0
    for agreement in place.agreements:
        left = agreement.end - place.model.month
        if agreement.payer is c.payer and left > 0:
            total += agreement.amount * min(left, months) / months
    return total


def hold_round(place, c, part):
    """Hold the round of one commissioner, who has that part of the purse."""
    params = place.params
    saved = place.purse * params.purse_scale * params.bundling_saving * params.bundling
    place.model.tally["saving"] += part * saved * params.round_months / 12.0
    new = available(place) * part / 12.0 - promised(place, c)
    if new < LEAST_ROUND:
        return
    devolved = params.devolved_pots * new
    single = params.single_lead * (new - devolved)
    competition = clip(params.competition - c.regime_shift, 0.0, 1.0)
    tendered = competition * (new - devolved - single)
    untendered = new - devolved - single - tendered
    if devolved > 0.0:
        give_pots(place, c, devolved)
    if single >= LEAST_ROUND:
        hold_tender(place, c, single, 1, SINGLE_LEAD_DRAWS, lead=True)
    if tendered >= LEAST_ROUND:
        lots = max(1, round(place.lots * (1.0 - 0.8 * params.bundling)))
        hold_tender(place, c, tendered, lots, LOT_DRAWS, lead=False)
    for_alliances = (1.0 - params.grant_share) * untendered
    if for_alliances >= LEAST_ROUND:
        untendered -= award_alliance(place, c, for_alliances)
    if untendered >= LEAST_ROUND:
        give_grants(place, c, untendered)


def give_pots(place, c, money):
    """Give small devolved pots to those below GBP 1m."""
    params, model = place.params, place.model
    small = [i for i in place.order if i.small]
    if not small:
        return
    chance = min(1.0, 12.0 * money / POT / len(small))
    for i in small:
        if place.luck.uniform(COMMISSION, 20, i.uid, c.uid) >= chance:
            continue
        terms, need = (1.0, 0.0), i.main_need
        pot = Agreement(c.payer, i, POT / 12.0, model.month, 12, DEVOLVED, terms, need=need)
        sign(place, pot)
        payer = c.body
        if payer is not None and payer is not i and payer not in i.tie_to:
            strangers = payer.trust_in_strangers(i.sector), i.trust_in_strangers(payer.sector)
            tie = make_tie(payer, i, *strangers)
            if tie is not None:
                tie.familiarity = params.familiarity_gain


def award_alliance(place, c, money):
    """Award money to the fittest alliance; return how much of it."""
    best, key = None, None
    for alliance in place.living_alliances():
        if len(alliance.members) < 2:
            continue
        fit = 0.5 * alliance.success + 0.5 * place.coverage(alliance.organisations)
        u = place.luck.uniform(COMMISSION, 30, alliance.uid, c.uid)
        if fit > 0.3 and (key is None or (-fit, u) < key):
            best, key = alliance, (-fit, u)
    if best is None:
        return 0.0
    amount = min(money, 0.5 * plain_sum(i.income for i in best.organisations) / 12.0)
    return amount if absorbed(place, c, best, amount, ALLIANCE_AWARD, None) else 0.0


def give_grants(place, c, money):
    """Share money among the chosen of those who apply."""
    params, luck, model = place.params, place.luck, place.model
    worth = {i: 0.0 if i.holds_purse else worth_of(i) for i in place.order}
    total = plain_sum(worth.values())
    if total <= 0.0:
        return
    half = 0.5 * least_days(params)
    chosen = []
    for i in place.order:
        chance = min(1.0, max(1.0, place.built / 6.0) * worth[i] / total)
        u, v = luck.uniforms(COMMISSION, 10, i.uid, c.uid)
        order = i.ordered("bid")
        applies = u < 3.0 * chance if order is None else order and chance > 0.0
        if not applies or i.free < half:
            continue
        i.spend(half, "bid_days")
        if u < chance:
            if turns_down(i, v):
                model.tally["declined"] += 1
            else:
                chosen.append(i)
    sizes = plain_sum(max(i.income, 1000.0) for i in chosen)
    for i in chosen:
        part = money * max(i.income, 1000.0) / sizes
        absorbed(place, c, i, min(part, half_income(i)), GRANT, i.main_need)


def worth_of(i):
    """Return what an organisation's application for a grant is worth."""
    params = i.params
    passed_over = 0.9 * (i.commissioned > 0.0) + 0.1 * i.record
    worth = i.expertise[i.main_need] * (0.2 + i.record)
    worth *= 1.0 - params.additionality * passed_over
    return worth * (max(i.income, 1000.0) / 100_000.0) ** params.muscle
