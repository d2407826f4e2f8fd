"""How the choices of several funders, or several connectors, become the levers of one round.

Each of n funders stands for one n-th of the public money, each of n connectors for one n-th of the
team. What a choice does not set, and whatever somebody chooses nothing for, stays as usual in that
part. Then, for each lever:

* a number is the mean over the parts;
* a whole number is that mean, rounded to the nearest (a half upwards);
* a switch cannot stand half way, so it is on in as many of the round's months, spread evenly, as
  there are parts, of all, in which it is on: the team takes turns.

The model has as many connectors as people play, but never fewer than it has without them.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from alliances.dashboards.room.roles import ROLES, Role
from alliances.model.parameters import REGISTRY

Values = dict[str, float]
TEAM = "connectors"
TABLES: Mapping[str, Role] = {
    role.key: role for role in ROLES.values() if not role.plays_organisation
}
SHARED = tuple(
    sorted({name for role in TABLES.values() for one in role.choices for name in one.levers or ()})
)


def role_of(seat: str) -> str:
    """Return which table a seat belongs to, "" for an organisation's.

    Examples
    --------
    >>> role_of("funder 2"), role_of("2717362814836454047")
    ('funder', '')
    """
    role = seat.split()[0]
    return role if role in TABLES else ""


def parts(decided: Mapping[str, str], role: str) -> list[str]:
    """Return what was chosen for each part of a table in a round, "" for nothing."""
    return [choice for seat, choice in decided.items() if role_of(seat) == role]


def unchosen(decided: Mapping[str, str]) -> dict[str, str]:
    """Return a round with the same seats at the tables in which nobody chose anything."""
    return {seat: "" for seat in decided if role_of(seat)}


def months_of(decided: Mapping[str, str], usual: Mapping[str, float], months: int) -> list[Values]:
    """Return the levers that hold in each month of a round.

    Parameters
    ----------
    decided : mapping of str to str
        Seat to choice.
    usual : mapping of str to float
        Values of `SHARED` and `TEAM` where nobody chooses.
    months : int
        Of the round.

    Examples
    --------
    >>> usual = {"competition": 0.5, "connector_mediates": 1, "connector_caseload": 8}
    >>> chosen = {"funder 1": "bid", "funder 2": "", "connector 1": "join", "connector 2": ""}
    >>> found = months_of(chosen, {**usual, "connectors": 2}, 6)
    >>> [values["competition"] for values in found[:2]]
    [0.7, 0.7]
    >>> [values["connector_mediates"] for values in found]
    [1, 0, 1, 0, 1, 0]
    """
    found: list[Values] = [dict(usual) for _ in range(months)]
    for role in TABLES.values():
        chosen = [role.choice(one) for one in parts(decided, role.key)]
        set_by = [one.levers or {} if one is not None else {} for one in chosen]
        for name in {name for levers in set_by for name in levers}:
            each = [levers.get(name, usual[name]) for levers in set_by]
            for values, value in zip(found, _shared(name, each, months), strict=True):
                values[name] = value
    team = len(parts(decided, "connector"))
    for values in found:
        values[TEAM] = int(min(max(team, usual[TEAM]), REGISTRY[TEAM].high))
    return found


def _shared(name: str, each: Sequence[float], months: int) -> list[float]:
    """Return a lever's value in each month, from its value in each part."""
    count = len(each)
    if REGISTRY[name].kind == "switch":
        on = sum(value > 0 for value in each)
        # Month after month the nearest whole number of months that are due so far.
        due = [(2 * month * on + count) // (2 * count) for month in range(months + 1)]
        return [after - before for before, after in pairwise(due)]
    mean = round(sum(each) / count, 9)
    return [int(mean + 0.5) if REGISTRY[name].kind == "whole" else mean] * months
