from dataclasses import replace

import numpy as np
import pytest

from alliances.model.kernel.state import BUSINESS, CHARITY, COMMUNITY, COUNCIL, HEALTH
from alliances.model.places.builder import Grants, Rows, Ties, build_place, select_rows
from alliances.model.places.folder import load_place, write_place
from alliances.model.places.place import (
    Place,
    PlaceError,
    branch_uid,
    data_folder,
    gini,
    pounds,
    uid_of,
)
from alliances.model.places.synthetic import (
    BAND_MEANS,
    BAND_SHARES,
    LOCAL,
    NATIONAL,
    keyed_incomes,
    keyed_units,
    synthetic_place,
)


def small_place(**changes) -> Place:
    rows = Rows(
        names=["Ash", "Birch", "Cedar"],
        income=[5_000.0, 250_000.0, 40_000_000.0],
        localities=["north"] * 3,
    )
    for name, value in changes.items():
        setattr(rows, name, value)
    return build_place(
        "wood",
        rows,
        Ties([0, 2], [1, 1], [0.2, 0.4], [0.3, 0.5]),
        Grants([1, 0], [-2, 2], [100.0, 50.0], [3, 4]),
        public_bodies=False,
    )


def row(place: Place, name: str) -> int:
    return place.names.index(name)


# --- building ----------------------------------------------------------------


def test_rows_are_sorted_by_locality_and_uid():
    place = synthetic_place(200, 4)
    keys = list(zip(place.locality.tolist(), place.uid.tolist(), strict=True))
    assert keys == sorted(keys)
    assert len(np.unique(place.uid)) == place.size
    assert (place.uid != 0).all()


def test_sector_is_set_from_the_income_of_the_whole_body():
    place = build_place(
        "x",
        Rows(["Two", "Two", "One"], [60_000.0, 60_000.0, 60_000.0], ["a", "b", "a"]),
        public_bodies=False,
    )
    sectors = dict(zip(place.names, place.sector.tolist(), strict=True))
    assert sectors == {"Two": CHARITY, "One": COMMUNITY}
    assert any("missing in 3 of 3 rows" in note for note in place.notes)


def test_band_is_that_of_the_whole_body():
    place = build_place("x", Rows(["Two", "Two"], [6e6, 6e6], ["a", "b"]), public_bodies=False)
    assert place.band.tolist() == [4, 4]
    for income, band in ((9_999, 0), (1e4, 1), (1e5, 2), (1e7, 4), (1e8, 5)):
        place = build_place("x", Rows(["One"], [income], ["x"]), public_bodies=False)
        assert place.band.tolist() == [band], "a limit belongs to the upper band"


def test_ties_and_grants_follow_their_rows():
    place = small_place()
    assert (place.tie_a < place.tie_b).all()
    seen = {}
    for a, b, there, back in zip(
        place.tie_a, place.tie_b, place.tie_strength_ab, place.tie_strength_ba, strict=True
    ):
        seen[place.names[a], place.names[b]] = there
        seen[place.names[b], place.names[a]] = back
    assert seen == {
        ("Ash", "Birch"): 0.2,
        ("Birch", "Ash"): 0.3,
        ("Cedar", "Birch"): 0.4,
        ("Birch", "Cedar"): 0.5,
    }
    paid = {
        place.names[payee]: (payer if payer < 0 else place.names[payer], monthly, left)
        for payee, payer, monthly, left in zip(
            place.grant_payee,
            place.grant_payer,
            place.grant_monthly,
            place.grant_months_left,
            strict=True,
        )
    }
    assert paid == {"Birch": (-2, 100.0, 3), "Ash": ("Cedar", 50.0, 4)}


def test_public_bodies_are_added_where_they_lack_and_noted():
    rows = Rows(
        ["Ash", "Town hall", "Birch"],
        [1e4, 9e6, 1e4],
        ["a", "a", "b"],
        sector=[-1, COUNCIL, -1],
    )
    place = build_place("x", rows)
    kinds = list(zip(place.locality.tolist(), place.sector.tolist(), strict=True))
    assert kinds.count((0, COUNCIL)) == kinds.count((1, COUNCIL)) == 1
    assert kinds.count((0, HEALTH)) == kinds.count((1, HEALTH)) == 1
    assert any(
        "council body: the list has none in 1 of 2 localities" in note
        and "GBP 2.0m a year (an assumption)" in note
        for note in place.notes
    )
    assert any("health body: the list has none in 2 of 2" in note for note in place.notes)
    without = build_place("x", rows, public_bodies=False)
    assert without.size == 3
    assert not any("body:" in note for note in without.notes)


