"""The floor does the draws and rows of the very run that it is compared with."""

import numpy as np
import pytest

from alliances import Scenario, simulate
from tests.benchmarks.floor import DRAW, Floor, without_repeats


@pytest.mark.slow
def test_the_log_is_that_of_the_run_and_is_done_again_to_the_last_draw():
    floor = Floor(10, 3)
    scenario = Scenario.model_validate({"place": {"organisations": 10}})
    values = simulate(scenario, 1, months=3, final=False).values
    np.testing.assert_allclose(floor.trust, values["trust"][0], atol=1e-9)
    assert floor.draws == (floor.kinds == DRAW).sum() > 1_000
    assert floor.reached > 5 * floor.draws
    first = floor.again()
    assert floor.again() != first  # rows were written to
    floor.keys[-1, 0] += np.uint64(1)
    fresh = Floor(10, 3)
    assert fresh.again() == first
    fresh = Floor(10, 3)
    fresh.keys[-1, 0] += np.uint64(1)
    assert fresh.again() != first  # the last draw is made


def test_rows_that_are_held_are_not_reached_for_again():
    kinds = np.array([1, 1, 0, 1, 2, 1, *range(3, 12), 1], np.uint8)
    rows = np.zeros(len(kinds), np.int32)
    keep = without_repeats(kinds, rows)
    assert keep.tolist() == [True, False, True, False, True, False, *[True] * 9, True]
