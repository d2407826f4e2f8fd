"""Damaged parts: they are found, put aside, said, and their runs are run again."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from alliances.experiments.sweep import parts
from alliances.experiments.sweep.files import StoreError
from alliances.experiments.sweep.results import Sweep
from alliances.experiments.sweep.runner import Runner
from alliances.model.input.errors import UserError

from .conftest import SMALL, Here, contents, read, run, stored

TEXT = SMALL.replace("replicates = 3", "replicates = 2\nkeep='yearly'\norganisations=true")
STOP = TEXT.replace(
    "replicates = 2", "stop = { half_width = { stress = 1.0 }, minimum = 2, block = 2 }"
)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def flipped(path: Path, share: float = 0.5) -> None:
    content = bytearray(path.read_bytes())
    content[int(len(content) * share)] ^= 4
    path.write_bytes(content)


def flipped_in_its_header(path: Path) -> None:
    flipped(path, 0.01)


def flipped_in_its_footer(path: Path) -> None:
    flipped(path, 0.97)


HARM = (truncated, emptied, flipped, flipped_in_its_header, flipped_in_its_footer, Path.unlink)


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    run(read(TEXT), folder, 4)
    return folder


@pytest.fixture
def folder(whole, tmp_path) -> Path:
    import shutil

    return Path(shutil.copytree(whole, tmp_path / "copy"))


def part(folder: Path, table: str, number: int = 1) -> Path:
    return sorted((folder / "parts").glob(f"*.{table}.parquet"))[number]


@pytest.mark.parametrize("harm", HARM)
@pytest.mark.parametrize("table", ["runs", "times", "organisations"])
def test_a_damaged_part_is_put_aside_and_run_again(harm, table, folder, whole):
    path = part(folder, table)
    name = path.name.split(".")[0]
    harm(path)
    if table != "runs" or harm is not Path.unlink:  # without it the part does not count
        with pytest.raises(StoreError, match=f"{name}.*damaged.*`alliances sweep` on this folder"):
            Sweep(folder).status()
        with pytest.raises(StoreError, match="damaged"):
            Sweep(folder).bad_runs()
    progress = run(read(TEXT), folder, 4)
    assert progress.new == 4
    assert contents(folder) == contents(whole)
    assert stored(folder) == stored(whole)
    (note,) = progress.notes
    assert name in note
    assert "put aside" in note
    aside = [p.name for p in (folder / "damaged").iterdir()]
    assert len(aside) == 3 - (harm is Path.unlink)
    assert all(other.startswith(name) for other in aside)
    assert not list((folder / "parts").glob(f"{name}*"))
    again = run(read(TEXT), folder, 4)
    assert (again.new, again.notes) == (0, [])


def test_all_damaged_at_once(folder, whole):
    for path in (folder / "parts").iterdir():
        flipped(path)
    progress = run(read(TEXT), folder, 4)
    assert len(progress.notes) == 3
    assert contents(folder) == contents(whole)


def test_damaged_twice_keeps_both(folder, whole):
    for _ in range(2):
        truncated(part(folder, "runs"))
        run(read(TEXT), folder, 4)
    aside = [p.name for p in (folder / "damaged").glob("*.runs.parquet*")]
    assert len(aside) == 2
    assert contents(folder) == contents(whole)


def while_it_runs(text: str, folder: Path, harm: Callable[[Path], None]) -> list[str]:
    """Damage the first part once the second is there."""
    experiment = read(text)
    told: list[int] = []

    def harmed(progress) -> None:
        told.append(progress.there)
        if len(told) == 2:
            harm(part(folder, "runs", 0))

    runner = Runner(experiment, folder, text, report=harmed)
    return runner.run(Here(experiment, 4)).notes


@pytest.mark.parametrize("harm", [truncated, emptied])
@pytest.mark.parametrize("text", [TEXT, STOP])
def test_damage_while_it_runs(text, harm, tmp_path):
    run(read(text), tmp_path / "whole", 4)
    (note,) = while_it_runs(text, tmp_path / "harmed", harm)
    assert "put aside" in note
    assert contents(tmp_path / "harmed") == contents(tmp_path / "whole")


def test_what_is_being_written_is_no_damage(folder):
    name = part(folder, "runs").name
    (folder / "parts" / f".tmp-7-{name}").write_bytes(b"half")
    assert Sweep(folder).status()["done"] == 12
    run(read(TEXT), folder)
    assert not list(folder.rglob(".tmp-*"))


def test_damaged_tables_are_put_together_again(folder, whole):
    for path in (folder / "tables").iterdir():
        truncated(path)
    run(read(TEXT), folder)
    assert contents(folder) == contents(whole)


def test_what_cannot_be_read_back_is_not_run_for_ever(tmp_path, monkeypatch):
    def lost(path: Path, *more: object, **options: object) -> None:
        raise UserError(f"{path.name} is damaged")

    monkeypatch.setattr(parts, "read_parquet", lost)
    with pytest.raises(UserError, match=r"cannot be read back from .*is damaged.*check the disk"):
        run(read(TEXT), tmp_path / "out")


def test_a_folder_whose_name_is_not_utf_8_is_a_folder(tmp_path):
    whole = tmp_path / os.fsdecode(b"r\xff")
    run(read(TEXT), whole)
    assert len(Sweep(whole).runs) == 18 * 2 // 3
    with pytest.raises(UserError, match="name that is not UTF-8"):
        Sweep(whole).query("select 1")
