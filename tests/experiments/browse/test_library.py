"""Only what lies in the folders that may be shown has a key, and only a key opens anything."""

import os

import pytest

from alliances.experiments.browse import library
from alliances.experiments.browse.library import SETTING, evidence_folder, items, roots
from alliances.model.input.errors import UserError


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A library of its own: no folder of the checkout."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(library, "CHECKOUT", tmp_path / "nowhere")
    monkeypatch.delenv(SETTING, raising=False)
    return tmp_path


def sweep(folder):
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    (folder / "points.parquet").write_bytes(b"")
    (folder / "inside.csv").write_text("a\n1\n")


def test_sweeps_and_tables_below_results_are_found(here):
    sweep(here / "results" / "studies" / "one")
    (here / "results" / "table.csv").write_text("a\n1\n")
    (here / "results" / "notes.txt").write_text("no table")
    (here / "results" / ".hidden.csv").write_text("a\n1\n")
    assert [(item.key, item.kind) for item in items()] == [
        ("results/studies/one", "sweep"),
        ("results/table.csv", "table"),
    ]


def test_the_setting_adds_folders(here, monkeypatch):
    other = here / "elsewhere" / "mine"
    sweep(other / "two")
    assert items() == []
    monkeypatch.setenv(SETTING, f"{other}{os.pathsep}{here / 'not there'}")
    assert roots() == (other.resolve(),)
    assert [item.key for item in items()] == ["mine/two"]
    monkeypatch.setenv(SETTING, str(other / "two"))  # a sweep's folder itself
    assert [item.key for item in items()] == ["two"]


def test_no_link_leads_out(here):
    secret = here / "secret"
    sweep(secret / "sweep")
    (secret / "passwords.csv").write_text("a\n1\n")
    (here / "results").mkdir()
    (here / "results" / "way-out").symlink_to(secret)
    (here / "results" / "passwords.csv").symlink_to(secret / "passwords.csv")
    (here / "results" / "round").symlink_to(here / "results")
    (here / "results" / "itself.csv").symlink_to("itself.csv")
    os.mkfifo(here / "results" / "pipe.csv")  # who opens it waits for ever
    assert items() == []
    sweep(here / "results" / "one")
    assert [item.key for item in items()] == ["results/one"]  # once, however it can be reached


def test_two_folders_of_one_name_have_two_keys(here, monkeypatch):
    for name in ("a", "b"):
        sweep(here / name / "mine" / "one")
    monkeypatch.setenv(SETTING, os.pathsep.join(str(here / name / "mine") for name in "ab"))
    assert len({item.key for item in items()}) == 2


def test_large_tables_are_left_out(here, monkeypatch):
    (here / "results").mkdir()
    (here / "results" / "table.csv").write_text("a\n1\n")
    monkeypatch.setattr(library, "MOST_TABLE", 3)
    assert items() == []


def test_the_claims_are_found_where_they_are_written(here):
    assert evidence_folder() is None
    folder = here / "results" / "evidence"
    folder.mkdir(parents=True)
    (folder / "claims.csv").write_text("case\n")
    assert evidence_folder() == folder


def test_folders_are_added_to_the_setting(here, monkeypatch):
    monkeypatch.setenv(SETTING, "first")
    (here / "second").mkdir()
    library.show([here / "second"])
    assert os.environ[SETTING].split(os.pathsep) == ["first", str((here / "second").resolve())]
    with pytest.raises(UserError, match="there is no folder"):
        library.show([here / "third"])
