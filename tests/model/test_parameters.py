"""The registry is complete, honest about its sources, and refuses what it cannot hold."""

import re

import numpy as np
import pytest
from pydantic import ValidationError

from alliances.experiments.cases.choose import case_names
from alliances.model.parameters import (
    ALIASES,
    DECIDED_BY,
    LEVER_GROUPS,
    LEVERS,
    MECHANISMS,
    PROCESSES,
    RECORD,
    REGISTRY,
    WORLD,
    WORLD_GROUPS,
    Levers,
    UnknownName,
    World,
    checked,
    lookup,
    pack,
    policy_cost,
)
from alliances.model.registry import Parameter, free, money, number, switch, whole
from alliances.model.tables import COLUMNS, parameter_markdown, parameter_table
from tests.each import each

CASES = case_names()
# What the specification, its sweeps and the sources of the cases call by name.
SPOKEN_OF = re.findall(
    r"[\w-]+",
    """
    competition connectors rivalry commissioner_is_member paid_participation secret_ballot
    neutral_chair solidarity local_knowledge_gap turnover facilitation conflict_practice
    idea_chance trust_rule funder_patience duty_to_join blank_sheet recommitment_months
    voice_equality lived_experience_weight sortition co_production deliberation majority
    consequence action_bias interdependence chi overhead reward_equality oversight
    grace_months absorption hosting release_norm round_months term_months bundling
    turnover_test intensity collaboration_weight no_rival_bids shared_plans single_lead
    lead_fee ring_fence core_share capital_share renewal_notice criteria_shift additionality
    targets targets_owned payment_by_results payment_delay reporting pooled_forms full_cost
    match_funding joint_measures devolved_pots grant_share new_money joint_plans burn_in
    tie_capacity exploration slack goodwill shared_purpose reallocation pass_through
    rival_rule muscle funding_cut restructuring inquiry crisis staff_continuity in_kind
    loss_ratio phi eta kappa rho gamma sigma t0 b0 b_c b_t b_a b_g b_s c0 c1 h_sector h_size
    core_funding full_cost_recovery management_fee
    alliance_award alliance exploration_from_trusted_pairs high_mutuality_seeds
    core_periphery continuity_of_people connector_as_mediator dominance key-person_exit
    in_kind_sharing low_price connector_host funding_lapses impatience connector bridging
    stranger_learning size_of_core solidarity_upward own_targets familiarity_first
    pass-through interdependent_needs voice openness capital term_end renewal_on_record
    reporting_pooled shared_understanding owned_targets imposed_targets joint_posts
    attention distributed_lead oversight_by_peers preset_agenda
    shock_to_public_and_cross-sector_trust common_shock salience credit-to-income
    skill_sharing right_to_decline safety_in_speaking_up deliberation_early single_gateway
    several_commissioners
    """,
)

entries = each("entry", REGISTRY.values())
levers = each("entry", LEVERS)


@entries
def test_an_entry_is_complete(entry):
    assert entry.label
    assert entry.label[0].isupper()
    assert entry.unit
    assert entry.group
    assert entry.source
    sentences = re.split(r"(?<=[.?!])\s+", entry.help)
    assert 1 <= len(sentences) <= 4
    assert len(entry.help) > 60
    assert entry.help.endswith((".", "?"))


@entries
def test_an_entry_says_where_its_figures_come_from(entry):
    """Either a published source with its year, a case of the library, or that it is assumed."""
    published = re.search(r"\b(19|20)\d\d\b", entry.source)
    honest = re.search(r"assumed|swept|neutral by choice|a choice|an experiment", entry.source)
    cases = re.findall(r"cases?: ([a-z0-9, -]+)", entry.source)
    assert published or honest or cases or "UK charities" in entry.source
    for named in cases:
        for case in named.split(", "):
            assert case.split(" ")[0] in CASES


@entries
def test_default_neutral_and_levels_are_allowed_and_of_their_type(entry):
    kind = {"number": float, "whole": int, "switch": int, "choice": str}[entry.kind]
    for value in (entry.default, entry.neutral, *entry.levels.values()):
        if value is not None:
            assert entry.check(value) == value
            assert isinstance(entry.check(value), kind)
    assert entry.kind == "choice" or entry.low < entry.high
    for end in (entry.low, entry.high) if entry.kind != "choice" else entry.options:
        entry.check(end)


@entries
def test_named_levels(entry):
    names = tuple(entry.levels)
    values = list(entry.levels.values())
    if entry.kind == "choice":
        assert names == ()
        return
    if entry.kind == "switch":
        assert entry.levels == {"off": 0, "on": 1}
        return
    assert values[0] == entry.default, "the first level is the status quo"
    assert names[0] == ("none" if entry.pulse or entry.name == "funding_cut" else "status quo")
    steps = values[1:]
    if entry.name == "trust_reset":
        assert names == ("none", "collapse", "flourish")
        assert steps == [entry.low, entry.high]
    elif entry.is_lever:
        assert names[1:] == ("low", "medium", "high")
        # The turnover test is stricter the smaller it is.
        assert steps == sorted(set(steps), reverse=entry.name == "turnover_test")
    else:
        assert names[1:] == ("low", "high")
        assert steps[0] < steps[1]


