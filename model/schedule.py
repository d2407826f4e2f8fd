"""The step list, one month, one run."""

from typing import Any

from alliances.model.kernel import state_type  # noqa: F401  (gives the state a short name)
from alliances.model.kernel.compiled import entry, rule
from alliances.model.parameters import MONTH, PROCESSES
from alliances.model.processes.account import merge_branches
from alliances.model.processes.observe import observe
from alliances.model.processes.populate import populate
from alliances.model.processes.pressure import order_rows, renew_attention
from alliances.model.processes.sums import observe_place, observe_reserves

# The order of the processes; the ODD lists the same.
STEPS = (*PROCESSES, "observe")


def _month() -> Any:
    """Return the rule that runs the acting processes of one month in place p.

    Compiled code calls functions by name, so the calls are written out here, one line a process.
    (Compiled one within the other, each would be optimised again with all before it.)
    """
    lines = (
        "def step_place(state, p):",
        "    params = state.params[state.now[0].phase]",
        "    order_rows(state, p)",
        "    renew_attention(state, p)",
        *(f"    if params.run_{name}: {name}(state, p)" for name in MONTH),
    )
    names = {name: found.step for name, found in MONTH.items()}
    names |= {"order_rows": order_rows, "renew_attention": renew_attention}
    exec("\n".join(lines), names)
    return rule(names["step_place"])


step_place = _month()


@entry
def run_months(state, months, out, first_row):
    """Advance `months` months; write the measures of each to rows of `out`.

    Parameters
    ----------
    state : State
        Changed in place; `state.now[0].month` is the next month to run.
    months : int
        Months to run.
    out : record array of OBSERVATION
        One row a month.
    first_row : int
        Row of the first of these months; negative rows (burn-in) are not kept.
    """
    now = state.now[0]
    for step in range(months):
        set_phase(state)
        state.tally[0] = state.tally[1]
        row = first_row + step
        for p in range(len(state.places)):
            step_place(state, p)
            if row >= 0:  # while the place is at hand
                observe_place(state, p)
        if now.branched:
            merge_branches(state)
            if row >= 0:
                observe_reserves(state)
        if row >= 0:
            observe(state, out[row])
        now.month += 1


@rule
def set_phase(state):
    """Find the parameters in force this month, and whether they are new."""
    now = state.now[0]
    for phase in range(len(state.params)):
        if state.params[phase].from_month <= now.month:
            now.phase = phase
    now.pulse = 1 if state.params[now.phase].from_month == now.month else 0


@entry
def begin(state, seed, month):
    """Give the laid-out place its characters from a seed; `month` is minus the burn-in."""
    now = state.now[0]
    now.seed = seed
    now.month = month
    now.phase = 0
    populate(state)
