"""The evidence as one page and one table, for somebody who funds."""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pandas as pd

from experiments.answers.page import STYLE
from experiments.case import Case
from experiments.claim import BUILT_IN, TOLD
from experiments.evidence.besides import SideEffect
from experiments.evidence.drawing import small_figure
from experiments.evidence.scope import Scope
from experiments.evidence.weight import Weighed
from experiments.manifest import stamp
from experiments.quantities import differences, pair, steps
from model.measures import MEASURES

LIMITS = (
    "What the sources tell happened once, in one place, as somebody told it. What the model shows "
    "follows from its rules. That both agree is no proof of either.",
    "A claim that is assumed could hardly fail: the rule says it. Mediated and emergent ones can.",
    "Contradicted means that the model does not show it, or only as much as would not matter.",
    "It illustrates a theory and predicts nothing.",
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


def table(entries: Sequence[Entry]) -> pd.DataFrame:
    """Return all claims as a table, one row each."""
    rows = []
    for entry in entries:
        row = dict(entry.weighed.row())
        row["gets_worse"] = ", ".join(one.measure for one in entry.besides)
        row["hangs_on"] = "" if entry.hangs is None else entry.hangs[0]
        rows.append(row)
    return pd.DataFrame(rows)


def sentence(weighed: Weighed) -> str:
    """Return what the runs say about a claim, with numbers."""
    claim, spread = weighed.claim, weighed.spread
    unit = claim.quantity.unit
    mean, low, high = differences(spread.mean, *spread.interval, unit=unit)
    worlds = len(spread.by_world)
    agree = round(weighed.agree * worlds) if worlds else 0
    return (
        f"{claim.quantity.label}{claim.of_whom()}: {mean}{steps(unit)} (95 % {low} to {high}); as "
        f"claimed in {agree} of {worlds} worlds."
    )


def null_sentence(weighed: Weighed) -> str:
    """Return how the null test went, in words."""
    null, verdict = weighed.null, weighed.null_verdict
    if null is None:
        return "No null test: the rule says it."
    if verdict == "none":
        return "No null test: nothing should move."
    if verdict == "nothing to carry":
        return f"Null test without {null.off}: there was no effect to carry."
    if verdict == "not comparable":
        return (
            f"Null test without {null.off}: the place itself becomes another, so it says nothing."
        )
    left = f"{100.0 * null.share:.0f} % of the effect is left (at most {100.0 * null.upper:.0f} %)"
    return f"Null test without {null.off} {verdict}: {left}."


def surprises(entries: Sequence[Entry]) -> Iterator[tuple[str, list[str]]]:
    """Yield what surprised us: a heading and sentences."""
    for verdict, words in (("contradicted", "Claims that the model contradicts"),
                           ("open", "Claims that stay open")):  # fmt: skip
        yield (
            words,
            [
                f"{e.case.title}: {e.weighed.claim.says} {sentence(e.weighed)}"
                for e in entries
                if e.weighed.verdict == verdict
            ],
        )
    yield (
        "Effects that survive their null test, where they should not",
        [
            f"{e.case.title}: {e.weighed.claim.says} {null_sentence(e.weighed)}"
            for e in entries
            if e.weighed.null_verdict == "failed"
        ],
    )
    yield (
        "What gets worse where a claim holds",
        [
            f"{e.case.title}: {e.weighed.claim.says} But {_worse(e.besides)}."
            for e in entries
            if e.besides and e.weighed.verdict == "supported"
        ],
    )
    yield (
        "Findings that hang on one assumption",
        [
            f"{e.case.title}: {e.weighed.claim.says} The effect {_follows(e.hangs)}."
            for e in entries
            if e.hangs is not None
        ],
    )


def _worse(besides: Sequence[SideEffect]) -> str:
    told = []
    for one in besides:
        measure = MEASURES[one.measure]
        before, after = pair(one.before, one.after, measure.unit)
        label = measure.label[0].lower() + measure.label[1:]
        told.append(f"{label} goes from {before} to {after}")
    return ", ".join(told)


def _follows(hangs: tuple[str, float] | None) -> str:
    assert hangs is not None
    way = "grows" if hangs[1] > 0.0 else "shrinks"
    return f"{way} with {hangs[0]} (rank correlation {hangs[1]:+.2f} over worlds)"


def page(entries: Sequence[Entry], scope: Scope) -> str:
    """Return the whole as one HTML page that needs no other file."""
    verdicts = pd.Series([e.weighed.verdict for e in entries]).value_counts()
    counts = ", ".join(f"{verdicts.get(v, 0)} {v}" for v in ("supported", "contradicted", "open"))
    parts = [
        f"<p>{len(entries)} claims from {len({e.case.name for e in entries})} cases, each put to "
        f"{scope.worlds} calibrated worlds with {scope.seeds} matched runs: {counts}.</p>",
        "<h2>What this does not show</h2><ul>",
        *(f"<li>{_text(limit)}</li>" for limit in LIMITS),
        "</ul><h2>What surprised us</h2>",
    ]
    for heading, sentences in surprises(entries):
        parts.append(f"<h3>{_text(heading)} ({len(sentences)})</h3><ul>")
        parts += [f"<li>{_text(one)}</li>" for one in sentences]
        parts.append("</ul>")
    parts.append("<h2>All claims</h2>")
    parts.append(
        "<p class='note'>Dots are worlds, the line is the 95 % interval of their mean, the claimed "
        "direction is to the right; within the grey band a difference is too small to matter.</p>"
    )
    done = ""
    for entry in entries:
        if entry.case.name != done:
            done = entry.case.name
            parts.append(f'<h3 id="{done}">{_text(entry.case.title)}</h3>')
            parts.append(f"<p>{_text(entry.case.story)}</p>")
            parts.append(
                f"<p><b>What followed:</b> {_text(' '.join(entry.case.followed.split()))}</p>"
            )
        parts.append(_entry(entry))
    parts.append(f"<p class='note'>{_text(stamp())}</p>")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Evidence</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body><main><h1>What the model says to each claim</h1>"
        f"{''.join(parts)}</main></body></html>\n"
    )


def _entry(entry: Entry) -> str:
    weighed, claim = entry.weighed, entry.weighed.claim
    carriers = ", ".join(one.off for one in weighed.carriers if one.carries)
    lines = [
        f"<b>{_text(claim.says)}</b> <i>{_text(weighed.verdict)}</i>",
        _text(sentence(weighed)),
        _text(null_sentence(weighed))
        + (f" Carriers found: {_text(carriers)}." if carriers else ""),
        f"It is {claim.built_in} ({BUILT_IN[claim.built_in]}) and rests on {TOLD[claim.told]}.",
    ]
    return f"<figure>{small_figure(weighed)}<figcaption>{'<br>'.join(lines)}</figcaption></figure>"


def _text(text: str) -> str:
    return html.escape(text, quote=True)
