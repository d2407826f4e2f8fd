"""Patterns 3 and 4: who closes and who is founded, sizes, and a cut with larger lots."""

from collections.abc import Iterator, Mapping

import numpy as np

from alliances.experiments.validation.patterns.finding import PatternFinding, findings, yes
from alliances.model.kernel.state import BANDS, State, is_working, table
from alliances.model.places.place import Place, gini
from alliances.model.places.synthetic import synthetic_place
from alliances.model.scenario import Scenario
from alliances.model.simulation import Result, burn_in, new_state, start

REGISTER = "UK registers of charities"
ENGLAND = "England, four years of austerity"
ORGANISATIONS, PLACES, MONTHS = 50_000, 250, 48
REPLICATES = 2
LEAST = 30  # bodies that a band needs to be judged
CUT = {"funding_cut": 0.35, "bundling": 0.8, "competition": 0.8}
EDGES = (0.0, 1e4, 1e5, 5e5, 1e6, 1e7, 1e8, np.inf)
NAMES = ("<10k", "10-100k", "100-500k", "0.5-1m", "1-10m", "10-100m", ">100m")
SEEN = {"100-500k": -0.44, "0.5-1m": -0.40, "10-100m": -0.02, ">100m": 0.22}


def lives(result: Result) -> Iterator[PatternFinding]:
    """Pattern 3, closures and foundings."""
    values = result.values
    years = float(values["organisations"].sum()) / 12.0
    closed = {
        band: float(values[f"closures_{band}"].sum())
        for band in ("micro", "small", "medium", "large")
    }
    total = sum(closed.values())
    small = total - closed["large"]
    smaller = closed["micro"] + closed["small"]
    place = result.scenario.place.make()
    built = len(result.replicates) * int((~place.inert).sum()) * result.months / 12.0
    founded = float(values["founded"].sum()) / built
    change = float((values["organisations"][:, -1] / values["organisations"][:, 0]).mean())
    besides = "besides those absorbed or hosted"
    below = "share of closures below GBP"
    yield from findings(
        3,
        ("organisations that close a year", total / years, 0.031, 0.035, REGISTER, besides),
        *(
            (f"{kind} a year, share of organisations", values[kind].sum() / years)
            for kind in ("mergers", "hosted", "released")
        ),
        (f"{below} 1m", small / total if total else 0.0, 0.9, None, REGISTER),
        (f"{below} 100,000", smaller / total if total else 0.0),
        ("founded a year, of those built", founded, 0.030, 0.036, REGISTER),
        ("organisations at month 120 against month 0", change),
    )


def income_of_bodies(state: State) -> dict[int, tuple[float, float]]:
    """Income and income from agreements of each whole body that works."""
    rows = state.organisations
    live = is_working(rows.status)
    bodies, where = np.unique(rows.body[live], return_inverse=True)
    income = np.bincount(where, rows.income[live])
    paid = np.bincount(where, rows.commissioned[live])
    pairs = zip(income.tolist(), paid.tolist(), strict=True)
    return dict(zip(bodies.tolist(), pairs, strict=True))


def band_of(found: Mapping[int, tuple[float, float]]) -> np.ndarray:
    """Return the band of income, a place in `NAMES`, of each body in its order."""
    return np.searchsorted(EDGES, [income for income, _ in found.values()], side="right") - 1


def income_by_band(found: Mapping[int, tuple[float, float]], place: Place) -> np.ndarray:
    """Return income and income from agreements by band when built, shape (2, bands)."""
    band = dict(zip(place.body.tolist(), place.band.tolist(), strict=True))
    sums = np.zeros((2, len(BANDS)))
    for body, pair in found.items():
        if body in band:
            sums[:, band[body]] += pair
    return sums


def _run(place: Place, scenario: Scenario, replicate: int, months: int) -> tuple[dict, dict]:
    from alliances.model.measures import OBSERVATION
    from alliances.model.schedule import run_months

    state = new_state(scenario, place)
    start(state, scenario, 0, replicate)
    burn_in(state, scenario)
    before = income_of_bodies(state)
    run_months(state, months, table(0, OBSERVATION), -months)
    return before, income_of_bodies(state)


def big_place() -> Place:
    """Return many places with national bodies."""
    return synthetic_place(ORGANISATIONS, PLACES)


