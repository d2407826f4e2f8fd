"""Compiled code of other sources never comes back: the cache folder is a hash of all of them."""

import inspect
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from alliances import ROOT, Scenario, simulate
from alliances.model.kernel.compiled import cache_folder, forget_older, kept_in, sources_digest
from alliances.model.kernel.draws import unit
from alliances.model.places.synthetic import keyed_units
from alliances.model.schedule import run_months

compiled_only = pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")


@pytest.fixture
def package(tmp_path):
    copy = tmp_path / "checkout" / "model"
    shutil.copytree(ROOT / "model", copy, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "alliances.py", copy.parent)
    return copy


def drawn(tmp_path, **surroundings):
    """What the copy's smallest kept function returns in a program of its own."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import numpy as np; from {keyed_units.__module__} import keyed_units; "
            "print(keyed_units(1, 2, np.array([3], np.uint64))[0])",
        ],
        env={**os.environ, "PYTHONPATH": str(tmp_path / "checkout"), **surroundings},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    return float(done.stdout)


def edit_a_helper(package):
    source = Path(inspect.getfile(inspect.unwrap(getattr(unit, "py_func", unit))))
    path = package / source.relative_to(ROOT / "model")
    text = path.read_text(encoding="utf-8")
    edited = text.replace("def unit(word):", "def unit(word):\n    return 2.5\n\n\ndef _old(word):")
    assert edited != text
    path.write_text(edited, encoding="utf-8")


def test_a_copy_has_the_same_digest(package):
    assert sources_digest(package) == sources_digest()
    assert sources_digest() == sources_digest()


@pytest.mark.parametrize(
    "edited",
    ["processes/relations.py", "processes/seats.py", "kernel/draws.py", "registry/__init__.py"],
)
def test_an_edit_of_any_helper_changes_the_folder(package, edited):
    before = sources_digest(package)
    path = package / edited
    path.write_text(path.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")
    after = sources_digest(package)
    assert after != before
    path.write_text(path.read_text(encoding="utf-8").removesuffix("# edited\n"), encoding="utf-8")
    assert sources_digest(package) == before


def test_a_new_a_lost_and_a_renamed_file_change_the_folder(package):
    seen = {sources_digest(package)}
    (package / "processes" / "extra.py").write_text("", encoding="utf-8")
    seen.add(sources_digest(package))
    (package / "processes" / "extra.py").rename(package / "processes" / "other.py")
    seen.add(sources_digest(package))
    (package / "processes" / "seats.py").unlink()
    seen.add(sources_digest(package))
    assert len(seen) == 4


def test_other_files_do_not_matter(package):
    before = sources_digest(package)
    (package / "notes.md").write_text("notes", encoding="utf-8")
    assert sources_digest(package) == before


def test_the_folder_is_named_by_the_digest(monkeypatch, tmp_path):
    monkeypatch.setenv("ALLIANCES_CACHE", str(tmp_path))
    assert cache_folder().parent == tmp_path / "compiled"
    assert cache_folder().name.startswith(f"{sources_digest()}-")


def test_another_checkout_compiles_for_itself(monkeypatch):
    here = cache_folder()
    monkeypatch.setattr(
        "alliances.model.kernel.compiled.__file__", "/elsewhere/model/kernel/compiled.py"
    )
    assert cache_folder().parent == here.parent
    assert cache_folder() != here


@compiled_only
def test_an_edited_rule_is_in_force_where_the_folder_cannot_be_written(package, tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "temporary").mkdir()
    blocked = {"ALLIANCES_CACHE": str(tmp_path / "file"), "TMPDIR": str(tmp_path / "temporary")}
    assert 0 <= drawn(tmp_path, **blocked) < 1
    assert not [*tmp_path.rglob("*.nb?")]  # neither beside the sources nor left behind
    edit_a_helper(package)
    assert drawn(tmp_path, **blocked) == 2.5


@compiled_only
def test_what_was_cut_or_damaged_is_made_anew(package, tmp_path):
    kept = {"ALLIANCES_CACHE": str(tmp_path / "kept")}
    value = drawn(tmp_path, **kept)
    files = [*(tmp_path / "kept").rglob("*.nb?")]
    assert {path.suffix for path in files} == {".nbi", ".nbc"}
    whole = {path: path.read_bytes() for path in files}
    middle = {path: len(data) // 2 for path, data in whole.items()}
    # Nothing, the first half, or a byte in the middle is another; of the index, or the code alone.
    for rest, kind in ((0, ".nbi"), (2, ".nbi"), (1, ".nbc"), (2, ".nbc")):
        for path, data in whole.items():
            if path.suffix != kind:
                continue
            end = b"" if rest < 2 else b"?" + data[middle[path] + 1 :]
            path.write_bytes(data[: middle[path] if rest else 0] + end)
        assert drawn(tmp_path, **kept) == value
        assert {path: len(path.read_bytes()) for path in files} == {
            path: len(data) for path, data in whole.items()
        }


@compiled_only
def test_compiled_code_lies_in_the_folder_of_these_sources(tmp_path, monkeypatch):
    assert Path(run_months.stats.cache_path).parent == kept_in()
    assert kept_in().name == cache_folder().name
    assert str(kept_in()) not in numba.config.CACHE_DIR
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    theirs = numba.njit(cache=True)(edit_a_helper)
    assert Path(theirs.stats.cache_path).parent == tmp_path


def test_older_code_goes_but_for_the_latest_and_what_is_used_elsewhere(tmp_path, monkeypatch):
    folder = tmp_path / f"{20 * 'f'}-{8 * '0'}"
    monkeypatch.setattr("alliances.model.kernel.compiled.kept_in", lambda: folder)
    ages = {f"{age:020x}-{place}": age for place in (8 * "0", 8 * "1") for age in range(1, 120, 20)}
    folder.mkdir()
    newest = folder.stat().st_mtime
    for name, days in {**ages, "notes": 1000}.items():
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (newest - days * 86_400, newest - days * 86_400))
    forget_older()
    left = {path.name[-8:]: [] for path in tmp_path.iterdir()}
    for path in sorted(tmp_path.iterdir()):
        left[path.name[-8:]].append(ages.get(path.name))
    assert left == {8 * "0": [1, 21, 41, None], 8 * "1": [1, 21, 41, 61, 81], "notes": [None]}


@compiled_only
def test_what_has_run_is_not_looked_for_again(monkeypatch):
    simulate(Scenario(months=1), months=1)

    def looked():
        raise AssertionError("the sources were read again")

    monkeypatch.setattr("alliances.model.warm.is_warm", looked)
    assert simulate(Scenario(months=1), months=1).values.shape == (1, 1)
