"""A sweep's folder or a table, opened to be looked at: its columns, and what somebody asks of them.

Nothing in a folder is run: a sweep's own file of measures is not read here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

import pandas as pd
import pyarrow as pa

from alliances.experiments.browse.library import MOST_TABLE, LibraryItem
from alliances.experiments.input.tables import csv_frame, schema_of
from alliances.experiments.runs.quantities import CHOSEN_QUANTITIES
from alliances.experiments.sweep.results import Sweep
from alliances.experiments.words.numbers import short
from alliances.model.input.errors import UserError
from alliances.model.measures import MEASURES
from alliances.model.parameters import REGISTRY

MOST_ROWS = 5_000_000  # of a table that is looked at on a page
FEW = 60  # different values of a column that can be listed
SETTING = "setting"
REFERENCE = "as the reference"
TABLES = ("runs", "times", "groups", "organisations")
# What numbers rows and says nothing of the model.
_KEYS = ("run", "point", "world", "reference", "replicate", "design_row", "id")
_ASIDE = ("status", "reason", "traceback", "attempt", "seconds", "uid", "row")
_FIRST = ("mean", "difference", "median", "value", "measured", "found")
_MIXED = ("measure", "statistic", "kind")  # columns that say what the number of a row is of


@dataclass(frozen=True)
class Column:
    """A column of an opened table.

    Attributes
    ----------
    name, label : str
        Its name, and what people call it.
    is_number : bool
        Whether it holds numbers.
    values : tuple of str
        What stands in it, if that is few enough to list.
    unit : str
        Unit of a measure; empty if it is not known.
    """

    name: str
    label: str
    is_number: bool
    values: tuple[str, ...] = ()
    unit: str = ""


class Dataset:
    """Something of the library, opened.

    Parameters
    ----------
    item : LibraryItem
        What to open; it came from `alliances.experiments.browse.library`, never from a link.

    Raises
    ------
    UserError
        If it cannot be read.
    """

    def __init__(self, item: LibraryItem) -> None:
        self.item = item
        self._columns: dict[str, list[Column]] = {}
        self.sweep = Sweep(item.path) if item.kind == "sweep" else None
        if self.sweep is not None and not self.tables:
            raise UserError(
                f"{item.key} has no tables yet; give `alliances sweep` the experiment again until "
                "it says that it is finished"
            )

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of its tables."""
        if self.sweep is None:
            return ("table",)
        return tuple(name for name in TABLES if self._file(name).is_file())

    def about(self) -> list[tuple[str, str]]:
        """Return what it is, as headings and texts."""
        if self.sweep is None:
            return [("Table", self.item.key)]
        told = self.sweep.manifest
        return [
            ("Experiment", str(told["name"])),
            ("Question", str(told.get("question", ""))),
            ("Points of the design", str(told.get("points", ""))),
            ("Begun", str(told["begun"])[:10]),
            ("Commit", str(told["git_commit"] or "not known")[:9]),
        ]

    @cached_property
    def factors(self) -> tuple[str, ...]:
        """Names of the factors of a sweep, levers first."""
        if self.sweep is None:
            return ()
        known = [str(name) for name in self.points if name in REGISTRY]
        return tuple(sorted(known, key=lambda name: not REGISTRY[name].is_lever))

    @cached_property
    def points(self) -> pd.DataFrame:
        """The points of a sweep."""
        assert self.sweep is not None
        return self.sweep.points

    @property
    def is_compared(self) -> bool:
        """Whether it is a sweep whose points have a reference to be compared with."""
        if self.sweep is None:
            return False
        return bool((self.points["reference"] != self.points["point"]).any())

    @cached_property
    def settings(self) -> pd.Series:
        """In words, by point, in what its levers differ from those of its reference."""
        points = self.points.set_index("point")
        levers = [name for name in self.factors if REGISTRY[name].is_lever] or list(self.factors)
        words = {}
        for point, row in points.iterrows():
            base = points.loc[row["reference"]]
            parts = [
                f"{name} = {short(row[name], 4)}" for name in levers if row[name] != base[name]
            ]
            words[point] = ", ".join(parts) or REFERENCE
        return pd.Series(words)

    def rows(self, table: str) -> int:
        """Return how many rows a table has."""
        if self.sweep is None:
            return len(self._csv)
        return schema_of(self._file(table))[1]

    def columns(self, table: str) -> list[Column]:
        """Return the columns of a table that something can be asked of."""
        if table not in self._columns:
            self._columns[table] = self._find_columns(table)
        return self._columns[table]

    def _find_columns(self, table: str) -> list[Column]:
        if self.sweep is None:
            return [_column(str(name), self._csv[name]) for name in self._csv]
        schema, _ = schema_of(self._file(table))
        found = []
        if self.factors and self.points["point"].nunique() <= FEW * FEW:
            few = tuple(dict.fromkeys(self.settings)) if self.settings.nunique() <= FEW else ()
            found.append(Column(SETTING, "Setting of the levers", False, few))
        for name in schema.names:
            if name in (*_KEYS, *_ASIDE) and name != "world":
                continue
            if name in self.factors or name == "world":
                found.append(_column(name, self.points[name]))
                continue
            is_number = not pa.types.is_string(schema.field(name).type) and not (
                pa.types.is_dictionary(schema.field(name).type)
            )
            few = () if is_number else tuple(sorted(set(self._some(table, name).astype(str))))
            found.append(_named(name, is_number, few if len(few) <= FEW else ()))
        return found

    def _some(self, table: str, name: str) -> pd.Series:
        return self.read(table, [name])[name]

    def read(self, table: str, columns: Sequence[str]) -> pd.DataFrame:
        """Return some columns of a table; of runs, those that are done only.

        Raises
        ------
        UserError
            If the table is too large to look at, or damaged.
        """
        if self.sweep is None:
            return self._csv[list(dict.fromkeys(columns))]
        count = self.rows(table)
        if count > MOST_ROWS:
            raise UserError(
                f"{self.item.key}: {table} has {count:,} rows; at most {MOST_ROWS:,} are looked at "
                "here: ask it with `alliances sweep query` on the command line"
            )
        wanted = [name for name in dict.fromkeys(columns) if name != SETTING]
        status = ["status"] if table == "runs" and "status" not in wanted else []
        point = ["point"] if SETTING in columns and "point" not in wanted else []
        found = self.sweep.table(table, [*wanted, *status, *point])
        if table == "runs":
            found = found[found["status"] == "done"]
        if SETTING in columns:
            found = found.assign(**{SETTING: found["point"].map(self.settings)})
        return found

    def failed(self) -> int:
        """Return how many runs came to nothing."""
        if self.sweep is None or "runs" not in self.tables:
            return 0
        return int((self.sweep.table("runs", ["status"])["status"] != "done").sum())

    @cached_property
    def _csv(self) -> pd.DataFrame:
        return csv_frame(self.item.path, most=MOST_TABLE)

    def _file(self, table: str) -> Path:
        return self.item.path / "tables" / f"{table}.parquet"


