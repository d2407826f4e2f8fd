"""Compiled code of other sources never comes back: the cache folder is a hash of all of them."""

import shutil

import numba
import pytest

from alliances import ROOT
from alliances.model import Scenario, simulate
from alliances.model.kernel.compiled import cache_folder, sources_digest


@pytest.fixture
def package(tmp_path):
    copy = tmp_path / "model"
    shutil.copytree(ROOT / "model", copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def test_a_copy_has_the_same_digest(package):
    assert sources_digest(package) == sources_digest()
    assert sources_digest() == sources_digest()


@pytest.mark.parametrize(
    "edited",
    ["processes/relations.py", "processes/seats.py", "draws.py", "state.py", "registry/aliases.py"],
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
    monkeypatch.setattr("alliances.model.kernel.compiled.__file__", "/elsewhere/model/compiled.py")
    assert cache_folder().parent == here.parent
    assert cache_folder() != here


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")
def test_what_has_run_is_not_looked_for_again(monkeypatch):
    simulate(Scenario(months=1), months=1)

    def looked():
        raise AssertionError("the sources were read again")

    monkeypatch.setattr("alliances.model.warm.is_warm", looked)
    assert simulate(Scenario(months=1), months=1).values.shape == (1, 1)
