"""What a run or a comparison found, as tables and words for a terminal and for Markdown."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from alliances.experiments.output.page import markdown, markdown_table
from alliances.experiments.runs.comparison import Comparison, Effect
from alliances.experiments.runs.summary import Trend
from alliances.experiments.words.cost import NOTHING, cost_sentence, paid_sentence
from alliances.experiments.words.numbers import bare, differences, short, style_of, together
from alliances.model.measures import HEADLINES, MEASURES, Measure
from alliances.model.parameters import REGISTRY
from alliances.model.places.place import Place, pounds
from alliances.model.scenario import Scenario
from alliances.model.simulation import Result

INTERVALS = "Intervals: Student's t on the paired differences."
NOT_A_PREDICTION = "The model illustrates a theory; it does not predict."


def scenario_lines(scenario: Scenario, months: int) -> list[str]:
    """Return what sets a scenario apart from today's practice and usual assumptions.

    A change that so many months do not reach is told as that.
    """
    lines = []
    values = scenario.values()
    for title, is_lever in (("Levers", True), ("Assumptions", False)):
        changed = [
            f"{entry.label} ({name}) {short(entry.default)} -> {short(values[name])}"
            for name, entry in REGISTRY.items()
            if entry.is_lever == is_lever and values[name] != entry.default
        ]
        if changed:
            lines.append(f"{title}: {'; '.join(changed)}.")
    for change in scenario.timeline:
        settings = ", ".join(f"{name} = {short(value)}" for name, value in change.set.items())
        reached = "" if change.month < months else f" (not reached in {months} months)"
        lines.append(f"From month {change.month}{reached}: {settings}.")
    if scenario.off:
        lines.append(f"Switched off: {', '.join(scenario.off)}.")
    return lines or ["All levers and assumptions are at their defaults: today's mixed practice."]


def _where(comparison: Comparison, place: Place) -> str:
    """Return where both ran, or each of them."""
    if comparison.place_b is None:
        return place_line(place)
    return f"A in {place_line(place)}. B in {place_line(comparison.place_b)}"


def place_line(place: Place) -> str:
    """Return a place in one line."""
    facts = place.describe()
    several = facts["localities"] > 1
    return (
        f"{place.name}: {facts['organisations']:,} organisation{_s(facts['organisations'])}"
        + (f" in {facts['localities']} localities" if several else "")
        + f", median income {pounds(facts['median_income'])}, {facts['ties']:,} tie"
        + f"{_s(facts['ties'])} given"
    )


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def columns(heads: Sequence[str], rows: Iterable[Sequence[str | Text]], *, left: int = 1) -> Table:
    """Return a table whose cells are never read as markup; columns after `left` hold numbers."""
    table = Table(header_style="bold", box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for k, head in enumerate(heads):
        number = k >= left
        table.add_column(
            Text(head),
            justify="right" if number else "left",
            no_wrap=number,
            overflow="ellipsis" if number else "fold",
        )
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
    return table


def bullets(items: Sequence[tuple[tuple[str, str], str]]) -> Table:
    """Return sentences as a list: each with its sign and the sign's style."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column()
    grid.add_column()
    for (sign, style), sentence in items:
        grid.add_row(Text(sign, style=style), Text(sentence))
    return grid


def notes_block(notes: Sequence[str]) -> RenderableType:
    """Return what was assumed or left out as a list; nothing without notes."""
    if not notes:
        return Text("")
    listed = bullets([(("-", ""), note) for note in notes])
    return Group(Text("Assumed or left out", style="bold"), listed, Text(""))


def run_report(
    result: Result, trends: Mapping[str, Trend], place: Place, *, every: bool = False
) -> RenderableType:
    """Return the summary of a run.

    Parameters
    ----------
    result : Result
        The ensemble.
    trends : mapping
        Its measures, as `summarise` gives them.
    place : Place
        Where it ran.
    every : bool
        Whether all measures are listed, or the main ones and the researcher's own.
    """
    own = [measure.name for measure in result.measures]
    shown = list(trends) if every else [*HEADLINES, *own]
    window = min(12, result.months)
    has_first = trends[HEADLINES[0]].first is not None
    several = len(result.replicates) > 1
    heads = [
        "Measure",
        *[f"first {window} months"] * has_first,
        f"last {window} months" if window > 1 else "last month",
        *["90 % of runs"] * several,
    ]
    table = columns(heads, [_trend_cells(trends[name], has_first, several) for name in shown])
    runs = len(result.replicates)
    head = Text()
    head.append(f"{result.scenario.name}\n", style="bold")
    for line in [
        *scenario_lines(result.scenario, result.months),
        f"{place_line(place)}; {runs} run{_s(runs)} of {result.months} months, seed {result.seed}.",
    ]:
        head.append(f"{line}\n")
    words = bullets([(("-", ""), trends[name].sentence()) for name in (*HEADLINES[:5], *own)])
    return Group(
        head,
        words,
        Text(""),
        table,
        Text(""),
        notes_block(result.notes),
        Text(NOT_A_PREDICTION, style="dim"),
    )


