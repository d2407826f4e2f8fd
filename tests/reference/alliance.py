"""Alliances and the seats in them (ODD 2, "Alliance", "Seat of a member")."""

import mesa

from alliances.model.kernel.state import MEMBERS
from tests.reference.arithmetic import overlap, plain_sum


class Seat:
    """What a member is, has and gives in one alliance."""

    def __init__(self, organisation, alliance, core, compelled, joined):
        self.organisation, self.alliance = organisation, alliance
        self.core, self.compelled, self.joined = core, compelled, joined
        self.pledge = self.days = self.effective = self.outside = 0.0
        self.money = self.credit = self.contribution = self.weight = 0.0
        self.raw = 0.0
        self.voice = 0.5
        self.stated = False


class Alliance(mesa.Agent):
    """A lead and its partners, with priorities, a pot and a memory of their own."""

    def __init__(self, place, row, uid, lead):
        super().__init__(place.model)
        params = place.params
        self.place, self.row, self.uid, self.lead = place, row, uid, lead
        self.alive = True
        self.born = place.model.month
        self.seats = [None] * MEMBERS
        self.shared = list(lead.priorities)
        self.blank_sheet = bool(params.blank_sheet)
        self.connector = None
        self.success = 0.5
        self.pot = self.conflicts = self.delivered = self.pledged = 0.0
        self.months_failing = 0
        self.understanding = params.shared_understanding
        self.consequence = params.consequence
        self.agreed = False
        self.last_delivery = None

    def __repr__(self):
        return f"<alliance {self.row}>"

    @property
    def members(self):
        """Seats that are taken, in seat order."""
        return [seat for seat in self.seats if seat is not None]

    @property
    def organisations(self):
        """Members, in seat order."""
        return [seat.organisation for seat in self.members]

    @property
    def age(self):
        """Months since it was founded."""
        return self.place.model.month - self.born

    def seat_of(self, i):
        """Return the seat that i holds here, or None."""
        return next((seat for seat in i.taken_seats() if seat.alliance is self), None)

    def strongest(self):
        """Return the seat with the largest weight, the first of equals; None without members."""
        return max(self.members, key=lambda seat: seat.weight, default=None)

    def distance(self, priorities):
        """Return how far priorities are from the shared ones, 0-1."""
        return 1.0 - overlap(priorities, self.shared)

    def take_seat(self, i, compelled):
        """Let i join; False if there is no room (ODD 7.5, "Answers")."""
        params = self.place.params
        if None not in self.seats or not i.has_free_seat():
            return False
        core = params.core_size <= 0 or plain_sum(s.core for s in self.members) < params.core_size
        seat = Seat(i, self, core, compelled, self.place.model.month)
        self.seats[self.seats.index(None)] = seat
        i.seats[i.seats.index(None)] = seat
        i.model.tally["joined"] += 1
        i.model.tally["compelled"] += compelled
        part = 1.0 / len(self.members)
        for other in self.members:
            for share in ("money", "credit", "contribution", "weight"):
                kept = part if other is seat else getattr(other, share) * (1.0 - part)
                setattr(other, share, kept)
        return True

    def leave_seat(self, seat):
        """Free a seat; without its lead the alliance has none (ODD 7, "Seats")."""
        i = seat.organisation
        self.seats[self.seats.index(seat)] = None
        i.seats[i.seats.index(seat)] = None
        if self.lead is i:
            self.lead = None

    def end(self):
        """End the alliance: all seats become free."""
        for seat in self.members:
            self.leave_seat(seat)
        self.alive = False
        self.place.alliances[self.row] = None
        self.place.model.tally["dissolved"] += 1
        self.remove()
