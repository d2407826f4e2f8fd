"""Numbers as people read them: percent, GBP, months and counts, with digits enough to differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real

MOST_DIGITS = 4


@dataclass(frozen=True)
class Style:
    """How the values of a unit are written.

    Attributes
    ----------
    scale : float
        What a value is multiplied by.
    digits : int
        Digits after the point, at least.
    before, after : str
        What stands at each number.
    tail : str
        What stands once, after the last number.
    steps : str
        Unit of a difference.
    """

    scale: float = 1.0
    digits: int = 2
    before: str = ""
    after: str = ""
    tail: str = ""
    steps: str = ""


PERCENT = Style(100.0, 0, after=" %", steps=" percentage points")
STYLES = {
    "share": PERCENT,
    "share of attainable": Style(
        100.0, 0, after=" %", tail=" of what is attainable", steps=" percentage points"
    ),
    "0-1": Style(),
    "-2 to 2": Style(),
    "ratio": Style(),
    "count": Style(digits=1),
    "ties": Style(digits=1),
    "members": Style(digits=1, tail=" members"),
    "months": Style(digits=0, tail=" months"),
    "months of cost": Style(digits=1, tail=" months of cost"),
    "a month": Style(tail=" a month"),
    "an alliance": Style(digits=1, tail=" an alliance"),
    "days a month": Style(digits=0, tail=" days a month"),
    "GBP a year": Style(digits=0, before="GBP ", tail=" a year"),
    "GBP a month": Style(digits=0, before="GBP ", tail=" a month"),
    "": Style(),
}


def style_of(unit: str) -> Style:
    """Return how a unit is written; an unknown one stands after the number."""
    return STYLES.get(unit) or Style(tail=f" {unit}")


def short(value: object, digits: int = 6) -> str:
    """Return a value as a table holds it: numbers with so many significant digits at most.

    Examples
    --------
    >>> short(0.123456, 4), short(12), short("as_it_is"), short(1e7, 4)
    ('0.1235', '12', 'as_it_is', '10000000')
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        return str(value)
    number = significant(float(value), digits)
    return f"{number:.0f}" if number.is_integer() else f"{number:.{digits}g}"


def significant(value: float, digits: int = 4) -> float:
    """Return a number with no more significant digits than these.

    Examples
    --------
    >>> significant(0.123456), significant(98765.4)
    (0.1235, 98770.0)
    """
    return float(f"{value:.{digits}g}")


def whole_pounds(value: float) -> str:
    """Return an amount of money to the pound, as an account shows it."""
    return f"GBP {round(value):,}"


def rounded_pounds(value: float) -> str:
    """Return a large amount as people say it.

    Examples
    --------
    >>> rounded_pounds(3_489_395), rounded_pounds(481_210)
    ('£3.5 million', '£481,000')
    """
    return f"£{value / 1e6:.1f} million" if value >= 999_500 else f"£{round(value, -3):,.0f}"


def _number(value: float, style: Style, digits: int) -> str:
    scaled = round(value * style.scale, digits)
    text = f"{scaled + 0.0:,.{digits}f}"  # + 0.0: no minus before a zero
    sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
    return f"{sign}{style.before}{text}{style.after}"


def _digits(values: Sequence[float], style: Style) -> int:
    """Digits at which small percentages are not coarse and what is not zero does not look so."""
    digits = style.digits
    scaled = [abs(value * style.scale) for value in values if abs(value) > 1e-12]
    if style.scale != 1.0 and scaled and max(scaled) < 9.95:
        digits += 1
    while digits < MOST_DIGITS and any(round(value, digits) == 0.0 for value in scaled):
        digits += 1
    return digits


def amount(value: float, unit: str) -> str:
    """Return one value with its unit.

    Examples
    --------
    >>> amount(0.124, "share"), amount(0.004, "share"), amount(12_345.6, "GBP a month")
    ('12 %', '0.4 %', 'GBP 12,346 a month')
    """
    style = style_of(unit)
    return _number(value, style, _digits([value], style)) + style.tail


def bare(value: float, unit: str) -> str:
    """Return one value as a table shows it: the unit stands elsewhere, percent excepted."""
    style = style_of(unit)
    return _number(value, style, _digits([value], style))


def pair(first: float, second: float, unit: str) -> tuple[str, str]:
    """Return two values with as many digits as their difference needs; the unit ends the second.

    Examples
    --------
    >>> pair(0.12, 0.17, "share"), pair(0.7318, 0.7372, "share")
    (('12 %', '17 %'), ('73.2 %', '73.7 %'))
    """
    style = style_of(unit)
    digits = _digits([first, second], style)
    true = (second - first) * style.scale
    while digits < MOST_DIGITS:
        shown = round(second * style.scale, digits) - round(first * style.scale, digits)
        if abs(shown - true) <= 0.25 * abs(true):
            break
        digits += 1
    return _number(first, style, digits), _number(second, style, digits) + style.tail


def together(first: float, second: float, unit: str) -> tuple[str, str]:
    """Return two values at the usual digits; the unit ends the second.

    Examples
    --------
    >>> together(0.1231, 0.1229, "share")
    ('12 %', '12 %')
    """
    style = style_of(unit)
    digits = _digits([first, second], style)
    return _number(first, style, digits), _number(second, style, digits) + style.tail


def differences(*values: float, unit: str) -> list[str]:
    """Return differences with signs, all with the digits that the largest needs; without unit.

    Examples
    --------
    >>> differences(0.0042, -0.004, 0.0123, unit="share")
    ['+0.4', '-0.4', '+1.2']
    """
    style = style_of(unit)
    plain = Style(style.scale, style.digits, style.before)
    largest = max(abs(value) for value in values) * style.scale
    digits = style.digits
    while digits < MOST_DIGITS and 0.0 < largest < 10.0 ** (1 - digits):
        digits += 1
    texts = []
    for value in values:
        text = _number(value, plain, digits)
        zero = round(value * style.scale, digits) == 0.0
        texts.append(text if zero or text.startswith("-") else f"+{text}")
    return texts


def steps(unit: str) -> str:
    """Return the unit of a difference, as it stands after one."""
    style = style_of(unit)
    return style.steps or style.tail
