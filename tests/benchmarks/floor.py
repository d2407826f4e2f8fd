"""The floor: a compiled loop that makes a run's draws and touches its rows, and decides nothing.

A run of the uncompiled model writes down the key of every draw and every row of a table that it
reaches for, in order. The floor does these again: each draw is made from its key by the same
compiled generator, and of each row one word is read and written. What a compiled run takes above
that is what its rules decide and compute.

``NUMBA_DISABLE_JIT=1 python -m tests.benchmarks.floor OUT.npz`` writes the log of one run.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import warnings
from collections import deque
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba import uint64

from alliances import Scenario
from alliances.model.kernel import draws
from alliances.model.kernel.state import State, table
from alliances.model.measures import OBSERVATION
from alliances.model.schedule import run_months
from alliances.model.simulation import burn_in, new_state, start

HELD = 8  # rows that a compiled rule holds on to
DRAW = 0  # kind of an entry of the log; a row of table k is k + 1


class _Log:
    """What a run did, entry by entry."""

    def __init__(self) -> None:
        self.kinds: list[int] = []
        self.rows: list[int] = []
        self.keys: list[tuple[int, ...]] = []

    def draw(self, key0: Any, key1: Any, count0: Any, count1: Any) -> tuple[Any, Any]:
        self.kinds.append(DRAW)
        self.rows.append(len(self.keys))
        self.keys.append((int(key0), int(key1), int(count0), int(count1)))
        return self.threefry(*map(np.uint64, (key0, key1, count0, count1)))

    def watch(self, number: int, rows: np.ndarray) -> np.ndarray:
        """Return a table that writes down which of its rows are reached for."""
        log = self

        class Watched(np.recarray):
            def __getitem__(self, key: Any) -> Any:
                if isinstance(key, int | np.integer) and self is watched:
                    log.kinds.append(number + 1)
                    log.rows.append(int(key) % len(self))
                return super().__getitem__(key)

        watched = rows.view(Watched)
        return watched

    def record(self, organisations: int, months: int) -> np.ndarray:
        """Run once, uncompiled; return the measures."""
        warnings.simplefilter("ignore", RuntimeWarning)  # words turn over, as in compiled code
        scenario = Scenario.model_validate({"place": {"organisations": organisations}})
        state = new_state(scenario)
        state = State(*(self.watch(k, rows) for k, rows in enumerate(state)))
        self.threefry = draws.threefry
        draws.threefry = self.draw
        out = table(months, OBSERVATION)
        with np.errstate(all="ignore"):
            start(state, scenario, 0, 0)
            burn_in(state, scenario)
            run_months(state, months, out, 0)
        draws.threefry = self.threefry
        return out

    def save(self, path: Path, measured: np.ndarray) -> None:
        np.savez(
            path,
            trust=measured["trust"],
            kinds=np.array(self.kinds, np.uint8),
            rows=np.array(self.rows, np.int32),
            keys=np.array(self.keys, np.uint64),
        )


@numba.njit(nogil=True)
def replay(kinds, rows, keys, tables, widths):
    """Do again what a log says; return something that depends on all of it.

    Parameters
    ----------
    kinds, rows : ndarray of uint8 and int32
        What was reached for: a draw, or a row of which table.
    keys : ndarray of uint64, shape (draws, 4)
        Keys and counters.
    tables : tuple of ndarray of uint64
        The tables as words.
    widths : ndarray of int64
        Words of a row of each.
    """
    found = uint64(0)
    for n in range(len(kinds)):
        kind, row = kinds[n], rows[n]
        if kind == DRAW:
            x, _ = draws.threefry(keys[row, 0], keys[row, 1], keys[row, 2], keys[row, 3])
            found ^= x
        else:
            at = row * widths[kind - 1]
            found += tables[kind - 1][at]
            tables[kind - 1][at] += uint64(1)
    return found


def without_repeats(kinds: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return which entries are draws, or rows that were not among the last few reached for.

    Compiled code reaches for a row once and holds on to it; the uncompiled one reaches for it in
    every expression.
    """
    keep = np.ones(len(kinds), bool)
    held: deque[tuple[int, int]] = deque(maxlen=HELD)
    for n, entry in enumerate(zip(kinds.tolist(), rows.tolist(), strict=True)):
        if entry[0] == DRAW:
            continue
        if entry in held:
            keep[n] = False
        else:
            held.append(entry)
    return keep


class Floor:
    """One run's log, ready to be done again.

    Parameters
    ----------
    organisations, months : int
        The run: one place, seed 0, replicate 0, after the burn-in.
    """

    def __init__(self, organisations: int, months: int) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "log.npz"
            words = [str(path), "--organisations", str(organisations), "--months", str(months)]
            subprocess.run(
                [sys.executable, "-m", "tests.benchmarks.floor", *words],
                cwd=Path(__file__).parents[2],
                env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
                check=True,
            )
            with np.load(path) as log:
                kinds, rows, self.keys = log["kinds"], log["rows"], log["keys"]
                self.trust = log["trust"]
        keep = without_repeats(kinds, rows)
        self.kinds, self.rows = kinds[keep], rows[keep]
        scenario = Scenario.model_validate({"place": {"organisations": organisations}})
        state = new_state(scenario)
        self.tables = tuple(
            np.frombuffer(rows.tobytes() + bytes(-rows.nbytes % 8 or 8), np.uint64).copy()
            for rows in state
        )
        self.widths = np.array([rows.dtype.itemsize // 8 for rows in state])

    @property
    def draws(self) -> int:
        """Draws of the run."""
        return len(self.keys)

    @property
    def reached(self) -> int:
        """Rows reached for in the run."""
        return len(self.kinds) - len(self.keys)

    def again(self) -> int:
        """Do it again."""
        return int(replay(self.kinds, self.rows, self.keys, self.tables, self.widths))


def main() -> None:
    """Write the log of one run."""
    options = argparse.ArgumentParser(description="Write down what one run draws and touches.")
    options.add_argument("path", type=Path)
    options.add_argument("--organisations", type=int, default=80)
    options.add_argument("--months", type=int, default=120)
    given = options.parse_args()
    if not numba.config.DISABLE_JIT:
        options.error("set NUMBA_DISABLE_JIT=1: only uncompiled tables can be watched")
    log = _Log()
    log.save(given.path, log.record(given.organisations, given.months))


if __name__ == "__main__":
    main()
