"""Patterns 2 and 7: networks like real ones, whom newcomers join, and what goes with a tie."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from alliances.experiments.validation.networks import STATISTICS, network_values, real_range
from alliances.experiments.validation.patterns.finding import PatternFinding, findings
from alliances.model.kernel.state import State, is_working, table
from alliances.model.measures import OBSERVATION
from alliances.model.network import CHOSEN, FAMILIAR
from alliances.model.places.source import PlaceSource
from alliances.model.scenario import Scenario
from alliances.model.schedule import run_months
from alliances.model.simulation import burn_in, new_state, simulate, start

RUNS = 32
REMARKS = {
    "reciprocity": "the model's ties are mutual by construction: of trusting sides of familiar "
    "ties; real ones are of who names whom",
}
SIZES = (20, 80, 97)
TRUSTED = 0.5
WATCHED = 24  # months over which shared forums are counted
POLICY = "German chemicals policy network: forums, influence and reciprocity before likeness"


def like_real_ones(folder: Path) -> Iterator[PatternFinding]:
    """Pattern 2."""
    for size in SIZES:
        scenario = Scenario(place=PlaceSource(organisations=size))
        result = simulate(scenario, RUNS, measures=CHOSEN, final=False)
        values = network_values(result)
        for name in STATISTICS:
            low, high, count = real_range(folder, name, size)
            what = f"{STATISTICS[name].label}, {size} organisations, month 120"
            middle = float(np.median(values[name]))
            source = f"range over {count} real networks"
            if name == "reciprocity":
                source += ", of nominations"
            yield PatternFinding(2, what, middle, low, high, source, REMARKS.get(name, ""))


@cache
def _forum_rule() -> Any:
    """Return a compiled rule that seats this month's forums and does nothing else."""
    from numba import njit

    from alliances.model.processes.meet import fill_forums
    from alliances.model.processes.pressure import order_rows

    @njit
    def seat(state, rows):  # type: ignore[no-untyped-def]
        order_rows(state, 0)
        fill_forums(state, 0)
        rows[:] = -1
        for slot in range(state.places[0].active):
            rows[state.work[slot].order] = state.work[slot].forum

    return seat


def newcomers_and_pairs() -> Iterator[PatternFinding]:
    """Pattern 7, over runs of today's practice."""
    scenario = Scenario()
    template = new_state(scenario)
    out = table(1, OBSERVATION)
    degrees, shares, orders, coefficients = [], [], [], []
    for replicate in range(RUNS):
        state = type(template)(*(column.copy() for column in template))
        start(state, scenario, 0, replicate)
        burn_in(state, scenario)
        run_months(state, 120 - WATCHED, table(0, OBSERVATION), -1000)
        together = np.zeros((len(state.organisations),) * 2)
        forum = np.empty(len(state.organisations), np.int64)
        for _ in range(WATCHED):
            _forum_rule()(state, forum)
            together += (forum[:, None] == forum[None, :]) & (forum[:, None] >= 0)
            run_months(state, 1, out, 0)
        found = _newcomers(state)
        if found is not None:
            degrees.append(found[0])
            shares.append(found[1])
        b = _dyads(state, together)
        coefficients.append(b)
        orders.append(min(b["forums"], b["influence"], b["reciprocity"]) > b["likeness"])
    established = "specification: newcomers attach to the established"
    yield from findings(
        7,
        (
            "ties of those whom newcomers join, against all organisations'",
            *(float(np.mean(degrees)), 1.0, None, established),
            f"mean over {len(degrees)} runs with newcomers",
        ),
        (
            "share of established among newcomers' partners, against their share of organisations",
            *(float(np.mean(shares)), 1.0, None, established),
        ),
    )
    words = {
        "forums": "a standard deviation of shared forums",
        "influence": "a partner among the largest quarter",
        "reciprocity": "a trusting tie the other way",
        "likeness": "a standard deviation of common interest",
    }
    real = {"forums": 2.3, "influence": 2.8, "reciprocity": 2.3, "likeness": 1.08}
    for name, text in words.items():
        odds = float(np.exp(np.median([b[name] for b in coefficients])))
        yield PatternFinding(
            7, f"odds of a trusting tie, times, with {text}", odds, band_from=f"seen: {real[name]}"
        )
    what = "runs in which each of the three goes with ties more than likeness does"
    yield PatternFinding(7, what, float(np.mean(orders)), 0.8, 1.0, POLICY)


def _live(state: State) -> np.ndarray:
    status = state.organisations.status
    return np.flatnonzero(is_working(status))


def _familiar(state: State) -> np.recarray:
    return state.ties[(state.ties.a >= 0) & (state.ties.familiarity >= FAMILIAR)]


def _newcomers(state: State) -> tuple[float, float] | None:
    """Partners' ties against everybody's; established among partners against among all."""
    rows, ties, live = state.organisations, _familiar(state), _live(state)
    degree = np.bincount(np.concatenate([ties.a, ties.b]), minlength=len(rows))
    new = rows.born >= 0
    partners = np.concatenate([ties.b[new[ties.a]], ties.a[new[ties.b]]])
    if len(partners) == 0 or degree[live].mean() == 0.0 or not (~new[live]).any():
        return None
    return (
        float(degree[partners].mean() / degree[live].mean()),
        float((~new[partners]).mean() / (~new[live]).mean()),
    )


def _dyads(state: State, together: np.ndarray) -> dict[str, float]:
    """Coefficients of a logit over ordered pairs: i has a familiar, trusting tie to j, or not."""
    rows, ties, live = state.organisations, _familiar(state), _live(state)
    trusting = np.zeros((len(rows),) * 2)
    trusting[ties.a, ties.b] = ties.trust_ab >= TRUSTED
    trusting[ties.b, ties.a] = ties.trust_ba >= TRUSTED
    grid = np.ix_(live, live)
    priorities = rows.priorities[live]
    common = np.minimum(priorities[:, None, :], priorities[None, :, :]).sum(axis=2)
    large = rows.income[live] >= np.quantile(rows.income[live], 0.75)
    apart = ~np.eye(len(live), dtype=bool)
    columns = {
        "forums": _scaled(together[grid][apart]),
        "influence": np.broadcast_to(large, apart.shape)[apart].astype(float),
        "reciprocity": trusting[grid].T[apart],
        "likeness": _scaled(common[apart]),
    }
    fit = logit(np.stack(list(columns.values()), axis=1), trusting[grid][apart])
    return dict(zip(columns, fit.tolist(), strict=True))


def _scaled(values: np.ndarray) -> np.ndarray:
    spread = values.std()
    return (values - values.mean()) / spread if spread > 0.0 else np.zeros_like(values)


def logit(columns: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """Return the coefficients of a logistic regression, without its constant.

    A weak ridge keeps them finite where a column tells the outcome fully.
    """
    x = np.column_stack([np.ones(len(columns)), columns])
    b = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ b, -30.0, 30.0)))
        slope = x.T @ (outcome - p) - 1e-3 * b
        curve = (x * (p * (1.0 - p))[:, None]).T @ x + 1e-3 * np.eye(len(b))
        step = np.linalg.solve(curve, slope)
        b += step
        if np.abs(step).max() < 1e-9:
            break
    return b[1:]
