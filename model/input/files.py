"""Files that people name: opened only if they are files, small enough, and text where text is due.

What a file becomes in memory is judged before it is read: no reader of the project takes more than
`MOST_MEMORY` bytes for one.
"""

import stat
from pathlib import Path

from alliances.model.input.errors import UserError

MOST_BYTES = 200_000_000  # of a file of text
MOST_MEMORY = 2_000_000_000  # bytes that what is read of one file may take
_OF_A_LETTER, _OF_A_VALUE = 4, 100  # bytes that they take in Python, at most
_MARKS = (b"\xff\xfe", b"\xfe\xff")  # with which UTF-16 begins


def bytes_of(path: Path, what: str = "file", most: int = MOST_BYTES) -> bytes:
    """Return what is in a file.

    Parameters
    ----------
    path : Path
        Where it lies.
    what : str
        What it should be, such as "case file".
    most : int
        Bytes that it may have.

    Raises
    ------
    UserError
        If there is none, it is no regular file (a pipe would be waited for), or it is too large.
    """
    try:
        found = path.stat()
        data = b""
        if stat.S_ISREG(found.st_mode):
            with path.open("rb") as file:
                data = file.read(most + 1)
    except FileNotFoundError as error:
        raise UserError(f"there is no {what} {path}; check its name and folder") from error
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}") from error
    except ValueError as error:  # no name that a file could have
        raise UserError(f"there is no {what} {str(path)!r}: {error}") from error
    if not stat.S_ISREG(found.st_mode):
        kind = "a folder" if stat.S_ISDIR(found.st_mode) else "a pipe or a device"
        raise UserError(f"{path} cannot be read: it is {kind}; give the {what} itself")
    if len(data) > most:
        raise UserError(
            f"{path} has more than {most / 1e6:,.0f} MB, the most that a {what} may have"
        )
    return data


def text_of(path: Path, what: str = "file", most: int = MOST_BYTES) -> str:
    """Return the text in a file.

    Raises
    ------
    UserError
        As `bytes_of`, or if it is no text in UTF-8.
    """
    return decoded(bytes_of(path, what, most), str(path))


def decoded(data: bytes, source: str) -> str:
    """Return bytes as the text that they are in UTF-8, with or without a mark in front.

    Raises
    ------
    UserError
        Naming the source and where it is something else.
    """
    if data.startswith(_MARKS):
        raise UserError(f"{source} cannot be read as UTF-8 text: it is UTF-16; save it as UTF-8")
    zero = data.find(0)
    try:
        text = data.decode("utf-8-sig")
        at = zero
    except UnicodeDecodeError as error:
        text = ""
        at = error.start if zero < 0 else min(zero, error.start)
    if at < 0:
        return text
    line = data.count(b"\n", 0, at) + 1
    why = "is in no text" if data[at] == 0 else "is not UTF-8; save it so ('CSV UTF-8' in a table)"
    raise UserError(
        f"{source} cannot be read as UTF-8 text: byte 0x{data[at]:02x} in line {line} {why}"
    )


def check_memory(source: str, letters: int, values: int) -> None:
    """Refuse a text that would take too much memory once it is taken apart.

    Parameters
    ----------
    source : str
        What to call it in messages.
    letters, values : int
        How long it is, and how many values it can hold.

    Raises
    ------
    UserError
        Saying how much that would be.
    """
    check_bytes(source, _OF_A_LETTER * letters + _OF_A_VALUE * values)


def check_bytes(source: str, count: int) -> None:
    """Refuse what would take more than `MOST_MEMORY` bytes in memory.

    Raises
    ------
    UserError
        Saying how much that would be.
    """
    if count > MOST_MEMORY:
        raise UserError(
            f"{source} would take {count / 1e9:,.1f} GB of memory; at most "
            f"{MOST_MEMORY / 1e9:.0f} GB are taken at once: give less of it"
        )
