"""What a sweep's folder holds, for reading: tables as data frames, and questions in SQL."""

from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from alliances.experiments.input.tables import parquet_frame, schema_of
from alliances.experiments.sweep.experiment import Experiment
from alliances.experiments.sweep.manifest import read_manifest, read_stored
from alliances.experiments.sweep.parts import TABLES, Parts
from alliances.experiments.sweep.plan import Plan, Run
from alliances.model.input.errors import UserError
from alliances.model.input.files import MOST_MEMORY, check_bytes

# What is asked of a folder reads its tables and nothing else, and writes nothing.
QUIET: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": f"{MOST_MEMORY // 1_000_000}MB",
    "max_temp_directory_size": "0KB",
    "enable_external_access": False,
    "python_enable_replacements": False,
}


class Sweep:
    """A sweep's folder, read only.

    Parameters
    ----------
    folder : str or Path
        Where it lies.

    Raises
    ------
    UserError
        If it holds no sweep.

    Examples
    --------
    ``Sweep("results/trial").runs`` is a data frame, one row a run, parameters beside measures.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.manifest: dict[str, Any] = read_manifest(self.folder)

    @cached_property
    def experiment(self) -> Experiment:
        """What was asked."""
        return read_stored(self.folder)

    @cached_property
    def points(self) -> pd.DataFrame:
        """The points: world, reference, row of the design, factors and their coordinates."""
        keys = ("point", "world", "reference")
        found = parquet_frame(self.folder / "points.parquet", whole=keys)
        point = found["point"]
        if point.duplicated().any() or not found["reference"].isin(point).all():
            raise UserError(
                f"{self.folder / 'points.parquet'} is another table: a point stands there twice, "
                "or its reference is missing"
            )
        return found

    def table(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        """Return one of the tables that were put together; all its columns by default.

        Raises
        ------
        UserError
            If the sweep kept no such table, or has not ended yet.
        """
        path = self.folder / "tables" / f"{name}.parquet"
        if not path.is_file():
            there = sorted(p.stem for p in (self.folder / "tables").glob("*.parquet"))
            if not there:
                raise UserError(self._no_tables())
            raise UserError(f"{self.folder} kept no {name}; it has {', '.join(there)}")
        whole = tuple(key for key in ("point", "replicate") if columns is None or key in columns)
        words = ("status",) if name == "runs" else ()
        try:
            return parquet_frame(path, columns, whole=whole, words=words)
        except UserError as error:
            raise UserError(self._damaged(error)) from error

    def _no_tables(self) -> str:
        return (
            f"{self.folder} has no tables yet; give `alliances sweep` the experiment again until "
            "it says that it is finished"
        )

    def _damaged(self, error: Exception) -> str:
        return (
            f"a table in {self.folder} cannot be used: {error}; `alliances sweep` on this folder "
            "puts it together again"
        )

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run: its point, world, reference, replicate, status, factors, measures."""
        found = self.table("runs")
        for name in self.experiment.kept:
            if name in found and found[name].dtype.kind not in "biuf":
                raise UserError(self._damaged(UserError(f"runs: {name} is no number in each row")))
        return found

    @cached_property
    def times(self) -> pd.DataFrame:
        """One row a run and year, or month."""
        return self.table("times")

    @cached_property
    def groups(self) -> pd.DataFrame:
        """One row a run and size band or sector."""
        return self.table("groups")

    def query(self, sql: str) -> pd.DataFrame:
        """Return the answer to a question in SQL over the tables runs, times, groups, points.

        Raises
        ------
        UserError
            If it cannot be answered.
        """
        import duckdb
        from pyarrow.dataset import ParquetFileFormat, dataset  # a path is no pattern to it

        if not any((self.folder / "tables").glob("*.parquet")):
            raise UserError(self._no_tables())
        try:
            str(self.folder.absolute()).encode()
        except UnicodeEncodeError as error:
            raise UserError(
                f"{self.folder} has a name that is not UTF-8; give it another to ask in SQL"
            ) from error
        paths = {name: self.folder / "tables" / f"{name}.parquet" for name in TABLES}
        paths = {name: path for name, path in paths.items() if path.is_file()}
        paths["points"] = self.folder / "points.parquet"
        with duckdb.connect(config=QUIET) as connection:
            for name, path in paths.items():
                try:
                    schema, _ = schema_of(path)
                except UserError as error:
                    raise UserError(self._damaged(error)) from error
                texts = {column.name for column in schema if pa.types.is_string(column.type)}
                # A text of many rows is held once.
                way = ParquetFileFormat(read_options={"dictionary_columns": texts})
                connection.register(name, dataset(path, format=way))
            try:
                if len(connection.extract_statements(sql)) > 1:
                    raise UserError("these are several questions; give one at a time")
                connection.execute(sql)
                if connection.description is None:
                    raise UserError("give a question, such as `select count(*) from runs`")
                return _answer(connection)
            except duckdb.Error as error:
                told = " ".join(str(error).split()).removesuffix(" ^")
                raise UserError(f"the question cannot be answered: {told}") from error

    def plan(self) -> Plan:
        """Return the plan that it follows."""
        return Plan(self.experiment)

    def status(self) -> dict[str, Any]:
        """Return how many runs are there, by what became of them, and what is wrong."""
        plan = self.plan()
        index = Parts(self.folder).index()
        return {"most": plan.most_runs, "there": len(index), **index.counts()}

    def bad_runs(self) -> pd.DataFrame:
        """Return the runs that came to nothing: run, status, reason, traceback."""
        parts = Parts(self.folder)
        index = parts.index()
        columns = ["point", "replicate", "attempt", "status", "reason", "traceback"]
        found = []
        for number, name in enumerate(index.parts):
            here = (index.part == number) & ~index.done
            if here.any():
                table = parts.read(name, "runs", columns).take(index.row[here])
                found.append(table.to_pandas())
        if not found:
            return pd.DataFrame(columns=["run", *columns])
        bad = pd.concat(found, ignore_index=True).sort_values(["point", "replicate"])
        names = [f"{p}-{r}" for p, r in zip(bad["point"], bad["replicate"], strict=True)]
        bad.insert(0, "run", names)
        return bad.reset_index(drop=True)


def _answer(connection: Any) -> pd.DataFrame:
    """Return what a question found, as long as it fits into memory."""
    found, size = [connection.fetch_df_chunk()], 0
    while len(found[-1]):
        size += int(found[-1].memory_usage(deep=True).sum())
        check_bytes("the answer", size)
        found.append(connection.fetch_df_chunk())
    return pd.concat(found[:-1] or found, ignore_index=True)


def parse_run(text: str, plan: Plan) -> Run:
    """Read the name of a run, point and replicate, such as "12-3".

    Raises
    ------
    UserError
        If it is no such name, or there is no such run.
    """
    point, dash, replicate = text.partition("-")
    if not dash or not point.isdecimal() or not replicate.isdecimal():
        raise UserError(f"run was {text!r}; write POINT-REPLICATE, such as 12-3")
    run = Run(int(point), int(replicate))
    if run.point >= len(plan) or run.replicate >= plan.experiment.most_replicates:
        raise UserError(
            f"there is no run {text}; points go from 0 to {len(plan) - 1}, replicates from 0 to "
            f"{plan.experiment.most_replicates - 1}"
        )
    return run
