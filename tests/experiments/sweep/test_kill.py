"""Killed at any instant, process or worker, a sweep goes on and ends with the same bytes."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

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
    """Whether all of a process group ends by itself."""
    end = time.monotonic() + 20.0
    while group(pid):
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def parts(out: Path) -> list[Path]:
    return list((out / "parts").glob("[!.]*.runs.parquet"))


def until(condition, process) -> None:
    """Wait until something holds, or the process has ended."""
    end = time.monotonic() + 240.0
    while process.poll() is None and not condition():
        if time.monotonic() > end:
            process.kill()
            pytest.fail("what was waited for did not happen")
        time.sleep(0.005)


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "many.toml"
    path.write_text(TEXT)
    return path


class Trials:
    """Kills sweeps, of which each goes on until it has ended, until there were enough kills."""

    def __init__(self, file: Path, folder: Path, duration: float, seed: int) -> None:
        self.file, self.folder = file, folder
        rng = np.random.default_rng(seed)
        self.instants = (rng.uniform(0.2, 1.0, TRIALS // 2) * duration).tolist()
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
        self.told.append(process.communicate(timeout=120)[1])
        assert vanishes(process.pid)
        assert process.returncode in (0, -signal.SIGKILL), self.told
        there = len(stored(out)) if (out / "parts").is_dir() else 0
        self.in_the_middle += 0 < there < RUNS
        return process.returncode == 0

    def kill(self, process, out: Path) -> None:
        end = time.monotonic() + self.instants.pop()
        if len(self.instants) == TRIALS // 2 - 1:  # for sure when some runs are there
            until(lambda: parts(out), process)
        else:
            until(lambda: time.monotonic() > end, process)
        workers = children(process.pid)
        if self.a_worker.pop(0) and workers:
            os.kill(workers[0], signal.SIGKILL)
        elif process.poll() is None:
            process.kill()


@pytest.mark.slow
def test_killed_at_any_instant_it_ends_with_the_same_bytes(file, own, tmp_path):
    own("import time", "time.sleep(0.01)")
    file.write_text("own = 'own.py'\n" + TEXT)
    began = time.monotonic()
    code, _, errors = finish(file, "--out", tmp_path / "whole", "--workers", 1)
    assert code == 0, errors
    duration = time.monotonic() - began
    whole = contents(tmp_path / "whole")
    assert len(stored(tmp_path / "whole")) == RUNS
    both = [Trials(file, tmp_path / name, duration, seed) for seed, name in enumerate("ab")]
    with ThreadPoolExecutor(2) as pool:
        folders = [folder for found in pool.map(Trials.run, both) for folder in found]
    for out in folders:
        assert contents(out) == whole
        assert len(set(stored(out))) == len(stored(out)) == RUNS
        assert not (out / "damaged").exists()
        assert not list(out.rglob(".tmp-*"))
    for trials in both:
        assert trials.in_the_middle
        assert "Traceback" not in "".join(trials.told)


@pytest.mark.slow
def test_two_at_once_and_ctrl_c(file, own, tmp_path):
    """The second is told who is at work; the first is unharmed, and may be stopped and go on."""
    go, waits, out = tmp_path / "go", tmp_path / "waits", tmp_path / "out"
    own(
        "import pathlib, time",
        "if snapshot.state.params['targets'][-1] == 1.0:",
        f"    pathlib.Path({str(waits)!r}).touch()",
        f"    while not pathlib.Path({str(go)!r}).exists(): time.sleep(0.01)",
    )
    file.write_text("own = 'own.py'\n" + TEXT)
    first = start(file, "--out", out, "--workers", 2)
    try:
        until(waits.exists, first)
        code, told, errors = finish(file, "--out", out)
        assert (code, told) == (2, "")
        assert f"process {first.pid} on " in errors
        assert "is at work in" in errors
        assert "Traceback" not in errors
        assert first.poll() is None
        os.killpg(first.pid, signal.SIGINT)
        told, errors = first.communicate(timeout=60)
    finally:
        for pid in group(first.pid):
            os.kill(pid, signal.SIGKILL)
    assert first.returncode == 130
    there = len(stored(out))
    assert 0 < there < RUNS
    assert "Stopped." in errors
    assert f"{there} runs are safe in {out}; the same command goes on" in errors
    assert "Traceback" not in errors + told
    assert vanishes(first.pid)
    go.touch()
    code, told, errors = finish(file, "--out", out)
    assert code == 0, errors
    assert f"{RUNS - there} of them new" in told
    assert len(set(stored(out))) == len(stored(out)) == RUNS


@pytest.mark.slow
def test_ctrl_c_while_workers_begin(file, tmp_path):
    process = start(file, "--out", tmp_path / "out", "--workers", 2)
    until(lambda: children(process.pid), process)
    os.killpg(process.pid, signal.SIGINT)
    told, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Stopped. 0 runs are safe" in errors
    assert "Traceback" not in errors + told
    assert vanishes(process.pid)


@pytest.mark.slow
def test_workers_end_with_their_parent_whatever_they_are_at(file, own, tmp_path):
    own(
        "import pathlib, time",
        f"pathlib.Path({str(tmp_path / 'begun')!r}).touch()",
        "time.sleep(600.0)",
    )
    file.write_text("own = 'own.py'\n" + TEXT)
    process = start(file, "--out", tmp_path / "out", "--workers", 2)
    until((tmp_path / "begun").exists, process)
    process.kill()
    process.communicate(timeout=60)
    assert vanishes(process.pid)
