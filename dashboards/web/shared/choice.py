"""What somebody chose: a scenario to start from and what was changed in it; to and from links."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from alliances.dashboards.charts.echarts import CHARTS
from alliances.dashboards.web.shared import own_place
from alliances.experiments.cases.choose import (
    baseline_of,
    find_case,
    find_scenario,
    library_names,
)
from alliances.experiments.output.manifest import own_version
from alliances.experiments.own_places.source import OwnPlace
from alliances.experiments.runs.ensemble import STAGES, ScenarioPair
from alliances.model.measures import MEASURES
from alliances.model.parameters import REGISTRY
from alliances.model.scenario import Change, Scenario

Value = float | int | str
Later = tuple[int, str, Value]  # from which month, which lever or assumption, what it is
START = "today"
RUNS = STAGES[-1]
# What a page lets others ask of the machine that serves it.
MOST_MONTHS, LEAST_MONTHS = 240, 24
MOST_ORGANISATIONS, LEAST_ORGANISATIONS = 200, 10
MOST_SEED = 999_999
MOST_CHARTS = 8
MOST_LATER = 24  # changes on the way
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
    scenarios, arms = {START: ("Scenarios", find_scenario(START).name)}, {}
    for name in library_names():
        whole = find_case(name)
        if whole is None:
            scenarios[name] = ("Scenarios", find_scenario(name).name)
        else:
            arms.update({f"{name}:{arm.name}": (whole.title, arm.title) for arm in whole.arms})
    return {**scenarios, **arms}


@lru_cache(maxsize=64)
def case(name: str) -> Scenario:
    """Return the scenario of one of `starts`; of anything else, such as a file, none.

    Raises
    ------
    LinkError
        If it is not one of them.
    """
    if name not in starts():
        raise LinkError(f"there is no case {short(name)} in this version.")
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
    timeline : tuple of (int, str, value) or None
        From which month which lever has which value; None as the case has it.
    place : OwnPlace or None
        A place of the visitor's own, in memory only; None for the case's.
    """

    case: str = START
    changes: tuple[tuple[str, Value], ...] = ()
    months: int | None = None
    organisations: int | None = None
    seed: int = 0
    charts: tuple[str, ...] = field(default=CHARTS)
    timeline: tuple[Later, ...] | None = None
    place: OwnPlace | None = None

    def later(self) -> tuple[Later, ...]:
        """Return what changes on the way, by month."""
        if self.timeline is not None:
            return self.timeline
        return later_of(case(self.case))

    def with_later(self, given: Iterable[Later]) -> "Choice":
        """Return a copy with other changes on the way; those of the case count as not changed.

        Raises
        ------
        ValueError
            For an unknown name, a value or a month that is not allowed, or one thing twice.
        """
        checked = [(month, name, REGISTRY[name].check(value)) for month, name, value in given]
        if any(not 0 <= month <= MOST_MONTHS for month, _, _ in checked):
            raise ValueError(f"a month must be a whole number from 0 to {MOST_MONTHS}.")
        if len({(month, name) for month, name, _ in checked}) < len(checked):
            raise ValueError("one lever changes twice in one month; give it one value.")
        if len(checked) > MOST_LATER:
            raise ValueError(f"more than {MOST_LATER} changes; leave some out.")
        new = tuple(sorted(checked, key=lambda one: one[:2]))
        return replace(self, timeline=None if new == later_of(case(self.case)) else new)

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
        if self.timeline is not None:
            found = found.model_copy(update={"timeline": changes_of(self.timeline)})
        return found.model_copy(update={"months": self.horizon})

    @property
    def horizon(self) -> int:
        """Months that are run."""
        return case(self.case).months if self.months is None else self.months

    def pair(self) -> ScenarioPair:
        """Return the scenario against today's practice under the same assumptions."""
        mine = self.scenario()
        return ScenarioPair(baseline_of(mine), mine, self.seed, self.horizon)

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
        if self.timeline is not None:
            entries["then"] = ",".join(
                f"{month}:{name}:{plain(value)}" for month, name, value in self.timeline
            )
        entries.update({name: plain(value) for name, value in self.changes})
        return urlencode(entries, safe=",", quote_via=quote)


def plain(value: Value) -> str:
    """Return a value as links and commands hold it: with all its digits."""
    return value if isinstance(value, str) else repr(value)


