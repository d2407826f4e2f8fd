"""Plain elements of a page; text is never read as HTML."""

from typing import Any

import solara
from ipyvuetify import Html


def element(tag: str, *children: Any, css: str = "", **attributes: str) -> solara.Element:
    """Return an element with text and other elements in it.

    Parameters
    ----------
    tag : str
        Its tag.
    *children : str or Element
        What is in it.
    css : str
        Its classes.
    **attributes
        Its attributes; `_` in a name stands for `-`.
    """
    return Html.element(
        tag=tag,
        class_=css or None,
        attributes={name.strip("_").replace("_", "-"): text for name, text in attributes.items()},
        children=list(children),
    )
