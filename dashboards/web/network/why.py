"""Why did this happen: a change of trust, or what became of one organisation, part by part."""

import solara

from alliances.dashboards.web.parts.controls import Picker
from alliances.dashboards.web.parts.text import element
from alliances.experiments.explain.events import EventRecord
from alliances.experiments.explain.organisation import why_fate, why_income, why_reserves
from alliances.experiments.explain.trust import why_trust

YEAR = 12


def known(record: EventRecord, who: int) -> list[int]:
    """Return whom an organisation ever had a trust in, those with most events first."""
    uid = record.uid(who)
    at = {body.uid: k for k, body in enumerate(record.recording.bodies)}
    count = dict.fromkeys((at[b] for a, b in record.opening_trust if a == uid and b in at), 0)
    for k in range(len(record.recording.bodies)):
        events = len(record.trust_events(who, k))
        if events:
            count[k] = events
    return sorted(count, key=lambda k: (-count[k], k))


@solara.component
def Why(record: EventRecord, who: int) -> None:
    others = solara.use_memo(lambda: known(record, who), [record, who])
    bodies = record.recording.bodies
    years = (record.recording.months - 1) // YEAR + 1
    whom, set_whom = solara.use_state(-1)
    begin, set_begin = solara.use_state(1)
    end, set_end = solara.use_state(years)
    other = whom if whom in others or not others else others[0]
    first, last = min(begin, end, years), min(max(begin, end), years)
    element("h2", "Why did this happen?")
    if others:
        Picker(
            label=f"Trust of {bodies[who].name} in",
            value=str(other),
            options=[{"value": str(k), "label": bodies[k].name} for k in others],
            event_pick=lambda text: set_whom(int(text)),
        )
    for label, year, choose in (
        ("From year", first, set_begin),
        ("to year", last, set_end),
    ):
        Picker(
            label=label,
            value=str(year),
            options=[{"value": str(k), "label": str(k)} for k in range(1, years + 1)],
            event_pick=lambda text, choose=choose: choose(int(text)),
        )
    span = (first - 1) * YEAR, min(last * YEAR, record.recording.months) - 1
    if others:
        parts(why_trust(record, who, other, *span).sentences())
    else:
        element("p", "It never got to know anybody, so there is no trust to explain.")
    element("h3", f"The money of {bodies[who].name} in these years")
    parts(why_reserves(record, who, *span).sentences())
    parts(why_income(record, who, first - 1, last - 1).sentences())
    element("h3", f"What became of {bodies[who].name}")
    parts(why_fate(record, who))


def parts(sentences: list[str]) -> None:
    """Show a whole and its parts as a list."""
    element("ul", *(element("li", text) for text in sentences), css="ua-why", role="list")
