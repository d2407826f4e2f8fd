"""What a calibration found, as tables: targets, assumptions, and the sample of worlds."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from alliances.experiments.calibration.region import CUT_OFF
from alliances.experiments.calibration.target import Target
from alliances.experiments.calibration.waves import Calibration
from alliances.experiments.words.numbers import significant
from alliances.experiments.worlds.prior import Prior
from alliances.experiments.worlds.sample import spread_order

WIDE = (0.05, 0.95)
# From where on an assumption counts as constrained. Points move slowly along assumptions that the
# statistics hardly follow: where these end up narrow, that can be an accident of the draw.
NARROWED, SHIFTED, STRONG = 0.2, 0.15, 0.1
OVER_WORLDS = "stranger_trust_effect"  # a statistic of many worlds, not of one
TOGETHER = 0.3  # rank correlation from which on two assumptions go together
FAR = "far_"  # columns of implausibilities
WORDS = {"fit": "fitting", "validation": "validation", "told": "not judged"}


def sample_of(found: Calibration, prior: Prior, most: int) -> pd.DataFrame:
    """Return the candidates that were accepted, with units and statistics, in order of use.

    The order follows the assumptions that were matched: the others are as in the prior.
    """
    whole = pd.concat([found.candidates, found.far.add_prefix(FAR)], axis=1)
    kept = whole[found.accepted].reset_index(drop=True)
    if not len(kept):
        return kept
    columns = [f"u_{name}" for name in found.matched or prior.names]
    return kept.iloc[spread_order(kept[columns].to_numpy(float))[:most]].reset_index(drop=True)


def worlds_of(sample: pd.DataFrame, prior: Prior) -> pd.DataFrame:
    """Return the values of the assumptions in a sample's worlds, one row a world."""
    units = sample[[f"u_{name}" for name in prior.names]].to_numpy(float)
    return pd.DataFrame([prior.world(row) for row in units], columns=list(prior.names))


def targets_table(
    found: Calibration, sample: pd.DataFrame, targets: Sequence[Target]
) -> pd.DataFrame:
    """Return each target beside what the defaults, the prior and the sample achieve.

    Returns
    -------
    DataFrame
        pattern, target, low, high, used (fitting, validation or not judged), defaults and
        defaults_verdict, prior_median, prior_low and prior_high (5 and 95 %), median, low_90 and
        high_90 over the sample, share_inside (of the sample's worlds), forgiven (share of them in
        which this target is beyond the cut-off), verdict (of the median), source, note.
    """
    ordered = sorted(targets, key=lambda target: target.pattern)
    return pd.DataFrame([_row(found, sample, target) for target in ordered])


def _row(found: Calibration, sample: pd.DataFrame, target: Target) -> dict[str, Any]:
    defaults, before, after = (
        _values(table, target.statistic) for table in (found.defaults, found.waves[0], sample)
    )
    whole = target.statistic == OVER_WORLDS
    usual = np.nan if whole else _quantile(defaults, 0.5)
    note = target.note
    if target.statistic in found.left_out and target.use == "fit":
        note = "; ".join(
            filter(None, [note, "no world of the prior comes near: it decided nothing"])
        )
    return {
        "pattern": target.pattern,
        "target": target.label,
        "low": target.low,
        "high": target.high,
        "used": WORDS[target.use],
        "defaults": significant(usual),
        "defaults_verdict": _verdict(target, usual),
        "prior_median": significant(_quantile(before, 0.5)),
        "prior_low": np.nan if whole else significant(_quantile(before, WIDE[0])),
        "prior_high": np.nan if whole else significant(_quantile(before, WIDE[1])),
        "median": significant(_quantile(after, 0.5)),
        "low_90": np.nan if whole else significant(_quantile(after, WIDE[0])),
        "high_90": np.nan if whole else significant(_quantile(after, WIDE[1])),
        "share_inside": np.nan
        if whole or target.use == "told" or not len(after)
        else significant(float(target.holds(after).mean())),
        "forgiven": _forgiven(sample, target),
        "verdict": _verdict(target, _quantile(after, 0.5)),
        "source": target.source,
        "note": note,
    }


def _values(table: pd.DataFrame, statistic: str) -> np.ndarray:
    if statistic == OVER_WORLDS and {"u_stranger_trust", "trust_familiar_year_10"} <= set(table):
        there = table[["u_stranger_trust", "trust_familiar_year_10"]].dropna()
        if len(there) < 3 or not (there.std() > 0.0).all():
            return np.zeros(0)
        return np.abs([np.corrcoef(there.T)[0, 1]])
    if statistic not in table:
        return np.zeros(0)
    values = table[statistic].to_numpy(float)
    return np.asarray(values[np.isfinite(values)])


