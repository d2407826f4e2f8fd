"""The page Your place without a browser: what is given, what is refused, and where it goes."""

import base64
import dataclasses
import io
import json
import zipfile

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from alliances.dashboards.command import app
from alliances.dashboards.web.explore.page import Explore
from alliances.dashboards.web.explore.session import opened
from alliances.dashboards.web.network.network import COLOURS
from alliances.dashboards.web.network.page import NetworkPage
from alliances.dashboards.web.place import likeness as likeness_module
from alliances.dashboards.web.place import view as place_view
from alliances.dashboards.web.place.input import EXAMPLE, acted, read_upload
from alliances.dashboards.web.place.page import PlacePage
from alliances.dashboards.web.shared import own_place
from alliances.dashboards.web.shared.choice import Choice, LinkError, LostPlaceError, read_search
from alliances.dashboards.web.shared.reproduce import as_command, as_python
from alliances.experiments.own_places import likeness
from alliances.experiments.own_places.bundle import FOLDER, bundle
from alliances.experiments.own_places.limits import MOST_BYTES
from alliances.experiments.own_places.reading import ByHand
from alliances.experiments.runs.ensemble import run_pair
from alliances.model.kernel.state import SECTORS
from alliances.model.places.place import PlaceError
from tests.dashboards.visit import Visit
from tests.experiments.own_places.places import ROSTER, TIES, place

pytestmark = pytest.mark.usefixtures("few_runs", "few_worlds")


@pytest.fixture
def few_worlds(monkeypatch):
    """A check of four short runs; nothing is held from test to test."""
    monkeypatch.setattr(likeness_module, "STAGES", (2, 4))
    monkeypatch.setattr(likeness_module, "WORLDS", 4)
    monkeypatch.setattr(
        likeness_module, "grown", lambda where, go_on: likeness.grown(where, 4, 24, go_on)
    )
    own_place.forget()
    own_place.HAND.set(ByHand())
    yield
    own_place.forget()


@pytest.fixture
def visit(visits):
    return lambda component=PlacePage, search="": visits(component, search)


def upload(here: Visit, label: str):
    return next(w for w in here.widgets() if hasattr(w, "accept") and w.label.startswith(label))


def sent(data: bytes, name: str = "roster.csv") -> dict[str, str]:
    return {"name": name, "data": base64.b64encode(data).decode()}


def pressed(here: Visit, label: str, button: str) -> None:
    here.buttons(label).vue_press(button)


def test_a_roster_and_ties_are_read_and_told(visit):
    here = visit()
    assert "What was read" not in here.texts()
    upload(here, "Organisations").vue_give(sent(ROSTER))
    here.until(lambda: "roster: 5 organisations" in here.texts())
    assert "no ties" in here.texts()
    upload(here, "Ties").vue_give(sent(TIES, "ties.csv"))
    here.until(lambda: "3 ties" in here.texts())
    assert "2 public bodies were added" in here.texts()
    assert "Sector: missing in 1 of 5 rows" in here.texts()
    assert "drawn anew in each run: what each is good at" in here.texts()
    here.until(lambda: "The model was given your 5 organisations" in here.texts())
    here.until(lambda: "figures." in here.texts())


def test_errors_name_the_place_and_leave_what_was_there(visit):
    here = visit()
    upload(here, "Organisations").vue_give(sent(ROSTER))
    here.until(lambda: "5 organisations" in here.texts())
    upload(here, "Ties").vue_give(sent(b"source,target\nAsh,Nobody\n", "ties.csv"))
    here.until(lambda: "ties.csv, row 2, column target: 'Nobody'" in here.texts())
    assert "5 organisations" in here.texts()
    upload(here, "Organisations").vue_give({"name": "../x.csv", "data": ""})
    here.until(lambda: "holds a folder" in here.texts())
    upload(here, "Organisations").vue_refuse({"name": "large.csv", "size": 9_000_000})
    here.until(lambda: "large.csv: 9.0 MB; at most 2 MB" in here.texts())


def test_leaving_the_roster_out_forgets_the_place(visit):
    here = visit()
    upload(here, "Organisations").vue_give(sent(ROSTER))
    here.until(lambda: own_place.HELD.value is not None)
    upload(here, "Organisations").vue_leave_out(True)
    here.until(lambda: own_place.HELD.value is None)
    here.until(lambda: "What was read" not in here.texts())


def test_grants_make_a_place_without_ties(visit):
    here = visit()
    pressed(here, "Where it comes from", "grants")
    here.until(lambda: "Who received grants" in here.texts())
    grants = (
        b"recipient,amount,award_date,funder\nAsh,5000,2024-01-02,Trust\nElm,900,2024-02-03,T\n"
    )
    upload(here, "Grants").vue_give(sent(grants, "grants.csv"))
    here.until(lambda: "grants: 2 organisations" in here.texts())
    here.until(lambda: "has no ties, so nothing can be said" in here.texts())


def test_a_place_is_put_down_by_hand(visit):
    here = visit()
    pressed(here, "Where it comes from", "hand")
    here.until(lambda: here.having("kinds"))
    here.having("kinds").vue_act({"what": "example"})
    here.until(lambda: len(here.having("kinds").bodies) == len(EXAMPLE.bodies))
    pressed(here, "Use it", "use")
    here.until(lambda: "my place: 6 organisations" in here.texts())
    here.having("kinds").vue_act({"what": "tie", "one": 1, "other": 1, "strength": 0.5})
    here.until(lambda: "a tie needs two organisations" in here.texts())
    pressed(here, "Forget it", "forget")
    here.until(lambda: "What was read" not in here.texts())


