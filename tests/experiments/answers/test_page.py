"""The page, the files beside it and the archive hold all that was found, and nothing unescaped."""

import json
import zipfile
from html.parser import HTMLParser

import pandas as pd
import pytest
from matplotlib.figure import Figure

from alliances.experiments.answers.answer import Answer
from alliances.experiments.answers.archive import archive
from alliances.experiments.answers.page import LIMITS, MOST_ROWS, page, provenance, write_report

from .made import ONE_WORLD, Made

NASTY = "a <i>b</i> & \"c\" 'd'"


class Text(HTMLParser):
    """What a reader sees, and the tags that make it so."""

    def __init__(self, source):
        super().__init__()
        self.seen, self.tags, self.alternatives = "", [], []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "img":
            self.alternatives.append(dict(attrs)["alt"])

    def handle_data(self, data):
        self.seen += data


@pytest.fixture
def sweep(tmp_path):
    made = Made(ONE_WORLD, lambda point: 0.5, tmp_path)
    (tmp_path / "experiment.toml").write_text(ONE_WORLD)
    made.runs.loc[0, "status"] = "failed"
    return made


@pytest.fixture
def answers():
    found = []
    for name in ("one", "two"):
        answer = Answer(f"{name}: {NASTY}?", name)
        answer.sentences = [f"first of {name} {NASTY}.", f"second of {name} {NASTY}."]
        answer.notes = [f"note of {name} {NASTY}."]
        for k in range(2):
            answer.tables[f"{name}_table_{k}"] = pd.DataFrame({"words": [NASTY] * (MOST_ROWS + 7)})
            answer.figures[f"{name}_figure_{k}"] = Figure(), f"figure {k} of {name} {NASTY}."
        found.append(answer)
    return found


def test_all_that_was_found_is_on_the_page_as_it_was_said(sweep, answers):
    text = Text(page(sweep, answers))
    for answer in answers:
        assert text.seen.count(answer.question) == 2  # in short, and over its section
        assert text.seen.count(answer.sentences[0]) == 2
        assert text.seen.count(answer.sentences[1]) == 1
        assert text.seen.count(answer.notes[0]) == 1
        for name in answer.tables:
            assert f"Table {name}: {MOST_ROWS + 7} rows" in text.seen
        for _, told in answer.figures.values():
            assert told in text.seen
            assert told in text.alternatives
    assert len(text.alternatives) == 4
    assert text.seen.count("7 more rows are in the CSV file.") == 4
    assert text.seen.count(NASTY) == 2 * (2 + 2 + 1 + 1 + 2 + 2 * MOST_ROWS)
    assert not {"i", "b", "script"} & set(text.tags)
    for limit in LIMITS:
        assert limit in text.seen
    assert ONE_WORLD.strip() in text.seen
    assert "made <b>up</b>" in text.seen
    assert sweep.experiment.question in text.seen


def test_the_page_says_what_was_run(sweep, answers):
    seen = Text(page(sweep, answers)).seen
    failed = len(sweep.runs) - 1
    assert f"runs done{failed} (1 failed)" in seen
    assert f"points{len(sweep.points)}" in seen
    assert "lever competition0.0, 0.5, 1.0" in seen
    assert "lever connectors0, 2, 4" in seen
    assert "averaged over the last12 months" in seen
    assert json.dumps(provenance(sweep), indent=2) in seen


def test_provenance_names_all_that_is_needed_to_repeat_it(sweep):
    told = provenance(sweep)
    of = "{} of the manifest".format
    assert told["experiment_digest"] == of("experiment")
    assert told["model_digest"] == of("model")
    assert told["place_digest"] == of("place")
    assert (told["git_commit"], told["versions"]) == (of("git_commit"), of("versions"))
    assert told["seed"] == sweep.experiment.seed
    assert told["runs"] == {"done": len(sweep.runs) - 1, "failed": 1}


def test_every_figure_and_table_has_its_files(sweep, answers, tmp_path):
    written = write_report(sweep, answers, tmp_path / "report")
    assert written[0].name == "report.html"
    expected = {"report.html"}
    for answer in answers:
        expected |= {f"{name}.csv" for name in answer.tables}
        expected |= {f"{name}.{kind}" for name in answer.figures for kind in ("png", "svg")}
    assert {path.name for path in written} == expected
    assert {path.name for path in (tmp_path / "report").iterdir()} == expected
    assert len(pd.read_csv(tmp_path / "report" / "one_table_0.csv")) == MOST_ROWS + 7
    mark = b"experiment of the manifest"
    for path in written:
        if path.suffix in (".png", ".svg"):
            assert mark in path.read_bytes()


def test_the_archive_has_the_measures_that_runs_were_made_with(sweep, tmp_path):
    own = tmp_path / "mine.py"
    own.write_text("changed since\n")
    (tmp_path / "own.py").write_text("as it was\n")
    sweep.experiment = sweep.experiment.model_copy(update={"own": str(own)})
    (tmp_path / "tables").mkdir()
    for name in ("tables/runs.parquet", "experiment.json", "manifest.json", "points.parquet"):
        (tmp_path / name).write_text(name)
    names = archive(sweep, tmp_path / "out.zip")
    assert {"own/mine.py", "tables/runs.parquet", "points.parquet", "manifest.json"} <= set(names)
    with zipfile.ZipFile(tmp_path / "out.zip") as file:
        assert sorted(file.namelist()) == names
        assert file.read("own/mine.py") == b"as it was\n"
        assert file.read("points.parquet") == b"points.parquet"
        assert sweep.experiment.question in file.read("README.md").decode()
