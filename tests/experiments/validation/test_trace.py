"""TRACE shows what the results say, and says which command is missing."""

import pytest

from alliances.experiments.validation import trace
from alliances.model.documents import filled
from alliances.model.input.errors import UserError


def test_its_figures_are_those_of_the_results():
    """If this fails: `python -m alliances.experiments.validation.trace`."""
    text = trace.TRACE.read_text(encoding="utf-8")
    blocks = {name: make for name, make in trace.BLOCKS.items() if name != "tests"}
    assert filled(text, blocks) == text  # a test more makes no result stale


def test_no_block_is_empty():
    for name, make in trace.BLOCKS.items():
        assert make().count("\n") > 3, name


def test_what_is_missing_names_its_command(monkeypatch, tmp_path):
    monkeypatch.setattr(trace, "RESULTS", tmp_path)
    with pytest.raises(UserError, match=r"no results/docking/docking.csv: run `python -m"):
        trace.docking()


def test_numbers_and_bars_in_cells():
    told = trace.markdown([("a|b", 0.123456, float("nan"), 3)], ("one", "two", "three", "four"))
    assert told.splitlines()[2] == "| a\\|b | 0.123 |  | 3 |"
