"""The stopping rule: when it looks, at what, and that it decides the same after a break."""

import numpy as np
import pandas as pd
import pytest

from alliances.experiments.runs.interval import half_width
from alliances.experiments.sweep.experiment import Stop
from alliances.experiments.sweep.plan import Plan
from alliances.experiments.sweep.runner import Runner, wanted_runs
from alliances.experiments.sweep.stopping import replicates_needed
from alliances.experiments.sweep.store import Store

from .conftest import SMALL, Here, contents, read, run, stored

RULE = "stop = { half_width = { stress = 0.01 }, minimum = 4, maximum = 16, block = 4 }"
STOPPED = SMALL.replace("replicates = 3", RULE)
QUIET, LOUD = np.zeros(64), np.tile([-1.0, 1.0], 32)


def needed(values: np.ndarray, reference: np.ndarray | None = None, **rule: object) -> int:
    stop = Stop(**{"half_width": {"trust": 0.1}, "minimum": 4, "maximum": 20, "block": 4, **rule})
    theirs = None if reference is None else {"trust": reference}
    return replicates_needed(stop, {"trust": values}, theirs)


def test_half_width_is_students():
    values = np.array([1.0, 2.0, 4.0, 7.0, np.nan])
    expected = 3.182446 * values[:4].std(ddof=1) / 2.0
    assert half_width(values) == pytest.approx(expected, rel=1e-6)
    assert np.isnan([half_width(values[:1]), half_width(values[4:])]).all()


@pytest.mark.parametrize(("there", "wanted"), [(0, 4), (3, 4), (4, 8), (7, 8), (8, 8), (64, 8)])
def test_two_looks_in_a_row_end_it_at_the_second(there, wanted):
    assert needed(QUIET[:there]) == wanted


@pytest.mark.parametrize(("there", "wanted"), [(4, 8), (8, 12), (16, 20), (20, 20), (64, 20)])
def test_without_an_end_it_goes_to_the_maximum(there, wanted):
    assert needed(LOUD[:there]) == wanted


def test_one_look_is_enough_if_it_is_asked_so():
    assert needed(QUIET, look_ahead=1) == 4


def test_a_look_outside_begins_anew():
    values = np.concatenate([QUIET[:4], LOUD[:2], QUIET])  # inside at 4, outside at 8
    assert half_width(values[:8]) > 0.4
    assert needed(values, half_width={"trust": 0.4}) == 16


def test_the_last_block_ends_at_the_maximum():
    assert needed(LOUD[:8], maximum=10) == 10
    assert needed(LOUD[:10], maximum=10) == 10


def test_what_lies_beyond_the_look_does_not_matter():
    for values in (QUIET, LOUD, np.concatenate([QUIET[:8], LOUD])):
        for there in range(30):
            wanted = needed(values[:there])
            whole = min(wanted, there)
            assert needed(np.concatenate([values[:whole], LOUD])) >= wanted
            if wanted <= there:
                assert needed(np.concatenate([values[:wanted], 1e9 * LOUD])) == wanted


def test_differences_are_what_counts():
    assert needed(LOUD, LOUD) == 8
    assert needed(QUIET, LOUD) == 20


def test_all_measures_must_be_inside():
    stop = Stop(half_width={"trust": 0.1, "stress": 0.1}, minimum=4, maximum=12, block=4)
    assert replicates_needed(stop, {"trust": QUIET, "stress": LOUD}, None) == 12


def test_failed_runs_are_left_out():
    values = QUIET.copy()
    values[::2] = np.nan
    assert needed(values) == 8
    assert needed(np.full(64, np.nan)) == 20


class EnoughError(Exception):
    pass


def counts(folder) -> pd.Series:
    return pd.read_parquet(folder / "tables" / "runs.parquet").groupby("point").size()


def test_a_sweep_stops_by_the_rule_and_resumed_it_does_the_same(tmp_path):
    experiment = read(STOPPED)
    plan = Plan(experiment)
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    run(experiment, whole)
    count = counts(whole)
    for point in range(len(plan)):
        reference = plan.reference[point]
        assert count[reference] >= count[point]
        if reference == point:
            assert count[point] == max(
                count[p] for p in range(6) if plan.reference[p] == point and p != point
            )
    assert set(count) <= {4, 8, 12, 16}
    assert count.min() >= 8  # two looks
    assert len(set(count)) > 1  # or the rule was not tried here

    for _ in range(100):
        told = []

        def stop(progress, told=told):
            told.append(progress.there)
            if len(told) == 3:
                raise EnoughError

        try:
            Runner(experiment, parts, SMALL, report=stop).run(Here(experiment, 3))
            break
        except EnoughError:
            continue
    else:
        pytest.fail("it never ended")
    assert contents(parts) == contents(whole)
    assert stored(parts) == stored(whole)


def test_nothing_more_is_wanted_when_it_has_ended(tmp_path):
    experiment = read(STOPPED)
    run(experiment, tmp_path)
    plan = Plan(experiment)
    store = Store(tmp_path, plan)
    index = store.parts.index()
    need = wanted_runs(plan, store, index, np.arange(len(plan)))
    assert need.sum() == len(index)
    assert run(experiment, tmp_path).new == 0
