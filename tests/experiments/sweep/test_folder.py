"""Folders that cannot be used: each is refused, says what to do, and is left as it was."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from alliances.experiments.sweep.files import StoreError
from alliances.experiments.sweep.manifest import read_stored
from alliances.experiments.sweep.plan import Plan
from alliances.experiments.sweep.results import Sweep
from alliances.experiments.sweep.store import Store

from .conftest import SMALL, contents, finish, read, run, stored


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    run(read(), folder)
    return folder


@pytest.fixture
def folder(whole, tmp_path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "copy"))


def all_files(folder: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in folder.rglob("*")
        if p.is_file() and p.name != ".lock"
    }


def refused(folder: Path, text: str = SMALL) -> str:
    before = all_files(folder)
    with pytest.raises(StoreError) as caught:
        run(read(text), folder)
    assert all_files(folder) == before
    return str(caught.value)


def edit(folder: Path, **changes: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_another_version_of_the_model(folder):
    edit(folder, model="another", git_commit="abc", begun="yesterday")
    told = refused(folder)
    assert "another version of the model or its libraries (commit abc, yesterday)" in told
    assert "go back to that version, or give another folder. Its results can be read." in told
    assert len(Sweep(folder).runs) == 18
    assert Sweep(folder).status()["done"] == 18


@pytest.mark.parametrize(
    "text", [SMALL.replace("replicates = 3", "replicates = 4"), SMALL.replace("1.0]", "0.9]")]
)
def test_another_experiment(folder, text):
    told = refused(folder, text)
    assert "another experiment ('trial', or an earlier form of this one" in told
    assert "give another folder" in told


def test_another_name_is_the_same_experiment(folder):
    assert run(read(SMALL.replace("trial", "renamed")), folder).new == 0


def test_a_place_whose_files_changed(tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text("name,income\nAsh,5000\nBirch,250000\nCedar,40000\n")
    text = SMALL.replace("organisations = 10", "kind = 'roster'\nroster = 'roster.csv'")
    run(read(text, tmp_path), tmp_path / "out")
    other = tmp_path / "other.csv"  # places are kept in memory by the names of their files
    other.write_text("name,income\nAsh,6000\nBirch,250000\nCedar,40000\n")
    with pytest.raises(StoreError, match=r"place is not the one .* or its files have changed"):
        run(read(text.replace("roster.csv", "other.csv"), tmp_path), tmp_path / "out")


@pytest.mark.parametrize("name", ["notes.txt", "tables", "data"])
def test_strange_files(tmp_path, name):
    (tmp_path / name).mkdir()
    (tmp_path / name / "mine").write_text("precious")
    assert f"holds {name!r} and is no sweep's folder; give another" in refused(tmp_path)


def test_somebody_elses_experiment_file_is_not_written_over(tmp_path):
    (tmp_path / "experiment.toml").write_text("mine")
    assert "holds 'experiment.toml' and is no sweep's folder" in refused(tmp_path)


def test_a_file_in_the_folders_place(tmp_path):
    path = tmp_path / "out"
    path.write_text("mine")
    with pytest.raises(StoreError, match="out cannot be made: File exists"):
        run(read(), path)
    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"format": 1,', "manifest.json is damaged: .*; put it back from a copy"),
        ("[1]", "manifest.json is damaged: .*holds no table"),
        ('{"format": 1}', "manifest.json is damaged: it has no 'experiment'"),
        ('{"format": 7}', "has format 7; this version knows format 1: read it with the version"),
        ("{}", "has format None; this version knows format 1"),
        ("", "manifest.json is damaged"),
    ],
)
def test_a_manifest_that_cannot_be_used(folder, content, told):
    (folder / "manifest.json").write_text(content)
    assert re.search(told, refused(folder))
    with pytest.raises(StoreError, match=told):
        Sweep(folder)


def test_a_manifest_that_is_gone_while_parts_are_there(folder):
    shutil.rmtree(folder / "tables")
    (folder / "manifest.json").unlink()
    assert "its manifest.json is gone; put it back from a copy, or give another" in refused(folder)
    with pytest.raises(StoreError, match=r"is no sweep's folder: there is no manifest.json in it"):
        Sweep(folder)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"name": 3}'])
def test_a_stored_experiment_that_cannot_be_used(folder, content):
    (folder / "experiment.json").write_bytes(content)
    with pytest.raises(StoreError, match=r"experiment.json (cannot be used|is damaged)"):
        read_stored(folder)


@pytest.mark.parametrize("there", range(5))
def test_a_beginning_that_was_cut_short_is_made_anew(there, whole, tmp_path):
    """Whatever of its own files a beginning left: the manifest comes last."""
    out = tmp_path / "out"
    (out / "parts").mkdir(parents=True)
    for name in ("experiment.toml", "experiment.json", "points.parquet")[: min(there, 3)]:
        shutil.copy(whole / name, out)
    if there == 4:
        (out / ".tmp-7-manifest.json").write_text("{")
    run(read(), out)
    assert contents(out) == contents(whole)
    assert not list(out.glob(".tmp-*"))


def test_what_is_left_over_goes_away(folder):
    for name in ("", "parts", "tables"):
        (folder / name / ".tmp-7-x.runs.parquet").write_bytes(b"half")
    run(read(), folder)
    assert not list(folder.rglob(".tmp-*"))


def test_the_folder_of_another_process_is_refused(folder):
    store = Store(folder, Plan(read()))
    with store.locked():
        told = refused(folder)
    assert re.search(r"process \d+ on .* is at work in .*; wait until it ends, or stop it", told)
    assert run(read(), folder).new == 0  # it is free again


def mounted(path: Path, *words: str) -> bool:
    path.mkdir(exist_ok=True)
    done = subprocess.run(["mount", *words, str(path)], capture_output=True, check=False)
    return done.returncode == 0


def test_a_folder_that_may_only_be_read(folder, tmp_path):
    place = tmp_path / "mount"
    if not mounted(place, "-t", "tmpfs", "tmpfs"):
        pytest.skip("nothing can be mounted here")
    try:
        out = Path(shutil.copytree(folder, place / "out"))
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
        with pytest.raises(StoreError, match="could not be written: Read-only file system"):
            run(read(), out)
        with pytest.raises(StoreError, match="cannot be made: Read-only file system"):
            run(read(), place / "other")
        assert len(Sweep(out).runs) == Sweep(out).status()["done"] == 18  # reading is possible
        assert len(Sweep(out).query("select * from runs")) == 18
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.slow
def test_a_small_disk(tmp_path, small, whole):
    place = tmp_path / "mount"
    if not mounted(place, "-t", "tmpfs", "-o", "size=96k", "tmpfs"):
        pytest.skip("nothing can be mounted here")
    try:
        out = place / "out"
        code, _, errors = finish(small, "--out", out, "--workers", 1)
        assert code == 2
        assert "could not be written: the disk is full" in errors
        assert "What was finished before is safe; make room" in errors
        assert "Traceback" not in errors
        there = stored(out)
        subprocess.run(["mount", "-o", "remount,size=50m", str(place)], check=True)
        code, told, errors = finish(small, "--out", out, "--workers", 1)
        assert code == 0, errors
        assert f"{18 - len(there)} of them new" in told
        assert contents(out) == contents(whole)
    finally:
        subprocess.run(["umount", str(place)], check=True)
