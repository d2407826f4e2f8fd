"""What somebody chose: a scenario to start from and what was changed in it; to and from links."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from dashboards.web import own_place
from experiments.ensemble import STAGES, Question
from experiments.manifest import own_version
from experiments.own_places.source import OwnPlace
from experiments.selection import (
    baseline_of,
    case_names,
    find_case,
    find_scenario,
    scenario_names,
)
from model.measures import MEASURES
from model.parameters import REGISTRY
from model.scenario import Scenario

Value = float | int | str
START = "today"
CHARTS = ("alliance_share", "small_money", "net_impact", "trust_familiar")
RUNS = STAGES[-1]
# What a page lets others ask of the machine that serves it.
MOST_MONTHS, LEAST_MONTHS = 240, 24
MOST_ORGANISATIONS, LEAST_ORGANISATIONS = 200, 10
MOST_SEED = 999_999
LONGEST_LINK = 8_000


class LinkError(ValueError):
    """A link that cannot be opened; the message says why."""


class LostPlaceError(LinkError):
    """A link made in somebody's own place, which is not at hand.

    Attributes
    ----------
    choice : Choice
        What the link holds besides, in the usual place.
    note : str
        What should be known about it.
    """

    def __init__(self, choice: "Choice", note: str) -> None:
        super().__init__(own_place.MISSING)
        self.choice = choice
        self.note = note


@lru_cache(maxsize=1)
def starts() -> Mapping[str, tuple[str, str]]:
    """Return what can be started from: name to heading and title.

    Scenarios by their names, and the arms of the case library as CASE:ARM.
    """
    found = {START: ("Scenarios", find_scenario(START).name)}
    found.update({name: ("Scenarios", find_scenario(name).name) for name in scenario_names()})
    for name in case_names():
        whole = find_case(name)
        if whole is not None:
            found.update({f"{name}:{arm.name}": (whole.title, arm.title) for arm in whole.arms})
    return found


@lru_cache(maxsize=64)
def case(name: str) -> Scenario:
    """Return the scenario of one of `starts`."""
    return find_scenario(name)


@lru_cache(maxsize=64)
def case_values(name: str) -> Mapping[str, Value]:
    """Return the values of month 0 of a case."""
    return case(name).values()


@dataclass(frozen=True)
class Choice:
    """A scenario that somebody put together.

    Attributes
    ----------
    case : str
        What was started from, one of `starts`.
    changes : tuple of (str, value)
        What was changed in it, by name.
    months, organisations : int or None
        Horizon and size of the place; None as the case has it.
    seed : int
        The luck.
    charts : tuple of str
        The measures that are drawn.
    place : OwnPlace or None
        A place of the visitor's own, in memory only; None for the case's.
    """

    case: str = START
    changes: tuple[tuple[str, Value], ...] = ()
    months: int | None = None
    organisations: int | None = None
    seed: int = 0
    charts: tuple[str, ...] = field(default=CHARTS)
    place: OwnPlace | None = None

    def values(self) -> dict[str, Value]:
        """Return the values in force in month 0."""
        return {**case_values(self.case), **dict(self.changes)}

    def with_values(self, given: Mapping[str, Any]) -> "Choice":
        """Return a copy with parameters set; what is as in the case counts as not changed.

        Raises
        ------
        ValueError
            For an unknown name or a value that is not allowed.
        """
        usual = case_values(self.case)
        changes = dict(self.changes)
        for name, value in given.items():
            checked = REGISTRY[name].check(value)
            changes.pop(name, None)
            if checked != usual[name]:
                changes[name] = checked
        return replace(self, changes=tuple(sorted(changes.items())))

    def scenario(self) -> Scenario:
        """Return the scenario."""
        found = case(self.case).with_values(**dict(self.changes))
        if self.place is not None:
            found = found.model_copy(update={"place": self.place})
        elif self.organisations is not None:
            place = found.place.model_copy(update={"organisations": self.organisations})
            found = found.model_copy(update={"place": place})
        return found.model_copy(update={"months": self.horizon})

    @property
    def horizon(self) -> int:
        """Months that are run."""
        return case(self.case).months if self.months is None else self.months

    def question(self) -> Question:
        """Return the scenario against today's practice under the same assumptions."""
        mine = self.scenario()
        return Question(baseline_of(mine), mine, self.seed, self.horizon)

    def to_search(self) -> str:
        """Return the choice as the part of a link after the question mark."""
        entries: dict[str, str] = {"model": own_version(), "case": self.case}
        if self.months is not None:
            entries["months"] = str(self.months)
        if self.organisations is not None:
            entries["organisations"] = str(self.organisations)
        if self.seed:
            entries["seed"] = str(self.seed)
        if self.place is not None:
            entries["place"] = self.place.token
        if self.charts != CHARTS:
            entries["charts"] = ",".join(self.charts)
        entries.update({name: f"{value!r}".strip("'") for name, value in self.changes})
        return urlencode(entries, safe=",", quote_via=quote)


