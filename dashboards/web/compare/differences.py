"""The view "What differs?": each measure's curves, and its differences run by run."""

from collections.abc import Callable
from dataclasses import replace

import solara

from alliances.dashboards.charts.differences import (
    Dots,
    dots_option,
    height_of,
    lines_of,
)
from alliances.dashboards.charts.echarts import ASKED_NEXT, lines_option, unit_text
from alliances.dashboards.web.compare.parts import DOTS, MeasurePicker, Said, Table, Years
from alliances.dashboards.web.compare.session import CompareSession
from alliances.dashboards.web.compare.words import HEAD, effect_cells, title_of
from alliances.dashboards.web.compare.words import beside as cell
from alliances.dashboards.web.parts.chart import Plot
from alliances.dashboards.web.parts.controls import Buttons
from alliances.dashboards.web.parts.text import element
from alliances.dashboards.web.shared.comparing import MOST_MEASURES
from alliances.experiments.compare.scenarios import AgainstToday
from alliances.experiments.compare.who_gains import in_short
from alliances.experiments.words.numbers import amount
from alliances.model.measures import MEASURES

CURVES = 210  # pixels


@solara.component
def Differences(session: CompareSession, against: AgainstToday, dark: bool) -> None:
    shown = session.now.measures

    def change(place: int, name: str) -> None:
        measures = (*shown[:place], *([name] if name else []), *shown[place + 1 :])
        session.change(lambda now: replace(now, measures=tuple(dict.fromkeys(measures)) or shown))

    beside = solara.use_memo(
        lambda: [in_short(against, k) for k in range(len(against.mine))], [against]
    )
    Summary(session, against)
    with element("div", css="ua-charts"):
        for place, name in enumerate(shown):
            Panel(against, name, beside, _at(change, place), len(shown) > 1, dark).key(name)
    others = [name for name in MEASURES if name not in shown]
    if len(shown) < MOST_MEASURES:
        Buttons(
            label="More measures",
            buttons=[{"id": "more", "label": "Show one more measure"}],
            event_press=lambda _: change(
                len(shown), next(n for n in (*ASKED_NEXT, *others) if n in others)
            ),
        )


@solara.component
def Summary(session: CompareSession, against: AgainstToday) -> None:
    """Today's practice and the scenarios side by side, one row a measure."""
    arms = against.asked.arms
    one = against.has_one_today
    with (
        element("div", css="ua-scroll", tabindex="0", role="region", aria_label="All side by side"),
        element("table", css="ua-cells ua-summary"),
    ):
        element(
            "caption",
            "Side by side: means, and below each its difference against today's practice with a "
            "95 % interval",
            css="ua-soft",
        )
        with element("thead"), element("tr"):
            element("td", "")
            if one:
                element("th", "Today's practice", scope="col")
            for arm in arms:
                choice = session.now.slot(arm.letter)
                title = "" if choice is None else title_of(choice)
                element("th", f"{arm.letter}: {title}", scope="col")
        with element("tbody"):
            for name in session.now.measures:
                effects = [against.effect(k, name) for k in range(len(arms))]
                with element("tr"):
                    element("th", MEASURES[name].label, scope="row")
                    if one:
                        element("td", amount(effects[0].mean_a, MEASURES[name].unit))
                    for effect in effects:
                        first, second = cell(effect, before=not one)
                        with element("td"):
                            element("div", first)
                            element("div", second, css="ua-soft")


def _at(change: Callable[[int, str], None], place: int) -> Callable[[str], None]:
    return lambda name: change(place, name)


def rows_of(against: AgainstToday, name: str) -> list[Dots]:
    """Return each scenario against today's practice, and those that can be paired."""
    arms = against.asked.arms
    beside = [
        Dots(f"{arm.letter} against today", arm.letter, against.effect(k, name))
        for k, arm in enumerate(arms)
    ]
    pairs = [
        Dots(
            f"{arms[other].letter} against {arms[k].letter}",
            "",
            against.between(k, other, name),
        )
        for k, other in against.pairs()
    ]
    return [*beside, *pairs]


@solara.component
def Panel(
    against: AgainstToday,
    name: str,
    beside: list[str],
    pick: Callable[[str], None],
    can_go: bool,
    dark: bool,
) -> None:
    measure = MEASURES[name]
    rows = rows_of(against, name)
    with element("section", css="ua-chart", aria_label=measure.label):
        with element("div", css="ua-chart-head"):
            element("h3", measure.label)
            MeasurePicker(f"{measure.label}: show another measure", name, pick, quiet=True)
            if can_go:
                Buttons(
                    label=f"{measure.label}: this chart",
                    buttons=[{"id": "out", "label": "Take out"}],
                    event_press=lambda _: pick(""),
                )
        element(
            "p",
            f"Over the years: {unit_text(name)}; lines are means of the runs",
            css="ua-soft ua-unit-line",
        )
        Plot(
            lambda: lines_option(lines_of(against, name), name, dark=dark),
            [against, name, dark],
            CURVES,
        )
        element("p", DOTS, css="ua-soft ua-unit-line")
        Plot(
            lambda: dots_option(rows, measure.unit, dark=dark),
            [against, name, dark],
            height_of(len(rows)),
        )
        for k, arm in enumerate(against.asked.arms):
            Said(arm.letter, against.effect(k, name).sentence(), beside[k])
        pairs = against.pairs()
        if pairs:
            with element("details", css="ua-help"):
                element("summary", "Against each other")
                for k, other in pairs:
                    letters = (against.asked.arms[k].letter, against.asked.arms[other].letter)
                    element(
                        "p",
                        f"From {letters[0]} to {letters[1]}: "
                        f"{against.between(k, other, name).sentence()}",
                    )
        Table(
            measure.label,
            f"{measure.label}: means before and after, and the paired difference.",
            HEAD,
            [effect_cells(row.label, row.effect) for row in rows if row.effect is not None],
        )
        Years(lines_of(against, name), name)
