"""What visitors take away and what they cannot do to others, in a real browser and by hand."""

import contextlib
import json
import re
from urllib.request import urlopen
from uuid import uuid4

import pytest
from playwright.sync_api import expect
from websockets.exceptions import ConnectionClosed

from tests.benchmarks.visitor import Lost, Visitor
from tests.browser.chromium import served
from tests.browser.look import SMALL, keep_picture, whole
from tests.waiting import PATIENCE, until

FILES = {
    "Data (CSV): what differs": ("alliances-differences.csv", b"against,scenario,measure"),
    "Figure of the charts: PNG": ("alliances-charts.png", b"\x89PNG"),
    "Figure of the charts: SVG": ("alliances-charts.svg", b"<?xml"),
    "Scenario for the command line: TOML": ("alliances-scenario.toml", b"name ="),
}


def test_files_are_saved_by_their_links(visit, tmp_path):
    page = visit(f"/explore?{SMALL}&connectors=2")
    whole(page)
    for label, (name, begin) in FILES.items():
        with page.expect_download() as waiting:
            page.get_by_role("link", name=label, exact=True).click()
        assert waiting.value.suggested_filename == name
        waiting.value.save_as(tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(begin)


# The largest scenarios of the library, with assumptions changed too.
@pytest.mark.parametrize(
    "link",
    [
        "explore/brief.html?case=today&months=24",
        "explore/brief.html?case=nhs-trust-and-twelve-charities:alliance-award&months=24"
        "&loss_ratio=2.5&reporting=0.2&targets=0.7&connectors=3&term_months=60",
        "compare/brief.html?months=24&a.case=alliance-with-connectors&a.reporting=0.2"
        "&b.competition=0.9&b.connectors=3&b.ring_fence=0.3&b.targets=0.9&b.reporting=0.2"
        "&b.core_share=0.8&b.term_months=60&c.single_lead=0.9&c.term_months=60&all.loss_ratio=4.0"
        "&all.trust_gain=0.2&all.stranger_trust=0.3&all.turnover_rate=0.3&all.rivalry=0.2",
    ],
)
def test_the_brief_is_one_page_of_paper(visit, link):
    page = visit(f"/download/{link}")
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    keep_picture(page, f"brief-{link.partition('/')[0]}-{len(link)}")
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", paper)) == 1


def test_a_visitor_who_sends_nonsense_does_no_harm_to_another(address):
    here = f"/explore?{SMALL}"
    good, bad = Visitor(address, here), Visitor(address, here)
    try:
        good.until(good.is_whole)
        models = list(bad.widgets)
        for value in ("<script>alert(1)</script>", {"object_ref": "__class__"}, [[]] * 999, 1e308):
            for event in ("set_value", "press", "pick", "look_for", "__init__", "no_such_event"):
                content = {"event": event, "data": value}
                for model in models[:: max(1, len(models) // 25)]:
                    data = {"method": "custom", "content": content}
                    bad._send("comm_msg", {"comm_id": model, "data": data})
                    state = {"children": value, "card": value, "option": value}
                    data = {"method": "update", "state": state, "buffer_paths": []}
                    bad._send("comm_msg", {"comm_id": model, "data": data})
        bad._send("no_such_message", {})
        bad._send("comm_msg", {"comm_id": str(uuid4()), "data": {}})
        first, last = good.release("connectors", 5)
        assert 0 < first <= last
    finally:
        for one in (good, bad):
            one.leave()


def test_a_message_larger_than_any_upload_ends_the_page_that_sent_it(address):
    here = f"/explore?{SMALL}"
    good, bad = Visitor(address, here), Visitor(address, here)
    try:
        with contextlib.suppress(ConnectionClosed):
            bad._send("comm_msg", {"comm_id": "x", "data": "x" * 6_000_000})
        with pytest.raises(Lost, match="ConnectionClosed"):
            bad.until(lambda: False)
        good.until(good.is_whole)
    finally:
        for one in (good, bad):
            one.leave()


def test_a_page_that_is_left_gives_its_place_back(visitor):
    with served() as (address, _):

        def there_are(wanted: int) -> None:
            def sessions() -> int:
                with urlopen(f"{address}/health", timeout=PATIENCE) as answer:
                    return int(json.load(answer)["sessions"])

            until(lambda: sessions() == wanted, lambda: f"{sessions()} sessions, not {wanted}")

        page = visitor(address)
        for count, other in ((1, page), (2, page.context.new_page())):
            other.goto(f"/explore?{SMALL}")
            whole(other)
            there_are(count)
        other.goto("about:blank")
        there_are(1)
