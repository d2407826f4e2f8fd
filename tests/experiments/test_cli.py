import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from alliances import MEASURES, REGISTRY, ROOT
from alliances.experiments.commands import console
from alliances.model.network import CHOSEN
from alliances.model.scenario import parse_scenario

from .conftest import SMALL

OWN = """
from alliances import Measure

def richest(snapshot):
    frame = snapshot.organisations()
    return float(frame["income"].max()) if len(frame) else 0.0

MEASURES = [Measure("richest", "Income of the richest", "GBP", "own", "largest income", 0,
                    float("inf"), "neither", compute=richest)]
"""


# --- run ---------------------------------------------------------------------


def test_run_says_what_happens(alliances):
    result = alliances("run", *SMALL)
    assert result.exit_code == 0, result.output
    assert "6 organisations" in result.stdout
    assert "2 runs of 14 months, seed 0" in result.stdout
    assert "Organisations in a working alliance" in result.stdout
    assert "council and health body" in result.stdout  # what was assumed


def test_run_prints_json_only(alliances):
    result = alliances("run", *SMALL, "--json", "--set", "connectors=high")
    document = json.loads(result.stdout)
    assert set(document["measures"]) == set(MEASURES)
    about = document["manifest"]
    assert (about["seed"], about["replicates"], about["months"]) == (0, 2, 14)
    record = about["scenarios"]["run"]
    assert record["parameters"].keys() == REGISTRY.keys()
    assert parse_scenario(record["toml"]).levers.connectors == 6
    assert about["versions"]["numpy"]
    assert about["place"]["notes"]


def test_run_writes_tables_figure_and_manifest(alliances, tmp_path, roster, ties):
    out = tmp_path / "out"
    words = ("--roster", roster, "--ties", ties, "--replicates", 2, "--months", 3)
    result = alliances("run", *words, "--out", out)
    assert result.exit_code == 0, result.output
    written = {path.name for path in out.iterdir()}
    assert written == {
        *("trajectories.parquet", "organisations.parquet", "ties.parquet", "alliances.parquet"),
        *("figure.png", "manifest.json"),
    }
    assert len(pd.read_parquet(out / "trajectories.parquet")) == 6
    organisations = pd.read_parquet(out / "organisations.parquet")
    assert {"Ash", "Birch"} <= set(organisations["name"])
    assert json.loads((out / "manifest.json").read_text())["place"]["ties"] == 2
    again = alliances("run", *words, "--out", out)
    assert again.exit_code == 2
    assert "--force" in again.stderr
    assert alliances("run", *words, "--out", out, "--force").exit_code == 0


def test_the_same_seed_gives_the_same_and_another_another(alliances):
    texts = [alliances("run", *SMALL, "--seed", seed).stdout for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]


def test_own_measures_are_taken(alliances, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(OWN)
    result = alliances("run", *SMALL, "--measures", path, "--json")
    assert json.loads(result.stdout)["measures"]["richest"]["last"] > 10_000
    text = alliances("compare", "baseline", "--set", "targets=0", *SMALL, "--measures", path)
    assert "Income of the richest" in text.stdout


def test_network_measures_are_taken(alliances):
    document = json.loads(alliances("run", *SMALL, "--measures", "network", "--json").stdout)
    assert {measure.name for measure in CHOSEN} <= set(document["measures"])


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("x = 1", "must define a list"),
        ("MEASURES = [3]", "holds 3"),
        ("MEASURES = 1 / 0", "failed in line 1: ZeroDivisionError"),
        (OWN.replace('"richest", "Income', '"trust", "Income'), "measure 'trust' already"),
        (OWN.replace("return float", "return undefined"), "failed in line 6: NameError"),
        (OWN.replace("compute=richest", ""), "needs a function"),
        ("raise SystemExit(0)", "failed in line 1: SystemExit"),
        (OWN.replace('"richest", "Income', '"status", "Income'), "called 'status' already"),
        (OWN.replace('"richest", "Income', '"targets", "Income'), "called 'targets' already"),
        (OWN.replace('"richest", "Income', '"a b", "Income'), "give letters, digits and _"),
    ],
)
def test_broken_own_measures_are_told(refused, tmp_path, code, told):
    path = tmp_path / "mine.py"
    path.write_text(code)
    assert told in refused("run", *SMALL, "--measures", path)


