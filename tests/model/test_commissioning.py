"""Where the money goes: each way of awarding, and the terms that come with it."""

import numpy as np
import pytest

from alliances import Change
from alliances.model.kernel.state import AGREEMENT_KINDS, COUNCIL, HEALTH, MEMBERS, NONE
from tests.model.consistency import running_agreements, working
from tests.model.runs import begun, run, small, stepped

POT = 8_000.0  # GBP a year, the largest devolved pot
CALM = {
    "founding_rate": 0.0,
    "turnover_rate": 0.0,
    "hosting": 0.0,
    "grace_months": 36,  # nobody closes, which would end its agreements
    "burn_in": 0,
    "solidarity": 0.0,  # nobody pushes commissioners from tender to agreement
}
# Alliances are formed, and all money is for them.
AWARDED = {
    **dict.fromkeys(("competition", "single_lead", "grant_share", "devolved_pots"), 0.0),
    "form_chance": 1.0,
    "joining_bar": 0.0,
    "meetings": 4.0,
    "coordination_days": 0.02,
}
ONLY = {
    "tender": {"competition": 1.0, "single_lead": 0.0, "devolved_pots": 0.0},
    "lead": {"single_lead": 1.0, "devolved_pots": 0.0},
    "grants": {"competition": 0.0, "single_lead": 0.0, "grant_share": 1.0, "devolved_pots": 0.0},
    "pots": {"devolved_pots": 1.0},
}


def awarded(months=36, organisations=60, seed=1, each=None, **values):
    """Agreements made in some months, as (month, row) pairs, with the last state."""
    state = begun(small(organisations, **{**CALM, **values}), seed)
    made: list = []
    known = {state.agreements[g].tobytes() for g in running_agreements(state)}
    for _ in range(months):
        month = int(state.now[0].month)
        stepped(state, 1)
        for g in running_agreements(state):
            row = state.agreements[g].copy()
            # What was agreed this month: it starts now or later, and is none of the rest.
            if row.start >= month and row.tobytes() not in known:
                known.add(row.tobytes())
                made.append((month, row))
                if each is not None:
                    each(state, row)
    return made, state


def kinds(made):
    return {AGREEMENT_KINDS[row.kind] for _, row in made}


def test_tenders_make_contracts():
    made, _ = awarded(**ONLY["tender"], payment_delay=1.0)
    assert "contract" in kinds(made)
    assert kinds(made) <= {"contract", "subcontract"}


def test_a_lead_passes_money_on_in_subcontracts():
    made, _ = awarded(**ONLY["lead"], payment_delay=1.0, mutuality_mean=1.0, burn_in=12)
    through = [row for _, row in made if AGREEMENT_KINDS[row.kind] == "subcontract"]
    assert through
    for row in through:
        assert row.via != NONE
        assert row.via != row.payee


def test_grants_alone_when_that_is_all_there_is():
    made, _ = awarded(**ONLY["grants"], payment_delay=1.0)
    assert kinds(made) == {"grant"}


def test_devolved_pots_are_small_and_for_the_small():
    def small_one(state, row):
        assert state.organisations.income[row.payee] < 1.2e6
        assert row.amount * 12.0 <= POT * (1 + 1e-9)
        assert row.core == 1.0
        assert row.bound == 0.0
        assert row.end - row.start == 12

    made, _ = awarded(**ONLY["pots"], each=small_one)
    assert kinds(made) == {"devolved pot"}


def test_alliances_are_awarded_what_is_not_for_grants():
    made, state = awarded(
        48,
        **AWARDED,
        payment_delay=1.0,
        burn_in=12,
    )
    found = [row for _, row in made if AGREEMENT_KINDS[row.kind] == "alliance award"]
    assert found
    for row in found:
        assert row.payee == NONE
        assert state.alliances.place[row.alliance] == 0


