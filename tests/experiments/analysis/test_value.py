import numpy as np
import pytest

from alliances import MEASURES, PlaceSource, Scenario, simulate
from alliances.experiments.analysis.value import (
    MORE_BUDGET,
    MoneyValue,
    Offer,
    at_equal_cost,
    more_budget,
    offer_of,
)
from alliances.experiments.runs.comparison import Effect
from alliances.model.input.errors import UserError
from alliances.model.scenario import Change, place_facts

HERE = Scenario(place=PlaceSource(organisations=10), months=12)
FACTS = place_facts(HERE.place.make())


@pytest.fixture(scope="module")
def found():
    return at_equal_cost(
        HERE,
        ["co_production", "joint_posts", "competition"],
        40_000.0,
        measures=["meetings", "stress"],
        replicates=4,
        seed=3,
    )


def test_every_lever_costs_the_budget():
    for lever in ("co_production", "goodwill", "deliberation", "devolved_pots", "facilitation"):
        offer = offer_of(HERE, lever, 2_000.0)
        assert offer.cost == pytest.approx(2_000.0, abs=0.5)
        own = HERE.with_values(**{lever: offer.value}).costs()
        assert own == {lever: pytest.approx(2_000.0, abs=0.5)}


def test_costs_are_above_those_of_the_scenario():
    rich = HERE.with_values(connectors=2, deliberation=1.0)
    offer = offer_of(rich, "connector_skill", 400.0)
    assert offer.value == pytest.approx(0.7 + 400.0 / (2 * 4000.0))
    assert offer_of(rich, "connectors", 60_000.0).value == 3.0
    assert offer_of(rich, "deliberation", 4_000.0).value == pytest.approx(2.0)


def test_steps_are_bought_as_far_as_the_budget_goes():
    offer = offer_of(HERE, "joint_posts", 100_000.0)
    assert (offer.value, offer.cost) == (2.0, 80_000.0)
    assert "GBP 80,000 of the budget are spent" in offer.note
    assert offer_of(HERE, "joint_posts", 80_000.0) == Offer("joint_posts", 2.0, 80_000.0)
    assert not offer_of(HERE, "joint_posts", 39_000.0).bought
    assert "first step costs GBP 40,000" in offer_of(HERE, "joint_posts", 39_000.0).note
    assert offer_of(HERE, "sortition", 10_000.0).value == 1.0


@pytest.mark.parametrize(
    ("lever", "note"),
    [
        ("competition", "costs no money"),
        ("connector_host", "costs no money"),
        ("connector_skill", "as connectors = 0"),
        ("neutral_chair", "cannot cost that much: at 1 it costs GBP 6,000"),
    ],
)
def test_what_cannot_cost_that_much_is_said(lever, note):
    offer = offer_of(HERE, lever, 20_000.0)
    assert not offer.bought
    assert note in offer.note


def test_arms_are_run_with_new_money_and_the_same_luck(found):
    base = HERE.with_values(new_money=1)
    arms = {
        "co_production": base.with_values(co_production=1.0),
        "joint_posts": base.with_values(joint_posts=1),
        MORE_BUDGET: base.with_values(purse_change=40_000.0 / FACTS[1]),
    }
    before = simulate(base, 4, 3, final=False).values["stress"].mean(axis=1)
    for lever, arm in arms.items():
        after = simulate(arm, 4, 3, final=False).values["stress"].mean(axis=1)
        effect = found.effects[lever, "stress"]
        assert np.allclose(effect.a, before, atol=1e-12)
        assert np.allclose(effect.b, after, atol=1e-9)
    assert set(found.effects) == {(lever, m) for lever in arms for m in ("meetings", "stress")}


