"""What the runs say, in sentences with numbers, for somebody who funds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from alliances.experiments.cases.case import Case
from alliances.experiments.evidence.besides import SideEffect
from alliances.experiments.evidence.phrases import effect_words, null_words
from alliances.experiments.evidence.weight import Weighed
from alliances.experiments.words.numbers import differences, pair, steps
from alliances.model.measures import MEASURES
from alliances.model.parameters import REGISTRY

# Headings of "what surprised us", and what an effect must be to stand under one.
STANDINGS = (
    ("the other way", "Claims where the model shows the opposite"),
    ("too small to matter", "Claims of an effect, where the model shows nothing that would matter"),
    ("it does move", "Claims that nothing moves, where it does"),
    ("not clear", "Claims that stay open"),
)


@dataclass
class Entry:
    """A claim as the page shows it.

    Attributes
    ----------
    case : Case
        The case that it belongs to.
    weighed : Weighed
        What the runs say.
    besides : list of SideEffect
        What gets worse besides.
    hangs : (str, float) or None
        The assumption that the effect follows.
    """

    case: Case
    weighed: Weighed
    besides: list[SideEffect] = field(default_factory=list)
    hangs: tuple[str, float] | None = None


def lower(label: str) -> str:
    """Return a label as it stands within a sentence."""
    return label if label[:2].isupper() else label[0].lower() + label[1:]


def sentence(weighed: Weighed) -> str:
    """Return what the runs say about a claim, with numbers."""
    claim, spread = weighed.claim, weighed.spread
    worlds = len(spread.by_world)
    return effect_words(
        f"{claim.quantity.label}{claim.of_whom()}",
        claim.quantity.unit,
        spread.level,
        spread.mean,
        spread.interval,
        str(claim.months),
        f"{round(weighed.agree * worlds) if worlds else 0} of {worlds} worlds",
    )


def null_sentence(weighed: Weighed) -> str:
    """Return how the null test went, in words."""
    null, none = weighed.null, float("nan")
    return null_words(
        "" if null is None else null.off,
        weighed.null_verdict,
        none if null is None else null.share,
        none if null is None else null.upper,
    )


def worse(besides: Sequence[SideEffect]) -> str:
    """Return what gets worse besides, in words."""
    told = []
    for one in besides:
        measure = MEASURES[one.measure]
        before, after = pair(one.before, one.after, measure.unit)
        told.append(f"{lower(measure.label)} goes from {before} to {after}")
    return ", ".join(told)


def together(weighed: Weighed) -> str:
    """Return what the levers of a claim do alone and together, in words."""
    interplay, claim = weighed.interplay, weighed.claim
    assert interplay is not None
    unit = claim.quantity.unit
    whole, summed, surplus, low, high = differences(
        interplay.together,
        interplay.together - interplay.surplus,
        interplay.surplus,
        interplay.low,
        interplay.high,
        unit=unit,
    )
    names = ", ".join(lower(REGISTRY[name].label) for name in interplay.alone)
    more = "more" if interplay.surplus * interplay.together > 0.0 else "less"
    return (
        f"Together they do {more} than one by one ({names}): {whole}{steps(unit)} in "
        f"{lower(claim.quantity.label)}, where the sum of each alone is {summed} (the difference "
        f"{surplus}, 95 % {low} to {high}, {interplay.worlds} worlds)."
    )


def follows(hangs: tuple[str, float]) -> str:
    """Return how an effect follows an assumption, in words."""
    name, strength = hangs
    way = "grows" if strength > 0.0 else "shrinks"
    label = lower(REGISTRY[name].label)
    return f"{way} with an assumption: {label} ({name}; rank correlation {strength:+.2f})"


def surprises(entries: Sequence[Entry]) -> Iterator[tuple[str, list[str]]]:
    """Yield what surprised us: a heading and sentences."""

    def about(entry: Entry, rest: str) -> str:
        return f"{entry.case.title}: \u201c{entry.weighed.claim.says}\u201d {rest}"

    for standing, heading in STANDINGS:
        found = [e for e in entries if e.weighed.standing == standing]
        yield heading, [about(e, sentence(e.weighed)) for e in found]
    yield (
        "Effects that survive their null test, where they should not",
        [about(e, null_sentence(e.weighed)) for e in entries if e.weighed.null_verdict == "failed"],
    )
    holding = [e for e in entries if e.weighed.verdict == "supported"]
    yield (
        "Who loses and what gets worse where a claim holds",
        [about(e, f"But {worse(e.besides)}.") for e in holding if e.besides],
    )
    yield (
        "Changes that need each other, or stand in each other's way",
        [
            about(e, together(e.weighed))
            for e in entries
            if e.weighed.interplay is not None
            and e.weighed.interplay.matters(e.weighed.claim.smallest)
        ],
    )
    yield (
        "Findings that hang on one assumption",
        [about(e, f"The effect {follows(e.hangs)}.") for e in holding if e.hangs is not None],
    )
