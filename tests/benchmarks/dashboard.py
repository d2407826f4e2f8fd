"""How long people wait for the dashboard: `python -m tests.benchmarks.dashboard`.

It serves the dashboard twice. First one visitor opens it in the system's Chromium, and times are
taken inside the page: from the release of a slider to the first changed finding, and to the last of
64 matched runs. Then twenty visitors come at once over websockets, as pages do but without drawing
(their browsers would be on machines of their own), move sliders, all at the same moment and one
after another within ten seconds, and leave.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.benchmarks.visitor import Lost, Visitor
from tests.browser.chromium import FLAGS, chromium, served

WAIT = 90_000  # milliseconds
PACE = 0.5  # seconds between the sliders of twenty people who do not act as one
LEVERS = ("competition", "ring_fence", "core_share")
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


@dataclass(frozen=True)
class Row:
    """One figure, and the bar that it has to stay below, if there is one."""

    name: str
    value: float
    unit: str
    bar: float | None = None

    @property
    def verdict(self) -> str:
        """Whether the bar is met."""
        if self.bar is None:
            return ""
        return "met" if self.value <= self.bar else "MISSED"


def resident(pid: int) -> float:
    """Return what a process holds, in MB; 0 where that cannot be told."""
    status = Path(f"/proc/{pid}/status")
    if not status.is_file():
        return 0.0
    line = next(x for x in status.read_text().splitlines() if x.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def high(times: Sequence[float]) -> float:
    """Return the 95th percentile."""
    return sorted(times)[min(len(times) - 1, int(0.95 * len(times)))]


def health(address: str) -> dict[str, float]:
    """Return what the server says of itself."""
    with urllib.request.urlopen(f"{address}/health", timeout=60) as answer:
        return dict(json.load(answer))


def until(true: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Wait until something is true; return whether it came to be."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def share_of_a_core() -> float:
    """Return how much of a core a program gets now: well below 1 on a machine that is busy."""
    begin, used = time.perf_counter(), time.thread_time()
    while time.perf_counter() - begin < 1.0:
        sum(range(10_000))
    return (time.thread_time() - used) / (time.perf_counter() - begin)


def drawn(page: Page, address: str) -> float:
    """Open the page and return after how many ms its first chart was drawn."""
    page.goto(f"{address}/explore", timeout=WAIT)
    page.wait_for_selector(".ua-figure canvas", timeout=WAIT)
    seen = float(page.evaluate("performance.now()"))
    page.wait_for_function(
        "document.querySelectorAll('[data-state=whole]').length === 4", timeout=WAIT
    )
    return seen


def alone(releases: int) -> list[Row]:
    """Measure one visitor with a browser."""
    path = chromium()
    if path is None:
        sys.exit("there is no Chromium on this machine: apt-get install chromium")
    with served() as (address, _), sync_playwright() as playwright:
        until(lambda: bool(health(address)["ready"]))
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        first = drawn(page, address)
        paints = []
        for _ in range(5):
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            paints.append(drawn(context.new_page(), address))
            context.close()
        firsts, lasts, lost = [], [], 0
        for k in range(releases):
            # Values that were not asked for before, so that nothing is kept but today's runs.
            times = page.evaluate(RELEASE, [LEVERS[k % 3], 3 + 2 * k % 90 + k // 45])
            if times is None:
                lost += 1
                continue
            firsts.append(times[0])
            lasts.append(times[1])
        browser.close()
    return [
        Row("first visit after the start, to a drawn chart", first, "ms"),
        Row("next visitor's first visit, to a drawn chart", statistics.median(paints), "ms", 2_500),
        Row("slider to first changed chart, median", statistics.median(firsts), "ms", 250),
        Row("slider to first changed chart, 95th percentile", high(firsts), "ms", 600),
        Row("slider to all 2 x 64 runs, median", statistics.median(lasts), "ms", 1_500),
        Row("sliders that got no answer", lost, "", 0),
    ]


def visit_once(address: str, number: int, rounds: int, turn: int, start: threading.Barrier) -> dict:
    """Be one of many visitors; return the times, in ms, and what went wrong."""
    found: dict = {"first": None, "firsts": [], "paced": [], "lasts": [], "errors": []}
    visitor = None
    try:
        start.wait(120)
        visitor = Visitor(address)
        found["first"] = visitor.first * 1000
        visitor.until(visitor.is_whole)
    except (Lost, OSError) as error:
        found["errors"].append(str(error))
    for k in range(2 * rounds):
        start.wait(300)
        if visitor is None or found["errors"]:
            continue
        paced = k >= rounds  # one after another instead of all at the same moment
        if paced:
            time.sleep(number * PACE)
        try:
            # Everybody's own, never asked for before, and never what it is today.
            value = 51.5 + 2 * number + 0.1 * k + 0.01 * turn
            first, last = visitor.release(LEVERS[k % 3], value)
            found["paced" if paced else "firsts"].append(first * 1000)
            found["lasts"].append(last * 1000)
        except (Lost, OSError) as error:
            found["errors"].append(str(error))
    found["visitor"] = visitor
    return found


def together(people: int, rounds: int) -> list[Row]:
    """Measure many visitors at once, and what they leave behind."""
    with served() as (address, pid):
        until(lambda: bool(health(address)["ready"]))
        warm = Visitor(address)  # what the first visit loads is no session's
        warm.until(warm.is_whole)
        warm.leave()
        until(lambda: health(address)["sessions"] == 0)
        before = resident(pid)
        left, during = [], []
        all_found: list[dict] = []
        for turn in range(2):
            start = threading.Barrier(people)
            with ThreadPoolExecutor(people) as pool:
                found = [
                    job.result()
                    for job in [
                        pool.submit(visit_once, address, k, rounds, turn, start)
                        for k in range(people)
                    ]
                ]
            during.append(resident(pid))
            for one in found:
                if one["visitor"] is not None:
                    one["visitor"].leave()
            gone = until(lambda: health(address)["sessions"] == 0)
            if not gone:
                found[0]["errors"].append("sessions did not end")
            time.sleep(2)  # the server collects what ended a moment later
            left.append(resident(pid))
            all_found += found
    firsts = [time for one in all_found for time in one["firsts"]]
    lasts = [time for one in all_found for time in one["lasts"]]
    paced = [time for one in all_found for time in one["paced"]]
    visits = [one["first"] for one in all_found if one["first"] is not None]
    errors = [error for one in all_found for error in one["errors"]]
    for error in errors[:5]:
        print(f"  error: {error}", file=sys.stderr)
    who = f"{people} people at once"
    return [
        Row(f"{who}: errors", len(errors), "", 0),
        Row(f"{who}: opening, to the first finding, median", statistics.median(visits), "ms"),
        Row(f"{who}: slider to first finding, median", statistics.median(paced), "ms", 1_000),
        Row(f"{who}: slider to first finding, 95th percentile", high(paced), "ms"),
        Row("all let go at the same moment: median", statistics.median(firsts), "ms", 1_000),
        Row("all let go at the same moment: 95th percentile", high(firsts), "ms"),
        Row(f"{who}: slider to all 2 x 64 runs, median", statistics.median(lasts), "ms"),
        Row("the server without visitors", before, "MB"),
        Row("a session", (during[0] - before) / people, "MB", 60),
        Row("after the first round has left, more than before", left[0] - before, "MB"),
        Row("after the second round has left, more than then", left[1] - left[0], "MB", 30),
    ]


def main() -> None:
    """Measure and print."""
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--releases", type=int, default=40)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--part", choices=["alone", "together"])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows: list[Row] = []
    shares = [share_of_a_core()]
    if options.part != "together":
        rows += alone(options.releases)
    if options.part != "alone":
        rows += together(options.people, options.rounds)
    shares.append(share_of_a_core())
    share = statistics.mean(shares)
    if options.json:
        print(json.dumps({**{row.name: row.value for row in rows}, "share of a core": share}))
        return
    print(f"{platform.machine()}, {os.cpu_count()} cores; a program gets {share:.0%} of one")
    if share < 0.9:
        print("The machine is busy with other work: bars may be missed for that alone.")
    print(f"{'':62s}{'measured':>12s}{'bar':>12s}")
    for row in rows:
        bar = "" if row.bar is None else f"{row.bar:,.0f} {row.unit}"
        value = f"{row.value:,.0f} {row.unit}"
        print(f"{row.name:62s}{value:>12s}{bar:>12s}  {row.verdict}".rstrip())


if __name__ == "__main__":
    main()
