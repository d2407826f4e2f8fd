"""The registry and the measures as tables, for documents, the command line and the dashboard."""

import pandas as pd

from alliances.model.measures import MEASURES
from alliances.model.network import CHOSEN
from alliances.model.parameters import REGISTRY
from alliances.model.registry import Parameter

COLUMNS = (
    "name",
    "label",
    "is",
    "group",
    "type",
    "range",
    "default",
    "unit",
    "neutral",
    "levels",
    "price",
    "help",
    "source",
)
TITLES = {
    "name": "Name",
    "label": "What it is",
    "type": "Type",
    "range": "Range",
    "default": "Default",
    "unit": "Unit",
    "neutral": "Neutral",
    "levels": "Levels",
    "price": "Price",
    "help": "Help",
    "source": "Source",
}


def short(value: float | int | str | None) -> str:
    """Return a value as tables show it: no trailing zeros; a dash where there is none."""
    if value is None:
        return "–"
    return value if isinstance(value, str) else f"{value:g}"


def parameter_row(entry: Parameter) -> dict[str, str]:
    """Return one parameter as a row of words; `COLUMNS` names the cells."""
    if entry.kind == "choice":
        span = " / ".join(entry.options)
    elif entry.kind == "switch":
        span = "0 / 1"
    else:
        span = f"{short(entry.low)} to {short(entry.high)}"
    return {
        "name": entry.name,
        "label": entry.label,
        "is": "lever" if entry.is_lever else "world",
        "group": entry.group,
        "type": entry.kind,
        "range": span,
        "default": short(entry.default),
        "unit": entry.unit,
        "neutral": short(entry.neutral),
        "levels": ", ".join(f"{level} {short(value)}" for level, value in entry.levels.items()),
        "price": "" if entry.price is None else str(entry.price),
        "help": entry.help,
        "source": entry.source,
    }


def parameter_table() -> pd.DataFrame:
    """Return the registry, one row a parameter in its order; all cells are words.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`. `is` says "world" or "lever"; `price` is empty for world parameters.
    """
    rows = [parameter_row(entry) for entry in REGISTRY.values()]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def parameter_markdown() -> str:
    """Return the registry as Markdown: a heading a group, one table row a parameter."""
    table = parameter_table()
    parts: list[str] = []
    for kind, title in (("world", "World: assumptions"), ("lever", "Levers: what can be decided")):
        parts.append(f"### {title}")
        shown = [c for c in TITLES if kind == "lever" or c != "price"]
        for group, rows in table[table["is"] == kind].groupby("group", sort=False):
            head = [
                f"#### {group}",
                "",
                "| " + " | ".join(TITLES[c] for c in shown) + " |",
                "|" + "---|" * len(shown),
            ]
            body = [
                "| " + " | ".join(_cell(c, row[c]) for c in shown) + " |"
                for row in rows.to_dict("records")
            ]
            parts.append("\n".join(head + body))
    return "\n\n".join(parts) + "\n"


MEASURE_TITLES = {
    "name": "Name",
    "label": "What it is",
    "formula": "How it is computed",
    "unit": "Unit",
    "range": "Range",
    "direction": "Direction",
    "empty": "On empty input",
}


def measure_table() -> pd.DataFrame:
    """Return the measures, one row each in their order; all cells are words.

    Returns
    -------
    DataFrame
        `when` ("month", or "chosen" for chosen months), `group`, and the columns of
        `MEASURE_TITLES`.
    """
    rows = [
        {
            "when": measure.when,
            "group": measure.group,
            "name": measure.name,
            "label": measure.label,
            "formula": measure.formula,
            "unit": measure.unit,
            "range": _span(measure.low, measure.high),
            "direction": measure.better,
            "empty": short(measure.empty),
        }
        for measure in (*MEASURES.values(), *CHOSEN)
    ]
    return pd.DataFrame(rows, columns=["when", "group", *MEASURE_TITLES])


def _span(low: float, high: float) -> str:
    endless = float("inf")
    if (low, high) == (-endless, endless):
        return "any"
    return f"{short(low)} or more" if high == endless else f"{short(low)} to {short(high)}"


def measure_markdown() -> str:
    """Return the measures as Markdown: a heading a group, one table row a measure."""
    parts: list[str] = []
    for (when, group), rows in measure_table().groupby(["when", "group"], sort=False):
        title = str(group).capitalize() + (", at chosen months" if when == "chosen" else "")
        head = [
            f"#### {title}",
            "",
            "| " + " | ".join(MEASURE_TITLES.values()) + " |",
            "|" + "---|" * len(MEASURE_TITLES),
        ]
        body = [
            "| " + " | ".join(_cell(c, row[c]) for c in MEASURE_TITLES) + " |"
            for row in rows.to_dict("records")
        ]
        parts.append("\n".join(head + body))
    return "\n\n".join(parts) + "\n"


def _cell(column: str, text: str) -> str:
    """Return `text` safe inside a Markdown table."""
    return f"`{text}`" if column == "name" else text.replace("|", "\\|").replace("\n", " ")
