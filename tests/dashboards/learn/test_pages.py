"""Learn, stage and script without a browser: from the first slide to the last."""

import io
import zipfile

import pytest
import solara

from alliances.dashboards.learn import library
from alliances.dashboards.learn.chapter import read_chapters, value_text
from alliances.dashboards.learn.library import Library
from alliances.dashboards.learn.runs import ChapterRuns
from alliances.dashboards.learn.show import SHOWS, Shows
from alliances.dashboards.learn.slide import awaits
from alliances.dashboards.learn.turn import Turn, slides
from alliances.dashboards.room import Rooms, RoomStore
from alliances.dashboards.room.pace import Pace
from alliances.dashboards.web.shared import warming
from alliances.dashboards.web.shared.choice import read_search
from alliances.dashboards.web.stage import learn_page as learn
from alliances.dashboards.web.stage import page as stage
from alliances.dashboards.web.stage import script_room
from alliances.dashboards.web.stage.learn_page import Learn, read_link, sandbox, to_link
from alliances.dashboards.web.stage.page import Script, Stage, visitor
from tests.waiting import PATIENCE


@pytest.fixture(scope="module")
def small():
    """Two chapters of few runs."""
    found = Library()
    every = read_chapters()
    found._chapters = {
        name: every[name].model_copy(update={"runs": 8}) for name in ("meeting", "purpose")
    }
    return found


@pytest.fixture(autouse=True)
def _few(monkeypatch, small):
    for module in (library, learn, stage):
        monkeypatch.setattr(module, "LIBRARY", small)
    warming.READY.set()


@pytest.fixture
def visit(visits):
    return lambda component, search="": visits(component, search)


def press(page, key):
    hears = [w for w in page.widgets() if hasattr(w, "vue_press") and not hasattr(w, "buttons")]
    hears[0].vue_press(key)


def test_chapters_are_listed_and_one_is_begun(visit):
    page = visit(Learn)
    assert "Why does trust come on foot" in page.texts()
    assert "Last: the sandbox" in page.texts()
    page.buttons("Meeting").vue_press("begin")
    page.until(lambda: "slide 1 of 15" in page.texts())


def test_a_room_can_be_opened_from_here(visit):
    links = [getattr(one, "attributes", {}).get("href") for one in visit(Learn).widgets()]
    assert "/room/lead" in links


@pytest.mark.parametrize("name", ["meeting", "purpose"])
def test_a_chapter_from_the_first_slide_to_the_last(visit, small, name):
    chapter = small.chapters()[name]
    small.stock(chapter, lambda: None).whole.wait(PATIENCE)
    page = visit(Learn, f"chapter={name}")
    seen = []
    for number, slide in enumerate(slides(chapter), 1):
        page.until(lambda number=number: f"slide {number} of" in page.texts())
        if slide.kind == "choice":
            page.buttons("Your choice").vue_press("pick 2")
            page.until(lambda: "choice=2" in page.address())
        if slide.kind == "bet":
            assert chapter.choice.options[1].text in page.texts()
            page.buttons("Place your bet").vue_press("pick 1")
            page.until(lambda: "bet=1" in page.address())
        if slide.kind in ("title", "story", "choice", "bet"):
            assert not any(text in page.texts() for text in chapter.rule.text)
        if slide.kind == "reveal":
            assert f"You bet that {chapter.bet.options[0].text}." in page.texts()
            page.buttons("Luck").vue_press("luck")
            page.until(lambda: "Same luck, other rule:" in page.texts())
            first = page.texts()
            page.buttons("Luck").vue_press("other")
            page.until(lambda first=first: page.texts() != first)
        if slide.kind == "rule":
            assert all(text in page.texts() for text in chapter.rule.text)
        if slide.kind == "knob":
            page.buttons("One knob").vue_press("pick 2")
            value = value_text(chapter.knob.lever, chapter.knob.values[1])
            page.until(lambda value=value: f"At {value}: " in page.texts())
        seen.append(slide.kind)
        page.buttons("Slides").vue_press("next")
    assert seen[-1] == "end"
    page.until(lambda: "Open the sandbox with what you chose" in page.texts())


def test_a_black_screen_is_for_the_stage_only(visit):
    page = visit(Learn, "chapter=meeting")
    press(page, "b")
    press(page, "PageDown")
    page.until(lambda: "slide 2 of 15" in page.texts())


def test_stage_and_script_keep_in_step(visit, small):
    front = visit(Stage, "chapter=meeting")
    key = front.address().removeprefix("show=")
    back = visit(Script, f"show={key}")
    assert "Meeting: Title" in back.texts()
    press(front, "PageDown")
    back.until(lambda: "Meeting: Story 1" in back.texts())
    back.buttons("Slides").vue_press("next")
    front.until(lambda: "2 of 15" not in front.texts() and "3 of 15" in front.texts())
    back.buttons("All slides").vue_press("go 5")
    front.until(lambda: "Place your bet" in front.texts())
    back.until(lambda: "What the room picks" in [getattr(w, "label", "") for w in back.widgets()])
    back.buttons("What the room picks").vue_press("pick 2")
    front.until(lambda: SHOWS.find(key).turn.bet == 1)
    front.until(lambda: front.buttons("Place your bet").buttons[1]["pressed"])
    back.buttons("Slides").vue_press("black")
    front.until(lambda: "The screen is black" in front.texts())
    press(front, ".")
    front.until(lambda: "Place your bet" in front.texts())
    back.buttons("Other chapters").vue_press("purpose")
    front.until(lambda: small.chapters()["purpose"].question in front.texts())


