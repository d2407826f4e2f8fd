import numpy as np
import pytest

from alliances.experiments.analysis.enough import enough, runs_needed
from alliances.model.input.errors import UserError
from tests.experiments.analysis.tables import sweep


def frames(values):
    lever = np.arange(len(values))[:, None]
    zeros = [0] * len(values)
    return sweep(lever, ["connectors"], values, worlds=zeros, references=zeros)


@pytest.fixture
def values():
    rng = np.random.default_rng(8)
    luck = rng.normal(size=(1, 20)) * 10.0
    return luck + np.array([[0.0], [1.0], [1.0]]) + rng.normal(size=(3, 20))


def test_half_width_and_runs_needed(values):
    found = enough(*frames(values), {"impact": 0.4}).table()
    row = found.iloc[0]
    paired = values[1] - values[0]
    half = 2.093024 * paired.std(ddof=1) / np.sqrt(20)  # Student's t with 19
    assert row["half_width"] == pytest.approx(half)
    assert not row["enough"]
    variance = paired.var(ddof=1)

    def reached(count):
        from scipy.stats import t

        return t.ppf(0.975, count - 1) * np.sqrt(variance / count)

    needed = int(row["needed"])
    assert needed > 20
    assert reached(needed) <= 0.4 < reached(needed - 1)


def test_luck_in_common_saves_runs(values):
    row = enough(*frames(values), {"impact": 0.4}).table().iloc[0]
    apart = values[0].var(ddof=1) + values[1].var(ddof=1)
    assert row["needed_unpaired"] == pytest.approx(1.96**2 * apart / 0.4**2, rel=0.02)
    assert row["needed_unpaired"] > 20 * row["needed"]


def test_runs_without_matching_have_students_t_of_two_samples(values):
    from scipy.stats import t

    apart = values[0].var(ddof=1) + values[1].var(ddof=1)

    def reached(count):
        return t.ppf(0.975, 2 * count - 2) * np.sqrt(apart / count)

    asked = float(reached(4)) * 1.0001
    assert enough(*frames(values), {"impact": asked}).table()["needed_unpaired"].iloc[0] == 4


def test_verdict_and_sentence(values):
    found = enough(*frames(values), {"impact": 2.0})
    assert found.reached
    assert found.sentence() == "Collective impact is as sure as ±2 at all 2 points."
    short = enough(*frames(values), {"impact": 0.1})
    assert not short.reached
    need = short.table()["needed"].max()
    assert f"at 0 of 2 points; all need up to {need:,.0f} matched runs" in short.sentence()


def test_too_few_runs_leave_it_open(values):
    values[1, 1:] = np.nan
    found = enough(*frames(values), {"impact": 2.0})
    row = found.table().iloc[0]
    assert (row["runs"], bool(row["enough"])) == (1, False)
    assert np.isnan([row["half_width"], row["needed"], row["needed_unpaired"]]).all()
    assert "At 1 there are fewer than two matched runs" in found.sentence()


def test_no_variance_needs_two_runs():
    row = enough(*frames(np.ones((2, 3))), {"impact": 0.1}).table().iloc[0]
    assert (row["half_width"], row["needed"], bool(row["enough"])) == (0.0, 2.0, True)


def test_runs_needed_is_the_least():
    # Half-width of 16 runs of variance 1: 2.131450 / 4.
    assert runs_needed(1.0, 2.1315 / 4, lambda count: count) == 16
    assert runs_needed(1.0, 2.1314 / 4, lambda count: count) == 17


@pytest.mark.parametrize("targets", [{}, {"impact": 0.0}, {"impact": float("nan")}])
def test_targets_are_checked(values, targets):
    with pytest.raises(UserError, match="half-width"):
        enough(*frames(values), targets)
