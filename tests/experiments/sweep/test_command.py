"""The command line of sweeps: what it prints, its exit codes, and never a traceback."""

import json
import re

import pytest

from alliances.experiments.sweep.results import Sweep

from .conftest import SMALL, contents, read, run


@pytest.fixture
def sweep(alliances):
    def call(*words: object):
        return alliances("sweep", *words)

    return call


@pytest.fixture
def folder(tmp_path):
    run(read(), tmp_path / "there")
    return tmp_path / "there"


def test_alone_it_shows_help(sweep):
    for words in ((), ("--help",)):
        told = sweep(*words).output
        for name in ("run", "plan", "status", "retry", "rerun", "merge", "query"):
            assert re.search(rf"\b{name}\b", told)
        assert "the same command goes on" in re.sub(r"\s+", " ", told)


@pytest.mark.slow
def test_options_stand_before_or_after_the_file(sweep, small, tmp_path):
    for number, words in enumerate(
        ((small, "--out", tmp_path / "0"), ("--out", tmp_path / "1", small))
    ):
        found = sweep(*words, "--workers", 1)
        assert found.exit_code == 0, found.output
        assert f"18 runs in {tmp_path / str(number)}, 18 of them new" in found.output
    assert contents(tmp_path / "0") == contents(tmp_path / "1")
    again = sweep("run", small, "--out", tmp_path / "0")
    assert "18 runs in" in again.output
    assert "0 of them new" in again.output
    assert (tmp_path / "0" / "experiment.toml").read_text() == SMALL


def test_a_finished_sweep_is_not_repeated(sweep, folder, small):
    found = sweep(small, "--out", folder)
    assert found.exit_code == 0, found.output
    assert "18 runs" in found.output
    assert "0 of them new" in found.output


def test_plan_tells_what_it_takes(sweep, small):
    found = sweep("plan", small, "--workers", 3)
    assert found.exit_code == 0, found.output
    told = found.output
    assert "trial" in told
    assert "6 points (6 designed), 18 runs of 12 months in 'place' (10 organisations)" in told
    assert re.search(r"About \d.* on 3 cores \([\d.]+ ms a run\), \d+ MB on disk", told)
    assert "Half-width to expect with 3 replicates" in told
    assert re.search(r"\(trust_familiar\) +\d", told)
    assert "of the difference to the reference" in told


def test_plan_tells_of_references_crossing_and_the_rule(sweep, tmp_path):
    path = tmp_path / "file.toml"
    text = SMALL.replace("[0.0, 0.3, 1.0]", "[0.0, 1.0]").replace(
        "replicates = 3", "stop = { half_width = { stress = 0.01 }, maximum = 20 }"
    )
    path.write_text(
        f'question = "Does it?"\n{text}[design.levers]\nmethod = "grid"\n'
        '[design.worlds]\nmethod = "grid"\n'
    )
    told = sweep("plan", path).output
    assert "Does it?" in told
    assert "6 points (2 designed x 2 worlds, and 2 references added), at most 120 runs" in told
    assert re.search(r"\(stress\) .*\(asked: 0.01\)", told)


def test_plan_with_further_measures(sweep, own, tmp_path):
    own("pass")
    path = tmp_path / "file.toml"
    path.write_text("own = 'own.py'\nmeasures = ['trust']\n" + SMALL)
    found = sweep("plan", path)
    assert found.exit_code == 0, found.output
    assert "(odd)" in found.output


def test_status_query_and_rerun(sweep, folder):
    told = sweep("status", folder).output
    assert "trial: begun 20" in told
    assert "18 runs of at most 18: 18 done, 0 failed, 0 timed out" in told
    assert "retry" not in told
    assert "18" in sweep("query", folder, "select count(*) from runs").output
    csv = sweep("query", folder, "select run, trust from runs where point = 2", "--csv").output
    assert csv.splitlines()[0] == "run,trust"
    assert len(csv.splitlines()) == 4
    again = sweep("rerun", folder, "2-1").output
    assert "run 2-1: done" in again
    trust = Sweep(folder).runs.set_index("run").trust["2-1"]
    assert f"  trust: {trust:.6g}" in again


def test_merge_says_what_is_missing(sweep, folder, tmp_path):
    found = sweep("merge", tmp_path / "out", folder)
    assert found.exit_code == 0, found.output
    assert f"18 runs in {tmp_path / 'out'}." in found.output
    assert "missing" not in found.output


@pytest.mark.slow
def test_a_shard_is_retried_as_a_shard(sweep, small, tmp_path):
    out = tmp_path / "out"
    found = sweep(small, "--out", out, "--shard", "2/3", "--workers", 1)
    assert found.exit_code == 0, found.output
    assert "alliances sweep merge" in found.output
    there = Sweep(out).status()["there"]
    assert 0 < there < 18
    assert json.loads((out / "manifest.json").read_text())["shard"] == "2/3"
    found = sweep("retry", out)
    assert found.exit_code == 0, found.output
    assert "0 of them new" in found.output
    found = sweep("merge", tmp_path / "merged", out)
    assert f"{18 - there} runs are missing" in found.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("no.toml", "--out", "OUT"), "there is no experiment file no.toml"),
        (("SMALL", "--out", "OUT", "--shard", "0/3"), "from 1 to 3"),
        (("SMALL", "--out", "OUT", "--shard", "4/3"), "from 1 to 3"),
        (("SMALL", "--out", "OUT", "--shard", "x"), "NUMBER/COUNT, such as 3/16"),
        (("SMALL", "--out", "SMALL"), "small.toml cannot be made"),
        (("SMALL", "--out", "OUT", "--scheduler", "tcp://x:1", "--slurm", 1), "give one of them"),
        (("SMALL", "--out", "OUT", "--scheduler", "tcp://x:1", "--timeout", 1), "leave it out"),
        (("plan", "no.toml"), "there is no experiment file"),
        (("status", "OUT"), "is no sweep's folder"),
        (("retry", "OUT"), "is no sweep's folder"),
        (("merge", "OUT", "OUT2"), "is no sweep's folder"),
        (("query", "OUT", "select 1"), "is no sweep's folder"),
        (("query", "THERE", "selekt"), "syntax error"),
        (("rerun", "THERE", "9-9"), "there is no run 9-9; points go from 0 to 5"),
        (("rerun", "THERE", "x"), "POINT-REPLICATE"),
    ],
)
def test_users_errors(refused, small, folder, tmp_path, words, told):
    names = {"SMALL": small, "THERE": folder, "OUT": tmp_path / "out", "OUT2": tmp_path / "out2"}
    assert told in refused("sweep", *(names.get(word, word) for word in words))


@pytest.mark.parametrize(
    "words", [("SMALL",), ("SMALL", "--out"), ("SMALL", "--out", "x", "--workers", "0"), ("--x",)]
)
def test_wrong_options_end_with_2(sweep, small, words):
    found = sweep(*(small if word == "SMALL" else word for word in words))
    assert found.exit_code == 2
    assert "Traceback" not in found.output


def test_damage_is_noted(sweep, small, folder):
    for path in (folder / "parts").glob("*.runs.parquet"):
        path.write_bytes(path.read_bytes()[:-1])
    before = contents(folder)
    assert sweep("status", folder).exit_code == 2
    found = sweep(small, "--out", folder, "--workers", 1)
    assert found.exit_code == 0, found.output
    assert "note: a damaged part was put aside in" in found.stderr
    assert contents(folder) == before
