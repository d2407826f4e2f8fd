"""What is shown on a slide: words, options, a drawing. All pages and papers draw from this."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from alliances.dashboards.charts.svg import YEAR, Drawing, along_knob, over_years
from alliances.dashboards.learn.answers import answer_bet, ask, knob_points
from alliances.dashboards.learn.chapter import Chapter, ChapterArm, Scene, value_text
from alliances.dashboards.learn.finding import AGAINST, CHOSEN, ChapterFinding
from alliances.dashboards.learn.runs import ChapterRuns
from alliances.dashboards.learn.turn import Turn
from alliances.experiments.words.numbers import amount, steps, style_of
from alliances.model.measures import MEASURES
from alliances.model.parameters import REGISTRY


@dataclass(frozen=True)
class Square:
    """Two rules by two strokes of luck.

    Attributes
    ----------
    rules : (str, str)
        What the two rules are.
    cells : ((str, str), (str, str))
        What each run ended with: luck, then rule.
    sentence : str
        How far the rule moves it, and how far luck.
    about : str
        What is measured, and when.
    """

    rules: tuple[str, str]
    cells: tuple[tuple[str, str], tuple[str, str]]
    sentence: str
    about: str


@dataclass(frozen=True)
class ShownSlide:
    """A slide as it is shown.

    Attributes
    ----------
    kind : str
        Kind of the slide.
    head : str
        Its heading.
    text : tuple of str
        What is said.
    options : tuple of str
        What can be picked.
    picked : int or None
        What was.
    drawing : Drawing or None
        What is drawn.
    answer : str
        What became of the bet.
    small : str
        What stands below in small print.
    square : Square or None
        The two by two, if it is asked for.
    """

    kind: str
    head: str
    text: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    picked: int | None = None
    drawing: Drawing | None = None
    answer: str = ""
    small: str = ""
    square: Square | None = None


def awaits(stock: ChapterRuns, turn: Turn) -> bool:
    """Whether a slide shows what the model says, and the runs for it are not there yet."""
    early = turn.at(stock.chapter).kind in ("run", "reveal")
    return needs_runs(stock, turn) and not (stock.early if early else stock.whole).is_set()


def needs_runs(stock: ChapterRuns, turn: Turn) -> bool:
    """Whether a slide shows what the model says."""
    kind = turn.at(stock.chapter).kind
    return kind in _MADE and (kind != "knob" or turn.knob is not None)


def view(stock: ChapterRuns, turn: Turn) -> ShownSlide:
    """Return a slide as it is shown; makes the runs that it needs."""
    chapter = stock.chapter
    here, chosen = turn.at(chapter), turn.chosen(chapter)
    make = _MADE.get(here.kind)
    return _told(chapter, turn) if make is None else make(stock, turn, chosen)


def _told(chapter: Chapter, turn: Turn) -> ShownSlide:
    here = turn.at(chapter)
    if here.kind == "title":
        return ShownSlide(
            "title", chapter.title, (chapter.question,), small=f"{chapter.minutes:g} minutes"
        )
    if here.kind == "story":
        told = "; ".join(f"{one.work}: {one.section}" for one in chapter.told_in())
        last = here.number == len(chapter.story) - 1
        return ShownSlide(
            "story",
            "A true story",
            (chapter.story[here.number],),
            small=f"Told in: {told} (our own words)" if last else "",
        )
    if here.kind == "choice":
        options = tuple(option.text for option in chapter.choice.options)
        return ShownSlide("choice", "Your choice", (chapter.choice.question,), options, turn.choice)
    if here.kind == "bet":
        options = tuple(sentence(one.text) for one in chapter.bet.options)
        small = _chose(chapter, turn)
        return ShownSlide(
            "bet", "Place your bet", (chapter.bet.question,), options, turn.bet, small=small
        )
    if here.kind == "twist":
        return ShownSlide("twist", "And now", chapter.twist.text)
    return ShownSlide("end", "Now it is yours", ("Try in the sandbox what you did not believe.",))


def sentence(clause: str) -> str:
    """Return a clause as a sentence of its own."""
    return f"{clause[:1].upper()}{clause[1:]}."


def _chose(chapter: Chapter, turn: Turn) -> str:
    if turn.choice is None:
        return f"Nobody chose, so we take the first: {chapter.choice.options[0].text}"
    return f"You chose: {chapter.choice.options[turn.choice].text}"


def _marks(chapter: Chapter, arms: list[str]) -> tuple[tuple[int, str], ...]:
    """Months in which something is done or happens in one of the arms."""
    found: dict[int, str] = {}
    for name in arms:
        scenario = chapter.scenario_of(name)
        for change in scenario.timeline:
            lever = max(change.set, key=lambda name: REGISTRY[name].pulse)  # else the first
            label = REGISTRY[lever].label.lower()
            value = change.set[lever]
            told = "none" if value == REGISTRY[lever].neutral else value_text(lever, value)
            shown = label if REGISTRY[lever].pulse else f"{label}: {told}"
            if change.month not in found or REGISTRY[lever].pulse:
                found[change.month] = shown
        stop = int(scenario.values()["connector_months"])
        if 0 < stop < chapter.months and scenario.values()["connectors"]:
            found[stop] = "the money stops"
    return tuple(sorted(found.items()))


def _lines(stock: ChapterRuns, scene: Scene, chosen: str, runs: slice | None = None) -> Drawing:
    chapter = stock.chapter
    names = list(dict.fromkeys(chapter.named(arm, chosen) for arm in scene.arms))
    measure = scene.measure or chapter.findings[chapter.bet.finding].measure
    styles = _styles(names, chosen)
    lines = []
    for name in names:
        values = stock.ensemble(name).lines[measure]
        lines.append((chapter.arm(name).title, styles[name], values[runs] if runs else values))
    about = MEASURES[measure]
    return over_years(about.label, about.unit, lines, _marks(chapter, names), moving=bool(runs))


def _styles(names: list[str], chosen: str) -> dict[str, str]:
    """Return a style for each arm: the first is what it is compared with, the chosen is solid."""
    solid = chosen if chosen in names[1:] else names[min(1, len(names) - 1)]
    return {
        name: "today" if name == names[0] else "mine" if name == solid else "other"
        for name in names
    }


def _run(stock: ChapterRuns, turn: Turn, chosen: str) -> ShownSlide:
    chapter = stock.chapter
    scene = Scene(arms=(AGAINST, CHOSEN), measure=chapter.reveal.measure)
    drawing = _lines(stock, scene, chosen, slice(0, 1))
    text = f"One run of each, with the same luck. Behind it are {chapter.runs - 1} more."
    return ShownSlide("run", "The run", (text,), drawing=drawing, small=_chose(chapter, turn))


def _sentences(stock: ChapterRuns, scene: Scene, chosen: str) -> tuple[str, ...]:
    chapter = stock.chapter
    asked: dict[tuple[object, ...], str] = {}  # whoever chose to wait is not told of waiting twice
    for name in scene.findings:
        one = chapter.findings[name]
        arms = tuple(chapter.named(arm, chosen) for arm in one.arms)
        key = (one.kind, arms, one.measure, one.at, one.since, one.over, one.cause, one.way)
        asked.setdefault(key, name)
    return tuple(ask(stock, name, chosen).sentence for name in asked.values())


def _reveal(stock: ChapterRuns, turn: Turn, chosen: str) -> ShownSlide:
    scene = stock.chapter.reveal
    return ShownSlide(
        "reveal",
        "What the model says",
        (*scene.text, *_sentences(stock, scene, chosen)),
        drawing=_lines(stock, scene, chosen),
        answer=answer_bet(stock, chosen, turn.bet),
        small=_small(stock),
        square=_square(stock, turn, chosen, scene),
    )


def _rule(stock: ChapterRuns, turn: Turn, chosen: str) -> ShownSlide:
    scene = stock.chapter.rule
    drawing = _lines(stock, scene, chosen) if scene.arms else None
    text = (*scene.text, *_sentences(stock, scene, chosen))
    return ShownSlide("rule", "What was hidden", text, drawing=drawing)


def _knob(stock: ChapterRuns, turn: Turn, chosen: str) -> ShownSlide:
    chapter, knob = stock.chapter, stock.chapter.knob
    values = tuple(value_text(knob.lever, value) for value in knob.values)
    text = (knob.question, *knob.text)
    if turn.knob is not None:
        about = MEASURES[chapter.findings[knob.finding].measure]
        mean = float(np.nanmean(knob_points(stock, chosen, turn.knob)[0]))
        text += (f"At {values[turn.knob]}: {about.label.lower()} {amount(mean, about.unit)}.",)
    return ShownSlide("knob", "One knob", text, values, turn.knob)


def _turned(stock: ChapterRuns, turn: Turn, chosen: str) -> ShownSlide:
    chapter, knob = stock.chapter, stock.chapter.knob
    found = chapter.findings[knob.finding]
    about = MEASURES[found.measure]
    drawing = along_knob(
        about.label,
        about.unit,
        [value_text(knob.lever, value) for value in knob.values],
        knob_points(stock, chosen),
        knob.axis or REGISTRY[knob.lever].label,
    )
    said = ask(stock, knob.finding, chosen).sentence
    return ShownSlide(
        "turned",
        "The knob",
        (said, *(knob.after or knob.text)),
        drawing=drawing,
        small=_small(stock),
    )


def _twisted(stock: ChapterRuns, turn: Turn, chosen: str) -> ShownSlide:
    scene = stock.chapter.twist
    return ShownSlide(
        "twisted",
        "The twist",
        _sentences(stock, scene, chosen),
        drawing=_lines(stock, scene, chosen),
        small=_small(stock),
        square=_square(stock, turn, chosen, scene),
    )


def _recap(stock: ChapterRuns, turn: Turn, chosen: str) -> ShownSlide:
    lines = tuple(ask(stock, line.finding, chosen).line(line.say) for line in stock.chapter.recap)
    return ShownSlide(
        "recap", "Three lines", lines, small="In this model. It is an illustration, not a forecast."
    )


_MADE: Mapping[str, Callable[[ChapterRuns, Turn, str], ShownSlide]] = {
    "run": _run,
    "reveal": _reveal,
    "rule": _rule,
    "knob": _knob,
    "turned": _turned,
    "twisted": _twisted,
    "recap": _recap,
}


def _small(stock: ChapterRuns) -> str:
    return (
        f"{stock.chapter.runs} matched runs: the same luck for each. The line is their mean; "
        "half of all runs lie in the band."
    )


def _square(stock: ChapterRuns, turn: Turn, chosen: str, scene: Scene) -> Square | None:
    if turn.luck is None:
        return None
    chapter = stock.chapter
    names = list(dict.fromkeys(chapter.named(arm, chosen) for arm in scene.arms))
    mine = scene is chapter.reveal or CHOSEN in scene.arms
    first, second = names[0], chosen if mine and chosen in names[1:] else names[-1]
    asked = chapter.findings[scene.findings[0] if scene.findings else chapter.bet.finding]
    measure = scene.measure or asked.measure
    unit, end = MEASURES[measure].unit, _looked_at(chapter, asked)
    one = (2 * turn.luck) % chapter.runs
    rows = (one, (one + 1) % chapter.runs)
    ends = np.array(
        [
            [float(stock.ensemble(n).mean(measure, end, YEAR)[r]) for n in (first, second)]
            for r in rows
        ]
    )
    titles: list[ChapterArm] = [chapter.arm(name) for name in (first, second)]
    about = f"Four single runs: {MEASURES[measure].label.lower()} in year {(end - 1) // YEAR + 1}"
    return Square(
        (titles[0].title, titles[1].title),
        tuple((_cell(row[0], unit), _cell(row[1], unit)) for row in ends),  # type: ignore[arg-type]
        _square_sentence(ends, unit),
        about,
    )


def _cell(value: float, unit: str) -> str:
    """Return a value with as many digits as the steps between the four have."""
    style = style_of(unit)
    if not np.isfinite(value):
        return "none"
    return f"{value * style.scale:.{style.digits}f}{style.after}{style.tail}"


def _looked_at(chapter: Chapter, asked: ChapterFinding) -> int:
    """Month up to which a finding looks; the year after a blow, while there is something to see."""
    if asked.kind == "healing":
        return min(asked.since + YEAR, chapter.months)
    return asked.at or chapter.months


def _square_sentence(exact: np.ndarray, unit: str) -> str:
    if not np.isfinite(exact).all():
        return "One of these runs had nothing to measure. Try other luck."
    style = style_of(unit)
    ends = np.round(exact * style.scale, style.digits)  # as they are shown
    rule, luck = ends[:, 1] - ends[:, 0], ends[1] - ends[0]
    texts = [f"{step:+.{style.digits}f}" if step else "0" for step in (*rule, *luck)]
    if rule[0] * rule[1] < 0:
        more = "Here luck decides which way the rule works."
    elif not rule.all():
        more = "The rule does not always do something. That depends on luck."
    elif np.abs(rule).min() > np.abs(luck).max():
        more = "The rule does more than luck."
    else:
        more = "The rule works the same way twice, but luck can do as much."
    return (
        f"Same luck, other rule: {texts[0]} and {texts[1]}. Same rule, other luck: {texts[2]} and "
        f"{texts[3]}{steps(unit)}. {more}"
    )
