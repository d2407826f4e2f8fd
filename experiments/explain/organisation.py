"""What became of an organisation, and why: what it held, what came in, and how it ended.

Every payment of a run is in its event log, so that what came and went adds up to the change: to
the penny as fractions, and in whole pounds as it is shown.
"""

from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from alliances.experiments.explain.causes import MONEY_IN, MONEY_OUT
from alliances.experiments.explain.events import EventRecord
from alliances.experiments.explain.recording import when
from alliances.experiments.explain.trust import Part, Step, Why, parts_of
from alliances.experiments.words.numbers import whole_pounds
from alliances.model.kernel.state import CAUSES

YEAR = 12
# What counts as income: what an organisation was founded with, or took over, does not.
INCOME: Mapping[str, str] = {
    key: MONEY_IN[key] for key in ("payment", "payment between", "own income", "shared reserves")
}


def why_reserves(record: EventRecord, who: int, first: int = 0, last: int | None = None) -> Why:
    """Return why what an organisation holds changed, by what money came in and went out for.

    Parameters
    ----------
    record : EventRecord
        The run.
    who : int
        Which organisation, by its place among the recording's bodies.
    first, last : int
        Months of the span, both in it; to the end of the run by default.

    Raises
    ------
    UserError
        If the run has no such organisation or months.
    """
    first, last = record.span(first, last)
    uid = record.uid(who)
    held = Fraction(record.opening_reserves.get(uid, 0.0))
    groups: dict[str, list[Step]] = {}
    for event in record.money_events(who):
        month = int(event["month"])
        if month > last:
            break
        sign = 1 if int(event["b"]) == uid else -1
        step = Step(month, CAUSES[int(event["cause"])], sign * Fraction(float(event["after"])))
        if month < first:
            held += step.amount
        elif step.amount:
            key = _key(event)
            absorbed = step.cause == "merger" and sign < 0  # debts go over as a negative payment
            words = (MONEY_OUT if absorbed or step.amount < 0 else MONEY_IN).get(key, key)
            groups.setdefault(words, []).append(step)
    parts, shown, digits = parts_of(held, list(groups.items()), (0, 0))
    after = held + sum((part.amount for part in parts), Fraction(0))
    name = record.recording.bodies[who].name
    title = (
        f"From {when(first)} to {when(last)} the reserves of {name} go from {_held(shown[0])} to "
        f"{_held(shown[1])}."
    )
    return Why(title, first, last, float(held), float(after), shown, parts, "GBP", digits)


def why_income(record: EventRecord, who: int, first: int, last: int) -> Why:
    """Return why more or less came in for an organisation in one year than in another, by source.

    Parameters
    ----------
    record : EventRecord
        The run.
    who : int
        Which organisation, by its place among the recording's bodies.
    first, last : int
        The two years, from 0; a last year that is not over counts as far as it went.

    Raises
    ------
    UserError
        If the run has no such organisation or years.
    """
    record.span(min(first, last) * YEAR, max(first, last) * YEAR)
    uid = record.uid(who)
    came: dict[str, list[Step]] = {}
    before = Fraction(0)
    for event in record.money_events(who):
        month, key = int(event["month"]), _key(event)
        year = month // YEAR
        if int(event["b"]) != uid or key not in INCOME or year not in (first, last):
            continue
        amount = Fraction(float(event["after"]))
        if year == first:
            before += amount
        if first != last:
            sign = 1 if year == last else -1
            came.setdefault(INCOME[key], []).append(Step(month, key, sign * amount))
    parts, shown, digits = parts_of(before, list(came.items()), (0, 0))
    after = before + sum((part.amount for part in parts), Fraction(0))
    name = record.recording.bodies[who].name
    title = (
        f"In year {first + 1} {whole_pounds(shown[0])} came in for {name}, in year {last + 1} it "
        f"was {whole_pounds(shown[1])}."
        if first != last
        else f"In year {first + 1} {whole_pounds(shown[0])} came in for {name}."
    )
    ends = first * YEAR, min((last + 1) * YEAR, record.recording.months) - 1
    return Why(title, *ends, float(before), float(after), shown, parts, "GBP", digits)


