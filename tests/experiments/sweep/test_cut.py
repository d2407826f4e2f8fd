"""Cut short at every single touch of the disk, a sweep goes on and ends with the same bytes."""

import contextlib
import errno
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from alliances.experiments.sweep.files import StoreError
from alliances.experiments.sweep.runner import Runner

from .conftest import SMALL, contents, read, run, stored

TEXT = SMALL.replace("replicates = 3", "replicates = 2\nkeep = 'yearly'")
TEXT = TEXT.split("[worlds]")[0].replace("[0.0, 0.3, 1.0]", "[0.0, 1.0]")


class CutError(BaseException):
    """Stands for a kill: nothing may catch it."""


class Disk:
    """Counts touches of the disk, and cuts or fails at one of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.touches = 0
        self.at = 0  # from which touch on it fails; 0 for never
        self.error: BaseException | None = None
        for owner, name in (
            (Path, "write_bytes"),
            (Path, "rename"),
            (Path, "replace"),
            (Path, "mkdir"),
            (os, "fsync"),
            (pq.ParquetWriter, "write_table"),
        ):
            monkeypatch.setattr(owner, name, self.counted(getattr(owner, name)))

    def counted(self, function):
        def call(*given, **options):
            self.touches += 1
            if self.at and self.touches >= self.at and self.error is not None:
                if function.__name__ == "write_bytes":
                    with given[0].open("wb") as file:
                        file.write(given[1][: len(given[1]) // 2])
                raise self.error
            return function(*given, **options)

        return call

    def fail(self, at: int, error: BaseException | None) -> None:
        self.touches, self.at, self.error = 0, at, error


def left(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob(".tmp-*")]


def files(folder: Path) -> int:
    return len(list((folder / "parts").iterdir()))


@pytest.fixture
def disk(monkeypatch) -> Disk:
    return Disk(monkeypatch)


@pytest.fixture
def whole(tmp_path) -> dict[str, bytes]:
    run(read(TEXT), tmp_path / "whole", 2)
    return contents(tmp_path / "whole")


def touches(disk: Disk, tmp_path: Path) -> int:
    disk.fail(0, None)
    run(read(TEXT), tmp_path / "counted", 2)
    return disk.touches


@pytest.mark.slow
def test_a_cut_anywhere_changes_nothing(disk, whole, tmp_path):
    experiment = read(TEXT)
    count = touches(disk, tmp_path)
    assert count > 40  # begins, parts and tables are all among them
    for at in range(1, count + 1):
        folder = tmp_path / str(at)
        disk.fail(at, CutError())
        with pytest.raises(CutError):
            run(experiment, folder, 2)
        there = stored(folder)
        disk.fail(0, None)
        progress = run(experiment, folder, 2)
        assert progress.new == 6 - len(there), at  # what was finished is not repeated
        assert contents(folder) == whole, at
        assert stored(folder) == stored(tmp_path / "whole"), at
        assert not left(folder), at
        assert files(folder) == 2 * 3, at  # of what was half there nothing is left
        assert not progress.notes, at
        assert not (folder / "damaged").exists(), at


@pytest.mark.slow
def test_a_disk_that_is_full_from_anywhere_on_is_told(disk, whole, tmp_path):
    experiment = read(TEXT)
    count = touches(disk, tmp_path)
    for at in range(2, count + 1, 5):
        folder = tmp_path / str(at)
        disk.fail(at, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
        with pytest.raises(StoreError, match=r"disk is full.*safe; make room and give the same"):
            run(experiment, folder, 2)
        there = stored(folder)
        disk.fail(0, None)
        assert run(experiment, folder, 2).new == 6 - len(there)
        assert contents(folder) == whole, at
        assert not left(folder), at


def test_cut_twice_and_by_another_task_size(disk, whole, tmp_path):
    experiment = read(TEXT)
    folder = tmp_path / "often"
    for at in (9, 25, 26, 29, 14, 33):
        disk.fail(at, CutError())
        with contextlib.suppress(CutError):
            run(experiment, folder, at % 4 + 1)
    disk.fail(0, None)
    run(experiment, folder)
    assert contents(folder) == whole
    assert len(stored(folder)) == 6


def test_a_cut_leaves_the_tables_that_were_there(disk, tmp_path):
    """A reader never meets half a table."""
    experiment = read(TEXT)
    run(experiment, tmp_path, 2)
    before = contents(tmp_path)
    disk.fail(1, CutError())
    with pytest.raises(CutError):
        run(experiment, tmp_path, 2)
    assert {n: c for n, c in contents(tmp_path).items() if not n.startswith(".")} == before


def test_a_sweep_that_was_cut_tells_how_far_it_came(disk, tmp_path):
    told = []
    experiment = read(TEXT)
    from .conftest import Here

    runner = Runner(experiment, tmp_path, TEXT, report=lambda p: told.append((p.there, p.wanted)))
    runner.run(Here(experiment, 2))
    assert told == [(2, 6), (4, 6), (6, 6)]
