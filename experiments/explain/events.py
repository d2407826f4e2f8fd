"""One run with every change of trust and of money in it, from the event log."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from alliances.experiments.explain.recording import Recording, record_run
from alliances.model.input.errors import UserError
from alliances.model.kernel import events as log
from alliances.model.kernel.state import State, is_working
from alliances.model.scenario import Scenario


@dataclass(frozen=True)
class EventRecord:
    """A run, what held at its beginning, and all that changed it.

    Attributes
    ----------
    recording : Recording
        Who was there, month by month.
    events : ndarray of EVENT
        Every change of trust and of money, in the order in which they came about.
    opening_trust : mapping of (int, int) to float
        Trust before the first month, by the uids of who trusts and who is trusted; pairs without a
        tie are not in it.
    opening_reserves : mapping of int to float
        GBP held before the first month, by uid.
    """

    recording: Recording
    events: np.ndarray
    opening_trust: dict[tuple[int, int], float]
    opening_reserves: dict[int, float]

    def uid(self, who: int) -> int:
        """Return the uid of an organisation, given by its place among the recording's bodies.

        Raises
        ------
        UserError
            If there is no such organisation.
        """
        if not 0 <= who < len(self.recording.bodies):
            raise UserError(
                f"there is no organisation {who} in this run; there are 0 to "
                f"{len(self.recording.bodies) - 1}"
            )
        return self.recording.bodies[who].uid

    def span(self, first: int, last: int | None) -> tuple[int, int]:
        """Return first and last month of a span; None is the last month of the run.

        Raises
        ------
        UserError
            If the run has no such months.
        """
        end = self.recording.months - 1 if last is None else last
        if not 0 <= first <= end < self.recording.months:
            raise UserError(
                f"months {first} to {end} were asked for; give two months from 0 to "
                f"{self.recording.months - 1}, the earlier one first"
            )
        return first, end

    def trust_events(self, whose: int, whom: int) -> np.ndarray:
        """Return the changes of one organisation's trust in another, in order."""
        return self._by_pair.get((self.uid(whose), self.uid(whom)), self.events[:0])

    @cached_property
    def _by_pair(self) -> dict[tuple[int, int], np.ndarray]:
        trust = self.events[self.events["kind"] == log.TRUST]
        ordered = trust[np.lexsort((trust["b"], trust["a"]))]  # stable: in time within each pair
        new = (ordered["a"][1:] != ordered["a"][:-1]) | (ordered["b"][1:] != ordered["b"][:-1])
        pieces = np.split(ordered, np.flatnonzero(new) + 1)
        return {(int(p[0]["a"]), int(p[0]["b"])): p for p in pieces if len(p)}

    def money_events(self, who: int) -> np.ndarray:
        """Return what an organisation was paid and what it paid, in order."""
        uid = self.uid(who)
        found = self.events
        mine = (found["kind"] == log.MONEY) & ((found["a"] == uid) | (found["b"] == uid))
        return np.asarray(found[mine])


def record_events(scenario: Scenario, seed: int = 0, replicate: int = 0) -> EventRecord:
    """Run one replicate and keep every change of trust and of money.

    Parameters
    ----------
    scenario : Scenario
        What to run.
    seed, replicate : int
        As in `simulate`, which gives the same monthly measures.
    """
    pages: list[np.ndarray] = []
    trust: dict[tuple[int, int], float] = {}
    reserves: dict[int, float] = {}

    def watch(state: State, logged: np.ndarray) -> None:
        if not pages:
            trust.update(trust_now(state))
            reserves.update(reserves_now(state))
        pages.append(logged)

    seen = record_run(scenario, seed, replicate, watch)
    return EventRecord(seen, np.concatenate(pages), trust, reserves)


def trust_now(state: State) -> dict[tuple[int, int], float]:
    """Return the trust of every tie of a state, by the uids of who trusts and who is trusted."""
    ties = state.ties[state.ties.a >= 0]
    uid = state.organisations.uid
    a, b = uid[ties.a].tolist(), uid[ties.b].tolist()
    there = dict(zip(zip(a, b, strict=True), ties.trust_ab.tolist(), strict=True))
    return there | dict(zip(zip(b, a, strict=True), ties.trust_ba.tolist(), strict=True))


def reserves_now(state: State) -> dict[int, float]:
    """Return the reserves of every organisation of a state, by uid."""
    rows = state.organisations
    here = rows[is_working(rows.status)]
    return dict(zip(here.uid.tolist(), here.reserves.tolist(), strict=True))
