"""Results: any sweep's folder or table, opened, asked and drawn."""

from collections.abc import Callable
from dataclasses import replace

import solara

from alliances.dashboards.charts.groups import SHOWN, height, results_option
from alliances.dashboards.web.parts.chart import Plot
from alliances.dashboards.web.parts.controls import Address, Buttons, Picker, Search
from alliances.dashboards.web.parts.download import Download
from alliances.dashboards.web.parts.table import definitions, table
from alliances.dashboards.web.parts.text import element
from alliances.dashboards.web.results.conditions import Conditions
from alliances.dashboards.web.results.link import ResultsRequest, fitted, read_link, with_table
from alliances.dashboards.web.results.words import about_spread, finding, table_of
from alliances.experiments.browse.dataset import (
    SETTING,
    Column,
    Dataset,
    Request,
    measures_of,
    open_dataset,
)
from alliances.experiments.browse.library import SETTING as FOLDERS_SETTING
from alliances.experiments.browse.library import LibraryItem, items
from alliances.experiments.browse.query import QueryAnswer, ask
from alliances.experiments.output.safe_csv import csv_text
from alliances.model.input.errors import UserError

MOST_LISTED = 200
MOST_ROWS = 200
FEW_ROWS = 40  # of a table that stands open
Change = Callable[[Request], Request]


@solara.component
def ResultsPage() -> None:
    router = solara.use_router()
    known = solara.use_memo(items, [])
    now = solara.use_reactive(solara.use_memo(lambda: read_link(router.search), []))
    words, set_words = solara.use_state("")
    Address(search=now.value.to_search(), title="Results: Unequal Alliances")
    element("h1", "Results", css="ua-page-title")
    element(
        "p",
        "Open what experiments found: sweeps (many runs over levers and assumptions) and tables. "
        "Choose what is measured, by what its rows are grouped, and which of them count.",
        css="ua-about",
    )
    found = matching(known, words)
    with element("div", css="ua-bar"):
        Search(label="Find", value=words, event_look_for=lambda text: set_words(str(text)))
        Picker(
            label="Open",
            value=now.value.key,
            options=listed(found, now.value.key),
            event_pick=lambda key: now.set(ResultsRequest(key)),
        )
    element("p", library_words(known, found), css="ua-soft", role="status")
    if not now.value.key:
        return
    item = next((one for one in known if one.key == now.value.key), None)
    if item is None:
        element(
            "p",
            f"There is nothing called {now.value.key[:80]!r} here; choose from the list.",
            css="ua-wrong",
            role="alert",
        )
        return
    Item_(item, now).key(item.key)


def matching(known: list[LibraryItem], words: str) -> list[LibraryItem]:
    """Return the items in whose keys all words stand."""
    wanted = words.lower().split()
    return [item for item in known if all(word in item.key.lower() for word in wanted)]


def listed(found: list[LibraryItem], key: str) -> list[dict[str, str]]:
    """Return the items as options, by kind; what is open is always among them."""
    groups = {"sweep": "Sweeps", "table": "Tables"}
    options = [{"value": "", "label": "choose", "group": ""}]
    options += [
        {"value": item.key, "label": item.key, "group": groups[item.kind]}
        for item in found[:MOST_LISTED]
    ]
    if key and key not in {option["value"] for option in options}:
        options.insert(1, {"value": key, "label": key[:80], "group": ""})
    return options


def library_words(known: list[LibraryItem], found: list[LibraryItem]) -> str:
    """Return how much there is to open."""
    if not known:
        return (
            "There is nothing to open yet. `alliances sweep EXPERIMENT.toml --out runs/NAME` makes "
            f"a sweep; the setting {FOLDERS_SETTING} names further folders."
        )
    sweeps = sum(item.kind == "sweep" for item in found)
    more = f" The first {MOST_LISTED} are listed." if len(found) > MOST_LISTED else ""
    tables = len(found) - sweeps
    return (
        f"{sweeps} sweep{'s' * (sweeps != 1)} and {tables} table{'s' * (tables != 1)} to "
        f"open.{more}"
    )


@solara.component
def Item_(item: LibraryItem, now: "solara.Reactive[ResultsRequest]") -> None:
    def run() -> Dataset:
        whole = open_dataset(item)
        for name in whole.tables:
            whole.columns(name)
        return whole

    ready: solara.Result[Dataset] = solara.use_thread(run, [item], intrusive_cancel=False)
    fit = solara.use_memo(
        lambda: _fitted(ready.value, now.value.request), [ready.value, now.value.request]
    )
    fault = ready.error if ready.state == solara.ResultState.ERROR else fit
    if isinstance(fault, Exception):
        element("p", wrong(fault), css="ua-wrong", role="alert")
        return
    if ready.value is None or fit is None or isinstance(fit, Exception):
        element("p", "It is being read.", css="ua-note", role="status")
        return
    whole, (request, note) = ready.value, fit
    definitions(whole.about(), "ua-about-sweep")
    if note:
        element("p", note, css="ua-note", role="status")

    def change(how: Change) -> None:
        now.set(replace(now.peek(), request=how(request)))

    Controls(whole, request, change)
    Answer(whole, request)


