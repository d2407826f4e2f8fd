"""A scenario: a place, levers, assumptions, and what changes when; in TOML and back."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w
from pydantic import Field, ValidationError, ValidationInfo, field_validator

from alliances.model.given import Given
from alliances.model.input.documents import toml_of
from alliances.model.input.errors import UserError
from alliances.model.input.files import text_of
from alliances.model.input.toml_file import told
from alliances.model.parameters import (
    MECHANISMS,
    PROCESSES,
    REGISTRY,
    Levers,
    World,
    checked,
    lookup,
    pack,
    policy_cost,
)
from alliances.model.places.place import Place
from alliances.model.places.source import PlaceSource

CONNECTOR_PRICES = ("connectors", "connector_skill")
BEFORE_TIME = -1_000_000  # from when today's practice is in force


class ScenarioError(UserError):
    """A scenario that cannot be run; the message says what to change."""


class Change(Given):
    """Levers (or assumptions) that take new values from a month on.

    Attributes
    ----------
    month : int
        First month with the new values, >= 0.
    set : mapping
        Names and values; a shock (pulse) strikes in this month only.
    """

    month: int = Field(ge=0, le=10_000)
    set: Mapping[str, float | int | str]

    @field_validator("set", mode="before")
    @classmethod
    def _known(cls, given: Any, info: ValidationInfo) -> dict[str, Any]:
        found = checked(given)
        if not found and info.mode != "json":  # what `without` leaves of a change is stored so
            raise ValueError("nothing changes; give values by name, as NAME = VALUE")
        return found


class Scenario(Given):
    """A place, levers, assumptions and a timeline: everything but the luck.

    Attributes
    ----------
    name, description : str
        For people.
    place : PlaceSource
        Where the place comes from.
    levers : Levers
        From month 0; before that, today's practice (all levers at their defaults).
    world : World
        Assumptions, in force throughout.
    timeline : tuple of Change
        Later changes, by month.
    off : tuple of str
        Processes that are switched off throughout.
    months : int
        Horizon after the burn-in.
    """

    name: str = "today's mixed practice"
    description: str = ""
    place: PlaceSource = PlaceSource()
    levers: Levers = Levers()
    world: World = World()
    timeline: tuple[Change, ...] = ()
    off: tuple[str, ...] = ()
    months: int = Field(default=120, ge=1, le=10_000)

    @field_validator("off")
    @classmethod
    def _processes(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for name in given:
            if name not in PROCESSES:
                raise ValueError(f"unknown process {name!r}; allowed: {', '.join(PROCESSES)}")
        return tuple(sorted(set(given)))

    @field_validator("timeline")
    @classmethod
    def _in_order(cls, given: tuple[Change, ...]) -> tuple[Change, ...]:
        months = [change.month for change in given]
        if len(set(months)) != len(months):
            twice = sorted({m for m in months if months.count(m) > 1})
            raise ValueError(
                f"month {twice[0]} stands twice in the timeline; put all its changes in one entry"
            )
        return tuple(sorted(given, key=lambda change: change.month))

    def with_values(self, **given: float | int | str) -> "Scenario":
        """Return a copy with levers or assumptions set by name."""
        values = checked(given)
        levers = {n: v for n, v in values.items() if REGISTRY[n].is_lever}
        world = {n: v for n, v in values.items() if not REGISTRY[n].is_lever}
        return self.model_copy(
            update={
                "levers": Levers(**{**self.levers.model_dump(), **levers}),
                "world": World(**{**self.world.model_dump(), **world}),
            }
        )

    def without(self, *names: str) -> "Scenario":
        """Return the null of a claim: the scenario with processes or mechanisms switched off.

        Parameters
        ----------
        *names : str
            A process of the step list, a mechanism of `MECHANISMS`, or a parameter, which goes to
            its neutral value (in the timeline too).

        Raises
        ------
        ScenarioError
            For a name that is none of these, or a parameter without a neutral value.
        """
        neutral = cut_by(*names)
        off = {*self.off, *(name for name in names if name in PROCESSES)}
        timeline = tuple(
            change.model_copy(
                update={"set": {n: v for n, v in change.set.items() if n not in neutral}}
            )
            for change in self.timeline
        )
        found = self.with_values(**neutral)
        return found.model_copy(update={"off": tuple(sorted(off)), "timeline": timeline})

    def values(self) -> dict[str, float | int | str]:
        """Return levers and assumptions of month 0 by name."""
        return {**self.world.model_dump(), **self.levers.model_dump()}

    def phases(self) -> list[tuple[int, dict[str, float | int | str]]]:
        """Return (first month, all values) of each phase: burn-in, month 0, each change."""
        usual = {n: p.default for n, p in REGISTRY.items() if p.is_lever}
        before = {**self.world.model_dump(), **usual}
        current = self.values()
        found = [(BEFORE_TIME, before), (0, dict(current))]
        for change in self.timeline:
            for name, entry in REGISTRY.items():
                if entry.pulse:
                    current[name] = entry.default
            current.update(change.set)
            if change.month == 0:
                found[1] = (0, {**found[1][1], **change.set})
            else:
                found.append((change.month, dict(current)))
        return found

    def packed(self, place: Place) -> np.ndarray:
        """Return the parameter records of all phases for compiled code."""
        off = frozenset(self.off)
        records = []
        for month, values in self.phases():
            record = pack(values, off, month)
            costs = policy_cost(values, *place_facts(place))
            # Connectors cost what they cost while they are there; the rest is paid throughout.
            each = policy_cost({**values, "connectors": 1}, *place_facts(place))
            record["policy_cost"] = sum(v for n, v in costs.items() if n not in CONNECTOR_PRICES)
            record["connector_cost"] = sum(v for n, v in each.items() if n in CONNECTOR_PRICES)
            records.append(record)
        return np.concatenate(records)

    def costs(self) -> dict[str, float]:
        """Return what the levers of month 0 cost above today's practice, GBP a year a place."""
        return policy_cost(self.values(), *place_facts(self.place.make()))

    def to_toml(self) -> str:
        """Return the scenario as TOML: only what differs from the defaults."""
        document: dict[str, Any] = {"name": self.name}
        if self.description:
            document["description"] = self.description
        document["months"] = self.months
        if self.off:
            document["off"] = list(self.off)
        document["place"] = self.place.model_dump(exclude_none=True, exclude_defaults=True)
        for part in ("levers", "world"):
            changed = getattr(self, part).model_dump(exclude_defaults=True)
            if changed:
                document[part] = changed
        changes = [{"month": c.month, "set": dict(c.set)} for c in self.timeline if c.set]
        if changes:
            document["timeline"] = changes
        return tomli_w.dumps(document)