def test_the_place_goes_into_explore_and_network_but_not_into_links(visit):
    held = own_place.hold(place(), "files")
    search = Choice(place=held.source, months=24).to_search()
    assert "Ash" not in search
    here = visit(Explore, search)
    here.until(lambda: "This is your own place, Oakham" in here.texts())
    here.until(lambda: "4 matched runs" in here.texts())
    assert "there are none for a place of your own" in here.texts()
    assert "One page to print, or to save as PDF" not in here.texts()
    here.buttons("Steps").vue_press("reset")
    assert "place=" in here.address()
    here.buttons("Place").vue_press("leave")
    here.until(lambda: "place=" not in here.address())
    here.until(lambda: "One page to print, or to save as PDF" in here.texts())
    network = visit(NetworkPage, search)
    network.until(lambda: network.having("recording"))
    names = {body["name"] for body in network.having("recording").recording.data["bodies"]}
    assert any(name.startswith("charity") for name in names)
    assert not names & set(place().names)


def test_a_link_of_a_place_that_is_not_there_is_told(visit):
    search = Choice(place=own_place.hold(place(), "files").source, months=24, seed=7).to_search()
    own_place.forget()
    with pytest.raises(LostPlaceError) as lost:
        read_search(search)
    assert isinstance(lost.value, LinkError)  # where nobody looks, nothing is opened
    choice, wrong, note = opened(search)
    assert (choice.months, choice.seed, choice.place) == (24, 7, None)
    assert wrong == ""
    assert "load that place again" in note
    here = visit(Explore, search)
    assert "load that place again" in here.texts()


def test_another_place_is_not_taken_for_it():
    search = Choice(place=own_place.hold(place(), "files").source).to_search()
    own_place.hold(place(ties=None), "files")
    with pytest.raises(LostPlaceError):
        read_search(search)


@pytest.fixture
def mine(tmp_path, monkeypatch) -> Choice:
    """A choice in a place of its own, whose file lies unpacked in the working folder."""
    held = own_place.hold(place(), "files")
    zipfile.ZipFile(io.BytesIO(bundle(held.place))).extractall(tmp_path)
    monkeypatch.chdir(tmp_path)
    return Choice(place=held.source, months=24, seed=2).with_values({"connectors": 2})


def test_the_kept_file_gives_the_same_numbers_on_the_command_line(mine):
    shown: list = []
    run_pair(mine.pair(), shown.append)
    words = as_command(mine).split()
    assert f"--place {FOLDER}" in as_command(mine)
    result = CliRunner().invoke(app, [*words[1:], "--json"])
    assert result.exit_code == 0, result.output
    for name, row in json.loads(result.stdout)["measures"].items():
        effect = shown[-1].effect(name)
        assert row["sentence"] == effect.sentence()
    names: dict = {}
    exec(compile(as_python(mine), "script", "exec"), names)
    table = names["comparison"].table().set_index("measure")
    assert table.loc["small_money", "b"] == shown[-1].effect("small_money").mean_b


def test_runs_in_an_own_place_are_not_kept_for_others(visit):
    from alliances.dashboards.web.explore import session

    held = own_place.hold(place(), "files")
    before = len(session.KEPT)
    here = visit(Explore, Choice(place=held.source, months=24).to_search())
    here.until(lambda: "4 matched runs" in here.texts())
    assert len(session.KEPT) == before


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (None, "did not arrive whole"),
        ({}, "did not arrive whole"),
        ({"name": 1, "data": "x"}, "did not arrive whole"),
        ({"name": "a.csv", "data": "no base64!"}, "did not arrive whole"),
        ({"name": "a.csv", "data": "A" * (2 * MOST_BYTES)}, "at most 2 MB"),
        ({"name": "a/b.csv", "data": ""}, "holds a folder"),
    ],
)
def test_what_no_page_sends_is_refused(given, told):
    with pytest.raises(PlaceError, match=told):
        read_upload(given)


actions = st.fixed_dictionaries(
    {"what": st.sampled_from(["add", "remove", "set", "tie", "untie", "clear", "example", "no"])},
    optional={
        "row": st.one_of(st.integers(-3, 50), st.none(), st.text(max_size=3)),
        "one": st.one_of(st.integers(-3, 50), st.text(max_size=3)),
        "other": st.integers(-3, 50),
        "strength": st.one_of(st.floats(), st.text(max_size=3)),
        "field": st.sampled_from(["name", "kind", "income", "sector", "uid"]),
        "value": st.one_of(st.text(max_size=200), st.floats(), st.none()),
    },
)


def test_a_sector_has_one_colour_on_every_page():
    assert set(COLOURS) == set(SECTORS)
    assert len(set(COLOURS.values())) == len(COLOURS)
    shown = place_view.drawn(place())["colours"]
    assert shown
    assert shown.items() <= COLOURS.items()


@settings(max_examples=200, deadline=None)
@drawn(st.lists(st.one_of(actions, st.none()), max_size=8))
def test_no_action_breaks_the_table(given):
    now = EXAMPLE
    for action in given:
        try:
            now = acted(now, action)
        except PlaceError:
            continue
        assert all(0 <= a < b < len(now.bodies) for a, b, _ in now.ties)
        assert all(body.name and body.income >= 0 for body in now.bodies)
        assert all(0.0 <= strength <= 1.0 for _, _, strength in now.ties)


def test_a_kind_fills_in_sector_and_income():
    now = acted(EXAMPLE, {"what": "set", "row": 0, "field": "kind", "value": "council"})
    assert dataclasses.astuple(now.bodies[0])[1:] == ("council", 2_000_000)


def test_a_check_that_fails_is_told(visit, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("out of luck")

    monkeypatch.setattr(likeness_module, "grown", broken)
    own_place.hold(place(), "files")
    here = visit()
    here.until(lambda: "The check could not be made: out of luck" in here.texts())
    assert "What was read" in here.texts()