def test_a_scenario_file_is_run(alliances, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\nmonths = 13\n[place]\norganisations = 5\n[levers]\ntargets = 1\n'
    )
    result = alliances("run", path, "--replicates", 1)
    assert "Imposed targets (targets) 0.3 -> 1" in result.stdout
    assert "1 run of 13 months" in result.stdout


@pytest.mark.parametrize("count", [1, 2])
def test_tiny_places_run(alliances, count):
    result = alliances("run", "--organisations", count, "--replicates", 2, "--months", 30)
    assert result.exit_code == 0, result.output
    assert "nan" not in result.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--organisations", 0], "needs at least one"),
        (["--replicates", 0], "--replicates"),
        (["--months", 0], "--months"),
        (["--seed", -1], "--seed"),
        (["--set", "conectors=3"], "did you mean connectors"),
        (["--set", "connectors"], "write NAME=VALUE"),
        (["--set", "connectors=99"], "a whole number from 0 to 12"),
        (["--set", "connectors=many"], "connectors was 'many'"),
        (["--set", "connector_host=moon"], "one of independent"),
        (["--set", "connectors=1", "--set", "connector=2"], "set it once"),
        (["--without", "gravity"], "nothing is called 'gravity'"),
        (["today.toml"], "there is no scenario file today.toml"),
        (["tody"], "Did you mean today?"),
        (["--roster", "nobody.csv"], "there is no file nobody.csv"),
        (["--ties", "t.csv"], "ties need a roster"),
        (["--place", "atlantis"], "there is no place 'atlantis'"),
        (["--place", "ukcat", "--places", 3], "leave it out"),
        (["--measures", "none.py"], "there is no file of measures"),
        (["--replicates", 10_000_000], "would not fit into memory"),
        (["--frobnicate"], "No such option"),
    ],
)
def test_wrong_input_is_told_in_one_message(refused, words, told):
    assert told in " ".join(refused("run", *words).replace("│", " ").split())


def test_faults_of_a_roster_are_told_by_row(refused, tmp_path, roster):
    roster.write_text("name,income\nAsh,5000\nAsh,6000\n")
    told = refused("run", "--roster", roster)
    assert "row 3" in told
    assert "Ash" in told
    roster.write_text("name,income\nAsh,5000\n")
    assert "--organisations was given" in refused("run", "--roster", roster, "--organisations", 5)


def test_out_must_be_a_folder(refused, roster):
    assert "is a file" in refused("run", *SMALL, "--out", roster)


def test_an_unexpected_error_is_kept_in_a_file(alliances, monkeypatch):
    def broken(*args):
        raise ZeroDivisionError("the sky fell")

    monkeypatch.setattr("alliances.model.places.source.PlaceSource.make", broken)
    result = alliances("run", *SMALL)
    assert result.exit_code == 1
    assert "the sky fell" in result.stderr
    assert "Traceback" not in result.stderr
    path = Path(result.stderr.split("are in ")[1].split("; please")[0])
    assert "ZeroDivisionError: the sky fell" in path.read_text()
    path.unlink()


def test_a_cold_cache_is_announced_on_standard_error(alliances, monkeypatch):
    monkeypatch.setattr("alliances.model.warm.warm", lambda say=None: say("Compiling the rules"))
    result = alliances("run", *SMALL)
    assert "Compiling the rules" in result.stderr
    assert "Compiling" not in result.stdout


# --- compare -----------------------------------------------------------------


