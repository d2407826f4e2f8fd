"""The parts of every change add up to the change that the model made."""

import re
from fractions import Fraction

import numpy as np
import pytest

from alliances import Change, Scenario
from alliances.experiments.explain.causes import FALLS, MONEY_IN, MONEY_OUT, RISES
from alliances.experiments.explain.events import record_events, reserves_now, trust_now
from alliances.experiments.explain.organisation import why_fate, why_income, why_reserves
from alliances.experiments.explain.recording import record_run
from alliances.experiments.explain.trust import rounded, why_trust
from alliances.model.input.errors import UserError
from alliances.model.kernel.state import CAUSES
from alliances.model.places.source import PlaceSource

MONTHS = 60
SPANS = [(0, MONTHS - 1), (0, 0), (7, 30), (31, MONTHS - 1)]
# Much of what moves trust and money: alliances, rivals, connectors, shocks, hosts, closures.
BUSY = Scenario(
    place=PlaceSource(organisations=40),
    months=MONTHS,
    timeline=(
        Change(month=12, set={"restructuring": 0.6, "inquiry": 0.3}),
        Change(month=30, set={"funding_cut": 0.5}),
    ),
).with_values(
    connectors=2,
    competition=0.8,
    grant_share=0.2,
    form_chance=1.0,
    joining_bar=0.0,
    hosting=0.6,
    absorption=0.6,
    in_kind=0.5,
    in_kind_price=0.5,
    founding_rate=0.2,
)


@pytest.fixture(scope="module")
def record():
    return record_events(BUSY, 3, 1)


@pytest.fixture(scope="module")
def held():
    """Trust and reserves as the state has them, before the first month and after each."""
    found = []
    record_run(BUSY, 3, 1, lambda state, _: found.append((trust_now(state), reserves_now(state))))
    return found


def test_the_run_is_busy(record):
    causes = {CAUSES[number] for number in np.unique(record.events["cause"])}
    assert causes >= {
        *("meeting", "introduction", "turnover", "restructuring", "inquiry", "rivalry"),
        *("reciprocity", "exit", "new tie", "dropped tie", "payment", "own income", "costs"),
    }
    assert any(body.last < MONTHS - 1 for body in record.recording.bodies)


@pytest.mark.parametrize(("first", "last"), SPANS)
def test_the_parts_of_every_pair_add_up_to_the_whole_exactly(record, held, first, last):
    bodies = record.recording.bodies
    moved = 0
    for i, me in enumerate(bodies):
        for j, you in enumerate(bodies):
            if i == j:
                continue
            why = why_trust(record, i, j, first, last)
            pair = (me.uid, you.uid)
            before, after = held[first][0].get(pair, 0.0), held[last + 1][0].get(pair, 0.0)
            assert (why.before, why.after) == (before, after)
            assert why.change == Fraction(after) - Fraction(before)
            assert sum(step.amount for part in why.parts for step in part.steps) == why.change
            assert all(first <= s.month <= last for part in why.parts for s in part.steps)
            moved += bool(why.parts)
    assert moved > (30 if first == last else 300)


def test_what_is_shown_adds_up_too(record):
    shown = 0
    for i in range(20):
        for j in range(20):
            why = why_trust(record, i, j)
            if i != j and why.parts:
                total = why.shown[0] + sum(part.shown for part in why.parts)
                assert total == pytest.approx(why.shown[1], abs=1e-9)
                assert abs(why.shown[0] - why.before) < 10.0**-why.digits
                assert len(why.sentences()) == len(why.parts) + 2
                shown += 1
    assert shown > 100


@pytest.mark.parametrize(("first", "last"), SPANS)
def test_what_came_and_went_adds_up_to_the_reserves(record, held, first, last):
    for who, body in enumerate(record.recording.bodies):
        why = why_reserves(record, who, first, last)
        before, after = held[first][1].get(body.uid, 0.0), held[last + 1][1].get(body.uid, 0.0)
        assert why.before == pytest.approx(before, abs=1e-3)
        assert why.after == pytest.approx(after, abs=1e-3)
        assert float(why.change) == pytest.approx(after - before, abs=1e-3)
        total = why.shown[0] + sum(part.shown for part in why.parts)
        assert total == pytest.approx(why.shown[1], abs=1e-6)


