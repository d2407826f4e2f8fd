"""The case library: every case is there, whole, true to its figures, and runs."""

import json
import tomllib

import pytest

from alliances import MEASURES, simulate
from alliances.experiments.cases.case import Case, parse_case, read_case
from alliances.experiments.cases.choose import (
    CASES,
    case_names,
    find_case,
    find_scenario,
    scenario_names,
)
from alliances.experiments.cases.weigh import weigh
from alliances.model.parameters import MECHANISMS, PROCESSES, REGISTRY
from tests.each import each

# What the sources tell of.
TOLD = [
    "nhs-trust-and-twelve-charities",
    "newcastle-single-contract",
    "homeless-network",
    "time-for-kids",
    "meam-coalition",
    "profit-clause",
    "we-own-you",
    "hosted-youth-club",
    "host-and-release",
    "integrated-care-committees",
    "community-covenant",
    "place-neutral-funder",
    "healthy-communities",
    "business-summit",
    "five-organisations",
    "parents-first",
    "tenants-campaign",
    "kent-learning-set",
    "night-club-injuries",
    "bed-blocking",
    "user-half-vote",
    "neutral-chair",
    "secret-ballot",
    "front-line-standards",
    "slough-youth-research",
    "leaders-in-partnership",
    "citizens-assembly-stirling",
    "rural-action-zone",
    "funding-category-change",
    "councillor-pots",
    "standards-fund-58",
    "shared-data-set",
    "best-value-inspection",
    "sure-start",
    "guidelines-return",
    "school-targets",
    "joint-appointments",
    "authority-at-the-front",
    "restructuring",
    "three-years-listening",
    "peer-accountability",
    "city-partnership",
    "money-held-by-one",
    "outside-inquiry",
    "crisis-window",
    "volunteer-scheme",
    "national-goes-local",
    "paper-trail",
    "leaders-at-every-level",
    "schools-and-camhs",
    "gatekeeper-to-partner",
    "grant-makers-alliance",
    "co-design-first",
    "citizens-by-lot",
    "mediation-service",
    "embrace-conflict",
    "assume-the-best",
    "call-it-out",
    "standards-or-purpose",
    "single-gateway",
]
# Where they disagree.
DISAGREEMENTS = [
    "agree-first-or-act-first",
    "understanding-or-principles",
    "targets-poison-or-purpose",
    "compulsion-or-energy",
    "tiny-centre-or-dedicated-staff",
    "outsider-neutral-or-ignorant",
    "money-secondary-or-core-funding",
    "equal-weight-or-half-to-users",
    "blank-sheet-or-one-theme",
    "culture-or-devices",
    "finite-power-or-joining",
]
# What research finds against the sources' optimism.
AGAINST = [
    "brokers-overloaded-or-owned",
    "everybody-at-the-table",
    "fence-moves-money",
    "one-strong-centre",
    "trust-among-dominators",
]
# Figures that are told, and under which words of [figures].
FIGURES = {
    "nhs-trust-and-twelve-charities": [24_000_000, 4_500_000, 12, 0.1875],
    "meam-coalition": [4, 1_300],
    "five-organisations": [5],
    "councillor-pots": [8_000],
    "user-half-vote": [5, 0.5],
    "secret-ballot": [20, 70],
    "slough-youth-research": [37],
    "leaders-in-partnership": [12, 8],
    "citizens-assembly-stirling": [70, 80, 6],
    "standards-fund-58": [58],
    "tenants-campaign": ["60 %"],
    "healthy-communities": [6],
    "three-years-listening": [3],
    "national-goes-local": [3],
    "gatekeeper-to-partner": [35],
    "co-design-first": [60, 42],
    "shared-data-set": [4],
    "peer-accountability": [5],
    "newcastle-single-contract": [10],
    "parents-first": [2],
    "citizens-by-lot": [100],
}
# Levers and numbers of organisations that follow from a figure.
FOLLOWS = {
    "nhs-trust-and-twelve-charities": ("ring-fence", "ring_fence", 4.5 / 24),
    "user-half-vote": ("half", "lived_experience_weight", 0.5),
    "five-organisations": ("five", "core_size", 5),
}
COUNTS = {
    "nhs-trust-and-twelve-charities": ("charity of the alliance", 12),
    "meam-coalition": ("national charity", 4),
    "parents-first": ("university", 2),
}


@pytest.fixture(scope="module")
def cases() -> dict[str, Case]:
    return {name: read_case(CASES / f"{name}.toml") for name in case_names()}


