"""How tests wait for a page and look at it: by what happens on it, never by the clock."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / ".cache" / "screenshots"
WAIT = 1000.0 * PATIENCE  # milliseconds, the default of whatever waits in a browser
SMALL = "months=24&organisations=10"
SIZES = [(1440, 900), (1024, 768), (390, 844)]

# Resolves when nothing on the page has changed for a while.
QUIET = """
(still) => new Promise((resolve) => {
  let timer = setTimeout(resolve, still);
  new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(resolve, still); })
    .observe(document.body,
      { subtree: true, childList: true, attributes: true, characterData: true });
})
"""
# What can be pressed or changed and is smaller than 24 pixels. Links within sentences may be.
SMALL_TARGETS = """
() => [...document.querySelectorAll(
    'a, button, input, select, textarea, summary, [role=button], [tabindex="0"]')]
  .filter((one) => {
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    if (!box.width || !box.height || style.visibility === 'hidden') return false;
    if (one.closest('.ua-hidden, .ua-skip, [aria-hidden=true]')) return false;
    if (one.tagName === 'A' && style.display === 'inline'
        && one.parentElement.textContent.trim() !== one.textContent.trim()) return false;
    const label = one.closest('label');
    const whole = label ? label.getBoundingClientRect() : box;
    return Math.max(box.height, /radio|checkbox/.test(one.type) ? whole.height : 0) < 24
      || Math.max(box.width, /radio|checkbox/.test(one.type) ? whole.width : 0) < 24;
  })
  .map((one) => one.outerHTML.slice(0, 120) + ' ' + JSON.stringify(one.getBoundingClientRect()))
"""
RULES = {
    "resultTypes": ["violations"],
    "runOnly": [
        *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"),
    ],
}
# What is wider than the window, outermost first.
TOO_WIDE = """
() => document.documentElement.scrollWidth <= innerWidth ? []
  : [...document.querySelectorAll('.ua-app *, main *')]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 5).map((one) => one.outerHTML.slice(0, 120))
"""


def watch(page: Page, address: str, faults: list[str]) -> None:
    """Note in `faults` what must not happen on a page: scripts that fail, requests elsewhere."""
    own = (address, address.replace("http", "ws"), "data:", "blob:")
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None,
    )
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith(own) else faults.append(f"asked {request.url}")
        ),
    )


def settle(page: Page, still: int = 400) -> None:
    """Wait until the page is there and nothing changes on it any more."""
    page.wait_for_selector("main h1")
    page.wait_for_function(
        """() => !document.querySelector('.ua-waiting')
          && ![...document.querySelectorAll('.ua-note')].some((one) =>
            /on its way|being compiled/.test(one.textContent))"""
    )
    page.evaluate(QUIET, still)


def whole(page: Page) -> None:
    """Wait for all runs of what the address says, on the page Explore."""
    page.wait_for_function(
        """() => {
          const found = [...document.querySelectorAll('.ua-finding')];
          return found.length === 4 && found.every((one) => one.dataset.state === 'whole'
            && one.dataset.link === location.search.slice(1));
        }"""
    )


def keep_picture(page: Page, name: str) -> None:
    """Keep a screenshot of the whole page as `.cache/screenshots/NAME.png`."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def violations(page: Page) -> list[str]:
    """Return what axe finds: rule and place."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for one in found
        for node in one["nodes"]
    ]


def faults_of(page: Page, name: str) -> list[str]:
    """Keep a picture; return what is too wide, too small to hit, or found by axe."""
    keep_picture(page, name)
    found = [f"{name}: too wide: {one}" for one in page.evaluate(TOO_WIDE)]
    found += [f"{name}: {one}" for one in violations(page)]
    return found + [f"{name}: small: {one}" for one in page.evaluate(SMALL_TARGETS)]
