"""Claims against runs: verdicts, groups, and sentences."""

import numpy as np
import pandas as pd
import pytest

from alliances import MEASURES
from alliances.experiments.cases.case import parse_case
from alliances.experiments.cases.choose import CASES
from alliances.experiments.cases.claim import Claim
from alliances.experiments.cases.weigh import comparisons_of, finding_lines, finding_record, weigh
from alliances.experiments.runs.comparison import Effect

BASE = {
    "says": "Something moves.",
    "told": "I",
    "measure": "net_impact",
    "direction": "rises",
    "arms": ("a", "b"),
    "months": 24,
    "smallest": 0.1,
    "because": "It is a round number.",
    "stands_for": "It stands for itself.",
    "built_in": "assumed",
}


def verdict(direction: str, low: float, high: float) -> str:
    """Verdict on differences whose interval is about (low, high)."""
    claim = Claim.model_validate({**BASE, "direction": direction})
    middle, half = (low + high) / 2, (high - low) / 2
    spread = np.array([-1.0, 1.0, -1.0, 1.0])
    b = middle + spread * half / 1.8373  # half-width of the interval of four such values
    effect = Effect(MEASURES["net_impact"], np.zeros(4), b)
    assert effect.interval == pytest.approx((low, high), abs=1e-3)
    return claim.verdict(effect)


@pytest.mark.parametrize(
    ("direction", "low", "high", "said"),
    [
        ("rises", 0.15, 0.25, "supported"),
        ("rises", 0.05, 0.25, "supported"),
        ("rises", -0.05, 0.35, "open"),
        ("rises", 0.01, 0.12, "open"),
        ("rises", 0.01, 0.05, "contradicted"),
        ("rises", -0.3, -0.2, "contradicted"),
        ("falls", -0.25, -0.15, "supported"),
        ("falls", 0.15, 0.25, "contradicted"),
        ("falls", -0.3, 0.1, "open"),
        ("no change", -0.05, 0.05, "supported"),
        ("no change", 0.02, 0.05, "supported"),
        ("no change", -0.05, 0.15, "open"),
        ("no change", 0.12, 0.25, "contradicted"),
        ("no change", -0.25, -0.12, "contradicted"),
    ],
)
def test_verdicts(direction, low, high, said):
    assert verdict(direction, low, high) == said


def test_one_pair_leaves_a_claim_open():
    effect = Effect(MEASURES["net_impact"], np.zeros(1), np.ones(1))
    assert Claim.model_validate(BASE).verdict(effect) == "open"


def test_groups_are_sizes_sectors_and_names():
    table = pd.DataFrame(
        {
            "name": ["club 1", "club 2", "council", "founded 3"],
            "band": ["micro", "micro", "large", "small"],
            "sector": ["community", "charity", "council", "community"],
        }
    )
    named = {"club": ("club 1", "club 2")}
    for group, rows in (
        ("all", [0, 1, 2, 3]),
        ("club", [0, 1]),
        ("small", [0, 1, 3]),
        ("large", [2]),
        ("micro", [0, 1]),
        ("community", [0, 3]),
    ):
        claim = Claim.model_validate({**BASE, "measure": "stress", "group": group})
        assert np.flatnonzero(claim.chosen(table, named)).tolist() == rows


@pytest.fixture(scope="module")
def case():
    return parse_case((CASES / "host-and-release.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def findings(case):
    return weigh(case, 3, months=14)


def test_each_claim_is_weighed_in_its_own_arms(case, findings):
    assert [found.claim for found in findings] == list(case.claims)
    assert comparisons_of(case, 14) == [
        (("as-it-was", "host-and-release"), 14, 12),
        (("host-and-keep", "host-and-release"), 14, 12),
    ]
    alive = findings[0].effect
    assert (alive.a <= 6).all()
    assert (alive.b <= 6).all()
    assert alive.difference > 0  # hosted bodies live on, absorbed ones do not
    assert findings[0].effect.runs == 3


def test_a_claim_by_all_its_names(case, findings):
    lines = finding_lines(findings[0])
    assert lines[0] == case.claims[0].says
    assert "by month 60, by 0.30 at least" in lines[1]
    assert "small struggling charity: " in lines[2]
    assert "It is assumed (the rule says it directly), and rests on" in lines[3]
    assert "carried by meet" in finding_lines(findings[1])[3]
    assert "ahead of time" in lines[3]
    record = finding_record(findings[0])
    assert (record["measure"], record["group"]) == ("organisations", "small struggling charity")
    assert record["verdict"] == findings[0].verdict
    assert record["runs"] == 3


def test_a_carrier_can_be_switched_off(case):
    off = weigh(case, 2, months=14, change=lambda scenario: scenario.without("rescue"))
    assert off[0].effect.difference == 0.0
