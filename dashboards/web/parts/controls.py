"""Controls made of the browser's own elements: keyboard, focus and screen readers come with them.

The arguments of each are what its template reads and calls. What a browser sends is a stranger's:
of choices only those that are offered arrive, and of texts as much as fits.
"""

from collections.abc import Callable, Sequence
from typing import Any

import solara

LONGEST_SEARCH = 200


@solara.component_vue("lever.vue")
def Lever(
    card: dict[str, Any],
    event_try_value: Callable[[Any], None],
    event_set_value: Callable[[Any], None],
) -> None: ...


@solara.component_vue("buttons.vue")
def _Buttons(
    label: str, buttons: Sequence[dict[str, Any]], event_press: Callable[[Any], None]
) -> None: ...


def Buttons(
    *, label: str, buttons: Sequence[dict[str, Any]], event_press: Callable[..., Any]
) -> solara.Element:
    """Return buttons in a row, of which the one that is pressed is told by its id."""
    press = only([one["id"] for one in buttons], event_press)
    return _Buttons(label=label, buttons=buttons, event_press=press)


@solara.component_vue("picker.vue")
def _Picker(
    label: str,
    value: str,
    options: Sequence[dict[str, str]],
    event_pick: Callable[[Any], None],
    quiet: bool = False,
) -> None: ...


def Picker(
    *,
    label: str,
    value: str,
    options: Sequence[dict[str, str]],
    event_pick: Callable[..., Any],
    quiet: bool = False,
) -> solara.Element:
    """Return a list to pick from; what is picked is told by its value."""
    pick = only([one["value"] for one in options], event_pick)
    return _Picker(label=label, value=value, options=options, event_pick=pick, quiet=quiet)


def only(offered: Sequence[str], tell: Callable[..., Any]) -> Callable[[Any], None]:
    """Return what hears of a choice and tells it on if it was offered."""

    def hear(given: Any) -> None:
        if isinstance(given, str) and given in offered:
            tell(given)

    return hear


def words(most: int, tell: Callable[..., Any]) -> Callable[[Any], None]:
    """Return what hears of a text and tells on as much of it as fits."""

    def hear(given: Any) -> None:
        if isinstance(given, str):
            tell(given[:most])

    return hear


def whole(low: int, high: int, tell: Callable[[int], Any]) -> Callable[[Any], None]:
    """Return what hears of a number and tells on the nearest whole one within the bounds.

    Examples
    --------
    >>> hear = whole(0, 240, print)
    >>> for given in ("nonsense", None, 12.0, 10**30, -1):
    ...     hear(given)
    12
    240
    0
    """

    def hear(given: Any) -> None:
        if isinstance(given, int | float):
            tell(int(min(high, max(low, given))))

    return hear


@solara.component_vue("search.vue")
def _Search(label: str, value: str, event_look_for: Callable[[Any], None]) -> None: ...


def Search(*, label: str, value: str, event_look_for: Callable[..., Any]) -> solara.Element:
    """Return a field for words to look for."""
    return _Search(label=label, value=value, event_look_for=words(LONGEST_SEARCH, event_look_for))


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
def _Field(label: str, value: str, most: int, event_set_text: Callable[[Any], None]) -> None: ...


def Field(
    *, label: str, value: str, most: int, event_set_text: Callable[..., Any]
) -> solara.Element:
    """Return a field for a short text."""
    return _Field(label=label, value=value, most=most, event_set_text=words(most, event_set_text))