def test_every_case_is_there():
    assert len(TOLD) == 60
    assert sorted([*TOLD, *DISAGREEMENTS, *AGAINST]) == case_names()
    assert scenario_names() == ["alliance-with-connectors", "today"]
    assert all(find_scenario(name).description for name in scenario_names())


def test_cases_are_whole(cases):
    for name, case in cases.items():
        assert case.name == name
        assert parse_case(case.to_toml()) == case
        assert len(case.arms) >= 3, name  # as it was, as it was changed, an alternative
        assert len(case.claims) >= 2, name
        assert len({claim.says for claim in case.claims}) == len(case.claims)
    titles = [case.title for case in cases.values()]
    assert len(set(titles)) == len(titles)


def test_kinds_are_as_listed(cases):
    kinds = {"told": TOLD, "disagreement": DISAGREEMENTS, "against": AGAINST}
    for kind, names in kinds.items():
        assert sorted(name for name, case in cases.items() if case.kind == kind) == sorted(names)


def test_disagreements_put_both_sides(cases):
    for name in DISAGREEMENTS:
        assert len(cases[name].sources) >= 2 or "disagree" in cases[name].story, name
        assert len({claim.arms for claim in cases[name].claims}) >= 2, name


def test_arms_differ_in_levers_only(cases):
    for case in cases.values():
        scenarios = [case.scenario(arm.name) for arm in case.arms]
        assert len({s.place for s in scenarios}) == 1
        assert all(s.world == scenarios[0].world for s in scenarios)
        different = {(str(s.levers), str(s.timeline)) for s in scenarios}
        assert len(different) == len(scenarios), case.name
        for claim in case.claims:
            assert case.changed(claim), (case.name, claim.says)


def test_every_start_that_is_not_the_usual_one_is_an_assumption(cases):
    for case in cases.values():
        assumed = {a.about: a.value for a in case.assumptions if a.value is not None}
        assert case.scenario().world.model_dump(exclude_defaults=True).keys() <= assumed.keys()
        assert {"place", "surroundings"} & {a.about for a in case.assumptions}, case.name


def test_places_can_be_made(cases):
    for case in cases.values():
        place = case.scenario().place.make()
        for member in case.place.members:
            assert set(member.names()) <= set(place.names)
        assert 20 <= place.organisations <= 100, case.name


def test_carriers_are_not_the_levers_own_process(cases):
    for case in cases.values():
        for claim in case.claims:
            if claim.carrier is None:
                assert claim.built_in == "assumed"
                continue
            assert claim.carrier in PROCESSES or claim.carrier in MECHANISMS
            changed = case.changed(claim)
            assert claim.carrier not in {REGISTRY[lever].process for lever in changed}, case.name
            assert not changed & set(MECHANISMS.get(claim.carrier, ())), case.name
            case.scenario(claim.arms[0]).without(claim.carrier)


def test_claims_of_bounded_measures_could_be_met(cases):
    for case in cases.values():
        for claim in case.claims:
            if claim.is_monthly and claim.quantity.unit in ("share", "0-1"):
                assert claim.smallest <= 0.1, (case.name, claim.measure)
            if claim.is_monthly:
                assert claim.measure in MEASURES


@each("name", FIGURES)
def test_figures_that_are_told_are_in_the_file(cases, name):
    values = list(cases[name].figures.values())
    for figure in FIGURES[name]:
        assert figure in values


def test_levers_and_places_follow_the_figures(cases):
    for name, (arm, lever, value) in FOLLOWS.items():
        assert cases[name].scenario(arm).values()[lever] == value
    for name, (kind, count) in COUNTS.items():
        assert len(cases[name].named()[kind]) == count


def test_no_file_names_a_machine():
    for path in CASES.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        assert "/work" not in text
        assert "/tmp" not in text
        tomllib.loads(text)


@pytest.mark.slow
@each("name", [*TOLD, *DISAGREEMENTS])
def test_compare_works_on_each(alliances, name):
    result = alliances("compare", name, "--replicates", 2, "--months", 6, "--last", 3)
    assert result.exit_code == 0, result.output
    case = find_case(name)
    assert case is not None
    words = " ".join(result.stdout.split())
    for claim in case.claims:
        assert " ".join(claim.says.split()) in words
    assert words.count("The claim is") == len(case.claims)
    assert "What followed, as it is told" in words


@pytest.mark.slow
def test_every_arm_runs_and_every_lever_of_a_claim_does_something(cases):
    """With the same luck something must differ between the arms of a claim, somewhere."""
    for case in cases.values():
        ends = {
            arm.name: simulate(case.scenario(arm.name), 2, months=case.months).values
            for arm in case.arms
        }
        for one, other in {claim.arms for claim in case.claims}:
            same = [(ends[one][m] == ends[other][m]).all() for m in MEASURES]
            assert not all(same), (case.name, one, other)


