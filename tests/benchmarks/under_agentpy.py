"""The rules of the reference, run under AgentPy: the same files, with its classes below them."""

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

PACKAGE = "tests.reference"
RIVALS = Path(__file__).parents[2] / ".cache" / "rivals"  # where `make bench` puts it


def _stand_in() -> ModuleType:
    """Return a module with what the reference asks of Mesa, made of AgentPy's classes."""
    sys.path.append(str(RIVALS))
    import agentpy

    class Model(agentpy.Model):
        log: Any = None  # AgentPy's own is a property; the reference keeps its log here

        def __init__(self, rng: Any = None) -> None:
            super().__init__()

    class Agent(agentpy.Agent):
        def remove(self) -> None:
            """Do nothing: AgentPy keeps no register to be taken from."""

    module = ModuleType("mesa")
    vars(module).update(Model=Model, Agent=Agent)
    return module


def reference_model() -> Any:
    """Return the reference's model class, its files loaded anew on top of AgentPy."""
    kept = {name: module for name, module in sys.modules.items() if _is_reloaded(name)}
    for name in kept:
        del sys.modules[name]
    sys.modules["mesa"] = _stand_in()
    try:
        return importlib.import_module(f"{PACKAGE}.model").ReferenceModel
    finally:
        for name in [name for name in sys.modules if _is_reloaded(name)]:
            del sys.modules[name]
        sys.modules.update(kept)


def _is_reloaded(name: str) -> bool:
    return name in ("mesa", PACKAGE) or name.startswith(f"{PACKAGE}.")
