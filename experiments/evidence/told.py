"""What runs say about a claim, in sentences."""

import math

from experiments.quantities import differences, steps


def effect_words(
    label: str, unit: str, difference: float, interval: tuple[float, float], agree: str
) -> str:
    """Return an effect with its interval and in how many worlds it is as claimed."""
    if not math.isfinite(difference):
        return f"{label}: nothing could be measured."
    mean, low, high = differences(difference, *interval, unit=unit)
    return f"{label}: {mean}{steps(unit)} (95 % {low} to {high}); as claimed in {agree}."


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
