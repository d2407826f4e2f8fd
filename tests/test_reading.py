"""What somebody gives is read in one way: no code of it runs, and every fault is one sentence.

The fuzz puts damaged files of every kind before every reader. Its draws have a seed of their own.
"""

import ast
import contextlib
import json
import random
import re
import sqlite3

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from alliances import ROOT
from alliances.dashboards.learn.chapter import parse_chapter
from alliances.dashboards.room.store import RoomStore
from alliances.experiments.browse.dataset import Dataset
from alliances.experiments.browse.library import LibraryItem
from alliances.experiments.browse.query import ask, default_request
from alliances.experiments.commands.cli import app
from alliances.experiments.evidence.reading import read_claims
from alliances.experiments.own_places.reading import GivenFile, from_grants, from_roster
from alliances.experiments.sweep.reading import parse_experiment, read_experiment
from alliances.experiments.sweep.results import Sweep
from alliances.model.input.errors import UserError
from alliances.model.input.files import text_of
from tests.each import each
from tests.experiments.sweep.conftest import run

ODD = "a[1]*?'{x}"
SWEEP = """\
name = "trial"
months = 12
replicates = 2
keep = "yearly"
[scenario.place]
organisations = 6
[levers]
targets = [0.0, 1.0]
"""
SCENARIO = 'name = "x"\nmonths = 3\n[place]\norganisations = 6\n[levers]\ntargets = 0.5\n'
ROSTER = "name,income,sector\nAsh,5000,community\nBirch,250000,community\n"
GRANTS = (
    "Recipient Org:Name,Amount Awarded,Award Date,Planned Dates:Duration (months)\n"
    "Ash,1000,2024-01-01,12\nBirch,5000,2024-03-01,24\n"
)
RUNS_CODE = """\
from pathlib import Path
from alliances import Measure
Path(__file__).with_name("RAN").write_text("ran")
MEASURES = [Measure("odd", "Odd", "1", "own", "one", 0, 1, "neither", compute=lambda here: 1.0)]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("reading") / ODD


@pytest.fixture(scope="module")
def sweep(folder):
    run(parse_experiment(SWEEP, base=folder, source="FILE"), folder / "sweep")
    return folder / "sweep"


def command(*words):
    """Return what a command says, if it worked or refused in one sentence; else fail."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code in (0, 2), (words, done.output, done.stderr)
    if done.exit_code == 2:
        assert done.stdout == ""
        assert re.fullmatch(r"alliances: [^\x00-\x1f]+\n", done.stderr), (words, done.stderr)
    return done


# --- no code runs by reading ----------------------------------------------------------------------


def test_reading_runs_no_code_and_running_asks_for_trust(tmp_path):
    own = tmp_path / "own.py"
    own.write_text(RUNS_CODE)
    text = f'own = "own.py"\n{SWEEP}'
    out = tmp_path / ODD
    run(parse_experiment(text, base=tmp_path, source="FILE"), out)
    ran = [tmp_path / "RAN", out / "RAN"]
    for path in (own, ran[0]):
        path.unlink()  # somebody else's machine
    for words in (
        ("sweep", "status", out),
        ("sweep", "query", out, "select avg(odd) from runs"),
        ("sweep", "merge", tmp_path / "merged", out),
        ("analyse", out),
        ("report", out),
        ("archive", out),
    ):
        done = command(*words)
        assert done.exit_code == 0, done.stderr
        assert not any(path.exists() for path in ran), words
    opened = Dataset(LibraryItem("runs/out", out, "sweep"))
    opened.about()
    ask(opened, default_request(opened, "runs"))
    assert not any(path.exists() for path in ran)
    for words in (("retry", out), ("rerun", out, "0-0"), ("retry", out, "--mended")):
        done = command("sweep", *words)
        assert done.exit_code == 2
        assert "brings Python of its own (own.py)" in done.stderr
        assert not any(path.exists() for path in ran), words
    assert command("sweep", "rerun", out, "0-0", "--trust").exit_code == 0
    assert ran[1].exists()


def test_names_that_are_not_there_are_asked_of_no_code(tmp_path):
    """A folder whose author left the names out."""
    (tmp_path / "own.py").write_text(RUNS_CODE)
    text = f'own = "own.py"\n{SWEEP}'
    out = tmp_path / "out"
    run(parse_experiment(text, base=tmp_path, source="FILE"), out)
    (tmp_path / "RAN").unlink()
    path = out / "experiment.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "own_names": None}))
    assert "does not say what the measures" in command("sweep", "status", out).stderr
    assert not (tmp_path / "RAN").exists()


# --- nobody else reads ----------------------------------------------------------------------------

