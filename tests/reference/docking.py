"""Run the compiled model and the reference side by side, and say where they first differ.

    python -m tests.reference.docking --months 60 trust_rule=beta connectors=3

After each month all tables and measures are compared. At a difference both run to that month
again and go through it process by process, so that what is reported is the first process that
left a different number behind.
"""

import argparse
import sys
from dataclasses import dataclass

from alliances import PlaceSource, Scenario
from alliances.model.kernel.events import clear, with_log
from alliances.model.kernel.state import copy_state, table
from alliances.model.measures import MEASURES, OBSERVATION
from alliances.model.orders import step_month
from alliances.model.scenario import parse_settings
from alliances.model.simulation import new_state, start
from tests.reference.model import PROCESSES, ReferenceModel
from tests.reference.views import compiled_view, reference_view

TOLERANCE = 1e-9


@dataclass(frozen=True)
class Difference:
    """Where two runs first differ."""

    month: int
    process: str
    table: str
    row: object
    column: str
    compiled: object
    reference: object

    def __str__(self):
        return (
            f"month {self.month}, {self.process}: {self.table} {self.row}, {self.column}: "
            f"compiled {self.compiled!r}, reference {self.reference!r}"
        )


@dataclass
class Docking:
    """What a comparison found: the first difference, if any, and how much was compared."""

    difference: Difference | None = None
    months: int = 0
    numbers: int = 0
    greatest: float = 0.0
    tally: dict | None = None
    others: tuple = ()  # further differences after the same process


class Comparison:
    """Compares views; keeps the count of numbers and the greatest difference within tolerance."""

    def __init__(self):
        self.numbers, self.greatest = 0, 0.0
        self.scale = 0.0  # GBP moved so far: accounts are sums that cancel

    def differing(self, compiled, reference):
        """Yield (table, row, column, one, other) of what differs."""
        self.scale = compiled["moved"]["all"]["moved"]
        for name, rows in compiled.items():
            others = reference[name]
            if rows.keys() != others.keys():
                only = sorted(rows.keys() ^ others.keys(), key=str)
                for key in only:
                    yield name, key, "there", key in rows, key in others
            for key in rows.keys() & others.keys():
                if rows[key] == others[key]:
                    self.numbers += len(rows[key])
                    continue
                for column, one in rows[key].items():
                    other = others[key][column]
                    if one == other:
                        self.numbers += 1
                        continue
                    if not self.same(one, other, name):
                        yield name, key, column, one, other

    def same(self, one, other, name=""):
        """Whether two values are the same, numbers within tolerance."""
        if one == other:
            self.numbers += 1
            return True
        if isinstance(one, list):
            return len(one) == len(other) and all(map(self.same, one, other))
        self.numbers += 1
        if not isinstance(one, float):
            return False
        gap = abs(one - other) / max(1.0, abs(one), self.scale if name == "accounts" else 0.0)
        if not gap <= TOLERANCE:
            return False
        self.greatest = max(self.greatest, gap)
        return True


def nobody_orders(month, uids):
    """Return the orders of a month for some of those at work: none."""
    return ()


def advance(reference, orders):
    """Run a month of the reference with its orders; return these."""
    given = orders(reference.month, uids_of(reference))
    reference.orders = {order.organisation: order for order in given}
    reference.step()
    return given


def uids_of(reference):
    """Return the uids of those at work, in table order."""
    return [i.uid for place in reference.places for i in place.working()]


