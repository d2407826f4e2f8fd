import numpy as np
import pytest

from alliances import PlaceSource, Scenario
from alliances.model.agents.kinds import Alliance, Connector, Organisation
from alliances.model.agents.partnership import PartnershipModel
from alliances.model.agents.view import GoneError
from alliances.model.kernel.state import BANDS, CLOSED, DONORS, NONE, SECTORS
from alliances.model.places.place import COMMISSIONERS
from alliances.model.places.synthetic import synthetic_place

SCENARIO = Scenario(place=PlaceSource(organisations=40), months=24).with_values(
    connectors=2,
    form_chance=1.0,
    joining_bar=0.0,
    autonomy_cost=0.0,  # alliances, however the model is calibrated
)


@pytest.fixture(scope="module")
def model():
    """A model after half a year; tests that change it say so by making their own."""
    made = PartnershipModel(SCENARIO, seed=5)
    for _ in range(6):
        made.step()
    return made


@pytest.fixture
def own():
    return PartnershipModel(SCENARIO, seed=5)


def poor(model, organisation):
    """Ruin an organisation: it will not see the next year."""
    organisation.reserves = -1e9
    for _ in range(24):
        if not organisation.alive:
            return
        model.step()
    raise AssertionError(f"{organisation} outlived its ruin")


def test_attributes_are_the_columns(model):
    rows = model.state.organisations
    for agent in model.organisations:
        row = agent.row
        assert rows.uid[row] == agent.uid
        assert agent.income == rows.income[row]
        assert agent.mutuality == rows.mutuality[row]
        assert agent.trust_received == rows.trust_received[row]
        assert agent.priorities.tolist() == rows.priorities[row].tolist()
        assert agent.sector_name == SECTORS[rows.sector[row]]
        assert agent.band_name == BANDS[rows.band[row]]
        assert isinstance(agent.income, float)
        assert isinstance(agent.born, int)


def test_names_are_the_places(model):
    frame = model.snapshot().organisations()
    assert {a.row: a.name for a in model.organisations} == frame["name"].to_dict()
    assert {a.place_name for a in model.organisations} == set(frame["place"])
    assert {c.name for c in model.commissioners} == set(COMMISSIONERS)


def test_writing_changes_the_state_and_what_follows(own):
    other = PartnershipModel(SCENARIO, seed=5)
    agent = own.organisations.to_list()[0]
    agent.mutuality = 0.25
    assert own.state.organisations.mutuality[agent.row] == 0.25
    shares = np.full(6, 1 / 6)
    agent.priorities = shares
    shares[0] = 1.0
    assert agent.priorities[0] == 1 / 6
    agent.priorities[:2] = 0.0, 2 / 6  # the column itself
    assert own.state.organisations.priorities[agent.row][1] == 2 / 6
    own.step()
    other.step()
    assert own.record.tobytes() != other.record.tobytes()


def test_agents_work_in_agent_sets(own):
    total = own.state.organisations.income[own.state.organisations.status == 1].sum()
    assert own.organisations.agg("income", sum) == pytest.approx(total)
    rich = own.agents_by_type[Organisation].select(lambda a: a.income > 1e6)
    assert 0 < len(rich) < len(own.organisations)
    rich.set("openness", 1.0)
    assert all(own.state.organisations.openness[a.row] == 1.0 for a in rich)
    assert rich.get("openness") == [1.0] * len(rich)


def test_unknown_attributes_name_the_closest(model):
    agent = model.organisations.to_list()[0]
    with pytest.raises(AttributeError, match=r"did you mean .*income"):
        _ = agent.incom
    with pytest.raises(AttributeError, match=r"did you mean .*mutuality"):
        agent.mutualty = 0.5
    assert not hasattr(agent, "no_such_thing")
    assert "mutuality" in dir(agent)
    assert "seat" not in dir(agent)


