"""World and levers as frozen models, and the one registry that everything else reads.

`REGISTRY` maps each name to its `Parameter`. `World` holds what we are unsure of, `Levers` what
somebody can decide. Sliders, command-line options, sweep factors, tables and validation follow
from it.
"""

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, create_model, model_validator

import alliances.model.processes  # noqa: F401  (what they declare is known from here on)
from alliances.model.input.errors import UserError
from alliances.model.kernel.process import DECLARED, in_order
from alliances.model.registry import Parameter
from alliances.model.registry.lever_awards import AWARDS
from alliances.model.registry.lever_connectors import CONNECTORS
from alliances.model.registry.lever_decisions import DECISIONS
from alliances.model.registry.lever_sharing import SHARING
from alliances.model.registry.lever_shocks import SHOCKS
from alliances.model.registry.lever_terms import TERMS
from alliances.model.registry.world_alliances import DELIVERING, JOINING
from alliances.model.registry.world_fairness import FAIRNESS
from alliances.model.registry.world_meetings import MEETINGS
from alliances.model.registry.world_money import CONTESTS, MONEY
from alliances.model.registry.world_people import ATTENTION, PEOPLE
from alliances.model.registry.world_trust import TRUST

MONTH = in_order(DECLARED)


def _with_declared(tables: Mapping[str, tuple[Parameter, ...]]) -> dict[str, tuple[Parameter, ...]]:
    """Return `tables` with the entries of processes behind those of the same heading."""
    groups = dict(tables)
    for found in MONTH.values():
        for heading, entries in found.parameters.items():
            groups[heading] = (*groups.get(heading, ()), *entries)
    return groups


# A new parameter is one entry in one of these tables, or in what its process declares; a new
# table is one line here. What one process alone reads stands in its file where there is room.
WORLD_GROUPS = _with_declared(
    {
        "Trust": TRUST,
        "People": PEOPLE,
        "Attention": ATTENTION,
        "Meetings": MEETINGS,
        "Connecting": (),
        "Joining alliances": JOINING,
        "Deliberating": (),
        "Delivering": DELIVERING,
        "Fairness and power": FAIRNESS,
        "Money": MONEY,
        "Contests for money": CONTESTS,
    }
)
LEVER_GROUPS: Mapping[str, tuple[Parameter, ...]] = {
    "How money is awarded": AWARDS,
    "Terms of the money": TERMS,
    "Connectors": CONNECTORS,
    "Meeting and deciding": DECISIONS,
    "Sharing and rescue": SHARING,
    "Shocks": SHOCKS,
}

REGISTRY: Mapping[str, Parameter] = {
    p.name: p.model_copy(update={"group": group, "is_lever": groups is LEVER_GROUPS})
    for groups in (WORLD_GROUPS, LEVER_GROUPS)
    for group, entries in groups.items()
    for p in entries
}
# Names on another scale, and all other names of parameters.
DECIDED_BY: Mapping[str, str] = {name: p.name for p in REGISTRY.values() for name in p.decides}
ALIASES: Mapping[str, str] = {
    **{name: p.name for p in REGISTRY.values() for name in p.aliases},
    **DECIDED_BY,
}
WORLD = tuple(p for p in REGISTRY.values() if not p.is_lever)
LEVERS = tuple(p for p in REGISTRY.values() if p.is_lever)

# Whole processes and mechanisms that `Scenario.without` can switch off. A process is a flag of
# the parameter record; a mechanism is a set of parameters that go to their neutral values.
PROCESSES = tuple(MONTH)
MECHANISMS: Mapping[str, tuple[str, ...]] = {
    name: parts for found in MONTH.values() for name, parts in found.mechanisms.items()
}


class UnknownName(UserError):  # noqa: N818 - the name says what is wrong
    """A parameter that the registry does not know."""


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_").replace("-", "_")


def lookup(name: str) -> Parameter:
    """Return the registry's entry for `name` or one of its other names.

    Capitals, spaces and hyphens do not matter: ``lookup("Pass-through")`` finds `pass_through`.

    Raises
    ------
    UnknownName
        With the closest names, and where all of them are listed.
    """
    plain = _plain(name)
    found = REGISTRY.get(ALIASES.get(plain, plain))
    if found is None:
        close = difflib.get_close_matches(plain, [*REGISTRY, *ALIASES], n=4)
        hint = f"did you mean {', '.join(close)}? " if close else ""
        raise UnknownName(
            f"unknown parameter {name!r}; {hint}The {len(REGISTRY)} allowed names are: "
            f"{', '.join(sorted(REGISTRY))}. `alliances parameters` explains them."
        )
    return found