def test_an_inert_organisation_changes_nobody_else():
    plain = build_place("x", Rows(["Ash"], [1e4], ["x"]))
    more = build_place(
        "x",
        Rows(["Ash", "Ghost council"], [1e4, 5e6], ["x"] * 2, sector=[-1, COUNCIL], inert=[0, 1]),
    )
    others = select_rows(more, ~more.inert)
    assert others.digest() == plain.digest()
    facts = more.describe()
    assert facts["inert"] == 1
    assert {**facts, "inert": 0} == plain.describe()


def test_no_organisations_and_one_uid_for_two_are_errors():
    with pytest.raises(PlaceError, match=r"0 organisations; it needs at least 1"):
        build_place("x", Rows([], [], []))
    with pytest.raises(PlaceError, match=r"have one uid"):
        build_place("x", Rows(["A", "B"], [1, 2], ["x", "x"], uids=[7, 7]), public_bodies=False)


# --- the place ---------------------------------------------------------------


def test_a_place_is_read_only():
    with pytest.raises(ValueError, match="read-only"):
        small_place().income[0] = 1.0


def test_equality_sees_every_column():
    assert small_place() == small_place()
    assert hash(small_place()) == hash(small_place())
    assert small_place() != small_place(income=[5_001.0, 250_000.0, 40_000_000.0])
    assert small_place() != replace(small_place(), notes=("other",))
    assert small_place() != "wood"


def test_describe():
    facts = small_place().describe()
    assert facts["organisations"] == 3
    assert facts["ties"] == 2
    assert facts["density"] == pytest.approx(2 / 3)
    assert facts["income"] == 40_255_000
    assert facts["bands"]["medium"]["organisations"] == 1
    assert facts["bands"]["major"]["share_of_income"] == pytest.approx(40 / 40.255)
    assert facts["grants_monthly"] == 150
    assert sum(facts["sectors"].values()) == 3
    assert repr(small_place()) == "<Place 'wood': 3 organisations, 3 rows, 1 localities, 2 ties>"


def test_describe_counts_a_body_with_branches_once():
    place = build_place("x", Rows(["A", "A", "B"], [1e4, 3e4, 1e4], ["x", "y", "x"]))
    facts = place.describe()
    assert facts["organisations"] == 2 + 4
    assert facts["rows"] == 3 + 4
    assert place.organisations == 6
    assert facts["bands"]["small"]["organisations"] == 2


def test_labels_hold_no_name():
    place = small_place()
    at = row(place, "Birch")
    assert place.anonymous_label(at) == f"charity {at + 1}, GBP 250k"
    hidden = place.anonymous()
    assert not set(hidden.names) & set(place.names)
    assert len(set(hidden.names)) == 3
    assert (hidden.uid == place.uid).all()
    branches = build_place("x", Rows(["A", "A"], [1.0, 1.0], ["x", "y"]), public_bodies=False)
    assert branches.anonymous().names == ("community 1", "community 1")


def test_pounds():
    told = [pounds(amount) for amount in (0, 850, 240_400, 999_600)]
    assert told == ["GBP 0", "GBP 850", "GBP 240k", "GBP 1.0m"]


def test_gini():
    assert gini(np.array([1.0, 1.0, 1.0])) == pytest.approx(0.0)
    assert gini(np.array([0.0, 0.0, 0.0, 1.0])) == pytest.approx(0.75)
    assert gini(np.array([])) == gini(np.zeros(3)) == 0.0


def test_data_folder_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("ALLIANCES_DATA", str(tmp_path))
    assert data_folder() == tmp_path
    monkeypatch.setenv("ALLIANCES_DATA", str(tmp_path / "nothing"))
    assert data_folder() is None


# --- files -------------------------------------------------------------------


