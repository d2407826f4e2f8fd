"""What one is to another, asked from Python and answered by the compiled rules themselves."""

import numpy as np

from alliances.model.kernel.compiled import entry
from alliances.model.kernel.state import NONE, State
from alliances.model.processes.relations import find_tie, power_over, stranger_trust, trust_of

# What `relate` writes.
RELATION = ("tie", "trust", "familiarity", "power")


@entry
def relate(state: State, i: int, j: int, out: np.ndarray) -> None:
    """Write the row of the tie, i's trust in j, their familiarity and i's power over j.

    Parameters
    ----------
    state : State
    i : int
        Row of an organisation, or -2 - c for commissioner c, who pays but has no ties.
    j : int
        Row of an organisation.
    out : float64 array of 4
        In the order of `RELATION`; trust without a tie is trust in a stranger of j's sector.
    """
    out[0] = float(NONE)
    out[1] = 0.0
    out[2] = 0.0
    out[3] = power_over(state, i, j)
    if i < 0:
        return
    t = find_tie(state, i, j)
    if t == NONE:
        out[1] = stranger_trust(state, i, state.organisations[j].sector)
        return
    out[0] = float(t)
    out[1] = trust_of(state, t, i)
    out[2] = state.ties[t].familiarity


def relation(state: State, i: int, j: int) -> np.ndarray:
    """Return `RELATION` of i to j as four numbers; see `relate`."""
    out = np.empty(len(RELATION))
    relate(state, i, j, out)
    return out
