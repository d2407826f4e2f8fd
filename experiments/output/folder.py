"""Where results are written, and what lies there."""

import json
import math
from pathlib import Path
from typing import Any

import pandas as pd

from alliances.model.input.errors import UserError
from alliances.model.simulation import Result


def ready_folder(path: Path, *, force: bool) -> Path:
    """Return a folder to write into, made if need be.

    Raises
    ------
    UserError
        If it holds something and `force` is off, or cannot be made.
    """
    if path.exists() and not path.is_dir():
        raise UserError(f"{path} is a file; give a folder")
    if path.is_dir() and any(path.iterdir()) and not force:
        raise UserError(
            f"the folder {path} is not empty; give another, or --force to write over the files "
            "of an earlier result"
        )
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"the folder {path} cannot be made: {error.strerror}") from error
    return path


def clean(value: Any) -> Any:
    """Return a value as JSON can hold it: numbers that are none or without end become null."""
    if isinstance(value, dict):
        return {str(key): clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def as_json(document: Any) -> str:
    """Return a document as JSON text."""
    return json.dumps(clean(document), indent=2, ensure_ascii=False, allow_nan=False)


def write_json(document: Any, path: Path) -> Path:
    """Write a document as JSON."""
    path.write_text(as_json(document) + "\n", encoding="utf-8")
    return path


def write_tables(result: Result, folder: Path) -> list[Path]:
    """Write monthly measures and the last month's organisations, ties and alliances as Parquet."""
    tables: dict[str, pd.DataFrame] = {
        "trajectories": result.frame(),
        "organisations": result.organisations,
        "ties": result.ties,
        "alliances": result.alliances,
    }
    if len(result.chosen):
        tables["measures"] = result.chosen
    written = []
    for name, table in tables.items():
        path = folder / f"{name}.parquet"
        path.write_bytes(table.to_parquet(index=False))
        written.append(path)
    return written
