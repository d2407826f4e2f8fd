"""Replay the last change: before and after in turn, so that a room can look at every chart."""

import threading
from collections.abc import Callable

import solara

from alliances.dashboards.web.compare.words import month_text
from alliances.dashboards.web.explore.session import Session
from alliances.dashboards.web.parts.controls import Buttons
from alliances.dashboards.web.parts.text import element
from alliances.dashboards.web.shared.choice import Choice
from alliances.dashboards.web.shared.values import value_text
from alliances.model.measures import MEASURES
from alliances.model.parameters import REGISTRY

ROUNDS = 3
PAUSE = 1.3  # seconds that each of the two is shown


def what_changed(before: Choice, after: Choice) -> list[tuple[str, str, str]]:
    """Return what differs between two choices: its name, before and after."""
    rows = []
    old, new = before.values(), after.values()
    if before.case != after.case:
        rows.append(("Start", before.scenario().name, after.scenario().name))
    for name, entry in REGISTRY.items():
        if old[name] != new[name]:
            rows.append((entry.label, value_text(entry, old[name]), value_text(entry, new[name])))
    if before.seed != after.seed:
        rows.append(("Luck", f"number {before.seed}", f"number {after.seed}"))
    if before.organisations != after.organisations:
        sizes = [f"{choice.organisations or 'as it was'}" for choice in (before, after)]
        rows.append(("Organisations", sizes[0], sizes[1]))
    if before.horizon != after.horizon:
        rows.append(("Months", f"{before.horizon}", f"{after.horizon}"))
    if before.later() != after.later() and before.case == after.case:
        rows.append(("Later changes", _later(before), _later(after)))
    return rows


def _later(choice: Choice) -> str:
    texts = [
        f"{REGISTRY[name].label} {value_text(REGISTRY[name], value)} {month_text(month)}"
        for month, name, value in choice.later()
    ]
    return ", ".join(texts) or "none"


def told(before: Choice, after: Choice, *, is_after: bool) -> str:
    """Return what a replay shows at the moment."""
    rows = what_changed(before, after)
    if not rows:
        changed = set(after.charts) - set(before.charts)
        names = ", ".join(MEASURES[name].label for name in sorted(changed))
        return f"Nothing was changed but the charts{f': {names}' if names else ''}."
    shown = ", ".join(f"{name} {second if is_after else first}" for name, first, second in rows[:4])
    more = f" and {len(rows) - 4} more" if len(rows) > 4 else ""
    return f"{'After' if is_after else 'Before'}: {shown}{more}."


def _just(choice: Choice) -> Callable[[Choice], Choice]:
    return lambda _: choice


@solara.component
def Replay(session: Session) -> None:
    going, set_going = solara.use_state(0)
    history = session.history
    before = history.past[-1] if history.past else None

    def play(cancel: threading.Event) -> None:
        if not going or before is None:
            return
        try:
            for _ in range(ROUNDS):
                for choice in (before, history.now):
                    session.replayed.set(choice)
                    session.try_out(_just(choice))
                    if cancel.wait(PAUSE):
                        return
        finally:
            session.replayed.set(None)
            session.try_out(lambda now: now)
            if not cancel.is_set():
                set_going(0)

    solara.use_thread(play, [going, history.now], intrusive_cancel=False)
    shown = session.replayed.value
    text = ""
    if going and before is not None and shown is not None:
        text = told(before, history.now, is_after=shown == history.now)
    with element("div", css="ua-bar-part"):
        Buttons(
            label="Replay",
            buttons=[
                {
                    "id": "replay",
                    "label": "Stop" if going else "Replay last change",
                    "disabled": before is None,
                    "title": "Shows the charts before and after the last change, three times",
                }
            ],
            event_press=lambda _: set_going(0 if going else 1),
        )
        element("span", text, css="ua-replay", role="status", aria_live="polite")
