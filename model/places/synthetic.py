"""Places made up from the sizes of UK charities.

The size distribution is fitted band by band, so that both the share of organisations and the
share of income of each band are the measured ones. Within a band log income has an exponential
density, whose one parameter gives the band its mean. Organisations get the means of strata of
equal probability: the mean income of a place does not depend on how many it holds, where plain
quantile midpoints would give small places too little, and draws would make it a matter of luck.
"""

import numpy as np

from alliances.model.kernel.compiled import entry
from alliances.model.kernel.draws import BUILD, NOBODY, unit, words
from alliances.model.kernel.state import (
    BAND_LIMITS,
    BUSINESS,
    CHARITY,
    COMMUNITY,
    COUNCIL,
    HEALTH,
    SECTORS,
)
from alliances.model.places.builder import Rows, build_place
from alliances.model.places.place import PARTNERSHIP_ARM, Place, PlaceError, pounds, uid_of

# Share of organisations and mean income of each band: 3,909 UK charities with a known income, of
# a stratified sample of 4,203, weighted to the register. Damm and Kane (2022), "Classifying UK
# charities' activities by charitable cause", Voluntary Sector Review; CC BY 4.0.
BAND_SHARES = (0.3878, 0.3641, 0.1937, 0.0457, 0.0080, 0.0007)
BAND_MEANS = (2_858.0, 36_080.0, 314_600.0, 3_194_000.0, 22_910_000.0, 155_500_000.0)
BAND_EDGES = (100.0, *BAND_LIMITS, 1e9)  # GBP a year; the ends are assumptions

LOCAL_BANDS = 4  # below GBP 10m: present in one place
NATIONAL_SHARE = sum(BAND_SHARES[LOCAL_BANDS:]) / sum(BAND_SHARES)
LEAST_BRANCHES = 2
BUSINESS_SHARE = 0.05  # the register has charities only: an assumption
MOST_ORGANISATIONS = 200_000  # a run of so many takes 2 GB
LEAST_WITH_PUBLIC = 4  # organisations a place needs to hold public bodies besides others

# What a keyed draw of this module decides: the `attempt` of its address.
_SIZE, _SECTOR, _BRANCH, _NATIONAL = range(4)


@entry
def _keyed_units(seed: np.uint64, attempt: np.uint64, uids: np.ndarray, drawn: np.ndarray) -> None:
    for i in range(len(uids)):
        drawn[i] = unit(words(seed, 0, BUILD, attempt, uids[i], NOBODY)[0])


def keyed_units(seed: int, attempt: int, uids: np.ndarray) -> np.ndarray:
    """Return one number in [0, 1) for each uid, from the seed of the place.

    Parameters
    ----------
    seed : int
        Seed of the place, not of a run; 0 <= seed < 2**64.
    attempt : int
        What is decided: draws of different attempts are independent.
    uids : ndarray of uint64
        Whom it concerns.
    """
    if not 0 <= seed < 2**64:
        raise PlaceError(f"seed was {seed}; it must be between 0 and {2**64 - 1}")
    drawn = np.empty(len(uids))
    _keyed_units(np.uint64(seed), np.uint64(attempt), uids, drawn)
    return drawn


