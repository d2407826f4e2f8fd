"""Connectors: how many, for how long, whom they know, and what they cost themselves."""

import numpy as np
import pytest

from alliances.model.kernel.state import CONTACTS
from tests.model.consistency import working
from tests.model.runs import begun, run, small, stepped

MANY = {"meetings": 1.0, "meeting_days": 0.05}


def active(state):
    return state.connectors[state.connectors.active == 1]


@pytest.mark.parametrize("number", [0, 1, 5, 12])
def test_as_many_work_as_are_paid_for(number):
    state = begun(small(30, connectors=number))
    assert len(active(state)) == 0  # today's practice has none
    stepped(state, 3)
    assert len(active(state)) == number


def test_each_introduces_no_more_than_its_caseload():
    state = begun(small(60, connectors=3, connector_caseload=4, **MANY))
    values = stepped(state, 24)
    assert values.introductions.max() <= 12
    assert values.introductions.sum() > 0


def test_none_introduces_when_that_is_not_its_task():
    values = run(small(60, connectors=3, connector_introduces=0), 24)[1]
    assert values.introductions.sum() == 0


def test_funding_ends_a_post():
    state = begun(small(30, connectors=2, connector_months=6))
    stepped(state, 6)
    assert len(active(state)) == 2
    stepped(state, 1)
    assert len(active(state)) == 0
    stepped(state, 12)
    assert len(active(state)) == 0


def test_an_impatient_funder_ends_what_does_not_show():
    state = begun(small(30, connectors=4, funder_patience=2, connector_caseload=0))
    stepped(state, 2)
    assert len(active(state)) == 4
    stepped(state, 1)
    assert len(active(state)) == 0


def test_contacts_are_different_living_bodies_and_not_its_host():
    state = begun(
        small(80, connectors=3, connector_host="partner", founding_rate=0.2, income_noise=0.2)
    )
    works = None
    for _ in range(30):
        # Contacts are gone through before anybody ends in the month.
        works = set(state.organisations.uid[working(state)].tolist())
        stepped(state, 1)
        for connector in active(state):
            known = connector.contact_uid[: connector.contacts].tolist()
            assert len(known) == len(set(known)) <= CONTACTS
            assert set(known) <= works
            trusted = connector.trusted[: connector.contacts]
            assert trusted.min(initial=0.0) >= 0.0
            assert trusted.max(initial=0.0) <= 1.0
            if connector.host_row >= 0:
                assert connector.host_row not in connector.contact[: connector.contacts]


def _trusted(**values):
    state = begun(small(60, connectors=4, **MANY, **values))
    stepped(state, 18)
    here = active(state)
    return float(np.mean([c.trusted[: c.contacts].mean() for c in here]))


def test_whoever_vouches_for_failures_is_trusted_less():
    failing = {"meeting_base": -3.0}
    assert _trusted(**failing, vouch_loss=0.9) < _trusted(**failing, vouch_loss=0.0) - 0.05


def test_introductions_that_go_well_are_remembered_for_the_connector():
    assert _trusted(meeting_base=4.0) > _trusted(meeting_base=-3.0, vouch_loss=0.5)


def test_the_neutral_help_more_than_a_partners_own():
    neutrality = {}
    for host in ("independent", "funder", "partner"):
        state = begun(small(30, connectors=1, connector_host=host))
        stepped(state, 1)
        neutrality[host] = float(active(state).neutrality[0])
    assert neutrality["independent"] > neutrality["funder"] > neutrality["partner"]


def test_a_partners_own_is_hosted_by_the_largest():
    state = begun(small(30, connectors=1, connector_host="partner"))
    stepped(state, 1)
    rows = state.organisations
    host = int(active(state).host_row[0])
    assert rows.income[host] >= 0.8 * rows.income[working(state)].max()


def test_introduced_strangers_start_from_their_trust_in_the_connector():
    # With nothing lost on the way and full trust in the connector, strangers start trusting.
    def first_trust(discount):
        state = begun(
            small(
                40,
                connectors=6,
                carried_discount=discount,
                trust_gain=0.0,
                burn_in=0,
                meetings=0.0,
                stranger_trust=0.2,
                stranger_spread=0.0,
                goodwill=0.0,
                vouch_loss=0.0,
            )
        )
        stepped(state, 1)
        for connector in state.connectors:
            connector.trusted[:] = 1.0
        before = set(np.flatnonzero(state.ties.a >= 0).tolist())
        stepped(state, 1)
        new = [t for t in np.flatnonzero(state.ties.a >= 0).tolist() if t not in before]
        assert new
        return float(state.ties.trust_ab[new].max())  # some knew the connector from before

    assert first_trust(0.0) == 1.0
    assert first_trust(1.0) < 0.6
