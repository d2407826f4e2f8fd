"""`make check`: the tests that concern a change, by what they import and where they stand."""

import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from alliances import ROOT

FLOORS = ("model", "experiments", "dashboards")
WORDS = {".md": "tests/test_readme.py"}  # kinds of files that stand outside of the floors


def changed() -> list[str]:
    """Return the files that differ from the last commit, new ones too; without any, those of it."""

    def git(*words: str) -> list[str]:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    found = git("diff", "--name-only", "HEAD") + git("ls-files", "--others", "--exclude-standard")
    return found or git("diff", "--name-only", "HEAD~1")


def concerned(files: Sequence[str], tests: Mapping[str, str]) -> list[str]:
    """Return what pytest is to be given for changed files.

    Parameters
    ----------
    files : sequence of str
        Paths within the checkout.
    tests : mapping of str to str
        All files of Python below `tests`, and their text.
    """
    found: set[str] = set()
    for file in files:
        path = Path(file)
        if path.name.startswith("test_") and file in tests:
            found.add(file)
        elif path.parts[0] in (*FLOORS, "tests"):
            found |= _importing(path, tests) or _beside(path, tests)
        elif path.suffix in WORDS:
            found.add(WORDS[path.suffix])
    return sorted(found)


def _importing(path: Path, tests: Mapping[str, str]) -> set[str]:
    """Return the tests that import a module, or have its name."""
    package = ".".join(
        path.parent.parts if path.parts[0] == "tests" else ("alliances", *path.parent.parts)
    )
    by_name = rf"from {re.escape(package)} import (\([\w\s,]*|[^\n(]*)\b{path.stem}\b"
    whole = rf"{re.escape(package)}\.{path.stem}\b"
    return {
        name
        for name, text in tests.items()
        if Path(name).name.startswith("test_")
        and (
            name == f"tests/{path.parent}/test_{path.stem}.py"
            or re.search(f"{by_name}|{whole}", text)
        )
    }


def _beside(path: Path, tests: Mapping[str, str]) -> set[str]:
    """Return the tests of the nearest folder that has any for a file."""
    parts = path.parent.parts if path.parts[0] == "tests" else ("tests", *path.parent.parts)
    for depth in range(len(parts), 1, -1):
        below = "/".join(parts[:depth]) + "/"
        found = {name for name in tests if name.startswith(below) and "/test_" in name}
        if found:
            return found
    return set()


def main() -> int:
    """Run them, without the slow ones."""
    texts = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in (ROOT / "tests").rglob("*.py")
    }
    files = concerned(changed(), texts)
    if not files:
        sys.stdout.write("No test concerns this change.\n")
        return 0
    sys.stdout.write(f"{' '.join(files)}\n")
    sys.stdout.flush()
    words = ["-m", "pytest", "-q", "-n", "2", "-m", "not slow", *sys.argv[1:]]
    code = subprocess.run([sys.executable, *words, *files], cwd=ROOT, check=False).returncode
    return 0 if code == 5 else code  # all that there are are slow


if __name__ == "__main__":
    sys.exit(main())
