"""Organisations and those who pay them (ODD 2)."""

import math

import mesa

from alliances.model.kernel.state import ACTIVE, BAND_LIMITS, HOSTED
from tests.reference.arithmetic import NEEDS, SMALL, clip, plain_sum, sigma


def attention_of(income):
    """Return the staff-days a month of an income (ODD 7, "Attention")."""
    staff = income / 45_000.0 + 0.5
    return 20.0 * math.sqrt(staff) * math.sqrt(math.sqrt(staff))  # to the power .75


def reach_of(income):
    """Return how far an organisation of that income reaches (ODD 7, "Attention")."""
    return math.sqrt(attention_of(income) / 40.0)


def band_of(income):
    """Return the number of the size band of an income (ODD 2, "Codes")."""
    return plain_sum(income >= limit for limit in BAND_LIMITS)


class Payer:
    """Whoever money comes from: what it channelled for each need is its power (ODD 7, "Power")."""

    def power_over(self, i):
        """Return the power that this payer has over i, 0-1."""
        held = i.patron_money(self)
        if held <= 0.0:
            return 0.0
        part = 0.0
        for k in range(NEEDS):
            if i.place.money[k] > 0.0:
                part += i.priorities[k] * min(1.0, self.channelled[k] / i.place.money[k])
        return clip(12.0 * held / max(i.income, 1.0), 0.0, 1.0) * part


class Commissioner(Payer, mesa.Agent):
    """A purse of a place; where it has a body, that organisation is who pays."""

    def __init__(self, place, number, uid, body, share):
        super().__init__(place.model)
        self.place = place
        self.number = number
        self.uid = uid
        self.body = body
        self.share = share
        self.channelled = [0.0] * NEEDS
        self.regime_shift = 0.0

    @property
    def payer(self):
        """Who appears as payer in agreements and among patrons."""
        return self if self.body is None else self.body


class Organisation(Payer, mesa.Agent):
    """One organisation, or one branch of it; columns are those of ODD 2."""

    def __init__(self, place, row, uid, body, sector, band, income, born):
        super().__init__(place.model)
        self.place, self.row, self.uid, self.body = place, row, uid, body
        self.sector, self.band, self.born = sector, band, born
        self.status, self.host = ACTIVE, None
        self.income = income
        self.attention = attention_of(income)
        self.reach = reach_of(income)
        self.ties, self.tie_to = [], {}
        self.tie_capacity = 0
        self.good, self.bad = [0.0] * 5, [0.0] * 5
        self.seats = [None] * 3
        self.patrons = [[None, 0.0] for _ in range(4)]
        self.channelled = [0.0] * NEEDS
        self.commissioned = self.capital = self.ideas = self.bid_cost_year = 0.0
        self.months_below_zero = self.losses = 0
        self.out_until = None
        self.bid_effort, self.win_chance = 0.1, 0.25
        self.free = self.attention
        self.load = 0.3 * self.attention
        self.stress = self.bound = self.core = self.report_due = 0.0
        self.branches = [self]
        self.solo_worked = self.received = self.earmarked = 0.0
        self.start_counts()

    def start_counts(self):
        """Start the counts of a month at 0 (ODD 7.1)."""
        self.solo_days = self.joint_days = 0.0
        self.bid_days = self.report_days = self.coordination_days = 0.0
        self.lent = self.borrowed = 0.0
        self.lender = None
        self.met = 0

    def __repr__(self):
        return f"<organisation {self.row}>"

    @property
    def params(self):
        """Parameters in force."""
        return self.place.model.params

    def ordered(self, decision):
        """Return a player's order for this month, or None (ODD 7, "Orders of a player")."""
        order = self.model.orders.get(self.uid)
        return None if order is None else getattr(order, decision)

    @property
    def works(self):
        """Whether it takes part: active or hosted."""
        return self.status in (ACTIVE, HOSTED)

    @property
    def small(self):
        """Whether its income is below GBP 1m now."""
        return self.income < SMALL

    @property
    def holds_purse(self):
        """Whether it is the body of a commissioner."""
        return any(self is c.body for c in self.place.commissioners)

    @property
    def main_need(self):
        """The need in which it is most expert."""
        return self.expertise.index(max(self.expertise))

    def spend(self, days, count=None):
        """Spend days, up to what is free (ODD 7, "Spending"); return what was spent."""
        days = min(days, max(0.0, self.free))
        self.free -= days
        self.load += days
        if count is not None:
            setattr(self, count, getattr(self, count) + days)
        return days

    def trust_in_strangers(self, sector):
        """Return its trust in strangers of a sector (ODD 7, "Trust in a stranger")."""
        params = self.params
        good = params.goodwill + params.stranger_learning * self.good[sector]
        bad = params.stranger_learning * self.bad[sector]
        weight = params.stranger_weight
        return (weight * self.stranger_prior + good) / (weight + good + bad)

    def trust_in(self, j, without):
        """Return its trust in j, or a given value where there is no tie."""
        tie = self.tie_to.get(j)
        return without if tie is None else tie.trust[self]

    def patron_money(self, payer):
        """Return what it has from a payer, GBP a month; 0 if that is none of its patrons."""
        for patron, money in self.patrons:
            if patron is payer:
                return money
        return 0.0

    def taken_seats(self):
        """Return its seats in alliances, in the order of its list."""
        return [seat for seat in self.seats if seat is not None]

    def has_free_seat(self):
        """Whether it can hold one seat more (ODD 7, "Seats")."""
        return len(self.taken_seats()) < min(3, int(self.params.programmes))

    def backing(self):
        """Return how far others back it when it speaks (ODD 7, "Speaking up")."""
        return self.params.solidarity * self.trust_received

    def chance_to_speak(self, stake, power, trust, dominance, visibility, facilitation):
        """Return the probability that it speaks up (ODD 7, "Speaking up")."""
        fear = power * (1.0 - trust) * dominance * visibility * (1.0 - self.backing())
        return sigma(self.params.speak_slope * (stake - fear * (1.0 - facilitation)))
