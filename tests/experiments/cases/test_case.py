"""A case file: what it must hold, what is refused, and how it goes round."""

import pytest

from alliances.experiments.cases.case import parse_case, read_case
from alliances.experiments.cases.choose import CASES, find_scenario
from alliances.experiments.cases.claim import Claim
from alliances.model.input.errors import UserError
from alliances.model.parameters import LEVERS, PROCESSES
from alliances.model.scenario import parse_scenario

TEXT = (CASES / "councillor-pots.toml").read_text(encoding="utf-8")
NAMED = (CASES / "nhs-trust-and-twelve-charities.toml").read_text(encoding="utf-8")


def test_a_case_comes_back_from_toml():
    for text in (TEXT, NAMED):
        case = parse_case(text)
        assert parse_case(case.to_toml()) == case
        assert parse_case(parse_case(case.to_toml()).to_toml()) == case


def test_every_arm_is_a_scenario_that_comes_back():
    case = parse_case(NAMED)
    for arm in case.arms:
        scenario = case.scenario(arm.name)
        assert parse_scenario(scenario.to_toml()) == scenario
        assert scenario.world == case.scenario().world
        assert scenario.place == case.place
    assert case.scenario().levers.ring_fence == 0.0
    assert case.scenario("ring-fence").levers.ring_fence == 4.5 / 24


def test_names_of_levers_may_be_those_of_funders():
    case = parse_case(TEXT.replace("devolved_pots = 0.1", "local_pots = 0.1"))
    assert case.scenario("pots").levers.devolved_pots == 0.1


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('told = ["S"]', 'told = ["X"]', "'O', 'S', 'V' or 'I'"),
        (
            "months = 60\n",
            "months = 60\nmoths = 3\n",
            "claims 1.moths: unknown entry; here may stand says, told",
        ),
        ("devolved_pots = 0.1", "devolved_pot = 0.1", "did you mean devolved_pots"),
        ("devolved_pots = 0.1", "devolved_pots = 7", "a number from 0 to 1"),
        ("devolved_pots = 0.1", "turnover_rate = 0.1", "arms differ in levers only"),
        ('group = "micro"', 'group = "tiny"', "it must be one of all, small, large, micro"),
        ('measure = "tie_count"', 'measure = "trust"', "it must be one of organisations"),
        ('measure = "net_impact"', 'measure = "luck"', "a monthly measure"),
        (
            'measure = "net_impact"',
            'measure = "net_impact"\ngroup = "small"',
            "such as small_money",
        ),
        ('carrier = "deliver"', 'carrier = "gravity"', "it must be a process (pressure"),
        ('arms = ["as-it-was", "pots"]', 'arms = ["as-it-was", "post"]', "the arms are as-it-was"),
        ('arms = ["as-it-was", "pots"]', 'arms = ["pots", "pots"]', "two different arms"),
        ("months = 60\nsmallest", "months = 61\nsmallest", "the case ends with month 60"),
        ("months = 60\nsmallest", "months = 6\nsmallest", "last was 12"),
        ('name = "pots"', 'name = "as-it-was"', "their names must differ"),
        ('about = "levers"', 'about = "mood"', "without a value"),
        ('about = "levers"', 'about = "ring_fence"\nvalue = 0.1', "set it in the arms"),
        ('about = "levers"', 'about = "rivalry"\nvalue = 9', "a number from 0 to 0.5"),
        ("smallest = 0.3", "smallest = 0", "greater than 0"),
        ("A county council gives each", "Each", "tell it in 60 to 120"),
        ('followed = "', 'folowed = "', "unknown entry"),
        ('name = "councillor-pots"', "name = councillor", "is not TOML"),
    ],
)
def test_faults_are_told_in_words(old, new, told):
    assert old in TEXT
    text = TEXT.replace(old, new)
    if old == "A county council gives each":
        text = TEXT.replace(TEXT.split('"""')[1], "A short story.")
    with pytest.raises(UserError) as error:
        parse_case(text, "mine.toml")
    message = str(error.value)
    assert told in message
    assert message.startswith("mine.toml")
    assert "\n" not in message or "TOML" in message


def test_a_named_place_lists_what_is_not_told():
    with pytest.raises(UserError, match="what of them is not told"):
        parse_case(NAMED.replace('about = "place"', 'about = "measure"'))


def test_a_claim_needs_a_carrier_unless_it_is_assumed():
    text = TEXT.replace('built_in = "assumed"', 'built_in = "emergent"')
    with pytest.raises(UserError, match="needs a carrier"):
        parse_case(text)
    with pytest.raises(UserError, match="carrier and null together"):
        parse_case(TEXT.replace('carrier = "deliver"\n', "", 1))


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(UserError, match="there is no case file"):
        read_case(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(UserError, match="cannot be read as UTF-8"):
        read_case(tmp_path / "bytes.toml")


def test_a_case_is_a_scenario_by_name_and_arm():
    case = parse_case(TEXT)
    assert find_scenario("councillor-pots") == case.scenario()
    assert find_scenario("councillor-pots:pots") == case.scenario("pots")
    with pytest.raises(UserError, match="has no arm 'post'; it has as-it-was, pots"):
        find_scenario("councillor-pots:post")


def test_ones_own_case_file_is_a_scenario_too(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(TEXT, encoding="utf-8")
    assert find_scenario(str(path)) == parse_case(TEXT).scenario()


def test_every_lever_has_a_process_of_its_own():
    assert {entry.process for entry in LEVERS} <= set(PROCESSES)


def test_what_two_arms_differ_in():
    case = parse_case(NAMED)
    assert case.changed(case.claims[0]) == {"ring_fence"}
    crisis = read_case(CASES / "crisis-window.toml")
    changed = crisis.changed(crisis.claims[0])
    assert changed == {"crisis", "reporting", "targets"}
    assert isinstance(crisis.claims[0], Claim)
