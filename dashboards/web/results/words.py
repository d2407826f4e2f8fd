"""What a looked-at table says, in sentences and rows."""

import math
from collections.abc import Mapping
from typing import Any

from alliances.experiments.browse.dataset import REFERENCE, SETTING, Column
from alliances.experiments.browse.query import QueryAnswer
from alliances.experiments.words.numbers import amount, bare, differences, steps


def _value(value: float, column: Column, *, against: bool) -> str:
    if not math.isfinite(value):
        return "none"
    if against:
        return differences(value, unit=column.unit)[0] + steps(column.unit)
    return amount(value, column.unit) if column.unit else f"{value:,.4g}"


def _where(answered: QueryAnswer, row: Mapping[Any, Any]) -> str:
    request = answered.request
    along = row["along"]
    text = f"{along:g}" if isinstance(along, float | int) else str(along)
    text = "the reference" if text == REFERENCE else text
    named = text if request.along in (SETTING, "") else f"{request.along} {text}"
    return f"{named}, {request.split} {row['split']}" if request.split else named


def finding(answered: QueryAnswer, column: Column) -> str:
    """Return where a measure is highest and lowest."""
    against = answered.request.against
    what = f"{column.label}, against the reference" if against else column.label
    rows = answered.table.to_dict("records")
    if len(rows) == 1:
        only = _value(rows[0]["mean"], column, against=against)
        return f"{what}: {only} on average over {answered.rows:,} rows."
    high = max(rows, key=lambda row: row["mean"])
    low = min(rows, key=lambda row: row["mean"])
    ends = [_value(row["mean"], column, against=against) for row in (high, low)]
    if ends[0] == ends[1]:
        return f"{what}: about {ends[0]} in all {len(rows):,} groups; {answered.rows:,} rows."
    return (
        f"{what}: highest for {_where(answered, high)} ({ends[0]}), lowest for "
        f"{_where(answered, low)} ({ends[1]}); {answered.rows:,} rows in {len(rows):,} groups."
    )


def about_spread(answered: QueryAnswer, failed: int) -> str:
    """Return what bands and lines show, and what was left out."""
    lone = bool((answered.table["rows"] == 1).all())
    told = []
    if answered.request.against and answered.interval == "luck":
        low, high = answered.table["low"], answered.table["high"]
        clear = int(((low > 0.0) | (high < 0.0)).sum())
        told.append(
            f"The 95 % interval leaves out 0 in {clear} of {len(low):,} groups: only there is the "
            "direction clear."
        )
    if answered.interval == "luck":
        told.append(
            "The band holds 90 % of the rows."
            if answered.is_line
            else "Dots are means, lines their 95 % intervals as far as luck goes: runs with the "
            "same luck are taken together."
        )
    elif answered.interval == "table":
        told.append("Lines and bands are the columns low and high of the table.")
    elif not lone:
        told.append("Dots are means; lines hold 90 % of the rows.")
    if answered.binned:
        told.append(
            f"{answered.request.along} has many values: each point stands for as many rows, at "
            "their middle."
        )
    if answered.request.along and not lone:
        told.append("What is not chosen here is averaged over as it stands in the table.")
    if failed:
        told.append(f"{failed:,} runs failed and are left out.")
    return " ".join(told)


def table_of(answered: QueryAnswer, column: Column) -> tuple[list[str], list[list[str]]]:
    """Return the groups as headings and rows of text."""
    request = answered.request
    heads = [request.along or "Group", *([request.split] if request.split else []), "Rows", "Mean"]
    has_interval = bool(answered.interval)
    has_spread = bool((answered.table["rows"] > 1).any())
    heads += ["95 % interval" if answered.interval == "luck" else "Low to high"] * has_interval
    heads += ["90 % of rows"] * has_spread

    def number(value: float) -> str:
        if not math.isfinite(value):
            return "none"
        if request.against:
            return differences(value, unit=column.unit)[0]
        return bare(value, column.unit) if column.unit else f"{value:,.4g}"

    def span(low: float, high: float) -> str:
        if request.against and math.isfinite(low) and math.isfinite(high):
            return " to ".join(differences(low, high, unit=column.unit))
        return f"{number(low)} to {number(high)}"

    rows = []
    for row in answered.table.to_dict("records"):
        along = row["along"]
        cells = [f"{along:g}" if isinstance(along, float | int) else str(along)]
        cells += [str(row["split"])] if request.split else []
        cells += [f"{row['rows']:,}", number(row["mean"])]
        cells += [span(row["low"], row["high"])] * has_interval
        cells += [span(row["least"], row["most"])] * has_spread
        rows.append(cells)
    return heads, rows
