"""Putting the folders of shards together into one, as if one machine had run it all."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from alliances.experiments.sweep.manifest import read_manifest, read_stored
from alliances.experiments.sweep.parts import Parts
from alliances.experiments.sweep.plan import Plan
from alliances.experiments.sweep.runner import missing_runs, wanted_runs
from alliances.experiments.sweep.store import Store
from alliances.model.input.errors import UserError
from alliances.model.input.files import text_of


def merge(folders: Sequence[Path], out: Path) -> tuple[int, int]:
    """Copy the parts of several folders of one experiment into one, and put the tables together.

    Parameters
    ----------
    folders : sequence of Path
        What `alliances sweep --shard` wrote.
    out : Path
        A new folder, or one that an earlier merge of the same experiment began.

    Returns
    -------
    tuple of int
        Runs that are there, and runs that are still missing.

    Raises
    ------
    UserError
        If they are not of one experiment and version, or a part is damaged.
    """
    if not folders:
        raise UserError("give one or more folders to merge")
    manifests = [read_manifest(folder) for folder in folders]
    for folder, manifest in zip(folders[1:], manifests[1:], strict=True):
        for what in ("experiment", "model", "place"):
            if manifest[what] != manifests[0][what]:
                raise UserError(
                    f"{folder} and {folders[0]} differ in their {what}; only shards of one "
                    "experiment, run with one version, can be merged"
                )
    plan = Plan(read_stored(folders[0]))
    store = Store(out, plan)
    text = text_of(folders[0] / "experiment.toml", "experiment file")
    with store.locked():
        store.begin(text)
        store.parts.index(mend=True)  # what an earlier merge left damaged is copied anew
        for folder in folders:
            _take(Parts(folder), store.parts)
        index = store.parts.index()
        need = wanted_runs(plan, store, index, np.arange(len(plan)))
        missing = len(missing_runs(need, index))
        store.tables.put_together(index)
    return len(index), missing


def _take(source: Parts, target: Parts) -> None:
    source.index()  # says so if a part is damaged
    there = set(target.names())
    for name in source.names():
        if name not in there:
            target.copy(source, name)
