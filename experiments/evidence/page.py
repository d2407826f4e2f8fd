"""The evidence as one page and one table, for somebody who funds."""

import html
from collections.abc import Iterator, Sequence

import pandas as pd

from alliances.experiments.answers.page import STYLE
from alliances.experiments.cases.claim import BUILT_IN, TOLD
from alliances.experiments.evidence.drawing import small_figure
from alliances.experiments.evidence.scope import Scope
from alliances.experiments.evidence.words import Entry, null_sentence, sentence, surprises
from alliances.experiments.output.manifest import stamp

LIMITS = (
    "What the sources tell happened once, in one place, as somebody told it. What the model shows "
    "follows from its rules. That both agree is no proof of either.",
    "A claim that is assumed could hardly fail: the rule says it. Mediated and emergent ones can.",
    "Contradicted means that the model does not show it, or only as much as would not matter.",
    "Worlds are sets of assumptions that fit what is measured of real places, and all of them have "
    "the same rules. Where the rules are wrong, all worlds are wrong together.",
    "It illustrates a theory and predicts nothing.",
)
VERDICTS = ("supported", "contradicted", "open")
MARKS = {"supported": "\u2713", "contradicted": "\u2715", "open": "?"}
SIDES = (
    (
        "disagreement",
        "Where the sources disagree: both sides",
        "Each side\u2019s claims are put to the same worlds.",
    ),
    (
        "against",
        "Findings of research against the sources\u2019 optimism",
        "They are tested in the same way; the model may contradict them too.",
    ),
)
MORE_STYLE = """
.claims { width: 100%; table-layout: fixed; } .claims td, .claims th { text-align: left;
  vertical-align: top; padding: .4rem .5rem; }
.claims col.says { width: 27%; } .claims col.effect { width: 21%; }
.claims col.words { width: 27%; }
.claims svg { max-width: 100%; height: auto; } .told { font-weight: 600; white-space: nowrap; }
.supported { color: #00543d; } .contradicted { color: #9c4400; } .open { color: #444; }
tr.case th { background: #f4f4f4; font-size: .95rem; } details > p { max-width: 45rem; }
li { margin: .3rem 0; }
@media (max-width: 45rem) { .claims, .claims tbody, .claims tr, .claims td, .claims th { display:
  block; width: auto; } .claims thead { position: absolute; left: -9999px; } }
"""


def table(entries: Sequence[Entry]) -> pd.DataFrame:
    """Return all claims as a table, one row each."""
    rows = []
    for entry in entries:
        row = {"kind": entry.case.kind, **entry.weighed.row()}
        row["gets_worse"] = ", ".join(one.measure for one in entry.besides)
        row["hangs_on"] = "" if entry.hangs is None else entry.hangs[0]
        rows.append(row)
    return pd.DataFrame(rows)


def counted(entries: Sequence[Entry]) -> str:
    """Return how many claims have each verdict, in words."""
    counts = pd.Series([entry.weighed.verdict for entry in entries]).value_counts()
    return ", ".join(f"{counts.get(verdict, 0)} {verdict}" for verdict in VERDICTS)


def page(entries: Sequence[Entry], scope: Scope) -> str:
    """Return the whole as one HTML page that needs no other file."""
    parts = [
        *_opening(entries, scope),
        *_claims(entries),
        "<h2 id='surprised'>What surprised us</h2>",
    ]
    for heading, sentences in surprises(entries):
        parts.append(f"<h3>{_text(heading)} ({len(sentences)})</h3><ul>")
        parts += [f"<li>{_text(one)}</li>" for one in sentences]
        parts.append("</ul>")
    parts += _sides(entries)
    parts.append(f"<p class='note'>{_text(stamp())}</p>")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Evidence</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}{MORE_STYLE}</style></head><body><main>"
        f"<h1>What the model says to each claim</h1>{''.join(parts)}</main></body></html>\n"
    )


