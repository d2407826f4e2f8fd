"""What the README tells people to type works."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alliances.experiments.commands.cli import app

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", TEXT, flags=re.MULTILINE | re.DOTALL)
PYTHON = [code for language, code in BLOCKS if language == "python"]
LINES = [
    line.partition("#")[0].strip()
    for kind, code in BLOCKS
    if kind == "sh"
    for line in code.splitlines()
]
SMALL = ["--replicates", "2", "--organisations", "6"]
SHORT = ["--months", "14"]


def test_there_are_examples():
    assert len(PYTHON) >= 3
    assert sum(line.startswith("alliances ") for line in LINES) >= 4


@pytest.mark.parametrize("number", range(len(PYTHON)))
def test_python_blocks_run(number, capsys):
    code = re.sub(r"replicates=\d+", "replicates=2", PYTHON[number])
    exec(compile(code, f"README.md, block {number + 1}", "exec"), {})
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("alliances ")])
def test_commands_run(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = shlex.split(line)[1:]
    if words[0] in ("demo", "compare", "run"):
        words += SMALL
    if words[0] in ("compare", "run"):
        words += SHORT
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    assert result.stdout.strip()


def test_make_targets_exist():
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    asked = [line.split()[1] for line in LINES if line.startswith("make ")]
    assert asked == ["demo", "test"]
    assert set(asked) <= set(targets)


def test_links_lead_somewhere():
    links = re.findall(r"\]\(([^)#:]+)\)", TEXT)
    assert links
    assert not [link for link in links if not (ROOT / link).exists()]
