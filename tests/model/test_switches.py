"""Every mechanism can be switched off, and every lever moves something somewhere."""

from functools import lru_cache

import pytest

from alliances import Change
from alliances.model.parameters import LEVERS, MECHANISMS, PROCESSES, REGISTRY, WORLD
from alliances.model.scenario import ScenarioError
from tests.each import each
from tests.model.consistency import assert_measured
from tests.model.runs import differing, run, small
from tests.model.test_invariants import value_of

# A place in which much happens: many alliances, closures, hosting, grabs, bids and introductions.
# `new_money` keeps the price of a lever from passing for its effect.
BUSY = {
    "new_money": 1,
    "form_chance": 1.0,
    "joining_bar": 0.0,
    "meetings": 4.0,
    "meeting_days": 0.1,
    "coordination_days": 0.02,
    "dominance_mean": 0.7,
    "overrule_rate": 0.8,
    "connectors": 3,
    "exploration": 0.5,
    "solidarity": 0.4,
    "hosting": 0.3,
    "absorption": 0.5,
    "grace_months": 2,
    "income_noise": 0.15,
    "competition": 0.5,
    "interdependence": 0.2,
    "in_kind": 0.5,
    "devolved_pots": 0.1,
    "grant_share": 0.5,
    "duty_to_join": 0.1,
}
# What some parameters need besides to matter.
NEEDED = {
    "autonomy_cost": {"commissioner_is_member": 1},
    "trust_memory": {"trust_rule": "beta"},
    "public_listening": {"co_production": 1.0},
    "reallocation": {"payment_by_results": 0.5},
    "sortition": {"lived_experience_weight": 0.5},
    "majority": {"perception_error": 2.0, "mission_overlap": 0.0, "mission_focus": 4.0},
    "neutral_chair": {"commissioner_is_member": 1, "dominance_mean": 1.0, "programmes": 3},
    "secret_ballot": {"commissioner_is_member": 1, "dominance_mean": 1.0, "programmes": 3},
    "new_money": {"connectors": 12},
    "duty_to_join": {"joining_bar": 1.0},  # somebody must be unwilling
}
# Values for those whose ends are beyond a short run.
PAIRS = {
    "connector_months": (0, 6),
    "funder_patience": (0, 3),
    "recommitment_months": (0, 6),
}


CRISIS = Change(month=6, set={"crisis": 1.0})


def busy(months=48, seed=3, timeline=(CRISIS,), **values):
    scenario = small(60, **{**BUSY, **values})
    return run(scenario.model_copy(update={"timeline": timeline}), months, seed)[1]


def moved(one, other):
    """Measures that differ by more than the price of a lever."""
    return differing(one, other, but=("policy_money", "imbalance"))


def ends(entry):
    """Two values between which a parameter must matter."""
    return PAIRS.get(entry.name, (value_of(entry, 0.0), value_of(entry, 1.0)))


EFFECTIVE = [
    p.name for p in (*LEVERS, *WORLD) if not p.pulse and p.kind != "choice" and p.name != "burn_in"
]


@lru_cache
def as_it_is(seed, needed):
    return busy(seed=seed, **dict(needed))


@each("name", EFFECTIVE)
def test_every_parameter_moves_a_measure(name):
    """At one of its ends, from where it is."""
    needed = NEEDED.get(name, {})
    assert any(
        moved(as_it_is(seed, tuple(needed.items())), busy(seed=seed, **needed, **{name: value}))
        for seed in (3, 4, 5)
        for value in ends(REGISTRY[name])
    )


@each("name", [p.name for p in REGISTRY.values() if p.kind == "choice"])
def test_every_choice_moves_a_measure(name):
    first, *others = (busy(**{name: option}) for option in REGISTRY[name].options)
    for other in others:
        assert differing(first, other)


@each("name", [p.name for p in LEVERS if p.pulse])
def test_every_shock_strikes_in_its_month_and_not_before(name):
    # The comparison has a change of the same month, so that only the shock differs.
    quiet = Change(month=20, set={name: REGISTRY[name].neutral})
    for value in {REGISTRY[name].low, REGISTRY[name].high} - {0.0}:
        struck = busy(timeline=(Change(month=20, set={name: value}),))
        calm = busy(timeline=(quiet,))
        assert not differing(struck[:20], calm[:20])
        assert differing(struck[20:22], calm[20:22])


# --- what is off is absent ----------------------------------------------------


@each("name", PROCESSES)
def test_a_process_can_be_switched_off(name):
    scenario = small(30, **BUSY)
    values = run(scenario.without(name), 24)[1]
    assert_measured(values)
    assert differing(values, run(scenario, 24)[1])


@each("name", MECHANISMS)
def test_a_mechanism_can_be_switched_off(name):
    scenario = small(60, **{**BUSY, "hosting": 0.6, "forum_attendance": 1.0})
    values = run(scenario.without(name), 36)[1]
    assert_measured(values)
    assert differing(values, run(scenario, 36)[1])


