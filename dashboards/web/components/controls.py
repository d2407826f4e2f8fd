"""Controls made of the browser's own elements: keyboard, focus and screen readers come with them.

The arguments of each are what its template reads and calls.
"""

from collections.abc import Callable, Sequence
from typing import Any

import solara


@solara.component_vue("lever.vue")
def Lever(
    card: dict[str, Any],
    event_try_value: Callable[[Any], None],
    event_set_value: Callable[[Any], None],
) -> None: ...


@solara.component_vue("buttons.vue")
def Buttons(
    label: str, buttons: Sequence[dict[str, Any]], event_press: Callable[[str], None]
) -> None: ...


@solara.component_vue("picker.vue")
def Picker(
    label: str,
    value: str,
    options: Sequence[dict[str, str]],
    event_pick: Callable[[str], None],
    quiet: bool = False,
) -> None: ...


@solara.component_vue("search.vue")
def Search(label: str, value: str, event_look_for: Callable[[str], None]) -> None: ...


@solara.component_vue("address.vue")
def Address(search: str | None, title: str) -> None: ...


@solara.component_vue("copy.vue")
def Copy(label: str, text: str) -> None: ...


@solara.component_vue("theme.vue")
def Theme(event_paint: Callable[[bool | None], None]) -> None: ...


@solara.component_vue("upload.vue")
def Upload(
    label: str,
    accept: str,
    most: int,
    given: str,
    turn: int,
    event_give: Callable[[Any], None],
    event_refuse: Callable[[Any], None],
    event_leave_out: Callable[[Any], None],
) -> None: ...


@solara.component_vue("field.vue")
def Field(label: str, value: str, most: int, event_set_text: Callable[[str], None]) -> None: ...
