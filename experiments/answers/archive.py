"""An archive of a sweep for deposit: results, experiment, environment and citation in one file."""

import json
import zipfile
from importlib.metadata import distributions
from pathlib import Path

from alliances import ROOT
from alliances.experiments.answers.page import provenance
from alliances.experiments.sweep.manifest import OWN_COPY
from alliances.experiments.sweep.results import Sweep
from alliances.model.input.errors import UserError
from alliances.model.input.files import MOST_MEMORY, bytes_of

README = """# {name}

{question}

An experiment with Unequal Alliances, an agent-based simulation of partnerships between unequal
organisations. It illustrates a theory; it does not predict.

* `experiment.toml` is the experiment; `alliances sweep experiment.toml --out DIR` runs it again.
* `tables/*.parquet`: one row a run (runs), a run and year or month (times), a run and size band or
  sector (groups), an organisation (organisations), as far as they were kept. `points.parquet`: the
  points of the design.
* `report/`: the report, its figures and tables, if it was made.
* `manifest.json`, `provenance.json`: versions, commit, seed, digests. `environment.txt`: the exact
  version of every library.
* `CITATION.cff`: how to cite the software. `LICENSE`: of the software.
"""


def archive(sweep: Sweep, path: Path) -> list[str]:
    """Pack a sweep into a ZIP file; return the names of what is in it.

    Raises
    ------
    UserError
        If the file exists already, or the sweep has no tables yet.
    """
    if path.exists():
        raise UserError(f"{path} exists already; give another name, nothing is written over")
    tables = sorted((sweep.folder / "tables").glob("*.parquet"))
    if not tables:
        raise UserError(f"{sweep.folder} has no tables yet; finish the sweep first")
    content: dict[str, bytes] = {
        "README.md": README.format(
            name=sweep.experiment.name, question=sweep.experiment.question
        ).encode(),
        "provenance.json": (json.dumps(provenance(sweep), indent=2) + "\n").encode(),
        "environment.txt": _environment().encode(),
    }
    for name in ("experiment.toml", "experiment.json", "manifest.json", "points.parquet"):
        content[name] = bytes_of(sweep.folder / name)
    for file in tables:
        content[f"tables/{file.name}"] = bytes_of(file, most=MOST_MEMORY)
    for file in sorted(p for p in (sweep.folder / "report").glob("*") if p.is_file()):
        content[f"report/{file.name}"] = bytes_of(file)
    for name in ("CITATION.cff", "LICENSE"):
        if (ROOT / name).is_file():
            content[name] = bytes_of(ROOT / name)
    own, copy = sweep.experiment.own, sweep.folder / OWN_COPY
    if own is not None and copy.is_file():  # what the runs were made with
        content[f"own/{Path(own).name}"] = bytes_of(copy)
    temporary = path.with_name(f".tmp-{path.name}")
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(content):
            # A fixed date: the same results make the same archive.
            info = zipfile.ZipInfo(name, date_time=(2000, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(info, content[name])
    temporary.rename(path)
    return sorted(content)


def _environment() -> str:
    found = {f"{d.metadata['Name']}=={d.version}" for d in distributions() if d.metadata["Name"]}
    return "\n".join(sorted(found, key=str.lower)) + "\n"