@pytest.mark.parametrize("way", ["tender", "lead", "grants"])
def test_nobody_is_given_more_than_it_can_use(way):
    shares = []

    def usable(state, row):
        if AGREEMENT_KINDS[row.kind] in ("grant", "subcontract"):
            income = max(state.organisations.income[row.payee], 1_000.0)
            shares.append(12.0 * row.amount / income)

    awarded(**ONLY[way], each=usable, purse_scale=4.0, payment_delay=1.0, meetings=3.0, burn_in=12)
    # Half of its yearly income, and what income moved since in that month.
    assert 0.4 < max(shares) < 0.6


def test_an_alliance_is_given_no_more_than_its_members_can_use():
    awards = []

    def usable(state, row):
        if AGREEMENT_KINDS[row.kind] == "alliance award":
            a = row.alliance
            seats = state.members.organisation[a * MEMBERS : (a + 1) * MEMBERS]
            income = state.organisations.income[seats[seats != NONE]].sum()
            awards.append(12.0 * row.amount / income)

    awarded(
        **AWARDED,
        alternatives=0.0,
        payment_delay=1.0,
        purse_scale=4.0,
        burn_in=12,
        each=usable,
    )
    assert 0.4 < max(awards) < 0.6


def test_who_has_more_staff_bids_for_more():
    state = begun(
        small(100, **CALM, **ONLY["tender"], bid_days=0.1, round_months=1, turnover_test=0)
    )
    days = np.zeros(len(state.organisations))
    for _ in range(24):
        stepped(state, 1)
        days += state.organisations.bid_days > 0.0
    large = state.organisations.income > 1e6
    medium = (state.organisations.income > 1e5) & ~large
    free = ~np.isin(state.organisations.sector, (COUNCIL, HEALTH))
    assert days[large & free].mean() > 1.2 * days[medium & free].mean()


@pytest.mark.parametrize("way", ["tender", "grants"])
def test_the_terms_are_those_of_the_levers(way):
    def on_terms(state, row):
        assert row.end - row.start == 9
        assert row.core == pytest.approx(0.4 * (1.0 - 0.25))
        assert row.bound == pytest.approx(0.8 * (1.0 - 0.4))

    terms = {
        "term_months": 9,
        "core_share": 0.4,
        "capital_share": 0.25,
        "targets": 0.8,
        "targets_owned": 1.0,
        "payment_delay": 3.0,
    }
    made, _ = awarded(**ONLY[way], **terms, each=on_terms)
    assert made
    for month, row in made:
        assert row.start == month + 3


@pytest.mark.parametrize("every", [6, 12])
def test_rounds_are_held_when_they_are_due(every):
    made, _ = awarded(
        **ONLY["grants"], round_months=every, payment_delay=1.0, commissioners=1, term_months=3
    )
    months = {month for month, _ in made}
    assert len(months) >= 2
    assert len({month % every for month in months}) == 1


def test_a_purse_is_used_by_as_many_as_commission():
    for number in (1, 2, 3):
        made, state = awarded(**ONLY["grants"], commissioners=number, payment_delay=1.0)
        payers = {int(row.payer) for _, row in made}
        bodies = [int(c.body) if c.body >= 0 else -2 - n for n, c in enumerate(state.commissioners)]
        assert payers <= set(bodies[:number])


def test_without_delay_money_comes_at_once():
    prompt = run(small(60, **CALM, **ONLY["grants"], payment_delay=0.0), 12)[1]
    late = run(small(60, **CALM, **ONLY["grants"], payment_delay=12.0), 12)[1]
    assert prompt.commissioned_money.sum() > late.commissioned_money.sum()


def test_renewal_keeps_agreements_going():
    calm = {**CALM, **ONLY["grants"], "term_months": 6, "purse_scale": 0.0}
    never = run(small(60, **calm, renewal_notice=0), 60)[1]
    always = run(small(60, **calm, renewal_notice=3, additionality=0.0), 60)[1]
    new_only = run(small(60, **calm, renewal_notice=3, additionality=1.0), 60)[1]
    assert never.commissioned_money[-6:].sum() == 0.0
    assert always.commissioned_money[-36:].sum() > 0.0
    assert new_only.commissioned_money[-6:].sum() == 0.0