# Files that open files of ours, or what they have just written. ruff bans other ways to read.
OURS = {
    "model/input/files.py",  # the reader
    "experiments/input/tables.py",  # the reader of Parquet
    "model/documents.py",
    "model/kernel/compiled.py",
    "experiments/validation/trace.py",
    "experiments/own_places/bundle.py",
    "experiments/commands/calibrate.py",
    "experiments/sweep/files.py",  # to have it written to the disk
    "dashboards/charts/document.py",  # a picture that was drawn for it
    "dashboards/room/handout.py",
    "dashboards/server/solara_patches.py",
}
# Files that run code which they find by its name or make.
RUNNING = {
    "model/documents.py",  # constants of the processes
    "model/processes/__init__.py",
    "model/schedule.py",  # the rule that runs the month
    "experiments/input/own_measures.py",  # a user's own, if it is trusted
    "dashboards/server/site.py",
}
OPENS = {"open", "ZipFile"}
NO_FILES = {"webbrowser", "Room", "SHOWS", "self.rooms"}  # what else can be opened
RUNS = {"exec", "eval", "__import__", "import_module", "spec_from_file_location"}


def _called(call):
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def _reads(call):
    """Return whether a call reads a file: it opens one and does not say that it writes."""
    name = _called(call)
    if name not in OPENS or ast.unparse(getattr(call.func, "value", call)) in NO_FILES:
        return name in ("read_text", "read_bytes")
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    modes = [str(value.value) for value in given if isinstance(value, ast.Constant)]
    return not any(re.fullmatch(r"[wax][bt+]*", mode) for mode in modes)


def _runs(call):
    return _called(call) in RUNS


def files_that(does):
    return {
        str(path.relative_to(ROOT))
        for folder in ("model", "experiments", "dashboards")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and does(node)
    }


def test_files_are_opened_in_one_room():
    assert files_that(_reads) == OURS


def test_code_is_found_by_its_name_in_few_files():
    assert files_that(_runs) == RUNNING


@each(
    "text",
    [
        "open(path)",
        "io.open(path)",
        "path.open()",
        "path.open(mode)",
        "path.open(mode='r')",
        "Path.open(path)",
        "Path.read_text(path)",
        "gzip.open(path, 'rb')",
        "os.open(path, os.O_RDONLY)",
        "zipfile.ZipFile(path)",
    ],
)
def test_a_reader_is_seen_however_it_is_called(text):
    assert _reads(ast.parse(text, mode="eval").body)


@each(
    "text",
    ["path.open('wb')", "open(path, 'x')", "zipfile.ZipFile(path, 'w')", "webbrowser.open(link)"],
)
def test_who_writes_is_no_reader(text):
    assert not _reads(ast.parse(text, mode="eval").body)


# --- the fuzz -------------------------------------------------------------------------------------

ODDITIES = (
    b"[" * 3000,
    b"{" * 3000,
    b"9" * 5000,
    b"1e999",
    b"-1",
    b"nan",
    b"true",
    b'"x"',
    b"[]",
    b"\x00",
    b"\x1b[31m",
    b"\\u0000",
    b"\xff\xfe",
    b'"',
    b"\n",
    b",",
    b"../" * 40,
)


def damaged(content, draw):
    """Return a file's content with something done to it that happens to files, or is done."""
    at, other = sorted(draw.randrange(len(content) + 1) for _ in range(2))
    kind = draw.randrange(7)
    if kind == 0:
        return content[:at]
    if kind == 1:
        return content[:at] + content[other:]
    if kind == 2:
        return bytes(b ^ (1 << draw.randrange(8)) if draw.random() < 0.01 else b for b in content)
    if kind == 3:  # a value of another kind, or far too large
        spots = [
            found.span() for found in re.finditer(rb'\d+(\.\d+)?|"[^"\n]*"|true|null', content)
        ]
        at, other = draw.choice(spots or [(at, other)])
        return content[:at] + draw.choice(ODDITIES) + content[other:]
    if kind == 4:
        return content[:at] + draw.choice(ODDITIES) + content[at:]
    if kind == 5:
        lines = content.splitlines(keepends=True)
        draw.shuffle(lines)
        return b"".join(lines[: draw.randrange(len(lines) + 1)] + lines[:1])
    return content.decode("utf-8", "replace").encode(
        draw.choice(["utf-16", "utf-16-le", "utf-8-sig"])
    )


def foreign(draw):
    """Return a table in Parquet with some of the right names and any values."""
    rows = draw.randrange(4)
    kinds = (
        lambda: np.arange(rows),
        lambda: np.full(rows, np.nan),
        lambda: ["x"] * rows,
        lambda: [None] * rows,
        lambda: [[1]] * rows,
        lambda: [2**63 - 1] * rows,
        lambda: ["done"] * rows,
        lambda: [True] * rows,
    )
    names = ("point", "world", "reference", "replicate", "status", "targets", "run", "trust", "row")
    columns = {name: draw.choice(kinds)() for name in names if draw.random() < 0.8}
    buffer = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue().to_pybytes()


