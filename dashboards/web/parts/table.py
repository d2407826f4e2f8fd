"""A plain table: one text of HTML in which every cell is escaped, as many elements are slow."""

from collections.abc import Sequence

import solara

from alliances.experiments.output.page import Html, joined, tag
from alliances.experiments.output.page import table as table_html


def table(
    caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, wide: bool = False
) -> solara.Element:
    """Return a table that scrolls within itself where the window is narrow."""
    return solara.HTML(
        tag="div",
        unsafe_innerHTML=table_html(heads, rows, caption, "ua-table"),
        classes=["ua-scroll", "ua-wide"] if wide else ["ua-scroll"],
        attributes={"tabindex": "0", "role": "region", "aria-label": caption},
    )


def opened_by(title: str, name: str, inner: Html) -> Html:
    """Return what stands in an element that can be opened; its name is for screen readers."""
    hidden = tag("span", f" of {name}", class_="ua-hidden")
    return joined([tag("summary", title, hidden), inner])


def definitions(rows: Sequence[tuple[str, str]], css: str = "") -> solara.Element:
    """Return headings with texts beside them; those without a text are left out."""
    text = joined(
        part for title, told in rows if told for part in (tag("dt", title), tag("dd", told))
    )
    return solara.HTML(tag="dl", unsafe_innerHTML=text, classes=["ua-facts", *css.split()])
