"""Experiment files: what they say when something is wrong, and that they come back as they were."""

import pickle
import re
from pathlib import Path

import pytest

from alliances.experiments.sweep.experiment import Experiment
from alliances.experiments.sweep.plan import Plan
from alliances.experiments.sweep.reading import read_experiment
from alliances.model.input.errors import UserError

from .conftest import SMALL, read

GRID = 'name = "x"\nmonths = 12\n[scenario.place]\norganisations = 10\n'
STOP = "[stop]\nhalf_width = {{ {} }}\n"


def told(text: str, base: Path = Path()) -> str:
    with pytest.raises(UserError) as caught:
        Plan(read(text, base))
    assert "Traceback" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("repplicates = 3", ["FILE, repplicates: unknown entry", "replicates", "stop", "worlds"]),
        ("joint = { method = 'grid' }", ["FILE, joint: unknown entry"]),
        ("factors = []", ["FILE, factors: unknown entry"]),
        ("levers_design = { method = 'grid' }", ["FILE, levers_design: unknown entry"]),
        ("levers = 3", ["levers was 3", "[levers]"]),
        ("worlds = ['turnover']", ["worlds was ['turnover']", "[worlds]"]),
        ("design = 'grid'", ["design was 'grid'", "[design]"]),
        ("set = 3", ["set was 3", "[set]"]),
        ("without = 'targets'", ["without was 'targets'", "list"]),
        ("without = ['nonsense']", ["nothing is called 'nonsense'"]),
        ("set = { targetss = 1 }", ["unknown parameter 'targetss'", "did you mean targets"]),
        ("set = { targets = 3 }", ["targets", "3"]),
        ("base = 'baseline'", ["`base` or [scenario], not both"]),
        ("last = 13", ["last (13) is more than months (12)"]),
        ("seed = -1", ["FILE, seed", "-1"]),
        ("replicates = 0", ["FILE, replicates"]),
        ("replicates = 10_001", ["FILE, replicates", "10000"]),
        ("keep = 'daily'", ["FILE, keep", "'final', 'yearly' or 'monthly'"]),
        ("measures = ['trusst']", ["no measure 'trusst'", "alliances measures"]),
        ("own = 'no.py'", ["no file of measures", "no.py"]),
        ("replicates = 3\nstop = { half_width = { trust = 1 } }", ["`replicates` or [stop]"]),
        ("stop = { half_width = { trusst = 1 } }", ["no measure 'trusst'"]),
        ("stop = { half_width = {} }", ["`half_width = { MEASURE = ... }`"]),
        ("stop = { }", ["FILE, stop.half_width"]),
        ("stop = { half_width = { trust = 0 } }", ["half_width of trust was 0", "above 0"]),
        ("stop = { half_width = { trust = inf } }", ["stop.half_width.trust", "finite", "inf"]),
        ("stop = { half_width = { trust = nan } }", ["stop.half_width.trust", "finite", "nan"]),
        (
            "stop = { half_width = { trust = 1 }, minimum = 9, maximum = 8 }",
            ["maximum (8) is below minimum (9)"],
        ),
        (
            "stop = { half_width = { trust = 1 }, most = 9 }",
            ["FILE, stop.most: unknown entry", "maximum, block, look_ahead"],
        ),
        (
            "measures = ['trust']\nstop = { half_width = { stress = 1 } }",
            ["the stopping rule needs stress", "`measures` leaves out"],
        ),
        ("design = { method = 'random' }", ["FILE: design, method", "'latin_hypercube'"]),
        ("design = { methods = 'grid' }", ["design, methods: unknown entry", "second_order, seed"]),
        ("design = { text = 'x' }", ["design, text: unknown entry"]),
        ('own = "a\\u0000.py"', ["FILE: there is no file"]),
        ("analysis = { fails = [{ worse = 1 }] }", ["fails 1.worse", "stand measure, threshold"]),
        ("analysis = { choices = ['nonsense'] }", ["choices: 'nonsense' is no lever that varies"]),
        (
            "analysis = { tips = [{ lever = 'targets', low = 1, high = 0, measure = 'trust' }] }",
            ["FILE, analysis: tips: low was 1 and high 0"],
        ),
        (
            "analysis = { tips = [{ lever = 'openness', low = 0, high = 1, measure = 'trust' }] }",
            ["FILE, analysis: openness is an assumption"],
        ),
        ("analysis = { pound = { levers = [], budget = 9 } }", ["pound: levers was []"]),
        (
            "analysis = { pound = { levers = ['targets', 'targets'], budget = 9 } }",
            ["pound: a lever stands there twice"],
        ),
        ("design = { method = 'sobol', points = 8 }", ["nothing varies"]),
        ("design = { levers = { method = 'grid' } }", ["[design.levers]", "there are no levers"]),
    ],
)
def test_a_wrong_entry_is_told(more, words):
    message = told(f"{more}\n{GRID}")
    for word in words:
        assert word in message
    assert message.startswith("FILE")


