"""Pages in the system's Chromium; skipped where there is none."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.chromium import FLAGS, chromium, served
from tests.browser.look import WAIT, watch

WIDE = {"width": 1440, "height": 900}
expect.set_options(timeout=WAIT)


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
def visitor(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Make an empty page of somebody who was never here before, with a browser of their own.

    No script may fail on it, and nothing may come from elsewhere than the address.
    """
    contexts, faults = [], []

    def come(address: str, *, script: str = "", **options) -> Page:
        context = browser.new_context(base_url=address, **options)
        context.set_default_timeout(WAIT)
        contexts.append(context)
        page = context.new_page()
        if script:
            page.add_init_script(script)
        page.on("dialog", lambda dialog: dialog.accept())
        watch(page, address, faults)
        return page

    yield come
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def page(visitor: Callable[..., Page], address: str) -> Page:
    """An empty page of a visitor who was never here before."""
    return visitor(address, viewport=WIDE, color_scheme="light")


@pytest.fixture
def visit(page: Page) -> Callable[[str], Page]:
    """Open a page."""

    def go(path: str) -> Page:
        page.goto(path)
        return page

    return go
