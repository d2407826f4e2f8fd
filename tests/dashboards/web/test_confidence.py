"""How far to trust the model: told from the tables of its tests, and from nothing else."""

import pytest

from alliances.dashboards.web.front import confidence
from alliances.model.parameters import REGISTRY


@pytest.fixture(autouse=True)
def _anew():
    confidence.statements.cache_clear()
    yield
    confidence.statements.cache_clear()


def told() -> str:
    return "\n".join(text for _, text in confidence.statements())


def test_the_figures_are_those_of_the_tables(tmp_path, monkeypatch):
    monkeypatch.setattr(confidence, "RESULTS", tmp_path)
    for name, text in {
        "reference/docked.csv": "numbers,runs,runs_that_differ\n2000000,7,0\n3000000,4,1\n",
        "behaviours/behaviours.csv": "verdict\nholds\nholds\nfails\n",
        "patterns/patterns.csv": "verdict\ninside\noutside\noutside\nnot judged\n",
        "docking/docking.csv": "verdict\nholds\nfails\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir()
        path.write_text(text)
    assert "5 million numbers of 11 runs were compared; 1 run differed" in told()
    assert "3 statements" in told()
    assert "2 hold, and 1 do not always" in told()
    assert "Of 3 figures with a published band to lie in, 1 lie inside and 2 outside" in told()
    assert "1 of 2 results of published theory" in told()


def test_without_the_tables_there_is_less_to_say(tmp_path, monkeypatch):
    monkeypatch.setattr(confidence, "RESULTS", tmp_path)
    assert len(confidence.statements()) == 1
    assert "nobody has measured" in told()


def test_the_tables_of_the_project_are_there():
    assert len(confidence.statements()) == 5


def test_what_is_assumed_is_no_source():
    assert confidence.is_assumed("assumed; swept")
    assert confidence.is_assumed("form: bounded confidence; value assumed; swept")
    assert not confidence.is_assumed("about 3.3 % of charities registered (somebody 2020)")
    labels = [label for label, _ in confidence.sources()]
    assert 10 < len(labels) < len(REGISTRY)
