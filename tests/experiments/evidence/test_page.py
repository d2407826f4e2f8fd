"""The page says what was found in sentences, and each finding under its heading."""

import re
from dataclasses import replace

import numpy as np
import pytest

from alliances.experiments.cases.choose import find_case
from alliances.experiments.evidence.besides import SideEffect
from alliances.experiments.evidence.interplay import Interplay
from alliances.experiments.evidence.page import page, table
from alliances.experiments.evidence.scope import FULL
from alliances.experiments.evidence.weight import Remainder, Spread, Weighed
from alliances.experiments.evidence.words import Entry, sentence, surprises
from tests.experiments.evidence.test_weight import claim, spread

CASE = find_case("councillor-pots")


def entry(effect, *, case=CASE, besides=(), hangs=None, interplay=None, null=None, **changes):
    options = {n: changes.pop(n) for n in ("over_worlds", "luck") if n in changes}
    weighed = Weighed(case.name, 1, claim(**changes), spread(effect, **options), null)
    weighed.interplay = interplay
    return Entry(case, weighed, list(besides), hangs)


@pytest.mark.parametrize(
    ("effect", "direction", "over_worlds", "standing"),
    [
        (0.10, "rises", 0.01, "as claimed"),
        (-0.10, "rises", 0.01, "the other way"),
        (0.005, "rises", 0.005, "too small to matter"),
        (-0.005, "rises", 0.005, "too small to matter"),
        (0.10, "no change", 0.01, "it does move"),
        (0.06, "rises", 0.15, "not clear"),
    ],
)
def test_how_an_effect_stands(effect, direction, over_worlds, standing):
    one = entry(effect, direction=direction, over_worlds=over_worlds)
    assert one.weighed.standing == standing
    found = dict(surprises([one]))
    headed = [heading for heading, sentences in found.items() if sentences]
    assert len(headed) == (standing != "as claimed")


def test_a_sentence_has_both_levels_the_difference_and_the_worlds():
    text = sentence(entry(0.1).weighed)
    found = re.search(r"goes from (\d+) % to (\d+) % after 60 months \(\+(\d+)", text)
    assert found, text
    before, after, difference = map(int, found.groups())
    assert after - before == pytest.approx(difference, abs=1)
    assert "as claimed in 40 of 40 worlds" in text


def test_levels_are_of_the_runs_that_both_arms_have():
    before, after = np.array([[0.2, 0.9]]), np.array([[0.3, np.nan]])
    both = Spread(np.repeat(before, 3, axis=0), np.repeat(after, 3, axis=0))
    assert both.level == pytest.approx(0.2)
    assert both.level + both.mean == pytest.approx(0.3)


def test_nobody_left_is_said():
    one = entry(0.1)
    nothing = np.full((3, 2), np.nan)
    one.weighed.spread = Spread(nothing, nothing)
    assert "nobody was left" in sentence(one.weighed)
    assert "nobody was left" in page([one], FULL)


def test_every_kind_of_surprise_has_its_heading():
    interplay = Interplay({"ring_fence": 0.01, "single_lead": 0.01}, 0.12, 0.1, 0.08, 0.12, 10)
    entries = [
        entry(0.1, null=Remainder("ally", 0.9, 1.0, 0.1)),
        entry(0.1, besides=[SideEffect("stress", 0.1, 0.2)]),
        entry(0.1, interplay=interplay),
        entry(0.1, interplay=replace(interplay, surplus=0.001)),  # too small to tell
        entry(0.1, hangs=("loss_ratio", -0.8)),
        entry(-0.1, hangs=("loss_ratio", -0.8)),  # hangs, but the claim does not hold
    ]
    counts = {heading: len(sentences) for heading, sentences in surprises(entries)}
    assert [count for count in counts.values() if count] == [1, 1, 1, 1, 1]
    text = page(entries, FULL)
    for words in ("90 % of the effect is left", "stress goes from", "one by one", "loss_ratio"):
        assert words in text


def test_both_sides_and_findings_against_have_their_parts():
    entries = [
        entry(0.1, case=find_case(name))
        for name in ("councillor-pots", "agree-first-or-act-first", "one-strong-centre")
    ]
    text = page(entries, FULL)
    assert text.count('id="disagreement"') == text.count('id="against"') == 1
    sides = text.split('id="disagreement"')[1]
    assert "Agree first, or act first?" in sides.split('id="against"')[0]
    assert "The centralised network serves best" in sides.split('id="against"')[1]
    assert 'id="disagreement"' not in page(entries[:1], FULL)
    assert list(table(entries)["kind"]) == ["told", "disagreement", "against"]


def test_what_is_told_cannot_break_the_page():
    text = page([entry(0.1, says="Less <script>alert(1)</script> of it & more.")], FULL)
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