def later_of(scenario: Scenario) -> tuple[Later, ...]:
    """Return what changes on the way in a scenario."""
    return tuple(
        (change.month, name, value)
        for change in scenario.timeline
        for name, value in sorted(change.set.items())
    )


def changes_of(later: Iterable[Later]) -> tuple[Change, ...]:
    """Return changes on the way as a scenario holds them: one entry a month."""
    by_month: dict[int, dict[str, Value]] = {}
    for month, name, value in later:
        by_month.setdefault(month, {})[name] = value
    return tuple(Change(month=month, set=by_month[month]) for month in sorted(by_month))


def link_pairs(search: str, longest: int, most: int) -> list[tuple[str, str]]:
    """Return the names and values of a link of so many characters and entries at most.

    Raises
    ------
    LinkError
        If it is longer or not made of names and values.
    """
    if len(search) > longest:
        raise LinkError(f"the link is longer than {longest:,} characters.")
    try:
        return parse_qsl(search, keep_blank_values=True, strict_parsing=True, max_num_fields=most)
    except ValueError:
        raise LinkError("it is not made of NAME=VALUE.") from None


def version_note(version: str) -> str:
    """Return what to say of a link that was made with another version, if it was."""
    if not version or version == own_version():
        return ""
    return (
        f"This link was made with version {short(version)} of the model; this is version "
        f"{own_version()}, so the numbers may differ from those that were shared."
    )


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
    given: dict[str, str] = {}
    for name, value in link_pairs(search, LONGEST_LINK, 400):
        if name in given:
            raise LinkError(f"{short(name)} stands in it twice.")
        given[name] = value
    version = given.pop("model", "")
    token = given.pop("place", "")
    name = given.pop("case", START)
    if name not in starts():
        close = difflib.get_close_matches(name, starts(), n=3)
        hint = f" Did you mean {' or '.join(close)}?" if close else ""
        raise LinkError(f"there is no case {short(name)} in this version.{hint}")
    choice = Choice(
        case=name,
        months=whole_number(given, "months", LEAST_MONTHS, MOST_MONTHS),
        organisations=whole_number(given, "organisations", LEAST_ORGANISATIONS, MOST_ORGANISATIONS),
        seed=whole_number(given, "seed", 0, MOST_SEED) or 0,
        charts=_charts(given.pop("charts", ",".join(CHARTS))),
        place=own_place.source(token),
    )
    if "then" in given:
        choice = _with_later(choice, given.pop("then"))
    choice = choice.with_values({name: _value(name, text) for name, text in given.items()})
    note = version_note(version)
    if token and choice.place is None:
        raise LostPlaceError(choice, note)
    return choice, note


def short(text: str) -> str:
    """Return what was given as it is named in a message: quoted, and not too long."""
    return repr(text if len(text) <= 40 else f"{text[:40]}…")


def whole_number(given: dict[str, str], name: str, low: int, high: int) -> int | None:
    """Take a whole number out of a link's entries; None where it is not there.

    Raises
    ------
    LinkError
        If it is not one, or out of range.
    """
    text = given.pop(name, None)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 9 and low <= int(text) <= high):
        raise LinkError(
            f"{name} was {short(text)}; it must be a whole number from {low} to {high:,}."
        )
    return int(text)


def _charts(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    enough = len(CHARTS) <= len(names) <= MOST_CHARTS
    if not enough or any(name not in MEASURES for name in names):
        raise LinkError(
            f"charts was {short(text)}; it must be {len(CHARTS)} measures by name, or up to "
            f"{MOST_CHARTS}."
        )
    return names


def _with_later(choice: Choice, text: str) -> Choice:
    later: list[Later] = []
    for part in filter(None, text.split(",")):
        month, _, rest = part.partition(":")
        name, _, value = rest.partition(":")
        if not (month.isascii() and month.isdigit() and len(month) < 5):
            raise LinkError(f"then was {short(part)}; write MONTH:NAME:VALUE.")
        later.append((int(month), name, _value(name, value)))
    try:
        return choice.with_later(later)
    except ValueError as error:
        raise LinkError(f"then: {error}") from None


def _value(name: str, text: str) -> Value:
    entry = REGISTRY.get(name)
    if entry is None:
        raise LinkError(f"it sets {short(name)}, which this version of the model does not know.")
    value: Value = text
    try:
        if entry.kind != "choice":
            value = float(text)
        return entry.check(value)
    except ValueError:
        raise LinkError(f"{name} was {short(text)}; it must be {entry.allowed()}.") from None


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