def test_a_written_place_comes_back_equal(tmp_path):
    mission = np.full((3, 6), np.nan)
    mission[1] = np.array([3, 1, 1, 1, 1, 1]) / 8.1
    mission[1] /= mission[1].sum()
    disposed = small_place(mission=mission, openness=np.array([0.1, np.nan, 1 / 3]))
    for place in (small_place(), disposed, synthetic_place(300, 6, seed=2)):
        folder = tmp_path / str(place.digest())
        assert load_place(write_place(place, folder)) == place


def test_a_folder_without_a_place_is_an_error(tmp_path):
    with pytest.raises(PlaceError, match=r"holds no readable place\.toml"):
        load_place(tmp_path)


@pytest.mark.parametrize(
    ("about", "told"),
    [
        ('name = "a"\nnotes = []\nseed = 3\n', "seed: unknown entry; a place has name, notes"),
        ("name = true\nnotes = []\n", "name: was True; it must be text"),
        ('name = "a"\nnotes = "none"\n', "notes: was 'none'; it must be a list"),
    ],
)
def test_a_folder_says_nothing_of_its_place_that_is_not_used(about, told, tmp_path):
    folder = write_place(synthetic_place(5), tmp_path / "here")
    (folder / "place.toml").write_text(about)
    with pytest.raises(PlaceError, match=told):
        load_place(folder)


def test_a_changed_grants_file_is_an_error(tmp_path):
    write_place(small_place(), tmp_path)
    file = tmp_path / "grants.csv"
    file.write_text(file.read_text().replace("council", "counsel"))
    with pytest.raises(PlaceError, match=r"grants\.csv, row \d, column payer: 'counsel' must be"):
        load_place(tmp_path)


# --- the size distribution ---------------------------------------------------


@pytest.mark.parametrize("sizes", [LOCAL, NATIONAL])
def test_bands_have_their_share_of_organisations_and_income(sizes):
    edges = sizes.start
    held = np.diff(sizes.income_below(edges))
    assert held == pytest.approx(sizes.shares * sizes.means, rel=1e-9)
    assert sizes.quantile(edges[1:-1]) == pytest.approx(sizes.high[:-1], rel=1e-9)
    assert sizes.quantile(np.array([0.0, 1.0])) == pytest.approx([sizes.low[0], sizes.high[-1]])