def test_a_reload_of_the_stage_goes_on_where_it_was(visit):
    first = visit(Stage, "chapter=meeting")
    press(first, "PageDown")
    first.until(lambda: "2 of 15" in first.texts())
    second = visit(Stage, first.address())
    assert "2 of 15" in second.texts()


@pytest.fixture
def rooms(tmp_path, monkeypatch):
    """The rooms of this server."""
    found = Rooms(RoomStore(tmp_path / "rooms"))
    for module in (stage, script_room):
        monkeypatch.setattr(module, "the_rooms", lambda: found)
    monkeypatch.setattr(script_room, "TRIES", Pace(10, 0.01))
    yield found
    found.close()


def door(page):
    return next(one for one in page.widgets() if hasattr(one, "vue_prove"))


def asked(page):
    return {one["id"]: one for one in page.buttons("Ask the room").buttons}


def test_a_room_is_connected_in_the_script_asked_and_counted(visit, small, rooms):
    small.stock(small.chapters()["meeting"], lambda: None).whole.wait(PATIENCE)
    code, token = rooms.open("Tuesday")
    keys = [rooms.who(code, rooms.join(code, name)) for name in ("Persephone", "Ben")]
    front = visit(Stage, "chapter=meeting")
    back = visit(Script, front.address())
    door(back).vue_prove({"code": code, "token": token[:-1]})
    back.until(lambda: "not in this room" in door(back).trouble)
    door(back).vue_prove({"code": code, "token": token, "origin": "http://192.168.1.5:80"})
    front.until(lambda: "2 are in" in front.texts())
    assert "192.168.1.5:80/room" in front.texts()
    assert f"{code[:4]}-{code[4:]}" in front.texts()
    back.until(lambda: "2 people are in." in back.texts())
    assert asked(back)["ask"]["disabled"]
    back.buttons("All slides").vue_press("go 5")
    front.until(lambda: "On your phone: 0 of 2 have answered." in front.texts())
    for key in keys:
        with rooms.room(code, change=True) as room:
            room.answer(key, 1, 2)
    front.until(lambda: "On your phone: 2 of 2 have answered." in front.texts())
    assert not front.having("rows")
    back.until(lambda: asked(back)["ask"]["label"].startswith("Close"))
    back.buttons("Ask the room").vue_press("ask")
    front.until(lambda: front.having("rows"))
    assert [row["count"] for row in front.having("rows").rows] == ["0 of 2", "0 of 2", "2 of 2"]
    front.until(lambda: front.having("rows").rows[2]["pressed"])
    front.having("rows").vue_press("pick 1")
    front.until(lambda: front.having("rows").rows[0]["pressed"])
    back.buttons("All slides").vue_press("go 7")
    front.until(lambda: "0 of 2 bet on this" in front.texts() or "had it right" in front.texts())
    with rooms.room(code) as room:
        assert room.polls[0].right is not None
    # Nothing that proves anything, and nobody's name, is on what the room sees.
    shown = front.texts() + str([one.keys and one.get_state() for one in front.widgets()])
    assert token not in shown
    assert "Persephone" not in shown
    assert "Persephone" not in back.texts()
    back.buttons("Leave the room").vue_press("leave")
    front.until(lambda: f"Room {code[:4]}" not in front.texts())


def test_who_leads_cannot_be_told_of_a_browser_without_cookies(monkeypatch):
    monkeypatch.setattr(solara, "get_session_id", lambda: f"{stage.NO_COOKIE}:1")
    assert visitor() == ""
    monkeypatch.setattr(solara, "get_session_id", lambda: "1")
    assert visitor() == "1"


def test_a_window_of_another_browser_only_watches_until_it_proves(visit, rooms, monkeypatch):
    code, token = rooms.open("Tuesday")
    front = visit(Stage, "chapter=meeting")
    back = visit(Script, front.address())
    door(back).vue_prove({"code": code, "token": token})
    back.until(lambda: "0 people are in." in back.texts())
    monkeypatch.setattr(stage, "visitor", lambda: "another browser")
    other, script = visit(Stage, front.address()), visit(Script, front.address())
    assert "This window only watches" in other.texts()
    assert not any(getattr(one, "label", "") == "Slides" for one in other.widgets())
    press(other, "PageDown")
    script.buttons("Slides").vue_press("next")
    labels = [getattr(one, "label", "") for one in script.widgets()]
    assert "Other chapters" not in labels
    back.buttons("Other chapters").vue_press("nowhere")
    press(front, {"key": "PageDown"})
    assert SHOWS.find(front.address().removeprefix("show=")).turn == Turn("meeting")
    assert "Ask the room" not in labels
    door(script).vue_prove({"code": code, "token": token})
    script.until(lambda: "Ask the room" in [getattr(w, "label", "") for w in script.widgets()])
    other.until(lambda: "This window only watches" not in other.texts())
    press(other, "PageDown")
    front.until(lambda: "2 of 15" in front.texts())


