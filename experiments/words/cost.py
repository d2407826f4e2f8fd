"""What levers cost and out of what that is paid, in words."""

from collections.abc import Mapping

from alliances.experiments.words.numbers import amount
from alliances.model.parameters import REGISTRY

NOTHING = 0.5  # GBP a year: less is nothing
PAID = "commissioned_money"  # the measure of what is paid out
PAID_APART = 0.05  # of what is paid out: a smaller change is not told


def source(*, new_money: bool) -> str:
    """Return out of what levers are paid."""
    if new_money:
        return "on top of the public purse"
    return "out of the same public purse, so that less can be awarded"


def cost_words(
    costs: Mapping[str, float], *, new_money: bool, whose: str = "the levers", than: str = ""
) -> str:
    """Return what levers cost, and which of them, without a full stop.

    Parameters
    ----------
    costs : mapping of str to float
        GBP a year above today's practice, by lever.
    new_money : bool
        Whether they are paid with new money.
    whose : str
        Whose levers they are.
    than : str
        What they are held against, if that is to be said.

    Examples
    --------
    >>> cost_words({"connectors": 1_000.0, "grant_share": -200.0}, new_money=True)[:53]
    'the levers cost GBP 800 a year (connectors GBP 1,000,'
    >>> cost_words({}, new_money=False, whose="your levers", than="today's practice")
    "your levers cost no more money than today's practice"
    """
    total = sum(costs.values())
    more = f" more than {than}" if than else ""
    if not any(costs.values()):
        return f"{whose} cost no{' more' if than else ''} money{more.removeprefix(' more')}"
    if abs(total) < NOTHING:
        return f"what {whose} cost and save is the same money"
    parts = [
        f"{REGISTRY[name].label.lower()} {amount(cost, 'GBP a year').removesuffix(' a year')}"
        for name, cost in sorted(costs.items(), key=lambda item: -abs(item[1]))
        if name in REGISTRY and cost
    ]
    said = amount(abs(total), "GBP a year") + (f" ({', '.join(parts)})" if parts else "")
    if total < 0:
        return f"{whose} save {said}" + (f" against {than}" if than else "")
    return f"{whose} cost {said}{more}, {source(new_money=new_money)}"


def cost_sentence(
    costs: Mapping[str, float], *, new_money: bool, whose: str = "the levers", than: str = ""
) -> str:
    """Return what levers cost as a sentence; see `cost_words`."""
    words = cost_words(costs, new_money=new_money, whose=whose, than=than)
    return f"{words[:1].upper()}{words[1:]}."


def paid_sentence(before: float, after: float) -> str:
    """Return by how much more or less public money is paid out; "" for a change too small to tell.

    Levers that cost nothing may leave money in the purse, which then looks like their own effect.

    Parameters
    ----------
    before, after : float
        Public money paid over the whole run, GBP a month.

    Examples
    --------
    >>> paid_sentence(100_000.0, 25_000.0)
    'Public money paid out falls by 75 %, from GBP 100,000 to GBP 25,000 a month over all months: \
part of each difference is that of less money.'
    >>> paid_sentence(100_000.0, 96_000.0)
    ''
    """
    if not abs(after - before) > PAID_APART * before:  # nor where nothing is known of either
        return ""
    way, kind = ("rises", "more") if after > before else ("falls", "less")
    share = f" by {100 * abs(after / before - 1):.0f} %" if before else ""
    first, then = (
        amount(value, "GBP a month").removesuffix(" a month") for value in (before, after)
    )
    return (
        f"Public money paid out {way}{share}, from {first} to {then} a month over all months: part "
        f"of each difference is that of {kind} money."
    )
