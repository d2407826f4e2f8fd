"""What is in somebody's place: facts, a picture, what was assumed, and who is who."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import solara

from alliances.dashboards.web.network.network import COLOURS
from alliances.dashboards.web.parts.table import table
from alliances.dashboards.web.parts.text import element
from alliances.experiments.compare.who_gains import SIZES
from alliances.experiments.explain.recording import places_of
from alliances.experiments.own_places.reading import assumed_uids, listed
from alliances.experiments.words.numbers import amount
from alliances.model.kernel.state import BANDS, SECTORS
from alliances.model.places.place import Place, pounds

ROWS = 200
SAID = {
    "expertise": "what each is good at",
    "mission": "what each cares for",
    "openness": "how open it is to new ways",
    "mutuality": "how far it minds others' interests",
    "dominance": "its will to dominate",
    "reserves_months": "its reserves",
}


@solara.component_vue("place_map.vue")
def PlaceMap(
    bodies: Sequence[dict[str, Any]],
    ties: Sequence[list[float]],
    where: Sequence[list[float]],
    colours: dict[str, str],
    said: str,
) -> None: ...


@solara.component
def PlaceView(place: Place) -> None:
    element("p", told(place), role="status", css="ua-place-told")
    drawing = solara.use_memo(lambda: drawn(place), [place])
    PlaceMap(**drawing)
    with element("div", css="ua-pair"):
        with element("section"):
            element("h3", "By size and sector")
            Facts(place)
        with element("section"):
            element("h3", "What was assumed")
            element("ul", *(element("li", note) for note in assumptions(place)))
    with element("details", css="ua-help"):
        element("summary", "Who is who")
        element(
            "p",
            "Names stay on this page. Everywhere else organisations go by a label, as what the "
            "model does to them says nothing about the real ones.",
        )
        Bodies(place)


def told(place: Place) -> str:
    """Return what was read, in a sentence."""
    facts = place.describe()
    count, added = listed(place), place.organisations - listed(place)
    income = float(place.income[~np.isin(place.uid, _uids(place))].sum())
    parts = [f"{count} organisation{'s' * (count != 1)} with {amount(income, 'GBP a year')} in all"]
    ties = facts["ties"]
    parts.append(f"{ties} tie{'s' * (ties != 1)}" if ties else "no ties")
    if facts["grants"]:
        parts.append(
            f"{facts['grants']} running grants of {amount(facts['grants_monthly'], 'GBP a month')}"
        )
    bodies = "body was" if added == 1 else "bodies were"
    more = f" {added} public {bodies} added." if added else ""
    return f"{place.name}: {', '.join(parts)}.{more}"


def _uids(place: Place) -> np.ndarray:
    return np.array(sorted(assumed_uids(place)), np.uint64)


def assumptions(place: Place) -> list[str]:
    """Return what was defaulted or is drawn, in sentences."""
    drawn_each = [words for name, words in SAID.items() if np.isnan(getattr(place, name)).all()]
    found = [note[0].upper() + note[1:] for note in place.notes]
    if drawn_each:
        found.append(f"Not given, so drawn anew in each run: {', '.join(drawn_each)}.")
    return found


def drawn(place: Place) -> dict[str, Any]:
    """Return a place as its picture is drawn."""
    ties = [
        (a, b, (there + back) / 2.0)
        for a, b, there, back in zip(
            place.tie_a.tolist(),
            place.tie_b.tolist(),
            place.tie_strength_ab.tolist(),
            place.tie_strength_ba.tolist(),
            strict=True,
        )
    ]
    where = places_of({(a, b): max(0.05, strength) for a, b, strength in ties}, place.size)
    there = {SECTORS[sector] for sector in place.sector.tolist()}
    return {
        "bodies": [
            {"name": name.removesuffix(" (assumed)"), "sector": SECTORS[sector], "income": income}
            for name, sector, income in zip(
                place.names, place.sector.tolist(), place.income.tolist(), strict=True
            )
        ],
        "ties": [list(tie) for tie in ties],
        "where": [list(one) for one in where],
        "colours": {sector: COLOURS[sector] for sector in COLOURS if sector in there},
        "said": f"{place.size} organisations and {len(ties)} ties; the table below lists them.",
    }


@solara.component
def Facts(place: Place) -> None:
    facts = place.describe()
    table(
        "Organisations by size, which is income a year; public bodies that were added are counted",
        ("Size", "Organisations", "Share of income"),
        [
            (
                f"{band}: {SIZES[band]}",
                str(row["organisations"]),
                amount(row["share_of_income"], "share"),
            )
            for band, row in facts["bands"].items()
            if row["organisations"]
        ],
    )
    table(
        "Organisations by sector",
        ("Sector", "Organisations"),
        [(sector, str(count)) for sector, count in facts["sectors"].items() if count],
    )


@solara.component
def Bodies(place: Place) -> None:
    degree = np.bincount(np.concatenate([place.tie_a, place.tie_b]), minlength=place.size)
    order = np.argsort(-place.income, kind="stable")[:ROWS]
    table(
        "Organisations by income",
        ("Name", "Label", "Sector", "Size", "Income", "Ties"),
        [
            (
                place.names[row],
                place.label(row),
                SECTORS[place.sector[row]],
                BANDS[place.band[row]],
                f"{pounds(float(place.income[row]))} a year",
                str(int(degree[row])),
            )
            for row in order.tolist()
        ],
    )
