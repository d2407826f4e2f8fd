"""The same run in five ways, side by side: `python -m tests.benchmarks.side_by_side`.

One machine, one process, one thread unless it says otherwise; the same rules, place, horizon,
seeds and draws. Each way is timed in turn, round after round, and ratios are medians of ratios
within a round, so that what else the machine does falls on all. Times are the thread's own.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from alliances import Scenario, simulate
from alliances.model.agents.partnership import PartnershipModel
from alliances.model.kernel.state import copy_state, table
from alliances.model.measures import OBSERVATION
from alliances.model.places.synthetic import synthetic_place
from alliances.model.schedule import run_months
from alliances.model.simulation import burn_in, new_state, start
from alliances.model.warm import warm
from tests.benchmarks.bench import Row, run_once, show, timed
from tests.benchmarks.floor import Floor
from tests.benchmarks.under_agentpy import reference_model
from tests.reference.model import ReferenceModel

ROOT = Path(__file__).parents[2]
OUT = ROOT / "results" / "speed"
ORGANISATIONS, MONTHS, BURN_IN = 80, 120, 24
ROUNDS = 5
COUNTRY, PLACE_OF, COUNTRY_MONTHS = 170_000, 200, 12
SIZES = (80, 1_000, 10_000, 100_000, COUNTRY)
GIB = 2.0**30


def scenario() -> Scenario:
    """Return what everybody runs."""
    return Scenario.model_validate({"place": {"organisations": ORGANISATIONS}})


class Compiled:
    """The compiled model, as an ensemble runs it."""

    def __init__(self) -> None:
        self.scenario = scenario()
        self.template = new_state(self.scenario)
        self.spare = copy_state(self.template)

    def run(self, replicate: int) -> None:
        run_once(self.template, self.spare, self.scenario, replicate, MONTHS)


def through_mesa(replicate: int) -> None:
    """Step the Mesa model, whose agents are views of the compiled tables."""
    model = PartnershipModel(scenario(), seed=0, replicate=replicate)
    for _ in range(MONTHS):
        model.step()


def plain_mesa(replicate: int) -> None:
    """Run the reference: an object an organisation, plain Python, under Mesa."""
    model = ReferenceModel(scenario(), seed=0, replicate=replicate)
    for _ in range(BURN_IN + MONTHS):
        model.step()


class UnderAgentPy:
    """Runs the reference's rules under AgentPy."""

    def __init__(self) -> None:
        self.model = reference_model()

    def run(self, replicate: int) -> None:
        self.model(scenario(), seed=0, replicate=replicate).run(
            steps=BURN_IN + MONTHS, display=False
        )


def side_by_side() -> Iterator[Row]:
    """Time all ways in turn."""
    compiled, agentpy, floor = Compiled(), UnderAgentPy(), Floor(ORGANISATIONS, MONTHS)
    ways: dict[str, tuple[Callable[[int], object], int]] = {
        "floor: draws and rows, nothing decided": (lambda _: floor.again(), 20),
        "compiled model": (compiled.run, 20),
        "compiled model, stepped through Mesa": (through_mesa, 3),
        "the same rules in plain Mesa": (plain_mesa, 1),
        "the same rules under AgentPy": (agentpy.run, 1),
    }
    for way, _ in ways.values():
        way(0)
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(ROUNDS):
        for name, (way, count) in ways.items():
            first = number * 20
            taken = [
                timed(lambda w=way, r=r: w(r), time.thread_time)
                for r in range(first, first + count)
            ]
            times[name].append(statistics.median(taken))
    for name, taken in times.items():
        yield Row(name, 1e3 * statistics.median(taken), "ms a run")
        yield Row(f"  runs a second, {name.partition(':')[0]}", 1 / statistics.median(taken), "/s")

    def ratio(of: str, to: str) -> float:
        return statistics.median(a / b for a, b in zip(times[of], times[to], strict=True))

    floor_name, one, stepped, mesa, under = times
    yield Row("compiled against the floor", ratio(one, floor_name), "x", 4.0)
    yield Row("stepped through Mesa against compiled", ratio(stepped, one), "x")
    yield Row("plain Mesa against compiled, one core", ratio(mesa, one), "x", 60.0, least=True)
    yield Row("AgentPy against compiled, one core", ratio(under, one), "x", 60.0, least=True)
    yield from two_cores(statistics.median(times[mesa]), statistics.median(times[under]))
    yield Row("draws of a run", float(floor.draws), "")
    yield Row("rows of tables reached for in a run", float(floor.reached), "")


