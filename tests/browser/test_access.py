"""Nobody is kept out: every page by machine, by keyboard, on a phone, with less motion."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from alliances.dashboards.web.app import PAGES
from tests.browser.look import (
    SIZES,
    SMALL,
    SMALL_TARGETS,
    TOO_WIDE,
    WAIT,
    keep_picture,
    settle,
    whole,
)

RULES = {
    "resultTypes": ["violations"],
    "runOnly": [
        *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"),
    ],
}
PATHS = {
    **{path.strip("/") or "start": f"/{path.strip('/')}?{SMALL}" for path in PAGES},
    "brief": f"/download/explore/brief.html?{SMALL}&connectors=3",
    "brief of a comparison": f"/download/compare/brief.html?{SMALL}&a.connectors=3",
    "nowhere": "/nowhere/at/all",
}


def violations(page: Page) -> list[str]:
    """Return what axe finds: rule and place."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for one in found
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PATHS)
def test_a_page_keeps_nobody_out(browser, address, name, scheme):
    context = browser.new_context(color_scheme=scheme)
    try:
        page = context.new_page()
        page.goto(address + PATHS[name], timeout=WAIT)
        settle(page)
        wrong: list[str] = []
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            settle(page, 150)
            keep_picture(page, f"{name}-{scheme}-{width}")
            wrong += [f"{width}: too wide: {one}" for one in page.evaluate(TOO_WIDE)]
            if width != 1024:
                wrong += [f"{width}: {one}" for one in violations(page)]
                wrong += [f"{width}: small: {one}" for one in page.evaluate(SMALL_TARGETS)]
        assert not wrong, "\n".join(wrong)
    finally:
        context.close()


# What has the focus, whether that can be seen, and whether something lies on it; the page may
# take some frames to bring it into view.
FOCUS = """
async () => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const look = () => {
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    const at = document.elementFromPoint(
      Math.min(innerWidth - 1, Math.max(0, box.left + box.width / 2)),
      Math.min(innerHeight - 1, Math.max(0, box.top + box.height / 2)));
    const labels = [...(one.labels || [])];
    return {
      what: one.outerHTML.slice(0, 100),
      name: one.getAttribute('aria-label') || (labels[0] || one).textContent || '',
      kind: one.type || one.tagName,
      shown: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
      inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
      free: !!at && (at === one || one.contains(at) || at.contains(one)
        || labels.some((label) => label.contains(at))),
    };
  };
  for (let frame = 0; frame < 120; frame++) {
    const seen = look();
    if (seen.shown && seen.inside && seen.free) return seen;
    await new Promise(requestAnimationFrame);
  }
  return look();
}
"""


class Keys:
    """Somebody who has a keyboard and no mouse."""

    def __init__(self, page: Page) -> None:
        self.page, self.hidden = page, []

    def to(self, name: str, kind: str = "", most: int = 400) -> None:
        """Press Tab until something of this name has the focus."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            here = self.page.evaluate(FOCUS)
            if here is None:
                continue
            if not (here["shown"] and here["inside"] and here["free"]):
                self.hidden.append(here)
            if name in here["name"] and (not kind or kind == here["kind"]):
                return
        raise AssertionError(f"{name!r} was not reached by Tab")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)


def test_the_journey_by_keyboard_alone(visit):
    page = visit("/")
    settle(page)
    keys = Keys(page)
    keys.to("To the content")
    keys.press("Enter")
    keys.to("Start exploring")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Explore")).to_be_visible(timeout=WAIT)
    page.goto(page.url.split("?")[0] + f"?{SMALL}", timeout=WAIT)  # quicker than ten years
    whole(page)
    keys.to("Put out to tender", "range")
    keys.press("ArrowLeft")
    page.wait_for_url("**competition=0.49*", timeout=WAIT)
    whole(page)
    keys.to("An alliance")
    keys.press("Enter")
    page.wait_for_url("**grant_share=0.3*", timeout=WAIT)
    whole(page)
    status = page.locator("[aria-live=polite]").filter(has_text="matched runs")
    expect(status).to_have_count(1, timeout=WAIT)
    keys.to("Table of")
    keys.press("Enter")
    expect(page.locator(".ua-chart table").first).to_be_visible(timeout=WAIT)
    keys.to("Get the same numbers")
    keys.press("Enter")
    expect(page.get_by_text("alliances compare").first).to_be_visible(timeout=WAIT)
    keys.to("Undo")
    keys.press("Enter")
    page.wait_for_url("**competition=0.49*", timeout=WAIT)
    assert not keys.hidden, "\n".join(map(str, keys.hidden))


def test_nothing_moves_for_those_who_asked_for_that(browser, address):
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 1440, "height": 900})
    try:
        page = context.new_page()
        page.goto(f"{address}/explore?{SMALL}", timeout=WAIT)
        whole(page)
        page.get_by_role("button", name="More: Connectors", exact=True).click()
        moving = "document.getAnimations().filter((one) => one.playState === 'running').length"
        assert page.evaluate(moving) == 0
        whole(page)
        assert page.evaluate(moving) == 0
        page.goto(f"{address}/network?{SMALL}", timeout=WAIT)
        said = page.locator(".ua-network-said")
        expect(said).to_contain_text("month 1:", timeout=WAIT)
        settle(page)
        expect(said).to_contain_text("month 1:")  # it plays only when asked to
        assert page.evaluate(moving) == 0
    finally:
        context.close()


def test_every_chart_has_a_sentence_and_a_table(visit):
    page = visit(f"/explore?{SMALL}&connectors=2")
    whole(page)
    charts = page.locator(".ua-chart")
    expect(charts).to_have_count(4)
    for chart in charts.all():
        expect(chart.locator("canvas")).to_have_count(1)
        assert chart.locator(".ua-figure[aria-hidden=true]").count() == 1
        assert len(chart.locator(".ua-finding").inner_text()) > 20
        assert chart.locator("table caption").count() == 1
        assert chart.locator("th[scope=col]").count() == 3
        assert chart.locator("tbody tr").count() == 2
