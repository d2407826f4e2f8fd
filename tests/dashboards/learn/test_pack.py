"""The trainer's pack and its command."""

import pytest
from docx import Document
from typer.testing import CliRunner

from alliances.dashboards.command import app
from alliances.dashboards.learn import library
from alliances.dashboards.learn.answers import ask
from alliances.dashboards.learn.chapter import CHAPTERS, read_chapters
from alliances.dashboards.learn.pack import write_pack
from alliances.dashboards.learn.pack.papers import PHONES, hand_out
from alliances.dashboards.learn.pack.plans import plans
from alliances.dashboards.learn.runs import ChapterRuns
from alliances.dashboards.room.roles import ROLES
from alliances.dashboards.server import serve


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pack")
    chapters = {"meeting": read_chapters()["meeting"].model_copy(update={"runs": 8})}
    said = []
    return folder, write_pack(chapters, folder, said.append), chapters["meeting"], said


def words(path) -> str:
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def test_each_paper_is_there_as_pdf_and_to_be_edited(pack):
    folder, written, _, said = pack
    names = {path.name for path in folder.iterdir() if path.is_file()}
    stems = {
        *("start-here", "plan-20-minutes", "plan-60-minutes", "plan-120-minutes", "role-cards"),
        *("script-1-meeting", "hand-out-1-meeting"),
    }
    assert names == {f"{stem}.{kind}" for stem in stems for kind in ("pdf", "docx")}
    assert len(written) == len(names)
    assert said == ["Meeting: running the model."]
    for path in folder.glob("*.pdf"):
        assert path.read_bytes()[:5] == b"%PDF-"


def test_the_hand_out_tells_what_the_runs_say(pack):
    folder, _, chapter, _ = pack
    text = words(folder / "hand-out-1-meeting.docx")
    stock = ChapterRuns(chapter, chapter.seed)
    for name in chapter.reveal.findings:
        assert ask(stock, name, "meet").sentence in text
    for line in chapter.recap:
        assert ask(stock, line.finding, "meet").line(line.say) in text
    assert all(part in text for part in chapter.story)
    assert "Our own words." in text
    figures = sorted(path.name for path in (folder / "figures").iterdir())
    assert figures == [f"meeting-meet-{kind}.png" for kind in ("reveal", "turned", "twisted")]
    assert len(Document(str(folder / "hand-out-1-meeting.docx")).inline_shapes) == 3


def test_pictures_have_words(pack):
    folder, _, _, _ = pack
    document = Document(str(folder / "hand-out-1-meeting.docx"))
    for shape in document.inline_shapes:
        assert "they keep apart" in shape._inline.docPr.get("descr") or "Trust" in (
            shape._inline.docPr.get("descr")
        )
    raw = (folder / "hand-out-1-meeting.pdf").read_bytes()
    assert b"/Alt" in raw


def test_the_script_has_every_cue_and_every_choice(pack):
    folder, _, chapter, _ = pack
    text = words(folder / "script-1-meeting.docx")
    for cue in chapter.cues.values():
        assert all(part in text for part in (cue.say, cue.ask, cue.watch))
    assert all(option.text in text for option in chapter.choice.options)
    assert all(question in text for question in chapter.debrief)
    assert text.count(PHONES) == 2


def test_the_script_says_what_the_model_says_to_each_choice(pack):
    folder, _, chapter, _ = pack
    text = words(folder / "script-1-meeting.docx")
    stock = ChapterRuns(chapter, chapter.seed)
    for option in chapter.choice.options:
        for name in (*chapter.reveal.findings, *chapter.rule.findings, *chapter.twist.findings):
            assert ask(stock, name, option.arm).sentence in text


def test_cards_say_what_phones_say(pack):
    folder, _, _, _ = pack
    text = words(folder / "role-cards.docx")
    for role in ROLES.values():
        assert role.label in text
        assert role.card in text
        for choice in role.choices:
            assert choice.label in text
            assert choice.text in text
    assert "Person who uses the services" in text


