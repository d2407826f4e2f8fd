"""How much is run for the evidence suite."""

from dataclasses import dataclass

SEED = 2026


@dataclass(frozen=True)
class Scope:
    """Worlds and luck that claims are put to.

    Attributes
    ----------
    worlds : int
        Calibrated worlds for the effect and its null.
    seeds : int
        Runs of each arm in each world; the same luck in both arms.
    carrier_worlds : int
        Worlds in which carriers are looked for; 0 to leave that out.
    """

    worlds: int = 40
    seeds: int = 8
    carrier_worlds: int = 10


FULL = Scope()
QUICK = Scope(worlds=6, seeds=2, carrier_worlds=0)
