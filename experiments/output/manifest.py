"""What is needed to make a result again: scenario, seed, versions and place."""

import platform
import shutil
import subprocess
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from alliances import ROOT
from alliances.model.places.place import Place
from alliances.model.scenario import Scenario

PACKAGE = "unequal-alliances"
LIBRARIES = ("numpy", "numba", "mesa", "scipy", "pandas", "matplotlib")


@lru_cache(maxsize=1)
def own_version() -> str:
    """Return the version of this package."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:  # used from a bare checkout
        return "0+unknown"


@lru_cache(maxsize=1)
def git_commit() -> str | None:
    """Return the commit of the checkout, with "+" if files were changed since; None without one."""
    root = ROOT
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        return None
    commands = ("rev-parse", "HEAD"), ("status", "--porcelain", "--untracked-files=no")
    told = []
    for words in commands:
        done = subprocess.run(
            [git, "-C", str(root), *words], capture_output=True, text=True, check=False
        )
        if done.returncode:
            return None
        told.append(done.stdout.strip())
    return told[0] + ("+" if told[1] else "")


def versions() -> dict[str, str]:
    """Return the versions of Python, this package and the libraries that results rest on."""
    found = {"python": platform.python_version(), PACKAGE: own_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def stamp() -> str:
    """Return version and commit in a few characters, for captions."""
    commit = git_commit()
    return f"{PACKAGE} {own_version()}" + (
        f" ({commit[:9]}{commit[40:]})" if commit is not None else ""
    )


def place_record(place: Place) -> dict[str, Any]:
    """Return what identifies a place and what was assumed in it."""
    return {
        "name": place.name,
        "digest": place.digest(),
        "organisations": place.organisations,
        "localities": len(place.localities),
        "ties": len(place.tie_a),
        "notes": list(place.notes),
    }


def scenario_record(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario as TOML and with the value of every parameter at month 0."""
    return {"name": scenario.name, "toml": scenario.to_toml(), "parameters": scenario.values()}


def manifest(
    scenarios: dict[str, Scenario],
    place: Place,
    *,
    seed: int,
    replicates: int,
    months: int,
    **more: Any,
) -> dict[str, Any]:
    """Return everything that is needed to make a result again.

    Parameters
    ----------
    scenarios : mapping
        What was run, by the name of its arm.
    place : Place
        Where.
    seed, replicates, months : int
        Base seed, runs and horizon.
    **more
        Further entries.
    """
    return {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        "git_commit": git_commit(),
        "seed": seed,
        "replicates": replicates,
        "months": months,
        **more,
        "place": place_record(place),
        "scenarios": {name: scenario_record(s) for name, s in scenarios.items()},
    }
