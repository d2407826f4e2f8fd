"""The rounds on the model: choices do something, no choice does nothing, and luck is the same."""

import re
from dataclasses import replace

import numpy as np
import pytest

from alliances.dashboards.charts.svg import Drawing, svg
from alliances.dashboards.room import ending, play, prepare_end
from alliances.dashboards.room.game import WORLDS, Seat, Setup
from alliances.dashboards.room.roles import ALL, ORDERS, ROLES, order
from alliances.dashboards.room.runs import RoomRuns
from alliances.dashboards.room.stories import beside_alone, round_story
from alliances.experiments.explain.recording import record_run
from alliances.experiments.output.lines import Curve
from alliances.experiments.runs.months import SMOOTHED
from alliances.model.measures import FIRST
from alliances.model.parameters import REGISTRY
from alliances.model.simulation import simulate

SETUP = Setup(months=6, rounds=3, organisations=60, luck=3)


@pytest.fixture(scope="module")
def seats():
    return play.seats(SETUP)


def everybody(seats, role, choice):
    return {key: choice for key, seat in seats.items() if seat.role == role}


def test_without_choices_the_run_is_the_place_left_alone_to_the_last_bit(seats):
    rounds = [{}, {}, {}]
    ran = play.run(SETUP, rounds, seats)
    left = play.run_alone(SETUP, rounds, seats)
    plain = simulate(play.alone(SETUP, rounds), 1, SETUP.luck, final=False)
    assert (
        ran.recording.values.tobytes()
        == left.recording.values.tobytes()
        == plain.values[0].tobytes()
    )
    assert ran.gone == left.gone


def test_the_same_decisions_give_the_same_run(seats):
    rounds = [everybody(seats, "small", "join"), {}]
    first, again = (play.run(SETUP, rounds, seats) for _ in range(2))
    assert first.recording.values.tobytes() == again.recording.values.tobytes()


@pytest.mark.parametrize("choice", ALL)
def test_each_choice_of_a_small_charity_changes_its_own_month(seats, choice):
    # All at once, as one alone may have nothing to decide in these months.
    rounds = [everybody(seats, "small", choice)] * 2
    changed = play.run(SETUP, rounds, seats).recording.values
    assert changed.tobytes() != play.run_alone(SETUP, rounds, seats).recording.values.tobytes()


def test_choices_do_what_they_say(seats):
    def total(choice, name):
        rounds = [everybody(seats, "small", choice)] * 2
        return play.run(SETUP, rounds, seats).recording.values[name].sum()

    assert total("bid", "bids") > total("step back", "bids")
    assert total("join", "formed") > total("step back", "formed")


@pytest.mark.parametrize("role", ["funder", "connector"])
@pytest.mark.parametrize("choice", ALL)
def test_a_choice_for_all_sets_its_levers_in_its_round_and_no_other(role, choice):
    rounds = [{}, {f"{role} 1": choice}, {}]
    plan = play.scenario_of(SETUP, rounds)
    usual = play.alone(SETUP, rounds)
    wanted = ROLES[role].choice(choice).levers
    for k, (change, plain) in enumerate(zip(plan.timeline, usual.timeline, strict=True)):
        assert change.month == 6 * k
        assert dict(change.set) == {**plain.set, **(wanted if k == 1 else {})}
    assert set(wanted) <= set(REGISTRY)


def test_what_funders_and_connectors_choose_changes_the_run_in_proportion(seats):
    def run(*chosen):
        decided = {f"{one.split()[0]} {k}": one.split()[1] for k, one in enumerate(chosen)}
        return play.run(
            SETUP, [decided] * 2, seats | play_seats(decided)
        ).recording.values.tobytes()

    left = run()
    for role, choice in (("funder", "contribute"), ("connector", "contribute")):
        assert len({left, run(f"{role} {choice}"), run(f"{role} {choice}", f"{role} -")}) == 3


def play_seats(decided):
    return {key: Seat(key, key.split()[0], key) for key in decided}


