import copy
import functools
import gc
import inspect
import pickle
import weakref

import ipyvuetify
import ipywidgets
import numpy as np
import pytest
import solara

from alliances import MEASURES, PlaceSource, Scenario, simulate
from alliances.model.agents.kinds import Organisation
from alliances.model.agents.mesa_page import model_params, placed
from alliances.model.agents.partnership import PartnershipModel
from alliances.model.kernel.state import ACTIVE, HOSTED
from alliances.model.orders import Order, OrderError
from alliances.model.simulation import burn_in, new_state, start

MONTHS = 18
SCENARIO = Scenario(
    place=PlaceSource(organisations=40, places=2),
    months=MONTHS,
    timeline=(
        {"month": 4, "set": {"competition": 0.9, "inquiry": 0.3}},
        {"month": 9, "set": {"connectors": 0}},
    ),
).with_values(connectors=2, founding_rate=0.2, form_chance=1.0, joining_bar=0.0, autonomy_cost=0.0)


@pytest.fixture(scope="module")
def model():
    """A model that has run to its end, with what it collected."""
    made = PartnershipModel(
        SCENARIO,
        seed=7,
        replicate=2,
        events=True,
        collect={"trust": "trust", "bodies": lambda m: len(m.organisations)},
        collect_agents={Organisation: ["income", "trust_received"]},
    )
    made.rows = []
    while made.running:
        made.step()
        made.rows.append(made.record.copy())
    return made


def test_month_by_month_is_a_run_to_the_last_bit(model):
    result = simulate(SCENARIO, replicates=[2], seed=7)
    assert np.concatenate(model.rows).tobytes() == result.values[0].tobytes()
    for ours, theirs in zip(
        model.snapshot().frames(2),
        (result.organisations, result.ties, result.alliances),
        strict=True,
    ):
        assert len(ours) > 0
        assert ours.equals(theirs)


def test_the_whole_state_is_that_of_a_batch(model):
    from alliances.model.kernel.state import table
    from alliances.model.measures import OBSERVATION
    from alliances.model.schedule import run_months

    state = new_state(SCENARIO)
    start(state, SCENARIO, 7, 2)
    burn_in(state, SCENARIO)
    run_months(state, MONTHS, table(MONTHS, OBSERVATION), 0)
    for name in state._fields:
        if name not in ("now", "events"):
            assert getattr(state, name).tobytes() == getattr(model.state, name).tobytes(), name


def test_agents_are_those_of_the_state_every_month():
    model = PartnershipModel(SCENARIO, seed=1)
    came, went = 0, 0
    before = {a.uid for a in model.organisations}
    for agent in sorted(model.organisations, key=lambda a: a.income)[:10]:
        agent.reserves = -1e9  # soon its row is free for somebody new
    for _ in range(MONTHS):
        model.step()
        rows = model.state.organisations
        works = (rows.status == ACTIVE) | (rows.status == HOSTED)
        now = {a.uid for a in model.organisations}
        assert now == set(rows.uid[works].tolist())
        alliances = model.state.alliances
        assert {a.uid for a in model.alliances} == set(alliances.uid[alliances.alive == 1].tolist())
        connectors = model.state.connectors
        assert {a.uid for a in model.connectors} == set(
            connectors.uid[connectors.active == 1].tolist()
        )
        assert len(model.agents) == sum(map(len, model.agents_by_type.values()))
        assert all(agent.alive for agent in model.agents)
        came += len(now - before)
        went += len(before - now)
        before = now
    assert came > 1
    assert went > 3


def test_months_are_counted_from_the_burn_in(model):
    assert model.month == MONTHS == model.state.now[0].month
    assert not model.running
    fresh = PartnershipModel(SCENARIO)
    assert fresh.month == 0
    assert fresh.running
    with pytest.raises(LookupError, match="call step"):
        _ = fresh.measures


def test_a_run_stops_at_the_scenarios_horizon():
    model = PartnershipModel(SCENARIO)
    model.run_model()
    assert model.month == MONTHS
    model = PartnershipModel(SCENARIO)
    model.run_for(5)
    assert model.month == 5


def test_measures(model):
    assert list(model.measures) == list(MEASURES)
    assert model.measures["trust"] == model.rows[-1]["trust"][0]


def test_what_was_collected(model):
    frame = model.datacollector.get_model_vars_dataframe()
    assert frame["trust"].tolist() == [row["trust"][0] for row in model.rows]
    assert frame["bodies"].iloc[-1] == len(model.organisations)
    agents = model.datacollector.get_agenttype_vars_dataframe(Organisation)
    last = agents.loc[MONTHS]
    for agent in model.organisations:
        assert last.loc[agent.unique_id, "income"] == agent.income


def test_nothing_is_collected_unless_asked():
    assert PartnershipModel(SCENARIO).datacollector is None
    with pytest.raises(ValueError, match="did you mean trust"):
        PartnershipModel(SCENARIO, collect=["trustt"])