@entries
def test_a_value_that_is_not_allowed_is_refused_with_what_is(entry):
    wrong = [None, "no such thing", b"0", object(), float("nan")]
    if entry.kind == "choice":
        wrong += [0, 1.0]
    else:
        wrong += [entry.low - 1, entry.high + 1, float("inf"), str(entry.default)]
    if entry.kind in ("whole", "switch"):
        wrong.append(0.5)
    if entry.kind in ("whole", "number"):
        wrong.append(True)
    for value in wrong:
        with pytest.raises(ValueError, match=re.escape(entry.allowed())) as caught:
            entry.check(value)
        message = str(caught.value)
        assert entry.name in message
        assert repr(value) in message
        assert str(entry.default) in message


def test_what_is_allowed_is_said_in_words():
    assert lookup("competition").allowed() == "a number from 0 to 1 (share)"
    assert lookup("connectors").allowed() == "a whole number from 0 to 12 (a place)"
    assert lookup("sortition").allowed() == "0 or 1 (false or true)"
    assert lookup("connector_host").allowed() == "one of independent, funder, partner"


def test_numbers_of_other_libraries_are_taken():
    assert lookup("competition").check(np.float32(0.25)) == 0.25
    assert lookup("connectors").check(np.int64(3)) == 3
    assert lookup("sortition").check(True) == 1


def test_an_unknown_name_gets_the_closest_and_all_names():
    with pytest.raises(UnknownName, match="did you mean competition") as caught:
        lookup("competiton")
    assert all(name in str(caught.value) for name in REGISTRY)
    with pytest.raises(UnknownName):
        lookup("")


@each("name", SPOKEN_OF)
def test_every_name_of_the_specification_and_the_cases_resolves(name):
    assert isinstance(lookup(name), Parameter)


def test_capitals_spaces_and_hyphens_do_not_matter():
    assert lookup("Pass-through") is lookup("pass_through")
    assert lookup(" High mutuality seeds ").name == "mutuality_mean"


def test_aliases_resolve_and_shadow_nothing():
    for alias, name in ALIASES.items():
        assert name in REGISTRY
        assert alias not in REGISTRY
        assert re.fullmatch(r"[a-z][a-z0-9_]*", alias)
        assert lookup(alias).name == name
    said = [name for entry in REGISTRY.values() for name in (*entry.aliases, *entry.decides)]
    assert len(said) == len(ALIASES) > 60


def test_names_are_plain_and_used_once():
    groups = [*WORLD_GROUPS.values(), *LEVER_GROUPS.values()]
    names = [entry.name for group in groups for entry in group]
    assert len(names) == len(set(names)) == len(REGISTRY)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)
    assert {entry.name for entry in LEVERS} == set(Levers.model_fields)
    assert {entry.name for entry in WORLD} == set(World.model_fields)
    labels = [entry.label for entry in REGISTRY.values()]
    assert len(labels) == len(set(labels))


def test_an_alias_sets_the_parameter_that_it_means():
    assert Levers(core_funding=0.7) == Levers(core_share=0.7)
    assert World(turnover=0.3).turnover_rate == 0.3


@each("alias", DECIDED_BY)
def test_a_name_on_another_scale_is_refused_with_the_name_to_set(alias):
    with pytest.raises(ValueError, match=f"Set `{DECIDED_BY[alias]}` to") as caught:
        checked({alias: 0.5})
    assert lookup(alias).allowed() in str(caught.value)


def test_a_parameter_is_set_once():
    with pytest.raises(ValueError, match="'core_funding' and as 'core_share'"):
        checked({"core_funding": 0.7, "core_share": 0.2})


def test_levers_and_world_keep_apart():
    with pytest.raises(ValidationError, match="competition is a lever: set it in Levers"):
        World(competition=0.5)
    with pytest.raises(ValidationError, match="loss_ratio is an assumption: set it in World"):
        Levers(loss_ratio=2)
    with pytest.raises(ValidationError, match="from 0 to 1"):
        Levers(competition=1.5)
    with pytest.raises(ValidationError, match="unknown parameter 'targts'"):
        Levers(targts=0.5)


def test_levers_and_world_are_frozen_and_default_to_the_registry():
    for group, registered in ((Levers(), LEVERS), (World(), WORLD)):
        assert group.model_dump() == {entry.name: entry.default for entry in registered}
        with pytest.raises(ValidationError):
            setattr(group, registered[0].name, registered[0].default)


def test_mechanisms_can_be_switched_off():
    for names in MECHANISMS.values():
        for name in names:
            assert REGISTRY[name].neutral is not None


