"""In which worlds does it fail? Scenario discovery by the patient rule induction method (PRIM).

Sources: Friedman and Fisher (1999), doi 10.1023/A:1008894516817; Bryant and Lempert (2010), doi
10.1016/j.techfore.2009.08.002 (coverage, density, quasi-p-values).
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from alliances.experiments.analysis.boxes import Box, Limit
from alliances.experiments.analysis.frames import (
    contrasts,
    measure_of,
    point_means,
    require,
    values_of,
)
from alliances.experiments.words.numbers import amount
from alliances.experiments.words.sentences import subject
from alliances.model.input.errors import UserError
from alliances.model.measures import Measure

LEAST_CASES = 20
LEAST_FAILURES = 5
MOST_BOXES = 4
CLEAR = 0.01  # a factor whose limits all have a larger quasi-p-value is left out


@dataclass(frozen=True)
class Discovery:
    """Where a measure fails.

    Attributes
    ----------
    measure : Measure
        What fails.
    threshold : float
        Where failing begins, in units of the measure; of its paired difference if `paired`.
    below, paired : bool
        Whether low values fail; whether it is the difference to the reference that does.
    cases, failures, left_out : int
        Points looked at, those that fail, and those without any value.
    boxes : tuple of Box
        Most telling first; each is looked for in what the ones before leave.
    held_out : (float, float) or None
        Density and coverage, in one half of the cases, of the first box found in the other half,
        over both halves; 0 where no box was found. None where a half has too few failures.
    reason : str
        Why there is no box; empty if there is one.
    """

    measure: Measure
    threshold: float
    below: bool
    paired: bool
    cases: int
    failures: int
    left_out: int
    boxes: tuple[Box, ...] = ()
    held_out: tuple[float, float] | None = None
    reason: str = ""

    def table(self) -> pd.DataFrame:
        """Return the limits: box, coverage, density, mass, then those of `Limit`."""
        rows = [
            {
                "box": number,
                "coverage": box.coverage,
                "density": box.density,
                "mass": box.mass,
                **limit.row(),
            }
            for number, box in enumerate(self.boxes)
            for limit in box.limits
        ]
        names = ["box", "coverage", "density", "mass", *Limit.COLUMNS]
        return pd.DataFrame(rows, columns=names)

    def sentence(self) -> str:
        """Return where it fails and how sure that is, in plain English."""
        name, _ = subject(self.measure)
        if name[1:2].islower():
            name = name[:1].lower() + name[1:]
        what = f"the change of {name}" if self.paired else name
        side = "below" if self.below else "above"
        limit = amount(self.threshold, self.measure.unit)
        text = f"It fails where {what} is {side} {limit}: in {self.failures:,} of "
        text += f"{self.cases:,} worlds."
        if self.left_out:
            text += f" {self.left_out:,} more have no value."
        if self.reason:
            return f"{text} {self.reason}"
        for number, box in enumerate(self.boxes):
            again = "It fails" if not number else "Of the rest, it fails"
            text += (
                f" {again} in {box.density:.0%} of the worlds where {box.words()}, which hold "
                f"{box.coverage:.0%} of all failures."
            )
        if self.held_out is not None:
            density, coverage = self.held_out
            if coverage > 0.0:
                text += (
                    f" Boxes found in one half of the worlds have {density:.0%} failures in the "
                    f"other half and hold {coverage:.0%} of those there."
                )
            else:
                text += (
                    " No box found in one half of the worlds holds a failure of the other half, so "
                    "this may be luck."
                )
        return text


def find_boxes(
    points: pd.DataFrame,
    runs: pd.DataFrame,
    factors: Sequence[str],
    measure: str,
    threshold: float,
    *,
    below: bool = True,
    paired: bool = False,
    seed: int = 0,
) -> Discovery:
    """Find the limits of the factors within which a measure fails.

    Parameters
    ----------
    points, runs : DataFrame
        The sweep. A case is a row of the design (a point that is not its own reference, if
        `paired`) with its mean over replicates.
    factors : sequence of str
        Factors that boxes may limit: numbers, or words for those without an order.
    measure : str
        What fails.
    threshold : float
        A case fails below it, or above it if not `below`.
    below : bool
        Whether low values are failures.
    paired : bool
        Whether to look at the paired difference to the reference instead of the value.
    seed : int
        Of the halves in which boxes are checked.

    Raises
    ------
    UserError
        If a column is missing, a factor has no value somewhere, or the threshold is no number.
    """
    if not np.isfinite(threshold):
        raise UserError(f"the threshold was {threshold}; give a number in units of the measure")
    if not factors:
        raise UserError("no factors were given; name those that boxes may limit")
    require(points, ("point", "design_row", *factors), "points")
    cases, outcome = _cases(points, runs, measure, paired=paired)
    measured = np.isfinite(outcome)
    x, y = _coded(cases[measured], factors), outcome[measured]
    fails = y < threshold if below else y > threshold
    found: dict[str, Any] = {
        "measure": measure_of(measure),
        "threshold": float(threshold),
        "below": below,
        "paired": paired,
        "cases": len(fails),
        "failures": int(fails.sum()),
        "left_out": int((~measured).sum()),
    }
    if len(fails) < LEAST_CASES:
        reason = f"That is too few to look for what they share: at least {LEAST_CASES} are needed."
        return Discovery(**found, reason=reason)
    if fails.all() or not fails.any():
        return Discovery(**found, reason="So no factor tells where it fails.")
    if min(fails.sum(), (~fails).sum()) < LEAST_FAILURES:
        reason = f"At least {LEAST_FAILURES} failures and as many others are needed to tell where."
        return Discovery(**found, reason=reason)
    boxes = _boxes(x, fails, MOST_BOXES)
    if not boxes:
        return Discovery(**found, reason="Failures are spread over all values of these factors.")
    held_out = _held_out(x, fails, seed)
    return Discovery(**found, boxes=tuple(boxes), held_out=held_out)


def _cases(
    points: pd.DataFrame, runs: pd.DataFrame, measure: str, *, paired: bool
) -> tuple[pd.DataFrame, np.ndarray]:
    if paired:
        cases = contrasts(points)
        values = values_of(runs, measure)
        before = values.reindex(cases["reference"]).to_numpy(np.float64)
        pairs = pd.DataFrame(values.reindex(cases["point"]).to_numpy(np.float64) - before)
        return cases, pairs.mean(axis=1).to_numpy(np.float64)
    sampled = points["design_row"] >= 0
    cases = (points[sampled] if sampled.any() else points).sort_values("point")
    return cases, point_means(runs, measure).reindex(cases["point"]).to_numpy(np.float64)


def _coded(cases: pd.DataFrame, factors: Sequence[str]) -> pd.DataFrame:
    """Return factors that vary: float64, int64, or words."""
    columns: dict[str, pd.Series] = {}
    for name in factors:
        column = cases[name]
        if column.isna().any():
            raise UserError(f"factor {name} has no value at some points; give it one everywhere")
        if column.nunique() < 2:
            continue
        if pd.api.types.is_integer_dtype(column):
            columns[name] = column.astype(np.int64)
        elif pd.api.types.is_float_dtype(column):
            columns[name] = column.astype(np.float64)
        else:
            columns[name] = column.astype(str).astype(object)
    return pd.DataFrame(columns).reset_index(drop=True)


def _boxes(x: pd.DataFrame, fails: np.ndarray, most: int) -> list[Box]:
    """Return boxes one after the other, each found in what the ones before leave."""
    if not len(x.columns):
        return []
    coded, words = _as_numbers(x)
    rest = np.ones(len(fails), bool)
    found: list[Box] = []
    while len(found) < most and fails[rest].sum() >= LEAST_FAILURES:
        limits = _first_limits(coded[rest].reset_index(drop=True), fails[rest], x, words)
        if not limits:
            break
        inside = rest & Box(limits).holds(x)
        cases, failures = int(inside.sum()), int(fails[inside].sum())
        box = Box(
            limits,
            coverage=failures / int(fails.sum()),
            density=failures / cases,
            mass=cases / len(fails),
            cases=cases,
            failures=failures,
        )
        found.append(box)
        rest &= ~inside
    return found


def _first_limits(
    coded: pd.DataFrame, fails: np.ndarray, x: pd.DataFrame, words: dict[str, list[str]]
) -> tuple[Limit, ...]:
    """Return the limits of the most telling box; none if all may be luck.

    The gain per case that is cut off stops early where it takes several cuts to gain; the mean
    alone cuts off words first. Both are tried.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about parts that are not installed and not needed here
        from ema_workbench.analysis.prim import Prim, PrimBox, PRIMObjectiveFunctions

        class Peeling(PrimBox):
            """A peeling that leaves p-values for later: they take longest, and one box counts."""

            def _calculate_quasi_p(self, i: int, restricted_dims: Any) -> dict[str, Any]:
                return {}

        least = max(0.05, LEAST_FAILURES / len(fails))
        best = 0.0
        limits: tuple[Limit, ...] = ()
        for aim in (PRIMObjectiveFunctions.LENIENT1, PRIMObjectiveFunctions.ORIGINAL):
            names = [str(name) for name in coded]
            # Again without the limit that is most likely luck: it misleads the peeling too.
            while names:
                prim = Prim(coded[names], fails.copy(), obj_function=aim, mass_min=least)
                prim._prim_box_klass = Peeling
                box = prim.find_box()
                score, number = _most_telling(box.peeling_trajectory)
                ends, all_ends = box.box_lims[number], box.box_lims[0]
                limited = [name for name in names if not ends[name].equals(all_ends[name])]
                if score <= best or not limited:
                    break
                p_values = PrimBox._calculate_quasi_p(box, number, limited)
                doubtful = _doubtful(p_values)
                if doubtful is None:
                    best, limits = score, _limits(ends[limited], p_values, x, words)
                    break
                names.remove(doubtful)
    return limits


