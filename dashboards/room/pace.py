"""How often somebody may try: a bucket of tries for each, that fills again with time."""

import time
from collections.abc import Callable

MOST = 5_000  # whom to remember; more are forgotten, those with full buckets first


class Pace:
    """Tries, each from a bucket that fills again.

    Parameters
    ----------
    burst : float
        Tries at once.
    rate : float
        Tries a second that come back.
    clock : callable
        Returns seconds.

    Examples
    --------
    >>> pace = Pace(2, 1.0, clock=iter([0.0, 0.0, 0.0, 1.5]).__next__)
    >>> [pace.take("a") for _ in range(4)]
    [True, True, False, True]
    """

    def __init__(
        self, burst: float, rate: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.burst, self.rate, self._clock = float(burst), rate, clock
        self._left: dict[str, tuple[float, float]] = {}

    def left(self, who: str) -> float:
        """Return how many tries somebody has."""
        return self._filled(who, self._clock())

    def take(self, who: str) -> bool:
        """Take a try; False if there is none."""
        now = self._clock()
        left = self._filled(who, now)
        if left < 1.0:
            return False
        if len(self._left) >= MOST:
            self._left = {
                one: kept for one, kept in self._left.items() if self._filled(one, now) < self.burst
            }
            if len(self._left) >= MOST:
                self._left.clear()
        self._left[who] = (left - 1.0, now)
        return True

    def wait(self, who: str) -> float:
        """Take a try even if there is none; returns for how many seconds to wait first."""
        now = self._clock()
        left = self._filled(who, now) - 1.0
        self._left[who] = (left, now)
        return max(0.0, -left / self.rate)

    def _filled(self, who: str, now: float) -> float:
        left, seen = self._left.get(who, (self.burst, now))
        return min(self.burst, left + (now - seen) * self.rate)