@pytest.mark.parametrize(("first", "last"), [(0, 4), (1, 2), (4, 0), (3, 3)])
def test_what_came_in_by_source_adds_up_to_all_that_came_in(record, first, last):
    money = record.events[record.events["kind"] == 1]
    income = [CAUSES.index(cause) for cause in ("payment", "own income", "shared reserves")]
    earned = 0
    for who, body in enumerate(record.recording.bodies):
        why = why_income(record, who, first, last)
        mine = money[(money["b"] == body.uid) & np.isin(money["cause"], income)]
        before, after = (
            sum(map(Fraction, mine["after"][mine["month"] // 12 == year].tolist()))
            for year in (first, last)
        )
        assert why.before == float(before)
        assert why.after == float(after)
        assert why.change == after - before
        assert why.shown[0] + sum(part.shown for part in why.parts) == why.shown[1]
        assert len(why.sentences()) == (len(why.parts) + 2 if why.parts else 1)
        earned += after > 0
    assert earned > 20


def test_who_lost_income_is_told_which(record):
    falls = [(why_income(record, who, 1, 4).change, who) for who in range(40)]
    told = why_income(record, min(falls)[1], 1, 4).sentences()
    name = record.recording.bodies[min(falls)[1]].name
    assert re.fullmatch(
        rf"In year 2 GBP [\d,]+ came in for {name}, in year 5 it was GBP .*", told[0]
    )
    assert any(line.startswith("-GBP") and "public money" in line for line in told)
    with pytest.raises(UserError, match="months 0 to 60"):
        why_income(record, 0, 0, 5)


def test_a_tie_that_came_and_went_is_told(record):
    pairs = [(i, j) for i in range(40) for j in range(40) if i != j]
    gone = next(
        p for p in pairs if (w := why_trust(record, *p)).parts and not (w.before or w.after)
    )
    assert (
        "have a tie for a while, but none at the start or at the end."
        in (why_trust(record, *gone).sentences()[0])
    )


def test_newcomers_have_names_of_their_own(record):
    names = [body.name for body in record.recording.bodies]
    assert "newcomer 1" in names
    assert len(set(names)) == len(names)


def test_sentences_say_who_what_and_by_how_much(record):
    pairs = [(i, j) for i in range(12) for j in range(12) if i != j]
    i, j = max(pairs, key=lambda pair: len(why_trust(record, *pair).parts))
    told = why_trust(record, i, j).sentences()
    me, you = (record.recording.bodies[k].name for k in (i, j))
    assert f"the trust of {me} in {you} goes from" in told[0]
    assert "that is all of the change" in told[-1]
    assert all(re.match(r"[+-]\d\.\d\d+: \w", line) for line in told[1:-1])
    stranger = next(p for p in pairs if not len(record.trust_events(*p)))
    alone = why_trust(record, *stranger).sentences()
    assert len(alone) == 1


def test_the_end_of_an_organisation_is_told(record, held):
    closed = [k for k, body in enumerate(record.recording.bodies) if body.last < MONTHS - 1]
    told = [why_fate(record, k) for k in closed]
    assert any(" closes in month" in lines[0] for lines in told)
    owing = next(lines for lines in told if any("in the red for" in line for line in lines))
    assert any("debts that were written off" in line or "went over" in line for line in owing)
    for k, lines in zip(closed, told, strict=True):
        body = record.recording.bodies[k]
        assert body.uid not in held[body.last + 2][1]
        assert "to GBP 0." in "\n".join(lines)
    alive = next(k for k, body in enumerate(record.recording.bodies) if body.last == MONTHS - 1)
    assert "still there at the end" in why_fate(record, alive)[0]


def test_months_in_the_red_are_those_of_the_reserves(record, held):
    for k, body in enumerate(record.recording.bodies):
        if body.last == MONTHS - 1 or body.last - body.first < 12:
            continue
        red = 0
        while held[body.last + 1 - red][1][body.uid] < 0:
            red += 1
        found = [line for line in why_fate(record, k) if "in the red for" in line]
        if found:  # the month in which it went counts too
            assert f"for {red + 1} month" in found[0] or (red == 0 and "a month" in found[0])


def test_every_cause_has_words():
    money = {"payment", "own income", "costs", "estate", "endowment", "merger", "shared reserves"}
    money |= {"write-off", "opening", "policy"}
    for cause in CAUSES:
        words = {*RISES, *FALLS} if cause not in money else {*MONEY_IN, *MONEY_OUT}
        assert cause in words or cause == "policy", cause


def test_what_is_not_there_is_said(record):
    with pytest.raises(UserError, match="no organisation 999"):
        why_trust(record, 999, 0)
    with pytest.raises(UserError, match="give two months from 0 to 59"):
        why_trust(record, 0, 1, 9, 3)
    with pytest.raises(UserError, match="months 0 to 60"):
        why_reserves(record, 0, 0, MONTHS)


def test_rounding_keeps_the_sum():
    values = [Fraction(1, 3), Fraction(-1, 7), Fraction(5, 11), Fraction(1, 1000)]
    assert sum(rounded(values, 2)) == round(sum(values) * 100) / Fraction(100)
