"""Keep what is on the page Explore for comparing, as A, B or C."""

import solara

from alliances.dashboards.web.compare.session import KEPT
from alliances.dashboards.web.compare.words import title_of
from alliances.dashboards.web.explore.session import Session
from alliances.dashboards.web.parts.controls import Buttons
from alliances.dashboards.web.parts.text import element
from alliances.dashboards.web.shared.choice import LinkError
from alliances.dashboards.web.shared.comparing import Comparing, read_comparing
from alliances.experiments.compare.scenarios import LETTERS


def use_kept(kept: str) -> Comparing | None:
    """Return what was kept so far, beginning with what the link holds; to be called once."""

    def begin() -> None:
        if kept:
            try:
                KEPT.set(read_comparing(kept)[0])
            except LinkError:
                return  # the page itself can be shown; what was kept is lost with its link

    solara.use_memo(begin, [])
    return KEPT.value


@solara.component
def KeepAs(session: Session) -> None:
    kept = KEPT.value or Comparing()
    now = session.history.now
    same = [letter for letter in kept.letters() if kept.whole(letter) == _as_kept(kept, session)]

    def press(letter: str) -> None:
        KEPT.set((KEPT.peek() or Comparing()).keep(letter, session.history.now))

    with element("div", css="ua-bar-part"):
        Buttons(
            label="Keep for comparing",
            buttons=[
                {
                    "id": letter,
                    "label": f"Keep as {letter}",
                    "pressed": letter in same,
                    "title": f"Keeps this scenario as {letter}"
                    + ("" if kept.slot(letter) is None else ", in place of what is kept there"),
                }
                for letter in LETTERS
            ],
            event_press=press,
        )
        letters = kept.letters()
        said = f"{title_of(now)} is kept as {' and '.join(same)}." if same else ""
        element("span", said, css="ua-hidden", role="status", aria_live="polite")
        with solara.Link(f"/compare?{kept.to_search()}" if letters else "/compare"):
            element(
                "span", f"Compare ({len(letters)} kept)" if letters else "Compare", css="ua-link"
            )


def _as_kept(kept: Comparing, session: Session) -> object:
    """Return the choice of now as it would be if it were kept."""
    return kept.keep("A", session.history.now).whole("A")
