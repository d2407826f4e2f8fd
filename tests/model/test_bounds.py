"""No rule reads or writes outside of its tables, and none uses NONE as a row.

Compiled code checks no index by itself: a row beyond a table is somebody else's memory, and row
-1 is silently the last one. Both are looked for here in a process of its own, with numba's checks
on and a poisoned row behind each table.
"""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from alliances import Change
from alliances.model.kernel.state import ACTIVE, CLOSED, State, copy_state
from alliances.model.parameters import LEVERS, REGISTRY
from tests.each import each
from tests.model.consistency import assert_consistent
from tests.model.runs import begun, differing, small, stepped
from tests.model.test_invariants import value_of

POISONED = ("organisations", "ties", "slots", "alliances", "members", "agreements")
NOWHERE = 2**30  # a row that no table has


def poisoned(state: State) -> State:
    """Return the state with a row behind each table that nothing may touch."""
    tables = {}
    for name in POISONED:
        table = getattr(state, name)
        guard = np.zeros(1, table.dtype)
        for column in table.dtype.names:
            kind = table.dtype[column].base.kind
            guard[column] = np.nan if kind == "f" else NOWHERE
        # What says that a row is not in use, in loops over whole tables.
        if name == "organisations":
            guard["status"], guard["reserves"] = 0, 0.0
            guard["next_branch"] = -1
        if name == "alliances":
            guard["alive"] = 0
        tables[name] = np.concatenate([table, guard]).view(np.recarray)
    return state._replace(**tables)


def drawn_scenario(seed: int):
    """A scenario anywhere in the box, with shocks, of one to a hundred organisations."""
    drawn = np.random.default_rng(seed)
    values = {}
    for entry in REGISTRY.values():
        if entry.pulse or entry.name == "burn_in" or drawn.random() < 0.5:
            continue
        share = drawn.choice([0.0, 1.0, drawn.random()])
        values[entry.name] = value_of(entry, float(share))
    changes = []
    for month in (5, 11):
        pulse = drawn.choice([p.name for p in LEVERS if p.pulse])
        lever = drawn.choice([p.name for p in LEVERS if not p.pulse])
        changes.append(
            Change(
                month=month,
                set={
                    str(pulse): REGISTRY[pulse].high,
                    str(lever): value_of(REGISTRY[lever], float(drawn.integers(2))),
                },
            )
        )
    size = int(drawn.choice([1, 2, 3, 6, 15, 40, 100]))
    places = min(size, int(drawn.choice([1, 1, 3])))
    scenario = small(size, places=places, **{**values, "burn_in": int(drawn.choice([0, 8]))})
    return scenario.model_copy(update={"timeline": tuple(changes)})


def assert_untouched(state: State, months: int) -> None:
    """Assert that a run does not notice the poisoned rows, nor they the run."""
    watched = poisoned(copy_state(state))
    guards = {name: getattr(watched, name)[-1].tobytes() for name in POISONED}
    plain, other = stepped(state, months), stepped(watched, months)
    touched = [name for name in POISONED if getattr(watched, name)[-1].tobytes() != guards[name]]
    assert not touched, f"row -1 was written in {touched}"
    assert not differing(plain, other), f"row -1 was read: {differing(plain, other)}"


def forsaken(state: State) -> None:
    """Leave four working bodies in a place of many forums."""
    rows = state.organisations
    for i in np.flatnonzero(rows.status == ACTIVE)[4:]:
        rows.status[i] = CLOSED
    state.work.choice[:] = NOWHERE


def main(scenarios: int) -> None:
    """Run scenarios with checks; what is wrong ends the process."""
    assert os.environ.get("NUMBA_BOUNDSCHECK") == "1"
    for seed in range(scenarios):
        state = begun(drawn_scenario(seed), seed)
        assert_untouched(state, 18)
        assert_consistent(state)
    state = begun(small(40, burn_in=0, forum_seats=3, forum_attendance=1.0, founding_rate=0.0))
    forsaken(state)
    stepped(state, 3)
    sys.stdout.write("sound")


@pytest.mark.slow
def test_no_rule_leaves_its_tables(tmp_path_factory):
    root = Path(__file__).parents[2]
    cache = os.environ.get("ALLIANCES_CACHE", str(tmp_path_factory.getbasetemp()))
    done = subprocess.run(
        [sys.executable, "-c", "from tests.model.test_bounds import main; main(80)"],
        cwd=root,
        env={
            **os.environ,
            "NUMBA_BOUNDSCHECK": "1",
            "ALLIANCES_CACHE": str(Path(cache) / "bounds"),
            "PYTHONPATH": str(root),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "sound", done.stderr[-3_000:]


@each("seed", range(200, 212))
def test_row_minus_one_is_left_alone(seed):
    # As above, unchecked and quick: a few scenarios for every day.
    assert_untouched(begun(drawn_scenario(seed), seed), 18)