def dock(scenario, months, seed=1, place=None, orders=nobody_orders):
    """Run both for the burn-in and `months` more; return a `Docking`."""
    state = with_log(new_state(scenario, place))
    start(state, scenario, seed)
    reference = ReferenceModel(scenario, seed, place=place)
    found, compare = Docking(tally={}), Comparison()
    first = _first(compare, state, reference, reference.month, "beginning", but=("tally",))
    row = table(1, OBSERVATION)
    while first is None and reference.month < months:
        clear(state)
        before, month = copy_state(state), reference.month
        given = advance(reference, orders)
        step_month(state, given, row)
        found.months += 1
        for name, count in reference.tally.items():
            found.tally[name] = found.tally.get(name, 0) + count
        for kind, cause, *_ in (*reference.log, *reference.books.log):
            name = f"{kind}: {cause}"
            found.tally[name] = found.tally.get(name, 0) + 1
        first = _first(compare, state, reference, month, "month")
        if first is None:
            wrong = list(_measures(compare, row[0], reference.measures, month))
            first, found.others = (wrong[0], tuple(wrong[1:])) if wrong else (None, ())
        if first is not None and first.process == "month":
            process, all_found = located(scenario, seed, place, orders, before, month)
            if all_found:
                first = Difference(month, process, *all_found[0])
                found.others = tuple(Difference(month, process, *what) for what in all_found[1:])
    found.difference, found.numbers, found.greatest = first, compare.numbers, compare.greatest
    return found


def _first(compare, state, reference, month, process, but=()):
    ours, others = compiled_view(state), reference_view(reference)
    for name in but:
        del ours[name], others[name]
    for what in compare.differing(ours, others):
        return Difference(month, process, *what)
    return None


def _measures(compare, row, measures, month):
    for name in MEASURES:
        one, other = float(row[name]), measures[name]
        if name == "imbalance":  # both are nothing but rounding
            one, other = float(one > 1e-9), float(other > 1e-9)
        squared = name.endswith("_spread")  # the root of a difference of large numbers
        if not (compare.same(one * one, other * other) if squared else compare.same(one, other)):
            yield Difference(month, "observe", "measures", "all", name, one, other)


def differences_after(scenario, seed, place, orders, before, month, process):
    """Return all differences after one process of one month."""
    reference = ReferenceModel(scenario, seed, place=place)
    while reference.month < month:
        advance(reference, orders)
    state = copy_state(before)
    done = PROCESSES[: PROCESSES.index(process) + 1] if process else ()
    for name in PROCESSES:
        if name not in done:
            state.params[f"run_{name}"] = 0
    given = orders(month, uids_of(reference))
    reference.orders = {order.organisation: order for order in given}
    step_month(state, given)
    reference.run_month(done)
    return list(Comparison().differing(compiled_view(state), reference_view(reference)))


def located(scenario, seed, place, orders, before, month):
    """Return the first process that left differences, and these."""
    for process in ("", *PROCESSES):
        if process in scenario.off:
            continue
        found = differences_after(scenario, seed, place, orders, before, month, process)
        if found:
            return process or "attention", found
    return "", []


def main(words=None):
    """Dock one scenario from the command line; the exit code says whether they agree."""
    parser = argparse.ArgumentParser(prog="python -m tests.reference.docking")
    parser.add_argument("settings", nargs="*", metavar="NAME=VALUE", help="levers, assumptions")
    parser.add_argument("--organisations", type=int, default=40)
    parser.add_argument("--places", type=int, default=1)
    parser.add_argument("--months", type=int, default=24, help="after the burn-in")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--off", nargs="*", default=[], help="processes, mechanisms to switch off")
    given = parser.parse_intermixed_args(words)
    source = PlaceSource(organisations=given.organisations, places=given.places)
    scenario = Scenario(place=source).with_values(**parse_settings(given.settings))
    found = dock(scenario.without(*given.off), given.months, given.seed)
    lines = [
        f"{found.months} months and {found.numbers} numbers compared; "
        f"the greatest difference taken for rounding is {found.greatest:.1g}",
        *(f"{name}: {count:g}" for name, count in sorted(found.tally.items(), key=str)),
        str(found.difference or "no difference"),
        *(f"  {other}" for other in found.others[:20]),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if found.difference is None else 1


if __name__ == "__main__":
    sys.exit(main())
