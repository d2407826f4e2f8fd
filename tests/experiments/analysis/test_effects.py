import numpy as np
import pandas as pd
import pytest

from alliances import MEASURES, PlaceSource, Scenario, simulate
from alliances.experiments.analysis.effects import across_worlds, group_effects, paired_effects
from alliances.experiments.runs.comparison import Effect, compare
from alliances.experiments.runs.months import last_means
from alliances.model.input.errors import UserError
from tests.experiments.analysis.tables import sweep

# Two worlds, each with a reference (connectors 0) and two choices.
WORLDS = [0, 0, 0, 1, 1, 1]
REFERENCES = [0, 0, 0, 3, 3, 3]
LEVER = np.array([[0], [2], [4], [0], [2], [4]])
LUCK = np.array([0.0, 10.0, -20.0, 5.0])  # of each replicate, the same at every point


def outputs():
    gain = np.array([0.0, 1.0, -1.0, 0.0, 3.0, 1.0])[:, None]
    own = np.zeros((6, 4))
    own[1] = [0.1, -0.1, 0.2, -0.2]
    own[2] = [3.0, -3.0, 3.0, -3.0]
    return 50.0 + gain + own + LUCK


def frames(values=None, measure="impact"):
    values = outputs() if values is None else values
    return sweep(
        LEVER, ["connectors"], values, worlds=WORLDS, references=REFERENCES, measure=measure
    )


def test_effects_are_paired_by_replicate():
    table = paired_effects(*frames(), ["impact"])
    assert list(table["point"]) == [1, 2, 4, 5]
    assert table["point"].dtype == int
    first = table.iloc[0]
    assert first["difference"] == pytest.approx(1.0)
    expected = Effect(MEASURES["impact"], outputs()[0], outputs()[1])
    assert (first["low"], first["high"]) == pytest.approx(expected.interval)
    assert first["high"] - first["low"] < 1.0  # luck of 10 and more drops out
    assert (first["verdict"], first["agreeing"], first["runs"]) == ("better", 1.0, 4)
    unclear = table.iloc[1]
    assert (unclear["verdict"], unclear["agreeing"]) == ("unclear", 0.5)
    assert list(table["world"]) == [0, 0, 1, 1]
    assert list(table["reference"]) == [0, 0, 3, 3]


def test_effects_are_those_of_a_comparison_of_the_model():
    here = Scenario(place=PlaceSource(organisations=10), months=12)
    there = here.with_values(connectors=2)
    values = np.stack(
        [last_means(simulate(arm, 3, 7, final=False), 12)["meetings"] for arm in (here, there)]
    )
    points, runs = sweep(
        [[0], [2]], ["connectors"], values, worlds=[0, 0], references=[0, 0], measure="meetings"
    )
    row = paired_effects(points, runs, ["meetings"]).iloc[0]
    same = compare(here, there, 3, 7).table().set_index("measure").loc["meetings"]
    for name in ("a", "b", "difference", "low", "high", "runs", "verdict"):
        assert row[name] == same[name]


def test_pairs_with_a_failed_run_are_left_out():
    values = outputs()
    values[0, 1] = np.nan  # of the reference
    values[1, 2] = np.nan
    values[4] = np.nan
    table = paired_effects(*frames(values), ["impact"]).set_index("point")
    assert table.loc[1, "runs"] == 2
    assert table.loc[1, "difference"] == pytest.approx(1.0 + (0.1 - 0.2) / 2)
    assert (table.loc[4, "runs"], table.loc[4, "verdict"]) == (0, "none")
    assert np.isnan(table.loc[4, ["difference", "low", "high", "agreeing"]].astype(float)).all()


def test_the_order_of_the_tables_says_nothing():
    points, runs = frames()
    mixed = points.sample(frac=1.0, random_state=1), runs.sample(frac=1.0, random_state=2)
    assert paired_effects(*mixed, ["impact"]).equals(paired_effects(points, runs, ["impact"]))
    assert across_worlds(*mixed, ["impact"]).equals(across_worlds(points, runs, ["impact"]))


def test_worlds_and_luck_are_kept_apart():
    table = across_worlds(*frames(), ["impact"]).set_index("connectors")
    two = table.loc[2]
    assert (two["mean"], two["worlds"], two["runs"]) == (pytest.approx(2.0), 2, 8)
    assert (two["spread_low"], two["spread_high"]) == pytest.approx((1.2, 2.8))
    by_replicate = np.array([0.1, -0.1, 0.2, -0.2]) / 2.0  # means over the two worlds
    half = 3.182446 * by_replicate.std(ddof=1) / 2.0
    assert two["luck"] == pytest.approx(half)
    assert two["sign_holds"] == 1.0
    four = table.loc[4]
    assert four["mean"] == pytest.approx(0.0, abs=1e-12)