class SizeDistribution:
    """Incomes over adjoining bands, each with its share of organisations and its mean income.

    Within a band from l to h the density of x is proportional to x**(s - 1): log income is
    exponentially tilted by s, which is solved for the mean.

    Parameters
    ----------
    shares : sequence of float
        Share of organisations in each band; scaled to sum to 1.
    means : sequence of float
        Mean income of each band, GBP a year.
    edges : sequence of float
        Limits of the bands, one more than bands.
    """

    def __init__(
        self, shares: tuple[float, ...], means: tuple[float, ...], edges: tuple[float, ...]
    ) -> None:
        self.shares = np.array(shares) / sum(shares)
        self.means = np.array(means)
        self.low, self.high = np.array(edges[:-1]), np.array(edges[1:])
        self.tilt = np.array(
            [
                _tilt(mean, low, high)
                for low, high, mean in zip(self.low, self.high, self.means, strict=True)
            ]
        )
        self.start = np.concatenate(([0.0], np.cumsum(self.shares)))

    @property
    def mean(self) -> float:
        """Mean income, GBP a year."""
        return float((self.shares * self.means).sum())

    def quantile(self, share: np.ndarray) -> np.ndarray:
        """Return the income below which `share` of the organisations lie."""
        band, inside = self._band(share)
        s, low, high = self.tilt[band], self.low[band], self.high[band]
        return (low**s + inside * (high**s - low**s)) ** (1.0 / s)

    def income_below(self, share: np.ndarray) -> np.ndarray:
        """Return what the poorest `share` of organisations have, GBP an organisation of all."""
        band, _ = self._band(share)
        s, low, high = self.tilt[band], self.low[band], self.high[band]
        edge = self.quantile(share)
        held = (edge ** (s + 1) - low ** (s + 1)) / (high ** (s + 1) - low ** (s + 1))
        full = np.concatenate(([0.0], np.cumsum(self.shares * self.means)))
        return full[band] + held * self.shares[band] * self.means[band]

    def strata_means(self, count: int) -> np.ndarray:
        """Return the mean incomes of `count` strata of equal probability, ascending."""
        return np.diff(self.income_below(np.arange(count + 1) / count)) * count

    def _band(self, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        last = len(self.shares) - 1
        band = np.clip(np.searchsorted(self.start, share, side="right") - 1, 0, last)
        return band, np.clip((share - self.start[band]) / self.shares[band], 0.0, 1.0)


def _mean(s: float, low: float, high: float) -> float:
    """Mean of the density x**(s - 1) on [low, high], by its closed form in logs."""
    return low * _rise(s + 1.0, high / low) / _rise(s, high / low)


def _tilt(mean: float, low: float, high: float) -> float:
    """Tilt at which the band from `low` to `high` has this mean: bisection to the last bit."""
    least, most = -30.0, 30.0  # the mean rises with the tilt
    while least < (middle := (least + most) / 2.0) < most:
        if _mean(middle, low, high) < mean:
            least = middle
        else:
            most = middle
    return middle


def _rise(s: float, ratio: float) -> float:
    """Integral of x**(s - 1) from 1 to `ratio`; log(ratio) at s = 0."""
    log = float(np.log(ratio))
    return log if abs(s) < 1e-9 else float(np.expm1(s * log)) / s


LOCAL = SizeDistribution(
    BAND_SHARES[:LOCAL_BANDS], BAND_MEANS[:LOCAL_BANDS], BAND_EDGES[: LOCAL_BANDS + 1]
)
NATIONAL = SizeDistribution(
    BAND_SHARES[LOCAL_BANDS:], BAND_MEANS[LOCAL_BANDS:], BAND_EDGES[LOCAL_BANDS:]
)


def keyed_incomes(
    uids: np.ndarray, seed: int = 0, sizes: SizeDistribution = LOCAL, attempt: int = _SIZE
) -> np.ndarray:
    """Return an income for each uid: stratum means, handed out in keyed order.

    Parameters
    ----------
    uids : ndarray of uint64
        Organisations.
    seed : int
        Seed of the place.
    sizes : SizeDistribution
        By default UK charities below GBP 10m.
    attempt : int
        Stream of the keyed order.
    """
    if not len(uids):
        return np.empty(0)
    order = np.lexsort((uids, keyed_units(seed, attempt, uids)))
    income = np.empty(len(uids))
    income[order] = sizes.strata_means(len(uids))
    return income


def synthetic_place(
    organisations: int = 80,
    places: int = 1,
    name: str = "synthetic",
    seed: int = 0,
    public_bodies: bool = True,
) -> Place:
    """Return a made-up place of the sizes of UK organisations.

    Parameters
    ----------
    organisations : int
        Whole organisations in all, public bodies among them. With several places 0.87 % are
        national bodies of GBP 10m and more, each with branches in at least two places: branches
        grow with the square root of income, and share it equally.
    places : int
        Localities, with equally many organisations.
    name : str
        Name of the place.
    seed : int
        Says which organisation has which size and sector, and where the branches are. It belongs
        to the place: the seed of a run is another.
    public_bodies : bool
        Give each locality a council and a health body.

    Raises
    ------
    PlaceError
        When there are fewer organisations than places.
    """
    if places < 1 or organisations < places:
        raise PlaceError(
            f"organisations was {organisations} and places was {places}; "
            "each place needs at least 1 organisation, and there must be at least 1 place"
        )
    if organisations > MOST_ORGANISATIONS:
        raise PlaceError(
            f"organisations was {organisations}; a made-up place holds at most "
            f"{MOST_ORGANISATIONS:,}"
        )
    notes = ["made up: sizes follow UK charities, band by band; no organisation is a real one."]
    if public_bodies and organisations < LEAST_WITH_PUBLIC * places:
        public_bodies = False
        notes.append(
            f"council and health body: left out, as {organisations} organisations in {places} "
            f"places are fewer than {LEAST_WITH_PUBLIC} a place."
        )
    national = round(organisations * NATIONAL_SHARE) if places > 1 else 0
    public = 2 * places if public_bodies else 0
    local = organisations - national - public
    width = len(str(places))
    towns = [f"place {p + 1:0{width}d}" for p in range(places)] if places > 1 else [name]

    names = [f"organisation {i + 1}" for i in range(local)]
    uids = np.array([uid_of(text) for text in names], np.uint64)
    at = np.arange(local) % places
    income = keyed_incomes(uids, seed)
    sector = np.where(income < 1e5, COMMUNITY, CHARITY)
    sector[_businesses(at, uids, seed)] = BUSINESS
    notes.append(
        f"business: {BUSINESS_SHARE:.0%} of the local organisations of each place, whatever "
        "their size (an assumption: the register has charities only)."
    )

    if public:
        for number in (COUNCIL, HEALTH):
            names += [f"{SECTORS[number]} body of {town}" for town in towns]
            at = np.append(at, np.arange(places))
            income = np.append(income, np.full(places, PARTNERSHIP_ARM[number]))
            sector = np.append(sector, np.full(places, number))
        notes.append(
            f"council and health body: one of each in every place, partnership arms of "
            f"{pounds(PARTNERSHIP_ARM[COUNCIL])} and {pounds(PARTNERSHIP_ARM[HEALTH])} a year "
            "(assumptions)."
        )
    bodies = [f"national organisation {i + 1}" for i in range(national)]
    branch_of, branch_at, branch_income = _branches(bodies, places, seed)
    names += [bodies[i] for i in branch_of.tolist()]
    if national:
        notes.append(
            f"national bodies: {national} of GBP 10m a year and more, with {len(branch_of)} "
            "branches; branches grow with the square root of income and share it equally "
            "(an assumption)."
        )
    at = np.append(at, branch_at)
    rows = Rows(
        names=names,
        income=np.append(income, branch_income),
        localities=[towns[p] for p in at.tolist()],
        sector=np.append(sector, np.full(len(branch_of), CHARITY)),
    )
    return build_place(name, rows, public_bodies=False, notes=notes)


def _businesses(at: np.ndarray, uids: np.ndarray, seed: int) -> np.ndarray:
    """Rows that are businesses: in each place those first in a keyed order."""
    order = np.lexsort((uids, keyed_units(seed, _SECTOR, uids), at))
    counts = np.bincount(at)
    rank = np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts)
    # Half a business is one: 10 organisations have one, 9 have none.
    return order[rank < np.floor(BUSINESS_SHARE * counts + 0.5)[at[order]]]


def _branches(
    bodies: list[str], places: int, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Body, place and income of each branch of the national bodies."""
    uids = np.array([uid_of(text) for text in bodies], np.uint64)
    income = keyed_incomes(uids, seed, NATIONAL, _NATIONAL)
    wanted = np.round(LEAST_BRANCHES * np.sqrt(income / BAND_LIMITS[LOCAL_BANDS - 1]))
    wanted = np.clip(wanted, LEAST_BRANCHES, places).astype(np.int64)
    towns = np.arange(places, dtype=np.uint64)
    found = [np.empty(0, np.int64)]
    for body, count in zip(uids, wanted.tolist(), strict=True):
        # One stream a body: the places that come first in its own order.
        drawn = keyed_units(seed, _BRANCH, towns + body)
        found.append(np.sort(np.argpartition(drawn, count - 1)[:count]))
    return (
        np.repeat(np.arange(len(bodies)), wanted),
        np.concatenate(found),
        np.repeat(income / np.maximum(wanted, 1), wanted),
    )
