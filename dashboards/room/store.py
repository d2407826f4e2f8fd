"""Rooms on disk, so that they survive a restart of the server: one row a room, gone with it."""

import json
import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

from platformdirs import user_state_path

from experiments.errors import UserError

FOLDER = "ALLIANCES_ROOMS"  # names another folder
FILE = "rooms.sqlite"


def folder() -> Path:
    """Return where rooms are kept."""
    given = os.environ.get(FOLDER)
    return Path(given) if given else user_state_path("unequal-alliances") / "rooms"


class Store:
    """A file with one row a room; what is deleted is overwritten.

    Parameters
    ----------
    path : Path, optional
        The folder; the user's own by default.

    Raises
    ------
    UserError
        If it cannot be written.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        where = folder() if path is None else path
        try:
            where.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.path = where / FILE
            self._file = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None)
            self.path.chmod(0o600)
            # What was deleted is overwritten with zeros; a change is safe when the program ends.
            for line in ("secure_delete=ON", "journal_mode=WAL", "synchronous=NORMAL"):
                self._file.execute(f"PRAGMA {line}")
            self._file.execute(
                "CREATE TABLE IF NOT EXISTS rooms (code TEXT PRIMARY KEY, ends REAL, body TEXT)"
            )
        except (OSError, sqlite3.Error) as error:
            raise UserError(
                f"rooms cannot be kept in {where}: {error}. Name another folder with {FOLDER}."
            ) from error

    def save(self, code: str, ends: float, body: dict[str, Any]) -> None:
        """Write a room down, over what was written of it."""
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        with self._lock:
            self._file.execute("INSERT OR REPLACE INTO rooms VALUES (?, ?, ?)", (code, ends, text))

    def all(self) -> list[dict[str, Any]]:
        """Return the rooms that are there."""
        with self._lock:
            rows = self._file.execute("SELECT body FROM rooms ORDER BY code").fetchall()
        return [json.loads(body) for (body,) in rows]

    def delete(self, code: str) -> None:
        """Delete a room, from the file and from its journal."""
        with self._lock:
            self._file.execute("DELETE FROM rooms WHERE code = ?", (code,))
            self._file.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._file.close()
