"""Places of organisations that are all alike: what most theory is about."""

import numpy as np

from alliances.model.kernel.state import CHARITY, State, table
from alliances.model.measures import OBSERVATION
from alliances.model.places.builder import Rows, build_place
from alliances.model.places.place import Place
from alliances.model.scenario import Scenario
from alliances.model.schedule import run_months
from alliances.model.simulation import burn_in, new_state, start

INCOME = 45_000.0  # GBP a year: an attention of 27 staff-days a month


def equals(count: int) -> Place:
    """Return a place of `count` charities of the same income, without public bodies."""
    rows = Rows(
        names=[f"body {number}" for number in range(count)],
        income=np.full(count, INCOME),
        localities=["here"] * count,
        sector=np.full(count, CHARITY),
    )
    return build_place("equals", rows, public_bodies=False)


def begun(scenario: Scenario, place: Place | None = None, seed: int = 1) -> State:
    """Return the state of month 0."""
    state = new_state(scenario, place)
    start(state, scenario, seed, 0)
    burn_in(state, scenario)
    return state


def step(state: State, months: int) -> np.recarray:
    """Run months on; return their measures."""
    rows = table(months, OBSERVATION)
    run_months(state, months, rows, 0)
    return rows