def test_compare_tells_sentences_and_cost(alliances):
    result = alliances("compare", "baseline", "--set", "connectors=3", *SMALL)
    assert result.exit_code == 0, result.output
    assert "2 matched runs of 14 months" in result.stdout
    assert "with connectors=3" in result.stdout
    assert re.search(r"cost GBP 158,\d{3} a year more than those of A, out of", result.stdout)


def test_comparing_a_scenario_with_itself_gives_zero(alliances):
    result = alliances("compare", "today", "today", *SMALL, "--json")
    document = json.loads(result.stdout)
    for row in document["measures"].values():
        assert row["equal"] == row["runs"]
        if row["runs"] == 2:
            assert (row["difference"], row["low"], row["high"]) == (0.0, 0.0, 0.0)
            assert "the same in all 2 matched runs" in row["sentence"]
    assert sum(row["runs"] == 2 for row in document["measures"].values()) > 50


def test_compare_writes_figure_table_and_words(alliances, tmp_path):
    out = tmp_path / "out"
    result = alliances("compare", "today", "alliance-with-connectors", *SMALL, "--out", out)
    assert result.exit_code == 0, result.output
    assert {path.name for path in out.iterdir()} == {
        *("figure.png", "comparison.csv", "finding.md", "manifest.json")
    }
    assert list(pd.read_csv(out / "comparison.csv")["measure"]) == list(MEASURES)
    scenarios = json.loads((out / "manifest.json").read_text())["scenarios"]
    assert parse_scenario(scenarios["b"]["toml"]).levers.connectors == 3


def test_what_is_paid_out_is_told_where_it_changes(alliances):
    arms = ("compare", "today", "today", *SMALL)
    assert "Public money paid out" not in alliances(*arms).stdout
    assert (
        "Public money paid out falls by" in alliances(*arms, "--set-b", "purse_change=-0.5").stdout
    )
    paid = json.loads(alliances(*arms, "--set-b", "term_months=3", "--json").stdout)["paid"]
    assert paid["b"] < paid["a"]


