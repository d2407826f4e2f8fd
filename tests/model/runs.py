"""Small runs for tests: a few organisations, a few months, seconds at most."""

from typing import Any

import numpy as np

from alliances import PlaceSource, Scenario
from alliances.model.kernel.state import State
from alliances.model.measures import MEASURES, OBSERVATION
from alliances.model.places.place import Place
from alliances.model.schedule import run_months
from alliances.model.simulation import burn_in, new_state, start


def small(organisations: int = 24, *, places: int = 1, **values: Any) -> Scenario:
    """Return a small scenario; `values` are levers and assumptions."""
    source = PlaceSource(organisations=organisations, places=places)
    return Scenario(place=source).with_values(**{"burn_in": 6, **values})


def begun(scenario: Scenario, seed: int = 1, replicate: int = 0, place: Place | None = None):
    """Return the state of month 0, before anything of that month has happened."""
    state = new_state(scenario, place)
    start(state, scenario, seed, replicate)
    burn_in(state, scenario)
    return state


def stepped(state: State, months: int) -> np.recarray:
    """Run months on; return their measures."""
    rows = np.zeros(months, OBSERVATION).view(np.recarray)
    run_months(state, months, rows, 0)
    return rows


def run(
    scenario: Scenario, months: int = 24, seed: int = 1, place: Place | None = None
) -> tuple[State, np.recarray]:
    """Run a scenario; return its last state and the measures of each month."""
    state = begun(scenario, seed, place=place)
    return state, stepped(state, months)


def differing(one: np.ndarray, other: np.ndarray, *, but: tuple[str, ...] = ()) -> list[str]:
    """Names of the measures of which at least one bit differs."""
    return [n for n in MEASURES if n not in but and one[n].tobytes() != other[n].tobytes()]
