"""Chapters, pages and papers can be read at about twelve."""

import re

import pytest

from alliances.dashboards.learn.chapter import Chapter, read_chapters
from alliances.dashboards.learn.pack.cards import cards
from tests.dashboards.learn.readability import grade, syllables

AGE_12 = 7.0
CHAPTERS = read_chapters()


def texts(chapter: Chapter) -> dict[str, str]:
    """What people read of a chapter, by part; what is filled in stands as a number."""
    said = [s for f in chapter.findings.values() for s in f.say.values()]
    said += [s for line in chapter.recap for s in line.say.values()]
    asked = [chapter.question, chapter.choice.question, chapter.bet.question, chapter.knob.question]
    asked += [option.text for option in chapter.choice.options]
    asked += [f"{stake.text}." for stake in chapter.bet.options]
    scenes = [*chapter.rule.text, *chapter.knob.text, *chapter.twist.text, *chapter.reveal.text]
    cues = [t for cue in chapter.cues.values() for t in (cue.say, cue.ask, cue.watch) if t]
    parts = {
        "story": chapter.story,
        "asked": asked,
        "said": said,
        "scenes": scenes,
        "script": cues,
        "debrief": chapter.debrief,
    }
    return {name: re.sub(r"\{\w+\}", "9", " ".join(part)) for name, part in parts.items()}


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("trust", 1),
        ("meeting", 2),
        ("charity", 3),
        ("organisation", 5),
        ("made", 1),
        ("helped", 1),
        ("wanted", 2),
        ("table", 2),
        ("services", 3),
        ("names", 1),
    ],
)
def test_syllables(word, count):
    assert syllables(word) == count


def test_long_words_and_sentences_are_harder():
    assert grade("The cat sat. The dog ran.") < 2
    hard = "Interorganisational collaboration necessitates considerable institutional flexibility."
    assert grade(hard) > 20


@pytest.mark.parametrize("name", list(CHAPTERS))
def test_a_chapter_can_be_read_at_twelve(name):
    parts = texts(CHAPTERS[name])
    hard = {part: round(grade(text), 1) for part, text in parts.items() if grade(text) > AGE_12 + 1}
    assert hard == {}
    assert grade(" ".join(parts.values())) <= AGE_12


def test_role_cards_can_be_read_at_twelve():
    told = [f"{card.who} {card.want} {card.fear}" for card in cards()]
    can = [f"{name}. {text}" for card in cards() for name, text in card.can]
    assert grade(" ".join([*told, *can])) <= AGE_12
