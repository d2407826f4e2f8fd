"""What somebody compares: up to three scenarios, and what holds for all; to and from links."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode

from alliances.dashboards.charts.echarts import CHARTS
from alliances.dashboards.web.shared.choice import (
    LEAST_MONTHS,
    LEAST_ORGANISATIONS,
    LONGEST_LINK,
    MOST_MONTHS,
    MOST_ORGANISATIONS,
    MOST_SEED,
    Choice,
    LinkError,
    Value,
    case,
    link_pairs,
    read_search,
    short,
    version_note,
    whole_number,
)
from alliances.dashboards.web.shared.levers import FORMS
from alliances.experiments.cases.choose import baseline_of
from alliances.experiments.compare.scenarios import LETTERS, ComparedArm, ComparedScenarios
from alliances.experiments.output.manifest import own_version
from alliances.experiments.own_places.source import OwnPlace
from alliances.experiments.runs.quantities import WHOLE_QUANTITIES
from alliances.model.measures import MEASURES
from alliances.model.parameters import REGISTRY

# What can be asked of the scenarios, in the order of the page.
VIEWS: Mapping[str, str] = {
    "differences": "What differs?",
    "who": "Who gains, who loses?",
    "assumptions": "Policy or assumptions?",
    "luck": "Luck or the world?",
    "money": "For the same money?",
}
MOST_MEASURES = 8
MOST_EXTRA = 5_000_000  # GBP a year
PLAIN = ("months", "organisations", "seed", "view", "measure", "measures", "quantity", "extra")


@dataclass(frozen=True)
class Comparing:
    """Up to three scenarios, and what holds for all of them.

    Attributes
    ----------
    slots : tuple of Choice or None
        A, B and C. Their own months, organisations, seed and charts do not count.
    months, organisations : int or None
        Horizon and size of the place of all; None as the scenarios have it.
    seed : int
        The luck.
    world : tuple of (str, value)
        Assumptions that hold for all, and for today's practice beside them.
    view : str
        One of `VIEWS`.
    measure : str
        What the views of one measure show.
    measures : tuple of str
        What the first view shows.
    quantity : str
        What is told of groups of organisations.
    extra : int
        GBP a year above today's public money, for the view of equal money.
    """

    slots: tuple[Choice | None, ...] = (None, None, None)
    months: int | None = None
    organisations: int | None = None
    seed: int = 0
    world: tuple[tuple[str, Value], ...] = ()
    view: str = "differences"
    measure: str = "small_money"
    measures: tuple[str, ...] = CHARTS
    quantity: str = "money_share"
    extra: int = 0

    def __post_init__(self) -> None:
        """Take over of each slot what it is, and not how it was looked at."""
        own = [
            slot and replace(slot, months=None, organisations=None, seed=0, charts=CHARTS)
            for slot in self.slots
        ]
        object.__setattr__(self, "slots", tuple(own))

    def letters(self) -> list[str]:
        """Return the letters of the slots that are filled."""
        return [letter for letter, slot in zip(LETTERS, self.slots, strict=True) if slot]

    def slot(self, letter: str) -> Choice | None:
        """Return what is in a slot."""
        return self.slots[LETTERS.index(letter)]

    def with_slot(self, letter: str, choice: Choice | None) -> "Comparing":
        """Return a copy with a slot filled or emptied."""
        slots = list(self.slots)
        if choice is not None and choice.place is None:
            choice = replace(choice, place=self.place)
        slots[LETTERS.index(letter)] = choice
        return replace(self, slots=tuple(slots))

    @property
    def place(self) -> OwnPlace | None:
        """The visitor's own place, in which all are run; None for the made-up one."""
        return next((slot.place for slot in self.slots if slot and slot.place), None)

    def in_place(self, place: OwnPlace | None) -> "Comparing":
        """Return a copy with all scenarios in one place."""
        slots = [slot and replace(slot, place=place) for slot in self.slots]
        return replace(self, slots=tuple(slots))

    def keep(self, letter: str, choice: Choice) -> "Comparing":
        """Return a copy with a choice kept; its months, place and luck hold for all from now on."""
        kept = self.with_slot(letter, choice).in_place(choice.place)
        return replace(
            kept,
            months=choice.months or self.months,
            organisations=choice.organisations or self.organisations,
            seed=choice.seed,
        )

    @property
    def horizon(self) -> int:
        """Months that all are run."""
        if self.months is not None:
            return self.months
        return min((case(slot.case).months for slot in self.slots if slot), default=120)

    def whole(self, letter: str) -> Choice:
        """Return a slot's choice with what holds for all, as Explore would run it.

        Raises
        ------
        ValueError
            For an empty slot.
        """
        choice = self.slot(letter)
        if choice is None:
            raise ValueError(f"{letter} is empty")
        return replace(
            choice.with_values(dict(self.world)),
            months=self.horizon,
            organisations=self.organisations,
            seed=self.seed,
        )

    def asked(self) -> ComparedScenarios:
        """Return what is to be run."""
        return _asked(self.work())

    def work(self) -> "Comparing":
        """Return what decides what is run: without the measures that are shown."""
        usual = Comparing()
        return replace(
            self, measure=usual.measure, measures=usual.measures, quantity=usual.quantity
        )

    def to_search(self) -> str:
        """Return the comparison as the part of a link after the question mark."""
        usual = Comparing()
        entries: dict[str, str] = {"model": own_version()}
        for letter in self.letters():
            choice = self.slot(letter)
            if choice is not None:
                found = dict(parse_qsl(choice.to_search(), keep_blank_values=True))
                found.pop("model")
                entries.update({f"{letter.lower()}.{n}": text for n, text in found.items()})
        entries.update({f"all.{name}": f"{value!r}".strip("'") for name, value in self.world})
        for name in PLAIN:
            value = getattr(self, name)
            if value is not None and value != getattr(usual, name):
                entries[name] = ",".join(value) if isinstance(value, tuple) else str(value)
        return urlencode(entries, safe=",", quote_via=quote)