def cut_by(*names: str) -> dict[str, float | int | str]:
    """Return the parameters that `Scenario.without` sets, each with its neutral value.

    Raises
    ------
    ScenarioError
        For a name that is nothing's, or a parameter without a neutral value.
    """
    neutral: dict[str, float | int | str] = {}
    for name in names:
        if name in PROCESSES:
            continue
        for parameter in MECHANISMS.get(str(name).replace("_", " "), (str(name),)):
            try:
                entry = lookup(parameter)
            except ValueError as error:
                raise ScenarioError(
                    f"nothing is called {name!r}. Processes: {', '.join(PROCESSES)}. "
                    f"Mechanisms: {', '.join(MECHANISMS)}. Or any parameter."
                ) from error
            if entry.neutral is None:
                raise ScenarioError(
                    f"{entry.name} has no value at which it does nothing: "
                    "switch off the mechanism that it belongs to"
                )
            neutral[entry.name] = entry.neutral
    return neutral


def place_facts(place: Place) -> tuple[int, float]:
    """Return (organisations, purse in GBP a year) of a mean locality, as prices need them."""
    from alliances.model.processes.populate import (
        COMMISSIONED_SHARE,  # compiled module: load when needed
    )

    live = ~place.inert & ~np.isin(place.sector, (2, 3))
    bands = np.searchsorted([1e4, 1e5, 1e6, 1e7, 1e8], place.income[live], side="right")
    purse = float(np.sum(np.asarray(COMMISSIONED_SHARE)[bands] * place.income[live]))
    localities = max(1, len(place.localities))
    return round(np.sum(~place.inert) / localities), purse / localities


def parse_scenario(text: str, *, base: Path | None = None, source: str = "scenario") -> Scenario:
    """Read a scenario from TOML.

    Parameters
    ----------
    text : str
        The TOML.
    base : Path, optional
        Folder that file names in it are relative to.
    source : str
        What to call it in messages.

    Raises
    ------
    UserError
        Naming the source, the entry, what was given and what is allowed.
    """
    document = toml_of(text, source)
    place = document.get("place")
    if base is not None and isinstance(place, dict):
        for name in ("roster", "ties", "folder"):
            if isinstance(place.get(name), str):
                place[name] = str((base / place[name]).absolute())
    try:
        found = Scenario.model_validate(document)
    except ValidationError as error:
        raise ScenarioError(f"{source}, {told(error, Scenario, 'scenario')}") from error
    late = [change.month for change in found.timeline if change.month >= found.months]
    if late:
        raise ScenarioError(
            f"{source}, timeline: the change of month {late[0]} is never reached: months 0 to "
            f"{found.months - 1} are run; give an earlier month, or more `months`"
        )
    return found


def read_scenario(path: str | Path) -> Scenario:
    """Read a scenario file (TOML).

    Raises
    ------
    UserError
        If there is no such file or it is not a scenario.
    """
    path = Path(path)
    text = text_of(path, "scenario file")
    return parse_scenario(text, base=path.parent, source=str(path))


def parse_settings(settings: Iterable[str]) -> dict[str, float | int | str]:
    """Read ``name=value`` settings as given on a command line.

    Raises
    ------
    ScenarioError
        If one has no ``=``, an unknown name or a value that is not allowed.
    """
    given: dict[str, float | int | str] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise ScenarioError(f"{setting!r} is not a setting; write NAME=VALUE")
        if name in given:
            raise ScenarioError(f"{name} is set twice; set it once")
        entry = lookup(name)
        value: float | int | str = text.strip()
        if entry.kind != "choice":
            level = entry.levels.get(text.strip())
            try:
                value = float(text) if level is None else level
            except ValueError as error:
                raise ScenarioError(
                    f"{entry.name} was {text!r}; it must be {entry.allowed()}"
                ) from error
        given[name] = value
    return checked(given)
