"""How fast sweeps are, and how much memory they hold: `python -m tests.benchmarks.sweep`.

No test: it prints what was measured beside the bar that was set. The long part takes ten minutes
and more, and is left out unless it is asked for by `--only long`.
"""

import argparse
import contextlib
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from alliances import simulate
from alliances.experiments.sweep.plan import Plan
from alliances.experiments.sweep.reading import parse_experiment
from alliances.model.warm import warm
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


class Held(NamedTuple):
    """Most memory held at a time, in MB.

    Attributes
    ----------
    parent, worker, whole : float
        Resident (RSS): of the parent, of the largest worker, and of all processes. Pages that
        several share count once in each.
    parent_share, worker_share, whole_share : float
        Proportional (PSS): pages that several share count once in all.
    """

    parent: float
    worker: float
    whole: float
    parent_share: float
    worker_share: float
    whole_share: float


def held(pid: int) -> tuple[float, float]:
    """Return the resident and the proportional MB of a process; 0 if it is gone."""
    found = {"Rss": 0, "Pss": 0}
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            name, _, rest = line.partition(":")
            if name in found:
                found[name] = int(rest.split()[0])
    return found["Rss"] * 1024 / 1e6, found["Pss"] * 1024 / 1e6


def children(pid: int) -> list[int]:
    """Return the processes that a process started."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(child) for child in text.split()]


def swept(text: str, workers: int = 2) -> tuple[float, Held]:
    """Run a sweep as a user would; return seconds, and the memory it held."""
    most = np.zeros(6)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "benchmark.toml"
        file.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "alliances.experiments.commands.cli", "sweep", str(file)]
        command += ["--out", f"{folder}/out", "--workers", str(workers)]
        began = time.perf_counter()
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:

            def watch() -> None:
                while process.poll() is None:
                    parent = np.array(held(process.pid))
                    others = np.array([held(child) for child in children(process.pid)])
                    others = others.reshape(-1, 2)
                    largest = others.max(axis=0, initial=0.0)
                    now = np.stack([parent, largest, parent + others.sum(axis=0)]).T.ravel()
                    np.maximum(most, now, out=most)
                    time.sleep(0.2)

            watcher = threading.Thread(target=watch)
            watcher.start()
            process.wait()
            watcher.join()
        seconds = time.perf_counter() - began
        if process.returncode:
            raise SystemExit(f"the sweep ended with code {process.returncode}")
    return seconds, Held(*most.tolist())


def overhead(points: int) -> Iterator[Row]:
    """What the runner adds to the bare ensemble: the same runs, both with two at a time."""
    text = TEXT.format(months=120, organisations=80, points=points, keep="final")
    plan = Plan(parse_experiment(text, base=ROOT, source="benchmark"))
    began = time.perf_counter()
    for point in range(len(plan)):
        simulate(plan.scenario(point), 20, threads=2, final=False, place=plan.place)
    bare = time.perf_counter() - began
    seconds, _ = swept(text)
    runs = plan.most_runs
    yield Row(f"bare ensemble, {runs:,} runs", runs / bare, "/s")
    yield Row("the same as a sweep", runs / seconds, "/s")
    yield Row("  more time than the bare ensemble", 100.0 * (seconds / bare - 1.0), "%", 15.0)


def rows_of(found: Held) -> Iterator[Row]:
    """Memory beside its bar, which is on what is resident."""
    yield Row("  resident memory (RSS): parent", found.parent, "MB")
    yield Row("  resident memory: largest worker", found.worker, "MB")
    yield Row("  resident memory: parent and workers", found.whole, "MB", 1_000.0)
    yield Row("  shared pages once (PSS): parent", found.parent_share, "MB")
    yield Row("  shared pages once: largest worker", found.worker_share, "MB")
    yield Row("  shared pages once: parent and workers", found.whole_share, "MB")


def memory(points: int) -> Iterator[Row]:
    """Memory at many short runs."""
    text = TEXT.format(months=12, organisations=10, points=points, keep="final")
    seconds, found = swept(text)
    yield Row(f"{20 * points + 20:,} runs of 10 organisations and 12 months", seconds, "s")
    yield from rows_of(found)


def long(points: int) -> Iterator[Row]:
    """Runs of full size with yearly measures."""
    text = TEXT.format(months=120, organisations=80, points=points, keep="yearly")
    seconds, found = swept(text)
    runs = 20 * points + 20
    name = f"{runs:,} runs, 80 organisations, 120 months, yearly"
    yield Row(name, seconds / 60.0, "min", 10.0 * runs / 100_020)
    yield from rows_of(found)


def main() -> None:
    """Measure, and print a table."""
    options = argparse.ArgumentParser(description="Measure sweeps.")
    options.add_argument("--only", choices=["overhead", "memory", "long"])
    options.add_argument("--points", type=int, help="points of 20 runs each; fewer take less time")
    given = options.parse_args()
    warm()
    parts = {"overhead": (overhead, 500), "memory": (memory, 10_000), "long": (long, 5_000)}
    for name, (part, points) in parts.items():
        if given.only == name or (given.only is None and name != "long"):
            for row in part(given.points or points):
                show(row)


if __name__ == "__main__":
    main()
