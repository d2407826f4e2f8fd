"""Scenarios that together reach every rule: named ones, and random points of the parameter box."""

import math

import numpy as np
from scipy.stats import qmc

from alliances import PlaceSource, Scenario
from alliances.model.parameters import MECHANISMS, PROCESSES, REGISTRY
from alliances.model.places.builder import Grants, Rows, Ties, build_place

ORGANISATIONS = 40
KEPT = ("burn_in",)  # not sampled: the length of a run is a choice of the comparison


def scenario_of(organisations=ORGANISATIONS, burn_in=12, **values):
    """Return a scenario in a small place."""
    source = PlaceSource(organisations=organisations)
    return Scenario(place=source).with_values(**{"burn_in": burn_in, **values})


LIVELY = {"form_chance": 0.3, "joining_bar": 0.1, "tie_capacity": 30}

# What each rule, mode and mechanism needs in order to be seen at work.
NAMED = {
    "today's practice": {},
    **{
        f"trust rule {rule}": {**LIVELY, "trust_rule": rule}
        for rule in REGISTRY["trust_rule"].options
    },
    **{
        f"connectors of {host}": {**LIVELY, "connectors": 4, "connector_host": host}
        for host in REGISTRY["connector_host"].options
    },
    "one lead contractor": {"single_lead": 0.9, "round_months": 3, "ring_fence": 0.3},
    "alliance contracts": {**LIVELY, "grant_share": 0.0, "competition": 0.1, "round_months": 3},
    "many grants": {"grant_share": 1.0, "competition": 0.0, "round_months": 2, "term_months": 6},
    "small pots": {"devolved_pots": 0.8, "round_months": 4},
    "large lots": {"competition": 1.0, "bundling": 0.8, "turnover_test": 0, "round_months": 3},
    "escalating bids": {
        "rival_rule": "escalate",
        "competition": 1.0,
        "round_months": 1,
        "term_months": 3,
        "bid_days": 1.0,
        "turnover_test": 0.0,
        "no_rival_bids": 0.5,
        "form_chance": 0.3,
    },
    "bids without a day": {"bid_days": 0.0, "competition": 1.0, "intensity": 2.0},
    "renewal": {"renewal_notice": 3, "term_months": 6, "additionality": 0.3, "criteria_shift": 0.4},
    "strings": {"targets": 0.9, "payment_by_results": 0.5, "reporting": 0.3, "payment_delay": 6},
    "paid by results": {
        **LIVELY,
        "payment_by_results": 0.4,
        "reallocation": 1.0,
        "round_months": 3,
    },
    "lean times": {"funding_cut": 0.6, "income_noise": 0.2, "grace_months": 2, "release_norm": 1.0},
    "hosts": {
        "hosting": 1.0,
        "release_norm": 1.0,
        "grace_months": 1,
        "income_noise": 0.15,
        "hosting_spread": 1.2,
        "reserve_target": 1.0,
        "trust_gain": 0.4,
        "loss_ratio": 1.0,
    },
    "grabs": {
        **LIVELY,
        "dominance_mean": 0.9,
        "overrule_rate": 1.0,
        "oversight": 0.0,
        "solidarity": 0.5,
        "fairness": 1.0,
        "exit_sourness": 0.5,
        "weight_floor": 0.01,
    },
    "deliberation": {
        **LIVELY,
        "deliberation": 2.0,
        "blank_sheet": 1,
        "lived_experience_weight": 0.3,
        "majority": 1.0,
        "confidence": 0.4,
        "recommitment_months": 6,
        "lead_rotation": 0.5,
    },
    "duties": {**LIVELY, "duty_to_join": 0.8, "joining_bar": 0.6, "commissioner_is_member": 1},
    "broken promises": {**LIVELY, "consequence": 0.1, "pass_through": 0.2, "majority": 0.5},
    "interrelated needs": {**LIVELY, "interdependence": 0.4, "in_kind": 0.8, "joint_measures": 0.6},
    "shocks": {
        "inquiry": 0.3,
        "restructuring": 0.6,
        "crisis": 1.0,
        "trust_reset": -0.8,
        "joint_posts": 6,
        "form_chance": 0.3,
    },
    "a flourishing start": {"trust_reset": 0.7, "joint_posts": 8, "goodwill": 4.0},
    "short of room": {"tie_capacity": 4.0, "meetings": 3.0, "exploration": 0.9, "forum_seats": 4},
    "new money": {"new_money": 1, "facilitation": 0.5, "slack": 0.2, "connectors": 2},
}


def named(name):
    """Return one of the named scenarios."""
    return scenario_of(**NAMED[name])


