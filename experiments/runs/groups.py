"""A comparison by kinds of organisations, size bands or sectors, at the end of the runs."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from alliances.experiments.runs.comparison import Comparison, Effect
from alliances.experiments.runs.quantities import CHOSEN_QUANTITIES, GROUPS, QUANTITIES, of_groups
from alliances.model.input.errors import UserError
from alliances.model.simulation import Result


def by_group(comparison: Comparison, kind: str) -> dict[str, dict[str, Effect]]:
    """Return the effects on each group of organisations, at the end of the runs.

    Parameters
    ----------
    comparison : Comparison
        Made with ``keep=True`` and ``final=True``.
    kind : {"band", "sector"}
        What groups organisations: the size they had when they came in, or their sector.

    Returns
    -------
    dict
        Group to name of `QUANTITIES` to effect, of groups that have anybody in any run. A run
        without any organisation of a group counts 0 organisations and has nothing to measure
        otherwise.

    Raises
    ------
    UserError
        For another kind, or a comparison without the organisations of its runs.
    """
    if kind not in GROUPS:
        raise UserError(f"no groups by {kind!r}; there are groups by {' and '.join(GROUPS)}")
    a, b = (
        _by_run(
            result.organisations,
            pd.Categorical(result.organisations[kind], categories=GROUPS[kind]).codes,
            len(GROUPS[kind]),
            result.replicates,
        )
        for result in _kept(comparison)
    )
    return {
        group: {
            name: Effect(measure, a[name][:, k], b[name][:, k])
            for name, measure in QUANTITIES.items()
        }
        for k, group in enumerate(GROUPS[kind])
        if a["organisations"][:, k].any() or b["organisations"][:, k].any()
    }


def of_chosen(
    comparison: Comparison, chosen: Callable[[pd.DataFrame], "pd.Series[bool]"]
) -> dict[str, Effect]:
    """Return the effects on a choice of organisations, at the end of the runs.

    Parameters
    ----------
    comparison : Comparison
        Made with ``keep=True`` and ``final=True``.
    chosen : callable
        Takes the table of organisations, says which rows are meant.

    Returns
    -------
    dict
        Name of `CHOSEN_QUANTITIES` to effect.

    Raises
    ------
    UserError
        For a comparison without the organisations of its runs.
    """
    a, b = (
        of_organisations(result.organisations, chosen(result.organisations), result.replicates)
        for result in _kept(comparison)
    )
    return {name: Effect(measure, a[name], b[name]) for name, measure in CHOSEN_QUANTITIES.items()}


def of_organisations(
    organisations: pd.DataFrame, chosen: "pd.Series[bool]", runs: Sequence[int]
) -> dict[str, np.ndarray]:
    """Return the quantities of a choice of organisations, each (runs,).

    Parameters
    ----------
    organisations : DataFrame
        One row an organisation and run; `replicate` numbers the runs.
    chosen : Series of bool
        Which rows are meant.
    runs : sequence of int
        Numbers of the runs, in the order wanted.
    """
    found = _by_run(organisations, chosen.to_numpy(int), 2, runs)
    return {name: values[:, 1] for name, values in found.items()}


def _kept(comparison: Comparison) -> tuple[Result, Result]:
    if comparison.results is None or not len(comparison.results[0].organisations):
        raise UserError("the organisations were not kept; compare with keep=True and final=True")
    return comparison.results


def _by_run(
    organisations: pd.DataFrame, group: np.ndarray, groups: int, runs: Sequence[int]
) -> dict[str, np.ndarray]:
    table = organisations.assign(in_alliance=organisations["alliances"] > 0)
    columns = {
        name: table[name].to_numpy(np.float64)
        for name in CHOSEN_QUANTITIES
        if name not in ("organisations", "money_share")
    }
    run = pd.Index(runs).get_indexer(pd.Index(organisations["replicate"]))
    found = of_groups(columns, group, groups, run, len(runs))
    found["money_share"][found["organisations"] == 0] = np.nan  # nobody to have a share
    return found


def group_table(effects: Mapping[str, Mapping[str, Effect]], kind: str) -> pd.DataFrame:
    """Return the effects on groups as a table, one row a group and quantity."""
    rows = [
        {kind: group, **effect.row()}
        for group, found in effects.items()
        for effect in found.values()
    ]
    return pd.DataFrame(rows)
