"""A box: limits of factors within which a thing is so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from alliances.experiments.words.numbers import short
from alliances.experiments.words.sentences import enumerated


@dataclass(frozen=True)
class Limit:
    """Limits of one factor, in its own units.

    Attributes
    ----------
    factor : str
        Its name.
    low, high : float or None
        Ends, both inside; None for a side without a limit.
    options : tuple of str or None
        What is inside, for a factor of words.
    p_low, p_high : float or None
        Chance that a limit is luck (one-sided binomial test, too small as the limit was looked
        for in the same cases); `p_low` is that of the options.
    whole : bool
        Whether values are whole numbers.
    """

    COLUMNS: ClassVar[tuple[str, ...]] = ("factor", "low", "high", "options", "p_low", "p_high")

    factor: str
    low: float | None = None
    high: float | None = None
    options: tuple[str, ...] | None = None
    p_low: float | None = None
    p_high: float | None = None
    whole: bool = False

    def row(self) -> dict[str, Any]:
        """Return the limit as a row of a table."""
        options = None if self.options is None else ", ".join(self.options)
        values = (self.factor, self.low, self.high, options, self.p_low, self.p_high)
        return dict(zip(self.COLUMNS, values, strict=True))

    def words(self) -> str:
        """Return the limit in words.

        Examples
        --------
        >>> Limit("loss_ratio", low=2.9).words()
        'loss_ratio is above 2.9'
        >>> Limit("connectors", high=3, whole=True).words()
        'connectors is at most 3'
        >>> Limit("connector_host", options=("commissioner", "largest")).words()
        'connector_host is commissioner or largest'
        """
        if self.options is not None:
            return f"{self.factor} is {enumerated(self.options).replace(' and ', ' or ')}"
        if self.low is not None and self.high is not None:
            return f"{self.factor} is from {short(self.low, 4)} to {short(self.high, 4)}"
        if self.low is not None:
            return f"{self.factor} is {'at least' if self.whole else 'above'} {short(self.low, 4)}"
        return f"{self.factor} is {'at most' if self.whole else 'below'} {short(self.high, 4)}"

    def holds(self, values: pd.Series) -> np.ndarray:
        """Return which values are inside."""
        if self.options is not None:
            return values.astype(str).isin(self.options).to_numpy(bool)
        inside = np.ones(len(values), bool)
        numbers = values.to_numpy(np.float64)
        if self.low is not None:
            inside &= numbers >= self.low
        if self.high is not None:
            inside &= numbers <= self.high
        return inside


@dataclass(frozen=True)
class Box:
    """Limits of several factors at once.

    Attributes
    ----------
    limits : tuple of Limit
        One a factor that is limited.
    coverage, density, mass : float
        Share of all failures that are inside, share of failures among what is inside, and share
        of all cases that are inside.
    cases, failures : int
        How many are inside.
    """

    limits: tuple[Limit, ...]
    coverage: float = 0.0
    density: float = 0.0
    mass: float = 0.0
    cases: int = 0
    failures: int = 0

    def words(self) -> str:
        """Return the limits in words."""
        return " and ".join(limit.words() for limit in self.limits)

    def holds(self, cases: pd.DataFrame | Mapping[str, pd.Series]) -> np.ndarray:
        """Return which cases are inside all limits."""
        return np.logical_and.reduce([limit.holds(cases[limit.factor]) for limit in self.limits])
