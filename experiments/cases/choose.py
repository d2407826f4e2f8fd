"""Which scenario and which place were asked for: files, cases by name, options."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alliances.experiments.cases.case import Case, kind_of, read_case
from alliances.model.input.errors import UserError
from alliances.model.parameters import Levers
from alliances.model.places.real import REAL_PLACES
from alliances.model.places.source import PLACE_ENTRIES, PlaceSource
from alliances.model.scenario import Change, Scenario, cut_by, parse_settings, read_scenario

CASES = Path(__file__).parent
BASELINE = "baseline"


def library_names() -> list[str]:
    """Return the names of all cases and scenarios that come with the model."""
    return sorted(path.stem for path in CASES.glob("*.toml"))


def case_names() -> list[str]:
    """Return the names of the cases that come with the model."""
    return [name for name in library_names() if kind_of(CASES / f"{name}.toml") == "case"]


def scenario_names() -> list[str]:
    """Return the names of the scenarios that come with the model and are no cases."""
    return [name for name in library_names() if kind_of(CASES / f"{name}.toml") == "scenario"]


def find_case(text: str) -> Case | None:
    """Return the case of a file or by its name; None if it is something else.

    Raises
    ------
    UserError
        If it is a case that cannot be read.
    """
    path = Path(text) if text.endswith(".toml") else CASES / f"{text}.toml"
    return read_case(path) if kind_of(path) == "case" else None


def find_scenario(text: str | None) -> Scenario:
    """Return the scenario of a file, of a case by its name, or today's practice.

    Parameters
    ----------
    text : str or None
        A TOML file, the name of a scenario, "CASE" for a case as it was, "CASE:ARM" for another
        arm, or "baseline"; None for the last.

    Raises
    ------
    UserError
        If there is no such file or case.
    """
    if text is None or text == BASELINE:
        return Scenario()
    name, _, arm = text.partition(":")
    case = find_case(name)
    if case is not None:
        return case.scenario(arm or None)
    path = Path(text)
    if path.suffix == ".toml" or path.is_file():
        return read_scenario(path)
    names = [*scenario_names(), *case_names()]
    if text not in names:
        close = difflib.get_close_matches(name, [BASELINE, *names], n=3, cutoff=0.5)
        hint = f" Did you mean {' or '.join(close)}?" if close else ""
        raise UserError(
            f"there is no scenario {text!r}.{hint} Give a file ending in .toml, {BASELINE!r}, "
            f"{', '.join(scenario_names())}, or a case (`alliances cases` lists them)."
        )
    return read_scenario(CASES / f"{text}.toml")


def arm_of(text: str | None, arm: str | None) -> Scenario:
    """Return the scenario of an arm of a case, or what `find_scenario` finds without an arm.

    Raises
    ------
    UserError
        If an arm is asked for of something that is no case, or that the case does not have.
    """
    if arm is None:
        return find_scenario(text)
    case = None if text is None else find_case(text)
    if case is None:
        raise UserError(f"--arm {arm} was given, but {text or BASELINE} is no case; leave it out")
    return case.scenario(arm)


def with_settings(
    scenario: Scenario, settings: Sequence[str], without: Sequence[str] = ()
) -> Scenario:
    """Return a scenario with `NAME=VALUE` settings made and mechanisms switched off.

    Raises
    ------
    UserError
        For a setting that is not one, an unknown name, a value that is not allowed, or a setting
        of what is switched off.
    """
    try:
        values = parse_settings(settings)
        undone = sorted(values.keys() & cut_by(*without).keys())
        if undone:
            raise UserError(
                f"{undone[0]} is set, but --without switches it off; leave one of the two out"
            )
        return scenario.with_values(**values).without(*without)
    except ValueError as error:
        raise UserError(str(error)) from error


def with_later(scenario: Scenario, settings: Sequence[str]) -> Scenario:
    """Return a scenario with another timeline: `MONTH:NAME=VALUE`s, or "none" for an empty one.

    Raises
    ------
    UserError
        For a setting that is not one, an unknown name, or a value that is not allowed.
    """
    by_month: dict[int, dict[str, Any]] = {}
    for setting in settings if list(settings) != ["none"] else ():
        month, colon, rest = setting.partition(":")
        if not (colon and month.isascii() and month.isdigit() and len(month) < 5):
            raise UserError(f"{setting!r} is no change on the way; write MONTH:NAME=VALUE, or none")
        try:
            values = parse_settings([rest])
        except ValueError as error:
            raise UserError(f"{setting!r}: {error}") from error
        then = by_month.setdefault(int(month), {})
        for name in then.keys() & values.keys():
            raise UserError(f"{name} is set twice in month {int(month)}; set it once")
        then.update(values)
    timeline = tuple(Change(month=month, set=by_month[month]) for month in sorted(by_month))
    return scenario.model_copy(update={"timeline": timeline})


def baseline_of(other: Scenario) -> Scenario:
    """Return today's practice in the place, under the assumptions and over the months of another.

    Levers go to their defaults and nothing changes on the way.
    """
    return Scenario(place=other.place, world=other.world, months=other.months, levers=Levers())


@dataclass(frozen=True)
class PlaceOptions:
    """A place as options give it; None where an option was not given."""

    roster: Path | None = None
    ties: Path | None = None
    place: str | None = None
    organisations: int | None = None
    places: int | None = None
    seed: int | None = None

    def given(self) -> bool:
        """Whether any option was given."""
        return self != PlaceOptions()

    def source(self, base: PlaceSource) -> PlaceSource:
        """Return the place of these options, or `base` with a size and seed of its own.

        Raises
        ------
        UserError
            If options exclude each other or name nothing that is there.
        """
        if self.ties is not None and self.roster is None:
            raise UserError("--ties was given without --roster; ties need a roster")
        if self.roster is not None and self.place is not None:
            raise UserError("--roster and --place were both given; give one of them")
        size: dict[str, Any] = {
            name: value
            for name, value in (
                ("organisations", self.organisations),
                ("places", self.places),
                ("seed", self.seed),
            )
            if value is not None
        }
        if self.roster is not None:
            _no_size(size, "roster")
            return PlaceSource(
                kind="roster",
                roster=_there(self.roster),
                ties=None if self.ties is None else _there(self.ties),
                name=self.roster.stem or "place",
            )
        if self.place is not None:
            return named_place(self.place, size)
        if not size:
            return base
        _no_size(size, base.kind)
        return base.model_copy(update=size)


def named_place(text: str, size: dict[str, Any]) -> PlaceSource:
    """Return the place of a folder that was written, or of a real data set."""
    if text in REAL_PLACES:
        _no_size(size, "real")
        return PlaceSource(kind="real", real=text, **size)
    if Path(text).is_dir():
        _no_size(size, "folder")
        return PlaceSource(kind="folder", folder=text)
    if Path(text).suffix.lower() == ".csv":
        raise UserError(f"{text} is a file; give a roster with --roster {text}")
    raise UserError(
        f"there is no place {text!r}; give a folder that `alliances place make` or `place import` "
        f"wrote, or one of {', '.join(map(repr, REAL_PLACES))}"
    )


def _no_size(size: dict[str, Any], kind: str) -> None:
    options = {"organisations": "--organisations", "places": "--places", "seed": "--place-seed"}
    unused = [options[name] for name in size if name not in PLACE_ENTRIES[kind]]
    if unused:
        raise UserError(
            f"{' and '.join(unused)} was given, but a place of kind {kind!r} brings its own; leave "
            "it out"
        )


def _there(path: Path) -> str:
    if not path.is_file():
        raise UserError(f"there is no file {path}; check its name and folder")
    return str(path)
