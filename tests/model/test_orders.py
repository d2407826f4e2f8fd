import numpy as np
import pytest

from alliances import PlaceSource, Scenario
from alliances.model.kernel.events import drain, with_log
from alliances.model.kernel.state import ACTIVE, NONE, copy_state, table
from alliances.model.measures import OBSERVATION
from alliances.model.orders import Order, OrderError, open_decisions, order, step_month
from alliances.model.schedule import run_months
from alliances.model.simulation import burn_in, new_state, start

SCENARIO = Scenario(place=PlaceSource(organisations=40)).with_values(
    burn_in=24,
    form_chance=0.2,
    joining_bar=0.0,  # alliances, however the model is calibrated
)


@pytest.fixture(scope="module")
def opening():
    """A place with alliances, at month 0, in which a round is due."""
    state = new_state(SCENARIO)
    start(state, SCENARIO, 5)
    burn_in(state, SCENARIO)
    assert state.alliances.alive.sum() >= 2
    return state


@pytest.fixture(scope="module")
def unallied():
    """A place in which nobody takes the initiative: ties, but no alliances."""
    scenario = SCENARIO.with_values(form_chance=0.0)
    state = new_state(scenario)
    start(state, scenario, 5)
    burn_in(state, scenario)
    assert not state.alliances.alive.any()
    return state


@pytest.fixture
def state(opening):
    return copy_state(opening)


def uids(state):
    return state.organisations.uid[state.organisations.status == ACTIVE].tolist()


def everybody(state, **decisions):
    return [Order(uid, **decisions) for uid in uids(state)]


def play(state, months, **decisions):
    """Months in which everybody is ordered the same; summed measures."""
    total = np.zeros(1, OBSERVATION)
    for _ in range(months):
        row = step_month(state, everybody(state, **decisions))
        for name in OBSERVATION.names:
            total[name] += row[name]
    return total[0]


def test_without_orders_a_month_is_a_month_to_the_last_bit(state, opening):
    plain = copy_state(opening)
    out = table(14, OBSERVATION)
    run_months(plain, 14, out, 0)
    ours = [step_month(state, [Order(uids(state)[0])] if k % 2 else ()) for k in range(14)]
    assert np.concatenate(ours).tobytes() == out.tobytes()
    for name in state._fields:
        assert getattr(state, name).tobytes() == getattr(plain, name).tobytes(), name


def test_orders_hold_for_one_month(state):
    uid = uids(state)[0]
    everything = Order(uid, bid=True, join=True, speak=False, leave=True, contribute=0.5)
    step_month(state, [everything])
    rows = state.organisations
    for name in ("bid", "join", "speak", "leave"):
        assert (rows[f"order_{name}"][rows.status == ACTIVE] == NONE).all()
    assert (rows.order_contribute[rows.status == ACTIVE] == -1.0).all()


def test_bid(state, opening):
    rows = state.organisations
    free, no, yes = (copy_state(opening) for _ in range(3))
    step_month(free)
    step_month(no, everybody(no, bid=False))
    step_month(yes, everybody(yes, bid=True))
    assert 0 < (free.organisations.bid_days > 0).sum() < (yes.organisations.bid_days > 0).sum()
    assert no.organisations.bid_days.sum() == 0.0
    assert no.tally[0].bids == 0
    # Whoever is ordered not to bid is not drawn into another's bid either.
    for uid in rows.uid[free.organisations.bid_days > 0].tolist():
        one = copy_state(opening)
        step_month(one, [*(o for o in everybody(one, bid=True) if o.organisation != uid),
                         Order(uid, bid=False)])  # fmt: skip
        assert one.organisations.bid_days[one.organisations.uid == uid] == 0.0


def test_an_order_to_bid_goes_before_the_habit_of_stepping_back(opening):
    bids = {}
    for habit in (0.0, 1.0):
        for ordered in (False, True):
            state = copy_state(opening)
            state.params["no_rival_bids"] = habit
            step_month(state, everybody(state, bid=True) if ordered else ())
            bids[habit, ordered] = state.tally[0].bids
    assert bids[1.0, False] < bids[0.0, False]
    assert bids[1.0, True] == bids[0.0, True]