def austerity(place: Place) -> Iterator[PatternFinding]:
    """Pattern 4: income by band with the cut against the same four years without it."""
    bands = len(NAMES)
    bodies = np.zeros(bands)
    totals = {name: np.zeros((2, bands)) for name in ("income", "paid")}
    for replicate in range(REPLICATES):
        ends = []
        for scenario in (Scenario(), Scenario().with_values(**CUT)):
            before, after = _run(place, scenario, replicate, MONTHS)
            ends.append(after)
        band = band_of(before)
        bodies += np.bincount(band, minlength=bands)
        for arm, after in enumerate(ends):
            found = np.array([after.get(key, (0.0, 0.0)) for key in before])
            for column, name in enumerate(totals):
                totals[name][arm] += np.bincount(band, found[:, column], minlength=bands)
    what = {"income": "income", "paid": "income from agreements"}
    change = {
        name: sums[1] / np.where(sums[0] > 0.0, sums[0], 1.0) - 1.0 for name, sums in totals.items()
    }
    note = f"{PLACES} places, {REPLICATES} runs; closed bodies count as 0; " + ", ".join(
        f"{name} {value}" for name, value in CUT.items()
    )
    for name, words in what.items():
        for b in range(bands):
            seen = SEEN.get(NAMES[b])
            compare = f"seen: {seen:+.0%}" if seen is not None else ""
            few = f"; {bodies[b]:.0f} bodies are too few" if bodies[b] < LEAST else ""
            counted = f"{bodies[b]:.0f} bodies; {note}{few}"
            what_of = f"change of {words}, {NAMES[b]}"
            yield PatternFinding(4, what_of, change[name][b], None, None, compare, counted)
    for name, words in what.items():
        of = dict(zip(NAMES, change[name], strict=True))
        middle = (of["100-500k"] + of["0.5-1m"]) / 2.0
        told = f"from {words}"
        hardest = min(of["100-500k"], of["0.5-1m"]) <= min(change[name])
        yield from findings(
            4,
            (f"middle (100k-1m) loses (1: it does), {told}", yes(middle < 0), 1, 1, ENGLAND),
            (
                f"middle loses more than 10-100m (1: it does), {told}",
                *(yes(middle < of["10-100m"]), 1, 1, ENGLAND),
            ),
            (
                f"middle is hit hardest of all bands (1: it is), {told}",
                *(yes(hardest), 1, 1, ENGLAND),
            ),
            (f"10-100m is about spared (change), {told}", of["10-100m"], -0.1, 0.1, ENGLAND),
            (f"above 100m gains (change), {told}", of[">100m"], 0.0, None, ENGLAND),
        )


def sizes(place: Place) -> Iterator[PatternFinding]:
    """Pattern 3, sizes after ten years."""
    before, after = _run(place, Scenario(), 0, 120)
    for month, found in ((0, before), (120, after)):
        income = np.array([value for value, _ in found.values()])
        income = np.sort(income[income > 0.0])
        top = income[-len(income) // 200 :]
        pareto = 1.0 / float(np.mean(np.log(top[1:] / top[0])))
        shapes = (
            ("Gini of income", gini(income), 0.9, 0.96, ".936"),
            ("SD of log income", float(np.std(np.log(income))), 2.2, 2.8, "2.4-2.75"),
            ("Pareto exponent of the largest half per cent", pareto, 0.9, 1.3, "about 1.05"),
        )
        for what, value, low, high, seen in shapes:
            told, source = f"{what}, month {month}", f"UK charities: {seen}"
            if month == 120:
                yield PatternFinding(3, told, value, low, high, source)
            else:
                yield PatternFinding(3, told, value, band_from=source)


def shares(place: Place) -> Iterator[PatternFinding]:
    """Pattern 3, income from agreements by band: as at the start, after six years."""
    seen = (0.08, 0.19, 0.31, 0.35, 0.42, 0.42)
    _, after = _run(place, Scenario(), 0, 72)
    income, paid = income_by_band(after, place)
    for band, name in enumerate(BANDS):
        share = paid[band] / income[band] if income[band] > 0.0 else 0.0
        what = f"income from agreements / income, {name}, month 72"
        ends = round(max(0.0, seen[band] - 0.1), 2), round(seen[band] + 0.1, 2)
        note = "bands when built; the band allows .1 either way"
        yield PatternFinding(3, what, share, *ends, f"UK charities: {seen[band]:.0%}", note)
