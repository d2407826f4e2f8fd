"""A plain table: one text of HTML in which every cell is escaped, as many elements are slow."""

from collections.abc import Sequence
from html import escape

import solara


def table_html(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table as HTML; the first column names the row, and nothing is read as markup."""
    head = "".join(f"<th scope='col'>{escape(text)}</th>" for text in heads)
    body = "".join(
        f"<tr><th scope='row'>{escape(row[0])}</th>"
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return (
        f"<table class='ua-table'><caption>{escape(caption)}</caption><thead><tr>{head}</tr>"
        f"</thead><tbody>{body}</tbody></table>"
    )


def table(
    caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, wide: bool = False
) -> solara.Element:
    """Return a table that scrolls within itself where the window is narrow."""
    return solara.HTML(
        tag="div",
        unsafe_innerHTML=table_html(caption, heads, rows),
        classes=["ua-scroll", "ua-wide"] if wide else ["ua-scroll"],
        attributes={"tabindex": "0", "role": "region", "aria-label": caption},
    )


def definitions(rows: Sequence[tuple[str, str]], css: str = "") -> solara.Element:
    """Return headings with texts beside them; those without a text are left out."""
    text = "".join(
        f"<dt>{escape(title)}</dt><dd>{escape(told)}</dd>" for title, told in rows if told
    )
    return solara.HTML(tag="dl", unsafe_innerHTML=text, classes=["ua-facts", *css.split()])
