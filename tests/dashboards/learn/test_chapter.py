"""Chapters are read and checked; what is wrong with one is said in words."""

import tomllib

import pytest
import tomli_w

from alliances.dashboards.learn.chapter import CHAPTERS, parse_chapter, read_chapter, read_chapters
from alliances.dashboards.learn.finding import OUTCOMES
from alliances.model.input.errors import UserError

SIX = ["meeting", "tender", "gateway", "connector", "purpose", "turning"]


def broken(**changes):
    """The first chapter as TOML, with entries changed: a.b = value, or None to leave it out."""
    document = tomllib.loads((CHAPTERS / "meeting.toml").read_text(encoding="utf-8"))
    for path, value in changes.items():
        *parts, last = path.split("__")
        inner = document
        for part in parts:
            inner = inner[int(part)] if part.isdigit() else inner[part]
        if value is None:
            del inner[last]
        else:
            inner[last] = value
    return tomli_w.dumps(document)


def test_there_are_six_in_order_of_ten_minutes_each():
    chapters = read_chapters()
    assert list(chapters) == SIX
    for chapter in chapters.values():
        assert chapter.minutes == pytest.approx(10, abs=1)
        assert chapter.told_in()
        assert len(chapter.story) >= 2


def test_no_answer_is_written_into_what_is_said_before_the_runs():
    for chapter in read_chapters().values():
        early = [*chapter.story, chapter.question, chapter.choice.question, chapter.bet.question]
        early += [option.text for option in chapter.choice.options]
        assert not any("{" in text for text in early)
        for name, finding in chapter.findings.items():
            said = list(finding.say.values())
            assert len(set(said)) >= 3, (chapter.name, name)


def test_every_bet_can_be_won_and_lost():
    for chapter in read_chapters().values():
        kind = chapter.findings[chapter.bet.finding].kind
        covered = [outcome for stake in chapter.bet.options for outcome in stake.outcomes]
        assert sorted(covered) == sorted(OUTCOMES[kind])
        assert len(chapter.bet.options) >= 3


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"title": None}, "title: is missing; every chapter gives it"),
        ({"titel": "x"}, "titel: unknown entry; a chapter has name, order, title"),
        ({"case": "nowhere"}, "case was 'nowhere', which is none; there are"),
        ({"choice__against": "nobody"}, "choice.against has 'nobody'; the arms are apart"),
        ({"findings__trust__measure": "love"}, "measure was 'love'; it must be a monthly measure"),
        (
            {"findings__trust__arms": ["apart"]},
            "arms has 1 names; a finding of kind 'effect' needs 2",
        ),
        (
            {"findings__trust__say__rises": None},
            "say has no sentence for 'rises'; it needs one each",
        ),
        ({"findings__trust__say__rises": "{when}"}, "cannot be filled in ('when'); in braces may"),
        ({"reveal__findings": ["luck"]}, "reveal asks for finding 'luck'; there are"),
        ({"bet__options__0__outcomes": ["same"]}, "between them they must have each of rises"),
        (
            {"bet__options__0__text": "it rises."},
            "ends with a full stop; it is put into a sentence",
        ),
        ({"knob__lever": "magic"}, "magic"),
        ({"knob__values": [1, 2, 99]}, "loss_ratio"),
        ({"arms__0__arm": "sideways"}, "has no arm 'sideways'"),
        ({"arms__1__levers": {"connectors": 99}}, "connectors"),
        ({"findings__trust__at": 99}, "findings.trust looks past month 36"),
        ({"cues__bet": None}, "cues has nothing for 'bet'"),
        ({"months": 9999}, "months"),
        ({"place": {"organisations": 900}}, "at most 200"),
        (
            {"findings__weigh__kind": "cause", "findings__weigh__cause": "new tie"},
            "by which no trust is lost; it must be one of meeting, introduction",
        ),
        ({"choice__options__1__arms": "x"}, "choice.options 2.arms: unknown entry; here may stand"),
    ],
)
def test_faults_are_told_in_words(changes, told):
    with pytest.raises(UserError) as caught:
        parse_chapter(broken(**changes), "mine", "mine.toml")
    assert told in str(caught.value)
    assert str(caught.value).startswith("mine.toml, ")


def test_what_is_no_toml_or_no_file_is_told(tmp_path):
    with pytest.raises(UserError, match="is not TOML"):
        parse_chapter("title = ", "x")
    with pytest.raises(UserError, match="there is no chapter file"):
        read_chapter(tmp_path / "none.toml")
    with pytest.raises(UserError, match="there is no folder"):
        read_chapters(tmp_path / "nowhere")


def test_a_trainers_own_story_stands_beside_the_others(tmp_path):
    source = [{"work": "Told over tea", "section": "last year"}]
    text = broken(case=None, sources=source, order=None, title="Our town")
    document = tomllib.loads(text)
    for arm in document["arms"]:
        arm.pop("arm")
    (tmp_path / "our-town.toml").write_text(tomli_w.dumps(document), encoding="utf-8")
    chapters = read_chapters(tmp_path)
    assert list(chapters) == [*SIX, "our-town"]
    assert chapters["our-town"].told_in()[0].work == "Told over tea"
    (tmp_path / "meeting.toml").write_text(broken(), encoding="utf-8")
    with pytest.raises(UserError, match="two chapters are called 'meeting'"):
        read_chapters(tmp_path)
