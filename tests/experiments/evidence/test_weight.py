"""Claims are weighed as was declared beforehand: verdicts, nulls, carriers, side effects."""

import numpy as np
import pandas as pd
import pytest

from alliances.experiments.cases.claim import Claim
from alliances.experiments.evidence.besides import hangs_on
from alliances.experiments.evidence.drawing import small_figure
from alliances.experiments.evidence.weight import Remainder, Spread, Weighed, left
from alliances.experiments.runs.interval import half_width

WORLDS, SEEDS = 40, 8


def claim(**changes):
    return Claim(
        **{
            "says": "More of this raises that.",
            "told": "O",
            "measure": "alliance_share",
            "direction": "rises",
            "arms": ("as-it-was", "changed"),
            "months": 60,
            "smallest": 0.02,
            "because": "Two points are worth telling.",
            "stands_for": "It is what the source speaks of.",
            "built_in": "mediated",
            "carrier": "ally",
            "null": "Without alliances nobody is in one.",
            **changes,
        }
    )


def spread(effect, *, over_worlds=0.01, luck=0.02, level=0.3, seed=0, worlds=WORLDS):
    generator = np.random.default_rng(seed)
    before = level + generator.normal(0.0, 0.05, (worlds, SEEDS))
    moved = effect + generator.normal(0.0, over_worlds, (worlds, 1))
    return Spread(before, before + moved + generator.normal(0.0, luck, (worlds, SEEDS)))


def weighed(effect, null=None, **changes):
    options = {n: changes.pop(n) for n in ("over_worlds", "luck") if n in changes}
    return Weighed("case", 1, claim(**changes), spread(effect, **options), null)


@pytest.mark.parametrize(
    ("effect", "over_worlds", "direction", "verdict"),
    [
        (0.10, 0.01, "rises", "supported"),
        (-0.10, 0.01, "falls", "supported"),
        (-0.10, 0.01, "rises", "contradicted"),
        (0.10, 0.01, "falls", "contradicted"),
        (0.005, 0.005, "rises", "contradicted"),  # there, and too small to matter
        (0.0, 0.005, "no change", "supported"),
        (0.10, 0.01, "no change", "contradicted"),
        (0.06, 0.15, "rises", "open"),  # clear in the mean, but not in four of five worlds
        (0.02, 0.10, "no change", "open"),
    ],
)
def test_verdicts(effect, over_worlds, direction, verdict):
    assert weighed(effect, over_worlds=over_worlds, direction=direction).verdict == verdict


def test_worlds_are_the_sample_and_luck_within_them_is_not():
    wide = spread(0.1, over_worlds=0.2, luck=0.001)
    low, high = wide.interval
    assert high - low > 20.0 * wide.luck
    same = spread(0.1, over_worlds=0.0, luck=0.1)
    low, high = same.interval
    assert (high - low) / 2.0 == pytest.approx(same.luck, rel=0.35)


def test_luck_of_one_world_is_the_interval_of_its_runs():
    differences = np.array([0.1, 0.3, 0.2, 0.6, 0.4])
    one = Spread(np.zeros((1, 5)), differences[np.newaxis])
    assert one.luck == pytest.approx(half_width(differences))


def test_runs_that_failed_are_left_out():
    whole = spread(0.1)
    before = whole.before.copy()
    before[3] = np.nan
    before[5, 2] = np.nan
    found = Spread(before, whole.after)
    assert len(found.by_world) == WORLDS - 1
    assert found.mean == pytest.approx(whole.mean, abs=0.005)
    nothing = Spread(np.full((4, 2), np.nan), np.full((4, 2), np.nan))
    assert np.isnan(nothing.baseline)
    assert Weighed("c", 1, claim(), nothing).verdict == "open"


@pytest.mark.parametrize(
    ("remains", "level", "verdict"),
    [
        (0.0, 0.3, "passed"),
        (0.005, 0.3, "passed"),
        (0.018, 0.3, "failed"),  # a fifth cannot be ruled out
        (0.06, 0.3, "failed"),
        (0.0, 0.1, "not comparable"),  # the place itself became another
    ],
)
def test_null(remains, level, verdict):
    whole = spread(0.1)
    null = left("ally", whole, spread(remains, level=level, seed=1))
    assert null.share == pytest.approx(remains / 0.1, abs=0.06)
    assert null.upper > null.share
    assert Weighed("case", 1, claim(), whole, null).null_verdict == verdict


def test_there_is_no_null_of_nothing():
    null = Remainder("ally", 0.0, 0.1, 0.0)
    assert weighed(-0.1, null).null_verdict == "nothing to carry"
    assert weighed(0.0, null, direction="no change", over_worlds=0.001).null_verdict == "none"
    assert weighed(0.1).null_verdict == "none"


def test_what_leaves_nothing_to_compare_with_carries_nothing():
    empty = Spread(np.full((WORLDS, SEEDS), np.nan), np.full((WORLDS, SEEDS), np.nan))
    assert not left("deliberate", spread(0.1), empty).carries
    assert not left("ally", spread(0.1), spread(0.0, level=0.01)).carries
    assert left("ally", spread(0.1), spread(0.0, seed=3)).carries


def test_an_effect_that_follows_one_assumption_is_told():
    generator = np.random.default_rng(2)
    worlds = pd.DataFrame(generator.random((WORLDS, 3)), columns=["one", "two", "three"])
    before = np.full((WORLDS, SEEDS), 0.3)
    after = before + 0.2 * worlds["two"].to_numpy()[:, None]
    found = hangs_on(Weighed("case", 1, claim(), Spread(before, after)), worlds)
    assert found is not None
    assert found[0] == "two"
    assert found[1] > 0.9
    assert hangs_on(weighed(0.1, over_worlds=0.0), worlds) is None


def test_the_small_figure_points_the_claimed_way():
    falls = small_figure(weighed(-0.1, direction="falls"))
    assert falls.startswith('<svg role="img"')
    assert falls.count("<circle") == WORLDS + 1
    zero = float(falls.split('<line x1="')[1].split('"')[0])
    mean = float(falls.split('<circle cx="')[-1].split('"')[0])
    assert mean > zero


def test_the_row_says_all():
    row = weighed(0.1, Remainder("ally", 0.05, 0.1, 0.02)).row()
    assert (row["verdict"], row["null"], row["carrier"]) == ("supported", "passed", "ally")
    assert row["low"] < row["difference"] < row["high"]
    assert row["worlds_that_agree"] == 1.0
