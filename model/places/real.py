"""Places from the real data sets that studies of this model use; no organisation's name is kept.

The sets are not part of the project: `data_folder` says where they are looked for.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from alliances.model.input.errors import UserError
from alliances.model.input.records import read_records
from alliances.model.kernel.state import NEEDS
from alliances.model.places.builder import Rows, Ties, build_place, select_rows
from alliances.model.places.grants import import_360giving
from alliances.model.places.place import PARTNERSHIP_ARM, Place, PlaceError, data_folder, uid_of
from alliances.model.places.roster import KNOWN_TIE
from alliances.model.places.synthetic import LOCAL, keyed_incomes, keyed_units

HEALTH_CARE, LEARNING, HOUSING, WORK, CULTURE, JUSTICE = range(NEEDS)

# Main and second need of each part of the ICNP/TSO classification, which groups organisations by
# activity; the longest code that fits counts. What has no need of its own goes where most of its
# work is felt: religious bodies with the neighbourhood, funders and trade bodies with work and
# money, advocacy with justice.
NEEDS_OF_ACTIVITY: Mapping[str, tuple[int, int]] = {
    "A": (CULTURE, LEARNING),
    "B": (LEARNING, WORK),
    "C": (HEALTH_CARE, HOUSING),
    "D": (HEALTH_CARE, HOUSING),
    "D11": (LEARNING, HEALTH_CARE),
    "D14": (LEARNING, HEALTH_CARE),
    "D20": (LEARNING, WORK),
    "D31": (WORK, HEALTH_CARE),
    "D32": (HOUSING, WORK),
    "D34": (JUSTICE, HOUSING),
    "D40": (WORK, LEARNING),
    "E": (JUSTICE, LEARNING),
    "F": (HOUSING, WORK),
    "G": (JUSTICE, LEARNING),
    "G13": (CULTURE, HOUSING),
    "G14": (LEARNING, CULTURE),
    "G15": (HEALTH_CARE, CULTURE),
    "G16": (HEALTH_CARE, CULTURE),
    "H": (WORK, LEARNING),
    "I": (HOUSING, CULTURE),
    "J": (WORK, LEARNING),
    "K": (WORK, JUSTICE),
    "K10": (LEARNING, HEALTH_CARE),
    "L": (WORK, HOUSING),
}
# Expertise in the main need, the second and each of the others: assumptions. What a charity does
# says what it is good at; how exclusively it cares is drawn, as in every place.
EXPERTISE = (0.8, 0.4, 0.1)
LOCAL_BELOW = 1e7  # GBP a year: larger bodies are national, and no part of one place

BUSIEST_IN_TRAFFORD = date(2020, 2, 1)  # most grants ran then: 132

_SAMPLE = 10  # attempt of keyed draws; those of `alliances.model.places.synthetic` are below


def real_place(
    data: str,
    folder: str | Path | None = None,
    organisations: int | None = None,
    seed: int = 0,
    public_bodies: bool = True,
) -> Place:
    """Return a place from a real data set, with labels such as "charity 17" for names.

    Parameters
    ----------
    data : str
        One of `REAL_PLACES`: `ukcat`, `trafford`, `bristol`, `bristol events`, `wetlands`.
    folder : str or Path, optional
        Folder of the data sets; by default `alliances.model.places.place.data_folder()`.
    organisations : int, optional
        How many organisations of the set: a keyed sample. By default all; of `ukcat` 80.
    seed : int
        Seed of the place: the sample, and sizes where the set has none.
    public_bodies : bool
        Add a council and a health body.

    Raises
    ------
    PlaceError
        If the set is not known or not there.
    """
    if data not in REAL_PLACES:
        raise PlaceError(f"no data set {data!r}; allowed: {', '.join(map(repr, REAL_PLACES))}")
    root = Path(folder) if folder is not None else data_folder()
    if root is None or not root.is_dir():
        raise PlaceError(
            f"the data sets are not at {root or '../shared/data'}; set ALLIANCES_DATA to their "
            "folder"
        )
    if organisations is not None and organisations < 1:
        raise PlaceError(f"organisations was {organisations}; it must be at least 1")
    return REAL_PLACES[data](root, organisations, seed, public_bodies).anonymous()


def _ukcat(root: Path, organisations: int | None, seed: int, public_bodies: bool) -> Place:
    """Charities with their real incomes, sampled so that they stand for the register."""
    count = 80 if organisations is None else organisations
    weight: dict[str, float] = {}
    facts: dict[str, tuple[float, str]] = {}
    unknown = large = 0
    for record in _records(root / "ukcat_charity_roster" / "sample_4203.csv"):
        if not record["income"]:
            unknown += 1
        elif float(record["income"]) >= LOCAL_BELOW:
            large += 1
        else:
            key = record["org_id"]
            weight[key] = weight.get(key, 0.0) + float(record["weight"])
            facts[key] = float(record["income"]), record["ICNPTSO"]
    keys = sorted(facts, key=lambda key: (facts[key][0], key))
    # One draw in each of `count` equal parts of the register, sorted by income: every charity
    # has its weight's chance, and small samples have the register's sizes.
    parts = np.array([uid_of(f"part {i}") for i in range(count)], np.uint64)
    point = (np.arange(count) + keyed_units(seed, _SAMPLE, parts)) / count
    share = np.cumsum([weight[key] for key in keys])
    chosen = np.minimum(np.searchsorted(share, point * share[-1], side="right"), len(keys) - 1)
    copies: dict[str, int] = {}
    uids, drawn = [], []
    for at in chosen.tolist():
        key = keys[at]
        copies[key] = copies.get(key, 0) + 1
        uids.append(uid_of(f"{key} copy {copies[key]}"))
        drawn.append(key)
    needs = np.array([needs_of(facts[key][1]) for key in drawn])
    notes = [
        f"UK charities: {count} drawn by weight, in {count} equal parts by income, from "
        f"{len(keys)} of a sample of the registers (Damm and Kane 2022).",
        f"left out: {unknown} without a known income, {large} of GBP 10m a year and more, which "
        "are national.",
        "expertise: set from the main activity in ICNP/TSO, a main and a second need.",
    ]
    repeated = sum(number - 1 for number in copies.values())
    if repeated:
        notes.append(f"{repeated} of {count} rows repeat a charity that stands for many.")
    rows = Rows(
        names=[f"charity {i + 1}" for i in range(count)],
        income=[facts[key][0] for key in drawn],
        localities=["ukcat"] * count,
        uids=uids,
        expertise=_spread(needs, EXPERTISE),
    )
    return build_place("ukcat", rows, public_bodies=public_bodies, notes=notes)


def _trafford(root: Path, organisations: int | None, seed: int, public_bodies: bool) -> Place:
    """Bodies that the council of one English place has given grants to."""
    source = root / "trafford" / "council_grants_to_vcse.csv"
    place = import_360giving(
        source, name="trafford", at=BUSIEST_IN_TRAFFORD, public_bodies=public_bodies
    )
    return _sampled(place, organisations, seed)


def _bristol(meetings: str) -> "_Reader":
    """Civic organisations of one city, tied by members or events that they share."""

    def read(root: Path, organisations: int | None, seed: int, public_bodies: bool) -> Place:
        folder = root / "bristol_civic"
        nodes = sorted(_records(folder / f"orgs_shared_{meetings}_nodes.csv"), key=_identifier)
        uids = [uid_of(f"bristol {node['id']}") for node in nodes]
        # Those with more members are taken to be larger; among equals the draw decides.
        tied = keyed_units(seed, _SAMPLE, np.array(uids, np.uint64))
        income = np.empty(len(nodes))
        order = np.lexsort((tied, np.array([float(node["members"]) for node in nodes])))
        income[order] = LOCAL.strata_means(len(nodes))
        notes = [
            f"civic organisations of Bristol (Diani and Bison 2004): {len(nodes)}.",
            "income: unknown; UK charities' sizes, in order of the members that were asked.",
            f"ties: organisations that share {meetings}; with w of them the strength is "
            "1 - 0.5 ** w, in both directions (an assumption).",
        ]
        edges = _records(folder / f"orgs_shared_{meetings}_edges.csv")
        strength = [1.0 - 0.5 ** float(edge["weight"]) for edge in edges]
        ties = _ties(nodes, edges, strength)
        rows = _bare_rows("bristol", uids, income)
        name = "bristol" if meetings == "members" else f"bristol {meetings}"
        place = build_place(name, rows, ties, public_bodies=public_bodies, notes=notes)
        return _sampled(place, organisations, seed)

    return read


def _wetlands(root: Path, organisations: int | None, seed: int, public_bodies: bool) -> Place:
    """Actors of Swiss wetlands management, tied by collaboration."""
    folder = root / "wetlands_switzerland"
    nodes = sorted(_records(folder / "actors_nodes.csv"), key=_identifier)
    uids = [uid_of(f"wetlands {node['id']}") for node in nodes]
    income = keyed_incomes(np.array(uids, np.uint64), seed)
    edges = _records(folder / "actors_edges.csv")
    notes = [
        f"actors of Swiss wetlands management (Angst and Hirschi 2017): {len(nodes)}.",
        "income: unknown; UK charities' sizes, handed out by the seed of the place.",
        f"strength: unknown; {KNOWN_TIE} in both directions of all {len(edges)} ties.",
    ]
    ties = _ties(nodes, edges, [KNOWN_TIE] * len(edges))
    rows = _bare_rows("wetlands", uids, income)
    place = build_place("wetlands", rows, ties, public_bodies=public_bodies, notes=notes)
    return _sampled(place, organisations, seed)


_Reader = Callable[[Path, int | None, int, bool], Place]
REAL_PLACES: Mapping[str, _Reader] = {
    "ukcat": _ukcat,
    "trafford": _trafford,
    "bristol": _bristol("members"),
    "bristol events": _bristol("events"),
    "wetlands": _wetlands,
}


def needs_of(activity: str) -> tuple[int, int]:
    """Return main and second need of an ICNP/TSO code.

    Examples
    --------
    >>> from alliances.model.places.place import NEED_NAMES
    >>> [NEED_NAMES[need] for need in needs_of("D32")]
    ['housing and neighbourhood', 'work and money']
    """
    for length in (3, 2, 1):
        if activity[:length] in NEEDS_OF_ACTIVITY:
            return NEEDS_OF_ACTIVITY[activity[:length]]
    return NEEDS_OF_ACTIVITY["L"]


def _spread(needs: np.ndarray, values: tuple[float, float, float]) -> np.ndarray:
    spread = np.full((len(needs), NEEDS), values[2])
    spread[np.arange(len(needs)), needs[:, 1]] = values[1]
    spread[np.arange(len(needs)), needs[:, 0]] = values[0]
    return spread


def _sampled(place: Place, organisations: int | None, seed: int) -> Place:
    """Return the place with so many of its organisations, besides public bodies."""
    public = np.isin(place.sector, list(PARTNERSHIP_ARM))
    others = np.flatnonzero(~public)
    if organisations is None:
        return place
    if organisations > len(others):
        raise PlaceError(
            f"organisations was {organisations}; {place.name!r} has {len(others)}: ask for fewer"
        )
    first = np.argsort(keyed_units(seed, _SAMPLE + 1, place.uid[others]))[:organisations]
    keep = public.copy()
    keep[others[first]] = True
    note = f"{organisations} of {len(others)} organisations, drawn by the seed of the place."
    return replace(select_rows(place, keep), notes=(*place.notes, note))


def _bare_rows(name: str, uids: list[int], income: np.ndarray) -> Rows:
    names = [f"organisation {i + 1}" for i in range(len(uids))]
    return Rows(names=names, income=income, localities=[name] * len(uids), uids=uids)


def _ties(nodes: list[dict[str, str]], edges: list[dict[str, str]], strength: list[float]) -> Ties:
    row_of = {node["id"]: row for row, node in enumerate(nodes)}
    source = [row_of[edge["source"]] for edge in edges]
    target = [row_of[edge["target"]] for edge in edges]
    return Ties(source, target, strength, strength)


def _identifier(record: dict[str, str]) -> str:
    return record["id"]


def _records(path: Path) -> list[dict[str, str]]:
    try:
        return read_records(path, "data set")
    except UserError as error:
        raise PlaceError(f"{error}; fetch the data sets again") from error
