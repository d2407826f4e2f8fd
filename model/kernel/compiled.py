"""How the rules are compiled: numba, without the GIL, kept under a hash of the model's sources.

Numba notices an edit in the file of a kept function, but not in a file that it calls into. Compiled
code therefore lies in a folder named by a hash over all sources of this package, so that an edit
anywhere starts afresh and an older result can never come back. What a user compiles with numba is
kept where numba keeps it.
"""

import atexit
import contextlib
import functools
import hashlib
import inspect
import io
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import numba
import numpy as np
import platformdirs
from numba.core import caching, types
from numba.core.types import unliteral

# Dividing by zero gives inf or nan, as in NumPy, in place of a branch at each division; `simulate`
# refuses a result that is not finite.
_OUTER: dict[str, Any] = {"error_model": "numpy", "nogil": True}
_INNER: dict[str, Any] = {
    "error_model": "numpy",
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}
_PARENT = "ALLIANCES_CACHE"  # names the folder in which compiled code is kept
_FOLDER = re.compile(r"[0-9a-f]{20}-[0-9a-f]{8}")  # sources, place
_OLDER = 3  # versions of this place that stay beside the newest
_UNUSED = 90 * 86_400.0  # seconds after which what nobody uses goes
_SEAL = 16  # bytes


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
    """Return where compiled code of exactly these sources, in this place, is to be kept.

    `ALLIANCES_CACHE` sets the parent folder; otherwise it is the user's cache. Numba tells files
    apart by their path and date, so another checkout of the same sources compiles for itself.
    """
    parent = os.environ.get(_PARENT)
    base = Path(parent) if parent else Path(platformdirs.user_cache_dir("unequal-alliances"))
    where = hashlib.blake2b(str(Path(__file__).resolve().parents[1]).encode(), digest_size=4)
    return base / "compiled" / f"{sources_digest()}-{where.hexdigest()}"


def kept_in() -> Path:
    """Return where this program keeps compiled code: `cache_folder`, or else a temporary folder.

    It is chosen once, when the first rule is read: a later edit belongs to the next start. The
    programs that this one starts share a temporary folder, which goes when this one ends.
    """
    return _chosen()[0]


def not_writable() -> Path | None:
    """Return the folder that a temporary one stands in for, if any."""
    return _chosen()[1]


@functools.cache
def _chosen() -> tuple[Path, Path | None]:
    folder = cache_folder()
    if _is_writable(folder) or _is_warm(folder):
        return folder, None
    os.environ[_PARENT] = tempfile.mkdtemp(prefix="alliances-")
    atexit.register(shutil.rmtree, os.environ[_PARENT], ignore_errors=True)
    return cache_folder(), folder


def _is_writable(folder: Path) -> bool:
    """Whether a file can really be written there; that also marks the folder as used."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            file.write(bytes(4096))
            file.flush()
    except OSError:
        return False
    return True


def is_warm() -> bool:
    """Whether compiled code of exactly these sources lies in the cache already."""
    return _is_warm(kept_in())


def _is_warm(folder: Path) -> bool:
    return any(map(_is_whole, folder.rglob("schedule.run_months*.nbc")))


def forget_older() -> None:
    """Remove compiled code of earlier sources here but for the latest, and what nobody uses."""
    folder = kept_in()
    others = [path for path in folder.parent.iterdir() if _FOLDER.fullmatch(path.name)]
    others = sorted((path for path in others if path != folder), key=_last_used, reverse=True)
    here = [path for path in others if path.name[-8:] == folder.name[-8:]]
    unused = [path for path in others if time.time() - _last_used(path) > _UNUSED]
    for path in (*here[_OLDER:], *unused):
        shutil.rmtree(path, ignore_errors=True)


def _last_used(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except OSError:  # another program has removed it
        return 0.0


def _is_whole(path: str | Path) -> bool:
    """Whether a file of compiled code is as it was written: its last bytes seal the others."""
    try:
        data = Path(path).read_bytes()
    except OSError:
        return False
    return data[-_SEAL:] == _seal(data[:-_SEAL])


def _seal(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_SEAL).digest()


class _Files(caching.IndexDataCacheFile):
    """Numba's two files of a function, sealed: one that was cut or damaged counts as missing."""

    @contextlib.contextmanager
    def _open_for_write(self, filepath: str) -> Iterator[IO[bytes]]:
        with super()._open_for_write(filepath) as file:
            written = io.BytesIO()
            yield written
            file.write(written.getvalue() + _seal(written.getvalue()))

    def _load_index(self) -> dict[Any, str]:
        return super()._load_index() if _is_whole(self._index_path) else {}

    def _load_data(self, name: str) -> Any:
        return super()._load_data(name) if _is_whole(self._data_path(name)) else None


class _Locator(caching.InTreeCacheLocator):
    def __init__(self, function: Callable[..., Any], file: str) -> None:
        super().__init__(function, file)
        self._cache_path = str(kept_in() / self.get_suitable_cache_subpath(file))


class _Names(caching.CompileResultCacheImpl):
    _locator_classes = [_Locator]  # noqa: RUF012 - numba's own

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._locator = _Locator(function, inspect.getfile(function))  # whatever numba is set to


class _Cache(caching.FunctionCache):
    _impl_class = _Names

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        stamp = self._impl.locator.get_source_stamp()
        self._cache_file = _Files(self.cache_path, self._impl.filename_base, stamp)

    def save_overload(self, sig: Any, data: Any) -> None:
        with contextlib.suppress(OSError):  # a full disk costs the next start time, no run
            super().save_overload(sig, data)


def _keep(compiled: Any) -> Any:
    """Let numba keep what it compiles of a function in this model's folder."""
    if not hasattr(compiled, "py_func"):  # compilation is switched off
        return compiled
    compiled._cache = _Cache(compiled.py_func)
    if not Path(compiled.stats.cache_path).is_relative_to(kept_in()):
        raise RuntimeError(
            f"numba {numba.__version__} keeps compiled code in {compiled.stats.cache_path}, not in "
            f"{kept_in()}: install the numba of requirements.txt"
        )
    return compiled


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
    return _plain(_keep(numba.njit(**_OUTER)(function)))


def part(function: Callable[..., Any]) -> Any:
    """Compile a process: a rule that is kept, so that two programs can share the work."""
    return _plain(_keep(numba.njit(**_INNER)(function)))


def entry(function: Callable[..., Any]) -> Any:
    """Compile a function that Python calls, and keep the result for the next process."""
    return _plain(_keep(numba.njit(**_OUTER)(function)))


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
