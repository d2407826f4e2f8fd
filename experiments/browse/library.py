"""The folders whose results may be shown to others, and what lies in them.

Only what is found below one of these folders has a key, and only what has a key is ever opened:
nobody names a path.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from alliances import ROOT
from alliances.model.input.errors import UserError

SETTING = "ALLIANCES_RESULTS"
CHECKOUT = ROOT
FOLDERS = ("results", "runs")
DEEPEST = 5  # folders below a root
MOST_FOUND = 20_000  # a folder with more is not for looking at
MOST_TABLE = 20_000_000  # bytes of a CSV table


@dataclass(frozen=True)
class LibraryItem:
    """Something that may be opened.

    Attributes
    ----------
    key : str
        What links and lists call it.
    path : Path
        Where it lies.
    kind : {"sweep", "table"}
        A sweep's folder, or a table as CSV.
    """

    key: str
    path: Path
    kind: Literal["sweep", "table"]


def roots() -> tuple[Path, ...]:
    """Return the folders whose results may be shown.

    `results` and `runs` where the program was started and in the checkout, and the folders that
    the environment variable ALLIANCES_RESULTS names.
    """
    named = [Path(text) for text in os.environ.get(SETTING, "").split(os.pathsep) if text]
    usual = [base / name for base in (Path.cwd(), CHECKOUT) for name in FOLDERS]
    found = dict.fromkeys(path.resolve() for path in (*named, *usual) if path.is_dir())
    return tuple(found)


def show(folders: Iterable[Path]) -> None:
    """Add folders to those whose results may be shown, as the setting does.

    Raises
    ------
    UserError
        If one of them is no folder.
    """
    named = [text for text in os.environ.get(SETTING, "").split(os.pathsep) if text]
    for folder in folders:
        if not folder.is_dir():
            raise UserError(f"there is no folder {folder}; give one with sweeps or tables")
        named.append(str(folder.resolve()))
    os.environ[SETTING] = os.pathsep.join(named)


def items() -> list[LibraryItem]:
    """Return everything that may be opened, sweeps first, by key."""
    found: dict[str, LibraryItem] = {}
    for root in roots():
        for number, (path, kind) in enumerate(_below(root, root, 0)):
            if number >= MOST_FOUND:
                break
            key = f"{root.name}/{path.relative_to(root).as_posix()}" if path != root else root.name
            while key in found:  # two folders of one name
                key += "'"
            found[key] = LibraryItem(key, path, kind)
    return sorted(found.values(), key=lambda item: (item.kind != "sweep", item.key))


def _below(
    folder: Path, root: Path, depth: int
) -> Iterator[tuple[Path, Literal["sweep", "table"]]]:
    if (folder / "manifest.json").is_file() and (folder / "points.parquet").is_file():
        yield folder, "sweep"
        return
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.is_symlink():  # what it leads to has its own place
            continue
        if entry.is_dir():
            if depth < DEEPEST:
                yield from _below(entry, root, depth + 1)
        elif entry.suffix == ".csv" and entry.is_file() and entry.stat().st_size <= MOST_TABLE:
            yield entry, "table"


def evidence_folder() -> Path | None:
    """Return the folder with the claims that were weighed last; None without one."""
    for root in roots():
        for folder in (root / "evidence", root):
            if (folder / "claims.csv").is_file():
                return folder
    return None
