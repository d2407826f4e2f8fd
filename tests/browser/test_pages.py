"""Each page, the main journey and what goes wrong, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.look import SIZES, SMALL, whole

# Names at the ends of lines that do not stand where their line ends, on the page Explore.
ASTRAY = """() => [...document.querySelectorAll('div.ua-figure')].flatMap((box) =>
  box.__vue__.chart._chartsViews.filter((view) => view._endLabel)
    .map((view) => [view._endLabel.y, view._polyline.shape.points.at(-1)])
    .filter(([name, end]) => Math.abs(name - end) > 0.01))"""


def findings(page: Page) -> str:
    return "\n".join(page.locator(".ua-finding").all_inner_texts())


def slider(page: Page, name: str):
    return page.locator(f'[data-lever="{name}"] input[type=range]')


def test_the_front_says_what_it_is_not_for_and_leads_on(visit):
    page = visit("/")
    expect(page.get_by_role("heading", name="What it is not for")).to_be_visible()
    page.get_by_text("Start exploring").click()
    expect(page).to_have_url(re.compile("/explore"))
    expect(page.get_by_role("heading", name="Explore")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_charts_are_wide_enough(visit, page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    visit(f"/explore?{SMALL}")
    whole(page)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    expect(page.locator(".ua-figure canvas")).to_have_count(4)
    assert all(one.bounding_box()["width"] > 250 for one in page.locator(".ua-chart").all())


def test_the_main_journey(visit):
    page = visit(f"/explore?{SMALL}")
    whole(page)
    before = findings(page)
    page.get_by_role("button", name="An alliance", exact=True).click()
    expect(page.locator('[data-lever="grant_share"] input[type=number]')).to_have_value("30")
    page.get_by_role("button", name="More: Connectors", exact=True).click()
    expect(page).to_have_url(re.compile("connectors=1&"))
    whole(page)
    after, link = findings(page), page.url
    assert after != before
    page.wait_for_function(f"({ASTRAY})().length === 0")
    page.get_by_role("button", name="Undo").click()
    expect(page).not_to_have_url(re.compile("connectors=1&"))
    page.get_by_role("button", name="Redo").click()
    expect(page).to_have_url(link)
    page.reload()
    whole(page)
    assert findings(page) == after
    page.get_by_role("button", name="Reset").click()
    expect(page).to_have_url(re.compile(r"explore\?model=[^&]+&case=today$"))


def test_sliders_work_by_keyboard_and_by_typing(visit):
    page = visit(f"/explore?{SMALL}")
    whole(page)
    range_of = slider(page, "competition")
    range_of.focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("competition=0.51"))
    page.keyboard.press("Home")
    expect(page).to_have_url(re.compile(r"competition=0\.0"))
    typed = page.locator('[data-lever="competition"] input[type=number]')
    typed.fill("33")
    typed.press("Enter")
    expect(page).to_have_url(re.compile("competition=0.33"))
    typed.fill("900")
    typed.press("Tab")
    expect(page.get_by_text("Give a number from 0 to 100 %.")).to_be_visible()


def test_everything_can_be_reached_by_tab(visit):
    page = visit(f"/explore?{SMALL}")
    whole(page)
    assert page.evaluate("document.documentElement.lang") == "en-GB"
    assert "user-scalable=no" not in page.locator("meta[name=viewport]").get_attribute("content")
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.className"))
    assert {"ua-range", "ua-number", "ua-chip", "ua-small"} <= reached


def test_a_page_that_is_left_while_its_charts_load_draws_nothing(visit, page):
    held, errors = [], []
    page.route("**/echarts*.js", lambda route: held.append(route))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    with page.expect_request("**/echarts*.js") as asked:
        visit(f"/explore?{SMALL}")
    page.evaluate("window.left = [...document.querySelectorAll('div.ua-figure')]")
    page.get_by_role("link", name="Network", exact=True).click()
    expect(page.locator(".ua-network-said")).to_be_visible()
    with page.expect_response("**/echarts*.js"):
        held[0].continue_()
    page.evaluate(
        "(script) => new Promise((done) => requirejs([script], () => done()))", asked.value.url
    )
    assert page.evaluate("window.left.length && !window.left.some((one) => one.firstChild)")
    assert errors == []


def test_a_hostile_link_is_refused_and_runs_nothing(visit):
    for path in ("/explore?competition=9", "/compare?a.competition=9"):
        page = visit(f"{path}&%3Cimg%20src=x%20onerror=alert(1)%3E=1")
        expect(page.get_by_text("The link could not be opened")).to_be_visible()
        assert page.locator("img[src=x]").count() == 0


def test_the_table_and_the_command_can_be_opened(visit):
    page = visit(f"/explore?{SMALL}&connectors=2")
    whole(page)
    page.locator(".ua-chart summary").first.click()
    expect(page.locator(".ua-chart table").first).to_be_visible()
    page.get_by_text("Get the same numbers").click()
    expect(page.get_by_text("--set-b connectors=2")).to_be_visible()


def test_dark_pages_are_dark_and_charts_with_them(visitor, address):
    page = visitor(address, color_scheme="dark")
    page.goto(f"/explore?{SMALL}")
    whole(page)
    ground = page.evaluate("getComputedStyle(document.querySelector('.ua-app')).backgroundColor")
    assert ground == "rgb(22, 25, 29)"
    # Pixels of the orange that lines have on dark ground; the page may be drawn twice.
    page.wait_for_function(
        """() => { const canvas = document.querySelector('.ua-figure canvas');
          if (!canvas || !canvas.width) return false;
          const data = canvas.getContext('2d').getImageData(
            0, 0, canvas.width, canvas.height).data;
          let found = 0;
          for (let k = 0; k < data.length; k += 4)
            if (data[k] === 230 && data[k + 1] === 159 && data[k + 2] === 0) found++;
          return found > 50; }"""
    )


def test_two_visitors_do_not_disturb_each_other(visitor, address):
    first, second = visitor(address), visitor(address)
    for page in (first, second):
        page.goto(f"/explore?{SMALL}")
        whole(page)
    first.get_by_role("button", name="More: Connectors", exact=True).click()
    expect(first).to_have_url(re.compile("connectors=1"))
    whole(first)
    assert "connectors" not in second.url
    assert "is the same" in findings(second)


def test_a_run_is_played_paused_and_stepped(visit):
    page = visit(f"/network?{SMALL}&model=0.1.0")
    said = page.locator(".ua-network-said")
    expect(said).to_contain_text("Year 1, month 1:")
    page.get_by_role("button", name="A month on").click()
    expect(said).to_contain_text("Year 1, month 2:")
    page.get_by_role("button", name="Play", exact=True).click()
    expect(said).not_to_contain_text("Year 1, month 2:")
    page.get_by_role("button", name="Pause").click()
    page.get_by_label("Month", exact=True).focus()
    page.keyboard.press("End")
    expect(said).to_contain_text("Year 2, month 12:")
    page.locator(".ua-body").last.dispatch_event("click")
    expect(page.locator(".ua-picked")).to_have_count(1)
    expect(page.locator(".ua-story li").first).to_contain_text("with an income of")
    page.get_by_text("Table of this month").click()
    bodies = page.locator(".ua-body").count()
    assert f"{bodies} organisations" in said.inner_text()
    expect(page.locator(".ua-network tbody tr")).to_have_count(bodies)
    ends = page.evaluate(
        """() => { const at = new Set([...document.querySelectorAll('.ua-body circle')]
            .map((one) => one.getAttribute('cx') + ' ' + one.getAttribute('cy')));
          return [...document.querySelectorAll('.ua-tie')].filter((one) =>
            !at.has(one.getAttribute('x1') + ' ' + one.getAttribute('y1'))
            || !at.has(one.getAttribute('x2') + ' ' + one.getAttribute('y2'))).length; }"""
    )
    assert ends == 0
