"""The event log: every change of trust and of money, who and why.

Trust events chain: `before` of an event is `after` of the last one between the same two. Money
events carry the amount in `after`; an outside account (uid 0, named in `account`) pays or, where
the amount is negative, is paid; `to_account` names the account that another one pays into. Logging
changes nothing that happens.
"""

import numpy as np
import pandas as pd

from alliances.model.kernel.state import ACCOUNTS, CAUSES, MEMBERS, SEATS, State, cause, table

TRUST, MONEY = 0, 1
KINDS = ("trust", "money")
BY_HAND = cause("by hand")  # what somebody outside the model changes
COLUMNS = ("month", "kind", "cause", "from", "to", "before", "after", "account", "to_account")

# The most set_trust or payment calls that one of these can lead to in a month; a new tie can take
# two old ones with it, which makes eight changes of trust.
_MEETING = 8
_MEETINGS_EACH = 16


class EventLogError(RuntimeError):
    """A log that cannot be read as a whole; the message says how much room it needs."""


def month_room(state: State) -> int:
    """Return how many events a month can bring at most, from the sizes of the tables.

    The table is allocated, not written: memory is taken by what is logged only.
    """
    bodies, ties = len(state.organisations), len(state.slots)
    alliances = len(state.alliances)
    seats = bodies * SEATS
    trust = _MEETING * _MEETINGS_EACH * bodies  # meetings
    trust += _MEETING * 40 * len(state.connectors)  # introductions
    trust += 2 * ties + 2 * ties + 6 * ties  # turnover, restructuring; shocks; ends
    trust += 2 * 2 * 12 * bodies * len(state.commissioners)  # rivalry
    trust += 3 * MEMBERS * seats  # exits, overruling
    trust += (_MEETING + 2) * MEMBERS * seats  # judging one another
    trust += _MEETING * bodies * len(state.commissioners)  # devolved pots
    money = 3 * len(state.agreements) * (MEMBERS + 1) + 16 * bodies
    return int(trust + money) + 64 * (1 + alliances)


def with_log(state: State) -> State:
    """Return the state with an event log that one month cannot fill, switched on.

    Drain it every month.
    """
    state.now[0].log_on = 1
    return state._replace(events=table(month_room(state), state.events.dtype))


def records(state: State) -> np.ndarray:
    """Return a copy of the raw records logged so far.

    Raises
    ------
    EventLogError
        If the log was switched off or overflowed.
    """
    now = state.now[0]
    if not now.log_on:
        raise EventLogError(
            "no events were logged: lay the state out with room for them, "
            "`new_state(scenario, events=N)` or `with_log(state)`, before `start`"
        )
    if now.log_lost:
        raise EventLogError(
            f"the event log has room for {len(state.events)} events and lost {now.log_lost}: give "
            f"it room for {now.log_count + now.log_lost}, or drain it every month "
            f"(a month can bring {month_room(state)} at most)"
        )
    return np.asarray(state.events[: now.log_count]).copy()


def clear(state: State) -> None:
    """Forget what was logged."""
    state.now[0].log_count = 0
    state.now[0].log_lost = 0


def frame_of(logged: np.ndarray) -> pd.DataFrame:
    """Return raw records as a table.

    Parameters
    ----------
    logged : ndarray
        What `records` returns.

    Returns
    -------
    DataFrame
        `month`; `kind`, "trust" or "money"; `cause`, one of `CAUSES`; `from` and `to`, uids: who
        trusts whom, who pays whom (0 is the outside account in `account`); `before` and `after`:
        trust before and after, or 0 and the GBP paid; `to_account`: the outside account that
        another outside account pays.
    """
    accounts = [*ACCOUNTS, ""]  # NONE, -1, is the last
    names = np.array(accounts, dtype=object)
    outside = (logged["kind"] == MONEY) & (logged["b"] == 0)  # `before` names the account paid
    target = np.where(outside, logged["before"], -1.0).astype(int)
    return pd.DataFrame(
        {
            "month": logged["month"],
            "kind": pd.Categorical.from_codes(logged["kind"], pd.Index(KINDS)),
            "cause": pd.Categorical.from_codes(logged["cause"], pd.Index(CAUSES)),
            "from": logged["a"],
            "to": logged["b"],
            "before": np.where(outside, 0.0, logged["before"]),
            "after": logged["after"],
            "account": pd.Categorical(names[logged["account"]], categories=accounts),
            "to_account": pd.Categorical(names[target], categories=accounts),
        },
        columns=list(COLUMNS),
    )


def events_of(state: State) -> pd.DataFrame:
    """Return what was logged since the start or since it was last drained; see `frame_of`.

    Raises
    ------
    EventLogError
        If the log was switched off or overflowed.
    """
    return frame_of(records(state))


def drain(state: State) -> pd.DataFrame:
    """Return what was logged, and clear the log.

    Raises
    ------
    EventLogError
        If the log was switched off or overflowed; nothing is cleared then.
    """
    found = events_of(state)
    clear(state)
    return found


def note(
    state: State, kind: int, cause: int, a: int, b: int, before: float, after: float, account: int
) -> None:
    """Log an event from Python: what somebody outside the model changes by hand."""
    now = state.now[0]
    if not now.log_on:
        return
    if now.log_count >= len(state.events):
        now.log_lost += 1
        return
    state.events[now.log_count] = (now.month, kind, cause, a, b, before, after, account)
    now.log_count += 1


__all__ = [
    "COLUMNS",
    "KINDS",
    "MONEY",
    "TRUST",
    "EventLogError",
    "clear",
    "drain",
    "events_of",
    "frame_of",
    "month_room",
    "note",
    "records",
    "with_log",
]
