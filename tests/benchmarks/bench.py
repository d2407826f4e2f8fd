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

from model import Place, Scenario, simulate
from model.measures import OBSERVATION
from model.schedule import run_months
from model.simulation import burn_in, new_state, start
from model.state import State, copy_state, table
from model.synthetic import synthetic_place
from model.warm import warm

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

    @property
    def verdict(self) -> str:
        """Met, missed, or nothing where no bar was set."""
        if self.bar is None:
            return ""
        return "met" if self.measured <= self.bar else "missed"


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
        for r in range(31)
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
    command = [sys.executable, "-m", "experiments.cli", "run", "--replicates", "16", "--json"]
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


def cost_of(organisations: int, places: int) -> tuple[float, float]:
    """Return microseconds an organisation and month, after the burn-in, and bytes of its tables."""
    scenario = Scenario()
    template = new_state(scenario, place_of(organisations, places))
    size = float(sum(column.nbytes for column in template)) / organisations
    times = []
    for replicate in range(max(1, min(15, 20_000 // organisations))):
        state = copy_state(template) if organisations < 50_000 else template
        start(state, scenario, 0, replicate)
        burn_in(state, scenario)
        out = table(MONTHS, OBSERVATION)
        times.append(timed(lambda s=state, o=out: run_months(s, MONTHS, o, 0), time.thread_time))
    gc.collect()
    return 1e6 * statistics.median(times) / (organisations * MONTHS), size


def growth() -> Iterator[Row]:
    """(c) and (d) Time and memory an organisation as places, or one place, grow."""
    smallest, sizes = 0.0, dict.fromkeys((80, *SIZES), 0.0)
    for organisations in SIZES:
        places = max(1, organisations // PLACE_OF)
        cost, sizes[organisations] = cost_of(organisations, places)
        words = f"{organisations:,} organisations in {places} place{'s' * (places > 1)}"
        yield Row(f"organisation-month, {words}", cost, "us")
        if smallest:
            yield Row("  against 100 organisations", cost / smallest, "x", 1.5)
        smallest = smallest or cost
    cost, single = cost_of(SIZES[-1], 1)
    yield Row(f"organisation-month, {SIZES[-1]:,} organisations in 1 place", cost, "us")
    yield Row("  against 100 organisations", cost / smallest, "x", 6.0)
    _, sizes[80] = cost_of(80, 1)
    for organisations in (80, 1_000, 100_000):
        yield Row(f"tables, {organisations:,} organisations", sizes[organisations], "B each", 4096)
    yield Row(f"tables, {SIZES[-1]:,} organisations in 1 place", single, "B each", 4096)


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
