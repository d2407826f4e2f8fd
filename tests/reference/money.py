"""Agreements and the books (ODD 2, "Agreement", "Outside accounts")."""

from alliances.model.kernel.state import ACCOUNTS, AGREEMENT_KINDS

DAY = 180.0  # GBP, the cost of a staff-day


class Agreement:
    """One running payment; `payee` is an organisation or an alliance."""

    def __init__(self, payer, payee, amount, start, months, kind, terms, *, via=None, need=None):
        self.payer, self.via, self.payee = payer, via, payee
        self.amount, self.start, self.end = amount, start, start + months
        self.kind, self.need = kind, need
        self.core, self.bound = terms


class Books:
    """Outside accounts: what leaves one of them, or an organisation, enters another."""

    def __init__(self):
        self.log = []
        self.accounts = dict.fromkeys(ACCOUNTS, 0.0)
        self.moved = 0.0

    def note(self, payer, payee, amount, cause):
        """Log a payment; a negative one goes the other way, and nothing is none."""
        if amount == 0.0:
            return
        ends = [who if isinstance(who, str) else who.uid for who in (payer, payee)]
        if amount < 0.0:
            ends.reverse()
        self.log.append(("money", cause, *ends, {"amount": abs(amount)}))

    def _add(self, who, amount):
        if isinstance(who, str):
            self.accounts[who] += amount
        else:
            who.reserves += amount

    def pay(self, payer, payee, amount, cause):
        """Move money from an account (by name) or an organisation to another."""
        self.note(payer, payee, amount, cause)
        self._add(payer, -amount)
        self._add(payee, amount)
        self.moved += abs(amount)


def sign(place, agreement):
    """Put an agreement into the place's table; False if that is full."""
    if len(place.agreements) >= place.agreement_room:
        place.model.tally["no room"] += 1
        return False
    place.model.tally[f"signed: {AGREEMENT_KINDS[agreement.kind]}"] += 1
    place.agreements.append(agreement)
    return True


def record_direct(payer, payee, amount, kind):
    """Pay directly between organisations, and record it for the month (ODD 8)."""
    place, month = payer.place, payer.model.month
    payer.model.books.pay(payer, payee, amount, "payment")
    sign(place, Agreement(payer, payee, amount, month - 1, 1, kind, (0.0, 0.0)))
