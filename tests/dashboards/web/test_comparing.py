"""What is compared: links of three scenarios, what holds for all, and what is kept on the way."""

import pytest

from alliances.dashboards.web.shared.choice import Choice, LinkError, read_search
from alliances.dashboards.web.shared.comparing import (
    Comparing,
    first_comparing,
    read_comparing,
    split_kept,
    with_kept,
)
from alliances.experiments.cases.choose import baseline_of
from alliances.experiments.output.manifest import own_version

ONE = Choice(case="crisis-window:crisis-and-back", months=36, organisations=20, seed=4).with_values(
    {"connectors": 3, "connector_host": "funder", "loss_ratio": 2.0}
)
TWO = Choice().with_later([(12, "funding_cut", 0.25)])
FULL = Comparing(
    slots=(ONE, None, TWO),
    months=48,
    organisations=15,
    seed=7,
    world=(("trust_gain", 0.3),),
    view="luck",
    measure="stress",
    measures=("trust", "closures"),
    quantity="money",
    extra=50_000,
)


def test_a_link_holds_everything_and_the_version():
    found, note = read_comparing(FULL.to_search())
    assert found == FULL
    assert note == ""
    assert f"model={own_version()}" in FULL.to_search()


def test_the_first_one_is_three_ways_to_give_out_money():
    found, _ = read_comparing("")
    assert found == first_comparing()
    assert found.letters() == ["A", "B", "C"]
    assert read_comparing(found.to_search())[0] == found


def test_what_holds_for_all_is_run_in_all():
    asked = FULL.asked()
    assert [arm.letter for arm in asked.arms] == ["A", "C"]
    assert (asked.months, asked.seed) == (48, 7)
    for arm in asked.arms:
        assert arm.mine.months == arm.today.months == 48
        assert arm.mine.place.organisations == 15
        assert arm.mine.world.trust_gain == 0.3
        assert arm.today == baseline_of(arm.mine)
    assert asked.arms[0].mine.world.loss_ratio == 2.0
    assert asked.arms[1].mine.timeline[0].set == {"funding_cut": 0.25}


def test_a_slot_is_run_as_explore_would_run_it():
    choice, _ = read_search(FULL.whole("A").to_search())
    question = choice.pair()
    arm = FULL.asked().arms[0]
    assert (question.a, question.b) == (arm.today, arm.mine)
    assert (question.seed, question.months) == (7, 48)


def test_the_shortest_decides_how_long_all_are_run():
    short = Choice(case="single-gateway:gateway")
    assert Comparing(slots=(Choice(), short, None)).horizon == 60


def test_keeping_takes_over_months_place_and_luck():
    kept = Comparing().keep("B", ONE)
    assert kept.letters() == ["B"]
    assert (kept.months, kept.organisations, kept.seed) == (36, 20, 4)
    assert kept.whole("B") == ONE
    with pytest.raises(ValueError, match="A is empty"):
        kept.whole("A")


def test_what_is_looked_at_is_not_run_anew():
    assert FULL.work() == Comparing(
        slots=FULL.slots,
        months=48,
        organisations=15,
        seed=7,
        world=FULL.world,
        view="luck",
        extra=50_000,
    )


@pytest.mark.parametrize(
    ("search", "told"),
    [
        ("a.competition=2", "A: competition was '2'; it must be a number from 0 to 1"),
        ("b.case=../../etc/passwd", "B: there is no case"),
        ("c.months=24", "c.months cannot be set: it holds for all"),
        ("a.nonsense=1", "A: it sets 'nonsense'"),
        ("d.competition=0.1", "it sets 'd.competition', which this page does not know"),
        ("competition=0.1", "it sets 'competition'"),
        ("all.competition=0.1", "assumptions only"),
        ("all.case=today", "assumptions only"),
        ("all.loss_ratio=99", "loss_ratio was '99'"),
        ("a.competition=0.1&a.competition=0.2", "'a.competition' stands in it twice"),
        ("view=everything", "view was 'everything'"),
        ("measure=<script>", "measure was '<script>'"),
        ("measures=", "measures was ''"),
        ("measures=trust,nothing", "measures was 'trust,nothing'"),
        ("quantity=soul", "quantity was 'soul'"),
        ("extra=-5", "extra was '-5'"),
        ("extra=1e9", "extra was '1e9'"),
        ("months=3", "months was '3'; it must be a whole number from 24 to 240"),
        ("a.then=5:competition:9", "A: competition was '9'"),
        ("a.then=x:competition:0.5", "A: then was 'x:competition:0.5'"),
        ("a.then=900:competition:0.5", "A: then: a month must be"),
        ("a.then=5:competition:0.5,5:competition:0.4", "twice in one month"),
        ("nothing", "it is not made of NAME=VALUE"),
        ("a=" + "1" * 30_000, "longer than"),
    ],
)
def test_hostile_links_are_refused(search, told):
    with pytest.raises(LinkError) as caught:
        read_comparing(search)
    assert told in str(caught.value)
    assert len(str(caught.value)) < 400


def test_another_version_is_told():
    assert "9.9.9" in read_comparing("model=9.9.9&view=who")[1]


def test_explores_link_carries_what_was_kept():
    search = with_kept(ONE.to_search(), FULL)
    plain, kept = split_kept(search)
    assert plain == ONE.to_search()
    assert read_comparing(kept)[0] == FULL
    assert with_kept("x=1", None) == with_kept("x=1", Comparing()) == "x=1"
    assert split_kept(None) == (None, "")
    assert split_kept("case=today") == ("case=today", "")


def test_changes_on_the_way_survive_a_link():
    choice = Choice(case="crisis-window:crisis-and-back")
    assert choice.later()
    emptied = choice.with_later([])
    assert emptied.later() == ()
    assert emptied.scenario().timeline == ()
    assert read_search(emptied.to_search())[0] == emptied
    assert emptied.with_later(choice.later()) == choice
    assert read_search(TWO.to_search())[0] == TWO
