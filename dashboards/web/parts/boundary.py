"""A fault of a page stays in that page: the visitor is told, whoever runs the server sees it."""

import logging
import traceback
from collections.abc import Sequence
from typing import Any

import reacton
import solara

from alliances.dashboards.web.parts.text import element

LOG = logging.getLogger("dashboards")


@solara.component
def Boundary(place: str, children: Sequence[Any] = ()) -> None:
    """Show the children, or that they cannot be shown.

    Parameters
    ----------
    place : str
        Which page it is; with another one the fault is forgotten.
    children : sequence of elements
        The page.
    """
    fault, forget = reacton.use_exception()
    solara.use_effect(forget, [place])
    solara.use_memo(lambda: _tell(fault), [fault])
    if fault is None:
        element("div", *children)
        return
    element("h1", "This page cannot be shown", css="ua-page-title")
    element(
        "p",
        "Something in the program failed; it is not your doing. Open the page again without what "
        "stands after the question mark in its address, or choose another page above.",
        css="ua-wrong",
        role="alert",
    )
    element("p", f"What failed: {type(fault).__name__}.", css="ua-soft")


def _tell(fault: BaseException | None) -> None:
    if fault is not None:
        LOG.error("".join(traceback.format_exception(fault)))