def _key(event: np.void) -> str:
    """Return under which name a payment stands in the tables of words."""
    cause = CAUSES[int(event["cause"])]
    return f"{cause} between" if cause == "payment" and int(event["a"]) else cause


def _held(value: float) -> str:
    return f"a debt of {whole_pounds(-value)}" if round(value) < 0 else whole_pounds(value)


def why_fate(record: EventRecord, who: int) -> list[str]:
    """Return what became of an organisation and why, in sentences.

    Raises
    ------
    UserError
        If the run has no such organisation.
    """
    record.uid(who)
    body, end = record.recording.bodies[who], record.recording.months - 1
    if body.last == end:
        money = why_reserves(record, who, max(body.first, end - YEAR + 1))
        return [f"{_start(body.name)} is still there at the end.", *money.sentences()]
    gone = body.last + 1
    heir, owed = _heir(record, who, gone), _owed(record, who, gone)
    how = f"is taken over by {heir}" if heir else "closes"
    told = [f"{_start(body.name)} {how} in {when(gone)}."]
    reds = _months_in_red(record, who, gone)
    money = why_reserves(record, who, max(0, gone - 2 * YEAR + 1), gone)
    if reds and owed > 0.5:
        months = "a month" if reds == 1 else f"{reds} months"
        shown = (part.shown for part in money.parts if abs(part.shown - owed) <= 1.0)
        told.append(
            f"It was in the red for {months} by then and owed {whole_pounds(next(shown, owed))}."
        )
    if gone >= 2 * YEAR:
        told += [_flow(gone, part) for part in money.parts if len(part.steps) > 1]
    return [*told, *money.sentences()]


def _start(text: str) -> str:
    return text[:1].upper() + text[1:]


def _owed(record: EventRecord, who: int, month: int) -> float:
    """GBP that an organisation owed as it went: what was written off, or went over to another."""
    uid = record.uid(who)
    for event in record.money_events(who)[::-1]:
        if int(event["month"]) == month and CAUSES[int(event["cause"])] in ("write-off", "merger"):
            return float(event["after"]) * (1.0 if int(event["b"]) == uid else -1.0)
    return 0.0


def _heir(record: EventRecord, who: int, month: int) -> str:
    """Who took an organisation over as it went; empty if nobody did."""
    uid = record.uid(who)
    for event in record.money_events(who):
        merged = CAUSES[int(event["cause"])] == "merger" and int(event["a"]) == uid
        if merged and int(event["month"]) == month:
            heirs = [body.name for body in record.recording.bodies if body.uid == int(event["b"])]
            return heirs[0] if heirs else "another"
    return ""


def _months_in_red(record: EventRecord, who: int, month: int) -> int:
    """Months in a row with less than nothing in reserve, up to the month in which it went."""
    uid = record.uid(who)
    held = record.opening_reserves.get(uid, 0.0)
    at_end = np.zeros(month + 1)
    for event in record.money_events(who):
        m = int(event["month"])
        cause = CAUSES[int(event["cause"])]
        if m > month or (m == month and cause in ("write-off", "estate", "merger")):
            break
        held += float(event["after"]) * (1.0 if int(event["b"]) == uid else -1.0)
        at_end[m:] = held
    above = np.flatnonzero(at_end >= 0.0)
    return int(month - above[-1]) if len(above) else month + 1


def _flow(gone: int, part: Part) -> str:
    """How what came or went in the last year compares with the year before."""
    late = sum(abs(float(s.amount)) for s in part.steps if s.month > gone - YEAR)
    early = sum(abs(float(s.amount)) for s in part.steps if s.month <= gone - YEAR)
    years = f"{whole_pounds(late)} in its last year, {whole_pounds(early)} the year before"
    return f"{_start(part.words)}: {years}."