def _trend_cells(trend: Trend, has_first: bool, several: bool) -> list[str]:
    unit = trend.measure.unit
    cells = [titled(trend.measure)]
    if has_first:
        cells.append("" if trend.mean_first is None else bare(trend.mean_first, unit))
    cells.append(bare(trend.mean, unit) if np.isfinite(trend.mean) else "")
    if several:
        spread = trend.spread
        cells.append("" if spread is None else " to ".join(bare(v, unit) for v in spread))
    return cells


EFFECT_TITLES = ("Measure", "A", "B", "B less A", "95 % interval", "higher/equal/lower")
SIGNS = {
    "better": ("+", "green"),
    "worse": ("-", "red"),
    "higher": ("~", "cyan"),
    "lower": ("~", "cyan"),
    "unclear": ("=", "dim"),
    "same": ("=", "dim"),
    "none": ("?", "dim"),
}


def titled(measure: Measure) -> str:
    """Return a measure's label with its unit, unless percent signs will say it.

    Examples
    --------
    >>> from alliances.model.measures import MEASURES
    >>> titled(MEASURES["closures"]), titled(MEASURES["small_money"])
    ('Closures (a month)', "Small organisations' share of public money")
    """
    unit = {"share": "", "share of attainable": "of attainable"}.get(measure.unit, measure.unit)
    return f"{measure.label} ({unit})" if unit else measure.label


def comparison_table(comparison: Comparison, names: Sequence[str] | None = None) -> Table:
    """Return effects as a table: both means, the difference, its interval, matched runs."""
    effects = [comparison.effect(name) for name in names or comparison.effects]
    rows: list[list[str | Text]] = []
    for effect in effects:
        sign, style = SIGNS[effect.verdict]
        rows.append([Text(sign, style=style), *effect_cells(effect)])
    return columns(("", *EFFECT_TITLES), rows, left=2)


def effect_cells(effect: Effect) -> list[str]:
    """Return an effect as cells: label, both means, difference, interval, runs by direction."""
    unit = effect.measure.unit
    if not effect.runs:
        return [titled(effect.measure), "", "", "", "", "nothing to measure"]
    difference, *ends = differences(effect.difference, *(effect.interval or ()), unit=unit)
    a, b = together(effect.mean_a, effect.mean_b, unit)
    return [
        titled(effect.measure),
        a,
        b.removesuffix(style_of(unit).tail),
        difference,
        " to ".join(ends),
        f"{effect.higher}/{effect.equal}/{effect.lower}",
    ]


def groups_table(effects: Mapping[str, Mapping[str, Effect]], kind: str) -> Table:
    """Return the effects on groups of organisations as a table."""
    rows: list[list[str | Text]] = []
    for group, found in effects.items():
        rows.append([Text(group, style="bold")])
        for effect in found.values():
            label, *cells = effect_cells(effect)
            rows.append([f"  {label}", *cells])
    return columns((f"By {kind}, at the end", *EFFECT_TITLES[1:]), rows)


def _cost(comparison: Comparison) -> str:
    """Return what the levers of B cost against those of A, and what is paid out."""
    costs, new_money = (
        {"": comparison.cost_b - comparison.cost_a},
        comparison.b.values()["new_money"],
    )
    if abs(costs[""]) < NOTHING:
        said = "The levers of both cost the public purse the same."
    else:
        said = cost_sentence(
            costs, new_money=bool(new_money), whose="the levers of B", than="those of A"
        )
    return " ".join(filter(None, (said, paid_sentence(*comparison.paid))))


