"""What one world shows: runs of a few places, and the statistics that targets are about."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from alliances.experiments.calibration.target import TINY
from alliances.experiments.runs.months import mean_of, mean_over
from alliances.experiments.validation.networks import network_values
from alliances.experiments.validation.patterns.money import (
    CUT,
    band_of,
    income_by_band,
    income_of_bodies,
)
from alliances.model.kernel.state import BANDS, State, copy_state, is_working, table
from alliances.model.measures import OBSERVATION
from alliances.model.network import CHOSEN
from alliances.model.places.place import Place, gini
from alliances.model.places.source import PlaceSource
from alliances.model.places.synthetic import synthetic_place
from alliances.model.scenario import Scenario
from alliances.model.schedule import run_months
from alliances.model.simulation import Result, burn_in, cores, new_state, simulate, start

YEAR = 12
MONTHS = 120
CUT_MONTHS, SHARE_MONTHS = 48, 72  # as in the patterns: four years of austerity; six years
SHAPES = ("largest_component", "isolates", "clustering", "modularity", "degree_gini")
TAKEN = tuple(m for m in CHOSEN if m.name in (*SHAPES, "betweenness_centralisation"))
SMALL, USUAL = 20, 80  # organisations of small and of usual places
BRISTOL = 97
SECOND = 104_729  # worlds' seeds lie so far apart (a prime), as replicates have their own

type Summary = dict[str, float]


@dataclass(frozen=True)
class Effort:
    """How much is run in each world.

    Attributes
    ----------
    usual, small, bristol : int
        Runs of a place of 80, of 20, and of 97 organisations, for their networks.
    region : (int, int)
        Organisations and localities of the run that everything else is looked at in.
    regions : int
        Runs of it.
    """

    usual: int = 3
    small: int = 8
    bristol: int = 0
    region: tuple[int, int] = (960, 12)
    regions: int = 1

    def runs(self) -> int:
        """Return how many runs a world takes; the cut's are runs too."""
        return self.usual + self.small + self.bristol + 2 * self.regions


def summary(world: Mapping[str, Any], luck: int, effort: Effort) -> Summary:
    """Return what a world shows.

    Parameters
    ----------
    world : mapping
        Assumptions by name; the others are at their defaults.
    luck : int
        Number of the world's luck: another number, other draws.
    effort : Effort
        How much is run.
    """
    scenario = Scenario().with_values(**world)
    found: Summary = {}
    sizes = {USUAL: effort.usual, SMALL: effort.small, BRISTOL: effort.bristol}
    for organisations, runs in sizes.items():
        if runs:
            result = _runs(scenario, organisations, runs, luck)
            networks = network_values(result)
            found |= {f"{name}_{organisations}": mean_of(networks[name]) for name in networks}
    money = [
        _money(scenario, effort.region, luck * effort.regions + k) for k in range(effort.regions)
    ]
    found.update({name: float(np.mean([one[name] for one in money])) for name in money[0]})
    return found


def summaries(
    worlds: Sequence[Mapping[str, Any]],
    effort: Effort,
    first_luck: int,
    progress: Callable[[int], object] = lambda done: None,
) -> pd.DataFrame:
    """Return what several worlds show, one row a world, on all cores.

    World k has the luck `first_luck` + k, so that no two worlds share theirs.
    """

    def one(k: int) -> Summary:
        found = summary(worlds[k], first_luck + k, effort)
        progress(1)
        return found

    for organisations in (USUAL, SMALL, BRISTOL):
        _place(organisations)
    with ThreadPoolExecutor(cores()) as pool:
        return pd.DataFrame(list(pool.map(one, range(len(worlds)))))


def _place(organisations: int) -> Place:
    return PlaceSource(organisations=organisations).make()


def _runs(scenario: Scenario, organisations: int, runs: int, luck: int) -> Result:
    return simulate(
        scenario,
        runs,
        seed=luck * SECOND + organisations,
        months=MONTHS,
        threads=1,
        measures=TAKEN,
        final=False,
        place=_place(organisations),
    )


def _everyday(values: np.ndarray) -> Summary:
    """Pattern 1, in the years that end with months 59 and 119."""
    fifth, tenth = values[:, 60 - YEAR : 60], values[:, MONTHS - YEAR :]
    kept = values["priorities_spread"][:, -1] / values["priorities_spread"][:, 0]
    early = ("alliance_share", "informal_share", "trust_familiar", "trust_spread", "meetings_well")
    found = {name: mean_of(mean_over(fifth, name)) for name in early}
    found["priorities_kept"] = mean_of(kept)
    for name in ("alliance_share", "trust_familiar"):
        found[f"{name}_year_10"] = mean_of(mean_over(tenth, name))
    return found


