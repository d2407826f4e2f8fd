"""The parts of the ODD that are generated: `python -m alliances.model.documents` writes them anew.

They stand between markers such as ``<!-- parameters:start -->`` and ``<!-- parameters:end -->``.
"""

import ast
import importlib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from alliances.model.schedule import STEPS
from alliances.model.tables import measure_markdown, parameter_markdown

ODD = Path(__file__).parent / "ODD.md"
_PROCESSES = sorted(path.stem for path in (ODD.parent / "processes").glob("[a-z]*.py"))
MODULES = (  # where numbers of the rules stand
    *("kernel.draws", "kernel.state", "places.synthetic", "build"),
    *(f"processes.{name}" for name in _PROCESSES),
)
CODES = ("range", "cause")  # what they return are names of codes, not quantities
_START, _END = "<!-- {}:start -->", "<!-- {}:end -->"


def step_markdown() -> str:
    """Return the step list as Markdown."""
    return "".join(f"{number}. `{step}`\n" for number, step in enumerate(STEPS, 1))


def constant_markdown() -> str:
    """Return the constants of the rules as Markdown: module, name, value, what its line says."""
    lines = ["| Where | Name | Value | Note |", "|---|---|---|---|"]
    for module in MODULES:
        for name, value, note in _constants(module):
            lines.append(f"| `{module}` | `{name}` | {value} | {note} |")
    return "\n".join(lines) + "\n"


def _constants(module: str) -> Iterator[tuple[str, str, str]]:
    """Yield name, value and note of each number, or row of numbers, that a module states."""
    path = Path(__file__).parent / (module.replace(".", "/") + ".py")
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    loaded = importlib.import_module(f"alliances.model.{module}")
    for node in ast.parse(source).body:
        if not isinstance(node, ast.Assign) or isinstance(node.value, ast.Subscript):
            continue
        if isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") in CODES:
            continue
        target = node.targets[0]
        names = target.elts if isinstance(target, ast.Tuple) else [target]
        note = lines[node.end_lineno - 1] if node.end_lineno else ""
        note = note.split("  # ")[1].replace("|", "\\|") if "  # " in note else ""
        for name in names:
            if isinstance(name, ast.Name) and re.fullmatch(r"[A-Z][A-Z0-9_]*", name.id):
                shown = _shown(getattr(loaded, name.id))
                if shown:
                    yield name.id, shown, note


def _shown(value: object) -> str:
    if isinstance(value, tuple) and value and all(_shown(part) for part in value):
        return ", ".join(_shown(part) for part in value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return str(value) if isinstance(value, int) else f"{value:.6g}"


BLOCKS: Mapping[str, Callable[[], str]] = {
    "steps": step_markdown,
    "parameters": parameter_markdown,
    "measures": measure_markdown,
    "constants": constant_markdown,
}


def filled(text: str, blocks: Mapping[str, Callable[[], str]] = BLOCKS) -> str:
    """Return `text` with the generated blocks written anew between their markers.

    Parameters
    ----------
    text : str
        The document.
    blocks : mapping of str to callable
        What makes each block, by the name in its markers; those of the ODD by default.

    Raises
    ------
    ValueError
        If a pair of markers is missing.
    """
    for name, make in blocks.items():
        start, end = _START.format(name), _END.format(name)
        before, found, rest = text.partition(start)
        _, closed, after = rest.partition(end)
        if not found or not closed:
            raise ValueError(f"the text has no {start} ... {end}; put the two markers back")
        text = f"{before}{start}\n\n{make()}\n{end}{after}"
    return text


def main() -> None:
    """Write the generated parts of the ODD anew."""
    text = ODD.read_text(encoding="utf-8")
    ODD.write_text(filled(text), encoding="utf-8")


if __name__ == "__main__":
    main()
