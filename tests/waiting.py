"""How tests wait: for what happens, and never for a time."""

import time
from collections.abc import Callable

# Seconds after which something is taken to never come: far more than anything needs where ten
# times as much is run as there are cores.
PATIENCE = 900.0


def until[Found](holds: Callable[[], Found], told: Callable[[], object] = lambda: "") -> Found:
    """Wait until something is so, and return it; fails if it never is, with what `told` says."""
    end = time.monotonic() + PATIENCE
    while not (found := holds()):
        assert time.monotonic() < end, f"it never came true; {told()}"
        time.sleep(0.01)
    return found
