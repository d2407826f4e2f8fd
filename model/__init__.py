"""The simulated system: places of unequal organisations."""

from model.measures import MEASURES as MEASURES
from model.measures import Measure as Measure
from model.parameters import REGISTRY as REGISTRY
from model.parameters import Levers as Levers
from model.parameters import World as World
from model.place import Place as Place
from model.scenario import Change as Change
from model.scenario import PlaceSource as PlaceSource
from model.scenario import Scenario as Scenario
from model.scenario import ScenarioError as ScenarioError
from model.scenario import read_scenario as read_scenario
from model.simulation import Result as Result
from model.simulation import simulate as simulate
