"""The view "Luck or the world?": other luck in one world, and other worlds that fit the facts."""

from dataclasses import replace

import solara

from alliances.dashboards.charts.differences import Dots, dots_option, height_of
from alliances.dashboards.web.compare.parts import MeasurePicker, Said, Table
from alliances.dashboards.web.compare.session import CompareSession
from alliances.dashboards.web.parts.chart import Plot
from alliances.dashboards.web.parts.text import element
from alliances.experiments.compare.luck_or_world import LUCKS, Apart, Worlds, apart, middle
from alliances.experiments.compare.scenarios import AgainstToday
from alliances.experiments.compare.who_gains import in_short
from alliances.experiments.words.numbers import differences
from alliances.experiments.worlds.sample import sample_size
from alliances.model.measures import MEASURES

HEAD = ("", "Mean", "Middle 80 %", "Lowest", "Highest", "Dots")


@solara.component
def LuckAndWorld(session: CompareSession, against: AgainstToday, dark: bool) -> None:
    now = session.now
    MeasurePicker(
        "Measure", now.measure, lambda name: session.change(lambda old: replace(old, measure=name))
    )
    element(
        "p",
        "Two things can change a finding. Luck: who meets whom, who wins. And the world: "
        "assumptions that nobody has measured. “Other luck” is many runs of the world that the "
        "other views show, a dot each. “Other worlds” are some of "
        f"{sample_size()} sets of assumptions that the known facts do not rule out; there a dot is "
        f"the mean of {LUCKS} matched runs in one of them.",
    )
    worlds = session.found.worlds if session.found else None
    if worlds is None:
        element("p", "The other worlds are on their way.", css="ua-note", role="status")
        return
    element(
        "p",
        f"{worlds.count} other worlds."
        if worlds.is_whole
        else f"{worlds.count} of {worlds.wanted} other worlds so far; more are coming.",
        css="ua-soft",
        data_worlds=str(worlds.count),
    )
    Spreads(against, worlds, now.measure, dark)
    element(
        "p",
        "These worlds differ in assumptions only. What the model leaves out, it leaves out in all "
        "of them.",
        css="ua-soft",
    )


@solara.component
def Spreads(against: AgainstToday, worlds: Worlds, name: str, dark: bool) -> None:
    measure = MEASURES[name]
    found = solara.use_memo(
        lambda: [apart(against.effect(k, name), worlds, k) for k in range(len(against.mine))],
        [against, worlds, name],
    )
    letters = [arm.letter for arm in against.asked.arms]
    rows = [row for letter, one in zip(letters, found, strict=True) for row in rows_of(letter, one)]
    with element("section", css="ua-chart", aria_label=measure.label):
        element("h3", f"{measure.label}: differences against today's practice")
        element(
            "p",
            "The large symbol is the mean, the thick line spans the middle 80 % of the dots",
            css="ua-soft ua-unit-line",
        )
        Plot(
            lambda: dots_option(rows, measure.unit, dark=dark),
            [against, worlds, name, dark],
            height_of(len(rows)),
        )
        for k, one in enumerate(found):
            Said(letters[k], one.sentence(), in_short(against, k))
        Table(
            f"{measure.label}, luck and worlds",
            f"{measure.label}: paired differences against today's practice.",
            HEAD,
            [_cells(row, measure.unit) for row in rows],
        )


def rows_of(letter: str, one: Apart) -> list[Dots]:
    """Return the two rows of a scenario: other luck, and other worlds."""
    here = one.here.differences
    there = Dots(f"{letter}, other worlds", letter, None, one.worlds)
    dots = there.dots()
    return [
        Dots(f"{letter}, other luck", letter, None, here, middle(here) if len(here) else None),
        replace(there, interval=middle(dots) if len(dots) else None),
    ]


def _cells(row: Dots, unit: str) -> list[str]:
    dots = row.dots()
    if not len(dots):
        return [row.label, "nothing to measure", "", "", "", "0"]
    low, high = middle(dots)
    mean, first, last, least, most = differences(
        float(dots.mean()), low, high, float(dots.min()), float(dots.max()), unit=unit
    )
    return [row.label, mean, f"{first} to {last}", least, most, str(len(dots))]
