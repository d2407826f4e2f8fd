"""The view "Policy or assumptions?": a 2 x 2 of today's and a policy, usual and other worlds."""

from dataclasses import replace

import solara

from alliances.dashboards.charts.differences import Dots, dots_option, height_of
from alliances.dashboards.charts.echarts import TODAY, lines_option, unit_text
from alliances.dashboards.web.compare.parts import DOTS, MeasurePicker, Said, Table, Years
from alliances.dashboards.web.compare.session import CompareSession
from alliances.dashboards.web.compare.settings import Assumptions
from alliances.dashboards.web.compare.words import HEAD, effect_cells
from alliances.dashboards.web.parts.chart import Plot
from alliances.dashboards.web.parts.text import element
from alliances.experiments.compare.policy_or_world import Cross, has_own_world
from alliances.experiments.compare.scenarios import AgainstToday
from alliances.experiments.compare.who_gains import in_short
from alliances.experiments.output.lines import Curve
from alliances.experiments.words.numbers import amount
from alliances.model.measures import MEASURES

CURVES = 240  # pixels


@solara.component
def Crossed(session: CompareSession, against: AgainstToday, dark: bool) -> None:
    now = session.now
    MeasurePicker(
        "Measure", now.measure, lambda name: session.change(lambda old: replace(old, measure=name))
    )
    if not session.now.world:
        element(
            "p",
            "Which of the two makes a change: what is decided, or what is assumed? Change an "
            "assumption below: today's practice and each scenario are then run with it and without "
            "it.",
        )
        Assumptions(session)
    crosses = session.found.crosses if session.found else {}
    with element("div", css="ua-charts"):
        for k, arm in enumerate(against.asked.arms):
            if not has_own_world(arm):
                continue
            found = crosses.get(arm.letter)
            with element("section", css="ua-chart", aria_label=f"Scenario {arm.letter}").key(
                arm.letter
            ):
                with element("h3"):
                    element("span", arm.letter, css="ua-letter")
                    element("span", f" and its assumptions: {MEASURES[now.measure].label.lower()}")
                if found is None:
                    element("p", "These runs are on their way.", css="ua-soft").key(
                        f"waiting {arm.letter}"
                    )
                else:
                    CrossPanel(found, now.measure, in_short(against, k), dark)
    if now.world:
        Assumptions(session)


def lines_of(found: Cross, name: str) -> list[Curve]:
    """Return the four cells as curves."""
    letter = found.arm.letter
    return [
        Curve(f"{role}, {world}", role, outcome.curves[name], dashed=world == "usual")
        for role, world, outcome in (
            (TODAY, "usual", found.today),
            (TODAY, "other", found.today_other),
            (letter, "usual", found.policy),
            (letter, "other", found.policy_other),
        )
    ]


@solara.component
def CrossPanel(found: Cross, name: str, beside: str, dark: bool) -> None:
    measure, letter = MEASURES[name], found.arm.letter
    rows = found.rows(name)
    Cells(found, name)
    element(
        "p",
        f"Over the years: {unit_text(name)}; lines are means of the runs, dashed under the usual "
        "assumptions, solid under the other ones",
        css="ua-soft ua-unit-line",
    )
    Plot(
        lambda: lines_option(lines_of(found, name), name, dark=dark),
        [found, name, dark],
        CURVES,
    )
    element("p", DOTS, css="ua-soft ua-unit-line")
    Plot(
        lambda: dots_option(
            [
                Dots(label, letter if label.startswith("policy") else "", effect)
                for label, effect in rows
            ],
            measure.unit,
            dark=dark,
        ),
        [found, name, dark],
        height_of(len(rows)),
    )
    Said(letter, found.judgement(name), beside, found.sentence(name))
    Table(
        f"{measure.label}, policy and assumptions",
        "Paired differences of the four cells. In the last row the policy's effect under the usual "
        "assumptions stands before its effect under the other ones.",
        HEAD,
        [effect_cells(label, effect) for label, effect in rows],
    )
    Years(lines_of(found, name), name)


def Cells(found: Cross, name: str) -> None:
    """Show the four means as a table."""
    unit = MEASURES[name].unit
    letter = found.arm.letter
    whole = found.both(name)
    inner = (found.policy_alone(name).mean_b, found.world_alone(name).mean_b)
    with element("table", css="ua-cells"):
        element("caption", f"{MEASURES[name].label}: mean of {found.runs} runs", css="ua-soft")
        with element("thead"), element("tr"):
            element("td", "")
            element("th", "usual assumptions", scope="col")
            element("th", "other assumptions", scope="col")
        with element("tbody"):
            with element("tr"):
                element("th", "today's practice", scope="row")
                element("td", amount(whole.mean_a, unit))
                element("td", amount(inner[1], unit))
            with element("tr"):
                element("th", f"scenario {letter}", scope="row")
                element("td", amount(inner[0], unit))
                element("td", amount(whole.mean_b, unit))
