"""The front: what this is for, what it is not for, and where to begin."""

import solara

from dashboards.web.components.controls import Address
from dashboards.web.components.text import element
from experiments.manifest import own_version

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
        element("h2", "What it is for")
        element("ul", *(element("li", text) for text in FOR))
        element("h2", "What it is not for")
        element("ul", *(element("li", text) for text in NOT_FOR))
        element("h2", "How to read it")
        element(
            "p",
            "Every chart draws two lines: today's practice, blue and dashed, and yours, orange-red "
            "and solid. Both are run with the same luck many times over. The bands hold half and "
            "90 % of the runs, the thin lines are single runs, and the sentence below says what "
            "differs and in how many matched runs.",
        )
        element("p", f"Version {own_version()} of the model.", css="ua-soft")