def test_events_cover_the_burn_in_and_every_month(model):
    events = model.events
    assert events.month.min() == -int(SCENARIO.world.burn_in)
    assert events.month.max() == MONTHS - 1
    with pytest.raises(Exception, match="events=True"):
        _ = PartnershipModel(SCENARIO).events


def test_seeds():
    one = PartnershipModel(SCENARIO, seed=11)
    same = PartnershipModel(SCENARIO, rng=11)
    sequence = np.random.SeedSequence(11)
    two = PartnershipModel(SCENARIO, rng=sequence)
    three = PartnershipModel(SCENARIO, rng=np.random.default_rng(11))
    again = PartnershipModel(SCENARIO, rng=np.random.default_rng(11))
    for model in (one, same, two, three, again):
        model.step()
    assert one.record.tobytes() == same.record.tobytes()
    assert three.record.tobytes() == again.record.tobytes()
    assert len({m.record.tobytes() for m in (one, two, three)}) == 3
    assert one.random.random() == same.random.random()  # Mesa's own generators are seeded too
    with pytest.raises(ValueError, match="give one"):
        PartnershipModel(SCENARIO, seed=1, rng=2)
    with pytest.raises(ValueError, match="rng was"):
        PartnershipModel(SCENARIO, rng="dice")


def test_mesas_generators_change_nothing():
    one, two = (PartnershipModel(SCENARIO, seed=3) for _ in range(2))
    two.random.random()
    two.organisations.shuffle_do("advance")
    for model in (one, two):
        model.step()
    assert one.record.tobytes() == two.record.tobytes()


def test_levers_by_name():
    changed = PartnershipModel(SCENARIO, competition=0.2)
    assert changed.plan.levers.competition == 0.2
    assert changed.plan == SCENARIO.with_values(competition=0.2)
    with pytest.raises(ValueError, match="competitio"):
        PartnershipModel(SCENARIO, competitio=0.2)


def test_orders_through_the_model():
    free, told = (PartnershipModel(SCENARIO, seed=3) for _ in range(2))
    agent = next(a for a in told.organisations if a.alliances)
    agent.order(leave=False, contribute=0.0)
    told.order(agent.uid, leave=True)  # replaces
    told.step()
    free.step()
    assert agent.alliances == []
    assert free.organisation(agent.uid).alliances
    told.order(Order(agent.uid, join=False))
    told.step()
    assert agent.alliances == []
    with pytest.raises(OrderError, match="did you mean 'contribute'"):
        agent.order(contribut=0.5)
    with pytest.raises(LookupError, match="no organisation is 'nobody'"):
        told.order("nobody", bid=True)
    with pytest.raises(OrderError, match="not both"):
        told.order(Order(agent.uid), bid=True)


def test_organisations_are_found_by_uid_and_name():
    model = PartnershipModel(SCENARIO)
    agent = model.organisations.to_list()[0]
    assert model.organisation(agent.uid) is agent
    assert model.organisation(agent.name) is agent
    with pytest.raises(LookupError, match="did you mean organisation"):
        model.organisation("organistion 7")


def test_copies_and_pickles_go_their_own_way():
    model = PartnershipModel(
        SCENARIO, collect=["trust"], collect_agents={Organisation: ["income"]}, events=True
    )
    model.step()
    assert model.grid
    for other in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
        agent = model.organisations.to_list()[0]
        twin = other.organisation(agent.uid)
        income = agent.income
        twin.income = 5.0
        assert agent.income == income
        assert other.state.organisations.income[twin.row] == 5.0
        twin.income = income
        original = copy.deepcopy(model)
        original.step()
        other.step()
        assert original.record.tobytes() == other.record.tobytes()
        assert len(other.datacollector.get_model_vars_dataframe()) == 2
        assert len(model.datacollector.get_model_vars_dataframe()) == 1


def test_models_can_be_collected_as_garbage():
    model = PartnershipModel(SCENARIO, collect=["trust"], events=True)
    model.step()
    assert model.grid
    agent = model.organisations.to_list()[0]
    references = [weakref.ref(model), weakref.ref(agent), weakref.ref(model.state.organisations)]
    del model, agent
    gc.collect()
    assert [reference() for reference in references] == [None] * 3


def test_the_grid_follows_the_ties_and_stays_where_it_was():
    model = PartnershipModel(SCENARIO, seed=2)
    grid = model.grid
    positions = placed(grid.G)
    assert len({tuple(p) for p in positions.values()}) == len(model.state.organisations)
    same = PartnershipModel(SCENARIO, seed=2).grid
    assert all((placed(same.G)[row] == positions[row]).all() for row in positions)
    for agent in sorted(model.organisations, key=lambda a: a.income)[:10]:
        agent.reserves = -1e9  # soon its row is free for somebody new
    before = {a.uid for a in model.organisations}
    for _ in range(MONTHS):
        model.step()
    now = {a.uid for a in model.organisations}
    assert before - now
    assert now - before
    assert model.grid is grid
    assert placed(grid.G) is not None
    assert all((placed(grid.G)[row] == positions[row]).all() for row in positions)
    edges = {frozenset(edge) for edge in grid.G.edges}
    for agent in model.organisations:
        familiar = {tie.agent.row for tie in agent.ties if tie.familiarity >= 0.2}
        assert {other for other in familiar if frozenset((agent.row, other)) in edges} == familiar
        assert set(grid.G.neighbors(agent.row)) == familiar
        assert {cell.coordinate for cell in agent.cell.connections.values()} == familiar
    assert set(grid.agents) == set(model.organisations)


