"""Payments, loans, underspend and the books of each organisation (ODD 7.9)."""

import math

from alliances.model.kernel.state import GRANT, HOSTED, IN_KIND
from tests.reference.arithmetic import clip, plain_sum
from tests.reference.commissioning import levers_cost
from tests.reference.fates import fail, found, live_with_host
from tests.reference.luck import ACCOUNT
from tests.reference.money import DAY, Agreement, record_direct, sign
from tests.reference.organisation import Organisation

A_YEAR = 11.0 / 12.0  # a 12-month mean keeps this of itself


def account(place):
    """Pay what is due, close the month's books, and see who fails and who is founded."""
    pay_levers(place)
    start_means(place)
    pay_agreements(place)
    for i in place.order:
        pay_loan(i)
    if place.model.month % 12 == 6:
        move_underspend(place)
    for i in place.order:
        close_books(i)
        if i.status == HOSTED:
            live_with_host(i)
    fail(place)
    found(place)


def pay_levers(place):
    """Pay a twelfth of the levers' cost."""
    cost = levers_cost(place) / 12.0
    if cost != 0.0:
        place.model.books.pay("purse", "payroll", cost, "policy")
    place.model.tally["policy"] += cost


def start_means(place):
    """Let the 12-month means of money forget a month; start the month's counts."""
    place.money = [x * A_YEAR for x in place.money]
    place.alliance_money *= A_YEAR
    for c in place.commissioners:
        c.channelled = [x * A_YEAR for x in c.channelled]
    for i in place.working():
        i.channelled = [x * A_YEAR for x in i.channelled]
        for patron in i.patrons:
            patron[1] *= A_YEAR
        i.received = i.earmarked = i.bound = i.core = i.report_due = 0.0
    for alliance in place.living_alliances():
        alliance.pot = 0.0


def pay_agreements(place):
    """Pay all agreements in table order, and forget those that are over."""
    month = place.model.month
    running = []
    for agreement in place.agreements:
        payee = agreement.payee
        alive = payee.works if isinstance(payee, Organisation) else payee.alive
        if agreement.end <= month or not alive:
            continue
        running.append(agreement)
        if agreement.start <= month:
            pay_agreement(place, agreement)
    place.agreements = running


def pay_agreement(place, agreement):
    """Pay one agreement's month."""
    params, books, payee = place.params, place.model.books, agreement.payee
    single = isinstance(payee, Organisation)
    success = payee.record if single else payee.success
    held = params.payment_by_results * (1.0 - success) * agreement.amount
    place.unpaid += held
    rest = agreement.amount - held
    central = params.overhead * rest
    if central > 0.0:
        books.pay("purse", "payroll", central, "policy")
    left = rest - central
    if single:
        pay(agreement, payee, left)
        return
    payee.pot += left
    place.alliance_money += left / 12.0
    total = plain_sum(seat.money for seat in payee.members)
    for seat in payee.members:
        part = seat.money / total if total > 0.0 else 1.0 / len(payee.members)
        pay(agreement, seat.organisation, left * part)


def pay(agreement, payee, x):
    """Pay x GBP to an organisation, with all that follows from it."""
    if x <= 0.0:
        return
    place = payee.place
    params, books, tally = place.params, place.model.books, place.model.tally
    books.pay("purse", payee, x, "payment")
    payee.received += x
    monthly = max(payee.income / 12.0, 1.0)
    payee.bound += agreement.bound * x / monthly
    payee.core += agreement.core * x / monthly
    reporting = params.reporting * (1.0 - 0.5 * params.pooled_forms)
    payee.report_due += reporting * (1.0 - agreement.core) * x / DAY
    uncovered = params.cost_gap * (1.0 - params.full_cost)
    costs = (uncovered + params.match_funding + params.capital_share) * x
    if costs > 0.0:
        books.pay(payee, "payroll", costs, "costs")
    payee.capital += params.capital_share * x
    payee.earmarked += (params.match_funding + params.capital_share) * x
    covered = params.cost_gap * params.full_cost * x
    if covered > 0.0:
        books.pay("purse", "payroll", covered, "costs")
    remember_payer(agreement, payee, x)
    tally["commissioned"] += x
    tally["small_commissioned"] += x if payee.small else 0.0
    tally["micro_commissioned"] += x if payee.income < 1e5 else 0.0


