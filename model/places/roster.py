"""Places from a user's own files: a roster of organisations and the ties between them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from alliances.model.kernel.state import NEEDS, SECTORS
from alliances.model.places.builder import Rows, Ties, build_place
from alliances.model.places.csv_table import Source, Table, did_you_mean, read_table
from alliances.model.places.place import NEED_NAMES, Place, PlaceError, clean_name, uid_of

MOST_INCOME = 1e12  # GBP a year: beyond any organisation, so the unit must be wrong
# Strength of a tie of which only the existence is known: the mean trust between organisations
# that work together, 5.9 on a scale of 0 to 10, measured in ten estuary partnerships (Berardo and
# Scholz 2010, "Self-organizing policy networks", American Journal of Political Science 54).
KNOWN_TIE = 0.59

NEED_KEYS = tuple(name.split()[0] for name in NEED_NAMES)


def _by_need(prefix: str) -> dict[str, tuple[str, str]]:
    """Two headings a need: by number, and by the first word of its name."""
    return {
        f"{prefix}_{k + 1}": (f"{prefix}_{k + 1}", f"{prefix}_{key}")
        for k, key in enumerate(NEED_KEYS)
    }


DISPOSITIONS = ("openness", "mutuality", "dominance")
ROSTER_COLUMNS: Mapping[str, Sequence[str]] = {
    "name": ("name", "organisation", "organization"),
    "income": ("income",),
    "uid": ("uid",),
    "sector": ("sector",),
    "place": ("place", "locality"),
    "inert": ("inert",),
    **_by_need("need"),
    **_by_need("priority"),
    **{name: (name,) for name in DISPOSITIONS},
    "reserves_months": ("reserves_months",),
}
TIE_COLUMNS: Mapping[str, Sequence[str]] = {
    "source": ("source", "from"),
    "target": ("target", "to"),
    "strength": ("strength",),
    "place": ("place", "locality"),
}


def read_place(
    roster: Source,
    ties: Source | None = None,
    *,
    name: str | None = None,
    max_rows: int = 200_000,
    max_ties: int = 2_000_000,
    columns: Mapping[str, str] | None = None,
    public_bodies: bool = True,
) -> Place:
    """Read a place from a roster and, if there is one, a file of ties.

    Parameters
    ----------
    roster : str, Path or binary file
        CSV in UTF-8 with the columns `name` and `income` (GBP a year); optional: `sector`,
        `place`, `uid`, `inert`, `need_1` to `need_6` (expertise 0-1; also `need_health` and so
        on), `priority_1` to `priority_6` (mission, any scale), `openness`, `mutuality`,
        `dominance` (0-1), `reserves_months`. A name listed in several places is one organisation
        with a branch in each; its income there is the branch's part.
    ties : str, Path or binary file, optional
        CSV with `source`, `target` and, optionally, `strength` 0-1 (how strong it is for the
        source) and `place`. A tie between organisations with branches is one in every place
        where both are, or in the `place` given.
    name : str, optional
        Name of the place; by default the roster's file name.
    max_rows, max_ties : int
        Most rows of the two files.
    columns : mapping, optional
        The roster's own headings: ``{"income": "Latest income"}``.
    public_bodies : bool
        Give each locality without a council or health body one.

    Raises
    ------
    PlaceError
        For the first thing that breaks a rule: file, row, column, value and the rule.
    """
    table = read_table(roster, ROSTER_COLUMNS, ("name", "income"), max_rows, columns)
    called = clean_name(name or Path(table.label).stem) or "place"
    notes = table.unused_note()
    rows = read_rows(table, called, notes)
    found = read_ties(ties, rows, max_ties, notes) if ties is not None else None
    if ties is None:
        notes.append("ties: none given.")
    return build_place(called, rows, found, public_bodies=public_bodies, notes=notes)


def read_rows(table: Table, called: str, notes: list[str]) -> Rows:
    """Return the organisations of a roster; what was defaulted is added to `notes`."""
    if not table.rows:
        raise PlaceError(f"{table.label}: 0 organisations below the header; give at least 1")
    names, income, places = [], [], []
    inert, sector, uids = [], [], []
    for row, cells in table.rows:
        name = clean_name(table.text(cells, "name"))
        if not name:
            table.fault(row, "name", "", "every organisation needs a name")
        names.append(name)
        money = table.number(row, cells, "income", 0.0, MOST_INCOME, "GBP a year")
        if money is None and not table.text(cells, "income"):
            table.fault(row, "income", "", "must be GBP a year, a plain number of 0 or more")
        income.append(money or 0.0)
        places.append(clean_name(table.text(cells, "place")) or called)
        inert.append(table.switch(row, cells, "inert"))
        sector.append(_sector(table, row, cells))
        uids.append(_uid(table, row, cells, name))
    _check_names(table, names, places, inert, uids)
    rows = Rows(
        names=names,
        income=income,
        localities=places,
        uids=uids,
        sector=sector,
        inert=inert,
        expertise=_needs(table, "need", notes),
        mission=_needs(table, "priority", notes),
        reserves_months=_numbers(table, "reserves_months", 0.0, 1200.0, "months of cost"),
    )
    for column in DISPOSITIONS:
        setattr(rows, column, _numbers(table, column, 0.0, 1.0, "a disposition"))
    table.check()
    for column, instead in (
        ("uid", "a hash of the name"),
        ("place", f"{called!r}"),
        *((column, "drawn in each run") for column in (*DISPOSITIONS, "reserves_months")),
    ):
        _note_blanks(table, column, instead, notes)
    return rows


def _check_names(
    table: Table, names: list[str], places: list[str], inert: list[bool], uids: list[int]
) -> None:
    """Find names listed twice in one place, and rows of one name that cannot be one body."""
    first: dict[str, int] = {}
    here: dict[tuple[str, str], int] = {}
    owner: dict[int, int] = {}
    for at, (name, place) in enumerate(zip(names, places, strict=True)):
        row = table.rows[at][0]
        if not name:
            continue
        if (name, place) in here:
            before = table.rows[here[name, place]][0]
            table.fault(
                row,
                "name",
                name,
                f"is already in row {before}; names must differ"
                + (" within a place" if table.has("place") else ""),
            )
            continue
        here[name, place] = at
        start = first.setdefault(name, at)
        if inert[start] != inert[at]:
            rule = f"must be the same in all rows of {name!r}"
            table.fault(row, "inert", "yes" if inert[at] else "no", rule)
        if uids[start] != uids[at]:
            shown = table.text(table.rows[at][1], "uid")
            table.fault(row, "uid", shown, f"must be the same in all rows of {name!r}")
        other = owner.setdefault(uids[at], at)
        if names[other] != name:
            shown = table.text(table.rows[at][1], "uid") or name
            rule = f"is also the uid of {names[other]!r} in row {table.rows[other][0]}"
            table.fault(row, "uid", shown, rule)


def _sector(table: Table, row: int, cells: list[str]) -> int:
    text = table.text(cells, "sector")
    if not text:
        return -1
    if text.lower() in SECTORS:
        return SECTORS.index(text.lower())
    table.fault(row, "sector", text, f"must be one of {', '.join(SECTORS)}, or empty")
    return -1


def _uid(table: Table, row: int, cells: list[str], name: str) -> int:
    text = clean_name(table.text(cells, "uid"))
    if not text:
        return uid_of(name)
    if text.isascii() and text.isdigit() and int(text) < 2**64:
        if int(text) == 0:
            table.fault(row, "uid", text, "must be a whole number from 1 up, or any other text")
        return int(text)
    return uid_of(text)


def _numbers(table: Table, column: str, low: float, high: float, meaning: str) -> np.ndarray | None:
    if not table.has(column):
        return None
    values = (table.number(row, cells, column, low, high, meaning) for row, cells in table.rows)
    return np.array([np.nan if value is None else value for value in values])


def _needs(table: Table, prefix: str, notes: list[str]) -> np.ndarray | None:
    """Expertise or mission of all rows: a row is given when one of its six cells is."""
    columns = [f"{prefix}_{k + 1}" for k in range(NEEDS)]
    if not any(table.has(column) for column in columns):
        return None
    mission = prefix == "priority"
    most, meaning = (1e9, "a weight") if mission else (1.0, "expertise")
    values = np.full((len(table.rows), NEEDS), np.nan)
    part = 0
    for at, (row, cells) in enumerate(table.rows):
        found = [table.number(row, cells, column, 0.0, most, meaning) for column in columns]
        if all(value is None for value in found):
            continue
        part += any(value is None for value in found)
        given = np.array([value or 0.0 for value in found])
        total = float(given.sum())
        if mission and total <= 0.0:
            table.fault(row, columns[0], "0", "priorities must not all be 0: leave them empty")
            continue
        # Shares that a place was written with come back unchanged.
        values[at] = given / total if mission and abs(total - 1.0) > 1e-9 else given
    drawn = int(np.isnan(values[:, 0]).sum())
    if part:
        notes.append(
            f"{prefix}_*: {part} of {len(values)} rows give some of the {NEEDS} needs; the "
            "others count as 0."
        )
    if drawn:
        notes.append(f"{prefix}_*: missing in {drawn} of {len(values)} rows; drawn in each run.")
    return values


def _note_blanks(table: Table, column: str, instead: str, notes: list[str]) -> None:
    if not table.has(column):
        return
    blank = sum(not table.text(cells, column) for _, cells in table.rows)
    if blank:
        notes.append(f"{column}: missing in {blank} of {len(table.rows)} rows; {instead}.")


def read_ties(source: Source, rows: Rows, max_ties: int, notes: list[str]) -> Ties:
    """Return the ties of a file between the rows of a roster."""
    table = read_table(source, TIE_COLUMNS, ("source", "target"), max_ties)
    notes += table.unused_note()
    where: dict[str, dict[str, int]] = {}
    for at, (name, place) in enumerate(zip(rows.names, rows.localities, strict=True)):
        where.setdefault(name, {})[place] = at
    strength: dict[tuple[int, int], float] = {}
    row_of: dict[tuple[int, int], int] = {}
    unknown = 0
    for row, cells in table.rows:
        ends = [_end(table, row, cells, column, where) for column in ("source", "target")]
        value = table.number(row, cells, "strength", 0.0, 1.0, "a strength")
        if not ends[0] or not ends[1]:
            continue
        if ends[0] == ends[1]:
            table.fault(row, "target", ends[1], "is tied to itself; a tie needs two organisations")
            continue
        unknown += not table.text(cells, "strength")
        for key in _shared(table, row, cells, ends, where):
            if key in strength:
                rule = f"has this tie from {ends[0]!r} already in row {row_of[key]}"
                table.fault(row, "target", ends[1], rule)
                continue
            strength[key] = KNOWN_TIE if value is None else value
            row_of[key] = row
    table.check()
    # One record for both directions; from the file's order nothing may follow.
    pairs = sorted({(min(key), max(key)) for key in strength})
    there = [strength.get(pair) for pair in pairs]
    back = [strength.get(pair[::-1]) for pair in pairs]
    single = sum(t is None or b is None for t, b in zip(there, back, strict=True))
    if unknown:
        notes.append(
            f"strength: missing in {unknown} of {len(table.rows)} ties; set to {KNOWN_TIE}, the "
            "mean trust measured between organisations that work together."
        )
    if single:
        notes.append(
            f"ties: {single} of {len(pairs)} are listed in one direction; the other direction "
            "is as strong."
        )
    return Ties(
        source=[a for a, _ in pairs],
        target=[b for _, b in pairs],
        strength=[_first(t, b) for t, b in zip(there, back, strict=True)],
        strength_back=[_first(b, t) for t, b in zip(there, back, strict=True)],
    )


def _first(value: float | None, other: float | None) -> float:
    return value if value is not None else other if other is not None else KNOWN_TIE


def _end(
    table: Table, row: int, cells: list[str], column: str, where: Mapping[str, Mapping[str, int]]
) -> str:
    name = clean_name(table.text(cells, column))
    if name in where:
        return name
    # The first fault is the one shown: a hint for it alone.
    hint = "" if table.faults or not name else did_you_mean(name, list(where))
    table.fault(row, column, name, f"must be an organisation of the roster{hint}")
    return ""


def _shared(
    table: Table,
    row: int,
    cells: list[str],
    ends: list[str],
    where: Mapping[str, Mapping[str, int]],
) -> list[tuple[int, int]]:
    """Pairs of rows that a tie joins: one in each place where both organisations are."""
    source, target = where[ends[0]], where[ends[1]]
    both = [place for place in source if place in target]
    asked = clean_name(table.text(cells, "place"))
    if asked:
        if asked not in both:
            table.fault(row, "place", asked, f"must be a place of {ends[0]!r} and {ends[1]!r}")
            return []
        both = [asked]
    if not both:
        table.fault(
            row,
            "target",
            ends[1],
            f"is in {', '.join(target)} and {ends[0]!r} in {', '.join(source)}; a tie needs a "
            "place where both are: add a roster row with the branch of one beside the other",
        )
    return [(source[place], target[place]) for place in both]
