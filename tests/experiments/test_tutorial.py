"""The tutorial works as it stands, from the first run to the figure and the merged shards."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alliances.experiments.commands.cli import app

TEXT = (Path(__file__).parents[2] / "experiments" / "TUTORIAL.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", TEXT, flags=re.MULTILINE | re.DOTALL)
EXPERIMENT = next(code for kind, code in BLOCKS if kind == "toml")
RULE = [code for kind, code in BLOCKS if kind == "toml"][1]
SCRIPT = next(code for kind, code in BLOCKS if code.startswith("#!"))


def said(words):
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tutorial")


@pytest.mark.slow
def test_its_code_and_commands_work_in_order(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    Path("connectors.toml").write_text(EXPERIMENT, encoding="utf-8")
    names: dict = {}
    ran = 0
    for number, (kind, code) in enumerate(BLOCKS):
        if kind == "python":
            exec(compile(code, f"TUTORIAL.md, block {number + 1}", "exec"), names)
            ran += 1
        elif kind == "sh" and code != SCRIPT:
            for line in code.splitlines():
                command = shlex.split(line.partition("#")[0])
                assert said(command[1:]).strip(), line
                ran += 1
    assert ran >= 9
    assert "0.5" in capsys.readouterr().out
    assert Path("connectors.png").stat().st_size > 5_000
    assert Path("connectors/report/report.html").is_file()
    assert Path("connectors.zip").is_file()
    assert len(names["runs"]) == 9 * 2 * 8


@pytest.mark.slow
def test_shards_merge_as_it_says(folder, monkeypatch):
    monkeypatch.chdir(folder)
    Path("connectors.toml").write_text(EXPERIMENT, encoding="utf-8")
    line = next(line for line in SCRIPT.replace("\\\n", "").splitlines() if "sweep" in line)
    for shard in (1, 2):
        words = line.replace("$SLURM_ARRAY_TASK_ID", str(shard)).replace("$SHARDS", "2")
        said(shlex.split(words)[1:])
    assert "missing" not in said(["sweep", "merge", "merged", "shards/1", "shards/2"])
    one, whole = Path("merged/tables/runs.parquet"), Path("connectors/tables/runs.parquet")
    assert one.read_bytes() == whole.read_bytes()


def test_its_stopping_rule_is_one(tmp_path):
    from alliances.experiments.sweep.reading import parse_experiment

    text = re.sub(r"^replicates.*\n", "", EXPERIMENT, flags=re.MULTILINE)
    found = parse_experiment(text + RULE, base=tmp_path, source="here")
    assert found.stop is not None
    assert found.stop.half_width == {"alliance_share": 0.02}
