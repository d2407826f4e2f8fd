"""One page to print: what was changed, what the model says, who pays, how sure, what it is not."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np

from alliances.dashboards.keep.sheet import Sheet
from alliances.dashboards.web.explore import words
from alliances.dashboards.web.shared.values import value_text
from alliances.experiments.output.manifest import own_version
from alliances.experiments.output.page import Html, joined, listed, page, picture, tag
from alliances.experiments.runs.comparison import Effect
from alliances.experiments.runs.ensemble import PairedRuns, ScenarioPair
from alliances.model.measures import MEASURES
from alliances.model.parameters import REGISTRY
from alliances.model.scenario import Scenario

MOST_LINES = 10  # of levers, so that it stays one page
MOST_BESIDES = 2
SVG = "image/svg+xml"
SURE = (
    "The counts say in how many matched runs, each with its own luck, the direction is the same. "
    "They say nothing about whether the assumptions are right: the page Compare and the sweeps of "
    "the command line ask the same under others."
)
NOT_FOR = (
    "It is an illustration of a theory: it follows from stated assumptions and predicts nothing "
    "about a real place. It must not decide about a real organisation's money. Many assumptions "
    "are not measured; try them before anything is built on a sentence above."
)
STYLE = """
@page { size: A4; margin: 11mm 14mm; }
:root { color-scheme: light; }
body { font: 9pt/1.3 system-ui, "Liberation Sans", sans-serif; color: #1b1f24; background: #fff;
  max-width: 182mm; margin: 8mm auto; padding: 0 4mm; }
