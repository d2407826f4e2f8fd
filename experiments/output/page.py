"""The one writer of pages, tables and Markdown: what is text is escaped here and nowhere else."""

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

_EMPTY = ("br", "col", "img", "link", "meta")  # elements that hold nothing
_MARKS = re.compile(r"([\\|*`\[])")


class Html(str):
    """What is HTML already; any other text is escaped where it is put into a page."""

    __slots__ = ()


def joined(parts: Iterable[str]) -> Html:
    """Return parts one after the other: those that are `Html` as they are, text escaped."""
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in parts))


def tag(name: str, /, *parts: str, **attributes: str | int | None) -> Html:
    """Return an element.

    Parameters
    ----------
    name : str
        What it is.
    *parts : str
        What is in it: `Html`, or text, which is escaped.
    **attributes
        `_` in a name stands for `-`; at the end of a name it is dropped. None leaves one out.

    Examples
    --------
    >>> tag("p", "a < b ", tag("b", "c"), class_="note", title=None)
    '<p class="note">a &lt; b <b>c</b></p>'
    """
    own = "".join(
        f' {key.strip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{own}>" + ("" if name in _EMPTY else f"{joined(parts)}</{name}>"))


def listed(items: Iterable[str], *, numbered: bool = False, class_: str | None = None) -> Html:
    """Return a list."""
    entries = joined(tag("li", item) for item in items)
    return tag("ol" if numbered else "ul", entries, class_=class_)


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    caption: str = "",
    class_: str | None = None,
) -> Html:
    """Return a table; the first cell of each row names it."""
    top = joined(tag("th", head, scope="col") if head else tag("td") for head in heads)
    body = (
        tag("tr", tag("th", first, scope="row"), joined(tag("td", cell) for cell in cells))
        for first, *cells in rows
    )
    return tag(
        "table",
        tag("caption", caption) if caption else "",
        tag("thead", tag("tr", top)) if heads else "",
        tag("tbody", joined(body)),
        class_=class_,
    )


def picture(data: bytes, kind: str, alt: str) -> Html:
    """Return a picture that needs no other file; `kind` is its media type."""
    source = f"data:{kind};base64,{base64.b64encode(data).decode()}"
    return tag("img", alt=alt, src=source)


def page(title: str, *body: str, style: str, head: str = "", lang: str = "en-GB") -> str:
    """Return a page that needs no other file.

    Parameters
    ----------
    title : str
        What stands on its tab.
    *body : str
        What is on it.
    style : str
        Its style sheet.
    head : str
        What else stands in its head, as `Html`.
    lang : str
        Its language.
    """
    top = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        tag("link", rel="icon", href="data:,"),
        head,
        tag("style", Html(style)),
    )
    return f"<!doctype html>\n{tag('html', top, tag('body', tag('main', *body)), lang=lang)}\n"


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the title of the paper."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; strong ones stand out."""

    text: str
    strong: bool = False
    small: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list, numbered or not."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class TableRows:
    """A table with a row of headings."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A picture, as a file for paper or as SVG for a page, with what it shows in words."""

    text: str
    path: Path = Path()
    svg: str = ""


Block = Heading | Paragraph | Bullets | TableRows | Picture


def block_html(block: Block) -> Html:
    """Return a block of a paper as it stands on a page."""
    match block:
        case Heading(text, level):
            return tag(f"h{level}", text)
        case Paragraph(text, _, small):
            return tag("p", text, class_="soft" if small else None)
        case Bullets(items, numbered):
            return listed(items, numbered=numbered)
        case TableRows(head, rows):
            return table(head, rows)
        case Picture(text, _, svg):
            return tag("figure", Html(svg), tag("p", text))


class Marked(str):
    """What is Markdown already, such as a name between backticks."""

    __slots__ = ()


def markdown(text: str) -> str:
    r"""Return text that Markdown shows as it is, in one line.

    Examples
    --------
    >>> print(markdown("a|b\n*c* <i>"))
    a\|b \*c\* &lt;i&gt;
    """
    if isinstance(text, Marked):
        return text
    return _MARKS.sub(r"\\\1", escape(" ".join(text.split()), quote=False))


def markdown_table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: bool = False
) -> list[str]:
    """Return the lines of a table in Markdown; cells are as they are shown.

    Parameters
    ----------
    heads : sequence of str
        Titles of the columns.
    rows : iterable of sequence of str
        Cells.
    numbers : bool
        Whether all columns but the first stand to the right.
    """
    rule = ["---", *["--:" if numbers else "---"] * (len(heads) - 1)]
    lines = [f"|{'|'.join(rule)}|"]
    shown = [f"| {' | '.join(map(markdown, row))} |" for row in (heads, *rows)]
    return [shown[0], *lines, *shown[1:]]
