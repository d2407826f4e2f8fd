"""`alliances parameters`, `alliances measures` and `alliances cases`: what there is."""

from typing import TYPE_CHECKING, Annotated

import typer

from alliances.experiments.commands.console import guarded, tell
from alliances.model.input.errors import UserError

if TYPE_CHECKING:
    from rich.table import Table

    from alliances.model.registry import Parameter

Markdown = Annotated[bool, typer.Option("--markdown", help="As Markdown, for documents.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
Search = Annotated[
    str | None, typer.Option(help="Only entries in which this word stands anywhere.")
]


@guarded
def parameters(
    name: Annotated[
        str | None, typer.Argument(help="One parameter, explained in full.", show_default=False)
    ] = None,
    search: Search = None,
    markdown: Markdown = False,
    as_json: AsJson = False,
) -> None:
    """List levers and assumptions: range, default, price, source."""
    from alliances.model.parameters import REGISTRY, lookup
    from alliances.model.tables import parameter_markdown, parameter_row

    if name is not None:
        entry = lookup(name)
        if as_json:
            _echo_json(parameter_row(entry))
        else:
            tell(_explained(entry))
        return
    if markdown:
        if search is not None:
            raise UserError("--markdown lists all parameters; leave out --search")
        typer.echo(parameter_markdown(), nl=False)
        return
    rows = [parameter_row(entry) for entry in REGISTRY.values()]
    rows = [row for row in rows if _has(row, search)]
    if not rows:
        raise UserError(f"no parameter mentions {search!r}; `alliances parameters` lists them all")
    if as_json:
        _echo_json(rows)
        return
    for kind, title in (("lever", "Levers: what can be decided"), ("world", "World: assumptions")):
        for group in dict.fromkeys(row["group"] for row in rows if row["is"] == kind):
            shown = [row for row in rows if row["group"] == group]
            columns = ("name", "label", "range", "default", "unit")
            tell(_table(f"{title.split(':')[0]} – {group}", columns, shown))
            tell("")
    tell("`alliances parameters NAME` explains one.", style="dim")


@guarded
def measures(search: Search = None, markdown: Markdown = False, as_json: AsJson = False) -> None:
    """List what is measured: unit, formula, range, direction."""
    from alliances.model.tables import measure_markdown, measure_table

    if markdown:
        if search is not None:
            raise UserError("--markdown lists all measures; leave out --search")
        typer.echo(measure_markdown(), nl=False)
        return
    found = measure_table().to_dict("records")
    rows = [{str(key): str(cell) for key, cell in row.items()} for row in found]
    rows = [row for row in rows if _has(row, search)]
    if not rows:
        raise UserError(f"no measure mentions {search!r}; `alliances measures` lists them all")
    if as_json:
        _echo_json(rows)
        return
    for when, group in dict.fromkeys((row["when"], row["group"]) for row in rows):
        shown = [row for row in rows if (row["when"], row["group"]) == (when, group)]
        title = group.capitalize() + (", at chosen months" if when == "chosen" else "")
        tell(_table(title, ("name", "label", "unit", "formula", "direction"), shown))
        tell("")


@guarded
def cases(
    name: Annotated[
        str | None, typer.Argument(help="One case, told in full.", show_default=False)
    ] = None,
    search: Search = None,
    as_json: AsJson = False,
) -> None:
    """List the cases and scenarios that come with the model, or tell one case."""
    from alliances.experiments.cases.choose import (
        case_names,
        find_case,
        find_scenario,
        scenario_names,
    )
    from alliances.experiments.cases.report import case_report, case_row

    if name is not None:
        case = find_case(name)
        if case is None:
            find_scenario(name)  # tells what there is, if there is nothing of this name
            raise UserError(f"{name!r} is a scenario, not a case; `alliances run {name}` runs it")
        if as_json:
            _echo_json(case.model_dump(mode="json"))
        else:
            tell(case_report(case))
        return
    found = [case for name in case_names() if (case := find_case(name)) is not None]
    rows = [row for case in found if _has(row := case_row(case), search)]
    others = []
    for other in scenario_names():
        scenario = find_scenario(other)
        words = {"name": other, "title": scenario.name, "description": scenario.description}
        if _has(words, search):
            others.append(words)
    if not rows and not others:
        raise UserError(f"no case mentions {search!r}; `alliances cases` lists them all")
    if as_json:
        _echo_json(
            [{**row, "is": "case"} for row in rows] + [{**r, "is": "scenario"} for r in others]
        )
        return
    if rows:
        tell(_table("Cases", ("name", "title", "told", "built in", "claim"), rows))
        tell(
            "Told: O an outcome, S a situation, V a view, I our inference. Built in: of the first "
            "claim. `alliances cases NAME` tells one, `alliances compare NAME` runs it.\n",
            style="dim",
        )
    if others:
        tell(_table("Scenarios", ("name", "title"), others))


def _has(row: dict[str, str], word: str | None) -> bool:
    return word is None or any(word.lower() in cell.lower() for cell in row.values())


def _table(title: str, columns: tuple[str, ...], rows: list[dict[str, str]]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column == "name")
    for row in rows:
        table.add_row(*(Text(row[column]) for column in columns))
    return table


def _explained(entry: "Parameter") -> "Table":
    from rich.table import Table
    from rich.text import Text

    from alliances.model.tables import TITLES, parameter_row

    row = parameter_row(entry)
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    facts = {"name": row["name"], "is": row["is"], "group": row["group"]}
    facts |= {key: row[key] for key in TITLES if key != "name"}
    titles = {**TITLES, "is": "Kind", "group": "Group"}
    for key, text in facts.items():
        if text:
            table.add_row(titles[key], Text(text))
    if entry.aliases:
        table.add_row("Also called", Text(", ".join(entry.aliases)))
    return table


def _echo_json(document: object) -> None:
    import json

    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
