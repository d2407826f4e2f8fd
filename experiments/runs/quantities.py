"""What is told of groups of organisations: of size bands, of sectors, and of any others."""

from collections.abc import Iterable, Mapping

import numpy as np

from alliances.model.kernel.state import BANDS, NONE, SECTORS, State, is_working
from alliances.model.measures import MEASURES, Direction, Measure

# What groups organisations, the size they had when they came in or their sector, and the groups.
GROUPS: Mapping[str, tuple[str, ...]] = {"band": BANDS, "sector": SECTORS}
_UP: Direction = "more is better"
_DOWN: Direction = "less is better"
_NEITHER: Direction = "neither"


def _quantity(
    name: str, label: str, unit: str, high: float, direction: Direction, low: float = 0.0
) -> Measure:
    return Measure(name, label, unit, "", "", low, high, direction)


# Columns of the organisations' table, and how a group's are put together in each run.
QUANTITIES: Mapping[str, Measure] = {
    measure.name: measure
    for measure in (
        MEASURES["organisations"],
        _quantity("in_alliance", "Of them in an alliance", "share", 1, _UP),
        _quantity("money_share", "Share of all public money", "share", 1, _NEITHER),
        _quantity("commissioned", "Public money of each", "GBP a year", np.inf, _NEITHER),
        _quantity("trust_received", "Trust that others have in them", "0-1", 1, _UP),
        MEASURES["stress"],
    )
}
# A group's public money as a whole does not fall only because more are alive to share it.
WHOLE_QUANTITIES: Mapping[str, Measure] = {
    **QUANTITIES,
    "money": _quantity("money", "Public money of all of them", "GBP a year", np.inf, _NEITHER),
}
# Of any choice of organisations, such as those that a case names, also what each has.
CHOSEN_QUANTITIES: Mapping[str, Measure] = {
    **QUANTITIES,
    **{
        measure.name: measure
        for measure in (
            _quantity("income", "Income of each", "GBP a year", np.inf, _NEITHER),
            _quantity("reserves", "Reserves of each", "GBP", np.inf, _UP, low=-np.inf),
            MEASURES["dominance"],
            _quantity("tie_count", "Ties of each", "ties", np.inf, _NEITHER),
            _quantity("solo_days", "Days of each on its own", "days a month", np.inf, _UP),
            _quantity("joint_days", "Days of each in alliances", "days a month", np.inf, _UP),
            _quantity("report_days", "Days of each on reporting", "days a month", np.inf, _DOWN),
        )
    },
}


def of_groups(
    columns: Mapping[str, np.ndarray], group: np.ndarray, groups: int, run: np.ndarray, runs: int
) -> dict[str, np.ndarray]:
    """Return what is told of groups of organisations, each (runs, groups).

    Where a group has nobody, means are NaN; in a run without any public money shares of it are.

    Parameters
    ----------
    columns : mapping of str to ndarray, shape (organisations,)
        Columns of the organisations that take part, "commissioned" among them; what is told of
        them is their mean.
    group, run : ndarray of int, shape (organisations,)
        To which of `groups` groups each belongs, and in which of `runs` runs it lives.
    """
    places, shape = run * groups + group, (runs, groups)

    def total(column: np.ndarray | None = None) -> np.ndarray:
        return np.bincount(places, column, runs * groups).reshape(shape).astype(np.float64)

    found = {"organisations": total(), "money": total(columns["commissioned"])}
    with np.errstate(invalid="ignore"):
        found["money_share"] = found["money"] / found["money"].sum(axis=1, keepdims=True)
        means = {name: total(column) / found["organisations"] for name, column in columns.items()}
    return found | means


def of_state(state: State, names: Iterable[str]) -> dict[tuple[str, str, str], float]:
    """Return quantities of all size bands and sectors of a state, by kind, group and quantity."""
    rows = state.organisations[is_working(state.organisations["status"])]
    columns = {name: rows[name] for name in ("commissioned", "trust_received", "stress")}
    columns["in_alliance"] = (rows["seat"] != NONE).any(axis=1)
    run = np.zeros(len(rows), int)
    found = {kind: of_groups(columns, rows[kind], len(of), run, 1) for kind, of in GROUPS.items()}
    return {
        (kind, group, name): float(found[kind][name][0, k])
        for kind, groups in GROUPS.items()
        for k, group in enumerate(groups)
        for name in names
    }
