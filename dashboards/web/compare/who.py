"""The view "Who gains, who loses?": groups of organisations by size and sector, and who pays."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import solara

from alliances.dashboards.charts.differences import Dots, dots_option, height_of
from alliances.dashboards.web.compare.parts import DOTS, Table
from alliances.dashboards.web.compare.session import CompareSession
from alliances.dashboards.web.compare.words import BAND_NAMES, HEAD, effect_cells
from alliances.dashboards.web.parts.chart import Plot
from alliances.dashboards.web.parts.controls import Picker
from alliances.dashboards.web.parts.text import element
from alliances.experiments.compare.scenarios import AgainstToday
from alliances.experiments.compare.who_gains import GROUP_NAMES, all_changes, is_told, who_pays
from alliances.experiments.runs.comparison import Effect
from alliances.experiments.runs.outcomes import groups_of
from alliances.experiments.runs.quantities import GROUPS, WHOLE_QUANTITIES
from alliances.experiments.words.numbers import pair
from alliances.experiments.words.sentences import matched
from alliances.model.measures import Measure

TITLES = {
    "band": "By size: income in GBP a year when an organisation came in.",
    "sector": "By sector.",
}
WIDE = 0.95  # share of a group's dots that lie within the chart
LISTED = {"band": "by size", "sector": "by sector"}
RELATIVE = Measure("relative", "Of what they had", "share", "", "", -1, np.inf, "neither")


@solara.component
def Who(session: CompareSession, against: AgainstToday, dark: bool) -> None:
    quantity = session.now.quantity
    measure = WHOLE_QUANTITIES[quantity]
    Picker(
        label="Show",
        value=quantity,
        options=[{"value": name, "label": one.label} for name, one in WHOLE_QUANTITIES.items()],
        event_pick=lambda name: session.change(lambda now: replace(now, quantity=name)),
    )
    relative = is_relative(quantity)
    element(
        "p",
        f"{measure.label}, at the end of the runs, against today's practice. {DOTS}"
        + (" In percent of today's mean of the group." if relative else ""),
        css="ua-soft",
    )
    with element("div", css="ua-side"):
        for k, arm in enumerate(against.asked.arms):
            with element("section", css="ua-chart", aria_label=f"Scenario {arm.letter}").key(
                arm.letter
            ):
                with element("h3"):
                    element("span", arm.letter, css="ua-letter")
                    element("span", f" against today: {measure.label.lower()}")
                for kind in GROUPS:
                    _Groups(against, k, kind, quantity, dark)
                Account(against, k)


def is_relative(quantity: str) -> bool:
    """Whether a quantity is drawn in percent of what the group had: sums of money are."""
    return WHOLE_QUANTITIES[quantity].unit.startswith("GBP")


def rows_of(against: AgainstToday, k: int, kind: str, quantity: str) -> list[tuple[str, Effect]]:
    """Return the groups of a kind and the effects on them."""
    groups = groups_of(kind, *against.today, *against.mine)
    return [(group, against.group_effect(k, (kind, group, quantity))) for group in groups]


def drawn(effect: Effect) -> Effect | None:
    """Return an effect on money in shares of what the group had; None if it had nothing."""
    if not effect.measure.unit.startswith("GBP"):
        return effect
    if not effect.runs or effect.mean_a <= 0.0:
        return None
    return Effect(RELATIVE, effect.a / effect.mean_a, effect.b / effect.mean_a)


def ends_of(against: AgainstToday, kind: str, quantity: str) -> tuple[float, float] | None:
    """Return one axis for all scenarios: wide enough for 95 % of each group's dots."""
    found = [
        part.differences
        for k in range(len(against.mine))
        for _, effect in rows_of(against, k, kind, quantity)
        if (part := drawn(effect)) is not None and part.runs
    ]
    far = max((float(np.quantile(np.abs(values), WIDE)) for values in found), default=0.0)
    if far <= 0.0:
        return None
    size = 10.0 ** np.floor(np.log10(far))
    top = float(next(step * size for step in (1, 2, 4, 6, 8, 10) if step * size >= far))
    return -top, top


def outside(rows: list[Dots], ends: tuple[float, float] | None) -> str:
    """Return how many dots an axis leaves out; empty for none."""
    dots = np.concatenate([np.zeros(0), *(row.dots() for row in rows)])
    count = 0 if ends is None else int((np.abs(dots) > ends[1]).sum())
    return f"{count} of {len(dots)} dots lie outside the picture." if count else ""


def said_of(found: Sequence[tuple[str, Effect]]) -> str:
    """Return which groups clearly have more and which less, in a sentence."""
    parts = []
    for word, sign in (("More", 1), ("Less", -1)):
        texts = []
        for group, effect in found:
            if not is_told(effect) or np.sign(effect.difference) != sign:
                continue
            before, after = pair(effect.mean_a, effect.mean_b, effect.measure.unit)
            runs = matched(effect.agreeing, effect.runs, effect.equal, effect.left_out)
            texts.append(f"{GROUP_NAMES[group]} (from {before} to {after}, {runs})")
        if texts:
            parts.append(f"{word}: {'; '.join(texts)}.")
    return " ".join(parts) or "No group clearly has more or less than today."


@solara.component
def _Groups(against: AgainstToday, k: int, kind: str, quantity: str, dark: bool) -> None:
    found = rows_of(against, k, kind, quantity)
    relative = is_relative(quantity)
    unit = RELATIVE.unit if relative else WHOLE_QUANTITIES[quantity].unit
    letter = against.asked.arms[k].letter
    rows = [Dots(BAND_NAMES.get(group, group), letter, drawn(one)) for group, one in found]
    ends = ends_of(against, kind, quantity)
    element("p", f"{TITLES[kind]} {outside(rows, ends)}".strip(), css="ua-soft ua-unit-line")
    Plot(
        lambda: dots_option(
            rows, unit, dark=dark, ends=ends, words="percent of today's" if relative else None
        ),
        [against, k, quantity, dark],
        height_of(len(found)),
    )
    element("p", said_of(found), css="ua-finding-of")
    title = f"{WHOLE_QUANTITIES[quantity].label}, {letter}, {LISTED[kind]}"
    Table(
        title,
        f"{title}: means of the runs at the end. Unit: {WHOLE_QUANTITIES[quantity].unit}.",
        HEAD,
        [effect_cells(GROUP_NAMES[group], one) for group, one in found],
    )


def Account(against: AgainstToday, k: int) -> None:
    """Show who pays, who gains and who loses by a scenario, in sentences."""
    found = all_changes(against, k)
    with element("section"):
        element("h4", "Who pays")
        element("p", who_pays(against, k))
    for title, way, nobody in (
        ("Who gains", 1, "No size and no sector clearly gains without losing something too."),
        ("Who loses", -1, "No size and no sector clearly loses without gaining something too."),
        ("Who gains in one way and loses in another", 0, "No size and no sector."),
    ):
        texts = [change.said() for change in found if change.way == way]
        with element("section"):
            element("h4", title)
            with element("ul"):
                for text in texts or [nobody]:
                    element("li", f"{text[:1].upper()}{text[1:].removesuffix('.')}.")
    element(
        "p",
        "Listed is every change of public money or of organisations alive by at least 2 %, whose "
        "95 % interval leaves out 0, and that goes the same way in at least six of ten matched "
        "runs.",
        css="ua-soft",
    )
