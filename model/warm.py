"""The first start: compile the processes in two programs at once, and keep the result.

Later starts find everything in the cache folder of exactly these sources.
"""

import subprocess
import sys
from collections.abc import Callable

import numpy as np
from numba import int64, typeof

from alliances import ROOT
from alliances.model.build import lay_out
from alliances.model.kernel.compiled import forget_older, is_warm, not_writable
from alliances.model.kernel.state import State, table
from alliances.model.measures import OBSERVATION
from alliances.model.parameters import REGISTRY, pack
from alliances.model.places.synthetic import synthetic_place
from alliances.model.processes.account import account
from alliances.model.processes.ally import ally
from alliances.model.processes.commission import commission
from alliances.model.processes.connect import connect
from alliances.model.processes.deliberate import deliberate
from alliances.model.processes.deliver import deliver
from alliances.model.processes.meet import meet
from alliances.model.processes.observe import observe, observe_place
from alliances.model.processes.populate import populate
from alliances.model.processes.pressure import pressure
from alliances.model.processes.reckon import reckon
from alliances.model.schedule import begin, run_months

# Shared out so that both take about as long; what both need is compiled twice.
_HERE = (pressure, meet, connect, ally, deliberate, deliver, reckon, populate)
_THERE = (commission, account)


def smallest_state() -> State:
    """Return a state of the smallest place: what the compiler takes the types from."""
    values = {name: entry.default for name, entry in REGISTRY.items()}
    return lay_out(synthetic_place(4), pack(values, frozenset(), -1), 24.0)


def compile_share(share: str) -> None:
    """Compile one of the two shares of the processes: "here" or "there"."""
    state = typeof(smallest_state())
    row = typeof(table(1, OBSERVATION)[0])
    for process in _THERE if share == "there" else _HERE:
        process.compile((state,) if process is populate else (state, int64))
    if share == "there":
        observe_place.compile((state, int64))
        observe.compile((state, row))


def is_loaded() -> bool:
    """Whether this program has run the compiled months already, so that nothing is missing."""
    return bool(getattr(run_months, "signatures", ()))


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
            "from alliances.model.warm import compile_share; compile_share('there')",
        ],
        cwd=ROOT,
    ) as helper:
        compile_share("here")
        helper.wait()
    state = smallest_state()
    begin(state, np.uint64(0), 0)
    run_months(state, 1, table(1, OBSERVATION), 0)
    forget_older()
