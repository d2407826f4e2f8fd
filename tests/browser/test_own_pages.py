"""The pages Your place, Evidence and Results: one journey each, in a real browser."""

import os
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from alliances.experiments.browse.library import SETTING
from alliances.experiments.evidence.page import table
from alliances.experiments.evidence.words import Entry
from tests.browser.chromium import served
from tests.browser.look import SIZES, WAIT
from tests.experiments.evidence.test_reading import CASE, weighed

ROSTER = b"name,income,sector\n" + b"".join(
    b"Body %d,%d,%s\n" % (k, 3_000 * 2**k, (b"charity", b"community")[k % 2]) for k in range(10)
)
TIES = b"source,target\n" + b"".join(b"Body %d,Body %d\n" % (k, k + 1) for k in range(9))


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """A server with claims and a table of its own to show."""
    folder = tmp_path_factory.mktemp("shown")
    (folder / "evidence").mkdir()
    entries = [Entry(CASE, weighed(1)), Entry(CASE, weighed(2, 0.0)), Entry(CASE, weighed(3, 0.3))]
    table(entries).to_csv(folder / "evidence" / "claims.csv", index=False)
    rows = "".join(f"{k},{side},{k / 10},{k / 10 - 0.1},{k / 10 + 0.1}\n" for k in range(8)
                   for side in ("left", "right"))  # fmt: skip
    (folder / "trial.csv").write_text(f"connectors,side,mean,low,high\n{rows}")
    before = os.environ.get(SETTING)
    os.environ[SETTING] = str(folder)
    try:
        with served() as (own, _):
            yield own
    finally:
        os.environ.pop(SETTING)
        if before is not None:
            os.environ[SETTING] = before


def fits(page: Page) -> None:
    """Nothing may be wider than the window, small to hit or without a name."""
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function("document.documentElement.scrollWidth <= innerWidth", timeout=WAIT)
        found = page.evaluate(
            """() => [...document.querySelectorAll(
                '.ua-main button, .ua-main select, .ua-main input, .ua-main summary')]
              .map(one => [one, one.getBoundingClientRect()])
              .filter(([one, box]) => box.height && (box.height < 24 || box.width < 24
                || (one.tagName != 'SUMMARY' && !one.textContent.trim() && !one.ariaLabel
                    && !(one.labels && one.labels.length))))
              .map(([one]) => one.outerHTML.slice(0, 100))"""
        )
        assert found == []
    page.set_viewport_size({"width": 1440, "height": 900})


def give(page: Page, label: str, name: str, data: bytes) -> None:
    page.locator(f'[data-upload^="{label}"]').set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": data}
    )


def test_a_place_is_loaded_checked_kept_and_explored(visit):
    page = visit("/place")
    expect(page.get_by_role("heading", name="Your place")).to_be_visible(timeout=WAIT)
    give(page, "Organisations", "oakham.csv", b"name,income\n<img src=x onerror=alert(1)>,5\n")
    expect(page.get_by_role("alert")).to_contain_text("script in web pages", timeout=WAIT)
    give(page, "Organisations", "oakham.csv", b"\x00\x01\x02")
    expect(page.get_by_role("alert")).to_contain_text("this is no text", timeout=WAIT)
    give(page, "Organisations", "oakham.csv", b"x" * 2_000_001)
    expect(page.get_by_role("alert")).to_contain_text("at most 2 MB", timeout=WAIT)
    give(page, "Organisations", "oakham.csv", ROSTER)
    expect(page.locator(".ua-place-told")).to_contain_text("oakham: 10 org", timeout=WAIT)
    expect(page.get_by_role("alert")).to_have_count(0, timeout=WAIT)
    give(page, "Ties", "ties.csv", TIES)
    expect(page.locator(".ua-place-told")).to_contain_text("9 ties", timeout=WAIT)
    expect(page.locator('[data-runs="32"]')).to_contain_text(
        re.compile(r"in \d+ of \d+ figures"), timeout=WAIT
    )
    expect(page.locator(".ua-place-map circle")).to_have_count(12)
    fits(page)
    page.get_by_text("Who is who").click()
    expect(page.get_by_role("rowheader", name="Body 9")).to_be_visible()
    with page.expect_download(timeout=WAIT) as kept:
        page.get_by_role("button", name="Keep it as a file").click()
    assert kept.value.suggested_filename == "my-place.zip"
    page.get_by_text("Explore your place").click()
    expect(page).to_have_url(re.compile(r"/explore\?.*place="), timeout=WAIT)
    expect(page.get_by_text("This is your own place, oakham")).to_be_visible(timeout=WAIT)
    expect(page.locator('.ua-finding[data-state="whole"]')).to_have_count(4, timeout=WAIT)
    page.reload(timeout=WAIT)
    expect(page.get_by_text("load that place again")).to_be_visible(timeout=WAIT)


