"""What a run starts from: characters, needs, the money and the ties that the input names."""

from dataclasses import replace

import numpy as np
import pytest

from alliances.model.build import rows_of
from alliances.model.kernel.state import COUNCIL, HEALTH, INERT, NONE
from alliances.model.places.builder import Grants, Rows, Ties, build_place
from alliances.model.places.synthetic import synthetic_place
from alliances.model.simulation import new_state, start
from tests.model.consistency import assert_consistent, living_ties, running_agreements, working
from tests.model.runs import begun, run, small


def roster(count=10, ties=None, grants=None, **columns):
    rows = Rows(
        names=[f"body {i}" for i in range(count)],
        income=np.geomspace(1e4, 1e6, count),
        localities=["here"] * count,
        **columns,
    )
    return build_place("here", rows, ties, grants)


def row_of(place, state, name):
    return int(rows_of(place, state)[place.names.index(name)])


def opened(place, seed=1, **values):
    """The state before the first month."""
    scenario = small(burn_in=0, **values)
    state = new_state(scenario, place)
    start(state, scenario, seed)
    return state


# --- characters ---------------------------------------------------------------


def test_what_the_roster_says_stands_and_the_rest_is_drawn():
    count = 10
    expertise = np.full((count, 6), np.nan)
    expertise[3] = np.linspace(0, 1, 6)
    openness = np.full(count, np.nan)
    openness[4] = 0.123
    months = np.full(count, np.nan)
    months[5] = 7.0
    place = roster(count, expertise=expertise, openness=openness, reserves_months=months)
    for seed in (1, 2):
        state = opened(place, seed)
        rows = state.organisations
        assert rows.expertise[row_of(place, state, "body 3")] == pytest.approx(np.linspace(0, 1, 6))
        assert rows.openness[row_of(place, state, "body 4")] == 0.123
        rich = row_of(place, state, "body 5")
        assert rows.reserves[rich] == pytest.approx(7.0 * rows.costs[rich] / 12.0)
        assert_consistent(state)
    one, other = opened(place, 1), opened(place, 2)
    i = row_of(place, one, "body 6")
    assert one.organisations.openness[i] != other.organisations.openness[i]
    assert (one.organisations.expertise[i] != other.organisations.expertise[i]).any()


def test_a_character_depends_on_nobody_else():
    # The same body in another place, by uid: its own draws are the same.
    alone = opened(roster(4))
    among = opened(roster(9))
    uid = alone.organisations.uid[working(alone)]
    for u in uid:
        i = int(np.flatnonzero(alone.organisations.uid == u)[0])
        found = np.flatnonzero(among.organisations.uid == u)
        if not len(found) or u in alone.organisations.uid[alone.commissioners.body[:2]]:
            continue
        j = int(found[0])
        for name in ("expertise", "mutuality", "openness", "dominance", "stranger_prior", "phase"):
            assert (alone.organisations[name][i] == among.organisations[name][j]).all(), name


def test_dispositions_have_the_stated_mean_and_spread():
    state = opened(synthetic_place(3_000), mutuality_mean=0.5, mutuality_spread=0.15)
    found = state.organisations.mutuality[working(state)]
    assert found.mean() == pytest.approx(0.5, abs=0.02)
    assert found.std() == pytest.approx(0.15, abs=0.01)


def test_needs_are_a_quarter_more_than_all_could_do_alone():
    state = opened(roster())
    place = state.places[0]
    assert place.needs.sum() == pytest.approx(1.25 * place.solo_capacity)
    assert place.needs.tobytes() == place.needs_start.tobytes()
    assert 0.0 < place.attainable < place.needs.sum()
    assert place.public_trust == state.params.public_trust_start[0]


def test_the_commissioned_share_of_income_is_the_bands():
    place = synthetic_place(4_000)
    state = opened(place)
    rows = state.organisations
    here = working(state)
    here = here[(rows.sector[here] != COUNCIL) & (rows.sector[here] != HEALTH)]
    for band, share in enumerate((0.08, 0.19, 0.31, 0.35)):
        of_band = here[rows.band[here] == band]
        held = rows.commissioned[of_band].sum() / rows.income[of_band].sum()
        assert held == pytest.approx(share, abs=0.12)
    assert (rows.commissioned[here] <= 0.6 * rows.income[here] * (1 + 1e-9)).all()
    assert rows.own_income[here] + rows.commissioned[here] == pytest.approx(rows.income[here])
    assert state.places[0].purse == pytest.approx(
        sum(
            s * rows.income[here[rows.band[here] == b]].sum()
            for b, s in enumerate((0.08, 0.19, 0.31, 0.35, 0.42, 0.42))
        )
    )


def test_first_agreements_end_at_different_times():
    state = opened(synthetic_place(400), term_months=24)
    here = state.agreements[running_agreements(state)]
    left = here.end - state.now[0].month
    assert left.min() >= 1
    assert left.max() <= 24
    assert len(np.unique(left)) > 12


# --- ties that the input names ------------------------------------------------


def named_ties(**values):
    """Three ties of different strength: 0-1 strong both ways, 0-2 one-sided, 3-4 weak."""
    ties = Ties(source=[0, 0, 3], target=[1, 2, 4], strength=[0.9, 0.8, 0.1])
    ties.strength_back = [0.9, 0.2, 0.1]
    place = roster(ties=ties)
    return place, opened(place, **values)


def tie_between(place, state, one, other):
    a, b = row_of(place, state, one), row_of(place, state, other)
    found = [t for t in state.ties[living_ties(state)] if {int(t.a), int(t.b)} == {a, b}]
    return a, (found[0] if found else None)


