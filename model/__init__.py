"""The simulated system: places of unequal organisations."""

from alliances.model.measures import MEASURES as MEASURES
from alliances.model.measures import Measure as Measure
from alliances.model.parameters import REGISTRY as REGISTRY
from alliances.model.parameters import Levers as Levers
from alliances.model.parameters import World as World
from alliances.model.places.place import Place as Place
from alliances.model.places.source import PlaceSource as PlaceSource
from alliances.model.scenario import Change as Change
from alliances.model.scenario import Scenario as Scenario
from alliances.model.scenario import ScenarioError as ScenarioError
from alliances.model.scenario import read_scenario as read_scenario
from alliances.model.simulation import Result as Result
from alliances.model.simulation import simulate as simulate
