import numpy as np
import pytest

from alliances.experiments.analysis.regret import regret
from alliances.model.input.errors import UserError
from tests.experiments.analysis.tables import sweep

WORLDS = np.repeat([0, 1, 2], 3)
CHOICES = np.tile([[0.0], [2.0], [4.0]], (3, 1))
# Rows are worlds, columns the choices: the middle one is never best and never bad.
MEANS = np.array([[9.0, 8.0, 3.0], [2.0, 6.0, 7.0], [5.0, 5.0, 5.0]])


def frames(means=MEANS, *, own=0.0, measure="impact", replicates=4):
    rng = np.random.default_rng(6)
    luck = rng.normal(size=(1, replicates)) * 5.0
    values = means.ravel()[:, None] + luck + own * rng.normal(size=(9, replicates))
    return sweep(
        CHOICES,
        ["connectors"],
        values,
        worlds=WORLDS,
        references=np.repeat([0, 3, 6], 3),
        measure=measure,
    )


def test_minimax_regret():
    found = regret(*frames(), "impact", ["connectors"])
    table = found.table().set_index("connectors")
    assert found.choices["connectors"].iloc[0] == 2.0
    assert table.loc[[0.0, 2.0, 4.0], "max_regret"].to_numpy() == pytest.approx([5.0, 1.0, 6.0])
    assert table.loc[[0.0, 2.0, 4.0], "mean_regret"].to_numpy() == pytest.approx([5 / 3, 2 / 3, 2])
    assert table.loc[[0.0, 2.0, 4.0], "best_share"].to_numpy() == pytest.approx(
        [2 / 3, 1 / 3, 2 / 3]
    )
    assert found.sentence().startswith("Least to regret: connectors = 2. At worst it is 100 %")
    assert "33% of 3 worlds" in found.sentence()
    assert "Luck may be" not in found.sentence()


def test_less_is_better_turns_it_round():
    found = regret(*frames(measure="stress"), "stress", ["connectors"])
    table = found.table().set_index("connectors")
    assert table["max_regret"].to_dict() == pytest.approx({0.0: 6.0, 2.0: 5.0, 4.0: 5.0})


def test_ties_within_luck_count():
    means = np.array([[5.0, 5.1, 0.0]] * 3)
    found = regret(*frames(means, own=0.5, replicates=6), "impact", ["connectors"])
    table = found.table().set_index("connectors")
    assert table.loc[[0.0, 2.0], "within_luck_share"].min() >= 2 / 3
    assert table.loc[4.0, "within_luck_share"] == 0.0
    assert table.loc[[0.0, 2.0], "best_share"].sum() == pytest.approx(1.0)
    assert "Luck may be all that sets it apart from: connectors = " in found.sentence()
    assert "connectors = 4" not in found.sentence()


def test_only_replicates_that_all_have_count():
    points, runs = frames()
    # Without replicate 0 everywhere in world 0, its good luck would favour the others.
    lost = (runs["point"] == 0) & (runs["replicate"] == 0)
    runs.loc[lost, ["status", "impact"]] = ["failed", np.nan]
    table = regret(points, runs, "impact", ["connectors"]).table().set_index("connectors")
    assert table["max_regret"].to_dict() == pytest.approx({0.0: 5.0, 2.0: 1.0, 4.0: 6.0})


def test_worlds_without_a_common_replicate_are_dropped():
    points, runs = frames()
    lost = runs["point"] == 0
    runs.loc[lost, ["status", "impact"]] = ["failed", np.nan]
    found = regret(points, runs, "impact", ["connectors"])
    assert (found.dropped, found.table()["worlds"].max()) == (1, 2)
    assert "1 worlds were left out" in found.sentence()
    runs["status"] = "failed"
    with pytest.raises(UserError, match="in no world"):
        regret(points, runs, "impact", ["connectors"])


def test_one_replicate_is_said():
    found = regret(*frames(replicates=1), "impact", ["connectors"])
    assert "nobody can tell this from luck" in found.sentence()
    assert found.table()["max_low"].isna().sum() > 0


def test_what_cannot_be_judged_is_refused():
    points, runs = frames()
    with pytest.raises(UserError, match="more or less is better"):
        regret(*frames(measure="ties"), "ties", ["connectors"])
    with pytest.raises(UserError, match="one choice"):
        regret(points[points["connectors"] == 0.0], runs, "impact", ["connectors"])
    with pytest.raises(UserError, match="world 0 has connectors = 0 twice"):
        regret(points.assign(connectors=0.0), runs, "impact", ["connectors"])
    with pytest.raises(UserError, match="world 1 has 2 of the 3 choices"):
        regret(points[points["point"] != 4], runs, "impact", ["connectors"])
    with pytest.raises(UserError, match="no levers"):
        regret(points, runs, "impact", [])
