"""The store: a folder that only grows, in which a finished run is safe whatever happens next.

Runs come in parts: one Parquet file for each table of a batch, written under a temporary name,
synced, and renamed. The part of the table `runs` comes last: without it the others do not count.
So a part is there whole or not at all, and nothing that is there is ever written again. What lies
under `tables` is put together from the parts, in the order of points and replicates: the same
bytes in whatever order they came, and however often interrupted.
"""

import errno
import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.errors import UserError
from experiments.manifest import git_commit, versions
from experiments.sweep.experiment import MOST_REPLICATES, Experiment
from experiments.sweep.plan import Plan, Run
from experiments.sweep.work import DONE, Batch
from model.compiled import sources_digest

FORMAT = 1
TABLES = ("runs", "times", "groups", "organisations")
NUMBERS_AT_ONCE = 4_000_000  # that putting together holds in memory, about


class StoreError(UserError):
    """A folder that cannot be used as it is; the message says what to do."""


@dataclass
class Index:
    """Which runs are there.

    Attributes
    ----------
    key : ndarray of int64
        point x 10,000 + replicate of the latest attempt of each run, in order.
    attempt, part, row : ndarray of int64
        How often it was tried, in which part it lies, and in which row of it.
    done : ndarray of bool
        Whether it came to a result.
    status : list of str
        Its status.
    parts : list of str
        Names of the parts.
    damaged : list of str
        What was found damaged, and where it was put.
    """

    key: np.ndarray
    attempt: np.ndarray
    part: np.ndarray
    row: np.ndarray
    status: np.ndarray
    parts: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.key)

    @property
    def done(self) -> np.ndarray:
        """Whether each came to a result."""
        return np.asarray(self.status == DONE)


def key_of(point: Any, replicate: Any) -> Any:
    """Return a number that orders runs by point and replicate."""
    return point * MOST_REPLICATES + replicate