def checked(given: Mapping[str, Any]) -> dict[str, float | int | str]:
    """Return `given` under the registry's names, each value checked and in its own type.

    Raises
    ------
    UnknownName
        For a name that the registry does not know.
    ValueError
        For a value that is not allowed, a parameter that is set twice, or a name that is decided
        by a parameter on another scale.
    """
    if not isinstance(given, Mapping):
        raise ValueError(f"was {given!r}; give values by name, as NAME = VALUE")
    values: dict[str, float | int | str] = {}
    for name, value in given.items():
        entry = lookup(name)
        if _plain(name) in DECIDED_BY:
            raise ValueError(
                f"{name!r} cannot be set: it is decided by `{entry.name}`, which has a scale of "
                f"its own ({entry.help.split(';')[0].split('. ')[0]}). Set `{entry.name}` to "
                f"{entry.allowed()}."
            )
        if entry.name in values:
            names = [repr(other) for other in given if lookup(other).name == entry.name]
            raise ValueError(f"{entry.name} is set as {' and as '.join(names)}; set it once.")
        values[entry.name] = entry.check(value)
    return values


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _checked(cls, given: Any) -> Any:
        values = checked(given)
        for name in values:
            if name not in cls.model_fields:
                what, home = (
                    ("a lever", "Levers") if REGISTRY[name].is_lever else ("an assumption", "World")
                )
                raise ValueError(f"{name} is {what}: set it in {home}, not in {cls.__name__}.")
        return values


def _group(name: str, entries: tuple[Parameter, ...], doc: str) -> type[_Group]:
    kinds = {"number": float, "whole": int, "switch": int, "choice": str}
    fields: dict[str, Any] = {p.name: (kinds[p.kind], p.default) for p in entries}
    return create_model(name, __base__=_Group, __doc__=doc, **fields)


if TYPE_CHECKING:  # their fields come from the tables, which a type checker cannot read

    class World(_Group):
        """Assumptions: what we are unsure of and nobody decides."""

        def __init__(self, **given: float | int | str) -> None: ...
        def __getattr__(self, name: str) -> Any: ...

    class Levers(_Group):
        """What somebody can decide."""

        def __init__(self, **given: float | int | str) -> None: ...
        def __getattr__(self, name: str) -> Any: ...

else:
    World = _group("World", WORLD, "Assumptions: what we are unsure of and nobody decides.")
    Levers = _group("Levers", LEVERS, "What somebody can decide.")

# The record that compiled code reads: one float64 a parameter, flags of the processes, and what
# the levers cost.
RECORD = np.dtype(
    [(name, "f8") for name in REGISTRY]
    + [(f"run_{name}", "i8") for name in PROCESSES]
    + [("from_month", "i8"), ("policy_cost", "f8"), ("connector_cost", "f8")],
    align=True,
)


def pack(
    values: Mapping[str, float | int | str], off: frozenset[str], from_month: int
) -> np.ndarray:
    """Return one parameter record for compiled code.

    Parameters
    ----------
    values : mapping
        A value for every name of the registry.
    off : set of str
        Processes that are switched off.
    from_month : int
        Month in which these values come into force.
    """
    record = np.zeros(1, RECORD)
    for name, entry in REGISTRY.items():
        record[name] = entry.code(values[name])
    for name in PROCESSES:
        record[f"run_{name}"] = name not in off
    record["from_month"] = from_month
    return record


def policy_cost(
    values: Mapping[str, float | int | str], organisations: int, purse: float
) -> dict[str, float]:
    """Return what each lever costs above today's practice, in GBP a year.

    Today's practice is paid for already. `purse_change` and `funding_cut` change the purse itself
    and are left out here.
    """
    costs: dict[str, float] = {}
    for name, entry in REGISTRY.items():
        price = entry.price
        if price is None or not price.per or name in ("purse_change", "funding_cut"):
            continue
        counted = float(values[price.counts]) if price.counts else 1.0
        usual = float(REGISTRY[price.counts].default) if price.counts else 1.0
        cost = price.yearly(
            entry.code(values[name]), organisations=organisations, purse=purse, counted=counted
        )
        cost -= price.yearly(
            entry.code(entry.default), organisations=organisations, purse=purse, counted=usual
        )
        if cost:
            costs[name] = cost
    return costs