def test_a_place_is_put_down_by_keyboard(visit):
    page = visit("/place")
    page.get_by_role("button", name="By hand").press("Enter", timeout=WAIT)
    add = page.get_by_role("button", name="Add an organisation")
    for count in (1, 2):
        add.press("Enter", timeout=WAIT)
        expect(page.locator(".ua-hand-row")).to_have_count(count, timeout=WAIT)
    first = page.get_by_label("Name of organisation 1")
    first.fill("Ash")
    first.press("Tab")
    page.get_by_label("Income, GBP a year of Ash").fill("-5", timeout=WAIT)
    page.keyboard.press("Tab")
    expect(page.get_by_role("alert")).to_contain_text("income of Ash was '-5'", timeout=WAIT)
    page.get_by_role("button", name="Tie them").press("Enter")
    expect(page.get_by_text("Ash and Organisation 2, as usual")).to_be_visible(timeout=WAIT)
    fits(page)
    page.get_by_role("button", name="Use this place").press("Enter")
    expect(page.locator(".ua-place-told")).to_contain_text("2 organisations", timeout=WAIT)
    page.get_by_role("button", name="Remove Ash").press("Enter")
    expect(page.locator(".ua-hand-row")).to_have_count(1, timeout=WAIT)


def test_no_visitor_sees_anothers_place(browser, address):
    contexts = [browser.new_context() for _ in range(2)]
    try:
        first, second = [context.new_page() for context in contexts]
        for page in (first, second):
            page.goto(f"{address}/place", timeout=WAIT)
            expect(page.get_by_role("heading", name="Your place")).to_be_visible(timeout=WAIT)
        give(first, "Organisations", "oakham.csv", ROSTER)
        expect(first.locator(".ua-place-told")).to_be_visible(timeout=WAIT)
        token = first.locator('a[href*="place="]').first.get_attribute("href")
        assert token is not None
        second.goto(address + token, timeout=WAIT)
        expect(second.get_by_text("load that place again")).to_be_visible(timeout=WAIT)
        assert "oakham" not in second.content()
    finally:
        for context in contexts:
            context.close()


def test_claims_are_filtered_opened_and_explored(visit):
    page = visit("/evidence")
    expect(page.get_by_text("3 of 3 claims")).to_be_visible(timeout=WAIT)
    fits(page)
    page.locator('[data-picker="Verdict"]').select_option("supported")
    expect(page.get_by_text("1 of 3 claims")).to_be_visible(timeout=WAIT)
    expect(page).to_have_url(re.compile("verdict=supported"))
    claim = page.locator(".ua-claim")
    claim.locator("summary").press("Enter")
    expect(claim.get_by_text("Null test", exact=True)).to_be_visible()
    expect(claim.get_by_text("95 %")).to_be_visible()
    fits(page)
    claim.get_by_text("Open this case in Explore").click()
    expect(page).to_have_url(re.compile(r"/explore\?.*case=sure-start"), timeout=WAIT)


def test_a_table_is_opened_asked_and_taken_along(visit):
    page = visit("/results")
    page.get_by_label("Find").fill("trial", timeout=WAIT)
    expect(page.get_by_text("0 sweeps and 1 table")).to_be_visible(timeout=WAIT)
    option = page.get_by_label("Open").locator("option", has_text="trial.csv")
    page.get_by_label("Open").select_option(option.get_attribute("value"))
    finding = page.locator(".ua-finding")
    expect(finding).to_contain_text("highest for", timeout=WAIT)
    page.get_by_label("Split by").select_option("side")
    expect(finding).to_contain_text("side left", timeout=WAIT)
    expect(page.locator(".ua-figure canvas")).to_have_count(1, timeout=WAIT)
    fits(page)
    page.get_by_role("button", name="Only some rows").press("Enter")
    page.get_by_label("How, condition 1").select_option("at least", timeout=WAIT)
    value = page.get_by_role("textbox", name="Value, condition 1")
    value.fill("6", timeout=WAIT)
    value.press("Tab")
    expect(finding).to_contain_text("4 rows in 4 groups", timeout=WAIT)
    with page.expect_download(timeout=WAIT) as taken:
        page.get_by_role("button", name="This table as CSV").click()
    assert len(taken.value.path().read_text().splitlines()) == 5
    link = page.url
    page.goto("about:blank")
    page.goto(link, timeout=WAIT)
    expect(page.locator(".ua-finding")).to_contain_text("4 rows in 4 groups", timeout=WAIT)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/results?open=../../etc/passwd", "There is nothing called"),
        ("/evidence?text=%3Cimg%20src=x%3E", "None of 3"),
    ],
)
def test_hostile_links_do_no_harm(visit, path, told):
    page = visit(path)
    expect(page.locator(".ua-page-title")).to_be_visible(timeout=WAIT)
    expect(page.get_by_text(told)).to_be_visible(timeout=WAIT)
    assert page.locator("img[src=x]").count() == 0
    assert "root:" not in page.content()
