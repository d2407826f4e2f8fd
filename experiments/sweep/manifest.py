"""The manifest of a sweep's folder: what its runs are, and with what they were made."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from alliances.experiments.input.own_measures import NETWORK
from alliances.experiments.output.manifest import git_commit, versions
from alliances.experiments.sweep.experiment import Experiment, content_digest
from alliances.experiments.sweep.files import StoreError, write_whole
from alliances.experiments.sweep.plan import Plan
from alliances.experiments.sweep.reading import first_error
from alliances.model.input.documents import read_json
from alliances.model.input.errors import UserError
from alliances.model.kernel.compiled import sources_digest

FORMAT = 1
OWN_COPY = "own.py"  # of the file of further measures, beside the experiment
MANIFEST = ("experiment", "own", "shard", "model", "name", "place", "git_commit", "begun")


def write_manifest(folder: Path, content: dict[str, Any]) -> None:
    """Write a folder's manifest, whole or not at all."""
    text = json.dumps(content, indent=2) + "\n"
    write_whole(folder / "manifest.json", text.encode())


def new_manifest(plan: Plan, shard: str | None) -> dict[str, Any]:
    """Return the manifest of a folder that begins now."""
    return {
        "format": FORMAT,
        "experiment": plan.experiment.digest(),
        "own": plan.experiment.own_digest(),
        "shard": shard,
        "model": sources_digest(),
        "name": plan.experiment.name,
        "question": plan.experiment.question,
        "points": len(plan),
        "most_runs": plan.most_runs,
        "place": plan.place.digest(),
        "versions": versions(),
        "git_commit": git_commit(),
        "begun": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def check_manifest(folder: Path, plan: Plan, *, mended: bool) -> None:
    """See that a folder holds a plan's runs, of this version.

    Parameters
    ----------
    folder : Path
        Where.
    plan : Plan
        What its runs should be runs of.
    mended : bool
        Whether a changed file of further measures is taken for the one that was there before.

    Raises
    ------
    StoreError
        If it holds others.
    """
    found = read_manifest(folder)
    experiment = plan.experiment
    if found["model"] != sources_digest():
        raise StoreError(
            f"{folder} was begun with another version of the model or its libraries "
            f"(commit {found['git_commit']}, {found['begun']}); runs of two versions do not "
            "mix: go back to that version, or give another folder. Its results can be read."
        )
    if found["place"] != plan.place.digest():
        raise StoreError(
            f"the place is not the one {folder} was begun with: the experiment names "
            "another, or its files have changed; put that back, or give another folder"
        )
    if found["experiment"] != experiment.digest(own=found["own"]):
        raise StoreError(
            f"{folder} holds another experiment ({found['name']!r}, or an earlier form "
            "of this one, see experiment.toml there); give another folder"
        )
    if found["own"] != experiment.own_digest():
        if not mended:
            raise StoreError(
                f"the measures in {experiment.own} have changed since {folder} was begun, "
                "and finished runs have the earlier ones: put the file back, or give another "
                f"folder; if finished runs stay right, `alliances sweep retry {folder} "
                "--mended --trust` keeps them and runs the others with the file as it is now"
            )
        now = datetime.now(UTC).isoformat(timespec="seconds")
        earlier = [*found.get("mended", []), {"own": found["own"], "until": now}]
        changed = {"experiment": experiment.digest(), "own": experiment.own_digest()}
        write_manifest(folder, {**found, **changed, "mended": earlier})


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return a sweep's manifest.

    Raises
    ------
    StoreError
        If there is none, it cannot be read, or its format is not known here.
    """
    path = folder / "manifest.json"
    if not path.is_file():
        raise StoreError(f"{folder} is no sweep's folder: there is no manifest.json in it")
    found = _stored(path)
    if found.get("format") != FORMAT:
        raise StoreError(
            f"{folder} has format {found.get('format')!r}; this version knows format {FORMAT}: "
            "read it with the version that wrote it"
        )
    missing = [name for name in MANIFEST if name not in found]
    if missing:
        raise StoreError(f"{path} is damaged: it has no {missing[0]!r}; put it back from a copy")
    for name in MANIFEST:
        if not isinstance(found[name], str | None):
            raise StoreError(
                f"{path} is damaged: {name} was {found[name]!r}, no text; put it back from a copy"
            )
    return found


def _stored(path: Path) -> dict[str, Any]:
    try:
        return read_json(path)
    except UserError as error:
        raise StoreError(f"{path} is damaged: {error}; put it back from a copy") from error


def read_stored(folder: Path) -> Experiment:
    """Return the experiment that a folder holds, to be looked at: nothing in the folder is run.

    Raises
    ------
    StoreError
        If it holds none.
    """
    document = _experiment(folder)
    if document.get("own") in (None, NETWORK):
        document["own_names"] = None
    elif document.get("own_names") is None:
        raise StoreError(
            f"{folder / 'experiment.json'} does not say what the measures of its own file are "
            "called: read it with the version that wrote it"
        )
    return _checked(document, folder)


def read_to_run(folder: Path, *, trust: bool, mended: bool = False) -> Experiment:
    """Return the experiment that a folder holds, to be run again.

    A file of further measures that is no longer where it was is read from the folder's own copy,
    so that a folder may be moved to another machine.

    Parameters
    ----------
    folder : Path
        The sweep's folder.
    trust : bool
        Whether a file of further measures may be run.
    mended : bool
        Whether a copy of it that was changed is taken as well.

    Raises
    ------
    UserError
        If it holds none, or brings code that is not trusted.
    """
    if not trust:
        found = read_stored(folder)
        found.own_measures  # noqa: B018 - refuses
        return found
    document = _experiment(folder, mended=mended)
    return _checked({**document, "own_names": None}, folder)


def _experiment(folder: Path, *, mended: bool = False) -> dict[str, Any]:
    manifest, document = read_manifest(folder), _stored(folder / "experiment.json")
    own = document.get("own")
    if isinstance(own, str) and own != NETWORK and not Path(own).is_file():
        copy = (folder / OWN_COPY).resolve()
        if copy.is_file() and (mended or content_digest(copy) == manifest["own"]):
            document["own"] = str(copy)
    return document


def _checked(document: dict[str, Any], folder: Path) -> Experiment:
    try:
        return Experiment.model_validate_json(json.dumps(document))
    except ValidationError as error:
        path = folder / "experiment.json"
        raise StoreError(f"{path} cannot be used: {first_error(error)}") from error