def test_join(state, opening, unallied):
    assert play(copy_state(opening), 12)["formed"] > 0
    before = {uid: (row.seat != NONE).sum() for uid, row in rows_by_uid(state).items()}
    assert play(state, 12, join=False)["formed"] == 0
    for uid, row in rows_by_uid(state).items():
        assert (row.seat != NONE).sum() <= before.get(uid, 0)
    assert play(copy_state(unallied), 3)["formed"] == 0
    assert play(copy_state(unallied), 3, join=True)["formed"] >= 3


def rows_by_uid(state):
    rows = state.organisations
    return {int(row.uid): row for row in rows if row.status == ACTIVE}


def test_one_who_wants_in_takes_what_nobody_would(unallied):
    formed = {}
    for ordered in (False, True):
        state = copy_state(unallied)
        state.params["form_chance"] = 1.0
        state.params["joining_bar"] = 100.0
        formed[ordered] = play(state, 3, **({"join": True} if ordered else {}))["formed"]
    assert formed[False] <= formed[True] - 3


def test_one_who_refuses_founds_nothing(unallied):
    def leads(refusing):
        state = copy_state(unallied)
        state.params["form_chance"] = 1.0
        for _ in range(3):
            step_month(state, [Order(uid, join=False) for uid in refusing])
        alive = state.alliances[state.alliances.alive == 1]
        return set(state.organisations.uid[alive.lead].tolist())

    free = leads([])
    assert len(free) >= 3
    for uid in free:
        assert uid not in leads([uid])


def test_one_who_wants_in_invites_at_any_time_of_the_year(unallied):
    founders = []
    for uid, row in rows_by_uid(unallied).items():
        state = copy_state(unallied)
        step_month(state, [Order(uid, join=True)])
        alive = state.alliances[state.alliances.alive == 1]
        assert (state.organisations.uid[alive.lead] == uid).all()
        founders += [int(row.phase)] * len(alive)
    assert len(founders) >= 3
    assert any(3 < phase < 9 for phase in founders)  # commitments are made within three months


def test_a_duty_goes_before_a_refusal(unallied):
    seats = {}
    for duty in (0.0, 1.0):
        state = copy_state(unallied)
        state.params["duty_to_join"] = duty
        leads, others = uids(state)[::2], uids(state)[1::2]
        wants = [Order(uid, join=True) for uid in leads]
        for _ in range(3):
            step_month(state, [*wants, *(Order(uid, join=False) for uid in others)])
        step_month(state, [Order(uid, leave=True) for uid in others])
        seated = state.members[state.members.organisation != NONE]
        seats[duty] = np.isin(state.organisations.uid[seated.organisation], others)
        assert seated.compelled[seats[duty]].all()
    assert not seats[0.0].any()
    assert seats[1.0].any()


def test_whoever_asks_for_it_takes_it(opening):
    for ordered in (False, True):
        state = copy_state(opening)
        state.params["match_funding"] = 3.0  # strings that nobody would take
        step_month(state, everybody(state, bid=True if ordered else None))
        assert state.tally[0].bids > 0
        assert (state.tally[0].declined == 0) == ordered


def test_open_decisions_are_those_that_matter(opening):
    state = copy_state(opening)
    rounds, quiet = 0, 0
    for _ in range(24):
        working = uids(state)
        decisions = {uid: open_decisions(state, uid) for uid in working}
        step_month(state, everybody(state, bid=True))
        for uid, row in rows_by_uid(state).items():
            bids = "bid" in decisions.get(uid, ())
            rounds += bids and row.bid_days > 0
            quiet += not bids
            assert bids or row.bid_days == 0.0
    assert rounds > 20
    assert quiet > 20
    rows = state.organisations
    for uid, row in rows_by_uid(state).items():
        decisions = open_decisions(state, uid)
        seated = bool((row.seat != NONE).any())
        assert ("leave" in decisions) == ("contribute" in decisions) == seated
        assert "speak" in decisions
        if (row.seat != NONE).all():
            assert "join" not in decisions
    purse = int(rows.uid[state.commissioners.body[0]])
    assert "bid" not in open_decisions(state, purse)
    with pytest.raises(OrderError, match="organisation 12"):
        open_decisions(state, 12)


def test_leave(state, opening):
    stay = copy_state(opening)
    assert play(copy_state(opening), 6)["exits"] > 0
    assert play(stay, 6, leave=False)["exits"] == 0
    step_month(state, everybody(state, leave=True))
    assert not state.alliances.alive.any()
    assert not (state.members.organisation != NONE).any()


