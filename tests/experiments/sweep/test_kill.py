"""Killed at any instant, process or worker, a sweep goes on and ends with the same bytes."""

import os
import signal
import time
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
    while process.poll() is None and not condition():
        time.sleep(0.005)


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "many.toml"
    path.write_text(TEXT)
    return path


@pytest.mark.slow
def test_killed_at_any_instant_it_ends_with_the_same_bytes(file, tmp_path):
    began = time.monotonic()
    code, _, errors = finish(file, "--out", tmp_path / "whole", "--workers", 2)
    assert code == 0, errors
    duration = time.monotonic() - began
    whole = contents(tmp_path / "whole")
    assert len(stored(tmp_path / "whole")) == RUNS
    rng = np.random.default_rng(20)
    instants = rng.uniform(0.2, 1.0, TRIALS) * duration
    a_worker = rng.random(TRIALS) < 0.3
    killed, number, in_the_middle = 0, 0, 0
    while killed < TRIALS:
        number += 1
        out = tmp_path / str(number)
        ended = False
        while not ended:
            process = start(file, "--out", out, "--workers", 2)
            if killed < TRIALS:
                end = time.monotonic() + instants[killed]
                if killed % 7 == 3:  # for sure when some runs are there and others are not
                    until(lambda out=out: parts(out), process)
                else:
                    until(lambda end=end: time.monotonic() > end, process)
                workers = children(process.pid)
                if a_worker[killed] and workers:
                    os.kill(int(rng.choice(workers)), signal.SIGKILL)
                elif process.poll() is None:
                    process.kill()
                killed += 1
            _, errors = process.communicate(timeout=120)
            assert "Traceback" not in errors
            assert vanishes(process.pid)
            there = len(stored(out)) if (out / "parts").is_dir() else 0
            in_the_middle += 0 < there < RUNS
            ended = process.returncode == 0
            assert ended or process.returncode == -signal.SIGKILL, errors
        assert contents(out) == whole
        assert len(set(stored(out))) == len(stored(out)) == RUNS
        assert not (out / "damaged").exists()
        assert not list(out.rglob(".tmp-*"))
    assert in_the_middle


@pytest.mark.slow
def test_two_at_once_and_ctrl_c(file, own, tmp_path):
    """The second is told who is at work; the first is unharmed, and may be stopped and go on."""
    go, out = tmp_path / "go", tmp_path / "out"
    own(
        "import pathlib, time",
        "if snapshot.state.params['targets'][-1] == 1.0:",
        f"    while not pathlib.Path({str(go)!r}).exists(): time.sleep(0.01)",
    )
    file.write_text("own = 'own.py'\n" + TEXT)
    first = start(file, "--out", out, "--workers", 2)
    try:
        until(lambda: len(parts(out)) == 2, first)  # the third has runs that wait
        code, told, errors = finish(file, "--out", out)
        assert (code, told) == (2, "")
        assert f"process {first.pid} on " in errors
        assert "is at work in" in errors
        assert "Traceback" not in errors
        assert first.poll() is None
        os.killpg(first.pid, signal.SIGINT)
    finally:
        told, errors = first.communicate(timeout=60)
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
