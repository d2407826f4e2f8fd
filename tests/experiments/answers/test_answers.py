"""Answers, report and archive of small sweeps."""

import json
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from typer.testing import CliRunner

from alliances.experiments.answers.collect import answers_of, paid_apart
from alliances.experiments.answers.page import page
from alliances.experiments.commands.cli import app
from alliances.experiments.sweep.plan import Plan
from alliances.experiments.sweep.reading import parse_experiment, read_experiment
from alliances.experiments.sweep.results import Sweep
from alliances.experiments.sweep.runner import Runner
from tests.experiments.sweep.conftest import Here

CROSSED = """
name = "crossed <b>"
question = "Does it & how?"
months = 12
replicates = 4
groups = true
measures = ["alliance_share", "trust_familiar", "net_impact"]
[scenario.place]
organisations = 10
[levers]
competition = [0.0, 0.5, 1.0]
connectors = [0, 2, 4]
[worlds]
loss_ratio = [2.0, 4.0]
[design.levers]
method = "grid"
[design.worlds]
method = "grid"
[analysis]
measures = ["trust_familiar", "net_impact"]
[[analysis.fails]]
measure = "trust_familiar"
threshold = 0.6
[[analysis.tips]]
lever = "competition"
low = 0.0
high = 1.0
measure = "net_impact"
replicates = 4
hold = 12
[analysis.pound]
levers = ["connectors", "deliberation"]
budget = 20000
replicates = 4
"""
SAMPLED = """
name = "sampled"
months = 12
replicates = 2
paired = false
measures = ["trust_familiar"]
[scenario.place]
organisations = 10
[levers]
connectors = { low = 0, high = 4 }
deliberation = { low = 0.0, high = 2.0 }
[design]
method = "sobol"
points = 16
"""


def swept(text, folder):
    experiment = parse_experiment(text, base=folder, source="here")
    out = folder / "out"
    Runner(experiment, out, text).run(Here(experiment))
    return Sweep(out)


@pytest.fixture(scope="module")
def crossed(tmp_path_factory):
    return swept(CROSSED, tmp_path_factory.mktemp("crossed"))


@pytest.fixture(scope="module")
def answers(crossed):
    return {answer.name: answer for answer in answers_of(crossed)}


def test_each_question_that_can_be_answered_is(answers):
    assert set(answers) >= {
        "effects",
        "groups",
        "map",
        "fails_trust_familiar",
        "regret",
        "tipping_0_competition",
        "pound",
        "enough",
    }
    for answer in answers.values():
        assert answer.sentences, answer.name
        assert all(sentence.endswith((".", ")")) for sentence in answer.sentences), answer.sentences


def test_effects_are_of_all_settings_but_the_references(answers):
    table = answers["effects"].tables["effects"]
    assert len(table) == 8 * 2  # nine cells but the reference, two measures
    assert not table["words"].str.contains("as the reference").any()


def test_settings_that_pay_out_less_are_told(crossed):
    full = crossed.points["point"].where(crossed.points["connectors"] < 4)
    money = np.where(crossed.runs["point"].isin(full), 200.0, 150.0)
    paid = SimpleNamespace(
        runs=crossed.runs.assign(commissioned_money=money),
        points=crossed.points,
        experiment=crossed.experiment,
    )
    (sentence,) = paid_apart(paid)
    assert "differs by more than 5 % from the reference in 3 of 8 settings" in sentence
    assert "connectors = 4: -25 %" in sentence
    assert paid_apart(crossed) == []  # it did not keep the measure


def test_maps_show_each_world_apart(answers):
    assert list(answers["map"].figures) == ["map_0", "map_1"]


class Links(HTMLParser):
    """What a page refers to."""

    def __init__(self):
        super().__init__()
        self.sources, self.ids, self.goals, self.images = [], [], [], 0

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.goals.append(given["href"])
        if tag == "img":
            self.images += 1
            assert given["alt"]
        self.sources += [given[name] for name in ("src", "data") if name in given]
        assert tag not in ("script", "iframe")
        if tag == "link":  # an icon that is nothing, or a browser would ask for one
            assert given["href"].startswith("data:")


def test_the_page_needs_nothing_else(crossed, answers):
    text = page(crossed, list(answers.values()))
    links = Links()
    links.feed(text)
    assert links.images >= 3
    assert all(source.startswith("data:image/png;base64,") for source in links.sources)
    assert "http" not in re.sub(r'base64,[^"]*', "", text).replace("http-equiv", "")
    assert {goal.removeprefix("#") for goal in links.goals} <= set(links.ids)
    assert "crossed &lt;b&gt;" in text
    assert "Does it &amp; how?" in text
    assert crossed.manifest["model"] in text
    for limit in ("predict", "Luck and what is not known"):
        assert limit in text


def test_report_and_archive_through_the_command_line(crossed, tmp_path):
    runner = CliRunner()
    folder = str(crossed.folder)
    found = runner.invoke(app, ["report", folder])
    assert found.exit_code == 0, found.output
    report = crossed.folder / "report"
    png = (report / "effects.png").read_bytes()
    assert crossed.manifest["experiment"].encode() in png  # the figure says where it is from
    assert crossed.manifest["experiment"] in (report / "effects.svg").read_text()
    assert (report / "effects.csv").read_text().startswith("setting,words")
    packed = tmp_path / "deposit.zip"
    assert runner.invoke(app, ["archive", folder, "--out", str(packed)]).exit_code == 0
    first = packed.read_bytes()
    with zipfile.ZipFile(packed) as file:
        names = set(file.namelist())
        told = json.loads(file.read("provenance.json"))
    assert names >= {
        "README.md",
        "experiment.toml",
        "environment.txt",
        "CITATION.cff",
        "tables/runs.parquet",
        "report/report.html",
    }
    assert told["runs"] == {"done": 18 * 4}
    again = runner.invoke(app, ["archive", folder, "--out", str(packed)])
    assert again.exit_code == 2
    assert "exists already" in again.output
    packed.unlink()
    runner.invoke(app, ["archive", folder, "--out", str(packed)])
    assert packed.read_bytes() == first


@pytest.mark.parametrize("method", ["sobol", "morris"])
def test_sampled_designs_say_what_matters(method, tmp_path):
    sweep = swept(SAMPLED.replace("sobol", method), tmp_path)
    (answer,) = answers_of(sweep)
    assert answer.name == "sensitivity"
    table = answer.tables["sensitivity_trust_familiar"]
    assert set(table["factor"]) == {"connectors", "deliberation"}
    assert list(answer.figures) == ["sensitivity_trust_familiar"]


def test_a_sweep_without_tables_is_no_traceback(tmp_path):
    for command in ("analyse", "report", "archive"):
        found = CliRunner().invoke(app, [command, str(tmp_path)])
        assert found.exit_code == 2
        assert "manifest.json" in found.output


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[3] / "experiments" / "studies").glob("*.toml"))
)
def test_studies_are_experiments(path):
    experiment = read_experiment(path)
    assert experiment.question.endswith("?")
    assert len(Plan(experiment)) > 10