def test_mesas_renderer_draws_the_grid():
    from mesa.visualization import SpaceRenderer
    from mesa.visualization.components import AgentPortrayalStyle

    model = PartnershipModel(SCENARIO)
    renderer = SpaceRenderer(model).setup_agents(lambda agent: AgentPortrayalStyle(size=9))
    renderer.render()
    model.step()
    renderer.render()
    drawn = [c for c in renderer.canvas.collections if len(c.get_offsets()) > 0]
    assert sum(len(c.get_offsets()) for c in drawn) >= len(model.organisations)


@pytest.mark.parametrize("organisations", [1, 2])
def test_the_smallest_places(organisations):
    model = PartnershipModel(
        Scenario(place=PlaceSource(organisations=organisations)), events=True, collect=["trust"]
    )
    assert len(model.grid.G) >= organisations
    for _ in range(6):
        model.step()
    assert np.isfinite(list(model.measures.values())).all()


def test_only_what_mesa_4_keeps():
    from alliances.model.agents import kinds as agents
    from alliances.model.agents import mesa_page, partnership, view

    source = "".join(map(inspect.getsource, (agents, mesa_page, partnership, view)))
    for removed in ("mesa.space", "batch_run", "super().__init__(seed", ".steps", "PropertyLayer"):
        assert removed not in source


def test_mesas_page_shows_steps_and_resets(monkeypatch):
    from mesa.visualization import SolaraViz, make_plot_component, make_space_component
    from mesa.visualization.components import AgentPortrayalStyle

    def portrayal(agent):
        return AgentPortrayalStyle(size=20 + 60 * agent.trust_received, color="tab:blue")

    made = []
    original = PartnershipModel.__init__

    @functools.wraps(original)
    def counting(self, *args, **kwargs):
        made.append(kwargs)
        original(self, *args, **kwargs)

    monkeypatch.setattr(PartnershipModel, "__init__", counting)
    inputs = model_params(
        ["competition", "rival_rule", "joint_posts"], SCENARIO, collect=["trust"], seed=4
    )
    model = PartnershipModel(SCENARIO, collect=["trust"], seed=4)
    reactive = solara.reactive(model)

    @solara.component
    def Page():
        with solara.AppLayout():
            SolaraViz(
                reactive,
                components=[
                    make_plot_component("trust"),
                    make_space_component(portrayal, layout_alg=placed),
                ],
                model_params=inputs,
            )

    box, rc = solara.render(Page(), handle_error=False)

    def press(label):
        buttons = rc.find(ipyvuetify.Btn).widgets
        next(button for button in buttons if button.children[:1] == [label]).click()

    try:
        assert len(figures(box)) == 2
        empty = figures(box)
        press("Step")
        press("Step")
        assert reactive.value is model
        assert model.month == 2
        assert len(model.datacollector.get_model_vars_dataframe()) == 2
        assert all(old != new for old, new in zip(empty, figures(box), strict=True))
        press("Reset")
        assert reactive.value is not model
        assert reactive.value.month == 0
        assert reactive.value.plan == model.plan
        assert made[-1]["scenario"] == SCENARIO
    finally:
        rc.close()


def figures(box):
    """PNG pictures that are shown, wherever they lie in the page."""
    seen, found, left = set(), [], [box]
    while left:
        here = left.pop(0)
        if isinstance(here, list | tuple):
            left[:0] = here
        elif isinstance(here, dict):
            left[:0] = here.values()
        elif isinstance(here, ipywidgets.Widget) and here.model_id not in seen:
            seen.add(here.model_id)
            if isinstance(here, ipywidgets.Image):
                found.append(bytes(here.value))
            left[:0] = [getattr(here, name) for name in here.keys]
    return found


def test_inputs_come_from_the_registry():
    inputs = model_params(["competition", "joint_posts", "rival_rule"], SCENARIO, collect=["trust"])
    assert inputs["scenario"] is SCENARIO
    assert inputs["collect"] == ["trust"]
    assert inputs["competition"]["type"] == "SliderFloat"
    assert inputs["competition"]["value"] == SCENARIO.levers.competition
    assert inputs["joint_posts"]["type"] == "SliderInt"
    assert inputs["rival_rule"]["type"] == "Select"
    with pytest.raises(ValueError, match="unknown parameter"):
        model_params(["competitio"])
