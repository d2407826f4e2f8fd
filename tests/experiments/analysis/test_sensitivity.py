import numpy as np
import pytest
from pandas.testing import assert_frame_equal
from SALib.analyze import sobol as salib_sobol
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as sobol_sample

from alliances.experiments.analysis.luck import luck_of
from alliances.experiments.analysis.sensitivity import morris, sobol
from alliances.model.input.errors import UserError
from tests.experiments.analysis.tables import sweep

FACTORS = ("a", "b", "c")
FIRST = {"a": 0.3139, "b": 0.4424, "c": 0.0}
TOTAL = {"a": 0.5576, "b": 0.4424, "c": 0.2437}


def problem(factors=FACTORS):
    return {
        "num_vars": len(factors),
        "names": list(factors),
        "bounds": [[0.0, 1.0]] * len(factors),
    }


def saltelli(samples, *, second_order=False, factors=FACTORS):
    return sobol_sample.sample(problem(factors), samples, calc_second_order=second_order, seed=1)


def ishigami(u):
    x = (2.0 * u - 1.0) * np.pi
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def lucky(values, replicates=2, size=0.0):
    noise = np.random.default_rng(5).normal(size=(1, replicates))
    return values[:, None] + size * noise


def by_factor(found, column):
    return found.table().set_index("factor")[column].to_dict()


def test_ishigami():
    u = saltelli(2048)
    found = sobol(*sweep(u, FACTORS, lucky(ishigami(u))), FACTORS, "impact", second_order=False)
    assert by_factor(found, "first") == pytest.approx(FIRST, abs=0.02)
    assert by_factor(found, "total") == pytest.approx(TOTAL, abs=0.02)
    assert (found.blocks, found.dropped) == (2048, 0)
    table = found.table()
    assert list(table["factor"]) == ["a", "b", "c"]  # by their totals
    assert table["interactions"].to_numpy() == pytest.approx(table["total"] - table["first"])
    inside = table.set_index("factor")
    for name in FACTORS:
        assert inside.loc[name, "total_low"] < TOTAL[name] < inside.loc[name, "total_high"]


def test_ishigamis_only_interaction_is_of_a_and_c():
    u = saltelli(1024, second_order=True)
    found = sobol(*sweep(u, FACTORS, lucky(ishigami(u))), FACTORS, "impact", second_order=True)
    assert by_factor(found, "total") == pytest.approx(TOTAL, abs=0.03)
    top, *others = found.second.itertuples()
    assert (top.factor, top.other) == ("a", "c")
    assert top.second == pytest.approx(0.2437, abs=0.05)
    assert all(abs(pair.second) < 0.05 for pair in others)


