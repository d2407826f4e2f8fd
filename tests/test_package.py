"""One package by one name: in a checkout from anywhere, and in a wheel."""

import os
import subprocess
import sys
import zipfile

import pytest

import alliances
from alliances import ROOT

TOLD = """
import alliances as al
from alliances.dashboards.web.front.confidence import statements
from alliances.dashboards.web.shared.help import help_rows
print(al.ROOT)
print(len(statements()), *(len(help_rows(name)) for name in ("competition", "connectors")))
"""


def python(code: str, *, path, here) -> list[str]:
    environment = {**os.environ, "PYTHONPATH": str(path)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=here,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.splitlines()


@pytest.fixture
def elsewhere(tmp_path):
    """A folder in which somebody keeps a model of their own."""
    folder = tmp_path / "notebook"
    folder.mkdir()
    for name in ("model", "experiments", "dashboards"):
        (folder / f"{name}.py").write_text("raise RuntimeError('not asked for')\n")
    return folder


def test_every_name_of_the_face_is_there():
    for name in alliances.__all__:
        assert getattr(alliances, name) is not None
    assert set(alliances.__all__) < set(dir(alliances))
    with pytest.raises(AttributeError, match="no attribute 'simulat'"):
        _ = alliances.simulat


def test_a_wheel_holds_one_package_and_says_what_the_checkout_says(tmp_path, elsewhere):
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(tmp_path / "site")
    folders = {path.name.partition("-")[0] for path in (tmp_path / "site").iterdir()}
    assert folders == {"alliances", "unequal_alliances"}
    installed = python(TOLD, path=tmp_path / "site", here=elsewhere)
    checkout = python(TOLD, path=ROOT, here=elsewhere)
    assert installed[0] == str(tmp_path / "site" / "alliances")
    assert checkout[0] == str(ROOT)
    assert installed[1:] == checkout[1:]
