"""The numbers of `model/TRACE.md`, written anew from results.

Made by `python -m alliances.experiments.validation.trace`.

They stand between markers, as in the ODD. Each block names the command whose result it shows.
"""

import ast
import sys
from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from alliances import ROOT
from alliances.experiments.input.tables import csv_frame
from alliances.experiments.output.page import Marked, markdown_table
from alliances.model.documents import filled
from alliances.model.input.errors import UserError

TRACE = ROOT / "model" / "TRACE.md"
RESULTS = ROOT / "results"
LAYERS = {
    "tests/model": "rules, invariants, limits, switches, sameness",
    "tests/experiments": "experiments, store, analysis, reports, docking, behaviours",
    "tests/reference": "the independent reference, month by month",
}


def read(name: str, command: str) -> pd.DataFrame:
    """Return a table of the results.

    Raises
    ------
    UserError
        If it is not there, with the command that makes it.
    """
    path = RESULTS / name
    if not path.is_file():
        raise UserError(f"there is no results/{name}: run `{command}`")
    return csv_frame(path, keep_default_na=False, na_values=[""])


def markdown(rows: Sequence[Sequence[object]], titles: Sequence[str]) -> str:
    """Return rows as a table in Markdown; numbers are shortened."""
    cells = ([_cell(value) for value in row] for row in rows)
    return "\n".join(markdown_table(titles, cells)) + "\n"


def _cell(value: object) -> Marked:
    if isinstance(value, float):
        return Marked("" if value != value else f"{value:.3g}")
    return Marked(str(value).replace("|", "\\|"))


