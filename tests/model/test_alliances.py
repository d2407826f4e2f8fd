"""Alliances: who may sit, who leads, what is decided and what it costs."""

import numpy as np
import pytest

from alliances.model.kernel.state import MEMBERS, NONE, SEATS
from alliances.model.snapshot import Snapshot
from tests.model.consistency import assert_consistent, living_alliances, working
from tests.model.runs import begun, run, small, stepped

ALLIED = {
    "form_chance": 1.0,
    "joining_bar": 0.0,
    "meetings": 4.0,
    "meeting_days": 0.1,
    "coordination_days": 0.02,
    "burn_in": 12,
}


def allied(months=24, organisations=60, seed=1, **values):
    state = begun(small(organisations, **{**ALLIED, **values}), seed)
    return state, stepped(state, months)


def seats_of(state, a):
    seats = state.members[a * MEMBERS : (a + 1) * MEMBERS]
    return seats[seats.organisation != NONE]


def test_there_are_alliances_in_this_place():
    state, values = allied()
    assert len(living_alliances(state)) > 3
    assert values.alliance_share[-1] > 0.1


@pytest.mark.parametrize("programmes", [1, 2, 3])
def test_nobody_sits_in_more_alliances_than_it_can(programmes):
    state, _ = allied(programmes=programmes)
    taken = (state.organisations.seat[working(state)] != NONE).sum(axis=1)
    assert taken.max() == min(programmes, SEATS)


def test_a_core_is_no_larger_than_it_may_be():
    for size in (2, 4):
        state = begun(small(60, **ALLIED, core_size=size))
        # From month 0: before that, cores are of today's size.
        for a in living_alliances(state):
            for m in range(a * MEMBERS, (a + 1) * MEMBERS):
                state.members.core[m] = 0
            state.alliances.core[a] = 0
        stepped(state, 24)
        assert state.alliances.core[living_alliances(state)].max() <= size


def test_without_a_limit_everybody_is_core():
    state = begun(small(60, **{**ALLIED, "burn_in": 0}, core_size=0))
    stepped(state, 24)
    live = living_alliances(state)
    assert len(live)
    assert (state.alliances.core[live] == state.alliances.members[live]).all()


def test_commissioners_sit_in_alliances_only_if_that_is_allowed():
    state, _ = allied(commissioner_is_member=0)
    bodies = state.commissioners.body[:2]
    assert (state.organisations.seat[bodies] == NONE).all()
    seats = 0
    for seed in range(4):
        state, _ = allied(commissioner_is_member=1, seed=seed)
        seats += int((state.organisations.seat[state.commissioners.body[:2]] != NONE).sum())
    assert seats > 0


def test_no_duty_compels_nobody():
    state, _ = allied(duty_to_join=0.0)
    for a in living_alliances(state):
        assert seats_of(state, a).compelled.sum() == 0


def test_a_duty_fills_the_seats_of_the_unwilling():
    # A bar that few offers reach.
    def seats(duty):
        state, _ = allied(joining_bar=1.0, duty_to_join=duty)
        taken = [seats_of(state, a) for a in living_alliances(state)]
        return sum(map(len, taken)), sum(int(here.compelled.sum()) for here in taken)

    (most, compelled), (least, none) = seats(1.0), seats(0.0)
    assert none == 0
    assert compelled > 0
    assert most > least


def test_a_bar_nobody_reaches_leaves_no_alliances():
    state = begun(small(60, **{**ALLIED, "burn_in": 0}))
    state.params.joining_bar[:] = 1e9
    state.params.duty_to_join[:] = 0.0
    # The bar is drawn between nothing and twice its mean: nobody gets below a millionth of it.
    assert stepped(state, 24).alliances.max() == 0


def test_what_always_fails_ends_within_a_year():
    state = begun(small(60, **ALLIED))
    state.params.failing_bar[:] = 1.1
    state.params.form_chance[:] = 0.0
    assert len(living_alliances(state)) > 0
    values = stepped(state, 12)
    assert values.alliances[-1] == 0
    assert values.dissolved.sum() > 0


