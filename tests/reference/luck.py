"""Keyed draws (ODD 3, "Random draws"): what the processes see of `alliances.model.kernel.draws`.

The generator is the project's own, which its tests hold against published vectors. Uids are plain
integers here; 0 stands for nobody.
"""

import numpy as np

from alliances.model.kernel import draws
from alliances.model.kernel.draws import (  # noqa: F401  (the numbers of the processes)
    ACCOUNT,
    ALLY,
    BUILD,
    COMMISSION,
    CONNECT,
    DELIBERATE,
    FOUND,
    MEET,
    ORDER,
    PRESSURE,
    RECKON,
)


class Luck:
    """Draws of one run; `month` is the month that they are keyed with."""

    def __init__(self, seed, month):
        self.seed = np.uint64(seed)
        self.month = month

    def _key(self, process, attempt, a, b):
        month = 0 if process == BUILD else self.month
        return self.seed, month, process, attempt, np.uint64(a), np.uint64(b)

    def word(self, process, attempt, a, b=0):
        """Return the first of two 64-bit words."""
        return int(draws.words(*self._key(process, attempt, a, b))[0])

    def words(self, process, attempt, a, b=0):
        """Return two 64-bit words."""
        one, two = draws.words(*self._key(process, attempt, a, b))
        return int(one), int(two)

    def uniform(self, process, attempt, a, b=0):
        """Return U1."""
        return draws.uniform(*self._key(process, attempt, a, b))

    def uniforms(self, process, attempt, a, b=0):
        """Return U1 and U2."""
        return draws.uniforms(*self._key(process, attempt, a, b))

    def pair_uniforms(self, process, attempt, a, b):
        """Return U1 and U2 of a pair, which are keyed by the smaller uid first."""
        return draws.uniforms(*self._key(process, attempt, min(a, b), max(a, b)))

    def normal(self, process, attempt, a, b=0):
        """Return a standard normal number."""
        return draws.normal(*self._key(process, attempt, a, b))
