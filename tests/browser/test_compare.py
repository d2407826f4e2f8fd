"""The page Compare in a real browser: from Explore to a comparison, its views and its link."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.look import QUIET, SIZES, faults_of, whole

SMALL = "months=24&organisations=10"
TWO = f"{SMALL}&a.competition=0.0&a.connectors=6&b.single_lead=0.9"


def compared(page: Page) -> None:
    """Wait for all runs of what the address says."""
    page.wait_for_function(
        """() => {
          const state = document.querySelector('.ua-state');
          return state && state.dataset.state === 'whole'
            && state.dataset.link === location.search.slice(1);
        }"""
    )


def told(page: Page) -> list[str]:
    """Wait until every finding is of all runs; return them."""
    page.wait_for_function(
        """() => {
          const said = [...document.querySelectorAll('.ua-finding-of')];
          return said.length && said.every((one) =>
            /64 matched runs|mean difference/.test(one.innerText));
        }"""
    )
    return page.locator(".ua-finding-of").all_inner_texts()


def test_from_explore_to_a_comparison_and_back(visit, visitor, address):
    page = visit(f"/explore?{SMALL}")
    whole(page)
    page.get_by_role("button", name="Many grants", exact=True).click()
    expect(page).to_have_url(re.compile("grant_share=1.0"))
    page.get_by_role("button", name="Keep as A").click()
    expect(page.get_by_text("Compare (1 kept)")).to_be_visible()
    page.get_by_role("button", name="More: Connectors", exact=True).click()
    expect(page).to_have_url(re.compile("&connectors=1"))
    page.get_by_role("button", name="Keep as B").click()
    page.get_by_text("Compare (2 kept)").click()
    compared(page)
    expect(page).to_have_url(re.compile(r"compare\?.*a\.grant_share=1\.0.*b\.connectors=1"))
    expect(page.locator(".ua-plot canvas")).to_have_count(8)
    assert len(told(page)) == 8

    for title, sign in (
        ("Who gains, who loses?", "Who pays"),
        ("Luck or the world?", "32 other worlds."),
        ("For the same money?", "of public money a year"),
        ("Policy or assumptions?", "Which of the two makes a change"),
    ):
        page.get_by_role("button", name=title).click()
        expect(page.get_by_text(sign).first).to_be_visible()
        compared(page)
    page.locator('[data-picker="Change an assumption"]').select_option("loss_ratio")
    expect(page.get_by_text("The policy alone makes").first).to_be_visible()
    compared(page)
    expect(page.locator(".ua-finding-of")).to_have_count(2)  # one a scenario
    link, findings = page.url, page.locator(".ua-finding-of").all_inner_texts()

    second = visitor(address)
    second.goto(link)
    compared(second)
    expect(second.locator(".ua-finding-of")).to_have_text(findings)
    second.goto(f"/explore?{SMALL}")
    whole(second)
    expect(second.get_by_text("kept)")).to_have_count(0)

    page.get_by_text("Change B in Explore").click()
    whole_of_explore(page)
    expect(page.locator('[data-lever="connectors"] input[type=number]')).to_have_value("1")
    expect(page.get_by_text("Compare (2 kept)")).to_be_visible()


def whole_of_explore(page: Page) -> None:
    page.wait_for_function(
        """() => { const found = [...document.querySelectorAll('.ua-finding')];
          return found.length === 4 && found.every((one) => one.dataset.state === 'whole'); }"""
    )


@pytest.mark.parametrize("view", ["differences", "who", "assumptions", "luck", "money"])
def test_nothing_is_wider_than_the_window(visit, view):
    page = visit(f"/compare?{TWO}&view={view}&all.loss_ratio=4.0")
    compared(page)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(QUIET, 200)  # figures are drawn anew
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_controls_are_named_and_large_enough_and_tables_open_by_keyboard(visit):
    page = visit(f"/compare?{TWO}")
    compared(page)
    assert faults_of(page, "compare-two") == []
    page.locator(".ua-chart summary", has_text="Table").first.focus()
    page.keyboard.press("Enter")
    table = page.locator(".ua-chart table").first
    expect(table).to_be_visible()
    expect(table.locator("tbody tr")).to_have_count(3)