def two_cores(mesa: float, agentpy: float) -> Iterator[Row]:
    """Compare two threads with one, and with a rival on its one core."""
    rates: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(ROUNDS):
        for threads, found in rates.items():
            taken = timed(lambda t=threads: simulate(scenario(), 128, threads=t, final=False))
            found.append(128 / taken)
    for threads, found in rates.items():
        yield Row(f"compiled runs a second, {threads} thread{'s' * (threads > 1)}",
                  statistics.median(found), "/s")  # fmt: skip
    gain = statistics.median(b / a for a, b in zip(rates[1], rates[2], strict=True))
    yield Row("two threads against one", gain, "x", 1.6, least=True)
    both = statistics.median(rates[2])
    yield Row("plain Mesa against compiled on two cores", mesa * both, "x", 100.0, least=True)
    yield Row("AgentPy against compiled on two cores", agentpy * both, "x", 100.0, least=True)


def memory() -> Iterator[Row]:
    """Compare what a run holds."""
    state = new_state(scenario())
    size = sum(rows.nbytes for rows in state)
    yield Row("memory of a run, compiled", size / 1024, "KiB")
    tracemalloc.start()
    model = ReferenceModel(scenario(), seed=0)
    for _ in range(BURN_IN):
        model.step()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    yield Row("memory of a run, plain Mesa", held / 1024, "KiB")


def grown(organisations: int) -> tuple[float, float]:
    """Return seconds of a year of many places, and the peak of memory in GiB."""
    place = synthetic_place(organisations, max(1, organisations // PLACE_OF))
    plan = Scenario()
    out = table(COUNTRY_MONTHS, OBSERVATION)
    taken = []
    for replicate in range(max(1, 20_000 // organisations)):  # always the first year of a run
        state = new_state(plan, place)
        start(state, plan, 0, replicate)
        burn_in(state, plan)
        began = time.thread_time()
        run_months(state, COUNTRY_MONTHS, out, 0)
        taken.append(time.thread_time() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GIB
    return statistics.median(taken), peak


def growth() -> Iterator[Row]:
    """Time a year as places become more, each size in a process of its own."""
    costs = {}
    for organisations in SIZES:
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.side_by_side", "--grown", str(organisations)],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        seconds, peak = map(float, done.stdout.split())
        costs[organisations] = 1e6 * seconds / (organisations * COUNTRY_MONTHS)
        yield Row(f"organisation-month, {organisations:,} organisations",
                  costs[organisations], "us")  # fmt: skip
        if organisations == COUNTRY:
            yield Row(f"  {COUNTRY_MONTHS} months of it", seconds, "s")
            yield Row("  peak of memory", peak, "GiB", 3.0)
    yield Row("  against 1,000 organisations", costs[COUNTRY] / costs[1_000], "x", 1.5)


def main() -> None:
    """Measure, print, and write the table."""
    options = argparse.ArgumentParser(description=__doc__)
    parts = {"run": side_by_side, "memory": memory, "growth": growth}
    options.add_argument("--only", choices=list(parts), help="one part; nothing is written then")
    options.add_argument("--out", type=Path, default=OUT, help="folder of the table")
    options.add_argument("--grown", type=int, help=argparse.SUPPRESS)
    given = options.parse_args()
    warm()
    if given.grown:
        print(*grown(given.grown))
        return
    rows = []
    for name, part in parts.items():
        for row in part() if given.only in (None, name) else ():
            rows.append(row)
            show(row)
    if not given.only:
        given.out.mkdir(parents=True, exist_ok=True)
        columns = [(r.what.strip(), r.measured, r.unit, r.bar, r.verdict) for r in rows]
        frame = pd.DataFrame(columns, columns=["what", "measured", "unit", "bar", "verdict"])
        frame.to_csv(given.out / "side_by_side.csv", index=False, float_format="%.4g")


if __name__ == "__main__":
    main()
