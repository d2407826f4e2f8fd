"""Killed at any instant, process or worker, a sweep goes on and ends with the same bytes."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest

from tests.waiting import until

from .conftest import SMALL, children, contents, finish, start, stored

TRIALS, RUNS = 20, 120
TEXT = SMALL.replace("replicates = 3", "replicates = 20\nkeep = 'yearly'\ngroups = true")


def group(pid: int) -> list[int]:
    """Return the living processes of a process group."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(words[2]) == pid and words[0] not in "ZX":
            found.append(int(path.name))
    return found


def vanishes(pid: int) -> bool:
    """Wait until all of a process group has ended by itself."""
    return until(lambda: not group(pid), lambda: group(pid))


def parts(out: Path) -> list[Path]:
    return list((out / "parts").glob("[!.]*.runs.parquet"))


def meanwhile(condition, process) -> None:
    """Wait until something holds, or the process has ended."""
    until(lambda: process.poll() is not None or condition())


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "many.toml"
    path.write_text(TEXT)
    return path


@pytest.fixture
def held(file, own, tmp_path) -> Path:
    """While this file is there, runs with the highest targets wait, and say so in `waits`."""
    path = tmp_path / "held"
    path.touch()
    own(
        "import pathlib, time",
        "time.sleep(0.01)",
        "if snapshot.state.params['targets'][-1] == 1.0:",
        f"    pathlib.Path({str(tmp_path / 'waits')!r}).touch()",
        f"    while pathlib.Path({str(path)!r}).exists(): time.sleep(0.01)",
    )
    file.write_text("own = 'own.py'\n" + TEXT)
    return path


class Trials:
    """Kills sweeps, of which each goes on until it has ended, until there were enough kills."""

    def __init__(self, file: Path, folder: Path, seed: int, met: Barrier) -> None:
        self.file, self.folder, self.met = file, folder, met
        rng = np.random.default_rng(seed)
        self.instants = rng.uniform(0.5, 6.0, TRIALS // 2).tolist()
        self.a_worker = (rng.random(TRIALS // 2) < 0.3).tolist()
        self.a_worker[0] = False
        self.told: list[str] = []
        self.in_the_middle = 0

    def run(self) -> list[Path]:
        folders = []
        while self.instants:
            folders.append(self.folder / str(len(folders)))
            while not self.ended(folders[-1]):
                pass
        return folders

    def ended(self, out: Path) -> bool:
        """Start a sweep and kill it or its worker; return whether it came to its end."""
        process = start(self.file, "--out", out, "--workers", 1)
        if self.instants:
            self.kill(process, out)
        told = process.communicate()[1]
        assert vanishes(process.pid)
        assert process.returncode in (0, -signal.SIGKILL), told
        if process.returncode == 0:  # of one that was killed only a worker at its start can speak
            self.told.append(told)
        there = len(stored(out)) if (out / "parts").is_dir() else 0
        self.in_the_middle += 0 < there < RUNS
        return process.returncode == 0

    def kill(self, process, out: Path) -> None:
        end = time.monotonic() + self.instants.pop()
        first = len(self.instants) == TRIALS // 2 - 1  # for sure when some runs are there
        meanwhile(lambda: parts(out) if first else time.monotonic() > end, process)
        workers = children(process.pid)
        if self.a_worker.pop(0) and workers:
            os.kill(workers[0], signal.SIGKILL)
        elif process.poll() is None:
            process.kill()
        if first:
            self.met.wait()


@pytest.mark.slow
def test_killed_at_any_instant_it_ends_with_the_same_bytes(file, held, tmp_path):
    met = Barrier(2, action=held.unlink)
    both = [Trials(file, tmp_path / name, seed, met) for seed, name in enumerate("ab")]
    with ThreadPoolExecutor(2) as pool:
        folders = [folder for found in pool.map(Trials.run, both) for folder in found]
    code, _, errors = finish(file, "--out", tmp_path / "whole", "--workers", 1)
    assert code == 0, errors
    whole = contents(tmp_path / "whole")
    assert len(stored(tmp_path / "whole")) == RUNS
    for out in folders:
        assert contents(out) == whole
        assert len(set(stored(out))) == len(stored(out)) == RUNS
        assert not (out / "damaged").exists()
        assert not list(out.rglob(".tmp-*"))
    for trials in both:
        assert trials.in_the_middle
        assert "Traceback" not in "".join(trials.told)


# By Ctrl-C; and by SIGTERM where Ctrl-C is ignored, as in the background of a shell.
STOPS = [(signal.SIGINT, "--default-signal=INT"), (signal.SIGTERM, "--ignore-signal=INT,HUP")]


def stopped(process, number: int) -> str:
    """Send a signal to all of a process group, which must end by it; return what was said."""
    os.killpg(process.pid, number)
    told, errors = process.communicate()
    assert process.returncode == 128 + number, errors
    assert "Traceback" not in errors + told
    assert vanishes(process.pid)
    return errors


@pytest.mark.slow
@pytest.mark.parametrize(("number", "signals"), STOPS)
def test_two_at_once_and_stopped(file, held, tmp_path, number, signals):
    """The second is told who is at work; the first is unharmed, and may be stopped and go on."""
    out = tmp_path / "out"
    first = start(file, "--out", out, "--workers", 2, signals=signals)
    try:
        meanwhile((tmp_path / "waits").exists, first)
        code, told, errors = finish(file, "--out", out)
        assert (code, told) == (2, "")
        assert f"process {first.pid} on " in errors
        assert "is at work in" in errors
        assert "Traceback" not in errors
        assert first.poll() is None
        if number == signal.SIGTERM:
            os.kill(first.pid, signal.SIGINT)  # is ignored
        meanwhile(lambda: parts(out), first)
        errors = stopped(first, number)
    finally:
        for pid in group(first.pid):
            os.kill(pid, signal.SIGKILL)
    there = len(stored(out))
    assert 0 < there < RUNS
    assert "Stopped." in errors
    assert f"{there} runs are safe in {out}; the same command goes on" in errors
    held.unlink()
    code, told, errors = finish(file, "--out", out)
    assert code == 0, errors
    assert f"{RUNS - there} of them new" in told
    assert len(set(stored(out))) == len(stored(out)) == RUNS


@pytest.mark.slow
@pytest.mark.parametrize(("number", "signals"), STOPS)
def test_stopped_while_workers_begin(file, tmp_path, number, signals):
    process = start(file, "--out", tmp_path / "out", "--workers", 2, signals=signals)
    meanwhile(lambda: children(process.pid), process)
    assert "Stopped. 0 runs are safe" in stopped(process, number)


@pytest.mark.slow
def test_workers_end_with_their_parent_whatever_they_are_at(file, held, tmp_path):
    process = start(file, "--out", tmp_path / "out", "--workers", 2)
    meanwhile((tmp_path / "waits").exists, process)
    process.kill()
    process.communicate()
    assert vanishes(process.pid)
