"""How far the model can be trusted, told from the tables of its own tests."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from alliances import ROOT
from alliances.model.input.records import read_records
from alliances.model.parameters import REGISTRY

RESULTS = ROOT / "results"
ASSUMED = ("assumed", "neutral by choice")  # how a source begins that is none


@lru_cache(maxsize=1)
def statements() -> Sequence[tuple[str, str]]:
    """Return what was tested, and what came of it; nothing of a test whose table is not there."""
    found: list[tuple[str, str]] = []
    if rows := _rows("reference/docked.csv"):
        numbers = sum(int(row["numbers"]) for row in rows)
        differ = sum(int(row["runs_that_differ"]) for row in rows)
        runs = sum(int(row["runs"]) for row in rows)
        found.append(
            (
                "Does the program do what its description says?",
                f"It was written a second time from the description alone. {numbers / 1e6:.0f} "
                f"million numbers of {runs} runs were compared; {_count(differ, 'run')} differed "
                "by more than rounding.",
            )
        )
    if rows := _rows("behaviours/behaviours.csv"):
        kinds = Counter(row["verdict"] for row in rows)
        found.append(
            (
                "Does it behave sensibly at the extremes?",
                f"{len(rows)} statements were tried over the whole range of its assumptions: "
                f"{kinds['holds']} hold, and {kinds['fails']} do not always.",
            )
        )
    if rows := _rows("patterns/patterns.csv"):
        kinds = Counter(row["verdict"] for row in rows)
        judged = kinds["inside"] + kinds["outside"]
        found.append(
            (
                "Does it look like real places?",
                f"Of {judged} figures with a published band to lie in, {kinds['inside']} lie "
                f"inside and {kinds['outside']} outside. No test shows that it can predict.",
            )
        )
    if rows := _rows("docking/docking.csv"):
        holds = sum(row["verdict"] == "holds" for row in rows)
        found.append(
            (
                "Does it agree with theory where theory is sure?",
                f"{holds} of {len(rows)} results of published theory and models come out in its "
                "limits.",
            )
        )
    assumed = sum(is_assumed(entry.source) for entry in REGISTRY.values())
    found.append(
        (
            "Do its assumptions rest on figures?",
            f"Mostly not: {assumed} of its {len(REGISTRY)} levers and assumptions have values that "
            "nobody has measured. All of them can be changed below the levers on the page Explore.",
        )
    )
    return found


def is_assumed(source: str) -> bool:
    """Whether a parameter's value comes from nowhere but a choice."""
    return source.startswith(ASSUMED) or "value assumed" in source


def sources() -> list[tuple[str, str]]:
    """Return what rests on a published figure or form, and on which: label and source."""
    return [
        (entry.label, entry.source)
        for entry in REGISTRY.values()
        if not entry.source.startswith(ASSUMED)
    ]


def _rows(name: str) -> list[dict[str, str]]:
    path = RESULTS / name
    return read_records(path) if path.is_file() else []  # installed without its checkout


def _count(number: int, noun: str) -> str:
    return f"no {noun}" if number == 0 else f"{number} {noun}{'s' if number > 1 else ''}"
