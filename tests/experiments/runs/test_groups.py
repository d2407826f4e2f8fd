import json

import numpy as np
import pytest

from alliances import PlaceSource, Scenario
from alliances.experiments.runs.comparison import compare
from alliances.experiments.runs.groups import QUANTITIES, by_group, group_table
from alliances.model.input.errors import UserError
from alliances.model.kernel.state import BANDS
from tests.experiments.conftest import SMALL

HERE = Scenario(place=PlaceSource(organisations=20), months=24)


@pytest.fixture(scope="module")
def found():
    return compare(HERE, HERE.with_values(devolved_pots=0.4), 3, 0, keep=True, final=True)


@pytest.mark.parametrize("kind", ["band", "sector"])
def test_groups_add_up(found, kind):
    effects = by_group(found, kind)
    for arm, result in zip("ab", found.results, strict=True):
        counts = sum(getattr(group["organisations"], arm) for group in effects.values())
        size = result.organisations.groupby("replicate").size().to_numpy()
        assert (counts == size).all()
        shares = np.nansum([getattr(g["money_share"], arm) for g in effects.values()], axis=0)
        assert shares == pytest.approx(np.ones(3))


def test_a_groups_values_are_those_of_its_organisations(found):
    effect = by_group(found, "band")["micro"]["stress"]
    rows = found.results[1].organisations
    rows = rows[(rows["band"] == "micro") & (rows["replicate"] == 2)]
    assert effect.b[2] == pytest.approx(rows["stress"].mean())


def test_bands_stand_in_their_order(found):
    effects = by_group(found, "band")
    assert [band for band in BANDS if band in effects] == list(effects)
    table = group_table(effects, "band")
    assert len(table) == len(effects) * len(QUANTITIES)


def test_what_is_missing_is_told(found):
    with pytest.raises(UserError, match="band and sector"):
        by_group(found, "colour")
    with pytest.raises(UserError, match="final=True"):
        by_group(compare(HERE, HERE, 1, 0, 2, last=1, keep=True), "band")


def test_compare_prints_and_writes_groups(alliances, refused, tmp_path):
    words = ("compare", "baseline", "--set", "targets=0", *SMALL, "--by")
    assert "By size band" in alliances(*words, "band").stdout
    result = alliances(*words, "sector", "--json", "--out", tmp_path / "out")
    assert "council" in json.loads(result.stdout)["by_sector"]
    assert (tmp_path / "out" / "by_sector.csv").is_file()
    assert "band or sector" in refused(*words, "colour")