def called(function):
    """Call a reader, which may refuse in one sentence."""
    told = ""
    try:
        function()
    except UserError as error:
        told = str(error) or "nothing said"
    assert "\n" not in told
    assert told != "nothing said"


def looked_at(path, kind):
    opened = Dataset(LibraryItem("results/x", path, kind))
    for table in opened.tables:
        ask(opened, default_request(opened, table))


def test_damaged_files_of_every_kind_are_read_or_told(folder, sweep, tmp_path):
    here = tmp_path / ODD
    here.mkdir()
    command("place", "make", "--organisations", 6, "--out", here / "place")
    chapter = (ROOT / "dashboards/learn/chapters/meeting.toml").read_bytes()
    case = (ROOT / "experiments/cases/bed-blocking.toml").read_bytes()
    claims = (ROOT / "results/evidence/claims.csv").read_bytes()[:20_000]
    texts = {
        here / "scenario.toml": (
            SCENARIO.encode(),
            lambda path: command("run", path, "--replicates", 1, "--months", 3),
        ),
        here / "case.toml": (case, lambda path: command("cases", path)),
        here / "experiment.toml": (
            SWEEP.encode(),
            lambda path: called(lambda: read_experiment(path)),
        ),
        here / "roster.csv": (ROSTER.encode(), lambda path: command("place", "describe", path)),
        here / "grants.csv": (
            GRANTS.encode(),
            lambda path: command("place", "import", path, "--out", here / "in", "--force"),
        ),
        here / "given.csv": (
            ROSTER.encode(),
            lambda path: called(lambda: from_roster(GivenFile("r.csv", path.read_bytes()))),
        ),
        here / "given.json": (
            b'{"grants": [{"recipientOrganization": [{"name": "Ash"}], "amountAwarded": 9, '
            b'"currency": "GBP", "awardDate": "2024-01-01"}]}',
            lambda path: called(lambda: from_grants(GivenFile("g.json", path.read_bytes()))),
        ),
        here / "chapter.toml": (
            chapter,
            lambda path: called(lambda: parse_chapter(text_of(path), "x", str(path))),
        ),
        here / "claims.csv": (claims, lambda path: called(lambda: read_claims(path.parent))),
        here / "table.csv": (
            b"group,value,low,high\na,1,0,2\nb,2,1,3\n",
            lambda path: called(lambda: looked_at(path, "table")),
        ),
    }
    for name in ("place.toml", "roster.csv", "ties.csv", "grants.csv"):
        path = here / "place" / name
        texts[path] = path.read_bytes(), lambda path: command("place", "describe", path.parent)
    for name in ("manifest.json", "experiment.json"):
        texts[sweep / name] = (
            (sweep / name).read_bytes(),
            lambda path: command("sweep", "status", sweep),
        )
    for path, (whole, read) in texts.items():
        draw = random.Random(path.name)
        for _ in range(25):
            path.write_bytes(damaged(whole, draw))
            read(path)
        path.write_bytes(whole)

    tables = {
        sweep / "points.parquet": lambda: Sweep(sweep).points,
        sweep / "tables" / "runs.parquet": lambda: Sweep(sweep).runs,
        next((sweep / "parts").glob("*.runs.parquet")): lambda: Sweep(sweep).bad_runs(),
    }
    for path, read in tables.items():
        whole, draw = path.read_bytes(), random.Random(path.name.rpartition("-")[0])
        for number in range(40):
            path.write_bytes(foreign(draw) if number % 2 else damaged(whole, draw))
            called(read)
            called(lambda: looked_at(sweep, "sweep"))
            if number < 5:
                command("sweep", "query", sweep, "select * from runs, points")
                command("sweep", "status", sweep)
        path.write_bytes(whole)
    assert command("sweep", "status", sweep).exit_code == 0


def test_damaged_rows_of_rooms_are_put_aside(tmp_path):
    draw = random.Random(20)
    RoomStore(tmp_path).close()
    whole = json.dumps({"code": "sound", "title": "x"}).encode()
    with contextlib.closing(sqlite3.connect(tmp_path / "rooms.sqlite")) as file:
        for number in range(60):
            body = damaged(whole, draw)
            kind = body if number % 3 else body.decode("utf-8", "replace")
            file.execute("INSERT INTO rooms VALUES (?, 9e9, ?)", (f"r{number:02d}", kind))
        file.execute("INSERT INTO rooms VALUES ('sound', 9e9, ?)", (whole.decode(),))
        file.commit()
    store = RoomStore(tmp_path)
    found = store.all()
    store.close()
    assert len(found) == 61
    assert [room for room in found if len(room) > 1] == [{"code": "sound", "title": "x"}]
