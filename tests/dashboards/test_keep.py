"""What can be taken away: it holds the numbers of the page, says what it is of, and is harmless."""

import asyncio
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from matplotlib import image
from starlette.requests import Request

from alliances.dashboards.keep import downloads
from alliances.dashboards.keep.downloads import FILES, PAGES, against_today, explore_sheet
from alliances.dashboards.keep.tables import SHARES
from alliances.dashboards.web.compare.words import beside
from alliances.dashboards.web.shared import warming
from alliances.dashboards.web.shared.choice import LinkError, read_search
from alliances.dashboards.web.shared.comparing import read_comparing
from alliances.experiments.compare.who_gains import in_short
from alliances.experiments.output.manifest import own_version
from alliances.experiments.runs.comparison import compare
from alliances.experiments.runs.ensemble import PairedRuns
from alliances.experiments.runs.months import drawn, percentiles
from alliances.model.measures import MEASURES
from alliances.model.scenario import parse_scenario

LINK = "months=24&organisations=10&connectors=3&seed=4&loss_ratio=2.5"


@pytest.fixture(scope="module")
def sheet():
    return PAGES["explore"](LINK)


def table(sheet, name):
    made = FILES[name](sheet)
    assert made.kind.startswith("text/csv")
    return pd.read_csv(io.BytesIO(made.body))


def test_differences_are_those_of_the_page_and_of_the_command(sheet):
    choice, _ = read_search(LINK)
    question = choice.pair()
    comparison = compare(question.a, question.b, 64, choice.seed, choice.horizon)
    found = table(sheet, "differences.csv").set_index("measure")
    assert list(found.index) == list(MEASURES)
    for name, effect in comparison.effects.items():
        for column, value in (("a", effect.mean_a), ("difference", effect.difference)):
            assert found.loc[name, column] == value or not np.isfinite(value)
        assert found.loc[name, "sentence"] == effect.sentence()
    assert set(found["model"]) == {own_version()}
    assert set(found["seed"]) == {4}
    assert set(found["link"]) == {f"/explore?{choice.to_search()}"}


COMPARED = "months=24&organisations=10&seed=4&a.connectors=3&b.competition=0.9&all.loss_ratio=2.5"


def test_a_comparison_is_held_against_one_today():
    sheet = PAGES["compare"](COMPARED)
    assert [arm.name for arm in sheet.arms] == ["today", "A", "B"]
    found = table(sheet, "differences.csv").set_index(["scenario", "measure"])
    comparing, _ = read_comparing(COMPARED)
    for letter in "AB":
        question = comparing.whole(letter).pair()
        comparison = compare(question.a, question.b, 64, 4, 24)
        effect = comparison.effects["alliance_share"]
        assert found.loc[(letter, "alliance_share"), "difference"] == effect.difference
        assert found.loc[(letter, "alliance_share"), "sentence"] == effect.sentence()
    assert len(table(sheet, "runs.csv")) == 3 * 64
    assert FILES["charts.svg"](sheet).body.startswith(b"<?xml")


def test_scenarios_against_different_todays_are_refused():
    with pytest.raises(LinkError, match="one at a time"):
        PAGES["compare"]("months=24&a.connectors=3&b.case=single-gateway:gateway")


def test_months_are_what_the_charts_draw(sheet):
    found = table(sheet, "months.csv")
    assert len(found) == 2 * len(MEASURES) * 24
    one = found[(found["scenario"] == "yours") & (found["measure"] == "alliance_share")]
    expected = percentiles(drawn(sheet.arms[1].values, "alliance_share"), SHARES)
    assert list(one["month"]) == list(range(1, 25))
    np.testing.assert_array_equal(one["percentile_50"], expected[2])
    np.testing.assert_array_equal(one["percentile_95"], expected[4])
    drawn_line = drawn(sheet.arms[1].values, "alliance_share").mean(axis=0)
    np.testing.assert_allclose(one["mean"], drawn_line, rtol=1e-12)


def test_runs_are_matched_by_number(sheet):
    found = table(sheet, "runs.csv")
    assert list(found["run"]) == 2 * list(range(64))
    wide = found.pivot_table(index="run", columns="scenario", values="trust_familiar")
    effect = PairedRuns(None, sheet.arms[0].values, sheet.arms[1].values).effect("trust_familiar")
    np.testing.assert_allclose(wide["yours"] - wide["today"], effect.differences, atol=1e-12)


def test_the_scenario_can_be_read_again(sheet):
    made = FILES["scenario.toml"](sheet)
    assert parse_scenario(made.body.decode()) == sheet.arms[1].scenario


def test_figures_say_where_they_come_from(sheet):
    png = FILES["charts.png"](sheet).body
    assert image.imread(io.BytesIO(png), format="png").shape[2] in (3, 4)
    svg = FILES["charts.svg"](sheet).body
    for body in (png, svg):
        said = body.decode("latin-1").replace("&quot;", '"').replace("&amp;", "&")
        mark = json.loads(re.search(r'\{"model".*?\}\}', said).group())
        assert mark["link"] == sheet.link
        assert mark["seed"] == 4
        assert mark["runs"] == 64
        assert own_version() in mark["model"]
    texts = " ".join(ElementTree.fromstring(svg).itertext())
    assert "today" in texts
    assert "yours" in texts
    assert MEASURES["alliance_share"].label in texts


