"""A folded test tries all its cases and names each that fails."""

import pytest

from tests.each import each


def test_all_are_tried_and_those_that_fail_are_told(tmp_path):
    tried = []

    @each("number wanted", [(1, 1), (2, 3), (4, 4), (5, 6)])
    def equal(number, wanted, tmp_path):
        tried.append((number, tmp_path))
        if number == 5:
            with pytest.raises(ValueError, match="nothing"):
                pass
        assert number == wanted

    with pytest.raises(AssertionError, match=r"^2 of 4 cases fail:\n\(2, 3\): A.*\n.*\n?\(5, 6\)"):
        equal(tmp_path=tmp_path)
    assert tried == [(number, tmp_path) for number in (1, 2, 4, 5)]


def test_ctrl_c_stops_it():
    @each("number", [1])
    def stopped(number):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
