"""Targets of real networks, as figures: some networks to fit, the others to validate.

`alliances calibrate targets` computes them from the data sets and writes `networks.csv`, so that
a calibration needs no data set.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from alliances.experiments.calibration.simulate import BRISTOL, SMALL, USUAL
from alliances.experiments.calibration.target import COLUMNS, TINY
from alliances.experiments.validation.networks import STATISTICS, real_networks
from alliances.experiments.words.numbers import significant
from alliances.model.input.errors import UserError

# Every other partnership of two studies, and one large network; from other studies nothing.
FITTED = (
    *(f"Estuary {number} (1999)" for number in (1, 3, 5, 7, 9)),
    *("EMON Cheyenne", "EMON LakePomona"),
)
FITTED_LARGE = "Swiss wetland management: actors"
HELD_OUT = (
    *(f"Estuary {number} (1999)" for number in (2, 4, 6, 8, 10)),
    *("EMON HurrFrederic", "EMON Texas"),
    *(f"Indiana tobacco: {kind}" for kind in ("contact", "collaboration", "dissemination")),
)
HELD_OUT_LARGE = "Bristol civic orgs: shared members>=1"
ONE_STUDY = "Estuary"  # how much networks of one kind differ is taken from these
FITTED_STATISTICS = ("tie_density", "centralisation", "clustering", "modularity", "isolates")
LOG = ("tie_density",)
# What ties of the model leave out: as large as the spread of replicates of one place.
DISCREPANCY = {"tie_density": 0.2}
USUAL_DISCREPANCY = 0.03
MUTUAL = (
    "not comparable: the model's ties are mutual by construction and this is the share of "
    "trusting sides; real ones are of who names whom"
)


def network_targets(folder: Path) -> pd.DataFrame:
    """Return the targets of pattern 2, one row each, with the columns of a file of targets.

    Parameters
    ----------
    folder : Path
        The folder of the data sets.

    Raises
    ------
    UserError
        If a network is not there.
    """
    known = real_networks(folder)
    missing = {*FITTED, *HELD_OUT, FITTED_LARGE, HELD_OUT_LARGE} - set(known.index)
    if missing:
        raise UserError(f"the data sets lack {', '.join(sorted(missing))}")
    return pd.DataFrame(list(_rows(known)), columns=list(COLUMNS))


def _rows(known: pd.DataFrame) -> Iterator[dict[str, object]]:
    for name, statistic in STATISTICS.items():
        column = known[statistic.column]
        log = name in LOG
        like = column[known.index.isin(FITTED) & known.index.str.startswith(ONE_STUDY)]
        scaled = np.log(like) if log else like
        spread = float(scaled.std(ddof=1))
        common = {
            "pattern": 2,
            "scale": "log" if log else "plain",
            "discrepancy": DISCREPANCY.get(name, USUAL_DISCREPANCY),
        }
        groups = [(FITTED, "fit"), (HELD_OUT, "validation")]
        if name not in FITTED_STATISTICS:  # the statistic itself is held out
            groups = [((*FITTED, *HELD_OUT), "validation")]
        for networks, use in groups:
            seen = column[known.index.isin(networks)].dropna()
            yield {
                **common,
                "statistic": f"{name}_{SMALL}",
                "label": f"{statistic.label}, {SMALL} organisations, month 120",
                "low": significant(seen.min()),
                "high": significant(seen.max()),
                "use": "told" if name == "reciprocity" else use,
                "source": f"range over {len(seen)} real networks "
                + (" that were held out" if networks == HELD_OUT else ""),
                "note": MUTUAL if name == "reciprocity" else "",
            }
        for network, size, use in (
            (FITTED_LARGE, USUAL, "fit"),
            (HELD_OUT_LARGE, BRISTOL, "validation"),
        ):
            value = float(column.loc[network])
            if np.isnan(value):
                continue
            low, high = value - 2.0 * spread, value + 2.0 * spread
            if log:
                low, high = value * np.exp(-2.0 * spread), value * np.exp(2.0 * spread)
            yield {
                **common,
                "statistic": f"{name}_{size}",
                "label": f"{statistic.label}, {size} organisations, month 120",
                "low": significant(max(low, TINY if log else 0.0)),
                "high": significant(min(high, 1.0)),
                "use": _use(name, use),
                "source": f"{network}: {significant(value)}, and two standard deviations between "
                f"{len(like)} networks of one study",
                "note": "" if use == "fit" else "held out",
            }


def _use(name: str, use: str) -> str:
    if name == "reciprocity":
        return "told"
    return use if name in FITTED_STATISTICS else "validation"