class Store:
    """A folder of parts.

    Parameters
    ----------
    folder : Path
        Where.
    plan : Plan
        What its runs are runs of.
    """

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder = folder
        self.plan = plan
        self.parts = folder / "parts"
        self.tables = folder / "tables"

    # --- opening ---------------------------------------------------------------

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder: nobody else may add to it meanwhile.

        Raises
        ------
        StoreError
            If another process holds it.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"the folder {self.folder} cannot be made: {error.strerror}"
            ) from error
        with (self.folder / ".lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                file.seek(0)
                holder = file.read().strip() or "another process"
                raise StoreError(
                    f"{holder} is at work in {self.folder}; wait until it ends, or stop it"
                ) from error
            file.seek(0)
            file.truncate()
            now = datetime.now(UTC).isoformat(timespec="seconds")
            file.write(f"process {os.getpid()} on {socket.gethostname()} (since {now})")
            file.flush()
            yield

    def begin(self, text: str) -> None:
        """Make the folder this experiment's, or see that it is.

        Parameters
        ----------
        text : str
            The experiment file, kept beside the results.

        Raises
        ------
        StoreError
            If the folder holds something else, another experiment, or another version's runs.
        """
        manifest = self.folder / "manifest.json"
        if manifest.exists():
            self._check(read_manifest(self.folder))
        else:
            # A beginning that was cut short leaves some of its own files, and is made anew.
            own = {".lock", "experiment.toml", "experiment.json", "points.parquet", "parts"}
            others = [p.name for p in self.folder.iterdir() if p.name not in own]
            others = [name for name in others if not name.startswith(".tmp-")]
            if others:
                raise StoreError(
                    f"{self.folder} holds {others[0]!r} and is no sweep's folder; give another"
                )
            self.parts.mkdir(exist_ok=True)
            write_whole(self.folder / "experiment.toml", text.encode())
            document = self.plan.experiment.model_dump_json(indent=1)
            write_whole(self.folder / "experiment.json", document.encode())
            pq_write(pa.Table.from_pandas(self.plan.points()), self.folder / "points.parquet")
            write_whole(manifest, (json.dumps(self._manifest(), indent=2) + "\n").encode())
        self.parts.mkdir(exist_ok=True)
        for folder in (self.folder, self.parts, self.tables):
            if folder.is_dir():
                for left in folder.glob(".tmp-*"):
                    left.unlink()

    def _manifest(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "experiment": self.plan.experiment.digest(),
            "model": sources_digest(),
            "name": self.plan.experiment.name,
            "question": self.plan.experiment.question,
            "points": len(self.plan),
            "most_runs": self.plan.most_runs,
            "place": self.plan.place.digest(),
            "versions": versions(),
            "git_commit": git_commit(),
            "begun": datetime.now(UTC).isoformat(timespec="seconds"),
        }

    def _check(self, found: dict[str, Any]) -> None:
        if found["model"] != sources_digest():
            raise StoreError(
                f"{self.folder} was begun with another version of the model or its libraries "
                f"(commit {found['git_commit']}, {found['begun']}); runs of two versions do not "
                "mix: go back to that version, or give another folder. Its results can be read."
            )
        if found["experiment"] != self.plan.experiment.digest():
            raise StoreError(
                f"{self.folder} holds another experiment ({found['name']!r}, or an earlier form "
                "of this one, see experiment.toml there); give another folder"
            )
        if found["place"] != self.plan.place.digest():
            raise StoreError(
                f"the place is not the one {self.folder} was begun with: its files have changed; "
                "put them back, or give another folder"
            )

    # --- adding ----------------------------------------------------------------

    def add(self, batch: Batch) -> str:
        """Write a batch's tables, whole or not at all; return the part's name.

        Raises
        ------
        StoreError
            If they cannot be written; nothing of them counts then, and nothing else is touched.
        """
        ids = batch.runs.column("id").to_pylist()
        point, replicate = (batch.runs.column(n)[0].as_py() for n in ("point", "replicate"))
        attempt = batch.runs.column("attempt")[0].as_py()
        name = f"{point:07d}-{replicate:05d}-{len(ids):05d}-{attempt:03d}-{ids[-1][:8]}"
        for table, content in (*batch.tables.items(), ("runs", batch.runs)):
            path = self.parts / f"{name}.{table}.parquet"
            if not path.exists():
                try:
                    pq_write(content, path)
                except OSError as error:
                    why = "the disk is full" if error.errno == errno.ENOSPC else error.strerror
                    raise StoreError(
                        f"{path} could not be written: {why or error}. What was finished before is "
                        "safe; make room and give the same command again"
                    ) from error
        return name

    # --- reading ---------------------------------------------------------------

    def index(self, *, mend: bool = False) -> Index:
        """Return which runs are there, the latest attempt of each.

        Parameters
        ----------
        mend : bool
            Whether damaged parts are put aside into `damaged`, so that their runs are run again;
            otherwise they raise.
        """
        columns: list[list[np.ndarray]] = [[], [], [], [], []]
        names: list[str] = []
        damaged: list[str] = []
        for path in sorted(self.parts.glob("*.runs.parquet")):
            name = path.name.removesuffix(".runs.parquet")
            try:
                table = pq_read(path, ["point", "replicate", "attempt", "status"])
                for other in self._tables_of_parts():
                    if other != "runs":
                        pq.read_metadata(self.parts / f"{name}.{other}.parquet")
            except (OSError, pa.ArrowInvalid, KeyError) as error:
                if not mend:
                    raise StoreError(
                        f"the part {path} is damaged ({error}); `alliances sweep` on this folder "
                        "puts it aside and runs its runs again"
                    ) from error
                damaged.append(self.put_aside(name, error))
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
                    table["status"].to_numpy(zero_copy_only=False).astype(object),
                ),
                strict=True,
            ):
                column.append(values)
            names.append(name)
        if not names:
            nothing = np.zeros(0, np.int64)
            return Index(nothing, nothing, nothing, nothing, np.zeros(0, object), [], damaged)
        key, attempt, part, row, status = (np.concatenate(column) for column in columns)
        order = np.lexsort((attempt, key))
        last = np.append(np.diff(key[order]) > 0, True)
        chosen = order[last]
        return Index(
            key[chosen], attempt[chosen], part[chosen], row[chosen], status[chosen], names, damaged
        )

    def _tables_of_parts(self) -> tuple[str, ...]:
        """Tables that every part has."""
        experiment = self.plan.experiment
        return tuple(
            name
            for name, there in (
                ("runs", True),
                ("times", experiment.keep != "final"),
                ("groups", experiment.groups),
            )
            if there
        )

    def put_aside(self, name: str, error: Exception) -> str:
        """Move a damaged part to the folder `damaged`, so that its runs are run again."""
        aside = self.folder / "damaged"
        aside.mkdir(exist_ok=True)
        for path in sorted(self.parts.glob(f"{name}.*.parquet")):
            target, number = aside / path.name, 1
            while target.exists():
                number += 1
                target = aside / f"{path.name}.{number}"
            path.rename(target)
        return f"{name} ({error})"

    def read(self, name: str, table: str, columns: list[str] | None = None) -> pa.Table:
        """Return one table of a part, its checksums verified.

        Raises
        ------
        DamagedPartError
            If it is not as it was written.
        """
        path = self.parts / f"{name}.{table}.parquet"
        try:
            return pq_read(path, columns)
        except (OSError, pa.ArrowInvalid) as error:
            raise DamagedPartError(name, str(error)) from error

    def values(self, index: Index, measures: list[str]) -> dict[str, np.ndarray]:
        """Return measures of all runs, NaN where there is none.

        Returns
        -------
        dict of str to ndarray of float64, shape (points, most replicates)
        """
        shape = len(self.plan), self.plan.experiment.most_replicates
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

    # --- putting together -------------------------------------------------------

    def compact(self, index: Index) -> list[Path]:
        """Put the parts together into one table each, in the order of points and replicates.

        Raises
        ------
        DamagedPartError
            If a part is not as it was written.
        """
        self.tables.mkdir(exist_ok=True)
        experiment = self.plan.experiment
        written = []
        for table in TABLES:
            if table == "organisations" and not experiment.organisations:
                continue
            if table != "organisations" and table not in self._tables_of_parts():
                continue
            written.append(self._put_together(table, index))
        return written

    def _put_together(self, table: str, index: Index) -> Path:
        path = self.tables / f"{table}.parquet"
        temporary = path.with_name(f".tmp-{path.name}")
        size = 1 if table == "runs" else self._rows_a_run(table)
        at_once = max(1, NUMBERS_AT_ONCE // (size * (len(self.plan.experiment.kept) + 20)))
        chosen = np.arange(len(index)) if table == "runs" else np.flatnonzero(index.done)
        writer: pq.ParquetWriter | None = None
        try:
            for first in range(0, max(1, len(chosen)), at_once):
                some = self._some(table, index, chosen[first : first + at_once])
                if some is None:
                    continue
                if writer is None:
                    writer = pq.ParquetWriter(temporary, some.schema, **_PARQUET)
                writer.write_table(some, row_group_size=max(1, some.num_rows))
        finally:
            if writer is not None:
                writer.close()
        if writer is not None:
            _sync(temporary)
            temporary.replace(path)
        return path

    def _rows_a_run(self, table: str) -> int:
        experiment = self.plan.experiment
        if table == "times":
            return (
                experiment.months if experiment.keep == "monthly" else experiment.months // 12 + 1
            )
        return 12 if table == "groups" else 2 * self.plan.place.size

    def _some(self, table: str, index: Index, chosen: np.ndarray) -> pa.Table | None:
        found = []
        for number in dict.fromkeys(index.part[chosen].tolist()):
            here = chosen[index.part[chosen] == number]
            name = index.parts[number]
            if table == "runs":
                found.append(self.read(name, table).take(index.row[here]))
                continue
            if not (self.parts / f"{name}.{table}.parquet").exists():
                continue
            content = self.read(name, table)
            key = key_of(content["point"].to_numpy(), content["replicate"].to_numpy())
            found.append(content.take(np.flatnonzero(np.isin(key, index.key[here]))))
        if not found:
            return None
        whole = pa.concat_tables(found)
        key = key_of(whole["point"].to_numpy(), whole["replicate"].to_numpy())
        whole = whole.take(np.argsort(key, kind="stable")).combine_chunks()
        return self._with_factors(whole, table)

    def _with_factors(self, found: pa.Table, table: str) -> pa.Table:
        """Parameters beside measures; what differs from one time to another is left out."""
        plan = self.plan
        point, replicate = found["point"].to_numpy(), found["replicate"].to_numpy()
        columns: dict[str, Any] = {
            "run": pa.array([f"{p}-{r}" for p, r in zip(point, replicate, strict=True)]),
            "point": point,
            "world": plan.world[point],
            "reference": plan.reference[point],
            "replicate": replicate,
        }
        for k, name in enumerate(plan.names):
            columns[name] = pa.array([plan.values[p][k] for p in point.tolist()])
        for name in found.column_names:
            if name not in columns and name not in ("attempt", "seconds"):
                columns[name] = found[name]
        return pa.table(columns).combine_chunks()


class DamagedPartError(Exception):
    """A part that is not as it was written."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name = name
        self.why = why


_PARQUET: dict[str, Any] = {"compression": "zstd", "write_page_checksum": True}


def pq_read(path: Path, columns: list[str] | None = None) -> pa.Table:
    """Return a Parquet file's table, or some columns, with checksums verified."""
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        return file.read(columns)


def pq_write(table: pa.Table, path: Path) -> None:
    """Write a Parquet file whole or not at all."""
    temporary = path.with_name(f".tmp-{os.getpid()}-{path.name}")
    try:
        pq.write_table(table, temporary, **_PARQUET)
        _sync(temporary)
        temporary.rename(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    temporary = path.with_name(f".tmp-{os.getpid()}-{path.name}")
    temporary.write_bytes(content)
    _sync(temporary)
    temporary.rename(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return a sweep's manifest.

    Raises
    ------
    StoreError
        If there is none, it cannot be read, or its format is not known here.
    """
    path = folder / "manifest.json"
    if not path.is_file():
        raise StoreError(f"{folder} is no sweep's folder: there is no manifest.json in it")
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise StoreError(f"{path} is damaged: {error}; put it back from a copy") from error
    if found.get("format") != FORMAT:
        raise StoreError(
            f"{folder} has format {found.get('format')!r}; this version knows format {FORMAT}: "
            "read it with the version that wrote it"
        )
    return found


def read_stored(folder: Path) -> Experiment:
    """Return the experiment that a folder holds.

    Raises
    ------
    StoreError
        If it holds none.
    """
    read_manifest(folder)
    text = (folder / "experiment.json").read_text(encoding="utf-8")
    return Experiment.model_validate_json(text)


def runs_of(index: Index, chosen: np.ndarray) -> list[Run]:
    """Return some runs of an index."""
    return [Run(int(k) // MOST_REPLICATES, int(k) % MOST_REPLICATES) for k in index.key[chosen]]
