import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from alliances import ROOT
from alliances.experiments.sweep.experiment import Experiment
from alliances.experiments.sweep.plan import Plan
from alliances.experiments.sweep.pool import Task
from alliances.experiments.sweep.reading import parse_experiment
from alliances.experiments.sweep.runner import Progress, Runner
from alliances.experiments.sweep.work import Batch, Worker

SMALL = """\
name = "trial"
months = 12
replicates = 3
[scenario.place]
organisations = 10
[levers]
targets = [0.0, 0.3, 1.0]
[worlds]
turnover = [0.1, 0.3]
"""
OWN = """\
from alliances import Measure

def odd(snapshot):
{body}
    return 1.0

MEASURES = [Measure("odd", "Odd", "1", "own", "one", 0, 1, "neither", compute=odd)]
"""
TABLES = ("runs", "times", "groups", "organisations")


class Here:
    """A backend without processes: this one runs all."""

    def __init__(self, experiment: Experiment, most: int = 10**9) -> None:
        self.worker = Worker(Plan(experiment))
        self.most = most  # runs in a task
        self.ran: list[str] = []
        self.closed = False

    def work(self, tasks: Iterable[Task]) -> Iterator[Batch]:
        for task in tasks:
            for first in range(0, len(task.runs), self.most):
                runs = task.runs[first : first + self.most]
                self.ran += map(str, runs)
                yield self.worker.do(runs, task.attempt)

    def rest(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


def read(text: str = SMALL, base: Path = Path()) -> Experiment:
    return parse_experiment(text, base=base, source="FILE")


def run(experiment: Experiment, folder: Path, most: int = 10**9, **options: object) -> Progress:
    """Run a sweep inside of this process."""
    return Runner(experiment, folder, SMALL).run(Here(experiment, most), **options)


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of all tables."""
    return {path.name: path.read_bytes() for path in sorted((folder / "tables").iterdir())}


def stored(folder: Path, table: str = "runs") -> list[tuple[int, int, int]]:
    """Return point, replicate and attempt of all that was ever stored in parts, in order."""
    names = ["point", "replicate", "attempt"]
    return sorted(
        tuple(row.values())
        for path in (folder / "parts").glob(f"[!.]*.{table}.parquet")
        for row in pq.read_table(path, columns=names).to_pylist()
    )


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "alliances.experiments.commands.cli", "sweep", *map(str, words)]


def start(*words: object, signals: str = "--default-signal=INT") -> subprocess.Popen[str]:
    """Start a sweep as a process of its own, as the first of a group.

    It answers Ctrl-C also where these tests, in the background of a shell, ignore it.
    """
    return subprocess.Popen(
        ["env", signals, *command(*words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def finish(*words: object) -> tuple[int, str, str]:
    """Run a sweep as a process of its own; return exit code, output and errors."""
    process = start(*words)
    out, errors = process.communicate()
    return process.returncode, out, errors


def children(pid: int) -> list[int]:
    """Return the workers of a process, by /proc."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            words = (path / "cmdline").read_bytes()
        except (OSError, IndexError, ValueError):
            continue
        if parent == pid and b"spawn_main" in words:
            found.append(int(path.name))
    return sorted(found)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(SMALL)
    return path


@pytest.fixture
def own(tmp_path: Path) -> Callable[[str], Path]:
    """Write a file of measures whose function begins with some lines."""

    def write(*lines: str) -> Path:
        path = tmp_path / "own.py"
        path.write_text(OWN.format(body="\n".join(f"    {line}" for line in lines)))
        return path

    return write
