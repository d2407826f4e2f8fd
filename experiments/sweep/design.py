"""Designs: at which values of its factors an experiment looks."""

import itertools
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from alliances.experiments.sweep.experiment import Experiment, Sampling
from alliances.experiments.worlds.factor import Factor, Value, read_factor
from alliances.model.input.errors import UserError
from alliances.model.input.files import check_bytes
from alliances.model.input.records import rows_of

MOST_POINTS = 5_000_000
_OF_A_POINT, _OF_A_VALUE = 150, 100  # bytes that they take in Python, at most


@dataclass(frozen=True)
class Design:
    """The points of a design, in its order.

    Attributes
    ----------
    factors : tuple of Factor
        What varies.
    units : ndarray of float64, shape (points, factors)
        Coordinates in the unit cube.
    values : tuple of tuple
        The values there, one tuple a point.
    """

    factors: tuple[Factor, ...]
    units: np.ndarray
    values: tuple[tuple[Value, ...], ...]

    def __len__(self) -> int:
        return len(self.values)


def size_of(sampling: Sampling, factors: Sequence[Factor]) -> int:
    """Return how many points a design will have, before it is made (for a list: 0)."""
    count = len(factors)
    if sampling.method == "grid":
        total = 1
        for factor in factors:
            total *= len(factor.grid())
        return total
    if sampling.method in ("latin_hypercube", "calibrated"):
        return sampling.points
    if sampling.method == "sobol":
        return sampling.points * ((2 * count + 2) if sampling.second_order else (count + 2))
    if sampling.method == "morris":
        return sampling.points * (count + 1)
    if sampling.method == "one_at_a_time":
        return sum(len(factor.middle_and_ends()) for factor in factors)
    return 0


def make_design(
    sampling: Sampling, factors: Sequence[Factor], base: Sequence[Value] = ()
) -> Design:
    """Return the points of a design.

    Parameters
    ----------
    sampling : Sampling
        The method and what it needs.
    factors : sequence of Factor
        What varies.
    base : sequence
        The factors' values in the base scenario: where the others stay, one at a time.

    Raises
    ------
    UserError
        If the design cannot be made of these factors.
    """
    factors = tuple(factors)
    size = size_of(sampling, factors)
    if size > MOST_POINTS:
        raise UserError(
            f"the {sampling.method} design has {size:,} points; at most {MOST_POINTS:,} are "
            "allowed: give fewer values, or a latin_hypercube"
        )
    check_bytes(f"the {sampling.method} design", size * (_OF_A_POINT + _OF_A_VALUE * len(factors)))
    if sampling.method == "grid":
        return _listed(factors, itertools.product(*(factor.grid() for factor in factors)))
    if sampling.method in ("list", "calibrated"):
        return _listed(factors, _from_file(sampling, factors))
    if sampling.method == "one_at_a_time":
        rows = [
            (*base[:k], value, *base[k + 1 :])
            for k, factor in enumerate(factors)
            for value in factor.middle_and_ends()
        ]
        return _listed(factors, dict.fromkeys(rows))
    units = _sampled(sampling, len(factors))
    values = tuple(
        tuple(factor.at(float(u)) for factor, u in zip(factors, row, strict=True)) for row in units
    )
    return Design(factors, units, values)


def _listed(factors: tuple[Factor, ...], rows: object) -> Design:
    values = tuple(tuple(row) for row in rows)  # type: ignore[attr-defined]
    units = np.array(
        [[f.unit(v) for f, v in zip(factors, row, strict=True)] for row in values], float
    ).reshape(len(values), len(factors))
    return Design(factors, units, values)


def _sampled(sampling: Sampling, count: int) -> np.ndarray:
    if sampling.method == "latin_hypercube":
        from scipy.stats import qmc

        return np.asarray(qmc.LatinHypercube(count, rng=sampling.seed).random(sampling.points))
    problem = {"num_vars": count, "names": [f"x{k}" for k in range(count)]}
    problem["bounds"] = [[0.0, 1.0]] * count
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecations inside of the library
        if sampling.method == "sobol":
            from SALib.sample import sobol

            return np.asarray(
                sobol.sample(
                    problem,
                    sampling.points,
                    calc_second_order=sampling.second_order,
                    seed=sampling.seed,
                )
            )
        from SALib.sample import morris

        return np.asarray(
            morris.sample(problem, sampling.points, num_levels=sampling.levels, seed=sampling.seed)
        )


def _from_file(sampling: Sampling, factors: tuple[Factor, ...]) -> list[tuple[Value, ...]]:
    path = sampling.file or "the sample of calibrated worlds"
    (_, given), *rows = [*rows_of(sampling.text or "", path)] or [(0, [])]
    if not rows:
        raise UserError(f"{path} has no points; give a line of column names and one line a point")
    names = [factor.name for factor in factors]
    if sorted(given) != sorted(names):
        raise UserError(
            f"{path} has the columns {', '.join(map(str, given))}; it must have one for each "
            f"factor: {', '.join(names)}"
        )
    found = []
    for line, cells in rows:
        if len(cells) > len(given):
            raise UserError(
                f"{path}, line {line} has more cells ({len(cells)}) than there are columns "
                f"({len(given)})"
            )
        point, row = [], dict(zip(given, cells, strict=False))
        for factor in factors:
            try:
                point.append(_cell(factor, row.get(factor.name)))
            except UserError as error:
                raise UserError(f"{path}, line {line}, column {factor.name}: {error}") from error
        found.append(tuple(point))
    return found


def _cell(factor: Factor, text: str | None) -> Value:
    text = (text or "").strip()
    if factor.kind == "choice":
        value: Value = text
    else:
        try:
            value = float(text)
        except ValueError as error:
            raise UserError(f"{text!r} is no number") from error
    (found,) = read_factor(factor.name, [value], lever=factor.is_lever).values
    if factor.values and found not in factor.values:
        allowed = ", ".join(map(str, factor.values))
        raise UserError(f"{text} is not among the factor's values {allowed}")
    if not factor.values and not factor.low <= float(found) <= factor.high:
        raise UserError(f"{text} is not within {factor.low:g} to {factor.high:g}")
    return found


def designs_of(experiment: Experiment) -> tuple[Design, Design]:
    """Return the design of the levers and that of the worlds; a joint one stands as the first.

    A part without factors is a design of one point.
    """
    base = experiment.scenario.values()

    def made(sampling: Sampling | None, factors: tuple[Factor, ...]) -> Design:
        if sampling is None or not factors:
            return _listed((), [()])
        return make_design(sampling, factors, [base[f.name] for f in factors])

    if experiment.joint is not None:
        return made(experiment.joint, experiment.factors), _listed((), [()])
    levers = made(experiment.levers_design, experiment.levers)
    worlds = made(experiment.worlds_design, experiment.worlds)
    total = len(levers) * len(worlds)
    if total > MOST_POINTS:
        raise UserError(
            f"levers and worlds crossed are {len(levers):,} x {len(worlds):,} = {total:,} points; "
            f"at most {MOST_POINTS:,} are allowed: give fewer of one"
        )
    return levers, worlds