def test_blank_sheets_are_blank_when_the_lever_says_so():
    for blank in (0, 1):
        state = begun(small(60, **{**ALLIED, "burn_in": 0}, blank_sheet=blank))
        stepped(state, 18)
        assert (state.alliances.blank_sheet[living_alliances(state)] == blank).all()


def test_a_higher_majority_decides_less():
    wide = {"perception_error": 2.0, "mission_overlap": 0.0, "mission_focus": 3.0}
    half = allied(**wide, majority=0.5)[1].decision_success.mean()
    everybody = allied(**wide, majority=1.0)[1].decision_success.mean()
    assert everybody < half


def test_without_deliberation_nothing_is_decided():
    values = allied(deliberation=0.0)[1]
    assert values.decision_success.max() == 0.0
    assert values.acceptability.max() == 0.0


def test_people_who_use_services_move_what_is_shared_towards_unmet_need():
    def distance(weight):
        gaps = []
        for seed in (1, 2):
            state, _ = allied(
                36,
                seed=seed,
                lived_experience_weight=weight,
                sortition=1,
                deliberation=2.0,
                deliberation_drift=0.0,
                mission_overlap=0.0,
            )
            place = state.places[0]
            unmet = place.needs * (1.0 - place.need_met)
            unmet = unmet / unmet.sum()
            gaps += [
                0.5 * np.abs(state.alliances.shared[a] - unmet).sum()
                for a in living_alliances(state)
            ]
        return float(np.mean(gaps))

    assert distance(1.0) < distance(0.0) - 0.05


def test_co_production_lowers_the_error_and_raises_public_trust():
    without = allied(co_production=0.0)[1]
    with_it = allied(co_production=1.0, new_money=1)[1]
    assert with_it.public_trust[-1] > without.public_trust[-1]


def test_secret_ballots_silence_nobody():
    # All power, no trust, full dominance: fear is all there is.
    harsh = {"commissioner_is_member": 1, "dominance_mean": 1.0, "programmes": 3}
    for seed in range(3):
        secret = allied(seed=seed, **harsh, secret_ballot=1)[1].stated_share.mean()
        loud = allied(seed=seed, **harsh, secret_ballot=0)[1].stated_share.mean()
        assert secret >= loud - 0.02


def test_of_equal_weight_members_take_out_in_proportion_to_what_their_days_are_worth():
    equal = {"power_exponent": 0.0, "reward_equality": 0.0, "overrule_rate": 0.0}
    money = {"grant_share": 0.0, "competition": 0.0, "single_lead": 0.0}
    state = begun(small(60, **ALLIED, **equal, **money, grace_months=36))
    rich = 0
    for _ in range(24):
        stepped(state, 1)
        for a in living_alliances(state):
            taken = seats_of(state, a)
            worth = taken.outside.sum()
            if len(taken) != state.alliances.members[a] or worth <= 0.0:
                continue
            rich += state.alliances.pot[a] > 2.0 * worth  # there is more than the days' worth
            assert taken.money == pytest.approx(taken.outside / worth, abs=1e-9)
            assert taken.credit == pytest.approx(np.full(len(taken), 1.0 / len(taken)), abs=1e-9)
    assert rich > 3


def test_equal_rewards_follow_contribution():
    state = begun(small(60, **ALLIED, reward_equality=1.0, overrule_rate=0.0, grant_share=1.0))
    seen = 0
    for _ in range(6):
        values = stepped(state, 1)
        if values.closures[0] + values.mergers[0] > 0:
            continue
        for a in living_alliances(state):
            taken = seats_of(state, a)
            assert taken.credit == pytest.approx(taken.contribution, abs=1e-9)
            seen += 1
    assert seen > 0


def test_weight_decides_on_rewards_where_nothing_is_equal():
    state = begun(small(60, **ALLIED, reward_equality=0.0, overrule_rate=0.0))
    state.params.power_exponent[:] = 1.0
    stepped(state, 1)
    for a in living_alliances(state):
        taken = seats_of(state, a)
        assert taken.credit == pytest.approx(taken.weight / taken.weight.sum(), abs=1e-9)


