"""Files that are damaged or made to harm: each ends with one sentence and exit code 2."""

import pytest

from alliances.experiments.output.terminal import comparison_markdown
from alliances.experiments.runs.comparison import compare
from alliances.model.scenario import PlaceSource, Scenario
from tests.experiments.sweep.conftest import SMALL, read, run

DEEP = "[" * 100_000
TOML = {
    "huge": f"x = {'9' * 5000}\n".encode(),
    "deep": f"x = {DEEP}{']' * 100_000}\n".encode(),
    "latin": 'name = "Caf\xe9"\n'.encode("latin-1"),
    "steering": b'name = "a\\u001b[31mb"\n[place]\norganisations = 5\n',
}


@pytest.fixture(scope="module")
def sweep(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweep") / "out"
    run(read(SMALL), folder)
    return folder


@pytest.mark.parametrize("kind", TOML)
def test_damaged_toml_is_told_by_every_command(kind, refused, tmp_path):
    path = tmp_path / "x.toml"
    path.write_bytes(TOML[kind])
    for words in (("run",), ("compare",), ("cases",), ("sweep", "plan")):
        assert "\x1b" not in refused(*words, path)
    (tmp_path / "place.toml").write_bytes(TOML[kind])
    assert "place.toml" in refused("place", "describe", tmp_path) or kind == "steering"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("manifest.json", DEEP.encode()),
        ("manifest.json", b'{"format": ' + b"9" * 5000 + b"}"),
        ("manifest.json", b"\xff\xfe"),
        ("experiment.json", DEEP.encode()),
        ("experiment.json", b"[1]"),
        ("experiment.json", b"\xff\xfe"),
        ("points.parquet", b"PAR1"),
        ("points.parquet", b""),
    ],
)
def test_a_damaged_sweep_is_told(name, content, sweep, refused):
    kept = (sweep / name).read_bytes()
    (sweep / name).write_bytes(content)
    try:
        told = refused("analyse", sweep)
        assert "damaged" in told
        if name == "points.parquet":
            assert "damaged" in refused("sweep", "query", sweep, "select * from points")
    finally:
        (sweep / name).write_bytes(kept)


def test_the_folder_one_stands_in_is_packed(sweep, alliances, monkeypatch):
    monkeypatch.chdir(sweep)
    told = alliances("archive", ".")
    assert told.exit_code == 0, told.output
    assert sweep.with_name("out.zip").is_file()


@pytest.mark.parametrize("address", ["tls://host:1", "nonsense://host:1", "host", ""])
def test_a_scheduler_that_is_none_is_told(address, sweep, refused, tmp_path):
    file = tmp_path / "e.toml"
    file.write_text(SMALL)
    told = refused("sweep", file, "--out", tmp_path / "x", "--scheduler", address)
    assert "no Dask scheduler answers" in told


def test_names_are_no_html_in_markdown():
    name = "<script>alert(1)</script>"
    here = Scenario(name=name, place=PlaceSource(organisations=5, name=name), months=3)
    found = compare(here, here.with_values(targets=1.0), 1, 0, last=3)
    text = comparison_markdown(found, here.place.make(), f"alliances compare {name}")
    code = text.split("`")[1]
    assert name in code
    assert "<script" not in text.replace(code, "")
