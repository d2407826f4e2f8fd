from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from alliances.experiments.commands.cli import app

SMALL = ("--organisations", "6", "--replicates", "2", "--months", "14")


@pytest.fixture
def alliances() -> Callable[..., Result]:
    """Run the command line inside this process."""
    runner = CliRunner()

    def call(*words: object) -> Result:
        return runner.invoke(app, [str(word) for word in words])

    return call


@pytest.fixture
def refused(alliances) -> Callable[..., str]:
    """Run a command that must end with exit code 2 and one message; return the message."""

    def call(*words: object) -> str:
        result = alliances(*words)
        assert result.exit_code == 2, result.output
        assert result.stdout == ""
        assert "Traceback" not in result.stderr
        return result.stderr

    return call


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "roster.csv"
    path.write_text("name,income\nAsh,5000\nBirch,250000\nCedar,40000\nDogwood,1500000\n")
    return path


@pytest.fixture
def ties(tmp_path: Path) -> Path:
    path = tmp_path / "ties.csv"
    path.write_text("source,target,strength\nAsh,Birch,0.6\nCedar,Dogwood,0.4\n")
    return path
