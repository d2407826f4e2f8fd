"""Further measures: those of the network, or a researcher's own in a Python file."""

import importlib.util
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from alliances.model.input.errors import UserError
from alliances.model.measures import MEASURES, Measure
from alliances.model.parameters import REGISTRY

NETWORK = "network"
# Columns that a table of runs has besides factors and measures.
TAKEN = frozenset(
    (
        *("run", "point", "world", "reference", "replicate", "attempt", "id"),
        *("status", "reason", "traceback", "seconds"),
    )
)
EXAMPLE = 'MEASURES = [Measure("richest", "Income of the richest", "GBP", ..., compute=richest)]'


def read_measures(path: str | Path) -> tuple[Measure, ...]:
    """Return the measures that a file defines.

    Parameters
    ----------
    path : str or Path
        "network" for the model's own network measures, or a Python file with a list `MEASURES` of
        `alliances.Measure`, each with a `compute` function that takes a
        `alliances.model.snapshot.Snapshot` and returns a number. The file is run as it is.

    Raises
    ------
    UserError
        If there is no such file, it fails, or its measures are not what is needed.
    """
    path = Path(path)
    if str(path) == NETWORK:
        from alliances.model.network import CHOSEN

        return CHOSEN
    if not path.is_file():
        raise UserError(f"there is no file of measures {path}; give a Python file, or {NETWORK!r}")
    spec = importlib.util.spec_from_file_location(f"own_measures_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise UserError(f"{path} is no Python file; its name must end in .py")
    module = importlib.util.module_from_spec(spec)
    _guarded(spec.loader.exec_module, path, str(path))(module)
    found = getattr(module, "MEASURES", None)
    if found is MEASURES or not isinstance(found, list | tuple) or not found:
        raise UserError(f"{path} must define a list of alliances.Measure, such as {EXAMPLE}")
    names: set[str] = set()
    for measure in found:
        if not isinstance(measure, Measure):
            raise UserError(f"{path}: MEASURES holds {measure!r}; it may hold Measure only")
        if not str(measure.name).isidentifier():
            raise UserError(
                f"{path}: a measure is called {measure.name!r}; give letters, digits and _, such "
                "as richest"
            )
        if not callable(measure.compute):
            raise UserError(f"{path}: measure {measure.name!r} needs a function `compute`")
        if measure.name in TAKEN or measure.name in REGISTRY:
            raise UserError(
                f"{path}: a column of tables is called {measure.name!r} already; rename it"
            )
        if measure.name in MEASURES or measure.name in names:
            raise UserError(f"{path}: there is a measure {measure.name!r} already; rename it")
        names.add(measure.name)
    return tuple(
        replace(m, compute=_guarded(m.compute, path, f"{path}, measure {m.name!r}"))
        for m in found
        if m.compute is not None
    )


def _guarded(function: Callable[[Any], Any], path: Path, what: str) -> Callable[[Any], Any]:
    """Return a function whose errors say where in the researcher's file they arose."""

    def call(argument: Any) -> Any:
        try:
            return function(argument)
        except (Exception, SystemExit) as error:
            frames = traceback.extract_tb(error.__traceback__)
            lines = [f.lineno for f in frames if Path(f.filename).name == path.name]
            where = f" in line {lines[-1]}" if lines else ""
            raise UserError(f"{what} failed{where}: {type(error).__name__}: {error}") from error

    return call