def test_luck_that_worlds_share_does_not_shrink_with_them():
    rng = np.random.default_rng(3)
    shared = rng.normal(size=(1, 6))
    count = 40
    lever = np.tile([[0.0], [2.0]], (count, 1))
    worlds = np.repeat(np.arange(count), 2)
    values = np.zeros((2 * count, 6))
    values[1::2] = 1.0 + shared
    references = np.repeat(np.arange(count) * 2, 2)
    points, runs = sweep(lever, ["connectors"], values, worlds=worlds, references=references)
    pooled = across_worlds(points, runs, ["impact"]).iloc[0]
    half = 2.570582 * shared.std(ddof=1) / np.sqrt(6)
    assert pooled["luck"] == pytest.approx(half)
    assert pooled["spread_high"] - pooled["spread_low"] == pytest.approx(0.0, abs=1e-12)


def test_sign_holds_in_some_worlds():
    values = outputs()
    values[4] = values[3] - 0.5
    table = across_worlds(*frames(values), ["impact"]).set_index("connectors")
    assert table.loc[2, "mean"] == pytest.approx(0.25)
    assert table.loc[2, "sign_holds"] == 0.5


def test_one_replicate_or_one_world():
    table = across_worlds(*frames(outputs()[:, :1]), ["impact"])
    assert table["luck"].isna().all()
    points, runs = frames()
    here = points[points["world"] == 0]
    table = across_worlds(here, runs[runs["world"] == 0], ["impact"])
    assert table["spread_low"].isna().all()
    assert table["luck"].notna().all()


def test_what_cannot_be_compared_is_refused():
    points, runs = frames()
    with pytest.raises(UserError, match="no column 'stress'"):
        paired_effects(points, runs, ["stress"])
    with pytest.raises(UserError, match="nothing to compare"):
        paired_effects(points.assign(reference=points["point"]), runs, ["impact"])
    with pytest.raises(UserError, match="another"):
        paired_effects(points.assign(reference=0), runs, ["impact"])
    with pytest.raises(UserError, match="reference 3 is not among the points"):
        paired_effects(points[points["point"] != 3], runs, ["impact"])
    with pytest.raises(UserError, match="two finished runs of replicate 0"):
        paired_effects(points, pd.concat([runs, runs[:1]]), ["impact"])
    with pytest.raises(UserError, match="no factor of the sweep is a lever"):
        across_worlds(points.rename(columns={"connectors": "x"}), runs, ["impact"])
    with pytest.raises(UserError, match="same levers as another in world 0"):
        across_worlds(points.assign(connectors=1), runs, ["impact"])


def groups():
    rows = []
    for point in range(3):
        for replicate in range(4):
            for kind, group, trust in (("band", "micro", 0.4), ("sector", "voluntary", 0.6)):
                if (point, group, replicate) == (1, "micro", 3):
                    continue  # closed, all of them
                rows.append(
                    {
                        "point": point,
                        "replicate": replicate,
                        "kind": kind,
                        "group": group,
                        "organisations": 2.0 + point,
                        "trust_received": trust + 0.1 * point + 0.01 * replicate,
                    }
                )
    return pd.DataFrame(rows)


def test_effects_on_groups():
    points, _ = frames()
    points = points[points["world"] == 0]
    band, sector = model_groups()
    table = groups().replace({"micro": band, "voluntary": sector})
    found = group_effects(points, table, "trust_received").set_index(["group", "point"])
    assert found.loc[(band, 1), "difference"] == pytest.approx(0.1)
    assert found.loc[(band, 1), "runs"] == 3
    assert found.loc[(sector, 2), "difference"] == pytest.approx(0.2)
    assert found.loc[(sector, 2), "kind"] == "sector"
    assert found.loc[(sector, 2), "verdict"] == "better"
    alive = group_effects(points, table, "organisations").set_index(["group", "point"])
    assert alive.loc[(band, 1), "runs"] == 4  # none is a number of organisations too
    assert alive.loc[(band, 1), "difference"] == pytest.approx((1 + 1 + 1 - 2) / 4)


def model_groups():
    from alliances.model.kernel.state import BANDS, SECTORS

    return BANDS[1], SECTORS[0]


def test_group_effects_refuse():
    points, _ = frames()
    with pytest.raises(UserError, match="no quantity 'impact'"):
        group_effects(points, groups(), "impact")
    with pytest.raises(UserError, match="no size band or sector"):
        group_effects(points, groups()[:0], "organisations")
