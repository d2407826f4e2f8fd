"""A live view: reading an attribute reads a row of the state, writing writes it.

A row is used again when what was in it is gone; a view of what is gone raises `GoneError` rather
than speak for a stranger. Numbers that point at rows do not show; `alliances.model.agents.kinds`
gives agents.
"""

import difflib
from typing import TYPE_CHECKING, Any, ClassVar

import mesa
import numpy as np

if TYPE_CHECKING:
    from alliances.model.agents.partnership import PartnershipModel

# Columns that hold values from 0 to 1, and shares that sum to 1.
SHARES = frozenset(
    (
        "mutuality",
        "openness",
        "dominance",
        "mutuality_disposition",
        "openness_disposition",
        "dominance_disposition",
        "record",
        "stress",
        "trust_received",
        "win_chance",
        "expertise",
        "stranger_prior",
        "success",
        "understanding",
        "consequence",
        "share",
        "neutrality",
        "worked",
    )
)
SIMPLEXES = frozenset(("mission", "priorities", "shared"))


class GoneError(RuntimeError):
    """An agent was used after its organisation, alliance or connector had gone."""


class View(mesa.Agent):
    """A live view of one row of a table of the state.

    Attributes
    ----------
    uid : int
        Never used again for anything else; Mesa's `unique_id` counts the agents of one model.
    name : str
        Name, readable even when the agent is gone.
    """

    _table: ClassVar[str]
    _hidden: ClassVar[dict[str, str]] = {}  # columns that hold row numbers: what to use instead
    _fixed: ClassVar[frozenset[str]] = frozenset(("uid",))
    _plain: ClassVar[frozenset[str]] = frozenset(("model", "unique_id", "pos", "uid", "name"))

    model: "PartnershipModel"

    def __init__(self, model: "PartnershipModel", row: int) -> None:
        self._row = int(row)
        self._went = ""
        self.uid = int(model.column(self._table, "uid")[row])
        self.name = model.name_of(self._table, self._row)
        super().__init__(model)

    def __repr__(self) -> str:
        """Return kind, name and uid, and how it went if it is gone."""
        gone = f", {self._went}" if self._went else ""
        return f"<{type(self).__name__} {self.name!r}, uid {self.uid}{gone}>"

    # Rows -----------------------------------------------------------------------------------

    def _works(self) -> bool:
        """Whether the row is still about this agent."""
        return bool(self.model.column(self._table, "uid")[self._row] == self.uid)

    def _how_it_went(self) -> str:
        return "went"

    def _leave(self, month: int) -> None:
        """Say goodbye: remember when, and go from the model."""
        self._went = f"{self._how_it_went()} in month {month}"
        self.remove()

    @property
    def alive(self) -> bool:
        """Whether the agent can still be used."""
        return not self._went and self._works()

    @property
    def row(self) -> int:
        """Row of the table, as long as it is this agent's.

        Raises
        ------
        GoneError
            If the agent is gone.
        """
        if not self.alive:
            went = self._went or f"went by month {self.model.month}"
            raise GoneError(
                f"{type(self).__name__} {self.name!r} (uid {self.uid}) {went}; its row may be "
                f"somebody else's now. Look agents up anew after a step, or ask `.alive` first"
            )
        return self._row

    def _of(self, table: str, name: str) -> np.ndarray:
        return self.model.column(table, name)

    def __getattr__(self, name: str) -> Any:
        """Read a column of the row."""
        if name.startswith("_") or name in self._plain:
            raise AttributeError(f"{type(self).__name__} has no {name!r}")
        self._known(name)
        value = self._of(self._table, name)[self.row]
        return value if isinstance(value, np.ndarray) else value.item()

    def __setattr__(self, name: str, value: Any) -> None:
        """Write a column of the row, after a check of the value."""
        if name.startswith("_") or name in self._plain or hasattr(type(self), name):
            object.__setattr__(self, name, value)
            return
        self._known(name)
        if name in self._fixed:
            raise AttributeError(f"{name!r} of {type(self).__name__} is kept by the model")
        column = self._of(self._table, name)
        column[self.row] = checked(name, value, column)

    def _known(self, name: str) -> None:
        if name in self._hidden:
            raise AttributeError(
                f"{name!r} of {type(self).__name__} is a number of the model's own; "
                f"use {self._hidden[name]}"
            )
        if name not in self.model.columns(self._table):
            close = difflib.get_close_matches(name, dir(self), n=3)
            hint = f"; did you mean {', '.join(close)}?" if close else ""
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}{hint}")

    def __dir__(self) -> list[str]:
        """List attributes and columns."""
        if "model" not in self.__dict__:
            return list(super().__dir__())
        columns = set(self.model.columns(self._table)) - set(self._hidden)
        return sorted(columns | set(super().__dir__()))


def checked(name: str, value: Any, column: np.ndarray) -> np.ndarray:
    """Return `value` as the column takes it."""
    given = np.asarray(value, dtype=float)
    wanted = column.shape[1:]
    if given.shape != wanted:
        what = f"{wanted[0]} numbers" if wanted else "one number"
        raise ValueError(f"{name} was {value!r}; it must be {what}")
    if not np.isfinite(given).all():
        raise ValueError(f"{name} was {value!r}; it must be finite")
    if column.dtype.kind in "iu" and (given != np.floor(given)).any():
        raise ValueError(f"{name} was {value!r}; it must be whole")
    if name in SHARES and ((given < 0.0) | (given > 1.0)).any():
        raise ValueError(f"{name} was {value!r}; it must be from 0 to 1")
    if name in SIMPLEXES and ((given < 0.0).any() or abs(given.sum() - 1.0) > 1e-9):
        raise ValueError(f"{name} was {value!r}; it must be shares that sum to 1")
    return given
