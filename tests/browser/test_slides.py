"""Slides keep nobody out: what axe finds on those that show something to pick, read or look at."""

import pytest

from tests.browser.test_access import violations
from tests.browser.test_learn import WAIT, at

SLIDES = ((6, "bet"), (8, "reveal"), (11, "turned"), (13, "twisted"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_slide_keeps_nobody_out(browser, address, scheme):
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")
    try:
        page = context.new_page()
        for number, kind in SLIDES:
            link = f"/learn?chapter=meeting&slide={number}&choice=1&bet=2"
            page.goto(address + link, timeout=WAIT)
            at(page, kind)
            assert violations(page) == []
    finally:
        context.close()
