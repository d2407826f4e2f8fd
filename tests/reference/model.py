"""The model: places, time and the ten processes in their order (ODD 3)."""

import hashlib
from collections import Counter
from types import SimpleNamespace

import mesa

from alliances.model.kernel.draws import replicate_seed
from alliances.model.parameters import policy_cost
from alliances.model.scenario import CONNECTOR_PRICES, place_facts
from tests.reference import beginning
from tests.reference.accounting import account, merge_branches
from tests.reference.allying import ally
from tests.reference.commissioning import commission
from tests.reference.connecting import connect
from tests.reference.deciding import deliberate
from tests.reference.delivering import deliver
from tests.reference.luck import ORDER, Luck
from tests.reference.meeting import meet
from tests.reference.money import Books
from tests.reference.observing import observe
from tests.reference.pressure import pressure, renew_attention
from tests.reference.reckoning import reckon

# The acting processes of a place, in order (ODD 3).
STEPS = {
    "pressure": pressure,
    "commission": commission,
    "meet": meet,
    "connect": connect,
    "ally": ally,
    "deliberate": deliberate,
    "deliver": deliver,
    "reckon": reckon,
    "account": account,
}
PROCESSES = tuple(STEPS)


class ReferenceModel(mesa.Model):
    """A run of a scenario, as the ODD says it."""

    def __init__(self, scenario, seed=0, replicate=0, place=None):
        super().__init__(rng=seed)
        roster = scenario.place.make() if place is None else place
        self.plan = scenario
        self.phases = [parameters_of(values, month, roster) for month, values in scenario.phases()]
        self.params = self.phases[0]
        self.month = -int(scenario.world.burn_in)
        self.luck = Luck(replicate_seed(seed, replicate), self.month)
        self.pulse = False
        self.books = Books()
        self.tally = Counter()
        self.log = []
        self.orders = {}  # of a player for this month, by uid
        self.places = []
        self.largest_tie_capacity = max(phase.tie_capacity for phase in self.phases)
        row_of = beginning.lay_out(self, roster)
        self._opening = (roster, row_of)
        for p in self.places:
            beginning.populate(p)
        for p in self.places:
            beginning.grants_of_input(p)
        beginning.ties_of_input(self)
        join_branches(self)

    @staticmethod
    def place_uid(roster, p):
        """Return the uid of a place (ODD 5, "The place")."""
        name = f"{roster.name}/{roster.localities[p]}".encode()
        return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest()) | 1

    def opening_grants(self, place):
        """Return payee, payer, GBP a month and months left of the input's grants to a place."""
        roster, row_of = self._opening
        found = []
        for n in range(len(roster.grant_payee)):
            payee = row_of[int(roster.grant_payee[n])]
            if payee.place is not place or not payee.works:
                continue
            code = int(roster.grant_payer[n])
            payer = row_of[code] if code >= 0 else place.commissioners[-2 - code].payer
            monthly, months = float(roster.grant_monthly[n]), int(roster.grant_months_left[n])
            found.append((payee, payer, monthly, months))
        return found

    def opening_ties(self):
        """Return both ends and both strengths of the input's ties."""
        roster, row_of = self._opening
        for n in range(len(roster.tie_a)):
            yield (
                row_of[int(roster.tie_a[n])],
                row_of[int(roster.tie_b[n])],
                float(roster.tie_strength_ab[n]),
                float(roster.tie_strength_ba[n]),
            )

    def note_trust(self, cause, i, j, before, after):
        """Log a change of trust."""
        self.log.append(("trust", cause, i.uid, j.uid, {"before": before, "after": after}))

    # Time -----------------------------------------------------------------------------------

    def begin_month(self):
        """Find the parameters in force, and whether shocks strike (ODD 3)."""
        self.luck.month = self.month
        for phase in self.phases:
            if phase.from_month <= self.month:
                self.params = phase
        self.pulse = self.params.from_month == self.month
        self.tally.clear()
        self.log.clear()
        self.books.log.clear()

    def begin_place(self, place):
        """Put working rows in the month's keyed order and renew attention (ODD 3, 7.1)."""
        place.order = sorted(
            place.working(), key=lambda i: (self.luck.word(ORDER, 0, i.uid), i.row)
        )
        for i in place.order:
            renew_attention(i)

    def step(self):
        """Run a month."""
        self.run_month(PROCESSES)

    def run_month(self, only):
        """Run a month; of its processes `only` these, in their order."""
        self.begin_month()
        for place in self.places:
            self.begin_place(place)
            for name, process in STEPS.items():
                if name in only and name not in self.plan.off:
                    process(place)
        self.end_month()

    def end_month(self):
        """Let branches share their reserves, and go on to the next month."""
        merge_branches(self)
        self.measures = observe(self)
        self.month += 1


def parameters_of(values, month, roster):
    """Return a phase: all parameters by name, its first month, and what its levers cost."""
    phase = SimpleNamespace(**values)
    phase.from_month = month
    facts = place_facts(roster)
    costs = policy_cost(values, *facts)
    each = policy_cost({**values, "connectors": 1}, *facts)
    phase.policy_cost = sum(v for name, v in costs.items() if name not in CONNECTOR_PRICES)
    phase.connector_cost = sum(v for name, v in each.items() if name in CONNECTOR_PRICES)
    return phase


def join_branches(model):
    """Tell each branch of a body of the others, in row order."""
    found = {}
    for place in model.places:
        for i in place.working():
            found.setdefault(i.body, []).append(i)
    for branches in found.values():
        for i in branches:
            i.branches = branches