def remember_payer(agreement, payee, x):
    """Enter a payment into the payee's patrons, and into what was channelled."""
    place = payee.place
    need = payee.main_need if agreement.need is None else agreement.need
    place.money[need] += x / 12.0
    for source in (agreement.payer, agreement.via):
        if source is not None:
            source.channelled[need] += x / 12.0
    patron = agreement.payer if agreement.via is None else agreement.via
    if patron is None:
        return
    entry = next((e for e in payee.patrons if e[0] is patron), None)
    if entry is None:
        entry = min(payee.patrons, key=lambda e: e[1])
        entry[:] = [patron, 0.0]
    entry[1] += x / 12.0


def pay_loan(i):
    """Let a borrower pay its lender."""
    if i.lender is None or not i.lender.works:
        return
    price = min(i.params.in_kind_price * DAY * i.borrowed, max(0.0, i.reserves))
    if price > 0.0:
        record_direct(i, i.lender, price, IN_KIND)


def move_underspend(place):
    """Move what was held back in the year to partners who deliver."""
    money, place.unpaid = place.params.reallocation * place.unpaid, 0.0
    takers = [i for i in place.order if i.taken_seats() and i.record >= 0.5]
    for i in takers:
        if money > 0.0:
            place.model.tally["shares of underspend"] += 1
            share, month = money / len(takers), place.model.month
            sign(place, Agreement(None, i, share, month + 1, 1, GRANT, (0.0, 0.0)))


def close_books(i):
    """Close an organisation's books of the month."""
    params, books = i.params, i.model.books
    visible = 0.0
    seats = i.taken_seats()
    if seats:
        visible = plain_sum(
            clip(seat.credit * len(seat.alliance.members) - 1.0, -1.0, 1.0) for seat in seats
        ) / len(seats)
    if i.own_income > 0.0 and i.own_income_start > 0.0:
        u, v = i.place.luck.uniforms(ACCOUNT, 0, i.uid)
        moved = params.own_reversion * math.log(i.own_income_start / i.own_income)
        moved += params.visibility * visible
        moved += params.income_noise * math.sqrt(6.0) * (u + v - 1.0)
        i.own_income *= math.exp(clip(moved, -0.5, 0.5))
    books.pay("donors", i, i.own_income / 12.0, "own income")
    total = 12.0 * i.received + i.own_income
    i.income += (total - i.income) / 12.0
    i.commissioned += (12.0 * i.received - i.commissioned) / 12.0
    i.bid_cost_year = A_YEAR * i.bid_cost_year + i.bid_days * DAY
    i.capital *= 0.99
    target = params.reserve_target * i.costs / 12.0
    goal = total - 12.0 * i.earmarked - 0.1 * min(1.0, i.core) * total
    if i.reserves > target:
        goal += 0.6 * (i.reserves - target)
    elif target > 0.0:
        goal -= 0.15 * total * (1.0 - max(0.0, i.reserves) / target)
    i.costs = max(0.0, i.costs + params.cost_lag * (goal - i.costs))
    books.pay(i, "payroll", i.costs / 12.0, "costs")
    i.months_below_zero = i.months_below_zero + 1 if i.reserves < 0.0 else 0


def merge_branches(model):
    """Let the branches of a body share their reserves in proportion to income (ODD 7.9)."""
    seen = set()
    for place in model.places:
        for i in place.working():
            branches = [j for j in i.branches if j.works]
            if len(branches) < 2 or i.body in seen:
                continue
            seen.add(i.body)
            reserves = plain_sum(j.reserves for j in branches)
            incomes = plain_sum(j.income for j in branches)
            for j in branches[1:] if incomes > 0.0 else ():
                due = reserves * j.income / incomes - j.reserves
                model.books.pay(branches[0], j, due, "shared reserves")
