"""What matters? Morris screening and Sobol indices of a sampled design, also where runs failed.

A Sobol index or an elementary effect compares rows of one block: a base sample with the rows in
which one factor is exchanged, or a Morris trajectory. A block of which one row has no value is
dropped whole; leaving out single rows would shift all that follow and compare what does not belong
together.

Sources: Morris (1991), doi 10.1080/00401706.1991.10484804; Campolongo et al. (2007), doi
10.1016/j.envsoft.2006.10.004; Saltelli et al. (2010), doi 10.1016/j.cpc.2009.09.018.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np
import pandas as pd

from alliances.experiments.analysis.frames import COORDINATE, measure_of, require, values_of
from alliances.experiments.analysis.luck import Luck, luck_of
from alliances.experiments.runs.comparison import ROUNDING
from alliances.experiments.words.sentences import subject
from alliances.model.input.errors import UserError
from alliances.model.measures import Measure

LEAST_SAMPLES = 8
LEAST_TRAJECTORIES = 2


@dataclass(frozen=True)
class Sensitivity:
    """What a measure depends on.

    Attributes
    ----------
    method : {"morris", "sobol"}
        How it was found.
    measure : Measure
        What depends.
    blocks, dropped : int
        Base samples (or trajectories) that were used, and that were left out because a row of
        them has no value.
    luck : Luck
        How much of the variance of single runs is luck.
    indices : DataFrame
        One row a factor, what matters most first. Of Sobol: factor, first, first_low, first_high,
        total, total_low, total_high, interactions (total less first). Of Morris: factor, mu,
        mu_star, mu_star_low, mu_star_high, sigma, in units of the measure for the whole range.
    second : DataFrame or None
        One row a pair of factors: factor, other, second, second_low, second_high.
    """

    method: Literal["morris", "sobol"]
    measure: Measure
    blocks: int
    dropped: int
    luck: Luck
    indices: pd.DataFrame
    second: pd.DataFrame | None = None

    def table(self) -> pd.DataFrame:
        """Return the indices, one row a factor, what matters most first."""
        return self.indices.copy()

    def sentence(self) -> str:
        """Return what matters, how sure that is, and what was left out, in plain English."""
        name, plural = subject(self.measure)
        key = "total" if self.method == "sobol" else "mu_star"
        what = "base samples" if self.method == "sobol" else "trajectories"
        dropped = ""
        if self.dropped:
            dropped = (
                f" {self.dropped:,} of {self.blocks + self.dropped:,} {what} were left out because "
                "a run of them has no value."
            )
        top = self.indices[self.indices[key] > 0.0].head(3)
        if not len(top):
            is_same = "are" if plural else "is"
            return f"{name} {is_same} the same whatever the factors are.{dropped}"
        if self.method == "sobol":
            parts = [
                f"{row.factor} ({row.first:.0%} of the variance alone, {row.total:.0%} with "
                "interactions)"
                for row in top.itertuples()
            ]
        else:
            parts = [
                f"{row.factor} (mean step {row.mu_star:.3g}, from {row.mu_star_low:.3g} to "
                f"{row.mu_star_high:.3g})"
                for row in top.itertuples()
            ]
        depends = "depend" if plural else "depends"
        return f"{name} {depends} most on {', then '.join(parts)}.{dropped} {self.luck.sentence()}"


def morris(
    points: pd.DataFrame,
    runs: pd.DataFrame,
    factors: Sequence[str],
    measure: str,
    *,
    levels: int,
    seed: int = 0,
    resamples: int = 200,
) -> Sensitivity:
    """Screen factors by the elementary effects of Morris trajectories.

    Parameters
    ----------
    points, runs : DataFrame
        The sweep. Rows of the design are in trajectories of len(`factors`) + 1.
    factors : sequence of str
        The factors in the order of the design.
    measure : str
        What depends on them.
    levels : int
        Grid levels of the design; even.
    seed : int
        Of the bootstrap.
    resamples : int
        Of the bootstrap.

    Returns
    -------
    Sensitivity
        Intervals are 95 %.

    Raises
    ------
    UserError
        If the design is no Morris design of these factors, or fewer than 2 trajectories have all
        their values.
    """
    from SALib.analyze import morris as salib_morris

    if levels < 2 or levels % 2:
        raise UserError(f"levels was {levels}; a Morris design has an even number, 2 or more")
    size = len(factors) + 1
    x, y = _design(points, runs, factors, measure, size)
    _refuse_other_steps(x, levels)
    x, y, dropped = _whole_blocks(x, y, LEAST_TRAJECTORIES, "trajectories")
    scale = _spread(y)
    if scale == 0.0:
        found = {name: np.zeros(len(factors)) for name in ("mu", "mu_star", "sigma", "half")}
    else:
        result = salib_morris.analyze(
            _problem(factors),
            x.reshape(-1, len(factors)),
            y.ravel(),
            num_resamples=resamples,
            num_levels=levels,
            seed=_not_zero(seed),
        )
        found = {name: np.asarray(result[name], float) for name in ("mu", "mu_star", "sigma")}
        found["half"] = np.asarray(result["mu_star_conf"], float)
    table = pd.DataFrame(
        {
            "factor": list(factors),
            "mu": found["mu"],
            **_with_ends("mu_star", found["mu_star"], found["half"]),
            "sigma": found["sigma"],
        }
    )
    luck = luck_of(_sampled(points), runs, measure)
    table = _ordered(table, "mu_star")
    return Sensitivity("morris", measure_of(measure), len(y), dropped, luck, table)


def sobol(
    points: pd.DataFrame,
    runs: pd.DataFrame,
    factors: Sequence[str],
    measure: str,
    *,
    second_order: bool,
    seed: int = 0,
    resamples: int = 200,
) -> Sensitivity:
    """Split the variance of a measure over factors by a Saltelli design.

    Parameters
    ----------
    points, runs : DataFrame
        The sweep. Rows of the design are in base samples of D + 2, or of 2 D + 2 with second
        order, for D = len(`factors`).
    factors : sequence of str
        The factors in the order of the design.
    measure : str
        What depends on them.
    second_order : bool
        Whether the design is one for pairs of factors too.
    seed : int
        Of the bootstrap, >= 0.
    resamples : int
        Of the bootstrap.

    Returns
    -------
    Sensitivity
        Intervals are 95 %. Indices of an output that does not vary are 0.

    Raises
    ------
    UserError
        If the design is no Saltelli design of these factors, or fewer than 8 base samples have
        all their values.
    """
    from SALib.analyze import sobol as salib_sobol

    count = len(factors)
    size = 2 * count + 2 if second_order else count + 2
    x, y = _design(points, runs, factors, measure, size)
    _refuse_other_exchanges(x, second_order=second_order)
    x, y, dropped = _whole_blocks(x, y, LEAST_SAMPLES, "base samples")
    scale = _spread(y)
    nothing = np.zeros(count)
    found: dict[str, Any] = dict.fromkeys(("S1", "S1_conf", "ST", "ST_conf"), nothing)
    found |= dict.fromkeys(("S2", "S2_conf"), np.zeros((count, count)))
    if scale > 0.0:
        with warnings.catch_warnings():
            # It warns where the base samples alone are constant; the indices are then 0.
            warnings.simplefilter("ignore")
            found = salib_sobol.analyze(
                _problem(factors),
                y.ravel(),
                calc_second_order=second_order,
                num_resamples=resamples,
                seed=_not_zero(seed),
            )
    first, total = np.asarray(found["S1"], float), np.asarray(found["ST"], float)
    table = pd.DataFrame(
        {
            "factor": list(factors),
            **_with_ends("first", first, found["S1_conf"]),
            **_with_ends("total", total, found["ST_conf"]),
            "interactions": total - first,
        }
    )
    second = None
    if second_order:
        pairs = np.triu_indices(count, 1)
        names = pd.DataFrame(combinations(factors, 2), columns=["factor", "other"])
        ends = _with_ends("second", found["S2"][pairs], found["S2_conf"][pairs])
        second = _ordered(names.assign(**ends), "second")
    luck = luck_of(_sampled(points), runs, measure)
    table = _ordered(table, "total")
    return Sensitivity("sobol", measure_of(measure), len(y), dropped, luck, table, second)


def _with_ends(name: str, middle: np.ndarray, half: np.ndarray) -> dict[str, np.ndarray]:
    """Return the columns of an index and of both ends of its interval."""
    return {name: middle, f"{name}_low": middle - half, f"{name}_high": middle + half}


def _ordered(table: pd.DataFrame, name: str) -> pd.DataFrame:
    return table.sort_values(name, ascending=False, kind="stable", ignore_index=True)


def _not_zero(seed: int) -> int:
    """Return the library's seed: it takes 0 for none and draws from the global generator."""
    if seed < 0:
        raise UserError(f"seed was {seed}; it must be 0 or more")
    return seed + 1


