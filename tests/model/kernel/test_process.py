"""A process is one file: all that hangs on it follows from what it declares."""

import os
import re
import shutil
import subprocess
import sys
from textwrap import dedent

import pytest

from alliances import ROOT
from alliances.model.kernel.process import Process, in_order

TRIED = """
from alliances import Scenario, simulate
from alliances.model.kernel.events import drain
from alliances.model.parameters import MECHANISMS, REGISTRY
from alliances.model.schedule import STEPS
from alliances.model.simulation import new_state, start

assert STEPS[7:10] == ("reckon", "gossip", "account"), STEPS
assert REGISTRY["gossip_rate"].group == "Trust" and MECHANISMS["talk"] == ("gossip_rate",)
place = {"organisations": 12}
usual = Scenario.model_validate({"place": place, "months": 4}).with_values(burn_in=2)
run = simulate(usual, threads=1).values
assert run["reciprocity"].max() <= 1.0  # uncompiled too
for name in ("gossip", "talk", "gossip_rate"):
    without = simulate(usual.without(name), threads=1).values
    assert (without["trust"] != run["trust"]).any(), name
    assert (without == simulate(usual.without("gossip"), threads=1).values).all(), name
state = new_state(usual, events=10_000)
start(state, usual, 0)
from alliances.model.schedule import run_months
from alliances.model.kernel.state import table
run_months(state, 2, table(0, run.dtype), -2)
assert "gossip" in set(drain(state).cause)
assert state.organisations.heard.max() > 0
print("tried")
"""


def declared(**neighbours):
    return {
        name: Process(None, after, before, {}, {}, {})
        for name, (after, before) in neighbours.items()
    }


def test_the_order_follows_from_neighbours():
    given = declared(b=("", "c"), x=("b", "c"), c=("", ""), a=("", "b"))
    assert list(in_order(given)) == ["a", "b", "x", "c"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (declared(a=("", "b"), b=("", ""), x=("", "b")), "which of a, x comes first"),
        (declared(a=("", "b"), b=("", "a")), "come after each other"),
        (declared(a=("", "bee"), b=("", "")), "names 'bee' as a neighbour; there are a, b"),
    ],
)
def test_an_order_that_is_open_or_wrong_is_refused(given, said):
    with pytest.raises(ValueError, match=said):
        in_order(given)


def test_the_recipe_for_a_new_process_works(tmp_path):
    """Do as CONTRIBUTING says in a copy; nothing is compiled there."""
    shutil.copytree(ROOT / "model", tmp_path / "model")
    shutil.copy(ROOT / "alliances.py", tmp_path)
    recipe = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## A new mechanism")[2]
    code = re.search(r"```py\n(.*?)```", recipe, flags=re.DOTALL)[1]
    (tmp_path / "model/processes/gossip.py").write_text(dedent("   " + code.lstrip(" ")), "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", TRIED],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "tried\n", done.stderr[-3_000:]
