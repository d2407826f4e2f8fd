import csv

import numpy as np
import pytest

from alliances.model.kernel.state import BAND_LIMITS, COUNCIL, HEALTH, NEEDS
from alliances.model.places.grants import import_360giving
from alliances.model.places.place import PlaceError, data_folder
from alliances.model.places.real import NEEDS_OF_ACTIVITY, REAL_PLACES, needs_of, real_place
from alliances.model.places.synthetic import BAND_MEANS, BAND_SHARES

DATA = data_folder()
needs_data = pytest.mark.skipif(
    DATA is None, reason="the real data sets are absent: set ALLIANCES_DATA to their folder"
)


def records(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@needs_data
@pytest.mark.parametrize("name", list(REAL_PLACES))
def test_every_set_becomes_a_place_without_names(name):
    place = real_place(name)
    assert place.name == name
    assert np.isfinite(place.income).all()
    assert (place.sector == COUNCIL).sum() == (place.sector == HEALTH).sum() == 1
    for row, label in enumerate(place.names):
        assert label == place.label(row)
    assert real_place(name) == place


@needs_data
@pytest.mark.parametrize(
    ("name", "size", "ties", "grants"),
    [
        ("ukcat", 80, 0, 0),
        ("trafford", 322, 0, 132),
        ("bristol", 97, 243, 0),
        ("bristol events", 97, 1632, 0),
        ("wetlands", 80, 288, 0),
    ],
)
def test_sizes_of_the_sets(name, size, ties, grants):
    place = real_place(name, public_bodies=False)
    assert (place.size, len(place.tie_a), len(place.grant_payee)) == (size, ties, grants)


@needs_data
@pytest.mark.parametrize("name", list(REAL_PLACES))
def test_samples_are_keyed_by_the_seed_of_the_place(name):
    one = real_place(name, organisations=25, seed=1)
    assert one.size == 27
    assert real_place(name, organisations=25, seed=1) == one
    assert set(real_place(name, organisations=25, seed=2).uid) != set(one.uid)


@needs_data
def test_charities_stand_for_the_register():
    shares = np.array(BAND_SHARES[:4]) / sum(BAND_SHARES[:4])
    means = [
        real_place("ukcat", organisations=200, seed=seed, public_bodies=False).income.mean()
        for seed in range(10)
    ]
    assert np.mean(means) == pytest.approx(np.dot(shares, BAND_MEANS[:4]), rel=0.05)
    place = real_place("ukcat", organisations=200, public_bodies=False)
    assert np.bincount(place.band) / 200 == pytest.approx(shares, abs=0.011)
    assert np.isnan(place.mission).all()  # drawn in each run
    assert len(np.unique(place.expertise.argmax(axis=1))) == NEEDS


@needs_data
def test_the_bands_are_those_of_the_register():
    found = {}
    for record in records(DATA / "ukcat_charity_roster" / "sample_4203.csv"):
        if record["income"]:
            income, weight = float(record["income"]), float(record["weight"])
            band = int(np.searchsorted(BAND_LIMITS, income, side="right"))
            total = found.setdefault(band, [0.0, 0.0])
            total[0] += weight
            total[1] += weight * income
    weights = np.array([found[band][0] for band in range(6)])
    money = np.array([found[band][1] for band in range(6)])
    assert weights / weights.sum() == pytest.approx(BAND_SHARES, abs=1e-4)
    assert money / weights == pytest.approx(BAND_MEANS, rel=1e-3)


@needs_data
def test_every_activity_of_the_register_has_needs():
    codes = {r["ICNPTSO"] for r in records(DATA / "ukcat_charity_roster" / "sample_4203.csv")}
    assert {code[0] for code in codes} <= set(NEEDS_OF_ACTIVITY)
    assert {need for code in codes for need in needs_of(code)} == set(range(NEEDS))


@needs_data
@pytest.mark.parametrize(
    ("file", "recipients", "note"),
    [
        ("lloyds_bank_foundation_2010_2015.csv", 3620, "1 of 4116 are of GBP 0"),
        ("wolfson_2014.csv", 258, "114 of 379 are of GBP 0"),
        ("power_to_change_2015_2019.csv", 691, "2 of 870 go to individuals"),
    ],
)
def test_published_grants_are_imported(file, recipients, note):
    place = import_360giving(DATA / "uk_grants_360giving" / file, public_bodies=False)
    assert place.size == recipients
    assert any(note in text for text in place.notes)
    assert (place.grant_payer == -4).all()


def test_unknown_set():
    with pytest.raises(PlaceError, match=r"no data set 'leeds'; allowed: 'ukcat', 'trafford'"):
        real_place("leeds")


def test_absent_sets(tmp_path):
    with pytest.raises(PlaceError, match="set ALLIANCES_DATA to their folder"):
        real_place("ukcat", tmp_path / "none")
    with pytest.raises(PlaceError, match=r"there is no data set .*sample_4203\.csv"):
        real_place("ukcat", tmp_path)


@needs_data
@pytest.mark.parametrize("count", [0, 98])
def test_wrong_number_of_organisations(count):
    with pytest.raises(PlaceError, match=rf"organisations was {count}"):
        real_place("bristol", organisations=count)


def test_longest_code_counts():
    assert needs_of("G14") == NEEDS_OF_ACTIVITY["G14"] != needs_of("G11")
    assert needs_of("D21") == NEEDS_OF_ACTIVITY["D"]
    assert needs_of("?") == NEEDS_OF_ACTIVITY["L"]
