"""How long people wait for the dashboard: `python -m tests.benchmarks.dashboard`.

It serves the dashboard, opens it in the system's Chromium and measures from inside the page: from
the release of a slider to the first changed finding, and to the last one of 64 matched runs.
"""

import argparse
import json
import os
import platform
import statistics
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.chromium import FLAGS, chromium, served

WAIT = 90_000  # milliseconds
# Bars that were set, in milliseconds or MB.
BARS = {
    "first paint": 3_000,
    "release to first chart, median": 150,
    "release to first chart, 95th percentile": 400,
    "2 x 64 paired runs, today's kept": 2_000,
    "MB a session": 15,
}
# Moves a slider and lets it go, then waits for findings to change and for the last run.
RELEASE = """
([name, value]) => new Promise((resolve) => {
  const slider = document.querySelector(`[data-lever="${name}"] input[type=range]`);
  const findings = () => [...document.querySelectorAll('.ua-finding')];
  const before = findings().map((one) => one.innerText).join();
  slider.value = value;
  const begin = performance.now();
  let first = null;
  slider.dispatchEvent(new Event('change', { bubbles: true }));
  const look = () => {
    const now = findings();
    if (first === null && now.map((one) => one.innerText).join() !== before)
      first = performance.now() - begin;
    if (first !== null && now.length === 4 && now.every((one) => one.dataset.state === 'whole'))
      return resolve([first, performance.now() - begin]);
    if (performance.now() - begin > 60000) return resolve(null);
    requestAnimationFrame(look);
  };
  look();
})
"""


def resident(pid: int) -> float:
    """Return what a process holds, in MB; 0 where that cannot be told."""
    status = Path(f"/proc/{pid}/status")
    if not status.is_file():
        return 0.0
    line = next(x for x in status.read_text().splitlines() if x.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def ready(page: Page, address: str, path: str) -> float:
    """Open a page and return after how many ms its first chart was drawn."""
    page.goto(address + path, timeout=WAIT)
    page.wait_for_selector(".ua-figure canvas", timeout=WAIT)
    drawn = float(page.evaluate("performance.now()"))
    page.wait_for_function(
        "document.querySelectorAll('[data-state=whole]').length === 4", timeout=WAIT
    )
    return drawn


def measure(releases: int, sessions: int) -> dict[str, float]:
    """Return what was measured, by name."""
    path = chromium()
    if path is None:
        sys.exit("there is no Chromium on this machine: apt-get install chromium")
    found: dict[str, float] = {}
    with served() as (address, pid), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        found["first visit to first chart"] = ready(page, address, "/explore")
        found["first paint"] = float(
            page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        )
        firsts, lasts = [], []
        for k in range(releases):
            # Values that were not asked for before, so that nothing is kept but today's runs.
            name = ("competition", "ring_fence", "core_share")[k % 3]
            times = page.evaluate(RELEASE, [name, 3 + 2 * k % 90 + k // 45])
            if times is None:
                continue
            firsts.append(times[0])
            lasts.append(times[1])
        found["release to first chart, median"] = statistics.median(firsts)
        found["release to first chart, 95th percentile"] = sorted(firsts)[
            min(len(firsts) - 1, int(0.95 * len(firsts)))
        ]
        found["2 x 64 paired runs, today's kept"] = statistics.median(lasts)
        found["releases measured"] = float(len(firsts))
        before = resident(pid)
        others = []
        for _ in range(sessions):
            context = browser.new_context()
            others.append(context)
            found["next visit to first chart"] = ready(context.new_page(), address, "/explore")
        found["MB a session"] = (resident(pid) - before) / sessions
        found["MB of the server"] = before
        browser.close()
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--releases", type=int, default=40)
    parser.add_argument("--sessions", type=int, default=8)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure(options.releases, options.sessions)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    if options.json:
        print(json.dumps({**found, "load": load}))
        return
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f}")
    for name, value in found.items():
        bar = f"   bar {BARS[name]:,}" if name in BARS else ""
        print(f"{name:42s} {value:10,.0f}{bar}")


if __name__ == "__main__":
    main()
