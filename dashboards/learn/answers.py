"""What the runs say: the outcome of each finding, its numbers, and the sentence for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np

from alliances.dashboards.learn.chapter import Chapter, value_text
from alliances.dashboards.learn.finding import BY, ChapterFinding
from alliances.dashboards.learn.runs import ChapterRuns
from alliances.experiments.runs.comparison import Effect
from alliances.experiments.runs.interval import half_width
from alliances.experiments.words.numbers import amount, differences, pair, steps, together
from alliances.model.kernel.events import TRUST
from alliances.model.kernel.state import CAUSES
from alliances.model.measures import MEASURES

GONE, SOME, MOST = 0.25, 0.5, 0.9  # shares of a gain that is left
SOON, SLOW = 12, 36  # months until half of a loss is made good
HEAVIER = 1.25  # good meetings for a bad one, from which on a bad one is the heavier
MAIN, PART = 0.5, 0.1  # shares of all that is lost
SMOOTH = 6  # months over which a loss is followed


@dataclass(frozen=True)
class Said:
    """What a finding came to.

    Attributes
    ----------
    finding : ChapterFinding
        What was asked.
    outcome : str
        One of the outcomes of its kind.
    numbers : mapping of str to float
        What the runs gave, by what the sentence may fill in.
    fills : mapping of str to str
        The same as people read them.
    effect : Effect or None
        The matched runs behind an "effect".
    """

    finding: ChapterFinding
    outcome: str
    numbers: Mapping[str, float]
    fills: Mapping[str, str]
    effect: Effect | None = None

    @property
    def sentence(self) -> str:
        """The sentence for the outcome, filled in."""
        return self.finding.say[self.outcome].format(**self.fills)

    def line(self, say: Mapping[str, str]) -> str:
        """Return another sentence about the same outcome, filled in."""
        return say[self.outcome].format(**self.fills)


def ask(stock: ChapterRuns, name: str, chosen: str) -> Said:
    """Return what the runs say to a finding of the chapter, for what was chosen.

    Parameters
    ----------
    stock : ChapterRuns
        The runs.
    name : str
        The finding.
    chosen : str
        The arm that was chosen.
    """
    key = (name, chosen)
    if key not in stock.said:
        found = stock.chapter.findings[name]
        arms = [stock.chapter.named(arm, chosen) for arm in found.arms]
        stock.said[key] = _ASK[found.kind](stock, found, arms)
    return cast(Said, stock.said[key])


def prepare(stock: ChapterRuns) -> None:
    """Make all that the chapter can ask for, whatever is chosen."""
    chapter = stock.chapter
    for arm in chapter.arms:
        stock.ensemble(arm.name)
    for option in chapter.choice.options:
        for name in (chapter.bet.finding, *chapter.reveal.findings):
            ask(stock, name, option.arm)
    stock.early.set()
    for option in chapter.choice.options:
        for name in chapter.findings:
            ask(stock, name, option.arm)


def _end(chapter: Chapter, found: ChapterFinding) -> int:
    return chapter.months if found.at is None else found.at


def _effect(
    stock: ChapterRuns, found: ChapterFinding, arms: list[str], end: int, window: int
) -> Effect:
    a, b = (stock.ensemble(arm).mean(found.measure, end, window) for arm in arms)
    return Effect(MEASURES[found.measure], a, b)


def years(months: int) -> str:
    """Return a span as people say it.

    Examples
    --------
    >>> years(36), years(18), years(12), years(5)
    ('3 years', '18 months', 'a year', '5 months')
    """
    if months % 12:
        return f"{months} months"
    return "a year" if months == 12 else f"{months // 12} years"


def _ask_effect(stock: ChapterRuns, found: ChapterFinding, arms: list[str]) -> Said:
    end = _end(stock.chapter, found)
    effect = _effect(stock, found, arms, end, found.over)
    moved = effect.is_clear and abs(effect.difference) >= found.least
    outcome = ("rises" if effect.difference > 0 else "falls") if moved else "same"
    unit = MEASURES[found.measure].unit
    write = pair if moved else together
    before, after = write(effect.mean_a, effect.mean_b, unit)
    change = differences(abs(effect.difference), unit=unit)[0].lstrip("+")
    numbers = {
        "before": effect.mean_a,
        "after": effect.mean_b,
        "change": abs(effect.difference),
        "agree": effect.agreeing,
        "higher": effect.higher,
        "lower": effect.lower,
        "runs": effect.runs,
        "years": end / 12,
    }
    fills = {
        "before": before,
        "after": after,
        "change": f"{change}{steps(unit)}",
        "agree": str(effect.agreeing),
        "higher": str(effect.higher),
        "lower": str(effect.lower),
        "runs": str(effect.runs),
        "years": years(end),
    }
    by_year = write(12 * effect.mean_a, 12 * effect.mean_b, "a year")
    fills |= dict(zip(("before_year", "after_year"), by_year, strict=True))
    return Said(found, outcome, numbers, fills, effect)


def _ask_left(stock: ChapterRuns, found: ChapterFinding, arms: list[str]) -> Said:
    without, with_it, stopped = arms
    end = _end(stock.chapter, found)
    then = _effect(stock, found, [without, with_it], found.since, found.over)
    now = _effect(stock, found, [without, stopped], end, found.over)
    share = now.difference / then.difference if then.is_clear else 0.0
    if not then.is_clear or abs(then.difference) < found.least:
        outcome = "none"
    else:
        bounds = (("gone", GONE), ("some", SOME), ("most", MOST))
        outcome = next((name for name, bound in bounds if share < bound), "all")
    numbers = {
        "then": then.difference,
        "now": now.difference,
        "share": share,
        "years": (end - found.since) / 12,
        "runs": then.runs,
        "with_now": now.mean_b,
        "without_now": now.mean_a,
    }
    unit = MEASURES[found.measure].unit
    first, second = differences(then.difference, now.difference, unit=unit)
    fills = {
        "then": f"{first}{steps(unit)}",
        "now": f"{second}{steps(unit)}",
        "share": amount(max(0.0, share), "share"),
        "years": years(end - found.since),
        "runs": str(then.runs),
        "with_now": amount(now.mean_b, unit),
        "without_now": amount(now.mean_a, unit),
    }
    return Said(found, outcome, numbers, fills)


def _ask_healing(stock: ChapterRuns, found: ChapterFinding, arms: list[str]) -> Said:
    spared, hit = (stock.ensemble(arm) for arm in arms)
    gap = spared.path(found.measure) - hit.path(found.measure)
    after = gap[found.since :]
    each = hit.mean(found.measure, found.since + 1, 1) - spared.mean(
        found.measure, found.since + 1, 1
    )
    seen = each[np.isfinite(each)]
    deep = float(after[0])
    clear = deep >= found.least and deep > half_width(seen)
    below = np.flatnonzero(after <= deep / 2)
    months = int(below[0]) if clear and len(below) else -1
    if not clear:
        outcome = "none"
    elif months < 0:
        outcome = "never"
    else:
        outcome = "soon" if months <= SOON else "slow" if months <= SLOW else "long"
    unit = MEASURES[found.measure].unit
    at_end = float(after[-SMOOTH:].mean())
    numbers = {"months": months, "deep": deep, "at_end": at_end, "runs": len(seen)}
    fills = {
        "months": str(months),
        "deep": f"{differences(deep, unit=unit)[0].lstrip('+')}{steps(unit)}",
        "at_end": f"{differences(max(0.0, at_end), unit=unit)[0].lstrip('+')}{steps(unit)}",
        "runs": str(len(seen)),
    }
    return Said(found, outcome, numbers, fills)


def _moves(stock: ChapterRuns, arm: str, since: int = 0) -> list[tuple[str, float]]:
    """Cause and size of every change of trust in the runs that are read event by event."""
    told = []
    for record in stock.records(arm):
        rows = record.events[(record.events["kind"] == TRUST) & (record.events["month"] >= since)]
        causes = [CAUSES[number] for number in rows["cause"].tolist()]
        told += list(zip(causes, (rows["after"] - rows["before"]).tolist(), strict=True))
    return told


def _ask_meetings(stock: ChapterRuns, found: ChapterFinding, arms: list[str]) -> Said:
    moves = [move for cause, move in _moves(stock, arms[0]) if cause == "meeting"]
    good = [move for move in moves if move > 0]
    bad = [-move for move in moves if move < 0]
    gain = sum(good) / max(1, len(good))
    loss = sum(bad) / max(1, len(bad))
    needed = loss / gain if gain > 0 else float("inf")
    outcome = "heavier" if needed >= HEAVIER else "even" if needed > 1 / HEAVIER else "lighter"
    numbers = {
        "gain": gain,
        "loss": loss,
        "needed": needed,
        "well": len(good) / max(1, len(good) + len(bad)),
    }
    fills = {
        "gain": f"{gain:.2f}",
        "loss": f"{loss:.2f}",
        "needed": f"{needed:.1f}".removesuffix(".0"),
        "well": amount(numbers["well"], "share"),
    }
    return Said(found, outcome, numbers, fills)


def _ask_cause(stock: ChapterRuns, found: ChapterFinding, arms: list[str]) -> Said:
    names, sign = BY[found.way], 1.0 if found.way == "won" else -1.0
    moved = dict.fromkeys(names, 0.0)
    for cause, move in _moves(stock, arms[0], found.since):
        if sign * move > 0 and cause in names:
            moved[cause] += sign * move
    total = sum(moved.values()) or 1.0
    shares = {cause: value / total for cause, value in moved.items()}
    share = shares[found.cause]
    most = max(shares, key=lambda cause: shares[cause])
    other = max((c for c in shares if c != found.cause), key=lambda cause: shares[cause])
    outcome = "main" if share >= MAIN else "part" if share >= PART else "little"
    numbers = {"share": share, "most_share": shares[most], "next_share": shares[other]}
    fills = {name: amount(value, "share") for name, value in numbers.items()}
    fills |= {"most": names[most], "next": names[other]}
    return Said(found, outcome, numbers, fills)


def _ask_knob(stock: ChapterRuns, found: ChapterFinding, arms: list[str]) -> Said:
    knob, end = stock.chapter.knob, _end(stock.chapter, found)
    means = [
        stock.ensemble(arms[0], value).mean(found.measure, end, found.over) for value in knob.values
    ]
    points = [float(np.nanmean(mean)) for mean in means]
    high, low = int(np.argmax(points)), int(np.argmin(points))

    def beyond(i: int, j: int) -> bool:
        """Whether value i is clearly and far enough above value j."""
        effect = Effect(MEASURES[found.measure], means[j], means[i])
        return effect.is_clear and effect.difference > 0.0 and effect.difference >= found.least

    last = len(points) - 1
    if not beyond(high, low):
        outcome = "same"
    elif 0 < high < last and beyond(high, 0) and beyond(high, last):
        outcome = "peak"
    elif 0 < low < last and beyond(0, low) and beyond(last, low):
        outcome = "dip"
    else:
        outcome = "rises" if beyond(last, 0) else "falls" if beyond(0, last) else "same"
    best = low if MEASURES[found.measure].direction == "less is better" else high
    unit = MEASURES[found.measure].unit
    numbers: dict[str, float] = {
        "at_first": points[0],
        "at_last": points[last],
        "at_best": points[best],
        "best": float(best),
        "runs": len(means[0]),
    }
    write = together if outcome == "same" else pair
    first_text, last_text = write(points[0], points[last], unit)
    fills = {
        "first": value_text(knob.lever, knob.values[0]),
        "last": value_text(knob.lever, knob.values[last]),
        "at_first": first_text,
        "at_last": last_text,
        "best": value_text(knob.lever, knob.values[best]),
        "at_best": amount(points[best], unit),
        "runs": str(len(means[0])),
    }
    return Said(found, outcome, numbers, fills)


_ASK: Mapping[str, Callable[[ChapterRuns, ChapterFinding, list[str]], Said]] = {
    "effect": _ask_effect,
    "left": _ask_left,
    "healing": _ask_healing,
    "meetings": _ask_meetings,
    "cause": _ask_cause,
    "knob": _ask_knob,
}


def knob_points(stock: ChapterRuns, chosen: str, only: int | None = None) -> list[np.ndarray]:
    """Return the knob's measure in every run, at each of its values or at one of them only."""
    chapter = stock.chapter
    found = chapter.findings[chapter.knob.finding]
    arm = chapter.named(chapter.knob.arm, chosen)
    return [
        stock.ensemble(arm, value).mean(found.measure, _end(chapter, found), found.over)
        for k, value in enumerate(chapter.knob.values)
        if only in (None, k)
    ]


def right_option(stock: ChapterRuns, chosen: str) -> int | None:
    """Return which option of the bet came true for what was chosen; None if none did."""
    bet = stock.chapter.bet
    outcome = ask(stock, bet.finding, chosen).outcome
    return next((k for k, one in enumerate(bet.options) if outcome in one.outcomes), None)


def answer_bet(stock: ChapterRuns, chosen: str, bet: int | None) -> str:
    """Return what became of a bet: "You bet that ...; it ..."."""
    chapter = stock.chapter
    right = right_option(stock, chosen)
    if right is None:
        return "In this model none of what could be bet on came true."
    truth = chapter.bet.options[right].text
    if bet is None:
        return f"Nobody placed a bet. In this model {truth}."
    mine = chapter.bet.options[bet].text
    if bet == right:
        return f"You bet that {mine}. In this model it is so."
    return f"You bet that {mine}. In this model it is not so: {truth}."
