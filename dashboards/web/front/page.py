"""The front: what this is for, what it is not for, what it shows, and how far to trust it."""

import solara

from alliances.dashboards.charts.echarts import CHARTS
from alliances.dashboards.web.explore import words
from alliances.dashboards.web.explore.session import KEPT
from alliances.dashboards.web.front.confidence import sources, statements
from alliances.dashboards.web.parts.controls import Address
from alliances.dashboards.web.parts.text import element
from alliances.dashboards.web.shared import warming
from alliances.dashboards.web.shared.choice import Choice
from alliances.experiments.output.manifest import own_version
from alliances.experiments.runs.ensemble import STAGES, PairedRuns, run_pair

EXAMPLE = Choice(case="alliance-with-connectors")
FOR = (
    "to see what follows from stated assumptions when organisations of unequal money, power and "
    "voice work together",
    "to try how money is awarded, who connects and who has a say, before anybody's money is spent",
    "to find out which assumption a result rests on, and to talk about it with others",
)
NOT_FOR = (
    "It does not predict what will happen in a real place.",
    "It must not decide about a real organisation's money.",
    "Many of its assumptions are not measured. A result that holds at one value of them only is a "
    "result about that value.",
    "Working together is not good by definition in it: alliances can cost more than they bring.",
)


def run_example() -> PairedRuns:
    """Return the matched runs of the example, those that are kept if they are."""
    warming.READY.wait()
    found: list[PairedRuns] = []
    run_pair(EXAMPLE.pair(), found.append, store=KEPT, stages=STAGES[-1:])
    return found[-1]


@solara.component
def Front() -> None:
    Address(search=None, title="Unequal Alliances")
    with element("div", css="ua-prose"):
        element("h1", "Partnerships of unequal organisations")
        element(
            "p",
            "Eighty made-up organisations of one place, from small groups to large charities, "
            "meet, learn to trust or not, form alliances, compete for money, deliver and close. "
            "You move the levers that funders and commissioners have, and see what becomes of "
            "collaboration, balance, impact and trust against today's practice.",
            css="ua-lead",
        )
        with element("p"), solara.Link("/explore"):
            element("span", "Start exploring", css="ua-start")
        with element("p"), solara.Link("/learn"):
            element("span", "Or learn from a true story: choose, bet, and see")
        Example()
        element("h2", "What it is for")
        element("ul", *(element("li", text) for text in FOR))
        element("h2", "What it is not for")
        element("ul", *(element("li", text) for text in NOT_FOR))
        element("h2", "How to read it")
        element(
            "p",
            "Every chart draws two lines: today's practice, blue and dashed, and yours, orange-red "
            "and solid (on dark pages: orange). Both are run with the same luck many times over. "
            "The lines are means, the bands hold half and 90 % of the runs, and the thin lines are "
            "single runs. The sentence below says what differs, and in how many of the runs with "
            "the same luck, called matched runs, it goes that way.",
        )
        element("h2", "How far to trust it")
        with element("dl", css="ua-facts"):
            for question, told in statements():
                element("dt", question)
                element("dd", told)
        with element("details", css="ua-help"):
            element("summary", "Sources of its figures and forms")
            with element("dl", css="ua-facts"):
                for label, source in sources():
                    element("dt", label)
                    element("dd", source)
        element(
            "p",
            f"This is version {own_version()} of unequal-alliances, under the Apache License 2.0. "
            "Every rule, equation and constant is in model/ODD.md of its source, why to trust them "
            "and how far in model/TRACE.md. If you cite a result, name the version and the link "
            "that the page gives: it can then be repeated to the last digit.",
            css="ua-soft",
        )


@solara.component
def Example() -> None:
    """Tell one result before anything is touched."""
    # Left alone if the page is left: what it runs is kept for the next visitor.
    result: solara.Result[PairedRuns] = solara.use_thread(run_example, [], intrusive_cancel=False)
    with element("section", css="ua-example", aria_labelledby="example"):
        element("h2", "One result, as an example", id="example")
        if result.value is None:
            text = "The model could not be run." if result.error else "The runs are on their way."
            element("p", text, css="ua-note", role="status")
            return
        element(
            "p",
            "What if the same public money went mostly to alliances, with three independent "
            "connectors and an equal say? In this model, after ten years, against today's practice "
            "with the same luck:",
        )
        element("ul", *(element("li", words.finding(result.value, name)) for name in CHARTS))
        element(
            "p",
            "Numbers are means of the last 12 months. Small organisations have less than GBP 1m a "
            "year; trust is on a scale from 0 to 1.",
            css="ua-soft",
        )
        with element("p"), solara.Link(f"/explore?{EXAMPLE.to_search()}"):
            element("span", "Open this result and change it")
