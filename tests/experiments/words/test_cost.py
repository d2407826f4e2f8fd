"""What levers cost is said once, on the terminal, on pages and on paper."""

import pytest

from alliances.experiments.words.cost import cost_sentence


@pytest.mark.parametrize(
    ("costs", "told"),
    [
        ({}, "no more money"),
        ({"connectors": 150_000.0}, "cost GBP 150,000 a year"),
        ({"funding_cut": -5_000.0}, "save GBP 5,000 a year"),
        ({"a": 10.0, "b": -10.0}, "the same money"),
    ],
)
def test_costs_are_told(costs, told):
    assert told in cost_sentence(
        costs, new_money=False, whose="your levers", than="today's practice"
    )
