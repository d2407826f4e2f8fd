"""Places of named organisations among made-up ones."""

import numpy as np
import pytest
from pydantic import ValidationError

from alliances import PlaceSource, Scenario, simulate
from alliances.model.kernel.state import BANDS, HEALTH
from alliances.model.places.named import Member, named_place
from alliances.model.places.place import PlaceError
from alliances.model.scenario import parse_scenario

TRUST = Member(name="NHS trust", sector="health", income=3e7, mutuality=0.2)
PAYER = Member(name="commissioner", sector="health", income=1.5e6, purse=True)
CHARITY = Member(name="charity", sector="charity", income=6e5, count=12)


def test_the_named_stand_among_the_others():
    place = named_place((TRUST, PAYER, CHARITY), 40, "area", acquaintance=0.6)
    assert place.organisations == 1 + 1 + 12 + 40 + 1  # a council is added, no health body
    row = place.names.index("charity 7")
    assert place.income[row] == 6e5
    assert BANDS[place.band[row]] == "medium"
    assert place.mutuality[place.names.index("NHS trust")] == 0.2
    assert np.isnan(place.mutuality[row])
    assert len(place.tie_a) == 14 * 13 / 2
    assert set(place.tie_strength_ab) == {0.6}
    assert any("40 made-up" in note for note in place.notes)


def test_who_holds_the_purse_comes_first():
    place = named_place((TRUST, PAYER, CHARITY), 0)
    health = np.flatnonzero(place.sector == HEALTH)
    assert place.names[health[np.argmin(place.uid[health])]] == "commissioner"


def test_the_order_of_the_members_changes_nothing():
    one = named_place((TRUST, PAYER, CHARITY), 10, acquaintance=0.5)
    other = named_place((CHARITY, TRUST, PAYER), 10, acquaintance=0.5)
    assert one.digest() == other.digest()


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ((), "needs members"),
        ((CHARITY, Member(name="charity 3", sector="charity", income=1)), "stands twice"),
        ((Member(name="organisation 2", sector="charity", income=1),), "stands twice"),
        ((Member(name="charity", sector="charity", income=1, purse=True),), "cannot hold a purse"),
        ((PAYER, Member(name="other", sector="health", income=1, purse=True)), "one of them can"),
    ],
)
def test_faults_are_told(members, told):
    with pytest.raises(PlaceError, match=told):
        named_place(members, 5)


def test_a_member_must_be_possible():
    for wrong in ({"sector": "moon"}, {"income": -1}, {"count": 0}, {"mutuality": 2}):
        with pytest.raises(ValidationError):
            Member.model_validate({"name": "x", "sector": "charity", "income": 1, **wrong})


def test_a_scenario_with_a_named_place_comes_back_and_runs():
    source = PlaceSource(
        kind="named", name="area", organisations=4, acquaintance=0.5, members=(TRUST, PAYER)
    )
    scenario = Scenario(place=source, months=3)
    assert parse_scenario(scenario.to_toml()) == scenario
    result = simulate(scenario, 2, final=True)
    assert {"NHS trust", "commissioner"} <= set(result.organisations["name"])
