"""The parts: runs come in batches, and each batch is there whole or not at all.

A part is one Parquet file for each table of a batch. All are written under temporary names, synced,
and renamed, the table `runs` last: without it the others do not count. Nothing that is there is
ever written again. A part's name ends in a hash of all its files, so that a damaged or missing one
shows.
"""

from pathlib import Path

import numpy as np
import pyarrow as pa

from alliances.experiments.input.tables import read_parquet
from alliances.experiments.sweep.experiment import MOST_REPLICATES
from alliances.experiments.sweep.files import (
    StoreError,
    hash_of,
    pq_bytes,
    told_if_unwritable,
    write_together,
)
from alliances.experiments.sweep.index import STATUSES, Index, key_of
from alliances.experiments.sweep.work import DONE, Batch
from alliances.model.input.errors import UserError
from alliances.model.input.files import bytes_of

TABLES = ("runs", "times", "groups", "organisations")


class DamagedPartError(StoreError):
    """A part that is not as it was written."""

    def __init__(self, folder: Path, name: str, why: str) -> None:
        super().__init__(
            f"the part {name} in {folder} is damaged ({why}); `alliances sweep` on this folder "
            "puts it aside and runs its runs again"
        )
        self.name = name
        self.why = why


class Parts:
    """The parts in a sweep's folder.

    Parameters
    ----------
    sweep : Path
        The sweep's folder; its parts lie in `parts` there.
    """

    def __init__(self, sweep: Path) -> None:
        self.sweep = sweep
        self.folder = sweep / "parts"
        self._sound: set[str] = set()  # parts whose files were compared with their name

    def file(self, name: str, table: str) -> Path:
        """Return where one table of a part lies, if there is one."""
        return self.folder / f"{name}.{table}.parquet"

    def files(self, name: str) -> list[Path]:
        """Return all files of a part, in the order in which they are written: runs last."""
        found = (self.file(name, table) for table in reversed(TABLES))
        return [path for path in found if path.is_file()]

    def add(self, batch: Batch) -> str:
        """Write a batch's tables, whole or not at all; return the part's name.

        Raises
        ------
        StoreError
            If they cannot be written; nothing of them counts then, and nothing else is touched.
        """
        point, replicate, attempt = (
            batch.runs.column(name)[0].as_py() for name in ("point", "replicate", "attempt")
        )
        tables = {**batch.tables, "runs": batch.runs}
        contents = {table: pq_bytes(content) for table, content in tables.items()}
        count, told = batch.runs.num_rows, hash_of(contents)
        name = f"{point:07d}-{replicate:05d}-{count:05d}-{attempt:03d}-{told}"
        self._write(name, contents)
        return name

    def copy(self, other: "Parts", name: str) -> None:
        """Copy a part of another folder.

        Raises
        ------
        StoreError
            If it cannot be written.
        """
        tables = [path.name.split(".")[1] for path in other.files(name)]  # runs last
        self._write(name, {table: bytes_of(other.file(name, table)) for table in tables})

    def _write(self, name: str, contents: dict[str, bytes]) -> None:
        with told_if_unwritable(self.folder):
            write_together({self.file(name, table): contents[table] for table in contents})
        self._sound.add(name)

    def clear(self) -> list[str]:
        """Clear what does not count; return what was put aside of it, in words.

        Files of a part without its table `runs` are deleted if writing was cut short: that table
        then still has its temporary name. Otherwise it was lost, and they are put aside.
        Only who holds the folder may do so.
        """
        names = {path.name.split(".")[0] for path in self.folder.glob("[!.]*.parquet")}
        unfinished = [path.name for path in self.folder.glob(".tmp-*")]
        found = []
        for name in sorted(names - set(self.names())):
            if any(left.endswith(f"-{name}.runs.parquet") for left in unfinished):
                for path in self.files(name):
                    path.unlink()
            else:
                why = "its table of runs is gone"
                found.append(self.put_aside(DamagedPartError(self.sweep, name, why)))
        for path in self.folder.glob(".tmp-*"):
            path.unlink()
        return found

    def index(self, *, mend: bool = False) -> Index:
        """Return which runs are there, the latest attempt of each.

        Parameters
        ----------
        mend : bool
            Whether damaged parts are put aside into `damaged`, so that their runs are run again;
            otherwise they raise.
        """
        codes = {status: code for code, status in enumerate(STATUSES)}
        columns: list[list[np.ndarray]] = [[], [], [], [], []]
        names: list[str] = []
        damaged: list[str] = []
        for name in self.names():
            try:
                self._verify(name)
                table = self.read(name, "runs", ["point", "replicate", "attempt", "status"])
            except DamagedPartError as damage:
                if not mend:
                    raise
                damaged.append(self.put_aside(damage))
                continue
            count = table.num_rows
            key = key_of(table["point"].to_numpy(), table["replicate"].to_numpy())
            for column, values in zip(
                columns,
                (
                    key,
                    table["attempt"].to_numpy(),
                    np.full(count, len(names)),
                    np.arange(count),
                    np.array([codes[status] for status in table["status"].to_pylist()], np.int8),
                ),
                strict=True,
            ):
                column.append(values)
            names.append(name)
        if not names:
            nothing = np.zeros(0, np.int64)
            return Index(nothing, nothing, nothing, nothing, np.zeros(0, np.int8), [], damaged)
        key, attempt, part, row, status = (np.concatenate(column) for column in columns)
        # Shards may have run the same reference: a result counts more than a later failure.
        order = np.lexsort((attempt, status == codes[DONE], key))
        last = np.append(np.diff(key[order]) > 0, True)
        chosen = order[last]
        return Index(
            key[chosen], attempt[chosen], part[chosen], row[chosen], status[chosen], names, damaged
        )

    def names(self) -> list[str]:
        """Return the names of all parts, those that are being written left out."""
        found = (path.name for path in self.folder.glob("[!.]*.runs.parquet"))
        return sorted(name.removesuffix(".runs.parquet") for name in found)

    def _verify(self, name: str) -> None:
        """Refuse a part of which a file is missing, or not as the hash in its name says."""
        if name in self._sound:
            return
        contents = {}
        for table in TABLES:
            path = self.file(name, table)
            if not path.exists():
                continue  # not every part has every table
            try:
                contents[table] = bytes_of(path)
            except UserError as error:
                raise DamagedPartError(self.sweep, name, str(error)) from error
        if not name.endswith(f"-{hash_of(contents)}"):
            raise DamagedPartError(self.sweep, name, "its files are not as they were written")
        self._sound.add(name)

    def put_aside(self, damage: DamagedPartError) -> str:
        """Move a damaged part to the folder `damaged`, so that its runs are run again."""
        name = damage.name
        aside = self.sweep / "damaged"
        aside.mkdir(exist_ok=True)
        for path in self.files(name):
            target, number = aside / path.name, 1
            while target.exists():
                number += 1
                target = aside / f"{path.name}.{number}"
            path.rename(target)
        self._sound.discard(name)
        return f"{name} ({damage.why})"

    def read(self, name: str, table: str, columns: list[str] | None = None) -> pa.Table:
        """Return one table of a part, its checksums verified.

        Raises
        ------
        DamagedPartError
            If it is not as it was written.
        """
        path = self.file(name, table)
        try:
            return read_parquet(path, columns)
        except UserError as error:
            raise DamagedPartError(self.sweep, name, str(error)) from error

    def values(
        self, index: Index, measures: list[str], shape: tuple[int, int]
    ) -> dict[str, np.ndarray]:
        """Return measures of all runs, NaN where there is none.

        Parameters
        ----------
        index : Index
            Of which runs.
        measures : list of str
            Which.
        shape : tuple of int
            Points and most replicates.

        Returns
        -------
        dict of str to ndarray of float64, of that shape
        """
        found = {name: np.full(shape, np.nan) for name in measures}
        point, replicate = index.key // MOST_REPLICATES, index.key % MOST_REPLICATES
        for number, part in enumerate(index.parts):
            here = np.flatnonzero((index.part == number) & index.done)
            if len(here):
                table = self.read(part, "runs", measures)
                for name in measures:
                    column = table[name].to_numpy()[index.row[here]]
                    found[name][point[here], replicate[here]] = column
        return found
