"""How fast sweeps are, and how much memory they hold: `python -m tests.benchmarks.sweep`.

No test: it prints what was measured beside the bar that was set. The long part takes ten minutes
and more, and is left out unless it is asked for by `--only long`.
"""

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from experiments.sweep.experiment import parse_experiment
from experiments.sweep.plan import Plan
from model import simulate
from model.warm import warm
from tests.benchmarks.bench import Row, show

ROOT = Path(__file__).parents[2]
TEXT = """
name = "benchmark"
months = {months}
replicates = 20
keep = "{keep}"
[scenario.place]
organisations = {organisations}
[levers]
competition = {{ low = 0.0, high = 1.0 }}
ring_fence = {{ low = 0.0, high = 0.5 }}
reporting = {{ low = 0.0, high = 0.2 }}
[design]
method = "latin_hypercube"
points = {points}
"""


def resident(pid: int) -> int:
    """Return the resident bytes of a process; 0 if it is gone."""
    try:
        fields = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return int(fields[1]) * 4096


def children(pid: int) -> list[int]:
    """Return the processes that a process started."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(child) for child in text.split()]


def swept(text: str, workers: int = 2) -> tuple[float, float, float]:
    """Run a sweep as a user would; return seconds, and MB held by its parent and by all of it."""
    most = [0, 0]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "benchmark.toml"
        file.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "experiments.cli", "sweep", str(file)]
        command += ["--out", f"{folder}/out", "--workers", str(workers)]
        began = time.perf_counter()
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:

            def watch() -> None:
                while process.poll() is None:
                    parent = resident(process.pid)
                    whole = parent + sum(resident(child) for child in children(process.pid))
                    most[0], most[1] = max(most[0], parent), max(most[1], whole)
                    time.sleep(0.2)

            watcher = threading.Thread(target=watch)
            watcher.start()
            process.wait()
            watcher.join()
        seconds = time.perf_counter() - began
        if process.returncode:
            raise SystemExit(f"the sweep ended with code {process.returncode}")
    return seconds, most[0] / 1e6, most[1] / 1e6


def overhead(points: int) -> Iterator[Row]:
    """What the runner adds to the bare ensemble: the same runs, both with two at a time."""
    text = TEXT.format(months=120, organisations=80, points=points, keep="final")
    plan = Plan(parse_experiment(text, base=ROOT, source="benchmark"))
    began = time.perf_counter()
    for point in range(len(plan)):
        simulate(plan.scenario(point), 20, threads=2, final=False, place=plan.place)
    bare = time.perf_counter() - began
    seconds, _, _ = swept(text)
    runs = plan.most_runs
    yield Row(f"bare ensemble, {runs:,} runs", runs / bare, "/s")
    yield Row("the same as a sweep", runs / seconds, "/s")
    yield Row("  more time than the bare ensemble", 100.0 * (seconds / bare - 1.0), "%", 15.0)


def memory() -> Iterator[Row]:
    """Memory at 200,000 short runs."""
    text = TEXT.format(months=12, organisations=10, points=10_000, keep="final")
    seconds, parent, whole = swept(text)
    yield Row("200,020 runs of 10 organisations and 12 months", seconds, "s")
    yield Row("  resident memory of the parent", parent, "MB")
    yield Row("  of parent and workers", whole, "MB", 1_000.0)


def long() -> Iterator[Row]:
    """100,000 runs of full size with yearly measures."""
    text = TEXT.format(months=120, organisations=80, points=5_000, keep="yearly")
    seconds, parent, whole = swept(text)
    yield Row("100,020 runs, 80 organisations, 120 months, yearly", seconds / 60.0, "min", 10.0)
    yield Row("  resident memory of the parent", parent, "MB")
    yield Row("  of parent and workers", whole, "MB", 1_000.0)


def main() -> None:
    """Measure, and print a table."""
    options = argparse.ArgumentParser(description="Measure sweeps.")
    options.add_argument("--only", choices=["overhead", "memory", "long"])
    options.add_argument("--points", type=int, default=500, help="of the overhead, 20 runs each")
    given = options.parse_args()
    warm()
    parts = {"overhead": lambda: overhead(given.points), "memory": memory, "long": long}
    for name, part in parts.items():
        if given.only == name or (given.only is None and name != "long"):
            for row in part():
                show(row)


if __name__ == "__main__":
    main()