def test_speak(state, opening):
    loud, mute = copy_state(opening), copy_state(opening)
    free = play(state, 6)
    assert free["conflicts_raised"] > 0 < free["conflicts_avoided"]
    assert play(loud, 6, speak=True)["conflicts_avoided"] == 0
    assert play(mute, 6, speak=False)["conflicts_raised"] == 0
    seated = loud.members[loud.members.organisation != NONE]
    old = seated[seated.joined < 5]
    assert len(old) > 0
    assert old.stated.all()
    assert not mute.members[mute.members.organisation != NONE].stated.any()  # the strongest too


def test_abuse_is_called_out_by_those_who_are_ordered_to(opening):
    called, abuse = {}, {}
    for speak in (False, True):
        state = copy_state(opening)
        state.params["overrule_rate"] = 1e6  # the weights are nearly even
        state.params["solidarity"] = 1.0
        total = play(state, 12, speak=speak)
        called[speak], abuse[speak] = total["called_out"], total["grabs"]
    assert called[False] == 0 < abuse[False]
    assert called[True] > 0


def test_one_who_speaks_raises_every_conflict_of_its_own(opening):
    rows = sorted(rows_by_uid(opening).values(), key=lambda row: row.income)
    params = opening.params[-1]
    raised = 0.3 * params.trust_gain * params.loss_ratio  # avoided, it would be the whole
    bad = 0
    for uid in (int(row.uid) for row in (*rows[:3], *rows[-3:])):
        state = with_log(copy_state(opening))
        for _ in range(12):
            step_month(state, [Order(uid, speak=True, bid=False)])
            seen = drain(state)
            mine = (seen["cause"] == "meeting") & (seen["from"] == uid)
            worse = seen[mine & (seen.after < seen.before)]
            bad += len(worse)
            assert (1.0 - worse.after / worse.before).to_numpy() == pytest.approx(raised)
    assert bad >= 4


def test_contribute(state, opening):
    # Whoever gives most when left alone: it has days to give.
    left_alone = copy_state(opening)
    step_month(left_alone)
    given = np.where(left_alone.members.organisation != NONE, left_alone.members.days, 0.0)
    row = int(left_alone.members.organisation[given.argmax()])
    uid = int(left_alone.organisations.uid[row])
    days = {}
    for share in (0.0, 0.5, 1.0):
        one = copy_state(opening)
        step_month(one, [Order(uid, leave=False, contribute=share)])
        members = one.members[one.members.organisation == row]
        assert len(members) > 0
        days[share] = members.days.sum()
        if share == 1.0:
            assert one.organisations.solo_days[row] == pytest.approx(0.0, abs=1e-9)
    assert days[0.0] == 0.0 < days[0.5]
    assert days[1.0] == pytest.approx(2 * days[0.5])


def test_an_order_touches_nobody_before_it_touches_the_first(opening):
    # Somebody in no alliance and no round is ordered: the rest of the month is the same.
    a, b = copy_state(opening), copy_state(opening)
    row = np.flatnonzero((a.organisations.status == ACTIVE) & (a.organisations.seat == NONE).all(1))
    uid = int(a.organisations.uid[row[0]])
    step_month(a, [Order(uid, contribute=1.0, leave=True)])
    step_month(b)
    assert a.organisations.tobytes() == b.organisations.tobytes()
    assert a.ties.tobytes() == b.ties.tobytes()


@pytest.mark.parametrize(
    ("decisions", "message"),
    [
        ({"bid": 1}, "`bid` was 1"),
        ({"join": "yes"}, "`join` was 'yes'"),
        ({"contribute": 1.5}, "from 0 to 1"),
        ({"contribute": float("nan")}, "from 0 to 1"),
        ({"contribute": True}, "from 0 to 1"),
        ({"contribut": 0.5}, "did you mean 'contribute'"),
        ({"vote": True}, "nobody can order 'vote'"),
    ],
)
def test_wrong_orders_are_refused(decisions, message):
    with pytest.raises(OrderError, match=message):
        order(1, **decisions)


def test_orders_for_nobody_change_nothing(state, opening):
    with pytest.raises(OrderError, match="organisation 12"):
        step_month(state, [Order(uids(state)[0], bid=True), Order(12, bid=True)])
    with pytest.raises(OrderError, match="two orders"):
        step_month(state, [Order(uids(state)[0], bid=True), Order(uids(state)[0], bid=True)])
    for name in state._fields:
        assert getattr(state, name).tobytes() == getattr(opening, name).tobytes(), name
