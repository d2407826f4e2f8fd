"""Each chapter is run, and what it says is what the runs say."""

import re

import numpy as np
import pytest

from alliances import simulate
from alliances.dashboards.learn.answers import answer_bet, ask, knob_points
from alliances.dashboards.learn.chapter import read_chapters
from alliances.dashboards.learn.finding import BY
from alliances.dashboards.learn.runs import ChapterRuns
from alliances.dashboards.learn.slide import view
from alliances.dashboards.learn.turn import Turn, slides
from alliances.experiments.runs.comparison import compare
from alliances.experiments.words.numbers import pair, together
from alliances.model.kernel.state import CAUSES, cause
from alliances.model.measures import MEASURES
from tests.each import each

pytestmark = pytest.mark.slow

RUNS = 16  # few are enough: whatever they say must be what is said
STOCKS = {
    name: ChapterRuns(chapter.model_copy(update={"runs": RUNS}), chapter.seed)
    for name, chapter in read_chapters().items()
}
EVERY = [
    (name, option.arm) for name, stock in STOCKS.items() for option in stock.chapter.choice.options
]
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def arms(stock, finding, chosen):
    return [stock.chapter.scenario_of(stock.chapter.named(a, chosen)) for a in finding.arms]


@each("name chosen", EVERY)
def test_effects_are_those_of_matched_runs(name, chosen):
    stock = STOCKS[name]
    for key, finding in stock.chapter.findings.items():
        if finding.kind != "effect":
            continue
        said = ask(stock, key, chosen)
        end = finding.at or stock.chapter.months
        a, b = arms(stock, finding, chosen)
        found = compare(a, b, RUNS, stock.seed, end, last=finding.over).effect(finding.measure)
        assert said.numbers["before"] == pytest.approx(found.mean_a, rel=1e-9)
        assert said.numbers["after"] == pytest.approx(found.mean_b, rel=1e-9)
        low, high = found.interval or (0.0, 0.0)
        clear = not low <= 0 <= high and abs(found.difference) >= finding.least
        truth = ("rises" if found.difference > 0 else "falls") if clear else "same"
        assert said.outcome == truth
        write = pair if clear else together
        texts = write(found.mean_a, found.mean_b, MEASURES[finding.measure].unit)
        template = finding.say[truth]
        assert ("{before}" not in template) or texts[0] in said.sentence
        assert ("{after}" not in template) or texts[1] in said.sentence
        if "{agree}" in template:
            assert f"{found.agreeing} of {RUNS}" in said.sentence


@each("name chosen", EVERY)
def test_every_number_in_a_sentence_comes_from_the_runs(name, chosen):
    stock = STOCKS[name]
    for key, finding in stock.chapter.findings.items():
        said = ask(stock, key, chosen)
        template = finding.say[said.outcome]
        filled = NUMBER.findall(" ".join(said.fills.values()))
        written = NUMBER.findall(re.sub(r"\{\w+\}", "", template))
        assert set(NUMBER.findall(said.sentence)) <= {*filled, *written}
        assert "nan" not in said.sentence
        assert "{" not in said.sentence


@each("name chosen", EVERY)
def test_the_bet_is_remembered_and_answered(name, chosen):
    stock = STOCKS[name]
    bet = stock.chapter.bet
    outcome = ask(stock, bet.finding, chosen).outcome
    for k, stake in enumerate(bet.options):
        told = answer_bet(stock, chosen, k)
        assert told.startswith(f"You bet that {stake.text}.")
        assert told.endswith("In this model it is so.") == (outcome in stake.outcomes)
    assert answer_bet(stock, chosen, None).startswith("Nobody placed a bet.")


def test_what_is_left_of_a_gain():
    stock = STOCKS["connector"]
    months = stock.chapter.months
    for option in stock.chapter.choice.options:
        said = ask(stock, "left", option.arm)
        with_it, without = (
            simulate(stock.chapter.scenario_of(a), RUNS, stock.seed).values["mean_ties"]
            for a in (option.arm, "nobody")
        )
        gap = (with_it - without).mean(axis=0)
        then, now = gap[35], gap[months - 1]
        assert said.numbers["share"] == pytest.approx(now / then, rel=1e-9)
        bounds = {"gone": (-9, 0.25), "some": (0.25, 0.5), "most": (0.5, 0.9), "all": (0.9, 99)}
        low, high = bounds[said.outcome]
        assert low <= now / then < high


def test_how_long_a_scar_lasts():
    stock = STOCKS["turning"]
    spared = simulate(stock.chapter.scenario_of("spared"), RUNS, 0).values["trust_cross_sector"]
    for arm in ("wait", "talks", "connectors"):
        said = ask(stock, "scar", arm)
        hit = simulate(stock.chapter.scenario_of(arm), RUNS, 0).values["trust_cross_sector"]
        gap = (spared - hit).mean(axis=0)
        assert abs(gap[:24]).max() == 0.0  # the same luck: nothing differs before the blow
        half = next(k for k in range(24, len(gap)) if gap[k] <= gap[24] / 2) - 24
        assert said.numbers["months"] == half
        assert f"{half} months" in said.sentence
        assert said.outcome == ("soon" if half <= 12 else "slow" if half <= 36 else "long")


def test_meetings_are_counted_in_the_event_log():
    stock = STOCKS["meeting"]
    said = ask(stock, "weigh", "helped")
    log = np.concatenate([record.events for record in stock.records("helped")])
    rows = log[(log["kind"] == 0) & (log["cause"] == cause("meeting"))]
    moves = rows["after"] - rows["before"]
    needed = -moves[moves < 0].mean() / moves[moves > 0].mean()
    assert said.numbers["needed"] == pytest.approx(needed)
    assert f"{needed:.1f}".removesuffix(".0") + " good ones" in said.sentence