def test_months_are_checked():
    assert re.search("FILE, months.*greater than or equal to 1", told(SMALL.replace("= 12", "= 0")))
    late = "[[scenario.timeline]]\nmonth = 12\nset = {crisis = 1}\n"
    assert "month 12 is never reached" in told(f"{GRID}{late}")
    read(f"{GRID.replace('12', '13')}{late}", Path())


@pytest.mark.parametrize(
    ("levers", "words"),
    [
        ("target = [0, 1]", ["unknown parameter 'target'", "did you mean targets"]),
        ("turnover = [0, 1]", ["turnover_rate stands under [levers]", "put it under [worlds]"]),
        ("targets = [0, 1.5]", ["targets", "1.5"]),
        ("targets = [0, 'much']", ["targets", "'much'"]),
        ("targets = [nan]", ["targets", "nan"]),
        ("targets = []", ["targets was given as []", '"levels"']),
        ("targets = 0.5", ["targets was given as 0.5", "low = ..., high = ..."]),
        ("targets = 'some'", ["targets was given as 'some'"]),
        ("targets = [0.5, 0.5]", ["targets has a value twice: 0.5, 0.5"]),
        ("targets = { low = 0 }", ["a range has low, high and maybe steps"]),
        ("targets = { low = 0, high = 1, step = 3 }", ["'step': 3"]),
        ("targets = { low = 0, high = 2 }", ["targets", "2"]),
        ("targets = { low = 0.5, high = 0.5 }", ["low (0.5) must be below high (0.5)"]),
        ("targets = { low = 0, high = 1, steps = 1 }", ["steps was 1"]),
        ("targets = { low = 0, high = 1, steps = 2.5 }", ["steps was 2.5"]),
        ("targets = { low = 0, high = 1, steps = true }", ["steps was True"]),
        ("targets = { low = 0, high = 1 }", ["a range and no steps", "steps = 5"]),
        ("connectors = [1.5]", ["connectors", "1.5"]),
        ("connector_host = { low = 0, high = 1 }", ["independent, funder, partner", "not a range"]),
        ("connector_host = ['nobody']", ["connector_host", "nobody", "independent"]),
        ("targets = [0]\nimposed_targets = [1]", ["targets was given twice"]),
        ("salience = [0]", ["'salience' cannot be set", "decided by `crisis`"]),
    ],
)
def test_a_wrong_factor_is_told(levers, words):
    message = told(f"{GRID}[levers]\n{levers}\n")
    for word in words:
        assert word in message
    assert message.startswith("FILE: ") or "steps = 5" in message


@pytest.mark.parametrize(
    ("worlds", "words"),
    [
        ("targets = [0, 1]", ["targets stands under [worlds]", "put it under [levers]"]),
        ("burn_in = [0, 12]", ["burn_in cannot vary", "base scenario"]),
    ],
)
def test_a_wrong_assumption_is_told(worlds, words):
    message = told(f"{GRID}[worlds]\n{worlds}\n")
    assert all(word in message for word in words)


@pytest.mark.parametrize(
    ("design", "words"),
    [
        ("method = 'sobol'\npoints = 12", ["`points` was 12", "power of two", "8 or 16"]),
        ("method = 'sobol'", ["sobol needs `points`"]),
        ("method = 'latin_hypercube'\npoints = 1", ["latin_hypercube needs `points`, 2 or more"]),
        ("method = 'morris'\npoints = 4\nlevels = 5", ["`levels` was 5", "even"]),
        ("method = 'list'", ['list needs `file = "POINTS.csv"`']),
        ("method = 'list'\nfile = 'no.csv'", ["no file of points", "no.csv"]),
        ("method = 'grid'\nlevers = { method = 'grid' }", ["'method' stands beside"]),
        ("levers = { method = 'grid' }", ["[design.worlds] is missing"]),
        ("worlds = { method = 'grid' }", ["[design.levers] is missing"]),
    ],
)
def test_a_wrong_design_is_told(design, words):
    message = told(f"{SMALL}[design]\n{design}\n")
    assert all(word in message for word in words), message


