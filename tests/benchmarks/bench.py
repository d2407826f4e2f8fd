"""How fast it is, how it grows, and how much it holds: `make bench`, or ARGS=--json for a machine.

No test: it says what was measured beside the bar that was set, and ends well either way. Each time
is a median. Work on one thread is timed by that thread's own processor time, which leaves out what
else the machine does; starts and runs a second are timed by the clock, which does not.
"""

import argparse
import gc
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from alliances import Place, Scenario, simulate
from alliances.model.kernel.state import State, copy_state, table
from alliances.model.measures import OBSERVATION
from alliances.model.places.synthetic import synthetic_place
from alliances.model.schedule import run_months
from alliances.model.simulation import burn_in, new_state, start
from alliances.model.warm import warm

ROOT = Path(__file__).parents[2]
PLACE_OF = 200  # organisations of a place where there are several
MONTHS = 12  # timed after the burn-in
SIZES = (100, 1_000, 10_000, 100_000)
ONE_RUN = 80, 120  # organisations, months


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    measured: float
    unit: str
    bar: float | None = None
    least: bool = False  # whether the bar is to be reached, not to be kept below

    @property
    def verdict(self) -> str:
        """Met, missed, or nothing where no bar was set."""
        if self.bar is None:
            return ""
        met = self.measured >= self.bar if self.least else self.measured <= self.bar
        return "met" if met else "missed"


def timed(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Return how many seconds some work takes."""
    began = clock()
    work()
    return clock() - began


def run_once(
    template: State, spare: State, scenario: Scenario, replicate: int, months: int
) -> None:
    """Do what `simulate` does for one replicate: copy, burn in, run, with all monthly measures."""
    state = copy_state(template, spare)
    start(state, scenario, 0, replicate)
    burn_in(state, scenario)
    run_months(state, months, table(months, OBSERVATION), 0)


def one_run() -> Iterator[Row]:
    """(a) One run on one core, and runs a second."""
    organisations, months = ONE_RUN
    scenario = Scenario.model_validate({"place": {"organisations": organisations}})
    template = new_state(scenario)
    spare = copy_state(template)
    times = [
        timed(lambda r=r: run_once(template, spare, scenario, r, months), time.thread_time)
        for r in range(201)
    ][1:]
    title = f"one run, {organisations} organisations, 24 + {months} months"
    yield Row(title, 1e3 * statistics.median(times), "ms", 8.0)
    for threads in (1, 2):
        rates = [
            64 / timed(lambda t=threads: simulate(scenario, 64, threads=t, final=False))
            for _ in range(5)
        ]
        yield Row(f"such runs a second, threads: {threads}", statistics.median(rates), "/s")


def starts() -> Iterator[Row]:
    """(b) From the command to the result, the first time and later."""
    command = [
        sys.executable,
        "-m",
        "alliances.experiments.commands.cli",
        "run",
        "--replicates",
        "16",
        "--json",
    ]
    with tempfile.TemporaryDirectory() as folder:
        surroundings = {**os.environ, "ALLIANCES_CACHE": folder}

        def call() -> None:
            subprocess.run(command, cwd=ROOT, env=surroundings, check=True, capture_output=True)

        yield Row("first start, command to result (16 runs)", timed(call), "s", 40.0)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        yield Row("  processor time of it, over all cores", used.ru_utime + used.ru_stime, "s")
        later = [timed(call) for _ in range(5)]
        yield Row("later start, command to result (16 runs)", statistics.median(later), "s", 3.0)


def place_of(organisations: int, places: int) -> Place:
    """Return a place that no cache holds on to."""
    return synthetic_place(organisations, places)


class Sized:
    """A place of some size, run a year at a time after the burn-in."""

    def __init__(self, organisations: int, places: int) -> None:
        self.organisations = organisations
        self.scenario = Scenario()
        self.template = new_state(self.scenario, place_of(organisations, places))
        self.size = float(sum(column.nbytes for column in self.template)) / organisations
        self.state = copy_state(self.template)

    def year(self, replicate: int) -> float:
        """Return microseconds an organisation and month."""
        copy_state(self.template, self.state)
        start(self.state, self.scenario, 0, replicate)
        burn_in(self.state, self.scenario)
        out = table(MONTHS, OBSERVATION)
        taken = timed(lambda: run_months(self.state, MONTHS, out, 0), time.thread_time)
        return 1e6 * taken / (self.organisations * MONTHS)


def growth() -> Iterator[Row]:
    """(c) and (d) Time and memory an organisation as places, or one place, grow.

    The smallest is timed again beside each of the others, so that a ratio is of one moment.
    """
    smallest, sizes = Sized(SIZES[0], 1), {}
    shapes = [(n, max(1, n // PLACE_OF)) for n in SIZES[1:]] + [(SIZES[-1], 1)]
    smallest.year(0)
    costs = [smallest.year(replicate) for replicate in range(40)]
    words = f"organisation-month, {SIZES[0]:,} organisations in 1 place"
    yield Row(words, statistics.median(costs), "us")
    for organisations, places in shapes:
        other, ratios, costs = Sized(organisations, places), [], []
        for replicate in range(max(3, min(15, 20_000 // organisations))):
            beside = [smallest.year(k) for k in range(10)]
            costs.append(other.year(replicate))
            beside += [smallest.year(k) for k in range(10, 20)]
            ratios.append(costs[-1] / statistics.median(beside))
        words = f"{organisations:,} organisations in {places} place{'s' * (places > 1)}"
        yield Row(f"organisation-month, {words}", statistics.median(costs), "us")
        bar = 6.0 if organisations // places > 10 * PLACE_OF else 1.5
        yield Row(f"  against {SIZES[0]:,} organisations", statistics.median(ratios), "x", bar)
        sizes[words] = other.size
        del other
        gc.collect()
    sizes = {f"{ONE_RUN[0]} organisations in 1 place": Sized(ONE_RUN[0], 1).size, **sizes}
    for words, size in sizes.items():
        yield Row(f"tables, {words}", size, "B each", 4096)


def show(row: Row) -> None:
    """Print a line as soon as it is known."""
    bar = "" if row.bar is None else f"{row.bar:>10,.6g}"
    print(f"{row.what:<52}{row.measured:>12,.4g} {row.unit:<7}{bar:>10}  {row.verdict}", flush=True)


def main() -> None:
    """Measure, and print a table or JSON."""
    options = argparse.ArgumentParser(description="Measure speed, growth and memory.")
    options.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parts = {"run": one_run, "start": starts, "growth": growth}
    options.add_argument("--only", choices=list(parts), help="one part of it")
    given = options.parse_args()
    warm()
    rows = []
    if not given.json:
        print(f"{'what':<52}{'measured':>12} {'':<7}{'bar':>10}")
    for name, part in parts.items():
        for row in part() if given.only in (None, name) else ():
            rows.append(row)
            if not given.json:
                show(row)
    if given.json:
        found = [{**asdict(row), "verdict": row.verdict} for row in rows]
        machine = {"python": platform.python_version(), "cores": os.cpu_count()}
        print(json.dumps({"machine": machine, "rows": found}, indent=2))


if __name__ == "__main__":
    main()