def read_search(search: str | None) -> tuple[Choice, str]:
    """Return the choice of a link, and a note if it was made with another version.

    Parameters
    ----------
    search : str or None
        What stands behind the question mark.

    Raises
    ------
    LinkError
        If anything in it is unknown, stands twice or is not allowed.
    """
    if not search:
        return Choice(), ""
    if len(search) > LONGEST_LINK:
        raise LinkError(f"the link is longer than {LONGEST_LINK:,} characters.")
    try:
        pairs = parse_qsl(search, keep_blank_values=True, strict_parsing=True, max_num_fields=400)
    except ValueError:
        raise LinkError("it is not made of NAME=VALUE.") from None
    given: dict[str, str] = {}
    for name, value in pairs:
        if name in given:
            raise LinkError(f"{_short(name)} stands in it twice.")
        given[name] = value
    version = given.pop("model", "")
    token = given.pop("place", "")
    name = given.pop("case", START)
    if name not in starts():
        close = difflib.get_close_matches(name, starts(), n=3)
        hint = f" Did you mean {' or '.join(close)}?" if close else ""
        raise LinkError(f"there is no case {_short(name)} in this version.{hint}")
    choice = Choice(
        case=name,
        months=_whole(given, "months", LEAST_MONTHS, MOST_MONTHS),
        organisations=_whole(given, "organisations", LEAST_ORGANISATIONS, MOST_ORGANISATIONS),
        seed=_whole(given, "seed", 0, MOST_SEED) or 0,
        charts=_charts(given.pop("charts", ",".join(CHARTS))),
        place=own_place.source(token),
    )
    choice = choice.with_values({name: _value(name, text) for name, text in given.items()})
    note = ""
    if version and version != own_version():
        note = (
            f"This link was made with version {_short(version)} of the model; this is version "
            f"{own_version()}, so the numbers may differ from those that were shared."
        )
    if token and choice.place is None:
        raise LostPlaceError(choice, note)
    return choice, note


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")


def _whole(given: dict[str, str], name: str, low: int, high: int) -> int | None:
    text = given.pop(name, None)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 9 and low <= int(text) <= high):
        raise LinkError(
            f"{name} was {_short(text)}; it must be a whole number from {low} to {high:,}."
        )
    return int(text)


def _charts(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if len(names) != len(CHARTS) or any(name not in MEASURES for name in names):
        raise LinkError(f"charts was {_short(text)}; it must be {len(CHARTS)} measures by name.")
    return names


def _value(name: str, text: str) -> Value:
    entry = REGISTRY.get(name)
    if entry is None:
        raise LinkError(f"it sets {_short(name)}, which this version of the model does not know.")
    value: Value = text
    try:
        if entry.kind != "choice":
            value = float(text)
        return entry.check(value)
    except ValueError:
        raise LinkError(f"{name} was {_short(text)}; it must be {entry.allowed()}.") from None


@dataclass(frozen=True)
class History:
    """Choices made one after another, and which one holds now."""

    past: tuple[Choice, ...] = ()
    now: Choice = Choice()
    future: tuple[Choice, ...] = ()

    MOST = 100

    def push(self, choice: Choice) -> "History":
        """Return the history with a new choice; what had been undone is forgotten."""
        if choice == self.now:
            return self
        return History((*self.past, self.now)[-self.MOST :], choice)

    def undo(self) -> "History":
        """Return the history one choice back."""
        if not self.past:
            return self
        return History(self.past[:-1], self.past[-1], (self.now, *self.future))

    def redo(self) -> "History":
        """Return the history one choice forward."""
        if not self.future:
            return self
        return History((*self.past, self.now), self.future[0], self.future[1:])
