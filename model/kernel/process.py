"""What a process of the month declares: its place, and all that belongs to it alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

from alliances.model.kernel.compiled import part

if TYPE_CHECKING:
    from alliances.model.registry import Parameter


@dataclass(frozen=True)
class Process:
    """One process: a file in `processes` whose step is marked with `process`.

    Attributes
    ----------
    step : compiled function
        Called as ``step(state, p)`` in each place p of each month.
    after, before : str
        Names of the processes that it follows and goes before; "" for none.
    parameters : mapping
        Its own entries of the registry by the heading under which people find them.
    mechanisms : mapping
        Parts of it that can be switched off: the parameters that go to their neutral values.
    columns : mapping
        Its own columns by table: ``{"organisations": (("heard", "f8"),)}``.
    """

    step: Any
    after: str
    before: str
    parameters: Mapping[str, tuple["Parameter", ...]]
    mechanisms: Mapping[str, tuple[str, ...]]
    columns: Mapping[str, tuple[tuple[Any, ...], ...]]


DECLARED: dict[str, Process] = {}


def process(
    *,
    after: str = "",
    before: str = "",
    parameters: Mapping[str, tuple["Parameter", ...]] | None = None,
    mechanisms: Mapping[str, tuple[str, ...]] | None = None,
    columns: Mapping[str, tuple[tuple[Any, ...], ...]] | None = None,
) -> Callable[[Callable[..., Any]], Any]:
    """Mark the step of a process and declare what belongs to it; see `Process`.

    The step list, the flag that switches it off, its rows in the registry and in the state, and
    the programs that compile it follow from this.
    """

    def declare(function: Callable[..., Any]) -> Any:
        step = part(function)
        DECLARED[function.__name__] = Process(
            step, after, before, parameters or {}, mechanisms or {}, columns or {}
        )
        return step

    return declare


def in_order(declared: Mapping[str, Process]) -> dict[str, Process]:
    """Return processes in their order in the month.

    Raises
    ------
    ValueError
        If what they declare names a process that is not there, or leaves the order open.
    """
    follows: dict[str, set[str]] = {name: set() for name in declared}
    for name, found in declared.items():
        for other in filter(None, (found.after, found.before)):
            if other not in declared:
                raise ValueError(
                    f"process {name!r} names {other!r} as a neighbour; there are "
                    f"{', '.join(sorted(declared))}"
                )
        if found.after:
            follows[name].add(found.after)
        if found.before:
            follows[found.before].add(name)
    sorter = TopologicalSorter(follows)
    order: list[str] = []
    try:
        sorter.prepare()
    except CycleError as error:
        raise ValueError(f"processes come after each other: {', '.join(error.args[1])}") from error
    while sorter.is_active():
        ready = sorter.get_ready()
        if len(ready) > 1:
            raise ValueError(
                f"which of {', '.join(sorted(ready))} comes first in the month? Let one name the "
                "other in `after` or `before`"
            )
        order += ready
        sorter.done(*ready)
    return {name: declared[name] for name in order}
