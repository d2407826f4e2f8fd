"""Survival and resilience against small cases worked out by hand."""

import numpy as np
import pytest

from alliances import Scenario, simulate
from alliances.model.endurance import kaplan_meier, resilience, survival


def test_kaplan_meier_by_hand():
    found = kaplan_meier([10, 8, 4, 0], [2, 0, 1, 0])
    assert found["survival"].tolist() == pytest.approx([0.8, 0.8, 0.6, 0.6])
    # Greenwood: 2 / (10 x 8) + 1 / (4 x 3)
    spread = 1.959964 * np.sqrt(2 / 80 + 1 / 12)
    assert found["low"].iloc[2] == pytest.approx(0.6 * np.exp(-spread))
    assert found["high"].iloc[2] == pytest.approx(min(1.0, 0.6 * np.exp(spread)))


def test_kaplan_meier_of_nobody_and_of_the_last():
    assert kaplan_meier([0, 0], [0, 0])["survival"].tolist() == [1.0, 1.0]
    last = kaplan_meier([1, 0], [1, 0])
    assert last["survival"].tolist() == [0.0, 0.0]
    assert not last.isna().any(axis=None)


def test_survival_of_a_run():
    result = simulate(Scenario(months=60), replicates=4)
    found = survival(result)
    for band, months in found.groupby("band"):
        assert len(months) == 60
        assert (np.diff(months["survival"]) <= 0.0).all()
        assert months["closures"].sum() == result.values[f"closures_{band}"].sum()
        assert months["survival"].between(months["low"], months["high"]).all()
    ends = found[found["month"] == 59].set_index("band")
    last = result.organisations["band"].isin(["micro"]).sum()
    assert ends.loc["micro", "at_risk"] == pytest.approx(last, rel=0.05)


def test_a_drop_that_is_made_good():
    hit = [1, 1, 0.4, 0.7, 0.96, 0.96, 0.96, 0.96]
    found = resilience(hit, 2, np.ones(8)).iloc[0]
    assert found["drop"] == pytest.approx(0.6)
    assert found["drop_share"] == pytest.approx(0.6)
    assert found["months_to_trough"] == 0
    assert found["months_to_recover"] == 2
    assert found["recovered"]
    assert found["lost"] == pytest.approx(0.6 + 0.3 + 4 * 0.04)


def test_a_short_relief_is_no_recovery():
    hit = [1, 0, 1, 1, 0.5, 0.5, 0.5, 0.5]
    found = resilience(hit, 1, np.ones(8)).iloc[0]
    assert not found["recovered"]
    assert found["months_to_recover"] == 7  # all that was watched


def test_where_less_is_better():
    found = resilience([0.1, 0.4, 0.1, 0.1, 0.1], 1, np.full(5, 0.1), more_is_better=False)
    assert found["drop"].iloc[0] == pytest.approx(0.3)
    assert found["months_to_recover"].iloc[0] == 1


def test_nothing_happens():
    found = resilience(np.ones((2, 6)), 3, np.ones((2, 6)))
    assert found["drop"].tolist() == [0.0, 0.0]
    assert found["recovered"].all()
    assert not found.isna().any(axis=None)


def test_without_a_pair_the_year_before_is_the_level():
    found = resilience([0.5, 0.7, 0.3, 0.6, 0.6, 0.6], 2)
    assert found["drop"].iloc[0] == pytest.approx(0.3)


@pytest.mark.parametrize(("month", "without"), [(9, None), (0, None), (2, np.ones(4))])
def test_what_cannot_be_told_is_refused(month, without):
    with pytest.raises(ValueError, match=r"month|shapes"):
        resilience(np.ones(6), month, without)