def _fitted(
    whole: Dataset | None, request: Request | None
) -> tuple[Request, str] | UserError | None:
    """Return a request that fits what is open, or why nothing can be asked of it."""
    try:
        return None if whole is None else fitted(whole, request)
    except UserError as error:
        return error


def wrong(error: Exception | None) -> str:
    """Return what went wrong, in words for a user."""
    if isinstance(error, UserError):
        text = str(error)
        return f"{text[:1].upper()}{text[1:]}."
    return f"This cannot be shown: {type(error).__name__}: {error}"


@solara.component
def Controls(whole: Dataset, request: Request, change: Callable[[Change], None]) -> None:
    columns = solara.use_memo(lambda: whole.columns(request.table), [whole, request.table])
    numbers = measures_of(columns, whole.factors)
    groups = [column for column in columns if column.name != request.measure]
    with element("div", css="ua-bar ua-filters", role="group", aria_label="What is asked"):
        if len(whole.tables) > 1:
            Picker(
                label="Table",
                value=request.table,
                options=[{"value": name, "label": TABLE_WORDS[name]} for name in whole.tables],
                event_pick=lambda name: change(lambda now: with_table(whole, now, name)),
            )
        Picker(
            label="Measure",
            value=request.measure,
            options=[{"value": one.name, "label": one.label} for one in numbers],
            event_pick=lambda name: change(lambda now: replace(now, measure=name)),
        )
        Picker(
            label="Along",
            value=request.along,
            options=[{"value": "", "label": "nothing: all together"}, *_options(groups)],
            event_pick=lambda name: change(lambda now: replace(now, along=name)),
        )
        Picker(
            label="Split by",
            value=request.split,
            options=[
                {"value": "", "label": "nothing"},
                *_options([one for one in groups if one.name not in (SETTING, request.along)]),
            ],
            event_pick=lambda name: change(lambda now: replace(now, split=name)),
        )
        if whole.is_compared and request.table == "runs":
            Buttons(
                label="Against the reference",
                buttons=[
                    {
                        "id": "against",
                        "label": "Against the reference",
                        "pressed": request.against,
                        "title": "Differences to the reference of each world, with the same luck",
                    }
                ],
                event_press=lambda _: change(lambda now: replace(now, against=not now.against)),
            )
    Conditions(columns, request, change)


TABLE_WORDS = {
    "runs": "runs: one row a run",
    "times": "times: a row a run and year or month",
    "groups": "groups: by size band and sector",
    "organisations": "organisations at the end",
    "table": "the table",
}


def _options(columns: list[Column]) -> list[dict[str, str]]:
    return [{"value": one.name, "label": one.label} for one in columns]


@solara.component
def Answer(whole: Dataset, request: Request) -> None:
    dark = bool(solara.lab.use_dark_effective())

    def run() -> tuple[QueryAnswer, Column, int]:
        column = next(c for c in whole.columns(request.table) if c.name == request.measure)
        return ask(whole, request), column, whole.failed()

    result: solara.Result[tuple[QueryAnswer, Column, int]] = solara.use_thread(
        run, [whole, request], intrusive_cancel=False
    )
    latest = solara.use_ref(result.value)
    if result.value is not None:
        latest.current = result.value
    # What was there before stays until the next is there: nothing jumps, and no focus is lost.
    shown = latest.current
    if result.state == solara.ResultState.ERROR:
        element("p", wrong(result.error), css="ua-wrong", role="alert")
        return
    if shown is None:
        element("p", "It is being counted.", css="ua-note", role="status")
        return
    answered, column, failed = shown
    element("p", finding(answered, column), css="ua-finding", role="status")
    element("p", about_spread(answered, failed), css="ua-soft")
    Plot(
        lambda: results_option(answered, column.unit, dark=dark),
        [shown, dark],
        height(answered),
        "ua-figure ua-figure-results",
    ).key(f"figure-{height(answered)}")
    if not answered.is_line and answered.table["along"].nunique() > SHOWN:
        element("p", f"The first {SHOWN} are drawn; the file has all.", css="ua-soft")
    heads, rows = table_of(answered, column)
    caption = f"{column.label}, by {answered.request.along or 'nothing'}"
    if len(rows) > FEW_ROWS:
        with element("details", css="ua-help"):
            element("summary", "Table")
            table(caption, heads, rows[:MOST_ROWS])
    else:
        table(caption, heads, rows)
    if len(rows) > MOST_ROWS:
        element("p", f"The first {MOST_ROWS} rows; the file has all {len(rows):,}.", css="ua-soft")
    Download("This table as CSV", lambda: csv_text(answered.table), "results.csv")
