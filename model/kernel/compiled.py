"""How the rules are compiled: numba, without the GIL, cached under a hash of the model's sources.

Numba notices an edit in the file of a cached function, but not in a file that it calls into. The
cache therefore lies in a folder named by a hash over all sources of this package, so that an
edit anywhere starts afresh and an older result can never come back.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np
import platformdirs
from numba.core import types
from numba.core.types import unliteral

# Dividing by zero gives inf or nan, as in NumPy, in place of a branch at each division; `simulate`
# refuses a result that is not finite.
_OUTER: dict[str, Any] = {"error_model": "numpy", "nogil": True}
_INNER: dict[str, Any] = {
    "error_model": "numpy",
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}


def sources_digest(package: Path | None = None) -> str:
    """Return a hash over every Python source of the model and the versions that compile it."""
    package = package or Path(__file__).parents[1]
    state = hashlib.blake2b(digest_size=10)
    state.update(f"{numba.__version__} {np.__version__}".encode())
    for path in sorted(package.rglob("*.py")):
        state.update(str(path.relative_to(package)).encode())
        state.update(path.read_bytes())
    return state.hexdigest()


def cache_folder() -> Path:
    """Return where compiled code of exactly these sources, in this place, is kept.

    `ALLIANCES_CACHE` sets the parent folder; otherwise it is the user's cache. Numba tells files
    apart by their path and date, so another checkout of the same sources compiles for itself.
    """
    parent = os.environ.get("ALLIANCES_CACHE")
    base = Path(parent) if parent else Path(platformdirs.user_cache_dir("unequal-alliances"))
    where = hashlib.blake2b(str(Path(__file__).resolve().parents[1]).encode(), digest_size=4)
    return base / "compiled" / f"{sources_digest()}-{where.hexdigest()}"


def use_cache() -> Path:
    """Point numba at this model's cache folder; called before a cached function is made."""
    folder = cache_folder()
    numba.config.CACHE_DIR = str(folder)
    return folder


def is_warm() -> bool:
    """Whether compiled code of exactly these sources lies in the cache already."""
    return any(cache_folder().rglob("schedule.run_months*.nbc"))


def rule(function: Callable[..., Any]) -> Any:
    """Compile a function of the model that only other compiled functions call.

    It gets no door to Python: opening all tables of the state takes longer to compile than most
    rules.

    Numba compiles a function anew for every whole number that a caller writes out (it takes `3`
    for a type of its own), and for every width of whole numbers; here a number is a number, which
    makes compiling several times faster.
    """
    return _plain(numba.njit(**_INNER)(function))


def callable_rule(function: Callable[..., Any]) -> Any:
    """Compile a function that other rules and, now and then, Python call: kept for both."""
    use_cache()
    return _plain(numba.njit(**_OUTER, cache=True)(function))


def part(function: Callable[..., Any]) -> Any:
    """Compile a process: a rule that is kept, so that two programs can share the work."""
    use_cache()
    return _plain(numba.njit(**_INNER, cache=True)(function))


def entry(function: Callable[..., Any]) -> Any:
    """Compile a function that Python calls, and keep the result for the next process."""
    use_cache()
    return _plain(numba.njit(**_OUTER, cache=True)(function))


def _plain(compiled: Any) -> Any:
    resolve = getattr(compiled, "get_call_template", None)
    if resolve is not None:  # absent when compilation is switched off
        compiled.get_call_template = lambda args, kws: resolve(
            [_plain_type(a) for a in args], {k: _plain_type(a) for k, a in kws.items()}
        )
    return compiled


def _plain_type(given: types.Type) -> types.Type:
    given = unliteral(given)
    narrow = isinstance(given, types.Integer) and given.signed and given.bitwidth < 64
    return types.int64 if narrow else given
