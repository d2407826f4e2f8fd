"""The store: a folder that only grows, in which a finished run is safe whatever happens next.

Runs lie in `parts`, of which each is there whole or not at all. What lies under `tables` is put
together from them.
"""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from alliances.experiments.input.own_measures import NETWORK
from alliances.experiments.sweep.files import StoreError, pq_bytes, told_if_unwritable, write_whole
from alliances.experiments.sweep.manifest import (
    OWN_COPY,
    check_manifest,
    new_manifest,
    write_manifest,
)
from alliances.experiments.sweep.parts import Parts
from alliances.experiments.sweep.plan import Plan, Run
from alliances.experiments.sweep.tables import Tables
from alliances.experiments.sweep.work import Batch
from alliances.model.input.files import bytes_of


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
        self.parts = Parts(folder)
        self.tables = Tables(folder / "tables", self.parts, plan)

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

    def begin(self, text: str, *, shard: str | None = None, mended: bool = False) -> list[str]:
        """Make the folder this experiment's, or see that it is.

        Parameters
        ----------
        text : str
            The experiment file, kept beside the results.
        shard : str, optional
            Which part of the experiment is run here, such as "3/16".
        mended : bool
            Whether a changed file of further measures is taken for the one that was there before.

        Returns
        -------
        list of str
            What was found damaged, and put aside.

        Raises
        ------
        StoreError
            If the folder holds something else, another experiment, or another version's runs.
        """
        manifest = self.folder / "manifest.json"
        if manifest.exists():
            check_manifest(self.folder, self.plan, mended=mended)
            self._write_experiment(text)  # what is asked of the runs may have changed
        else:
            self._check_empty(text)
            self.parts.folder.mkdir(exist_ok=True)
            self._write_experiment(text)
            points = pq_bytes(pa.Table.from_pandas(self.plan.points()))
            write_whole(self.folder / "points.parquet", points)
            write_manifest(self.folder, new_manifest(self.plan, shard))
        self.parts.folder.mkdir(exist_ok=True)
        for folder in (self.folder, self.tables.folder):
            for left in folder.glob(".tmp-*"):
                left.unlink()
        return self.parts.clear()

    def _write_experiment(self, text: str) -> None:
        experiment = self.plan.experiment
        own = experiment.own
        names = None if own in (None, NETWORK) else experiment.further
        document = experiment.model_copy(update={"own_names": names}).model_dump_json(indent=1)
        contents = {"experiment.toml": text.encode(), "experiment.json": document.encode()}
        if own is not None and Path(own).is_file():
            contents[OWN_COPY] = bytes_of(Path(own))
        for name, content in contents.items():
            path = self.folder / name
            if not path.is_file() or bytes_of(path) != content:
                write_whole(path, content)

    def _check_empty(self, text: str) -> None:
        """Refuse a folder with more in it than a beginning that was cut short leaves behind."""
        own = {".lock", "experiment.toml", "experiment.json", "points.parquet", "parts", OWN_COPY}
        others = sorted(p.name for p in self.folder.iterdir() if p.name not in own)
        others = [name for name in others if not name.startswith(".tmp-")]
        left = self.folder / "experiment.toml"
        if left.exists() and bytes_of(left) != text.encode():
            others.append(left.name)
        if any(self.parts.folder.glob("*.parquet")):
            raise StoreError(
                f"{self.folder} holds parts of a sweep, but its manifest.json is gone; put it back "
                "from a copy, or give another folder"
            )
        if others:
            raise StoreError(
                f"{self.folder} holds {others[0]!r} and is no sweep's folder; give another"
            )

    def add(self, batch: Batch) -> str:
        """Write a batch's tables, whole or not at all; return the part's name.

        Raises
        ------
        StoreError
            If they cannot be written; nothing of them counts then, and nothing else is touched.
            Or if they are not of this version, as workers of a cluster may run another.
        """
        points, replicates = (batch.runs[name].to_pylist() for name in ("point", "replicate"))
        found = batch.runs["id"].to_pylist()
        if found != self.plan.identities(list(map(Run, points, replicates))):
            raise StoreError(
                "workers run another version of the model, its libraries or the place's files; "
                "give them the same, and give the same command again"
            )
        return self.parts.add(batch)
