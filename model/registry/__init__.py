"""What the tool knows about one parameter, and the short forms in which the tables state it."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Kind = Literal["number", "whole", "switch", "choice"]
Per = Literal["", "value", "place", "organisation", "purse"]
Levels = tuple[float, ...] | Mapping[str, float | int | str]


class Price(BaseModel):
    """What a lever costs, in money and attention.

    Attributes
    ----------
    text : str
        What is bought.
    gbp : float
        GBP a year for each unit of `per`; negative where the lever saves money.
    per : str
        ``value``: for each unit of the lever's value (times the lever `counts`, if named);
        ``place``, ``organisation``, ``purse``: for the place, each organisation or each pound of
        the purse, times the value.
    days : str
        Whose attention it takes, and how much: charged inside the processes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = ""
    gbp: float = 0.0
    per: Per = ""
    counts: str = ""
    days: str = ""

    def yearly(
        self, value: float, *, organisations: int, purse: float, counted: float = 1.0
    ) -> float:
        """Return the price in GBP a year of a lever at `value` in a place as it was built."""
        scale = {
            "": 0.0,
            "value": counted,
            "place": 1.0,
            "organisation": float(organisations),
            "purse": purse,
        }[self.per]
        return self.gbp * scale * value

    def __str__(self) -> str:
        """Return the price in words."""
        if self.days:
            return f"attention: {self.days}"
        if not self.per:
            return f"free: {self.text}"
        each = {
            "value": "",
            "place": " a place",
            "organisation": " an organisation",
            "purse": " a GBP of the purse",
        }[self.per]
        amount = f"GBP {self.gbp:,.0f}" if abs(self.gbp) >= 2 else f"GBP {self.gbp:g}"
        times = f"the value times {self.counts}" if self.counts else "the value"
        return f"{amount} a year{each}, times {times}: {self.text}"


def money(text: str, *, per: Per, gbp: float, counts: str = "") -> Price:
    """Price in GBP a year, paid by the purse unless there is `new_money`."""
    return Price(text=text, gbp=gbp, per=per, counts=counts)


def attention(days: str) -> Price:
    """Price in staff-days, charged where they are spent."""
    return Price(days=days)


def free(text: str) -> Price:
    """No price: a rule that moves money or attention that is there anyway."""
    return Price(text=text)


