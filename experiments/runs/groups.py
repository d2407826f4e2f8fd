"""A comparison by kinds of organisations, size bands or sectors, at the end of the runs."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from alliances.experiments.runs.comparison import Comparison, Effect
from alliances.model.input.errors import UserError
from alliances.model.kernel.state import BANDS, SECTORS
from alliances.model.measures import MEASURES, Direction, Measure
from alliances.model.simulation import Result

KINDS = {"band": "size band", "sector": "sector"}
_UP: Direction = "more is better"
_NEITHER: Direction = "neither"
# Columns of the organisations' table, and how a group's are put together in each run.
QUANTITIES: Mapping[str, Measure] = {
    measure.name: measure
    for measure in (
        MEASURES["organisations"],
        Measure("in_alliance", "Of them in an alliance", "share", "", "", 0, 1, _UP),
        Measure("money_share", "Share of all public money", "share", "", "", 0, 1, _NEITHER),
        Measure("commissioned", "Public money of each", "GBP a year", "", "", 0, np.inf, _NEITHER),
        Measure("trust_received", "Trust that others have in them", "0-1", "", "", 0, 1, _UP),
        MEASURES["stress"],
    )
}
# Of any choice of organisations, such as those that a case names, also what each has.
CHOSEN_QUANTITIES: Mapping[str, Measure] = {
    **QUANTITIES,
    **{
        measure.name: measure
        for measure in (
            Measure("income", "Income of each", "GBP a year", "", "", 0, np.inf, _NEITHER),
            Measure("reserves", "Reserves of each", "GBP", "", "", -np.inf, np.inf, _UP),
            MEASURES["dominance"],
            Measure("tie_count", "Ties of each", "ties", "", "", 0, np.inf, _NEITHER),
            Measure("solo_days", "Days of each on its own", "days a month", "", "", 0, np.inf, _UP),
            Measure(
                "joint_days", "Days of each in alliances", "days a month", "", "", 0, np.inf, _UP
            ),
            Measure(
                "report_days",
                "Days of each on reporting",
                "days a month",
                "",
                "",
                0,
                np.inf,
                "less is better",
            ),
        )
    },
}


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
        Group to name of `QUANTITIES` to effect. A run without any organisation of a group counts
        0 organisations and has nothing to measure otherwise.

    Raises
    ------
    UserError
        For another kind, or a comparison without the organisations of its runs.
    """
    if kind not in KINDS:
        raise UserError(f"no groups by {kind!r}; there are groups by {' and '.join(KINDS)}")
    results = _kept(comparison)
    tables = [_by_run(result.organisations, kind) for result in results]
    groups = [
        group
        for group in (BANDS if kind == "band" else SECTORS)
        if any(group in table.index.get_level_values(kind) for table in tables)
    ]
    runs = list(results[0].replicates)
    found: dict[str, dict[str, Effect]] = {}
    for group in groups:
        arms = [_one_group(table, group, runs) for table in tables]
        found[group] = {
            name: Effect(measure, arms[0][name].to_numpy(), arms[1][name].to_numpy())
            for name, measure in QUANTITIES.items()
        }
    return found


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
    arms = [
        of_organisations(result.organisations, chosen(result.organisations), result.replicates)
        for result in _kept(comparison)
    ]
    return {
        name: Effect(measure, arms[0][name].to_numpy(), arms[1][name].to_numpy())
        for name, measure in CHOSEN_QUANTITIES.items()
    }


def of_organisations(
    organisations: pd.DataFrame, chosen: "pd.Series[bool]", runs: Sequence[int]
) -> pd.DataFrame:
    """Return the quantities of a choice of organisations, one row a run.

    Parameters
    ----------
    organisations : DataFrame
        One row an organisation and run; `replicate` numbers the runs.
    chosen : Series of bool
        Which rows are meant.
    runs : sequence of int
        Numbers of the runs, in the order wanted.
    """
    return _one_group(_by_run(organisations.assign(chosen=chosen), "chosen"), True, list(runs))


def _kept(comparison: Comparison) -> tuple[Result, Result]:
    if comparison.results is None or not len(comparison.results[0].organisations):
        raise UserError("the organisations were not kept; compare with keep=True and final=True")
    return comparison.results


def _by_run(organisations: pd.DataFrame, kind: str) -> pd.DataFrame:
    grouped = organisations.assign(in_alliance=organisations["alliances"] > 0).groupby(
        ["replicate", kind], observed=True
    )
    means = [name for name in CHOSEN_QUANTITIES if name not in ("organisations", "money_share")]
    table = grouped[means].mean()
    table["organisations"] = grouped.size()
    money = grouped["commissioned"].sum()
    table["money_share"] = money / money.groupby("replicate").transform("sum").replace(0.0, np.nan)
    return table.astype(np.float64)


def _one_group(table: pd.DataFrame, group: str | bool, runs: list[int]) -> pd.DataFrame:
    here = table[table.index.get_level_values(1) == group].droplevel(1).reindex(runs)
    here["organisations"] = here["organisations"].fillna(0.0)
    return here


def group_table(effects: Mapping[str, Mapping[str, Effect]], kind: str) -> pd.DataFrame:
    """Return the effects on groups as a table, one row a group and quantity."""
    rows = [
        {kind: group, **effect.row()}
        for group, found in effects.items()
        for effect in found.values()
    ]
    return pd.DataFrame(rows)
