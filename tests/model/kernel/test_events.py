import ast

import numpy as np
import pytest

from alliances import REGISTRY, ROOT, PlaceSource, Scenario
from alliances.model.kernel.events import (
    EventLogError,
    drain,
    events_of,
    month_room,
    records,
    with_log,
)
from alliances.model.kernel.state import ACCOUNTS, ACTIVE, table
from alliances.model.measures import OBSERVATION
from alliances.model.records import EVENT
from alliances.model.schedule import run_months
from alliances.model.simulation import new_state, start

MONTHS = 24
# Everything that moves trust or money in unusual ways, within two years.
BUSY = Scenario(
    place=PlaceSource(organisations=60, places=2),
    timeline=(
        {"month": 2, "set": {"inquiry": 0.4, "restructuring": 0.5}},
        {"month": 4, "set": {"crisis": 0.6, "joint_posts": 3}},
        {"month": 5, "set": {"trust_reset": -0.3}},
    ),
).with_values(
    connectors=2,
    burn_in=12,
    form_chance=1.0,
    joining_bar=0.0,
    autonomy_cost=0.0,
    devolved_pots=0.2,
    single_lead=0.2,
    in_kind=0.5,
    in_kind_price=0.5,
    payment_by_results=0.3,
    reallocation=0.5,
    hosting=0.5,
    absorption=0.5,
    founding_rate=0.2,
    funding_cut=0.3,
    solidarity=0.5,
)


def run(scenario, events, months=MONTHS, seed=3):
    state = new_state(scenario, events=events)
    start(state, scenario, seed)
    burn = int(scenario.world.burn_in)
    run_months(state, burn, table(0, OBSERVATION), -burn)
    ruin(state)
    out = table(months, OBSERVATION)
    run_months(state, months, out, 0)
    return state, out


def ruin(state):
    """Give the smallest ten costs that end them, so that rows are used again."""
    rows = state.organisations
    works = np.flatnonzero(rows.status == ACTIVE)
    poor = works[np.argsort(rows.income[works], kind="stable")[:10]]
    rows.costs[poor] += 1e6


@pytest.fixture(scope="module")
def logged():
    state, out = run(BUSY, 400_000)
    return state, out, events_of(state)


def test_the_scenario_is_busy(logged):
    causes = set(logged[2].cause)
    assert causes >= {
        "meeting",
        "introduction",
        "turnover",
        "restructuring",
        "inquiry",
        "rivalry",
        "reciprocity",
        "exit",
        "new tie",
        "dropped tie",
        "opening",
        "payment",
        "own income",
        "costs",
        "endowment",
        "shared reserves",
        "policy",
    }
    assert causes & {"merger", "estate", "write-off"}


@pytest.mark.parametrize("rule", REGISTRY["trust_rule"].options)
def test_logged_trust_gives_the_trust_of_every_tie_exactly(rule):
    state, _ = run(BUSY.with_values(trust_rule=rule), 400_000)
    events = events_of(state)
    trust = {}
    rows = events[events.kind == "trust"]
    for cause, a, b, before, after in rows[["cause", "from", "to", "before", "after"]].itertuples(
        index=False
    ):
        if cause == "new tie":
            assert (a, b) not in trust
            assert before == 0.0
        else:
            assert trust[a, b] == before  # no change has passed the log by
        if cause == "dropped tie":
            del trust[a, b]
        else:
            trust[a, b] = after
    ties = state.ties[state.ties.a >= 0]
    uid = state.organisations.uid
    real = {}
    for a, b, ab, ba in zip(uid[ties.a], uid[ties.b], ties.trust_ab, ties.trust_ba, strict=True):
        real[int(a), int(b)], real[int(b), int(a)] = ab, ba
    assert len(real) > 200
    assert trust == real