@pytest.mark.parametrize("world", WORLDS)
def test_who_chooses_what_changes_nothing_is_told_so(world):
    setup = Setup(months=12, rounds=1, organisations=60, luck=3, world=world)
    seat = Seat("funder 1", "funder", "Funder 1")
    left = simulate(play.alone(setup, [{}]), 2, setup.luck, final=False).values
    for one in ROLES["funder"].choices:
        plan = play.scenario_of(setup, [{seat.key: one.key}])
        same = simulate(plan, 2, setup.luck, final=False).values.tobytes() == left.tobytes()
        said = play.idle(setup, seat, one.key) != ""
        assert said == (same and one.key != "step back"), one.key


def test_as_many_connectors_as_play_work_in_both_runs(seats):
    rounds = [{f"connector {k}": "speak" for k in range(4)}, {"connector 1": "speak"}]
    for plan in (play.scenario_of(SETUP, rounds), play.alone(SETUP, rounds)):
        team = [change.set["connectors"] for change in plan.timeline if "connectors" in change.set]
        assert team == [4, 2]


def test_funders_are_told_what_was_awarded(seats):
    chosen = {"funder 1": "speak", "funder 2": "contribute"}
    places = seats | play_seats(chosen)
    told = RoomRuns(play.run(SETUP, [chosen, {}], places))
    story = told.story(places["funder 1"], 1)
    assert "At least 15 % of each large body's contract" in story[0]
    assert "40 % of each award was core money (usual: 20 %)" in story[0]
    assert "40 % of it was core money" in story[2]  # what was awarded is what was chosen
    assert "as they usually are" in told.story(places["funder 1"], 2)[0]
    assert "20 % of it was core money" in told.story(places["funder 1"], 2)[2]


def test_money_that_is_told_of_is_what_the_levers_say(seats):
    ran = play.run(SETUP, [{"funder 1": "bid"}, {}, {}], seats | play_seats({"funder 1": ""}))
    for months, tendered in (((0, 6), 0.9), ((6, 18), 0.5)):
        money = ran.record.months(*months)
        ways = (money.tender, money.alliances, money.grants, money.pots)
        assert sum(ways) == pytest.approx(money.total)
        # 30 % goes through one lead, and the rest is tendered by so much; not all finds a taker.
        assert money.tender / money.total == pytest.approx(0.3 + 0.7 * tendered, abs=0.06)
        assert 0 < money.small < money.total


def test_connectors_are_told_what_the_team_did(seats):
    chosen = {"connector 1": "join", "connector 2": "step back"}
    small = everybody(seats, "small", "speak")
    places = seats | play_seats(chosen)
    ran = play.run(SETUP, [chosen | small, {"connector 1": "step back"}, {}], places)
    told = RoomRuns(ran)
    first, second = (told.story(places["connector 1"], number) for number in (1, 2))
    assert "A team of 2 was at work. Nobody had time to settle quarrels." in first
    made = int(ran.recording.values["introductions"][:6].sum())
    assert f"The team made {made} introductions; " in first[1]
    assert len(first) == 2 + 3  # some of those who play
    assert "The team introduced nobody." in second
    # Introductions of those who play are among all that were made.
    assert 3 <= len(ran.record.introduced) <= made
    well = round(
        (ran.recording.values["introductions_well"] * ran.recording.values["introductions"]).sum()
    )
    assert sum(one.well for one in ran.record.introduced) <= well


def test_a_funder_and_a_connector_see_the_place_left_alone(seats):
    rounds = [{"funder 1": "bid", "connector 1": "step back"}] * 2
    places = seats | play_seats(rounds[0])
    told = RoomRuns(play.run(SETUP, rounds, places), ending.ending(SETUP, rounds, places))
    for key, words in (("funder 1", "in tenders"), ("connector 1", "introductions")):
        mine, left = told.end(places[key])
        assert words in left
        assert left.startswith("Left to the model, with the same luck: ")
        assert mine.split(": ", 1)[1] != left.split(": ", 1)[1]


