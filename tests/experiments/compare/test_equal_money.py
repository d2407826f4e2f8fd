"""Scenarios at one public cost, and what a pound buys."""

import numpy as np
import pytest

from alliances import Scenario
from alliances.experiments.compare.equal_money import at_total, bill, per_money, whole_purse
from alliances.experiments.runs.comparison import Effect
from alliances.model.measures import MEASURES
from alliances.model.places.source import PlaceSource

TODAY = Scenario(place=PlaceSource(organisations=40))
LEVERS = TODAY.with_values(connectors=3)
PURSE = whole_purse(TODAY)
COST = 158_400.0  # three connectors and their training


def test_levers_out_of_the_purse_cost_the_public_nothing_more():
    assert bill(LEVERS).levers == pytest.approx(COST)
    assert bill(LEVERS).total == bill(TODAY).total == pytest.approx(PURSE)
    on_top = bill(LEVERS.with_values(new_money=1))
    assert on_top.total == pytest.approx(PURSE + COST)


def test_a_purse_that_is_changed_is_counted():
    changed = TODAY.with_values(purse_change=0.2, funding_cut=0.1)
    assert bill(changed).total == pytest.approx(PURSE * 1.2 * 0.9)


@pytest.mark.parametrize("extra", [0.0, COST, -200_000.0])
@pytest.mark.parametrize(
    "scenario",
    [
        TODAY,
        LEVERS,
        LEVERS.with_values(new_money=1),
        TODAY.with_values(purse_change=0.3, funding_cut=0.2),
    ],
)
def test_all_cost_the_total_and_keep_their_levers(scenario, extra):
    total = PURSE + extra
    found = at_total(scenario, total)
    assert found.note == ""
    assert bill(found.scenario).total == pytest.approx(total, abs=0.6)
    values = found.scenario.values()
    others = {n for n, v in scenario.values().items() if values[n] != v}
    assert others <= {"purse_change"}


def test_what_was_scaled_is_said():
    assert "Nothing was scaled" in at_total(LEVERS, PURSE).said()
    said = at_total(LEVERS.with_values(new_money=1), PURSE).said()
    assert f"{100 * COST / PURSE:.1f} % smaller" in said
    assert "larger" in at_total(TODAY, PURSE * 1.1).said()


def test_what_cannot_be_scaled_stays_as_it_is():
    found = at_total(TODAY, PURSE * 5)
    assert found.scenario == TODAY
    assert "It cannot cost" in found.said()
    assert "knows -90 % to +200 %" in found.said()


def test_effects_for_a_pound():
    effect = Effect(MEASURES["trust"], np.array([0.2, 0.4, np.nan]), np.array([0.4, 0.5, 0.5]))
    each = per_money(effect, 200_000.0)
    np.testing.assert_allclose(each.differences, [0.1, 0.05])
    assert each.runs == 2
    with pytest.raises(ValueError, match="cost GBP 0 a year"):
        per_money(effect, 0.0)