def test_what_takes_trust_is_counted_in_the_event_log():
    stock = STOCKS["tender"]
    said = ask(stock, "rivals", "all")
    assert 0 < said.numbers["share"] < said.numbers["most_share"] < 1
    assert said.outcome == "little"
    assert "meetings that go badly" in said.sentence


def test_what_wins_trust_back_is_counted_from_the_blow_on():
    stock = STOCKS["turning"]
    said = ask(stock, "ways", "wait")
    log = np.concatenate([record.events for record in stock.records("wait")])
    log = log[(log["kind"] == 0) & (log["month"] >= 24) & (log["after"] > log["before"])]
    won = {
        cause: float((rows["after"] - rows["before"]).sum())
        for cause in BY["won"]
        if len(rows := log[log["cause"] == CAUSES.index(cause)])
    }
    assert said.numbers["share"] == pytest.approx(won["meeting"] / sum(won.values()))
    assert said.numbers["next_share"] == pytest.approx(
        max(value for cause, value in won.items() if cause != "meeting") / sum(won.values())
    )
    assert said.fills["next"] in said.sentence


@each("name chosen", EVERY)
def test_what_is_said_is_what_is_drawn(name, chosen):
    stock = STOCKS[name]
    chapter = stock.chapter
    seen = 0
    for scene, kind in ((chapter.reveal, "reveal"), (chapter.twist, "twisted")):
        number = next(k for k, slide in enumerate(slides(chapter)) if slide.kind == kind)
        option = [option.arm for option in chapter.choice.options].index(chosen)
        drawing = view(stock, Turn(name, number, option, 0)).drawing
        lines = {line.label: line.values for line in drawing.lines}
        for key in scene.findings:
            finding = chapter.findings[key]
            if finding.kind != "effect" or finding.measure != scene.measure:
                continue
            said = ask(stock, key, chosen)
            for arm, end in zip(finding.arms, ("before", "after"), strict=True):
                title = chapter.arm(chapter.named(arm, chosen)).title
                at = (finding.at or chapter.months) - 1
                assert lines[title][at] == pytest.approx(said.numbers[end], rel=1e-6)
                seen += 1
    assert seen or name == "turning"


def test_what_follows_the_knob_is_not_said_before_it():
    stock = STOCKS["connector"]
    chapter = stock.chapter
    kinds = [slide.kind for slide in slides(chapter)]
    before, after = (
        view(stock, Turn("connector", kinds.index(kind), 1, 0, 2)).text
        for kind in ("knob", "turned")
    )
    assert chapter.knob.after
    assert not set(chapter.knob.after) & set(before)
    assert set(chapter.knob.after) <= set(after)
    assert "does not tire" in " ".join(after)


def test_who_chose_to_wait_is_not_told_of_waiting_twice():
    chapter = STOCKS["turning"].chapter
    number = next(k for k, slide in enumerate(slides(chapter)) if slide.kind == "reveal")
    told = [view(STOCKS["turning"], Turn("turning", number, k, 0)).text for k in range(3)]
    assert [len(text) for text in told] == [1, 2, 2]


@each("name", STOCKS)
def test_rule_or_luck_compares_what_the_slide_is_about(name):
    stock = STOCKS[name]
    chapter = stock.chapter
    for scene, kind in ((chapter.reveal, "reveal"), (chapter.twist, "twisted")):
        number = next(k for k, slide in enumerate(slides(chapter)) if slide.kind == kind)
        square = view(stock, Turn(name, number, 0, 0, luck=0)).square
        chosen = chapter.choice.options[0].arm
        wanted = chosen if kind == "reveal" else chapter.named(scene.arms[-1], chosen)
        assert square.rules[1] == chapter.arm(wanted).title
        shown = [[float(cell.split(" ")[0]) for cell in row] for row in square.cells]
        steps = [float(text) for text in re.findall(r"[+-]\d+(?:\.\d+)?|\b0\b", square.sentence)]
        (a, b), (c, d) = shown
        assert steps == pytest.approx([b - a, d - c, c - a, d - b])


@each("name", STOCKS)
def test_the_knob_is_turned_through_its_values(name):
    stock = STOCKS[name]
    chosen = stock.chapter.choice.options[-1].arm
    said = ask(stock, stock.chapter.knob.finding, chosen)
    points = [float(np.nanmean(point)) for point in knob_points(stock, chosen)]
    assert said.numbers["at_first"] == points[0]
    assert said.numbers["at_last"] == points[-1]
    finding = stock.chapter.findings[stock.chapter.knob.finding]
    if said.outcome in ("rises", "falls"):
        assert (points[-1] > points[0]) == (said.outcome == "rises")
        assert abs(points[-1] - points[0]) >= finding.least
    values = stock.chapter.knob.values
    again = stock.ensemble(stock.chapter.named(stock.chapter.knob.arm, chosen), values[0])
    assert again is stock.ensemble(stock.chapter.named(stock.chapter.knob.arm, chosen), values[0])


def test_a_chapter_stays_true_when_the_model_says_otherwise():
    chapter = read_chapters()["meeting"].model_copy(update={"runs": RUNS})
    arm = chapter.arm("helped").model_copy(update={"arm": "as-it-was"})
    turned = chapter.model_copy(
        update={"arms": tuple(arm if a.name == "helped" else a for a in chapter.arms)}
    )
    stock = ChapterRuns(turned, 0)
    said = ask(stock, "trust", "helped")
    assert said.outcome == "same"
    assert said.sentence.endswith("To meet was not enough.")
    assert answer_bet(stock, "helped", 1).endswith("In this model it is so.")