def test_who_is_gone_gets_no_orders(seats):
    hard = Setup(months=12, rounds=5, organisations=60, luck=3, world="tender")
    places = play.seats(hard)
    ran = play.run(hard, [everybody(places, "small", "bid")] * 5, places)
    assert ran.gone  # and no OrderError
    assert all(places[key].uid not in ran.standings[-1] for key in ran.gone)


def test_a_story_that_was_told_stays_as_it_was(seats):
    rounds = [everybody(seats, "small", "join"), everybody(seats, "small", "speak"), {}]
    early = play.run(SETUP, rounds[:1], seats)
    late = play.run(SETUP, rounds, seats)
    for seat in seats.values():
        assert round_story(early, seat, 1) == round_story(late, seat, 1)
    told = RoomRuns(late)
    assert any(told.story(seat, 2) for seat in seats.values())
    assert told.story(next(iter(seats.values())), 4) == []
    assert len(told.place(2)) == len(FIRST)


def test_who_sits_in_no_alliance_is_told_so_before_it_contributes(seats):
    ran = play.run(SETUP, [everybody(seats, "small", "join")] * 2, seats)
    told = RoomRuns(ran)
    counts = set()
    for seat in seats.values():
        if seat.uid is None or seat.key in ran.gone:
            assert told.hint(seat, "contribute") == "" or seat.key in ran.gone
            continue
        now = ran.alliances(seat.uid)
        counts.add(now)
        assert bool(told.hint(seat, "contribute")) == (now == 0)
        assert bool(told.hint(seat, "join")) == (now == 2)
        assert told.hint(seat, "speak") == ""
    assert counts == {0, 1, 2}
    assert RoomRuns().hint(next(iter(seats.values())), "join") == ""


def test_stories_use_the_names_of_the_game(seats):
    ran = play.run(SETUP, [everybody(seats, "small", "join")] * 3, seats)
    names = {body.name for body in ran.recording.bodies}
    assert {seat.name for seat in seats.values() if seat.uid is not None} <= names
    text = " ".join(line for seat in seats.values() for line in round_story(ran, seat, 3))
    assert "month -" not in text


def test_the_end_lays_the_room_over_the_place_left_alone_and_over_other_luck(seats):
    rounds = [everybody(seats, "small", "join")] * 2
    found = ending.ending(SETUP, rounds, seats)
    assert found.room.shape == found.alone.shape == (1 + prepare_end.OTHER_LUCK, 12)
    assert found.room[0].tobytes() == found.ran.recording.values.tobytes()
    assert found.alone[0].tobytes() == found.left.recording.values.tobytes()
    # Other luck is other luck, the same in both.
    assert len({row.tobytes() for row in found.alone}) == 1 + prepare_end.OTHER_LUCK
    quiet = prepare_end.go_on(prepare_end.begin(SETUP, 5), SETUP, [{}, {}], seats)
    assert quiet.values.tobytes() == found.alone[5].tobytes()
    lines = found.lines("alliance_share")
    assert [line.role for line in lines] == ["luck"] * 16 + ["alone", "room"]
    effect = found.effect("alliance_share")
    assert "in your run" in found.sentences("alliance_share")[0]
    assert f"{effect.higher - (effect.b[0] > effect.a[0])} of 16" in found.luck("alliance_share")
    told = [beside_alone(found.ran, found.left, seat) for seat in seats.values() if seat.uid]
    assert sum("Left to the model" in text for text in told) > len(told) / 2


