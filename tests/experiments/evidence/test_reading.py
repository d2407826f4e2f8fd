"""The table of claims, read back as it was written."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from alliances.experiments.cases.choose import find_case
from alliances.experiments.evidence.besides import SideEffect
from alliances.experiments.evidence.page import table
from alliances.experiments.evidence.reading import STANDINGS, VERDICTS, counts, read_claims
from alliances.experiments.evidence.weight import Remainder, Spread, Weighed
from alliances.experiments.evidence.words import Entry, null_sentence, sentence
from alliances.model.input.errors import UserError
from alliances.model.measures import MEASURES
from alliances.model.parameters import REGISTRY

CASE = find_case("sure-start")


def weighed(number: int = 1, shift: float = -0.2) -> Weighed:
    generator = np.random.default_rng(number)
    before = generator.normal(0.5, 0.01, (6, 4))
    spread = Spread(before, before + shift + generator.normal(0.0, 0.01, (6, 4)))
    claim = CASE.claims[number - 1]
    null = None if claim.carrier is None else Remainder(claim.carrier, 0.1, 0.15, 0.05)
    return Weighed(CASE.name, number, claim, spread, null, [Remainder("ally", 0.0, 0.1, 0.0)])


@pytest.fixture
def entries() -> list[Entry]:
    first = weighed(1)
    besides = [SideEffect("stress", 0.1, 0.2), SideEffect("closures", 1.0, 2.0)]
    return [Entry(CASE, first, besides, ("loss_ratio", 0.8)), Entry(CASE, weighed(2, 0.0))]


@pytest.fixture
def folder(tmp_path, entries):
    table(entries).to_csv(tmp_path / "claims.csv", index=False)
    return tmp_path


def test_sentences_are_those_of_the_page(folder, entries):
    for claim, entry in zip(read_claims(folder), entries, strict=True):
        assert claim.effect() == sentence(entry.weighed)
        assert claim.null() == null_sentence(entry.weighed)
        assert claim.text("verdict") == entry.weighed.verdict


def test_what_gets_worse_and_what_it_hangs_on_have_labels(folder):
    first, second = read_claims(folder)
    assert first.loses() == [MEASURES["stress"].label, MEASURES["closures"].label]
    assert first.hangs_on() == REGISTRY["loss_ratio"].label
    assert first.carriers() == ["ally"]
    assert (second.loses(), second.hangs_on()) == ([], "")


def test_a_claim_knows_its_case(folder):
    claim = read_claims(folder)[0]
    assert claim.case == CASE
    assert claim.claim == CASE.claims[0]
    assert claim.title == CASE.title
    assert "“" in claim.arm("to")
    assert CASE.claims[0].because in claim.least()


def test_the_claimed_way_is_up(folder):
    claim = read_claims(folder)[0]
    assert claim.text("direction") == "falls"
    effect, low, high = claim.in_smallest()
    assert effect == pytest.approx(-claim.number("difference") / claim.number("smallest"))
    assert effect > 0.0
    assert low < effect < high


def test_a_claim_that_was_changed_since_has_no_reasons(folder):
    claim = read_claims(folder)[0]
    other = dataclasses.replace(claim, row={**claim.row, "says": "Something else."})
    assert other.claim is None
    assert other.least().endswith("not matter")
    gone = dataclasses.replace(claim, row={**claim.row, "case": "../../etc/passwd"})
    assert gone.case is None
    assert gone.title == "../../etc/passwd"


def test_nothing_measured_is_told(folder):
    claim = read_claims(folder)[0]
    none = dataclasses.replace(claim, row={**claim.row, "difference": float("nan")})
    assert "nobody was left to measure" in none.effect()


def test_verdicts_are_counted(folder):
    claims = read_claims(folder)
    found = counts(claims)
    assert sum(found.values()) == 2
    assert list(found)[:3] == ["supported", "contradicted", "open"]


def test_another_versions_table_is_told(folder):
    path = folder / "claims.csv"
    pd.read_csv(path).drop(columns="told").to_csv(path, index=False)
    with pytest.raises(UserError, match="no column 'told'"):
        read_claims(folder)
    path.write_bytes(b"\xff\x00")
    with pytest.raises(UserError, match="cannot be read"):
        read_claims(folder)


def test_a_table_without_worlds_is_read_too(folder):
    path = folder / "claims.csv"
    pd.read_csv(path).drop(columns=["worlds", "seeds", "level", "standing"]).to_csv(
        path, index=False
    )
    claim = read_claims(folder)[0]
    assert "% of worlds" in claim.effect()
    assert claim.standing() == VERDICTS[claim.text("verdict")]


def test_levers_that_need_each_other_are_told(folder):
    claim = read_claims(folder)[0]
    assert claim.together() == ""
    cells = {"surplus": 0.1, "surplus_low": 0.05, "surplus_high": 0.15}
    told = dataclasses.replace(claim, row={**claim.row, **cells}).together()
    assert "from the sum of each alone by +" in told
    assert "95 %" in told


def test_the_standing_is_finer_than_the_verdict(folder):
    claim = read_claims(folder)[0]
    other = dataclasses.replace(claim, row={**claim.row, "standing": "the other way"})
    assert other.standing() == STANDINGS["the other way"]