def test_moved_underspend_is_paid_once():
    values = {
        **CALM,
        "payment_by_results": 1.0,
        "reallocation": 1.0,
        "renewal_notice": 1,
        "form_chance": 1.0,
        "joining_bar": 0.0,
        "meetings": 4.0,
    }
    state = begun(small(60, **{**values, "burn_in": 12}))
    seen = 0
    for _ in range(36):
        stepped(state, 1)
        here = state.agreements[running_agreements(state)]
        moved = here[(here.payer == NONE) & (here.via == NONE)]
        seen += len(moved)
        assert (moved.end - moved.start <= 1).all()
    assert seen > 0


def test_a_shift_of_criteria_ends_what_runs():
    shift = (Change(month=3, set={"criteria_shift": 1.0}),)
    scenario = small(60, **CALM, purse_scale=0.0).model_copy(update={"timeline": shift})
    state = begun(scenario)
    before = stepped(state, 3)
    after = stepped(state, 3)
    assert before.commissioned_money.min() > 0.0
    assert after.commissioned_money.max() == 0.0


def test_a_turnover_test_bars_whoever_is_too_small():
    def fits(state, row):
        if AGREEMENT_KINDS[row.kind] == "contract":
            # What is kept is at most the lot; the lot is at most twice the income.
            assert row.amount * 12.0 <= 2.0 * state.organisations.income[row.payee] * 1.3

    made, _ = awarded(**ONLY["tender"], turnover_test=2.0, payment_delay=1.0, each=fits)
    assert made


def test_a_ring_fence_reaches_small_partners():
    lead = {**CALM, **ONLY["lead"], "mutuality_mean": 0.0, "mutuality_spread": 0.0}
    none = [run(small(100, **lead, ring_fence=0.0), 36, seed)[1] for seed in range(3)]
    full = [run(small(100, **lead, ring_fence=1.0), 36, seed)[1] for seed in range(3)]
    assert np.mean([v.small_money[-12:].mean() for v in full]) > np.mean(
        [v.small_money[-12:].mean() for v in none]
    )


def test_strings_make_some_decline():
    light = run(small(60, targets=0.0, reporting=0.0, payment_by_results=0.0), 36)[1]
    heavy = run(
        small(60, targets=1.0, reporting=0.3, payment_by_results=1.0, match_funding=1.0), 36
    )[1]
    assert heavy.declined.sum() > light.declined.sum()


def test_one_tender_draws_bids_from_living_bodies_that_hold_no_purse():
    state = begun(small(60, **{**CALM, **ONLY["tender"], "burn_in": 6}))
    stepped(state, 24)
    rows = state.organisations
    for c in state.commissioners:
        if c.body >= 0:
            assert rows.bid_cost_year[c.body] == 0.0
    assert rows.bid_cost_year[working(state)].max() > 0.0


def test_nothing_is_awarded_of_what_rounding_leaves():
    """Of a purse that is promised in full, or a share of next to nothing, nobody gets a part."""
    scenario = small(30, competition=1.0, round_months=2, bid_days=2.0, form_chance=0.3)
    smallest = {"grant": 1e9, "alliance award": 1e9}
    for seed in range(1, 6):
        state = begun(scenario, seed)
        for _ in range(40):
            stepped(state, 1)
            for place in state.places:
                first = place.agreement_start
                for row in state.agreements[first : first + place.agreement_count]:
                    kind = AGREEMENT_KINDS[row.kind]
                    if kind in smallest:
                        smallest[kind] = min(smallest[kind], float(row.amount))
    assert smallest["grant"] > 1e-5  # a pound at least, shared by income
    assert smallest["alliance award"] >= 1.0
