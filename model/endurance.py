"""What lasts: how long organisations live, and how a place comes through a blow."""

from typing import Any

import numpy as np
import pandas as pd

from alliances.model.places.place import Place
from alliances.model.simulation import Result

#: Bands that closures are counted by: the last takes in all from GBP 1m.
CLOSURE_BANDS = ("micro", "small", "medium", "large")
HOLD = 3  # months for which a recovery must last
NEAR = 0.1  # share of the loss that may remain


def survival(result: Result, place: Place | None = None) -> pd.DataFrame:
    """Return Kaplan-Meier survival of organisations by band, in months of the run.

    The last tables do not say when those that are gone were founded, so survival is by calendar
    month, not by age: S(t) is the product up to month t of 1 - closures / at risk, the chance that
    an organisation that is there when month 0 begins is still there. Closures are the monthly
    counts by band; the number at risk runs straight from the organisations that were built to
    those in the last tables, which takes in who was founded or absorbed (censored, not closed).
    Bands are those of the income when built or founded.

    Parameters
    ----------
    result : Result
        Of `simulate`, with its final tables.
    place : Place, optional
        The place it was run in; the scenario's source makes it otherwise.

    Returns
    -------
    DataFrame
        One row a band and month, over all replicates together: `band`, `month`, `at_risk`,
        `closures`, `survival`, and `low` and `high`, the 95 % interval (Greenwood's variance of
        log S). A band without organisations has no rows.
    """
    place = result.scenario.place.make() if place is None else place
    built = np.bincount(_grouped(place.band[~place.inert]), minlength=len(CLOSURE_BANDS))
    last = np.bincount(
        _grouped(result.organisations["band"].cat.codes.to_numpy()), minlength=len(CLOSURE_BANDS)
    )
    replicates, months = result.values.shape
    before = int(result.scenario.world.burn_in)
    closures = {band: result.values[f"closures_{band}"].sum(axis=0) for band in CLOSURE_BANDS}
    way = (np.arange(months) + before) / (months + before)
    frames = []
    for number, band in enumerate(CLOSURE_BANDS):
        risk = replicates * built[number] + way * (last[number] - replicates * built[number])
        if built[number] or last[number]:
            frames.append(kaplan_meier(risk, closures[band]).assign(band=band))
    columns = ["band", "month", "at_risk", "closures", "survival", "low", "high"]
    if not frames:
        return pd.DataFrame(columns=columns)
    return pd.concat(frames, ignore_index=True)[columns]


def _grouped(band: np.ndarray) -> np.ndarray:
    return np.minimum(band, len(CLOSURE_BANDS) - 1).astype(np.int64)


def kaplan_meier(at_risk: np.ndarray, events: np.ndarray) -> pd.DataFrame:
    """Return the product-limit estimate of survival.

    Parameters
    ----------
    at_risk, events : array_like, shape (months,)
        How many there are when a month begins, and how many end in it. Nobody ends where nobody
        is at risk.

    Returns
    -------
    DataFrame
        `month`, `at_risk`, `closures`, `survival` at the month's end, `low` and `high`: 95 % by
        Greenwood's variance of log S, within 0-1. Once survival is 0 so are both.
    """
    risk = np.asarray(at_risk, float)
    ended = np.minimum(np.asarray(events, float), risk)
    some = np.maximum(risk, 1e-300)
    hazard = np.where(risk > 0.0, ended / some, 0.0)
    alive = np.cumprod(1.0 - hazard)
    left = risk - ended
    term = np.where(left > 0.0, hazard / np.where(left > 0.0, left, 1.0), 0.0)
    spread = 1.959964 * np.sqrt(np.cumsum(term))
    return pd.DataFrame(
        {
            "month": np.arange(len(risk)),
            "at_risk": risk,
            "closures": ended,
            "survival": alive,
            "low": alive * np.exp(-spread),
            "high": np.minimum(1.0, alive * np.exp(spread)),
        }
    )


def resilience(
    series: Any, month: int, without: Any = None, *, more_is_better: bool = True
) -> pd.DataFrame:
    """Return how far a measure falls after a shock or a withdrawn lever, and how fast it recovers.

    Parameters
    ----------
    series : array_like, shape (months,) or (replicates, months)
        The trajectory with the shock.
    month : int
        The month in which it strikes, or the lever is withdrawn.
    without : array_like, optional
        The same runs without it. The shortfall is then the paired difference, which is 0 up to
        the shock; otherwise it is the distance from the mean of the 12 months before (or all
        there are). A number of months before the shock is needed in that case.
    more_is_better : bool
        Whether a fall is a loss; otherwise a rise is.

    Returns
    -------
    DataFrame
        One row a replicate:

        `level` : the mean of the trajectory without the shock, from `month` on.
        `drop` : the largest shortfall in any month from `month` on, 0 if there is none.
        `drop_share` : the same as a share of |level|, 0 where the level is 0.
        `months_to_trough` : months from `month` to the largest shortfall.
        `recovered` : whether the shortfall comes back, after its trough, to at most a tenth of the
        drop for three months running (or those that are left of the horizon, if fewer).
        `months_to_recover` : months from the trough until the first of these three; where it does
        not recover, the months that were watched, a lower limit (censored, never NaN).
        `lost` : the sum of positive shortfalls, in measure x months.

        Without a drop the trough is at `month`, and it has recovered at once.

    Raises
    ------
    ValueError
        If the shock lies outside the trajectory, or the shapes differ.

    Examples
    --------
    >>> import numpy as np
    >>> hit = np.array([[1, 1, 1, 0.2, 0.6, 0.95, 0.95, 1.0]])
    >>> resilience(hit, 3, np.ones((1, 8)))[["drop", "months_to_recover"]].to_dict("records")
    [{'drop': 0.8, 'months_to_recover': 2}]
    """
    hit = np.atleast_2d(np.asarray(series, float))
    if not 0 <= month < hit.shape[1]:
        raise ValueError(f"month was {month}; the trajectory has months 0 to {hit.shape[1] - 1}")
    if without is None:
        if month == 0:
            raise ValueError("a shock in month 0 needs the same runs without it: give `without`")
        before = hit[:, max(0, month - 12) : month].mean(axis=1, keepdims=True)
        calm = np.broadcast_to(before, hit.shape)
    else:
        calm = np.atleast_2d(np.asarray(without, float))
        if calm.shape != hit.shape:
            raise ValueError(f"shapes differ: {hit.shape} with and {calm.shape} without the shock")
    sign = 1.0 if more_is_better else -1.0
    short = sign * (calm - hit)[:, month:]
    level = calm[:, month:].mean(axis=1)
    return pd.DataFrame([_one(s, at) for s, at in zip(short, level, strict=True)])


def _one(short: np.ndarray, level: float) -> dict[str, Any]:
    trough = int(np.argmax(short))
    drop = float(short[trough])
    if drop <= 0.0:
        trough, drop = 0, 0.0
    fine = short <= NEAR * drop
    back = next((t for t in range(trough, len(short)) if fine[t : t + HOLD].all()), len(short))
    return {
        "level": float(level),
        "drop": drop,
        "drop_share": drop / abs(float(level)) if level else 0.0,
        "months_to_trough": trough,
        "recovered": back < len(short),
        "months_to_recover": back - trough,
        "lost": float(np.maximum(short, 0.0).sum()),
    }