def test_a_baseline_takes_the_others_place_and_horizon(alliances, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("months = 13\n[place]\norganisations = 5\n[levers]\ntargets = 1\n")
    for arms in (("baseline", path), (path, "baseline")):
        document = json.loads(alliances("compare", *arms, "--replicates", 2, "--json").stdout)
        assert document["notes"] == []
        assert document["manifest"]["months"] == 13
        assert document["manifest"]["place"]["organisations"] == 5


def test_settings_of_either_arm(alliances):
    words = ("--set-a", "targets=0", "--set-b", "targets=1", *SMALL, "--json")
    scenarios = json.loads(alliances("compare", "baseline", *words).stdout)["manifest"]["scenarios"]
    assert scenarios["a"]["parameters"]["targets"] == 0
    assert scenarios["b"]["parameters"]["targets"] == 1


# --- places ------------------------------------------------------------------


def test_a_place_is_made_described_and_run_in(alliances, tmp_path):
    folder = tmp_path / "town"
    made = alliances("place", "make", "--organisations", 9, "--out", folder)
    assert made.exit_code == 0, made.output
    assert "Assumed or left out" in made.stdout
    facts = json.loads(alliances("place", "describe", folder, "--json").stdout)
    assert facts["organisations"] == 9
    run = alliances("run", "--place", folder, "--replicates", 1, "--months", 2)
    assert "9 organisations" in run.stdout
    assert alliances("place", "make", "--out", folder).exit_code == 2


def test_a_roster_is_described_with_what_was_defaulted(alliances, roster, ties):
    text = alliances("place", "describe", roster, "--ties", ties).stdout
    assert "6 organisations" in text  # four, and a council and a health body
    assert "sector: missing in 4 of 4 rows" in text


def test_grants_are_imported(alliances, refused, tmp_path):
    file, folder = tmp_path / "grants.csv", tmp_path / "town"
    file.write_text(
        "recipient,amount,award_date,duration_months,funder\n"
        "Ash,5000,2024-01-01,12,Town Council\nBirch,90000,2023-06-01,24,A Trust\n"
    )
    result = alliances("place", "import", file, "--out", folder)
    assert result.exit_code == 0, result.output
    assert "income: unknown" in result.stdout
    assert (folder / "grants.csv").is_file()
    file.write_text("recipient,amount,award_date\nAsh,many,2024-01-01\n")
    assert "amount" in refused("place", "import", file, "--out", tmp_path / "other")
    wrong = refused("place", "import", file, "--out", tmp_path / "o", "--income", "guess")
    assert "estimate or lower_bound" in wrong


def test_a_missing_place_is_told(refused):
    assert "there is no place" in refused("place", "describe", "atlantis")
    assert "there is no file" in refused("place", "describe", "nobody.csv")


# --- what there is -----------------------------------------------------------


def test_parameters_are_listed_found_and_explained(alliances, refused):
    assert "connector_host" in alliances("parameters").stdout
    found = alliances("parameters", "--search", "ring-fence").stdout
    assert "ring_fence" in found
    assert "goodwill" not in found
    told = alliances("parameters", "grant_length").stdout
    assert "term_months" in told
    assert "Also called" in told
    assert "did you mean" in refused("parameters", "conectors")
    assert "no parameter mentions" in refused("parameters", "--search", "xyzzy")
    assert alliances("parameters", "--markdown").stdout.count("\n| `") == len(REGISTRY)
    assert len(json.loads(alliances("parameters", "--json").stdout)) == len(REGISTRY)


def test_measures_are_listed(alliances, refused):
    assert "net_impact" in alliances("measures").stdout
    assert alliances("measures", "--markdown").stdout.count("\n| `") >= len(MEASURES)
    found = json.loads(alliances("measures", "--search", "tender", "--json").stdout)
    assert {"bid_cost", "dissipation"} <= {row["name"] for row in found}
    assert "no measure mentions" in refused("measures", "--search", "xyzzy")


# --- demo, and the program itself --------------------------------------------


def test_the_demo_tells_its_finding_and_where_the_figure_is(alliances, tmp_path, monkeypatch):
    monkeypatch.setattr("alliances.model.places.place.data_folder", lambda: None)
    out = tmp_path / "demo"
    result = alliances("demo", "--replicates", 2, "--organisations", 8, "--out", out)
    assert result.exit_code == 0, result.output
    assert "A: today's mixed commissioning" in result.stdout
    assert "B: an alliance with connectors" in result.stdout
    assert "figure.png" in result.stdout
    assert (out / "figure.png").is_file()


def test_the_demo_tells_of_missing_data(refused, tmp_path):
    assert "there is no folder" in refused("demo", "--data", tmp_path / "nowhere")
    told = refused("demo", "--data", tmp_path, "--replicates", 1, "--out", tmp_path / "out")
    assert "fetch the data sets" in told


def test_progress_goes_to_a_terminal_only(capsys):
    with console.progress("Running", 3) as advance:
        advance(1)
    assert capsys.readouterr() == ("", "")


def alone(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "alliances.dashboards.command", *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_the_program_runs_alone():
    done = alone("run", *SMALL, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["manifest"]["replicates"] == 2
    failed = alone("run", "--set", "luck=1")
    assert (failed.returncode, failed.stdout) == (2, "")
    assert failed.stderr.startswith("alliances: unknown parameter 'luck'")
    assert failed.stderr.count("\n") == 1


def test_a_terminal_that_knows_ascii_only_gets_question_marks():
    for name in ("parameters", "cases"):
        done = alone(name)
        assert (done.returncode, done.stderr) == (0, "")
        assert "?" in done.stdout


def test_help_needs_neither_the_model_nor_numbers():
    code = (
        "import sys, alliances.experiments.commands.cli; "
        "heavy = ('alliances.model.simulation', 'numpy', 'pandas', 'numba'); "
        "sys.exit(any(name in sys.modules for name in heavy))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert done.returncode == 0
