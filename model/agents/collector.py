"""Which numbers a Mesa data collector keeps: measures and agents' columns, by name."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import mesa

from alliances.model.agents.view import View
from alliances.model.measures import MEASURES

if TYPE_CHECKING:
    from alliances.model.agents.partnership import PartnershipModel


Reporter = str | Callable[["PartnershipModel"], Any]


def _measure(model: "PartnershipModel", name: str) -> float:
    """Return a measure of the last month; a function, so that the collector can be pickled."""
    return model.measures[name]


def collector(
    collect: Sequence[str] | Mapping[str, Reporter],
    collect_agents: Mapping[type[View], Sequence[str]],
) -> mesa.DataCollector:
    """Return a collector of measures, or functions of the model, and of agents' attributes.

    Raises
    ------
    ValueError
        If there is no measure of a name.
    """
    wanted = collect if isinstance(collect, Mapping) else {name: name for name in collect}
    reporters: dict[str, Any] = {}
    for name, reporter in wanted.items():
        if not isinstance(reporter, str):
            reporters[name] = reporter
            continue
        if reporter not in MEASURES:
            close = difflib.get_close_matches(reporter, MEASURES, n=3)
            hint = f"; did you mean {', '.join(close)}?" if close else ""
            raise ValueError(f"there is no measure {reporter!r}{hint}")
        reporters[name] = partial(_measure, name=reporter)
    agents = {
        kind: {name: attrgetter(name) for name in names} for kind, names in collect_agents.items()
    }
    return mesa.DataCollector(model_reporters=reporters, agenttype_reporters=agents)
