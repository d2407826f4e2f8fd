"""What Mesa's own page needs: a network that stays where it is, and inputs from the registry."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
from mesa.discrete_space import Network

from alliances.model.parameters import lookup
from alliances.model.registry import Parameter
from alliances.model.scenario import Scenario

if TYPE_CHECKING:
    from alliances.model.agents.partnership import PartnershipModel

FAMILIAR = 0.2  # familiarity of a tie in the sense of network data
STEPS_OF_A_SLIDER = 100


def tie_network(model: "PartnershipModel") -> Network:
    """Return the organisations as a network of familiar ties, each in its cell.

    A node is a row of the state, so that what is drawn where never changes; positions are laid out
    once, from the model's seed.
    """
    graph = nx.Graph()
    graph.add_nodes_from(range(len(model.state.organisations)))
    graph.add_edges_from(sorted(_edges(model)))
    layout = nx.spring_layout(graph, seed=model.seed % 2**32)
    nx.set_node_attributes(graph, layout, "pos")
    network = Network(graph, random=model.random, layout=layout)
    for agent in model.organisations:
        agent.cell = network[agent.row]
    return network


def redraw(model: "PartnershipModel", network: Network) -> None:
    """Bring the edges of a network up to the ties of the moment."""
    wanted = _edges(model)
    there = {(min(a, b), max(a, b)) for a, b in network.G.edges}
    for a, b in sorted(there - wanted):
        network.remove_connection(network[a], network[b])
    for a, b in sorted(wanted - there):
        network.add_connection(network[a], network[b])


def _edges(model: "PartnershipModel") -> set[tuple[int, int]]:
    ties = model.columns("ties")
    shown = np.flatnonzero((ties["a"] >= 0) & (ties["familiarity"] >= FAMILIAR))
    ends = zip(ties["a"][shown].tolist(), ties["b"][shown].tolist(), strict=True)
    return {(min(a, b), max(a, b)) for a, b in ends}


def placed(graph: Any, **_: Any) -> dict[int, np.ndarray]:
    """Return the positions that `PartnershipModel.grid` laid out: a `layout_alg` for Mesa."""
    return nx.get_node_attributes(graph, "pos")


def model_params(names: Iterable[str], scenario: Scenario | None = None, **fixed: Any) -> dict:
    """Return Mesa's `model_params` for levers and assumptions by name, from the registry.

    Parameters
    ----------
    names : iterable of str
        Levers or assumptions; each becomes an input with the registry's label and range.
    scenario : Scenario, optional
        Where the inputs start, and what the model is rebuilt from.
    **fixed
        Further arguments of `PartnershipModel`, e.g. ``collect=["trust"]``.

    Raises
    ------
    UnknownName
        For a name that the registry does not know.
    """
    base = Scenario() if scenario is None else scenario
    values = base.values()
    found: dict[str, Any] = {"scenario": base, **fixed}
    for name in names:
        entry = lookup(name)
        found[entry.name] = _input(entry, values[entry.name])
    return found


def _input(entry: Parameter, value: float | int | str) -> dict[str, Any]:
    common = {"value": value, "label": entry.label or entry.name}
    if entry.kind == "choice":
        return {"type": "Select", "values": list(entry.options), **common}
    if entry.kind == "switch":
        return {"type": "Checkbox", **common, "value": bool(value)}
    whole = entry.kind == "whole"
    span = {"min": entry.low, "max": entry.high}
    if whole:
        return {"type": "SliderInt", "step": 1, **common, **{k: int(v) for k, v in span.items()}}
    step = (entry.high - entry.low) / STEPS_OF_A_SLIDER
    return {"type": "SliderFloat", "step": step, **common, **span}
