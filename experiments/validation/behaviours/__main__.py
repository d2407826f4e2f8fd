"""Try every statement over the whole box of parameters.

Made by `python -m alliances.experiments.validation.behaviours`.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import pandas as pd

from alliances import ROOT
from alliances.experiments.validation.behaviours.box import points
from alliances.experiments.validation.behaviours.statement import DIRECTIONS, StatementVerdict
from alliances.experiments.validation.behaviours.trial import always, directions, switches
from alliances.model.warm import warm

OUT = ROOT / "results" / "behaviours"
POINTS = {"always": 1_000, "switches": 16, "directions": 48}


def main() -> None:
    """Try, write and say."""
    options = argparse.ArgumentParser(
        prog="python -m alliances.experiments.validation.behaviours", description=__doc__
    )
    options.add_argument("--out", type=Path, default=OUT, help="folder of the tables")
    for name, count in POINTS.items():
        options.add_argument(f"--{name}", type=int, default=count, help=f"points for {name}")
    given = options.parse_args()
    warm(lambda text: None)
    box = points(max(given.always, given.switches, given.directions))
    found: list[StatementVerdict] = []
    for name, tried in (
        ("always", lambda: always(box[: given.always])),
        ("switches", lambda: switches(box[: given.switches])),
        ("directions", lambda: directions(box[: given.directions], DIRECTIONS)),
    ):
        began = time.perf_counter()
        found += tried()
        sys.stdout.write(f"{name}: {time.perf_counter() - began:.0f} s\n")
        sys.stdout.flush()
    given.out.mkdir(parents=True, exist_ok=True)
    table = pd.DataFrame([verdict.row() for verdict in found])
    table.to_csv(given.out / "behaviours.csv", index=False)
    # The points of counterexamples, so that each can be run again.
    numbers = sorted({number for verdict in found for number in verdict.counterexamples})
    kept = {str(n): {"values": box[n].values, "shocks": box[n].shocks} for n in numbers}
    text = json.dumps(kept, indent=1, sort_keys=True) + "\n"
    (given.out / "counterexamples.json").write_text(text, encoding="utf-8")
    for verdict in found:
        if verdict.verdict != "holds":
            where = (
                f", first at point {verdict.counterexamples[0]}" if verdict.counterexamples else ""
            )
            sys.stdout.write(
                f"{verdict.verdict}: {verdict.text} ({verdict.held} of {verdict.points} points "
                f"hold, {len(verdict.counterexamples)} do not{where})\n"
            )
    counts = table["verdict"].value_counts()
    sys.stdout.write(", ".join(f"{n} {verdict}" for verdict, n in counts.items()) + "\n")


if __name__ == "__main__":
    main()
