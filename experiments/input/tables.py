"""Tables in Parquet and CSV: what they become in memory is known before they are read."""

import io
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from alliances.model.input.errors import UserError
from alliances.model.input.files import (
    MOST_BYTES,
    MOST_MEMORY,
    check_bytes,
    check_memory,
    text_of,
)

if TYPE_CHECKING:  # workers of a sweep need no tables, and hold less memory without pandas
    import pandas as pd

_TWICE = 2  # a table is there in Arrow and in pandas for a moment
_POINTER = 8  # bytes that a word or number takes in a column


@contextmanager
def _opened(path: Path, words: Sequence[str] = ()) -> Iterator[pq.ParquetFile]:
    if not path.is_file():  # a pipe would be waited for
        raise UserError(f"there is no table {path}; check its name and folder")
    try:
        # Arrow opens no path whose name is not UTF-8; Python does.
        with (
            path.open("rb") as raw,
            pq.ParquetFile(
                raw, page_checksum_verification=True, read_dictionary=list(words)
            ) as file,
        ):
            yield file
    except UserError:
        raise
    except (OSError, ValueError, MemoryError, pa.ArrowException) as error:
        told = str(error).strip().partition("\n")[0]
        raise UserError(f"{path} is damaged ({told})") from error


def schema_of(path: Path) -> tuple[pa.Schema, int]:
    """Return the columns of a Parquet file, and how many rows it says it has.

    Raises
    ------
    UserError
        If there is no such file, or it is damaged.
    """
    with _opened(path) as file:
        names = file.schema_arrow.names
        if len(set(names)) < len(names):
            raise UserError(f"{path} is another table: a column stands there twice")
        return file.schema_arrow, int(file.metadata.num_rows)


def read_parquet(
    path: Path,
    columns: Collection[str] | None = None,
    *,
    whole: Collection[str] = (),
    words: Collection[str] = (),
) -> pa.Table:
    """Return the table of a Parquet file, checksums verified.

    Parameters
    ----------
    path : Path
        Where it lies.
    columns : collection of str, optional
        Which columns; all by default.
    whole, words : collection of str
        Columns that must hold a whole number, or a word, in every row.

    Raises
    ------
    UserError
        If it is not there, damaged, another table, or too large for memory.
    """
    with _opened(path) as file:
        schema = file.schema_arrow
        names = list(schema.names if columns is None else dict.fromkeys(columns))
        for name in (*names, *whole, *words):
            if schema.names.count(name) != 1:
                raise UserError(f"{path} is another table: it has no one column {name!r}")
        total, texts = _sizes(path, file, names)
        check_bytes(str(path), _TWICE * total)
        found = None if texts else file.read(names)
    if found is None:
        with _opened(path, texts) as file:
            found = file.read(names)
            for name in texts:
                found = _spelt(path, found, name, schema.field(name).type)
    for name in {*whole, *words} & {*names}:
        kind = found.schema.field(name).type
        fits = pa.types.is_integer(kind) if name in whole else _is_text(kind)
        if not fits or found[name].null_count:
            what = "a whole number" if name in whole else "a word"
            raise UserError(f"{path} is another table: {name} is not {what} in every row")
    return found


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _sizes(path: Path, file: pq.ParquetFile, names: Collection[str]) -> tuple[int, list[str]]:
    """Return the bytes that columns take, and those whose texts may be longer than they look.

    A text that stands in many rows lies in the file once.
    """
    rows, total, texts = file.metadata.num_rows, 0, []
    places = {name: at for at, name in enumerate(file.schema_arrow.names)}
    for name in names:
        kind = file.schema_arrow.field(places[name]).type
        if pa.types.is_nested(kind):
            raise UserError(f"{path} is another table: {name} holds lists or tables")
        total += rows * _POINTER
        if pa.types.is_primitive(kind):
            continue
        groups = range(file.metadata.num_row_groups)
        parts = [_part(file, group, name) for group in groups]
        total += sum(parts)
        if _is_text(kind) and rows * sum(parts) > MOST_MEMORY:
            texts.append(name)
    return total, texts


def _part(file: pq.ParquetFile, group: int, name: str) -> int:
    found = file.metadata.row_group(group)
    columns = (found.column(at) for at in range(found.num_columns))
    return sum(int(c.total_uncompressed_size) for c in columns if c.path_in_schema == name)


def _spelt(path: Path, table: pa.Table, name: str, kind: pa.DataType) -> pa.Table:
    """Return a table with the texts of a column in every row, if they fit into memory."""
    letters = 0
    for chunk in table[name].chunks:
        lengths = pc.binary_length(chunk.dictionary).take(chunk.indices)
        letters += pc.sum(lengths.cast(pa.int64())).as_py() or 0
    check_bytes(str(path), _TWICE * letters)
    at = table.schema.get_field_index(name)
    return table.set_column(at, name, table[name].cast(kind))


def parquet_frame(
    path: Path,
    columns: Collection[str] | None = None,
    *,
    whole: Collection[str] = (),
    words: Collection[str] = (),
) -> "pd.DataFrame":
    """Return `read_parquet` as a data frame."""
    return read_parquet(path, columns, whole=whole, words=words).to_pandas(ignore_metadata=True)


def csv_frame(
    path: Path, what: str = "table", most: int = MOST_BYTES, **options: Any
) -> "pd.DataFrame":
    """Return the table of a CSV file.

    Parameters
    ----------
    path : Path
        Where it lies.
    what : str
        What it should be.
    most : int
        Bytes that it may have.
    **options
        For `pandas.read_csv`.

    Raises
    ------
    UserError
        If it is not there, no text, no table, or too large.
    """
    import pandas as pd

    text = text_of(path, what, most)
    check_memory(str(path), len(text), text.count(",") + text.count("\n"))
    try:
        return pd.read_csv(io.StringIO(text), **options).rename(columns=str)
    except (ValueError, OverflowError) as error:
        told = str(error).strip().partition("\n")[0]
        raise UserError(f"{path} cannot be read as a table ({told})") from error
