"""Hosting, rescue, closure and founding (ODD 7.9)."""

import math

from alliances.model.kernel.state import ACTIVE, CLOSED, COUNCIL, HEALTH, HOSTED, HOSTING, MERGED
from tests.reference.arithmetic import NEEDS
from tests.reference.beginning import found_body
from tests.reference.luck import ACCOUNT, FOUND
from tests.reference.money import record_direct
from tests.reference.organisation import Organisation
from tests.reference.tie import end_tie

MOST_AT_ONCE = 20.0  # the rate of a Poisson draw by inversion


def live_with_host(i):
    """Charge a hosted body's host, let it cover debts, and set free who can stand."""
    host, model = i.host, i.model
    host.report_due += 0.05 * i.attention
    if i.reserves < 0.0 and host.reserves > 0.0:
        record_direct(host, i, min(-i.reserves, 0.2 * host.reserves), HOSTING)
        i.months_below_zero = 0
    can_stand = i.reserves > 1.5 * i.costs / 12.0
    u = i.place.luck.uniform(ACCOUNT, 1, i.uid)
    if can_stand and u < 0.25 * i.params.release_norm:
        i.status, i.host = ACTIVE, None
        model.tally["released"] += 1
        tie = i.tie_to.get(host)
        if tie is not None:
            tie.learn(i, 1.0, "merger")


def fail(place):
    """See what becomes of those without money."""
    for i in place.order:
        if not i.works or i.months_below_zero < place.params.grace_months:
            continue
        if i.sector in (COUNCIL, HEALTH):
            place.model.books.pay("purse", i, -i.reserves, "payment")
            i.months_below_zero = 0
            i.model.tally["gaps filled"] += 1
        else:
            meet_fate(i)
    part_with_gone(place)


def rescuer_of(i):
    """Return who could rescue a failing body."""
    best = None
    for tie in i.ties:
        j = tie.other(i)
        if tie.trust[i] <= 0.5 or tie.familiarity < 0.1 or j.status != ACTIVE:
            continue
        if j.reserves <= 0.0 or j.income < i.params.hosting_spread * i.income:
            continue
        if best is None or tie.trust[i] > best.trust[i]:
            best = tie
    return None if best is None else best.other(i)


def meet_fate(i):
    """Host, absorb or close a failing body."""
    params, tally = i.params, i.model.tally
    u, v = i.place.luck.uniforms(ACCOUNT, 2, i.uid)
    rescuer = rescuer_of(i)
    if rescuer is not None and i.status != HOSTED and u < params.hosting:
        i.status, i.host = HOSTED, rescuer
        i.months_below_zero = 0
        tally["hosted"] += 1
    elif rescuer is not None and v < params.absorption:
        absorb(i, rescuer)
        tally["mergers"] += 1
    else:
        close(i)
        tally["closures", i.band] += 1


def absorb(i, larger):
    """Merge a body into a larger one."""
    params, books = i.params, i.model.books
    books.pay(i, larger, i.reserves, "merger")
    larger.own_income += 0.8 * i.own_income
    larger.own_income_start += 0.8 * i.own_income
    if i.place.luck.uniform(ACCOUNT, 3, i.uid, larger.uid) >= params.merger_exit:
        for k in range(NEEDS):
            larger.expertise[k] = max(larger.expertise[k], 0.5 * i.expertise[k])
    leave_world(i, MERGED)


def close(i):
    """Close a body: what it has goes to estates, what it owes is written off."""
    books = i.model.books
    if i.reserves > 0.0:
        books.pay(i, "estates", i.reserves, "estate")
    else:
        books.pay("write-offs", i, -i.reserves, "write-off")
    leave_world(i, CLOSED)


def leave_world(i, status):
    """End all that a body is part of, and free its row."""
    place = i.place
    i.status, i.host = status, None
    for seat in i.taken_seats():
        seat.alliance.leave_seat(seat)
    for tie in list(i.ties):
        end_tie(tie)
    place.rows[i.row - place.first_row] = None
    place.free_rows.append(i.row - place.first_row)
    i.remove()


def part_with_gone(place):
    """End what is left of those who are gone: agreements, hosting, memories of payers."""
    for agreement in place.agreements:
        payee = agreement.payee
        if isinstance(payee, Organisation) and not payee.works:
            agreement.end = min(agreement.end, place.model.month)
        if isinstance(agreement.payer, Organisation) and not agreement.payer.works:
            agreement.payer = None
        if agreement.via is not None and not agreement.via.works:
            agreement.via = None
    for j in place.working():
        if j.status == HOSTED and not j.host.works:
            j.status, j.host = ACTIVE, None
        for patron in j.patrons:
            if isinstance(patron[0], Organisation) and not patron[0].works:
                patron[:] = [None, 0.0]
    for connector in place.connectors:
        host = connector.host_organisation
        if host is not None and not host.works:
            connector.host_organisation = None


def found(place):
    """Found new community groups."""
    model, luck = place.model, place.luck
    rate = place.params.founding_rate * place.built / 12.0
    parts = max(1, math.ceil(rate / MOST_AT_ONCE))
    for part in range(parts):
        for _ in range(poisson(rate / parts, luck.uniform(FOUND, part, place.uid))):
            if not place.free_rows:
                return
            place.serial += 1
            one, other = luck.words(FOUND, 1000, place.uid, place.serial)
            income = 2000.0 * 50.0 ** ((other >> 11) * 2.0**-53)
            row = place.first_row + place.free_rows.pop()
            i = found_body(place, row, one, income)
            model.books.pay("endowments", i, 0.25 * income, "endowment")
            model.tally["founded"] += 1


def poisson(rate, u):
    """Return a Poisson number by inversion."""
    number, p = 0, math.exp(-rate)
    total = p
    while u >= total and number < 1000:
        number += 1
        p *= rate / number
        total += p
    return number
