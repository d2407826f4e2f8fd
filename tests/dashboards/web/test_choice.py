"""What links hold, what they may not hold, and steps back and forth."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from alliances.dashboards.command import app
from alliances.dashboards.web.shared.choice import Choice, History, LinkError, read_search, starts
from alliances.dashboards.web.shared.reproduce import as_command, as_python
from alliances.experiments.output.manifest import own_version
from alliances.experiments.runs.ensemble import run_pair
from alliances.model.parameters import REGISTRY
from tests.each import each

CHANGED = Choice(case="alliance-with-connectors", months=24, organisations=12, seed=3).with_values(
    {"connectors": 5, "connector_host": "funder", "loss_ratio": 2.5, "ring_fence": 0.17}
)


def test_a_link_holds_everything_and_the_version():
    choice, note = read_search(CHANGED.to_search())
    assert choice == CHANGED
    assert note == ""
    assert f"model={own_version()}" in CHANGED.to_search()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_allowed_value_survives_a_link(data):
    entry = REGISTRY[data.draw(st.sampled_from(sorted(REGISTRY)))]
    if entry.kind == "choice":
        value = data.draw(st.sampled_from(entry.options))
    elif entry.kind == "number":
        value = data.draw(st.floats(entry.low, entry.high))
    else:
        value = data.draw(st.integers(int(entry.low), int(entry.high)))
    choice = Choice().with_values({entry.name: value})
    assert read_search(choice.to_search())[0] == choice


@each("name", starts())
def test_every_start_has_a_question_and_a_link(name):
    choice = Choice(case=name)
    question = choice.pair()
    assert question.a.place == question.b.place
    assert question.a.world == question.b.world
    assert read_search(choice.to_search())[0] == choice


def test_nothing_is_the_start():
    assert read_search(None) == (Choice(), "")
    assert read_search("") == (Choice(), "")


def test_another_version_is_told():
    choice, note = read_search("model=9.9.9&competition=0.1")
    assert dict(choice.changes) == {"competition": 0.1}
    assert "9.9.9" in note
    assert own_version() in note


@pytest.mark.parametrize(
    ("search", "told"),
    [
        ("competition=2", "competition was '2'; it must be a number from 0 to 1"),
        ("competition=nan", "competition was 'nan'"),
        ("competition=inf", "competition was 'inf'"),
        ("competition=", "competition was ''"),
        ("competition=0.1&competition=0.2", "'competition' stands in it twice"),
        ("connectors=1.5", "connectors was '1.5'; it must be a whole number"),
        ("connector_host=nobody", "one of independent, funder, partner"),
        ("__class__=1", "'__class__', which this version of the model does not know"),
        ("<script>alert(1)</script>=1", "does not know"),
        ("case=../../etc/passwd", "there is no case '../../etc/passwd'"),
        ("case=today.toml", "there is no case"),
        ("months=100000", "months was '100000'; it must be a whole number from 24 to 240"),
        ("organisations=-1", "organisations was '-1'"),
        ("organisations=²0", "organisations was '²0'"),
        ("seed=1e9", "seed was '1e9'"),
        ("charts=trust", "charts was 'trust'; it must be 4 measures"),
        ("charts=a,b,c,d", "charts was 'a,b,c,d'"),
        ("nothing", "it is not made of NAME=VALUE"),
        ("&".join(f"a{k}=1" for k in range(500)), "it is not made of NAME=VALUE"),
        ("a=" + "1" * 9000, "longer than"),
        ("competition=" + "9" * 300, "competition was"),
    ],
)
def test_hostile_links_are_refused(search, told):
    with pytest.raises(LinkError) as caught:
        read_search(search)
    assert told in str(caught.value)
    assert len(str(caught.value)) < 400


def test_what_is_as_in_the_case_is_no_change():
    choice = Choice().with_values({"competition": 0.9})
    assert dict(choice.changes) == {"competition": 0.9}
    assert choice.with_values({"competition": 0.5}) == Choice()


def test_today_is_run_under_the_same_assumptions():
    question = CHANGED.pair()
    assert question.a.world == question.b.world
    assert question.a.world.loss_ratio == 2.5
    assert question.a.levers.connectors == 0
    assert question.b.levers.connectors == 5
    assert question.a.place == question.b.place
    assert question.a.place.organisations == 12
    assert (question.months, question.seed) == (24, 3)


def test_steps_back_and_forth():
    one, two = Choice(seed=1), Choice(seed=2)
    history = History().push(one).push(two)
    assert history.undo().now == one
    assert history.undo().undo().now == Choice()
    assert history.undo().undo().undo() == history.undo().undo()
    assert history.undo().redo() == history
    assert history.redo() == history
    assert history.push(two) is history
    assert history.undo().push(Choice(seed=9)).future == ()


def test_24_changes_on_the_way_are_the_most():
    later = [(month, "competition", 0.1) for month in range(25)]
    assert len(Choice().with_later(later[:24]).later()) == 24
    with pytest.raises(ValueError, match="more than 24 changes; leave some out"):
        Choice().with_later(later)


def test_history_does_not_grow_for_ever():
    history = History()
    for seed in range(300):
        history = history.push(Choice(seed=seed + 1))
    assert len(history.past) <= History.MOST


ARM = Choice(case="single-gateway:gateway", months=24).with_values({"lead_fee": 0.2})
LATER = (
    Choice(case="crisis-window:crisis-and-back", months=24)
    .with_values({"connectors": 2})
    .with_later([(6, "funding_cut", 0.25), (6, "connectors", 0), (12, "connector_host", "funder")])
)

# Of a case whose levers change on the way, in a place of its own, larger than it is there.
TIMED = Choice(
    case="newcastle-single-contract:consortium-that-keeps-its-people",
    months=30,
    organisations=55,
    seed=11,
).with_values({"competition": 0.4, "new_money": 1, "trust_rule": "beta", "reporting": 0.2})


@pytest.fixture(
    scope="module",
    params=[CHANGED, ARM, TIMED, LATER],
    ids=["scenario", "arm", "timeline and place", "later"],
)
def chosen(request) -> Choice:
    return request.param


@pytest.fixture(scope="module")
def shown(chosen):
    answers = []
    run_pair(chosen.pair(), answers.append)
    return answers[-1]


def same(first: float | None, second: float) -> bool:
    return first == second or (second != second and (first is None or first != first))


def test_the_command_gives_the_same_numbers(chosen, shown):
    words = as_command(chosen).split()
    assert words[0] == "alliances"
    result = CliRunner().invoke(app, [*words[1:], "--json"])
    assert result.exit_code == 0, result.output
    measures = json.loads(result.stdout)["measures"]
    for name, row in measures.items():
        assert same(row["a"], shown.effect(name).mean_a)
        assert same(row["b"], shown.effect(name).mean_b)
        assert row["sentence"] == shown.effect(name).sentence()
    assert any(row["a"] != row["b"] for row in measures.values())


def test_the_script_gives_the_same_numbers(chosen, shown, capsys):
    names: dict = {}
    exec(compile(as_python(chosen), "script", "exec"), names)
    table = names["comparison"].table().set_index("measure")
    for name in table.index:
        assert same(table.loc[name, "a"], shown.effect(name).mean_a)
        assert same(table.loc[name, "b"], shown.effect(name).mean_b)
    assert "alliance_share" in capsys.readouterr().out


PIECES = st.sampled_from(
    [
        *("=", "&", "%", "%00", "%ff", ";", "+", "case", "today", "months", "24", "seed", "charts"),
        *("competition", "0.5", "1e999", "nan", "-1", "case=today", "&competition=0.5", "\x00"),
        *("../../etc/passwd", "<script>", "model=9", "ring_fence=", "=cmd", "alliance_share,"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=12).map("".join)))
def test_any_link_is_opened_or_refused_in_words(search):
    refused = None
    try:
        choice, _ = read_search(search)
    except LinkError as error:
        refused = str(error)
    if refused is not None:
        assert 0 < len(refused) < 500
        return
    # What was opened is allowed, and its own link opens it again.
    assert read_search(choice.to_search())[0] == choice
    choice.scenario()