def _forgiven(sample: pd.DataFrame, target: Target) -> float:
    column = FAR + target.statistic
    if target.use != "fit" or column not in sample:
        return np.nan
    return significant(float((sample[column] > CUT_OFF).mean()))


def _quantile(values: np.ndarray, share: float) -> float:
    return float(np.quantile(values, share)) if len(values) else np.nan


def _verdict(target: Target, value: float) -> str:
    if target.use == "told":
        return "not judged"
    if not np.isfinite(value):
        return ""
    return "inside" if bool(target.holds(np.array([value]))[0]) else "outside"


def parameters_table(found: Calibration, sample: pd.DataFrame, prior: Prior) -> pd.DataFrame:
    """Return each assumption's prior beside its values in the sample.

    Returns
    -------
    DataFrame
        name, matched (1: the emulators may follow it; 0: as in the prior), prior_low, prior_high,
        default, median, low_90, high_90, narrowed (share by which the middle 90 % shrank), shift
        (of the median, in widths of the prior), explains (largest share of a statistic in the
        first wave), constrained (1 or 0); constrained ones first, then by how much they were
        narrowed or shifted.
    """
    from alliances.experiments.worlds.prior import default_world, world_prior

    defaults = default_world() if prior is world_prior() else {}
    strength = found.screened.max(axis=1)
    rows = []
    for factor in prior.factors:
        units = sample[f"u_{factor.name}"].to_numpy(float)
        low, median, high = np.quantile(units, (WIDE[0], 0.5, WIDE[1]))
        narrowed = 1.0 - (high - low) / (WIDE[1] - WIDE[0])
        rows.append(
            {
                "name": factor.name,
                "matched": int(factor.name in found.matched),
                "prior_low": factor.low,
                "prior_high": factor.high,
                "default": defaults.get(factor.name, np.nan),
                "median": significant(float(factor.at(float(median)))),
                "low_90": significant(float(factor.at(float(low)))),
                "high_90": significant(float(factor.at(float(high)))),
                "narrowed": round(float(narrowed), 3),
                "shift": round(float(median) - 0.5, 3),
                "explains": round(float(strength[factor.name]), 3),
                "constrained": int(
                    factor.name in found.matched
                    and strength[factor.name] >= STRONG
                    and (narrowed >= NARROWED or abs(median - 0.5) >= SHIFTED)
                ),
            }
        )
    table = pd.DataFrame(rows)
    change = table["narrowed"].clip(lower=0.0) + table["shift"].abs()
    order = np.lexsort((table.index, -change, -table["matched"], -table["constrained"]))
    return table.iloc[order].reset_index(drop=True)


def pairs_table(found: Calibration, sample: pd.DataFrame) -> pd.DataFrame:
    """Return pairs of matched assumptions that go together in the sample: Spearman's rho."""
    names = list(found.matched)
    if len(sample) < 3 or len(names) < 2:
        return pd.DataFrame(columns=["first", "second", "rho"])
    ranks = sample[[f"u_{name}" for name in names]].rank().to_numpy(float)
    rho = np.corrcoef(ranks.T)
    rows = [
        {"first": names[i], "second": names[j], "rho": round(float(rho[i, j]), 3)}
        for i in range(len(names))
        for j in range(i + 1, len(names))
        if abs(rho[i, j]) >= TOGETHER
    ]
    table = pd.DataFrame(rows, columns=["first", "second", "rho"])
    return table.sort_values("rho", key=np.abs, ascending=False, kind="stable", ignore_index=True)


def best_world(sample: pd.DataFrame, targets: Sequence[Target], luck: pd.Series) -> tuple[int, int]:
    """Return the sample's world that holds most of the targets to fit, and how many it holds.

    Among those that hold as many: the least sum of squared implausibilities.
    """
    fitted = [t for t in targets if t.use == "fit" and t.statistic in luck]
    held = np.zeros(len(sample))
    far = np.zeros(len(sample))
    for target in fitted:
        values = sample[target.statistic].to_numpy(float)
        held += target.holds(values)
        far += target.implausibility(target.scaled(values), float(luck[target.statistic])) ** 2
    best = int(np.lexsort((far, -held))[0])
    return best, int(held[best])


def none_forgiven(found: Calibration) -> int:
    """Return how many candidates no target at all rules out."""
    return int((found.far <= CUT_OFF).all(axis=1).sum())


def held_by_defaults(found: Calibration, targets: Sequence[Target]) -> int:
    """Return how many targets to fit the defaults hold, in the median of their runs."""
    fitted = [t for t in targets if t.use == "fit"]
    return sum(
        bool(t.holds(np.array([_quantile(_values(found.defaults, t.statistic), 0.5)]))[0])
        for t in fitted
    )