def test_failed_runs_take_their_base_samples_with_them():
    u = saltelli(4096)
    y = lucky(ishigami(u), 1)
    random = np.random.default_rng(2)
    y[random.random(len(y)) < 0.05] = np.nan
    points, runs = sweep(u, FACTORS, y)
    points = points.sample(frac=1.0, random_state=3)  # the order of the table says nothing
    found = sobol(points, runs, FACTORS, "impact", second_order=False)
    assert by_factor(found, "first") == pytest.approx(FIRST, abs=0.05)
    assert by_factor(found, "total") == pytest.approx(TOTAL, abs=0.05)
    whole = np.isfinite(y.reshape(-1, 5)).all(axis=1)
    assert (found.blocks, found.dropped) == (whole.sum(), (~whole).sum())
    assert found.dropped > 800
    assert f"{found.dropped:,} of 4,096 base samples were left out" in found.sentence()

    # Leaving out the failed rows alone pairs what does not belong together ...
    kept = y[np.isfinite(y)]
    naive = salib_sobol.analyze(
        problem(), kept[: len(kept) // 5 * 5], calc_second_order=False, seed=1
    )
    assert np.abs(naive["S1"] - list(FIRST.values())).max() > 0.2
    # ... and filling them with the mean adds variance that nothing explains.
    filled = np.where(np.isfinite(y), y, np.nanmean(y)).ravel()
    naive = salib_sobol.analyze(problem(), filled, calc_second_order=False, seed=1)
    bias = naive["ST"] - list(TOTAL.values())
    assert (bias > 0.02).all()
    assert np.abs(bias).max() > 2.0 * max(
        abs(by_factor(found, "total")[name] - TOTAL[name]) for name in FACTORS
    )


def test_a_point_is_the_mean_of_its_finished_replicates():
    u = saltelli(64)
    patchy = lucky(ishigami(u), 3, size=2.0)
    patchy[::2, 1] = np.nan
    means = np.nanmean(patchy, axis=1, keepdims=True)
    one = sobol(*sweep(u, FACTORS, means), FACTORS, "impact", second_order=False)
    other = sobol(*sweep(u, FACTORS, patchy), FACTORS, "impact", second_order=False)
    assert other.dropped == 0
    assert_frame_equal(other.table(), one.table())


def test_what_failed_is_not_used_even_if_it_has_a_value():
    u = saltelli(64)
    points, runs = sweep(u, FACTORS, lucky(ishigami(u)))
    spoilt = runs.copy()
    late = spoilt["replicate"] == 1
    spoilt.loc[late, ["status", "impact"]] = ["timed out", 1e6]
    one = sobol(points, runs, FACTORS, "impact", second_order=False)
    assert sobol(points, spoilt, FACTORS, "impact", second_order=False).table().equals(one.table())


def test_additive_functions_have_no_interactions():
    u = saltelli(1024)
    y = lucky(u @ np.array([1.0, 2.0, 3.0]))
    table = sobol(*sweep(u, FACTORS, y), FACTORS, "impact", second_order=False).table()
    assert table["first"].to_numpy() == pytest.approx(np.array([9, 4, 1]) / 14, abs=0.02)
    assert table["interactions"].to_numpy() == pytest.approx(np.zeros(3), abs=0.02)


@pytest.mark.parametrize("second_order", [False, True])
@pytest.mark.parametrize("value", [0.0, 0.1])
def test_a_constant_depends_on_nothing(value, second_order):
    u = saltelli(16, second_order=second_order)
    points, runs = sweep(u, FACTORS, np.full((len(u), 2), value))
    found = sobol(points, runs, FACTORS, "impact", second_order=second_order)
    assert (found.table().drop(columns="factor") == 0.0).all(axis=None)
    assert (found.luck.points, found.luck.share) == (0.0, 0.0)
    assert "the same whatever the factors are" in found.sentence()
    if second_order:
        assert (found.second[["second", "second_low", "second_high"]] == 0.0).all(axis=None)


def test_an_output_that_varies_in_one_exchanged_row_only_gives_numbers():
    u = saltelli(16)
    y = np.zeros((len(u), 1))
    y[1] = 1.0  # neither of a base sample's own two rows
    table = sobol(*sweep(u, FACTORS, y), FACTORS, "impact", second_order=False).table()
    assert np.isfinite(table.drop(columns="factor").to_numpy()).all()


@pytest.mark.parametrize("seed", [0, 7])
def test_same_seed_same_intervals(seed):
    u = saltelli(64)
    frames = sweep(u, FACTORS, lucky(ishigami(u)))

    def call(seed):
        np.random.seed(call.count)  # noqa: NPY002 - the library must not draw from it
        call.count += 1
        return sobol(*frames, FACTORS, "impact", second_order=False, seed=seed).table()

    call.count = 0
    assert call(seed).to_csv() == call(seed).to_csv()
    assert not call(seed).equals(call(seed + 1))


def test_too_few_base_samples():
    u = saltelli(8)
    y = lucky(ishigami(u))
    y[3] = np.nan
    with pytest.raises(UserError, match="only 7 of 8 base samples"):
        sobol(*sweep(u, FACTORS, y), FACTORS, "impact", second_order=False)


def test_another_design_is_refused():
    u = saltelli(16, second_order=True)  # 128 rows
    frames = sweep(u, FACTORS, lucky(ishigami(u)))
    with pytest.raises(UserError, match="no multiple of 5"):
        sobol(*frames, FACTORS, "impact", second_order=False)
    frames = sweep(saltelli(64), FACTORS, lucky(ishigami(saltelli(64))))  # 320 rows
    with pytest.raises(UserError, match="not those of a Saltelli design with second order"):
        sobol(*frames, FACTORS, "impact", second_order=True)
    u[5] = 0.5  # not a row of b, in which one factor is exchanged
    with pytest.raises(UserError, match="not those of a Saltelli design with second order"):
        sobol(*sweep(u, FACTORS, lucky(ishigami(u))), FACTORS, "impact", second_order=True)
    frames = sweep(saltelli(16), FACTORS, lucky(ishigami(saltelli(16))))
    with pytest.raises(UserError, match="in this order"):
        sobol(*frames, ("b", "a", "c"), "impact", second_order=False)
    with pytest.raises(UserError, match="no column 'u_z'"):
        sobol(*frames, ("a", "z"), "impact", second_order=False)


def trajectories(count=12):
    return morris_sample.sample(problem(), count, num_levels=4, seed=3)


def test_morris_orders_factors_by_their_slopes():
    u = trajectories()
    y = lucky(u @ np.array([1.0, -5.0, 2.0]))
    found = morris(*sweep(u, FACTORS, y), FACTORS, "impact", levels=4)
    table = found.table()
    assert list(table["factor"]) == ["b", "c", "a"]
    assert table["mu"].to_numpy() == pytest.approx([-5.0, 2.0, 1.0])
    assert table["mu_star"].to_numpy() == pytest.approx([5.0, 2.0, 1.0])
    assert table["sigma"].to_numpy() == pytest.approx([0.0, 0.0, 0.0], abs=1e-12)
    assert "most on b (mean step 5" in found.sentence()


def test_a_failed_run_takes_its_trajectory_with_it():
    u = trajectories()
    y = lucky(u @ np.array([1.0, -5.0, 2.0]) + 3.0 * u[:, 0] * u[:, 1])
    clean = morris(*sweep(u[8:], FACTORS, y[8:]), FACTORS, "impact", levels=4)
    y[[1, 6]] = np.nan
    found = morris(*sweep(u, FACTORS, y), FACTORS, "impact", levels=4)
    assert (found.blocks, found.dropped) == (10, 2)
    assert found.table().equals(clean.table())
    y[8:40:4] = np.nan
    y[44] = np.nan
    with pytest.raises(UserError, match="only 1 of 12 trajectories"):
        morris(*sweep(u, FACTORS, y), FACTORS, "impact", levels=4)


def test_morris_of_a_constant_and_of_other_levels():
    u = trajectories()
    frames = sweep(u, FACTORS, np.full((len(u), 2), 0.3))
    found = morris(*frames, FACTORS, "impact", levels=4)
    assert (found.table().drop(columns="factor") == 0.0).all(axis=None)
    with pytest.raises(UserError, match="not Morris trajectories with 6 levels"):
        morris(*frames, FACTORS, "impact", levels=6)
    with pytest.raises(UserError, match="even number"):
        morris(*frames, FACTORS, "impact", levels=5)


def test_luck_apart_from_what_was_varied():
    random = np.random.default_rng(4)
    signal = random.normal(size=(4000, 1)) * 2.0
    common = random.normal(size=(1, 400)) * 1.0
    own = random.normal(size=(4000, 400)) * 3.0
    points, runs = sweep(np.zeros((4000, 1)), ["a"], signal + common + own)
    luck = luck_of(points, runs, "impact")
    assert luck.points == pytest.approx(4 / 14, abs=0.02)
    assert luck.common == pytest.approx(1 / 14, abs=0.02)
    assert luck.own == pytest.approx(9 / 14, abs=0.02)
    assert luck.share + luck.points == pytest.approx(1.0)


@pytest.mark.parametrize(("count", "replicates"), [(3000, 2), (2, 3000)])
def test_means_of_few_vary_by_luck_alone(count, replicates):
    own = np.random.default_rng(1).normal(size=(count, replicates))
    luck = luck_of(*sweep(np.zeros((count, 1)), ["a"], own), "impact")
    assert luck.own == pytest.approx(1.0, abs=0.06)


def test_luck_is_told_from_points_with_all_replicates():
    random = np.random.default_rng(4)
    values = random.normal(size=(30, 1)) + random.normal(size=(30, 5))
    whole = luck_of(*sweep(np.zeros((30, 1)), ["a"], values), "impact")
    more = np.vstack([values, np.full((2, 5), 99.0)])
    more[30:, 3] = np.nan
    luck = luck_of(*sweep(np.zeros((32, 1)), ["a"], more), "impact")
    assert (luck.points, luck.own) == (whole.points, whole.own)
    assert (luck.used, luck.left_out) == (30, 2)


def test_luck_needs_replicates():
    points, runs = sweep(np.zeros((4, 1)), ["a"], np.arange(4.0)[:, None])
    luck = luck_of(points, runs, "impact")
    assert np.isnan(luck.share)
    assert "cannot be told" in luck.sentence()