@pytest.mark.parametrize(
    ("csv", "words"),
    [
        ("", ["points.csv has no points"]),
        ("targets,turnover_rate\n", ["points.csv has no points"]),
        ("targets,turnover\n0,0.1\n", ["columns targets, turnover", "targets, turnover_rate"]),
        ("targets\n0\n", ["columns targets;"]),
        ("targets,turnover_rate\n0,0.1\nx,0.1\n", ["line 3, column targets: 'x' is no number"]),
        ("targets,turnover_rate\n0\n", ["line 2, column turnover_rate: '' is no number"]),
        ("targets,turnover_rate\n0,2\n", ["line 2, column turnover_rate", "2"]),
        ("targets,turnover_rate\n0.5,0.1\n", ["line 2", "0.5 is not among", "0.0, 0.3, 1.0"]),
        ("targets,turnover_rate\n0,0.1,7\n", ["line 2 has more cells"]),
        ("targets,turnover_rate\n\n0,0.1\n\n0,9\n", ["line 5, column turnover_rate"]),
    ],
)
def test_a_wrong_list_is_told(csv, words, tmp_path):
    (tmp_path / "points.csv").write_text(csv)
    message = told(f"{SMALL}[design]\nmethod = 'list'\nfile = 'points.csv'\n", tmp_path)
    assert all(word in message for word in words), message


def test_a_list_within_a_range(tmp_path):
    (tmp_path / "points.csv").write_text("targets\n0.9\n")
    text = f"{GRID}[levers]\ntargets = {{ low = 0.0, high = 0.5 }}\n"
    text += "[design]\nmethod = 'list'\nfile = 'points.csv'\n"
    assert "line 2, column targets: 0.9 is not within 0 to 0.5" in told(text, tmp_path)


def test_files_that_are_not_there_or_not_text(tmp_path):
    for name, content, words in (
        ("no.toml", None, "there is no experiment file"),
        ("bad.toml", b"name = ", "is not TOML"),
        ("latin.toml", b'name = "\xe9"', "cannot be read as UTF-8"),
    ):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(UserError, match=words):
            read_experiment(tmp_path / name)
    with pytest.raises(UserError, match="it is a folder"):
        read_experiment(tmp_path)


@pytest.mark.parametrize(
    ("base", "words"),
    [("baselin", "did you mean baseline"), ("no.toml", "no.toml"), ("3", "base was 3")],
)
def test_a_base_that_does_not_exist(base, words):
    given = base if base.isdigit() else repr(base)
    assert words in told(f'name = "x"\nbase = {given}\n').replace("Did", "did")


def test_a_name_is_needed():
    assert "FILE, name: is missing; every experiment gives it" in told("months = 12")


def test_aliases_are_taken_by_their_own_name():
    factors = {factor.name: factor for factor in read().factors}
    assert set(factors) == {"targets", "turnover_rate"}
    assert not factors["turnover_rate"].is_lever


def test_named_levels():
    text = f"{GRID}[levers]\ntargets = 'levels'\nconnector_host = 'levels'\ncommissioners='levels'"
    assert [factor.values for factor in read(text).factors] == [
        (0.3, 0.2, 0.5, 0.9),
        ("independent", "funder", "partner"),
        (2, 1, 3),
    ]


def test_files_are_looked_for_beside_the_experiment(tmp_path, own):
    own("pass")
    (tmp_path / "base.toml").write_text("months = 14\n[place]\norganisations = 7\n")
    (tmp_path / "points.csv").write_text("\ufefftargets\n0.25\n")
    path = tmp_path / "file.toml"
    path.write_text(
        'name = "x"\nbase = "base.toml"\nown = "own.py"\n[levers]\n'
        "targets = { low = 0, high = 1 }\n[design]\nmethod = 'list'\nfile = 'points.csv'\n"
    )
    found = read_experiment(path)
    assert found.months == 14
    assert found.scenario.place.organisations == 7
    assert found.own_measures[0].name == "odd"
    assert Plan(found).values == [(0.3,), (0.25,)]


