"""One page to print of a comparison: what differs, who gains and loses, who pays, how sure."""

from alliances.dashboards.keep.brief import SVG, assumed, framed, pulled
from alliances.dashboards.keep.sheet import Sheet
from alliances.dashboards.web.compare.words import beside, horizon
from alliances.experiments.compare.scenarios import AgainstToday
from alliances.experiments.compare.who_gains import in_short, own_days_said
from alliances.experiments.output.page import Html, joined, listed, picture, table, tag
from alliances.experiments.runs.comparison import Effect
from alliances.experiments.words.numbers import bare, style_of
from alliances.experiments.words.sentences import enumerated
from alliances.model.measures import MEASURES

MOST_LINES = 5  # of levers of a scenario, so that it stays one page
NOTHING = "nothing to measure"


def comparison_brief(sheet: Sheet, against: AgainstToday, charts: bytes) -> str:
    """Return the page as HTML that needs no other file.

    Parameters
    ----------
    sheet : Sheet
        Today's practice and the scenarios.
    against : AgainstToday
        What came of it.
    charts : bytes
        Its charts as SVG.
    """
    titles = {arm.name: arm.title for arm in sheet.arms[1:]}
    today = against.asked.arms[0].today
    compared = [
        _item(f"{arm.letter}: {titles[arm.letter]}.", _few(pulled(today, arm.mine), "as today"))
        for arm in against.asked.arms
    ]
    accounts = [
        _item(f"{arm.letter}.", f"{in_short(against, k)} {own_days_said(against, k)}")
        for k, arm in enumerate(against.asked.arms)
    ]
    return framed(
        sheet,
        _title(list(titles)),
        tag(
            "div",
            tag("p", horizon(against), class_="soft"),
            tag("h2", "What is compared"),
            listed(compared),
            tag("p", f"Assumed in all of them: {_few(assumed(today), 'what is usual')}."),
            tag("h2", "What differs from today's practice"),
            _table(sheet, against),
            picture(charts, SVG, "Charts of the measures of the table, over the years"),
            tag("h2", "Who pays, who gains and who loses"),
            listed(accounts),
            class_="dense",
        ),
        back="Back to the comparison",
    )


def _item(head: str, text: str) -> Html:
    return joined([tag("b", head), " ", text])


def _few(lines: list[str], nothing: str) -> str:
    """Return the first of some lines as one text."""
    more = len(lines) - MOST_LINES
    shown = [*lines[:MOST_LINES], f"{more} more, which the link below holds"] if more > 0 else lines
    return "; ".join(shown) or nothing


def _title(letters: list[str]) -> str:
    kind = "Scenario" if len(letters) == 1 else "Scenarios"
    return f"{kind} {enumerated(letters)} beside today's practice"


def _table(sheet: Sheet, against: AgainstToday) -> Html:
    """Return each measure's means, with differences, intervals and counts of matched runs."""
    letters = [arm.letter for arm in against.asked.arms]
    rows = []
    for name in sheet.charts:
        effects = [against.effect(k, name) for k in range(len(letters))]
        unit = MEASURES[name].unit
        first = bare(effects[0].mean_a, unit) if effects[0].runs else NOTHING
        rows.append([f"{MEASURES[name].label}{style_of(unit).tail}", first, *map(_cell, effects)])
    caption = (
        "Mean; below it the mean difference with its 95 % interval, and in how many matched runs "
        "it goes that way."
    )
    return table(("", "Today", *letters), rows, caption)


def _cell(effect: Effect) -> str:
    if not effect.runs:
        return NOTHING
    lines = [tag("b", bare(effect.mean_b, effect.measure.unit)), tag("br"), beside(effect)[1]]
    if effect.equal < effect.runs:
        way = "higher" if effect.difference > 0 else "lower"
        lines += [tag("br"), f"{way} in {effect.agreeing} of {effect.runs}"]
    return joined(lines)
