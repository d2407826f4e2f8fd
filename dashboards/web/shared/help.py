"""What a lever's card tells about it: what it is, cases, what to notice, who gains, who pays."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from alliances import ROOT
from alliances.dashboards.web.shared.values import value_text
from alliances.experiments.cases.choose import case_names, find_case
from alliances.experiments.compare.who_gains import SIZES
from alliances.experiments.runs.comparison import CLEAR
from alliances.model.input.records import read_records
from alliances.model.parameters import REGISTRY
from alliances.model.registry import Parameter

STUDIES = ROOT / "results" / "studies"
# The studies that say who gains, and against what each of them holds a lever. Levers that do
# nothing without connectors have one of their own.
AGAINST: Mapping[str, str] = {
    "who-gains": "By itself, against today's practice, after 10 years.",
    "who-gains-connectors": (
        "Against today's practice with three independent connectors who stay to the end, after "
        "10 years."
    ),
}
EXAMPLES = 3  # cases that are named
# What the studies tell of groups, in the words of a sentence.
TOLD: Mapping[str, str] = {
    "groups_money_share.csv": "share of public money",
    "groups_organisations.csv": "organisations alive",
}


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
    by_case: dict[str, str] = {}
    for title, arm, value in _of_cases().get(entry.name, ()):
        by_case.setdefault(title, f"{title}: {arm} ({value_text(entry, value)})")
    if not by_case:
        return ""
    shown = list(by_case.values())[:EXAMPLES]
    more = len(by_case) - len(shown)
    rest = f" And in {more} more {'case' if more == 1 else 'cases'}." if more else ""
    return "; ".join(shown) + f".{rest} Choose a case under “Start from” to try it."


@dataclass
class StudyTold:
    """What one study found of a lever at one value: sizes that gain, sizes that lose."""

    study: str
    gain: list[str] = field(default_factory=list)
    lose: list[str] = field(default_factory=list)

    def sentences(self) -> str:
        """Return it in words, with what it is held against."""
        parts = [
            f"{title}: {'; '.join(said)}."
            for title, said in (("Gain", self.gain), ("Lose", self.lose))
            if said
        ]
        found = " ".join(parts) or "No size clearly gains or loses."
        return f"{found} {AGAINST[self.study]}"


@lru_cache(maxsize=1)
def _studies() -> Mapping[str, Mapping[str, StudyTold]]:
    """Lever to its value in a study to what clearly changed for sizes of organisations."""
    found: dict[str, dict[str, StudyTold]] = {}
    for study in AGAINST:
        for name, what in TOLD.items():
            path = STUDIES / study / name
            if not path.is_file():  # an installed package has no results
                continue
            for row in read_records(path):
                lever, _, value = row["words"].partition(" = ")
                told = found.setdefault(lever, {}).setdefault(value, StudyTold(study))
                if row["kind"] == "band" and row["verdict"] in CLEAR:
                    side = told.gain if float(row["b"]) > float(row["a"]) else told.lose
                    side.append(_change(row, what))
    return found


def _change(row: Mapping[str, str], what: str) -> str:
    before, after, runs = float(row["a"]), float(row["b"]), int(row["runs"])
    agreeing = int(row["higher"]) if after > before else int(row["lower"])
    share = row["unit"] == "share"
    first, second = (
        f"{x:.1%}".replace("%", " %") if share else f"{x:.1f}" for x in (before, after)
    )
    same = f"; no difference in {row['equal']}" if int(row["equal"]) else ""
    return (
        f"{SIZES[row['group']]} ({what} from {first} to {second}, in {agreeing} of {runs} matched "
        f"runs{same})"
    )


def who_gains(entry: Parameter) -> list[tuple[str, str]]:
    """Return what the studies of levers found for sizes: title and text, one a value."""
    rows = []
    for text, told in _studies().get(entry.name, {}).items():
        value = entry.check(text if entry.kind == "choice" else float(text))
        title = f"Who gains and loses in this model at {value_text(entry, value)}, by size"
        rows.append((title, told.sentences()))
    return rows


# How a price begins in the registry, and in the words of somebody who has to pay it.
PRICES: Mapping[str, str] = {"free": "no money", "attention": "staff time"}


def price_text(price: str) -> str:
    """Return a price in plain words: what levers and assumptions are called, not their names.

    Examples
    --------
    >>> price_text("free: the lead keeps `lead_fee`")
    'no money: the lead keeps “fee of the lead”'
    """
    kind, colon, rest = price.partition(":")
    text = PRICES.get(kind, kind) + colon + rest
    return re.sub(r"`(\w+)`", lambda found: _called(found[1]), text)


def _called(name: str) -> str:
    return f"“{REGISTRY[name].label.lower()}”" if name in REGISTRY else name


@lru_cache(maxsize=512)
def help_rows(name: str) -> tuple[tuple[str, str], ...]:
    """Return what a card tells about a lever or assumption: title and text, in order."""
    entry = REGISTRY[name]
    what, notice = in_two(entry.help)
    rows = [
        ("What it is", what),
        ("What to notice", notice),
        ("In the cases", examples(entry)),
        *who_gains(entry),
        ("Who pays", "" if entry.price is None else price_text(f"{entry.price}")),
        ("Where it comes from", entry.source),
        ("Without effect at", "" if entry.neutral is None else value_text(entry, entry.neutral)),
        ("Name in files and commands", entry.name),
    ]
    return tuple((title, text) for title, text in rows if text)