def _as_numbers(x: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """Return a table as the library needs it, and the words by their numbers.

    Words become whole numbers in columns of objects, as sets of those have a fixed order. Whole
    numbers become floats, because the library sets limits between whole numbers and then stumbles.
    """
    coded, words = x.copy(), {}
    for name in x.columns:
        if x[name].dtype == np.int64:
            coded[name] = x[name].astype(np.float64)
        if x[name].dtype == object:
            words[name] = sorted(set(x[name]))
            numbers = [words[name].index(value) for value in x[name]]
            coded[name] = pd.Series(numbers, dtype=object)
    return coded, words


def _most_telling(path: pd.DataFrame) -> tuple[float, int]:
    """Return the highest harmonic mean of density and coverage in a peeling, and its number."""
    density, coverage = path["density"].to_numpy(float), path["coverage"].to_numpy(float)
    score = 2.0 * density * coverage / np.maximum(density + coverage, 1e-300)
    best = int(np.argmax(score))
    return float(score[best]), best


def _doubtful(p_values: Mapping[str, Sequence[float]]) -> str | None:
    """Return the factor whose limits are most likely luck; None if all are clear.

    A side without a limit has the p-value -1.
    """
    least = {name: min(p for p in sides if p >= 0.0) for name, sides in p_values.items()}
    name = max(least, key=lambda name: least[name], default=None)
    return name if name is not None and least[name] > CLEAR else None


def _limits(
    ends: pd.DataFrame,
    p_values: Mapping[str, Sequence[float]],
    x: pd.DataFrame,
    words: dict[str, list[str]],
) -> tuple[Limit, ...]:
    limits = []
    for name in map(str, ends):
        below, above = (float(p) if p >= 0.0 else None for p in p_values[name])
        if name in words:
            kept = tuple(words[name][code] for code in sorted(ends[name].iloc[0]))
            limits.append(Limit(name, options=kept, p_low=below))
            continue
        low, high = (float(value) for value in ends[name])
        whole = x[name].dtype == np.int64
        if whole:
            low, high = float(np.ceil(low)), float(np.floor(high))
        limits.append(
            Limit(
                name,
                low=None if below is None else low,
                high=None if above is None else high,
                p_low=below,
                p_high=above,
                whole=whole,
            )
        )
    return tuple(limits)


def _held_out(x: pd.DataFrame, fails: np.ndarray, seed: int) -> tuple[float, float] | None:
    """Return density and coverage, in one half, of the first box found in the other; or None."""
    random = np.random.default_rng(seed)
    inside = hits = total = 0
    halves = np.array_split(random.permutation(len(fails)), 2)
    for here, there in (halves, halves[::-1]):
        if min(fails[here].sum(), (~fails[here]).sum()) < LEAST_FAILURES:
            return None
        boxes = _boxes(x.iloc[here].reset_index(drop=True), fails[here], 1)
        total += int(fails[there].sum())
        if boxes:
            within = boxes[0].holds(x.iloc[there])
            inside += int(within.sum())
            hits += int(fails[there][within].sum())
    return (hits / inside if inside else 0.0), hits / max(1, total)
