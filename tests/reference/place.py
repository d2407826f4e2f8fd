"""A place: its needs, public trust, purse and tables (ODD 2, "Place")."""

from tests.reference.arithmetic import NEEDS, plain_sum


class Place:
    """One locality with everything in it.

    `rows` are the rows of organisations, None where nobody works; `order` holds the working ones
    in the keyed order of the month.
    """

    def __init__(self, model, uid, built):
        self.model, self.uid, self.built = model, uid, built
        self.rows, self.free_rows, self.tie_slots = [], [], []
        self.first_row = 0
        self.order = []
        self.tie_count = self.tie_room = 0
        self.alliances, self.agreements = [], []
        self.agreement_room = 3 * built + 32
        self.commissioners, self.connectors = [], []
        self.needs, self.needs_start = [0.0] * NEEDS, [0.0] * NEEDS
        self.need_met, self.joint_met = [0.0] * NEEDS, [0.0] * NEEDS
        self.met = [0.0] * NEEDS
        self.public_trust = self.public_trust_start = 0.0
        self.crisis = 0.0
        self.money = [0.0] * NEEDS
        self.alliance_money = self.purse = self.attainable = self.solo_capacity = 0.0
        self.impact = self.unpaid = 0.0
        self.serial = 0

    @property
    def params(self):
        """Parameters in force."""
        return self.model.params

    @property
    def luck(self):
        """The draws of the run."""
        return self.model.luck

    def working(self):
        """Return the organisations that take part, in table order."""
        return [i for i in self.rows if i is not None and i.works]

    def ties(self):
        """Return all ties of the place, each once."""
        return [tie for i in self.working() for tie in i.ties if tie.ends[0] is i]

    def living_alliances(self):
        """Return the alliances that are alive, in table order."""
        return [a for a in self.alliances if a is not None]

    def working_connectors(self):
        """Return the connectors at work, in the order of their posts."""
        return [c for c in self.connectors if c.active]

    def coverage(self, group):
        """Return how much of the need a group can serve (ODD 7.2, "Coverage")."""
        total = plain_sum(self.needs)
        if total <= 0.0:
            return 0.0
        covered = 0.0
        for k in range(NEEDS):
            covered += self.needs[k] * max((i.expertise[k] for i in group), default=0.0)
        return covered / total