def test_numbered_lists_begin_with_one_and_columns_are_as_wide_as_asked(pack):
    folder, _, chapter, _ = pack
    document = Document(str(folder / "hand-out-1-meeting.docx"))
    numbers = {}
    for paragraph in document.paragraphs:
        if paragraph.style.name == "List Number":
            numbers.setdefault(paragraph._p.pPr.numPr.numId.val, []).append(paragraph.text)
    assert [len(items) for items in numbers.values()] == [len(chapter.choice.options), 3]
    plan = Document(str(folder / "plan-60-minutes.docx")).tables[0]
    wide = [column.width for column in plan.columns]
    assert wide[3] > wide[2] > wide[0] == wide[1]
    assert wide == [cell.width for cell in plan.rows[1].cells]


def test_a_rooms_bet_is_on_its_hand_out(tmp_path):
    chapter = read_chapters()["meeting"].model_copy(update={"runs": 8})
    paper = hand_out(chapter, ChapterRuns(chapter, 0), tmp_path, choice=1, bet=2)
    (_, docx) = paper.write(tmp_path, "room")
    assert "You bet that trust between sectors is lower." in words(docx)


@pytest.mark.parametrize("minutes", [20, 60, 120])
def test_plans_fill_their_time(minutes):
    chapters = list(read_chapters().values())
    plan = next(plan for plan in plans(chapters) if plan.minutes == minutes)
    assert sum(item.minutes for item in plan.items) == pytest.approx(minutes)
    assert all(item.minutes > 0 for item in plan.items)
    played = [item for item in plan.items if item.what.startswith("Chapter")]
    assert len(played) == {20: 1, 60: 2, 120: 4}[minutes]


def test_long_chapters_do_not_burst_a_plan():
    chapters = [
        chapter.model_copy(
            update={
                "cues": {k: c.model_copy(update={"minutes": 3.0}) for k, c in chapter.cues.items()}
            }
        )
        for chapter in read_chapters().values()
    ]
    for plan in plans(chapters):
        assert sum(item.minutes for item in plan.items) == pytest.approx(plan.minutes)


def run(*words):
    return CliRunner().invoke(app, ["learn", *map(str, words)])


def test_the_command_opens_the_chapters_and_serves(monkeypatch, tmp_path):
    asked, opened, prepared = [], [], []
    monkeypatch.setattr(library.Library, "prepare_all", lambda *_: prepared.append(1))
    monkeypatch.setattr(serve, "serve", lambda *where: asked.append(where))
    monkeypatch.setattr("alliances.dashboards.learn_command.SOON", 0.0)
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr(library, "LIBRARY", library.Library())
    result = run("--port", 9001)
    assert result.exit_code == 0, result.output
    assert asked == [("127.0.0.1", 9001)]
    assert prepared == [1]
    assert "http://127.0.0.1:9001/learn" in result.stderr
    assert run("--no-open", "--own", tmp_path / "none").exit_code == 2
    assert len(asked) == 1


def test_the_browser_is_opened(monkeypatch):
    opened = []

    class Now:
        def __init__(self, _, call, args):
            self.call, self.args = call, args

        def start(self):
            self.call(*self.args)

    monkeypatch.setattr(serve, "serve", lambda *_: None)
    monkeypatch.setattr(library.Library, "prepare_all", lambda *_: None)
    monkeypatch.setattr("threading.Timer", Now)
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr(library, "LIBRARY", library.Library())
    assert run().exit_code == 0
    assert opened == ["http://127.0.0.1:8765/learn"]
    assert run("--no-open").exit_code == 0
    assert len(opened) == 1


def test_ones_own_chapter_is_checked(tmp_path):
    good = CHAPTERS / "meeting.toml"
    result = run("check", good)
    assert result.exit_code == 0
    assert "is a chapter: Meeting, 10 minutes" in result.stderr
    bad = tmp_path / "bad.toml"
    bad.write_text(good.read_text(encoding="utf-8").replace('title = "Meeting"', ""), "utf-8")
    result = run("check", bad)
    assert result.exit_code == 2
    assert "title: is missing" in result.stderr


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run("pack", tmp_path / "file")
    assert result.exit_code == 2
    assert "cannot be written to" in result.stderr
