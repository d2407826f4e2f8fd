"""Tables that a spreadsheet opens without running anything in them."""

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliances.experiments.output.safe_csv import MARK, csv_text, harmless

FORMULAS = [
    "=1+1",
    "+1",
    "-1+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\t=1",
    "\rx",
    "\nx",
    "  =1",
    "\u200b=1",
    "＝1",
    "＋1",
]


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_in_cells_and_headings_become_text(text):
    heading, row = read(csv_text(pd.DataFrame({text: [text]})))
    assert heading == [MARK + text]
    assert row == [MARK + text]


@given(st.text(max_size=20))
def test_no_cell_begins_as_a_formula_does_and_none_is_lost(text):
    safe = harmless(text)
    assert safe.lstrip(" \u200b\ufeff")[:1] not in tuple("=+-@\t\r\n＝＋－＠")
    assert safe in (text, MARK + text)


def test_separators_and_line_ends_do_not_make_cells():
    text = 'Oak, Ash and "Elm"\n=1+1'
    assert read(csv_text(pd.DataFrame({"name": [text, "plain"]})))[1:] == [[text], ["plain"]]


def test_numbers_are_written_in_full_and_nothing_is_an_empty_cell():
    table = pd.DataFrame(
        {
            "n": [-1 / 3, np.nan],
            "k": [-5, 7],
            "mixed": pd.Series([-2.5, None], dtype=object),
            "on": [True, False],
        }
    )
    rows = read(csv_text(table))[1:]
    assert float(rows[0][0]) == -1 / 3
    assert rows[1][0] == ""
    assert rows[0][1:] == ["-5", "-2.5", "True"]
    assert rows[1][2] == ""


def test_two_columns_of_one_name_stay_two():
    table = pd.DataFrame([["=1", "=2"]], columns=["x", "x"])
    assert read(csv_text(table)) == [["x", "x"], ["'=1", "'=2"]]