def test_table_is_ranked_by_what_a_pound_buys(found):
    table = found.table()
    assert list(table.columns[:4]) == ["measure", "label", "unit", "rank"]
    for name, sign in (("meetings", 1), ("stress", -1)):
        rows = table[table["measure"] == name]
        assert list(rows["rank"]) == [1, 2, 3]
        assert (np.diff(sign * rows["per_100k"]) <= 0).all()
        assert rows["per_100k"].to_numpy() == pytest.approx(2.5 * rows["difference"], abs=1e-9)
    assert "competition" not in set(table["lever"])
    assert "competition: it costs no money" in found.sentence("stress")


def test_more_budget_is_the_same_sum_in_a_purse_of_any_size():
    poor = HERE.with_values(purse_scale=0.5, funding_cut=0.2, purse_change=0.1)
    offer = more_budget(poor, 30_000.0)
    assert offer.value == pytest.approx(0.1 + 30_000.0 / (FACTS[1] * 0.5 * 0.8))
    assert "cannot be raised by more than 200%" in more_budget(poor, 1e7).note


def made():
    """Lever a does 3 for its money, b 2.9, c 1; all share the luck of their replicates."""
    luck = np.array([0.0, 10.0, -7.0, 3.0])
    gains = {
        "a": 3.0 + np.array([0.5, -0.5, 0.4, -0.4]),
        "b": 1.45 + np.array([-0.2, 0.2, -0.1, 0.1]),
        "c": 1.0 + np.array([0.1, -0.1, 0.1, -0.1]),
    }
    offers = (Offer("c", 1.0, 1e5), Offer("b", 1.0, 5e4), Offer("a", 1.0, 1e5))
    measure = MEASURES["effective_days"]
    effects = {
        (name, "effective_days"): Effect(measure, luck, luck + gain) for name, gain in gains.items()
    }
    return MoneyValue(1e5, offers, (measure,), effects)


def test_which_differences_between_levers_are_clear():
    value = made()
    table = value.table()
    assert list(table["lever"]) == ["a", "b", "c"]
    assert table["per_100k"].tolist() == pytest.approx([3.0, 2.9, 1.0])
    pairs = value.between("effective_days").set_index(["better", "worse"])
    assert not pairs.loc[("a", "b"), "clear"]
    assert pairs.loc[("a", "c"), "clear"]
    assert pairs.loc[("b", "c"), "clear"]
    assert pairs.loc[("a", "c"), "gap"] == pytest.approx(2.0)
    said = value.sentence("effective_days")
    assert "a does most for a pound, +3 (" in said
    assert "clearly ahead of c" in said
    assert "may be luck that it is ahead of b" in said


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ([1.0, -1.0, 0.5], "Even that may be luck"),
        ([-1.0, -1.1, -0.9], "Even that is for the worse"),
        ([np.nan] * 3, "cannot be compared"),
    ],
)
def test_the_best_may_not_be_good(after, said):
    effect = Effect(MEASURES["impact"], np.zeros(3), np.array(after))
    value = MoneyValue(1e5, (Offer("a", 1.0, 1e5),), (effect.measure,), {("a", "impact"): effect})
    assert said in value.sentence("impact")
    assert "Even that" not in made().sentence("effective_days")


@pytest.mark.parametrize(
    ("levers", "budget", "message"),
    [
        (["co_production"], 0.0, "budget was 0"),
        (["co_productoin"], 1e4, "did you mean co_production"),
        (["loss_ratio"], 1e4, "loss_ratio"),
        (["purse_change"], 1e4, "just more budget"),
        (["co_production", "co_production"], 1e4, "named twice"),
        ([], 1e4, "at least one lever"),
        (["competition"], 1e9, "buys none of these"),
    ],
)
def test_arguments_are_checked(levers, budget, message):
    with pytest.raises(UserError, match=message):
        at_equal_cost(HERE, levers, budget, measures=["stress"], replicates=1)


def test_a_timeline_that_undoes_the_lever_is_refused():
    later = HERE.model_copy(update={"timeline": (Change(month=3, set={"goodwill": 0}),)})
    with pytest.raises(UserError, match="timeline of the scenario sets goodwill"):
        at_equal_cost(later, ["goodwill"], 1e4, measures=["stress"])