def full(tmp_path: Path) -> str:
    (tmp_path / "points.csv").write_text("turnover_rate\n0.1\n0.3\n")
    return (
        'keep = "monthly"\ngroups = true\norganisations = true\nlast = 6\nseed = 7\n'
        + 'measures = ["trust", "stress"]\npaired = false\n'
        + SMALL.replace("replicates = 3\n", "")
        + "[design.levers]\nmethod = 'latin_hypercube'\npoints = 5\nseed = 3\n"
        + "[design.worlds]\nmethod = 'list'\nfile = 'points.csv'\n"
        + STOP.format("trust = 0.1, stress = 0.2")
    )


def test_an_experiment_comes_back_from_json_as_it_was(tmp_path):
    for text in (SMALL, full(tmp_path), f"{GRID}[worlds]\nturnover = {{ low = 0, high = 1 }}\n"):
        found = read(text, tmp_path)
        again = Experiment.model_validate_json(found.model_dump_json())
        assert again == found
        assert again.digest() == found.digest()
        assert pickle.loads(pickle.dumps(found)).digest() == found.digest()


def test_further_measures_go_to_another_process(own, tmp_path):
    own("pass")
    found = read("own = 'own.py'\n" + SMALL, tmp_path)
    assert found.kept[-1] == "odd"  # read already
    assert pickle.loads(pickle.dumps(found)).own_measures[0].name == "odd"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("months = 12", "months = 13"),
        ("replicates = 3", "replicates = 4"),
        ("replicates = 3", "seed = 1\nreplicates = 3"),
        ("replicates = 3", "last = 6\nreplicates = 3"),
        ("replicates = 3", "keep = 'yearly'\nreplicates = 3"),
        ("replicates = 3", "groups = true\nreplicates = 3"),
        ("replicates = 3", "organisations = true\nreplicates = 3"),
        ("replicates = 3", "paired = false\nreplicates = 3"),
        ("replicates = 3", "measures = ['trust']\nreplicates = 3"),
        ("replicates = 3", "own = 'network'\nreplicates = 3"),
        ("replicates = 3", "stop = { half_width = { trust = 1 } }"),
        ("replicates = 3", "set = { reporting = 0 }\nreplicates = 3"),
        ("organisations = 10", "organisations = 11"),
        ("organisations = 10", "organisations = 10\nseed = 1"),
        ("0.0, 0.3", "0.1, 0.3"),
        ("[0.0, 0.3, 1.0]", "{ low = 0.0, high = 1.0, steps = 3 }"),
        ("0.3]\n", "0.3]\n[design]\nmethod = 'one_at_a_time'\n"),
    ],
)
def test_the_digest_changes_with_what_changes_results(old, new):
    assert SMALL.count(old) == 1
    assert read(SMALL.replace(old, new)).digest() != read().digest()


def test_the_digest_does_not_change_with_words_and_folders(tmp_path, own):
    here, there = tmp_path, tmp_path / "there"
    there.mkdir()
    own("pass")
    (here / "roster.csv").write_text("name,income\nAsh,5000\nBirch,250000\n")
    (here / "points.csv").write_text("targets,turnover_rate\n1,0.1\n")
    for name in ("own.py", "roster.csv", "points.csv"):
        (there / name).write_text((here / name).read_text())
    text = SMALL.replace("organisations = 10", "kind = 'roster'\nroster = 'roster.csv'")
    text = f"own = 'own.py'\n{text}[design]\nmethod = 'list'\nfile = 'points.csv'\n"
    first = read(text, here)
    renamed = text.replace('"trial"', '"other"\nquestion = "Why?"')
    renamed = renamed.replace("[scenario.place]", '[scenario]\nname = "n"\n[scenario.place]')
    assert read(renamed, there).digest() == first.digest()
    for name, old, new in (
        ("points.csv", "1,0.1", "0,0.1"),
        ("own.py", "return 1.0", "return 0.5"),
        ("roster.csv", "5000", "6000"),
    ):
        before = (there / name).read_text()
        (there / name).write_text(before.replace(old, new))
        if name == "roster.csv":
            (there / "roster2.csv").write_text(before.replace(old, new))
            renamed = renamed.replace("roster.csv", "roster2.csv")  # places are kept in memory
        assert read(renamed, there).digest() != first.digest(), name
        (there / name).write_text(before)
