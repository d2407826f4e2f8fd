"""Network statistics of runs beside those of real inter-organisational networks."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from alliances.experiments.input.tables import csv_frame
from alliances.model.network import Network, modularity
from alliances.model.simulation import Result

LIKE = (0.5, 2.0)  # real networks of half to twice the size are of about that size


@dataclass(frozen=True)
class Statistic:
    """A statistic that the model and the table of real networks both have.

    Attributes
    ----------
    label : str
        Its name in words.
    column : str
        Its column in the table of real networks.
    chosen : bool
        Whether the model's is taken at chosen months, or monthly.
    """

    label: str
    column: str
    chosen: bool = True


#: By the model's name of the measure.
STATISTICS: Mapping[str, Statistic] = {
    "tie_density": Statistic("density", "und_density", chosen=False),
    "centralisation": Statistic("degree centralisation", "deg_centralisation", chosen=False),
    "betweenness_centralisation": Statistic("betweenness centralisation", "betw_centralisation"),
    "clustering": Statistic("clustering", "clustering"),
    "modularity": Statistic("modularity", "modularity"),
    "reciprocity": Statistic("reciprocity", "reciprocity", chosen=False),
    "isolates": Statistic("isolates", "isolates"),
    "degree_gini": Statistic("Gini of degree", "gini_degree"),
    "largest_component": Statistic("largest component", "lcc_share"),
}
# One network a partnership, as its study drew it. Other views of the same body of data differ in
# how strict a tie must be; they count where they are the only ones of a size.
PARTNERSHIPS = (
    "Estuary",
    "EMON",
    "Swiss wetland",
    "Bristol civic orgs: shared members>=1",
    "Indiana tobacco: contact",
    "Indiana tobacco: collaboration",
    "Indiana tobacco: dissemination",
)
OBSERVED = {
    "bristol": "Bristol civic orgs: shared members>=1",
    "bristol events": "Bristol civic orgs: shared events>=1",
    "wetlands": "Swiss wetland management: actors",
}


# Where the ties of each lie, and from which weight on they count.
FILES: Mapping[str, tuple[str, float]] = {
    "Swiss wetland management: actors": ("wetlands_switzerland/actors", 0),
    **{
        f"Bristol civic orgs: shared {what}>={least}": (f"bristol_civic/orgs_shared_{what}", least)
        for what, least in (("members", 1), ("events", 1), ("members", 2), ("events", 3))
    },
    **{
        f"EMON {name}": (f"emon_search_rescue/{name}", 0)
        for name in ("Cheyenne", "HurrFrederic", "LakePomona", "Texas")
    },
    **{
        f"Indiana tobacco: {name}": (f"tobacco_indiana/{name}", 0)
        for name in ("contact", "collaboration", "dissemination")
    },
    **{
        f"Indiana tobacco: collaboration level>={least}": ("tobacco_indiana/collaboration", least)
        for least in (2, 3)
    },
    **{
        f"chemnet {name}": (f"chemnet_german_policy/{name}", 0)
        for name in (
            *("political_information", "scientific_information_confirmed"),
            *("influence_attribution", "committee_comembership"),
        )
    },
    **{
        f"Estuary {number} (1999)": ("estuary_policy_networks/wave1_1999", number)
        for number in range(1, 11)
    },
}


@lru_cache(maxsize=4)
def real_networks(folder: Path) -> pd.DataFrame:
    """Return the statistics of all real networks, by name.

    Modularity is computed anew where the ties are at hand: it depends on how the division is
    found, and the model's must be found in the same way.
    """
    found = csv_frame(folder / "network_statistics.csv").set_index("network")
    for name in found.index.intersection(list(FILES)):
        network = observed_network(folder, name)
        if network is not None:
            found.loc[name, "modularity"] = modularity(network)
    return found


def observed_network(folder: Path, name: str) -> Network | None:
    """Return a real network without directions, its organisations by number; None if not there."""
    stem, least = FILES[name]
    if not (folder / f"{stem}_edges.csv").is_file():
        return None
    nodes, edges = (
        csv_frame(folder / f"{stem}_{kind}.csv", dtype={"id": str, "source": str, "target": str})
        for kind in ("nodes", "edges")
    )
    if name.startswith("Estuary"):
        nodes = nodes[nodes["estuary"] == least - 1]  # counted from 0 there
        edges = edges[edges["source"].isin(nodes["id"])]
    elif least:
        edges = edges[edges["weight"] >= least]
    number = {node: k for k, node in enumerate(nodes["id"])}
    ends = [[number[a], number[b]] for a, b in zip(edges["source"], edges["target"], strict=True)]
    return Network(len(number), ends)


def real_range(folder: Path, name: str, size: int) -> tuple[float, float, int]:
    """Return least, greatest and number of a statistic over real networks of about a size.

    Partnerships of half to twice as many organisations; all views of them where that leaves fewer
    than three; partnerships of any size where none of that size has the statistic.
    """
    known = real_networks(folder)
    column = known[STATISTICS[name].column]
    alike = known["n"].between(LIKE[0] * size, LIKE[1] * size)
    whole = known.index.str.startswith(PARTNERSHIPS) & ~known.index.str.contains("level")
    for chosen in (alike & whole, alike, whole):
        found = column[chosen].dropna()
        if len(found) >= 3:
            return float(found.min()), float(found.max()), len(found)
    return 0.0, 1.0, 0


def network_values(result: Result) -> dict[str, np.ndarray]:
    """Return each statistic at the last month of every replicate."""
    last = result.chosen[result.chosen["month"] == result.months - 1]
    return {
        name: last[name].to_numpy(float) if statistic.chosen else result.values[name][:, -1]
        for name, statistic in STATISTICS.items()
    }