def finding(comparison: Comparison, names: Sequence[str] = HEADLINES) -> list[tuple[str, str]]:
    """Return what B changes, gains first: a verdict and a sentence for each measure.

    Parameters
    ----------
    comparison : Comparison
        What was compared.
    names : sequence of str
        Measures to speak of.
    """
    order = ("better", "worse", "higher", "lower", "unclear", "same", "none")
    effects = [comparison.effect(name) for name in names]
    effects.sort(key=lambda effect: order.index(effect.verdict))
    return [(effect.verdict, effect.sentence()) for effect in effects]


def comparison_report(
    comparison: Comparison, place: Place, *, every: bool = False
) -> RenderableType:
    """Return the summary of a comparison.

    Parameters
    ----------
    comparison : Comparison
        What was compared.
    place : Place
        Where A ran.
    every : bool
        Whether the table lists all measures, or the main ones and the researcher's own.
    """
    own = [name for name in comparison.effects if name not in MEASURES]
    names = [*HEADLINES, *own]
    head = Text()
    for letter, scenario in (("A", comparison.a), ("B", comparison.b)):
        head.append(f"{letter}: {scenario.name}\n", style="bold")
        for line in scenario_lines(scenario, comparison.months):
            head.append(f"   {line}\n")
    runs = comparison.replicates
    head.append(
        f"{_where(comparison, place)}; {runs} matched run{_s(runs)} of {comparison.months} months, "
        f"seed {comparison.seed}; means of the last {comparison.last} months.\n"
    )
    words = bullets([(SIGNS[verdict], text) for verdict, text in finding(comparison, names)])
    more = Text("\n")
    for line in (_cost(comparison), *comparison.notes):
        more.append(f"{line}\n")
    table = comparison_table(comparison, None if every else names)
    legend = Text(
        "+ better, - worse, ~ neither, = no clear difference. Differences of shares are in "
        "percentage points. The last column counts matched runs in which B is higher, equal or "
        f"lower. {INTERVALS} {NOT_A_PREDICTION}",
        style="dim",
    )
    return Group(head, words, more, table, Text(""), legend)


def comparison_markdown(comparison: Comparison, place: Place, command: str) -> str:
    """Return the finding of a comparison as Markdown, with the command that makes it."""
    title = f"{comparison.b.name[:1].upper()}{comparison.b.name[1:]} against {comparison.a.name}"
    command = command.replace("`", "'")
    lines = [
        f"# {markdown(title)}",
        "",
        f"Made by `{command}`: {comparison.replicates} matched runs of {comparison.months} months, "
        f"seed {comparison.seed}, means of the last {comparison.last} months.",
        markdown(f"Place: {place_line(place)}."),
        "",
    ]
    for letter, scenario in (("A", comparison.a), ("B", comparison.b)):
        about = markdown(" ".join(scenario_lines(scenario, comparison.months)))
        lines += [f"**{letter}, {markdown(scenario.name)}.** {about}", ""]
    lines += [f"- {markdown(sentence)}" for _, sentence in finding(comparison)]
    said = (_cost(comparison), *comparison.notes)
    lines += ["", *(f"{markdown(line)}\n" for line in said)]
    titles = [*EFFECT_TITLES[:-1], "Runs: B higher/equal/lower"]
    rows = map(effect_cells, comparison.effects.values())
    lines += markdown_table(titles, rows, numbers=True)
    lines += ["", f"Differences of shares are in percentage points. {INTERVALS}", NOT_A_PREDICTION]
    return "\n".join([*lines, ""])


def place_report(place: Place) -> RenderableType:
    """Return the facts of a place, and what was assumed in it."""
    facts = place.describe()
    head = Text()
    head.append(f"{place_line(place)}.\n", style="bold")
    head.append(
        f"Income together {pounds(facts['income'])} a year, mean {pounds(facts['mean_income'])}, "
        f"Gini {facts['gini_income']:.2f}. Density of given ties {facts['density']:.3f}. "
        f"{facts['grants']:,} running grants of {pounds(facts['grants_monthly'])} a month"
        + (f"; {facts['inert']} listed bodies take no part" if facts["inert"] else "")
        + ".\n"
    )
    bands = columns(
        ("Size", "organisations", "share of them", "share of income"),
        [
            [
                name,
                f"{band['organisations']:,}",
                bare(band["share_of_organisations"], "share"),
                bare(band["share_of_income"], "share"),
            ]
            for name, band in facts["bands"].items()
        ],
    )
    sectors = ", ".join(f"{name} {count:,}" for name, count in facts["sectors"].items())
    return Group(
        head,
        bands,
        Text(f"\nSectors: {sectors}\n"),
        notes_block(place.notes),
    )
