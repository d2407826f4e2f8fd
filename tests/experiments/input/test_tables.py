import os
import re

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from alliances.experiments.input.tables import csv_frame, parquet_frame, read_parquet, schema_of
from alliances.model.input.errors import UserError


def written(path, columns, **options):
    table = pa.table(columns)
    pq.write_table(table, path, compression="zstd", **options)
    return path


def refused(call, *words, **options):
    with pytest.raises(UserError) as caught:
        call(*words, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_table_is_read_as_it_was_written(tmp_path):
    columns = {"point": [1, 2, 3], "share": [0.5, None, 1.0], "word": ["a", "é", ""]}
    path = written(tmp_path / "a[1]*?'{x}.parquet", columns)
    assert read_parquet(path).to_pydict() == columns
    found = parquet_frame(path, ["word", "point"], whole=["point"], words=["word"])
    assert found.columns.tolist() == ["word", "point"]
    assert schema_of(path)[1] == 3


def test_rows_that_would_fill_the_memory_are_refused(tmp_path):
    """A file of a few kilobytes: all rows are alike."""
    path = tmp_path / "points.parquet"
    rows = pa.table({name: np.zeros(1_000_000, np.int64) for name in "abcdefghijkl"})
    with pq.ParquetWriter(path, rows.schema, compression="zstd") as writer:
        for _ in range(15):
            writer.write_table(rows)
    assert path.stat().st_size < 1_000_000
    assert "would take 2.9 GB of memory" in refused(read_parquet, path)
    assert read_parquet(path, ["a"]).num_rows == 15_000_000


def test_one_long_text_in_many_rows_is_refused(tmp_path):
    text = pa.DictionaryArray.from_arrays(np.zeros(30_000, np.int32), ["x" * 100_000])
    path = written(tmp_path / "t.parquet", {"status": text}, store_schema=False)
    assert path.stat().st_size < 50_000
    assert schema_of(path)[0].field("status").type == pa.string()
    assert "would take 6.0 GB of memory" in refused(read_parquet, path)


def test_texts_that_repeat_are_read_in_full(tmp_path, monkeypatch):
    from alliances.experiments.input import tables

    monkeypatch.setattr(tables, "MOST_MEMORY", 100)
    words = ["done", "failed", None] * 50
    path = written(tmp_path / "t.parquet", {"n": list(range(150)), "status": words})
    assert read_parquet(path).to_pydict() == {"n": list(range(150)), "status": words}


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"other": [1]}, "has no one column 'point'"),
        ({"point": ["a"], "status": ["done"]}, "point is not a whole number in every row"),
        ({"point": [1, None], "status": ["done", "done"]}, "point is not a whole number"),
        ({"point": [1], "status": [1.0]}, "status is not a word in every row"),
        ({"point": [1], "status": [["done"]]}, "status holds lists or tables"),
    ],
)
def test_another_table_is_refused(columns, told, tmp_path):
    path = written(tmp_path / "t.parquet", columns)
    assert told in refused(read_parquet, path, whole=["point"], words=["status"])


def test_what_is_no_table_is_told(tmp_path):
    whole = written(tmp_path / "t.parquet", {"point": np.arange(1000)}).read_bytes()
    broken = tmp_path / "broken.parquet"
    for content in (b"", b"PAR1", b"no table", whole[:-9], whole[50:], b"\0" * 99):
        broken.write_bytes(content)
        assert re.search(r"broken.parquet is damaged \(.+\)$", refused(read_parquet, broken))
    os.mkfifo(tmp_path / "pipe")
    for name in ("none.parquet", "pipe", "."):
        assert "there is no table" in refused(read_parquet, tmp_path / name)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "cannot be read as a table"),
        (b"a,b\n1\n1,2,3\n", "cannot be read as a table"),
        (b"a\n\xe9\n", "byte 0xe9 in line 2 is not UTF-8"),
        ("a\n1\n".encode("utf-16"), "it is UTF-16; save it as UTF-8"),
        (b"a\n\x00\n", "byte 0x00 in line 2 is in no text"),
        (b'a\n"1\n', "cannot be read as a table"),
    ],
)
def test_what_is_no_csv_is_told(content, told, tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    assert told in refused(csv_frame, path)


def test_csv_that_would_fill_the_memory_is_refused(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b"a" + b"," * 25_000_000)
    assert "would take 2.6 GB of memory" in refused(csv_frame, path)
    assert "more than 0 MB" in refused(csv_frame, path, most=1000)


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "x.csv")
    assert "it is a pipe or a device" in refused(csv_frame, tmp_path / "x.csv")