def _money(scenario: Scenario, region: tuple[int, int], luck: int) -> Summary:
    """Patterns 1 and 3 to 5, in one region of several places; with the cut, in the same region."""
    place = _region(*region)
    template = new_state(scenario, place)
    ends: list[dict[int, tuple[float, float]]] = []
    months = table(MONTHS, OBSERVATION)
    found: Summary = {}
    before: dict[int, tuple[float, float]] = {}
    for arm in (scenario, scenario.with_values(**CUT)):
        state = copy_state(template, None) if arm is scenario else new_state(arm, place)
        start(state, arm, luck * SECOND, 0)
        burn_in(state, arm)
        before = before or income_of_bodies(state)
        kept = months if arm is scenario else table(0, OBSERVATION)
        run_months(state, CUT_MONTHS, kept, 0 if arm is scenario else -CUT_MONTHS)
        ends.append(income_of_bodies(state))
        if arm is scenario:
            run_months(state, SHARE_MONTHS - CUT_MONTHS, months[CUT_MONTHS:], 0)
            found.update(_shares(income_of_bodies(state), place))
            run_months(state, MONTHS - SHARE_MONTHS, months[SHARE_MONTHS:], 0)
            found.update(_sizes(income_of_bodies(state)))
            found.update(_bids(state))
            found.update(_everyday(np.asarray(months)[None, :]))
            found.update(_lives(months, int((~place.inert).sum())))
    found.update(_cut(before, ends[0], ends[1]))
    return found


_region = cache(synthetic_place)


def _lives(values: np.ndarray, built: int) -> Summary:
    years = float(values["organisations"].sum()) / YEAR
    bands = ("micro", "small", "medium", "large")
    closed = {band: float(values[f"closures_{band}"].sum()) for band in bands}
    total = sum(closed.values())
    return {
        "closures": total / years if years else float("nan"),
        "closures_below_1m": 1.0 - closed["large"] / total if total else float("nan"),
        "founded": float(values["founded"].sum()) / (built * len(values) / YEAR),
        "bid_cost_all": float(values["bid_cost_share"][-1]),
    }


def _sizes(found: Mapping[int, tuple[float, float]]) -> Summary:
    income = np.array([value for value, _ in found.values()])
    income = income[income > 0.0]
    return {"income_gini": gini(income), "income_spread": float(np.std(np.log(income)))}


def _shares(found: Mapping[int, tuple[float, float]], place: Place) -> Summary:
    """Income from agreements / income, by band when built."""
    total, paid = income_by_band(found, place)
    return {
        f"agreements_{name}": float(paid[k] / total[k]) if total[k] > 0.0 else float("nan")
        for k, name in enumerate(BANDS[:-1])
    }


def _bids(state: State) -> Summary:
    """Pattern 5: cost of bids / income from agreements, a year, by band when built."""
    rows = state.organisations
    live = is_working(rows.status)
    found = {}
    for name, (low, high) in {"small": (0, 1), "medium": (2, 2), "large": (3, 5)}.items():
        here = live & (rows.band >= low) & (rows.band <= high)
        paid = float(rows.commissioned[here].sum())
        cost = float(rows.bid_cost_year[here].sum())
        found[f"bid_cost_{name}"] = cost / paid if paid > 0.0 else float("nan")
    costs = np.log(np.maximum(list(found.values()), TINY))
    found["bid_cost_falls"] = float(np.min(costs[:-1] - costs[1:]))
    return found


def _cut(
    before: Mapping[int, tuple[float, float]],
    without: Mapping[int, tuple[float, float]],
    cut: Mapping[int, tuple[float, float]],
) -> Summary:
    """Pattern 4: change of income by the cut, after four years, of those there at its start."""
    band = band_of(before)
    sums = [
        np.bincount(band, [end.get(body, (0.0, 0.0))[0] for body in before], minlength=7)
        for end in (without, cut)
    ]

    def change(*bands: int) -> float:
        of = [float(one[list(bands)].sum()) for one in sums]
        return of[1] / of[0] - 1.0 if of[0] > 0.0 else float("nan")

    middle, large = change(2, 3), change(5, 6)
    return {
        "cut_middle": middle,
        "cut_large": large,
        "cut_middle_less_large": middle - large,
        "cut_middle_less_small": middle - change(0, 1),
        "cut_middle_less_1m_10m": middle - change(4),
    }
