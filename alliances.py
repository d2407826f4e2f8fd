"""Unequal Alliances: what partnerships of unequal organisations come to.

One name for the packages `model`, `experiments` and `dashboards`. In a checkout they stand beside
this file; in an installed wheel this file is the package's own. What is named here is loaded when
it is first asked for.

>>> import alliances as al
>>> result = al.simulate(al.Scenario(months=12), replicates=2)
>>> al.compare(al.Scenario(months=12), al.Scenario(months=12), replicates=2).replicates
2
"""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alliances.experiments.cases.choose import find_case as find_case
    from alliances.experiments.runs.comparison import compare as compare
    from alliances.experiments.worlds.sample import calibrated_worlds as calibrated_worlds
    from alliances.model.agents.partnership import PartnershipModel as PartnershipModel
    from alliances.model.measures import MEASURES as MEASURES
    from alliances.model.measures import Measure as Measure
    from alliances.model.parameters import REGISTRY as REGISTRY
    from alliances.model.places.place import Place as Place
    from alliances.model.places.source import PlaceSource as PlaceSource
    from alliances.model.scenario import Change as Change
    from alliances.model.scenario import Scenario as Scenario
    from alliances.model.scenario import ScenarioError as ScenarioError
    from alliances.model.scenario import read_scenario as read_scenario
    from alliances.model.simulation import Result as Result
    from alliances.model.simulation import simulate as simulate

ROOT = Path(__file__).parent  # the checkout, or the installed package
__path__ = [str(ROOT)]

_FOUND_IN = {
    "Change": "model.scenario",
    "Measure": "model.measures",
    "MEASURES": "model.measures",
    "PartnershipModel": "model.agents.partnership",
    "Place": "model.places.place",
    "PlaceSource": "model.places.source",
    "REGISTRY": "model.parameters",
    "Result": "model.simulation",
    "Scenario": "model.scenario",
    "ScenarioError": "model.scenario",
    "calibrated_worlds": "experiments.worlds.sample",
    "compare": "experiments.runs.comparison",
    "find_case": "experiments.cases.choose",
    "read_scenario": "model.scenario",
    "simulate": "model.simulation",
}
__all__ = sorted(_FOUND_IN)


def __getattr__(name: str) -> Any:
    if name not in _FOUND_IN:
        raise AttributeError(f"module 'alliances' has no attribute {name!r}")
    return getattr(import_module(f"alliances.{_FOUND_IN[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "dashboards", "experiments", "model"]
