"""The tables of a sweep: its parts put together, in the order of points and replicates.

They are the same bytes in whatever order the parts came, and however often it was interrupted.
"""

import contextlib
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from alliances.experiments.sweep.files import PARQUET, sync, told_if_unwritable
from alliances.experiments.sweep.index import Index, key_of
from alliances.experiments.sweep.parts import Parts
from alliances.experiments.sweep.plan import Plan

NUMBERS_AT_ONCE = 1_000_000  # that putting together holds in memory, about


class Tables:
    """The tables in a sweep's folder.

    Parameters
    ----------
    folder : Path
        Where they lie.
    parts : Parts
        What they are put together from.
    plan : Plan
        What the runs are runs of.
    """

    def __init__(self, folder: Path, parts: Parts, plan: Plan) -> None:
        self.folder = folder
        self.parts = parts
        self.plan = plan

    def put_together(self, index: Index) -> list[Path]:
        """Put the parts together into one table each, in the order of points and replicates.

        Raises
        ------
        DamagedPartError
            If a part is not as it was written.
        """
        with told_if_unwritable(self.folder):
            self.folder.mkdir(exist_ok=True)
            return [self._write(table, index) for table in self.kept]

    @property
    def kept(self) -> tuple[str, ...]:
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

    def _write(self, table: str, index: Index) -> Path:
        path = self.folder / f"{table}.parquet"
        temporary = path.with_name(f".tmp-{path.name}")
        size = 1 if table == "runs" else self._rows_a_run(table)
        at_once = max(1, NUMBERS_AT_ONCE // (size * (len(self.plan.experiment.kept) + 20)))
        chosen = np.arange(len(index)) if table == "runs" else np.flatnonzero(index.done)
        writer: pq.ParquetWriter | None = None
        with contextlib.ExitStack() as opened:
            for first in range(0, max(1, len(chosen)), at_once):
                some = self._some(table, index, chosen[first : first + at_once])
                if some is None:
                    continue
                if writer is None:
                    sink = opened.enter_context(temporary.open("wb"))  # of any name
                    writer = opened.enter_context(pq.ParquetWriter(sink, some.schema, **PARQUET))
                writer.write_table(some, row_group_size=max(1, some.num_rows))
        if writer is not None:
            sync(temporary)
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
                found.append(self.parts.read(name, table).take(index.row[here]))
                continue
            if not self.parts.file(name, table).exists():
                continue
            content = self.parts.read(name, table)
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