def test_what_was_run_ahead_gives_the_same_end(seats):
    rounds = [
        {"funder 1": "bid", **everybody(seats, "small", "join")},
        {"funder 1": "contribute", **everybody(seats, "small", "bid")},
    ]
    places = seats | play_seats({"funder 1": "", "funder 2": ""})
    plain = ending.ending(SETUP, rounds, places)
    ran = play.run(SETUP, rounds, places)
    for last, fits in (({"funder 1": ""}, True), ({"funder 1": "", "funder 2": ""}, False)):
        before = prepare_end.prepare_end(SETUP, rounds[:1], last, places)
        assert before.left.fits(rounds) == fits
        for _ in (1, 2):  # it can be tried again
            sooner = ending.ending(SETUP, rounds, places, ran, before)
            assert sooner.room.tobytes() == plain.room.tobytes()
            assert sooner.alone.tobytes() == plain.alone.tobytes()
            assert (sooner.left is before.left.run) == fits
    # What was run for other rounds is not gone on with.
    other = prepare_end.prepare_end(SETUP, [{}], {"funder 1": ""}, places)
    assert ending.ending(SETUP, rounds, places, ran, other).room.tobytes() == plain.room.tobytes()


@pytest.mark.parametrize("luck", range(6))
def test_who_is_dealt_an_organisation_has_one_that_is_there(luck):
    setup = Setup(months=6, rounds=1, organisations=60, luck=luck)
    places = play.seats(setup)
    ran = play.run(setup, [{}], places)
    assert all(round_story(ran, seat, 1) for seat in places.values())
    assert {"small", "council", "health"} == {seat.role for seat in places.values()}
    first = {body.uid: body.incomes[0] for body in ran.recording.bodies if body.first == 0}
    small = [seat.uid for seat in places.values() if seat.role == "small"]
    assert len(small) > 30
    assert sum(first.get(uid, 0.0) >= 1e6 for uid in small) <= 1  # one may pass it in month 1


def test_what_is_shown_of_a_month_stays_as_it_was(seats):
    # Also where means of the last 12 months are drawn, that a short run has not yet.
    short, long = (
        play.run(SETUP, [{}] * rounds, seats).recording.values[np.newaxis] for rounds in (1, 3)
    )
    assert long.shape[1] > SMOOTHED
    for name in play.TABLE:
        early, late = play.shown(short, name)[0], play.shown(long, name)[0]
        assert np.array_equal(early, late[: len(early)], equal_nan=True), name
        assert np.isfinite(late[-1]), name


def test_without_choices_the_end_says_so(seats):
    found = ending.ending(SETUP, [{}], seats)
    assert "the same as left alone" in found.sentences("net_impact")[0]
    assert found.luck("net_impact") == "no difference in any of 16 runs"


def test_every_choice_has_an_order_that_can_be_given():
    assert set(ORDERS) == set(ALL)
    for choice in ALL:
        assert order(7, choice).organisation == 7


def test_a_recording_asks_for_orders_every_month():
    plan = play.alone(SETUP, [{}])
    months = []
    plain = record_run(plan, 1)
    orders = lambda state, month: months.append(month) or []  # noqa: E731
    same = record_run(plan, 1, 0, orders=orders)
    assert months == list(range(6))
    assert same.values.tobytes() == plain.values.tobytes()


def test_a_chart_has_every_line_and_a_label_for_each_kind():
    rng = np.random.default_rng(1)
    roles = (("", "luck"), ("other luck", "luck"), ("left alone", "alone"), ("your room", "room"))
    lines = tuple(Curve(label, role, rng.random(24)) for label, role in roles)
    lines[0].values[6:12] = np.nan
    along = ("",) * 25
    drawing = Drawing('Trust "among" <friends>', "share", along, lines, (), "rounds")
    made = svg(drawing, alone=True)
    assert made.count("<path") == 4
    assert re.search(r'ua-line-luck" d="(M[^"M]*){2}"', made)  # parted where nothing is measured
    said = re.sub(r"<[^>]*>", " ", made)
    assert [said.count(word) for word in ("room", "alone", "luck")] == [1, 1, 1]
    assert "<friends>" not in made
    assert "nan" not in made
    nothing = Curve("your room", "room", np.full(24, np.nan))
    assert "nan" not in svg(replace(drawing, lines=(nothing,)))
