"""A small, quick world for pages: few organisations, few runs."""

import pytest

from dashboards.server import SETTINGS
from dashboards.web import compare_desk, session, warming
from dashboards.web.pages import front, stage
from experiments import ensemble


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Forget what a test before kept for comparing."""
    compare_desk.KEPT.set(None)


@pytest.fixture(autouse=True)
def drawn_as_served(monkeypatch) -> None:
    """Draw pages here in the way in which they are served."""
    monkeypatch.setenv("REACTON_FAST", SETTINGS["REACTON_FAST"])


@pytest.fixture(autouse=True)
def in_one_browser(monkeypatch) -> None:
    """Draw stages as if one browser asked for them; there is none here."""
    monkeypatch.setattr(stage, "visitor", lambda: "one browser")


@pytest.fixture
def few_runs(monkeypatch) -> None:
    """Answers of two and four runs; nothing is kept from test to test."""
    monkeypatch.setattr(
        session,
        "answer",
        lambda *args, **options: ensemble.answer(*args, **{**options, "stages": (2, 4)}),
    )
    monkeypatch.setattr(session, "KEPT", ensemble.Kept())
    monkeypatch.setattr(front, "STAGES", (2,))
    monkeypatch.setattr(front, "KEPT", ensemble.Kept())
    warming.READY.set()