def test_nobody_grabs_where_nobody_would_or_somebody_watches():
    assert allied(dominance_mean=0.0, dominance_spread=0.0)[1].grabs.sum() == 0
    watched = allied(dominance_mean=1.0, overrule_rate=1.0, oversight=1.0)[1].grabs.sum()
    unwatched = allied(dominance_mean=1.0, overrule_rate=1.0, oversight=0.0)[1].grabs.sum()
    assert watched == 0
    assert unwatched > 0


def test_joint_effort_takes_from_what_is_done_alone():
    state, values = allied()
    rows = state.organisations[working(state)]
    assert rows.joint_days.sum() > 0.0
    assert values.joint_effort[-1] == pytest.approx(
        rows.joint_days.sum() / (rows.joint_days.sum() + rows.solo_days.sum())
    )
    for a in living_alliances(state):
        taken = seats_of(state, a)
        assert state.alliances.delivered[a] == pytest.approx(taken.effective.sum())


def test_pledges_are_kept_or_not():
    state, _ = allied()
    for a in living_alliances(state):
        assert 0.0 <= state.alliances.success[a] <= 1.0
        taken = seats_of(state, a)
        assert (taken.days <= state.organisations.attention[taken.organisation] + 1e-9).all()


def test_a_pledge_counts_even_if_no_day_is_left_to_keep_it():
    state = begun(small(60, **ALLIED))
    live = living_alliances(state)
    assert len(live)
    for name in ("form_chance", "pass_through", "failing_bar", "turnover_rate"):
        state.params[name] = 0.0
    success = state.alliances.success[live].copy()
    stepped(state, 1)  # nobody's staff is bound by what it pledged: nothing is delivered
    still = state.alliances.alive[live] == 1
    assert state.alliances.pledged[live][still].min() > 0.0
    assert state.alliances.delivered[live].max() == 0.0
    assert (state.alliances.success[live] < success)[still].all()


def test_a_lead_is_a_member_unless_it_just_went():
    state = begun(small(60, **ALLIED, grace_months=1, income_noise=0.2))
    for _ in range(24):
        values = stepped(state, 1)
        leads = [state.alliances.lead[a] for a in living_alliances(state)]
        if values.closures[0] + values.mergers[0] == 0:
            assert NONE not in leads
        assert_consistent(state)


def test_recommitment_lets_go_without_anger():
    values = run(small(60, **ALLIED, recommitment_months=1), 24)[1]
    assert values.exits.sum() > 0
    # Every month is a review: all exits are honest, but those of the month of joining.
    assert values.sour_exits.sum() <= 0.2 * values.exits.sum()


def test_a_new_alliance_has_agreed_on_nothing_yet():
    # Its row may have been that of another, which had.
    state = begun(small(60, **ALLIED, failing_bar=0.6))
    stepped(state, 24)
    assert state.alliances.agreed.sum() > 0
    state.params.deliberation[:] = 0.0
    state.params.failing_bar[:] = 1.1  # all end, and their rows are used again
    stepped(state, 8)
    state.params.failing_bar[:] = 0.0
    state.params.form_chance[:] = 0.3
    month = int(state.now[0].month)
    stepped(state, 18)
    live = living_alliances(state)
    new = live[state.alliances.born[live] >= month]
    assert len(new) > 3
    assert state.alliances.agreed[new].sum() == 0


def test_a_snapshot_names_no_lead_where_there_is_none():
    state, _ = allied(12)
    a = int(living_alliances(state)[0])
    place = small(60).place.make()
    frame = Snapshot(state, place).alliances()
    assert frame["lead"].isin(state.organisations.uid.tolist()).all()
    state.alliances.lead[a] = NONE
    state.organisations.uid[-1] = 77  # the row that -1 would be
    frame = Snapshot(state, place).alliances()
    assert int(frame["lead"].iloc[0]) == 0
