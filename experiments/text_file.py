"""A text file that somebody names: read, or said in words why it cannot be."""

from pathlib import Path

from experiments.errors import UserError


def text_of(path: Path, what: str) -> str:
    """Return what stands in a file.

    Parameters
    ----------
    path : Path
        Where it lies.
    what : str
        What it should be, such as "case file".

    Raises
    ------
    UserError
        If there is none, or it is no text in UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise UserError(f"there is no {what} {path}; check its name and folder") from error
    except (UnicodeDecodeError, IsADirectoryError) as error:
        raise UserError(f"{path} cannot be read as UTF-8 text: {error}") from error
