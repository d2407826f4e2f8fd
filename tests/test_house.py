"""The house: arrows one way, no circles, few rooms on few floors, one noun a file."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from alliances import ROOT

FLOORS = ("model", "experiments", "dashboards")
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for floor in FLOORS
    for path in sorted((ROOT / floor).rglob("*.py"))
}
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """Everything in a file but what only type checkers read."""
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield child
            yield from statements(child)


def imported(path) -> set[str]:
    """Modules of this project that a file imports when it runs, wherever in it."""
    found: set[str] = set()
    for node in statements(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [n if n.removeprefix("alliances.") in FILES else node.module for n in inner]
        else:
            continue
        found |= {n.removeprefix("alliances.") for n in names if n.startswith("alliances.")}
    return found & FILES.keys()


IMPORTS = {name: imported(path) - {name} for name, path in FILES.items()}


def rooms_of(floor: str) -> dict[str, set[str]]:
    """Each room of a floor, and the rooms that it takes from."""
    rooms: dict[str, set[str]] = {}
    for name, wanted in IMPORTS.items():
        if name.startswith(f"{floor}."):
            room = name.split(".")[1]
            taken = {other.split(".")[1] for other in wanted if other.startswith(f"{floor}.")}
            rooms.setdefault(room, set()).update(taken - {room})
    return rooms


def heights(rooms: dict[str, set[str]]) -> dict[str, int]:
    """How high each room stands above the lowest that it rests on."""
    found: dict[str, int] = {}
    for room in TopologicalSorter(rooms).static_order():
        found[room] = 1 + max((found[below] for below in rooms[room]), default=0)
    return found


def circle(graph: dict[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_arrows_point_one_way():
    upward = [
        f"{name} -> {other}"
        for name, wanted in IMPORTS.items()
        for other in wanted
        if FLOORS.index(other.split(".")[0]) > FLOORS.index(name.split(".")[0])
    ]
    assert not upward


def test_no_file_needs_itself():
    assert not circle(IMPORTS)


def test_rooms_of_experiments_stand_on_few_floors():
    rooms = rooms_of("experiments")
    assert not circle(rooms)
    assert len(rooms) <= 20
    assert max(heights(rooms).values()) <= 9


def test_rooms_of_dashboards_form_no_circle():
    assert not circle(rooms_of("dashboards"))


def test_a_file_is_one_noun():
    long = {
        name: lines
        for name, path in FILES.items()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long
    assert not [path for path in TESTS if len(path.read_text(encoding="utf-8").splitlines()) > 400]


def test_nothing_is_imported_by_a_bare_name():
    assert all(FILES)
    for path in [*ROOT.glob("*.py"), *TESTS, *FILES.values()]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            assert not {name.split(".")[0] for name in names} & set(FLOORS), path


def test_one_file_escapes_what_goes_into_a_page():
    writers = {name for name, path in FILES.items() if "escape(" in path.read_text("utf-8")}
    assert writers == {"experiments.output.page"}