def _column(name: str, values: pd.Series) -> Column:
    is_number = bool(pd.api.types.is_numeric_dtype(values))
    different = values.dropna().unique()
    if len(different) > FEW:
        return _named(name, is_number, ())
    ordered = sorted(different) if is_number else sorted(map(str, different))
    return _named(name, is_number, tuple(short(value, 4) for value in ordered))


def _named(name: str, is_number: bool, values: tuple[str, ...]) -> Column:
    measure = MEASURES.get(name) or CHOSEN_QUANTITIES.get(name)
    if measure is not None:
        return Column(name, measure.label, is_number, values, measure.unit)
    entry = REGISTRY.get(name)
    return Column(name, name if entry is None else f"{entry.label} ({name})", is_number, values)


def measures_of(columns: Sequence[Column], factors: Sequence[str]) -> list[Column]:
    """Return the columns that can be measured, the likeliest first."""
    found = [one for one in columns if one.is_number and one.name not in (*factors, "world")]
    return sorted(found, key=lambda one: (one.name not in _FIRST, not one.unit))


def default_filters(columns: Sequence[Column]) -> tuple["Condition", ...]:
    """Return the conditions without which numbers of different things would be mixed."""
    return tuple(
        Condition(one.name, "is", one.values[0])
        for one in columns
        if one.name in _MIXED and len(one.values) > 1
    )[:1]


Operator = Literal["is", "is not", "at least", "at most"]
OPERATORS: tuple[Operator, ...] = ("is", "is not", "at least", "at most")


@dataclass(frozen=True)
class Condition:
    """A condition on rows: a column, how it is compared, and with what."""

    column: str
    operator: Operator
    value: str

    def keeps(self, values: pd.Series) -> pd.Series:
        """Return which rows hold it.

        Raises
        ------
        UserError
            If the value is no number where one is needed.
        """
        is_number = pd.api.types.is_numeric_dtype(values)
        if self.operator in ("is", "is not"):
            as_text = values.map(lambda value: short(value, 4)) if is_number else values.astype(str)
            same = as_text == self.value
            if is_number and not same.any():
                same = values == self._number()
            return same if self.operator == "is" else ~same
        if not is_number:
            raise UserError(f"{self.column} holds words; ask whether it is, or is not, one of them")
        number = self._number()
        return values >= number if self.operator == "at least" else values <= number

    def _number(self) -> float:
        try:
            return float(self.value)
        except ValueError:
            raise UserError(
                f"{self.column}: {self.value[:40]!r} is no number; give one, such as 0.5"
            ) from None


@dataclass(frozen=True)
class Request:
    """What is asked of a table.

    Attributes
    ----------
    table, measure : str
        Which table, and which of its columns is measured.
    along, split : str
        By which column rows are grouped, and by which each group again; "" for none.
    conditions : tuple of Condition
        Which rows count.
    against : bool
        Whether the difference to the reference is asked, with the same luck.
    """

    table: str
    measure: str
    along: str = ""
    split: str = ""
    conditions: tuple[Condition, ...] = field(default=())
    against: bool = False


@lru_cache(maxsize=4)
def _opened(item: LibraryItem, changed: float) -> Dataset:
    return Dataset(item)


def open_dataset(item: LibraryItem) -> Dataset:
    """Return an item opened; the same object as long as it does not change."""
    mark = item.path / "manifest.json" if item.kind == "sweep" else item.path
    try:
        changed = mark.stat().st_mtime
    except OSError as error:
        raise UserError(f"{item.key} is not there any more ({error.strerror})") from error
    return _opened(item, changed)
