"""Scenarios that together reach every rule: named ones, and random points of the parameter box."""

import math

from scipy.stats import qmc

from model import PlaceSource, Scenario
from model.parameters import MECHANISMS, PROCESSES, REGISTRY

ORGANISATIONS = 40
KEPT = ("burn_in",)  # not sampled: the length of a run is a choice of the comparison


def scenario_of(organisations=ORGANISATIONS, burn_in=12, **values):
    """Return a scenario in a small place."""
    source = PlaceSource(organisations=organisations)
    return Scenario(place=source).with_values(**{"burn_in": burn_in, **values})


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