@pytest.mark.parametrize(
    ("name", "value", "error", "message"),
    [
        ("mutuality", 1.5, ValueError, "from 0 to 1"),
        ("income", float("nan"), ValueError, "finite"),
        ("income", [1.0, 2.0], ValueError, "one number"),
        ("losses", 1.5, ValueError, "whole"),
        ("priorities", np.ones(6), ValueError, "sum to 1"),
        ("priorities", np.ones(3) / 3, ValueError, "6 numbers"),
        ("sector", 1, AttributeError, "kept by the model"),
        ("seat", 1, AttributeError, "use .alliances"),
        ("ties", [], AttributeError, "setter"),
        ("order_bid", 1, AttributeError, "order"),
    ],
)
def test_wrong_values_are_refused(model, name, value, error, message):
    agent = model.organisations.to_list()[0]
    before = model.state.organisations.tobytes()
    with pytest.raises(error, match=message):
        setattr(agent, name, value)
    assert model.state.organisations.tobytes() == before


def test_rows_do_not_show(model):
    agent = model.organisations.to_list()[0]
    for name in ("seat", "patron", "tie_start", "next_branch", "place"):
        with pytest.raises(AttributeError, match="use "):
            getattr(agent, name)


def test_ties_and_trust_are_the_same_from_both_ends(model):
    frame = model.snapshot().ties()
    seen = {}
    for agent in model.organisations:
        assert len(agent.ties) == agent.tie_count
        for tie in agent.ties:
            assert tie.trust == agent.trust_in(tie.agent)
            assert tie.trust_received == tie.agent.trust_in(agent)
            assert tie.familiarity == agent.familiarity_with(tie.agent)
            seen[agent.uid, tie.agent.uid] = tie.trust
    wanted = {(a, b): t for a, b, t in zip(frame.a, frame.b, frame.trust_ab, strict=True)}
    wanted |= {(b, a): t for a, b, t in zip(frame.a, frame.b, frame.trust_ba, strict=True)}
    assert seen == wanted


def test_without_a_tie_trust_is_trust_in_strangers(model):
    agent = model.organisations.to_list()[0]
    known = {tie.agent for tie in agent.ties} | {agent}
    strangers = [a for a in model.organisations if a not in known]
    assert strangers
    by_sector = {}
    for other in strangers:
        by_sector.setdefault(other.sector, set()).add(agent.trust_in(other))
        assert agent.familiarity_with(other) == 0.0
    assert all(len(values) == 1 for values in by_sector.values())
    assert all(0.0 < t < 1.0 for values in by_sector.values() for t in values)
    with pytest.raises(ValueError, match="itself"):
        agent.trust_in(agent)


def test_trust_can_be_set(own):
    agent = next(a for a in own.organisations if a.ties)
    other = agent.ties[0].agent
    back = other.trust_in(agent)
    agent.set_trust_in(other, 0.125)
    assert agent.trust_in(other) == 0.125
    assert other.trust_in(agent) == back
    with pytest.raises(ValueError, match="from 0 to 1"):
        agent.set_trust_in(other, 2.0)
    known = {tie.agent for tie in agent.ties} | {agent}
    stranger = next(a for a in own.organisations if a not in known)
    with pytest.raises(ValueError, match="no tie"):
        agent.set_trust_in(stranger, 0.5)


def test_power_is_held_by_those_who_pay(model):
    pairs = 0
    for agent in model.organisations:
        payers = {payer for payer, _ in agent.patrons}
        assert all(monthly > 0.0 for _, monthly in agent.patrons)
        for other in model.organisations:
            if other is not agent and other not in payers:
                assert other.power_over(agent) == 0.0
        for payer in payers - {agent}:
            power = payer.power_over(agent)
            assert 0.0 <= power <= 1.0
            pairs += power > 0.0
    assert pairs > 3
    council = next(c for c in model.commissioners if c.name == "council")
    payee = next(a for a in model.organisations if council.body in dict(a.patrons))
    assert council.body.sector_name == "council"
    assert council.power_over(payee) == council.body.power_over(payee)


