"""A look at a state between two months: tables of organisations, ties, alliances, agreements."""

from typing import TYPE_CHECKING

import numpy as np

from alliances.model.kernel.state import (
    AGREEMENT_KINDS,
    BANDS,
    HOSTED,
    MEMBERS,
    NONE,
    SECTORS,
    State,
    is_working,
)
from alliances.model.places.place import NEED_NAMES, Place

if TYPE_CHECKING:  # a sweep's workers need no tables, and hold less memory without pandas
    import pandas as pd

_PLAIN = (
    "income",
    "own_income",
    "commissioned",
    "costs",
    "reserves",
    "mutuality",
    "openness",
    "dominance",
    "record",
    "stress",
    "ideas",
    "trust_received",
    "tie_count",
    "born",
    "solo_days",
    "joint_days",
    "bid_days",
    "report_days",
    "coordination_days",
)


def _named(codes: np.ndarray, names: tuple[str, ...]) -> "pd.Categorical":
    import pandas as pd

    return pd.Categorical([names[code] for code in codes], categories=list(names))


def _table(columns: dict[str, object]) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame(columns)


class Snapshot:
    """Read-only tables of one month; what further measures are computed from.

    Parameters
    ----------
    state : State
        The state; it must not be stepped while the snapshot is in use.
    place : Place
        The place it was built from, for names.
    """

    def __init__(self, state: State, place: Place) -> None:
        self.state = state
        self.place = place

    @property
    def month(self) -> int:
        """The last month that was run."""
        return int(self.state.now[0].month) - 1

    def organisations(self) -> "pd.DataFrame":
        """One row an organisation that takes part; the index is its row."""
        rows = self.state.organisations
        live = np.flatnonzero(is_working(rows.status))
        here = rows[live]
        names = dict(zip(self.place.uid.tolist(), self.place.names, strict=True))
        columns: dict[str, object] = {
            "uid": here.uid,
            "name": [
                names.get(uid, f"founded {born}")
                for uid, born in zip(here.uid.tolist(), here.born.tolist(), strict=True)
            ],
            "place": [self.place.localities[p] for p in here.place],
            "sector": _named(here.sector, SECTORS),
            "band": _named(here.band, BANDS),
            "hosted": here.status == HOSTED,
        }
        columns.update({name: here[name].copy() for name in _PLAIN})
        columns["alliances"] = (here.seat != NONE).sum(axis=1)
        for k, need in enumerate(NEED_NAMES):
            columns[f"priority: {need}"] = here.priorities[:, k].copy()
            columns[f"expertise: {need}"] = here.expertise[:, k].copy()
        return _table({"row": live, **columns}).set_index("row")

    def ties(self) -> "pd.DataFrame":
        """One row a tie, both directions in it."""
        ties = self.state.ties[self.state.ties.a >= 0]
        uid = self.state.organisations.uid
        return _table(
            {
                "a": uid[ties.a],
                "b": uid[ties.b],
                **{
                    name: ties[name].copy()
                    for name in (
                        "trust_ab",
                        "trust_ba",
                        "grievance_ab",
                        "grievance_ba",
                        "familiarity",
                        "met",
                        "post",
                    )
                },
            }
        )

    def alliances(self) -> "pd.DataFrame":
        """One row a living alliance."""
        alliances = self.state.alliances
        live = np.flatnonzero(alliances.alive)
        here = alliances[live]
        uid = self.state.organisations.uid
        seats = self.state.members.organisation.reshape(-1, MEMBERS)[live]
        return _table(
            {
                "uid": here.uid,
                "lead": np.where(here.lead == NONE, 0, uid[here.lead]),  # 0: nobody at the moment
                "members": here.members.copy(),
                "core": here.core.copy(),
                "born": here.born.copy(),
                "success": here.success.copy(),
                "conflicts": here.conflicts.copy(),
                "understanding": here.understanding.copy(),
                "pot": here.pot.copy(),
                "delivered": here.delivered.copy(),
                "member_uids": [
                    " ".join(str(u) for u in uid[row[row != NONE]].tolist()) for row in seats
                ],
            }
        )

    def agreements(self) -> "pd.DataFrame":
        """One row an agreement that is in the table: all money."""
        parts = []
        for place in self.state.places:
            first = place.agreement_start
            parts.append(self.state.agreements[first : first + place.agreement_count])
        here = np.concatenate(parts)
        return _table(
            {
                name: here[name]
                for name in (
                    "payer",
                    "via",
                    "payee",
                    "alliance",
                    "amount",
                    "start",
                    "end",
                    "core",
                    "bound",
                    "need",
                )
            }
            | {"kind": [AGREEMENT_KINDS[k] for k in here["kind"]]}
        )

    def frames(self, replicate: int) -> "tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]":
        """Return organisations, ties and alliances with a column `replicate` in front."""
        found = self.organisations().reset_index(drop=True), self.ties(), self.alliances()
        for frame in found:
            frame.insert(0, "replicate", replicate)
        return found
