"""Which tests `make check` runs for a change."""

import pytest

from tests.concerned import concerned

TESTS = {
    "tests/model/runs.py": "",
    "tests/model/test_state.py": "from alliances.model.kernel.state import State",
    "tests/model/test_trust.py": "from alliances.model.kernel import (\n    draws,\n    state,\n)",
    "tests/model/test_place.py": "from tests.model.runs import small",
    "tests/experiments/sweep/test_kill.py": "from alliances.experiments.sweep.plan import Plan",
    "tests/experiments/sweep/test_pool.py": "",
    "tests/experiments/test_cli.py": "import alliances.experiments.sweep.planned",
}


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ("model/kernel/state.py", ["model/test_state.py", "model/test_trust.py"]),
        ("model/kernel/draws.py", ["model/test_trust.py"]),
        ("tests/model/runs.py", ["model/test_place.py"]),
        ("tests/model/test_place.py", ["model/test_place.py"]),
        ("experiments/sweep/plan.py", ["experiments/sweep/test_kill.py"]),
        ("experiments/sweep/pool.py", ["experiments/sweep/test_pool.py"]),
        (
            "experiments/sweep/none.toml",
            ["experiments/sweep/test_kill.py", "experiments/sweep/test_pool.py"],
        ),
        ("README.md", ["test_readme.py"]),
        ("Makefile", []),
        ("tests/experiments/test_gone.py", [
            "experiments/sweep/test_kill.py",
            "experiments/sweep/test_pool.py",
            "experiments/test_cli.py",
        ]),
    ],
)  # fmt: skip
def test_what_concerns_a_file(file, found):
    assert concerned([file], TESTS) == [f"tests/{name}" for name in found]
