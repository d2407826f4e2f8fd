"""Files that are there whole or not at all, and what is said if they cannot be written."""

import errno
import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from alliances.model.input.errors import UserError

PARQUET: dict[str, Any] = {"compression": "zstd", "write_page_checksum": True}


class StoreError(UserError):
    """A folder that cannot be used as it is; the message says what to do."""


def pq_bytes(table: pa.Table) -> bytes:
    """Return a table as the bytes of a Parquet file."""
    buffer = io.BytesIO()
    pq.write_table(table, buffer, **PARQUET)
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
    write_together({path: content})


def write_together(contents: dict[Path, bytes]) -> None:
    """Write files of one folder, each whole or not at all, the last only if all others are there.

    Until the last is there, it lies beside its place under a temporary name: who finds the others
    without it can tell by that whether writing was cut short.
    """
    temporary = {path: path.with_name(f".tmp-{os.getpid()}-{path.name}") for path in contents}
    *others, last = contents
    try:
        for path, content in contents.items():
            temporary[path].write_bytes(content)
            sync(temporary[path])
        for path in others:
            temporary[path].rename(path)
        if others:
            sync(last.parent)
        temporary[last].rename(last)
    except OSError:
        for path in others:
            path.unlink(missing_ok=True)
        for path in temporary.values():
            path.unlink(missing_ok=True)
        raise
    sync(last.parent)


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


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, written to the disk itself."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