@lru_cache(maxsize=128)
def _asked(comparing: Comparing) -> ComparedScenarios:
    arms = []
    for letter in comparing.letters():
        mine = comparing.whole(letter).scenario()
        arms.append(ComparedArm(letter, mine, baseline_of(mine)))
    return ComparedScenarios(tuple(arms), comparing.seed, comparing.horizon)


def first_comparing(place: OwnPlace | None = None) -> Comparing:
    """Return what is compared before anybody chose: three ways to give out the same money."""
    names = ("One lead", "An alliance", "Many grants")
    first = Comparing(slots=tuple(Choice().with_values(FORMS[name]) for name in names))
    return first.in_place(place)


def read_comparing(search: str | None) -> tuple[Comparing, str]:
    """Return the comparison of a link, and a note if it was made with another version.

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
        return first_comparing(), ""
    parts: dict[str, dict[str, str]] = {x: {} for x in (*map(str.lower, LETTERS), "all", "")}
    for name, value in link_pairs(search, 3 * LONGEST_LINK, 900):
        prefix, dot, rest = name.partition(".")
        home = parts[prefix if dot and prefix in parts else ""]
        key = rest if home is not parts[""] else name
        if key in home:
            raise LinkError(f"{short(name)} stands in it twice.")
        home[key] = value
    given = parts[""]
    version = given.pop("model", "")
    unknown = next((name for name in given if name not in PLAIN), None)
    if unknown is not None:
        raise LinkError(f"it sets {short(unknown)}, which this page does not know.")
    world, _ = read_search(urlencode(parts["all"], quote_via=quote))
    if set(parts["all"]) & set(_NOT_OF_ALL) or any(REGISTRY[n].is_lever for n, _ in world.changes):
        raise LinkError("what holds for all can be assumptions only.")
    comparing = Comparing(
        slots=tuple(_slot(letter, parts[letter.lower()]) for letter in LETTERS),
        months=whole_number(given, "months", LEAST_MONTHS, MOST_MONTHS),
        organisations=whole_number(given, "organisations", LEAST_ORGANISATIONS, MOST_ORGANISATIONS),
        seed=whole_number(given, "seed", 0, MOST_SEED) or 0,
        world=world.changes,
        view=_one_of(given, "view", VIEWS, "differences"),
        measure=_one_of(given, "measure", MEASURES, "small_money"),
        measures=_measures(given.pop("measures", ",".join(CHARTS))),
        quantity=_one_of(given, "quantity", WHOLE_QUANTITIES, "money_share"),
        extra=whole_number(given, "extra", 0, MOST_EXTRA) or 0,
    )
    if not comparing.letters():
        comparing = replace(comparing, slots=first_comparing().slots)
    return comparing, version_note(version)


_NOT_OF_ALL = ("case", "months", "organisations", "seed", "charts", "model", "then")


def _slot(letter: str, entries: dict[str, str]) -> Choice | None:
    if not entries:
        return None
    for name in ("months", "organisations", "seed", "charts", "model"):
        if name in entries:
            raise LinkError(f"{letter.lower()}.{name} cannot be set: it holds for all.")
    try:
        return read_search(urlencode(entries, quote_via=quote))[0]
    except LinkError as error:
        raise LinkError(f"{letter}: {error}") from None


def _one_of(given: dict[str, str], name: str, allowed: Mapping[str, object], usual: str) -> str:
    text = given.get(name, usual)
    if text not in allowed:
        some = ", ".join(list(allowed)[:6])
        raise LinkError(f"{name} was {short(text)}; it must be one of {some} and so on.")
    return text


def _measures(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if not 1 <= len(names) <= MOST_MEASURES or any(name not in MEASURES for name in names):
        raise LinkError(f"measures was {short(text)}; it must be 1 to {MOST_MEASURES} measures.")
    return tuple(dict.fromkeys(names))


KEPT = "kept"  # how Explore's link carries what was kept for comparing


def split_kept(search: str | None) -> tuple[str | None, str]:
    """Return a link of Explore without what was kept in it, and that."""
    if not search or f"{KEPT}=" not in search:
        return search, ""
    rest, kept = [], ""
    for part in search.split("&"):
        if part.startswith(f"{KEPT}=") and not kept:
            kept = dict(parse_qsl(part, keep_blank_values=True)).get(KEPT, "")
        else:
            rest.append(part)
    return "&".join(rest), kept


def with_kept(search: str, comparing: Comparing | None) -> str:
    """Return a link of Explore with what was kept for comparing."""
    if comparing is None or not comparing.letters():
        return search
    return f"{search}&{KEPT}={quote(comparing.to_search(), safe='')}"