h1 { font-size: 14pt; margin: 0; } h2 { font-size: 11pt; margin: 6pt 0 1pt; }
p { margin: 0 0 3pt; } ul { margin: 0; padding-left: 14pt; } li { break-inside: avoid; }
.two { columns: 2; column-gap: 8mm; }
img { width: 100%; max-width: 134mm; display: block; margin: 0 auto; }
.soft { color: #57606a; } .say { font-weight: 600; } .end { font-size: 8.5pt; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0 8mm; }
table { border-collapse: collapse; width: 100%; margin: 0 0 3pt; font-size: 8pt; }
th, td { text-align: left; vertical-align: top; padding: 1pt 6pt 1pt 0;
  border-top: 1px solid #c9ced6; }
thead th { border-top: 0; } caption { text-align: left; color: #57606a; }
td { white-space: nowrap; }
.dense { font-size: 8.5pt; line-height: 1.25; } .dense img { max-width: 108mm; }
code { font-size: 8pt; overflow-wrap: anywhere; }
button { font: inherit; padding: 4pt 10pt; min-height: 24px; }
@media print { body { margin: 0; padding: 0; max-width: none; } .screen { display: none; } }
"""


def brief(sheet: Sheet, charts: bytes) -> str:
    """Return the page as HTML that needs no other file.

    Parameters
    ----------
    sheet : Sheet
        Two arms: what is today, and what somebody put together.
    charts : bytes
        Its charts as SVG.
    """
    today, mine = sheet.arms[0], sheet.arms[-1]
    answer = PairedRuns(
        ScenarioPair(today.scenario, mine.scenario, sheet.seed, sheet.months),
        today.values,
        mine.values,
        sheet.runs,
    )
    effects = {name: answer.effect(name) for name in MEASURES}
    said = listed(
        joined([tag("span", words.finding(answer, name), class_="say"), " ", how])
        for name, how in ((name, words.how_sure(answer, name)) for name in sheet.charts)
    )
    return framed(
        sheet,
        mine.scenario.name[:1].upper() + mine.scenario.name[1:],
        tag(
            "p",
            "Against today's practice in the same place with the same luck: "
            f"{sheet.runs} matched runs of {sheet.months / 12:g} years; numbers are means of the "
            f"last {sheet.last} months.",
            class_="soft",
        ),
        tag("h2", "What was changed"),
        _changes(today.scenario, mine.scenario),
        tag("h2", "What the model says"),
        said,
        picture(charts, SVG, "Four charts of what the sentences above say"),
        tag("h2", "Who pays, and what else changes"),
        tag("p", words.cost(mine.scenario, answer)),
        *_besides(effects, sheet.charts),
        back="Back to the levers",
    )


def framed(sheet: Sheet, title: str, *body: str, back: str) -> str:
    """Return a page to print: a title, what it tells, how sure that is and what it is not for.

    Parameters
    ----------
    sheet : Sheet
        What it is of.
    title, back : str
        Its title, and what the way back is called.
    *body : str
        What it tells.
    """
    made = f"unequal-alliances {own_version()}, {datetime.now(UTC):%d %B %Y}, seed {sheet.seed}."
    return page(
        f"Brief: {title}",
        tag(
            "p",
            tag("button", "Print, or save as PDF", type="button", id="print"),
            " ",
            tag("a", back, href=sheet.link),
            class_="screen",
        ),
        tag("h1", title),
        *body,
        tag(
            "div",
            tag("section", tag("h2", "How sure"), tag("p", SURE)),
            tag("section", tag("h2", "What it is not for"), tag("p", NOT_FOR)),
            class_="pair",
        ),
        tag(
            "p",
            f"{made} To see and change it, open this in the dashboard: ",
            tag("code", sheet.link),
            class_="soft end",
        ),
        tag("script", Html('document.getElementById("print").onclick = () => print();')),
        style=STYLE,
    )


def _changes(today: Scenario, mine: Scenario) -> Html:
    """List what is pulled in month 0 and later, and what is assumed in both beyond the usual."""
    lines = [*pulled(today, mine), *(f"Assumed in both: {line}" for line in assumed(mine))]
    if not lines:
        return tag("p", "Nothing: this is today's practice.")
    more = len(lines) - MOST_LINES
    if more > 0:
        lines = [*lines[:MOST_LINES], f"and {more} more; the link below holds all"]
    return listed(lines, class_="two" if len(lines) > 3 else None)


def pulled(today: Scenario, mine: Scenario) -> list[str]:
    """Return which levers a scenario pulls in month 0, and what it changes later."""
    before, now = today.values(), mine.values()
    lines = [
        _change(name, before[name], now[name])
        for name, entry in REGISTRY.items()
        if entry.is_lever and now[name] != before[name]
    ]
    phases = mine.phases()
    for (_, last), (month, values) in pairwise(phases[1:]):
        lines += [
            f"From month {month}: {_change(name, last[name], values[name])}"
            for name in values
            if values[name] != last[name]
        ]
    return lines


def assumed(mine: Scenario) -> list[str]:
    """Return what is assumed otherwise than usual."""
    now = mine.values()
    return [
        _change(name, entry.default, now[name], "usually")
        for name, entry in REGISTRY.items()
        if not entry.is_lever and now[name] != entry.default
    ]


def _change(name: str, old: float | int | str, new: float | int | str, word: str = "today") -> str:
    entry = REGISTRY[name]
    return f"{entry.label}: {value_text(entry, new)} ({word} {value_text(entry, old)})"


def _besides(effects: dict[str, Effect], shown: Sequence[str]) -> Iterator[Html]:
    """Yield the strongest changes for the worse and for the better, one a group of measures."""
    for verdict, word in (("worse", "Worse"), ("better", "Better")):
        best: dict[str, tuple[float, Effect]] = {}
        for name, effect in effects.items():
            if effect.verdict != verdict or name in shown:
                continue
            spread = float(
                np.std(np.concatenate([effect.a, effect.b])[np.isfinite([*effect.a, *effect.b])])
            )
            size = abs(effect.difference) / spread if spread else 0.0
            group = effect.measure.group
            if group not in best or size > best[group][0]:
                best[group] = (size, effect)
        found = sorted(best.values(), key=lambda one: -one[0])
        text = " ".join(effect.sentence() for _, effect in found[:MOST_BESIDES])
        yield tag("p", tag("b", f"{word}, besides:"), " ", text or "nothing clear.")