def _problem(factors: Sequence[str]) -> dict[str, Any]:
    return {"num_vars": len(factors), "names": list(factors), "bounds": [[0.0, 1.0]] * len(factors)}


def _sampled(points: pd.DataFrame) -> pd.DataFrame:
    return points[points["design_row"] >= 0]


def _design(
    points: pd.DataFrame, runs: pd.DataFrame, factors: Sequence[str], measure: str, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return coordinates (blocks, size, factors) and values (blocks, size), NaN where missing."""
    if not factors:
        raise UserError("no factors were given; name those of the design")
    names = [f"{COORDINATE}{factor}" for factor in factors]
    require(points, ("point", "design_row", *names), "points")
    sampled = _sampled(points)
    if not len(sampled):
        raise UserError("no point is a row of a sampled design; make one of Morris or Sobol")
    if sampled["design_row"].duplicated().any():
        row = sampled.loc[sampled["design_row"].duplicated(), "design_row"].iloc[0]
        raise UserError(f"row {row} of the design has two points; give each row one")
    rows = int(sampled["design_row"].max()) + 1
    if rows % size:
        raise UserError(
            f"the design has {rows:,} rows, which is no multiple of {size}: it is another design, "
            f"or one of other factors than {', '.join(factors)}"
        )
    ordered = sampled.set_index("design_row").reindex(range(rows))
    x = ordered[names].to_numpy(np.float64)
    y = values_of(runs, measure).mean(axis=1).reindex(ordered["point"]).to_numpy(np.float64)
    return x.reshape(-1, size, len(factors)), y.reshape(-1, size)


def _whole_blocks(
    x: np.ndarray, y: np.ndarray, least: int, what: str
) -> tuple[np.ndarray, np.ndarray, int]:
    whole = np.isfinite(y).all(axis=1) & np.isfinite(x).all(axis=(1, 2))
    if whole.sum() < least:
        raise UserError(
            f"only {whole.sum()} of {len(whole)} {what} have a value in all their rows; at least "
            f"{least} are needed: run more, or see why runs fail"
        )
    return x[whole], y[whole], int((~whole).sum())


def _spread(y: np.ndarray) -> float:
    """Return the range of a measure; exactly 0 where it is no more than rounding."""
    spread = float(np.ptp(y))
    return spread if spread > ROUNDING * max(1.0, float(np.abs(y).max())) else 0.0


def _refuse_other_exchanges(x: np.ndarray, *, second_order: bool) -> None:
    """Refuse a design whose rows are not a base sample with one factor exchanged in each."""
    count = x.shape[2]
    others = ~np.eye(count, dtype=bool)
    right = bool(_same(x[:, 1 : count + 1], x[:, :1])[:, others].all())
    if second_order:
        right &= bool(_same(x[:, count + 1 : -1], x[:, -1:])[:, others].all())
    if not right:
        raise UserError(
            "the rows of the design are not those of a Saltelli design "
            f"{'with' if second_order else 'without'} second order for these factors in this "
            "order; name the factors as they were sampled, and set `second_order` as then"
        )


def _refuse_other_steps(x: np.ndarray, levels: int) -> None:
    """Refuse a design whose rows are not trajectories that move each factor once by the step."""
    steps = np.abs(np.diff(x, axis=1))
    moved = steps > ROUNDING
    step = levels / (2.0 * (levels - 1))
    known = np.isfinite(x).all(axis=(1, 2))
    once = (moved[known].sum(axis=1) == 1).all() and (moved[known].sum(axis=2) == 1).all()
    if not once or not np.allclose(steps[known][moved[known]], step):
        raise UserError(
            f"the rows of the design are not Morris trajectories with {levels} levels for these "
            "factors; name the factors as they were sampled, and give `levels` as then"
        )


def _same(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Whether coordinates agree; those of missing rows count as agreeing."""
    return np.isnan(one) | np.isnan(other) | (np.abs(one - other) <= ROUNDING)
