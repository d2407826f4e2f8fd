"""Several scenarios beside today's: the numbers of `compare`, in stages, with little kept."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from alliances import Scenario
from alliances.experiments.cases.choose import baseline_of
from alliances.experiments.compare.scenarios import (
    AgainstToday,
    ComparedArm,
    ComparedScenarios,
    compare_scenarios,
)
from alliances.experiments.compare.who_gains import (
    all_changes,
    changes,
    in_short,
    is_told,
    money,
    who_pays,
)
from alliances.experiments.runs import ensemble
from alliances.experiments.runs.comparison import Effect, compare
from alliances.experiments.runs.ensemble import in_stages
from alliances.experiments.runs.groups import by_group
from alliances.experiments.runs.outcomes import (
    effect_of,
    ensemble_outcomes,
    group_effect,
    groups_of,
)
from alliances.experiments.runs.quantities import GROUPS, QUANTITIES, WHOLE_QUANTITIES
from alliances.experiments.runs.queue import GivenUp, Queue
from alliances.model.measures import MEASURES
from alliances.model.places.source import PlaceSource
from tests.waiting import until

SMALL = Scenario(place=PlaceSource(organisations=12), months=24)
ALLIANCE = SMALL.with_values(competition=0.0, connectors=4, grant_share=0.3)
LEAD = SMALL.with_values(single_lead=0.9, bundling=0.8)
STAGES = (2, 3, 6)


def asked(*mine: Scenario) -> ComparedScenarios:
    arms = (ComparedArm(x, one, baseline_of(one)) for x, one in zip("ABC", mine, strict=False))
    return ComparedScenarios(tuple(arms), 5, 24)


def answers(question: ComparedScenarios, **options) -> list[AgainstToday]:
    found: list[AgainstToday] = []
    compare_scenarios(question, found.append, **{"stages": STAGES, **options})
    return found


@pytest.fixture(scope="module")
def against() -> AgainstToday:
    """The last answer; stages come in order, and only the last is whole."""
    found = answers(asked(ALLIANCE, LEAD))
    assert [one.runs for one in found] == [2, 3, 6]
    assert [one.is_whole for one in found] == [False, False, True]
    return found[-1]


def test_numbers_are_those_of_compare(against):
    for k, arm in enumerate(against.asked.arms):
        whole = compare(arm.today, arm.mine, 6, 5, 24)
        for name, effect in whole.effects.items():
            mine = against.effect(k, name)
            np.testing.assert_array_equal(mine.a, effect.a)
            np.testing.assert_array_equal(mine.b, effect.b)
            assert mine.sentence() == effect.sentence()


def test_scenarios_are_paired_with_each_other(against):
    whole = compare(ALLIANCE, LEAD, 6, 5, 24)
    assert against.pairs() == [(0, 1)]
    for name in ("alliance_share", "small_money"):
        np.testing.assert_array_equal(
            against.between(0, 1, name).differences, whole.effect(name).differences
        )


def test_other_assumptions_cannot_be_paired_with_each_other():
    found = answers(asked(ALLIANCE, LEAD.with_values(loss_ratio=4.0)), stages=(2,))[-1]
    assert found.pairs() == []
    assert not found.has_one_today


@pytest.mark.parametrize("kind", GROUPS)
def test_groups_are_those_of_a_comparison(against, kind):
    whole = by_group(compare(SMALL, ALLIANCE, 6, 5, 24, keep=True, final=True), kind)
    assert list(whole) == groups_of(kind, against.today[0], against.mine[0])
    for group, effects in whole.items():
        for name in QUANTITIES:
            mine = against.group_effect(0, (kind, group, name))
            np.testing.assert_allclose(mine.a, effects[name].a, rtol=1e-6, atol=1e-9)
            np.testing.assert_allclose(mine.b, effects[name].b, rtol=1e-6, atol=1e-9)


def test_money_of_a_group_is_that_of_all_its_organisations(against):
    one = against.mine[0]
    for group in groups_of("band", one):
        each, count, whole = (
            one.groups["band", group, name] for name in ("commissioned", "organisations", "money")
        )
        np.testing.assert_allclose(np.nan_to_num(each) * count, whole, rtol=1e-6)


def test_kept_outcomes_are_not_run_again_and_few_are_kept(monkeypatch):
    store = ensemble_outcomes(3)
    first = answers(asked(ALLIANCE, LEAD), store=store)[-1]
    assert len(store) == 3
    monkeypatch.setattr("alliances.experiments.runs.ensemble.simulate", None)
    again = answers(asked(ALLIANCE, LEAD), store=store)
    assert [one.runs for one in again] == [6]
    assert np.array_equal(again[0].effect(0, "trust").b, first.effect(0, "trust").b)


def test_more_scenarios_than_are_kept_are_still_answered():
    store = ensemble_outcomes(1)
    assert answers(asked(ALLIANCE, LEAD), store=store, stages=(2, 3))[-1].is_whole
    assert len(store) == 1


def test_given_up_between_two_runs():
    calls = iter([False, False, True])
    with pytest.raises(GivenUp):
        answers(asked(ALLIANCE), stale=lambda: next(calls, True), threads=1)


def test_what_was_given_up_after_a_piece_is_gone_on_with(against, monkeypatch):
    monkeypatch.setattr(ensemble, "TURN", 4)
    store, ran = ensemble_outcomes(), []
    right = ensemble.simulate

    def counted(scenario, numbers, *args, **options):
        ran.append(list(numbers))
        return right(scenario, numbers, *args, **options)

    monkeypatch.setattr(ensemble, "simulate", counted)
    with pytest.raises(GivenUp):
        answers(asked(ALLIANCE), store=store, stages=(6,), stale=lambda: len(ran) > 1)
    assert ran == [[0, 1], [0, 1]]
    found = answers(asked(ALLIANCE), store=store, stages=(2, 6))[-1]
    # Of today's practice the first two runs are there; those that were under way are not.
    assert ran[2:] == [[0, 1], [2, 3], [2, 3], [4, 5], [4, 5]]
    assert np.array_equal(found.effect(0, "trust").b, against.effect(0, "trust").b)
    assert np.array_equal(found.effect(0, "trust").a, against.effect(0, "trust").a)


def test_threads_change_nothing(against):
    found = answers(asked(ALLIANCE, LEAD), threads=3)[-1]
    for k in range(2):
        assert np.array_equal(found.effect(k, "trust").b, against.effect(k, "trust").b)
        for group in against.mine[k].groups:
            one, other = found.mine[k].groups[group], against.mine[k].groups[group]
            assert np.array_equal(one, other, equal_nan=True)


def test_who_asks_waits_for_a_turn():
    queue, found = Queue(), []
    store = ensemble_outcomes(queue=queue)
    with queue.turn(0):
        going = threading.Thread(
            target=lambda: found.extend(answers(asked(ALLIANCE), store=store, stages=(2,)))
        )
        going.start()
        until(lambda: queue.waiting)
        assert not found
    going.join()
    assert found[-1].is_whole


def test_two_who_ask_at_once_get_the_same():
    store, found = ensemble_outcomes(), []

    def ask() -> None:
        in_stages([ALLIANCE], 5, 24, lambda one: found.append(one[0]), store=store, stages=(2, 4))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = [one for one in found if one.runs == 4]
    assert len(whole) >= 3
    assert all(np.array_equal(one.means["trust"], whole[0].means["trust"]) for one in whole)


def test_curves_are_means_of_the_runs(against):
    curve = against.mine[0].curves["organisations"]
    assert curve.shape == (24,)
    assert against.mine[0].means["organisations"].mean() == pytest.approx(curve[-12:].mean())


def effect(a, b, name="money") -> Effect:
    return Effect(WHOLE_QUANTITIES[name], np.array(a, float), np.array(b, float))


def test_only_what_is_clear_and_not_tiny_is_told_of_groups():
    noise = np.linspace(-1, 1, 20)
    before = 100.0 + noise
    assert is_told(effect(before, before * 1.1 + noise[::-1]))
    assert not is_told(effect(before, before * 1.01))
    assert not is_told(effect(before, before + 30 * noise))
    few = np.where(np.arange(20) < 8, 60.0, 0.0)
    assert not is_told(effect(before, before + few - 2.0))
    for agreeing, told in ((12, True), (11, False)):  # six of ten, whatever the mean is
        steps = np.where(np.arange(20) < agreeing, 60.0, -1.0)
        assert is_told(effect(np.full(20, 100.0), 100.0 + steps)) == told
    assert is_told(effect(np.full(20, 100.0), np.full(20, 102.01)))  # two in a hundred
    assert not is_told(effect(np.full(20, 100.0), np.full(20, 101.99)))


def test_who_gains_and_who_loses(against):
    told = all_changes(against, 0)
    for change in told:
        assert change.way in (-1, 0, 1)
        assert "matched runs" in change.said()
    assert changes(against.today[0], against.today[0], "band") == []


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "the levers cost no money"),
        (
            {"connectors": 2},
            "GBP 105,600 a year (connectors GBP 100,000, skill of connectors GBP 5,600), out of",
        ),
        ({"connectors": 2, "new_money": 1}, "on top of the public purse"),
        ({"deliberation": 0.0}, "the levers save GBP"),
        ({"purse_change": 0.1, "funding_cut": 0.5}, "the purse itself is 45 % smaller"),
    ],
)
def test_what_is_paid_is_told(values, told):
    assert told in money(SMALL.with_values(**values))


def test_who_pays_names_money_and_days(against):
    assert "connectors GBP 200,000" in who_pays(against, 0)
    assert "days" in who_pays(against, 0)
    assert "Public money paid out" in who_pays(against, 0)
    same = replace(against, mine=against.today)
    assert "Public money paid out" not in who_pays(same, 0)
    half = replace(against.mine[0], paid=against.mine[0].paid / 2)
    told = who_pays(replace(against, mine=(half, *against.mine[1:])), 0)
    assert "Public money paid out falls by 55 %" in told
    assert "Who loses is told from 16" in in_short(against, 0)
    assert in_short(against, 0).startswith("Who pays: GBP 2")
    assert in_short(against, 1).startswith("Who pays: nobody, the levers cost no money.")


def test_effects_use_the_runs_that_both_have():
    long = answers(asked(ALLIANCE), stages=(4,))[-1]
    short = answers(asked(ALLIANCE), stages=(2,))[-1]
    assert effect_of(short.today[0], long.mine[0], "trust").runs == 2
    group = ("band", "micro", "organisations")
    found = group_effect(short.today[0], long.mine[0], group)
    assert len(found.a) == len(found.b) == 2
    assert effect_of(short.today[0], long.mine[0], "trust").measure is MEASURES["trust"]
