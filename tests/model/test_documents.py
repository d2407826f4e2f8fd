"""The ODD is true of the code: generated tables, step list, names of parameters."""

import re

import numpy as np
import pytest

from alliances.model import records
from alliances.model.documents import BLOCKS, ODD, filled
from alliances.model.measures import MEASURES
from alliances.model.parameters import PROCESSES, REGISTRY
from alliances.model.schedule import STEPS
from alliances.model.tables import measure_markdown

TEXT = ODD.read_text(encoding="utf-8")


def without_blocks(text):
    for name in BLOCKS:
        text = re.sub(rf"<!-- {name}:start -->.*?<!-- {name}:end -->", "", text, flags=re.DOTALL)
    return text


def test_generated_tables_are_fresh():
    assert filled(TEXT) == TEXT, "stale: run `python -m alliances.model.documents`"


def test_filling_twice_changes_nothing():
    assert filled(filled(TEXT)) == filled(TEXT)


def test_a_changed_cell_is_noticed():
    number = f"{REGISTRY['trust_gain'].default:g}"
    row = next(line for line in TEXT.splitlines() if line.startswith("| `trust_gain`"))
    assert f"| {number} |" in row
    stale = TEXT.replace(row, row.replace(f"| {number} |", "| 9.99 |", 1))
    assert stale != TEXT
    assert filled(stale) == TEXT


def test_a_lost_marker_is_named():
    with pytest.raises(ValueError, match=r"measures:start.*put the two markers back"):
        filled(TEXT.replace("<!-- measures:start -->", ""))


def test_submodels_are_the_step_list_in_its_order():
    sections = re.findall(r"^### 7\.(\d+) (\w+)$", TEXT, flags=re.MULTILINE)
    assert [name for _, name in sections] == list(STEPS)
    assert [int(number) for number, _ in sections] == list(range(1, len(STEPS) + 1))


def test_what_can_be_switched_off_is_all_but_observe():
    assert list(PROCESSES) == [step for step in STEPS if step != "observe"]


def test_every_parameter_has_its_place_in_the_rules():
    words = without_blocks(TEXT)
    missing = [name for name in REGISTRY if not re.search(rf"\b{name}\b", words)]
    # Dispositions are drawn by one formula, which names those of mutuality.
    shared = {f"{who}_{what}" for who in ("openness", "dominance") for what in ("mean", "spread")}
    assert set(missing) <= shared


def test_names_with_an_underscore_are_known():
    kinds = [kind.names for kind in vars(records).values() if isinstance(kind, np.dtype)]
    columns = {name for names in kinds for name in names or ()}
    options = {option for entry in REGISTRY.values() for option in entry.options}
    named = set(re.findall(r"`([a-z][a-z0-9]*_[a-z0-9_]+)`", without_blocks(TEXT)))
    assert named - {*REGISTRY, *MEASURES, *columns, *options} <= {"met_k", "reserves_months"}


def test_measures_are_all_in_the_table():
    table = measure_markdown()
    assert all(f"`{name}`" in table for name in MEASURES)
