"""The evidence as one page and one table, for somebody who funds."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import pandas as pd

from alliances.experiments.answers.page import STYLE
from alliances.experiments.cases.case import Case
from alliances.experiments.cases.claim import BUILT_IN, TOLD
from alliances.experiments.evidence.drawing import small_figure
from alliances.experiments.evidence.scope import Scope
from alliances.experiments.evidence.words import Entry, null_sentence, sentence, surprises
from alliances.experiments.output.manifest import stamp
from alliances.experiments.output.page import Html, joined, listed, tag
from alliances.experiments.output.page import page as written_page

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
    return written_page(
        "Evidence",
        tag("h1", "What the model says to each claim"),
        *_opening(entries, scope),
        tag("h2", "All claims", id="claims"),
        tag(
            "p",
            "Dots are worlds, the line is the 95 % interval of their mean, the claimed direction "
            "is to the right; within the grey band a difference is too small to matter.",
            class_="note",
        ),
        _claims(entries),
        tag("h2", "What surprised us", id="surprised"),
        *(
            joined([tag("h3", f"{heading} ({len(sentences)})"), listed(sentences)])
            for heading, sentences in surprises(entries)
        ),
        *_sides(entries),
        tag("p", stamp(), class_="note"),
        style=STYLE + MORE_STYLE,
        lang="en",
    )


def _opening(entries: Sequence[Entry], scope: Scope) -> Iterator[str]:
    cases = len({entry.case.name for entry in entries})
    yield tag(
        "p",
        f"{len(entries)} claims from {cases} cases, each put to {scope.worlds} calibrated worlds "
        f"with {scope.seeds} matched runs: {counted(entries)}.",
    )
    facts = []
    for built_in, words in BUILT_IN.items():
        some = [entry for entry in entries if entry.weighed.claim.built_in == built_in]
        if some:
            facts.append(f"{len(some)} are {built_in} ({words}): {counted(some)}.")
    some = [entry for entry in entries if entry.weighed.claim.told == "O"]
    if some:
        facts.append(f"{len(some)} rest on an outcome that was reported: {counted(some)}.")
    nulls = pd.Series([entry.weighed.null_verdict for entry in entries]).value_counts()
    facts.append(
        f"Null tests of effects that hold: {nulls.get('passed', 0)} passed, "
        f"{nulls.get('failed', 0)} failed, {nulls.get('not comparable', 0)} say nothing because "
        "the place itself becomes another without the carrier."
    )
    yield listed(facts)
    yield tag("h2", "What this does not show")
    yield listed(LIMITS)


def _claims(entries: Sequence[Entry]) -> Html:
    columns = (tag("col", class_=one) for one in ("says", "effect", "words", None))
    titles = ("Claim", "Effect over worlds", "In words", "Verdict and null test")
    rows = []
    for case, some in _by_case(entries):
        rows += [_case_row(case), *map(_claim_row, some)]
    return tag(
        "table",
        tag("colgroup", *columns),
        tag("thead", tag("tr", *(tag("th", title, scope="col") for title in titles))),
        tag("tbody", *rows),
        class_="claims",
    )


def _by_case(entries: Sequence[Entry]) -> Iterator[tuple[Case, list[Entry]]]:
    """Yield each case with its claims, in their order."""
    for _, some in groupby(entries, key=lambda entry: entry.case.name):
        found = list(some)
        yield found[0].case, found


def _case_row(case: Case) -> Html:
    told = {
        "What followed:": " ".join(case.followed.split()),
        "Assumed:": "; ".join(" ".join(one.reason.split()) for one in case.assumptions),
        "The model lacks:": " ".join(case.lacks),
        "Told in:": "; ".join(f"{one.work}, {one.section}" for one in case.sources) + ".",
    }
    story = tag(
        "details",
        tag("summary", "The story"),
        tag("p", case.story),
        *(tag("p", tag("b", head), " ", text) for head, text in told.items() if text),
    )
    head = tag("th", case.title, story, colspan=4, scope="rowgroup")
    return tag("tr", head, class_="case", id=case.name)


def _claim_row(entry: Entry) -> Html:
    weighed, claim = entry.weighed, entry.weighed.claim
    carriers = ", ".join(one.off for one in weighed.carriers if one.carries)
    found = f" Carried also by: {carriers}." if carriers else ""
    rests = f"It is {claim.built_in} and rests on {TOLD[claim.told]}."
    return tag(
        "tr",
        tag("td", claim.says, tag("br"), tag("span", rests, class_="note")),
        tag("td", small_figure(weighed)),
        tag("td", sentence(weighed)),
        tag(
            "td",
            _verdict(entry),
            tag("br"),
            tag("span", null_sentence(weighed), found, class_="note"),
        ),
    )


def _verdict(entry: Entry) -> Html:
    verdict, standing = entry.weighed.verdict, entry.weighed.standing
    more = f" ({standing})" if verdict == "contradicted" else ""
    return joined([tag("span", f"{MARKS[verdict]} {verdict}", class_=f"told {verdict}"), more])


def _sides(entries: Sequence[Entry]) -> Iterator[str]:
    """Yield both sides of what the sources disagree on, and what research holds against them."""
    for kind, heading, words in SIDES:
        some = [entry for entry in entries if entry.case.kind == kind]
        if not some:
            continue
        yield tag("h2", heading, id=kind)
        yield tag("p", f"{words} {counted(some)}.")
        for case, own in _by_case(some):
            yield tag("h3", case.title)
            yield listed(
                joined(
                    [
                        f"\u201c{entry.weighed.claim.says}\u201d ",
                        _verdict(entry),
                        f": {sentence(entry.weighed)}",
                    ]
                )
                for entry in own
            )
