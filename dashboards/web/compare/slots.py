"""The scenarios that are compared: what each is, and how it is changed, replaced or taken out."""

from dataclasses import replace

import solara

from alliances.dashboards.web.compare.session import CompareSession
from alliances.dashboards.web.compare.words import differs, title_of
from alliances.dashboards.web.parts.controls import Buttons, Picker
from alliances.dashboards.web.parts.text import element
from alliances.dashboards.web.shared.choice import Choice, starts
from alliances.dashboards.web.shared.comparing import Comparing, with_kept
from alliances.dashboards.web.shared.levers import FORMS
from alliances.experiments.compare.scenarios import LETTERS
from alliances.experiments.compare.who_gains import in_short

SHOWN = 6  # of what differs from today's practice; the rest can be opened
FORM = "form:"


def pickable() -> list[dict[str, str]]:
    """Return what a slot can be filled with."""
    forms = [
        {"value": FORM + name, "label": name, "group": "Ways to give out money"}
        for name in FORMS
        if name != "As today"
    ]
    cases = [
        {"value": name, "label": title, "group": group} for name, (group, title) in starts().items()
    ]
    return [*forms, *cases]


def picked(value: str) -> Choice:
    """Return the scenario of one of `pickable`."""
    if value.startswith(FORM):
        return Choice().with_values(FORMS[value.removeprefix(FORM)])
    return Choice(case=value)


def value_of(choice: Choice) -> str:
    """Return which of `pickable` a scenario is or was started from."""
    for name, form in FORMS.items():
        if name != "As today" and choice == Choice().with_values(form):
            return FORM + name
    return choice.case


@solara.component
def Slots(session: CompareSession) -> None:
    with element("section", css="ua-slots", aria_label="Scenarios"):
        for letter in LETTERS:
            Slot(session, letter).key(letter)


@solara.component
def Slot(session: CompareSession, letter: str) -> None:
    choice = session.now.slot(letter)
    label = "empty" if choice is None else title_of(choice)
    with element(
        "section", css=f"ua-slot ua-slot-{letter.lower()}", aria_label=f"Scenario {letter}"
    ):
        with element("h2", css="ua-slot-title"):
            element("span", letter, css="ua-letter")
            element("span", label)
        Picker(
            label=f"Put into {letter}",
            value="" if choice is None else value_of(choice),
            options=[{"value": "", "label": "nothing"}, *pickable()],
            event_pick=lambda value: session.change(lambda now: put(now, letter, value)),
            quiet=True,
        )
        if choice is None:
            element(
                "p",
                "Choose a scenario above, or put one together on the page Explore and keep it "
                f"there as {letter}.",
                css="ua-soft",
            ).key("empty")
            return
        Differs(session.now.whole(letter)).key("differs")
        against = session.found.against if session.found else None
        letters = session.now.letters()
        if against is not None:
            element("p", in_short(against, letters.index(letter)), css="ua-beside").key("beside")
        with element("div", css="ua-slot-foot").key("foot"):
            link = with_kept(session.now.whole(letter).to_search(), session.now)
            with solara.Link(f"/explore?{link}"):
                element("span", f"Change {letter} in Explore", css="ua-link")
            Buttons(
                label=f"Scenario {letter}",
                buttons=[
                    {"id": "out", "label": f"Take {letter} out", "disabled": len(letters) == 1}
                ],
                event_press=lambda _: session.change(lambda now: put(now, letter, "")),
            )


def put(now: Comparing, letter: str, value: str) -> Comparing:
    """Return the comparison with something in a slot; the last scenario stays."""
    if value:
        return now.with_slot(letter, picked(value))
    emptied = now.with_slot(letter, None)
    return emptied if emptied.letters() else now


@solara.component
def Differs(choice: Choice) -> None:
    rows = [f"{name}: {text}" for name, text in differs(replace(choice, months=None))]
    with element("div"):
        with element("ul", css="ua-differs"):
            for text in rows[:SHOWN] or ["As today in everything."]:
                element("li", text)
        if len(rows) > SHOWN:
            with element("details", css="ua-help"):
                element("summary", f"{len(rows) - SHOWN} more")
                with element("ul", css="ua-differs"):
                    for text in rows[SHOWN:]:
                        element("li", text)
