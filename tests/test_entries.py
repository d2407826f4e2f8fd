"""What is known of a measure or a parameter stands in its entry, and nowhere else by its name."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from alliances import ROOT
from alliances.model.measures import MEASURES
from alliances.model.network import CHOSEN
from alliances.model.parameters import REGISTRY

MEASURED = {*MEASURES, *(measure.name for measure in CHOSEN)}
# Choices of what to show, run or fit, each a line; and what is keyed alike but says other things.
CHOICES = {
    ("dashboards/charts/echarts.py", "ASKED_NEXT"),
    ("experiments/calibration/network_targets.py", "FITTED_STATISTICS"),
    ("experiments/calibration/simulate.py", "SHAPES"),
    ("experiments/calibration/simulate.py", "_everyday"),
    ("experiments/evidence/besides.py", "WATCHED"),
    ("experiments/output/folder.py", "write_tables"),  # tables of the state
    ("experiments/own_places/likeness.py", "FIGURES"),  # figures of a network that is given
    ("experiments/validation/behaviours/box.py", "SOONER"),  # ends of ranges in short runs
    ("experiments/validation/networks.py", "STATISTICS"),  # columns of real networks
    ("experiments/validation/patterns/money.py", "lives"),
    ("experiments/validation/trace.py", "sensitivity"),
    ("model/processes/pressure.py", "pressure"),  # what a mechanism switches off
}


def _words(node: ast.Dict | ast.Set | ast.Tuple | ast.List) -> list[object]:
    keys = node.keys if isinstance(node, ast.Dict) else node.elts
    return [key.value if isinstance(key, ast.Constant) else None for key in keys]


def tables(source: str, names: set[str]) -> Iterator[str]:
    """Yield where a text keeps a table by such names: the function or constant that holds it.

    Most of what it is keyed by, and three at least, are names. Values that are set, such as those
    of levers in a scenario, are none.
    """
    for statement in ast.parse(source).body:
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement
        holder = getattr(target, "name", "") or ast.unparse(getattr(target, "target", target))
        for node in ast.walk(statement):
            if not isinstance(node, ast.Dict | ast.Set | ast.Tuple | ast.List):
                continue
            if isinstance(node, ast.Dict) and all(
                isinstance(value, ast.Constant) and isinstance(value.value, int | float)
                for value in node.values
            ):
                continue
            words = _words(node)
            found = {word for word in words if word in names}
            if len(found) >= 3 and 2 * len(found) > len(words):
                yield holder


def _sources() -> Iterator[tuple[str, str]]:
    for folder in ("model", "experiments", "dashboards"):
        for path in sorted(Path(ROOT, folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def found():
    return {
        (path, holder)
        for path, text in _sources()
        for names in (MEASURED, set(REGISTRY))
        for holder in tables(text, names)
    }


def test_no_file_keeps_a_table_by_the_names_of_measures_or_parameters(found):
    assert not found - CHOICES, "make it a field of `Measure` or of `Parameter`"


def test_each_choice_is_there(found):
    assert found >= CHOICES


@pytest.mark.parametrize(
    "text",
    [
        'LABELS = {"trust": "Trust", "stress": "Stress", "closures": "Closures"}',
        'def f(name):\n    return name in ("trust", "stress", "closures")',
        'X: set[str] = {"trust", "stress", *OTHERS, "closures", "ties"}',
        'X = {"needs": (*("trust", "stress", "closures"), "x", "y", "z")}',
    ],
)
def test_a_table_by_name_is_found(text):
    assert [*tables(text, MEASURED)]


@pytest.mark.parametrize(
    "text", ['X = {"trust": 1, "stress": 0.5, "closures": 2}', 'X = ("trust", "stress")']
)
def test_what_is_set_and_what_is_short_are_no_tables(text):
    assert not [*tables(text, MEASURED)]
