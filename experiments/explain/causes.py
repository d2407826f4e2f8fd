"""Causes of the event log in words: what raised or lowered a trust, what money came and went for.

Each is a pair: said of one event, and said of several.
"""

from collections.abc import Mapping

Words = tuple[str, str]

RISES: Mapping[str, Words] = {
    "meeting": ("a meeting went well", "meetings went well"),
    "introduction": (
        "a meeting set up by a connector went well",
        "meetings set up by a connector went well",
    ),
    "turnover": ("a new key person began afresh", "times a new key person began afresh"),
    "restructuring": (
        "a restructuring brought a new key person",
        "times a restructuring brought a new key person",
    ),
    "reciprocity": (
        "a month of joint work in which the other did its share",
        "months of joint work in which the other did its share",
    ),
    "new tie": ("they got to know each other", "times they got to know each other"),
    "merger": ("a host set the other free", "times a host set the other free"),
    "opening": ("all trust was reset, as an experiment", "times all trust was reset"),
    "by hand": ("a player's move", "moves of a player"),
}
FALLS: Mapping[str, Words] = {
    "meeting": ("a meeting went badly", "meetings went badly"),
    "introduction": (
        "a meeting set up by a connector went badly",
        "meetings set up by a connector went badly",
    ),
    "turnover": ("a key person left", "times a key person left"),
    "restructuring": ("a restructuring", "restructurings"),
    "inquiry": ("an outside inquiry", "outside inquiries"),
    "rivalry": ("a bid for the same money", "bids for the same money"),
    "reciprocity": (
        "a month of joint work that seemed unfair or one-sided",
        "months of joint work that seemed unfair or one-sided",
    ),
    "grab": ("the other overruled or grabbed", "times the other overruled or grabbed"),
    "called out": ("the other called it out", "times the other called it out"),
    "exit": (
        "one of them left their alliance in anger",
        "times one of them left their alliance in anger",
    ),
    "failed promise": ("the other did not keep to what was agreed", "promises were not kept"),
    "new tie": RISES["new tie"],
    "dropped tie": ("they lost sight of each other", "times they lost sight of each other"),
    "opening": RISES["opening"],
    "by hand": RISES["by hand"],
}
# Money, by cause and whether an organisation is on the other side.
MONEY_IN: Mapping[str, str] = {
    "payment": "public money: contracts, grants and awards",
    "payment between": "paid by other organisations",
    "own income": "its own income: gifts, fees and sales",
    "endowment": "what it was founded with",
    "merger": "what it took over from bodies it absorbed",
    "shared reserves": "from its branches elsewhere",
    "write-off": "debts that were written off",
    "opening": "what it held at the start",
}
MONEY_OUT: Mapping[str, str] = {
    "costs": "its running costs, and what awards did not pay for",
    "payment": "public money handed back",
    "payment between": "paid to other organisations",
    "estate": "what was left when it closed",
    "merger": "debts or money that went over to the body that took it in",
    "shared reserves": "to its branches elsewhere",
    "write-off": "what it could not get back",
}


def said(cause: str, count: int, *, up: bool) -> str:
    """Return what so many events of a cause were.

    Examples
    --------
    >>> said("meeting", 1, up=True), said("meeting", 3, up=False)
    ('a meeting went well', '3 meetings went badly')
    """
    one, many = (RISES if up else FALLS).get(cause, (cause, f"times: {cause}"))
    return one if count == 1 else f"{count} {many}"
