"""Pages in the system's Chromium; skipped where there is none."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import FLAGS, chromium, served
from tests.browser.look import WAIT, watch

WIDE = {"width": 1440, "height": 900}


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the dashboard is served, for all tests of a session."""
    with served() as (address, _):
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    path = chromium()
    if path is None:
        pytest.skip("there is no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page of a visitor who was never here before."""
    context = browser.new_context(viewport=WIDE, color_scheme="light")
    yield context.new_page()
    context.close()


@pytest.fixture
def visit(page: Page, address: str) -> Iterator[Callable[[str], Page]]:
    """Open a page; no script may fail on it, and nothing may come from elsewhere."""
    faults: list[str] = []
    watch(page, address, faults)

    def go(path: str) -> Page:
        page.goto(address + path, timeout=WAIT)
        return page

    yield go
    assert faults == []
