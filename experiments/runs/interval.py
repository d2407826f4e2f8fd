"""How sure a mean is: its 95 % interval by Student's t."""

import numpy as np


def t_quantile(values: int) -> float:
    """Return the factor of a 95 % interval of a mean of so many values; NaN below two."""
    if values < 2:
        return float("nan")
    from scipy.special import stdtrit

    return float(stdtrit(values - 1, 0.975))


def half_width(values: np.ndarray) -> float:
    """Return the half-width of the 95 % interval of a mean.

    Parameters
    ----------
    values : ndarray of float64, shape (runs,)
        NaN where there is none; left out.

    Returns
    -------
    float
        NaN below two values, which is inside of nothing.
    """
    finite = values[np.isfinite(values)]
    if len(finite) < 2:
        return float("nan")
    return t_quantile(len(finite)) * float(finite.std(ddof=1)) / float(np.sqrt(len(finite)))
