"""How like a place's own network are those that the model grows from its organisations alone.

The model is given who is there, with sizes, sectors and running money, but not who is tied to
whom. What it grows in ten years is held against the ties that were given, each run in another of
the calibrated worlds, so that the range holds luck and what is not known about behaviour.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd

from alliances import ROOT
from alliances.experiments.calibration import calibrated_worlds
from alliances.experiments.input.tables import csv_frame
from alliances.experiments.own_places.reading import assumed_uids
from alliances.experiments.own_places.source import OwnPlace
from alliances.experiments.words.numbers import bare, pair
from alliances.model.kernel.state import BANDS, SECTORS
from alliances.model.network import (
    FAMILIAR,
    Network,
    betweenness_centralisation,
    clustering,
    degree_centralisation,
    degree_gini,
    density,
    isolates,
    largest_component,
    modularity,
)
from alliances.model.places.place import Place
from alliances.model.scenario import Scenario
from alliances.model.simulation import simulate

WORLDS = 32
MONTHS = 120
RANGE = (0.05, 0.95)
LEAST = 5  # organisations, below which a network has no shape to speak of
REAL = ROOT / "experiments" / "calibration" / "networks.csv"


@dataclass(frozen=True, eq=False)
class Tied:
    """A network with what is known of its organisations.

    Attributes
    ----------
    networks : tuple of Network
        One a locality.
    bands, sectors : tuple of ndarray of int
        Size band and sector of the organisations of each.
    """

    networks: tuple[Network, ...]
    bands: tuple[np.ndarray, ...]
    sectors: tuple[np.ndarray, ...]

    @property
    def ties(self) -> int:
        """Ties in all."""
        return sum(len(network.ties) for network in self.networks)

    @property
    def size(self) -> int:
        """Organisations in all, branches counted each."""
        return sum(network.size for network in self.networks)

    def mean(self, shape: Callable[[Network], float]) -> float:
        """Return a shape's mean over localities, by size, as the model's own measures are."""
        if not self.size:
            return float("nan")
        return sum(n.size * shape(n) for n in self.networks if n.size) / self.size

    def mixing(self, kinds: Sequence[np.ndarray], count: int) -> float:
        """Return how far like is tied with like: Newman's (2003) assortativity over kinds.

        1 if all ties are within kinds, 0 as chance would have it, below 0 if unlike seek each
        other; NaN without ties, or if all tied organisations are of one kind.
        """
        mixed = np.zeros((count, count))
        for network, kind in zip(self.networks, kinds, strict=True):
            a, b = kind[network.ties[:, 0]], kind[network.ties[:, 1]]
            np.add.at(mixed, (a, b), 0.5)
            np.add.at(mixed, (b, a), 0.5)
        total = mixed.sum()
        if not total:
            return float("nan")
        mixed /= total
        chance = float((mixed.sum(axis=0) * mixed.sum(axis=1)).sum())
        return float((np.trace(mixed) - chance) / (1.0 - chance)) if chance < 1.0 else float("nan")


@dataclass(frozen=True)
class NetworkFigure:
    """A figure of a network.

    Attributes
    ----------
    label, unit : str
        What it is called, and the unit in which it is written.
    meaning : str
        What it says, in plain words.
    of : callable
        Takes it of a network.
    real : str
        Its name in the table of real networks; empty if they do not have it.
    """

    label: str
    unit: str
    meaning: str
    of: Callable[[Tied], float]
    real: str = ""


def _shape(shape: Callable[[Network], float]) -> Callable[[Tied], float]:
    return lambda tied: tied.mean(shape)


FIGURES: Mapping[str, NetworkFigure] = {
    "density": NetworkFigure(
        "Density",
        "share",
        "how many of all possible ties are there",
        _shape(density),
        "tie_density",
    ),
    "isolates": NetworkFigure(
        "Organisations without a tie", "share", "who stands alone", _shape(isolates), "isolates"
    ),
    "largest_component": NetworkFigure(
        "Largest connected part",
        "share",
        "how many can reach each other through others",
        _shape(largest_component),
        "largest_component",
    ),
    "clustering": NetworkFigure(
        "Clustering",
        "0-1",
        "how often two partners of one organisation are tied too",
        _shape(clustering),
        "clustering",
    ),
    "modularity": NetworkFigure(
        "Modularity", "0-1", "how far it falls into camps", _shape(modularity), "modularity"
    ),
    "degree_gini": NetworkFigure(
        "Inequality of ties",
        "0-1",
        "0 if all have as many ties, near 1 if a few have nearly all",
        _shape(degree_gini),
        "degree_gini",
    ),
    "centralisation": NetworkFigure(
        "Centralisation",
        "0-1",
        "how far one organisation stands in the middle",
        _shape(degree_centralisation),
        "centralisation",
    ),
    "betweenness": NetworkFigure(
        "Dependence on go-betweens",
        "0-1",
        "how far the ways between others lead through one",
        _shape(betweenness_centralisation),
        "betweenness_centralisation",
    ),
    "mixing_size": NetworkFigure(
        "Like with like, by size",
        "ratio",
        "1 if ties stay within a size band, 0 as by chance, below 0 if large and small seek each "
        "other",
        lambda tied: tied.mixing(tied.bands, len(BANDS)),
    ),
    "mixing_sector": NetworkFigure(
        "Like with like, by sector",
        "ratio",
        "1 if ties stay within a sector, 0 as by chance, below 0 if sectors seek each other",
        lambda tied: tied.mixing(tied.sectors, len(SECTORS)),
    ),
}


def own_network(place: Place) -> Tied:
    """Return the network that a place was given with, without public bodies that were assumed."""
    there = ~place.inert & ~np.isin(place.uid, _as_uids(assumed_uids(place)))
    networks, bands, sectors = [], [], []
    for number in range(len(place.localities)):
        rows = np.flatnonzero(there & (place.locality == number))
        at = np.full(place.size, -1)
        at[rows] = np.arange(len(rows))
        a, b = at[place.tie_a], at[place.tie_b]
        both = (a >= 0) & (b >= 0)
        networks.append(Network(len(rows), np.stack([a[both], b[both]], axis=1)))
        bands.append(place.band[rows].astype(np.int64))
        sectors.append(place.sector[rows].astype(np.int64))
    return Tied(tuple(networks), tuple(bands), tuple(sectors))


def grown_network(place: Place, bodies: pd.DataFrame, ties: pd.DataFrame) -> Tied:
    """Return the network at the end of a run, without public bodies that were assumed.

    Parameters
    ----------
    place : Place
        Where the run was made.
    bodies, ties : DataFrame
        Organisations and ties of its last month.
    """
    bodies = bodies[~bodies["uid"].isin(assumed_uids(place))]
    ties = ties[ties["familiarity"] >= FAMILIAR]
    networks, bands, sectors = [], [], []
    for here in place.localities:
        rows = bodies[bodies["place"] == here].sort_values("uid")
        at = {uid: k for k, uid in enumerate(rows["uid"].tolist())}
        ends = [
            (at[a], at[b])
            for a, b in zip(ties["a"].tolist(), ties["b"].tolist(), strict=True)
            if a in at and b in at
        ]
        networks.append(Network(len(rows), ends))
        bands.append(np.array([BANDS.index(str(b)) for b in rows["band"]], np.int64))
        sectors.append(np.array([SECTORS.index(str(s)) for s in rows["sector"]], np.int64))
    return Tied(tuple(networks), tuple(bands), tuple(sectors))


def _as_uids(uids: frozenset[int]) -> np.ndarray:
    return np.array(sorted(uids), np.uint64)


def without_ties(place: Place) -> Place:
    """Return a place without the ties that it was given with."""
    none, nothing = np.zeros(0, np.int32), np.zeros(0, np.float64)
    return replace(place, tie_a=none, tie_b=none, tie_strength_ab=nothing, tie_strength_ba=nothing)


def grown(
    place: Place,
    worlds: int = WORLDS,
    months: int = MONTHS,
    go_on: Callable[[int], None] | None = None,
) -> Iterator[dict[str, float]]:
    """Yield the figures of one run after another, each in another calibrated world.

    Parameters
    ----------
    place : Place
        Who is there; its ties are left out.
    worlds, months : int
        How many runs, and how long.
    go_on : callable, optional
        Called after each run; may raise to stop.
    """
    bare_place = without_ties(place)
    source = OwnPlace.of(bare_place)
    table = calibrated_worlds(worlds)
    for number, row in enumerate(table.to_dict("records")):
        scenario = Scenario(place=source).with_values(**{str(k): v for k, v in row.items()})
        result = simulate(scenario, [number], months=months, threads=1, place=bare_place)
        found = grown_network(bare_place, result.organisations, result.ties)
        yield {name: figure.of(found) for name, figure in FIGURES.items()}
        if go_on is not None:
            go_on(number)


@dataclass(frozen=True)
class Likeness:
    """One figure of a place beside the model's.

    Attributes
    ----------
    name : str
        One of `FIGURES`.
    own : float
        The place's; NaN if it has none.
    low, middle, high : float
        5 %, median and 95 % of the model's runs; NaN if none has it.
    runs : int
        Runs that have it.
    real : tuple of float
        Least and greatest of real networks elsewhere, of about that size; empty if not known.
    """

    name: str
    own: float
    low: float
    middle: float
    high: float
    runs: int
    real: tuple[float, ...]

    @property
    def figure(self) -> NetworkFigure:
        """What it is a figure of."""
        return FIGURES[self.name]

    @property
    def verdict(self) -> str:
        """Where the place's own figure lies: inside, above or below the model's range, or none."""
        if not np.isfinite([self.own, self.low, self.high]).all():
            return "none"
        if self.own < self.low - 1e-9:
            return "below"
        return "above" if self.own > self.high + 1e-9 else "inside"

    def texts(self) -> tuple[str, str, str]:
        """Return the place's own, the model's range and that of real networks, in words."""
        unit = self.figure.unit
        own = bare(self.own, unit) if np.isfinite(self.own) else "none"
        low, high = pair(self.low, self.high, unit) if np.isfinite(self.low) else ("", "")
        # What lies outside must look so: digits enough to tell it from the end of the range.
        if self.verdict == "above":
            own, high = _apart(self.own, self.high, unit)
        elif self.verdict == "below":
            own, low = _apart(self.own, self.low, unit)
        model = f"{low} to {high}" if low else "none"
        real = " to ".join(pair(*self.real, unit)) if len(self.real) == 2 else "not known"
        return own, model, real

    def sentence(self) -> str:
        """Return what it says, in words."""
        own, model, _ = self.texts()
        what = f"{self.figure.label} ({self.figure.meaning})"
        if self.verdict == "none":
            return f"{what}: yours {own}, the model's {model}; there is nothing to compare."
        where = {
            "inside": "inside the model's range",
            "above": "more than the model grows",
            "below": "less than the model grows",
        }[self.verdict]
        return f"{what}: yours is {own}, {where} ({model})."


def _apart(own: float, end: float, unit: str) -> tuple[str, str]:
    """Return two values with digits enough to tell them apart."""
    texts = bare(own, unit), bare(end, unit)
    return texts if texts[0] != texts[1] else pair(own, end, unit)


def likeness(place: Place, runs: Sequence[Mapping[str, float]]) -> list[Likeness]:
    """Return a place's figures beside those of runs."""
    own = own_network(place)
    found = []
    for name, figure in FIGURES.items():
        values = np.array([run[name] for run in runs])
        there = values[np.isfinite(values)]
        nothing = float("nan"), float("nan"), float("nan")
        low, middle, high = np.quantile(there, (RANGE[0], 0.5, RANGE[1])) if len(there) else nothing
        mine = figure.of(own) if own.ties else float("nan")
        real = real_range(figure.real, own.size) if figure.real else ()
        found.append(Likeness(name, mine, float(low), float(middle), float(high), len(there), real))
    return found


