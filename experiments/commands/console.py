"""What all commands share: where they write, how they fail, and how progress is shown."""

import errno
import functools
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

from alliances.model.input.errors import UserError

PLAIN_WIDTH = 200  # where output goes to no terminal


def output(*, errors: bool = False) -> Any:
    """Return a console on standard output, or on standard error."""
    from rich.console import Console
    from rich.segment import Segment

    class Plain(Console):
        """A console that spells out what would steer a terminal."""

        def render(self, *args: Any, **options: Any) -> Iterator[Segment]:
            for text, style, control in super().render(*args, **options):
                yield Segment(text if control else spelt(text), style, control)

    console = Plain(stderr=errors, highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console = Plain(stderr=errors, highlight=False, width=PLAIN_WIDTH)
    return console


def spelt(text: str) -> str:
    r"""Return text in which what would steer a terminal is spelt out.

    Examples
    --------
    >>> print(spelt("a\x1b[31mb"))
    a\x1b[31mb
    """
    return "".join(c if c.isprintable() or c in "\n\t" else ascii(c)[1:-1] for c in text)


def tell(*parts: Any, style: str | None = None) -> None:
    """Write lines, tables and reports to standard output; text is never read as markup."""
    console = output()
    for part in parts:
        console.print(part, style=style, markup=False)


def tell_written(folder: Path, written: Sequence[Path]) -> None:
    """Say which files were written into a folder."""
    tell(f"Written to {folder}: {', '.join(path.name for path in written)}")


def say(text: str) -> None:
    """Write text to standard error; what would steer a terminal is spelt out."""
    sys.stderr.write(f"{spelt(text)}\n")
    sys.stderr.flush()


def guarded(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command that ends with a message and exit code 2 when its user can put it right.

    Anything else that goes wrong ends with exit code 1, a short message, and the traceback in a
    file.
    """

    @functools.wraps(command)
    def call(*args: Any, **options: Any) -> None:
        try:
            command(*args, **options)
        except Exception as error:
            if _is_for_typer(error):
                raise
            if _is_users(error):
                told = _told(error).replace("\n", "\\n")  # a name may hold one
                say(f"alliances: {told}")
                raise typer.Exit(2) from error
            where = save_traceback(error)
            say(
                f"alliances: this should not have happened: {type(error).__name__}: {error}\n"
                f"The details are in {where}; please report them with the command you gave."
            )
            raise typer.Exit(1) from error

    return call


def _is_for_typer(error: Exception) -> bool:
    # A closed pipe (`alliances parameters | head`) is typer's to handle as well.
    closed = isinstance(error, OSError) and error.errno == errno.EPIPE
    return closed or type(error).__module__.split(".")[0] in ("typer", "click")


def _is_users(error: Exception) -> bool:
    if isinstance(error, UserError | OSError):
        return True
    from alliances.model.parameters import UnknownName
    from alliances.model.places.place import PlaceError
    from alliances.model.scenario import ScenarioError

    return isinstance(error, ScenarioError | PlaceError | UnknownName)


def _told(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def save_traceback(error: Exception) -> Path:
    """Write a traceback to a file of its own, and return where."""
    name = f"alliances-error-{datetime.now(UTC):%Y%m%d-%H%M%S}-"
    with tempfile.NamedTemporaryFile(
        "w", prefix=name, suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write("".join(traceback.format_exception(error)))
    return Path(file.name)


def warm_up() -> None:
    """Compile the model's rules if that was not done yet, and say so on standard error."""
    from alliances.model.warm import warm

    warm(say)


@contextmanager
def progress(what: str, runs: int) -> Iterator[Callable[[int], object]]:
    """Show how many runs are done, on standard error while it is a terminal."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeRemainingColumn(), console=output(errors=True), transient=True
    ) as bar:
        task = bar.add_task(what, total=runs)
        yield lambda done: bar.advance(task, done)


MOST_VALUES = 2_000_000_000 // 8  # numbers kept in memory: 2 GB


def check_size(runs: int, months: int) -> None:
    """Refuse ensembles that would not fit into memory.

    Raises
    ------
    UserError
        Saying how many runs would fit.
    """
    from alliances.model.measures import MEASURES

    most = MOST_VALUES // (months * len(MEASURES))
    if runs > most:
        raise UserError(
            f"{runs:,} runs of {months:,} months would not fit into memory; ask for at most "
            f"{max(1, most):,} at a time"
        )
