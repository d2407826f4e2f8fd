"""Slides keep nobody out: what axe finds on those that show something to pick, read or look at."""

import pytest

from tests.browser.look import violations
from tests.browser.test_learn import at

SLIDES = ((6, "bet"), (8, "reveal"), (11, "turned"), (13, "twisted"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_slide_keeps_nobody_out(visitor, address, scheme):
    page = visitor(address, color_scheme=scheme, reduced_motion="reduce")
    for number, kind in SLIDES:
        link = f"/learn?chapter=meeting&slide={number}&choice=1&bet=2"
        page.goto(link)
        at(page, kind)
        assert violations(page) == []