def test_proofs_cannot_be_tried_out(visit, rooms):
    code, _ = rooms.open("Tuesday")
    back = visit(Script, "chapter=meeting")
    for nonsense in (None, "x", ["a"], {"code": {}, "token": 5, "origin": None}):
        door(back).vue_prove(nonsense)
    back.until(lambda: "no room with this code" in door(back).trouble)
    for _ in range(20):
        door(back).vue_prove({"code": code, "token": "guess"})
    back.until(lambda: "too often" in door(back).trouble)


def test_a_show_with_a_room_outlives_the_server(visit, rooms, monkeypatch):
    code, token = rooms.open("Tuesday")
    first = visit(Stage, "chapter=meeting")
    door(visit(Script, first.address())).vue_prove({"code": code, "token": token})
    press(first, "PageDown")
    first.until(lambda: "2 of 15" in first.texts())
    monkeypatch.setattr(stage, "SHOWS", Shows())
    again = visit(Stage, first.address())
    assert "2 of 15" in again.texts()
    assert f"Room {code[:4]}" in again.texts()


def test_a_show_that_is_over_is_told(visit):
    for component in (Stage, Script):
        page = visit(component, "show=gone")
        assert "This show is over" in page.texts()


def test_the_papers_are_made_and_saved(visit, monkeypatch, small):
    fresh = Library()
    fresh._chapters = {"meeting": small.chapters()["meeting"]}
    monkeypatch.setattr(learn, "LIBRARY", fresh)
    page = visit(Learn)
    page.buttons("Papers").vue_press("make")
    page.until(lambda: page.having("filename"))
    with zipfile.ZipFile(io.BytesIO(fresh.pack(lambda: None))) as archive:
        names = archive.namelist()
    assert "unequal-alliances-pack/start-here.pdf" in names
    assert "unequal-alliances-pack/hand-out-1-meeting.docx" in names
    assert fresh.pack(lambda: None) is fresh.pack(lambda: None)


@pytest.mark.parametrize(
    "search", ["chapter=<img>", "chapter=none&slide=3", "slide=3", "x" * 9000, "chapter=%00"]
)
def test_a_link_that_leads_nowhere_is_told(visit, search):
    page = visit(Learn, search)
    assert "The link leads to a chapter that is not here." in page.texts()


def test_a_link_says_where_somebody_is():
    turn = Turn("meeting", 6, 1, 0)
    assert read_link(to_link(turn)).turn == turn
    assert read_link("chapter=meeting&slide=99&choice=9&bet=x").turn == Turn("meeting")
    assert read_link("").turn is None
    assert read_link("a=1&" * 100).fault
    assert stage.entries("a=1&" * 100) == {"a": "1"}


def test_the_sandbox_opens_with_what_was_chosen():
    for chapter in read_chapters().values():
        for option in chapter.choice.options:
            path, _, search = sandbox(chapter, option.arm).partition("?")
            assert path == "/explore"
            choice, note = read_search(search)
            assert note == ""
            levers = chapter.arm(option.arm).levers
            assert {name: choice.values()[name] for name in levers} == dict(levers)
            phases = chapter.scenario_of(option.arm).phases()
            assert choice.scenario().phases() == phases


def test_a_chapter_that_cannot_be_run_is_told(visit, small, monkeypatch):
    def broken(*_):
        raise RuntimeError("out of luck")

    monkeypatch.setattr(library, "prepare", broken)
    fresh = Library()
    fresh._chapters = {
        "meeting": small.chapters()["meeting"].model_copy(update={"seed": 5}),
    }
    monkeypatch.setattr(learn, "LIBRARY", fresh)
    page = visit(Learn, "chapter=meeting&slide=8")
    page.until(lambda: "The model could not be run: out of luck" in page.texts())
    press(page, "Home")
    page.until(lambda: small.chapters()["meeting"].question in page.texts())


def test_a_slide_waits_for_its_own_runs_only(small):
    chapter = small.chapters()["meeting"]
    stock = ChapterRuns(chapter, 3)
    kinds = [slide.kind for slide in slides(chapter)]

    def waits(kind, **more):
        return awaits(stock, Turn("meeting", kinds.index(kind), **more))

    assert not any(map(waits, ("title", "story", "choice", "bet", "knob", "twist", "end")))
    assert all(map(waits, ("run", "reveal", "rule", "turned", "twisted", "recap")))
    assert waits("knob", knob=1)
    stock.early.set()
    assert not waits("run")
    assert not waits("reveal")
    assert waits("twisted")
    stock.whole.set()
    assert not any(map(waits, kinds))
