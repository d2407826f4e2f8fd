"""A path is a path: nothing in it is a pattern, markup or a name to fill in."""

import pytest

from alliances.experiments.sweep.results import Sweep

SWEEP = """\
name = "t"
months = 12
replicates = {}
keep = "yearly"
groups = true
organisations = true
[scenario.place]
organisations = 6
[levers]
competition = [0.0, 1.0]
[design]
"""
# Each with a folder beside it that it would match as a pattern.
ODD = {"run[1]": "run1", "a[1]*?'{x}": "a1XX'{x}"}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    from alliances.experiments.sweep.reading import parse_experiment
    from tests.experiments.sweep.conftest import run

    base = tmp_path_factory.mktemp("k=1[b]*")
    for name in {*ODD, *ODD.values(), "year=2020"}:
        text = SWEEP.format(5 if name in ODD.values() else 2)
        run(parse_experiment(text, base=base, source="FILE"), base / name)
    return base


def test_a_sweep_reads_its_own_folder_only(folders, alliances):
    for path in sorted(folders.iterdir()):
        wanted = 15 if path.name in ODD.values() else 6
        sweep = Sweep(path)
        for table in ("runs", "times"):
            assert len(getattr(sweep, table)) == wanted
            assert sweep.query(f"select * from {table}").shape == getattr(sweep, table).shape
        told = alliances("sweep", "query", path, "select count(*) as n from runs")
        assert told.exit_code == 0, told.output
        assert told.stdout.split()[-1] == str(wanted)
        assert len(sweep.query("select * from points")) == 3
        assert sweep.status()["there"] == wanted


def test_every_command_works_in_an_odd_folder(folders, alliances, tmp_path):
    base = tmp_path / "a[1]*?'{x}[bold]"
    base.mkdir()
    file = base / "e[1].toml"
    file.write_text(SWEEP.format(2))
    (base / "e1.toml").write_text("nothing")
    out = base / "out[0-9]"
    for words in (
        ("sweep", "plan", file),
        ("sweep", file, "--out", out),
        ("sweep", "status", out),
        ("sweep", file, "--out", base / "s[1]", "--shard", "1/2"),
        ("sweep", file, "--out", base / "s[2]", "--shard", "2/2"),
        ("sweep", "merge", base / "m*", base / "s[1]", base / "s[2]"),
        ("analyse", out),
        ("place", "make", "--organisations", 6, "--out", base / "p[1]"),
        ("place", "describe", base / "p[1]"),
        ("run", "--place", base / "p[1]", "--replicates", 1, "--months", 12, "--out", base / "r*"),
    ):
        told = alliances(*words)
        assert told.exit_code == 0, (words, told.output, told.stderr)
    assert len(Sweep(base / "m*").runs) == 6
    assert "s[1]" in str(sorted(base.iterdir()))
