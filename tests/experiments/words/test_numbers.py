import itertools
import re

import pytest

from alliances.experiments.words.numbers import amount, bare, differences, pair, steps, together
from alliances.model.measures import MEASURES
from tests.each import each


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.12, "share", "12 %"),
        (0.0123, "share", "1.2 %"),
        (0.0994, "share", "9.9 %"),
        (0.0996, "share", "10 %"),
        (0.0004, "share", "0.04 %"),
        (0.0, "share", "0 %"),
        (-0.034, "share of attainable", "-3.4 % of what is attainable"),
        (0.5371, "0-1", "0.54"),
        (12_345.6, "GBP a month", "GBP 12,346 a month"),
        (-20.0, "GBP a month", "-GBP 20 a month"),
        (3.04, "months of cost", "3.0 months of cost"),
        (0.2, "a month", "0.20 a month"),
        (1.5, "badgers", "1.50 badgers"),
        (-1e-17, "0-1", "0.00"),
    ],
)
def test_amounts_are_written_in_their_unit(value, unit, text):
    assert amount(value, unit) == text


def test_two_values_have_as_many_digits_as_their_difference_needs():
    assert pair(0.12, 0.17, "share") == ("12 %", "17 %")
    assert pair(0.7318, 0.7372, "share") == ("73.2 %", "73.7 %")
    assert pair(0.501, 0.502, "0-1") == ("0.501", "0.502")
    assert pair(0.2, 0.4, "a month") == ("0.20", "0.40 a month")


@each("unit step", itertools.product({m.unit for m in MEASURES.values()}, [1.0, 0.1, 0.01, 0.001]))
def test_a_shown_difference_is_near_the_true_one(unit, step):
    shown = [float(re.sub(r"[^0-9.]", "", text)) for text in pair(0.4, 0.4 + step, unit)]
    scale = 100.0 if unit.startswith("share") else 1.0
    assert shown[1] - shown[0] == pytest.approx(step * scale, rel=0.26)


def test_unit_stands_once_and_percent_twice():
    assert together(0.1231, 0.1229, "share") == ("12 %", "12 %")
    assert together(1.0, 2.0, "members") == ("1.0", "2.0 members")
    assert bare(2.0, "members") == "2.0"


def test_differences_have_signs_and_points():
    assert differences(-0.004, 0.0123, unit="share") == ["-0.4", "+1.2"]
    assert differences(0.0098, 0.0071, 0.0124, unit="0-1") == ["+0.010", "+0.007", "+0.012"]
    assert differences(0.0, 0.0, unit="0-1") == ["0.00", "0.00"]
    assert differences(-120.0, 80.0, unit="GBP a month") == ["-GBP 120", "+GBP 80"]
    assert (steps("share"), steps("0-1"), steps("a month")) == (
        " percentage points",
        "",
        " a month",
    )