@each("name", [p.name for p in REGISTRY.values() if p.neutral is not None])
def test_a_parameter_can_be_switched_off(name):
    scenario = small(20, burn_in=3)
    off = scenario.without(name)
    assert off.values()[name] == REGISTRY[name].neutral
    assert_measured(run(off, 12)[1])


def test_switching_off_reaches_the_timeline():
    later = Change(month=3, set={"connectors": 4, "facilitation": 0.5})
    scenario = small(20).model_copy(update={"timeline": (later,)})
    off = scenario.without("connectors")
    assert dict(off.timeline[0].set) == {"facilitation": 0.5}
    assert all(values["connectors"] == 0 for _, values in off.phases())


def test_what_cannot_be_switched_off_is_refused_in_words():
    with pytest.raises(ScenarioError, match="no value at which it does nothing"):
        small(20).without("trust_rule")
    with pytest.raises(ScenarioError, match="nothing is called"):
        small(20).without("magic")


# A process whose only doors are shut does as much as one that is not there.
SHUT = {
    "connect": {"connectors": 0},
    "meet": {"meetings": 0.0, "connectors": 0},
    "ally": {"form_chance": 0.0},
}


@each("process", SHUT)
def test_a_process_with_nothing_to_do_is_bit_for_bit_absent(process):
    scenario = small(40, **{**BUSY, **SHUT[process]})
    assert not differing(run(scenario, 36)[1], run(scenario.without(process), 36)[1])


# With the first, none of the second can matter: settings -> parameters without any effect.
MOOT = [
    (
        {"connectors": 0},
        "connector_skill connector_caseload connector_months funder_patience connector_noise "
        "connector_introduces connector_mediates bridging_bonus vouch_loss outsider_ignorance",
    ),
    (
        {"competition": 0.0, "single_lead": 0.0, "solidarity": 0.0},
        "intensity turnover_test rivalry bid_sensitivity lot_spread no_rival_bids lead_fee "
        "ring_fence collaboration_weight",
    ),
    (
        {"form_chance": 0.0},
        "pledge_floor pledge_trust exit_sourness failing_bar voice_equality consequence majority "
        "lived_experience_weight sortition neutral_chair secret_ballot deliberation confidence "
        "deliberation_drift power_exponent reward_equality reciprocity fairness overrule_rate "
        "curb weight_floor standing_weight visibility core_size lead_rotation "
        "recommitment_months pass_through duty_to_join autonomy_cost joining_bar coordination_days "
        "mutuality_gain understanding_gain shared_understanding sector_friction joint_measures "
        "upward_push action_bias oversight peer_accountability blank_sheet",
    ),
    (
        {"meetings": 0.0, "connectors": 0, "competition": 0.0, "devolved_pots": 0.0,
         "form_chance": 0.0},
        "trust_gain loss_ratio stranger_trust stranger_spread stranger_learning stranger_memory "
        "familiarity_gain familiarity_decay grievance_gain meeting_base meeting_trust "
        "meeting_power meeting_stress idea_chance idea_gain facilitation exploration friend_ring "
        "forum_attendance homophily_sector homophily_size choice_sensitivity conflict_practice "
        "carried_discount joint_posts goodwill priority_drift speak_slope hosting absorption",
    ),
    ({"in_kind": 0.0}, "in_kind_price"),
    ({"lived_experience_weight": 0.0}, "sortition"),
    ({"payment_by_results": 0.0}, "reallocation"),
    ({"bundling": 0.0}, "bundling_saving"),
    ({"turnover_rate": 0.0}, "turnover_stress turnover_loss staff_continuity"),
    ({"hosting": 0.0}, "release_norm"),
    ({"hosting": 0.0, "absorption": 0.0}, "hosting_spread merger_exit release_norm"),
    ({"idea_chance": 0.0}, "idea_gain idea_decay"),
    ({"co_production": 0.0}, "public_listening"),
    ({"oversight": 0.0}, "peer_accountability"),
    ({"trust_rule": "asymmetric"}, "trust_memory"),
    ({"overrule_rate": 0.0}, "curb"),
    ({"solidarity": 0.0}, "upward_push"),
]  # fmt: skip


@each("shut moot", MOOT)
def test_what_hangs_on_something_off_does_nothing(shut, moot):
    shut = {**shut, "burn_in": 0}  # before month 0 levers are at today's practice
    base = busy(24, **shut)
    for name in moot.split():
        for value in ends(REGISTRY[name]):
            assert not moved(base, busy(24, **{**shut, name: value})), f"{name} = {value}"


@each("name", [p.name for p in LEVERS if p.price and p.price.per])
def test_a_lever_at_its_neutral_value_costs_nothing(name):
    entry = REGISTRY[name]
    yearly = entry.price.yearly(
        entry.code(entry.neutral), organisations=100, purse=1e6, counted=3.0
    )
    assert yearly == 0.0