def test_alliances_know_their_members(model):
    frame = model.snapshot().alliances().set_index("uid")
    assert len(frame) == len(model.alliances) > 0
    for alliance in model.alliances:
        row = frame.loc[alliance.uid]
        assert " ".join(str(m.uid) for m in alliance.members) == row.member_uids
        assert alliance.lead.uid == row.lead
        assert alliance.size == len(alliance.members)
        assert alliance.success == row.success
        shares = [alliance.share_of(member) for member in alliance.members]
        for name in ("money", "credit", "weight"):
            assert sum(share[name] for share in shares) == pytest.approx(1.0)
        for member in alliance.members:
            assert alliance in member.alliances
            assert (alliance in member.leads) == (alliance.lead is member)
        outsider = next(a for a in model.organisations if a not in alliance.members)
        with pytest.raises(ValueError, match="no member"):
            alliance.share_of(outsider)


def test_connectors_know_their_contacts(model):
    assert len(model.connectors) == 2
    for connector in model.connectors:
        assert connector.host == "independent"
        assert connector.hosted_by is None
        assert len(connector.contacts) > 5
        for contact in connector.contacts:
            assert 0.0 <= connector.trusted_by(contact) <= 1.0
        stranger = next(a for a in model.organisations if a not in connector.contacts)
        with pytest.raises(ValueError, match="no contact"):
            connector.trusted_by(stranger)


def test_reserves_move_through_the_books(own):
    agent = own.organisations.to_list()[0]
    donors = own.state.now[0].accounts[DONORS]
    before = agent.reserves
    agent.reserves = before + 1_000.0
    assert agent.reserves == pytest.approx(before + 1_000.0)
    assert own.state.now[0].accounts[DONORS] == pytest.approx(donors - 1_000.0)
    own.step()
    assert own.measures["imbalance"] < 1e-9


def test_what_is_done_by_hand_is_logged():
    model = PartnershipModel(SCENARIO, events=True)
    agent = next(a for a in model.organisations if a.ties)
    other = agent.ties[0].agent
    before = agent.trust_in(other)
    agent.set_trust_in(other, 0.5)
    agent.reserves += 10.0
    logged = model.events[model.events.cause == "by hand"]
    assert list(logged["from"]) == [agent.uid, 0]
    assert list(logged["to"]) == [other.uid, agent.uid]
    assert list(logged["before"]) == [before, 0.0]
    assert logged["after"].tolist() == pytest.approx([0.5, 10.0])
    assert list(logged["account"]) == ["", "donors"]
    model.step()
    assert len(model.events[model.events.cause == "by hand"]) == 2


def test_what_has_gone_says_so(own):
    agent = min(own.organisations, key=lambda a: a.income)
    kept = own.organisations.to_list()
    poor(own, agent)
    month = own.month - 1
    message = rf"Organisation '{agent.name}' \(uid {agent.uid}\) (closed|merged.*) in month {month}"
    for use in (
        lambda: agent.income,
        lambda: agent.ties,
        lambda: agent.reserves,
        lambda: agent.alliances,
        lambda: agent.order(bid=True),
        lambda: setattr(agent, "income", 1.0),
        lambda: setattr(agent, "reserves", 1.0),
        lambda: kept[-1].trust_in(agent),
        lambda: hasattr(agent, "income"),  # fails loudly, never with a default
    ):
        with pytest.raises(GoneError, match=message):
            use()
    assert not agent.alive
    assert f"in month {month}" in repr(agent)
    assert agent not in own.agents
    assert agent not in own.organisations


