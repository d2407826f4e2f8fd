"""The chapters in a real browser: alone, on a stage with its script, by keyboard only."""

import re

import pytest
from playwright.sync_api import Page, expect

from alliances.dashboards.learn.chapter import Chapter, read_chapters
from alliances.dashboards.learn.turn import slides
from tests.browser.look import SIZES, SMALL_TARGETS

CHAPTERS = read_chapters()
# Contrast of text with what is behind it, by WCAG's formula, for the elements of a slide.
CONTRAST = """() => {
  const light = (text) => { const [r, g, b] = text.match(/[\\d.]+/g).map(Number).map((c) => {
      c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = (one) => { for (let at = one; at; at = at.parentElement) {
      const c = getComputedStyle(at).backgroundColor;
      if (c !== 'rgba(0, 0, 0, 0)' && c !== 'transparent') return c; }
    return 'rgb(255, 255, 255)'; };
  const found = [];
  for (const one of document.querySelectorAll('.ua-slide p, .ua-slide li, .ua-slide h1, '
      + '.ua-slide button:not(:disabled), .ua-slide figcaption, .ua-slide summary')) {
    if (!one.innerText || one.closest('.ua-hidden')) continue;
    const [a, b] = [light(getComputedStyle(one).color), light(behind(one))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) found.push([one.innerText.slice(0, 40), ratio]);
  }
  return found; }"""


def at(page: Page, kind: str) -> None:
    expect(page.locator(f".ua-slide-{kind}")).to_be_visible()
    if kind in ("run", "reveal", "turned", "twisted"):
        expect(page.locator(".ua-drawing")).to_be_visible()


@pytest.mark.parametrize("name", list(CHAPTERS))
def test_each_chapter_from_start_to_end(visit, name):
    chapter: Chapter = CHAPTERS[name]
    page = visit("/learn")
    card = page.get_by_role("region", name=chapter.title, exact=True)
    card.get_by_role("button", name="Begin").click()
    for slide in slides(chapter):
        at(page, slide.kind)
        if slide.kind == "choice":
            page.get_by_role("button", name=chapter.choice.options[-1].text).click()
            expect(page).to_have_url(re.compile("choice="))
        if slide.kind == "bet":
            page.keyboard.press("1")
            expect(page).to_have_url(re.compile("bet=1"))
        if slide.kind == "reveal":
            text = f"You bet that {chapter.bet.options[0].text}. In this model it is"
            expect(page.locator(".ua-answer")).to_contain_text(text)
        if slide.kind == "recap":
            expect(page.locator(".ua-slide li")).to_have_count(3)
            assert all(page.locator(".ua-slide li").all_inner_texts())
        if slide.kind != "end":
            page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_role("link", name="Open the sandbox with what you chose").click()
    expect(page).to_have_url(re.compile("/explore.*case="))
    expect(page.get_by_role("heading", name="Explore")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_slides_fit_and_can_be_read(visitor, address, width, height, scheme):
    page = visitor(
        address,
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    for number, kind in ((6, "bet"), (8, "reveal"), (11, "turned"), (14, "recap")):
        page.goto(f"/learn?chapter=meeting&slide={number}&choice=1&bet=2")
        at(page, kind)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert page.evaluate(CONTRAST) == []
        assert page.evaluate(SMALL_TARGETS) == []


def test_a_chapter_by_keyboard_only(visit):
    page = visit("/learn?chapter=meeting&slide=4")
    at(page, "story")
    page.keyboard.press("PageDown")
    at(page, "choice")
    for _ in range(20):
        page.keyboard.press("Tab")
        if "helpers" in page.evaluate("document.activeElement.innerText || ''"):
            break
    page.keyboard.press("Space")  # presses the button that has the focus, and does not go on
    expect(page).to_have_url(re.compile("choice=2"))
    at(page, "choice")
    page.keyboard.press("ArrowRight")
    at(page, "bet")
    page.keyboard.press("3")
    expect(page).to_have_url(re.compile("bet=3"))
    page.keyboard.press("ArrowLeft")
    at(page, "choice")
    page.reload()
    at(page, "choice")
    expect(page.get_by_role("button", name="helpers")).to_have_attribute("aria-pressed", "true")


def test_the_picture_has_words_and_a_table(visit):
    page = visit("/learn?chapter=meeting&slide=8&choice=2")
    at(page, "reveal")
    assert page.locator(".ua-drawing").get_attribute("aria-hidden") == "true"
    expect(page.locator(".ua-said p").first).to_contain_text(re.compile(r"\d"))
    page.locator(".ua-picture summary").click()
    expect(page.locator(".ua-picture tbody tr")).to_have_count(3)
    expect(page.locator(".ua-drawing .ua-end")).to_have_count(3)
    page.get_by_role("button", name="Is it the rule or the luck?").click()
    expect(page.get_by_text("Same luck, other rule:")).to_be_visible()
    assert "What the model says" in page.locator("[aria-live=polite]").inner_text()


def test_stage_and_script_in_two_windows_by_clicker(visit, page):
    visit("/stage?chapter=meeting")
    at(page, "title")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Script").click()
    script = opened.value
    expect(script.get_by_role("heading", name="Meeting: Title")).to_be_visible()
    for _ in range(4):
        page.keyboard.press("PageDown")
    at(page, "choice")
    expect(script.get_by_role("heading", name="Meeting: Choice")).to_be_visible()
    expect(script.get_by_text("Only one has helpers.")).to_be_visible()
    expect(script.get_by_role("timer")).to_contain_text("of 10 minutes")
    script.get_by_role("button", name="2 The same meetings").click()
    pressed = page.locator(".ua-words .ua-button[aria-pressed=true]")
    expect(pressed).to_contain_text("helpers")
    script.keyboard.press("PageDown")
    at(page, "bet")
    page.keyboard.press("b")
    expect(page.locator(".ua-black")).to_be_visible()
    expect(page.locator(".ua-slide")).to_have_count(0)
    page.keyboard.press("b")
    at(page, "bet")
    page.reload()
    at(page, "bet")
    page.goto("/stage?show=nobody")
    expect(page.get_by_role("heading", name="This show is over")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1440, 900), (1024, 768)])
def test_the_stage_is_read_from_the_back_without_scrolling(visitor, address, width, height):
    page = visitor(address, viewport={"width": width, "height": height}, reduced_motion="reduce")
    page.goto("/stage?chapter=meeting")
    every = slides(CHAPTERS["meeting"])
    for number, slide in enumerate(every, 1):
        foot = page.locator(".ua-stage-foot")
        expect(foot).to_contain_text(f"{number} of {len(every)}")
        at(page, slide.kind)
        over = page.evaluate("document.documentElement.scrollHeight - innerHeight")
        assert over <= 2, slide
        size = page.locator(".ua-said p, .ua-said li").first.evaluate(
            "(one) => parseFloat(getComputedStyle(one).fontSize)"
        )
        assert size >= height / 48, slide
        assert foot.evaluate("(one) => innerHeight - one.getBoundingClientRect().bottom") < 60
        page.keyboard.press("PageDown")