def _opening(entries: Sequence[Entry], scope: Scope) -> Iterator[str]:
    cases = len({entry.case.name for entry in entries})
    yield (
        f"<p>{len(entries)} claims from {cases} cases, each put to {scope.worlds} calibrated "
        f"worlds with {scope.seeds} matched runs: {counted(entries)}.</p>"
    )
    yield "<ul>"
    for built_in, words in BUILT_IN.items():
        some = [entry for entry in entries if entry.weighed.claim.built_in == built_in]
        if some:
            yield f"<li>{len(some)} are {built_in} ({words}): {counted(some)}.</li>"
    some = [entry for entry in entries if entry.weighed.claim.told == "O"]
    if some:
        yield f"<li>{len(some)} rest on an outcome that was reported: {counted(some)}.</li>"
    nulls = pd.Series([entry.weighed.null_verdict for entry in entries]).value_counts()
    yield (
        f"<li>Null tests of effects that hold: {nulls.get('passed', 0)} passed, "
        f"{nulls.get('failed', 0)} failed, {nulls.get('not comparable', 0)} say nothing because "
        "the place itself becomes another without the carrier.</li></ul>"
    )
    yield "<h2>What this does not show</h2><ul>"
    yield from (f"<li>{_text(limit)}</li>" for limit in LIMITS)
    yield "</ul>"


def _claims(entries: Sequence[Entry]) -> Iterator[str]:
    yield (
        "<h2 id='claims'>All claims</h2><p class='note'>Dots are worlds, the line is the 95 % "
        "interval of their mean, the claimed direction is to the right; within the grey band a "
        "difference is too small to matter.</p>"
        "<table class='claims'><colgroup><col class='says'><col class='effect'>"
        "<col class='words'><col></colgroup><thead><tr><th scope='col'>Claim</th>"
        "<th scope='col'>Effect over worlds</th><th scope='col'>In words</th>"
        "<th scope='col'>Verdict and null test</th></tr></thead><tbody>"
    )
    last = ""
    for entry in entries:
        if entry.case.name != last:
            last = entry.case.name
            yield _case_row(entry)
        yield _claim_row(entry)
    yield "</tbody></table>"


def _case_row(entry: Entry) -> str:
    case = entry.case
    sources = "; ".join(f"{one.work}, {one.section}" for one in case.sources)
    assumed = "; ".join(" ".join(one.reason.split()) for one in case.assumptions)
    lacks = f"<p><b>The model lacks:</b> {_text(' '.join(case.lacks))}</p>" if case.lacks else ""
    return (
        f"<tr class='case' id='{case.name}'><th colspan='4' scope='rowgroup'>{_text(case.title)}"
        f"<details><summary>The story</summary><p>{_text(case.story)}</p>"
        f"<p><b>What followed:</b> {_text(' '.join(case.followed.split()))}</p>"
        f"<p><b>Assumed:</b> {_text(assumed)}</p>{lacks}<p><b>Told in:</b> {_text(sources)}.</p>"
        "</details></th></tr>"
    )


def _claim_row(entry: Entry) -> str:
    weighed, claim = entry.weighed, entry.weighed.claim
    carriers = ", ".join(one.off for one in weighed.carriers if one.carries)
    found = f" Carried also by: {_text(carriers)}." if carriers else ""
    return (
        f"<tr><td>{_text(claim.says)}<br><span class='note'>It is {claim.built_in} and rests on "
        f"{TOLD[claim.told]}.</span></td><td>{small_figure(weighed)}</td>"
        f"<td>{_text(sentence(weighed))}</td><td>{_verdict(entry)}<br><span class='note'>"
        f"{_text(null_sentence(weighed))}{found}</span></td></tr>"
    )


def _verdict(entry: Entry) -> str:
    verdict, standing = entry.weighed.verdict, entry.weighed.standing
    more = f" ({standing})" if verdict == "contradicted" else ""
    return f"<span class='told {verdict}'>{MARKS[verdict]} {verdict}</span>{more}"


def _sides(entries: Sequence[Entry]) -> Iterator[str]:
    """Yield both sides of what the sources disagree on, and what research holds against them."""
    for kind, heading, words in SIDES:
        some = [entry for entry in entries if entry.case.kind == kind]
        if not some:
            continue
        yield f"<h2 id='{kind}'>{heading}</h2><p>{words} {_text(counted(some))}.</p>"
        last = ""
        for entry in some:
            if entry.case.name != last:
                yield "</ul>" if last else ""
                last = entry.case.name
                yield f"<h3>{_text(entry.case.title)}</h3><ul>"
            yield (
                f"<li>\u201c{_text(entry.weighed.claim.says)}\u201d {_verdict(entry)}: "
                f"{_text(sentence(entry.weighed))}</li>"
            )
        yield "</ul>"


def _text(text: str) -> str:
    return html.escape(text, quote=True)
