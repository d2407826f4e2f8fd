"""The view "For the same money?": all scenarios at one public cost, and what a pound buys."""

from dataclasses import replace

import solara

from alliances.dashboards.charts.differences import Dots, dots_option, height_of
from alliances.dashboards.web.compare.parts import DOTS, MeasurePicker, Said, Table
from alliances.dashboards.web.compare.session import CompareSession, Equal
from alliances.dashboards.web.compare.words import HEAD, effect_cells
from alliances.dashboards.web.parts.chart import Plot
from alliances.dashboards.web.parts.controls import Buttons, Lever
from alliances.dashboards.web.parts.text import element
from alliances.dashboards.web.shared.comparing import MOST_EXTRA
from alliances.experiments.compare.equal_money import EXACT, Bill, bill, per_money
from alliances.experiments.compare.scenarios import AgainstToday
from alliances.experiments.compare.who_gains import in_short, own_days_said
from alliances.experiments.runs.comparison import Effect
from alliances.experiments.words.numbers import differences, steps
from alliances.model.measures import MEASURES

STEP = 10_000  # GBP a year
DAY = 180  # GBP


@solara.component
def Money(session: CompareSession, against: AgainstToday, dark: bool) -> None:
    now, asked = session.now, against.asked
    bills = [bill(arm.mine) for arm in asked.arms]
    MeasurePicker(
        "Measure", now.measure, lambda name: session.change(lambda old: replace(old, measure=name))
    )
    dearest = min(MOST_EXTRA, round(max(one.levers for one in bills)))
    element(
        "p",
        "Public money is the purse that is awarded, and what levers cost on top of it. A lever "
        "that is paid out of the purse leaves less to be awarded and costs the public nothing "
        "more. Here the purse of each scenario is made larger or smaller until all cost the same.",
    )
    _Total(session, dearest)
    found = session.found.equal if session.found else None
    if found is None or found.extra != now.extra:
        element("p", "These runs are on their way.", css="ua-note", role="status")
        return
    measure = MEASURES[now.measure]
    letters = [arm.letter for arm in asked.arms]
    effects = [found.against.effect(k, now.measure) for k in range(len(letters))]
    rows = [Dots(f"{letters[k]} against today", letters[k], one) for k, one in enumerate(effects)]
    with element("section", css="ua-chart", aria_label=measure.label):
        element("h3", f"{measure.label}: {_cost(found)}")
        element("p", _today(found), css="ua-soft")
        element("p", DOTS, css="ua-soft ua-unit-line")
        Plot(
            lambda: dots_option(rows, measure.unit, dark=dark),
            [found, now.measure, dark],
            height_of(len(rows)),
        )
        for k, effect in enumerate(effects):
            Said(
                letters[k],
                effect.sentence(),
                in_short(found.against, k),
                found.mine[k].said(),
            )
        Table(
            f"{measure.label} for the same money",
            f"{measure.label}: paired differences against today's practice at the same total.",
            HEAD,
            [effect_cells(row.label, row.effect) for row in rows if row.effect is not None],
        )
    Pounds(against, bills, now.measure, dark)


def _cost(found: Equal) -> str:
    if max(found.totals) - min(found.totals) <= EXACT:
        return f"all at GBP {found.totals[0]:,.0f} of public money a year"
    more = f" and GBP {found.extra:,.0f}" if found.extra else ""
    return f"each at what today's practice costs in its place{more} a year"


def _today(found: Equal) -> str:
    if not found.extra:
        return "Today's practice costs that much as it is."
    said = found.today[0].said()
    return f"Today's practice: {said[:1].lower()}{said[1:]}"


def _Total(session: CompareSession, dearest: int) -> None:
    extra = session.now.extra

    def take(given: float) -> None:
        session.change(lambda old: replace(old, extra=int(min(MOST_EXTRA, max(0, given)))))

    buttons = [{"id": "0", "label": "As much as today's", "pressed": extra == 0}]
    if dearest > 0:
        buttons.append(
            {
                "id": str(dearest),
                "label": f"GBP {dearest:,} more: what the dearest levers cost",
                "pressed": extra == dearest,
            }
        )
    Buttons(label="Public money of all", buttons=buttons, event_press=lambda text: take(int(text)))
    Lever(
        card={
            "id": "extra",
            "name": "extra",
            "kind": "whole",
            "label": "More public money for all than today",
            "value": extra,
            "text": f"{extra:,}",
            "changed": extra > 0,
            "low": 0,
            "high": MOST_EXTRA,
            "step": STEP,
            "unit": "GBP a year",
            "options": [],
            "levels": [],
            "help": [["What it is", "Today's practice gets it too, as a larger purse."]],
        },
        event_try_value=lambda _: None,
        event_set_value=take,
    )


@solara.component
def Pounds(against: AgainstToday, bills: list[Bill], name: str, dark: bool) -> None:
    # Of the runs as they were asked for, not of those that were scaled.
    measure = MEASURES[name]
    found: list[tuple[str, Effect]] = []
    with element("section", css="ua-chart", aria_label="What a pound buys"):
        element("h3", f"{measure.label}: for each GBP 100,000 a year that the levers cost")
        for k, one in enumerate(bills):
            letter = against.asked.arms[k].letter
            if one.levers <= EXACT:
                text = (
                    "Its levers cost no money, so there is no effect for each pound."
                    if one.levers > -EXACT
                    else f"Its levers save GBP {-one.levers:,.0f} a year."
                )
            else:
                effect = per_money(against.effect(k, name), one.levers)
                found.append((letter, effect))
                text = f"{_each(effect)} Its levers cost GBP {one.levers:,.0f} a year."
            more = f"{_days(against, k)}{_on_the_way(against, k)}"
            Said(letter, text, in_short(against, k), more)
        if found:
            rows = [Dots(f"{letter} for 100k", letter, effect) for letter, effect in found]
            Plot(
                lambda: dots_option(rows, measure.unit, dark=dark),
                [against, name, dark],
                height_of(len(rows)),
            )
            Table(
                f"{measure.label} for GBP 100,000",
                f"{measure.label}: paired differences for each GBP 100,000 a year.",
                HEAD,
                [
                    ["" if i == 1 else cell for i, cell in enumerate(effect_cells(x, effect))]
                    for x, effect in found
                ],
            )
        element(
            "p",
            "This is the whole effect divided by the whole cost: half the money need not do half.",
            css="ua-soft",
        )


def _on_the_way(against: AgainstToday, k: int) -> str:
    scenario = against.asked.arms[k].mine
    if not scenario.timeline and not scenario.levers.connector_months:
        return ""
    return " What its levers cost changes on the way; this is the cost at the start."


def _each(effect: Effect) -> str:
    unit = effect.measure.unit
    if effect.interval is None:
        return f"{differences(effect.difference, unit=unit)[0]}{steps(unit)}."
    middle, low, high = differences(effect.difference, *effect.interval, unit=unit)
    unclear = ", so that even its direction is open" if effect.verdict == "unclear" else ""
    return f"{middle}{steps(unit)} (95 % interval {low} to {high}){unclear}."


def _days(against: AgainstToday, k: int) -> str:
    days = against.effect(k, "cost_days")
    if not days.is_clear:
        return own_days_said(against, k)
    more = "more" if days.difference > 0 else "fewer"
    return (
        f"Organisations spend {abs(days.difference):,.0f} {more} days a month of their own on "
        f"bids, reports and co-ordination, worth GBP {abs(days.difference) * 12 * DAY:,.0f} a year "
        f"at GBP {DAY} a day (in {days.agreeing} of {days.runs} matched runs)."
    )