@lru_cache(maxsize=1)
def _real() -> pd.DataFrame:
    return csv_frame(REAL)


def real_range(name: str, size: int) -> tuple[float, ...]:
    """Return least and greatest of a statistic in real networks of about a size, if known."""
    sizes = (20, 80)
    if not sizes[0] / 2 <= size <= 2 * sizes[1]:
        return ()
    nearest = min(sizes, key=lambda one: abs(np.log(size / one)))
    rows = _real()[_real()["statistic"] == f"{name}_{nearest}"]
    return (float(rows["low"].min()), float(rows["high"].max())) if len(rows) else ()


def summary(found: Sequence[Likeness], place: Place) -> list[str]:
    """Return what all figures together say, in sentences."""
    own = own_network(place)
    runs = max((one.runs for one in found), default=0)
    asked = (
        f"The model was given your {own.size} organisations, not who is tied to whom. It was run "
        f"{runs} times over ten years of today's practice, each time under other assumptions that "
        "fit real partnerships."
    )
    if not own.ties:
        return [
            asked,
            "Your place has no ties, so nothing can be said about how well the model reproduces "
            "its network. The table shows what the model grows.",
        ]
    judged = [one for one in found if one.verdict != "none"]
    inside = [one for one in judged if one.verdict == "inside"]
    told = [
        asked,
        f"Your network lies inside the model's range in {len(inside)} of {len(judged)} figures.",
    ]
    if own.size < LEAST * 2:
        told.append(
            f"With {own.size} organisations one tie more or less changes most figures: take this "
            "as a hint."
        )
    return told
