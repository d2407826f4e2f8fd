"""Answers that take runs of their own: what is asked of the model, and what is passed on."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from alliances.experiments.analysis.tipping import Way
from alliances.experiments.answers import model_runs
from alliances.experiments.answers.model_runs import pound_answer, tipping_answer
from alliances.experiments.sweep.reading import parse_experiment

from .made import ONE_WORLD

TIPS = """
[[analysis.tips]]
lever = "competition"
low = 0.2
high = 1.0
measure = "net_impact"
replicates = 5
{more}
[analysis.pound]
levers = ["connectors", "deliberation"]
budget = 20000
replicates = 6
"""


@pytest.fixture
def asked(monkeypatch):
    """What each analysis was asked; it finds what it is told to find."""
    found = {}

    def pretend(name, table):
        def call(*given, **options):
            found[name] = given, options
            words = f"{name} says".format
            return SimpleNamespace(table=lambda: table, sentence=lambda *m: " ".join([words(), *m]))

        monkeypatch.setattr(model_runs, name, call)

    pretend("tipping_point", pd.DataFrame({"value": [0.2], "mean": [0.5], "runs": [5]}))
    loop = pd.DataFrame({"value": [0.2, 1.0], "up": [0.1, 0.2], "down": [0.3, 0.4]})
    pretend("hysteresis", loop.assign(low=[0.1, 0.1], high=[0.2, 0.2]))
    bought = pd.DataFrame({"measure": "net_impact", "lever": ["connectors", "deliberation"]})
    pretend("at_equal_cost", bought.assign(per_100k=[0.1, 0.2], per_low=[0.0, 0.15], per_high=0.3))
    return found


def experiment(more=""):
    text = "seed = 9\n" + ONE_WORLD + TIPS.format(more=more)
    return parse_experiment(text, base=".", source="here")


@pytest.mark.parametrize(("more", "goal"), [("", Way(0.5)), ("threshold = 0.7", 0.7)])
def test_where_a_lever_tips(asked, more, goal):
    found = experiment(more)
    answer = tipping_answer(found, found.analysis.tips[0], 0)
    given, options = asked["tipping_point"]
    assert given == (found.scenario, "competition", 0.2, 1.0, "net_impact", goal)
    assert options == {"replicates": 5, "seed": 9, "months": 12}
    assert answer.sentences == ["tipping_point says"]
    assert list(answer.tables) == [answer.name]
    assert "hysteresis" not in asked


def test_the_way_back_is_told_and_drawn(asked):
    found = experiment("hold = 24")
    answer = tipping_answer(found, found.analysis.tips[0], 0)
    given, options = asked["hysteresis"]
    assert np.allclose(given[2], [0.2, 0.4, 0.6, 0.8, 1.0])
    assert options == {"hold": 24, "replicates": 5, "seed": 9}
    assert answer.sentences == ["tipping_point says", "hysteresis says"]
    assert list(answer.tables) == [answer.name, f"{answer.name}_loop"]
    assert list(answer.figures) == [f"{answer.name}_loop"]


def test_what_a_pound_buys_is_told_and_drawn_with_its_intervals(asked):
    found = experiment()
    answer = pound_answer(found, found.analysis.pound, ["net_impact"])
    given, options = asked["at_equal_cost"]
    assert given == (found.scenario, ["connectors", "deliberation"], 20000.0)
    wanted = {"measures": ["net_impact"], "replicates": 6, "seed": 9, "months": 12}
    assert options == wanted
    assert answer.sentences == ["at_equal_cost says net_impact"]
    panel = answer.figures["pound"][0].axes[0]
    (bars,) = panel.collections
    drawn = [segment[:, 0].tolist() for segment in bars.get_segments()]
    assert np.allclose(drawn, [[0.0, 30.0], [15.0, 30.0]])  # percentage points
    assert [label.get_text() for label in panel.get_yticklabels()] == ["connectors", "deliberation"]
