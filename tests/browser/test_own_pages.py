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
from tests.browser.look import SIZES, faults_of
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


def fits(page: Page, name: str) -> None:
    """Nothing may be wider than the window, small to hit or without a name."""
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")
        assert faults_of(page, f"{name}-{width}") == []
    page.set_viewport_size({"width": 1440, "height": 900})


def give(page: Page, label: str, name: str, data: bytes) -> None:
    page.locator(f'[data-upload^="{label}"]').set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": data}
    )


def test_a_place_is_loaded_checked_kept_and_explored(visit):
    page = visit("/place")
    expect(page.get_by_role("heading", name="Your place")).to_be_visible()
    give(page, "Organisations", "oakham.csv", b"name,income\n<img src=x onerror=alert(1)>,5\n")
    expect(page.get_by_role("alert")).to_contain_text("script in web pages")
    give(page, "Organisations", "oakham.csv", b"\x00\x01\x02")
    expect(page.get_by_role("alert")).to_contain_text("this is no text")
    give(page, "Organisations", "oakham.csv", b"x" * 2_000_001)
    expect(page.get_by_role("alert")).to_contain_text("at most 2 MB")
    give(page, "Organisations", "oakham.csv", ROSTER)
    expect(page.locator(".ua-place-told")).to_contain_text("oakham: 10 org")
    expect(page.get_by_role("alert")).to_have_count(0)
    give(page, "Ties", "ties.csv", TIES)
    expect(page.locator(".ua-place-told")).to_contain_text("9 ties")
    expect(page.locator('[data-runs="32"]')).to_contain_text(re.compile(r"in \d+ of \d+ figures"))
    expect(page.locator(".ua-place-map circle")).to_have_count(12)
    fits(page, "place-loaded")
    page.get_by_text("Who is who").click()
    expect(page.get_by_role("rowheader", name="Body 9")).to_be_visible()
    with page.expect_download() as kept:
        page.get_by_role("button", name="Keep it as a file").click()
    assert kept.value.suggested_filename == "my-place.zip"
    page.get_by_text("Explore your place").click()
    expect(page).to_have_url(re.compile(r"/explore\?.*place="))
    expect(page.get_by_text("This is your own place, oakham")).to_be_visible()
    expect(page.locator('.ua-finding[data-state="whole"]')).to_have_count(4)
    page.reload()
    expect(page.get_by_text("load that place again")).to_be_visible()


def test_a_place_is_put_down_by_keyboard(visit):
    page = visit("/place")
    page.get_by_role("button", name="By hand").press("Enter")
    add = page.get_by_role("button", name="Add an organisation")
    for count in (1, 2):
        add.press("Enter")
        expect(page.locator(".ua-hand-row")).to_have_count(count)
    first = page.get_by_label("Name of organisation 1")
    first.fill("Ash")
    first.press("Tab")
    page.get_by_label("Income, GBP a year of Ash").fill("-5")
    page.keyboard.press("Tab")
    expect(page.get_by_role("alert")).to_contain_text("income of Ash was '-5'")
    page.get_by_role("button", name="Tie them").press("Enter")
    expect(page.get_by_text("Ash and Organisation 2, as usual")).to_be_visible()
    fits(page, "place-by-hand")
    page.get_by_role("button", name="Use this place").press("Enter")
    expect(page.locator(".ua-place-told")).to_contain_text("2 organisations")
    page.get_by_role("button", name="Remove Ash").press("Enter")
    expect(page.locator(".ua-hand-row")).to_have_count(1)


def test_no_visitor_sees_anothers_place(visitor, address):
    first, second = visitor(address), visitor(address)
    for page in (first, second):
        page.goto("/place")
        expect(page.get_by_role("heading", name="Your place")).to_be_visible()
    give(first, "Organisations", "oakham.csv", ROSTER)
    expect(first.locator(".ua-place-told")).to_be_visible()
    token = first.locator('a[href*="place="]').first.get_attribute("href")
    assert token is not None
    second.goto(token)
    expect(second.get_by_text("load that place again")).to_be_visible()
    assert "oakham" not in second.content()


def test_claims_are_filtered_opened_and_explored(visit):
    page = visit("/evidence")
    expect(page.get_by_text("3 of 3 claims")).to_be_visible()
    fits(page, "evidence-all")
    page.locator('[data-picker="Verdict"]').select_option("supported")
    expect(page.get_by_text("1 of 3 claims")).to_be_visible()
    expect(page).to_have_url(re.compile("verdict=supported"))
    claim = page.locator(".ua-claim")
    expect(claim).to_have_count(1)
    claim.locator("summary").press("Enter")
    expect(claim.get_by_text("Null test", exact=True)).to_be_visible()
    expect(claim.get_by_text("95 %")).to_be_visible()
    fits(page, "evidence-one")
    claim.get_by_text("Open this case in Explore").click()
    expect(page).to_have_url(re.compile(r"/explore\?.*case=sure-start"))


def test_a_table_is_opened_asked_and_taken_along(visit):
    page = visit("/results")
    page.get_by_label("Find").fill("trial")
    expect(page.get_by_text("0 sweeps and 1 table")).to_be_visible()
    option = page.get_by_label("Open").locator("option", has_text="trial.csv")
    page.get_by_label("Open").select_option(option.get_attribute("value"))
    finding = page.locator(".ua-finding")
    expect(finding).to_contain_text("highest for")
    page.get_by_label("Split by").select_option("side")
    expect(finding).to_contain_text("side left")
    expect(page.locator(".ua-figure canvas")).to_have_count(1)
    fits(page, "results-table")
    page.get_by_role("button", name="Only some rows").press("Enter")
    page.get_by_label("How, condition 1").select_option("at least")
    value = page.get_by_role("textbox", name="Value, condition 1")
    value.fill("6")
    value.press("Tab")
    expect(finding).to_contain_text("4 rows in 4 groups")
    with page.expect_download() as taken:
        page.get_by_role("button", name="This table as CSV").click()
    assert len(taken.value.path().read_text().splitlines()) == 5
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator(".ua-finding")).to_contain_text("4 rows in 4 groups")


def test_hostile_links_do_no_harm(visit):
    for path, told in (
        ("/results?open=../../etc/%3Cimg%20src=x%3E", "There is nothing called"),
        ("/evidence?text=%3Cimg%20src=x%3E", "None of 3"),
    ):
        page = visit(path)
        expect(page.get_by_text(told)).to_be_visible()
        assert page.locator("img[src=x]").count() == 0
