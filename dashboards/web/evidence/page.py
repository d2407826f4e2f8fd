"""Evidence: what the model says to each claim of each case, and what each finding costs."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import solara

from alliances.dashboards.charts.effects import MOST_ROWS, effects_option
from alliances.dashboards.web.evidence.filter import Filter, options_for, read_filter
from alliances.dashboards.web.parts.chart import Plot
from alliances.dashboards.web.parts.controls import Address, Buttons, Picker, Search
from alliances.dashboards.web.parts.download import Download
from alliances.dashboards.web.parts.table import definitions, table
from alliances.dashboards.web.parts.text import element
from alliances.dashboards.web.shared.choice import Choice, starts
from alliances.experiments.browse.library import evidence_folder
from alliances.experiments.cases.claim import BUILT_IN, TOLD
from alliances.experiments.evidence.page import LIMITS
from alliances.experiments.evidence.reading import (
    BUILT_IN_ORDER,
    MADE_BY,
    VERDICTS,
    WeighedClaim,
    counts,
    read_claims,
)
from alliances.experiments.output.safe_csv import csv_text
from alliances.model.input.errors import UserError

AT_ONCE = 10
ENTRIES = {
    "verdict": "Verdict",
    "built_in": "How much is built in",
    "case": "Case",
    "carrier": "Carried by",
    "told": "What the source gives",
    "null": "Null test",
}
# By any text that a table may hold.
_BUILT_IN: Mapping[str, str] = {str(kind): text for kind, text in BUILT_IN.items()}
_TOLD: Mapping[str, str] = {str(kind): text for kind, text in TOLD.items()}
MARKS = {"supported": "✓", "contradicted": "✗", "open": "?"}


def load() -> tuple[list[WeighedClaim], str]:
    """Return the claims, or why there are none."""
    folder = evidence_folder()
    if folder is None:
        return [], ""
    try:
        return read_claims(folder), ""
    except UserError as error:
        return [], str(error)


@solara.component
def EvidencePage() -> None:
    router = solara.use_router()
    claims, wrong = solara.use_memo(load, [])
    asked = solara.use_reactive(solara.use_memo(lambda: read_filter(router.search), []))
    shown, set_shown = solara.use_state(AT_ONCE)
    Address(search=asked.value.to_search(), title="Evidence: Unequal Alliances")
    element("h1", "Evidence", css="ua-page-title")
    if wrong:
        element("p", wrong, css="ua-wrong", role="alert")
    elif not claims:
        element(
            "p",
            "No claims have been weighed on this machine yet. This command does it, in some hours "
            f"(add --quick for a look in minutes), and this page shows them then: {MADE_BY}",
            css="ua-note",
            role="status",
        )
    if not claims:
        return
    found = [claim for claim in claims if asked.value.holds(claim)]

    def ask(name: str, value: str) -> None:
        set_shown(AT_ONCE)
        asked.set(asked.peek().with_entry(name, value))

    Overview(claims)
    with element("div", css="ua-bar ua-filters", role="group", aria_label="Which claims"):
        for name, label in ENTRIES.items():
            Picker(
                label=label,
                value=getattr(asked.value, name),
                options=options_for(name, claims, asked.value),
                event_pick=lambda value, name=name: ask(name, value),
            ).key(name)
        Search(
            label="Words",
            value=asked.value.text,
            event_look_for=lambda text: ask("text", str(text)),
        )
        Buttons(
            label="Filter",
            buttons=[{"id": "all", "label": "All claims", "disabled": asked.value == Filter()}],
            event_press=lambda _: asked.set(Filter()),
        )
    element("p", told(found, len(claims)), role="status", css="ua-finding")
    if not found:
        return
    Effects(found)
    element("h2", "Claims")
    with element("ol", css="ua-claims", role="list"):
        for number, claim in enumerate(found[:shown], 1):
            Entry(number, claim).key(claim.key)
    if len(found) > shown:
        Buttons(
            label="More",
            buttons=[{"id": "more", "label": f"Show more ({len(found) - shown})"}],
            event_press=lambda _: set_shown(shown + AT_ONCE),
        )


def told(found: Sequence[WeighedClaim], every: int) -> str:
    """Return how many claims are shown, by verdict."""
    parts = ", ".join(f"{count} {verdict}" for verdict, count in counts(found).items())
    if not found:
        return f"None of {every} claims is like that; choose “all” somewhere."
    return f"{len(found)} of {every} claims: {parts}."


@solara.component
def Overview(claims: list[WeighedClaim]) -> None:
    cases = len({claim.text("case") for claim in claims})
    element(
        "p",
        f"{len(claims)} claims from {cases} case{'s' * (cases != 1)} were put to the model, each "
        "in many worlds (sets of assumptions that fit what is known), with matched runs. In the "
        "null test the process that is thought to carry the effect is switched off: does the "
        "effect go with it?",
        css="ua-about",
    )
    with element("div", css="ua-pair"):
        with element("section"):
            table(
                "Claims by verdict, and by how much of them is built in",
                ("Built in", *VERDICTS),
                [
                    (
                        f"{kind}: {_BUILT_IN[kind]}",
                        *(
                            str(count)
                            for verdict, count in counts(
                                claim for claim in claims if claim.text("built_in") == kind
                            ).items()
                            if verdict in VERDICTS
                        ),
                    )
                    for kind in BUILT_IN_ORDER
                ],
            )
        with element("section"):
            element("h2", "What this does not show", css="ua-small-head")
            element("ul", *(element("li", limit) for limit in LIMITS))


@solara.component
def Effects(found: list[WeighedClaim]) -> None:
    dark = bool(solara.lab.use_dark_effective())
    drawn = [claim for claim in found if np.isfinite(claim.in_smallest()).all()][:MOST_ROWS]
    with element("section", aria_label="Effects"):
        element("h2", "How large each effect is, against what would matter")
        element(
            "p",
            "To the right an effect goes the way that is claimed. Within the grey band it is too "
            "small to matter, which is where a claim of no change belongs. The symbol is the mean "
            "over worlds, the line its 95 % interval. Numbers are those of the list below"
            + (f"; the first {MOST_ROWS} are drawn." if len(found) > MOST_ROWS else "."),
            css="ua-soft",
        )
        with element("p", css="ua-key"):
            for mark, verdict in (("●", "supported"), ("◆", "open"), ("✕", "contradicted")):
                element("span", f"{mark} {verdict}")
        Plot(
            lambda: effects_option(drawn, found, dark=dark),
            [[claim.key for claim in found], dark],
            70 + 20 * len(drawn),
            "ua-figure ua-figure-claims",
        )
        with element("details", css="ua-help"):
            element("summary", "Table of these claims")
            table(
                "Effects of the claims that were asked for",
                ("Claim", "Case", "Verdict", "Effect", "Null test"),
                [
                    (f"{n}. {c.text('says')}", c.title, c.text("verdict"), c.effect(), c.null())
                    for n, c in enumerate(found, 1)
                ],
                wide=True,
            )
        Download(
            "These claims as CSV",
            lambda: csv_text(pd.DataFrame([dict(claim.row) for claim in found])),
            "claims.csv",
        )


@solara.component
def Entry(number: int, claim: WeighedClaim) -> None:
    verdict = claim.text("verdict")
    with (
        element("li"),
        element("details", css="ua-claim", data_claim=claim.key, data_verdict=verdict),
    ):
        with element("summary"):
            element("span", f"{number}. ", css="ua-soft")
            element("span", claim.text("says"), css="ua-claim-says")
            element("span", f" {MARKS.get(verdict, '')} {verdict}", css=f"ua-verdict ua-{verdict}")
            element("span", f" {claim.title}", css="ua-soft")
        Opened(claim)


@solara.component
def Opened(claim: WeighedClaim) -> None:
    built, source = claim.text("built_in"), claim.text("told")
    case, weighed = claim.case, claim.claim
    rows: list[tuple[str, str]] = [
        ("What the model says", f"{claim.standing()} {claim.effect()}"),
        ("Compared", claim.setting()),
        ("What would matter", claim.least()),
        ("Null test", claim.null() + _carried(claim)),
        ("Levers together", claim.together()),
        ("Who or what loses", _loses(claim)),
        ("What it hangs on", _hangs(claim)),
        ("How much is built in", f"It is {built}: {_BUILT_IN.get(built, '')}."),
        ("What the source gives", f"{_TOLD.get(source, source)}.".capitalize()),
    ]
    if weighed is not None:
        rows.append(("Why this measure", weighed.stands_for))
    if case is not None:
        rows += [
            ("The case", case.story),
            ("What followed", " ".join(case.followed.split())),
            ("Source", "; ".join(f"{one.work}, {one.section}" for one in case.sources)),
        ]
    definitions(rows)
    start = f"{claim.text('case')}:{claim.text('to')}"
    if start in starts():
        with element("p"), solara.Link(f"/explore?{Choice(case=start).to_search()}"):
            element("span", "Open this case in Explore")
        element(
            "p",
            f"Explore sets {claim.arm('to')} beside today's practice in the same place, under the "
            "usual assumptions of the case.",
            css="ua-soft",
        )


def _carried(claim: WeighedClaim) -> str:
    found = claim.carriers()
    return f" Carriers found: {', '.join(found)}." if found else ""


def _loses(claim: WeighedClaim) -> str:
    losers = claim.loses()
    if not losers:
        return "Nothing else that is watched gets clearly worse."
    return f"Besides, this gets clearly worse: {'; '.join(losers)}."


def _hangs(claim: WeighedClaim) -> str:
    name = claim.hangs_on()
    return f"The size of the effect follows one assumption closely: {name}." if name else ""
