"""`python -m tests.reference`: dock all that the tests dock, and write what was compared."""

import argparse
import sys
from collections import Counter
from functools import partial
from pathlib import Path

import pandas as pd

from alliances.model.warm import warm
from tests.reference.samples import NAMED
from tests.reference.test_docking import (
    POINTS,
    SEEDS,
    SEEN,
    of_input,
    of_lean_public_bodies,
    of_name,
    of_orders,
    of_point,
    of_rescues,
    of_several_places,
)

OUT = Path(__file__).parents[2] / "results" / "reference"


def samples():
    """Return what is docked, by sample."""
    return {
        "named rules and ways of awarding": [partial(of_name, name) for name in NAMED],
        "points of the whole box of parameters": [partial(of_point, n) for n in range(POINTS)],
        "bodies taken in and set free": [partial(of_rescues, seed) for seed in SEEDS],
        "public bodies without money": [of_lean_public_bodies],
        "several places": [of_several_places],
        "a place from input": [of_input],
        "orders of a player": [partial(of_orders, seed) for seed in SEEDS],
    }


def main():
    """Dock, write and say."""
    parser = argparse.ArgumentParser(prog="python -m tests.reference", description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT, help="folder of the tables")
    out = parser.parse_args().out
    warm()
    rows, total = [], Counter()
    for name, runs in samples().items():
        found = [run() for run in runs]
        different = [f.difference for f in found if f.difference is not None]
        rows.append(
            {
                "sample": name,
                "runs": len(found),
                "months": sum(f.months for f in found),
                "numbers": sum(f.numbers for f in found),
                "greatest_difference": float(f"{max(f.greatest for f in found):.1g}"),
                "runs_that_differ": len(different),
                "first_difference": str(different[0]) if different else "",
            }
        )
        sys.stdout.write(f"{name}: {len(found)} runs, {len(different)} differ\n")
        for one in found:
            total.update(one.tally)
    total["not decided"] = total["decisions"] - total["decided"]
    for band, name in enumerate(("micro", "small", "medium")):
        total[f"closed: {name}"] = total["closures", band]
    out.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows).to_csv(out / "docked.csv", index=False)
    events = pd.DataFrame([(name, int(total[name])) for name in SEEN], columns=["event", "count"])
    events.to_csv(out / "events.csv", index=False)
    return 1 if any(row["runs_that_differ"] for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
