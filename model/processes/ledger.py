"""Money moves and the event log: every change of trust or money passes through here."""

from alliances.model.kernel.compiled import rule
from alliances.model.kernel.draws import NOBODY
from alliances.model.kernel.state import NONE, cause

TRUST, MONEY = 0, 1
PAYMENT = cause("payment")


@rule
def log(state, kind, cause, a, b, before, after, account):
    """Write one event; count it as lost when the log is full."""
    now = state.now[0]
    if now.log_count >= len(state.events):
        now.log_lost += 1
        return
    event = state.events[now.log_count]
    event.month = now.month
    event.kind = kind
    event.cause = cause
    event.a = a
    event.b = b
    event.before = before
    event.after = after
    event.account = account
    now.log_count += 1


@rule
def receive(state, account, i, amount, cause):
    """Pay `amount` GBP from an outside account to organisation i (negative: the other way)."""
    now = state.now[0]
    now.accounts[account] -= amount
    now.turnover += abs(amount)
    state.organisations[i].reserves += amount
    if now.log_on:
        log(state, MONEY, cause, NOBODY, state.organisations[i].uid, 0.0, amount, account)


@rule
def pay(state, i, j, amount, cause):
    """Pay `amount` GBP from organisation i to organisation j."""
    now = state.now[0]
    now.turnover += abs(amount)
    state.organisations[i].reserves -= amount
    state.organisations[j].reserves += amount
    if now.log_on:
        uid_i = state.organisations[i].uid
        uid_j = state.organisations[j].uid
        log(state, MONEY, cause, uid_i, uid_j, 0.0, amount, NONE)


@rule
def move(state, source, target, amount, cause):
    """Pay `amount` GBP from one outside account to another: what levers and the centre cost."""
    now = state.now[0]
    now.accounts[source] -= amount
    now.accounts[target] += amount
    now.turnover += abs(amount)
    if now.log_on:  # `before` names the account that is paid
        log(state, MONEY, cause, NOBODY, NOBODY, target, amount, source)


@rule
def agree(state, p, payer, via, payee, alliance, amount, start, end, core, bound, need, kind):
    """Add an agreement to the place's table; True if there was room.

    All money is a row of this table (GBP a month). A full table refuses the award, which then
    stays in the purse; the table holds three rows for each organisation, and 32.
    """
    place = state.places[p]
    row = place.agreement_start + place.agreement_count
    if row >= place.agreement_stop or amount <= 0.0:
        return False
    agreement = state.agreements[row]
    agreement.payer = payer
    agreement.via = via
    agreement.payee = payee
    agreement.alliance = alliance
    agreement.alliance_uid = state.alliances[alliance].uid if alliance != NONE else NOBODY
    agreement.amount = amount
    agreement.start = start
    agreement.end = end
    agreement.core = core
    agreement.bound = bound
    agreement.need = need
    agreement.kind = kind
    place.agreement_count += 1
    return True
