"""Changes on the way as they are given on a command line."""

import pytest

from alliances.experiments.cases.choose import find_scenario, with_later
from alliances.model.input.errors import UserError

CASE = find_scenario("crisis-window:crisis-and-back")


def test_another_timeline_takes_the_place_of_the_scenarios_own():
    assert CASE.timeline
    found = with_later(CASE, ["24:funding_cut=0.2", "6:connectors=2", "24:competition=high"])
    assert [change.month for change in found.timeline] == [6, 24]
    assert found.timeline[1].set == {"funding_cut": 0.2, "competition": 0.8}
    assert found.levers == CASE.levers
    assert with_later(CASE, ["none"]).timeline == ()


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("funding_cut=0.2", "write MONTH:NAME=VALUE"),
        ("x:funding_cut=0.2", "write MONTH:NAME=VALUE"),
        ("-3:funding_cut=0.2", "write MONTH:NAME=VALUE"),
        ("24:funding_cut=2", "funding_cut was"),
        ("24:funding_cot=0.2", "did you mean"),
        ("24:funding_cut", "is not a setting"),
    ],
)
def test_what_is_no_change_is_refused_in_words(setting, told):
    with pytest.raises(UserError) as caught:
        with_later(CASE, [setting])
    assert told in str(caught.value)
