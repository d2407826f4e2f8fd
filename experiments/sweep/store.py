"""The store: a folder that only grows, in which a finished run is safe whatever happens next.

Runs come in parts: one Parquet file for each table of a batch, written under a temporary name,
synced, and renamed. The part of the table `runs` comes last: without it the others do not count.
So a part is there whole or not at all, and nothing that is there is ever written again. A part's
name ends in a hash of all its files, so that a damaged or missing one shows. What lies
under `tables` is put together from the parts, in the order of points and replicates: the same
bytes in whatever order they came, and however often interrupted.
"""

import errno
import fcntl
import hashlib
import io
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
from pydantic import ValidationError

from experiments.errors import UserError
from experiments.manifest import git_commit, versions
from experiments.sweep.experiment import MOST_REPLICATES, Experiment, first_error
from experiments.sweep.plan import Plan, Run
from experiments.sweep.work import DONE, Batch
from model.compiled import sources_digest

FORMAT = 1
TABLES = ("runs", "times", "groups", "organisations")
MANIFEST = ("experiment", "own", "shard", "model", "name", "place", "git_commit", "begun")
NUMBERS_AT_ONCE = 1_000_000  # that putting together holds in memory, about


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
        self._sound: set[str] = set()  # parts whose files were compared with their name

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
        with told_if_unwritable(self.folder), (self.folder / ".lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
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

    def begin(self, text: str, *, shard: str | None = None, mended: bool = False) -> None:
        """Make the folder this experiment's, or see that it is.

        Parameters
        ----------
        text : str
            The experiment file, kept beside the results.
        shard : str, optional
            Which part of the experiment is run here, such as "3/16".
        mended : bool
            Whether a changed file of further measures is taken for the one that was there before.

        Raises
        ------
        StoreError
            If the folder holds something else, another experiment, or another version's runs.
        """
        manifest = self.folder / "manifest.json"
        if manifest.exists():
            self._check(read_manifest(self.folder), mended=mended)
            self._write_experiment(text)  # what is asked of the runs may have changed
        else:
            self._check_empty(text)
            self.parts.mkdir(exist_ok=True)
            self._write_experiment(text)
            points = pq_bytes(pa.Table.from_pandas(self.plan.points()))
            write_whole(self.folder / "points.parquet", points)
            self._write_manifest(self._manifest(shard))
        self.parts.mkdir(exist_ok=True)
        for folder in (self.folder, self.parts, self.tables):
            if folder.is_dir():
                for left in folder.glob(".tmp-*"):
                    left.unlink()

    def _write_experiment(self, text: str) -> None:
        document = self.plan.experiment.model_dump_json(indent=1)
        for name, content in (("experiment.toml", text), ("experiment.json", document)):
            path = self.folder / name
            if not path.is_file() or path.read_bytes() != content.encode():
                write_whole(path, content.encode())

    def _check_empty(self, text: str) -> None:
        """Refuse a folder with more in it than a beginning that was cut short leaves behind."""
        own = {".lock", "experiment.toml", "experiment.json", "points.parquet", "parts"}
        others = sorted(p.name for p in self.folder.iterdir() if p.name not in own)
        others = [name for name in others if not name.startswith(".tmp-")]
        left = self.folder / "experiment.toml"
        if left.exists() and left.read_bytes() != text.encode():
            others.append(left.name)
        if self.parts.is_dir() and any(self.parts.glob("*.parquet")):
            raise StoreError(
                f"{self.folder} holds parts of a sweep, but its manifest.json is gone; put it back "
                "from a copy, or give another folder"
            )
        if others:
            raise StoreError(
                f"{self.folder} holds {others[0]!r} and is no sweep's folder; give another"
            )

    def _write_manifest(self, content: dict[str, Any]) -> None:
        text = json.dumps(content, indent=2) + "\n"
        write_whole(self.folder / "manifest.json", text.encode())

    def _manifest(self, shard: str | None) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "experiment": self.plan.experiment.digest(),
            "own": self.plan.experiment.own_digest(),
            "shard": shard,
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

    def _check(self, found: dict[str, Any], *, mended: bool) -> None:
        experiment = self.plan.experiment
        if found["model"] != sources_digest():
            raise StoreError(
                f"{self.folder} was begun with another version of the model or its libraries "
                f"(commit {found['git_commit']}, {found['begun']}); runs of two versions do not "
                "mix: go back to that version, or give another folder. Its results can be read."
            )
        if found["place"] != self.plan.place.digest():
            raise StoreError(
                f"the place is not the one {self.folder} was begun with: the experiment names "
                "another, or its files have changed; put that back, or give another folder"
            )
        if found["experiment"] != experiment.digest(own=found["own"]):
            raise StoreError(
                f"{self.folder} holds another experiment ({found['name']!r}, or an earlier form "
                "of this one, see experiment.toml there); give another folder"
            )
        if found["own"] != experiment.own_digest():
            if not mended:
                raise StoreError(
                    f"the measures in {experiment.own} have changed since {self.folder} was begun, "
                    "and finished runs have the earlier ones: put the file back, or give another "
                    f"folder; if finished runs stay right, `alliances sweep retry {self.folder} "
                    "--mended` keeps them and runs the others with the file as it is now"
                )
            now = datetime.now(UTC).isoformat(timespec="seconds")
            earlier = [*found.get("mended", []), {"own": found["own"], "until": now}]
            changed = {"experiment": experiment.digest(), "own": experiment.own_digest()}
            self._write_manifest({**found, **changed, "mended": earlier})

    # --- adding ----------------------------------------------------------------

    def add(self, batch: Batch) -> str:
        """Write a batch's tables, whole or not at all; return the part's name.

        Raises
        ------
        StoreError
            If they cannot be written; nothing of them counts then, and nothing else is touched.
            Or if they are not of this version, as workers of a cluster may run another.
        """
        ids = batch.runs.column("id").to_pylist()
        points, replicates = (batch.runs[name].to_pylist() for name in ("point", "replicate"))
        if ids != self.plan.identities(list(map(Run, points, replicates))):
            raise StoreError(
                "workers run another version of the model, its libraries or the place's files; "
                "give them the same, and give the same command again"
            )
        point, replicate = points[0], replicates[0]
        attempt = batch.runs.column("attempt")[0].as_py()
        tables = {**batch.tables, "runs": batch.runs}
        contents = {table: pq_bytes(content) for table, content in tables.items()}
        name = f"{point:07d}-{replicate:05d}-{len(ids):05d}-{attempt:03d}-{hash_of(contents)}"
        with told_if_unwritable(self.parts):
            for table, content in contents.items():  # runs last
                write_whole(self.parts / f"{name}.{table}.parquet", content)
        self._sound.add(name)
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
        for name in self.part_names():
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
        # Shards may have run the same reference: a result counts more than a later failure.
        order = np.lexsort((attempt, status == DONE, key))
        last = np.append(np.diff(key[order]) > 0, True)
        chosen = order[last]
        return Index(
            key[chosen], attempt[chosen], part[chosen], row[chosen], status[chosen], names, damaged
        )

    def part_names(self) -> list[str]:
        """Return the names of all parts, those that are being written left out."""
        found = (path.name for path in self.parts.glob("[!.]*.runs.parquet"))
        return sorted(name.removesuffix(".runs.parquet") for name in found)

    def _verify(self, name: str) -> None:
        """Compare a part's files with the hash in its name.

        Raises
        ------
        DamagedPartError
            If one is missing or not as it was written.
        """
        if name in self._sound:
            return
        contents = {}
        for table in TABLES:
            path = self.parts / f"{name}.{table}.parquet"
            try:
                contents[table] = path.read_bytes()
            except FileNotFoundError:
                continue  # not every part has every table
            except OSError as error:  # the disk itself cannot read it
                raise DamagedPartError(self.folder, name, str(error)) from error
        if not name.endswith(f"-{hash_of(contents)}"):
            raise DamagedPartError(self.folder, name, "its files are not as they were written")
        self._sound.add(name)

    def _kept_tables(self) -> tuple[str, ...]:
        """Tables that this experiment keeps."""
        experiment = self.plan.experiment
        return tuple(
            name
            for name, there in (
                ("runs", True),
                ("times", experiment.keep != "final"),
                ("groups", experiment.groups),
                ("organisations", experiment.organisations),
            )
            if there
        )

    def put_aside(self, damage: "DamagedPartError") -> str:
        """Move a damaged part to the folder `damaged`, so that its runs are run again."""
        name = damage.name
        aside = self.folder / "damaged"
        aside.mkdir(exist_ok=True)
        for path in sorted(self.parts.glob(f"{name}.*.parquet")):
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
        path = self.parts / f"{name}.{table}.parquet"
        try:
            return pq_read(path, columns)
        except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
            raise DamagedPartError(self.folder, name, str(error)) from error

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
        with told_if_unwritable(self.tables):
            self.tables.mkdir(exist_ok=True)
            return [self._put_together(table, index) for table in self._kept_tables()]

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


class DamagedPartError(StoreError):
    """A part that is not as it was written."""

    def __init__(self, folder: Path, name: str, why: str) -> None:
        super().__init__(
            f"the part {name} in {folder} is damaged ({why}); `alliances sweep` on this folder "
            "puts it aside and runs its runs again"
        )
        self.name = name
        self.why = why


_PARQUET: dict[str, Any] = {"compression": "zstd", "write_page_checksum": True}


def pq_read(path: Path, columns: list[str] | None = None) -> pa.Table:
    """Return a Parquet file's table, or some columns, with checksums verified."""
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        return file.read(columns)


def pq_bytes(table: pa.Table) -> bytes:
    """Return a table as the bytes of a Parquet file."""
    buffer = io.BytesIO()
    pq.write_table(table, buffer, **_PARQUET)
    return buffer.getvalue()


def hash_of(contents: dict[str, bytes]) -> str:
    """Return a hash of a part's files, by table."""
    found = hashlib.blake2b(digest_size=8)
    for table in sorted(contents):
        found.update(f"{table} {len(contents[table])} ".encode())
        found.update(contents[table])
    return found.hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    temporary = path.with_name(f".tmp-{os.getpid()}-{path.name}")
    try:
        temporary.write_bytes(content)
        _sync(temporary)
        temporary.rename(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    _sync(path.parent)


@contextmanager
def told_if_unwritable(path: Path) -> Iterator[None]:
    """Say clearly what is wrong if something cannot be written.

    Raises
    ------
    StoreError
        Saying that what was finished is safe.
    """
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        why = "the disk is full" if full else error.strerror or str(error)
        then = "make room" if full else "put that right"
        raise StoreError(
            f"{error.filename or path} could not be written: {why}. What was finished before is "
            f"safe; {then} and give the same command again"
        ) from error


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
    if not isinstance(found, dict):
        raise StoreError(f"{path} is damaged: it holds no table; put it back from a copy")
    if found.get("format") != FORMAT:
        raise StoreError(
            f"{folder} has format {found.get('format')!r}; this version knows format {FORMAT}: "
            "read it with the version that wrote it"
        )
    missing = [name for name in MANIFEST if name not in found]
    if missing:
        raise StoreError(f"{path} is damaged: it has no {missing[0]!r}; put it back from a copy")
    return found


def read_stored(folder: Path) -> Experiment:
    """Return the experiment that a folder holds.

    Raises
    ------
    StoreError
        If it holds none.
    """
    read_manifest(folder)
    path = folder / "experiment.json"
    try:
        return Experiment.model_validate_json(path.read_text(encoding="utf-8"))
    except ValidationError as error:
        raise StoreError(f"{path} cannot be used: {first_error(error)}") from error
    except UnicodeDecodeError as error:
        raise StoreError(f"{path} is damaged: {error}; put it back from a copy") from error


def run_at(key: int) -> Run:
    """Return the run of a key."""
    return Run(int(key) // MOST_REPLICATES, int(key) % MOST_REPLICATES)


def runs_of(index: Index, chosen: np.ndarray) -> list[Run]:
    """Return some runs of an index."""
    return [run_at(key) for key in index.key[chosen]]