@levers
def test_a_lever_has_a_price(entry):
    assert entry.price is not None
    assert entry.price.text or entry.price.days
    assert str(entry.price)
    if entry.price.per and entry.name not in ("purse_change", "funding_cut"):
        assert entry.price.gbp > 0
        assert "assumed" in str(entry.price) or "GBP 180 a day" in str(entry.price)
    if entry.price.counts:
        assert entry.price.counts in REGISTRY


@levers
def test_a_lever_that_is_bought_has_a_value_that_costs_nothing(entry):
    if entry.price.per:
        assert entry.neutral is not None


def test_world_parameters_have_no_price():
    assert all(entry.price is None for entry in WORLD)


def todays_levers():
    return {name: entry.default for name, entry in REGISTRY.items()}


@each("name", [e.name for e in LEVERS if e.price.per])
def test_prices_follow_value_and_place(name):
    entry = REGISTRY[name]
    counted = {entry.price.counts: 3} if entry.price.counts else {}
    value = entry.high
    scale = {"value": 1, "place": 1, "organisation": 80, "purse": 1e6}[entry.price.per]
    values = {**todays_levers(), **counted, name: value}
    costs = policy_cost(values, organisations=80, purse=1e6)
    if name in ("purse_change", "funding_cut"):
        assert costs == {}  # they change the purse itself
        return
    usual = 0.0 if counted else entry.default  # nothing is counted in today's practice
    expected = entry.price.gbp * scale * (value * (3 if counted else 1) - usual)
    assert costs[name] == pytest.approx(expected)


def test_prices_in_numbers():
    values = {**todays_levers(), "connectors": 2, "connector_skill": 0.5, "pooled_forms": 1}
    costs = policy_cost({**values, "devolved_pots": 0.1}, organisations=80, purse=1e6)
    assert costs == {
        "connectors": 100_000,
        "connector_skill": 4_000,
        "pooled_forms": 20_000,
        "devolved_pots": pytest.approx(10_000),
    }


def test_todays_practice_is_paid_for():
    assert policy_cost(todays_levers(), organisations=80, purse=1e6) == {}


def test_a_price_speaks():
    assert str(lookup("connectors").price).startswith("GBP 50,000 a year, times the value: ")
    assert str(lookup("connector_skill").price).startswith(
        "GBP 4,000 a year, times the value times connectors: "
    )
    assert (
        str(money("a hall", per="place", gbp=1)) == "GBP 1 a year a place, times the value: a hall"
    )
    assert str(free("a rule")) == "free: a rule"
    assert str(lookup("oversight").price).startswith("attention: ")


def test_the_record_holds_every_parameter_and_process():
    values = {e.name: e.default for e in REGISTRY.values()}
    record = pack(values, frozenset({"meet"}), from_month=7)
    assert record.dtype == RECORD
    assert record["competition"][0] == values["competition"]
    host = lookup("connector_host")
    assert host.options[int(record["connector_host"][0])] == host.default
    flags = {name: int(record[f"run_{name}"][0]) for name in PROCESSES}
    assert flags == {name: int(name != "meet") for name in PROCESSES}
    assert record["from_month"][0] == 7


def test_short_forms_state_levels():
    shared = ("a", 0.5, 0, 1, "share", 0, "A")
    assert number(*shared).levels == {"status quo": 0.5}
    assert number(*shared, levels=(0.1, 0.9)).levels == {"status quo": 0.5, "low": 0.1, "high": 0.9}
    pulse = number(*shared, levels=(0.1, 0.2, 0.3), pulse=True)
    assert tuple(pulse.levels) == ("none", "low", "medium", "high")
    counted = whole("n", 2, 0, 9, "posts", 0, "N", levels=(1.0, 2.0, 3.0)).levels
    assert [type(value) for value in counted.values()] == [int] * 4
    assert switch("s", 0, "S", "help").levels == {"off": 0, "on": 1}


def test_the_table_has_a_row_a_parameter():
    table = parameter_table()
    assert tuple(table.columns) == COLUMNS
    assert list(table["name"]) == list(REGISTRY)
    assert set(table["is"]) == {"world", "lever"}
    row = table.set_index("name").loc["competition"]
    assert row["range"] == "0 to 1"
    assert row["levels"].startswith("status quo ")
    assert row["price"].startswith("attention: ")
    assert table.set_index("name").loc["trust_rule", "neutral"] == "–"
    assert (table[table["is"] == "world"]["price"] == "").all()


def test_the_markdown_is_grouped_and_whole():
    text = parameter_markdown()
    for group in (*WORLD_GROUPS, *LEVER_GROUPS):
        assert text.count(f"#### {group}\n") == 1
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert [re.match(r"\| `(\w+)` \|", row)[1] for row in rows] == list(REGISTRY)
    width = None
    for line in text.splitlines():
        if not line.startswith("|"):
            width = None
        else:
            cells = len(re.findall(r"(?<!\\)\|", line))
            assert width in (None, cells), line
            width = cells
