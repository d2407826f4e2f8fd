"""The first start: compile the processes in two programs at once, and keep the result.

Later starts find everything in the cache folder of exactly these sources.
"""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import int64, typeof

from alliances import ROOT
from alliances.model.build import lay_out
from alliances.model.kernel.compiled import forget_older, is_warm, not_writable
from alliances.model.kernel.state import State, table
from alliances.model.measures import OBSERVATION
from alliances.model.parameters import MONTH, REGISTRY, pack
from alliances.model.places.synthetic import synthetic_place
from alliances.model.processes.observe import observe
from alliances.model.processes.populate import populate
from alliances.model.processes.sums import observe_place
from alliances.model.schedule import begin, run_months


def smallest_state() -> State:
    """Return a state of the smallest place: what the compiler takes the types from."""
    values = {name: entry.default for name, entry in REGISTRY.items()}
    return lay_out(synthetic_place(4), pack(values, frozenset(), -1), 24.0)


def compile_from(end: str) -> None:
    """Compile the processes one by one, from the "first" or from the "last".

    Two programs that begin at the two ends meet where they have got to: from there on each finds
    what the other has kept. Rules that both need are compiled twice.
    """
    state = typeof(smallest_state())
    row = typeof(table(1, OBSERVATION)[0])
    work: list[tuple[Any, tuple[Any, ...]]] = [
        (found.step, (state, int64)) for found in MONTH.values()
    ]
    work += [(observe_place, (state, int64)), (observe, (state, row)), (populate, (state,))]
    for function, types in work if end == "first" else work[::-1]:
        function.compile(types)


def is_loaded() -> bool:
    """Whether this program has run the compiled months already, or runs them uncompiled."""
    return bool(getattr(run_months, "signatures", True))


def _announced() -> str:
    folder = not_writable()
    if folder is None:
        often, later = "once for this version", "Later starts take a second or two."
    else:
        often = f"for this start alone, as {folder} cannot be written"
        later = "ALLIANCES_CACHE names another folder to keep it in."
    return f"Compiling the model's processes for this machine, {often}: half a minute. {later}"


def warm(say: Callable[[str], None] | None = None) -> None:
    """Make sure that compiled code is at hand; the first time takes half a minute.

    Parameters
    ----------
    say : callable, optional
        Told what is going on, in words, if there is anything to do.
    """
    if is_loaded() or is_warm():
        return
    if say is not None:
        say(_announced())
    with subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from alliances.model.warm import compile_from; compile_from('last')",
        ],
        cwd=ROOT,
    ) as helper:
        compile_from("first")
        helper.wait()
    state = smallest_state()
    begin(state, np.uint64(0), 0)
    run_months(state, 1, table(1, OBSERVATION), 0)
    forget_older()
