"""Measure every pattern, write the table, say what is missed.

Made by `python -m alliances.experiments.validation.patterns`.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from alliances import ROOT
from alliances.experiments.validation.patterns import everyday, memory, money, ties
from alliances.experiments.validation.patterns.finding import PatternFinding
from alliances.model.places.place import data_folder
from alliances.model.warm import warm

OUT = ROOT / "results" / "patterns"


def _parts() -> dict[str, Callable[[], Iterator[PatternFinding]]]:
    folder = data_folder()
    result = everyday.baseline()
    place = money.big_place
    return {
        "everyday": lambda: everyday.everyday(result),
        "networks": lambda: ties.like_real_ones(folder) if folder else iter(()),
        "lives": lambda: money.lives(result),
        "sizes": lambda: money.sizes(place()),
        "shares": lambda: money.shares(place()),
        "austerity": lambda: money.austerity(place()),
        "bids": lambda: everyday.bid_costs(result),
        "restructuring": memory.restructuring,
        "starts": memory.two_starts,
        "newcomers": ties.newcomers_and_pairs,
    }


def main() -> None:
    """Measure, write and say."""
    options = argparse.ArgumentParser(
        prog="python -m alliances.experiments.validation.patterns", description=__doc__
    )
    options.add_argument("--only", nargs="*", help="some of the parts; nothing is written then")
    options.add_argument("--out", type=Path, default=OUT, help="folder of the table")
    given = options.parse_args()
    say = sys.stdout.write
    warm(lambda text: None)
    parts = _parts()
    unknown = set(given.only or ()) - set(parts)
    if unknown:
        options.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    if data_folder() is None:
        say("networks: left out, as the data sets are not there (set ALLIANCES_DATA)\n")
    rows = []
    for name, part in parts.items():
        if given.only and name not in given.only:
            continue
        began = time.perf_counter()
        for finding in part():
            row = finding.row()
            rows.append(row)
            band = (
                ""
                if finding.verdict == "not judged"
                else " to ".join(
                    "" if end is None else f"{end:.4g}" for end in (row["low"], row["high"])
                )
            )
            told = finding.verdict if finding.verdict != "inside" else ""
            say(
                f"{finding.pattern}  {finding.what:<86}{row['measured']:>9}  "
                f"{band or finding.band_from:<16} {told}\n"
            )
            sys.stdout.flush()
        say(f"   ({name}: {time.perf_counter() - began:.0f} s)\n")
    table = pd.DataFrame(rows).sort_values("pattern", kind="stable")
    if not given.only:
        given.out.mkdir(parents=True, exist_ok=True)
        table.to_csv(given.out / "patterns.csv", index=False)
    counts = table["verdict"].value_counts()
    say(", ".join(f"{count} {verdict}" for verdict, count in counts.items()) + "\n")


if __name__ == "__main__":
    main()