def test_a_row_that_is_used_again_is_somebody_else():
    model = PartnershipModel(SCENARIO.with_values(founding_rate=0.2), seed=5)
    agent = min(model.organisations, key=lambda a: a.income)
    row = agent.row
    poor(model, agent)
    for _ in range(60):
        if model.organisation_at(row) is not None:
            break
        model.step()
    heir = model.organisation_at(row)
    assert heir is not None
    assert heir.uid != agent.uid
    assert heir.name.startswith("founded ")
    assert heir.born == model.month - 1
    assert heir.solo_days == heir.joint_days == heir.bid_days == heir.report_days == 0.0
    with pytest.raises(GoneError, match=agent.name):
        _ = agent.income
    assert len({a.uid for a in model.agents}) == len(model.agents)


def test_a_view_notices_what_happened_behind_the_models_back(own):
    agent = own.organisations.to_list()[3]
    own.state.organisations.status[agent.row] = CLOSED
    with pytest.raises(GoneError, match="went by month 0"):
        _ = agent.income
    own.state.organisations.status[agent._row] = 1
    own.state.organisations.uid[agent._row] += np.uint64(1)
    with pytest.raises(GoneError, match=str(agent.uid)):
        _ = agent.income


def test_alliances_end(own):
    alliances = own.alliances.to_list()
    assert alliances
    for agent in own.organisations:
        agent.order(leave=True)
    own.step()
    assert len(own.alliances) == 0
    with pytest.raises(GoneError, match=r"Alliance .* ended in month 0"):
        _ = alliances[0].members


def test_a_post_that_is_filled_again_is_another_connector():
    changes = [{"month": m, "set": {"connectors": n}} for m, n in ((3, 0), (6, 1))]
    model = PartnershipModel(SCENARIO.model_copy(update={"timeline": ()}), seed=5)
    scenario = Scenario(**{**SCENARIO.model_dump(), "timeline": changes})
    model = PartnershipModel(scenario, seed=5)
    model.step()
    (first, second) = model.connectors
    for _ in range(3):
        model.step()
    assert len(model.connectors) == 0
    assert Connector in model.agents_by_type
    for connector in (first, second):
        with pytest.raises(GoneError, match="left in month 3"):
            _ = connector.contacts
    for _ in range(3):
        model.step()
    (third,) = model.connectors
    assert third.row in (0, 1)
    assert third.uid not in (first.uid, second.uid)
    assert third.arrived == 6
    with pytest.raises(GoneError):
        _ = first.contacts


def test_branches_share_a_purse_and_part_with_a_row_that_is_used_again():
    scenario = SCENARIO.with_values(founding_rate=0.2, hosting=0.0, absorption=0.0)
    place = synthetic_place(60, 2, "place", 0)
    model = PartnershipModel(scenario, seed=5, place=place, events=True)
    body = dict(zip(place.uid.tolist(), place.body.tolist(), strict=True))
    first, second = next(a for a in model.organisations if len(a.branches) == 2).branches
    assert first.body == second.body
    assert first.place_name != second.place_name
    assert first.name == second.name
    model.step()
    share = first.reserves / (first.reserves + second.reserves)
    assert share == pytest.approx(first.income / (first.income + second.income))
    # One branch closes while the other has something to share, and its row is used again.
    row = second.row
    model.state.organisations.months_below_zero[row] = 10_000
    second.reserves, first.reserves = -1e12, 2e12
    model.step()
    assert not second.alive
    assert first.branches == [first]
    for _ in range(24):
        model.step()
    assert model.organisation_at(row) is not None
    shared = model.events[model.events.cause == "shared reserves"]
    assert len(shared) > 10
    for payer, payee in zip(shared["from"], shared["to"], strict=True):
        assert body[payer] == body[payee]


def test_classes_are_mesas(model):
    import mesa
    from mesa.discrete_space import CellAgent

    assert issubclass(Organisation, CellAgent)
    assert all(isinstance(agent, mesa.Agent) for agent in model.agents)
    assert len({agent.unique_id for agent in model.agents}) == len(model.agents)
    assert set(model.agents_by_type) >= {Organisation, Alliance, Connector}
    assert NONE == -1