def test_a_few_claims_hold_as_they_must(cases):
    """What a rule says directly comes out: else the case does not set up what it says."""
    for name, number in (("shared-data-set", 0), ("outside-inquiry", 0), ("single-gateway", 0)):
        case = cases[name]
        found = weigh(case.model_copy(update={"claims": (case.claims[number],)}), 4)
        assert found[0].effect.runs == 4
        if name != "single-gateway":
            assert found[0].verdict == "supported"


# --- the command line --------------------------------------------------------


def test_cases_are_listed(alliances, refused):
    rows = json.loads(alliances("cases", "--json").stdout)
    assert [row["name"] for row in rows if row["is"] == "case"] == case_names()
    assert {"today", "alliance-with-connectors"} == {
        row["name"] for row in rows if row["is"] == "scenario"
    }
    for row in rows:
        assert row["is"] == "scenario" or all(row[key] for key in ("title", "told", "claim"))
    text = alliances("cases", "--search", "ring-fence moves").stdout
    assert "nhs-trust-and-twelve-charities" in text
    assert "secret-ballot" not in text
    assert "no case mentions" in refused("cases", "--search", "xyzzy")


def test_one_case_is_told_in_full(alliances, refused):
    text = " ".join(alliances("cases", "nhs-trust-and-twelve-charities").stdout.split())
    for words in (
        "4,500,000",
        "12 x charity of the alliance",
        "surroundings: 40 made-up organisations",
        "ring_fence = 0.1875",
        "What followed, as it is told",
        "Null, without reckon",
        "What the model lacks for it",
        "it does not predict",
    ):
        assert words in text
    document = json.loads(alliances("cases", "councillor-pots", "--json").stdout)
    assert document["name"] == "councillor-pots"
    assert "Did you mean councillor-pots" in refused("cases", "councilor-pots")
    assert "is a scenario, not a case" in refused("cases", "today")


def test_an_arm_is_run(alliances, refused):
    small = ("--replicates", 1, "--months", 3)
    text = alliances("run", "councillor-pots", *small).stdout
    assert "A small pot for every councillor: no pots" in text
    text = alliances("run", "councillor-pots", "--arm", "pots", *small).stdout
    assert "Small devolved pots (devolved_pots) 0 -> 0.1" in text
    assert "has no arm" in refused("run", "councillor-pots", "--arm", "post", *small)
    assert "is no case" in refused("run", "today", "--arm", "pots", *small)
    assert "leave it out" in refused("run", "profit-clause", "--places", 2, *small)


def test_two_arms_are_compared(alliances, refused, tmp_path):
    small = ("--replicates", 2, "--months", 13)
    out = tmp_path / "out"
    words = ("compare", "councillor-pots", "--arms", "pots", "same-cost-to-all", *small)
    result = alliances(*words, "--json", "--out", out)
    document = json.loads(result.stdout)
    assert "equal cost" in document["manifest"]["scenarios"]["b"]["toml"]
    assert len(document["claims"]) == 3
    assert {claim["verdict"] for claim in document["claims"]} <= {
        *("supported", "contradicted", "open")
    }
    assert document["followed"].startswith("Nothing is told")
    assert "--arms pots same-cost-to-all" in (out / "finding.md").read_text()
    assert "claims.csv" in {path.name for path in out.iterdir()}
    assert "has no arm" in refused("compare", "councillor-pots", "--arms", "a", "pots", *small)
    assert "A is no case" in refused("compare", "today", "--arms", "a", "pots", *small)


def test_a_case_can_be_compared_like_any_scenario(alliances):
    small = ("--replicates", 1, "--months", 13)
    document = json.loads(
        alliances("compare", "councillor-pots", "--set", "connectors=2", *small, "--json").stdout
    )
    assert "claims" not in document
    assert document["manifest"]["scenarios"]["b"]["parameters"]["connectors"] == 2
    document = json.loads(
        alliances("compare", "baseline", "profit-clause:third-party", *small, "--json").stdout
    )
    assert document["notes"] == []
    assert "claims" not in document


def test_a_case_is_the_base_of_an_experiment(tmp_path):
    from alliances.experiments.sweep.reading import read_experiment

    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "pots"\nbase = "councillor-pots:pots"\nreplicates = 2\nmonths = 13\n'
        '[levers]\ndevolved_pots = [0.0, 0.1]\n[design]\nmethod = "grid"\n'
    )
    assert read_experiment(path).scenario.levers.devolved_pots == 0.1
    assert find_scenario("councillor-pots:pots").levers.devolved_pots == 0.1
