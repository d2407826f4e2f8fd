"""A small, quick world for pages: few organisations, few runs."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest

from alliances.dashboards.server.serve import SETTINGS
from alliances.dashboards.web.compare import session as compare_session
from alliances.dashboards.web.explore import session
from alliances.dashboards.web.front import page as front
from alliances.dashboards.web.shared import warming
from alliances.dashboards.web.stage import page as stage
from alliances.experiments.runs import ensemble
from tests.dashboards.visit import Visit


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Forget what a test before kept for comparing."""
    compare_session.KEPT.set(None)


@pytest.fixture(autouse=True)
def drawn_as_served(monkeypatch) -> None:
    """Draw pages here in the way in which they are served."""
    monkeypatch.setenv("REACTON_FAST", SETTINGS["REACTON_FAST"])


@pytest.fixture(autouse=True)
def in_one_browser(monkeypatch) -> None:
    """Draw stages as if one browser asked for them; there is none here."""
    monkeypatch.setattr(stage, "visitor", lambda: "one browser")


@pytest.fixture
def visits() -> Iterator[Callable[..., Visit]]:
    """Open a page by its component and what its address has behind the question mark."""
    with ExitStack() as pages:
        yield lambda *what: pages.enter_context(closing(Visit(*what)))


@pytest.fixture
def few_runs(monkeypatch) -> None:
    """Answers of two and four runs; nothing is kept from test to test."""
    monkeypatch.setattr(
        session,
        "run_pair",
        lambda *args, **options: ensemble.run_pair(*args, **{**options, "stages": (2, 4)}),
    )
    monkeypatch.setattr(session, "KEPT", ensemble.monthly_values())
    monkeypatch.setattr(front, "STAGES", (2,))
    monkeypatch.setattr(front, "KEPT", ensemble.monthly_values())
    warming.READY.set()