def tests() -> str:
    """Return how many test functions each layer has; most run with many values."""
    rows = []
    for folder, what in LAYERS.items():
        count = 0
        for path in sorted((ROOT / folder).rglob("test_*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            count += sum(
                isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
                for node in tree.body
            )
        rows.append((f"`{folder}`", what, count))
    return markdown(rows, ("folder", "what", "test functions"))


def docking() -> str:
    """Return how many checks against theory hold, by what is docked."""
    table = read("docking/docking.csv", "python -m alliances.experiments.validation.docking")
    rows = [
        (of, len(part), int((part["verdict"] == "holds").sum()), "; ".join(part["source"].unique()))
        for of, part in table.groupby("of", sort=False)
    ]
    return markdown(rows, ("docked", "checks", "hold", "source"))


def reference() -> str:
    """Return what was compared with the independent reference, and how often events occurred."""
    table = read("reference/docked.csv", "python -m tests.reference")
    rows = [
        (r["sample"], r["runs"], f"{r['months']:,}", f"{r['numbers']:,}", r["runs_that_differ"],
         r["greatest_difference"])
        for r in table.to_dict("records")
    ]  # fmt: skip
    titles = ("compared", "runs", "months", "numbers", "runs that differ", "greatest rounding")
    events = read("reference/events.csv", "python -m tests.reference").sort_values("count")
    least = ", ".join(
        f"{row.event} {row.count:,}" for row in events.head(8).itertuples(index=False)
    )
    return markdown(rows, titles) + (
        f"\n{len(events)} kinds of event occurred, each at least {events['count'].min()} times; "
        f"the rarest: {least}.\n"
    )


def calibration() -> str:
    """Return targets beside what the defaults and the calibrated worlds achieve."""
    table = read("calibration/table.csv", "alliances calibrate")
    rows = [
        (r["pattern"], r["target"], _band(r["low"], r["high"]), r["defaults"], r["median"],
         f"{r['low_90']:.3g} to {r['high_90']:.3g}", r["used"], r["verdict"])
        for r in table.to_dict("records")
    ]  # fmt: skip
    titles = ("pattern", "target", "band", "defaults", "worlds: median", "90 %", "used for",
              "median is")  # fmt: skip
    return markdown(rows, titles)


def _band(low: float, high: float) -> str:
    if low != low:
        return "" if high != high else f"to {high:.3g}"
    return f"from {low:.3g}" if high != high else f"{low:.3g} to {high:.3g}"


def replicates() -> str:
    """Return how many runs a comparison needs, with and without common random numbers."""
    table = read(
        "replicates/replicates.csv", "python -m alliances.experiments.validation.replicates"
    )
    return markdown(table.to_numpy().tolist(), [str(name) for name in table.columns])


def speed() -> str:
    """Return the benchmark's table."""
    table = read("speed/side_by_side.csv", "make bench")
    rows = [
        (r["what"], r["measured"], "" if r["unit"] != r["unit"] else r["unit"], r["bar"],
         "" if r["verdict"] != r["verdict"] else r["verdict"])
        for r in table.to_dict("records")
    ]  # fmt: skip
    return markdown(rows, ("what", "measured", "unit", "bar", "verdict"))


def behaviours() -> str:
    """Return how statements fared over the box, and each that failed."""
    table = read(
        "behaviours/behaviours.csv", "python -m alliances.experiments.validation.behaviours"
    )
    words = {
        "always": "what must hold in every month of every run",
        "switch": "levers: on differs from off, off is absent, nothing before its month",
        "direction": "claims of direction that somebody might make beforehand",
    }
    rows = []
    for kind, what in words.items():
        part = table[table["kind"] == kind]
        verdicts = part["verdict"].value_counts()
        counts = [int(verdicts.get(name, 0)) for name in ("holds", "never seen", "fails")]
        rows.append((what, len(part), int(part["points"].max()), *counts))
    told = markdown(rows, ("statements", "number", "points each", "hold", "never seen", "fail"))
    failed = table[table["verdict"] == "fails"]
    rows = [
        (row["statement"], f"{row['held']} / {row['unmoved']} / {row['counterexamples']}")
        for row in failed.to_dict("records")
    ]
    return (
        told
        + "\nThese failed somewhere (points that hold / cannot tell / contradict):\n\n"
        + (markdown(rows, ("statement", "points")))
    )


def patterns() -> str:
    """Return how many figures lie in their bands, by pattern, and each that does not."""
    table = read("patterns/patterns.csv", "python -m alliances.experiments.validation.patterns")
    rows = []
    for number, part in table.groupby("pattern"):
        verdicts = part["verdict"].value_counts()
        rows.append(
            (number, *(int(verdicts.get(v, 0)) for v in ("inside", "outside", "not judged")))
        )
    told = markdown(rows, ("pattern", "inside", "outside", "told, not judged"))
    outside = table[table["verdict"] == "outside"]
    rows = [
        (r["pattern"], r["what"], r["measured"], r["low"], r["high"])
        for r in outside.to_dict("records")
    ]
    titles = ("pattern", "outside its band", "model", "from", "to")
    return told + "\n" + markdown(rows, titles)


def sensitivity() -> str:
    """Return the levers that outcomes depend on most, from the study of interactions."""
    rows = []
    for measure in ("net_impact", "alliance_share", "trust_familiar", "small_money"):
        name = f"studies/which-levers-need-each-other/sensitivity_{measure}.csv"
        table = read(name, "alliances report").sort_values("total", ascending=False)
        for row in table.head(3).to_dict("records"):
            interval = f"{row['total_low']:.2f} to {row['total_high']:.2f}"
            rows.append(
                (f"`{measure}`", f"`{row['factor']}`", row["first"], row["total"], interval)
            )
    return markdown(rows, ("outcome", "lever", "first order", "total", "95 % of total"))


def survives() -> str:
    """Return in what share of worlds the main effects keep their sign."""
    table = read("studies/what-survives/effects.csv", "alliances report")
    rows = [
        (r["words"], r["label"], r["mean"], f"{r['low']:.3g} to {r['high']:.3g}",
         f"{100 * r['sign_holds']:.0f} %")
        for r in table.to_dict("records")
    ]  # fmt: skip
    return markdown(rows, ("setting", "outcome", "difference", "95 %", "worlds of that sign"))


BLOCKS: Mapping[str, Callable[[], str]] = {
    "tests": tests,
    "reference": reference,
    "docking": docking,
    "behaviours": behaviours,
    "patterns": patterns,
    "sensitivity": sensitivity,
    "survives": survives,
    "replicates": replicates,
    "speed": speed,
    "calibration": calibration,
}


def main() -> None:
    """Write the blocks anew."""
    text = TRACE.read_text(encoding="utf-8")
    try:
        TRACE.write_text(filled(text, BLOCKS), encoding="utf-8")
    except UserError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from error


if __name__ == "__main__":
    main()
