"""What a lever's card tells about it: what it is, cases, what to notice, who gains, who pays."""

import csv
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from experiments.selection import case_names, find_case
from model.parameters import REGISTRY
from model.registry import Parameter

STUDY = Path(__file__).parents[2] / "results" / "studies" / "who-gains"
EXAMPLES = 3  # cases that are named
# What the study tells of groups, in the words of a sentence.
TOLD: Mapping[str, str] = {
    "groups_money_share.csv": "share of public money",
    "groups_organisations.csv": "organisations alive",
}
SIZES: Mapping[str, str] = {
    "micro": "below GBP 10,000",
    "small": "GBP 10,000 to 100,000",
    "medium": "GBP 100,000 to 1m",
    "large": "GBP 1m to 10m",
    "major": "GBP 10m to 100m",
    "super-major": "above GBP 100m",
}
CLEAR = ("better", "worse", "higher", "lower")


def in_two(text: str) -> tuple[str, str]:
    """Return the first sentence of a help text, and the others.

    Examples
    --------
    >>> in_two("What it is. Notice this. And that.")
    ('What it is.', 'Notice this. And that.')
    """
    first, dot, rest = text.partition(". ")
    return (first + dot.strip(), rest) if dot else (text, "")


@lru_cache(maxsize=1)
def _of_cases() -> Mapping[str, tuple[tuple[str, str, float | int | str], ...]]:
    """Lever to the title of a case, of its arm, and the lever's value there."""
    found: dict[str, list[tuple[str, str, float | int | str]]] = {}
    for name in case_names():
        whole = find_case(name)
        if whole is None:
            continue
        for arm in whole.arms:
            for lever, value in arm.levers.items():
                if value != REGISTRY[lever].default:
                    found.setdefault(lever, []).append((whole.title, arm.title, value))
    return {lever: tuple(rows) for lever, rows in found.items()}


def examples(entry: Parameter) -> str:
    """Return cases in which a lever is moved, a few of them; empty for none."""
    from dashboards.web.levers import value_text

    by_case: dict[str, str] = {}
    for title, arm, value in _of_cases().get(entry.name, ()):
        by_case.setdefault(title, f"{title}: {arm} ({value_text(entry, value)})")
    if not by_case:
        return ""
    shown = list(by_case.values())[:EXAMPLES]
    more = len(by_case) - len(shown)
    rest = f" And in {more} more {'case' if more == 1 else 'cases'}." if more else ""
    return "; ".join(shown) + f".{rest} Choose a case under “Start from” to try it."


@lru_cache(maxsize=1)
def _study() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Lever to its value in the study to what clearly changed for a size of organisation."""
    found: dict[str, dict[str, list[str]]] = {}
    for name, what in TOLD.items():
        path = STUDY / name
        if not path.is_file():  # an installed package has no results
            continue
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                lever, _, value = row["words"].partition(" = ")
                said = found.setdefault(lever, {}).setdefault(value, [])
                if row["kind"] == "band" and row["verdict"] in CLEAR:
                    said.append(_change(row, what))
    return {
        lever: {value: tuple(said) for value, said in values.items()}
        for lever, values in found.items()
    }


def _change(row: Mapping[str, str], what: str) -> str:
    before, after, runs = float(row["a"]), float(row["b"]), int(row["runs"])
    agreeing = int(row["higher"]) if after > before else int(row["lower"])
    share = row["unit"] == "share"
    first, second = (
        f"{x:.1%}".replace("%", " %") if share else f"{x:.1f}" for x in (before, after)
    )
    return f"{SIZES[row['group']]}: {what} {first} to {second} ({agreeing} of {runs} matched runs)"


def who_gains(entry: Parameter) -> list[tuple[str, str]]:
    """Return what the study of all levers found for sizes: title and text, one a value."""
    from dashboards.web.levers import value_text

    rows = []
    for text, said in _study().get(entry.name, {}).items():
        value = entry.check(text if entry.kind == "choice" else float(text))
        rows.append(
            (
                f"Who gains and loses in this model at {value_text(entry, value)}, by size",
                ("; ".join(said) if said else "No size clearly gains or loses")
                + ". By itself, against today's practice, after 10 years.",
            )
        )
    return rows


@lru_cache(maxsize=512)
def help_rows(name: str) -> tuple[tuple[str, str], ...]:
    """Return what a card tells about a lever or assumption: title and text, in order."""
    from dashboards.web.levers import value_text

    entry = REGISTRY[name]
    what, notice = in_two(entry.help)
    rows = [
        ("What it is", what),
        ("What to notice", notice),
        ("In the cases", examples(entry)),
        *who_gains(entry),
        ("Who pays", "" if entry.price is None else f"{entry.price}"),
        ("Where it comes from", entry.source),
        ("Without effect at", "" if entry.neutral is None else value_text(entry, entry.neutral)),
        ("Name in files and commands", entry.name),
    ]
    return tuple((title, text) for title, text in rows if text)