def test_income_below_is_the_integral_of_the_quantiles():
    share = np.linspace(0, 1, 2_000_001)
    middle = LOCAL.quantile((share[1:] + share[:-1]) / 2)
    assert middle.mean() == pytest.approx(LOCAL.mean, rel=1e-4)
    part = middle[: len(middle) * 3 // 4].sum() / len(middle)
    assert float(LOCAL.income_below(np.array([0.75]))[0]) == pytest.approx(part, rel=1e-4)


def test_mean_income_does_not_depend_on_how_many():
    for count in (1, 2, 20, 80, 200, 557, 20_000):
        income = LOCAL.strata_means(count)
        assert income.mean() == pytest.approx(LOCAL.mean, rel=1e-9)
        assert (np.diff(income) > 0).all()
        assert income[-1] < 1e7


def test_keyed_incomes_are_a_matter_of_uid_and_seed():
    uids = np.arange(1, 101, dtype=np.uint64)
    income = keyed_incomes(uids, seed=5)
    assert keyed_incomes(uids[::-1].copy(), seed=5)[::-1].tolist() == income.tolist()
    assert keyed_incomes(uids, seed=6).tolist() != income.tolist()
    assert sorted(keyed_incomes(uids, seed=6)) == sorted(income)


def test_keyed_units_are_uniform_and_independent():
    uids = np.arange(1, 20_001, dtype=np.uint64)
    one, other = keyed_units(3, 0, uids), keyed_units(3, 1, uids)
    assert one.min() >= 0
    assert one.max() < 1
    assert one.mean() == pytest.approx(0.5, abs=0.01)
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.03
    with pytest.raises(PlaceError, match="seed was -1; it must be between 0"):
        keyed_units(-1, 0, uids)


# --- synthetic places --------------------------------------------------------


@pytest.mark.parametrize("count", [20, 80, 200, 557])
def test_a_single_place(count):
    place = synthetic_place(count)
    assert place.size == place.organisations == count
    assert place.localities == ("synthetic",)
    local = ~np.isin(place.sector, [COUNCIL, HEALTH])
    assert place.income[local].mean() == pytest.approx(LOCAL.mean, rel=1e-9)
    assert place.income.max() < 1e7
    assert (place.sector == BUSINESS).sum() == round(0.05 * (count - 2))
    assert (place.sector == COUNCIL).sum() == (place.sector == HEALTH).sum() == 1
    small = (place.sector == COMMUNITY) & (place.income >= 1e5)
    assert not small.any()


def test_the_seed_of_the_place_shuffles_sizes():
    one, other = synthetic_place(80, seed=1), synthetic_place(80, seed=2)
    assert sorted(one.uid) == sorted(other.uid)
    assert one.income.tolist() != other.income.tolist()
    assert sorted(one.income) == sorted(other.income)
    assert synthetic_place(80, seed=1) == one


def test_many_places_have_the_bands_of_the_register():
    place = synthetic_place(20_000, 100)
    facts = place.describe()
    assert facts["organisations"] == 20_000
    for share, found in zip(BAND_SHARES, facts["bands"].values(), strict=True):
        # The council and health body of each place are 1 % of the bodies.
        assert found["share_of_organisations"] == pytest.approx(share, rel=0.02, abs=0.011)
    assert facts["gini_income"] == pytest.approx(0.936, abs=0.01)
    private = ~np.isin(place.sector, [COUNCIL, HEALTH])
    expected = np.dot(BAND_SHARES, BAND_MEANS)
    mean = place.income[private].sum() / (facts["organisations"] - 200)
    assert mean == pytest.approx(expected, rel=0.03)
    here = np.bincount(place.locality[place.body == place.uid])
    assert here.max() - here.min() <= 1
    for sector in (COUNCIL, HEALTH):
        assert np.bincount(place.locality[place.sector == sector]).tolist() == [1] * 100
    business = np.bincount(place.locality[place.sector == BUSINESS])
    assert set(business) <= {9, 10}


def test_national_bodies_are_branches_in_several_places():
    place = synthetic_place(20_000, 100)
    branch = place.body != place.uid
    assert set(np.unique(place.band[branch])) == {4, 5}
    assert not np.isin(place.band[~branch], [4, 5]).any()
    bodies, first, counts = np.unique(place.body[branch], return_index=True, return_counts=True)
    assert len(bodies) == round(20_000 * 0.0087 / sum(BAND_SHARES))
    assert counts.min() == 2
    whole = place.income[branch][first] * counts
    assert counts.tolist() == np.round(2 * np.sqrt(whole / 1e7)).tolist()
    for body in bodies[:20]:
        rows = np.flatnonzero(place.body == body)
        assert len(set(place.locality[rows])) == len(rows)
        assert len(set(place.income[rows])) == 1
        assert len({place.names[r] for r in rows}) == 1
        for r in rows:
            town = place.localities[place.locality[r]]
            assert int(place.uid[r]) == branch_uid(int(body), town)
    assert any("national bodies: 174" in note for note in place.notes)


def test_branches_are_at_most_the_places():
    place = synthetic_place(4_000, 3)
    branch = place.body != place.uid
    _, counts = np.unique(place.body[branch], return_counts=True)
    assert counts.max() == 3


def test_a_tiny_place_has_no_public_bodies_and_says_so():
    for count in (1, 2, 3):
        place = synthetic_place(count)
        assert place.size == count
        assert any("left out" in note for note in place.notes)
    assert synthetic_place(10, public_bodies=False).size == 10


@pytest.mark.parametrize(("organisations", "places"), [(0, 1), (-3, 1), (2, 3), (5, 0)])
def test_too_few_organisations(organisations, places):
    with pytest.raises(
        PlaceError, match=rf"organisations was {organisations} and places was {places}"
    ):
        synthetic_place(organisations, places)


def test_uid_of_a_name_is_stable():
    assert uid_of("organisation 1") == 0x85AE98739BEC27CA
    assert uid_of("organisation 1") != uid_of("organisation 2")
