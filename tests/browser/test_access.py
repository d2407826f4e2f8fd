"""Nobody is kept out: every page by machine, by keyboard, on a phone, with less motion."""

import pytest
from playwright.sync_api import Page, expect

from alliances.dashboards.web.app import PAGES
from tests.browser.look import SIZES, SMALL, TOO_WIDE, faults_of, keep_picture, settle, whole

PATHS = {
    **{path.strip("/") or "start": f"/{path.strip('/')}?{SMALL}" for path in PAGES},
    "brief": f"/download/explore/brief.html?{SMALL}&connectors=3",
    "brief of a comparison": f"/download/compare/brief.html?{SMALL}&a.connectors=3",
    "nowhere": "/nowhere/at/all",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PATHS)
def test_a_page_keeps_nobody_out(visitor, address, name, scheme):
    page = visitor(address, color_scheme=scheme)
    page.goto(PATHS[name])
    settle(page)
    wrong: list[str] = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        settle(page, 150)
        if width == 1024:
            keep_picture(page, f"{name}-{scheme}-{width}")
            wrong += page.evaluate(TOO_WIDE)
        else:
            wrong += faults_of(page, f"{name}-{scheme}-{width}")
    assert not wrong, "\n".join(wrong)


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
    expect(page.get_by_role("heading", name="Explore")).to_be_visible()
    page.goto(page.url.split("?")[0] + f"?{SMALL}")  # quicker than ten years
    whole(page)
    keys.to("Put out to tender", "range")
    keys.press("ArrowLeft")
    page.wait_for_url("**competition=0.49*")
    whole(page)
    keys.to("An alliance")
    keys.press("Enter")
    page.wait_for_url("**grant_share=0.3*")
    whole(page)
    status = page.locator("[aria-live=polite]").filter(has_text="matched runs")
    expect(status).to_have_count(1)
    keys.to("Table of")
    keys.press("Enter")
    expect(page.locator(".ua-chart table").first).to_be_visible()
    keys.to("Get the same numbers")
    keys.press("Enter")
    expect(page.get_by_text("alliances compare").first).to_be_visible()
    keys.to("Undo")
    keys.press("Enter")
    page.wait_for_url("**competition=0.49*")
    assert not keys.hidden, "\n".join(map(str, keys.hidden))


def test_nothing_moves_for_those_who_asked_for_that(visitor, address):
    page = visitor(address, reduced_motion="reduce", viewport={"width": 1440, "height": 900})
    page.goto(f"/explore?{SMALL}")
    whole(page)
    page.get_by_role("button", name="More: Connectors", exact=True).click()
    moving = "document.getAnimations().filter((one) => one.playState === 'running').length"
    assert page.evaluate(moving) == 0
    whole(page)
    assert page.evaluate(moving) == 0
    page.goto(f"/network?{SMALL}")
    said = page.locator(".ua-network-said")
    expect(said).to_contain_text("month 1:")
    settle(page)
    expect(said).to_contain_text("month 1:")  # it plays only when asked to
    assert page.evaluate(moving) == 0


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
