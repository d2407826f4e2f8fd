"""Places as folders of CSV files, written and read back without loss."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import tomli_w

from alliances.model.given import Given
from alliances.model.input.errors import UserError
from alliances.model.input.files import text_of
from alliances.model.input.toml_file import model_of
from alliances.model.kernel.state import NEEDS, SECTORS
from alliances.model.places.builder import build_place
from alliances.model.places.csv_table import Table, read_table
from alliances.model.places.place import COMMISSIONERS, Place, PlaceError
from alliances.model.places.roster import DISPOSITIONS, ROSTER_COLUMNS, read_rows, read_ties

_MOST = 100_000_000  # rows: a folder that was written is read whole
_GRANT_COLUMNS = ("payee", "payer", "monthly", "months_left")


class _About(Given):
    """What `place.toml` says."""

    name: str
    notes: tuple[str, ...]


def write_place(place: Place, folder: str | Path) -> Path:
    """Write a place as `roster.csv`, `ties.csv`, `grants.csv` and `place.toml` into a folder.

    The first two are what `read_place` reads; `load_place` returns an equal place.
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    towns = [place.localities[at] for at in place.locality.tolist()]
    columns: dict[str, Sequence[object]] = {
        "name": place.names,
        "income": place.income.tolist(),
        "uid": place.body.tolist(),
        "sector": [SECTORS[number] for number in place.sector.tolist()],
        "place": towns,
        "inert": ["yes" if value else "no" for value in place.inert.tolist()],
    }
    for prefix, table in (("need", place.expertise), ("priority", place.mission)):
        for k in range(NEEDS):
            columns[f"{prefix}_{k + 1}"] = table[:, k].tolist()
    for name in (*DISPOSITIONS, "reserves_months"):
        columns[name] = getattr(place, name).tolist()
    _write(target / "roster.csv", columns)
    ends = list(zip(place.tie_a.tolist(), place.tie_b.tolist(), strict=True))
    ends += [(b, a) for a, b in ends]
    _write(
        target / "ties.csv",
        {
            "source": [place.names[a] for a, _ in ends],
            "target": [place.names[b] for _, b in ends],
            "strength": [*place.tie_strength_ab.tolist(), *place.tie_strength_ba.tolist()],
            "place": [towns[a] for a, _ in ends],
        },
    )
    uids: list[str] = [str(uid) for uid in place.uid.tolist()]
    _write(
        target / "grants.csv",
        {
            "payee": [uids[row] for row in place.grant_payee.tolist()],
            "payer": [
                uids[row] if row >= 0 else COMMISSIONERS[-2 - row]
                for row in place.grant_payer.tolist()
            ],
            "monthly": place.grant_monthly.tolist(),
            "months_left": place.grant_months_left.tolist(),
        },
    )
    with (target / "place.toml").open("wb") as file:
        tomli_w.dump({"name": place.name, "notes": list(place.notes)}, file)
    return target


def load_place(folder: str | Path) -> Place:
    """Return the place that `write_place` wrote into a folder.

    Raises
    ------
    PlaceError
        If a file is missing, or was changed so that it breaks a rule.
    """
    source = Path(folder)
    try:
        path = source / "place.toml"
        about = model_of(_About, text_of(path, "file"), str(path), "place")
    except UserError as error:
        raise PlaceError(
            f"{source}: holds no readable place.toml ({error}); write the place again"
        ) from error
    name = about.name
    table = read_table(source / "roster.csv", ROSTER_COLUMNS, ("name", "income"), _MOST)
    rows = read_rows(table, name, [])
    ties = read_ties(source / "ties.csv", rows, _MOST, [])
    place = build_place(name, rows, ties, public_bodies=False)
    return _with_grants(replace(place, notes=about.notes), source / "grants.csv")


def _with_grants(place: Place, path: Path) -> Place:
    table = read_table(path, {n: (n,) for n in _GRANT_COLUMNS}, _GRANT_COLUMNS, _MOST)
    rows = {str(uid): row for row, uid in enumerate(place.uid.tolist())}
    payers = rows | {name: -2 - number for number, name in enumerate(COMMISSIONERS)}
    payee, payer, monthly, left = [], [], [], []
    for row, cells in table.rows:
        payee.append(_one_of(table, row, cells, "payee", rows))
        payer.append(_one_of(table, row, cells, "payer", payers))
        monthly.append(table.number(row, cells, "monthly", 0.0, 1e12, "GBP a month") or 0.0)
        left.append(table.number(row, cells, "months_left", 0.0, 1200.0, "months") or 0.0)
    table.check()
    return replace(
        place,
        grant_payee=np.array(payee, np.int32),
        grant_payer=np.array(payer, np.int32),
        grant_monthly=np.array(monthly, np.float64),
        grant_months_left=np.array(left).astype(np.int32),
    )


def _one_of(table: Table, row: int, cells: list[str], column: str, known: Mapping[str, int]) -> int:
    text = table.text(cells, column)
    if text not in known:
        table.fault(row, column, text, "must be the uid of a row of roster.csv or a commissioner")
    return known.get(text, 0)


def _write(path: Path, columns: Mapping[str, Sequence[object]]) -> None:
    """Write columns as CSV; NaN is an empty cell, other numbers come back to the last bit."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for cells in zip(*columns.values(), strict=True):
            writer.writerow("" if cell != cell else cell for cell in cells)