def test_a_figure_of_three_tells_them_apart(sheet):
    third = replace(sheet.arms[1], name="third")
    svg = downloads.picture(replace(sheet, arms=(*sheet.arms, third)), "svg").decode()
    assert all(colour in svg.lower() for colour in ("#0072b2", "#d55e00", "#00734f"))
    assert svg.count("third") >= 5  # the key, and the end of a line in each chart
    assert "Bands: " not in svg  # those of three would hide each other
    assert "Bands: " in downloads.picture(sheet, "svg").decode()
    without = downloads.picture(replace(sheet, arms=(*sheet.arms, third)), "svg", key=False)
    assert without.decode().count("third") < svg.count("third")


class _Text(HTMLParser):
    def __init__(self):
        super().__init__()
        self.text, self.pictures, self.tags = "", [], []

    def handle_data(self, data):
        self.text += data

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "img":
            self.pictures.append(dict(attrs))


def read(body: bytes) -> _Text:
    found = _Text()
    found.feed(body.decode())
    return found


def test_the_brief_tells_changes_findings_costs_doubts_and_limits(sheet):
    found = read(FILES["brief.html"](sheet).body)
    assert "Connectors: 3 a place (today 0 a place)" in found.text
    assert "Assumed in both" in found.text
    answer = PairedRuns(None, sheet.arms[0].values, sheet.arms[1].values)
    for name in sheet.charts:
        assert answer.effect(name).sentence() in found.text
    for part in ("Your levers cost GBP", "Worse, besides", "How sure", "predicts nothing"):
        assert part in found.text, part
    assert sheet.link in found.text
    assert own_version() in found.text
    assert len(found.pictures) == 1
    assert found.pictures[0]["alt"]


def test_the_brief_runs_only_its_own_script(sheet):
    hostile = sheet.arms[1].scenario.model_copy(update={"name": "<script>alert(1)</script>"})
    arms = (sheet.arms[0], replace(sheet.arms[1], scenario=hostile))
    made = FILES["brief.html"](replace(sheet, arms=arms))
    assert read(made.body).tags.count("script") == 1
    number = re.search(r'<script nonce="([^"]+)"', made.body.decode()).group(1)
    assert f"'nonce-{number}'" in made.headers["Content-Security-Policy"]


def test_the_brief_of_a_comparison_tells_differences_gains_costs_and_limits():
    sheet = PAGES["compare"](COMPARED)
    found = read(FILES["brief.html"](sheet).body)
    assert "A: Today's practice with one change" in found.text
    assert "Connectors: 3 a place (today 0 a place)" in found.text
    assert "Loss over gain: 2.5 (usually 3)" in found.text
    comparing, _ = read_comparing(COMPARED)
    against = against_today(comparing)
    for k in range(2):
        effect = against.effect(k, "alliance_share")
        assert beside(effect)[1] in found.text
        assert in_short(against, k) in found.text
    for part in ("Who loses: ", "64 matched runs", "How sure", "predicts nothing", sheet.link):
        assert part in found.text, part
    assert own_version() in found.text
    assert found.pictures[0]["alt"]
    assert found.tags.count("script") == 1


def test_changes_on_the_way_are_told():
    sheet = explore_sheet("case=newcastle-single-contract:consortium&months=30")
    assert "From month 24:" in read(FILES["brief.html"](sheet).body).text


def test_a_bad_link_is_refused():
    with pytest.raises(LinkError):
        explore_sheet("connectors=1000000")


def asked(*messages):
    """Return the status of the answer to somebody who asks for a table and then does this."""
    waiting = [{"type": "http.request", "body": b""}, *messages]
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/download/explore/runs.csv",
        "path_params": {"page": "explore", "name": "runs.csv"},
        "query_string": LINK.encode(),
        "headers": [],
        "client": ("192.168.0.9", 50_000),
    }

    async def receive():
        return waiting.pop(0) if waiting else await asyncio.Event().wait()

    warming.READY.set()
    downloads._turn.cache_clear()
    with ThreadPoolExecutor(1) as thread:  # a browser's tests leave a loop running in this one
        answer = thread.submit(asyncio.run, downloads.send(Request(scope, receive))).result()
    downloads._turn.cache_clear()
    return answer.status_code


def test_nothing_is_made_for_those_who_have_gone(monkeypatch, sheet):
    made = []
    monkeypatch.setitem(PAGES, "explore", lambda search: made.append(search) or sheet)
    assert asked() == 200
    assert made == [LINK]
    assert asked({"type": "http.disconnect"}) == downloads.GONE
    assert made == [LINK]
    assert not downloads._waiting


def test_one_address_leaves_files_to_be_made_for_others(monkeypatch):
    monkeypatch.setitem(downloads._waiting, "192.168.0.9", downloads.WAITING_EACH)
    assert asked() == 503
