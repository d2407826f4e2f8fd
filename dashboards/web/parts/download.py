"""A button that hands over a file; what is in it is made when it is asked for."""

from collections.abc import Callable

import solara

from alliances.dashboards.web.parts.text import element


@solara.component
def Download(
    label: str,
    data: str | bytes | Callable[[], str | bytes],
    filename: str,
    mime: str = "text/csv",
) -> None:
    with solara.FileDownload(data, filename, mime_type=mime):
        element("button", label, css="ua-button", type="button")