def rescues():
    """Return a scenario in which bodies are taken in during lean months and set free after."""
    lean = {
        "hosting": 1.0,
        "release_norm": 1.0,
        "grace_months": 1,
        "hosting_spread": 1.0,
        "income_noise": 0.2,
        "reserve_target": 3.0,
        "cost_lag": 0.05,
        "own_reversion": 0.3,
        "trust_gain": 0.4,
        "loss_ratio": 1.0,
        "meetings": 2.0,
        "burn_in": 30,
    }
    better = {"reserve_target": 24.0, "cost_lag": 1.0, "purse_change": 2.0, "income_noise": 0.02}
    scenario = scenario_of(80, **lean)
    change = {"month": 0, "set": {**better, "round_months": 3}}
    return Scenario(**{**dict(scenario), "timeline": (change,)})


def lean_public_bodies():
    """Return a scenario in which councils and health bodies run out of money."""
    source = PlaceSource(organisations=60, places=4)
    lean = {"reserve_target": 0.0, "cost_lag": 0.4, "income_noise": 0.2, "own_reversion": 0.5}
    return Scenario(place=source).with_values(burn_in=12, grace_months=1, **lean)


def value_of(parameter, u):
    """Return the value of a parameter at the share u of its range."""
    if parameter.kind == "choice":
        return parameter.options[min(int(u * len(parameter.options)), len(parameter.options) - 1)]
    if parameter.kind == "number":
        return parameter.low + u * (parameter.high - parameter.low)
    width = parameter.high - parameter.low + 1
    return int(min(parameter.low + math.floor(u * width), parameter.high))


def box(points, seed):
    """Return scenarios at points of the whole parameter box, by a Latin hypercube.

    Every second point keeps about half of its parameters at their defaults, as a world in which
    everything is extreme soon has little life in it. Every fifth has a process or a mechanism
    switched off, and every fourth a change on the way.
    """
    names = [name for name in REGISTRY if name not in KEPT]
    rows = qmc.LatinHypercube(2 * len(names), rng=seed).random(points)
    found = []
    for number, row in enumerate(rows):
        values = {}
        for k, name in enumerate(names):
            if number % 2 == 0 or row[len(names) + k] < 0.5:
                values[name] = value_of(REGISTRY[name], row[k])
        scenario = scenario_of(**values)
        if number % 5 == 4:
            off = (*PROCESSES, *MECHANISMS)
            scenario = scenario.without(off[(number // 5) % len(off)])
        if number % 4 == 3:
            scenario = changed(scenario, names, row)
        found.append(scenario)
    return found


def changed(scenario, names, row):
    """Return a scenario in which ten levers change on the way, two of them shocks."""
    levers = [n for n in names if REGISTRY[n].is_lever and not REGISTRY[n].pulse]
    shocks = [n for n in names if REGISTRY[n].pulse]
    start = int(row[0] * 1000)
    chosen = [levers[(start + 7 * n) % len(levers)] for n in range(8)]
    chosen += [shocks[(start + n) % len(shocks)] for n in range(2)]
    values = {name: value_of(REGISTRY[name], row[-1 - n]) for n, name in enumerate(chosen)}
    return Scenario(**{**dict(scenario), "timeline": ({"month": 9, "set": values},)})


def place_of_input(organisations=40, seed=3):
    """Return a place as input would give it: with ties and grants, and some things known."""
    rng = np.random.default_rng(seed)
    income = 10 ** rng.uniform(3, 6.8, organisations)
    rows = Rows(
        names=[f"body {n}" for n in range(organisations)],
        income=income,
        localities=["here" if n % 3 else "there" for n in range(organisations)],
        inert=rng.random(organisations) < 0.1,
        expertise=given_to_some(rng, rng.random((organisations, 6))),
        mission=given_to_some(rng, rng.dirichlet(np.ones(6), organisations)),
        openness=given_to_some(rng, rng.random((organisations, 1)))[:, 0],
        mutuality=given_to_some(rng, rng.random((organisations, 1)))[:, 0],
        dominance=given_to_some(rng, rng.random((organisations, 1)))[:, 0],
        reserves_months=given_to_some(rng, 9.0 * rng.random((organisations, 1)))[:, 0],
    )
    one, other = np.triu_indices(organisations, 1)
    together = (one % 3 > 0) == (other % 3 > 0)
    kept = np.flatnonzero(together & (rng.random(len(one)) < 0.3))
    strengths = rng.random((2, len(kept)))
    ties = Ties(one[kept], other[kept], strengths[0], strengths[1])
    payees = rng.choice(organisations, 24)
    payers = np.where(
        rng.random(24) < 0.7, -2 - rng.integers(0, 3, 24), (payees + 3) % organisations
    )
    monthly = income[payees] / 12.0 * rng.uniform(0.05, 0.4, 24)
    grants = Grants(payees, payers, monthly, rng.integers(1, 40, 24))
    return build_place("input", rows, ties, grants)


def given_to_some(rng, values):
    """Return values of which about every second row is not given."""
    return np.where(rng.random((len(values), 1)) < 0.5, values, np.nan)