def test_logged_money_gives_reserves_and_accounts(logged):
    state, _, events = logged
    tolerance = 1e-9 * state.now[0].turnover
    rows = events[events.kind == "money"]
    accounts = dict.fromkeys(ACCOUNTS, 0.0)
    held = {}
    for payer, payee, amount, account, to_account in rows[
        ["from", "to", "after", "account", "to_account"]
    ].itertuples(index=False):
        if account:
            assert payer == 0
            accounts[account] -= amount
        else:
            held[payer] = held.get(payer, 0.0) - amount
        if to_account:
            assert payee == 0
            accounts[to_account] += amount
        else:
            held[payee] = held.get(payee, 0.0) + amount
    for name, amount in zip(ACCOUNTS, state.now[0].accounts, strict=True):
        assert accounts[name] == pytest.approx(amount, abs=tolerance)
    rows = state.organisations
    there = set(rows.uid.tolist())
    for uid, reserves in zip(rows.uid.tolist(), rows.reserves.tolist(), strict=True):
        assert held.get(uid, 0.0) == pytest.approx(reserves, abs=tolerance)
    gone = [uid for uid in held if uid not in there]
    assert gone  # rows were used again
    assert all(abs(held[uid]) <= tolerance for uid in gone)


def test_logging_changes_no_bit(logged):
    state, out, _ = logged
    silent, silent_out = run(BUSY, 0)
    assert out.tobytes() == silent_out.tobytes()
    for name in state._fields:
        if name in ("now", "events"):
            continue
        assert getattr(state, name).tobytes() == getattr(silent, name).tobytes(), name
    for name in state.now.dtype.names:
        if not name.startswith("log_"):
            assert state.now[name].tobytes() == silent.now[name].tobytes(), name


def test_an_overflow_names_the_room_it_needs(logged):
    needed = len(logged[2])
    state, _ = run(BUSY, 100)
    with pytest.raises(EventLogError, match=f"room for {needed}"):
        events_of(state)
    state, _ = run(BUSY, needed)
    assert len(events_of(state)) == needed


def test_without_a_log_there_is_nothing_to_read():
    state, _ = run(BUSY, 0, months=1)
    with pytest.raises(EventLogError, match="no events were logged"):
        events_of(state)


def test_a_drained_log_starts_anew_and_no_month_fills_it(logged):
    state = with_log(new_state(BUSY))
    start(state, BUSY, 3)
    parts, most = [drain(state)], 0
    for month in range(-int(BUSY.world.burn_in), MONTHS):
        if month == 0:
            ruin(state)
        run_months(state, 1, table(0, OBSERVATION), -1)
        parts.append(drain(state))
        most = max(most, len(parts[-1]))
        assert len(records(state)) == 0
    assert sum(map(len, parts)) == len(logged[2])
    again = np.concatenate([part["after"].to_numpy() for part in parts])
    assert (again == logged[2]["after"].to_numpy()).all()
    assert most <= month_room(state)


def test_columns_say_who_and_why(logged):
    events = logged[2]
    assert list(events) == [
        "month",
        "kind",
        "cause",
        "from",
        "to",
        "before",
        "after",
        "account",
        "to_account",
    ]
    assert events.month.is_monotonic_increasing
    assert events.month.iloc[-1] == MONTHS - 1
    trust, money = events[events.kind == "trust"], events[events.kind == "money"]
    assert len(trust) + len(money) == len(events)
    assert (trust.account == "").all()
    assert (trust.to_account == "").all()
    assert (money.before == 0.0).all()
    assert (money[money.to == 0].to_account == "payroll").all()
    assert trust.after.between(0, 1).all()
    assert set(money[money.cause == "own income"].account) == {"donors"}
    assert EVENT.names[0] == "month"


def test_trust_and_reserves_are_written_where_they_are_logged_only():
    writes = []
    for path in sorted((ROOT / "model" / "processes").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            targets = node.targets if isinstance(node, ast.Assign) else []
            targets = [node.target] if isinstance(node, ast.AugAssign) else targets
            for target in targets:
                target = target.value if isinstance(target, ast.Subscript) else target
                name = target.attr if isinstance(target, ast.Attribute) else ""
                zero = isinstance(node, ast.Assign) and ast.unparse(node.value) == "0.0"
                if name in ("trust_ab", "trust_ba", "reserves", "accounts") and not zero:
                    writes.append((path.stem, name))
    assert sorted(writes) == [
        *[("ledger", "accounts")] * 3,  # receive, move
        *[("ledger", "reserves")] * 3,  # receive, pay
        ("relations", "trust_ab"),  # set_trust
        ("relations", "trust_ba"),
    ]
