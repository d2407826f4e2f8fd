"""The step list, one month, one run."""

from alliances.model.kernel import state_type  # noqa: F401  (gives the state a short name)
from alliances.model.kernel.compiled import entry, rule
from alliances.model.kernel.draws import NOBODY
from alliances.model.kernel.state import NONE
from alliances.model.processes.account import account, merge_branches
from alliances.model.processes.ally import ally
from alliances.model.processes.commission import commission
from alliances.model.processes.connect import connect
from alliances.model.processes.deliberate import deliberate
from alliances.model.processes.deliver import deliver
from alliances.model.processes.meet import meet
from alliances.model.processes.observe import observe, observe_place, observe_reserves
from alliances.model.processes.populate import populate
from alliances.model.processes.pressure import order_rows, pressure, renew_attention
from alliances.model.processes.reckon import reckon

# The order of the processes; the ODD lists the same.
STEPS = (
    "pressure",
    "commission",
    "meet",
    "connect",
    "ally",
    "deliberate",
    "deliver",
    "reckon",
    "account",
    "observe",
)


@rule
def step_place(state, p):
    """Run the nine acting processes of one month in place p."""
    params = state.params[state.now[0].phase]
    order_rows(state, p)
    renew_attention(state, p)
    if params.run_pressure:
        pressure(state, p)
    if params.run_commission:
        commission(state, p)
    if params.run_meet:
        meet(state, p)
    if params.run_connect:
        connect(state, p)
    if params.run_ally:
        ally(state, p)
    if params.run_deliberate:
        deliberate(state, p)
    if params.run_deliver:
        deliver(state, p)
    if params.run_reckon:
        reckon(state, p)
    if params.run_account:
        account(state, p)


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


__all__ = ["NOBODY", "NONE", "STEPS", "begin", "run_months", "step_place"]
