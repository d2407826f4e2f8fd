"""Columns of tables, made without pandas.

`pyarrow.array` loads pandas to see whether it was given something of its: 45 MB in every worker.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa


def column(values: Any) -> pa.Array:
    """Return a column of whole numbers, numbers or words.

    Parameters
    ----------
    values : ndarray of whole numbers or numbers, or sequence of int, float or str
        One a row; of words, none may be missing.
    """
    if isinstance(values, Sequence) and (not len(values) or isinstance(values[0], str)):
        return _words(values)
    numbers = np.ascontiguousarray(values)
    kind = pa.int64() if np.issubdtype(numbers.dtype, np.integer) else pa.float64()
    numbers = numbers.astype(kind.to_pandas_dtype(), copy=False)
    return pa.Array.from_buffers(kind, len(numbers), [None, pa.py_buffer(numbers)])


def _words(values: Sequence[str]) -> pa.Array:
    coded = [value.encode() for value in values]
    ends = np.zeros(len(coded) + 1, np.int32)
    np.cumsum([len(code) for code in coded], out=ends[1:])
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(coded))]
    return pa.Array.from_buffers(pa.string(), len(coded), buffers)


def table(columns: dict[str, Any]) -> pa.Table:
    """Return a table of such columns, by name."""
    return pa.Table.from_arrays([column(values) for values in columns.values()], list(columns))
