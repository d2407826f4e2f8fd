"""What numbers say about a claim, in sentences: for the runs at hand and for tables of them."""

import math

from alliances.experiments.words.numbers import differences, pair, steps


def effect_words(
    label: str,
    unit: str,
    level: float,
    difference: float,
    interval: tuple[float, float],
    months: str,
    agree: str,
) -> str:
    """Return an effect with its interval and in how many worlds it is as claimed.

    Parameters
    ----------
    label, unit : str
        What is measured, and of whom.
    level, difference : float
        The measure in the first arm, and by how much the second differs.
    interval : (float, float)
        95 % interval of that.
    months : str
        After how many.
    agree : str
        Such as "38 of 40 worlds".
    """
    if not math.isfinite(difference):
        return f"{label}: nobody was left to measure in any world."
    mean, low, high = differences(difference, *interval, unit=unit)
    before, after = pair(level, level + difference, unit)
    goes = f"goes from {before} to {after}" if after != before else f"stays at {after}"
    return (
        f"{label} {goes} after {months} months ({mean}{steps(unit)}, 95 % {low} to {high}; as "
        f"claimed in {agree})."
    )


def null_words(off: str, verdict: str, share: float, upper: float) -> str:
    """Return how a claim fares with its carrier switched off.

    Parameters
    ----------
    off : str
        What is switched off; empty if nothing is.
    verdict : str
        How the test went.
    share, upper : float
        What is left of the effect, and at most.
    """
    if not off:
        return "No null test: the rule says it."
    if verdict == "none":
        return "No null test: nothing should move."
    if verdict == "nothing to carry":
        return f"Null test without {off}: there was no effect to carry."
    if verdict == "not comparable":
        return f"Null test without {off}: the place itself becomes another, so it says nothing."
    left = f"{100.0 * share:.0f} % of the effect is left (at most {100.0 * upper:.0f} %)"
    return f"Null test without {off} {verdict}: {left}."