class Parameter(BaseModel):
    """One entry of the registry.

    Attributes
    ----------
    name, label, unit, help, source : str
        Name in code, plain label, unit, what it is, and where the figure comes from.
    kind : {"number", "whole", "switch", "choice"}
        Type of the value.
    low, high : float
        Range, both ends allowed. For a choice: 0 and the number of options less one.
    neutral : float or str or None
        Value at which it does nothing; None where a value without effect makes no sense.
    is_lever : bool
        Whether somebody can decide it (lever) or it is an assumption (world).
    group : str
        Heading under which tables and panels show it; `alliances.model.parameters` sets both.
    pulse : bool
        Whether it strikes once, in the month in which it is set.
    price : Price or None
        Price of a lever; None for a world parameter.
    levels : mapping
        Named levels, e.g. ``{"status quo": .5, "low": .2, ...}``; "status quo" is the default.
        Shocks start at "none"; switches have "off" and "on"; choices have none.
    process : str
        The process in which a lever does its work first: what carries a claim about it must be
        another.
    aliases : tuple of str
        Other names of the same quantity in the same direction, in the words of the cases, of
        funders, or the ODD's symbols: setting one sets the parameter.
    decides : tuple of str
        Names of what it decides on a scale of its own, often the other way round: looking one up
        finds it, setting one is an error that says so.
    question : str
        The question of funders under which it stands in front of all other levers; "" behind them.
    told : str
        What a room is told where it is not as usual; in braces its value and the usual one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: Kind
    default: float | int | str
    low: float = 0.0
    high: float = 1.0
    unit: str = ""
    neutral: float | int | str | None = None
    label: str = ""
    help: str = ""
    source: str = "assumed; swept"
    options: tuple[str, ...] = ()
    is_lever: bool = False
    group: str = ""
    pulse: bool = False
    price: Price | None = None
    levels: Mapping[str, float | int | str] = {}
    process: str = ""
    aliases: tuple[str, ...] = ()
    decides: tuple[str, ...] = ()
    question: str = ""
    told: str = ""

    def allowed(self) -> str:
        """Say which values are allowed."""
        if self.kind == "choice":
            return "one of " + ", ".join(self.options)
        if self.kind == "switch":
            return "0 or 1 (false or true)"
        what = "a whole number" if self.kind == "whole" else "a number"
        return f"{what} from {self.low:g} to {self.high:g} ({self.unit})"

    def check(self, value: Any) -> float | int | str:
        """Return `value` in its own type, or raise ValueError with what is allowed."""
        neutral = "" if self.neutral is None else f" and neutral (without effect) {self.neutral}"
        wrong = ValueError(
            f"{self.name} was {value!r}; it must be {self.allowed()}. "
            f"The default is {self.default}{neutral}."
        )
        if self.kind == "choice":
            if value not in self.options:
                raise wrong
            return str(value)
        if isinstance(value, str | bytes) or value is None:
            raise wrong
        if isinstance(value, bool) and self.kind != "switch":
            raise wrong
        try:
            number_given = float(value)
        except (TypeError, ValueError):
            raise wrong from None
        if not self.low <= number_given <= self.high:
            raise wrong
        if self.kind == "number":
            return number_given
        if number_given != int(number_given):
            raise wrong
        return int(number_given)

    def code(self, value: float | int | str) -> float:
        """Return the number that stands for `value` in compiled code."""
        return float(self.options.index(str(value))) if self.kind == "choice" else float(value)


def _named(
    default: float, levels: Levels, *, kind: type, shock: bool
) -> dict[str, float | int | str]:
    """Return named levels: two values are low and high, three have medium between them."""
    if isinstance(levels, Mapping):
        return dict(levels)
    names = {0: (), 2: ("low", "high"), 3: ("low", "medium", "high")}[len(levels)]
    values = (kind(value) for value in levels)
    return {"none" if shock else "status quo": default, **dict(zip(names, values, strict=True))}


def number(
    name: str,
    default: float,
    low: float,
    high: float,
    unit: str,
    neutral: float | None,
    label: str,
    text: str = "",
    *,
    levels: Levels = (),
    whole: bool = False,
    **more: Any,
) -> Parameter:
    """State a numeric parameter.

    Parameters
    ----------
    text : str
        Its help.
    levels : tuple or mapping
        Values of the levels low and high, or of low, medium and high; or named levels of its own.
    whole : bool
        Whether it counts something.
    more : dict
        Other fields of `Parameter`, such as `source`, `price`, `pulse`, `aliases`.
    """
    shock = bool(more.get("pulse"))
    return Parameter(
        name=name,
        kind="whole" if whole else "number",
        levels=_named(default, levels, kind=int if whole else float, shock=shock),
        default=default,
        low=low,
        high=high,
        unit=unit,
        neutral=neutral,
        label=label,
        help=text,
        **more,
    )


def whole(*args: Any, **more: Any) -> Parameter:
    """State a parameter that counts something."""
    return number(*args, whole=True, **more)


def switch(
    name: str, default: int, label: str, text: str, *, neutral: int = 0, **more: Any
) -> Parameter:
    """State a parameter that is on (1) or off (0)."""
    return Parameter(
        name=name,
        kind="switch",
        default=default,
        unit="on or off",
        levels={"off": 0, "on": 1},
        neutral=neutral,
        label=label,
        help=text,
        **more,
    )


def choice(
    name: str, default: str, options: tuple[str, ...], label: str, text: str, **more: Any
) -> Parameter:
    """State a parameter that names one of several rules; it has no neutral value."""
    return Parameter(
        name=name,
        kind="choice",
        default=default,
        high=len(options) - 1,
        unit="name",
        options=options,
        label=label,
        help=text,
        **more,
    )


def levers(process: str, *entries: Parameter) -> tuple[Parameter, ...]:
    """Return levers that do their work first in `process`, but those that name another."""
    return tuple(
        entry if entry.process else entry.model_copy(update={"process": process})
        for entry in entries
    )