def test_ties_of_the_input_are_there_at_the_start():
    place, state = named_ties(stranger_spread=0.0)
    assert len(living_ties(state)) == 3
    assert_consistent(state)
    a, strong = tie_between(place, state, "body 0", "body 1")
    assert strong.familiarity == pytest.approx(0.9)
    _, weak = tie_between(place, state, "body 3", "body 4")
    assert weak.familiarity == pytest.approx(0.1)
    assert min(strong.trust_ab, strong.trust_ba) > max(weak.trust_ab, weak.trust_ba)
    a, one_sided = tie_between(place, state, "body 0", "body 2")
    there, back = one_sided.trust_ab, one_sided.trust_ba
    if one_sided.a != a:
        there, back = back, there
    prior = state.organisations.stranger_prior
    b = int(one_sided.b if one_sided.a == a else one_sided.a)
    assert there == pytest.approx(prior[a] + 0.4 * (1 - prior[a]))
    assert back == pytest.approx(prior[b] + 0.1 * (1 - prior[b]))
    assert _no_tie(place, state, "body 1", "body 2")


def _no_tie(place, state, one, other):
    return tie_between(place, state, one, other)[1] is None


def test_ties_of_the_input_make_another_history():
    place, _ = named_ties()
    bare = replace(
        place,
        **{
            name: getattr(place, name)[:0]
            for name in ("tie_a", "tie_b", "tie_strength_ab", "tie_strength_ba")
        },
    )
    with_ties, without = run(small(), 6, place=place)[1], run(small(), 6, place=bare)[1]
    assert with_ties.tobytes() != without.tobytes()


def test_more_ties_than_one_can_keep():
    count = 40
    ties = Ties(
        source=[0] * (count - 1),
        target=list(range(1, count)),
        strength=np.linspace(0.1, 0.9, count - 1),
        strength_back=np.linspace(0.1, 0.9, count - 1),
    )
    place = roster(count, ties=ties)
    state = opened(place, tie_capacity=4.0)
    assert_consistent(state)
    centre = row_of(place, state, "body 0")
    kept = state.organisations.tie_count[centre]
    assert kept == state.organisations.tie_capacity[centre] < count - 1
    # The strongest are kept.
    assert state.ties.familiarity[living_ties(state)].min() > 0.5


def test_ties_of_inert_bodies_are_left_out():
    ties = Ties(source=[0, 1], target=[1, 2], strength=[0.9, 0.9], strength_back=[0.9, 0.9])
    place = roster(6, ties=ties, inert=np.arange(6) == 0)
    state = opened(place)
    assert len(living_ties(state)) == 1
    assert_consistent(state)


# --- grants that the input names ----------------------------------------------


def test_grants_of_the_input_run_and_stand_instead_of_drawn_ones():
    grants = Grants(
        payee=[0, 0, 1, 2],
        payer=[-2, -4, 5, -3],
        monthly=[100.0, 50.0, 200.0, 300.0],
        months_left=[3, 30, 12, 6],
    )
    place = roster(grants=grants)
    for seed in range(3):
        state = opened(place, seed)
        assert_consistent(state)
        here = state.agreements[running_agreements(state)]
        month = int(state.now[0].month)
        expected = {"body 0": [50.0, 100.0], "body 1": [200.0], "body 2": [300.0]}
        for name, amounts in expected.items():
            i = row_of(place, state, name)
            assert sorted(here.amount[here.payee == i]) == amounts
            assert state.organisations.commissioned[i] == pytest.approx(
                min(12.0 * sum(amounts), state.organisations.income[i])
            )
        short = here[here.amount == 100.0]
        assert short.end[0] - month == 3
        payer = row_of(place, state, "body 5")
        assert here.payer[here.amount == 200.0].tolist() == [payer]
        health = state.commissioners.body[1]
        assert here.payer[here.amount == 300.0].tolist() == [health]
        assert here.payer[here.amount == 50.0].tolist() == [-4]


def test_grants_of_the_input_are_paid_until_they_end():
    grants = Grants(payee=[0], payer=[-4], monthly=[70.0], months_left=[4])
    place = roster(3, grants=grants)
    scenario = small(purse_scale=0.0, burn_in=0, founding_rate=0.0)
    state = new_state(scenario, place, events=10_000)
    start(state, scenario, 1)
    from tests.model.runs import stepped

    stepped(state, 8)
    events = state.events[: state.now[0].log_count]
    uid = place.uid[place.names.index("body 0")]
    overhead = float(state.params.overhead[0])
    paid = events[(events.kind == 1) & (events.b == uid) & (events.account == 1)]
    assert paid.month.tolist() == [0, 1, 2, 3]
    assert paid.after == pytest.approx(np.full(4, 70.0 * (1 - overhead)))


def test_grants_to_and_from_the_inert_are_left_out():
    grants = Grants(payee=[0, 1], payer=[-2, 0], monthly=[10.0, 10.0], months_left=[5, 5])
    place = roster(6, grants=grants, inert=np.arange(6) == 0)
    state = opened(place)
    inert = row_of(place, state, "body 0")
    assert state.organisations.status[inert] == INERT
    here = state.agreements[running_agreements(state)]
    assert inert not in here.payee.tolist()
    assert inert not in here.payer.tolist()
    assert_consistent(state)


def test_nobody_sits_anywhere_at_the_start():
    state = begun(small(30, burn_in=0))
    assert (state.organisations.seat == NONE).all()
    assert state.alliances.alive.sum() == 0
    assert state.connectors.active.sum() == 0
    assert len(living_ties(state)) == 0
