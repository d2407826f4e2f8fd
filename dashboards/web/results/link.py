"""What somebody opened and asked on the page Results; to and from links."""

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, urlencode

from alliances.experiments.browse.dataset import (
    OPERATORS,
    SETTING,
    Condition,
    Dataset,
    Request,
    measures_of,
)
from alliances.experiments.browse.query import default_request
from alliances.model.input.errors import UserError

LONGEST = 4_000
MOST_CONDITIONS = 4
LONGEST_VALUE = 200


@dataclass(frozen=True)
class ResultsRequest:
    """What is open, and what is asked of it; None while that is to be what fits it.

    Attributes
    ----------
    key : str
        Which item of the library; "" for none.
    request : Request or None
        What is asked.
    """

    key: str = ""
    request: Request | None = None

    def to_search(self) -> str:
        """Return it as the part of a link after the question mark."""
        if not self.key:
            return ""
        pairs = [("open", self.key)]
        if self.request is not None:
            now = self.request
            pairs += [("table", now.table), ("measure", now.measure)]
            pairs += [(n, v) for n, v in (("along", now.along), ("split", now.split)) if v]
            pairs += [("against", "1")] if now.against else []
            pairs += [("if", f"{c.column}~{c.operator}~{c.value}") for c in now.conditions]
        return urlencode(pairs, quote_via=quote)


def read_link(search: str | None) -> ResultsRequest:
    """Return what a link asks; what is not known in it is left out."""
    if not search or len(search) > LONGEST:
        return ResultsRequest()
    try:
        pairs = parse_qsl(search, max_num_fields=40)
    except ValueError:
        return ResultsRequest()
    one = {name: text for name, text in pairs if name != "if"}
    key = one.get("open", "")
    if not key or "measure" not in one:
        return ResultsRequest(key)
    conditions = []
    for text in [text for name, text in pairs if name == "if"][:MOST_CONDITIONS]:
        column, _, rest = text.partition("~")
        operator, _, value = rest.partition("~")
        if operator in OPERATORS:
            conditions.append(Condition(column, operator, value[:LONGEST_VALUE]))
    request = Request(
        one.get("table", ""),
        one["measure"],
        one.get("along", ""),
        one.get("split", ""),
        tuple(conditions),
        one.get("against") == "1",
    )
    return ResultsRequest(key, request)


def fitted(opened: Dataset, request: Request | None) -> tuple[Request, str]:
    """Return a request that fits what is open, and a note on what did not.

    Raises
    ------
    UserError
        If nothing can be asked of it.
    """
    if request is None:
        return default_request(opened, opened.tables[0]), ""
    left: list[str] = []
    table = request.table if request.table in opened.tables else opened.tables[0]
    columns = opened.columns(table)
    names = {column.name for column in columns}
    usual = default_request(opened, table)
    if request.measure not in {column.name for column in measures_of(columns, opened.factors)}:
        left.append(request.measure)
        request = replace(request, measure=usual.measure)
    for entry in ("along", "split"):
        name = getattr(request, entry)
        if name and name not in names:
            left.append(name)
            along = usual.along if entry == "along" else request.along
            split = "" if entry == "split" else request.split
            request = replace(request, along=along, split=split)
    kept = tuple(c for c in request.conditions if c.column in names and c.column != SETTING)
    kept += tuple(c for c in request.conditions if c.column == SETTING and SETTING in names)
    left += [c.column for c in request.conditions if c.column not in names]
    against = request.against and opened.is_compared and table == "runs"
    note = f"Not there, so left out: {', '.join(name[:40] for name in left)}." if left else ""
    return replace(request, table=table, conditions=kept, against=against), note


def with_table(opened: Dataset, request: Request, table: str) -> Request:
    """Return a request of another table: the same columns as far as it has them."""
    if table not in opened.tables:
        raise UserError(f"there is no table {table[:40]!r}")
    return fitted(opened, replace(request, table=table))[0]
