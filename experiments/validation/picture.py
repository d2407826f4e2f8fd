"""The picture of the README: one place after ten years.

``python -m alliances.experiments.validation.picture`` writes `results/picture.png`.
"""

from pathlib import Path

import matplotlib
import networkx as nx
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from alliances.model.kernel.state import SECTORS
from alliances.model.network import FAMILIAR
from alliances.model.scenario import Scenario
from alliances.model.simulation import Result, simulate

OUT = Path("results/picture.png")
SEED = 2026
# Okabe and Ito's colours: told apart by nearly everybody.
COLOURS = dict(zip(SECTORS, ("#009e73", "#0072b2", "#d55e00", "#cc79a7", "#f0c000"), strict=True))
TIE, ALLIED = "#b8b8b8", "#333333"


def place_figure(result: Result, replicate: int = 0) -> Figure:
    """Draw the last month of one replicate: organisations, familiar ties, alliances.

    Parameters
    ----------
    result : Result
        Of `simulate`, with its final tables; of a single place.
    replicate : int
        Number of the replicate.

    Returns
    -------
    Figure
        Circles are organisations, their area grows with the square root of income. Lines are ties
        of familiarity .2 or more; dark ones join members of one alliance. Below: who has none, or
        none to the largest connected part.
    """
    rows = _of(result.organisations, replicate).set_index("uid")
    ties = _of(result.ties, replicate)
    ties = ties[ties["familiarity"] >= FAMILIAR]
    graph = nx.Graph()
    graph.add_nodes_from(rows.index)
    graph.add_edges_from(zip(ties["a"], ties["b"], strict=True))
    where = _layout(graph)
    together = _allied(_of(result.alliances, replicate))

    figure = Figure(figsize=(9.0, 6.4), layout="constrained")
    axes = figure.subplots()
    axes.set_axis_off()
    for a, b in graph.edges:
        allied = frozenset((a, b)) in together
        axes.plot(
            *zip(where[a], where[b], strict=True),
            color=ALLIED if allied else TIE,
            linewidth=1.6 if allied else 0.7,
            zorder=2 if allied else 1,
        )
    order = rows.sort_values("income", ascending=False)
    points = np.array([where[uid] for uid in order.index])
    axes.scatter(
        points[:, 0],
        points[:, 1],
        s=12.0 + 0.35 * np.sqrt(order["income"].to_numpy(float)),
        c=[COLOURS[str(sector)] for sector in order["sector"]],
        edgecolors="white",
        linewidths=0.8,
        zorder=3,
    )
    keys = [
        Line2D([], [], marker="o", linestyle="", markersize=9, color=colour, label=sector)
        for sector, colour in COLOURS.items()
    ]
    keys.append(Line2D([], [], color=TIE, linewidth=1.0, label="familiar tie"))
    keys.append(Line2D([], [], color=ALLIED, linewidth=1.8, label="tie inside an alliance"))
    axes.legend(handles=keys, loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=4, frameon=False)
    return figure


def _layout(graph: nx.Graph) -> dict[int, np.ndarray]:
    """Place what hangs together by distance in ties, and the rest in a row below."""
    parts = sorted(nx.connected_components(graph), key=len, reverse=True)
    where: dict[int, np.ndarray] = {}
    if parts:
        where.update(nx.kamada_kawai_layout(graph.subgraph(sorted(parts[0]))))
    apart = [uid for part in parts[1:] for uid in sorted(part)]
    for number, uid in enumerate(apart):
        where[uid] = np.array([2.0 * (number + 0.5) / len(apart) - 1.0, -1.25])
    return where


def _of(table: pd.DataFrame, replicate: int) -> pd.DataFrame:
    return table[table["replicate"] == replicate]


def _allied(alliances: pd.DataFrame) -> set[frozenset[int]]:
    pairs: set[frozenset[int]] = set()
    for members in alliances["member_uids"]:
        uids = [int(uid) for uid in str(members).split()]
        pairs.update(frozenset((a, b)) for a in uids for b in uids if a != b)
    return pairs


def main(out: Path = OUT) -> None:
    """Run one place for ten years and draw it."""
    matplotlib.use("Agg")
    out.parent.mkdir(parents=True, exist_ok=True)
    place_figure(simulate(Scenario(), seed=SEED)).savefig(out, dpi=150)


if __name__ == "__main__":
    main()
