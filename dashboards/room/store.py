"""Rooms on disk, so that they survive a restart of the server: one row a room, gone with it."""

import json
import logging
import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

from platformdirs import user_state_path

from alliances.model.input.documents import json_of
from alliances.model.input.errors import UserError

FOLDER = "ALLIANCES_ROOMS"  # names another folder
FILE = "rooms.sqlite"
PATIENCE = 1.0  # seconds that another program may take to let go of the file
log = logging.getLogger(__name__)


def folder() -> Path:
    """Return where rooms are kept."""
    given = os.environ.get(FOLDER)
    return Path(given) if given else user_state_path("unequal-alliances") / "rooms"


class RoomStore:
    """A file with one row a room; what is deleted is overwritten.

    It belongs to one program at a time: two would write over each other's rooms. If it cannot be
    written, rooms go on in memory, which the log says.

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
        self._left: set[str] = set()  # rooms that ended and could not be deleted yet
        where = folder() if path is None else path
        try:
            where.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.path = where / FILE
            self._file = sqlite3.connect(
                self.path, PATIENCE, check_same_thread=False, isolation_level=None
            )
            self.path.chmod(0o600)
            # What was deleted is overwritten with zeros; a change is safe when the program ends.
            for line in ("locking_mode=EXCLUSIVE", "secure_delete=ON", "journal_mode=WAL"):
                self._file.execute(f"PRAGMA {line}")
            self._file.execute("PRAGMA synchronous=NORMAL")
            self._file.execute(
                "CREATE TABLE IF NOT EXISTS rooms (code TEXT PRIMARY KEY, ends REAL, body TEXT)"
            )
            self._file.execute("DELETE FROM rooms WHERE code = ''")  # takes the file for its own
            self._file.text_factory = lambda text: text.decode(errors="replace")
            self.all()
        except (OSError, sqlite3.Error) as error:
            if hasattr(self, "_file"):
                self._file.close()  # so that whoever asks next hears the same
            why = f"{error}"
            if "locked" in why:
                why = "another dashboard keeps its rooms there; end that one first"
            raise UserError(
                f"rooms cannot be kept in {where}: {why}. Or name another folder with {FOLDER}."
            ) from error

    def save(self, code: str, ends: float, body: dict[str, Any]) -> None:
        """Write a room down, over what was written of it."""
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        self._do("INSERT OR REPLACE INTO rooms VALUES (?, ?, ?)", (code, ends, text))

    def all(self) -> list[dict[str, Any]]:
        """Return the rooms that are there; of one that is damaged only the code."""
        with self._lock:
            rows = self._file.execute("SELECT code, body FROM rooms ORDER BY code").fetchall()
        return [_read(code, body) for code, body in rows]

    def delete(self, code: str) -> None:
        """Delete a room, from the file and from its journal."""
        self._left.add(code)
        for one in tuple(self._left):  # with those that could not be deleted before
            if self._do("DELETE FROM rooms WHERE code = ?", (one,)):
                self._left.discard(one)
        self._do("PRAGMA wal_checkpoint(TRUNCATE)", ())

    def _do(self, line: str, values: tuple[str | float, ...]) -> bool:
        """Write; a disk that is full must not end the session of a whole room."""
        with self._lock:
            try:
                self._file.execute(line, values)
            except sqlite3.Error as error:
                log.error("rooms cannot be written to %s: %s", self.path, error)
                return False
            return True

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._file.close()


def _read(code: object, body: object) -> dict[str, Any]:
    try:
        found = json_of(body, f"room {code}") if isinstance(body, str) else None
    except UserError:
        found = None
    if isinstance(found, dict) and found.get("code") == code:
        return found
    return {"code": code}
